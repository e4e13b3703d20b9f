"""Sinograms: their records, and how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emviz.data.column import WHOLE, format_number
from emviz.data.errors import too_large
from emviz.data.table import DataError, Table
from emviz.data.things import things
from emviz.em.numerics import Array, log_factorials
from emviz.models.tomography.projector import Projector

#: Rings of the image, from the middle outwards, with the part of the half side at which each ends.
REGIONS = {"centre": 0.5, "ring": 1.0, "corners": np.inf}


class TomographyParams(NamedTuple):
    """The activity λ of every pixel, shape (pixels,), row by row from the top."""

    activity: Array


class TomographyCounts(NamedTuple):
    """Counts that each pixel is expected to have emitted, and the values to which the prior pulls it.

    Parameters
    ----------
    emitted : Array, shape (pixels,)
        e_j.
    pull : Array, shape (pixels,)
        M_j, the sum of λ_j + λ_k over the neighbours k of a pixel; empty without a prior.
    """

    emitted: Array
    pull: Array


@dataclass(frozen=True, eq=False)
class TomographyData:
    """Counts along the lines of a scanner.

    Parameters
    ----------
    counts : Array, shape (angles, bins)
        y, the sinogram.
    projector : Projector
        The geometry.
    sensitivity : Array, shape (pixels,)
        s_j, the part of a pixel's activity that is seen: 1 for a pixel in view at all angles.
    factorials : float
        Σ log y_i!, in nats.
    """

    counts: Array
    projector: Projector
    sensitivity: Array
    factorials: float


#: Undo keeps many copies of the data, which should share one projector and its table of pixel positions.
projector_of = lru_cache(maxsize=4)(Projector)


def parsed(table: Table, size: int, circle: bool) -> TomographyData:
    """Return the sinogram in a table: a row for each angle, a column for each bin.

    Raises
    ------
    DataError
        For a cell that is no number from 0 to below 2^53, a table without counts, counts in a bin that no
        pixel reaches, or a pixel that no bin sees.
    """
    if not table.rows:
        raise DataError("there are no rows; a row of counts is needed for each angle")
    counts = np.column_stack([table.numbers(name) for name in table.names])
    # Negated, so that NaN is bad, too.
    bad = np.argwhere(~((counts >= 0) & (counts < WHOLE)))
    if len(bad):
        row, column = bad[0].tolist()
        cell = table.cell(row, table.names[column])
        raise _fault(table, row, column, _count_fault(float(counts[row, column]), cell))
    if not counts.any():
        raise DataError("there are no counts in any of the bins")
    projector = projector_of(size, *counts.shape, circle)
    _check_reach(table, counts, projector)
    sensitivity = projector.back(np.ones(counts.shape))
    if not sensitivity.all():
        row, column = divmod(int(np.argmin(sensitivity)), size)
        raise DataError(
            f"no bin sees the pixel in row {row + 1}, column {column + 1} of the image: "
            f"{size} × {size} pixels are too many for {things(counts.shape[1], 'bin')}"
        )
    return TomographyData(counts, projector, sensitivity, float(log_factorials(counts).sum()))


def _count_fault(count: float, cell: str) -> str:
    if np.isfinite(count) and count > 0:
        return too_large(cell)
    return f"expected a count of at least 0, got {format_number(count)}"


def _check_reach(table: Table, counts: Array, projector: Projector) -> None:
    """Raise a DataError for counts that cannot have come from the image."""
    missed = np.argwhere((counts > 0) & (projector.project(np.ones(projector.pixels)) <= 0))
    if len(missed):
        size, (row, column) = projector.size, missed[0].tolist()
        raise _fault(
            table,
            row,
            column,
            f"no pixel reaches this bin: the image must have more than {size} × {size} pixels",
        )


def _fault(table: Table, row: int, column: int, message: str) -> DataError:
    return DataError(message, row + 1, table.names[column])


@lru_cache(maxsize=8)
def regions(size: int) -> NDArray[np.bool_]:
    """Return which pixels belong to each region, shape (regions, pixels)."""
    places = np.arange(size) - (size - 1) / 2
    radius = (np.hypot(places, places[:, None]) / (size / 2)).ravel()
    # The corners of a square reach beyond its half side: the last region has no end.
    ends = (0.0, *REGIONS.values())
    return np.array([(low <= radius) & (radius < high) for low, high in pairwise(ends)])
