"""What is assumed of a table of steps, where it might be meant otherwise."""

from __future__ import annotations

import numpy as np

from emviz.data.table import DataError, Table
from emviz.models.hmm.data import pieces_of

#: What a missing symbol or value is.
UNSEEN = "an unseen step"

#: What a column may be called that orders the steps.
TIMES = ("time", "t", "step", "position", "pos", "zeit", "schritt")


def assumed_of(table: Table, gaussian: bool) -> list[str]:
    """Return what is assumed of unseen steps, of measured numbers among symbols, and of the order of time."""
    one = "value" if gaussian else "symbol"
    if one not in table or not table.rows:
        return _unseen(table, f"{one}s", gaussian)
    return [*([] if gaussian else _measured(table)), *_falling(table)]


def _unseen(table: Table, many: str, gaussian: bool) -> list[str]:
    """Say how many steps are missing within the sequences that stand in a cell each."""
    if many not in table:
        return []
    try:
        pieces = pieces_of(table, many, gaussian)
    except DataError:  # whoever parses the table says it
        return []
    steps = [cell for piece in pieces for cell in piece]
    gone = steps.count("")
    is_ = "is missing, it is" if gone == 1 else "are missing, each is"
    return [f"{many}: {gone:,} of {len(steps):,} steps {is_} {UNSEEN}"] if gone else []


def _measured(table: Table) -> list[str]:
    if not table.is_numeric("symbol"):
        return []
    broken = np.flatnonzero(table.numbers("symbol", holes=True) % 1 > 0)
    if not len(broken):
        return []
    cell = table.cell(int(broken[0]), "symbol")
    return [f"numbers such as {cell} are taken for symbols; with emission gaussian they are measured"]


def _falling(table: Table) -> list[str]:
    name = next((name for name in table.names if name.lower() in TIMES and table.is_numeric(name)), None)
    if name is None:
        return []
    ids = table.texts("sequence") if "sequence" in table else np.zeros(table.rows)
    falls = (np.diff(table.numbers(name, holes=True)) < 0) & (ids[1:] == ids[:-1])
    return [f"steps are taken in the order of the rows, in which {name} does not rise"] if falls.any() else []
