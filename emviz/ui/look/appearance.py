"""The theme and the size of the font, and who follows them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from emviz.ui.look.motion import SWITCH
from emviz.ui.look.style import INCH, LARGEST, LEAST, SMALLEST, USUAL, dress, em_for, theme_for
from emviz.ui.look.theme import Theme

#: Milliseconds without another size after which that of a window is settled, or that of the text taken up.
SETTLED = 150
#: What tells of another size of a window.
SIZES = (QEvent.Type.Resize, QEvent.Type.WindowStateChange)


class Appearance(QObject):
    """How the application looks.

    Parameters
    ----------
    choice : str
        "system", "light" or "dark".
    points : int
        The size of the font: the usual one stands for what the height of the window asks for.
    """

    changed = Signal(object)

    def __init__(self, choice: str, points: int, parent: QObject) -> None:
        super().__init__(parent)
        self.choice = choice
        self.points = points
        self.theme: Theme = theme_for(choice)
        #: The em that the window asks for, in pixels.
        self.em: float = LEAST
        self._window: QWidget | None = None
        #: The size that everything has by now, and what collects the steps to the next.
        self._dressed = points
        self._resting = QTimer(self, singleShot=True, interval=SETTLED)
        self._resting.timeout.connect(self._catch_up)
        self._settling = QTimer(self, singleShot=True, interval=SETTLED)
        self._settling.timeout.connect(self.fit)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def choose(self, choice: str) -> None:
        """Take another theme; "system" follows the system where it says."""
        self.choice = choice
        _tell_system(choice)
        self.apply()

    def apply(self) -> None:
        """Dress the application, and say so."""
        self.theme, self._dressed = theme_for(self.choice), self.points
        dress(_application(), self.theme, self._points())
        self.changed.emit(self.theme)

    def follow(self, window: QWidget) -> None:
        """Dress the application for the height of a window, now and whenever it has another one."""
        self._window = window
        self.em = _em_of(window)
        window.installEventFilter(self)
        self.apply()

    @Slot()
    def fit(self) -> None:
        """Dress the application anew where the window asks for another size of the font."""
        if self._window is not None and (em := _em_of(self._window)) != self.em:
            self.em = em
            self.apply()

    @Slot()
    def enlarge(self) -> None:
        """Make the font one step larger."""
        self._step(1)

    @Slot()
    def shrink(self) -> None:
        """Make the font one step smaller."""
        self._step(-1)

    @Slot()
    def restore(self) -> None:
        """Return to the usual size of the font."""
        self.resize(USUAL)

    def resize(self, points: int) -> None:
        """Set the size of the font, within its limits."""
        bounded = _bounded(points)
        if bounded != self.points:
            self.points = bounded
            self.apply()

    def _step(self, by: int) -> None:
        """Take a step at once; those that are asked for meanwhile are taken together, as a key may repeat."""
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
        """Let pictures glide, or not."""
        _application().setProperty(SWITCH, allowed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window: at once as it is shown, else when it has settled."""
        if event.type() == QEvent.Type.Show:
            self.fit()
        elif event.type() in SIZES and self._window is not None and self._window.isVisible():
            # To dress the application while its edge is dragged would hold the edge up.
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


def _tell_system(choice: str) -> None:
    """Let the system dress its own parts, such as the title bar, in the same scheme."""
    hints = QGuiApplication.styleHints()
    if choice == "system":
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light)
