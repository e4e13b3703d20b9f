"""The profile likelihood of one entry of θ: log P at its best over all others.

An entry may be at any value where the profile lies less than χ²/2 below the maximum (Wilks, Ann. Math. Stat.
9:60 (1938)): an interval that asks no parabola to fit, and is the same in any coordinates.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

import numpy as np

from emviz.em.best import Best, Climber
from emviz.em.certainty import Uncertain
from emviz.em.domains import Covariance, Index, Parameter, Positive, Simplex, Unit
from emviz.em.methods import EM
from emviz.em.model import AnyModel, Fields
from emviz.em.numerics import Array
from emviz.em.trace import Json

#: Steps of the entry, in standard errors on the scale on which it has no border, and how many each way.
STRIDE, MOST = 0.25, 48
#: The profile is shown to this many times the depth of the cut.
DEPTH = 1.5
#: An end is found to so many nats, in so many steps at most.
CLOSE, TRIES = 1e-7, 40


@dataclass(frozen=True)
class Profile:
    """The profile likelihood of one entry.

    Parameters
    ----------
    entry : Uncertain
        The entry, with the Wald interval.
    level : float
        The confidence of the intervals.
    name : str
        What is raised, such as "log P".
    values, heights : Array, shape (n,)
        Values of the entry, ascending, and the objective at its best over all others there, in nats.
    top, cut : float
        The objective at θ, and χ²/2 below it.
    low, high : float
        Where the profile falls below the cut; the end of the domain where it does not.
    open : tuple of bool
        Whether it does not, at the lower and at the upper end.
    """

    entry: Uncertain
    level: float
    name: str
    values: Array
    heights: Array
    top: float
    cut: float
    low: float
    high: float
    open: tuple[bool, bool]

    def record(self) -> dict[str, Json]:
        """Return the profile as nested lists and numbers."""
        return {
            "field": self.entry.field,
            "index": list(self.entry.index),
            "label": self.entry.label,
            "level": self.level,
            "low": self.low,
            "high": self.high,
            "open": list(self.open),
            "cut": self.cut,
            "values": self.values.tolist(),
            "heights": self.heights.tolist(),
        }

    def rows(self) -> tuple[list[str], list[list[float]]]:
        """Return the header and one row for each value."""
        pairs = zip(self.values.tolist(), self.heights.tolist(), strict=True)
        return [self.entry.label, "profile"], [list(pair) for pair in pairs]


#: The fraction of the work that is done, at least; then the profile.
Profiling: TypeAlias = Generator[float, None, Profile]


def profile(model: AnyModel, data: object, params: Fields, entry: Uncertain, level: float) -> Profiling:
    """Return the profile of an entry around a maximum; yields wherever the work can be stopped.

    Parameters
    ----------
    params : Fields
        θ at the maximum.
    entry : Uncertain
        The entry, as `standard_errors` tells it.

    Raises
    ------
    ParameterError
        Where the entry cannot move.
    """
    parameter = next(each for each in model.parameters(data) if each.name == entry.field)
    work = _Profiling(model, data, params, _Scale(parameter, entry.index), entry)
    depth = NormalDist().inv_cdf((1 + level) / 2) ** 2 / 2
    top = yield from work.best(params, entry.estimate)
    below, low = yield from work.outward(top, -1, depth, 0.0)
    above, high = yield from work.outward(top, 1, depth, 0.5)
    values, heights = np.array(sorted([*below, (entry.estimate, top[1]), *above])).T
    ends = tuple(work.scale.border(side) if end is None else end for side, end in ((-1, low), (1, high)))
    opened = (low is None, high is None)
    cut = top[1] - depth
    return Profile(entry, level, model.objective, values, heights, top[1], cut, ends[0], ends[1], opened)


class _Scale:
    """The scale on which an entry has no border, as its Wald interval is drawn."""

    def __init__(self, parameter: Parameter, index: Index) -> None:
        domain = parameter.domain
        self._odds = isinstance(domain, Unit | Simplex)
        variance = isinstance(domain, Covariance) and index[-1] == index[-2]
        self._logarithm = isinstance(domain, Positive) or variance

    def place(self, value: float) -> float:
        """Return where a value stands."""
        if self._odds:
            return math.log(value) - math.log1p(-value)
        return math.log(value) if self._logarithm else value

    def value(self, place: float) -> float:
        """Return the value at a place."""
        if self._odds:
            return 1 / (1 + math.exp(-place)) if place > 0 else math.exp(place) / (1 + math.exp(place))
        return math.exp(place) if self._logarithm else place

    def unit(self, value: float, error: float) -> float:
        """Return a standard error on this scale."""
        slope = value * (1 - value) if self._odds else value if self._logarithm else 1.0
        return error / slope

    def border(self, side: int) -> float:
        """Return the end of the domain on a side."""
        if self._odds:
            return float(side > 0)
        return 0.0 if self._logarithm and side < 0 else side * math.inf


class _Profiling:
    """Climbs with the entry held."""

    def __init__(
        self, model: AnyModel, data: object, params: Fields, scale: _Scale, entry: Uncertain
    ) -> None:
        self.params, self.scale, self.entry = params, scale, entry
        self.top = EM.expect(model, data, params).objective
        self._climber = Climber(model, data, entry.field, entry.index)

    def outward(
        self, top: Best, side: int, depth: float, done: float
    ) -> Generator[float, None, tuple[list[tuple[float, float]], float | None]]:
        """Return the places on one side, and where the profile has fallen by a depth; None where nowhere.

        Parameters
        ----------
        done : float
            The fraction of the work that is done before.
        """
        start, unit = (
            self.scale.place(self.entry.estimate),
            self.scale.unit(self.entry.estimate, self.entry.error),
        )
        found, end, last = list[tuple[float, float]](), None, (start, top)
        for step in range(1, MOST + 1):
            place = start + side * step * STRIDE * unit
            try:
                best = yield from self.best(last[1][0], self.scale.value(place))
            except (ArithmeticError, ValueError):  # the border of the domain of another entry, or of its own
                break
            found.append((self.scale.value(place), best[1]))
            fallen = top[1] - best[1]
            if end is None and fallen >= depth:
                end, more = yield from self._end(last, (place, best), top[1] - depth)
                found += more
            last = (place, best)
            yield done + 0.5 * min(1.0, max(0.0, fallen) / (DEPTH * depth))
            if fallen >= DEPTH * depth:
                break
        return found, end

    def best(self, near: Fields, value: float) -> Generator[float, None, Best]:
        """Return the best θ with the entry at a value: from a θ near it, or from the maximum."""
        starts = (near,) if near is self.params else (near, self.params)
        return self._climber.best(starts, value)

    def _end(
        self, inner: tuple[float, Best], outer: tuple[float, Best], cut: float
    ) -> Generator[float, None, tuple[float, list[tuple[float, float]]]]:
        """Return where the profile meets the cut between two places, by false position, and what was seen."""
        (a, best), (b, beyond) = inner, outer
        above, below = self._over(best[1], cut), self._over(beyond[1], cut)
        seen: list[tuple[float, float]] = []
        while True:
            middle = a + (b - a) * above / (above - below)
            best = yield from self.best(best[0], self.scale.value(middle))
            seen.append((self.scale.value(middle), best[1]))
            over = self._over(best[1], cut)
            if abs(best[1] - cut) <= CLOSE or len(seen) == TRIES:
                return seen[-1][0], seen
            # An end that stays twice counts half, lest it stay for ever (the Illinois rule).
            if over > 0:
                a, above, below = middle, over, below / 2 if len(seen) > 1 else below
            else:
                b, below, above = middle, over, above / 2 if len(seen) > 1 else above

    def _over(self, height: float, cut: float) -> float:
        """Return how far a height is above the cut, in roots of what is lost, nearly a straight line."""
        return math.sqrt(max(0.0, self.top - cut)) - math.sqrt(max(0.0, self.top - height))
