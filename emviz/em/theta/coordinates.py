"""Coordinates of θ for steps of a method: free ones, which are unconstrained, and natural ones."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.domains import Domain, Index, Parameter, Real, Simplex
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.rounding import figures
from emviz.em.theta.covariance import Covariance
from emviz.em.work import checked

Bools: TypeAlias = NDArray[np.bool_]

FREE: Final = "free"
NATURAL: Final = "natural"
KINDS = (FREE, NATURAL)
BORDER = "θ lies on the border of its domain, where the free coordinates are infinite"


class LeftDomainError(ArithmeticError):
    """A point outside the domain of θ."""


class Chart(ABC):
    """Maps θ to a point, shape (p,), and back.

    Parameters
    ----------
    model, data : AnyModel, object
        The model and the data of θ.
    base : Fields
        θ(t), from which steps are taken.
    """

    def __init__(self, model: AnyModel, data: object, base: Fields) -> None:
        self.model, self.base = model, fields_of(base)
        self.parameters: Sequence[Parameter] = [each for each in model.parameters(data) if not each.fixed]

    @abstractmethod
    def point(self, params: Fields) -> Array:
        """Return the coordinates of θ."""

    @abstractmethod
    def params(self, point: Array) -> Fields:
        """Return θ.

        Raises
        ------
        LeftDomainError
            If the point is outside the domain.
        """

    @property
    @abstractmethod
    def unscaled(self) -> Bools:
        """Whether each coordinate has the units of the data, so steps may be of any size; shape (p,)."""


class Free(Chart):
    """The unconstrained coordinates of the domains: log-odds, log-ratios, logarithms, Cholesky factors."""

    def __init__(self, model: AnyModel, data: object, base: Fields) -> None:
        super().__init__(model, data, base)
        self.measure()

    def measure(self) -> None:
        """Count the coordinates of each field."""
        with np.errstate(divide="ignore", invalid="ignore"):
            # Only the lengths are used, so infinite coordinates of a base on the border do no harm.
            self._sizes = [len(each.domain.to_free(self.base[each.name])) for each in self.parameters]
        self._cuts = np.cumsum(self._sizes)[:-1]

    def point(self, params: Fields) -> Array:
        """Return φ.

        Raises
        ------
        LeftDomainError
            On the border of a domain, where φ is infinite.
        """
        fields = fields_of(params)
        with np.errstate(divide="ignore", invalid="ignore"):
            point = np.concatenate([each.domain.to_free(fields[each.name]) for each in self.parameters])
        if not np.all(np.isfinite(point)):
            raise LeftDomainError(BORDER)
        return point

    def params(self, point: Array) -> Fields:
        """Return θ, which is in its domain for every finite φ."""
        if not np.all(np.isfinite(point)):
            raise LeftDomainError("the step has diverged: it leads to infinity")
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            moved = {
                each.name: each.domain.from_free(part, each.shape)
                for each, part in zip(self.parameters, np.split(point, self._cuts), strict=True)
            }
        return self.model.make_params({**self.base, **moved})

    @property
    def unscaled(self) -> Bools:
        """Real numbers such as means, and Cholesky factors, whose entries below the diagonal have units."""
        return self.flags(lambda domain: isinstance(domain, Real | Covariance))

    def edges(self) -> Iterator[tuple[Parameter, Index, Array]]:
        """Yield each entry with a border, and the direction in φ in which only it grows, shape (p,).

        In a row of probabilities, the others then shrink in proportion.
        """
        first, p = 0, sum(self._sizes)
        for each, size in zip(self.parameters, self._sizes, strict=True):
            if not isinstance(each.domain, Real | Covariance):
                for index, own in _ways(each, size):
                    way = np.zeros(p)
                    way[first : first + size] = own
                    # A row with a single probability cannot change.
                    if way.any():
                        yield each, index, way
            first += size

    def flags(self, holds: Callable[[Domain], bool]) -> Bools:
        """Return a property of the domain of each coordinate, shape (p,)."""
        sizes = zip(self.parameters, self._sizes, strict=True)
        return np.concatenate([np.full(size, holds(each.domain)) for each, size in sizes])


def _ways(parameter: Parameter, size: int) -> Iterator[tuple[Index, Array]]:
    """Yield the entries of a field, each with its direction in the free coordinates of the field, (size,)."""
    ways = np.eye(size)
    indices = np.ndindex(parameter.shape)
    if not isinstance(parameter.domain, Simplex):
        yield from zip(indices, ways, strict=False)
        return
    length = parameter.shape[-1] - 1
    for index in indices:
        row = int(np.ravel_multi_index(index[:-1], parameter.shape[:-1])) if index[:-1] else 0
        own = slice(row * length, (row + 1) * length)
        # The last entry is the reference of the log-ratios, so it grows when all of them fall.
        yield index, ways[row * length + index[-1]] if index[-1] < length else -ways[own].sum(axis=0)


class Natural(Chart):
    """The independent entries of θ themselves; the last of a row of probabilities is 1 minus the others."""

    def __init__(self, model: AnyModel, data: object, base: Fields) -> None:
        super().__init__(model, data, base)
        self._bonds = [_bonds_of(each, self.base[each.name]) for each in self.parameters]
        self._cuts = np.cumsum([bonds.size for bonds in self._bonds])[:-1]

    def point(self, params: Fields) -> Array:
        """Return the independent entries u, shape (p,)."""
        fields = fields_of(params)
        return np.concatenate(
            [bonds.taken(fields[each.name]) for each, bonds in zip(self.parameters, self._bonds, strict=True)]
        )

    def params(self, point: Array) -> Fields:
        """Return θ.

        Raises
        ------
        LeftDomainError
            If an entry would be impossible; the message names it.
        """
        moved = {}
        # The change relative to θ(t) is applied, because dependent entries follow changes, not values.
        parts = np.split(point - self.point(self.model.make_params(self.base)), self._cuts)
        for each, bonds, part in zip(self.parameters, self._bonds, parts, strict=True):
            value = bonds.moved(self.base[each.name], part)
            fault = "must be finite" if not np.all(np.isfinite(value)) else each.domain.fault(value)
            if fault:
                raise LeftDomainError(
                    f"the step leaves the domain: {_farthest(each, value)}, and {each.name} {fault}"
                )
            moved[each.name] = value
        return self.model.make_params({**self.base, **moved})

    @property
    def unscaled(self) -> Bools:
        """True for all coordinates."""
        return np.ones(sum(bonds.size for bonds in self._bonds), dtype=np.bool_)


class _Bonds:
    """The linear dependence of the entries of one field on its independent entries."""

    def __init__(self, parameter: Parameter, value: Array) -> None:
        self._shape = parameter.shape
        independent = list(_independent(parameter, value))
        self._own = self._places([index for index, _, _ in independent])
        self.size = len(self._own)
        pairs = [(place, k) for k, (_, followers, _) in enumerate(independent) for place in followers]
        self._followers = self._places([place for place, _ in pairs])
        self._leaders = np.array([k for _, k in pairs], dtype=np.intp)
        self._weights = np.array([independent[k][2] for _, k in pairs])

    def taken(self, value: Array) -> Array:
        """Return the independent entries, shape (size,)."""
        return np.asarray(np.ravel(value)[self._own])

    def moved(self, value: Array, by: Array) -> Array:
        """Return the field with its independent entries changed by `by`, and the dependent ones to match."""
        flat = np.array(value, dtype=np.float64).ravel()
        flat[self._own] += by
        # np.add.at, since several leaders may move the same follower, and += would count only one of them.
        np.add.at(flat, self._followers, self._weights * by[self._leaders])
        return np.asarray(flat.reshape(self._shape))

    def _places(self, indices: Sequence[Index]) -> NDArray[np.intp]:
        if not indices or not self._shape:
            return np.zeros(len(indices), dtype=np.intp)
        return np.asarray(np.ravel_multi_index(tuple(np.array(indices).T), self._shape))


def _bonds_of(parameter: Parameter, value: Array) -> _Bonds:
    """Return the bonds of a field, cached unless they depend on the value: those of an image are many."""
    return _Bonds(parameter, value) if parameter.bound else _kept_bonds(parameter)


@lru_cache(maxsize=16)
def _kept_bonds(parameter: Parameter) -> _Bonds:
    # Without bound entries the value is not looked at.
    return _Bonds(parameter, np.empty(0))


def _independent(parameter: Parameter, value: Array) -> Iterator[tuple[Index, list[Index], float]]:
    """Yield each independent entry, the entries that depend on it, and the factor by which these change."""
    if isinstance(parameter.domain, Simplex):
        for _, row in groupby(parameter.free, key=lambda index: index[:-1]):
            *own, last = row
            yield from ((index, [last], -1.0) for index in own)
        return
    for index in parameter.free:
        yield index, _bound_to(parameter, value, index) if parameter.bound else [], 1.0


def _bound_to(parameter: Parameter, value: Array, index: Index) -> list[Index]:
    """Return the entries that change with another by the same amount."""
    moved = parameter.domain.with_entry(value, index, float(value[index]) + 1)
    places = [tuple(map(int, place)) for place in np.argwhere(moved != value)]
    return [place for place in places if place != index]


def size_of(model: AnyModel, data: object) -> int:
    """Return p, the number of parameters that are estimated independently."""
    return sum(_many(each) for each in checked(model.parameters(data)))


def _many(parameter: Parameter) -> int:
    """Return the number of independent entries: in a row of probabilities, all but the last."""
    if not isinstance(parameter.domain, Simplex):
        return parameter.estimated
    if parameter.fixed or parameter.bound:
        return parameter.estimated - len({index[:-1] for index in parameter.free})
    return parameter.estimated - math.prod(parameter.shape[:-1])


def _farthest(parameter: Parameter, value: Array) -> str:
    """Return the entry farthest outside 0 to 1, with its value, for an error message."""
    index = np.unravel_index(np.argmax(np.abs(value - np.clip(value, 0, 1))), value.shape)
    place = tuple(map(int, index))
    return f"{parameter.label(place)} would be {figures(float(value[place]), 4)}"


def chart_of(kind: str, model: AnyModel, data: object, base: Fields) -> Chart:
    """Return coordinates of this kind with θ(t) = `base`."""
    return (Natural if kind == NATURAL else Free)(model, data, base)
