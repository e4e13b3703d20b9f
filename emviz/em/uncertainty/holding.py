"""Coordinates of θ with one entry held; the others are unconstrained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.domains import Domain, Index, Parameter, Simplex
from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.theta.coordinates import Bools, Chart, Free, LeftDomainError
from emviz.em.theta.covariance import Covariance

#: The index of L21 in a Cholesky factor whose lower triangle is stored row by row.
BELOW_FIRST = 1


class Held(Chart):
    """Free coordinates of all entries but one, which is held.

    The held entry constrains the others of its block: its row of probabilities, or its matrix. This block
    gets special coordinates; all other blocks have those of `Free`.

    Parameters
    ----------
    model, data : AnyModel, object
        The model and the data of θ.
    base : Fields
        A θ in the interior; its value of the held entry does not matter.
    field, index : str, Index
        The held entry.
    value : float
        The value of the held entry.
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
        """Return the coordinates of θ; its value of the held entry is ignored."""
        block = fields_of(params)[self._block.field][self._block.at]
        # The logarithm of 0 gives an infinite coordinate, which the caller checks.
        with np.errstate(divide="ignore", invalid="ignore"):
            own = self._block.to_point(block)
        return np.concatenate([self._free.point(params)[self._rest], own])

    def params(self, point: Array) -> Fields:
        """Return θ with the entry at the held value."""
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
        """The unscaled ones of the other blocks, and the entries of a matrix."""
        many = len(self._block.to_point(self.base[self._block.field][self._block.at]))
        own = np.full(many, isinstance(self._block.domain, Covariance))
        return np.concatenate([self._free.unscaled[self._rest], own])


@dataclass(frozen=True)
class _Single:
    """A held entry that constrains no other."""

    field: str
    domain: Domain
    at: Index
    place: int
    inner: Index
    value: float

    def to_point(self, block: Array) -> Array:
        """Return an empty array: the block has no other entry."""
        return np.empty(0)

    def to_block(self, own: Array) -> Array:
        """Return the held value."""
        return np.asarray(self.value)


class _Row(_Single):
    """A held probability: the others of its row share the rest."""

    def to_point(self, block: Array) -> Array:
        """Return the log-ratios of the others to the last of them."""
        logs = np.log(np.delete(block, self.inner[0]))
        return np.asarray(logs[:-1] - logs[-1])

    def to_block(self, own: Array) -> Array:
        """Return the row."""
        logs = np.append(own, 0.0)
        weights = np.exp(logs - logs.max())
        return np.insert((1 - self.value) * weights / weights.sum(), self.inner[0], self.value)


class _Matrix(_Single):
    """A held variance or covariance.

    With its variables put first, it determines a single entry of the Cholesky factor; the others are free.
    """

    def to_point(self, block: Array) -> Array:
        """Return the Cholesky factor, its diagonal as logarithms, without the held entry."""
        order = self._order(len(block))
        return np.delete(self.domain.to_free(block[np.ix_(order, order)]), self._held)

    def to_block(self, own: Array) -> Array:
        """Return the matrix."""
        # len(own) + 1 = size (size + 1) / 2, solved for size.
        size = int(np.sqrt(2 * (len(own) + 1)))
        first = np.log(self.value) / 2 if self._held == 0 else self.value / np.exp(own[0])
        order = self._order(size)
        found = self.domain.from_free(np.insert(own, self._held, first), (size, size))
        back = np.argsort(order)
        return np.asarray(found[np.ix_(back, back)])

    @property
    def _held(self) -> int:
        """The index of the held entry: L11 = √σ² for a variance, L21 = σ / L11 for a covariance."""
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
