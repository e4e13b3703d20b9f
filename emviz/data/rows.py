"""The rows of a delimited text as a table: fast if its lines are regular, otherwise row by row."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TextIO, cast

import numpy as np

from emviz.data.cells import is_sequence, is_tosses
from emviz.data.column import Column, column_of, text_array
from emviz.data.cuts import Cuts, cuts
from emviz.data.dialect import Dialect
from emviz.data.digits import PAD
from emviz.data.grown import Grown
from emviz.data.header import ROW_NAMES, SEQUENCE
from emviz.data.lines import BLANKS, Lines, unique_names
from emviz.data.table import DataError, Table
from emviz.data.things import things
from emviz.data.written import Grid, Texts, Written, joined

MAX_CELLS = 50_000_000
BATCH_CELLS = 200_000
#: What to do about a row that is longer than the first.
AS_MANY = "name every column in the first row, or take away the lines that are not of the table"
BATCH = 2**17  # letters; results for one batch stay in the cache
BLANKS_AROUND = np.full(PAD, ord(" "), dtype=np.uint8)


def check_closed(lines: Lines, record: Sequence[str], row: int | None = None) -> None:
    """Refuse the last record of some lines if a cell contains further lines because a quote is not closed.

    Parameters
    ----------
    row : int, optional
        Its row, from 1; by default it is the header.
    """
    if lines.swallows():
        place = next((place for place, cell in enumerate(record, 1) if "\n" in cell), len(record))
        start = record[place - 1].partition("\n")[0].strip()[:40]
        where = "" if row else " in the header"
        raise DataError(
            f"the quote before '{start}'{where} is not closed; close it or take it away", row, str(place)
        )


class _Source:
    """A text to read: the lines after the skipped ones, and the cells of its header, if any."""

    def __init__(self, handle: TextIO, tick: Callable[[], None], dialect: Dialect) -> None:
        for _ in range(dialect.skip):
            handle.readline()
        self._handle = handle
        self._tick = tick
        self.lines = Lines(handle, dialect.delimiter, dialect.comment, tick)
        self.header = next(self.lines.records(), []) if dialect.header else None
        if self.header is not None:
            check_closed(self.lines, self.header)

    def records(self) -> Iterator[list[str]]:
        """Yield the cells of row after row.

        Raises
        ------
        DataError
            As for `Lines.records`, and if a quote is not closed.
        """
        for row, record in enumerate(self.lines.records(first=1), 1):
            check_closed(self.lines, record, row)
            yield record

    def batches(self, first: str) -> Iterator[str]:
        """Yield `first` and the rest of the text in batches of whole lines, including blank ones."""
        while batch := first + self._handle.read(BATCH):
            self._tick()
            yield batch + self._handle.readline()
            first = ""


def fast_table(handle: TextIO, tick: Callable[[], None], dialect: Dialect, size: int = 0) -> Table | None:
    """Return the same table as `patient_table`, or None if the text is not regular enough.

    Parameters
    ----------
    size : int
        The expected number of bytes as UTF-8.

    Raises
    ------
    DataError
        For an impossible header or number of cells.
    """
    source = _Source(handle, tick, dialect)
    first = next(iter(source.lines), None)
    if first is None or dialect.blocks:
        return None
    names = None if source.header is None else header_names(source.header, dialect)
    width = _width(first, dialect.delimiter) if names is None else len(names)
    held = _held(_cut(source.batches(first), dialect.delimiter, width), width, dialect, size)
    if held is None:
        return None
    columns = [Column(cells, decimal=dialect.decimal) for cells in held]
    return Table.from_columns(_kept(source.header, names or made_names(_telling(columns)), columns, dialect))


def patient_table(handle: TextIO, tick: Callable[[], None], dialect: Dialect) -> Table:
    """Return the rows of a text as a table, row by row.

    Raises
    ------
    DataError
        If the text is not a table; the error has the place.
    """
    source = _Source(handle, tick, dialect)
    records = source.records()
    first = next(records, None)
    if first is None:
        raise DataError("there is a header and no rows" if source.header else "the file holds no rows")
    names = None if source.header is None else header_names(source.header, dialect)
    width = len(first if names is None else names)
    blocks: list[int] = []
    columns = _columns(_noted(chain([first], records), source.lines, blocks), width)
    tick()
    cells = [column_of(column, dialect.decimal) for column in columns]
    named = _kept(source.header, names or made_names(columns), cells, dialect)
    if dialect.blocks:
        named |= {SEQUENCE: column_of([str(block - blocks[0] + 1) for block in blocks])}
    return Table.from_columns(named)


def header_names(header: Sequence[str], dialect: Dialect) -> tuple[str, ...]:
    """Return the names of the columns from the cells of a header."""
    return unique_names(names_given(header, dialect))


def names_given(header: Sequence[str], dialect: Dialect) -> Sequence[str]:
    """Return the names of the columns as written in the header, one for each column."""
    if dialect.row_names:
        return [ROW_NAMES, *header]
    if dialect.comment or not header:
        return header
    # NumPy's savetxt puts a comment mark before the names.
    if header[0] == "#" and dialect.delimiter == BLANKS:
        return header[1:]
    return [header[0].removeprefix("# "), *header[1:]]


def _kept(
    header: Sequence[str] | None, names: Sequence[str], columns: Sequence[Column], dialect: Dialect
) -> dict[str, Column]:
    """Return columns by name without those that have neither a name nor any cell, unless that is all of them.

    A delimiter at the end of each line makes such a column.
    """
    given = [""] * len(names) if header is None else names_given(header, dialect)
    every = dict(zip(names, columns, strict=True))
    kept = [name for name, cell in zip(names, given, strict=True) if cell.strip() or not _blank(every[name])]
    return {name: every[name] for name in kept or names}


def _blank(column: Column) -> bool:
    """Return whether a column has no cell."""
    # The first cell decides for nearly all columns; "NA" is missing, but it is not an empty cell.
    return not column.cell(0).strip() and bool(column.missing.all()) and not any(map(str.strip, column.texts))


def made_names(columns: Sequence[Sequence[str]] | Sequence[Texts]) -> tuple[str, ...]:
    """Return names for columns that have none."""
    if len(columns) == 1 and all(map(is_tosses, columns[0])):
        return ("tosses",)
    names = [f"column {position}" for position in range(1, len(columns) + 1)]
    found = [name for name, cells in zip(names, columns, strict=True) if all(map(is_sequence, cells))]
    return tuple(SEQUENCE if found == [name] else name for name in names)


def fitted(record: list[str], width: int, row: int) -> list[str]:
    """Return a row with `width` cells; a short one is extended by empty cells.

    Raises
    ------
    DataError
        If there is an additional cell that is not empty.
    """
    for position, cell in enumerate(record[width:], width + 1):
        if cell.strip():
            raise DataError(
                f"expected {things(width, 'cell')}, got one more: '{cell[:40]}'; {AS_MANY}",
                row,
                str(position),
            )
    return record[:width] + [""] * (width - len(record))


def _width(line: str, delimiter: str) -> int:
    return len(next(Lines(iter([line]), delimiter, "").records()))


def _cut(batches: Iterable[str], delimiter: str, width: int) -> Iterator[Cuts | None]:
    """Yield the cells of whole lines; None at the first error, and then stop."""
    text = ""
    for batch in batches:
        text += batch
        try:
            part = cuts(text.encode(), delimiter, width) or _cut_by_rows(text, delimiter, width)
        # The error is raised again by `patient_table`, which counts rows and so knows its place.
        except (DataError, UnicodeError):
            break
        if part is not None:
            yield part
            text = ""
    if text:
        yield None


def _cut_by_rows(text: str, delimiter: str, width: int) -> Cuts | None:
    """Return the cells of irregular lines; None if the last row is incomplete."""
    source = Lines(io.StringIO(text, newline=""), delimiter, "")
    cells: list[bytes] = []
    for record in source.records():
        # Perhaps only because the text is cut off here: the next batch may close the quote.
        if source.swallows():
            return None
        cells += [cell.encode() for cell in fitted(record, width, 0)]
    whole, places = joined(cells)
    return Cuts(whole, places[:-1].reshape(-1, width), places[1:].reshape(-1, width))


def _held(parts: Iterable[Cuts | None], width: int, dialect: Dialect, size: int) -> list[Written] | None:
    """Return the columns of all parts; None if one part is None."""
    text = Grown(np.uint8, size + 2 * PAD + 1)  # with the end of the last line
    starts, ends = Grown(np.int32), Grown(np.int32)
    text.add(BLANKS_AROUND)
    for part in parts:
        if part is None:
            return None
        place = len(text) - PAD
        text.add(np.frombuffer(part.text, np.uint8))
        starts.add(part.starts, place, text.share)
        ends.add(part.ends, place, text.share)
        _check_cells(len(ends))
    text.add(BLANKS_AROUND)
    first, last = (each.all.reshape(-1, width) for each in (starts, ends))
    return Grid(text.all, first, last, dialect.decimal).columns()


def _telling(columns: Sequence[Column]) -> list[Sequence[str]]:
    """Return the cells of columns that `made_names` needs: all if the first suggests a name, or just that."""
    firsts = [column.cell(0) for column in columns]
    named = [is_sequence(first) or (len(firsts) == 1 and is_tosses(first)) for first in firsts]
    return [
        column.texts.tolist() if whole else [first]
        for column, first, whole in zip(columns, firsts, named, strict=True)
    ]


def _noted(records: Iterable[list[str]], lines: Lines, blocks: list[int]) -> Iterator[list[str]]:
    """Yield rows unchanged, and append the block of each to `blocks`."""
    for record in records:
        blocks.append(lines.block)
        yield record


def _columns(records: Iterator[list[str]], width: int) -> list[Texts]:
    """Return rows as columns; in batches, since text arrays take less memory than lists."""
    done = 0
    batches: list[list[Texts]] = []
    while batch := list(islice(records, max(1, BATCH_CELLS // width))):
        if any(len(record) != width for record in batch):
            batch = [fitted(record, width, row) for row, record in enumerate(batch, done + 1)]
        done += len(batch)
        _check_cells(done * width)
        batches.append([text_array(cells) for cells in zip(*batch, strict=True)])
    return [cast("Texts", np.concatenate(parts)) for parts in zip(*batches, strict=True)]


def _check_cells(count: int) -> None:
    if count > MAX_CELLS:
        raise DataError(f"there are more than {MAX_CELLS // 10**6} million cells")
