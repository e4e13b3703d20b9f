"""The few numerical functions that every model needs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from emviz.em.work import blocks, check_stop, checked

Array: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]
Scalar = TypeVar("Scalar", bound=np.generic)

#: Rows that are worked out between two places where the work can be left.
TOGETHER = 1 << 14
#: Numbers that are copied there.
COPIED = 1 << 20
#: Values that are sorted in one go, and those looked at for each part to find where it begins.
SORTED, SAMPLED = 1 << 17, 64


def xlogy(x: Array | float, y: Array | float) -> Array:
    """Return x·log(y), with 0·log(0) = 0 and x·log(0) = −∞ for x > 0.

    Parameters
    ----------
    x, y : array_like
        Non-negative numbers that broadcast together.
    """
    y = np.asarray(y, dtype=np.float64)
    if y.all():
        return np.asarray(x * np.log(y))
    x = np.asarray(x, dtype=np.float64)
    if x.shape != y.shape:
        x, y = np.broadcast_arrays(x, y)
    # A logarithm that leaves numbers out takes far longer.
    with np.errstate(divide="ignore"):
        return np.asarray(x * np.log(np.where(x == 0, 1.0, y)))


def largest_alone(shares: Array) -> Array:
    """Return 1 for the largest along the last axis, the first of equals, else 0; of the same shape."""
    first = shares.argmax(axis=-1)[..., None]
    return np.asarray(np.arange(shares.shape[-1]) == first, dtype=np.float64)


def log_factorials(values: Array) -> Array:
    """Return log x! in nats, of the same shape; of numbers that are not whole log Γ(x + 1)."""
    logs = np.array([math.lgamma(value + 1) for value in checked(values.ravel().tolist())])
    return logs.reshape(values.shape)


def log_orders(counts: Array) -> Array:
    """Return log n! / Π n_k!, the orders in which n units may come, shape (...), for counts (..., K)."""
    rows = counts.reshape(-1, counts.shape[-1])
    logs = np.empty(len(rows))
    for part in blocks(len(rows), TOGETHER):
        before = np.cumsum(rows[part], axis=-1)[:, :-1]
        logs[part] = _log_binomials(before, rows[part, 1:]).sum(axis=-1)
    return logs.reshape(counts.shape[:-1])


def _log_binomials(one: Array, other: Array) -> Array:
    """Return log (a + b)! / a! b!.

    A difference of log-factorials would lose all digits of large numbers, so that Stirling's formula is
    taken apart: what is large cancels before it is computed, and only its small rest is left.
    """
    few, many = np.minimum(one, other), np.maximum(one, other)
    a, b = np.maximum(few, 1.0), np.maximum(many, 1.0)  # of none there is one order, below
    both = a + b
    logs = b * np.log1p(a / b) + a * np.log1p(b / a) + np.log(both / (2 * np.pi * a * b)) / 2
    return np.where(few > 0, logs + _stirling(both) - _stirling(a) - _stirling(b), 0.0)


def _stirling(x: Array) -> Array:
    """Return log x! − (x log x − x + ½ log 2πx) for x ≥ 1."""
    inverse, few = 1 / x, x < 16
    rest = inverse * (1 / 12 - inverse**2 * (1 / 360 - inverse**2 * (1 / 1260 - inverse**2 / 1680)))
    small = x[few]
    rest[few] = log_factorials(small) - (small * np.log(small) - small + np.log(2 * np.pi * small) / 2)
    return np.asarray(rest)


def xlog1m(x: Array | float, p: Array | float) -> Array:
    """Return x·log(1 − p), which keeps its digits where a probability p is near 0; 0·log(0) = 0.

    Parameters
    ----------
    x, p : array_like
        Non-negative numbers, and probabilities, that broadcast together.
    """
    x, p = np.asarray(x, dtype=np.float64), np.asarray(p, dtype=np.float64)
    if (p < 1).all():
        return np.asarray(x * np.log1p(-p))
    x, p = np.broadcast_arrays(x, p)
    logs = np.zeros(p.shape)
    with np.errstate(divide="ignore"):
        np.log1p(-p, out=logs, where=(p < 1) | (x != 0))
    return np.asarray(x * logs)


def log_sum_exp(values: Array, axis: int = -1) -> Array:
    """Return log Σ exp over an axis; −∞ where every value is −∞.

    Parameters
    ----------
    values : Array
        Logarithms, in nats.
    """
    top = values.max(axis=axis, keepdims=True)
    if not np.isfinite(top).all():
        top = np.where(np.isfinite(top), top, 0.0)
    check_stop()
    with np.errstate(divide="ignore"):
        return np.asarray(top.squeeze(axis) + np.log(np.exp(values - top).sum(axis=axis)))


def stacked(values: Sequence[Array] | Array) -> Array:
    """Return values along a leading axis; to copy a large table for each of them takes a while."""
    found = np.empty((len(values), *values[0].shape))
    for part in blocks(len(values), max(1, COPIED // max(1, values[0].size))):
        found[part] = values[part]
    return found


def sorted_places(values: NDArray[Scalar]) -> Iterator[Places]:
    """Yield the places of values from the lowest to the highest, equals in their order, part by part.

    To sort a million of them in one go takes a tenth of a second, in which that cannot be left.
    """
    parts = 1 + len(values) // SORTED
    some = np.sort(values[:: 1 + len(values) // (SAMPLED * parts)])
    which = np.searchsorted(some[:: -(-len(some) // parts)][1:], values, side="right")
    for part in checked(range(parts)):
        own = np.flatnonzero(which == part)
        yield own[np.argsort(values[own], kind="stable")]


def distinct(values: NDArray[Scalar]) -> tuple[NDArray[Scalar], Places, Places]:
    """Return the distinct values in order, which of them each one is, and how often each occurs.

    As np.unique does, part by part.
    """
    order = np.concatenate([*sorted_places(values)])
    ordered = values[order]
    check_stop()
    first = np.append(True, ordered[1:] != ordered[:-1])
    which = np.empty(len(values), dtype=np.intp)
    which[order] = np.cumsum(first) - 1
    return ordered[first], which, np.diff(np.flatnonzero(first), append=len(values))


# What imports numpy.ma in NumPy, 15 ms of a start, is written here.


def ascending(points: NDArray[Scalar], more: Sequence[float] = ()) -> NDArray[Scalar]:
    """Return all points in order, each of them once, as np.unique does."""
    every = np.sort(np.append(points, more) if len(more) else points)
    return every[np.diff(every, prepend=-np.inf) > 0]


def quantile(values: Array, part: float) -> float:
    """Return what this part of the values lies below, as np.quantile does."""
    return float(np.interp(part * (values.size - 1), np.arange(values.size), np.sort(values, axis=None)))
