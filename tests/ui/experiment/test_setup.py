"""The Experiment card: what is chosen there becomes an edit, what is refused comes back."""

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hall.ink import painted
from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QTableView,
)
from standing import stand_for

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.em.counts.table import Entry
from emviz.em.domains import Parameter, ParameterError, Real, Simplex, Unit
from emviz.em.hyper import choice, configure, real, text, whole
from emviz.em.model import ModelError, fields_of
from emviz.em.rounding import MINUS, plainly
from emviz.em.theta.covariance import Covariance
from emviz.models import discover
from emviz.models.gmm import GaussianMixture
from emviz.session import at_start, with_simulated
from emviz.ui.experiment.hyper_form import ChoiceField, HyperForm, places, shortest
from emviz.ui.experiment.parameter_pages import pages_of
from emviz.ui.experiment.parameter_table import ParameterEditor, short_share
from emviz.ui.experiment.run_until import plain, power
from emviz.ui.experiment.setup import SetupPanel
from emviz.ui.experiment.simulate_dialog import SimulateDialog
from emviz.ui.look.style import dress
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.work.store import Store

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class FakeDriver(QObject):
    """Does edits at once, and remembers what it was asked to load."""

    refused, cancelled = Signal(str), Signal(str)

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
    panel.display_requested.connect(lambda choices: show(driver, choices))
    panel.apply_theme(LIGHT)
    panel.render(driver.store.session)
    return panel


def show(driver, choices):
    driver.store.put(desk.shown(driver.store.session, choices))


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
    panel.model.activated.emit(panel.model.findData("coins"))
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
    points = Table.from_columns({"x": [1.5, 2, 7, 8]})
    driver.edit(lambda session: desk.new_session(GaussianMixture(components=3), points, "four points"))
    panel.hyper.field("components").setValue(5)
    assert driver.reasons
    assert driver.store.session.model.components == 3
    assert panel.hyper.field("components").value() == 3


def test_hyper_parameters_tell_what_they_do(panel):
    assert panel.hyper.field("coins").toolTip() == "The number of coins."
    assert panel.hyper.field("weights").accessibleName() == "Weights"


def test_fields_share_a_line_where_both_have_room():
    assert list(places([90, 105, 200, 60, 60], 200)) == [(0, 0), (0, 2), (1, 0), (2, 0), (2, 2)]
    assert list(places([90, 106], 200)) == [(0, 0), (1, 0)]


@pytest.mark.parametrize("points", [10, 20])
def test_no_word_of_a_choice_is_cut(qtbot, qapp, points):
    dress(qapp, LIGHT, points)
    for model in discover():
        form = HyperForm()
        qtbot.addWidget(form)
        form.show_model(model)
        form.show()
        form.resize(form.minimumSizeHint())
        words = [field for field in form.findChildren(ChoiceField) if field.isVisible()]
        assert not [ink.text for field in words for ink in painted(field) if ink.elided]


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


COLUMNS = ("eruptions", "waiting")
CLUSTERS = ("A", "B", "C")
LOWER = frozenset((k, 1, 0) for k in range(3))
CLUSTERED = (
    Parameter("weight", Simplex(), "w", (CLUSTERS,)),
    Parameter("mean", Real(), "μ", (CLUSTERS, COLUMNS)),
    Parameter("covariance", Covariance(), "Σ", (CLUSTERS, COLUMNS, COLUMNS), bound=LOWER),
)
CLUSTERED_AT = {
    "weight": np.array([0.5, 0.3, 0.2]),
    "mean": np.array([[2.0, -54.0], [4.3, 80.0], [3.0, 70.0]]),
    "covariance": np.array([[[0.07, 0.4], [0.4, 33.7]]] * 3),
}


@pytest.fixture
def theta(qtbot):
    editor = ParameterEditor("t", "θ")
    qtbot.addWidget(editor)
    editor.apply_theme(LIGHT)
    editor.resize(280, 300)
    editor.show()
    return editor


def heading(table, column, role=Qt.ItemDataRole.DisplayRole):
    return table.model().headerData(column, Qt.Orientation.Horizontal, role)


def row_name(table, row, role=Qt.ItemDataRole.DisplayRole):
    return table.model().headerData(row, Qt.Orientation.Vertical, role)


