"""Things to see: two equal dice, and a difference too small to be seen."""

from __future__ import annotations

from emviz.em.model import Preset

FAIR = [1 / 6] * 6
#: A die whose six is more frequent by as little as can be seen of numbers near 1/6.
HARDLY_LOADED = [1 / 6 - 1e-12, *FAIR[1:5], 1 / 6 + 1e-12]

PRESETS = (
    Preset(
        "alike",
        "Two equal dice never part",
        "R: both dice take the frequencies of all rolls, a six 0.3033, and stay one: log P −517.6357. "
        "Two that differ reach −513.2660.",
        start={"emission": [FAIR, FAIR]},
    ),
    Preset(
        "hair",
        "Equal but for 10⁻¹²",
        "R: for some 70 iterations nothing is to be seen; after 74 a face differs by 0.1, and EM goes "
        "on to log P −513.2660.",
        start={"emission": [FAIR, HARDLY_LOADED]},
        iterations=400,
    ),
)
