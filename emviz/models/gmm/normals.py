"""Factors of normal distributions: whitening, inverse and height, or the reason why there are none."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from emviz.em.families.dependence import FLAT, dependence
from emviz.em.numerics import Array
from emviz.models.gmm.data import NAMES, GmmData

#: A component is narrow below this standard deviation, in units of that of the data.
NARROW = 1e-3
#: Below this standard deviation, in the same units, it has collapsed onto a point …
POINT = 1e-150
#: … and onto fewer dimensions if a pivot of its correlations is below `FLAT`. Dependent columns are blamed
#: only if all components are close to it, with less than this part of their variance along some direction:
#: with holes some get there sooner.
ON_THE_WAY = 1e-2
#: Replaces log 0.
LEAST = -1e300
FEWER = "fewer dimensions than there are columns"
OPENED = "its covariance is singular; a floor keeps it open"
#: The most columns without spread that are named.
NAMED = 3
#: The most components that are computed by hand.
FEW = 8
HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)


class Factors(NamedTuple):
    """Factors of the covariances of M components in standardised coordinates.

    Parameters
    ----------
    white : Array, shape (M, d, d)
        W, lower triangular: W(z − μ) is standard normal.
    precision : Array, shape (M, d, d)
        WᵀW, the inverse covariances.
    raw_precision : Array, shape (M, d, d)
        The same in the units of the columns.
    height : Array, shape (M,)
        The logarithm of the density at the mean, in the units of the columns.
    narrow : tuple of int
        The components that are narrow in some direction.
    """

    white: Array
    precision: Array
    raw_precision: Array
    height: Array
    narrow: tuple[int, ...]


def factors(data: GmmData, covariance: Array) -> Factors:
    """Return the factors of covariances, shape (..., K, d, d).

    Raises
    ------
    ArithmeticError
        If a covariance is singular, with the name of its component and of the columns in which it has no
        spread; if all are singular because columns depend on others, with the names of those columns.
    """
    each = covariance.reshape(-1, *covariance.shape[-2:])
    try:
        if covariance.ndim > 3:
            return _factors(data.scale, each, covariance.shape[-3])
        return _remembered(data.scale.tobytes(), covariance.tobytes(), len(covariance))
    except ArithmeticError:
        reason = _of_the_columns(data, each) or _without_spread(data, each, covariance.shape[-3])
        if reason is None:
            raise
        raise ArithmeticError(reason) from None


def _of_the_columns(data: GmmData, covariance: Array) -> str | None:
    """Return which dependent columns make all covariances, shape (M, d, d), singular; or None."""
    variances = np.diagonal(covariance, axis1=-2, axis2=-1)
    if variances.min() <= 0:
        return None
    scale = 1 / np.sqrt(variances)
    correlations = covariance * scale[:, :, None] * scale[:, None, :]
    if np.linalg.eigvalsh(correlations)[:, 0].max() > ON_THE_WAY:
        return None
    missing = None if data.holes is None else data.holes.missing
    found = dependence(data.columns, data.points.T, missing)
    if found is None:
        return None
    return (
        f"{found[0]}, so that every covariance is singular; leave out {found[1]}, or a floor keeps them open"
    )


def _without_spread(data: GmmData, covariance: Array, components: int) -> str | None:
    """Return in which columns a component has no spread, if it has some in others; or None."""
    widths = np.sqrt(np.maximum(covariance.diagonal(axis1=-2, axis2=-1), 0)) / data.scale
    flat = widths[_narrowest(widths)] <= POINT
    if flat.all() or not flat.any():
        return None
    names = [data.columns[place] for place in np.flatnonzero(flat).tolist()]
    some = f"{', '.join(names[:NAMED])}{', …' if len(names) > NAMED else ''}"
    return f"{_who(widths, components)} has collapsed onto {FEWER}, with no spread in {some}: {OPENED}"


@lru_cache(maxsize=8)
def _remembered(scale: bytes, covariance: bytes, components: int) -> Factors:
    """Return the factors, remembered: E-step, M-step and Q ask for those of the same θ in turn."""
    own, flat = np.frombuffer(scale), np.frombuffer(covariance)
    if len(own) == 2 and components <= FEW:
        by_hand = _by_hand(own.tolist(), flat.tolist())
        if by_hand is not None:
            return by_hand
    return _factors(own, flat.reshape(components, len(own), len(own)), components)


def _by_hand(scale: list[float], covariance: list[float]) -> Factors | None:
    """Return the result of `_factors` for two columns and few components, in plain floats; None if singular.

    NumPy's calls would take three times as long as this arithmetic.
    """
    (x, y), height, narrow = scale, [], []
    white: list[float] = []
    precision: list[float] = []
    raw: list[float] = []
    for k, (xx, xy, _, yy) in enumerate(zip(*[iter(covariance)] * 4, strict=True)):
        if min(xx / (x * x), yy / (y * y)) <= POINT * POINT:
            return None
        sx, sy = math.sqrt(xx), math.sqrt(yy)
        r = xy / (sx * sy)
        # 1 − r² is the second pivot of the correlation matrix; the Cholesky factor of 2 × 2 is written out.
        left = 1 - r * r
        if left <= FLAT * FLAT:
            return None
        pivot = math.sqrt(left)
        a, b, c = x / sx, -r / pivot * (x / sx), y / (pivot * sy)
        p, q, s = a * a + b * b, b * c, c * c
        white += (a, 0.0, b, c)
        precision += (p, q, q, s)
        raw += (p / (x * x), q / (x * y), q / (x * y), s / (y * y))
        height.append(-2 * HALF_LOG_TWO_PI - math.log(sx) - math.log(pivot * sy))
        if p + s > NARROW**-2:
            narrow.append(k)
    shape = (len(height), 2, 2)
    whole, inverse, inner = (np.array(each).reshape(shape) for each in (white, precision, raw))
    return Factors(whole, inverse, inner, np.array(height), tuple(narrow))


def _factors(scale: Array, covariance: Array, components: int) -> Factors:
    deviation = np.sqrt(np.maximum(covariance.diagonal(axis1=-2, axis2=-1), 0))
    if (deviation / scale).min() <= POINT:
        raise _collapse(deviation / scale, components)
    # Scaled to correlations first: pivots then measure dependence, whatever the units of the columns.
    correlation = covariance / (deviation[:, :, None] * deviation[:, None, :])
    try:
        factor = np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        raise _collapse(np.linalg.eigvalsh(correlation), components) from None
    pivots = factor.diagonal(axis1=-2, axis2=-1)
    if pivots.min() <= FLAT:
        raise _collapse(pivots, components)
    white = np.linalg.inv(factor) * (scale / deviation)[:, None, :]
    precision = white.swapaxes(-1, -2) @ white
    height = -len(scale) * HALF_LOG_TWO_PI - np.log(pivots * deviation).sum(axis=-1)
    widths = precision.diagonal(axis1=-2, axis2=-1).sum(axis=-1)
    narrow = tuple(np.flatnonzero(widths > NARROW**-2).tolist())
    return Factors(white, precision, precision / (scale[:, None] * scale), height, narrow)


def _collapse(widths: Array, components: int) -> ArithmeticError:
    """Return the error that names the component with the smallest of the widths, shape (M, d)."""
    point = widths[_narrowest(widths)].max() <= POINT
    where = "a single point" if point else FEWER
    return ArithmeticError(f"{_who(widths, components)} has collapsed onto {where}: {OPENED}")


def _narrowest(widths: Array) -> int:
    return int(widths.min(axis=-1).argmin())


def _who(widths: Array, components: int) -> str:
    alike = len(widths) > 1 and not np.ptp(widths, axis=0).any()
    return "every cluster" if alike else f"cluster {NAMES[_narrowest(widths) % components]}"
