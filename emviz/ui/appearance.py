"""The theme and the size of the font, and who follows them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from emviz.ui.motion import SWITCH
from emviz.ui.style import LARGEST, SMALLEST, USUAL, dress, theme_for
from emviz.ui.theme import Theme


class Appearance(QObject):
    """How the application looks.

    Parameters
    ----------
    choice : str
        "system", "light" or "dark".
    points : int
        The size of the font.
    """

    changed = Signal(object)

    def __init__(self, choice: str, points: int, parent: QObject) -> None:
        super().__init__(parent)
        self.choice = choice
        self.points = points
        self.theme: Theme = theme_for(choice)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def choose(self, choice: str) -> None:
        """Take another theme; "system" follows the system where it says."""
        self.choice = choice
        _tell_system(choice)
        self.apply()

    def apply(self) -> None:
        """Dress the application, and say so."""
        self.theme = theme_for(self.choice)
        dress(_application(), self.theme, self.points)
        self.changed.emit(self.theme)

    @Slot()
    def enlarge(self) -> None:
        """Make the font one step larger."""
        self.resize(self.points + 1)

    @Slot()
    def shrink(self) -> None:
        """Make the font one step smaller."""
        self.resize(self.points - 1)

    @Slot()
    def restore(self) -> None:
        """Return to the usual size of the font."""
        self.resize(USUAL)

    def resize(self, points: int) -> None:
        """Set the size of the font, within its limits."""
        bounded = min(max(points, SMALLEST), LARGEST)
        if bounded != self.points:
            self.points = bounded
            self.apply()

    def allow_motion(self, allowed: bool) -> None:
        """Let pictures glide, or not."""
        _application().setProperty(SWITCH, allowed)

    @Slot()
    def _follow_system(self) -> None:
        if theme_for(self.choice) is not self.theme:
            self.apply()


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def _tell_system(choice: str) -> None:
    """Let the system dress its own parts, such as the title bar, in the same scheme."""
    hints = QGuiApplication.styleHints()
    if choice == "system":
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light)
