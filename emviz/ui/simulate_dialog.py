"""Data drawn from parameters that are known: the true θ, how many, and the seed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from emviz import session as desk
from emviz.data.things import things
from emviz.em.model import fields_of
from emviz.em.numerics import Array
from emviz.em.params import params_from
from emviz.em.views import Entry
from emviz.session import Request, Session
from emviz.ui.controls import SpinBox
from emviz.ui.parameter_table import ParameterEditor, ParameterTable, shown_number
from emviz.ui.start_editor import HIGHEST_SEED
from emviz.ui.theme import Theme

if TYPE_CHECKING:
    from emviz.ui.driver import Driver

USUAL, MOST = 100, 1_000_000
#: Numbers of a field that the name of the data still tells.
TOLD = 6


def with_simulated(session: Session, values: Mapping[str, Array], size: int, seed: int) -> Session:
    """Return the session on data drawn from known parameters; fields left out take their default."""
    params = params_from(session.model, session.data, values)
    table = session.model.simulate(params, size, np.random.default_rng(seed))
    truth = [
        f"{parameter.symbol} = {', '.join(map(shown_number, np.ravel(values[parameter.name])))}"
        for parameter in session.model.parameters(session.data)
        if parameter.name in values and np.size(values[parameter.name]) <= TOLD
    ]
    words = session.model.words
    many = things(size, words.unit, words.units)
    told = [f"simulated: {many}", *(["; ".join(truth)] if truth else []), f"seed {seed}"]
    return desk.set_table(session, table, ", ".join(told), params)


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
        self._values = dict(fields_of(session.model.default(session.data)))
        units = session.model.words.units
        self.setWindowTitle(f"Simulate {units}")
        self.setAccessibleName(f"Simulate {units}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.theta = ParameterEditor("truthTable", "True parameters")
        self.size_box = _spin("size", f"Number of {units}", 1, MOST, USUAL)
        self.seed = _spin("seed", "Seed", 0, HIGHEST_SEED, 1)
        self.reason = QLabel()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._arrange(units)
        self.theta.apply_theme(theme)
        self.theta.show_values(self._parameters, self._values)
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
        self.reason.setWordWrap(True)
        form = QFormLayout()
        form.addRow(f"Number of {units}", self.size_box)
        form.addRow("Seed", self.seed)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(QLabel(f"True θ, from which the {units} are drawn:"))
        layout.addWidget(self.theta)
        layout.addLayout(form)
        layout.addWidget(self.reason)
        layout.addStretch()
        layout.addWidget(self.buttons)
        self.resize(380, self.sizeHint().height())

    @Slot(object, float)
    def _set_entry(self, entry: Entry, value: float) -> None:
        parameter = next(each for each in self._parameters if each.name == entry.field)
        moved = parameter.domain.with_entry(self._values[entry.field], entry.index, value)
        self._values = {**self._values, entry.field: moved}
        self.theta.show_values(self._parameters, self._values)
        self.reason.clear()

    @Slot(str)
    def _refuse(self, reason: str) -> None:
        self.reason.setText(f"! {reason}")

    def accept(self) -> None:
        """Ask for the data."""
        free = {each.name: self._values[each.name] for each in self._parameters if not each.fixed}
        size, seed = self.size_box.value(), self.seed.value()
        change = partial(with_simulated, values=free, size=size, seed=seed)
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
