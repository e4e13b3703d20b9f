"""Things to see: a slow tail, a run that only looks converged, and accelerated EM."""

from __future__ import annotations

from emviz.em.model import Preset

#: The start for which the number of steps of each method is known, with Hasselblad's data.
START = {"weight": [0.5, 0.5], "rate": [1.0, 3.0]}

PRESETS = (
    Preset(
        "slow",
        "The slow tail",
        "R: 1,000 iterations, and EM has not converged: each step of θ is 0.996 of the one before. "
        "C: SQUAREM gets there in 42 E-steps.",
    ),
    Preset(
        "flat",
        "It looks converged but is not",
        "R: after 450 iterations the gain is only 0.00002, and the curve looks flat. Yet λ_A is 1.279, "
        "and EM is on its way to 1.256.",
        start=START,
        iterations=450,
    ),
    Preset(
        "maps",
        "72 steps instead of 2,643",
        "R: EM takes 2,643 iterations until θ moves by only 10⁻⁸. C: SQUAREM takes 72 maps, and without its "
        "guard 66, but then log P falls on the way.",
        start=START,
        iterations=5000,
        step=1e-8,
    ),
)
