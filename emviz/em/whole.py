"""What hard EM raises, J(θ) = max_z log P(x, z; θ), as a model's own pictures draw it beside log P."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from emviz.em.numerics import Array
from emviz.em.pictures import Curve
from emviz.em.records import C, P

#: What the curve is called.
RAISED = "max log P(x, z)"


def heights(complete: Callable[[P], C], q: Callable[[C, P], float], thetas: Iterable[P]) -> Array:
    """Return J at each θ, in nats.

    Parameters
    ----------
    complete : callable
        The counts of the likeliest completion at θ.
    q : callable
        log P(x, z; θ) of a completion, by its counts.
    """
    return np.array([q(complete(params), params) for params in thetas])


def beside(log_p: Curve, raised: Array) -> list[Curve]:
    """Return log P, faint, and J, which touches the bound."""
    return [replace(log_p, role="faint"), Curve(RAISED, log_p.xs, raised)]
