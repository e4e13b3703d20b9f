"""Text files in: a table, the start of one for the Open dialog, or the cells of a clipboard."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from pathlib import Path
from typing import TextIO

import numpy as np

from emviz.data.dialect import Dialect, decoded_lines, no_encoding, sniff
from emviz.data.fasta import fasta_table, records
from emviz.data.files import check_readable, explained
from emviz.data.formats import FORMATS
from emviz.data.header import SEQUENCE
from emviz.data.lines import MAX_CELL, Lines
from emviz.data.packed import glanced, opened
from emviz.data.remarks import remarks
from emviz.data.rows import (
    check_closed,
    fast_table,
    fitted,
    header_names,
    made_names,
    names_given,
    patient_table,
)
from emviz.data.spreadsheet import KeptSheet, holds_sheets, lines_of, sheet_rows, sheet_table
from emviz.data.stockholm import read_alignment, stockholm_table
from emviz.data.table import DataError, Table

__all__ = ["Dialect", "paste_cells", "preview", "read_table", "sniff"]

PREVIEW_BYTES = 2**20
READING = 0.9  # the fraction of the progress for reading lines


@dataclass
class _Watch:
    """The progress of reading, reported to a callback."""

    size: int
    progress: Callable[[float], None] | None
    reached: float = 0.0

    def tick(self, done: float) -> None:
        # If the file is read a second time, the progress does not fall back.
        self.reached = max(self.reached, min(done, 1.0))
        if self.progress is not None:
            self.progress(self.reached)


def read_table(
    path: str | Path,
    dialect: Dialect | None = None,
    *,
    progress: Callable[[float], None] | None = None,
) -> Table:
    """Return the table in a text file, compressed or not, or in a spreadsheet; also sequences as a table.

    Parameters
    ----------
    path : str or Path
        A file of at most 256 MiB, 10,000 columns and 1 MiB in a cell.
    dialect : Dialect, optional
        Its dialect; detected by `sniff` by default.
    progress : callable, optional
        Called some hundred times a second with the fraction that is done, from 0 to 1, never decreasing. An
        exception that it raises ends the reading.

    Returns
    -------
    Table
        A column is numeric if all its cells are numbers. Short rows are extended by empty cells. Its notes
        mention everything that was left out, and which of several tables it is.

    Raises
    ------
    DataError
        If the file cannot be read as a table, with the place of the error.
    """
    path = Path(path)
    with explained(path):
        size = check_readable(path)
        chosen = sniff(path) if dialect is None else dialect
        watch = _Watch(size, progress)
        table = READERS[chosen.layout](path, chosen, watch)
        watch.tick(1.0)
        notes = (*remarks(path, chosen, table), *table.notes)
        return replace(table, notes=notes) if notes else table


def preview(
    path: str | Path, dialect: Dialect, rows: int = 50, kept: KeptSheet | None = None
) -> tuple[tuple[str, ...], ...]:
    """Return the names of the columns, then the cells of the first rows as written.

    Only the first MiB of the file is read. Bytes that do not decode become replacement characters, and rows
    keep their own length.

    Parameters
    ----------
    kept : KeptSheet, optional
        A cache of the rows of a sheet.

    Raises
    ------
    DataError
        If the file cannot be read or holds no rows, or a quote is not closed.
    """
    path = Path(path)
    with explained(path):
        check_readable(path)
        if dialect.layout == "sheet":
            most = rows + dialect.header + dialect.skip
            read = (kept or KeptSheet()).rows(path, dialect.sheet, most)
            whole = sheet_table(read, dialect.header, dialect.skip)
            return _cells(whole.where(np.arange(whole.rows) < rows))
        if dialect.layout == "stockholm":
            return _preview_alignment(path, dialect, rows)
        if holds_sheets(path):
            return _cells(_read_format(path, dialect, _Watch(1, None)))[: rows + 1]
        with opened(path) as (file, _):
            sample = file.read(PREVIEW_BYTES)
        source = decoded_lines(sample, dialect.encoding, cut=len(sample) == PREVIEW_BYTES)
        if dialect.layout in FORMATS:
            return _preview_format(path, dialect, source, rows, len(sample) == PREVIEW_BYTES)
        if dialect.layout == "fasta":
            return _preview_sequences(source, rows, len(sample) == PREVIEW_BYTES)
        lines = Lines(iter(source[dialect.skip :]), dialect.delimiter, dialect.comment)
        records = list[tuple[list[str], int]]()
        for row, cells in enumerate(islice(lines.records(), rows + dialect.header), 1 - dialect.header):
            # At the end of a part of the file a quote may be open because the text is cut off.
            if len(sample) < PREVIEW_BYTES or not lines.unclosed:
                check_closed(lines, cells, row or None)
            records.append((cells, lines.block))
        if not records:
            raise DataError("the file holds no rows")
        body = [cells for cells, _ in records[dialect.header :]]
        names = (
            header_names(records[0][0], dialect)
            if dialect.header
            else made_names(list(zip_longest(*body, fillvalue="")))
        )
        if not dialect.blocks or not body:
            given = names_given(records[0][0], dialect) if dialect.header else [""] * len(names)
            return _without_blank(given, (names, *map(tuple, body)))
        first = records[dialect.header][1]
        numbers = [str(block - first + 1) for _, block in records[dialect.header :]]
        padded = (fitted(cells, len(names), row) for row, cells in enumerate(body, 1))
        return (
            (*names, SEQUENCE),
            *((*cells, number) for cells, number in zip(padded, numbers, strict=True)),
        )


def _without_blank(given: Sequence[str], rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Return rows without the columns that have neither a name nor any cell, unless that is all of them."""
    unnamed = {place for place, name in enumerate(given) if not name.strip()}
    blank = unnamed - {place for row in rows[1:] for place, cell in enumerate(row) if cell.strip()}
    if len(blank) == len(given):
        return rows
    return tuple(tuple(cell for place, cell in enumerate(row) if place not in blank) for row in rows)


