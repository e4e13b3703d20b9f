"""The box in the head of the count card that says how many decimals a count has."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from emviz.ui.widgets.controls import SpinBox
from emviz.ui.widgets.labels import PlainLabel


class DecimalsBox(SpinBox):
    """Takes from 1 to 6 decimals; the word before it is a part of its own, which goes first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(1, 6)
        self.setAccessibleName("Decimals")
        self.setToolTip("Decimals of a count; probabilities and θ have one more")
        self.word = PlainLabel("decimals", parent)
        self.word.setProperty("role", "hint")
        self.word.setBuddy(self)
