"""Columns of numbers with missing cells, read from a table with the true values of these, if known."""

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
from emviz.em.work import check_stop, checked

#: The most columns of a model.
MOST_COLUMNS = 20
#: Columns in the text of a row, missing cells in a text, the same in short, and letters of a column name.
SHOWN, HOLES, FEW, LETTERS = 5, 3, 2, 10
#: The column with the names of the rows, and its common other names.
NAME = "name"
NAMES = ("names", "row name", "subject", "patient", "case")
#: The sign for a missing cell.
HOLE = "·"


@dataclass(frozen=True, eq=False)
class Holed:
    """Rows of d columns with missing cells.

    Parameters
    ----------
    columns : tuple of str
        The names of the d columns.
    raw : Array, shape (n, d)
        The numbers; NaN in a missing cell.
    points : Array, shape (n, d)
        The standardised numbers: each column minus its centre, divided by its scale.
    centre, scale : Array, shape (d,)
        The mean and standard deviation of the observed numbers of each column.
    patterns : tuple of Pattern
        The rows with any number, by their missing cells.
    which : integer array, shape (n,)
        The pattern of each row; −1 for a row without a number.
    truth : Array or None, shape (n, d)
        The true values of missing cells, NaN if unknown; None if the file has no column for them.
    names : Texts, shape (n,), or None
        The names of the rows.
    alone : Alone or None
        The complete rows with their model; None if no cell is missing.
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
        check_stop()
        # The record is frozen, and these follow from its other fields.
        object.__setattr__(self, "missing", np.isnan(self.raw))
        object.__setattr__(self, "seen_sums", held.sum(axis=0))
        object.__setattr__(self, "seen_products", held.T @ held)

    @property
    def counted(self) -> int:
        """The number of rows with any number; only these count."""
        return int(np.count_nonzero(self.which >= 0))

    @cached_property
    def known(self) -> bool:
        """Whether the file has the true value of every missing cell in rows that count."""
        if self.truth is None:
            return False
        used = self.which >= 0
        return not np.isnan(self.truth[used][self.missing[used]]).any()

    @cached_property
    def complete_rows(self) -> Array | None:
        """The standardised rows that count, with their true values; None if these are not known."""
        if self.truth is None or not self.known:
            return None
        used = self.which >= 0
        whole = np.where(self.missing, self.truth, self.raw)[used]
        return np.asarray((whole - self.centre) / self.scale)

    def true_rows(self, rows: Rows) -> Array:
        """Return some rows with their true values; all 0 in a row that does not count."""
        truth = np.full_like(self.raw, np.nan) if self.truth is None else self.truth
        whole = np.where(self.missing[rows], truth[rows], self.raw[rows])
        return np.where((self.which[rows] >= 0)[:, None], whole, 0.0)

    @property
    def complete(self) -> NDArray[np.bool]:
        """Which rows have no missing cell, shape (n,)."""
        return np.asarray(~self.missing.any(axis=1))


def measured(table: Table) -> list[str]:
    """Return the columns with numbers or without any cell, except those of true values."""
    others = [name for name in table.names if name != NAME and not name.startswith(TRUE)]
    return [name for name in others if table.is_numeric(name) or _empty(table, name)]


def _empty(table: Table, name: str) -> bool:
    return bool(table.missing(name).all())


def unseen_words(table: Table) -> list[str]:
    """Return a sentence that rows without a number are not counted; empty if there are none."""
    masks = [table.missing(name) for name in measured(table)]
    many = int(np.count_nonzero(np.logical_and.reduce(masks))) if masks else 0
    if not many:
        return []
    has, is_ = ("has", "is") if many == 1 else ("have", "are")
    return [f"{things(many, 'row')} {has} no number, which says nothing about θ, and {is_} not counted"]


def parsed(table: Table, least: int) -> Holed:
    """Return the rows of a table.

    Parameters
    ----------
    least : int
        The number of rows needed in addition to the number of columns.

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
    raw = np.column_stack([table.finite(name, holes=True) for name in checked(names)])
    check_stop()
    centre, scale = np.array([_located(raw[:, j], name) for j, name in checked(enumerate(names))]).T
    missing = np.isnan(raw)
    known = np.flatnonzero(~missing.all(axis=1))
    check_stop()
    if len(known) < len(names) + least:
        raise DataError(
            f"{there_are(len(known), 'row')} with numbers, too few for the covariances of "
            f"{things(len(names), 'column')}: {len(names) + least} are needed"
        )
    patterns = tuple(
        Pattern(each.seen, each.hidden, known[each.rows]) for each in patterns_of(missing[known])
    )
    which = np.full(len(raw), -1)
    for place, pattern in enumerate(patterns):
        which[pattern.rows] = place
    check_stop()
    points = (raw - centre) / scale
    check_stop()
    truth, called = _truth(table, names, raw), table.texts(NAME) if NAME in table else None
    return Holed(tuple(names), raw, points, centre, scale, patterns, which, truth, called)


