"""Columns that follow from others: with them a covariance is singular, whatever θ is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emviz.em.families.holed import Holed
from emviz.em.numerics import Array
from emviz.em.rounding import figures

#: A covariance is singular where a pivot of its correlations, the part of a standard deviation that the other
#: columns leave open, is below this: of what is left, rounding makes a tenth and more.
FLAT = 3e-7
#: By so much, in nats, rounding may move log P before it is said: half of the last digit shown at first.
NOTED = 5e-3
#: A column follows from others where they leave less than this part of its standard deviation open.
OPEN = 1e-7
#: A column takes part with a factor above this, both in standard deviations.
PART = 1e-6
SINGULAR = "the covariance matrix is singular: one of the columns follows from the others"


def held_open(data: Holed, covariance: Array) -> None:
    """Let a covariance, shape (d, d), of some rows pass.

    Raises
    ------
    ArithmeticError
        Where it is singular as far as floats can tell, with the columns that make it so.
    """
    left = _left_open(covariance)
    if left is not None and left.min() > FLAT:
        return
    found = dependence(data.columns, data.points, data.missing)
    if found is None:
        raise ArithmeticError(SINGULAR)
    raise ArithmeticError(f"{found[0]}, so that the covariance matrix is singular; leave out {found[1]}")


def rounded(columns: Sequence[str], rows: int, covariance: Array) -> str | None:
    """Return that rounding reaches the digits of log P, and which column is to blame; None where it does not.

    The pivot p of a correlation comes from 1 − R², so that a rounding ε of R moves each squared distance, of
    d columns, by about d ε / p² of itself.

    Parameters
    ----------
    covariance : Array, shape (d, d)
        Of what the rows come from; d is the number of columns.
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
    """Return what part of its standard deviation the columns before leave each one; None where singular."""
    variances = covariance.diagonal()
    if variances.min() <= 0:
        return None
    deviation = np.sqrt(variances)
    try:
        return np.linalg.cholesky(covariance / np.outer(deviation, deviation)).diagonal()
    except np.linalg.LinAlgError:
        return None


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
