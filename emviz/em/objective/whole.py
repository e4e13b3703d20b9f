"""The objective of hard EM, J(θ) = max_z log P(x, z; θ), as a curve beside log P."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from emviz.em.numerics import Array
from emviz.em.pictures import Curve
from emviz.em.records import C, P

#: The name of the curve.
RAISED = "max log P(x, z)"


def heights(complete: Callable[[P], C], q: Callable[[C, P], float], thetas: Iterable[P]) -> Array:
    """Return J at each θ, in nats.

    Parameters
    ----------
    complete : callable
        Returns the counts of the likeliest completion at θ.
    q : callable
        Returns log P(x, z; θ) for these counts, in nats.
    """
    return np.array([q(complete(params), params) for params in thetas])


def beside(log_p: Curve, raised: Array) -> list[Curve]:
    """Return log P, faint, and J, which the bound touches."""
    return [replace(log_p, role="faint"), Curve(RAISED, log_p.xs, raised)]
