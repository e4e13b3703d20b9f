"""Slices and landscapes of the objective and of the lower bound g_t."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from emviz.em.domains import Parameter
from emviz.em.methods import EM, Method, unstacked
from emviz.em.model import AnyModel, AnyStep, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import slack_of
from emviz.em.views import Entry

#: The segment of the paper's Supplementary Figure 1, in units of θ(t+1) − θ(t).
BEFORE, BEYOND = -0.5, 1.5
#: Halvings when a segment is clipped to the domain: to 2e-12 of its length.
HALVINGS = 40
#: Points of a slice: at first, where the data are large, and in the end.
COARSE, FINE = 25, 161
#: Seconds that one part of a picture should take at most, before the next job has its turn.
PART = 0.001
#: Entries of θ that a list offers.
LISTED = 300


@dataclass(frozen=True)
class Slice:
    """The objective and the bound along a line through parameter space.

    Parameters
    ----------
    entry : Entry or None
        The entry of θ that varies, or None for the segment from θ(t) to θ(t+1).
    positions : Array, shape (n,)
        Where on the line: the value of the entry, or a in θ(t) + a (θ(t+1) − θ(t)).
    objective, bound : Array, shape (n,)
        log P(x; θ), or what else the method raises, and g_t(θ), in nats; −∞ where the data are impossible. No
        numbers where the method has no bound.
    touch, target : float
        The positions of θ(t) and θ(t+1).
    touch_objective : float
        log P(x; θ(t)) = g_t(θ(t)).
    target_objective, target_bound : float
        log P and g_t at the target; on the slice along one entry, with only that entry moved.
    slack : float
        The part of the gap at the target that a surrogate of the prior is to blame for; 0 without one.
    """

    entry: Entry | None
    positions: Array
    objective: Array
    bound: Array
    touch: float
    target: float
    touch_objective: float
    target_objective: float
    target_bound: float
    slack: float

    @property
    def gap(self) -> float:
        """The gap log P − g_t at the target, in nats."""
        return self.target_objective - self.target_bound

    @property
    def divergence(self) -> float:
        """KL(q ‖ P(z|x;θ)) at the target in nats: the gap without the slack of a surrogate."""
        return self.gap - self.slack


def entry_value(params: Fields, entry: Entry) -> float:
    """Return one scalar of θ."""
    return float(fields_of(params)[entry.field][entry.index])


def with_entry(model: AnyModel, data: object, params: Fields, entry: Entry, value: float) -> Fields:
    """Return θ with one entry moved; entries bound to it by their domain follow."""
    fields = fields_of(params)
    domain = _parameter(model, data, entry).domain
    fields[entry.field] = domain.with_entry(fields[entry.field], entry.index, value)
    return model.make_params(fields)


def free_entries(model: AnyModel, data: object) -> tuple[Entry, ...]:
    """Return every scalar of θ that is estimated, in reading order."""
    return _free_entries(tuple(model.parameters(data)))


@lru_cache(maxsize=8)
def _free_entries(parameters: tuple[Parameter, ...]) -> tuple[Entry, ...]:
    """Return the same for the fields of θ; an image has thousands, and they are asked for at every step."""
    return tuple(Entry(parameter.name, index) for parameter in parameters for index in parameter.free)


def sampled(entries: tuple[Entry, ...], most: int = LISTED) -> tuple[Entry, ...]:
    """Return no more entries than can be listed or drawn: an even selection, the first one first."""
    return entries[every(len(entries), most)]


def every(many: int, most: int) -> slice:
    """Return which ones of so many are taken, where there is room for so many at most: every so many."""
    return slice(None, None, max(1, -(-many // most)))


def entry_label(model: AnyModel, data: object, entry: Entry) -> str:
    """Return the name of an entry, such as θ_A."""
    return _parameter(model, data, entry).label(entry.index)


def segment(
    model: AnyModel, data: object, at: AnyStep, target: Fields, points: int = FINE, method: Method = EM
) -> Slice:
    """Return the slice through θ(t) and θ(t+1), clipped where it leaves the domain.

    Every domain is convex, so all between the two is legal. The bound touches at a = 0 and, when the M-step
    is exact, has its maximum at a = 1 (the paper's Supplementary Figure 1).
    """
    return _last(slices(model, data, at, None, target, (points,), method))


def along(
    model: AnyModel,
    data: object,
    at: AnyStep,
    entry: Entry,
    target: Fields,
    points: int = FINE,
    method: Method = EM,
) -> Slice:
    """Return the slice along one entry of θ, the others at θ(t)."""
    return _last(slices(model, data, at, entry, target, (points,), method))


def slices(
    model: AnyModel,
    data: object,
    at: AnyStep,
    entry: Entry | None,
    target: Fields,
    sizes: tuple[int, ...] = (COARSE, FINE),
    method: Method = EM,
) -> Iterator[Slice | None]:
    """Yield the slice of `segment`, or for an entry that of `along`, coarse first; None meanwhile."""
    for points in sizes:
        if entry is None:
            positions, stacked = _segment_points(model, data, at.params, target, points)
            marks = (0.0, 1.0)
        else:
            positions, stacked = _entry_points(model, data, at.params, entry, target, points)
            marks = (entry_value(at.params, entry), entry_value(target, entry))
        heights: list[Array] = []
        bounds: list[float] = []
        height = _height(model, data, stacked, positions, method)
        for part in _parts(model, stacked):
            heights.append(height(part, positions[len(bounds) : len(bounds) + len(part[0])]))
            bounds += _bounds(model, data, at, part, method)
            yield None
        place = int(np.searchsorted(positions, marks[1]))
        slack = slack_of(model, data, at.params, _one_of(model, stacked, place))
        yield _slice(at, entry, positions, marks, np.concatenate(heights), np.array(bounds), slack)


def _bounds(model: AnyModel, data: object, at: AnyStep, stacked: Fields, method: Method) -> list[float]:
    """Return the bound at stacked parameters; no numbers where the method has none."""
    if method.unbounded:
        return [np.nan] * len(stacked[0])
    return [method.bound(model, data, at, one) for one in unstacked(model, stacked)]


def _height(
    model: AnyModel, data: object, stacked: Fields, positions: Array, method: Method
) -> Callable[[Fields, Array], Array]:
    """Return the objective as a function of some of the stacked parameters, and of where they stand.

    They lie on a straight line, which some models look along in a fraction of the time.
    """
    along = method.along(model, data, *(_one_of(model, stacked, place) for place in (0, -1)))
    if along is None:
        return lambda part, _: method.objectives(model, data, part)
    straight, first, way = along, positions[0], np.ptp(positions)
    return lambda _, some: straight((some - first) / way)


def _segment_points(
    model: AnyModel, data: object, base: Fields, target: Fields, points: int
) -> tuple[Array, Fields]:
    low = _clip(model, data, base, target, 0.0, BEFORE)
    high = _clip(model, data, base, target, 1.0, BEYOND)
    positions = np.unique(np.append(np.linspace(low, high, points), (0.0, 1.0)))
    return positions, _mixed(model, base, target, positions)


def _entry_points(
    model: AnyModel, data: object, base: Fields, entry: Entry, target: Fields, points: int
) -> tuple[Array, Fields]:
    low, high = _parameter(model, data, entry).domain.span(fields_of(base)[entry.field], entry.index)
    ends = (entry_value(base, entry), entry_value(target, entry))
    inner = (high - low) / (points + 1)
    positions = np.unique(np.append(np.linspace(low + inner, high - inner, points), ends))
    return positions, _stacked(model, [with_entry(model, data, base, entry, float(x)) for x in positions])


def _parts(model: AnyModel, stacked: Fields) -> Iterator[Fields]:
    """Yield stacked parameters part by part, of a size that takes about half a millisecond to evaluate."""
    total, done, size = len(stacked[0]), 0, 1
    while done < total:
        began = time.perf_counter()
        yield model.make_params(
            {name: value[done : done + size] for name, value in fields_of(stacked).items()}
        )
        done += size
        if time.perf_counter() - began < PART / 2:
            size *= 2


def _last(pictures: Iterator[Slice | None]) -> Slice:
    last = None
    for picture in pictures:
        last = picture
    assert last is not None
    return last


@dataclass(frozen=True)
class Heights:
    """The objective over two entries of θ, the others held.

    Parameters
    ----------
    x, y : Entry
        The entries on the axes.
    xs, ys : Array, shapes (n,), (m,)
        Their values.
    values : Array, shape (n, m)
        The objective in nats.
    """

    x: Entry
    y: Entry
    xs: Array
    ys: Array
    values: Array


def landscape(
    model: AnyModel,
    data: object,
    params: Fields,
    x: Entry,
    y: Entry,
    sizes: tuple[int, ...] = (24, 96),
    method: Method = EM,
) -> Iterator[Heights | None]:
    """Yield the objective over two entries of θ, coarse first; None while a finer one is under way."""
    for size in sizes:
        xs, ys = (_centres(model, data, params, entry, size) for entry in (x, y))
        columns: list[Array] = []
        for value in xs:
            moved = with_entry(model, data, params, x, float(value))
            stacked = _stacked(model, [with_entry(model, data, moved, y, float(other)) for other in ys])
            for part in _parts(model, stacked):
                columns.append(method.objectives(model, data, part))
                yield None
        yield Heights(x, y, xs, ys, np.concatenate(columns).reshape(size, size))


def _centres(model: AnyModel, data: object, params: Fields, entry: Entry, size: int) -> Array:
    """Return the middles of `size` equal cells over the span of an entry."""
    low, high = _parameter(model, data, entry).domain.span(fields_of(params)[entry.field], entry.index)
    return low + (high - low) * (np.arange(size) + 0.5) / size


def _slice(
    at: AnyStep,
    entry: Entry | None,
    positions: Array,
    marks: tuple[float, float],
    heights: Array,
    bounds: Array,
    slack: float,
) -> Slice:
    target = int(np.searchsorted(positions, marks[1]))
    touched = at.expectation.objective
    reached = float(heights[target]), float(bounds[target])
    return Slice(entry, positions, heights, bounds, *marks, touched, *reached, slack)


def _clip(
    model: AnyModel, data: object, base: Fields, target: Fields, inside: float, outside: float
) -> float:
    """Return the last a on the way from `inside` to `outside` that is still in every domain."""
    if _legal(model, data, base, target, outside):
        return outside
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if _legal(model, data, base, target, middle) else (inside, middle)
    return inside


def _legal(model: AnyModel, data: object, base: Fields, target: Fields, a: float) -> bool:
    mixed = fields_of(_mixed(model, base, target, np.array([a])))
    return all(
        parameter.domain.fault(mixed[parameter.name][0]) is None for parameter in model.parameters(data)
    )


def _mixed(model: AnyModel, base: Fields, target: Fields, positions: Array) -> Fields:
    ends = fields_of(target)
    return model.make_params(
        {
            name: (1 - _column(positions, start)) * start + _column(positions, start) * ends[name]
            for name, start in fields_of(base).items()
        }
    )


def _column(positions: Array, like: Array) -> Array:
    return positions.reshape(-1, *[1] * like.ndim)


def _stacked(model: AnyModel, many: list[Fields]) -> Fields:
    return model.make_params(
        {name: np.stack([fields_of(one)[name] for one in many]) for name in fields_of(many[0])}
    )


def _one_of(model: AnyModel, stacked: Fields, place: int) -> Fields:
    return model.make_params({name: value[place] for name, value in fields_of(stacked).items()})


def _parameter(model: AnyModel, data: object, entry: Entry) -> Parameter:
    return next(each for each in model.parameters(data) if each.name == entry.field)
