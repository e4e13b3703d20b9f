"""A dialog over most of the window, in which something is found that can be saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from emviz.ui.look.lettering import Holds, dress, lettering, scale_in
from emviz.ui.look.theme import Theme
from emviz.ui.widgets.labels import PlainLabel, as_title

if TYPE_CHECKING:
    from emviz.ui.exporting.saving import Saving
    from emviz.ui.window import MainWindow

#: The part of the window that the dialog covers: text grows with the window.
SHARE = 0.96
#: What it holds however large the text was made: three tables beside each other, with rows enough to compare.
RESULTS = Holds(70, 34)


class Themed(Protocol):
    """What takes over colours and fonts."""

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and fonts."""


class BroadDialog(QDialog):
    """A dialog with results, and a line below them that says what became of something.

    Parameters
    ----------
    name, title : str
        The name of the object, and what stands above the dialog.
    file : str
        What a picture of the results is called unless one says otherwise.
    """

    #: What has been found is to be saved as CSV.
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
        """Take over the colours of a window, and say what became of what is saved."""
        window.appearance.changed.connect(self.apply_theme)
        exporter, saving = window.exporter, window.saving
        self._saving = saving
        for told in (exporter.saved, exporter.refused, saving.saved, saving.refused):
            told.connect(self.tell)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and fonts."""
        self._dressed = theme
        dress(self, theme, scale_in(self.size(), RESULTS, self))
        for part in self.themed:
            part.apply_theme(theme)

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say what became of something."""
        self.note.setText(sentence)

    @Slot()
    def save_picture(self) -> None:
        """Save the results as a picture where one chooses."""
        if self._saving is not None:
            self._saving.save_picture(self.results, self._file)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let text that was made larger grow with the room."""
        super().resizeEvent(event)
        if self._dressed is not None and scale_in(event.size(), RESULTS, self) != lettering(self):
            self.apply_theme(self._dressed)

    def sizeHint(self) -> QSize:
        """Ask for most of the window."""
        parent = self.parentWidget()
        return super().sizeHint() if parent is None else parent.size() * SHARE

    def pile(self, head: QLayout, middle: QWidget, *buttons: QPushButton) -> None:
        """Put the head above the results, and below them what there is to say, and buttons."""
        line, layout = QHBoxLayout(), QVBoxLayout(self)
        line.addWidget(self.note, 1)
        for button in buttons:
            line.addWidget(button)
        layout.addLayout(head)
        layout.addWidget(middle, 1)
        layout.addLayout(line)
        # By itself a dialog takes two thirds of the screen at the most.
        self.resize(self.sizeHint())
