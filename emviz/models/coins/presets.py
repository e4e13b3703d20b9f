"""Things to see: two equal coins, an invisibly small difference, and coins that swap names."""

from __future__ import annotations

from emviz.em.model import Preset

PRESETS = (
    Preset(
        "alike",
        "Two equal coins never part",
        "R: after one iteration both coins are at 0.66 and stay there. This is the saddle, log P −32.0518:"
        " equal coins stay equal. A maximum reaches −31.5702.",
        start={"heads": [0.6, 0.6]},
    ),
    Preset(
        "hair",
        "Equal but for 10⁻¹²",
        "R: for fifty iterations nothing seems to happen; after 60 the difference of 10⁻¹² has grown to "
        "0.1, and EM leaves the saddle for (0.80, 0.52).",
        start={"heads": [0.6 + 1e-12, 0.6]},
        iterations=100,
    ),
    Preset(
        "names",
        "The coins swap their names",
        "R: from (0.50, 0.60) EM ends at (0.52, 0.80), the mirror image of (0.80, 0.52): the same log P"
        " −31.5702, with A and B exchanged.",
        start={"heads": [0.5, 0.6]},
    ),
)
