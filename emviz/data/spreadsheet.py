"""Spreadsheets: the cells of one sheet, as text that matches their display."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from emviz.data.column import format_number, text_array
from emviz.data.header import has_groups, lines_about
from emviz.data.kinds import zip_kind
from emviz.data.lines import MAX_COLUMNS, unique_names
from emviz.data.packed import GZIP
from emviz.data.table import DataError, Table

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

Rows: TypeAlias = list[list[str]]

ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
#: The most bytes of an unpacked file, as a guard against zip bombs.
MOST_UNPACKED = 2**30
MOST_CELLS = 50_000_000
#: Cells that are kept while a file is inspected, and rows read in addition to the requested ones, since there
#: may be title rows above the table.
MOST_KEPT, SPARE = 2_000_000, 1_000
#: Rows between two ticks.
TICK = 10_000


def is_spreadsheet(start: bytes) -> bool:
    """Return whether a file begins like an .xlsx, an .ods or an .xls."""
    return start.startswith((ZIP, OLE))


def sheets(path: Path) -> tuple[str, ...]:
    """Return the names of the sheets in a workbook.

    Raises
    ------
    DataError
        If the file is not a readable workbook.
    """
    with _workbook(path) as book:
        return tuple(book.sheet_names)


def first_sheet(path: Path) -> str:
    """Return the name of the first sheet with two rows; of the first sheet if none has.

    Raises
    ------
    DataError
        If the file is not a readable workbook.
    """
    with _workbook(path) as book:
        return _chosen(book, "").name


def sheet_rows(
    path: Path, sheet: str = "", tick: Callable[[], object] = bool, most: int | None = None
) -> Rows:
    """Return the rows of a sheet as text, starting at its first used cell, all of the same width.

    Whole numbers have no point; dates and times are in ISO 8601. In the first row below titles, the text of a
    merged cell is repeated in each of its columns.

    Parameters
    ----------
    sheet : str
        The name of the sheet; empty for the first one with two rows.
    tick : callable
        Called now and then; an exception that it raises ends the reading.
    most : int, optional
        The number of rows to return; all by default.

    Raises
    ------
    DataError
        If the file is not a readable workbook, or the sheet is missing or empty.
    """
    with _workbook(path) as book:
        if sheet and sheet not in book.sheet_names:
            raise DataError(f"there is no sheet '{sheet}'; there are {', '.join(book.sheet_names)}")
        chosen = _chosen(book, sheet)
        if not chosen.height:
            raise DataError("the sheet is empty" if sheet else "all sheets are empty")
        return _texts(chosen, tick, most)


class KeptSheet:
    """A cache of the first rows of a sheet, for repeated inspection of a file."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._most = 0
        self._rows: Rows = []

    def rows(self, path: Path, sheet: str, most: int) -> Rows:
        """Return the first `most` rows, as `sheet_rows`; a file that has changed is read again."""
        known = path.stat()
        of = (path, sheet, known.st_mtime_ns, known.st_size)
        if self._of == of and self._most >= most:
            return self._rows[:most]
        rows = sheet_rows(path, sheet, most=most + SPARE)
        if len(rows) * len(rows[0]) <= MOST_KEPT:
            self._of, self._most, self._rows = of, most + SPARE, rows
        return rows[:most]


def lines_of(rows: Rows) -> list[str]:
    """Return the rows of a sheet as lines of a text, with tabs between cells."""
    return ["\t".join(" ".join(cell.split()) for cell in row).rstrip("\t") + "\n" for row in rows]


def holds_sheets(path: Path) -> bool:
    """Return whether a file is a spreadsheet."""
    with path.open("rb") as file:
        return is_spreadsheet(file.read(len(OLE)))


def sheet_table(rows: Rows, header: bool, skip: int) -> Table:
    """Return the rows of a sheet as a table.

    Raises
    ------
    DataError
        If there are no rows below the header.
    """
    body = [row for row in rows[skip:] if any(row)]
    names = unique_names(body[0]) if header and body else None
    cells = body[1:] if header else body
    if not cells:
        raise DataError("there is a header and no rows" if body else "the sheet holds no rows")
    columns = [text_array(column) for column in zip(*cells, strict=True)]
    made = tuple(f"column {place}" for place in range(1, len(columns) + 1))
    kept = [place for place, column in enumerate(columns) if (names and body[0][place]) or any(column)]
    return Table.from_columns({(names or made)[place]: columns[place] for place in kept})


def _chosen(book: CalamineWorkbook, sheet: str) -> CalamineSheet:
    names = [sheet] if sheet else list(book.sheet_names)
    found = [book.get_sheet_by_name(name) for name in names[:1]]
    while found[-1].height < 2 and len(found) < len(names):
        found.append(book.get_sheet_by_name(names[len(found)]))
    return found[-1] if found[-1].height > 1 else found[0]


def _texts(sheet: CalamineSheet, tick: Callable[[], object], most: int | None) -> Rows:
    # Before `to_python`, which would create all cells in memory.
    if sheet.width > MAX_COLUMNS:
        raise DataError(f"there are more than {MAX_COLUMNS:,} columns")
    if sheet.width * sheet.height > MOST_CELLS:
        raise DataError(f"there are more than {MOST_CELLS // 10**6} million cells")
    rows: Rows = []
    for row in sheet.to_python(nrows=most):
        if len(rows) % TICK == 0:
            tick()
        rows.append([_text(cell) for cell in row])
    _spread_merged(rows, sheet)
    return rows


def _spread_merged(rows: Rows, sheet: CalamineSheet) -> None:
    first_row, first_column = sheet.start or (0, 0)
    header = titles(rows)
    for (top, left), (_, right) in sheet.merged_cell_ranges or ():
        if top == first_row + header:
            for column in range(left + 1, right + 1):
                rows[header][column - first_column] = rows[header][left - first_column]


def _text(cell: object) -> str:
    match cell:
        case bool():
            return str(cell).upper()
        case float():
            return format_number(cell)
        case datetime.datetime():
            return cell.isoformat(" ")
        case datetime.date() | datetime.time():
            return cell.isoformat()
    return str(cell).strip()


@contextmanager
def _workbook(path: Path) -> Iterator[CalamineWorkbook]:
    """Open a workbook, with errors of its reader converted to DataError."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    _check_packed(path)
    with path.open("rb") as file:
        if file.read(2) == GZIP:
            raise DataError("this is a packed spreadsheet; unpack it and open the file that is in it")
    try:
        with CalamineWorkbook.from_path(path) as book:
            yield book
    except PasswordError as error:
        raise DataError("the spreadsheet asks for a password; save it without one") from error
    except (CalamineError, OSError) as error:
        raise DataError("this spreadsheet cannot be read; save it again, or save the sheet as CSV") from error


def _check_packed(path: Path) -> None:
    import zipfile

    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        names = set(packed.namelist())
        if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
            raise DataError(zip_kind(names))
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise DataError("the spreadsheet is larger than 1 GiB when it is unpacked")


def titles(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of title rows at the top: rows with a single cell or about the file."""
    filled = [sum(map(bool, row)) for row in rows]
    above = lines_about(rows) or next((place for place, cells in enumerate(filled) if cells > 1), 0)
    return above + has_groups([row for row in rows[above:] if any(row)])
