"""A scroll area that is as large as its content if there is room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

#: Width and height below which the setup scrolls, in pixels.
LEAST = (400, 320)


class Scroller(QScrollArea):
    """Requests the size of its content, and scrolls if it gets less.

    Parameters
    ----------
    content : QWidget
        The content.
    least : tuple of int
        Minimum width and height in pixels, for larger content.
    """

    def __init__(
        self, content: QWidget, parent: QWidget | None = None, least: tuple[int, int] = LEAST
    ) -> None:
        super().__init__(parent)
        self._least = least
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidget(content)
        # A scroll area fills the viewport with the window's background colour.
        for part in (self.viewport(), content):
            part.setAutoFillBackground(False)
        self._content = content
        self._wanted: QWidget | None = None
        self.verticalScrollBar().rangeChanged.connect(self._follow)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)

    @Slot(QWidget, QWidget)
    def _follow_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """Scroll to the focused widget, which Tab may have reached from outside."""
        if now is not None and self.isAncestorOf(now):
            # Qt's own implementation shows the cursor in a field but not the whole field.
            for corner in (now.rect().bottomLeft(), now.rect().topLeft()):
                at = now.mapTo(self._content, corner)
                self.ensureVisible(at.x(), at.y(), 0, 4)

    def keep_in_sight(self, wanted: QWidget | None) -> None:
        """Scroll to a widget, now and after each change of height; None stops that."""
        self._wanted = wanted
        self._follow()

    @Slot()
    def _follow(self) -> None:
        if self._wanted is not None:
            self.ensureWidgetVisible(self._wanted, 0, 0)

    def sizeHint(self) -> QSize:
        """Return the size of the content."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the size of the content, limited to what a small window can give."""
        beside = QSize(self.verticalScrollBar().sizeHint().width(), 0)
        width, height = self._least
        # The whole window must fit even on a small or highly scaled screen; the limit grows with the text.
        screen = self.screen().availableSize()
        width, height = max(width, screen.width() // 4), min(height, screen.height() // 4)
        return (self._content.minimumSizeHint() + beside).boundedTo(QSize(width, height))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notify the layout if the size hint of the content changes."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