def paste_cells(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the cells of a clipboard: as copied from a spreadsheet, or a list of lines.

    Raises
    ------
    DataError
        If a cell is longer than 1 MiB.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    except csv.Error as error:
        raise DataError("a cell is longer than 1 MiB; is a quote left open?") from error
    return tuple(tuple(row) or ("",) for row in rows)


@contextmanager
def _decoded(path: Path, dialect: Dialect, watch: _Watch) -> Iterator[tuple[TextIO, Callable[[], None]]]:
    """Open a text file; yield it with a function to call now and then, which reports the progress."""
    with opened(path) as (raw, place):
        try:
            handle = io.TextIOWrapper(raw, dialect.encoding, newline="")
        except (LookupError, ValueError) as error:
            raise no_encoding(dialect.encoding) from error
        try:
            yield handle, lambda: watch.tick(READING * place() / watch.size)
        except UnicodeError as error:
            message = f"this text is not {dialect.encoding}; choose another encoding"
            raise DataError(message) from error


def _read_sequences(path: Path, dialect: Dialect, watch: _Watch) -> Table:
    with _decoded(path, dialect, watch) as (handle, tick):
        return fasta_table(records(handle, tick))


def _preview_sequences(lines: list[str], rows: int, cut: bool) -> tuple[tuple[str, ...], ...]:
    headers = [place for place, line in enumerate(lines) if line.lstrip().startswith(">")]
    # The last sequence of a sample may be cut off, and would look too short.
    whole = lines[: headers[-1]] if cut and len(headers) > 1 else lines
    return _cells(fasta_table(islice(records(whole), rows)))


def _read_alignment(path: Path, dialect: Dialect, watch: _Watch) -> Table:
    with _decoded(path, dialect, watch) as (handle, tick):
        return stockholm_table(read_alignment(handle, tick, dialect.sheet))


def _preview_alignment(path: Path, dialect: Dialect, rows: int) -> tuple[tuple[str, ...], ...]:
    with glanced(path, dialect.encoding) as lines:
        aligned = read_alignment(lines, called=dialect.sheet, most=PREVIEW_BYTES)
    return _cells(stockholm_table(aligned))[: rows + 1]


def _read_format(path: Path, dialect: Dialect, watch: _Watch) -> Table:
    if holds_sheets(path):
        lines = lines_of(sheet_rows(path, dialect.sheet, lambda: watch.tick(READING / 2)))
        return FORMATS[dialect.layout].table(path, lines, bool, True)
    with _decoded(path, dialect, watch) as (handle, tick):
        return FORMATS[dialect.layout].table(path, handle, tick, True)


def _preview_format(
    path: Path, dialect: Dialect, lines: list[str], rows: int, cut: bool
) -> tuple[tuple[str, ...], ...]:
    try:
        table = FORMATS[dialect.layout].table(path, lines, bool, not cut)
    except DataError:
        if not cut:
            raise
        # The lines above the table can be longer than the sample.
        table = _read_format(path, dialect, _Watch(1, None))
    return _cells(table)[: rows + 1]


def _cells(table: Table) -> tuple[tuple[str, ...], ...]:
    return (table.names, *zip(*(table.texts(name).tolist() for name in table.names), strict=True))


def _read_rows(path: Path, dialect: Dialect, watch: _Watch) -> Table:
    with _decoded(path, dialect, watch) as (handle, tick):
        table = fast_table(handle, tick, dialect, watch.size)
    if table is not None:
        return table
    with _decoded(path, dialect, watch) as (handle, tick):
        return patient_table(handle, tick, dialect)


def _read_sheet(path: Path, dialect: Dialect, watch: _Watch) -> Table:
    rows = sheet_rows(path, dialect.sheet, lambda: watch.tick(READING / 2))
    return sheet_table(rows, dialect.header, dialect.skip)


READERS = {
    "table": _read_rows,
    "fasta": _read_sequences,
    "stockholm": _read_alignment,
    "sheet": _read_sheet,
    **dict.fromkeys(FORMATS, _read_format),
}
