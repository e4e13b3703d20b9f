"""The stopping rule of a run: a line that states it and unfolds for changes."""

from __future__ import annotations

from functools import partial
from math import log10
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from emviz import session as desk
from emviz.data.column import parse_number
from emviz.em.convergence.stopping import GAIN, KINDS, THETA
from emviz.em.methods import Method
from emviz.em.methods.gradient import Gradient
from emviz.em.rounding import figures
from emviz.session import Request, Session
from emviz.ui.experiment.stride_field import StrideField
from emviz.ui.look.theme import Theme
from emviz.ui.widgets.controls import ComboBox, Line, SpinBox
from emviz.ui.widgets.grid import small_font
from emviz.ui.widgets.labels import PlainLabel
from emviz.wording.numbers import SUPERSCRIPTS

if TYPE_CHECKING:
    from emviz.ui.work.driver import Driver

#: Quantities that the tolerance can apply to.
RULES = {GAIN: "rel. gain ≤", THETA: "step of θ ≤"}
#: A button that looks like text unless it has the focus.
QUIET = Template("""
QToolButton, QToolButton:checked { background: transparent; border: 2px solid transparent; padding: 1px; }
QToolButton:focus { border-color: $focus; padding: 1px; }
""")


class RunUntil(QWidget):
    """The stopping rule: a line that states it and unfolds for changes."""

    unfolded = Signal(bool)

    def __init__(self, driver: Driver) -> None:
        super().__init__()
        self._driver = driver
        self._limits = (1e-8, 1000)
        self._on, self._fixed = GAIN, False
        self.summary = QToolButton()
        self.details = QWidget()
        self.on = ComboBox()
        self.tolerance = Line()
        self.iterations = SpinBox()
        #: Used by gradient ascent only.
        self.stride = StrideField()
        self._furnish()
        self._arrange()
        self.summary.toggled.connect(self._open)
        self.on.activated.connect(self._set_on)
        self.tolerance.editingFinished.connect(self._set_tolerance)
        self.iterations.valueChanged.connect(self._set_iterations)
        self.stride.changed.connect(self._set_method)
        self.stride.refused.connect(driver.refused)

    def show_session(self, session: Session) -> None:
        """Show the current rule."""
        self._limits, self._on = (session.tolerance, session.iterations), session.tolerance_on
        self.on.setCurrentIndex(KINDS.index(self._on))
        self._fixed = isinstance(session.method, Gradient)
        self.stride.setVisible(self._fixed)
        self.stride.show_method(session.method)
        self._name()
        self.iterations.setValue(session.iterations)
        # Text that is being typed is kept.
        if not self.tolerance.isModified():
            self.tolerance.setText(plain(session.tolerance))

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        self.summary.setFont(small_font(self))
        self.summary.setStyleSheet(QUIET.substitute(focus=theme.focus))

    def _furnish(self) -> None:
        self.summary.setObjectName("runUntil")
        self.summary.setCheckable(True)
        self.summary.setAutoRaise(True)
        self.summary.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.summary.setArrowType(Qt.ArrowType.RightArrow)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.summary.setAccessibleName("When a run stops")
        self.summary.setToolTip(
            "A run stops when neither the last gain nor, by estimate, all that is left to gain "
            "exceeds this fraction of |log P|; or when a step of θ is no longer than this, √Σ Δ² over its "
            "independent entries. 0 to go on regardless. Neither proves a maximum"
        )
        self.on.setObjectName("toleranceOn")
        self.on.setAccessibleName("What the tolerance is on")
        self.on.addItems([RULES[kind] for kind in KINDS])
        self.tolerance.setObjectName("tolerance")
        self.tolerance.setAccessibleName("Tolerance at which a run stops")
        self.iterations.setObjectName("iterations")
        self.iterations.setAccessibleName("Iteration at which a run stops")
        self.iterations.setRange(1, 1_000_000)
        self.iterations.setGroupSeparatorShown(True)
        # The final number counts, not each digit on the way.
        self.iterations.setKeyboardTracking(False)
        for field in (self.tolerance, self.iterations):
            field.setMinimumWidth(60)

    def _arrange(self) -> None:
        form = QGridLayout(self.details)
        form.setContentsMargins(0, 0, 0, 0)
        form.addWidget(self.on, 0, 0)
        form.addWidget(self.tolerance, 0, 1)
        label = PlainLabel("t ≤")
        label.setBuddy(self.iterations)
        form.addWidget(label, 1, 0)
        form.addWidget(self.iterations, 1, 1)
        form.addWidget(self.stride, 2, 0, 1, 2)
        self.details.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.summary)
        layout.addWidget(self.details)

    @Slot(bool)
    def _open(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.summary.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._name()
        self.unfolded.emit(shown)

    def _name(self) -> None:
        tolerance, iterations = self._limits
        rule = f"{RULES[self._on]} {power(tolerance)}, t ≤ {iterations:,}"
        if self._fixed:
            rule += f"; step {self.stride.length.text() or '1/n'}"
        self.summary.setText("Run until" if self.summary.isChecked() else f"Until {rule}")
        self.summary.setAccessibleDescription(rule)

    @Slot()
    def _set_tolerance(self) -> None:
        text = self.tolerance.text().strip().replace(",", ".")
        self.tolerance.setModified(False)
        value = parse_number(text)
        if value is None or not 0 <= value < 1:
            self._driver.refused.emit(
                f"The tolerance must lie between 0 and 1, such as 1e-8, but '{text}' is not."
            )
            self.tolerance.setText(plain(self._limits[0]))
        elif value != self._limits[0]:
            self._driver.edit(partial(desk.set_limits, tolerance=value))

    @Slot(int)
    def _set_on(self, place: int) -> None:
        if KINDS[place] != self._on:
            self._driver.edit(partial(desk.set_limits, on=KINDS[place]))

    @Slot(object)
    def _set_method(self, method: Method) -> None:
        self._driver.edit(Request(partial(desk.set_method, method=method), desk.same_model))

    @Slot(int)
    def _set_iterations(self, iterations: int) -> None:
        if iterations != self._limits[1]:
            self._driver.edit(partial(desk.set_limits, iterations=iterations))


def power(value: float) -> str:
    """Return a short text for a number; powers of ten as 10⁻⁸."""
    exponent = round(log10(value)) if value > 0 else 0
    if exponent < -3 and value == float(f"1e{exponent}"):
        return "10" + str(exponent).translate(SUPERSCRIPTS)
    return plain(value)


def plain(value: float) -> str:
    """Return a number as typed: 1e-8."""
    return figures(value, 6).replace("e-0", "e-")