def editable(table, row, column):
    return bool(table.model().flags(table.model().index(row, column)) & Qt.ItemFlag.ItemIsEditable)


def test_small_fields_share_a_page_and_large_ones_have_their_own():
    states = ("fair", "loaded")
    parameters = (
        Parameter("initial", Simplex(), "π", (states,), fixed=True),
        Parameter("transition", Simplex(), "a", (states, states)),
        Parameter("mean", Real(), "μ", (("loaded",),)),
        Parameter("rate", Unit(), "λ", ()),
    )
    transition, small = pages_of(parameters)
    assert (transition.title, small.title) == ("transition a", "mean, rate")
    assert transition.rows == (("fair",), ("loaded",))
    assert [column.heading for column in transition.columns] == ["fair", "loaded"]
    assert transition.columns[1].entry(("fair",)) == Entry("transition", (0, 1))
    assert small.rows == (("loaded",), ())
    assert [column.heading for column in small.columns] == ["μ", "λ"]
    assert small.columns[0].entry(()) is None
    assert small.columns[1].entry(()) == Entry("rate", ())


def test_cells_that_theta_does_not_have_are_empty(theta):
    parameters = (Parameter("p", Unit(), "p", (("a1", "a2"),)), Parameter("rate", Unit(), "λ", ()))
    theta.show_values(parameters, {"p": np.array([0.1, 1 / 3]), "rate": np.array(0.5)})
    table = theta.table
    assert [[cell(table, row, column) for column in range(2)] for row in range(3)] == [
        ["0.10", None],
        ["0.3333", None],
        [None, "0.50"],
    ]
    assert row_name(table, 0) == "a1"
    assert not theta.pages.isVisible()
    assert not editable(table, 0, 1)
    assert not type_in(table, 0, 1, "0.5")


def test_a_field_is_chosen_above_the_table(theta):
    theta.show_values(CLUSTERED, CLUSTERED_AT)
    assert theta.pages.isVisible()
    assert [theta.pages.itemText(i) for i in range(3)] == ["weight w", "mean μ", "covariance Σ"]
    assert [cell(theta.table, row, 0) for row in range(3)] == ["0.50", "0.30", "0.20"]
    theta.pages.setCurrentIndex(1)
    assert [heading(theta.table, column) for column in range(2)] == ["eruptions", "waiting"]
    assert cell(theta.table, 0, 1) == "\N{MINUS SIGN}54.00"
    assert cell(theta.table, 0, 1, Qt.ItemDataRole.EditRole) == "-54.0"


def test_a_third_axis_is_stacked_in_rows(theta):
    theta.show_values(CLUSTERED, CLUSTERED_AT)
    theta.pages.setCurrentIndex(2)
    table = theta.table
    assert (table.model().rowCount(), table.model().columnCount()) == (6, 2)
    assert row_name(table, 3, Qt.ItemDataRole.AccessibleTextRole) == "B, waiting"
    assert row_name(table, 3) == "waiting"
    assert not row_name(table, 3, Qt.ItemDataRole.DecorationRole).isNull()
    assert cell(table, 3, 1) == "33.70"


def test_entries_that_follow_from_others_are_shown_but_cannot_be_typed(theta):
    theta.show_values(CLUSTERED, CLUSTERED_AT)
    theta.pages.setCurrentIndex(2)
    table, asked = theta.table, []
    theta.entered.connect(lambda entry, value: asked.append((entry, value)))
    assert cell(table, 1, 0) == "0.40"
    assert not editable(table, 1, 0)
    assert not type_in(table, 1, 0, "0.5")
    assert cell(table, 1, 0, Qt.ItemDataRole.ForegroundRole).name() == LIGHT.muted
    assert cell(table, 1, 0, Qt.ItemDataRole.ToolTipRole).endswith("it follows from other entries")
    assert editable(table, 0, 1)
    assert type_in(table, 0, 1, "0,5")
    assert asked == [(Entry("covariance", (0, 0, 1)), 0.5)]


def test_a_refusal_does_not_list_a_large_field(theta):
    reasons = []
    theta.refused.connect(reasons.append)
    theta.show_values(CLUSTERED, CLUSTERED_AT)
    theta.pages.setCurrentIndex(2)
    type_in(theta.table, 0, 1, "99")
    assert reasons == [
        "Σ_A,eruptions,waiting cannot be 99: Σ must be positive definite. The old value stays."
    ]


