"""Numbers of the count table and entries of θ, by their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emviz.data.table import DataError
from emviz.em.counts.table import Cell, CountCell, CountTable, Entry, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Phase, Round, Rows
from emviz.em.numerics import Array
from emviz.em.optional import shown_table
from emviz.session import Session

#: Letters that a keyboard may lack, with their spellings.
LETTERS = (("theta", "θ"), ("mu", "μ"), ("lambda", "λ"), ("pi", "π"), ("Sigma", "Σ"))
#: Maximum number of names listed in an error.
LISTED = 12


@dataclass(frozen=True)
class Named:
    """A named column of the count table: its cell, and its numbers."""

    share: bool
    #: Index of the completion or of the group.
    place: int
    #: Index among the M symbols of all groups.
    symbol: int = 0

    def cell(self, row: int | None) -> Cell:
        """Return its cell in a row; None for the total."""
        if row is None:
            return TotalCell(self.place)
        return ShareCell(row, self.place) if self.share else CountCell(row, self.place)

    def numbers(self, table: CountTable) -> Array:
        """Return its numbers in a table, shape (rows,)."""
        found = table.shares if self.share else table.counts
        assert found is not None  # after an E-step
        numbers: Array = found[:, self.place if self.share else self.symbol]
        return numbers


def table_of(session: Session, rows: Rows) -> CountTable:
    """Return the count table of some rows after the E-step at the displayed θ(t)."""
    state = session.round
    weighed = Round(state.base, Phase.E, None, state.whole, state.known)
    return shown_table(session.model, session.data, weighed, rows)


def column_named(session: Session, name: str, row: int | None) -> Named | None:
    """Return the column with a name; None if there is none.

    Parameters
    ----------
    row : int or None
        The row in question, which may have completions of its own; None for a total.

    Raises
    ------
    DataError
        If there is no such row.
    """
    rows = session.table.rows
    if row is not None and row >= rows:
        raise DataError(f"there is no row {row + 1}: the data have {rows:,}")
    table = table_of(session, np.array([row or 0]))
    place = 0
    for which, group in enumerate(table.groups):
        for symbol in group.symbols:
            alone = len(group.symbols) == 1 and name == group.heading
            if alone or name == f"{group.heading} {symbol}":
                return Named(False, which, place)
            place += 1
    if row is None:
        return None
    for offered in _completions(table):
        if name in offered:
            return Named(True, offered.index(name))
    return None


def entry_named(session: Session, name: str) -> Entry | None:
    """Return the entry of θ with a label; None if there is none."""
    return next((entry for label, entry in _entries(session) if label == name), None)


def source_of(session: Session, label: str) -> Cell | None:
    """Return the line of the M-step that computes an entry of θ, or before it the total used for it.

    None if the table has neither.
    """
    table = _updated(session)
    place = next((k for k, each in enumerate(table.updates) if each.label == label), None)
    if place is not None and session.round.phase is Phase.M:
        return UpdateCell(place)
    if place is None or table.feeds is None:
        return None
    totals = (TotalCell(group) for group in range(len(table.groups)))
    return next((cell for cell in totals if table.feeds(UpdateCell(place), cell)), None)


def name_of(cell: Cell, session: Session) -> str:
    """Return the name of a cell."""
    match cell:
        case ShareCell(row, place):
            return f"{table_of(session, np.array([row])).completions[place].text}, row {row + 1}"
        case UpdateCell(place):
            return _updated(session).updates[place].label
    group = table_of(session, np.zeros(1, dtype=np.intp)).groups[cell.group]
    name = f"{group.heading} {group.symbols[0]}"
    return f"{name}, row {cell.row + 1}" if isinstance(cell, CountCell) else name


def names(session: Session) -> Iterator[str]:
    """Yield the names of a session's numbers: shares, counts, entries of θ."""
    table = table_of(session, np.zeros(1, dtype=np.intp))
    for offered in _completions(table):
        yield from (f"{name}, row 1" for name in offered if name)
    for group in table.groups:
        yield from (f"{group.heading} {symbol}" for symbol in group.symbols)
    yield from (label for label, _ in _entries(session))


def listed(session: Session) -> str:
    """Return the first of these names as text."""
    known = [*names(session)]
    return ", ".join(known[:LISTED]) + (", …" if len(known) > LISTED else "")


def spellings(name: str) -> tuple[str, ...]:
    """Return a name as written, and with Greek letters spelled out."""
    greek = name
    for word, letter in LETTERS:
        # Only as a word of its own: there is a pi in spin.
        greek = re.sub(rf"(?<![A-Za-z]){word}(?![A-Za-z])", letter, greek)
    return (name,) if greek == name else (name, greek)


def _updated(session: Session) -> CountTable:
    """Return the count table as after the M-step."""
    state = session.round
    last = Round(state.base, Phase.M, state.updated or state.base.params, state.whole, state.known)
    return shown_table(session.model, session.data, last, np.zeros(1, dtype=np.intp))


def _completions(table: CountTable) -> tuple[tuple[str, ...], ...]:
    """Return the headings of the completions, and the completions of a table's first row."""
    own = table.names[0] if table.names else ()
    return tuple(tag.text for tag in table.completions), own


def _entries(session: Session) -> Iterator[tuple[str, Entry]]:
    for parameter in session.model.parameters(session.data):
        for index in np.ndindex(*parameter.shape):
            yield parameter.label(index), Entry(parameter.name, index)
