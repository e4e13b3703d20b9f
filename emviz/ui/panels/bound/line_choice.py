"""The choice of the line on which the bound is drawn: from a list, or typed: a name, or two iterations."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QCompleter

from emviz.em.lines import Between, Direction, Goal
from emviz.em.model import AnyModel
from emviz.em.views import Entry
from emviz.session import Session, heading, known_iterations
from emviz.ui.widgets.controls import ComboBox, Line
from emviz.ui.widgets.visible import visible

#: The width of the field, in letters: it stays as it is, whatever is chosen.
LETTERS = 15
#: Pixels that a line of text keeps free at its ends.
AROUND = 6
#: The name of a line far into a run.
FAR = "θ(98) → θ(99)"
#: What stands before the name of an entry, or of a goal, and for a line that is named by two numbers.
ALONG, TOWARDS, ITERATIONS = "along ", "towards ", "two iterations…"
GOALS = {Goal.TRUTH: f"{TOWARDS}the truth", Goal.COMPLETE: f"{TOWARDS}complete data"}
#: Two numbers, with anything but digits around them: "θ(2) → θ(9)", "2 9".
TWO = re.compile(r"\D*(\d{1,9})\D+(\d{1,9})\D*")
TIP = "The line on which the bound is drawn: type a part of a name, or two iterations, as 0 → 9"


class LineChoice(ComboBox):
    """Every line that can be drawn."""

    #: The direction that is asked for.
    chosen = Signal(object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Line on which the bound is shown")
        self.setToolTip(TIP)
        self.setEditable(True)
        self._line = _Field()
        self.setLineEdit(self._line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.ask_for(LETTERS)
        self._line.setAccessibleName(self.accessibleName())
        completer = QCompleter(self.model(), self)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.directions: tuple[Direction | str, ...] = ()
        self._listed: object = None
        self._session: Session | None = None
        self._shown = self._written = ""
        self.activated.connect(self._take)
        self._line.returnPressed.connect(self._parse)

    def fill(self, session: Session, labelled: bool) -> None:
        """Offer the lines of a session, with the one that is drawn chosen.

        Parameters
        ----------
        labelled : bool
            Whether there is a complete-data estimate.
        """
        self._session, typed = session, self._typed()
        goals = _goals(session, labelled)
        listed = (session.model, id(session.data), goals)
        if listed != self._listed:
            self._listed = listed
            self._list(session.model, session.data, goals)
        self._show(heading(session), typed)

    @property
    def least_width(self) -> int:
        """The width at which the line from an iteration to the next is whole, however far EM has come."""
        return self._width(FAR) + 2 * AROUND + self.width() - self._line.width()

    def name_step(self, t: int) -> None:
        """Name the line that leads from θ(t) to θ(t+1)."""
        typed = self._typed()
        self.setItemText(0, f"θ({t}) → θ({t + 1})")
        if self._session is not None:
            self._show(heading(self._session), typed)

    def first_entry(self) -> str:
        """Return the name of the first line along an entry of θ."""
        places = (k for k, each in enumerate(self.directions) if isinstance(each, Entry))
        return self.itemText(next(places))

    def copy(self) -> bool:
        """Copy what is selected of the text; return whether anything is."""
        self._line.copy()
        return self._line.hasSelectedText()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave nothing half typed."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._write()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the whole name to one who types."""
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._write()
            self._line.selectAll()
            self._line.fresh = event.reason() is Qt.FocusReason.MouseFocusReason

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write as much as there is room for."""
        super().resizeEvent(event)
        if self._typed() is None:
            self._write()

    def _list(self, model: AnyModel, data: object, goals: tuple[Goal, ...]) -> None:
        entries = [
            (Entry(each.name, index), each.label(index))
            for each in model.parameters(data)
            for index in each.free
        ]
        self.directions = (None, *goals, ITERATIONS, *(entry for entry, _ in entries))
        self.clear()
        # A combo box has no subscripts.
        names = [f"{ALONG}{visible(label.replace('_', ' ', 1))}" for _, label in entries]
        self.addItems(["", *(GOALS[goal] for goal in goals), ITERATIONS, *names])

    def _typed(self) -> str | None:
        """Return what is being typed; None where nothing is."""
        text = self._line.text()
        return text if self._line.hasFocus() and text != self._written else None

    def _show(self, direction: Direction, typed: str | None) -> None:
        listed: Direction | str = ITERATIONS if isinstance(direction, Between) else direction
        place = self.directions.index(listed) if listed in self.directions else 0
        self.setCurrentIndex(place)
        self._shown = self.itemText(place)
        if isinstance(direction, Between):
            self._shown = f"θ({direction.first}) → θ({direction.last})"
        if typed is None:
            self._write()
        else:
            self.setEditText(typed)

    def _write(self) -> None:
        """Write what is drawn: in full where the focus is, else the longest name that there is room for."""
        room, names = self._line.width() - AROUND, _names(self._shown)
        whole = names[:1] if self._line.hasFocus() else [each for each in names if self._width(each) <= room]
        elided = self._line.fontMetrics().elidedText(names[-1], Qt.TextElideMode.ElideRight, room)
        self.setEditText(whole[0] if whole else elided)
        self._written = self._line.text()
        self._line.setCursorPosition(0)

    def _width(self, text: str) -> int:
        return self._line.fontMetrics().horizontalAdvance(text)

    @Slot(int)
    def _take(self, place: int) -> None:
        """Ask for a line of the list; one through two iterations has yet to be typed."""
        direction = self.directions[place]
        if isinstance(direction, str):
            assert self._session is not None
            self.setEditText(f"0 → {known_iterations(self._session)}")
            self._line.setFocus()
            self._line.selectAll()
        else:
            self._ask(direction)

    @Slot()
    def _parse(self) -> None:
        """Take what has been typed: one of the list, or two numbers."""
        typed = self.currentText().strip()
        place = self.findText(typed, Qt.MatchFlag.MatchFixedString)
        two = TWO.fullmatch(typed)
        if place >= 0 and self.directions[place] != ITERATIONS:
            self._take(place)
        elif two and self._session is not None:
            self._iterations(int(two[1]), int(two[2]), known_iterations(self._session))
        elif typed != self._shown:
            self.refused.emit(f"no line “{typed}”: the end of a name, or two iterations")
        else:
            self.clearFocus()

    def _iterations(self, first: int, last: int, known: int) -> None:
        if first == last or max(first, last) > known:
            self.refused.emit(f"two different iterations from 0 to {known}")
        else:
            self._ask(Between(first, last))

    def _ask(self, direction: Direction) -> None:
        # The keys of the window are its own again.
        self._line.clearFocus()
        self.clearFocus()
        self.chosen.emit(direction)


class _Field(Line):
    """A line of which all is selected by the click that gives it the focus: what is typed replaces it."""

    def __init__(self) -> None:
        super().__init__()
        self.fresh = False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select all, unless a part has been selected by the same click."""
        super().mouseReleaseEvent(event)
        if self.fresh and not self.hasSelectedText():
            self.selectAll()
        self.fresh = False


def _names(shown: str) -> list[str]:
    """Return what a line is called, in full and shorter: θ(0) → θ(1), 0 → 1."""
    name = shown.removeprefix(ALONG).removeprefix(TOWARDS)
    two = TWO.fullmatch(name)
    return [shown, name, *([f"{two[1]} → {two[2]}"] if two and "→" in name else [])]


def _goals(session: Session, labelled: bool) -> tuple[Goal, ...]:
    """Return the goals that may be seen."""
    if not session.display.reference:
        return ()
    truth = (Goal.TRUTH,) if session.truth is not None else ()
    return (*truth, Goal.COMPLETE) if labelled else truth
