"""The search field in the head of the count card, which finds rows and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from emviz.data.table import Mask, Texts
from emviz.em.model import Rows
from emviz.em.optional import alike_of
from emviz.em.rounding import MINUS
from emviz.session import Session
from emviz.session.cells import hidden_columns
from emviz.ui.widgets.controls import Line

HYPHEN = "-"
#: Rows searched in one turn of the event loop.
TOGETHER = 10_000
#: Width of the field, in letters.
WIDTH = 16


class Finder(Line):
    """A search field; Enter goes on to the next match."""

    #: A row of the data; −1 if nothing was found.
    row_found = Signal(int)
    column_found = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("finder")
        self.setPlaceholderText("row or column")
        self.setAccessibleName("Find a row or a column of the counts")
        self.setToolTip("A row by its number or its text, a column by its name; Enter goes on to the next")
        self._session: Session | None = None
        self._headings: tuple[str, ...] = ()
        self._last = -1
        self._search: Iterator[int | None] = iter(())
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)
        self.returnPressed.connect(self._find)
        self.textEdited.connect(self._begin_anew)
        self.hide()

    def show_table(self, session: Session, headings: tuple[str, ...]) -> None:
        """Set the rows of the session and the headings of the columns to search."""
        if self._session is None or session.data is not self._session.data:
            self._last = -1
            self._timer.stop()
        self._session, self._headings = session, headings

    def open(self) -> None:
        """Show the field and focus it."""
        self.setMinimumWidth(WIDTH * self.fontMetrics().averageCharWidth())
        self.show()
        self.setFocus()
        self.selectAll()

    @Slot()
    def _begin_anew(self) -> None:
        self._last = -1

    @Slot()
    def _find(self) -> None:
        """Go to a row by its number, else to a column by its name, else search the texts of the rows."""
        wanted, session = as_typed(self.text().strip()), self._session
        if not wanted or session is None:
            return
        rows = session.table.rows
        if wanted.isdecimal() and 1 <= int(wanted) <= rows:
            self.row_found.emit(int(wanted) - 1)
            return
        column = column_named(wanted, self._headings)
        if column is not None and self._last < 0:
            self.column_found.emit(column)
            return
        self._search = matches(session, wanted, self._last + 1)
        self._timer.start(0)

    @Slot()
    def _go_on(self) -> None:
        found = next(self._search, -1)
        if found is None:
            return
        self._timer.stop()
        self._last = found
        self.row_found.emit(found)


def column_named(wanted: str, headings: tuple[str, ...]) -> int | None:
    """Return the column whose heading equals a text, else begins with it, else contains it."""
    folded = [as_typed(heading) for heading in headings]
    for fits in (str.__eq__, str.startswith, str.__contains__):
        found = [place for place, heading in enumerate(folded) if fits(heading, wanted)]
        if found:
            return found[0]
    return None


def matches(session: Session, wanted: str, start: int) -> Iterator[int | None]:
    """Yield the first row from `start` on, wrapping around, whose cells contain a text; −1 if there is none.

    Yields None after each batch, so that a million rows can be searched bit by bit. Skips hidden labels, and
    rows whose group is shown by another row that contains the text too.
    """
    table, hidden = session.table, hidden_columns(session)
    columns = [table.texts(name) for name in table.names if name not in hidden]
    alike = alike_of(session.model, session.data)
    for part in _parts(start, table.rows):
        rows = np.arange(part.start, part.stop)
        held = _held_in(columns, rows, wanted)
        if alike is not None:
            shown = alike.first[alike.group[rows]]
            held &= (shown == rows) | ~_held_in(columns, shown, wanted)
        if held.any():
            yield part.start + int(held.argmax())
            return
        yield None
    yield -1


def as_typed(text: str) -> str:
    """Return a text as it is typed: with hyphens for minus signs, and in lower case."""
    return text.casefold().replace(MINUS, HYPHEN)


def _held_in(columns: Sequence[Texts], rows: Rows, wanted: str) -> Mask:
    """Return which of some rows hold a text in any column."""
    held = np.zeros(len(rows), dtype=np.bool_)
    for texts in columns:
        held |= _held(texts[rows], wanted)
    return held


def _held(texts: Texts, wanted: str) -> Mask:
    """Return which texts contain a typed one, shape (n,); minus signs matter only if one was typed."""
    lower = np.strings.lower(texts)
    typed = np.strings.replace(lower, MINUS, HYPHEN) if HYPHEN in wanted else lower
    return np.strings.find(typed, wanted) >= 0


def _parts(start: int, rows: int) -> Iterator[slice]:
    for first, last in ((start, rows), (0, min(start, rows))):
        for place in range(first, last, TOGETHER):
            yield slice(place, min(place + TOGETHER, last))
