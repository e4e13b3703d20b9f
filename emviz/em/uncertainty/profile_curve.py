"""The profile likelihood of one entry of θ along a slice; it is the same at every θ(t) of a run."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from emviz.em.convergence.slowest import limit_of
from emviz.em.counts.table import Entry
from emviz.em.methods import EM
from emviz.em.methods.climbing import MOST_CURVED
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.objective.bound import FINE
from emviz.em.optima.interchange import exchanged, interchangeable
from emviz.em.optional import mistake_of
from emviz.em.theta.coordinates import size_of
from emviz.em.uncertainty.best import Best, Climber
from emviz.em.uncertainty.peaks import ROUNDS, SAME, tops, vertices
from emviz.em.work import Report, silent

#: Points of the coarse and of the fine curve, besides the end of the run.
SIZES = (13, 39)


@dataclass(frozen=True)
class ProfileCurve:
    """The maximum of log P over all other entries, with one entry of θ held at each of some values.

    Parameters
    ----------
    entry : Entry
        The entry.
    values, heights : Array, shape (n,)
        Its values, ascending, and the profile there, in nats. Values that drive another entry to the border
        of its domain are left out.
    withheld : str
        A sentence on why there is no curve; empty if there is one.
    """

    entry: Entry
    values: Array = field(default_factory=lambda: np.empty(0))
    heights: Array = field(default_factory=lambda: np.empty(0))
    withheld: str = ""

    @property
    def top(self) -> float:
        """The highest value of the profile, in nats."""
        return float(self.heights.max())

    @property
    def tops(self) -> tuple[tuple[float, float], ...]:
        """Where the profile is highest, each place from its first to its last value.

        There are several where components may exchange their names.
        """
        return tops(self.values, self.heights)


def profile_curve(
    model: AnyModel,
    data: object,
    params: Fields,
    entry: Entry,
    sizes: tuple[int, ...] = SIZES,
    report: Report = silent,
) -> Iterator[ProfileCurve | None]:
    """Yield the profile over the span of an entry, a coarse one first; yield None in between.

    It starts at the limit of EM and where that lies with components exchanged, which is as high. Each value
    starts from the maxima at the neighbouring values. So it is the best among the maxima connected to that
    limit; more would need a search over all θ.

    Parameters
    ----------
    params : Fields
        θ(0) of the run.
    report : callable
        Called with the fraction of the values that are done.
    """
    reason = why_none(model, data)
    if reason:
        yield ProfileCurve(entry, withheld=f"No profile: {reason}.")
        return
    report(0.0)
    end = (yield from limit_of(model, data, params)) or params
    low, high = _span(model, data, (params, end), entry)
    inner = (high - low) / (FINE + 1)
    groups = yield from interchangeable(model, data)
    work = _Following(model, data, exchanged(model, end, groups, entry.field, entry.index), entry)
    done, ends = 0, work.places
    for value in ends:
        yield from work.add(value)
    for size in sizes:
        values = np.linspace(low + inner, high - inner, size).tolist()
        # From the ends outwards, so that every value has a neighbour to start from.
        for value in sorted(values, key=lambda value: min(abs(value - end) for end in ends)):
            yield from work.add(value)
            done += 1
            report(done / sum(sizes))
        yield from work.refine()
        yield work.curve()


def why_none(model: AnyModel, data: object) -> str:
    """Return why there is no profile for any entry of these data; "" if there is."""
    many = size_of(model, data)
    if many > MOST_CURVED:
        return f"{many:,} parameters are estimated, and {MOST_CURVED} are the most for a matrix of curvatures"
    return mistake_of(model)


class _Following:
    """The best θ found so far at each value of the entry."""

    def __init__(self, model: AnyModel, data: object, ends: tuple[Fields, ...], entry: Entry) -> None:
        self._climber = Climber(model, data, entry.field, entry.index)
        self._entry = entry
        self._best: dict[float, Best] = {
            float(fields_of(end)[entry.field][entry.index]): (end, EM.expect(model, data, end).objective)
            for end in ends
        }

    @property
    def places(self) -> list[float]:
        """The values that are known, ascending."""
        return sorted(self._best)

    def add(self, value: float) -> Generator[None, None, None]:
        """Find the maximum at a value from its neighbours; if one leads higher, repair the other side."""
        known = self.places
        place = int(np.searchsorted(known, value))
        left, right = known[max(place - 1, 0) : place], known[place : place + 1]
        heights = []
        for beside in (*left, *right):
            heights.append((yield from self._try(self._best[beside][0], value)))
        if len(heights) == 2 and abs(heights[0] - heights[1]) > SAME:
            behind = known[:place][::-1] if heights[0] < heights[1] else known[place:]
            yield from self._mend(value, behind)

    def _mend(self, value: float, behind: list[float]) -> Generator[None, None, None]:
        """Continue along the curve from a value for as long as that finds a higher maximum."""
        for after in behind:
            before = self._best[after][1]
            yield from self._try(self._best[value][0], after)
            if self._best[after][1] - before <= SAME:
                return
            value = after

    def refine(self) -> Generator[None, None, None]:
        """Add the exact place of each peak, which points at equal distances miss."""
        for _ in range(ROUNDS):
            curve = self.curve()
            for value in vertices(curve.values, curve.heights):
                yield from self.add(value)

    def curve(self) -> ProfileCurve:
        """Return the curve so far."""
        heights = [self._best[each][1] for each in self.places]
        return ProfileCurve(self._entry, np.array(self.places), np.array(heights))

    def _try(self, start: Fields, value: float) -> Generator[None, None, float]:
        """Run an ascent from a θ with the entry at a value, keep the best, and return its height in nats."""
        work = self._climber.best((start,), value)
        while True:
            try:
                next(work)
            except StopIteration as end:
                found = cast("Best", end.value)
                break
            # The border of the domain of another entry.
            except (ArithmeticError, ValueError):
                return -np.inf
            yield
        if value not in self._best or found[1] > self._best[value][1]:
            self._best[value] = found
        return found[1]


def _span(model: AnyModel, data: object, places: tuple[Fields, ...], entry: Entry) -> tuple[float, float]:
    """Return the union of the ranges that slices at some θ show."""
    domain = next(each.domain for each in model.parameters(data) if each.name == entry.field)
    spans = [domain.span(fields_of(params)[entry.field], entry.index) for params in places]
    lows, highs = zip(*spans, strict=True)
    return min(lows), max(highs)
