"""Text files out: CSV, JSON, and saving that never leaves half a file."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from math import isfinite
from pathlib import Path
from typing import TypeAlias

import numpy as np

from emviz.data.cancelling import check_stop, checked
from emviz.data.column import parse_number
from emviz.data.files import explained, is_special

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

# Spreadsheets run cells that begin with these as formulas.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: Cells of CSV, or values of JSON and pieces of its text, between two places where the work can be left.
TOGETHER = 1_000
#: Items of a list between two such places; with fewer, it is left to the list that holds it.
LISTED = 50


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str | float | int]]) -> str:
    """Return a table as CSV (RFC 4180), which reads back as the same cells.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    rows : iterable of sequences of str, float or int
        Numbers are written exactly. Text that a spreadsheet would run as a formula gets a leading apostrophe,
        unless it is a number.
    """
    return "".join(_csv_lines(chain((header,), rows)))


def json_text(value: object) -> str:
    """Return a value as strict JSON, in which NaN and infinity are null.

    Parameters
    ----------
    value : object
        Numbers, text, None, mappings, lists, tuples, sets and NumPy arrays and scalars, possibly nested.

    Raises
    ------
    TypeError
        If it contains anything else.
    """
    pieces = json.JSONEncoder(indent=2, ensure_ascii=False, allow_nan=False).iterencode(_plain(value))
    return "".join(checked(pieces, TOGETHER)) + "\n"


def save_text(path: str | Path, text: str) -> None:
    """Save text as UTF-8, with unchanged line ends; see `save_bytes`."""
    save_texts(path, [text])


def save_texts(path: str | Path, texts: Iterable[str]) -> None:
    """Save the concatenation of texts; see `save_text`."""
    _save(path, (text.encode(errors="replace") for text in texts))


def save_bytes(path: str | Path, data: bytes) -> None:
    """Save a file atomically: on any failure, the old file remains unchanged.

    An old file keeps its permissions, and a link keeps its target. To a pipe or a device, the bytes are
    written directly.

    Raises
    ------
    DataError
        If the folder is missing, there is no permission, the disk is full, or nobody reads from a pipe.
    """
    _save(path, [data])


def _save(path: str | Path, parts: Iterable[bytes]) -> None:
    path = Path(path)
    with explained(path, missing="the folder to save it in does not exist"):
        if is_special(path):
            _write_through(path, parts)
            return
        target = path.resolve()
        mode = _mode_to_keep(target)
        # In the same folder, because a rename is only atomic within one file system.
        draft = target.with_name(f".emviz-{os.urandom(8).hex()}.tmp")
        try:
            _write(draft, parts)
            if mode is not None:
                draft.chmod(mode)
            draft.replace(target)
        # Also for Ctrl+C, which must not leave a draft behind.
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def _csv_lines(rows: Iterable[Sequence[str | float | int]]) -> Iterator[str]:
    rest, many = iter(rows), 1
    while together := tuple(islice(rest, many)):
        check_stop()
        # A single row of tens of thousands of cells is left on its way.
        cells = (checked(row, TOGETHER) if len(row) > TOGETHER else row for row in together)
        yield "".join([",".join(map(_csv_cell, row)) + "\r\n" for row in cells])
        # Looking once in so many cells costs less than counting the cells of every row: a table's rows have
        # the same number, except for an empty header.
        width = len(together[-1])
        many = max(1, TOGETHER // width) if width else 1


def _csv_cell(cell: str | float | int) -> str:
    if isinstance(cell, str):
        return _quoted(f"'{cell}" if _is_formula(cell) else cell)
    return str(int(cell)) if isinstance(cell, int | np.integer) else repr(float(cell))


def _is_formula(cell: str) -> bool:
    return cell.startswith(FORMULA_STARTS) and parse_number(cell) is None


def _quoted(cell: str) -> str:
    # Quotes also protect cells that a reader would take for a comment, padding or a blank line.
    bare = cell == cell.strip() != "" and cell[0] != "#" and not any(mark in cell for mark in ',"\r\n')
    return cell if bare else '"' + cell.replace('"', '""') + '"'


def _plain(value: object) -> Json:
    match value:
        case float() | np.floating():
            return float(value) if isfinite(value) else None
        case np.ndarray() | np.generic():
            return _plain(value.tolist())
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            items = value if len(value) < LISTED else checked(value, LISTED)
            return [_plain(item) for item in items]
    raise TypeError(f"JSON has no way to write a {type(value).__name__}")


def _write_through(path: Path, parts: Iterable[bytes]) -> None:
    # Opening a pipe would wait for a reader, possibly forever; non-blocking, it fails with ENXIO.
    handle = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "wb", buffering=0) as file:  # noqa: PTH123 - a handle has no path
        if hasattr(os, "set_blocking"):  # pragma: no branch - Windows has it from 3.12 on
            os.set_blocking(handle, True)
        for part in parts:
            rest = memoryview(part)
            while rest:
                rest = rest[file.write(rest) :]


def _mode_to_keep(target: Path) -> int | None:
    if not target.exists():
        return None
    # Replacing a file does not need write permission for the file itself, so it is checked here.
    if not os.access(target, os.W_OK):
        raise PermissionError
    return stat.S_IMODE(target.stat().st_mode)


def _write(draft: Path, parts: Iterable[bytes]) -> None:
    with draft.open("xb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())
    # A disk may have taken its time: whoever has given up meanwhile keeps the old file.
    check_stop()
