"""Linearly dependent columns, which make a covariance singular for every θ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emviz.em.families.holed import Holed
from emviz.em.numerics import Array
from emviz.em.rounding import figures

#: A covariance is singular if a pivot of its correlations (the fraction of a standard deviation that the
#: other columns leave open) is below this; a tenth or more of it would be rounding.
FLAT = 3e-7
#: Rounding of log P, in nats, above which there is a warning: half of the last digit shown at first.
NOTED = 5e-3
#: A column is dependent if the others leave less than this fraction of its standard deviation open.
OPEN = 1e-7
#: A column takes part in a dependence if its factor, in standard deviations, is above this.
PART = 1e-6
SINGULAR = "the covariance matrix is singular: one of the columns follows from the others"


def held_open(data: Holed, covariance: Array) -> None:
    """Check that a covariance, shape (d, d), of some rows is not singular.

    Raises
    ------
    ArithmeticError
        If it is numerically singular; the message names the dependent columns.
    """
    left = _left_open(covariance)
    if left is not None and left.min() > FLAT:
        return
    found = dependence(data.columns, data.points, data.missing)
    if found is None:
        raise ArithmeticError(SINGULAR)
    raise ArithmeticError(f"{found[0]}, so that the covariance matrix is singular; leave out {found[1]}")


def rounded(columns: Sequence[str], rows: int, covariance: Array) -> str | None:
    """Return a warning that rounding reaches the displayed digits of log P, or None.

    A pivot p of the correlations is computed from 1 − R², so that a rounding error ε of R changes each
    squared distance, over d columns, by about d ε / p² of itself.

    Parameters
    ----------
    covariance : Array, shape (d, d)
        The covariance of the rows; d is the number of columns.
    """
    left = _left_open(covariance)
    if left is None:
        return None
    moved = rows * len(columns) * float(np.finfo(float).eps / left.min() ** 2)
    if moved < NOTED:
        return None
    return (
        f"{columns[int(left.argmin())]} is nearly a combination of the other columns: rounding may move log "
        f"P by {figures(moved, 1)} nats and more; leave it out"
    )


def _left_open(covariance: Array) -> Array | None:
    """Return the fraction of each standard deviation left open by earlier columns, (d,), or None."""
    variances = covariance.diagonal()
    if variances.min() <= 0:
        return None
    deviation = np.sqrt(variances)
    try:
        return np.linalg.cholesky(covariance / np.outer(deviation, deviation)).diagonal()
    except np.linalg.LinAlgError:
        return None


def dependent(points: Array, missing: NDArray[np.bool] | None = None) -> list[int] | None:
    """Return the columns of the first linear dependence, the dependent one last; None if there is none.

    Parameters
    ----------
    points : Array, shape (n, d)
        Columns at mean 0 and standard deviation 1.
    missing : bool array, shape (n, d), optional
        The missing cells; a column is compared with those before it in the rows where all are observed.
    """
    for last in range(1, points.shape[1]):
        whole = points[:, : last + 1]
        if missing is not None:
            whole = whole[~missing[:, : last + 1].any(axis=1)]
        # With so few rows, there always is an exact combination.
        if len(whole) <= last + 1:
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
    """Return a clause on the first linear dependence, and the name of the dependent column, or None."""
    found = dependent(points, missing)
    if found is None:
        return None
    *others, last = (columns[place] for place in found)
    words = (
        f"the columns {', '.join(others)} and {last} are linearly dependent: the points lie in fewer "
        "dimensions than there are columns"
    )
    return words, last
