"""Data drawn from parameters that are known: the true θ, how many, and the seed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from emviz import session as desk
from emviz.data.things import things
from emviz.em.model import fields_of
from emviz.em.numerics import Array
from emviz.em.params import params_from
from emviz.em.sizes import Sized
from emviz.em.views import Entry
from emviz.session import Request, Session
from emviz.ui.controls import SpinBox
from emviz.ui.labels import PlainLabel
from emviz.ui.parameter_table import ParameterEditor, ParameterTable, shown_number
from emviz.ui.theme import Theme

if TYPE_CHECKING:
    from emviz.ui.driver import Driver

USUAL, MOST = 100, 1_000_000
#: Numbers of a field that the name of the data still tells.
TOLD = 6
#: Seeds that are tried for a truth that is not θ(0); a model that has but one start has it.
TRIES = 5
#: The seed of the first true θ, far from those of θ(0), which begin at 0; its two coins are well apart.
FIRST_TRUTH = 1001
READ = "EM does not see it, but the class reads it here."
AT_START = "This is θ(0): EM would start at the answer."


def with_simulated(
    session: Session, values: Mapping[str, Array], size: int, seed: int, each: int | None = None
) -> Session:
    """Return the session on data drawn from known parameters; fields left out take their default.

    Parameters
    ----------
    each : int, optional
        How large each unit is, of a model that can be told; its usual size unless given.
    """
    params = params_from(session.model, session.data, values)
    truth = [
        f"{parameter.symbol} = {', '.join(map(shown_number, np.ravel(values[parameter.name])))}"
        for parameter in session.model.parameters(session.data)
        if parameter.name in values and np.size(values[parameter.name]) <= TOLD
    ]
    words, model, rng = session.model.words, session.model, np.random.default_rng(seed)
    told = [f"simulated: {things(size, words.unit, words.units)}"]
    if each is not None and isinstance(model, Sized):
        table = model.simulate(params, size, rng, each)
        told += [f"{each:,} {model.unit_size.parts}"] * (each != model.unit_size.usual)
    else:
        table = model.simulate(params, size, rng)
    told += [f"seed {seed}"]
    named = desk.TRUTH + "; ".join(truth) if truth else ""
    return desk.set_table(session, table, ", ".join(told) + named, params)


def drawn_truth(session: Session, seed: int) -> tuple[dict[str, Array], int]:
    """Return parameters at random that are not θ(0), where EM starts; and the seed, or the next that does."""
    for tried in range(seed, seed + TRIES):
        values = fields_of(session.model.start(session.data, np.random.default_rng(tried)))
        if not at_start(session, values):
            break
    return values, tried


def at_start(session: Session, values: Mapping[str, Array]) -> bool:
    """Return whether parameters are θ(0), so that EM would start at the answer."""
    return all(np.array_equal(values[name], field) for name, field in fields_of(session.start).items())


class SimulateDialog(QDialog):
    """Asks for the true parameters, the number of units and the seed.

    Parameters
    ----------
    driver : Driver
        Does the simulation, in the background.
    session : Session
        Gives the model.
    """

    def __init__(self, driver: Driver, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._driver = driver
        self._session = session
        self._parameters = session.model.parameters(session.data)
        self._values, seed = drawn_truth(session, FIRST_TRUTH)
        units, model = session.model.words.units, session.model
        self.setWindowTitle(f"Simulate {units}")
        self.setAccessibleName(f"Simulate {units}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading, self.note, self.reason = PlainLabel(), PlainLabel(AT_START), PlainLabel()
        self.random = QPushButton("Random")
        self.truth_seed = _spin("truthSeed", "Seed of the next true θ", 0, desk.HIGHEST_SEED, seed + 1)
        self.theta = ParameterEditor("truthTable", "True parameters")
        self.size_box = _spin("size", f"Number of {units}", 1, MOST, USUAL)
        self.each: SpinBox | None = None
        if isinstance(model, Sized):
            each = model.unit_size
            self.each = _spin("each", each.parts.capitalize(), each.low, each.high, each.usual)
        self.seed = _spin("seed", "Seed", 0, desk.HIGHEST_SEED, 1)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._arrange(units)
        self.theta.apply_theme(theme)
        self._show(f"True θ: seed {seed}")
        self.random.clicked.connect(self.draw)
        self.theta.entered.connect(self._set_entry)
        self.theta.refused.connect(self._refuse)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    @property
    def table(self) -> ParameterTable:
        """The table of the page on display."""
        return self.theta.table

    def _arrange(self, units: str) -> None:
        simulate = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        simulate.setText("Simulate")
        simulate.setAutoDefault(False)
        self.reason.setProperty("role", "fault")
        self.note.setProperty("role", "hint")
        self.random.setObjectName("randomTruth")
        self.random.setAutoDefault(False)
        self.random.setToolTip("Draw the true θ at random, with the seed beside")
        self.truth_seed.setPrefix("seed ")
        for seed in (self.truth_seed, self.seed):
            seed.setGroupSeparatorShown(False)
        for label in (self.reason, self.note):
            label.setWordWrap(True)
        draw = QHBoxLayout()
        draw.addWidget(self.heading, 1)
        draw.addWidget(self.random)
        draw.addWidget(self.truth_seed)
        form = QFormLayout()
        form.addRow(f"Number of {units}", self.size_box)
        if self.each is not None:
            form.addRow(self.each.accessibleName(), self.each)
        form.addRow("Seed of the data", self.seed)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        who = "EM does not see it." if self._session.display.reference else READ
        layout.addWidget(PlainLabel(f"The {units} are drawn from the true θ; {who}"))
        layout.addLayout(draw)
        layout.addWidget(self.theta)
        layout.addWidget(self.note)
        layout.addLayout(form)
        layout.addWidget(self.reason)
        layout.addStretch()
        layout.addWidget(self.buttons)
        self.resize(380, self.sizeHint().height())

    @Slot()
    def draw(self) -> None:
        """Draw the true θ with the seed that is shown, and show the next one."""
        seed = self.truth_seed.value()
        self._values = fields_of(self._session.model.start(self._session.data, np.random.default_rng(seed)))
        self.truth_seed.setValue(seed + 1 if seed < desk.HIGHEST_SEED else 0)
        self._show(f"True θ: seed {seed}")

    def _show(self, heading: str) -> None:
        self.heading.setText(heading)
        self.theta.show_values(self._parameters, self._values)
        self.note.setVisible(at_start(self._session, self._values))
        self.reason.clear()

    @Slot(object, float)
    def _set_entry(self, entry: Entry, value: float) -> None:
        parameter = next(each for each in self._parameters if each.name == entry.field)
        moved = parameter.domain.with_entry(self._values[entry.field], entry.index, value)
        self._values = {**self._values, entry.field: moved}
        self._show("True θ")

    @Slot(str)
    def _refuse(self, reason: str) -> None:
        self.reason.setText(f"! {reason}")

    def accept(self) -> None:
        """Ask for the data."""
        free = {each.name: self._values[each.name] for each in self._parameters if not each.fixed}
        size, seed = self.size_box.value(), self.seed.value()
        each = None if self.each is None else self.each.value()
        change = partial(with_simulated, values=free, size=size, seed=seed, each=each)
        self._driver.edit(Request(change, desk.same_model, made_on=self._session))
        super().accept()


def _spin(name: str, accessible: str, low: int, high: int, value: int) -> SpinBox:
    box = SpinBox()
    box.setObjectName(name)
    box.setAccessibleName(accessible)
    box.setRange(low, high)
    box.setGroupSeparatorShown(True)
    box.setValue(value)
    return box
