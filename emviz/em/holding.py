"""Coordinates of θ with one entry held, and none of the others bound by a border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.coordinates import Bools, Chart, Free, LeftDomainError
from emviz.em.domains import Covariance, Domain, Index, Parameter, Simplex
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array

#: The row and the column of the second entry of the first column of a Cholesky factor, laid out by rows.
BELOW_FIRST = 1


class Held(Chart):
    """Free coordinates of everything but one entry, which keeps its value.

    An entry is bound to those of its block: a probability to its row, a covariance to its matrix. The block
    has coordinates of its own, and every other block those of `Free`.

    Parameters
    ----------
    model, data : AnyModel, object
        What θ belongs to.
    base : Fields
        A θ in the interior, of any value of the entry.
    field, index : str, Index
        The entry.
    value : float
        What it is held at.
    """

    def __init__(
        self, model: AnyModel, data: object, base: Fields, field: str, index: Index, value: float
    ) -> None:
        super().__init__(model, data, base)
        self._free = Free(model, data, base)
        self._block = _block_of(next(each for each in self.parameters if each.name == field), index, value)
        before = next(place for place, each in enumerate(self.parameters) if each.name == field)
        sizes = [len(each.domain.to_free(self.base[each.name])) for each in self.parameters]
        one = len(self._block.domain.to_free(self.base[field][self._block.at]))
        first = sum(sizes[:before]) + self._block.place * one
        self._own = slice(first, first + one)
        self._rest = np.delete(np.arange(sum(sizes)), self._own)
        self._cut = len(self._rest)

    def point(self, params: Fields) -> Array:
        """Return the coordinates of θ, whatever the value of the entry is there."""
        block = fields_of(params)[self._block.field][self._block.at]
        with np.errstate(divide="ignore", invalid="ignore"):
            own = self._block.to_point(block)
        return np.concatenate([self._free.point(params)[self._rest], own])

    def params(self, point: Array) -> Fields:
        """Return θ, with the entry at its value."""
        if not np.all(np.isfinite(point)):
            raise LeftDomainError("the step has diverged: it leads to infinity")
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            block = self._block.to_block(point[self._cut :])
            whole = np.empty(self._cut + self._own.stop - self._own.start)
            whole[self._rest] = point[: self._cut]
            whole[self._own] = self._block.domain.to_free(block)
        return self._free.params(whole)

    @property
    def unscaled(self) -> Bools:
        """Those of the others, and the entries of the matrix."""
        many = len(self._block.to_point(self.base[self._block.field][self._block.at]))
        own = np.full(many, isinstance(self._block.domain, Covariance))
        return np.concatenate([self._free.unscaled[self._rest], own])


@dataclass(frozen=True)
class _Single:
    """An entry that is bound to no other."""

    field: str
    domain: Domain
    at: Index
    place: int
    inner: Index
    value: float

    def to_point(self, block: Array) -> Array:
        """Return nothing: the block is the entry."""
        return np.empty(0)

    def to_block(self, own: Array) -> Array:
        """Return the entry."""
        return np.asarray(self.value)


class _Row(_Single):
    """A probability in a row: the others share what is left."""

    def to_point(self, block: Array) -> Array:
        """Return the logarithms of the ratios of the others to the last of them."""
        logs = np.log(np.delete(block, self.inner[0]))
        return np.asarray(logs[:-1] - logs[-1])

    def to_block(self, own: Array) -> Array:
        """Return the row."""
        logs = np.append(own, 0.0)
        weights = np.exp(logs - logs.max())
        return np.insert((1 - self.value) * weights / weights.sum(), self.inner[0], self.value)


class _Matrix(_Single):
    """A variance or covariance: the factor of the matrix with its variables put first has it in one place."""

    def to_point(self, block: Array) -> Array:
        """Return the Cholesky factor, its diagonal as logarithms, but for the entry that is held."""
        order = self._order(len(block))
        return np.delete(self.domain.to_free(block[np.ix_(order, order)]), self._held)

    def to_block(self, own: Array) -> Array:
        """Return the matrix."""
        size = int(np.sqrt(2 * (len(own) + 1)))
        first = np.log(self.value) / 2 if self._held == 0 else self.value / np.exp(own[0])
        order = self._order(size)
        found = self.domain.from_free(np.insert(own, self._held, first), (size, size))
        back = np.argsort(order)
        return np.asarray(found[np.ix_(back, back)])

    @property
    def _held(self) -> int:
        """Which entry of the factor: L11 = √σ² of a variance, L21 = σ / L11 of a covariance."""
        return 0 if self.inner[0] == self.inner[1] else BELOW_FIRST

    def _order(self, size: int) -> list[int]:
        first = list(dict.fromkeys(self.inner))
        return [*first, *(each for each in range(size) if each not in first)]


def _block_of(parameter: Parameter, index: Index, value: float) -> _Single:
    bound = {Simplex: (1, _Row), Covariance: (2, _Matrix)}
    axes, kind = bound.get(type(parameter.domain), (0, _Single))
    cut = len(index) - axes
    at, shape = index[:cut], parameter.shape[:cut]
    place = int(np.ravel_multi_index(at, shape)) if at else 0
    return kind(parameter.name, parameter.domain, at, place, index[cut:], value)
