"""Copying from and pasting into the data table."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import SignalInstance

from emviz.data.table import Table
from emviz.em.model import Rows
from emviz.session import Session
from emviz.session.cells import HIDDEN, Block, addressed, hidden_columns, unread


def clip_text(table: Table, blocks: Sequence[Block], hidden: Collection[str]) -> str:
    """Return the selected cells as tab-separated text; unselected cells in between are empty.

    Parameters
    ----------
    blocks : sequence of Block
        The selection.
    hidden : collection of str
        Columns whose cells are copied as "?".
    """
    rows = np.flatnonzero(_taken(table, blocks))
    places = sorted({place for block in blocks for place in range(block.left, block.right + 1)})
    columns = [_clipped(table, blocks, rows, place, hidden) for place in places]
    text = io.StringIO()
    # A cell may hold a tab or a line break, which spreadsheets expect in quotes.
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(zip(*columns, strict=True))
    return text.getvalue()


def _clipped(
    table: Table, blocks: Sequence[Block], rows: Rows, place: int, hidden: Collection[str]
) -> list[str]:
    name = table.names[place]
    texts: list[str] = [HIDDEN] * len(rows) if name in hidden else table.texts(name)[rows].tolist()
    taken = _taken(table, [block for block in blocks if block.left <= place <= block.right])[rows]
    # Cells between the blocks stay empty, so that the others keep their columns.
    for between in np.flatnonzero(~taken).tolist():
        texts[between] = ""
    return texts


def _taken(table: Table, blocks: Sequence[Block]) -> NDArray[np.bool]:
    taken = np.zeros(table.rows, dtype=np.bool)
    for block in blocks:
        taken[block.top : block.bottom + 1] = True
    return taken


def with_copied(session: Session, table: Table, blocks: Sequence[Block], copied: SignalInstance) -> Session:
    """Return the session unchanged, and emit the text of a large selection through `copied`."""
    copied.emit(clip_text(table, blocks, hidden_columns(session)))
    return session


def pasted_block(table: Table, row: int, column: int, cells: Sequence[Sequence[str]]) -> Block:
    """Return the block that pasted cells fill; a header row is not counted.

    Raises
    ------
    DataError
        If it is too wide for the rest of the table.
    """
    names, lines = addressed(table, column, cells)
    places = [table.names.index(name) for name in names]
    return Block(row, row + len(lines) - 1, min(places), max(places))


def pasted_news(
    row: int, column: int, cells: Sequence[Sequence[str]], before: Session, after: Session
) -> str:
    """Return a sentence on which rows a paste has changed and added."""
    names, lines = addressed(before.draft, column, cells)
    old, end = min(len(lines), max(0, before.draft.rows - row)), row + len(lines)
    over = f" over {_span(row, row + old)}" * (old > 0)
    added = f", {_span(row + old, end)} added" * (old < len(lines))
    return f"{_rows(len(lines))} pasted{over}{added}{_unread(names, after)}."


def inserted_news(
    at: int, column: int, cells: Sequence[Sequence[str]], before: Session, after: Session
) -> str:
    """Return a sentence on which rows a paste has inserted."""
    names, lines = addressed(before.draft, column, cells)
    place = f"after row {at}" if at else "before row 1" if before.draft.rows else "into the empty table"
    return f"{_rows(len(lines))} inserted {place}{_unread(names, after)}."


def _rows(many: int) -> str:
    return "1 row" if many == 1 else f"{many:,} rows"


def _span(first: int, end: int) -> str:
    return f"row {end:,}" if end - first == 1 else f"rows {first + 1:,}–{end:,}"


def _unread(names: Sequence[str], session: Session) -> str:
    if not all(unread(session, name) for name in names):
        return ""
    return f", into columns that {session.model.title} does not read: its results stay as they are"
