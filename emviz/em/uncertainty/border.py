"""EM beside a limit on the border of θ: along the border, and towards it.

EM does not leave a border: a probability of 0 expects no counts and stays 0. So the Jacobian of its map there
is block-triangular, and its eigenvalues are those of the entries inside, with those at the border held, and
for each entry at the border the factor by which an iteration multiplies its distance from it. The rate of EM
is the largest of all.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from emviz.em.convergence.ending import NOTHING
from emviz.em.domains import Index, NonNegative, Parameter, Positive, Simplex, Unit
from emviz.em.methods import EM
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.objective.slope import Slope, curvature_along, hessian, jacobian, slope
from emviz.em.theta.coordinates import Bools, Free
from emviz.em.uncertainty.certainty import Nearing
from emviz.em.uncertainty.information import FOURTH, LONG, Information

#: An entry with next to no expected counts is at the border if it is this close to it, in units of the
#: largest of its field if it is no probability. Otherwise its component is empty, and it is not determined.
NEAR = 1e-2
#: The distance from the border at which the factor is found.
BESIDE = 1e-8

#: Which entries of each field are at the border, and that border: an array that is NaN elsewhere.
Held: TypeAlias = dict[str, Array]


@dataclass(frozen=True, eq=False)
class _Singles(Unit):
    """Entries of a domain without constraints between them, some of them held."""

    domain: Unit | Positive
    held: Array

    def to_free(self, value: Array) -> Array:
        """Return the unconstrained coordinates of the others."""
        return self.domain.to_free(value[np.isnan(self.held)])

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the field that has them."""
        value = self.held.copy()
        value[np.isnan(value)] = self.domain.from_free(free, free.shape)
        return value

    def ways(self) -> Iterator[tuple[Index, Array]]:
        """Yield each entry that is not held, with its direction in the free coordinates."""
        places = [tuple(map(int, index)) for index in np.argwhere(np.isnan(self.held))]
        return zip(places, np.eye(len(places)), strict=True)