def test_the_chosen_field_stays_while_theta_changes(theta):
    theta.show_values(CLUSTERED, CLUSTERED_AT)
    theta.pages.setCurrentIndex(1)
    theta.show_values(CLUSTERED, {**CLUSTERED_AT, "mean": CLUSTERED_AT["mean"] + 1})
    assert theta.pages.currentIndex() == 1
    assert cell(theta.table, 1, 1) == "81.00"
    fewer = tuple(replace(each, axes=(CLUSTERS[:2], *each.axes[1:])) for each in CLUSTERED)
    theta.show_values(fewer, {name: value[:2] for name, value in CLUSTERED_AT.items()})
    assert theta.pages.currentText() == "mean μ"
    assert theta.table.model().rowCount() == 2
    theta.show_values(CLUSTERED[:1], CLUSTERED_AT)
    assert not theta.pages.isVisible()
    assert heading(theta.table, 0) == "w"


@pytest.mark.parametrize("shape", [(22, 4), (3, 13), (2, 2), (64,)], ids=str)
def test_numbers_are_not_cut_off_and_many_rows_scroll(theta, shape):
    names = tuple(tuple(f"{'pn'[axis]}{i + 1}" for i in range(many)) for axis, many in enumerate(shape))
    values = np.random.default_rng(0).dirichlet(np.full(shape[-1], 0.2), shape[:-1])
    theta.show_values((Parameter("p", Simplex(), "p", names),), {"p": values})
    QApplication.processEvents()
    table, metrics = theta.table, theta.table.fontMetrics()
    texts = [
        cell(table, row, column)
        for row in range(table.model().rowCount())
        for column in range(table.model().columnCount())
    ]
    narrowest = min(map(table.columnWidth, range(table.model().columnCount())))
    # A cell keeps some pixels to itself, and would end a longer number with an ellipsis.
    assert max(map(metrics.horizontalAdvance, texts)) + 10 <= narrowest
    shown = table.viewport().height() / table.rowHeight(0)
    assert shown == pytest.approx(shape[0] if shape[0] <= 6 else 4, abs=0.3)
    overflows = table.horizontalHeader().length() > table.viewport().width()
    assert overflows == (shape[-1] == 13)
    assert table.horizontalScrollBar().isVisible() == overflows


def test_positions_have_numbers_and_components_have_letters(theta):
    positions = tuple("1234")
    theta.show_values(
        (Parameter("letters", Simplex(), "θ", (positions, tuple("ACGT"))),), {"letters": np.eye(4)}
    )
    assert [row_name(theta.table, row) for row in range(4)] == list(positions)
    assert cell(theta.table, 0, 1) == "0.000"
    assert [short_share(value) for value in (0.25, 0.0005, 0.00009, 1.0)] == [
        "0.250",
        "0.001",
        "9e-05",
        "1.000",
    ]


def test_long_headings_are_shortened_and_told_in_full(theta):
    long = "a_column_with_a_long_name"
    theta.show_values((Parameter("mean", Real(), "μ", (CLUSTERS, (long, "x"))),), {"mean": np.zeros((3, 2))})
    assert heading(theta.table, 0) == "a_column_wi…"
    assert heading(theta.table, 0, Qt.ItemDataRole.ToolTipRole) == long


# -- hyper-parameters of every kind --------------------------------------------------------------------------


@dataclass(frozen=True)
class Settings:
    """A model with a hyper-parameter of every kind."""

    components: int = whole(2, "Clusters", "The number of clusters.", 2, 12)
    family: str = choice("full", "Covariance", "Its shape.", "full", "diagonal")
    variables: str = text("", "Columns", "The columns to cluster by; empty for all of numbers.")
    floor: float = real(0.001, "Floor ε", "A prior.", 0.0, 0.01)


@pytest.fixture
def form(qtbot):
    form = HyperForm()
    qtbot.addWidget(form)
    form.show_model(Settings())
    form.asked = []
    form.edited.connect(lambda name, value: form.asked.append((name, value)))
    return form


def leave(field, typed):
    field.setText(typed)
    field.setModified(True)
    field.editingFinished.emit()


