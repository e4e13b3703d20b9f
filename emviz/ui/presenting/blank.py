"""A black screen, while the class looks at the blackboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from emviz.ui.commands.keys import MODIFIERS


class Blank(QWidget):
    """A black cover over the window, requested by a presenter's clicker.

    While visible it has the focus; the first key removes it and has no other effect.
    """

    lifted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("blank")
        self.setAccessibleName("Blank screen")
        self._before: QWidget | None = None
        self._pressed: int | None = None
        self.hide()

    @Slot(bool)
    def cover(self, covering: bool) -> None:
        """Cover the window, or uncover it and restore the focus."""
        self.setGeometry(self.window().rect())
        if covering:
            self._before, self._pressed = self.window().focusWidget(), None
        self.setVisible(covering)
        self.raise_()
        if covering:
            self.setFocus()
        elif self._before is not None:
            self._before.setFocus()

    def event(self, event: QEvent) -> bool:
        """Take every key, including Tab and Esc, before the window does; remove the cover on release.

        Removed on the press, it would leave the repeats of a held key to the window.
        """
        if not isinstance(event, QKeyEvent) or event.key() in MODIFIERS:
            return super().event(event)
        if event.type() == QEvent.Type.KeyPress:
            self._pressed = event.key()
        up = event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat()
        if up and self._pressed == event.key():
            self.lifted.emit()
        event.accept()
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cover black."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        painter.end()
