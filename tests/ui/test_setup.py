"""The Experiment card: what is chosen there becomes an edit, what is refused comes back."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QFileDialog, QLineEdit, QTableView

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.em.domains import Parameter, ParameterError, Real, Simplex, Unit
from emviz.em.hyper import Hyper
from emviz.em.model import ModelError, fields_of
from emviz.ui.hyper_form import places
from emviz.ui.setup import SetupPanel, plain, power
from emviz.ui.simulate_dialog import SimulateDialog, with_simulated
from emviz.ui.start_editor import ParameterTable, columns_of, rows_of, shown_number
from emviz.ui.store import Store
from emviz.ui.theme import DARK, LIGHT

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class FakeDriver(QObject):
    """Does edits at once, and remembers what it was asked to load."""

    refused = Signal(str)

    def __init__(self, store):
        super().__init__()
        self.store = store
        self.loaded = []
        self.reasons = []
        self.refused.connect(self.reasons.append)

    def edit(self, function):
        try:
            self.store.put(function(self.store.session))
        except (DataError, ParameterError, ModelError) as error:
            self.refused.emit(str(error))

    def load(self, path, dialect):
        self.loaded.append((path, dialect))


@pytest.fixture
def driver(qapp):
    return FakeDriver(Store(desk.example_session()))


@pytest.fixture
def panel(qtbot, driver):
    panel = SetupPanel(driver)
    qtbot.addWidget(panel)
    driver.store.changed.connect(panel.render)
    panel.apply_theme(LIGHT)
    panel.render(driver.store.session)
    return panel


def heads(driver):
    return driver.store.session.start.heads.tolist()


def type_in(table, row, column, text):
    model = table.model()
    return model.setData(model.index(row, column), text)


def cell(table, row, column, role=Qt.ItemDataRole.DisplayRole):
    return table.model().data(table.model().index(row, column), role)


def test_the_first_screen_names_the_model_and_the_example(panel):
    assert panel.model.currentText() == "Coins"
    assert panel.model.toolTip().startswith("Each row is a set of tosses")
    assert panel.example.currentText() == "Do & Batzoglou 2008, Figure 1"
    assert panel.example.toolTip().startswith("Do & Batzoglou, Nature")
    assert panel.example.count() == 3
    assert [cell(panel.start.table, row, 0) for row in range(2)] == ["0.60", "0.50"]


def test_rendering_asks_for_nothing(panel, driver):
    session = driver.store.session
    panel.render(desk.example_session("coins", "three-coins"))
    assert panel.hyper.field("coins").value() == 3
    assert driver.store.session is session


def test_an_example_is_opened_with_its_hyper_parameters(panel, driver):
    panel.example.setCurrentIndex(1)
    panel.example.activated.emit(1)
    assert driver.store.session.source == "Three coins, 60 sets (simulated)"
    assert driver.store.session.model.coins == 3
    assert panel.hyper.field("coins").value() == 3
    assert panel.start.table.model().rowCount() == 3


def test_choosing_the_model_in_force_changes_nothing(panel, driver):
    session = driver.store.session
    panel.model.activated.emit(0)
    assert driver.store.session is session


def test_an_opened_file_is_named_and_choosing_it_changes_nothing(panel, driver):
    table = Table.from_columns({"tosses": ["HT", "TT"]})
    driver.edit(lambda session: desk.set_table(session, table, "class.csv"))
    assert panel.example.count() == 4
    assert panel.example.currentText() == "class.csv"
    session = driver.store.session
    panel.example.activated.emit(3)
    assert driver.store.session is session


def test_a_hyper_parameter_is_changed(panel, driver):
    panel.hyper.field("coins").setValue(4)
    assert driver.store.session.model.coins == 4
    assert panel.start.table.model().rowCount() == 4
    field = panel.hyper.field("weights")
    field.setCurrentText("learned")
    field.textActivated.emit("learned")
    assert driver.store.session.model.weights == "learned"
    assert panel.start.table.model().columnCount() == 2
    assert panel.start.table.model().headerData(0, Qt.Orientation.Horizontal) == "w"


def test_a_refused_hyper_parameter_comes_back(panel, driver):
    driver.edit(lambda session: desk.example_session("coins", "three-coins"))
    panel.hyper.field("coins").setValue(2)
    assert driver.reasons
    assert driver.store.session.model.coins == 3
    assert panel.hyper.field("coins").value() == 3


def test_hyper_parameters_tell_what_they_do(panel):
    assert panel.hyper.field("coins").toolTip() == "How many coins there are."
    assert panel.hyper.field("weights").accessibleName() == "Weights"


def test_short_fields_share_a_line():
    fields = [
        Hyper(label, label, "", 1) for label in ("Coins", "Weights", "Length of the motif", "Prior", "Seed")
    ]
    assert list(places(fields)) == [(0, 0), (0, 2), (1, 0), (2, 0), (2, 2)]


@pytest.mark.parametrize(("typed", "value"), [("0.7", 0.7), (" 0,25 ", 0.25), ("1", 1.0)])
def test_theta_is_typed(panel, driver, typed, value):
    assert type_in(panel.start.table, 0, 0, typed)
    assert heads(driver) == [value, 0.5]
    assert cell(panel.start.table, 0, 0) == f"{value:.2f}"


@pytest.mark.parametrize("typed", ["1.5", "-0.1", "x", "", "nan", "inf"])
def test_a_wrong_theta_is_refused_with_the_reason(panel, driver, typed):
    session = driver.store.session
    assert not type_in(panel.start.table, 0, 0, typed)
    assert driver.store.session is session
    assert driver.reasons[0].startswith("θ_A ")
    assert driver.reasons[0].endswith("The old value stays.")
    assert cell(panel.start.table, 0, 0) == "0.60"


def test_the_same_theta_is_no_edit(panel, driver):
    session = driver.store.session
    assert not type_in(panel.start.table, 0, 0, "0.60")
    assert driver.store.session is session
    assert not driver.reasons


def test_a_weight_moves_the_others(panel, driver):
    driver.edit(lambda session: desk.set_model(session, {"weights": "learned"}))
    type_in(panel.start.table, 0, 0, "0.8")
    assert np.allclose(driver.store.session.start.weight, [0.8, 0.2])
    type_in(panel.start.table, 0, 0, "1.2")
    assert "must not be negative" in driver.reasons[0]


def test_a_typed_theta_survives_steps(qtbot, panel, driver):
    panel.resize(320, 500)
    panel.show()
    table = panel.start.table
    table.setCurrentIndex(table.model().index(0, 0))
    table.edit(table.currentIndex())
    editor = table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "0.3")
    driver.store.put(desk.step(driver.store.session))
    assert table.findChild(QLineEdit) is editor
    assert editor.text() == "0.3"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: heads(driver) == [0.3, 0.5])


def test_components_have_a_letter_and_a_colour(panel):
    model = panel.start.table.model()
    vertical = Qt.Orientation.Vertical
    assert model.headerData(1, vertical, Qt.ItemDataRole.AccessibleTextRole) == "B"
    light = model.headerData(1, vertical, Qt.ItemDataRole.DecorationRole).pixmap(16).toImage()
    panel.apply_theme(DARK)
    dark = model.headerData(1, vertical, Qt.ItemDataRole.DecorationRole).pixmap(16).toImage()
    assert light != dark


def test_a_random_start_can_be_drawn_again(panel, driver):
    panel.start.seed.setValue(7)
    panel.start.random.click()
    first = heads(driver)
    assert first == desk.draw_start(desk.example_session(), 7).start.heads.tolist()
    assert panel.start.seed.value() == 8
    assert panel.start.heading.text() == "θ(0): seed 7"
    panel.start.random.click()
    assert heads(driver) != first
    assert panel.start.heading.text() == "θ(0): seed 8"
    driver.store.undo()
    assert panel.start.heading.text() == "θ(0): seed 7"
    panel.start.seed.setValue(7)
    panel.start.random.click()
    assert heads(driver) == first


def test_a_typed_start_has_no_seed(panel, driver):
    panel.start.random.click()
    type_in(panel.start.table, 0, 0, "0.123")
    assert panel.start.heading.text() == "Start θ(0)"


def test_fields_of_any_shape_have_a_place():
    states = ("fair", "loaded")
    parameters = (
        Parameter("initial", Simplex(), "π", (states,), fixed=True),
        Parameter("transition", Simplex(), "a", (states, states)),
        Parameter("mean", Real(), "μ", (("loaded",),)),
        Parameter("rate", Unit(), "λ", ()),
    )
    columns = columns_of(parameters)
    assert rows_of(parameters) == ("fair", "loaded", "")
    assert [column.heading for column in columns] == ["a fair", "a loaded", "μ", "λ"]
    assert columns[1].entry("fair").index == (0, 1)
    assert columns[2].entry("fair") is None
    assert columns[3].entry("").index == ()


def test_cells_that_theta_does_not_have_are_empty(qtbot):
    table = ParameterTable("t", "θ")
    qtbot.addWidget(table)
    parameters = (Parameter("p", Unit(), "p", (("a1", "a2"),)), Parameter("rate", Unit(), "λ", ()))
    table.show_values(parameters, {"p": np.array([0.1, 1 / 3]), "rate": np.array(0.5)})
    assert [[cell(table, row, column) for column in range(2)] for row in range(3)] == [
        ["0.10", None],
        ["0.3333", None],
        [None, "0.50"],
    ]
    assert table.model().headerData(0, Qt.Orientation.Vertical) == "a1"
    assert not table.model().flags(table.model().index(0, 1)) & Qt.ItemFlag.ItemIsEditable
    assert not type_in(table, 0, 1, "0.5")


def test_the_rule_on_when_to_stop(panel, driver):
    limits = panel.limits
    assert limits.summary.text() == "Run until gain ≤ 10⁻⁸, t ≤ 1,000"
    assert limits.details.isHidden()
    limits.summary.click()
    assert not limits.details.isHidden()
    limits.tolerance.setText("0.001")
    limits.tolerance.editingFinished.emit()
    limits.iterations.setValue(50)
    assert (driver.store.session.tolerance, driver.store.session.iterations) == (0.001, 50)
    limits.summary.click()
    assert limits.summary.text() == "Run until gain ≤ 0.001, t ≤ 50"


@pytest.mark.parametrize("typed", ["2", "-1", "x", ""])
def test_a_wrong_tolerance_is_refused(panel, driver, typed):
    panel.limits.tolerance.setText(typed)
    panel.limits.tolerance.editingFinished.emit()
    assert driver.store.session.tolerance == 1e-8
    assert len(driver.reasons) == 1
    assert panel.limits.tolerance.text() == "1e-8"


def test_numbers_are_short():
    assert [power(1e-12), power(1e-3), power(0.0), power(2.5e-9)] == ["10⁻¹²", "0.001", "0", "2.5e-9"]
    assert plain(1e-10) == "1e-10"
    assert [shown_number(value) for value in (0.5, 1 / 3, 12345.678)] == ["0.50", "0.3333", "1.235e+04"]


def test_data_are_simulated_from_chosen_parameters(qtbot, panel, driver):
    dialog = SimulateDialog(driver, driver.store.session, LIGHT, panel)
    type_in(dialog.table, 0, 0, "0.9")
    type_in(dialog.table, 1, 0, "0.2")
    dialog.size_box.setValue(30)
    dialog.seed.setValue(5)
    dialog.accept()
    session = driver.store.session
    assert session.source == "simulated: 30 sets, θ = 0.90, 0.20, seed 5"
    assert panel.example.currentText() == session.source
    again = with_simulated(desk.example_session(), {"heads": np.array([0.9, 0.2])}, 30, 5)
    assert session.table.same(again.table)
    assert session.table.rows == 30


def test_impossible_true_parameters_are_refused_in_the_dialog(panel, driver):
    dialog = SimulateDialog(driver, driver.store.session, LIGHT, panel)
    type_in(dialog.table, 0, 0, "7")
    assert dialog.reason.text().startswith("! θ_A cannot be 7")
    type_in(dialog.table, 0, 0, "0.7")
    assert dialog.reason.text() == ""
    assert cell(dialog.table, 0, 0) == "0.70"
    dialog.reject()
    assert driver.store.session.source == "Do & Batzoglou 2008, Figure 1"


def test_simulate_opens_its_dialog(panel):
    panel.simulate.click()
    dialog = panel.findChild(SimulateDialog)
    assert dialog.isVisible()
    assert dialog.size_box.maximum() == 1_000_000
    dialog.reject()


def test_a_file_that_cannot_be_read_is_one_sentence(panel, driver, tmp_path):
    session = driver.store.session
    panel.open_path(tmp_path / "none.csv")
    panel.open_path(tmp_path)
    assert driver.reasons[0] == "none.csv: there is no such file"
    assert len(driver.reasons) == 2
    assert driver.store.session is session
    assert not driver.loaded


def test_every_control_has_a_name_for_a_screen_reader(panel):
    kinds = QComboBox | QAbstractSpinBox | QTableView | QAbstractButton
    controls = [each for each in panel.findChildren(QObject) if isinstance(each, kinds) and each.parent()]
    own = [each for each in controls if not each.objectName().startswith("qt_") and each.isVisibleTo(panel)]
    assert len(own) >= 8
    assert [each for each in own if not (each.accessibleName() or getattr(each, "text", str)())] == []


def test_names_that_scripts_rely_on(panel):
    assert panel.findChild(QComboBox, "modelSelector") is panel.model
    assert panel.findChild(QComboBox, "exampleSelector") is panel.example
    assert panel.findChild(QTableView, "startTable") is panel.start.table


def test_open_asks_for_a_file(panel, driver, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(panel, "open_path", asked.append)
    panel.open.click()
    dialog = panel.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "a.csv"))
    assert asked == [Path(tmp_path / "a.csv")]
    dialog.close()


def test_a_draw_is_told_apart_from_an_equal_theta(panel, driver):
    panel.start.random.click()
    drawn = fields_of(driver.store.session.start)
    driver.edit(lambda session: desk.set_start(session, drawn))
    assert panel.start.heading.text() == "Start θ(0)"
