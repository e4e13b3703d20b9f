"""Which way round a sinogram lies in its table, and which columns of it are no bins."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import Layout
from emviz.em.numerics import Array

#: What a column of angles is called, in small letters.
ANGLES = frozenset(
    {"angle", "angles", "theta", "degree", "degrees", "deg", "phi", "view", "projection", "rad", "radians"}
    | {"winkel", "grad"}
)
#: Rows from which on evenly spaced numbers in front are no counts.
FEWEST = 4
#: Angles whose steps differ by less than this part of one are evenly spaced.
EVEN = 1e-3
#: The sums of one side vary so many times less than those of the other: it is the side of the angles.
CLEAR = 2.0


def unsuited(table: Table, name: str) -> str | None:
    """Return why a column is no bin of the detector; None where it may be one."""
    if not table.is_numeric(name):
        return "not numbers"
    steps = np.diff(table.numbers(name, holes=True))
    even = len(steps) > 0 and np.ptp(steps) <= EVEN * np.abs(steps).max()
    if not ANGLES.intersection(re.findall(r"[a-zθ]+", name.lower())) and name != "θ":
        ruled = even and steps[0] not in (0, 1) and table.rows >= FEWEST and table.names.index(name) == 0
        return "evenly spaced: looks like angles or positions" if ruled else None
    return "the angles" if even else "the angles; they are not evenly spaced, as they are taken to be"


def layouts(table: Table) -> Sequence[Layout]:
    """Return whether rows or columns are angles, the likelier first; none where rows clearly are.

    Every angle sees the same activity, so that the sums of the angles are alike, while those of the bins,
    at the rim and in the middle of the image, are not.
    """
    counts = _counts(table)
    if counts is None:
        return ()
    # Means, as cells may be missing.
    rows, columns = (_variation(np.nanmean(counts, axis=axis)) for axis in (1, 0))
    if CLEAR * rows <= columns:
        return ()
    ways = (
        Layout("columns", "a column for each angle: the sums of the columns agree better", turned),
        Layout("rows", "a row for each angle", lambda same: same),
    )
    return ways if columns < rows else ways[::-1]


def turned(table: Table) -> Table:
    """Return the table with a row for each column of counts."""
    cells = np.array([table.numbers(name, holes=True) for name in _bins(table)])
    return Table.from_columns({f"column {k + 1}": column for k, column in enumerate(cells.T)})


def _bins(table: Table) -> list[str]:
    return [name for name in table.names if unsuited(table, name) is None and not _counting(table, name)]


def _counting(table: Table, name: str) -> bool:
    """Say whether a column counts the rows."""
    return table.rows > 2 and bool(np.all(np.diff(table.numbers(name, holes=True)) == 1))


def _counts(table: Table) -> Array | None:
    """Return the counts, shape (rows, columns), where they are enough to tell angles from bins."""
    names = _bins(table)
    if len(names) < 2 or table.rows < 2:
        return None
    counts = np.column_stack([table.numbers(name, holes=True) for name in names])
    known = ~np.isnan(counts)
    if not known.any(axis=0).all() or not known.any(axis=1).all():
        return None
    return counts if np.nanmin(counts) >= 0 and np.nanmax(counts) > 0 else None


def _variation(means: Array) -> float:
    return float(means.std() / means.mean())
