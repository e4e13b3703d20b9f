"""Things to see: a slow tail, an end that is none, and what accelerated EM makes of it."""

from __future__ import annotations

from emviz.em.model import Preset

#: The start of Hasselblad's deaths from which the steps of each method are known.
START = {"weight": [0.5, 0.5], "rate": [1.0, 3.0]}

PRESETS = (
    Preset(
        "slow",
        "The slow tail",
        "R: 1,000 iterations, and EM has not converged: each step of θ is 0.996 of the one before. "
        "C: SQUAREM comes there in 42 E-steps.",
    ),
    Preset(
        "flat",
        "It looks converged, and is not",
        "R: after 450 iterations one gains no more than 0.00002, and the curve is flat. Yet λ_A is 1.279, "
        "and EM is on its way to 1.256.",
        start=START,
        iterations=450,
    ),
    Preset(
        "maps",
        "72 steps in the place of 2,643",
        "R: EM takes 2,643 iterations to a step of θ of 10⁻⁸. C: SQUAREM takes 72 maps, and without its "
        "guard 66, but then log P falls on the way.",
        start=START,
        iterations=5000,
        step=1e-8,
    ),
)