@dataclass(frozen=True, eq=False)
class _Rows(Simplex):
    """Probabilities that add up to 1 along the last axis, some of them held at 0."""

    held: Array

    def to_free(self, value: Array) -> Array:
        """Return the logarithms of the ratios to the last entry of a row that is not held."""
        parts = [np.empty(0)]
        for row, own in zip(value.reshape(self._rows.shape), self._rows, strict=True):
            logs = np.log(row[own])
            parts.append(logs[:-1] - logs[-1])
        return np.concatenate(parts)

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the probabilities that have these log-ratios."""
        value, first = np.zeros(self._rows.shape), 0
        for row, own in zip(value, self._rows, strict=True):
            many = int(own.sum()) - 1
            row[own] = Simplex().from_free(free[first : first + many], (many + 1,))
            first += many
        return value.reshape(shape)

    def ways(self) -> Iterator[tuple[Index, Array]]:
        """Yield each entry that can vary, with the direction in which only it grows."""
        size, first = int((self._rows.sum(axis=-1) - 1).sum()), 0
        for place, own in enumerate(self._rows):
            before = np.unravel_index(place, self.held.shape[:-1]) if self.held.ndim > 1 else ()
            columns, ways = np.flatnonzero(own), np.eye(size)[first : first + int(own.sum()) - 1]
            if len(ways):
                for column, way in zip(columns, [*ways, -ways.sum(axis=0)], strict=True):
                    yield (*map(int, before), int(column)), way
            first += len(ways)

    @property
    def _rows(self) -> Bools:
        """The entries that are not held, a row for each."""
        return np.isnan(self.held).reshape(-1, self.held.shape[-1])


class Along(Free):
    """Coordinates along a border: entries at it are held, and the others are unconstrained.

    Parameters
    ----------
    model, data, base : AnyModel, object, Fields
        Same as for `Free`.
    held : mapping of field to Array
        The border of each held entry; NaN for the others.
    """

    def __init__(self, model: AnyModel, data: object, base: Fields, held: Held) -> None:
        fields = {**fields_of(base)}
        for name, border in held.items():
            fields[name] = np.where(np.isnan(border), fields[name], border)
        for each in _bordered(model, data):
            if isinstance(each.domain, Simplex):
                fields[each.name] = fields[each.name] / fields[each.name].sum(axis=-1, keepdims=True)
        super().__init__(model, data, model.make_params(fields))
        self.parameters = [_inside(each, held) for each in self.parameters]
        self.measure()

    def edges(self) -> Iterator[tuple[Parameter, Index, Array]]:
        """Yield each entry with a border at which it is not held, and the direction in which it grows."""
        first, p = 0, sum(self._sizes)
        for each, size in zip(self.parameters, self._sizes, strict=True):
            if isinstance(each.domain, _Singles | _Rows):
                for index, own in each.domain.ways():
                    way = np.zeros(p)
                    way[first : first + size] = own
                    yield each, index, way
            first += size


@dataclass(frozen=True)
class Beside:
    """EM beside a limit on the border.

    Parameters
    ----------
    chart : Along
        The coordinates along the border.
    known : Slope
        The slope along it.
    information : Information
        The information along it.
    nearing : tuple of Nearing
        How EM approaches it, the slowest entry first.
    """

    chart: Along
    known: Slope
    information: Information
    nearing: tuple[Nearing, ...]


def beside(model: AnyModel, data: object, params: Fields) -> Generator[None, None, Beside | None]:
    """Return EM beside a limit on the border; None if θ is on none, or all of it, or is not determined there.

    Raises
    ------
    ArithmeticError, ValueError
        If an E-step or M-step fails on the border.
    """
    limit = yield from _along(model, data, params)
    if limit is None:
        return None
    chart, held = limit
    base = model.make_params(chart.base)
    here, counts = chart.point(base), EM.expect(model, data, base).counts
    if not len(here):
        return None
    known = yield from slope(model, data, counts, chart, here)
    # A direction without complete information leads along the entries of an empty component.
    if not np.all(known.curvature > 0):
        return None
    found = yield from _information(model, data, chart, counts, known)
    nearing = yield from _towards(model, data, chart, held)
    return Beside(chart, known, found, nearing) if nearing else None


def _information(
    model: AnyModel, data: object, chart: Along, counts: Fields, known: Slope
) -> Generator[None, None, Information]:
    """Return the information along the border: that of complete data, and the EM map, which give the other.

    Few differences are taken of the slope of Q, since no standard errors depend on them.
    """
    here = chart.point(model.make_params(chart.base))

    def completed(point: Array) -> Generator[None, None, Array]:
        found = yield from slope(model, data, counts, chart, point)
        return found.gradient

    def moved(point: Array) -> Generator[None, None, Array]:
        yield
        expected = EM.expect(model, data, chart.params(point)).counts
        return chart.point(model.m_step(data, expected))

    complete = -(yield from hessian(here, known.scales, completed))
    em_map = yield from jacobian(here, known.scales, moved, LONG, FOURTH)
    observed = complete @ (np.eye(len(here)) - em_map)
    return Information((observed + observed.T) / 2, complete, em_map)


def _along(model: AnyModel, data: object, params: Fields) -> Generator[None, None, tuple[Along, Held] | None]:
    """Return coordinates along the border on which θ is; None if not all other entries are determined.

    Raises
    ------
    ArithmeticError, ValueError
        If the E-step fails on the border.
    """
    fields = fields_of(params)
    held = {each.name: _exactly(each, fields[each.name]) for each in _bordered(model, data)}
    while True:
        chart, more = Along(model, data, params, held), list[tuple[Array, Index, float]]()
        base = model.make_params(chart.base)
        here, counts = chart.point(base), EM.expect(model, data, base).counts
        for each, index, way in chart.edges():
            yield
            # As in `bordering`, this is about the expected count of the entry.
            if curvature_along(model, data, counts, chart, here, way) >= NOTHING:
                continue
            border = _nearest(each, chart.base[each.name], index)
            if border is None:
                return None
            # A probability is 1 because the others of its row are at their border.
            if border == 0 or not isinstance(each.domain, Simplex):
                more.append((held[each.name], index, border))
        if not more:
            return chart, held
        for borders, index, border in more:
            borders[index] = border


def _towards(
    model: AnyModel, data: object, chart: Along, held: Held
) -> Generator[None, None, tuple[Nearing, ...]]:
    """Return the factor by which EM multiplies the distance of each held entry, the largest first."""
    found = []
    for each in _bordered(model, data):
        for index in map(tuple, np.argwhere(~np.isnan(held[each.name])).tolist()):
            yield
            border, value = float(held[each.name][index]), chart.base[each.name]
            moved = each.domain.with_entry(value, index, abs(border - BESIDE))
            beside = model.make_params({**chart.base, each.name: moved})
            after = fields_of(model.m_step(data, EM.expect(model, data, beside).counts))
            factor = abs(float(after[each.name][index]) - border) / BESIDE
            found.append(Nearing(each.label(index), factor))
    return tuple(sorted(found, key=lambda entry: -entry.factor))


def _bordered(model: AnyModel, data: object) -> list[Parameter]:
    """Return the fields whose entries may be at a border that EM does not leave."""
    # Types themselves, since other rows of probabilities have impossible entries, and a prior.
    kinds = (Unit, Simplex, Positive, NonNegative)
    return [
        each
        for each in model.parameters(data)
        if type(each.domain) in kinds and not each.fixed and not each.bound
    ]


def _exactly(parameter: Parameter, value: Array) -> Array:
    """Return the border of each entry that is exactly on one, and NaN for the others."""
    held = np.where(value == 0, 0.0, np.nan)
    return np.where(value == 1, 1.0, held) if isinstance(parameter.domain, Unit) else held


def _nearest(parameter: Parameter, value: Array, index: Index) -> float | None:
    """Return the border that an entry is close to, None if there is none."""
    own, domain = float(value[index]), parameter.domain
    unit = float(value.max()) if isinstance(domain, _Singles) and isinstance(domain.domain, Positive) else 1.0
    if own < NEAR * unit:
        return 0.0
    return 1.0 if unit == 1 and own > 1 - NEAR else None


def _inside(parameter: Parameter, held: Held) -> Parameter:
    """Return a field with a domain of its entries that are not held."""
    if parameter.name not in held:
        return parameter
    border, domain = held[parameter.name], parameter.domain
    if isinstance(domain, Unit | Positive):
        return replace(parameter, domain=_Singles(domain, border))
    return replace(parameter, domain=_Rows(border))
