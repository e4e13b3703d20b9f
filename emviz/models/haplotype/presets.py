"""Things to see: two phases that stay equally probable, and an invisibly small difference."""

from __future__ import annotations

from emviz.em.model import Preset

PRESETS = (
    Preset(
        "alike",
        "Equal haplotypes never part",
        "R: the four haplotypes stay at 0.25, both phases equally probable: log P −8.3178, a saddle. "
        "One pair of haplotypes alone reaches −4.1589.",
        example="double-heterozygotes",
        start={"frequency": [0.25, 0.25, 0.25, 0.25]},
    ),
    Preset(
        "hair",
        "Equal but for 10⁻¹²",
        "R: for 35 iterations nothing seems to happen; after 36 frequencies differ by 0.1, and EM goes on"
        " to one pair of haplotypes, 0.5 each.",
        example="double-heterozygotes",
        start={"frequency": [0.25 + 1e-12, 0.25 - 1e-12, 0.25 - 1e-12, 0.25 + 1e-12]},
        iterations=60,
    ),
)
