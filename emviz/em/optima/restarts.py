"""Many starts, many optima: the points where EM can end, and their kinds."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

import numpy as np

from emviz.em.engine import advance, start
from emviz.em.methods import EM, Method, mistaken
from emviz.em.model import AnyModel, Fields, ModelError, fields_of
from emviz.em.numerics import Array
from emviz.em.work import Report, check_stop, silent

#: EM runs until an iteration gains no more than this fraction of |log P|: the limit of double precision.
TOLERANCE = 1e-14
ITERATIONS = 2000
#: Two ends closer than this in every parameter are the same.
SAME = 1e-4
#: Step of the finite differences, in unconstrained coordinates, and the largest curvature that counts as 0.
STEP, FLAT = 1e-3, 1e-4
#: Heights that differ by less than this fraction are equal.
LEVEL = 1e-9
#: The fraction of the way from one end to an equal one at which EM is restarted, to see if it returns.
STRIDE = 1 / 8


class Kind(Enum):
    """The kind of a stationary point."""

    MAXIMUM = "maximum"
    MIRROR = "mirror maximum"
    LOCAL = "local maximum"
    RIDGE = "ridge"
    SADDLE = "saddle"


#: The limit of a run of EM, and the objective there in nats.
End: TypeAlias = tuple[Fields, float]


@dataclass(frozen=True)
class Landmark:
    """A fixed point of EM."""

    kind: Kind
    params: Fields
    objective: float


def landmarks(
    model: AnyModel,
    data: object,
    starts: Sequence[Fields],
    method: Method = EM,
    report: Report = silent,
) -> Iterator[tuple[Landmark, ...] | None]:
    """Yield None while EM runs, and at the end its distinct fixed points, the best first.

    Of points that are equally high, the one that was found first comes first.

    Equal maxima are either mirror images, which are isolated, or points of a ridge, along which the objective
    is constant, so that the data do not determine θ.

    A run on which the model fails, for example because a likelihood is unbounded, has no end. A model with a
    deliberate mistake has no landmarks of log P.

    Parameters
    ----------
    report : callable
        Called with the fraction of the runs that is done.
    """
    if mistaken(method, model):
        yield ()
        return
    ends: list[End] = []
    for done, params in enumerate(starts):
        # Each end may be started from once more, beside another one.
        report(done / (2 * len(starts)))
        with suppress(ModelError):
            for end in climb(model, data, params, method):
                if end is not None and not any(_same(end[0], known) for known, _ in ends):
                    ends.append(end)
                yield None
    ends = _best_first(ends)
    level = yield from _on_ridges(model, data, ends, method, report)
    yield _named(model, data, ends, level, method)


def own_first(known: Sequence[Landmark], params: Fields) -> tuple[Landmark, ...]:
    """Return the landmarks with that of several equal maxima as the maximum that is nearest to θ.

    So a run ends at the maximum, and its mirror images are elsewhere, wherever it has started.
    """
    equal = [each for each in known if each.kind in (Kind.MAXIMUM, Kind.MIRROR)]
    if len(equal) < 2:
        return tuple(known)
    own = min(equal, key=lambda each: float(np.linalg.norm(_way(each.params, params))))
    named = [replace(each, kind=Kind.MAXIMUM if each is own else Kind.MIRROR) for each in equal]
    rest = [each for each in known if each.kind not in (Kind.MAXIMUM, Kind.MIRROR)]
    return (*sorted(named, key=lambda each: each.kind is Kind.MIRROR), *rest)


def climb(
    model: AnyModel, data: object, params: Fields, method: Method = EM
) -> Iterator[tuple[Fields, float] | None]:
    """Yield None for each iteration, and at the end the limit of EM and the objective there."""
    step = start(model, data, params, method)
    while step.index < ITERATIONS:
        before = step.expectation.objective
        step = advance(model, data, advance(model, data, step, method), method)
        if _level(before, step.expectation.objective, TOLERANCE):
            break
        yield None
    yield step.params, step.expectation.objective


def curvature(model: AnyModel, data: object, params: Fields, method: Method = EM) -> Array:
    """Return the eigenvalues of the Hessian of the objective in unconstrained coordinates, ascending.

    By finite differences; in nats per squared unit of the coordinates (log-odds for probabilities). Empty at
    the border of a domain, where the coordinates are infinite.
    """
    free = [parameter for parameter in model.parameters(data) if not parameter.fixed]
    fields = fields_of(params)
    with np.errstate(divide="ignore", invalid="ignore"):
        pieces = [parameter.domain.to_free(fields[parameter.name]) for parameter in free]
    origin = np.concatenate(pieces)
    if not np.all(np.isfinite(origin)):
        return np.empty(0)
    cuts = np.cumsum([len(piece) for piece in pieces])[:-1]

    def height(shift: Array) -> float:
        moved = {
            parameter.name: parameter.domain.from_free(part, parameter.shape)
            for parameter, part in zip(free, np.split(origin + shift, cuts), strict=True)
        }
        return method.expect(model, data, model.make_params({**fields, **moved})).objective

    return _hessian_spectrum(height, len(origin))


def _hessian_spectrum(height: Callable[[Array], float], size: int) -> Array:
    axes = np.eye(size) * STEP
    hessian = np.empty((size, size))
    for i in range(size):
        for j in range(i + 1):
            check_stop()
            corners = (
                height(axes[i] + axes[j])
                - height(axes[i] - axes[j])
                - height(axes[j] - axes[i])
                + height(-axes[i] - axes[j])
            )
            hessian[i, j] = hessian[j, i] = corners / (4 * STEP**2)
    return np.asarray(np.linalg.eigvalsh(hessian))


def _best_first(ends: Sequence[End]) -> list[End]:
    """Return the ends, the best first; those whose heights differ in the last digits only, as found."""
    ranks, leader = dict[int, int](), np.inf
    for place in sorted(range(len(ends)), key=lambda place: -ends[place][1]):
        if not _level(leader, ends[place][1], LEVEL):
            leader = ends[place][1]
        ranks[place] = sum(1 for end in ends if end[1] > leader)
    return [ends[place] for place in sorted(ranks, key=lambda place: (ranks[place], place))]


def _named(
    model: AnyModel, data: object, ends: list[End], level: list[bool], method: Method
) -> tuple[Landmark, ...]:
    return tuple(
        Landmark(_kind(model, data, ends, place, flat, method), *end)
        for place, (end, flat) in enumerate(zip(ends, level, strict=True))
    )


def _kind(model: AnyModel, data: object, ends: list[End], place: int, on_ridge: bool, method: Method) -> Kind:
    params, objective = ends[place]
    highest = _level(ends[0][1], objective, LEVEL)
    if highest and on_ridge:
        return Kind.RIDGE
    if np.any(curvature(model, data, params, method) > FLAT):
        return Kind.SADDLE
    if on_ridge:
        return Kind.RIDGE
    if place == 0:
        return Kind.MAXIMUM
    return Kind.MIRROR if highest else Kind.LOCAL


def _on_ridges(
    model: AnyModel, data: object, ends: list[End], method: Method, report: Report
) -> Generator[None, None, list[bool]]:
    """Return for each end whether it is on a ridge towards the nearest end with an equal objective."""
    found = []
    for done, (params, objective) in enumerate(ends):
        report((len(ends) + done) / (2 * len(ends)))
        equal = [other for other, height in ends if other is not params and _level(objective, height, LEVEL)]
        nearest = min(equal, key=lambda other: float(np.linalg.norm(_way(params, other))), default=None)
        if nearest is None:
            found.append(False)
        else:
            found.append((yield from _leads(model, data, (params, objective), nearest, method)))
    return found


def _leads(
    model: AnyModel, data: object, end: End, other: Fields, method: Method
) -> Generator[None, None, bool]:
    """Return whether EM, restarted between two ends, stays there with the same objective.

    Near an isolated maximum it would return. All domains are convex, so the start is valid.
    """
    ends, way = fields_of(other), _way(end[0], other)
    put = {name: (1 - STRIDE) * value + STRIDE * ends[name] for name, value in fields_of(end[0]).items()}
    with suppress(ModelError):
        for stopped in climb(model, data, model.make_params(put), method):
            if stopped is not None:
                gone = float(_way(end[0], stopped[0]) @ way / (way @ way))
                return _level(end[1], stopped[1], LEVEL) and STRIDE / 2 < gone < 2 * STRIDE
            yield None
    return False


def _way(one: Fields, other: Fields) -> Array:
    """Return the difference of all entries of two θ, shape (p,)."""
    return np.concatenate([np.ravel(b - a) for a, b in zip(one, other, strict=True)])


def _level(one: float, other: float, tolerance: float) -> bool:
    return abs(other - one) <= tolerance * abs(other)


def _same(one: Fields, other: Fields) -> bool:
    return all(np.allclose(a, b, rtol=0, atol=SAME) for a, b in zip(one, other, strict=True))
