"""An immutable table of named columns, and the error that says which cell is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import numpy as np

from emviz.data.column import (
    TEXT,
    WHOLE,
    Column,
    Numbers,
    Texts,
    above_whole,
    agreeing,
    are_bits,
    as_texts,
    column_of,
    format_number,
    frozen,
    is_numeric,
    overflows,
    parse_number,
    parsed,
)
from emviz.data.things import things

__all__ = ["TEXT", "Column", "DataError", "Frame", "Numbers", "Table", "Texts"]

SHOWN = 40  # letters of a bad cell that an error repeats


class DataError(ValueError):
    """Data that cannot be used, and where they are wrong.

    Parameters
    ----------
    message : str
        What is wrong, in one sentence.
    row : int, optional
        The row of the table, counted from 1.
    column : str, optional
        The name of the column.
    source : str, optional
        The name of the file.
    """

    def __init__(
        self, message: str, row: int | None = None, column: str | None = None, source: str | None = None
    ) -> None:
        super().__init__(message, row, column, source)
        self.message = message
        self.row = row
        self.column = column
        self.source = source

    def __str__(self) -> str:
        places = [
            self.source,
            None if self.row is None else f"row {self.row}",
            None if self.column is None else f"column {self.column}",
        ]
        where = ", ".join(place for place in places if place)
        return f"{where}: {self.message}" if where else self.message

    def within(self, source: str) -> DataError:
        """Return the same error with the file it was found in."""
        return DataError(self.message, self.row, self.column, source)


class Frame(Protocol):
    """What a table needs of a data frame, whoever made it."""

    @property
    def columns(self) -> Iterable[str]:
        """The names of the columns."""

    def __getitem__(self, name: str, /) -> Iterable[object]:
        """Return one column."""


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Named columns of equal length, in order; made by `from_columns` or `from_frame`.

    A column is a read-only array: float64 where every cell is a number, text elsewhere. Two tables
    are equal when they are the same object, which costs nothing to tell; `same` compares what they
    hold. Every edit returns a new table, which shares the columns it leaves alone.
    """

    _columns: Mapping[str, Column] = field(default_factory=dict)

    @classmethod
    def from_columns(cls, mapping: Mapping[str, Iterable[object]]) -> Table:
        """Return a table of these columns.

        Parameters
        ----------
        mapping : mapping of str to iterable
            Cells by column name, of shape (rows,). An array of numbers becomes float64 and is
            shared, not copied, where it already is; a list of numbers becomes numeric; anything
            else becomes text, in which None and NaN are empty cells.

        Raises
        ------
        DataError
            If the columns differ in length or one has more than one dimension.
        """
        return cls._of({name: column_of(cells) for name, cells in mapping.items()})

    @classmethod
    def from_frame(cls, frame: Frame) -> Table:
        """Return a table of a data frame's columns: anything with `columns` and `frame[name]`.

        Raises
        ------
        DataError
            If two columns share a name, differ in length or have more than one dimension.
        """
        labels = list(frame.columns)
        names = [str(label) for label in labels]
        for name in names:
            if names.count(name) > 1:
                raise DataError("two columns share this name", column=name)
        return cls._of({str(label): column_of(np.asarray(frame[label])) for label in labels})

    @classmethod
    def _of(cls, columns: Mapping[str, Column]) -> Table:
        first = next((column.size for column in columns.values()), 0)
        for name, column in columns.items():
            if column.ndim != 1:
                raise DataError(f"expected one dimension, got {column.ndim}", column=name)
            if len(column) != first:
                raise DataError(
                    f"expected {things(first, 'row')} as in the first column, got {len(column)}", column=name
                )
        return cls(MappingProxyType({name: frozen(column) for name, column in columns.items()}))

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __len__(self) -> int:
        return self.rows

    def __repr__(self) -> str:
        return f"Table({', '.join(self.names)}; {things(self.rows, 'row')})"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self._columns)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(next(iter(self._columns.values()), ()))

    def is_numeric(self, name: str) -> bool:
        """Say whether a column is held as numbers; DataError if there is no such column."""
        return is_numeric(self._column(name))

    def numbers(self, name: str) -> Numbers:
        """Return a column as numbers, shape (rows,), read-only.

        A numeric column is returned as it is held. In a text column every cell has to be a finite
        number: the words nan and inf are text.

        Raises
        ------
        DataError
            At the first cell that is no number, or if there is no such column.
        """
        column = self._column(name)
        if is_numeric(column):
            return column
        values = parsed(column)
        if values is None:
            raise _first_bad_cell(name, column)
        values.flags.writeable = False
        return values

    def finite(self, name: str) -> Numbers:
        """Return a column as finite numbers, shape (rows,), read-only.

        Raises
        ------
        DataError
            At the first cell that is none, or if there is no such column.
        """
        values = self.numbers(name)
        good = np.isfinite(values)
        if not good.all():
            row0 = int(np.argmin(good))
            raise DataError(f"expected a finite number, got {values[row0]:g}", row0 + 1, name)
        return values

    def counts(self, name: str) -> Numbers:
        """Return a column as whole numbers from 0 to 2^53, shape (rows,), read-only.

        Raises
        ------
        DataError
            At the first cell that is no such number, or if there is no such column.
        """
        values = self.numbers(name)
        good = np.isfinite(values) & (np.floor(values) == values) & (values >= 0) & (values <= WHOLE)
        if not good.all():
            row0 = int(np.argmin(good))
            raise DataError(_count_fault(float(values[row0])), row0 + 1, name)
        return values

    def texts(self, name: str) -> Texts:
        """Return a column as text, shape (rows,), read-only; 5.0 reads "5" and 0.25 "0.25".

        Raises
        ------
        DataError
            If there is no such column.
        """
        texts = as_texts(self._column(name))
        texts.flags.writeable = False
        return texts

    def cell(self, row0: int, name: str) -> str:
        """Return the text of one cell; `row0` counts from 0. DataError if there is no such cell."""
        column = self._column(name)
        self._check_row(row0, self.rows)
        return format_number(float(column[row0])) if is_numeric(column) else str(column[row0])

    def same(self, other: Table) -> bool:
        """Say whether both tables hold the same names, kinds and cells, in the same order."""
        pairs = zip(self._columns.values(), other._columns.values(), strict=False)
        return self.names == other.names and all(_same(mine, theirs) for mine, theirs in pairs)

    def with_cell(self, row0: int, name: str, text: str) -> Table:
        """Return the table with one cell changed; `row0` counts from 0.

        A numeric column stays numeric if `text` is a number and becomes text if not; a text column
        stays text until `retyped`.

        Raises
        ------
        DataError
            If there is no such row or column.
        """
        column = self._column(name)
        self._check_row(row0, self.rows)
        old, new = agreeing(column, [text])
        changed = old.copy()
        changed[row0] = new[0]
        return self._of({**self._columns, name: changed})

    def with_rows(self, at: int, rows: Sequence[Mapping[str, str]]) -> Table:
        """Return the table with rows inserted before row `at`, counted from 0.

        Parameters
        ----------
        at : int
            From 0 to `self.rows`, which appends.
        rows : sequence of mappings of str to str
            Cells by column name; a name left out is an empty cell.

        Raises
        ------
        DataError
            If `at` is out of range or a row names a column that does not exist.
        """
        self._check_row(at, self.rows + 1)
        for name in {name: None for row in rows for name in row}:
            self._column(name)
        added = {name: [row.get(name, "") for row in rows] for name in self.names}
        return self._of({name: _inserted(column, at, added[name]) for name, column in self._columns.items()})

    def without_rows(self, indices: Iterable[int]) -> Table:
        """Return the table without these rows, counted from 0; DataError if one does not exist."""
        kept = np.ones(self.rows, dtype=np.bool)
        for index in indices:
            self._check_row(index, self.rows)
            kept[index] = False
        return self._of({name: column[kept] for name, column in self._columns.items()})

    def with_column(self, name: str, values: Iterable[object]) -> Table:
        """Return the table with a column replaced, or added at the end.

        Raises
        ------
        DataError
            If the column is not as long as the others or has more than one dimension.
        """
        return self._of({**self._columns, name: column_of(values)})

    def retyped(self) -> Table:
        """Return the table with every text column that holds numbers alone made numeric.

        The table itself is returned where there is none; a column without rows keeps its kind, and so does
        one of strings such as 0110, whose zeros mean something.
        """
        numeric = {
            name: values
            for name, column in self._columns.items()
            if self.rows
            and not is_numeric(column)
            and (values := parsed(column)) is not None
            and not are_bits(column.tolist())
        }
        return self._of({**self._columns, **numeric}) if numeric else self

    def _column(self, name: str) -> Column:
        if name not in self._columns:
            held = f"the table has {', '.join(self.names)}" if self.names else "the table is empty"
            raise DataError(f"there is no column '{name}'; {held}")
        return self._columns[name]

    @staticmethod
    def _check_row(row0: int, limit: int) -> None:
        if not 0 <= row0 < limit:
            raise DataError(f"there is no row {row0 + 1} among {limit}")


def _first_bad_cell(name: str, texts: Texts) -> DataError:
    cells: list[str] = texts.tolist()
    row0, cell = next((row0, cell) for row0, cell in enumerate(cells) if parse_number(cell) is None)
    shown = f"{cell[:SHOWN]}…" if len(cell) > SHOWN else cell
    if overflows(cell):
        return DataError(f"expected a number of at most 1.8e308, got '{shown}'", row0 + 1, name)
    got = f"'{shown}'" if cell.strip() else "an empty cell"
    return DataError(f"expected a number, got {got}", row0 + 1, name)


def _count_fault(value: float) -> str:
    if value.is_integer() and value > 0:
        return above_whole(value)
    expected = "a number of at least 0" if value.is_integer() else "a whole number"
    return f"expected {expected}, got {format_number(value)}"


def _same(mine: Column, theirs: Column) -> bool:
    # NaN equals NaN here: the same file read twice gives the same table.
    return mine.dtype == theirs.dtype and np.array_equal(mine, theirs, equal_nan=is_numeric(mine))


def _inserted(column: Column, at: int, cells: Sequence[str]) -> Column:
    old, new = agreeing(column, cells)
    return np.concatenate([old[:at], new, old[at:]])
