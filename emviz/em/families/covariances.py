"""Families of covariance matrices: diagonal, spherical, and one matrix for all components.

Each is a convex subset of the covariance matrices, determined by a smaller array, its core: the variances,
one variance, or one matrix. Arrays keep the shape of full matrices, so that code does not depend on the
family.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias, get_args

import numpy as np

from emviz.em.domains import Domain, Index, Positive
from emviz.em.numerics import Array
from emviz.em.theta.covariance import Covariance

Family: TypeAlias = Literal["diagonal", "spherical", "tied"]
#: The names of the families, the unrestricted one first.
FAMILIES = ("full", *get_args(Family))


@dataclass(frozen=True)
class Restricted:
    """Covariance matrices of one family, in the last two axes.

    Any covariance matrices are accepted as a start and `projected` onto the family; all other functions
    return members.

    Parameters
    ----------
    family : str
        "diagonal": no covariances; "spherical": one variance for all columns; "tied": one matrix along the
        third axis from the end.
    """

    family: Family

    def fault(self, value: Array) -> str | None:
        """Return what is wrong with the value as covariance matrices, or None."""
        return Covariance().fault(value)

    def projected(self, value: Array) -> Array:
        """Return the nearest member: no covariances, the mean variance, or the mean matrix."""
        if self.family == "tied":
            return self._whole(value.mean(axis=-3), value.shape)
        variances = np.diagonal(value, axis1=-2, axis2=-1)
        return self._whole(variances if self.family == "diagonal" else variances.mean(axis=-1), value.shape)

    def sample(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw a member."""
        return self._whole(self._inner.sample(self._core_of(shape), rng), shape)

    def to_free(self, value: Array) -> Array:
        """Return the unconstrained coordinates of the core."""
        return self._inner.to_free(self._core(value))

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the member whose core has these coordinates."""
        return self._whole(self._inner.from_free(free, self._core_of(shape)), shape)

    def with_entry(self, value: Array, index: Index, entry: float) -> Array:
        """Return the member with one entry changed, and all entries that the family ties to it."""
        core = self._inner.with_entry(self._core(value), self._place(index), entry)
        return self._whole(core, value.shape)

    def span(self, value: Array, index: Index) -> tuple[float, float]:
        """Return the span of the entry in the core."""
        return self._inner.span(self._core(value), self._place(index))

    @property
    def _inner(self) -> Domain:
        return Covariance() if self.family == "tied" else Positive()

    def _core_of(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the core of an array of this shape."""
        if self.family == "tied":
            return (*shape[:-3], *shape[-2:])
        return shape[:-1] if self.family == "diagonal" else shape[:-2]

    def _core(self, value: Array) -> Array:
        """Return the core of a member."""
        if self.family == "tied":
            return np.array(value[..., 0, :, :])
        variances = np.array(np.diagonal(value, axis1=-2, axis2=-1))
        return variances if self.family == "diagonal" else np.array(variances[..., 0])

    def _whole(self, core: Array, shape: tuple[int, ...]) -> Array:
        """Return the member with this core."""
        if self.family == "tied":
            # A copy, since all matrices of a broadcast array are one in memory.
            return np.array(np.broadcast_to(core[..., None, :, :], shape))
        variances = core if self.family == "diagonal" else core[..., None]
        return np.asarray(variances[..., None] * np.eye(shape[-1]))

    def _place(self, index: Index) -> Index:
        """Return the index of an entry in the core."""
        if self.family == "tied":
            return (*index[:-3], *index[-2:])
        return index[:-1] if self.family == "diagonal" else index[:-2]


def covariance_domain(family: str) -> Covariance | Restricted:
    """Return the domain of one of `FAMILIES`."""
    for name in get_args(Family):
        if family == name:
            return Restricted(name)
    return Covariance()


@cache
def bound_entries(family: str, components: int, columns: int) -> frozenset[Index]:
    """Return the entries of an array of shape (K, d, d) that depend on others in one of `FAMILIES`."""
    return frozenset(
        index for index in np.ndindex(components, columns, columns) if not _is_free(family, index)
    )


def _is_free(family: str, index: Index) -> bool:
    k, row, column = index
    if family == "diagonal":
        return row == column
    if family == "spherical":
        return row == column == 0
    return row <= column and (family == "full" or k == 0)


def spread_entries(size: int) -> list[tuple[int, int]]:
    """Return the entries of a covariance that are free, covariances before variances."""
    indexes = [(j, k) for j in range(size) for k in range(j, size)]
    return sorted(indexes, key=lambda index: index[0] == index[1])


def tilted(covariance: Array, correlation: float) -> Array:
    """Return a covariance with `correlation` added between its first two columns."""
    found = covariance.copy()
    if len(covariance) > 1:
        found[0, 1] += correlation * np.sqrt(covariance[0, 0] * covariance[1, 1])
        found[1, 0] = found[0, 1]
    return found


def uncorrelated(covariance: Array, scale: Array | None = None) -> bool:
    """Return whether there are several columns whose covariances are 0.

    Parameters
    ----------
    scale : Array, shape (d, d), optional
        A covariance whose standard deviations give the scale of rounding; without it, exactly 0 is required.
    """
    off = ~np.eye(len(covariance), dtype=np.bool)
    if len(covariance) == 1:
        return False
    if scale is None:
        return not covariance[off].any()
    unit = np.sqrt(np.diagonal(scale))
    return bool(np.abs(covariance / np.outer(unit, unit))[off].max() <= 1e-12)


def drawn_correlations(variances: Array, rng: np.random.Generator) -> Array:
    """Return a covariance with these variances, shape (d,), and the correlations of a Wishart matrix."""
    wishart = Covariance().sample((len(variances), len(variances)), rng)
    unit = np.sqrt(variances / np.diagonal(wishart))
    found = wishart * unit[:, None] * unit
    # Exactly symmetric, which rounding of the product does not guarantee.
    return np.asarray((found + found.T) / 2)