@pytest.mark.parametrize(("typed", "value"), [("1e-3", 0.001), ("0,005", 0.005), (" .01 ", 0.01)])
def test_a_real_number_is_typed(form, typed, value):
    form.show_model(Settings(floor=0.002))
    leave(form.field("floor"), typed)
    ((name, asked),) = form.asked
    assert configure(Settings(), {name: asked}).floor == value


def test_a_number_left_as_it_was_asks_for_nothing(form):
    field = form.field("floor")
    assert field.text() == "0.001"
    leave(field, " 0.001 ")
    assert form.asked == []
    assert field.text() == "0.001"


def test_a_real_number_keeps_its_digits():
    assert [shortest(value) for value in (0.0, 1e-8, 0.125, 1 / 3)] == ["0", "1e-8", "0.125", repr(1 / 3)]


def test_what_is_being_typed_survives_a_step_and_a_refusal_does_not(form):
    field = form.field("floor")
    field.setText("0.00")
    field.setModified(True)
    form.show_model(Settings())
    assert field.text() == "0.00"
    leave(field, "5")
    form.show_model(Settings())
    assert form.asked == [("floor", "5")]
    assert field.text() == "0.001"


def test_a_refused_number_is_told_in_the_words_of_the_model(driver):
    driver.edit(lambda session: (configure(Settings(), {"floor": "5"}), session)[1])
    assert driver.reasons == ["floor must lie between 0 and 0.01, got 5"]


def test_free_text_says_what_an_empty_one_does(form):
    field = form.field("variables")
    assert field.placeholderText() == "all of numbers"
    assert field.accessibleName() == "Columns"
    leave(field, "eruptions, waiting")
    assert form.asked == [("variables", "eruptions, waiting")]


def test_a_form_in_a_narrow_column_cuts_off_nothing(form):
    form.resize(280, 200)
    form.show()
    QApplication.processEvents()
    labels = form.findChildren(QLabel)
    assert all(label.width() >= label.sizeHint().width() for label in labels)
    assert form.field("family").geometry().right() == form.field("variables").geometry().right()
    assert not any(a.geometry().intersects(b.geometry()) for a, b in pairwise([*labels, form.field("floor")]))


def test_the_rule_on_when_to_stop(panel, driver):
    limits = panel.limits
    assert limits.summary.text() == "Until rel. gain ≤ 10⁻⁸, t ≤ 1,000"
    assert limits.details.isHidden()
    limits.summary.click()
    assert not limits.details.isHidden()
    limits.tolerance.setText("0.001")
    limits.tolerance.editingFinished.emit()
    limits.iterations.setValue(50)
    assert (driver.store.session.tolerance, driver.store.session.iterations) == (0.001, 50)
    limits.summary.click()
    assert limits.summary.text() == "Until rel. gain ≤ 0.001, t ≤ 50"


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
    assert [plainly(value) for value in (0.5, 1 / 3, 12345.678)] == ["0.50", "0.3333", "1.235e+04"]


@pytest.fixture
def dressed(qapp):
    """Dress the application as a window of 720 lines does, and undress it."""
    font = QApplication.font()
    dress(qapp, LIGHT, 11.25)
    yield
    qapp.setStyleSheet("")
    qapp.setFont(font)


def test_the_name_of_the_model_is_whole_where_the_card_is_narrow(dressed, panel, driver):
    panel.show()
    for key in ("abo", "hmm", "gmm", "tomography"):
        driver.edit(partial(desk.open_example, model=key))
        for ems, titled in ((20, False), (30, True)):
            panel.resize(ems * QFontInfo(panel.font()).pixelSize(), 320)
            QApplication.processEvents()
            assert panel.title.isVisible() is titled
            assert [ink.text for ink in painted(panel.model) if ink.clipped or ink.elided] == [], key


def test_data_are_simulated_from_chosen_parameters(qtbot, panel, driver):
    dialog = SimulateDialog(driver, driver.store.session, LIGHT, panel)
    type_in(dialog.table, 0, 0, "0.9")
    type_in(dialog.table, 1, 0, "0.2")
    dialog.size_box.setValue(30)
    dialog.seed.setValue(5)
    dialog.accept()
    session = driver.store.session
    assert session.source == "simulated: 30 sets, seed 5, true θ = 0.90, 0.20"
    assert panel.example.currentText() == session.source
    again = with_simulated(desk.example_session(), {"heads": np.array([0.9, 0.2])}, 30, 5)
    assert session.table.same(again.table)
    assert session.table.rows == 30


