"""What the keys do that depends on where the focus is, or on what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget

from emviz.ui.exporting import exports
from emviz.ui.widgets.card import Card

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow


class Keyboard(QObject):
    """Copies, ends and takes over what the focus and the window hold.

    Parameters
    ----------
    window : MainWindow
        The window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def copy(self) -> None:
        """Copy what the focus offers, else a picture of its panel, else one of the window."""
        window, place = self._window, QApplication.focusWidget()
        while place is not None and place not in (window.desk, window):
            offered = getattr(place, "copy", None)
            # A panel says so where nothing in it is selected.
            done = offered() if callable(offered) else False
            if done:
                window.status.tell("Copied what is selected.")
            if done is not False:
                return
            if isinstance(place, Card):
                break
            place = place.parentWidget()
        shown: QWidget = place if isinstance(place, Card) else window.desk
        QApplication.clipboard().setImage(exports.picture_of(shown))
        window.status.tell(f"Copied a picture: {shown.accessibleName() or 'the window'}.")

    @Slot()
    def paste(self) -> None:
        """Paste into the line that has the focus, else into the data."""
        line = _line_of(QApplication.focusWidget())
        if line is not None:
            line.paste()
        else:
            self._window.desk.open_setup()
            self._window.data.paste()

    @Slot()
    def paste_rows(self) -> None:
        """Paste as new rows of the data."""
        self._window.desk.open_setup()
        self._window.data.paste_rows()

    @Slot()
    def escape(self) -> None:
        """End the first of what is open: drawer, derivation, a panel alone, work, the full screen.

        This is the only owner of Esc, but for what takes keys before the window does: an editor in a cell,
        and a black screen.
        """
        window = self._window
        if window.desk.close_drawer():
            return
        if window.counts.isVisible() and window.counts.end_derivation():
            return
        if window.arranging.end_large():
            return
        if window.working.busy:
            window.cancel_work()
        elif window.pictures.profiles:
            window.show_display({"profile": False})
        elif window.lecture.given or window.isFullScreen():
            window.lecture.leave()
        else:
            window.lessons.leave()

    def leave_choice(self) -> None:
        """Take the focus from a number or a choice in a panel: the next key is one of the window.

        In the setup, a form, it stays for Tab to go on.
        """
        place = QApplication.focusWidget()
        shown = isinstance(place, QAbstractSpinBox | QComboBox) and not self._window.setup.isAncestorOf(place)
        if shown:
            self.take_what_is_typed()

    @Slot()
    def take_what_is_typed(self) -> None:
        """Have what is being typed count before a step: a field that loses the focus keeps its text."""
        if _line_of(QApplication.focusWidget()) is not None:
            self._window.desk.setFocus()


def _line_of(place: QWidget | None) -> QLineEdit | None:
    """Return the line that is typed into where the focus is; None where nothing is typed."""
    if isinstance(place, QComboBox):
        return place.lineEdit()
    line = place.findChild(QLineEdit) if isinstance(place, QAbstractSpinBox) else place
    return line if isinstance(line, QLineEdit) else None
