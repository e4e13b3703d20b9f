"""Simulating data: the true θ, the number of units and the seed."""

from __future__ import annotations

from collections.abc import Callable
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
from emviz.em.counts.table import Entry
from emviz.em.model import fields_of
from emviz.em.simulation.missingness import Columns, TakesHoles, usual
from emviz.em.simulation.sizes import Sized
from emviz.em.theta.params import params_from
from emviz.session import Request, Session
from emviz.ui.commands.mnemonics import letter_buttons
from emviz.ui.experiment.holes_form import HolesForm
from emviz.ui.experiment.parameter_table import ParameterEditor, ParameterTable
from emviz.ui.look.theme import Theme
from emviz.ui.widgets.controls import ComboBox, SpinBox, whole_field
from emviz.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from emviz.ui.work.driver import Driver

USUAL, MOST = 100, 1_000_000
READ = "EM does not see it, but the class reads it here."
AT_START = "This is θ(0): EM would start at the answer."
DRAWN, ON_DESK, KEPT = "drawn from the true θ", "the current ones", 1
#: Number of simulated rows from which the columns for missing cells are derived.
FEW = 5


class SimulateDialog(QDialog):
    """Asks for the true parameters, the number of units and the seed.

    Parameters
    ----------
    driver : Driver
        Runs the simulation in the background.
    session : Session
        Supplies the model.
    """

    def __init__(self, driver: Driver, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._driver = driver
        self._session = session
        self._parameters = session.model.parameters(session.data)
        self._values, seed = desk.drawn_truth(session, desk.FIRST_TRUTH)
        units, model = session.model.words.units, session.model
        self.setWindowTitle(f"Simulate {units}")
        self.setAccessibleName(f"Simulate {units}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading, self.note, self.reason = PlainLabel(), PlainLabel(AT_START), PlainLabel()
        self.random = QPushButton("Random")
        self.truth_seed = whole_field("truthSeed", "Seed of the next true θ", 0, desk.HIGHEST_SEED, seed + 1)
        self.theta = ParameterEditor("truthTable", "True parameters")
        self.size_box = whole_field("size", f"Number of {units}", 1, MOST, USUAL)
        self.each: SpinBox | None = None
        if isinstance(model, Sized):
            each = model.unit_size
            self.each = whole_field("each", each.parts.capitalize(), each.low, each.high, each.usual)
        self.seed = whole_field("seed", "Seed", 0, desk.HIGHEST_SEED, 1)
        self.rows = ComboBox()
        self.holes = self._holes()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._arrange(units)
        letter_buttons(self)
        self.theta.apply_theme(theme)
        self._show(f"True θ: seed {seed}")
        self.random.clicked.connect(self.draw)
        self.theta.entered.connect(self._set_entry)
        self.theta.refused.connect(self._refuse)
        self.rows.activated.connect(self._choose_rows)
        if self.holes is not None:
            self.holes.changed.connect(self._check_holes)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    @property
    def table(self) -> ParameterTable:
        """The table of the current page."""
        return self.theta.table

    def _arrange(self, units: str) -> None:
        simulate = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        simulate.setText("Simulate")
        # Enter in a field must not start the simulation.
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
        self.rows.setObjectName("rows")
        self.rows.setAccessibleName(units.capitalize())
        self.rows.addItems([DRAWN, ON_DESK])
        if self.holes is not None:
            form.addRow(units.capitalize(), self.rows)
        form.addRow(f"Number of {units}", self.size_box)
        if self.each is not None:
            form.addRow(self.each.accessibleName(), self.each)
        form.addRow("Seed of the data", self.seed)
        if self.holes is not None:
            self.holes.add_to(form)
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

    def _holes(self) -> HolesForm | None:
        """Return the form for missing cells; None if the model does not allow them."""
        model = self._session.model
        return HolesForm(self._columns(), usual(model), self) if isinstance(model, TakesHoles) else None

    def _columns(self) -> Columns:
        """Return the columns that may lose cells, of the current data or of simulated ones."""
        model, table = self._session.model, self._session.table
        assert isinstance(model, TakesHoles)
        # Simulated data may have other columns than the current ones; a few rows show which.
        if not self._keeps:
            params = params_from(model, self._session.data, self._values)
            table = model.simulate(params, FEW, np.random.default_rng(0))
        return model.may_lack(table)

    @Slot()
    def draw(self) -> None:
        """Draw the true θ with the current seed, and show the next seed."""
        seed = self.truth_seed.value()
        self._values = fields_of(self._session.model.start(self._session.data, np.random.default_rng(seed)))
        self.truth_seed.setValue(seed + 1 if seed < desk.HIGHEST_SEED else 0)
        self._show(f"True θ: seed {seed}")

    def _show(self, heading: str) -> None:
        self.heading.setText(heading)
        self.theta.show_values(self._parameters, self._values)
        self.note.setVisible(desk.at_start(self._session, self._values))
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
        """Request the data."""
        kept = self._keeps
        # Removing cells requires the same rows; new data only the same model.
        needs = desk.same_data if kept else desk.same_model
        words, size = self._session.model.words, self._session.table.rows if kept else self.size_box.value()
        doing = f"{'Removing cells of' if kept else 'Drawing'} {things(size, words.unit, words.units)}"
        self._driver.edit(Request(self._change(), needs, made_on=self._session, doing=doing))
        super().accept()

    def _change(self) -> Callable[[Session], Session]:
        seed, how = self.seed.value(), self.holes.missingness() if self.holes else None
        if self._keeps and how is not None:
            return partial(desk.with_cells_missing, how=how, seed=seed)
        free = {each.name: self._values[each.name] for each in self._parameters if not each.fixed}
        each = None if self.each is None else self.each.value()
        return partial(
            desk.with_simulated, values=free, size=self.size_box.value(), seed=seed, each=each, how=how
        )

    @property
    def _keeps(self) -> bool:
        """Whether the current rows are kept."""
        return self.rows.currentIndex() == KEPT

    @Slot()
    def _choose_rows(self) -> None:
        """Enable the controls that apply to the chosen rows: the current ones need no drawing."""
        kept, each = self._keeps, () if self.each is None else (self.each,)
        for widget in (self.heading, self.random, self.truth_seed, self.theta, self.size_box, *each):
            widget.setEnabled(not kept)
        assert self.holes is not None
        self.holes.show_columns(self._columns())

    @Slot()
    def _check_holes(self) -> None:
        assert self.holes is not None
        idle = self._keeps and not self.holes.missingness().share
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not idle)
