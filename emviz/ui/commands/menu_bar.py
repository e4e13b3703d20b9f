"""A menu bar that a low window does without, until Alt or F10 asks for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget

#: The height of a window from which there is room for it, in pixels.
ROOM = 800
#: What Alt is held for, other than the keys.
BETWEEN = (
    QEvent.Type.Shortcut,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.ApplicationDeactivate,
)


class MenuBar(QMenuBar):
    """Hides where there is no room for it; asked for, it opens its first menu, and hides again after it."""

    #: Whether it is there, but for the moments in which it is asked for.
    fitted = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = True
        self._held = False
        self._before: QWidget | None = None

    def fit(self, room: bool) -> None:
        """Be told whether there is room."""
        self._room = room
        self.setVisible(room)
        self.fitted.emit(room)

    def watch(self, window: QWindow) -> None:
        """Listen for Alt alone in a window."""
        window.installEventFilter(self)
        for menu in self.findChildren(QMenu):
            menu.aboutToHide.connect(self._leave)

    @Slot()
    def ask(self) -> None:
        """Open the first menu."""
        self._before = QApplication.focusWidget()
        self.show()
        self.setActiveAction(self.actions()[0])

    @Slot()
    def _leave(self) -> None:
        # The next menu of the bar opens at once, if any does.
        QTimer.singleShot(0, self._hide_unused)

    @Slot()
    def _hide_unused(self) -> None:
        if not self._room and QApplication.activePopupWidget() is None:
            self.hide()
            if self._before is not None and self._before.isVisible():
                self._before.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Be asked for by Alt that is pressed and let go with nothing between."""
        kind = event.type()
        key = event.key() if isinstance(event, QKeyEvent) else None
        if isinstance(watched, QWindow) and kind == QEvent.Type.KeyPress and key == Qt.Key.Key_Alt:
            self._hold(not self._room)
        elif self._held and (kind in BETWEEN or key not in (None, Qt.Key.Key_Alt)):
            self._hold(False)
        elif self._held and isinstance(watched, QWindow) and kind == QEvent.Type.KeyRelease:
            self._hold(False)
            QTimer.singleShot(0, self.ask)
        return super().eventFilter(watched, event)

    def _hold(self, held: bool) -> None:
        """Look, while Alt is held alone, at every event: a window never gets the key of a shortcut."""
        app = QApplication.instance()
        assert app is not None
        if held and not self._held:
            app.installEventFilter(self)
        elif self._held and not held:
            app.removeEventFilter(self)
        self._held = held
