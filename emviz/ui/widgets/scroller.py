"""A part of the window that scrolls where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

#: The width and height below which the setup scrolls, in pixels.
LEAST = (400, 320)


class Scroller(QScrollArea):
    """As large as its content; where there is no room for that, it scrolls.

    Parameters
    ----------
    content : QWidget
        What is shown.
    least : tuple of int
        The width and height that it asks for at least, in pixels, where its content is larger.
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
        # A scroll area paints the ground of the window under what it holds.
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
        """Bring what has the focus into sight: Tab may come from outside."""
        if now is not None and self.isAncestorOf(now):
            # Qt's own way shows the cursor in a field, not all of the field.
            for corner in (now.rect().bottomLeft(), now.rect().topLeft()):
                at = now.mapTo(self._content, corner)
                self.ensureVisible(at.x(), at.y(), 0, 4)

    def keep_in_sight(self, wanted: QWidget | None) -> None:
        """Scroll to a part, now and whenever there is another height to scroll; None for no part."""
        self._wanted = wanted
        self._follow()

    @Slot()
    def _follow(self) -> None:
        if self._wanted is not None:
            self.ensureWidgetVisible(self._wanted, 0, 0)

    def sizeHint(self) -> QSize:
        """Ask for the size of the content."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Ask for the size of the content, as far as a small window can give it."""
        beside = QSize(self.verticalScrollBar().sizeHint().width(), 0)
        width, height = self._least
        # On a small screen, or a finely scaled one, the window as a whole must still fit; text grows with it.
        screen = self.screen().availableSize()
        width, height = max(width, screen.width() // 4), min(height, screen.height() // 4)
        return (self._content.minimumSizeHint() + beside).boundedTo(QSize(width, height))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell the column when the content asks for another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
