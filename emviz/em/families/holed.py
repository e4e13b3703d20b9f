"""Numbers in columns of which any may be missing, read from a table with what the file tells of the holes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Mask, Table, Texts
from emviz.data.things import there_are, things
from emviz.em.columns import TRUE
from emviz.em.families.alone import Alone
from emviz.em.families.holes import Pattern, patterns_of
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, with_minus
from emviz.em.scales import location

#: Columns that a model takes.
MOST_COLUMNS = 20
#: Columns of a row that a text tells, and holes; in short, and the letters of their names.
TOLD, HOLES, FEW, LETTERS = 5, 3, 2, 10
#: The column that names the rows, and what else it may be called.
NAME = "name"
NAMES = ("names", "row name", "subject", "patient", "case")
#: What stands for a hole.
HOLE = "·"


@dataclass(frozen=True, eq=False)
class Holed:
    """Rows of d columns, with holes.

    Parameters
    ----------
    columns : tuple of str
        The names of the d columns.
    raw : Array, shape (n, d)
        The numbers; NaN in a hole.
    points : Array, shape (n, d)
        The same, each column less its centre and over its scale.
    centre, scale : Array, shape (d,)
        The mean and standard deviation of what is seen of each column.
    patterns : tuple of Pattern
        The rows that have any number, by their holes.
    which : integer array, shape (n,)
        The pattern of each row; −1 for a row without a number.
    truth : Array or None, shape (n, d)
        What the holes hide, NaN where the file does not tell; None where it has no column for it.
    names : Texts, shape (n,), or None
        What the rows are called.
    alone : Alone or None
        What finds θ of the complete rows alone; None where no cell is missing.
    """

    columns: tuple[str, ...]
    raw: Array
    points: Array
    centre: Array
    scale: Array
    patterns: tuple[Pattern, ...]
    which: Rows
    truth: Array | None
    names: Texts | None = None
    alone: Alone | None = None
    missing: NDArray[np.bool] = field(init=False)
    seen_sums: Array = field(init=False)
    seen_products: Array = field(init=False)

    def __post_init__(self) -> None:
        held = np.nan_to_num(self.raw)
        object.__setattr__(self, "missing", np.isnan(self.raw))
        object.__setattr__(self, "seen_sums", held.sum(axis=0))
        object.__setattr__(self, "seen_products", held.T @ held)

    @property
    def counted(self) -> int:
        """The number of rows that tell anything."""
        return int(np.count_nonzero(self.which >= 0))

    @cached_property
    def known(self) -> bool:
        """Whether the file tells what every hole of a row that counts hides."""
        if self.truth is None:
            return False
        used = self.which >= 0
        return not np.isnan(self.truth[used][self.missing[used]]).any()

    @cached_property
    def complete_rows(self) -> Array | None:
        """The standardised rows that count, with what their holes hide; None where that is not known."""
        if self.truth is None or not self.known:
            return None
        used = self.which >= 0
        whole = np.where(self.missing, self.truth, self.raw)[used]
        return np.asarray((whole - self.centre) / self.scale)

    def told(self, rows: Rows) -> Array:
        """Return some rows with what their holes hide, 0 in a row that does not count."""
        truth = np.full_like(self.raw, np.nan) if self.truth is None else self.truth
        whole = np.where(self.missing[rows], truth[rows], self.raw[rows])
        return np.where((self.which[rows] >= 0)[:, None], whole, 0.0)

    @property
    def complete(self) -> NDArray[np.bool]:
        """Which rows have no hole, shape (n,)."""
        return np.asarray(~self.missing.any(axis=1))


def measured(table: Table) -> list[str]:
    """Return the columns that hold numbers or nothing at all, but for those that tell what holes hide."""
    others = [name for name in table.names if name != NAME and not name.startswith(TRUE)]
    return [name for name in others if table.is_numeric(name) or _empty(table, name)]


def _empty(table: Table, name: str) -> bool:
    return bool(table.missing(name).all())


def unseen_rows(table: Table) -> Mask:
    """Return the rows that have no number at all, shape (rows,)."""
    masks = [table.missing(name) for name in measured(table)]
    return np.logical_and.reduce(masks) if masks else np.zeros(table.rows, dtype=np.bool)


def unseen_words(table: Table) -> list[str]:
    """Return how many rows have no number, and that they are not counted; nothing where none is."""
    many = int(np.count_nonzero(unseen_rows(table)))
    if not many:
        return []
    has, is_ = ("has", "is") if many == 1 else ("have", "are")
    return [f"{things(many, 'row')} {has} no number, which tells nothing of θ, and {is_} not counted"]


def parsed(table: Table, least: int) -> Holed:
    """Return the rows of a table.

    Parameters
    ----------
    least : int
        Rows that are needed beyond the number of columns.

    Raises
    ------
    DataError
        For a column without two numbers that differ, numbers that are not finite, or too large or too small
        for a variance, more columns than are offered, or too few rows for a covariance.
    """
    names = measured(table)
    if not names:
        raise DataError("no column holds numbers")
    if len(names) > MOST_COLUMNS:
        raise DataError(f"there are {len(names)} columns of numbers; keep {MOST_COLUMNS} of them at the most")
    for name in names:
        if _empty(table, name):
            raise DataError("no row has a number here, so that nothing can be learned of it", column=name)
    raw = np.column_stack([table.finite(name, holes=True) for name in names])
    centre, scale = np.array([_located(raw[:, j], name) for j, name in enumerate(names)]).T
    missing = np.isnan(raw)
    told = np.flatnonzero(~missing.all(axis=1))
    if len(told) < len(names) + least:
        raise DataError(
            f"{there_are(len(told), 'row')} with numbers, too few for the covariances of "
            f"{things(len(names), 'column')}: {len(names) + least} are needed"
        )
    patterns = tuple(Pattern(each.seen, each.hidden, told[each.rows]) for each in patterns_of(missing[told]))
    which = np.full(len(raw), -1)
    for place, pattern in enumerate(patterns):
        which[pattern.rows] = place
    points = (raw - centre) / scale
    truth, called = _truth(table, names, raw), table.texts(NAME) if NAME in table else None
    return Holed(tuple(names), raw, points, centre, scale, patterns, which, truth, called)


def _located(column: Array, name: str) -> tuple[float, float]:
    """Return mean and standard deviation of the numbers of a column."""
    seen = column[~np.isnan(column)]
    centre, scale = location(seen, name)
    if not scale:
        alike = "the same number in every row that has one" if len(seen) > 1 else "only one row has a number"
        raise DataError(f"{alike}, which leaves its variance at 0; leave the column out", column=name)
    return centre, scale


def _truth(table: Table, names: list[str], raw: Array) -> Array | None:
    """Return what holes hide, shape (n, d), NaN where it is not told; None where no column tells it."""
    none = np.full(len(raw), np.nan)
    columns = [TRUE + name for name in names]
    if not any(name in table for name in columns):
        return None
    told = [
        table.finite(name, holes=True) if name in table and not _empty(table, name) else none
        for name in columns
    ]
    return np.where(np.isnan(raw), np.column_stack(told), np.nan)


# -- in words ------------------------------------------------------------------------------------------------


def heading_of(columns: Sequence[str]) -> str:
    """Return what stands above the numbers of a row: the first columns."""
    return ", ".join(columns[:TOLD]) + (", …" if len(columns) > TOLD else "")


def row_text(data: Holed, row: int) -> str:
    """Return the numbers of a row, a dot for a hole: "236, 234, ·"; behind its name, if it has one."""
    cells = zip(data.raw[row, :TOLD].tolist(), data.scale.tolist(), strict=False)
    told = [HOLE if math.isnan(value) else _short(value, places_of(scale)) for value, scale in cells]
    numbers = ", ".join([*told, *(["…"] if len(data.columns) > TOLD else [])])
    name = name_of(data, row)
    return f"{name}: {numbers}" if name else numbers


def name_of(data: Holed, row: int) -> str:
    """Return what a row is called; "" where it has no name."""
    return "" if data.names is None else str(data.names[row])


def truth_text(data: Holed, row: int) -> str:
    """Return what the first holes of a row hide; "" where that is not known, or nothing is hidden."""
    if data.truth is None or data.which[row] < 0:
        return ""
    holes = np.flatnonzero(data.missing[row]).tolist()
    told = [_short(float(data.truth[row, j]), places_of(float(data.scale[j]))) for j in holes[:HOLES]]
    return ", ".join([*told, *(["…"] if len(holes) > HOLES else [])])


def guess_text(data: Holed, row: int, whole: Array, sd: Array | None, short: bool = False) -> str:
    """Return what the first holes of a row are filled with: "day14 ≈ 203.1 ± 32.4"; "" without a hole.

    Parameters
    ----------
    whole, sd : Array, shape (d,)
        The filled row, and how far each guess may be off; None where that is forgotten.
    short : bool
        Tell fewer holes, and where there are several with a digit less.
    """
    return guesses_text(data.columns, data.scale, data.missing[row], whole, sd, short)


def guesses_text(
    columns: Sequence[str], scale: Array, gone: Mask, whole: Array, sd: Array | None, short: bool = False
) -> str:
    """Return the same of a row in any columns, where these cells of it are gone."""
    holes, most = np.flatnonzero(gone).tolist(), FEW if short else HOLES
    less = 1 if short and len(holes) > 1 else 0
    told = [
        _guess(columns[j], float(scale[j]), float(whole[j]), None if sd is None else float(sd[j]), less)
        for j in holes[:most]
    ]
    return ", ".join([*told, *(["…"] if len(holes) > most else [])])


def _guess(name: str, scale: float, value: float, sd: float | None, less: int) -> str:
    places = max(0, places_of(scale) - less)
    off = "" if sd is None else f" ± {decimal(sd, places)}"
    cut = name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"
    return f"{cut} ≈ {with_minus(decimal(value, places))}{off}"


def places_of(scale: float) -> int:
    """Return the decimals of a hundredth of a standard deviation."""
    return max(0, 2 - math.floor(math.log10(scale)))


def _short(value: float, places: int) -> str:
    text = decimal(value, places)
    return with_minus(text.rstrip("0").rstrip(".") if "." in text else text)
