"""The current theme and font size, applied to the application."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from emviz.ui.look.motion import SWITCH
from emviz.ui.look.style import INCH, LARGEST, LEAST, SMALLEST, USUAL, dress, em_for, theme_for
from emviz.ui.look.theme import Theme

#: Milliseconds without a further change after which a new window size, or a new text size, is applied.
SETTLED = 150
#: Events that change the size of a window.
SIZES = (QEvent.Type.Resize, QEvent.Type.WindowStateChange)


class Appearance(QObject):
    """Theme and font size of the application.

    Parameters
    ----------
    choice : str
        "system", "light" or "dark".
    points : int
        Font size; the default lets the height of the window decide.
    """

    changed = Signal(object)

    def __init__(self, choice: str, points: int, parent: QObject) -> None:
        super().__init__(parent)
        self.choice = choice
        self.points = points
        self.theme: Theme = theme_for(choice)
        #: Em size for the height of the window, in pixels.
        self.em: float = LEAST
        self._window: QWidget | None = None
        #: The applied size, and the timer that collects further steps.
        self._dressed = points
        self._resting = QTimer(self, singleShot=True, interval=SETTLED)
        self._resting.timeout.connect(self._catch_up)
        self._settling = QTimer(self, singleShot=True, interval=SETTLED)
        self._settling.timeout.connect(self.fit)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def choose(self, choice: str) -> None:
        """Change the theme; "system" follows the operating system."""
        self.choice = choice
        _set_system_scheme(choice)
        self.apply()

    def apply(self) -> None:
        """Apply theme and size to the application, and signal the change."""
        self.theme, self._dressed = theme_for(self.choice), self.points
        dress(_application(), self.theme, self._points())
        self.changed.emit(self.theme)

    def follow(self, window: QWidget) -> None:
        """Adapt the size to the height of a window, now and whenever it changes."""
        self._window = window
        self.em = _em_of(window)
        window.installEventFilter(self)
        self.apply()

    @Slot()
    def fit(self) -> None:
        """Apply the font size again if the window's height requires another one."""
        if self._window is not None and (em := _em_of(self._window)) != self.em:
            self.em = em
            self.apply()

    @Slot()
    def enlarge(self) -> None:
        """Increase the font by one step."""
        self._step(1)

    @Slot()
    def shrink(self) -> None:
        """Decrease the font by one step."""
        self._step(-1)

    @Slot()
    def restore(self) -> None:
        """Restore the default font size."""
        self.resize(USUAL)

    def resize(self, points: int) -> None:
        """Set the font size within its limits."""
        bounded = _bounded(points)
        if bounded != self.points:
            self.points = bounded
            self.apply()

    def _step(self, by: int) -> None:
        """Apply one step immediately; further steps are combined, because a key may repeat."""
        if self._resting.isActive():
            self.points = _bounded(self.points + by)
        else:
            self.resize(self.points + by)
            self._resting.start()

    @Slot()
    def _catch_up(self) -> None:
        if self.points != self._dressed:
            self.apply()
            self._resting.start()

    def allow_motion(self, allowed: bool) -> None:
        """Switch animated transitions on or off."""
        _application().setProperty(SWITCH, allowed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size: at once when it is shown, later when resizing has stopped."""
        if event.type() == QEvent.Type.Show:
            self.fit()
        elif event.type() in SIZES and self._window is not None and self._window.isVisible():
            # Applying the style during a resize would slow down the dragging.
            self._settling.start()
        return super().eventFilter(watched, event)

    def _points(self) -> float:
        dots: float = QGuiApplication.primaryScreen().logicalDotsPerInchY()
        return self.em * INCH / dots * self.points / USUAL

    @Slot()
    def _follow_system(self) -> None:
        if theme_for(self.choice) is not self.theme:
            self.apply()


def _bounded(points: int) -> int:
    return min(max(points, SMALLEST), LARGEST)


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def _em_of(window: QWidget) -> float:
    return em_for(window.height(), window.isFullScreen())


def _set_system_scheme(choice: str) -> None:
    """Apply the scheme to parts drawn by the system, such as the title bar."""
    hints = QGuiApplication.styleHints()
    if choice == "system":
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light)
