"""The error for data, with its place, and messages for cells that should be numbers."""

from __future__ import annotations

from emviz.data.column import WHOLE, Column, format_number, overflows, parse_number
from emviz.data.notation import likeliest
from emviz.data.remedies import remedy

SHOWN = 40  # letters of a bad cell that an error repeats


class DataError(ValueError):
    """An error in the data, with its place.

    Parameters
    ----------
    message : str
        The error in one sentence.
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
        """Return the same error with the name of its file."""
        return DataError(self.message, self.row, self.column, source)


def first_bad_cell(name: str, column: Column) -> DataError:
    """Return the error for the first cell of a column that is missing or not a number."""
    cells, missing = column.texts.tolist(), column.missing.tolist()
    reads = column.notation.number if column.notation else parse_number
    if column.numbers is None and not column.missing.all():
        given = [cell for cell, hole in zip(cells, missing, strict=True) if not hole]
        reads = likeliest(given, column.decimal).number
    row0 = next(row0 for row0, cell in enumerate(cells) if missing[row0] or reads(cell) is None)
    cell = cells[row0]
    shown = f"{cell[:SHOWN]}…" if len(cell) > SHOWN else cell
    if overflows(cell):
        return DataError(f"expected a number of at most 1.8e308, got '{shown}'", row0 + 1, name)
    got = f"'{shown}'" if cell.strip() else "an empty cell"
    coded = ", a missing value" if missing[row0] and cell.strip() else ""
    hint = "" if missing[row0] else remedy(cell)
    return DataError(f"expected a number, got {got}{coded}{f'; {hint}' if hint else ''}", row0 + 1, name)


def too_large(cell: str) -> str:
    """Return the message for a count of 2^53 or more, as written."""
    return f"expected a count below 2^53 = {WHOLE:.0f}, got {cell.strip()}; larger ones lose digits"


def count_fault(value: float, cell: str) -> str:
    """Return the message for a number that is not a count, written as `cell`."""
    if value.is_integer() and value > 0:
        return too_large(cell)
    expected = "a number of at least 0" if value.is_integer() else "a whole number"
    return f"expected {expected}, got {format_number(value)}"
