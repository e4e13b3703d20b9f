"""Base of the large dialogs, whose results can be saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from emviz.ui.look.lettering import Holds, dress, lettering, scale_in
from emviz.ui.look.theme import Theme
from emviz.ui.widgets.labels import PlainLabel, as_title
from emviz.ui.widgets.working_dialog import WorkingDialog

if TYPE_CHECKING:
    from emviz.ui.exporting.saving import Saving
    from emviz.ui.window import MainWindow

#: Share of the window that the dialog covers, so that its text grows with the window.
SHARE = 0.96
#: What must fit at any text size: three tables side by side, with enough rows to compare.
RESULTS = Holds(70, 34)


class Themed(Protocol):
    """A widget with colours and fonts."""

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and fonts."""


class BroadDialog(WorkingDialog):
    """A dialog with results and a message line.

    Parameters
    ----------
    name, title : str
        Object name and title.
    file : str
        Suggested file name of a picture.
    """

    #: The results are to be saved as CSV.
    csv_wanted = Signal(object)

    def __init__(self, name: str, title: str, file: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(as_title(title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.results, self.note = QWidget(), PlainLabel()
        self.themed: Sequence[Themed] = ()
        self._dressed: Theme | None = None
        self._file = file
        self._saving: Saving | None = None
        self.note.setProperty("role", "hint")
        self.note.setWordWrap(True)

    def follow(self, window: MainWindow) -> None:
        """Follow the window's theme, show messages about saving; the window too says what is cancelled."""
        window.appearance.changed.connect(self.apply_theme)
        self._saving = window.saving
        for news in (window.exporter.saved, window.exporter.refused, window.exporter.cancelled):
            news.connect(self.show_message)
        for work in self.works:
            work.cancelled.connect(window.status.announce)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and fonts."""
        self._dressed = theme
        dress(self, theme, scale_in(self.size(), RESULTS, self))
        for part in self.themed:
            part.apply_theme(theme)
        self.restyle(theme)

    def restyle(self, theme: Theme) -> None:
        """Apply colours and fonts to what a subclass has beside `themed`.

        `apply_theme` itself is not overridden: Qt for Python keeps the connection of a slot that is, and
        calls it when the dialog is gone.
        """

    @Slot(str)
    def show_message(self, sentence: str) -> None:
        """Show a message."""
        self.note.setText(sentence)

    @Slot()
    def save_picture(self) -> None:
        """Save a picture of the results."""
        if self._saving is not None:
            self._saving.save_picture(self.results, self._file)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale the text with the size."""
        super().resizeEvent(event)
        if self._dressed is not None and scale_in(event.size(), RESULTS, self) != lettering(self):
            self.apply_theme(self._dressed)

    def sizeHint(self) -> QSize:
        """Return the size for most of the window."""
        parent = self.parentWidget()
        return super().sizeHint() if parent is None else parent.size() * SHARE

    def pile(self, head: QLayout, middle: QWidget, *buttons: QPushButton) -> None:
        """Lay out the head, the results, the message line and the buttons."""
        line, layout = QHBoxLayout(), QVBoxLayout(self)
        line.addWidget(self.note, 1)
        for button in buttons:
            line.addWidget(button)
        layout.addLayout(head)
        layout.addWidget(middle, 1)
        layout.addLayout(line)
        # By default Qt limits a dialog to two thirds of the screen.
        self.resize(self.sizeHint())
