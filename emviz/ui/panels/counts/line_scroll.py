"""A scroll area that moves by whole lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from emviz.ui.look.theme import Theme
from emviz.ui.widgets.labels import PlainLabel


class LineScroll(QScrollArea):
    """A scroll area that moves by whole lines and hides a line that is cut at the bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[QWidget] = ()
        self.setWidgetResizable(True)
        #: Covers the line that is cut, and counts those that follow.
        self.rest = PlainLabel("", self.viewport())
        self.rest.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.rest.hide()
        self._settling = QTimer(self, singleShot=True)
        self._settling.timeout.connect(self._settle)
        self.verticalScrollBar().valueChanged.connect(self._snap)

    def set_lines(self, lines: Sequence[QWidget]) -> None:
        """Set the widgets, from top to bottom, that it scrolls by."""
        self._lines = tuple(lines)
        self._settle()
        # Wrapped labels know their height only after the layout has set their width.
        self._settling.start(0)

    @Slot()
    def _settle(self) -> None:
        self._leave_room()
        self._snap()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self.rest.setStyleSheet(f"background: {theme.card}; color: {theme.muted};")

    def _leave_room(self) -> None:
        """Extend the content below the last line, so that the last page can begin with a whole line."""
        inside = self.widget()
        if not self._lines or inside is None:
            return
        end, height = self._lines[-1].geometry().bottom(), self.viewport().height()
        fitting = (line.y() for line in self._lines if end - line.y() < height)
        inside.setMinimumHeight(next(fitting, self._lines[-1].y()) + height if end >= height else 0)

    @Slot()
    def _snap(self) -> None:
        """Align a line with the top, and cover the one that is cut at the bottom."""
        bar = self.verticalScrollBar()
        tops = [line.y() for line in self._lines]
        nearest = min(tops, key=lambda top: abs(top - bar.value()), default=0)
        if bar.value() and nearest != bar.value():
            bar.setValue(min(nearest, bar.maximum()))
        self._cover()

    def _cover(self) -> None:
        at, view = self.verticalScrollBar().value(), self.viewport()
        ends = [line.geometry().bottom() + 1 - at for line in self._lines]
        whole = [end for end in ends if 0 < end <= view.height()]
        after = sum(end > view.height() for end in ends)
        self.rest.setVisible(bool(after and whole))
        if after and whole:
            room = view.height() - max(whole)
            self.rest.setText(f"{after} more ↓" if room >= self.rest.fontMetrics().height() else "")
            self.rest.setGeometry(0, max(whole), view.width(), room)
            self.rest.raise_()

    def _step(self, down: int) -> None:
        bar = self.verticalScrollBar()
        tops = [line.y() for line in self._lines]
        here = max((k for k, top in enumerate(tops) if top <= bar.value()), default=0)
        if tops:
            to = max(0, min(len(tops) - 1, here + down))
            bar.setValue(0 if to == 0 else tops[to])

    # -- Qt overrides

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by a line."""
        turned = event.angleDelta().y()
        if turned and self._lines:
            self._step(-1 if turned > 0 else 1)
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Align the lines for the new size."""
        super().resizeEvent(event)
        self._settle()
        self._settling.start(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Align again after the lines have moved, as in a new font, whose words are wrapped late."""
        if watched is self.widget() and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._settling.start(0)
        return super().eventFilter(watched, event)
