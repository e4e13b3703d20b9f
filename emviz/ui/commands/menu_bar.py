"""A menu bar that is hidden in a low window until Alt or F10 is pressed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget

#: Minimum window height for a permanent menu bar, in pixels.
ROOM = 800
#: Events that show that Alt is held for another purpose.
BETWEEN = (
    QEvent.Type.Shortcut,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.ApplicationDeactivate,
)


class MenuBar(QMenuBar):
    """Hides itself in a low window; on request it opens its first menu, and hides again afterwards."""

    #: Emitted with whether the bar is permanent.
    fitted = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = True
        self._held = False
        self._before: QWidget | None = None

    def fit(self, room: bool) -> None:
        """Set whether there is room for a permanent bar."""
        self._room = room
        self.setVisible(room)
        self.fitted.emit(room)

    def watch(self, window: QWindow) -> None:
        """Watch a window for Alt pressed alone."""
        window.installEventFilter(self)
        for menu in self.findChildren(QMenu):
            menu.aboutToHide.connect(self._leave)

    @Slot()
    def ask(self) -> None:
        """Show the bar and open the first menu."""
        self._before = QApplication.focusWidget()
        self.show()
        self.setActiveAction(self.actions()[0])

    @Slot()
    def _leave(self) -> None:
        # If the user moves to the next menu of the bar, it opens immediately.
        QTimer.singleShot(0, self._hide_unused)

    @Slot()
    def _hide_unused(self) -> None:
        if not self._room and QApplication.activePopupWidget() is None:
            self.hide()
            if self._before is not None and self._before.isVisible():
                self._before.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the first menu when Alt is pressed and released with nothing in between."""
        kind = event.type()
        key = event.key() if isinstance(event, QKeyEvent) else None
        # A key goes to the window first and then to widgets; it counts once.
        if isinstance(watched, QWindow) and kind == QEvent.Type.KeyPress and key == Qt.Key.Key_Alt:
            self._hold(not self._room)
        elif self._held and (kind in BETWEEN or key not in (None, Qt.Key.Key_Alt)):
            self._hold(False)
        elif self._held and isinstance(watched, QWindow) and kind == QEvent.Type.KeyRelease:
            self._hold(False)
            QTimer.singleShot(0, self.ask)
        return super().eventFilter(watched, event)

    def _hold(self, held: bool) -> None:
        """While Alt is held, watch all events, because the window never sees the key of a shortcut."""
        app = QApplication.instance()
        assert app is not None
        if held and not self._held:
            app.installEventFilter(self)
        elif self._held and not held:
            app.removeEventFilter(self)
        self._held = held
