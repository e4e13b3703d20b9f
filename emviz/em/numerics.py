"""The few numerical functions that every model needs."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


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
    x, y = np.broadcast_arrays(np.asarray(x, dtype=np.float64), y)
    logs = np.zeros(y.shape)
    with np.errstate(divide="ignore"):
        np.log(y, out=logs, where=x != 0)
    return np.asarray(x * logs)


def xlog1m(x: Array | float, p: Array | float) -> Array:
    """Return x·log(1 − p), which keeps its digits where a probability p is near 0; 0·log(0) = 0.

    Parameters
    ----------
    x, p : array_like
        Non-negative numbers, and probabilities, that broadcast together.
    """
    x, p = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(p, dtype=np.float64))
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
    with np.errstate(divide="ignore"):
        return np.asarray(top.squeeze(axis) + np.log(np.exp(values - top).sum(axis=axis)))
