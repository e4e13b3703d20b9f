"""How fast half-steps are played: a slider where the bar is wide, and a menu."""

from __future__ import annotations

from math import log

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSlider, QWidget

from emviz.em.rounding import figures
from emviz.ui.commands.mnemonics import give_letters
from emviz.ui.widgets.controls import Slider
from emviz.ui.work.driver import FASTEST, SLOWEST

#: Positions of the speed slider; equal distances are equal ratios of speed.
POSITIONS = 100
#: What the menu offers, in half-steps a second.
OFFERED = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 20.0)


class SpeedMenu(QMenu):
    """Offers some speeds."""

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
        """Tick the speed that is nearest."""
        nearest = min(OFFERED, key=lambda each: abs(log(each / halves_per_second)))
        for action in self.actions():
            action.setChecked(action.data() == nearest)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.chosen.emit(float(action.data()))


def speed_words(halves_per_second: float) -> str:
    """Return a speed in words."""
    return f"{figures(halves_per_second, 2)} steps/s"


def speed_at(position: int) -> float:
    """Return the half-steps a second at a position of the slider."""
    return float(SLOWEST * (FASTEST / SLOWEST) ** (position / POSITIONS))


def position_of(speed: float) -> int:
    """Return the position of the slider nearest to a speed."""
    bounded = min(max(speed, SLOWEST), FASTEST)
    return round(POSITIONS * log(bounded / SLOWEST) / log(FASTEST / SLOWEST))


def speed_slider() -> QSlider:
    """Return the slider."""
    slider = Slider(Qt.Orientation.Horizontal)
    slider.setObjectName("speed")
    slider.setAccessibleName("Speed of playing")
    slider.setToolTip("How many half-steps a second are played")
    slider.setRange(0, POSITIONS)
    return slider
