"""Standard errors of θ at a maximum, and those that take the expected counts at face value.

The variance of φ is the inverse of the observed information, and that of θ is A Var φ Aᵀ with A = ∂θ/∂φ. If
the expected counts were observed ones, the inverse of the complete information would take its place; the
difference is due to not observing z (Louis, J. R. Statist. Soc. B 44:226 (1982)).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from statistics import NormalDist
from typing import Final, TypeAlias, TypeVar

import numpy as np

from emviz.em.convergence.ending import FLAT, Place, bordering, place_of
from emviz.em.convergence.rate import measured_rate
from emviz.em.domains import Index, Parameter, ParameterError, Positive, Simplex, Unit
from emviz.em.methods import EM
from emviz.em.methods.climbing import MOST_CURVED
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.objective.slope import Slope, slope
from emviz.em.optional import mistake_of
from emviz.em.rounding import figures
from emviz.em.theta.coordinates import Free, size_of
from emviz.em.theta.covariance import Covariance
from emviz.em.uncertainty.border import beside
from emviz.em.uncertainty.certainty import Errors, Uncertain
from emviz.em.uncertainty.information import Information, carried, information
from emviz.em.work import mapped

T = TypeVar("T")

#: The default level of confidence.
LEVEL: Final = 0.95
#: If θ is farther than this from the maximum, in standard errors, the errors are those at the maximum, which
#: this number of steps leads to at most.
CLOSE, STEPS = 1e-6, 8
#: A direction is named by this many of its largest entries at most, none below this fraction of the largest.
MOST_NAMED, WEAK = 4, 0.3

#: Yields the fraction of the work that is done, and returns the errors.
Finding: TypeAlias = Generator[float, None, Errors]


def standard_errors(
    model: AnyModel, data: object, params: Fields, path: Sequence[Fields] = (), level: float = LEVEL
) -> Finding:
    """Return the standard errors of θ; yield the fraction of the work that is done.

    A run of EM stops a little before the maximum; the errors are those of the maximum.

    Parameters
    ----------
    params : Fields
        θ at the end of a run.
    path : sequence of Fields
        θ(0), θ(1), … of the run of EM that led there, from which the rate is measured.
    level : float
        The confidence of the intervals.

    Raises
    ------
    ParameterError
        For a level that is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ParameterError(f"the level of confidence must lie between 0 and 1, got {level}")
    many = size_of(model, data)
    if not many:
        return Errors(level, withheld=_sentence("nothing is estimated here"))
    if mistake_of(model):
        return Errors(level, withheld=_sentence(mistake_of(model)))
    if many > MOST_CURVED:
        most = f"{many:,} parameters are estimated, and {MOST_CURVED} are the most for a matrix of curvatures"
        return Errors(level, withheld=_sentence(most))
    return (yield from _rising(_anywhere(model, data, params, path, level)))


def _rising(work: Finding) -> Finding:
    """Return the result of work whose fraction may start anew, and yield the largest so far."""
    largest = 0.0

    def risen(fraction: float) -> float:
        nonlocal largest
        largest = max(largest, fraction)
        return largest

    return mapped(work, risen)


def _anywhere(model: AnyModel, data: object, params: Fields, path: Sequence[Fields], level: float) -> Finding:
    try:
        return (yield from _inside(model, data, params, path, level))
    # φ is infinite at θ, or the M-step from a point nearby leads to a border.
    except (ArithmeticError, ValueError):
        edge = _outermost(model, data, params)
    return (
        yield from _on_border(model, data, params, path, Errors(level, withheld=_border(model, edge, params)))
    )


def _inside(model: AnyModel, data: object, params: Fields, path: Sequence[Fields], level: float) -> Finding:
    chart = Free(model, data, params)
    here, counts = chart.point(params), EM.expect(model, data, params).counts
    # The yields of `slope` and of `information`, at θ and perhaps again at the maximum.
    parts, total = count(1), 2 * (len(here) + 8 * len(here) ** 2)

    def counted(work: Generator[None, None, T]) -> Generator[float, None, T]:
        return mapped(work, lambda _: min(next(parts) / total, 1.0))

    known = yield from counted(slope(model, data, counts, chart, here))
    edge = bordering(model, data, counts, chart, known)
    if edge is not None:
        withheld = Errors(level, withheld=_border(model, edge, params))
        return (yield from _on_border(model, data, params, path, withheld))
    found = yield from counted(information(model, data, chart, counts, known))
    place, distance = place_of(found.observed, known), _distance(found.observed, known.gradient)
    if place is Place.SLOPE:
        return Errors(level, withheld=_sentence(f"θ is not at a maximum of {model.objective} yet: run on"))
    if found.least > FLAT and distance > CLOSE:
        # Otherwise the last digits would depend on where the run stopped.
        top = yield from counted(_maximum(model, data, chart, known, found.observed))
        chart, counts = Free(model, data, top), EM.expect(model, data, top).counts
        known = yield from counted(slope(model, data, counts, chart, chart.point(top)))
        found = yield from counted(information(model, data, chart, counts, known))
    return _errors(_AtMaximum(chart, known, found, level), place, path, distance)


