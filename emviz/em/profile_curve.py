"""The profile likelihood of one entry of θ all along a slice, which is the same at every θ(t) of a run."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from emviz.em.best import Best, Climber
from emviz.em.bound import FINE
from emviz.em.coordinates import size_of
from emviz.em.methods import EM
from emviz.em.methods.climbing import MOST_CURVED
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import mistake_of
from emviz.em.slowest import limit_of
from emviz.em.views import Entry

#: Points of the curve, at first and in the end, besides that where the run ends.
SIZES = (13, 39)
#: Two climbs to the same value that end this far apart, in nats, have come to different hills.
APART = 1e-6


@dataclass(frozen=True)
class ProfileCurve:
    """log P at its best over all other entries, with one entry of θ held at each of some values.

    Parameters
    ----------
    entry : Entry
        The entry.
    values, heights : Array, shape (n,)
        Its values, ascending, and the objective at its best there, in nats. None at values where another
        entry is driven to the border of its domain.
    withheld : str
        A sentence on why there is no curve; empty where there is one.
    """

    entry: Entry
    values: Array = field(default_factory=lambda: np.empty(0))
    heights: Array = field(default_factory=lambda: np.empty(0))
    withheld: str = ""

    @property
    def top(self) -> tuple[float, float]:
        """The value where the curve is highest, and how high that is."""
        place = int(np.argmax(self.heights))
        return float(self.values[place]), float(self.heights[place])


def profile_curve(
    model: AnyModel,
    data: object,
    params: Fields,
    entry: Entry,
    sizes: tuple[int, ...] = SIZES,
    report: Callable[[float], None] = lambda fraction: None,
) -> Iterator[ProfileCurve | None]:
    """Yield the profile over the span of an entry, coarse first; None meanwhile.

    It is followed from where EM comes to rest, to each value from the best θ at the values beside it. So it
    is the best of the hills that are connected to that one; no more is known without a search of all θ.

    Parameters
    ----------
    params : Fields
        θ(0) of the run.
    report : callable
        Is told the fraction of the values that have been followed.
    """
    reason = why_none(model, data)
    if reason:
        yield ProfileCurve(entry, withheld=f"No profile: {reason}.")
        return
    report(0.0)
    end = (yield from limit_of(model, data, params)) or params
    low, high = _span(model, data, (params, end), entry)
    inner = (high - low) / (FINE + 1)
    work = _Following(model, data, end, entry)
    yield from work.add(work.here)
    done = 0
    for size in sizes:
        values = np.linspace(low + inner, high - inner, size).tolist()
        for value in sorted(values, key=lambda value: abs(value - work.here)):
            yield from work.add(value)
            done += 1
            report(done / sum(sizes))
        yield work.curve()


def why_none(model: AnyModel, data: object) -> str:
    """Return why there is no profile of these data, whatever the entry; "" where there is."""
    many = size_of(model, data)
    if many > MOST_CURVED:
        return f"{many:,} parameters are estimated, and {MOST_CURVED} are the most for a matrix of curvatures"
    return mistake_of(model)


class _Following:
    """The best θ at each value so far."""

    def __init__(self, model: AnyModel, data: object, end: Fields, entry: Entry) -> None:
        self._climber = Climber(model, data, entry.field, entry.index)
        self._entry = entry
        self.here = float(fields_of(end)[entry.field][entry.index])
        self._best: dict[float, Best] = {self.here: (end, EM.expect(model, data, end).objective)}

    def add(self, value: float) -> Generator[None, None, None]:
        """Find the best at a value from the values beside it; where one side leads higher, mend the other."""
        known = sorted(self._best)
        place = int(np.searchsorted(known, value))
        left, right = known[max(place - 1, 0) : place], known[place : place + 1]
        heights = []
        for beside in (*left, *right):
            heights.append((yield from self._try(self._best[beside][0], value)))
        if len(heights) == 2 and abs(heights[0] - heights[1]) > APART:
            behind = known[:place][::-1] if heights[0] < heights[1] else known[place:]
            yield from self._mend(value, behind)

    def _mend(self, value: float, behind: list[float]) -> Generator[None, None, None]:
        """Go on along the curve from a value, as far as that leads higher than before."""
        for after in behind:
            before = self._best[after][1]
            yield from self._try(self._best[value][0], after)
            if self._best[after][1] - before <= APART:
                return
            value = after

    def curve(self) -> ProfileCurve:
        """Return the curve so far."""
        values = sorted(self._best)
        return ProfileCurve(self._entry, np.array(values), np.array([self._best[each][1] for each in values]))

    def _try(self, start: Fields, value: float) -> Generator[None, None, float]:
        """Climb from a θ with the entry at a value, and keep what is best; return how high that leads."""
        work = self._climber.best((start,), value)
        while True:
            try:
                next(work)
            except StopIteration as end:
                found = cast("Best", end.value)
                break
            except (ArithmeticError, ValueError):  # the border of the domain of another entry
                return -np.inf
            yield
        if value not in self._best or found[1] > self._best[value][1]:
            self._best[value] = found
        return found[1]


def _span(model: AnyModel, data: object, places: tuple[Fields, ...], entry: Entry) -> tuple[float, float]:
    """Return the range that the slices at any of some θ show."""
    domain = next(each.domain for each in model.parameters(data) if each.name == entry.field)
    spans = [domain.span(fields_of(params)[entry.field], entry.index) for params in places]
    lows, highs = zip(*spans, strict=True)
    return min(lows), max(highs)
