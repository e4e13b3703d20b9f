"""Base of the dialogs with work in the background, which Esc cancels before it closes them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from emviz.ui.work.channel import Channel


class WorkingDialog(QDialog):
    """A dialog that stays open, with what it has found so far, when its work is cancelled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        #: The work that leaves something to look at when it is cancelled.
        self.works: Sequence[Channel] = ()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Esc cancel the work, or else close the dialog."""
        running = [work for work in self.works if work.busy is not None]
        if event.key() == Qt.Key.Key_Escape and running:
            for work in running:
                work.cancel()
        else:
            super().keyPressEvent(event)