def _on_border(
    model: AnyModel, data: object, params: Fields, path: Sequence[Fields], withheld: Errors
) -> Finding:
    """Return why there are no errors, with the rate of EM along the border and towards it if it is known."""
    p, parts = size_of(model, data), count(1)

    def counted(work: Generator[None, None, T]) -> Generator[float, None, T]:
        # The yields of `along`, `slope` and `towards`, and those of the matrices.
        return mapped(work, lambda _: min(next(parts) / (7 * p + 2 * p**2), 1.0))

    try:
        found = yield from counted(beside(model, data, params))
    except (ArithmeticError, ValueError):
        return withheld
    if found is None or place_of(found.information.observed, found.known) is Place.SLOPE:
        return withheld
    at = _AtMaximum(found.chart, found.known, found.information, withheld.level)
    return replace(_rates(at, path), withheld=withheld.withheld, nearing=found.nearing)


def _maximum(
    model: AnyModel, data: object, chart: Free, known: Slope, observed: Array
) -> Generator[None, None, Fields]:
    """Return the maximum beside the base of a chart, by Newton's steps with the information there."""
    params = model.make_params(chart.base)
    point, gradient = chart.point(params), known.gradient
    for _ in range(STEPS):
        ahead = point + np.linalg.solve(observed, gradient)
        found = chart.params(ahead)
        there = yield from slope(model, data, EM.expect(model, data, found).counts, chart, ahead)
        # The last digits of a slope are rounding.
        if not _distance(observed, there.gradient) < _distance(observed, gradient):
            break
        point, gradient, params = ahead, there.gradient, found
    return params


def _distance(observed: Array, gradient: Array) -> float:
    """Return the distance to the maximum of the parabola, in standard errors; NaN if it has none."""
    squared = float(gradient @ np.linalg.solve(observed, gradient))
    return float(np.sqrt(squared)) if squared >= 0 else np.nan


class _AtMaximum:
    """The information converted to θ, flattened field by field: A, and both standard errors."""

    def __init__(self, chart: Free, known: Slope, found: Information, level: float) -> None:
        self.chart, self.known, self.information, self.level = chart, known, found, level
        self.model, self.base = chart.model, chart.base
        self.turned = carried(chart, known)
        self.face_value = np.sqrt(np.diagonal(self._covariance(found.complete)))
        self.missing, way = found.missing()
        # The eigenvector has an arbitrary sign; the entry that changes most, in standard errors, is positive.
        moved = self.turned @ way
        strongest = moved[np.argmax(np.abs(self._in_errors(moved)))]
        self.direction = moved / (np.sign(strongest) * np.linalg.norm(moved))

    @property
    def covariance(self) -> Array:
        """The covariance of all entries, shape (q, q)."""
        return self._covariance(self.information.observed)

    def entries(self) -> Iterator[tuple[int, Parameter, Index]]:
        """Yield each independently estimated entry that can vary, with its index in the flattened θ."""
        first = 0
        for each in self.chart.parameters:
            for index in each.free:
                place = first + (int(np.ravel_multi_index(index, each.shape)) if index else 0)
                if self.turned[place].any():
                    yield place, each, index
            first += int(np.prod(each.shape, dtype=np.intp))

    def slowest(self) -> str:
        """Return the direction in words, its strongest entries first."""
        sizes = self._in_errors(self.direction)
        named = sorted(self.entries(), key=lambda entry: -abs(sizes[entry[0]]))
        least = WEAK * np.abs(sizes).max()
        words = [
            f"{each.label(index)} {'up' if sizes[place] > 0 else 'down'}"
            for place, each, index in named[:MOST_NAMED]
            if abs(sizes[place]) >= least
        ]
        return ", ".join(words)

    def measured(self, path: Sequence[Fields]) -> tuple[int, float] | None:
        """Return the last t at which the rate of EM can be measured, and the rate."""
        places = [place for place, _, _ in self.entries()]
        flat = [self._flat(fields_of(each))[places] for each in path]
        return measured_rate(np.array(flat).reshape(len(path), len(places)))

    def split(self, vector: Array) -> Mapping[str, Array]:
        """Return a flattened vector as arrays by field."""
        shapes = [each.shape for each in self.chart.parameters]
        cuts = np.cumsum([int(np.prod(shape, dtype=np.intp)) for shape in shapes])[:-1]
        parts = zip(self.chart.parameters, np.split(vector, cuts), strict=True)
        return {each.name: part.reshape(each.shape) for each, part in parts}

    def _covariance(self, information: Array) -> Array:
        return np.asarray(self.turned @ np.linalg.solve(information, self.turned.T))

    @property
    def _units(self) -> Array:
        return np.where(self.face_value > 0, self.face_value, 1.0)
        # An entry that cannot vary has error 0.

    def _in_errors(self, vector: Array) -> Array:
        return np.asarray(vector / self._units)

    def _flat(self, fields: Mapping[str, Array]) -> Array:
        return np.concatenate([np.ravel(fields[each.name]) for each in self.chart.parameters])


