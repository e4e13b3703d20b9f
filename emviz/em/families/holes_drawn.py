"""Drawing rows with missing cells: in two columns, with a line for the possible values, and as a map."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from emviz.data.things import things
from emviz.em.families.holed import Holed, name_of
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.pictures import Matrix

#: The most rows of a map.
MOST_ROWS = 200


def placed(
    raw: Array, extent: tuple[float, float, float, float], guesses: tuple[Array, Array] | None
) -> tuple[Array, Array]:
    """Return the positions of points, shape (n, 2), and the ends of a line for each missing cell, (m, 2, 2).

    Parameters
    ----------
    raw : Array, shape (n, 2)
        The two numbers of each; NaN if missing.
    extent : tuple of float
        x0, x1, y0, y1 of the picture.
    guesses : pair of Array, shape (n, 2), or None
        The expected values of missing cells, and their standard deviations. None before the E-step, when a
        missing number may be anything: its line crosses the whole picture, from a point at the edge.
    """
    gone = np.isnan(raw)
    if guesses is None:
        low, high = np.array(extent[::2]), np.array(extent[1::2])
        points = np.where(gone, low, raw)
        return points, _lines(points, gone, np.broadcast_to(low, raw.shape), np.broadcast_to(high, raw.shape))
    points, sd = np.where(gone, guesses[0], raw), guesses[1]
    return points, _lines(points, gone, points - sd, points + sd)


def place_of(rows: Rows, row: int | None) -> int | None:
    """Return the index of a row of the table among ascending rows; None if it is not one of them."""
    if row is None:
        return None
    place = int(np.searchsorted(rows, row))
    return place if place < len(rows) and rows[place] == row else None


def _lines(points: Array, gone: NDArray[np.bool], low: Array, high: Array) -> Array:
    """Return a line for each missing cell, along its axis."""
    made = []
    for axis in (0, 1):
        here = np.flatnonzero(gone[:, axis])
        ends = np.stack([points[here], points[here]], axis=1)
        ends[:, 0, axis], ends[:, 1, axis] = low[here, axis], high[here, axis]
        made.append(ends)
    return np.concatenate(made)


def mixed(shares: Array, whole: Array, spread: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of a mixture in each column of some rows, shape (n, d) each.

    Parameters
    ----------
    shares : Array, shape (n, K)
    whole, spread : Array, shape (K, n, d)
        The rows as completed by each component, and the variances of its imputations.
    """
    weights = shares.T[:, :, None]
    mean = (weights * whole).sum(axis=0)
    # Within components, and between them.
    variance = (weights * (spread + np.square(whole - mean))).sum(axis=0)
    return mean, np.sqrt(variance)


def axes_of(chosen: Sequence[int], columns: int, usual: tuple[int, int]) -> tuple[int, int]:
    """Return the two chosen columns, or the default ones."""
    known = [column for column in chosen if 0 <= column < columns]
    return (known[0], known[1]) if len(known) == 2 else usual


def reach(column: Array, margin: float) -> tuple[float, float]:
    """Return the range of a column in a picture: its numbers, extended by `margin` of their range."""
    low, high = float(np.nanmin(column)), float(np.nanmax(column))
    return low - margin * (high - low), high + margin * (high - low)


def hole_map(data: Holed, fill: Callable[[Rows], Array] | None, row: int | None) -> Matrix:
    """Return a heat map of the first rows, in standard deviations from the mean of each column.

    Parameters
    ----------
    fill : callable or None
        Returns some rows with imputed values, which get a dot; None for empty cells.
    row : int or None
        The selected row; None for none.
    """
    rows = np.arange(min(len(data.raw), MOST_ROWS))
    values = data.raw[rows] if fill is None else fill(rows)
    gaps = [] if fill is None else np.argwhere(data.missing[rows]).tolist()
    note = "Standard deviations above the mean of the column; a dot is a guess, an empty cell is missing."
    more = "" if len(rows) == len(data.raw) else f" The first {things(len(rows), 'row')} are drawn."
    return Matrix(
        title="Holes",
        row_heading="row",
        column_heading="column",
        rows=tuple(name_of(data, each) or str(each + 1) for each in rows.tolist()),
        columns=data.columns,
        values=(values - data.centre) / data.scale,
        low=-3.0,
        high=3.0,
        bests=tuple((i, j) for i, j in gaps),
        row=row if row is not None and row < len(rows) else None,
        note=note + more,
    )
