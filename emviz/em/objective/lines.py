"""Lines through parameter space, along which the objective and its bound are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np

from emviz.em.counts.table import Entry
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array, ascending
from emviz.em.work import checked

#: The segment of the paper's Supplementary Figure 1, in units of θ(t+1) − θ(t).
BEFORE, BEYOND = -0.5, 1.5
#: Halvings to clip a line to the domain; 40 of them find the border to 2e-12 of its length.
HALVINGS = 40
#: Slack, for rounding, between the positions along a line that the entries of one θ give.
NEAR = 1e-9


@dataclass(frozen=True)
class Between:
    """The line through two iterations, θ(first) and θ(last)."""

    first: int
    last: int


class Goal(Enum):
    """The target of a line from θ(t) that does not lead to θ(t+1)."""

    TRUTH = "the truth"
    COMPLETE = "the complete-data estimate"


#: The choice of a line: along an entry of θ, through two iterations, towards a goal, or from θ(t) to θ(t+1).
Direction: TypeAlias = "Entry | Between | Goal | None"
#: The θ at positions 0 and 1 of a straight line.
Ends: TypeAlias = tuple[Fields, Fields]


def straight(
    model: AnyModel, data: object, ends: Ends, points: int, marks: tuple[float, ...] = (0.0, 1.0)
) -> tuple[Array, Fields]:
    """Return points (1 − a) θ₀ + a θ₁ of a line, clipped to the domain.

    Every domain is convex, so all points between θ₀ and θ₁ are valid.

    Parameters
    ----------
    ends : pair of Fields
        θ₀ and θ₁.
    marks : tuple of float
        Positions to include.

    Returns
    -------
    Array, shape (n,), and Fields
        The positions a, ascending, and the θ there, stacked along a leading axis.
    """
    low = _clip(model, data, ends, 0.0, BEFORE)
    high = _clip(model, data, ends, 1.0, BEYOND)
    inside = [mark for mark in (0.0, 1.0, *marks) if low <= mark <= high]
    positions = ascending(np.linspace(low, high, points), inside)
    return positions, mixed(model, ends, positions)


def position_on(ends: Ends, params: Fields) -> float:
    """Return a such that θ = (1 − a) θ₀ + a θ₁, or NaN if θ is not on the line."""
    start, way = _flat(ends[0]), _flat(ends[1]) - _flat(ends[0])
    gone = _flat(params) - start
    if not way.any():
        return np.nan if gone.any() else 0.0
    # Relative to the change of each entry, since a weight and a variance differ by powers of ten.
    moving = way != 0
    parts = gone[moving] / way[moving]
    there = not gone[~moving].any() and np.allclose(parts, parts[0], rtol=0, atol=NEAR)
    return float(parts[0]) if there else np.nan


def mixed(model: AnyModel, ends: Ends, positions: Array) -> Fields:
    """Return (1 − a) θ₀ + a θ₁ for each position a, stacked along a leading axis."""
    ahead = fields_of(ends[1])
    return model.make_params(
        {
            name: (1 - _column(positions, start)) * start + _column(positions, start) * ahead[name]
            for name, start in fields_of(ends[0]).items()
        }
    )


def one_of(model: AnyModel, many: Fields, place: int) -> Fields:
    """Return the θ at one index of stacked parameters."""
    return model.make_params({name: value[place] for name, value in fields_of(many).items()})


def _clip(model: AnyModel, data: object, ends: Ends, inside: float, outside: float) -> float:
    """Return the a nearest to `outside` that is still in every domain, by bisection from `inside`."""
    if _legal(model, data, ends, outside):
        return outside
    for _ in checked(range(HALVINGS)):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if _legal(model, data, ends, middle) else (inside, middle)
    return inside


def _legal(model: AnyModel, data: object, ends: Ends, a: float) -> bool:
    point = fields_of(mixed(model, ends, np.array([a])))
    return all(
        parameter.domain.fault(point[parameter.name][0]) is None for parameter in model.parameters(data)
    )


def _column(positions: Array, like: Array) -> Array:
    return positions.reshape(-1, *[1] * like.ndim)


def _flat(params: Fields) -> Array:
    return np.concatenate([np.ravel(value) for value in fields_of(params).values()])
