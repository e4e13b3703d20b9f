"""Numerical functions that many models need."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from emviz.em.work import blocks, check_stop, checked

Array: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]
Scalar = TypeVar("Scalar", bound=np.generic)

#: Rows processed between two checks for cancelling.
TOGETHER = 1 << 14
#: Numbers copied between two checks.
COPIED = 1 << 20
#: The most numbers that stand for rows at once; their product with a column fits into 64 bits.
MOST_CODES = 1 << 62
#: Values sorted between two checks, and values sampled for each such part to find its limits.
SORTED, SAMPLED = 1 << 17, 64
#: Numbers that NumPy copies together at most while work is done `in_place`.
BUFFER = 64


@contextmanager
def in_place() -> Iterator[None]:
    """Let NumPy compute on parts of rows where they are; also a decorator.

    In NumPy 2.4 a product of parts of rows first copies as many rows side by side as a buffer of 8,192
    numbers takes, which costs three times as much as the products of rows of some hundred numbers.
    """
    before = np.setbufsize(BUFFER)
    try:
        yield
    finally:
        np.setbufsize(before)


def xlogy(x: Array | float, y: Array | float) -> Array:
    """Return x·log(y), with 0·log(0) = 0 and x·log(0) = −∞ for x > 0.

    Parameters
    ----------
    x, y : array_like
        Non-negative numbers that broadcast together.
    """
    y = np.asarray(y, dtype=np.float64)
    if y.all():
        # No zeros: the common case, without temporary arrays.
        return np.asarray(x * np.log(y))
    x = np.asarray(x, dtype=np.float64)
    if x.shape != y.shape:
        x, y = np.broadcast_arrays(x, y)
    # np.log with `where=` is far slower than taking all logarithms.
    with np.errstate(divide="ignore"):
        return np.asarray(x * np.log(np.where(x == 0, 1.0, y)))


def largest_alone(shares: Array) -> Array:
    """Return 1 for the (first) largest value along the last axis, 0 for the others; of the same shape."""
    first = shares.argmax(axis=-1)[..., None]
    return np.asarray(np.arange(shares.shape[-1]) == first, dtype=np.float64)


def log_factorials(values: Array) -> Array:
    """Return log x! in nats, of the same shape; log Γ(x + 1) if x is not whole."""
    logs = np.array([math.lgamma(value + 1) for value in checked(values.ravel().tolist())])
    return logs.reshape(values.shape)


def log_orders(counts: Array) -> Array:
    """Return log n! / Π n_k!, the log number of orders of n units, of shape (...) for counts (..., K)."""
    rows = counts.reshape(-1, counts.shape[-1])
    logs = np.empty(len(rows))
    for part in blocks(len(rows), TOGETHER):
        # A multinomial as a product of binomials, whose logarithms keep their digits.
        before = np.cumsum(rows[part], axis=-1)[:, :-1]
        logs[part] = _log_binomials(before, rows[part, 1:]).sum(axis=-1)
    return logs.reshape(counts.shape[:-1])


def _log_binomials(one: Array, other: Array) -> Array:
    """Return log (a + b)! / (a! b!) in nats.

    A difference of log-factorials would lose all digits of large numbers. In Stirling's formula the large
    terms cancel algebraically, so that only the small remainder is computed.
    """
    few, many = np.minimum(one, other), np.maximum(one, other)
    # Clamped to 1 to avoid 0/0; the last line sets the result for 0.
    a, b = np.maximum(few, 1.0), np.maximum(many, 1.0)
    both = a + b
    logs = b * np.log1p(a / b) + a * np.log1p(b / a) + np.log(both / (2 * np.pi * a * b)) / 2
    return np.where(few > 0, logs + _stirling(both) - _stirling(a) - _stirling(b), 0.0)


def _stirling(x: Array) -> Array:
    """Return log x! − (x log x − x + ½ log 2πx) for x ≥ 1."""
    # The series is accurate to a float from 16 on; below, the difference is harmless.
    inverse, few = 1 / x, x < 16
    rest = inverse * (1 / 12 - inverse**2 * (1 / 360 - inverse**2 * (1 / 1260 - inverse**2 / 1680)))
    small = x[few]
    rest[few] = log_factorials(small) - (small * np.log(small) - small + np.log(2 * np.pi * small) / 2)
    return np.asarray(rest)


def xlog1m(x: Array | float, p: Array | float) -> Array:
    """Return x·log(1 − p), precise also for p near 0; 0·log(0) = 0.

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
    """Return log Σ exp over an axis; −∞ if all values are −∞.

    Parameters
    ----------
    values : Array
        Logarithms, in nats.
    """
    top = values.max(axis=axis, keepdims=True)
    # −∞ − (−∞) would be NaN.
    if not np.isfinite(top).all():
        top = np.where(np.isfinite(top), top, 0.0)
    check_stop()
    with np.errstate(divide="ignore"):
        return np.asarray(top.squeeze(axis) + np.log(np.exp(values - top).sum(axis=axis)))


