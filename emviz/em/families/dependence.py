"""Columns that follow from others: with them a covariance is singular, whatever θ is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array

#: A covariance is singular where a pivot of its correlations, the part of a standard deviation that the other
#: columns leave open, is below this: of what is left, rounding makes a tenth and more.
FLAT = 3e-7
#: A column follows from others where they leave less than this part of its standard deviation open.
OPEN = 1e-7
#: A column takes part with a factor above this, both in standard deviations.
PART = 1e-6


def flat(covariance: Array) -> bool:
    """Return whether a covariance, shape (d, d), is singular as far as floats can tell."""
    variances = covariance.diagonal()
    if variances.min() <= 0:
        return True
    deviation = np.sqrt(variances)
    try:
        factor = np.linalg.cholesky(covariance / np.outer(deviation, deviation))
    except np.linalg.LinAlgError:
        return True
    return bool(factor.diagonal().min() <= FLAT)


def dependent(points: Array, missing: NDArray[np.bool] | None = None) -> list[int] | None:
    """Return the first column that is a combination of those before it, behind these; None if there is none.

    Parameters
    ----------
    points : Array, shape (n, d)
        Columns at mean 0 and standard deviation 1.
    missing : bool array, shape (n, d), optional
        The holes. A column is compared with those before it in the rows that have none in any of them.
    """
    for last in range(1, points.shape[1]):
        whole = points[:, : last + 1]
        if missing is not None:
            whole = whole[~missing[:, : last + 1].any(axis=1)]
        if len(whole) <= last + 1:  # so few rows lie in a plane of their own
            return None
        whole = whole - whole.mean(axis=0)
        before, column = whole[:, :last], whole[:, last]
        factors = np.linalg.lstsq(before, column, rcond=None)[0]
        rest = column - before @ factors
        if rest @ rest <= OPEN**2 * len(whole):
            return [*np.flatnonzero(np.abs(factors) > PART).tolist(), last]
    return None


def dependence(
    columns: Sequence[str], points: Array, missing: NDArray[np.bool] | None = None
) -> tuple[str, str] | None:
    """Return in words which column follows from which others, and its name; None where none does."""
    found = dependent(points, missing)
    if found is None:
        return None
    *others, last = (columns[place] for place in found)
    words = (
        f"the columns {', '.join(others)} and {last} are linearly dependent: the points lie in fewer "
        "dimensions than there are columns"
    )
    return words, last
