"""Things to see: abundances along a flat ridge."""

from __future__ import annotations

from emviz.em.model import Preset

PRESETS = (
    Preset(
        "one-to-one",
        "A flat ridge, from 1 : 1",
        "R: C and D have the same peptides, and nothing tells their abundances apart: they end at "
        "0.0626 each, 1 : 1 as they began, log P −19.0153.",
        start={"abundance": [1 / 6] * 6},
    ),
    Preset(
        "three-to-one",
        "A flat ridge, from 3 : 1",
        "R: C and D end at 0.0940 and 0.0313, 3 : 1 as they began, and log P −19.0153 is that of 1 : 1:"
        " every ratio is as likely.",
        start={"abundance": [1 / 6, 1 / 6, 1 / 4, 1 / 12, 1 / 6, 1 / 6]},
    ),
)
