"""Keys whose effect depends on the focus or on what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget

from emviz.ui.exporting import exports
from emviz.ui.widgets.card import Card

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow


class Keyboard(QObject):
    """Handles copy, paste, Esc and the fields that keep the focus.

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
        """Copy the selection of the focused widget, or a picture of its panel, or of the window."""
        window, place = self._window, QApplication.focusWidget()
        while place is not None and place not in (window.desk, window):
            offered = getattr(place, "copy", None)
            # The panel itself reports that nothing is selected.
            done = offered() if callable(offered) else False
            if done:
                window.status.announce("Copied what is selected.")
            if done is not False:
                return
            if isinstance(place, Card):
                break
            place = place.parentWidget()
        shown: QWidget = place if isinstance(place, Card) else window.desk
        QApplication.clipboard().setImage(exports.picture_of(shown))
        window.status.announce(f"Copied a picture: {shown.accessibleName() or 'the window'}.")

    @Slot()
    def paste(self) -> None:
        """Paste into the focused field, or else into the data."""
        line = _line_of(QApplication.focusWidget())
        if line is not None:
            line.paste()
        else:
            self._window.desk.open_setup()
            self._window.data.paste()

    @Slot()
    def paste_rows(self) -> None:
        """Paste as new data rows."""
        self._window.desk.open_setup()
        self._window.data.paste_rows()

    @Slot()
    def escape(self) -> None:
        """Cancel work that shows its progress, or else close the first of these that is open.

        They are: drawer, derivation, maximised panel, other work, full screen, lesson. All other uses of Esc
        go to widgets that get the key before the window does: a cell editor and the black screen.
        """
        window = self._window
        # Work of less than half a second is not seen: there Esc is meant for what is.
        if window.working.shown:
            window.cancel_work()
        elif window.driver.lateness.late:
            window.driver.leave_step()
        elif not self._close():
            self._leave()

    def _close(self) -> bool:
        """Close the drawer, the derivation or the maximised panel; return whether one was open."""
        window = self._window
        return (
            window.desk.close_drawer()
            or (window.counts.isVisible() and window.counts.end_derivation())
            or window.arranging.end_large()
        )

    def _leave(self) -> None:
        """Cancel other work, or else end the lecture, the full screen or the lesson."""
        window = self._window
        if window.working.busy:
            window.cancel_work()
        elif window.pictures.lateness.late:
            window.pictures.cancel()
        elif window.lecture.given or window.isFullScreen():
            window.lecture.leave()
        else:
            window.lessons.leave()

    def leave_choice(self) -> None:
        """Take the focus away from a spin box or combo box in a panel: the next key goes to the window.

        In the setup, which is a form, the focus stays so that Tab goes on from there.
        """
        place = QApplication.focusWidget()
        shown = isinstance(place, QAbstractSpinBox | QComboBox) and not self._window.setup.isAncestorOf(place)
        if shown:
            self.take_what_is_typed()

    @Slot()
    def take_what_is_typed(self) -> None:
        """Commit the field that is being edited, by moving the focus, before a step."""
        if _line_of(QApplication.focusWidget()) is not None:
            self._window.desk.setFocus()


def _line_of(place: QWidget | None) -> QLineEdit | None:
    """Return the line edit that has the focus, or the one inside the focused widget; None if none."""
    if isinstance(place, QComboBox):
        return place.lineEdit()
    line = place.findChild(QLineEdit) if isinstance(place, QAbstractSpinBox) else place
    return line if isinstance(line, QLineEdit) else None
