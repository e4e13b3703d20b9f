"""Things to see: two equal dice, and an invisibly small difference."""

from __future__ import annotations

from emviz.em.model import Preset

FAIR = [1 / 6] * 6
#: A die whose six is more frequent by very little.
HARDLY_LOADED = [1 / 6 - 1e-12, *FAIR[1:5], 1 / 6 + 1e-12]

PRESETS = (
    Preset(
        "alike",
        "Two equal dice never part",
        "R: both dice take the frequencies of all rolls, 0.3033 for a six, and stay equal: log P −517.6357. "
        "Two different dice reach −513.2660.",
        start={"emission": [FAIR, FAIR]},
    ),
    Preset(
        "hair",
        "Equal but for 10⁻¹²",
        "R: for some 70 iterations nothing seems to happen; after 74 a face differs by 0.1, and EM goes "
        "on to log P −513.2660.",
        start={"emission": [FAIR, HARDLY_LOADED]},
        iterations=400,
    ),
)