def test_what_is_drawn_is_said_while_it_takes_long(panel, driver, monkeypatch):
    asked = []
    monkeypatch.setattr(driver, "edit", asked.append)
    dialog = SimulateDialog(driver, driver.store.session, LIGHT, panel)
    dialog.size_box.setValue(1_000_000)
    dialog.accept()
    assert [request.doing for request in asked] == ["Drawing 1,000,000 sets"]


@pytest.mark.parametrize("key", stand_for([model.key for model in discover()], ["coins", "gmm", "hmm"]))
def test_the_truth_of_a_simulation_is_not_where_em_starts(qtbot, panel, driver, key):
    driver.edit(lambda session: desk.example_session(key))
    session = driver.store.session
    dialog = SimulateDialog(driver, session, LIGHT, panel)
    dialog.size_box.setValue(20)
    assert dialog.heading.text() == "True θ: seed 1001"
    assert dialog.note.isHidden()
    assert not at_start(session, dialog._values)
    dialog.accept()
    simulated = driver.store.session
    assert simulated.source.startswith("simulated: 20 ")
    assert simulated.truth is None or not at_start(simulated, fields_of(simulated.truth))


def test_the_truth_is_drawn_again_with_a_seed_that_is_seen(panel, driver):
    dialog = SimulateDialog(driver, driver.store.session, LIGHT, panel)
    assert [cell(dialog.table, row, 0) for row in (0, 1)] == ["0.86", "0.60"]
    dialog.truth_seed.setValue(9_999)
    dialog.random.click()
    assert dialog.heading.text() == "True θ: seed 9999"
    assert dialog.truth_seed.value() == 0
    drawn = driver.store.session.model.start(driver.store.session.data, np.random.default_rng(9_999))
    assert [cell(dialog.table, row, 0) for row in (0, 1)] == [f"{each:.2f}" for each in drawn.heads]
    dialog.reject()


def test_a_truth_that_is_the_start_is_told(panel, driver):
    dialog = SimulateDialog(driver, driver.store.session, LIGHT, panel)
    type_in(dialog.table, 0, 0, "0.6")
    assert dialog.note.isHidden()
    type_in(dialog.table, 1, 0, "0.5")
    assert not dialog.note.isHidden()
    assert dialog.note.text() == "This is θ(0): EM would start at the answer."
    assert dialog.heading.text() == "True θ"
    dialog.reject()


@pytest.mark.parametrize(
    ("key", "label", "column", "each"),
    [
        ("coins", "Tosses in each set", "tosses", 25),
        ("motif", "Letters in each sequence", "sequence", 120),
        ("hmm", "Steps in each sequence", None, 5),
    ],
)
def test_how_large_each_unit_is_can_be_chosen(panel, driver, key, label, column, each):
    driver.edit(lambda session: desk.example_session(key))
    dialog = SimulateDialog(driver, driver.store.session, LIGHT, panel)
    assert dialog.each.accessibleName() == label
    dialog.size_box.setValue(10)
    dialog.each.setValue(each)
    dialog.accept()
    session = driver.store.session
    assert f", {each} {label.lower()}, " in session.source
    if column:
        assert {len(text) for text in session.table.texts(column).tolist()} == {each}
    else:
        assert session.data.lengths.tolist() == [5, 5]


def test_units_of_one_size_ask_for_none(panel, driver):
    driver.edit(lambda session: desk.example_session("poisson"))
    dialog = SimulateDialog(driver, driver.store.session, LIGHT, panel)
    assert dialog.each is None
    dialog.reject()


