"""The domains of parameters.

A domain checks a value, draws one, maps it to unconstrained coordinates and back, and moves a single entry.
Every domain is a convex set, so the segment between two members stays inside: the slice of the paper's
Supplementary Figure 1 needs this.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np

from emviz.em.numerics import Array

Index: TypeAlias = tuple[int, ...]

#: How far the sum of a row of probabilities may be from 1 when typed by hand; it is then rescaled.
SUM_SLACK = 1e-6
#: How far the sum of a row may be from 1 through rounding only; it is then left alone.
ROUNDING = 1e-14


class ParameterError(ValueError):
    """A parameter or hyper-parameter with an impossible value; the message names it and the reason."""


class ShapeError(ParameterError):
    """A parameter whose shape does not fit the data."""


class Domain(Protocol):
    """A convex set of arrays."""

    def fault(self, value: Array) -> str | None:
        """Return what is wrong with the value, or None if it is a member."""
        ...

    def sample(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw a member from the interior."""
        ...

    def to_free(self, value: Array) -> Array:
        """Return unconstrained coordinates, shape (n,), of an interior member."""
        ...

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the member that has these unconstrained coordinates."""
        ...

    def with_entry(self, value: Array, index: Index, entry: float) -> Array:
        """Return the member with one entry moved; entries tied to it follow."""
        ...

    def span(self, value: Array, index: Index) -> tuple[float, float]:
        """Return the range of this entry that a picture shows."""
        ...


@runtime_checkable
class Projecting(Protocol):
    """A domain that projects values into the set; its `fault` reports only what cannot be projected."""

    def projected(self, value: Array) -> Array:
        """Return the nearest member; a member is returned unchanged."""
        ...


def replaced(value: Array, index: Index, entry: float) -> Array:
    """Return a copy with one entry changed."""
    moved = value.copy()
    moved[index] = entry
    return moved


@dataclass(frozen=True)
class Unit:
    """Probabilities, each between 0 and 1."""

    def fault(self, value: Array) -> str | None:
        """Return what is wrong with the value, or None."""
        return None if np.all((value >= 0) & (value <= 1)) else "must lie between 0 and 1"

    def sample(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw a member uniformly."""
        # Clear of 0 and 1: EM cannot leave them, and their log-odds are infinite.
        return np.asarray(rng.uniform(0.02, 0.98, shape))

    def to_free(self, value: Array) -> Array:
        """Return the log-odds."""
        # log1p keeps the digits of log(1 − p) for a small p.
        return np.asarray(np.log(value) - np.log1p(-value)).ravel()

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the probabilities that have these log-odds."""
        return np.asarray(1 / (1 + np.exp(-free))).reshape(shape)

    def with_entry(self, value: Array, index: Index, entry: float) -> Array:
        """Return the probabilities with one of them changed."""
        return replaced(value, index, entry)

    def span(self, value: Array, index: Index) -> tuple[float, float]:
        """Return (0, 1)."""
        return 0.0, 1.0


@dataclass(frozen=True)
class Simplex:
    """Probabilities that add up to 1 along the last axis."""

    def fault(self, value: Array) -> str | None:
        """Return what is wrong with the value, or None."""
        if np.any(value < 0):
            return "must not be negative"
        return None if np.allclose(value.sum(axis=-1), 1, rtol=0, atol=SUM_SLACK) else "must add up to 1"

    def projected(self, value: Array) -> Array:
        """Return the rows divided by their sums; otherwise log P would fall in the first M-step."""
        sums = value.sum(axis=-1, keepdims=True)
        missed = (sums > 0) & (np.abs(sums - 1) > ROUNDING)
        # A row that is 1 up to rounding keeps its digits, so that a stored θ is read back unchanged.
        return np.asarray(value / np.where(missed, sums, 1.0))

    def sample(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw a member uniformly."""
        return np.asarray(rng.dirichlet(np.ones(shape[-1]), shape[:-1]))

    def to_free(self, value: Array) -> Array:
        """Return the logarithms of the ratios to the last entry."""
        logs = np.log(value)
        return np.asarray(logs[..., :-1] - logs[..., -1:]).ravel()

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the probabilities that have these log-ratios."""
        logs = np.zeros(shape)
        logs[..., :-1] = free.reshape((*shape[:-1], shape[-1] - 1))
        # The largest logarithm is subtracted so that exp cannot overflow.
        weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=-1, keepdims=True))

    def with_entry(self, value: Array, index: Index, entry: float) -> Array:
        """Return the probabilities with one changed and the others of its row scaled to fit."""
        row = value[index[:-1]]
        rest = row.sum() - row[index[-1]]
        # If all the others are 0, their ratios are undefined, and they get equal parts.
        others = row * ((1 - entry) / rest) if rest > 0 else np.full_like(row, (1 - entry) / (len(row) - 1))
        moved = value.copy()
        moved[index[:-1]] = others
        moved[index] = entry
        return moved

    def span(self, value: Array, index: Index) -> tuple[float, float]:
        """Return (0, 1)."""
        return 0.0, 1.0


@dataclass(frozen=True)
class Positive:
    """Numbers above 0: rates, variances, intensities."""

    def fault(self, value: Array) -> str | None:
        """Return what is wrong with the value, or None."""
        return None if np.all(value > 0) else "must be above 0"

    def sample(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw a member log-normally around 1."""
        return np.asarray(np.exp(rng.normal(size=shape)))

    def to_free(self, value: Array) -> Array:
        """Return the logarithms."""
        return np.asarray(np.log(value)).ravel()

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the numbers that have these logarithms."""
        return np.asarray(np.exp(free)).reshape(shape)

    def with_entry(self, value: Array, index: Index, entry: float) -> Array:
        """Return the numbers with one of them changed."""
        return replaced(value, index, entry)

    def span(self, value: Array, index: Index) -> tuple[float, float]:
        """Return a fifth to three times the present value."""
        return float(value[index]) / 5, float(value[index]) * 3


@dataclass(frozen=True)
class NonNegative(Positive):
    """Numbers of at least 0: intensities that may fade away."""

    def fault(self, value: Array) -> str | None:
        """Return what is wrong with the value, or None."""
        return None if np.all(value >= 0) else "must not be negative"

    def span(self, value: Array, index: Index) -> tuple[float, float]:
        """Return a fifth to three times the present value; for a value near 0, from 0 to the mean of all."""
        own, usual = float(value[index]), float(value.mean()) or 1.0
        return (own / 5, own * 3) if own > usual / 20 else (0.0, usual)


@dataclass(frozen=True)
class Real:
    """Any finite numbers: means, weights of a link."""

    def fault(self, value: Array) -> str | None:
        """Return None: `Parameter.checked` makes sure that all numbers are finite."""
        return None

    def sample(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw a member from the standard normal distribution."""
        return np.asarray(rng.normal(size=shape))

    def to_free(self, value: Array) -> Array:
        """Return the numbers themselves."""
        return np.array(value, dtype=np.float64).ravel()

    def from_free(self, free: Array, shape: tuple[int, ...]) -> Array:
        """Return the numbers themselves."""
        return np.array(free, dtype=np.float64).reshape(shape)

    def with_entry(self, value: Array, index: Index, entry: float) -> Array:
        """Return the numbers with one of them changed."""
        return replaced(value, index, entry)

    def span(self, value: Array, index: Index) -> tuple[float, float]:
        """Return the present value plus or minus the range of the values with the same last index (unit)."""
        reach = max(float(np.ptp(value[..., index[-1]] if value.ndim > 1 else value)), 1.0)
        return float(value[index]) - reach, float(value[index]) + reach