def _errors(found: _AtMaximum, place: Place, path: Sequence[Fields], distance: float) -> Errors:
    """Return the rates, and the standard errors or the reason why there are none."""
    rates = _rates(found, path)
    if found.information.least <= FLAT:
        return replace(rates, withheld=_singular(found, place))
    return replace(rates, entries=_rows(found), covariance=found.covariance, distance=distance)


def _rates(found: _AtMaximum, path: Sequence[Fields]) -> Errors:
    return Errors(
        found.level,
        missing=found.missing,
        direction=found.split(found.direction),
        slowest=found.slowest(),
        measured=found.measured(path),
    )


def _rows(found: _AtMaximum) -> tuple[Uncertain, ...]:
    reach = NormalDist().inv_cdf((1 + found.level) / 2)
    errors = np.sqrt(np.diagonal(found.covariance))
    rows = []
    for place, each, index in found.entries():
        value, error = float(found.base[each.name][index]), float(errors[place])
        low, high = interval(each, index, value, reach * error)
        at_face_value = float(found.face_value[place])
        rows.append(Uncertain(each.name, index, each.label(index), value, error, low, high, at_face_value))
    return tuple(rows)


# Far from the maximum exp overflows to ∞, and the end of the interval becomes that of the domain.
@np.errstate(over="ignore")
def interval(parameter: Parameter, index: Index, value: float, reach: float) -> tuple[float, float]:
    """Return the ends of a confidence interval that is inside the domain of an entry.

    It is symmetric on the unbounded scale of the entry: log-odds of a probability, also of one in a row of
    several; logarithm of a rate or variance; a mean or covariance itself.

    Parameters
    ----------
    reach : float
        Half the width of the interval on the scale of θ, to first order.
    """
    domain = parameter.domain
    if isinstance(domain, Unit | Simplex):
        middle, half = np.log(value) - np.log1p(-value), reach / (value * (1 - value))
        return float(1 / (1 + np.exp(half - middle))), float(1 / (1 + np.exp(-half - middle)))
    if isinstance(domain, Positive) or (isinstance(domain, Covariance) and index[-1] == index[-2]):
        factor = np.exp(reach / value)
        return float(value / factor), float(value * factor)
    return value - reach, value + reach


def _sentence(reason: str) -> str:
    return f"No standard errors: {reason}."


def _singular(found: _AtMaximum, place: Place) -> str:
    """Return why there are no standard errors at a saddle or on a ridge."""
    name, largest = found.model.objective, figures(float(found.missing[0]), 5)
    along = f"along {found.slowest()}; the EM map's largest eigenvalue is {largest}"
    if place is Place.SADDLE:
        return _sentence(f"θ is at a saddle of {name}, which rises both ways {along}")
    return _sentence(f"θ is on a ridge of {name}, which is flat {along}")


def _border(model: AnyModel, edge: tuple[Parameter, Index] | None, params: Fields) -> str:
    """Return that θ is on the border, and the entry that is."""
    if edge is None:
        return _sentence("θ is on the border of its domain, or too close to it for finite differences")
    parameter, index = edge
    value = figures(float(fields_of(params)[parameter.name][index]), 3)
    return _sentence(
        f"{parameter.label(index)} = {value} is on the border of its domain, "
        f"where the slope of {model.objective} need not be 0"
    )


def _outermost(model: AnyModel, data: object, params: Fields) -> tuple[Parameter, Index] | None:
    """Return the first entry of θ that is exactly on a border, or None."""
    fields = fields_of(params)
    for each in model.parameters(data):
        for index in each.free:
            if _is_outermost(each, float(fields[each.name][index])):
                return each, index
    return None


def _is_outermost(parameter: Parameter, value: float) -> bool:
    if isinstance(parameter.domain, Unit | Simplex):
        return value in (0.0, 1.0)
    return isinstance(parameter.domain, Positive) and value <= 0