def _located(column: Array, name: str) -> tuple[float, float]:
    """Return mean and standard deviation of the observed numbers of a column."""
    seen = column[~np.isnan(column)]
    centre, scale = location(column, name)
    if not scale:
        alike = "the same number in every row that has one" if len(seen) > 1 else "only one row has a number"
        raise DataError(f"{alike}, which leaves its variance at 0; leave the column out", column=name)
    return centre, scale


def _truth(table: Table, names: list[str], raw: Array) -> Array | None:
    """Return the true values of missing cells, (n, d), NaN if unknown; None without any column for them."""
    none = np.full(len(raw), np.nan)
    columns = [TRUE + name for name in names]
    if not any(name in table for name in columns):
        return None
    known = [
        table.finite(name, holes=True) if name in table and not _empty(table, name) else none
        for name in checked(columns)
    ]
    check_stop()
    truth = np.column_stack(known)
    check_stop()
    truth[~np.isnan(raw)] = np.nan
    return truth


# -- in words ------------------------------------------------------------------------------------------------


def heading_of(columns: Sequence[str]) -> str:
    """Return the heading for the texts of rows: the names of the first columns."""
    return ", ".join(columns[:SHOWN]) + (", …" if len(columns) > SHOWN else "")


def row_text(data: Holed, row: int) -> str:
    """Return the name of a row, if any, and its numbers, with a dot for a missing cell: "236, 234, ·"."""
    cells = zip(data.raw[row, :SHOWN].tolist(), data.scale.tolist(), strict=False)
    texts = [HOLE if math.isnan(value) else _short(value, places_of(scale)) for value, scale in cells]
    numbers = ", ".join([*texts, *(["…"] if len(data.columns) > SHOWN else [])])
    name = name_of(data, row)
    return f"{name}: {numbers}" if name else numbers


def name_of(data: Holed, row: int) -> str:
    """Return the name of a row, or ""."""
    return "" if data.names is None else str(data.names[row])


def truth_text(data: Holed, row: int) -> str:
    """Return the true values of the first missing cells of a row; "" if unknown, or if none is missing."""
    if data.truth is None or data.which[row] < 0:
        return ""
    holes = np.flatnonzero(data.missing[row]).tolist()
    texts = [_short(float(data.truth[row, j]), places_of(float(data.scale[j]))) for j in holes[:HOLES]]
    return ", ".join([*texts, *(["…"] if len(holes) > HOLES else [])])


def guess_text(data: Holed, row: int, whole: Array, sd: Array | None, short: bool = False) -> str:
    """Return the imputed values of a row as text: "day14 ≈ 203.1 ± 32.4"; "" if no cell is missing.

    Parameters
    ----------
    whole, sd : Array, shape (d,)
        The row with imputed values, and their standard deviations; None to omit these.
    short : bool
        Shorter: fewer missing cells, and one digit less if there are several.
    """
    return guesses_text(data.columns, data.scale, data.missing[row], whole, sd, short)


def guesses_text(
    columns: Sequence[str], scale: Array, gone: Mask, whole: Array, sd: Array | None, short: bool = False
) -> str:
    """Return `guess_text` for any columns, given the mask of missing cells, shape (d,)."""
    holes, most = np.flatnonzero(gone).tolist(), FEW if short else HOLES
    less = 1 if short and len(holes) > 1 else 0
    texts = [
        _guess(columns[j], float(scale[j]), float(whole[j]), None if sd is None else float(sd[j]), less)
        for j in holes[:most]
    ]
    return ", ".join([*texts, *(["…"] if len(holes) > most else [])])


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