@dataclass(frozen=True)
class Parameter:
    """One field of θ: its name, domain, symbol, and the names along each of its axes.

    Parameters
    ----------
    name : str
        The field of the model's NamedTuple of parameters.
    domain : Domain
        The values that it may take.
    symbol : str
        The symbol in formulas, such as θ.
    axes : tuple of tuple of str
        The names along each axis; their lengths are the shape.
    fixed : bool
        True if it is held at its start: neither estimated nor editable.
    bound : frozenset of index
        Entries that follow from others, such as the lower half of a symmetric matrix: estimated, but neither
        listed nor editable.
    note : str
        Why the shape is not what the data suggest, for example because a column was left out.
    words : str
        The words for an entry, with placeholders for the names along the axes: "P(heads with coin {0})".
    diagonal : str
        The words for an entry whose last two names are the same, such as a variance; by default `words`.
    """

    name: str
    domain: Domain
    symbol: str
    axes: tuple[tuple[str, ...], ...]
    fixed: bool = False
    bound: frozenset[Index] = frozenset()
    note: str = ""
    words: str = ""
    diagonal: str = ""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return tuple(len(axis) for axis in self.axes)

    @cached_property
    def free(self) -> tuple[Index, ...]:
        """The entries that are estimated independently, in reading order."""
        if self.fixed:
            return ()
        every = product(*map(range, self.shape))
        # A list inside, since tuple() of a generator is markedly slower for a large table.
        return tuple([index for index in every if index not in self.bound])

    @cached_property
    def labels(self) -> dict[str, int]:
        """The place of each free entry in the flattened array, by its label."""
        places = np.arange(math.prod(self.shape)).reshape(self.shape)
        return {self.label(index): int(places[index]) for index in self.free}

    @property
    def estimated(self) -> int:
        """The number of `free` entries."""
        # Counted without a list: that of a large table takes a while.
        return len(self.free) if self.fixed or self.bound else math.prod(self.shape)

    def label(self, index: Index) -> str:
        """Return the name of one entry, such as θ_A."""
        names = ",".join(axis[i] for axis, i in zip(self.axes, index, strict=True))
        return f"{self.symbol}_{names}" if names else self.symbol

    def said(self, index: Index, cut: Callable[[str], str] = str) -> str:
        """Return one entry in words; its label if it has none.

        Parameters
        ----------
        cut : callable
            Shortens the names along the axes, which may come from a file.
        """
        names = (cut(axis[i]) for axis, i in zip(self.axes, index, strict=True))
        words = self.diagonal if self.diagonal and index[-1] == index[-2] else self.words
        return words.format(*names) if words else cut(self.label(index))

    def checked(self, value: object) -> Array:
        """Return the value as a read-only array of the right shape, projected if the domain is `Projecting`.

        Raises
        ------
        ParameterError
            If the shape is wrong (ShapeError), a number is missing or not finite, or outside the domain.
        """
        try:
            # np.array copies, so that the caller's array does not become read-only below.
            array = np.array(value, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            raise ParameterError(f"{self.name}: expected numbers, got {value!r}") from None
        if array.shape != self.shape:
            raise ShapeError(
                f"{self.name}: expected {_shape_words(self.shape)}, got {_shape_words(array.shape)}"
                + (f"; {self.note}" if self.note else "")
            )
        fault = "must be finite numbers" if not np.all(np.isfinite(array)) else self.domain.fault(array)
        if fault:
            raise ParameterError(f"{self.name} {fault}, got {array.tolist()}")
        if isinstance(self.domain, Projecting):
            array = self.domain.projected(array)
        array.flags.writeable = False
        return array


def _shape_words(shape: tuple[int, ...]) -> str:
    if not shape:
        return "a single number"
    return " × ".join(map(str, shape)) + (" numbers" if shape != (1,) else " number")
