"""The state of the run in figures that can be read from the back row."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from emviz.session import Session
from emviz.ui.widgets.card import ElidedLabel
from emviz.ui.widgets.labels import PlainLabel, as_tip
from emviz.wording.narration import gain_of, objective_name, place
from emviz.wording.numbers import figure, number

#: Reserved digits of the gain.
LARGEST_GAIN = "▲ 9999.99"


class Readout(QWidget):
    """Iteration, phase, log P and the gain."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("readout")
        self.place, self.value, self.gain = ElidedLabel(), PlainLabel(), PlainLabel()
        for label, role in ((self.place, "muted"), (self.value, "value"), (self.gain, "gain")):
            label.setProperty("role", role)
        figures = QHBoxLayout()
        figures.setSpacing(8)
        figures.addStretch()
        figures.addWidget(self.value)
        figures.addWidget(self.gain)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.place)
        column.addLayout(figures)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)

    def show_session(self, session: Session) -> None:
        """Show the figures of the displayed step."""
        where, theta = place(session), f"θ({session.step.index})"
        # After thousands of iterations a narrow window has no room for the phase.
        self.place.shorter = f"{where.partition(',')[0]} · {theta}"
        self.place.setText(f"{where} · {theta}")
        self.value.setText(f"{objective_name(session)} {number(session.step.expectation.objective, 2)}")
        self._show_gain(session)
        self.gain.setVisible(bool(self.gain.text()))
        self.setAccessibleName(f"{self.place.text()}, {self.value.text()} {self.gain.text()}".strip())
        self.setToolTip(as_tip(objective_words(session)))

    def _show_gain(self, session: Session) -> None:
        """Show the gain; a decrease has another colour as well as another arrow."""
        self.gain.setText(gain_words(session))
        role = "fault" if (gain_of(session) or 0.0) < 0 else "gain"
        if role != self.gain.property("role"):
            self.gain.setProperty("role", role)
            self.gain.style().unpolish(self.gain)
            self.gain.style().polish(self.gain)

    def reserved(self, session: Session) -> int:
        """Return the width in pixels that the figures may need during a run."""
        start = number(session.trace[0].expectation.objective, 2)
        value = self.value.fontMetrics().horizontalAdvance(f"{objective_name(session)} {start}")
        return value + self.gain.fontMetrics().horizontalAdvance(LARGEST_GAIN) + 8


def gain_words(session: Session) -> str:
    """Return the gain of the last iteration with sign and arrow; "" before the first."""
    gain = gain_of(session)
    if gain is None:
        return ""
    if gain == 0:
        return "± 0"
    size = figure(abs(gain), 1) if abs(gain) < 0.005 else number(abs(gain), 2)
    return f"{'▲' if gain > 0 else '▼'} {size}"


def objective_words(session: Session) -> str:
    """Return log P at θ(t) to four decimals, and the gain of the last iteration."""
    objective = number(session.step.expectation.objective, 4)
    gain = gain_words(session)
    text = f"θ({session.step.index}): {objective_name(session)} = {objective}"
    return f"{text}   {gain}" if gain else text
