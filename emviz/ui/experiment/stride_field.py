"""The fixed step of gradient ascent: its length and its coordinates."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from emviz.em.domains import ParameterError
from emviz.em.methods import Method, method_named
from emviz.em.methods.gradient import Gradient
from emviz.em.rounding import figures
from emviz.em.theta.coordinates import FREE, KINDS
from emviz.ui.widgets.controls import ComboBox, Line
from emviz.ui.widgets.labels import PlainLabel, as_tip

TIP = (
    "The step s in φ + s ∂log P/∂φ; 1/n for n units if left empty. Free coordinates (log-odds, "
    "logarithms) have no border; in θ itself a long step leaves the domain"
)
#: Names of the coordinates.
NAMES = {FREE: "in free coordinates", "natural": "in θ itself"}


class StrideField(QWidget):
    """A field for the length and a list of the coordinates."""

    #: Gradient ascent with another step is requested.
    changed = Signal(object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.length, self.coordinates = Line(), ComboBox()
        self._shown = ("", FREE)
        self.length.setObjectName("stride")
        self.length.setPlaceholderText("1/n")
        self.length.setAccessibleName("Step of gradient ascent")
        self.length.setToolTip(as_tip(TIP))
        self.length.setMinimumWidth(60)
        self.coordinates.setAccessibleName("Coordinates of the step")
        self.coordinates.setToolTip(as_tip(TIP))
        self.coordinates.addItems([NAMES[kind] for kind in KINDS])
        label = PlainLabel("step s")
        label.setBuddy(self.length)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for part, share in ((label, 0), (self.length, 1), (self.coordinates, 0)):
            row.addWidget(part, share)
        self.length.editingFinished.connect(self.take)
        self.coordinates.activated.connect(self.take)

    @property
    def method(self) -> Method:
        """Gradient ascent with the current step."""
        length, kind = self._shown
        return method_named(":".join(["gradient", *filter(None, (length, kind if kind != FREE else ""))]))

    def show_method(self, method: Method) -> None:
        """Show the step of a method, if it has a fixed one."""
        if isinstance(method, Gradient):
            self._shown = ("" if method.step is None else figures(method.step, 6), method.coordinates)
        self._restore()

    @Slot()
    def take(self) -> None:
        """Use the typed or chosen step, or say what is wrong with it."""
        typed = self.length.text().strip().replace(",", ".")
        before, wanted = self._shown, (typed, KINDS[self.coordinates.currentIndex()])
        if wanted == before:
            return
        try:
            # The method is made of it, and only then shows whether it is valid.
            self._shown = wanted
            method = self.method
        except ParameterError:
            self._shown = before
            self.refused.emit(f"The step must be a number above 0, such as 0.03, but '{typed}' is not.")
            self._restore()
        else:
            self.changed.emit(method)

    def _restore(self) -> None:
        self.length.setText(self._shown[0])
        self.coordinates.setCurrentIndex(KINDS.index(self._shown[1]))