def test_holes_are_asked_for_with_their_rule(panel, driver):
    driver.edit(lambda session: desk.example_session("gmm"))
    before = driver.store.session
    dialog = SimulateDialog(driver, before, LIGHT, panel)
    holes = dialog.holes
    assert (holes.share.value(), holes.where.isEnabled(), holes.rule.text()) == (0, False, "")
    assert holes.where.placeholderText() == "all: x1, x2"
    holes.share.setValue(20)
    assert (
        holes.rule.text()
        == "Each cell is missing with probability 0.2, whatever it holds: EM allows for that."
    )
    holes.how.setCurrentText("by value")
    holes.how.activated.emit(1)
    assert "above the column's median is missing 5 times" in holes.rule.text()
    assert holes.missingness().hidden == ""
    holes.hidden.setCurrentIndex(1)
    holes.hidden.activated.emit(1)
    assert "below the column's median is missing 5 times" in holes.rule.text()
    holes.where.setText("x2")
    dialog.size_box.setValue(60)
    dialog.accept()
    session = driver.store.session
    assert session.source.startswith(
        "simulated: 60 points, 20 % of the cells of x2 missing by value (small), seed 1"
    )
    assert session.model.labelled(session.data) is not None
    assert desk.undo(session).table is before.table


def test_a_state_that_the_chosen_columns_share_can_be_hidden(panel, driver):
    driver.edit(lambda session: desk.example_session("network"))
    holes = SimulateDialog(driver, driver.store.session, LIGHT, panel).holes
    holes.show_columns({"ill": ("no", "yes"), "test": ("no", "yes"), "age": ("old", "young")})
    holes.share.setValue(20)
    holes.how.setCurrentText("by value")
    holes.how.activated.emit(1)

    def offered():
        return [holes.hidden.itemText(k) for k in range(holes.hidden.count())]

    assert offered() == ["the last state", "the first state"]
    holes.where.setText("ill, test")
    assert offered()[2:] == ["no", "yes"]
    holes.hidden.setCurrentText("no")
    holes.hidden.activated.emit(2)
    assert holes.rule.text().startswith("The state no is missing 5 times as often")
    holes.where.setText("ill")
    assert holes.missingness().hidden == "no"
    holes.where.setText("ill, age")
    assert holes.missingness().hidden == ""


def test_cells_of_the_rows_on_the_desk_can_go(panel, driver):
    driver.edit(lambda session: desk.example_session("gmm"))
    dialog = SimulateDialog(driver, driver.store.session, LIGHT, panel)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    dialog.rows.setCurrentIndex(1)
    dialog.rows.activated.emit(1)
    assert dialog.holes.where.placeholderText() == "all: eruptions, waiting"
    assert not dialog.size_box.isEnabled()
    assert not ok.isEnabled()
    dialog.holes.share.setValue(10)
    assert ok.isEnabled()
    dialog.accept()
    session = driver.store.session
    assert session.source == (
        "Old Faithful, eruptions and waiting times, 10 % of the cells missing at random, seed 1"
    )
    assert session.table.missing("waiting").any()


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


def test_a_field_of_thousands_is_measured_and_read_by_its_names(theta):
    names = tuple(f"{row},{column}" for row in range(1, 65) for column in range(1, 65))
    parameters = (Parameter("activity", Real(), "λ", (names,)),)
    values = np.arange(4096.0)
    values[100] = -123456.0
    theta.show_values(parameters, {"activity": values})
    model = theta.table.model()
    assert model.rowCount() == 4096
    assert model.entry(model.index(65, 0)) == Entry("activity", (65,))
    assert row_name(theta.table, 65) == "2,2"
    assert editable(theta.table, 65, 0)
    widest = model.widest(theta.table.fontMetrics())
    assert widest == theta.table.fontMetrics().horizontalAdvance(plainly(-123456.0).replace("-", MINUS))
    theta.show_values(parameters, {"activity": np.zeros(4096)})
    assert model.widest(theta.table.fontMetrics()) < widest


def test_what_unfolds_at_the_end_is_scrolled_into_sight(panel, qtbot):
    panel.resize(310, 250)
    with qtbot.waitExposed(panel):
        panel.show()
    limits, area = panel.limits, panel.scroller.viewport()
    qtbot.mouseClick(limits.summary, Qt.MouseButton.LeftButton)

    def in_sight(widget):
        return area.rect().contains(QRect(widget.mapTo(area, QPoint(0, 0)), widget.size()))

    qtbot.waitUntil(lambda: in_sight(limits.tolerance) and in_sight(limits.iterations))
    panel.resize(310, 230)
    qtbot.waitUntil(lambda: in_sight(limits.tolerance) and in_sight(limits.iterations))
