"""The profile likelihood of one entry of θ: the maximum of log P over all other entries.

The confidence interval contains the values whose profile is less than χ²/2 below the maximum (Wilks, Ann.
Math. Stat. 9:60 (1938)). It assumes no parabola and does not depend on the coordinates.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

import numpy as np

from emviz.em.domains import Index, Parameter, Positive, Simplex, Unit
from emviz.em.methods import EM
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.optima.interchange import exchanged, interchangeable
from emviz.em.theta.covariance import Covariance
from emviz.em.trace import Json
from emviz.em.uncertainty.best import Best, Climber
from emviz.em.uncertainty.certainty import Uncertain
from emviz.em.uncertainty.peaks import FLAT, ROUNDS, tops, vertices
from emviz.em.work import mapped

#: The step of the entry, in standard errors on its unbounded scale, and the maximum number on each side.
STRIDE, MOST = 0.25, 48
#: The profile is computed down to this multiple of the depth of the cut.
DEPTH = 1.5
#: An end of the interval is found to within this, in nats, in at most this number of steps.
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
        The name of the objective, such as "log P".
    values, heights : Array, shape (n,)
        Values of the entry, ascending, and the profile there, in nats.
    top, cut : float
        The objective at θ, and χ²/2 below it.
    low, high : float
        The values where the profile crosses the cut; the end of the domain if it does not.
    open : tuple of bool
        Whether it does not cross the cut at the lower and at the upper end.
    others : tuple of float
        Other values where the profile has a peak as high as the maximum, or higher.
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
    others: tuple[float, ...] = ()

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
            "others": list(self.others),
            "values": self.values.tolist(),
            "heights": self.heights.tolist(),
        }

    def rows(self) -> tuple[list[str], list[list[float]]]:
        """Return the header and one row for each value."""
        pairs = zip(self.values.tolist(), self.heights.tolist(), strict=True)
        return [self.entry.label, "profile"], [list(pair) for pair in pairs]


#: Yields the fraction of the work that is done, and returns the profile.
Profiling: TypeAlias = Generator[float, None, Profile]


def profile(model: AnyModel, data: object, params: Fields, entry: Uncertain, level: float) -> Profiling:
    """Return the profile of an entry around a maximum; yields the fraction of the work that is done.

    Parameters
    ----------
    params : Fields
        θ at the maximum.
    entry : Uncertain
        The entry, from `standard_errors`.

    Raises
    ------
    ParameterError
        If the entry cannot vary.
    """
    parameter = next(each for each in model.parameters(data) if each.name == entry.field)
    groups = yield from mapped(interchangeable(model, data), lambda _: 0.0)
    ends = exchanged(model, params, groups, entry.field, entry.index)
    work = _Profiling(model, data, ends, _Scale(parameter, entry.index), entry)
    # χ²/2 with one degree of freedom at this level, as the square of a normal quantile.
    depth = NormalDist().inv_cdf((1 + level) / 2) ** 2 / 2
    top = yield from work.best(params, entry.estimate)
    # θ at the end of EM is not exactly the maximum, so the top is found by the same ascent as the rest.
    below, low = yield from work.outward(top, -1, depth, 0.0)
    above, high = yield from work.outward(top, 1, depth, 0.5)
    points = dict([*below, (entry.estimate, top), *above])
    values, heights = yield from work.refined(points)
    others = tuple(
        place
        for place, _ in tops(values, heights, top[1])
        if abs(place - entry.estimate) > FLAT * np.ptp(values)
    )
    return Profile(
        entry,
        level,
        model.objective,
        values,
        heights,
        top[1],
        top[1] - depth,
        work.scale.border(-1) if low is None else low,
        work.scale.border(1) if high is None else high,
        (low is None, high is None),
        others,
    )


class _Scale:
    """The unbounded scale of an entry, the same as for its Wald interval: logit, logarithm or identity."""

    def __init__(self, parameter: Parameter, index: Index) -> None:
        domain = parameter.domain
        self._odds = isinstance(domain, Unit | Simplex)
        variance = isinstance(domain, Covariance) and index[-1] == index[-2]
        self._logarithm = isinstance(domain, Positive) or variance

    def place(self, value: float) -> float:
        """Return the position of a value on the scale."""
        if self._odds:
            return math.log(value) - math.log1p(-value)
        return math.log(value) if self._logarithm else value

    def value(self, place: float) -> float:
        """Return the value at a position."""
        if self._odds:
            # Two forms, so that exp cannot overflow.
            return 1 / (1 + math.exp(-place)) if place > 0 else math.exp(place) / (1 + math.exp(place))
        return math.exp(place) if self._logarithm else place

    def unit(self, value: float, error: float) -> float:
        """Return a standard error converted to this scale."""
        slope = value * (1 - value) if self._odds else value if self._logarithm else 1.0
        return error / slope

    def border(self, side: int) -> float:
        """Return the end of the domain on one side, −1 or 1."""
        if self._odds:
            return float(side > 0)
        return 0.0 if self._logarithm and side < 0 else side * math.inf


class _Profiling:
    """Ascents with the entry held at one value after another."""

    def __init__(
        self, model: AnyModel, data: object, ends: Sequence[Fields], scale: _Scale, entry: Uncertain
    ) -> None:
        self.ends, self.scale, self.entry = ends, scale, entry
        self.top = EM.expect(model, data, ends[0]).objective
        self._climber = Climber(model, data, entry.field, entry.index)

    def outward(
        self, top: Best, side: int, depth: float, done: float
    ) -> Generator[float, None, tuple[list[tuple[float, Best]], float | None]]:
        """Return the points on one side, and the value where the profile has fallen by `depth`, or None.

        Parameters
        ----------
        done : float
            The fraction of the work that is already done.
        """
        start, unit = (
            self.scale.place(self.entry.estimate),
            self.scale.unit(self.entry.estimate, self.entry.error),
        )
        found, end, last = list[tuple[float, Best]](), None, (start, top)
        for step in range(1, MOST + 1):
            # Each ascent starts from the maximum of the last value, which is close by.
            place = start + side * step * STRIDE * unit
            try:
                best = yield from self.best(last[1][0], self.scale.value(place))
            # The border of the domain of another entry, or of its own.
            except (ArithmeticError, ValueError):
                break
            found.append((self.scale.value(place), best))
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
        """Return the best θ with the entry at a value, from two starts: a θ nearby and the maximum.

        A maximum occurs in every order of its components; the start is that whose entry is nearest.
        """
        place = self.scale.place(value)
        end = min(self.ends, key=lambda end: abs(self.scale.place(self.held(end)) - place))
        return self._climber.best((near,) if near is end else (near, end), value)

    def held(self, params: Fields) -> float:
        """Return the value of the entry in some θ."""
        return float(fields_of(params)[self.entry.field][self.entry.index])

    def refined(self, points: dict[float, Best]) -> Generator[float, None, tuple[Array, Array]]:
        """Return the values, ascending, and the heights of some points, with the exact place of each peak."""
        low, high = min(points), max(points)
        # Two peaks may lie within a single step.
        for value in map(self.held, self.ends[1:]):
            if low < value < high:
                points[value] = yield from self.best(self.ends[0], value)
        for _ in range(ROUNDS):
            curve = _curve(points)
            for value in vertices(*curve):
                near = min(points, key=lambda known: abs(known - value))
                points[value] = yield from self.best(points[near][0], value)
        return _curve(points)

    def _end(
        self, inner: tuple[float, Best], outer: tuple[float, Best], cut: float
    ) -> Generator[float, None, tuple[float, list[tuple[float, Best]]]]:
        """Return the value between two positions where the profile crosses the cut, and all points tried."""
        (a, best), (b, beyond) = inner, outer
        above, below = self._over(best[1], cut), self._over(beyond[1], cut)
        seen: list[tuple[float, Best]] = []
        while True:
            middle = a + (b - a) * above / (above - below)
            best = yield from self.best(best[0], self.scale.value(middle))
            seen.append((self.scale.value(middle), best))
            over = self._over(best[1], cut)
            if abs(best[1] - cut) <= CLOSE or len(seen) == TRIES:
                return seen[-1][0], seen
            # False position with the Illinois rule: an end kept twice counts half, otherwise it might stay
            # forever.
            if over > 0:
                a, above, below = middle, over, below / 2 if len(seen) > 1 else below
            else:
                b, below, above = middle, over, above / 2 if len(seen) > 1 else above

    def _over(self, height: float, cut: float) -> float:
        """Return the height above the cut as a difference of square roots, nearly linear in the entry."""
        return math.sqrt(max(0.0, self.top - cut)) - math.sqrt(max(0.0, self.top - height))


def _curve(points: dict[float, Best]) -> tuple[Array, Array]:
    values, heights = np.array([(value, points[value][1]) for value in sorted(points)]).T
    return values, heights
