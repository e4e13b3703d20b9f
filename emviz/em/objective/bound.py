"""Slices of the objective and of the lower bound g_t."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from emviz.em.counts.table import Entry
from emviz.em.domains import Parameter
from emviz.em.methods import EM, Method, unstacked
from emviz.em.model import AnyModel, AnyStep, Fields, fields_of
from emviz.em.numerics import Array, ascending, stacked
from emviz.em.objective.lines import Direction, Ends, one_of, position_on, straight
from emviz.em.objective.pace import Pace
from emviz.em.optional import Surrogate, slack_of
from emviz.em.work import Report, checked, silent

#: Points of the first, coarse version of a slice and of the final one.
COARSE, FINE = 25, 161
#: The maximum number of entries of θ in a list.
LISTED = 300


@dataclass(frozen=True)
class Earlier:
    """The bound of an earlier iteration; its θ(t) need not be on the line of the slice."""

    t: int
    bound: Array


@dataclass(frozen=True)
class Slice:
    """The objective and the bound along a line through parameter space.

    Parameters
    ----------
    direction : Direction
        The line: along an entry of θ, through two iterations, towards a goal, or from θ(t) to θ(t+1).
    positions : Array, shape (n,)
        Positions on the line: the value of the entry, or a in (1 − a) θ₀ + a θ₁.
    objective, bound : Array, shape (n,)
        The objective of the method, such as log P(x; θ), and g_t(θ), in nats; −∞ where the data are
        impossible. The bound is NaN if the method has none.
    slacks : Array, shape (n,)
        The part of the gap that is due to a surrogate of the prior, in nats; 0 without one.
    entropy : float
        The distance of Q(θ|θ(t)) below the bound, the same at every θ, in nats: H(q) if Q is all of
        E[log P(x, z; θ)].
    touch : float
        The position of θ(t); NaN if it is not on the line.
    target : float
        The position of the goal, by default θ(t+1); NaN if it is not on the line.
    touch_objective : float
        log P(x; θ(t)) = g_t(θ(t)).
    target_objective, target_bound : float
        log P and g_t at the target; on the slice along one entry, with only that entry moved.
    earlier : tuple of Earlier
        The requested bounds of earlier iterations, the latest first.
    matched : bool
        Whether the components of the goal have been put into the order of those of θ(t).
    """

    direction: Direction
    positions: Array
    objective: Array
    bound: Array
    slacks: Array
    entropy: float
    touch: float
    target: float
    touch_objective: float
    target_objective: float
    target_bound: float
    earlier: tuple[Earlier, ...] = ()
    matched: bool = False

    @property
    def entry(self) -> Entry | None:
        """The entry of θ that varies; None on a straight line between two θ."""
        return self.direction if isinstance(self.direction, Entry) else None

    @property
    def expected(self) -> Array:
        """Q(θ|θ(t)) in nats, shape (n,): without any terms free of θ that Q leaves out."""
        return self.bound - self.entropy

    @property
    def slack(self) -> float:
        """The part of the gap at the target that is due to a surrogate of the prior, in nats."""
        if np.isnan(self.target):
            return np.nan
        return float(self.slacks[np.searchsorted(self.positions, self.target)])

    @property
    def gap(self) -> float:
        """The gap log P − g_t at the target, in nats."""
        return self.target_objective - self.target_bound

    @property
    def divergence(self) -> float:
        """KL(q ‖ P(z|x;θ)) at the target in nats: the gap without the slack of a surrogate."""
        return self.gap - self.slack


def parameter_of(model: AnyModel, data: object, entry: Entry) -> Parameter:
    """Return the field of θ that has an entry."""
    return next(each for each in model.parameters(data) if each.name == entry.field)


def entry_span(model: AnyModel, data: object, params: Fields, entry: Entry) -> tuple[float, float]:
    """Return the range of an entry in a picture."""
    return parameter_of(model, data, entry).domain.span(fields_of(params)[entry.field], entry.index)


def entry_value(params: Fields, entry: Entry) -> float:
    """Return one scalar of θ."""
    return float(fields_of(params)[entry.field][entry.index])


def with_entry(model: AnyModel, data: object, params: Fields, entry: Entry, value: float) -> Fields:
    """Return θ with one entry moved; entries tied to it by their domain follow."""
    fields = fields_of(params)
    domain = parameter_of(model, data, entry).domain
    fields[entry.field] = domain.with_entry(fields[entry.field], entry.index, value)
    return model.make_params(fields)


def with_each(model: AnyModel, data: object, params: Fields, entry: Entry, values: Array) -> Fields:
    """Return θ with one entry moved to each of some values, stacked along a leading axis."""
    fields, domain = fields_of(params), parameter_of(model, data, entry).domain
    # The order of θ is kept, because a model may read its fields by position.
    many: dict[str, Sequence[Array] | Array] = {
        name: np.broadcast_to(value, (len(values), *value.shape)) for name, value in fields.items()
    }
    own = fields[entry.field]
    many[entry.field] = [domain.with_entry(own, entry.index, each) for each in checked(values.tolist())]
    return model.make_params({name: stacked(each) for name, each in many.items()})


def free_entries(model: AnyModel, data: object) -> tuple[Entry, ...]:
    """Return every scalar of θ that is estimated, in reading order."""
    return _free_entries(tuple(model.parameters(data)))


@lru_cache(maxsize=8)
def _free_entries(parameters: tuple[Parameter, ...]) -> tuple[Entry, ...]:
    """Return the entries, cached: an image has thousands, and every step asks for them."""
    return tuple(Entry(parameter.name, index) for parameter in parameters for index in parameter.free)


def sampled(entries: tuple[Entry, ...], most: int = LISTED) -> tuple[Entry, ...]:
    """Return at most `most` entries, evenly spaced, beginning with the first."""
    return entries[every(len(entries), most)]


def every(many: int, most: int) -> slice:
    """Return the slice that selects at most `most` of `many` items, evenly spaced."""
    return slice(None, None, max(1, -(-many // most)))


def entry_label(model: AnyModel, data: object, entry: Entry) -> str:
    """Return the name of an entry, such as θ_A."""
    return parameter_of(model, data, entry).label(entry.index)


def bound_to(model: AnyModel, data: object, params: Fields, entry: Entry) -> str:
    """Return in words which other entries move with an entry; "" if none do."""
    domain, value = parameter_of(model, data, entry).domain, fields_of(params)[entry.field]
    # Moved halfway to the end of its span, which stays in the domain.
    aside = (float(value[entry.index]) + domain.span(value, entry.index)[1]) / 2
    moved = domain.with_entry(value, entry.index, aside)
    others = [tuple(place) for place in np.argwhere(moved != value).tolist() if tuple(place) != entry.index]
    if not others:
        return ""
    if np.isclose(moved.sum(), value.sum(), rtol=1e-12, atol=0):
        return "the rest of its row in proportion"
    mirrored = (*entry.index[:-2], *reversed(entry.index[-2:]))
    return "its mirror image with it" if others == [mirrored] else "all entries tied to it as well"


def segment(
    model: AnyModel, data: object, at: AnyStep, target: Fields, points: int = FINE, method: Method = EM
) -> Slice:
    """Return the slice through θ(t) and θ(t+1), clipped to the domain.

    Every domain is convex, so all points between the two are valid. The bound touches at a = 0 and, if the
    M-step is exact, has its maximum at a = 1 (the paper's Supplementary Figure 1).
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
    """Return the slice along one entry of θ, with the others at θ(t)."""
    return _last(slices(model, data, at, entry, target, (points,), method))


def slices(
    model: AnyModel,
    data: object,
    at: AnyStep,
    direction: Direction,
    target: Fields,
    sizes: tuple[int, ...] = (COARSE, FINE),
    method: Method = EM,
    ends: Ends | None = None,
    earlier: Sequence[AnyStep] = (),
    report: Report = silent,
) -> Iterator[Slice | None]:
    """Yield a slice, a coarse one first; yield None in between, where the work can be cancelled.

    Parameters
    ----------
    at : AnyStep
        The step with the θ(t) at which the bound touches.
    direction : Direction
        The line.
    target : Fields
        The goal, by default θ(t+1).
    ends : pair of Fields, optional
        The θ at a = 0 and a = 1 of a straight line; by default θ(t) and the target.
    earlier : sequence of AnyStep
        Steps whose bounds are also computed.
    report : callable
        Called with the fraction that is done.
    """
    pace = Pace(sum(sizes), report)
    for points in sizes:
        if isinstance(direction, Entry):
            positions, many = _entry_points(model, data, at.params, direction, target, points)
            marks = (entry_value(at.params, direction), entry_value(target, direction))
        else:
            through = ends or (at.params, target)
            marks = (0.0, 1.0)
            if ends:
                marks = position_on(ends, at.params), position_on(ends, target)
            positions, many = straight(model, data, through, points, marks)
        heights: list[Array] = []
        touching: list[list[float]] = [[] for _ in (at, *earlier)]
        slacks: list[float] = []
        height = _height(model, data, many, positions, method)
        for part in pace.parts(model, many):
            heights.append(height(part, positions[len(slacks) : len(slacks) + len(part[0])]))
            for step, bounds in zip((at, *earlier), touching, strict=True):
                bounds += bounds_at(model, data, step, part, method)
            slacks += _slacks(model, data, at, part)
            yield None
        own, *others = map(np.array, touching)
        drawn = _Curves(positions, np.concatenate(heights), own, np.array(slacks))
        before = tuple(Earlier(step.index, bound) for step, bound in zip(earlier, others, strict=True))
        yield _slice(at, direction, drawn, marks, before)


def _slacks(model: AnyModel, data: object, at: AnyStep, many: Fields) -> list[float]:
    """Return the slack of a surrogate at stacked parameters, in nats."""
    if not isinstance(model, Surrogate):
        return [0.0] * len(many[0])
    return [slack_of(model, data, at.params, one) for one in unstacked(model, many)]


def bounds_at(model: AnyModel, data: object, at: AnyStep, many: Fields, method: Method) -> list[float]:
    """Return the bound at stacked parameters; NaN if the method has none."""
    if method.unbounded:
        return [np.nan] * len(many[0])
    return [method.bound(model, data, at, one) for one in unstacked(model, many)]


def _height(
    model: AnyModel, data: object, many: Fields, positions: Array, method: Method
) -> Callable[[Fields, Array], Array]:
    """Return the objective as a function of some of the stacked parameters and of their positions.

    All are on a straight line, along which some models can evaluate it much faster.
    """
    along = method.along(model, data, *(one_of(model, many, place) for place in (0, -1)))
    if along is None:
        return lambda part, _: method.objectives(model, data, part)
    shortcut, first, way = along, positions[0], np.ptp(positions)
    return lambda _, some: shortcut((some - first) / way)


def _entry_points(
    model: AnyModel, data: object, base: Fields, entry: Entry, target: Fields, points: int
) -> tuple[Array, Fields]:
    low, high = parameter_of(model, data, entry).domain.span(fields_of(base)[entry.field], entry.index)
    ends = (entry_value(base, entry), entry_value(target, entry))
    # The ends of the span are left out: at a probability of 0 or 1 log P may be −∞.
    inner = (high - low) / (points + 1)
    positions = ascending(np.linspace(low + inner, high - inner, points), ends)
    return positions, with_each(model, data, base, entry, positions)


def _last(pictures: Iterator[Slice | None]) -> Slice:
    last = None
    for picture in pictures:
        last = picture
    assert last is not None
    return last


@dataclass(frozen=True)
class _Curves:
    """The curves of a slice: positions, and the objective, the bound and the slack there."""

    positions: Array
    objective: Array
    bound: Array
    slacks: Array

    def at(self, mark: float) -> tuple[float, float]:
        """Return the objective and the bound at one of the positions; NaN for a NaN."""
        if np.isnan(mark):
            return np.nan, np.nan
        place = int(np.searchsorted(self.positions, mark))
        return float(self.objective[place]), float(self.bound[place])


def _slice(
    at: AnyStep,
    direction: Direction,
    drawn: _Curves,
    marks: tuple[float, float],
    earlier: tuple[Earlier, ...],
) -> Slice:
    touched = at.expectation.objective
    # A mark beyond the ends of the clipped line is not shown.
    # Compared exactly, since `ascending` has put these very numbers among the positions.
    touch, target = (mark if mark in drawn.positions else np.nan for mark in marks)
    curves = drawn.positions, drawn.objective, drawn.bound, drawn.slacks
    entropy = touched - at.q_expectation
    return Slice(direction, *curves, entropy, touch, target, touched, *drawn.at(target), earlier)