def stacked(values: Sequence[Array] | Array) -> Array:
    """Return the values stacked along a leading axis; unlike np.stack, it can be cancelled."""
    found = np.empty((len(values), *values[0].shape))
    for part in blocks(len(values), max(1, COPIED // max(1, values[0].size))):
        found[part] = values[part]
    return found


def sorted_places(values: NDArray[Scalar]) -> Iterator[Places]:
    """Yield the indices that sort the values, part by part; equal values keep their order.

    A single argsort of a million values takes a tenth of a second, during which it could not be cancelled.
    """
    parts = 1 + len(values) // SORTED
    some = np.sort(values[:: 1 + len(values) // (SAMPLED * parts)])
    # Quantiles of a sample divide the values into parts of about equal size.
    which = np.searchsorted(some[:: -(-len(some) // parts)][1:], values, side="right")
    for part in checked(range(parts)):
        own = np.flatnonzero(which == part)
        yield own[np.argsort(values[own], kind="stable")]


def distinct(values: NDArray[Scalar]) -> tuple[NDArray[Scalar], Places, Places]:
    """Return the distinct values in order, the index of each value among them, and how often each occurs.

    Like np.unique, but it can be cancelled.
    """
    order = np.concatenate([*sorted_places(values)])
    ordered = values[order]
    check_stop()
    first = np.append(True, ordered[1:] != ordered[:-1])
    which = np.empty(len(values), dtype=np.intp)
    which[order] = np.cumsum(first) - 1
    return ordered[first], which, np.diff(np.flatnonzero(first), append=len(values))


def distinct_rows(rows: Places) -> tuple[Places, Places, Places]:
    """Return the first place of each distinct row, the index of each row among them, and how often it occurs.

    The distinct rows are in the order of np.unique(rows, axis=0), which cannot be cancelled.

    Parameters
    ----------
    rows : integer array, shape (N, L), N ≥ 1
    """
    code, many = np.zeros(len(rows), dtype=np.int64), 1
    for column in checked(rows.T):
        least = int(column.min())
        size = int(column.max()) - least + 1
        if many * size > MOST_CODES:
            # Ranks keep the order, and there are no more of them than rows.
            _, code, times = distinct(code)
            many = len(times)
        code, many = code * size + (column - least), many * size
    _, which, times = distinct(code)
    check_stop()
    first = np.empty(len(times), dtype=np.intp)
    # Backwards, since of several values for one place the last is kept.
    first[which[::-1]] = np.arange(len(rows))[::-1]
    return first, which, times


# np.unique and np.quantile import numpy.ma, which adds 15 ms to the start of the program.


def ascending(points: NDArray[Scalar], more: Sequence[float] = ()) -> NDArray[Scalar]:
    """Return the sorted distinct points, like np.unique."""
    every = np.sort(np.append(points, more) if len(more) else points)
    return every[np.diff(every, prepend=-np.inf) > 0]


def quantile(values: Array, part: float) -> float:
    """Return the quantile at `part`, 0 to 1, like np.quantile."""
    return float(np.interp(part * (values.size - 1), np.arange(values.size), np.sort(values, axis=None)))
