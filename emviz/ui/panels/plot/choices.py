"""Two combo boxes that choose the column, or the entry of θ, of each axis."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from emviz.ui.widgets.selector import Selector
from emviz.ui.widgets.visible import visible

Pair = tuple[int, int]


class AxisChoices(QWidget):
    """Choice of two names for two axes; hidden where there are only two names.

    The axes are labelled anyway, so a box without room for its name shows only an arrow.
    """

    #: The chosen indices, (horizontal, vertical).
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
        """Offer these names, with those at `axes` selected."""
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
        """Show the boxes only where there is something to choose."""
        # A widget without a parent would open as a top-level window.
        super().setVisible(visible and len(self._names) > 2 and self.parent() is not None)

    @Slot()
    def _choose(self) -> None:
        x, y = self.across.currentIndex(), self.up.currentIndex()
        # Choosing one name for both axes swaps them.
        self.chosen.emit((x, y) if x != y else (self._axes[1], self._axes[0]))
