"""The spin box in the head of the count card for the decimals of counts."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from emviz.ui.widgets.controls import SpinBox
from emviz.ui.widgets.labels import PlainLabel


class DecimalsBox(SpinBox):
    """A spin box from 1 to 6; its label is a separate widget, which is hidden first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(1, 6)
        self.setAccessibleName("Decimals")
        self.setToolTip("Decimals of a count; probabilities and θ have one more")
        self.word = PlainLabel("decimals", parent)
        self.word.setProperty("role", "hint")
        self.word.setBuddy(self)
