"""Coordinates of θ in which a step may be taken: free ones, which have no border, and natural ones."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.domains import Covariance, Domain, Index, Parameter, Real, Simplex
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.rounding import figures
from emviz.em.work import checked

Bools: TypeAlias = NDArray[np.bool_]

FREE: Final = "free"
NATURAL: Final = "natural"
KINDS = (FREE, NATURAL)
BORDER = "θ lies on the border of its domain, where the free coordinates are infinite"


class LeftDomainError(ArithmeticError):
    """A point that is no θ."""


class Chart(ABC):
    """Maps θ to a point, shape (p,), and back.

    Parameters
    ----------
    model, data : AnyModel, object
        What θ belongs to.
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
            Where there is none at the point.
        """

    @property
    @abstractmethod
    def unscaled(self) -> Bools:
        """Which coordinates are in units of the data, shape (p,): a step in them may be of any size."""


class Free(Chart):
    """The unconstrained coordinates of the domains: log-odds, log-ratios, logarithms, Cholesky factors."""

    def __init__(self, model: AnyModel, data: object, base: Fields) -> None:
        super().__init__(model, data, base)
        with np.errstate(divide="ignore", invalid="ignore"):
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
        """Return θ, which lies in its domain wherever φ is finite."""
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
        """Means and the like; the entries of a Cholesky factor beside its diagonal are, too."""
        return self.flags(lambda domain: isinstance(domain, Real | Covariance))

    def edges(self) -> Iterator[tuple[Parameter, Index, Array]]:
        """Yield each entry that a border bounds, and the way in φ in which it alone grows, shape (p,).

        The others of a row of probabilities shrink together.
        """
        first, p = 0, sum(self._sizes)
        for each, size in zip(self.parameters, self._sizes, strict=True):
            if not isinstance(each.domain, Real | Covariance):
                for index, own in _ways(each, size):
                    way = np.zeros(p)
                    way[first : first + size] = own
                    # A row of a single probability has no way to go.
                    if way.any():
                        yield each, index, way
            first += size

    def flags(self, holds: Callable[[Domain], bool]) -> Bools:
        """Return for each coordinate whether something holds of its domain, shape (p,)."""
        sizes = zip(self.parameters, self._sizes, strict=True)
        return np.concatenate([np.full(size, holds(each.domain)) for each, size in sizes])


def _ways(parameter: Parameter, size: int) -> Iterator[tuple[Index, Array]]:
    """Yield the entries of a field with the way in its own free coordinates, shape (size,)."""
    ways = np.eye(size)
    indices = np.ndindex(parameter.shape)
    if not isinstance(parameter.domain, Simplex):
        yield from zip(indices, ways, strict=False)
        return
    length = parameter.shape[-1] - 1
    for index in indices:
        row = int(np.ravel_multi_index(index[:-1], parameter.shape[:-1])) if index[:-1] else 0
        own = slice(row * length, (row + 1) * length)
        # The last entry is what the others are compared with: it grows as all of them shrink.
        yield index, ways[row * length + index[-1]] if index[-1] < length else -ways[own].sum(axis=0)


class Natural(Chart):
    """The independent entries of θ themselves; the last of a row of probabilities follows from the others."""

    def __init__(self, model: AnyModel, data: object, base: Fields) -> None:
        super().__init__(model, data, base)
        self._bonds = [_bonds_of(each, self.base[each.name]) for each in self.parameters]
        self._cuts = np.cumsum([bonds.size for bonds in self._bonds])[:-1]

    def point(self, params: Fields) -> Array:
        """Return u."""
        fields = fields_of(params)
        return np.concatenate(
            [bonds.taken(fields[each.name]) for each, bonds in zip(self.parameters, self._bonds, strict=True)]
        )

    def params(self, point: Array) -> Fields:
        """Return θ.

        Raises
        ------
        LeftDomainError
            Where an entry is impossible; the sentence names it.
        """
        moved = {}
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
        """All of them."""
        return np.ones(sum(bonds.size for bonds in self._bonds), dtype=np.bool_)


class _Bonds:
    """How the entries of one field follow from the independent ones, which they do linearly."""

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
        """Return the field with its independent entries moved, and all that follow from them."""
        flat = np.array(value, dtype=np.float64).ravel()
        flat[self._own] += by
        np.add.at(flat, self._followers, self._weights * by[self._leaders])
        return np.asarray(flat.reshape(self._shape))

    def _places(self, indices: Sequence[Index]) -> NDArray[np.intp]:
        if not indices or not self._shape:
            return np.zeros(len(indices), dtype=np.intp)
        return np.asarray(np.ravel_multi_index(tuple(np.array(indices).T), self._shape))


def _bonds_of(parameter: Parameter, value: Array) -> _Bonds:
    """Return the bonds of a field; those that no value changes are kept, as an image has many entries."""
    return _Bonds(parameter, value) if parameter.bound else _kept_bonds(parameter)


@lru_cache(maxsize=16)
def _kept_bonds(parameter: Parameter) -> _Bonds:
    return _Bonds(parameter, np.empty(0))


def _independent(parameter: Parameter, value: Array) -> Iterator[tuple[Index, list[Index], float]]:
    """Yield each independent entry, those that follow it, and how far for one unit of its own."""
    if isinstance(parameter.domain, Simplex):
        for _, row in groupby(parameter.free, key=lambda index: index[:-1]):
            *own, last = row
            yield from ((index, [last], -1.0) for index in own)
        return
    for index in parameter.free:
        yield index, _bound_to(parameter, value, index) if parameter.bound else [], 1.0


def _bound_to(parameter: Parameter, value: Array, index: Index) -> list[Index]:
    """Return the entries that move with another, each as far."""
    moved = parameter.domain.with_entry(value, index, float(value[index]) + 1)
    places = [tuple(map(int, place)) for place in np.argwhere(moved != value)]
    return [place for place in places if place != index]


def size_of(model: AnyModel, data: object) -> int:
    """Return p, the number of parameters that are estimated on their own."""
    return sum(_many(each) for each in checked(model.parameters(data)))


def _many(parameter: Parameter) -> int:
    """Return how many entries are independent: of a row of probabilities all but the last."""
    if not isinstance(parameter.domain, Simplex):
        return parameter.estimated
    if parameter.fixed or parameter.bound:
        return parameter.estimated - len({index[:-1] for index in parameter.free})
    return parameter.estimated - math.prod(parameter.shape[:-1])


def _farthest(parameter: Parameter, value: Array) -> str:
    """Return the entry that most looks impossible, with its value."""
    index = np.unravel_index(np.argmax(np.abs(value - np.clip(value, 0, 1))), value.shape)
    place = tuple(map(int, index))
    return f"{parameter.label(place)} would be {figures(float(value[place]), 4)}"


def chart_of(kind: str, model: AnyModel, data: object, base: Fields) -> Chart:
    """Return the coordinates of this kind at θ."""
    return (Natural if kind == NATURAL else Free)(model, data, base)
