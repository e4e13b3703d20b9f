"""An immutable table of named columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from emviz.data.column import WHOLE, Column, Mask, Numbers, column_of
from emviz.data.doubts import understood
from emviz.data.errors import DataError, count_fault, first_bad_cell
from emviz.data.things import some, things
from emviz.data.written import TEXT, Texts

__all__ = ["TEXT", "Column", "DataError", "Frame", "Mask", "Numbers", "Table", "Texts"]


class Frame(Protocol):
    """The part of a data frame that a table needs, from any library."""

    @property
    def columns(self) -> Iterable[str]:
        """The names of the columns."""

    def __getitem__(self, name: str, /) -> Iterable[object]:
        """Return one column."""


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Named columns of equal length, in order; made by `from_columns` or `from_frame`.

    A column keeps its cells as written, and which of them are missing; numbers are parsed when a model asks
    for them. Two tables are equal only if they are the same object, which is cheap to check; `same` compares
    their contents. Every edit returns a new table, which shares the unchanged columns.

    Parameters
    ----------
    notes : tuple of str
        Sentences on what the reader left out or assumed; an edited table has none.
    places : integer array or None
        The original row number, from 1, of each row in the table that these rows were selected from, shape
        (rows,); None if no rows were left out or moved, and after an edit.
    """

    _columns: Mapping[str, Column] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    places: NDArray[np.intp] | None = None

    @classmethod
    def from_columns(
        cls, mapping: Mapping[str, Iterable[object] | Column], notes: Sequence[str] = ()
    ) -> Table:
        """Return a table of these columns.

        Parameters
        ----------
        mapping : mapping of str to iterable
            Cells by column name, of shape (rows,). An array of numbers becomes float64, without a copy if it
            already is; anything else is kept as text, in which None and NaN are empty cells.
        notes : sequence of str
            Sentences on what the reader left out or assumed.

        Raises
        ------
        DataError
            If the columns differ in length or one has more than one dimension.
        """
        made = cls._of({name: column_of(cells) for name, cells in mapping.items()})
        return replace(made, notes=tuple(notes)) if notes else made

    @classmethod
    def from_frame(cls, frame: Frame) -> Table:
        """Return a table from a data frame: anything with `columns` and `frame[name]`.

        Raises
        ------
        DataError
            If two columns share a name, differ in length or have more than one dimension.
        """
        labels = list(frame.columns)
        names = [str(label) for label in labels]
        for name, many in Counter(names).items():
            if many > 1:
                raise DataError("two columns share this name", column=name)
        return cls._of({str(label): column_of(np.asarray(frame[label])) for label in labels})

    @classmethod
    def _of(cls, columns: Mapping[str, Column], places: NDArray[np.intp] | None = None) -> Table:
        first = next((column.held.size for column in columns.values()), 0)
        for name, column in columns.items():
            if column.held.ndim != 1:
                raise DataError(f"expected one dimension, got {column.held.ndim}", column=name)
            if len(column) != first:
                raise DataError(
                    f"expected {things(first, 'row')} as in the first column, got {len(column)}", column=name
                )
        # Read-only, because edited tables share columns with the original.
        return cls(MappingProxyType(dict(columns)), places=places)

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

    def column(self, name: str) -> Column:
        """Return a column; DataError if there is no such column."""
        if name not in self._columns:
            held = f"the table has {some(self.names)}" if self.names else "the table is empty"
            raise DataError(f"there is no column '{name}'; {held}")
        return self._columns[name]

    def is_numeric(self, name: str) -> bool:
        """Return whether all cells of a column are numbers or missing; DataError without such a column."""
        return self.column(name).numbers is not None

    def missing(self, name: str) -> Mask:
        """Return which cells of a column are missing, shape (rows,), read-only.

        Raises
        ------
        DataError
            If there is no such column.
        """
        return self.column(name).missing

    def codes(self, name: str) -> frozenset[str]:
        """Return the codes for missing values of a column, in lower case; DataError if there is no column."""
        return self.column(name).codes

    def numbers(self, name: str, *, holes: bool = False) -> Numbers:
        """Return a column as numbers, shape (rows,), read-only.

        Parameters
        ----------
        holes : bool
            Whether cells may be missing; these are then NaN.

        Raises
        ------
        DataError
            At the first cell that is not a number, or missing without `holes`, or if there is no such column.
        """
        column = self.column(name)
        values = column.numbers if len(column) else np.zeros(0)
        if values is None or (not holes and column.missing.any()):
            raise first_bad_cell(name, column)
        return values

    def finite(self, name: str, *, holes: bool = False) -> Numbers:
        """Return a column as finite numbers, shape (rows,), read-only.

        Parameters
        ----------
        holes : bool
            Whether cells may be missing; these are then NaN.

        Raises
        ------
        DataError
            At the first cell that is not a finite number, or if there is no such column.
        """
        values = self.numbers(name, holes=holes)
        good = np.isfinite(values)
        if holes:
            good |= self.missing(name)
        if not good.all():
            row0 = int(np.argmin(good))
            raise DataError(f"expected a finite number, got {values[row0]:g}", row0 + 1, name)
        return values

    def counts(self, name: str) -> Numbers:
        """Return a column as whole numbers from 0 to below 2^53, shape (rows,), read-only.

        Raises
        ------
        DataError
            At the first cell that is not such a number, or if there is no such column.
        """
        values = self.numbers(name)
        good = np.isfinite(values) & (np.floor(values) == values) & (values >= 0) & (values < WHOLE)
        if not good.all():
            row0 = int(np.argmin(good))
            raise DataError(count_fault(float(values[row0]), self.cell(row0, name)), row0 + 1, name)
        return values

    def counts_or_ones(self, name: str = "count") -> Numbers:
        """Return a column as counts, shape (rows,); without it each row counts one.

        Raises
        ------
        DataError
            At the first cell that is not a whole number from 0 to below 2^53.
        """
        return self.counts(name) if name in self else np.ones(self.rows)

    def texts(self, name: str) -> Texts:
        """Return a column as text, shape (rows,), read-only: as written; the number 5.0 is "5".

        Raises
        ------
        DataError
            If there is no such column.
        """
        return self.column(name).texts

    def plain_texts(self, name: str) -> Texts:
        """Return a column as text, shape (rows,); 1,000 is "1000". DataError if there is no column."""
        return self.column(name).plain_texts

    def understood(self, name: str) -> tuple[str, float] | None:
        """Return a cell that is not read as it looks, and its number, or None; DataError if no column.

        See `doubts.understood`.
        """
        return understood(self.column(name))

    def cell(self, row0: int, name: str) -> str:
        """Return the text of one cell; `row0` counts from 0. DataError if there is no such cell."""
        column = self.column(name)
        self._check_row(row0, self.rows)
        return column.cell(row0)

    def same(self, other: Table) -> bool:
        """Return whether both tables have the same names and cells, in the same order."""
        pairs = zip(self._columns.values(), other._columns.values(), strict=False)
        return self.names == other.names and all(mine.same(theirs) for mine, theirs in pairs)

    def with_cell(self, row0: int, name: str, text: str) -> Table:
        """Return the table with one cell changed; `row0` counts from 0.

        Raises
        ------
        DataError
            If there is no such row or column.
        """
        column = self.column(name)
        self._check_row(row0, self.rows)
        return self._of({**self._columns, name: column.with_cell(row0, text)})

    def with_rows(self, at: int, rows: Sequence[Mapping[str, str]]) -> Table:
        """Return the table with rows inserted before row `at`, counted from 0.

        Parameters
        ----------
        at : int
            From 0 to `self.rows`; the latter appends.
        rows : sequence of mappings of str to str
            Cells by column name; a missing name is an empty cell.

        Raises
        ------
        DataError
            If `at` is out of range or a row names a column that does not exist.
        """
        self._check_row(at, self.rows + 1)
        for name in {name: None for row in rows for name in row}:
            self.column(name)
        added = {name: [row.get(name, "") for row in rows] for name in self.names}
        return self._of({name: column.with_cells(at, added[name]) for name, column in self._columns.items()})

    def without_rows(self, indices: Iterable[int]) -> Table:
        """Return the table without these rows, counted from 0; DataError if one does not exist."""
        kept = np.ones(self.rows, dtype=np.bool)
        for index in indices:
            self._check_row(index, self.rows)
            kept[index] = False
        return replace(self.where(kept), places=None)

    def where(self, kept: Mask | NDArray[np.intp]) -> Table:
        """Return the rows for which a mask, shape (rows,), is true; or rows by index, from 0."""
        taken = {name: column.taken(kept) for name, column in self._columns.items()}
        return self._of(taken, (np.arange(1, self.rows + 1) if self.places is None else self.places)[kept])

    def numbered(self) -> Table:
        """Return the table with `places` set, which selections of rows and columns then keep."""
        return self if self.places is not None else replace(self, places=np.arange(1, self.rows + 1))

    def place(self, row0: int) -> int:
        """Return the original number of a row, from 1; `row0` counts from 0."""
        return row0 + 1 if self.places is None else int(self.places[row0])

    def picked(self, columns: Mapping[str, str]) -> Table:
        """Return some columns, in this order: a mapping from new names to current ones.

        Raises
        ------
        DataError
            If there is no such column.
        """
        return self._of({new: self.column(name) for new, name in columns.items()}, self.places)

    def with_codes(self, codes: Iterable[str], only: str | None = None) -> Table:
        """Return the table with other codes for missing values, in any case, for all columns or only one."""
        small = frozenset(code.strip().lower() for code in codes)
        chosen = {
            name: column
            for name, column in self._columns.items()
            if only in (None, name) and column.codes != small
        }
        if not chosen:
            return self
        coded = {name: each.coded(small) for name, each in chosen.items()}
        return self._of({**self._columns, **coded}, self.places)

    def with_column(self, name: str, values: Iterable[object]) -> Table:
        """Return the table with a column replaced, or added at the end.

        Raises
        ------
        DataError
            If the column differs in length from the others or has more than one dimension.
        """
        return self.with_columns({name: values})

    def with_columns(self, columns: Mapping[str, Iterable[object]]) -> Table:
        """Return the table with columns replaced, or added at the end.

        Raises
        ------
        DataError
            If a column differs in length from the others or has more than one dimension.
        """
        made = {name: column_of(values) for name, values in columns.items()}
        return self._of({**self._columns, **made}, self.places)

    @staticmethod
    def _check_row(row0: int, limit: int) -> None:
        if not 0 <= row0 < limit:
            raise DataError(f"there is no row {row0 + 1} among {limit}")
