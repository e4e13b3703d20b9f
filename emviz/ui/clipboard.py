"""What is copied from the table of the data, and what pasting into it has done."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import SignalInstance

from emviz.data.table import Table
from emviz.em.model import Rows
from emviz.session import Session
from emviz.session.cells import HIDDEN, Block, hidden_column


def clip_text(table: Table, blocks: Sequence[Block], hidden: str | None) -> str:
    """Return the selected cells as tab-separated lines; what lies between them is empty.

    Parameters
    ----------
    blocks : sequence of Block
        The selection.
    hidden : str or None
        A column of which only "?" may leave the table.
    """
    rows = np.flatnonzero(_taken(table, blocks))
    places = sorted({place for block in blocks for place in range(block.left, block.right + 1)})
    columns = [_clipped(table, blocks, rows, place, hidden) for place in places]
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(zip(*columns, strict=True))
    return text.getvalue()


def _clipped(table: Table, blocks: Sequence[Block], rows: Rows, place: int, hidden: str | None) -> list[str]:
    name = table.names[place]
    texts: list[str] = [HIDDEN] * len(rows) if name == hidden else table.texts(name)[rows].tolist()
    taken = _taken(table, [block for block in blocks if block.left <= place <= block.right])[rows]
    for between in np.flatnonzero(~taken).tolist():
        texts[between] = ""
    return texts


def _taken(table: Table, blocks: Sequence[Block]) -> NDArray[np.bool]:
    taken = np.zeros(table.rows, dtype=np.bool)
    for block in blocks:
        taken[block.top : block.bottom + 1] = True
    return taken


def with_copied(session: Session, table: Table, blocks: Sequence[Block], copied: SignalInstance) -> Session:
    """Return the session as it is, and tell the text of many cells to whoever copies them."""
    copied.emit(clip_text(table, blocks, hidden_column(session)))
    return session
