"""Two combo boxes: which column, or which entry of θ, is on which axis."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from emviz.ui.widgets.selector import Selector
from emviz.ui.widgets.visible import visible

Pair = tuple[int, int]


class AxisChoices(QWidget):
    """Offers columns or entries for two axes; hidden where there are but two.

    Each axis bears its name itself: a choice that has no room for it says only which way its axis goes.
    """

    #: The places of both.
    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.across = Selector("acrossSelector", "Horizontal axis", brief="↔")
        self.up = Selector("upSelector", "Vertical axis", brief="↕")
        self._names: tuple[str, ...] = ()
        self._axes: Pair = (0, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for combo in (self.across, self.up):
            combo.setMinimumContentsLength(0)
            combo.setSizeAdjustPolicy(Selector.SizeAdjustPolicy.AdjustToContents)
            combo.activated.connect(self._choose)
            layout.addWidget(combo)
        self.hide()

    def fill(self, names: tuple[str, ...], axes: Pair) -> None:
        """Offer these, with those on the axes chosen."""
        combos = (self.across, self.up)
        if names != self._names:
            for combo in combos:
                combo.clear()
                combo.addItems([visible(name) for name in names])
        self._names, self._axes = names, axes
        for combo, place in zip(combos, axes, strict=True):
            combo.setCurrentIndex(place)
        self.setVisible(True)

    def setVisible(self, visible: bool) -> None:
        """Come up only where there is something to choose."""
        # Without a parent it would come up as a window of its own.
        super().setVisible(visible and len(self._names) > 2 and self.parent() is not None)

    @Slot()
    def _choose(self) -> None:
        x, y = self.across.currentIndex(), self.up.currentIndex()
        # The same on both axes: the two change places.
        self.chosen.emit((x, y) if x != y else (self._axes[1], self._axes[0]))
