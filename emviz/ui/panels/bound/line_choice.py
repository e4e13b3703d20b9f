"""The choice of the line on which the bound is drawn: picked from a list, or typed."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QCompleter

from emviz.em.counts.table import Entry
from emviz.em.model import AnyModel
from emviz.em.objective.lines import Between, Direction, Goal
from emviz.session import Session, heading, known_iterations
from emviz.ui.widgets.controls import ComboBox, Line
from emviz.ui.widgets.visible import visible

#: Width of the field, in letters, whatever is chosen.
LETTERS = 15
#: Padding of a line edit at either end, in pixels.
AROUND = 6
#: The name of a line far into a run, which the field must have room for.
FAR = "θ(98) → θ(99)"
#: Prefixes of the names of entries and goals, and the item for a line between two iterations.
ALONG, TOWARDS, ITERATIONS = "along ", "towards ", "two iterations…"
GOALS = {Goal.TRUTH: f"{TOWARDS}the truth", Goal.COMPLETE: f"{TOWARDS}complete data"}
#: Two numbers, whatever separates them: "θ(2) → θ(9)", "2 9".
TWO = re.compile(r"\D*(\d{1,9})\D+(\d{1,9})\D*")
TIP = "The line on which the bound is drawn: type a part of a name, or two iterations, as 0 → 9"


class LineChoice(ComboBox):
    """An editable combo box with every line that can be drawn."""

    #: The direction chosen.
    chosen = Signal(object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Line on which the bound is shown")
        self.setToolTip(TIP)
        self.setEditable(True)
        self._line = _Field()
        self.setLineEdit(self._line)
        # Qt would add whatever is typed to the list.
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
        """List the lines of a session and select the one that is drawn.

        Parameters
        ----------
        labelled : bool
            Whether the complete-data estimate is among the goals.
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
        """Smallest width, in pixels, at which "θ(98) → θ(99)" is not elided."""
        return self._width(FAR) + 2 * AROUND + self.width() - self._line.width()

    def name_step(self, t: int) -> None:
        """Name the line from θ(t) to θ(t+1)."""
        typed = self._typed()
        self.setItemText(0, f"θ({t}) → θ({t + 1})")
        if self._session is not None:
            self._show(heading(self._session), typed)

    def first_entry(self) -> str:
        """Return the name of the first line along an entry of θ."""
        places = (k for k, each in enumerate(self.directions) if isinstance(each, Entry))
        return self.itemText(next(places))

    def copy(self) -> bool:
        """Copy the selected text; return whether any was selected."""
        self._line.copy()
        return self._line.hasSelectedText()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Restore the name of the line that is drawn."""
        super().focusOutEvent(event)
        # The list of suggestions takes the focus while the user still types.
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._write()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the whole name and select it."""
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._write()
            self._line.selectAll()
            self._line.fresh = event.reason() is Qt.FocusReason.MouseFocusReason

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten or lengthen the name to fit."""
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
        """Return the text being typed, or None."""
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
        """Write the line's name: in full with the focus, else the longest form that fits."""
        room, names = self._line.width() - AROUND, _names(self._shown)
        whole = names[:1] if self._line.hasFocus() else [each for each in names if self._width(each) <= room]
        elided = self._line.fontMetrics().elidedText(names[-1], Qt.TextElideMode.ElideRight, room)
        self.setEditText(whole[0] if whole else elided)
        self._written = self._line.text()
        # With the cursor at its end, a line edit shows the end of a long text.
        self._line.setCursorPosition(0)

    def _width(self, text: str) -> int:
        return self._line.fontMetrics().horizontalAdvance(text)

    @Slot(int)
    def _take(self, place: int) -> None:
        """Choose a line of the list; a line between two iterations remains to be typed."""
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
        """Choose the line that was typed: a name of the list, a part that only one has, or two numbers."""
        typed = self.currentText().strip()
        # Haplotypes have names such as AB and Ab, so that the case comes first.
        place = self.findText(typed)
        if place < 0:
            place = self.findText(typed, Qt.MatchFlag.MatchFixedString)
        two = TWO.fullmatch(typed)
        if place >= 0 and self.directions[place] != ITERATIONS:
            self._take(place)
        elif two and self._session is not None:
            self._iterations(int(two[1]), int(two[2]), known_iterations(self._session))
        elif typed != self._shown:
            self._search(typed)
        else:
            self.clearFocus()

    def _search(self, typed: str) -> None:
        """Choose the only line with a part in its name, or say why there is none."""
        places = [k for k, each in enumerate(self.directions) if each != ITERATIONS]
        exact = [k for k in places if _plain(typed) in _plain(self.itemText(k))]
        found = exact or [
            k for k in places if _plain(typed).casefold() in _plain(self.itemText(k)).casefold()
        ]
        if len(found) == 1:
            self._take(found[0])
        elif found:
            self.refused.emit(f"{len(found):,} lines have “{typed}” in their names: choose one of the list")
        else:
            self.refused.emit(f"no line “{typed}”: a part of a name, or two iterations")

    def _iterations(self, first: int, last: int, known: int) -> None:
        if first == last or max(first, last) > known:
            self.refused.emit(f"two different iterations from 0 to {known}")
        else:
            self._ask(Between(first, last))

    def _ask(self, direction: Direction) -> None:
        # Without the focus the window's shortcuts work again.
        self._line.clearFocus()
        self.clearFocus()
        self.chosen.emit(direction)


class _Field(Line):
    """A line edit that selects all on the click that focuses it, so that typing replaces the text."""

    def __init__(self) -> None:
        super().__init__()
        self.fresh = False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select all here: Qt moves the cursor, and so deselects, between focus and release."""
        super().mouseReleaseEvent(event)
        if self.fresh and not self.hasSelectedText():
            self.selectAll()
        self.fresh = False


def _plain(name: str) -> str:
    """Return a name for a search: subscripts are typed after an underline, and listed after a blank."""
    return name.replace("_", " ")


def _names(shown: str) -> list[str]:
    """Return a line's names, longest first: "along θ_A", "θ_A", or "θ(0) → θ(1)", "0 → 1"."""
    name = shown.removeprefix(ALONG).removeprefix(TOWARDS)
    two = TWO.fullmatch(name)
    return [shown, name, *([f"{two[1]} → {two[2]}"] if two and "→" in name else [])]


def _goals(session: Session, labelled: bool) -> tuple[Goal, ...]:
    """Return the goals that the session may show."""
    if not session.display.reference:
        return ()
    truth = (Goal.TRUTH,) if session.truth is not None else ()
    return (*truth, Goal.COMPLETE) if labelled else truth
