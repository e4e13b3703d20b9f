"""The orientation of a sinogram in its table, and the columns that are not bins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

import numpy as np

from emviz.data.column import WHOLE, format_number
from emviz.data.table import Table
from emviz.em.columns import Layout
from emviz.em.numerics import Array

#: Names of a column of angles, in lower case.
ANGLES = frozenset(
    {"angle", "angles", "theta", "degree", "degrees", "deg", "phi", "view", "projection", "rad", "radians"}
    | {"winkel", "grad"}
)
#: The columns of a list of bins.
LISTED = ("angle", "bin", "count")
#: Least number of rows at which an evenly spaced first column is taken for angles or positions.
FEWEST = 4
#: Largest difference between the steps of evenly spaced angles, as a part of a step.
EVEN = 1e-3
#: If the sums of the rows vary this many times less than those of the columns, rows are clearly angles.
CLEAR = 2.0


def unsuited(table: Table, name: str) -> str | None:
    """Return why a column is no bin of the detector; None if it may be one."""
    if not table.is_numeric(name):
        return "not numbers"
    numbers = table.numbers(name, holes=True)
    # No angles, nor counts, and their differences might overflow.
    if np.any(np.abs(numbers) >= WHOLE):
        return None
    steps = np.diff(numbers)
    even = len(steps) > 0 and np.ptp(steps) <= EVEN * np.abs(steps).max()
    if not _named_angle(name):
        # Steps of 0 or 1 prove nothing: equal counts, and small ones that rise, are evenly spaced, too.
        ruled = even and steps[0] not in (0, 1) and table.rows >= FEWEST and table.names.index(name) == 0
        return "evenly spaced: looks like angles or positions" if ruled else None
    return "the angles" if even else "the angles; they are not evenly spaced, as they are taken to be"


def layouts(table: Table) -> Sequence[Layout]:
    """Return whether rows or columns are angles, the likelier first; none if rows clearly are.

    Every angle sees the same activity, so the sums of the angles are alike. Those of the bins are not: bins
    at the rim see less of the image than those in the middle.
    """
    if listed := _listed(table):
        title = f"a row for each bin of each angle ({', '.join(listed)})"
        return (
            Layout("list", title, partial(_spread, *listed)),
            Layout("rows", "a row for each angle", _same),
        )
    counts = _counts(table)
    if counts is None:
        return ()
    # Means, not sums: cells may be missing.
    means = [np.nanmean(counts, axis=axis) for axis in (1, 0)]
    rows, columns = (float(each.std() / each.mean()) for each in means)
    if CLEAR * rows <= columns:
        return ()
    ways = (
        Layout("columns", "a column for each angle: the sums of the columns agree better", turned),
        Layout("rows", "a row for each angle", _same),
    )
    return ways if columns < rows else ways[::-1]


def turned(table: Table) -> Table:
    """Return the table with a row for each column of counts."""
    cells = np.array([table.numbers(name, holes=True) for name in _bins(table)])
    return Table.from_columns({f"column {k + 1}": column for k, column in enumerate(cells.T)})


def _listed(table: Table) -> tuple[str, str, str] | None:
    """Return the columns of angles, bins and counts if each row is a bin of an angle, none of them twice."""
    names = [name for name in table.names if table.is_numeric(name)]
    angle = next((name for name in names if _named_angle(name)), None)
    if angle is None or len(names) != len(LISTED):
        return None
    others = [name for name in names if name != angle]
    for bins, counts in (others, others[::-1]):
        cells = np.column_stack([table.numbers(name, holes=True) for name in (angle, bins)])
        kinds = [len(np.unique(column)) for column in cells.T]
        if min(kinds) > 1 and len(np.unique(cells, axis=0)) == len(cells) == kinds[0] * kinds[1]:
            return angle, bins, counts
    return None


def _spread(angle: str, bins: str, counts: str, table: Table) -> Table:
    """Return the table with a row for each angle, and a column for each bin."""
    angles, places = (table.numbers(name, holes=True) for name in (angle, bins))
    columns, rows = np.unique(places), np.unique(angles)
    order = np.lexsort((places, angles))
    cells = table.numbers(counts, holes=True)[order].reshape(len(rows), len(columns))
    names = [f"{bins} {format_number(float(place))}" for place in columns]
    return Table.from_columns({angle: rows, **dict(zip(names, cells.T, strict=True))})


def _same(table: Table) -> Table:
    return table


def _named_angle(name: str) -> bool:
    return bool(ANGLES.intersection(re.findall(r"[a-zθ]+", name.lower()))) or name == "θ"


def _bins(table: Table) -> list[str]:
    return [name for name in table.names if unsuited(table, name) is None and not _counting(table, name)]


def _counting(table: Table, name: str) -> bool:
    """Return whether a column numbers the rows."""
    numbers = table.numbers(name, holes=True)
    return table.rows > 2 and bool(np.all(numbers[1:] == numbers[:-1] + 1))


def _counts(table: Table) -> Array | None:
    """Return the counts, shape (rows, columns), if they are enough to distinguish angles from bins."""
    names = _bins(table)
    if len(names) < 2 or table.rows < 2:
        return None
    counts = np.column_stack([table.numbers(name, holes=True) for name in names])
    known = ~np.isnan(counts)
    if not known.any(axis=0).all() or not known.any(axis=1).all():
        return None
    return counts if np.nanmin(counts) >= 0 and 0 < np.nanmax(counts) < WHOLE else None
