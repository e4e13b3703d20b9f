"""Columns that follow from others: with them every covariance is singular, whatever the clusters are."""

from __future__ import annotations

import numpy as np

from emviz.em.numerics import Array
from emviz.models.gmm.data import GmmData

#: A column follows from others where they leave less than this part of its standard deviation open.
OPEN = 1e-7
#: A column takes part with a factor above this, both in standard deviations.
PART = 1e-6
#: A covariance is singular along some direction where its correlations leave less than this of the variance.
SINGULAR = 1e-9


def dependence(data: GmmData, covariance: Array) -> str | None:
    """Return which columns make all of the covariances, shape (K, d, d), singular, as a sentence, or None."""
    variances = np.diagonal(covariance, axis1=-2, axis2=-1)
    if variances.min() <= 0:
        return None
    scale = 1 / np.sqrt(variances)
    correlations = covariance * scale[:, :, None] * scale[:, None, :]
    if np.linalg.eigvalsh(correlations)[:, 0].max() > SINGULAR:
        return None
    found = dependent(data.points)
    if found is None:
        return None
    *others, last = (data.columns[place] for place in found)
    return (
        f"the columns {', '.join(others)} and {last} are linearly dependent: the points lie in fewer "
        "dimensions than there are columns, so that every covariance is singular; leave out "
        f"{last}, or a floor keeps them open"
    )


def dependent(points: Array) -> list[int] | None:
    """Return the first column that is a combination of those before it, behind these; None if there is none.

    Parameters
    ----------
    points : Array, shape (d, n)
        Columns at mean 0 and standard deviation 1.
    """
    for last in range(1, len(points)):
        before = points[:last].T
        factors = np.linalg.lstsq(before, points[last], rcond=None)[0]
        rest = points[last] - before @ factors
        if rest @ rest <= OPEN**2 * points.shape[1]:
            return [*np.flatnonzero(np.abs(factors) > PART).tolist(), last]
    return None
