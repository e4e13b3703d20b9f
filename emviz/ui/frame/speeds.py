"""The playback speed: a slider in a wide bar, and a menu."""

from __future__ import annotations

from math import log

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSlider, QWidget

from emviz.em.rounding import figures
from emviz.ui.commands.mnemonics import give_letters
from emviz.ui.widgets.controls import Slider
from emviz.ui.work.driver import FASTEST, SLOWEST

#: Positions of the slider, which has a logarithmic scale.
POSITIONS = 100
#: Speeds in the menu, in half-steps per second.
OFFERED = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 20.0)


class SpeedMenu(QMenu):
    """Offers a few speeds."""

    chosen = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Speed of playing", parent)
        self.setObjectName("speedMenu")
        group = QActionGroup(self)
        for speed in OFFERED:
            action = self.addAction(speed_words(speed))
            action.setCheckable(True)
            action.setData(speed)
            group.addAction(action)
        give_letters(self)
        self.triggered.connect(self._choose)

    def show_speed(self, halves_per_second: float) -> None:
        """Tick the nearest speed."""
        nearest = min(OFFERED, key=lambda each: abs(log(each / halves_per_second)))
        for action in self.actions():
            action.setChecked(action.data() == nearest)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.chosen.emit(float(action.data()))


def speed_words(halves_per_second: float) -> str:
    """Return the text for a speed."""
    return f"{figures(halves_per_second, 2)} steps/s"


def speed_at(position: int) -> float:
    """Return the half-steps per second at a slider position."""
    return float(SLOWEST * (FASTEST / SLOWEST) ** (position / POSITIONS))


def position_of(speed: float) -> int:
    """Return the slider position nearest to a speed."""
    bounded = min(max(speed, SLOWEST), FASTEST)
    return round(POSITIONS * log(bounded / SLOWEST) / log(FASTEST / SLOWEST))


def speed_slider() -> QSlider:
    """Return a slider for the speed."""
    slider = Slider(Qt.Orientation.Horizontal)
    slider.setObjectName("speed")
    slider.setAccessibleName("Speed of playing")
    slider.setToolTip("How many half-steps a second are played")
    slider.setRange(0, POSITIONS)
    return slider
