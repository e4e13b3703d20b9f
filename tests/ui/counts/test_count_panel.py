from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("PySide6")

from hall.ink import painted
from PySide6.QtCore import QItemSelectionModel, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QApplication, QToolButton

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.counts.derivation import decimal
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, Update, UpdateCell
from emviz.em.hyper import configure
from emviz.models import model_named
from emviz.session import NOTHING_YET, back, example_session, new_session, set_table, show, step
from emviz.session.table import BLOCK
from emviz.ui.look.style import dress
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.counts.blocks import KEPT, Blocks
from emviz.ui.panels.counts.cell_painter import divided
from emviz.ui.panels.counts.columns import FACE
from emviz.ui.panels.counts.copying import TOGETHER
from emviz.ui.panels.counts.fonts import bold, bold_if_fitting, elided
from emviz.ui.panels.counts.model import CountModel
from emviz.ui.panels.counts.panel import CountPanel
from emviz.ui.panels.counts.view import COPIED
from emviz.wording.counts import reference_text, sequence_text

# The platform without a screen says so whenever a window has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

TOSSES = ["HTTTHHTHTH", "HHHHTHHHHH", "HTHHHHHTHH", "HTHTTTHHTT", "THHHTHHHTH"]
FIGURE_1B = [
    ["0.45", "0.55", "≈ 2.2 H, 2.2 T", "≈ 2.8 H, 2.8 T"],
    ["0.80", "0.20", "≈ 7.2 H, 0.8 T", "≈ 1.8 H, 0.2 T"],
    ["0.73", "0.27", "≈ 5.9 H, 1.5 T", "≈ 2.1 H, 0.5 T"],
    ["0.35", "0.65", "≈ 1.4 H, 2.1 T", "≈ 2.6 H, 3.9 T"],
    ["0.65", "0.35", "≈ 4.5 H, 1.9 T", "≈ 2.5 H, 1.1 T"],
]


@pytest.fixture
def start():
    table = Table.from_columns({"tosses": TOSSES, "coin": list("BAABA")})
    return new_session(model_named("coins"), table, "Do & Batzoglou 2008, Figure 1")


@pytest.fixture
def panel(qapp, qtbot):
    qapp.setProperty("emvizMotion", False)
    dress(qapp, LIGHT, 11)
    made = CountPanel()
    qtbot.addWidget(made)
    made.apply_theme(LIGHT)
    made.resize(780, 460)
    yield made
    qapp.setProperty("emvizMotion", None)
    qapp.setStyleSheet("")


def shown(panel, qtbot):
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def display(session, **changes):
    return show(session, replace(session.display, **changes))


def texts(view):
    model = view.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def centre(view, row, column):
    return view.visualRect(view.model().index(row, column)).center()


def click(qtbot, view, row, column):
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, row, column))


# -- Figure 1b -----------------------------------------------------------------------------------------------


def test_cells_are_empty_before_the_e_step(panel, start):
    panel.render(start)
    grid = panel.sheet.grid
    assert texts(grid.rows) == [[tosses, "", "", "", ""] for tosses in TOSSES]
    assert texts(grid.totals) == [[""] * 5]
    assert panel.sheet.strip.texts == ()


def test_the_e_step_fills_figure_1b_cell_by_cell(panel, start, qtbot):
    shown(panel, qtbot)
    panel.render(step(start))
    grid = panel.sheet.grid
    assert [row[1:] for row in texts(grid.rows)] == FIGURE_1B
    assert texts(grid.totals)[0][2:] == ["total", "≈ 21.3 H, 8.6 T", "≈ 11.7 H, 8.4 T"]
    assert panel.sheet.strip.texts == ()


def test_the_m_step_gives_the_lines_of_the_paper(panel, start, qtbot):
    shown(panel, qtbot)
    panel.render(step(step(start)))
    assert panel.sheet.strip.texts == (
        "θ_A^(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71",
        "θ_B^(1) ≈ 11.7 / (11.7 + 8.4) ≈ 0.58",
    )


def test_the_m_step_lights_up_totals_and_the_next_e_step_puts_them_out(panel, start):
    after_e, after_m = step(start), step(step(start))
    for session, lit in ((after_e, False), (after_m, True), (step(after_m), False)):
        panel.render(session)
        totals = panel.sheet.grid.totals_model
        assert totals.index(0, 3).data(FACE).lit is lit
        assert bool(panel.sheet.strip.texts) is lit


def test_headings_and_accessible_texts(panel, start):
    panel.render(step(start))
    model = panel.sheet.grid.rows_model
    headings = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(5)]
    assert headings == ["tosses", "P(A)", "P(B)", "coin A", "coin B"]
    spoken = [model.index(0, c).data(Qt.ItemDataRole.AccessibleTextRole) for c in (0, 1, 3)]
    assert spoken == [
        "tosses of row 1: HTTTHHTHTH",
        "P(A) of row 1: 0.45",
        "coin A of row 1: ≈ 2.2 H, 2.2 T",
    ]
    totals = panel.sheet.grid.totals_model
    assert totals.index(0, 3).data(Qt.ItemDataRole.AccessibleTextRole) == "total of coin A: ≈ 21.3 H, 8.6 T"
    assert panel.decimals.accessibleName() == "Decimals"
    assert panel.objectName() == "countPanel"


def test_the_reference_line_is_figure_1a(panel, start):
    panel.render(step(start))
    assert (
        panel.sheet.reference.html
        == "complete data: θ<sub>A</sub> = 24 / 30 = 0.80 · θ<sub>B</sub> = 9 / 20 = 0.45"
    )
    panel.render(display(step(start), reference=False))
    assert panel.sheet.reference.text() == ""
    unlabelled = new_session(start.model, Table.from_columns({"tosses": TOSSES}), "x")
    assert reference_text(Blocks(unlabelled).at(0)[0], 1, "θ") == ""


def test_the_reference_line_has_a_true_minus(start):
    below = Update("μ_A", 0, -113.783, (54.0,), -2.1071)
    table = replace(Blocks(step(start)).at(0)[0], reference=(below,))
    assert reference_text(table, 1, "μ") == "complete data: μ_A = −113.783 / 54 = −2.11"


def test_the_true_coin_is_marked_once_revealed(panel, start):
    panel.render(step(start))
    model = panel.sheet.grid.rows_model
    assert model.index(0, 0).data(FACE).badge is None
    panel.render(display(step(start), revealed=True))
    assert [model.index(row, 0).data(FACE).badge[1] for row in range(5)] == list("BAABA")
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("true coin: B")


def test_more_decimals(panel, start, qtbot):
    session = step(step(start))
    panel.render(session)
    with qtbot.waitSignal(panel.display_requested) as request:
        panel.decimals.setValue(3)
    panel.render(desk.shown(session, request.args[0]))
    assert texts(panel.sheet.grid.rows)[0][1:] == [
        "0.4491",
        "0.5509",
        "≈ 2.246 H, 2.246 T",
        "≈ 2.754 H, 2.754 T",
    ]
    assert panel.sheet.strip.texts[0] == "θ_A^(1) ≈ 21.297 / (21.297 + 8.572) ≈ 0.7130"
    with qtbot.assertNotEmitted(panel.display_requested):
        panel.render(display(session, decimals=2))
    assert panel.decimals.value() == 2


# -- text ----------------------------------------------------------------------------------------------------


def test_long_sequences_are_told_by_their_counts():
    assert sequence_text("HTHH", ("H", "T")) == "HTHH"
    assert sequence_text("HHTH" + "h" * 60 + "T" * 36, ("H", "T")) == "HHTH… (63 H, 37 T)"


def test_letters_and_rows_without_letters(panel, start):
    panel.render(start)
    face = panel.sheet.grid.rows_model.index(0, 0).data(FACE)
    assert (face.letters, face.strong) == (10, "H")
    counted = Table.from_columns({"heads": [5, 9], "tails": [5, 1]})
    panel.render(new_session(start.model, counted, "x"))
    face = panel.sheet.grid.rows_model.index(0, 0).data(FACE)
    assert (face.text, face.letters) == ("5 H, 5 T", 0)


# -- many rows -----------------------------------------------------------------------------------------------


class Counted:
    """The coin model, counting how often it is asked for rows of its table."""

    def __init__(self, model):
        self._model, self.asked = model, []

    def __getattr__(self, name):
        return getattr(self._model, name)

    def count_table(self, data, state, rows):
        self.asked.append(len(rows))
        return self._model.count_table(data, state, rows)


@pytest.mark.thorough
def test_many_rows_are_asked_for_in_a_handful_of_blocks(panel, qtbot):
    rng = np.random.default_rng(0)
    table = Table.from_columns({"heads": rng.integers(0, 11, 200_000), "tails": np.full(200_000, 5)})
    session = new_session(model_named("coins"), table, "large")
    counted = Counted(session.model)
    session = step(replace(session, model=counted))
    panel.render(session)
    shown(panel, qtbot)
    view = panel.sheet.grid.rows
    panel.grab()
    assert max(counted.asked) <= BLOCK
    assert len(counted.asked) <= 4
    counted.asked.clear()
    view.scrollToBottom()
    panel.grab()
    assert view.rowAt(view.viewport().height() - 2) == 199_999
    assert 1 <= len(counted.asked) <= 4
    counted.asked.clear()
    panel.render(step(session))
    panel.grab()
    assert len(counted.asked) <= 4
    assert view.rowAt(view.viewport().height() - 2) == 199_999, "a step keeps the place"
    counted.asked.clear()
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.everything
    assert view.selectionModel().selection().isEmpty()
    panel.copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) == COPIED + 1
    assert sum(counted.asked) == COPIED
    assert max(counted.asked) == TOGETHER, "so that copying can be left in between"
    assert "200,000" in panel.hint.text()


def test_blocks_are_dropped_again(start):
    heads = np.arange(BLOCK * (KEPT + 4)) % 9
    table = Table.from_columns({"heads": heads, "tails": np.full(len(heads), 3)})
    blocks = Blocks(step(new_session(start.model, table, "x")))
    for row in range(0, len(heads), BLOCK):
        blocks.at(row)
    assert len(blocks._kept) == KEPT
    table, place = blocks.at(len(heads) - 1)
    assert table.observed[place] == f"{heads[-1]} H, 3 T"


def test_of_a_large_theta_fewer_rows_are_asked_for():
    large = step(example_session("profile", "globins"))
    blocks = Blocks(large)
    assert desk.block_size(large) == len(blocks.at(20)[0].observed) == 16
    assert (blocks.at(20)[1], blocks.at(44)[1]) == (4, 12)
    assert blocks.share_kept(20, 0) == blocks.at(20)[0].shares[4, 0]


# -- picking, deriving ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell"),
    [(1, ShareCell(1, 0)), (2, ShareCell(1, 1)), (3, CountCell(1, 0)), (4, CountCell(1, 1))],
)
def test_a_click_asks_for_the_derivation(panel, start, qtbot, column, cell):
    panel.render(step(start))
    shown(panel, qtbot)
    with qtbot.waitSignal(panel.display_requested) as request:
        click(qtbot, panel.sheet.grid.rows, 1, column)
    assert request.args == [{"cell": cell}]


def test_totals_updates_and_enter_ask_too(panel, start, qtbot):
    panel.render(step(step(start)))
    shown(panel, qtbot)
    with qtbot.waitSignal(panel.display_requested) as request:
        click(qtbot, panel.sheet.grid.totals, 0, 4)
    assert request.args == [{"cell": TotalCell(1)}]
    with qtbot.waitSignal(panel.display_requested) as request:
        qtbot.mouseClick(panel.sheet.strip.lines[1], Qt.MouseButton.LeftButton)
    assert request.args == [{"cell": UpdateCell(1)}]
    rows = panel.sheet.grid.rows
    rows.setCurrentIndex(rows.model().index(2, 1))
    with qtbot.waitSignal(panel.display_requested) as request:
        qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert request.args == [{"cell": ShareCell(2, 0)}]


def test_nothing_to_derive_before_the_e_step_nor_of_the_data(panel, start, qtbot):
    panel.render(start)
    shown(panel, qtbot)
    with qtbot.assertNotEmitted(panel.display_requested):
        click(qtbot, panel.sheet.grid.rows, 0, 1)
        click(qtbot, panel.sheet.grid.totals, 0, 3)
    panel.render(step(start))
    with qtbot.assertNotEmitted(panel.display_requested):
        click(qtbot, panel.sheet.grid.rows, 0, 0)


def test_the_derivation_follows_the_step(panel, start, qtbot):
    first = display(step(start), cell=ShareCell(0, 0))
    shown(panel, qtbot)
    with qtbot.waitSignal(panel.derivation.shown):
        panel.render(first)
    assert panel.sheet.grid.rows_model.index(0, 1).data(FACE).chosen
    assert "Where does P(A) in row 1 come from?" in panel.derivation.text
    assert "P(A) = (0.60^5 · 0.40^5) / (0.60^5 · 0.40^5 + 0.50^5 · 0.50^5)" in panel.derivation.text
    assert "0.449 × 5 H ≈ 2.2 H" in panel.derivation.text
    assert all(line.formula.typeset for line in panel.derivation.lines)
    with qtbot.waitSignal(panel.derivation.shown):
        panel.render(step(step(first)))
    assert "0.60^5" not in panel.derivation.text
    assert "0.30 × 5 H ≈ 1.5 H" in panel.derivation.text


def test_formulas_are_never_typeset_in_the_path_of_a_step(panel, start, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr("emviz.ui.widgets.formula.svg_of", lambda *key: asked.append(key))
    shown(panel, qtbot)
    session = display(step(start), cell=ShareCell(0, 0))
    for _ in range(3):
        panel.render(session)
        session = step(session)
    assert asked == []
    assert panel.derivation.busy
    qtbot.waitUntil(lambda: not panel.derivation.busy)
    assert len({latex for latex, _, _ in asked}) == len(panel.derivation.lines)
    assert not any(line.formula.typeset for line in panel.derivation.lines)
    assert "θ_A = 19.21 / (19.21 + 6.56) ≈ 0.75" in panel.derivation.text, (
        "what cannot be typeset is there as text"
    )


def test_a_hidden_derivation_waits(panel, start, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr("emviz.ui.widgets.formula.svg_of", lambda *key: asked.append(key))
    panel.render(display(step(start), cell=TotalCell(0)))
    panel.derivation._go_on()
    assert asked == []
    with qtbot.waitSignal(panel.derivation.shown):
        panel.show()
    assert "21.3" in panel.derivation.text


def test_a_number_that_cannot_be_derived_is_said_in_words(panel, start, qtbot):
    def fail():
        raise ZeroDivisionError("coin B has no expected tosses left")

    panel.render(display(step(start), cell=TotalCell(0)))
    shown(panel, qtbot)
    with qtbot.waitSignal(panel.derivation.shown):
        panel.derivation.follow(fail, "at θ(0)")
    assert "coin B has no expected tosses left" in panel.derivation.text


def test_the_derivation_closes(panel, start, qtbot):
    session = display(step(start), cell=ShareCell(0, 0))
    panel.render(session)
    shown(panel, qtbot)
    close = panel.derivation.findChild(QToolButton)
    with qtbot.waitSignal(panel.display_requested) as request:
        qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert request.args == [{"cell": None}]
    panel.sheet.grid.rows.setFocus()
    with qtbot.waitSignal(panel.display_requested) as request:
        assert panel.end_derivation()
    assert request.args == [{"cell": None}]
    panel.render(desk.shown(session, request.args[0]))
    assert panel.derivation.isHidden()
    assert not panel.end_derivation()
    assert not panel.sheet.grid.rows_model.index(0, 1).data(FACE).chosen


def test_before_the_e_step_the_derivation_is_put_away(panel, start, qtbot):
    session = display(step(start), cell=ShareCell(0, 0))
    panel.render(session)
    assert not panel.derivation.isHidden()
    panel.render(back(session))
    assert panel.derivation.isHidden()
    assert not panel.derivation.busy


# -- copying -------------------------------------------------------------------------------------------------


def copied(panel):
    panel.copy()
    return QGuiApplication.clipboard().text()


def test_copy_gives_numbers_in_cells_of_their_own(panel, start):
    panel.render(step(start))
    view = panel.sheet.grid.rows
    QGuiApplication.clipboard().setText("before")
    assert copied(panel) == "before", "nothing selected, nothing copied"
    select, model = QItemSelectionModel.SelectionFlag.Select, view.model()
    view.selectionModel().select(model.index(0, 0), select)
    view.selectionModel().select(model.index(0, 3), select)
    view.selectionModel().select(model.index(1, 3), select)
    assert copied(panel) == "HTTTHHTHTH\t2.2\t2.2\n\t7.2\t0.8"


def test_everything_is_copied_with_its_headings(panel, start, qtbot):
    panel.render(step(start))
    view = panel.sheet.grid.rows
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "tosses\tP(A)\tP(B)\tcoin A H\tcoin A T\tcoin B H\tcoin B T"
    assert lines[2] == "HHHHTHHHHH\t0.80\t0.20\t7.2\t0.8\t1.8\t0.2"
    assert len(lines) == 6
    view.selectRow(0)
    assert not view.everything
    panel.render(start)
    assert copied(panel) == "HTTTHHTHTH" + "\t" * 6


def test_totals_are_copied_where_they_have_the_focus(panel, start, qtbot):
    panel.render(step(start))
    shown(panel, qtbot)
    click(qtbot, panel.sheet.grid.totals, 0, 3)
    assert copied(panel) == "≈ 21.3 H, 8.6 T"


# -- looks ---------------------------------------------------------------------------------------------------


def clipped(view):
    """Return the texts that are wider than their place, at the normal weight."""
    metrics, model = view.fontMetrics(), view.model()
    return [
        text
        for row in range(model.rowCount())
        for column in range(1, model.columnCount())
        if not view.isColumnHidden(column)
        for text, room in told(view, model.index(row, column))
        if metrics.horizontalAdvance(text) > room - 6
    ]


def told(view, index):
    """Return the texts of a cell with their room: several where units stand in the heading."""
    face, width = index.data(FACE), view.columnWidth(index.column())
    if not face.parts:
        return [(face.text, width)]
    boxes = divided(QRect(0, 0, width, 20), view.cells.parts[index.column()])
    return [(text, box.width()) for text, box in zip(face.parts, boxes, strict=True)]


def test_a_text_that_fits_is_never_elided(qapp):
    font, text = qapp.font(), "≈ 21.3 H, 8.6 T"
    light, heavy = (QFontMetrics(f).horizontalAdvance(text) for f in (font, bold(font)))
    for room in range(light, heavy + 3):
        chosen = bold_if_fitting(font, text, room)
        assert chosen.bold() == (room >= heavy)
        assert elided(chosen, text, room) == text
    assert elided(font, text, light - 1).endswith("…")


def test_a_bold_font_has_its_size_on_a_widget_with_another(qapp):
    bold.cache_clear()
    inherited, usual, smaller = QFont(), QFont(), QFont()
    usual.setPointSizeF(inherited.pointSizeF())
    smaller.setPointSizeF(inherited.pointSizeF() / 2)
    # Equal for the cache, though only one has a size of its own.
    assert bold(inherited) == bold(usual)
    # A painter takes from its widget what a font does not have of its own.
    assert bold(usual).resolve(smaller).pointSizeF() == inherited.pointSizeF()


@pytest.mark.parametrize("width", [480, 560, 780])
@pytest.mark.parametrize("decimals", [1, 6])
def test_no_number_is_clipped_and_the_paper_fits(panel, start, qtbot, width, decimals):
    panel.resize(width, 320)
    shown(panel, qtbot)
    session = display(step(step(start)), decimals=decimals)
    panel.render(session)
    grid = panel.sheet.grid
    assert clipped(grid.rows) == clipped(grid.totals) == []
    if decimals == 1:
        bars = (grid.totals.horizontalScrollBar(), grid.rows.verticalScrollBar())
        qtbot.waitUntil(lambda: [bar.maximum() for bar in bars] == [0, 0])


@pytest.mark.parametrize("width", [530, 540, 550, 560])
def test_a_total_that_gains_a_digit_is_not_clipped(panel, start, qtbot, width):
    panel.resize(width, 320)
    session = display(start, decimals=4)
    for _ in range(3):
        panel.render(session)
        shown(panel, qtbot)
        session = step(session)
    panel.render(session)
    # The tails of coin B: 8.4278 at θ(0), 10.4351 at θ(1).
    assert session.step.expectation.counts.tails[1] == pytest.approx(10.4351, abs=5e-5)
    assert clipped(panel.sheet.grid.totals) == []


def test_six_coins_scroll_with_their_totals(panel, qtbot):
    model = configure(model_named("coins"), {"coins": 6, "weights": "learned"})
    params = model.make_params({"weight": np.full(6, 1 / 6), "heads": np.linspace(0.1, 0.9, 6)})
    session = new_session(model, model.simulate(params, 60, np.random.default_rng(1)), "six")
    panel.resize(480, 280)
    shown(panel, qtbot)
    panel.render(step(step(session)))
    grid = panel.sheet.grid
    assert clipped(grid.rows) == clipped(grid.totals) == []
    bar = grid.turner
    assert bar.isVisible()
    last = grid.rows.model().columnCount() - 1
    grid.rows.go_to(grid.rows.model().index(0, last))
    assert not grid.rows.isColumnHidden(last)
    assert grid.rows.columnViewportPosition(last) == grid.totals.columnViewportPosition(last)
    assert (
        grid.totals.columnViewportPosition(last) + grid.totals.columnWidth(last)
        <= grid.totals.viewport().width()
    )
    assert len(panel.sheet.strip.texts) + panel.sheet.strip.more == 12


def test_nothing_jumps_when_the_numbers_come(panel, start, qtbot):
    shown(panel, qtbot)
    places = set()
    for session in (start, step(start), step(step(start))):
        panel.render(session)
        grid = panel.sheet.grid
        widths = tuple(grid.rows.columnWidth(column) for column in range(5))
        places.add((widths, grid.geometry().getRect(), panel.sheet.strip.geometry().getRect()))
    assert len(places) == 1


def test_bars_grow_from_where_they_were(panel, start):
    panel.render(start)
    panel.render(step(start))
    model = panel.sheet.grid.rows_model
    whole = model.index(0, 1).data(FACE).bar
    assert whole == pytest.approx(0.4491, abs=1e-4)
    model.show(Blocks(start))
    model.show(Blocks(step(start)))
    model.set_growth(0.5)
    assert model.index(0, 1).data(FACE).bar == pytest.approx(whole / 2)
    assert model.index(0, 1).data() == "0.45", "the number is there at once"
    model.set_growth(1.0)
    assert model.index(0, 1).data(FACE).bar == pytest.approx(whole)


def test_the_motion_comes_to_its_end(panel, start, qapp, qtbot):
    qapp.setProperty("emvizMotion", True)
    shown(panel, qtbot)
    panel.render(start)
    panel.render(step(start))
    bar = panel.sheet.grid.rows_model.index(0, 1)
    qtbot.waitUntil(lambda: bar.data(FACE).bar > 0.449)


def test_other_data_start_a_new_table(panel, start):
    panel.render(step(start))
    panel.render(set_table(start, Table.from_columns({"tosses": ["HHT"]}), "short"))
    assert texts(panel.sheet.grid.rows) == [["HHT", "", "", "", ""]]


def test_the_theme_changes_the_paint(panel, start, qtbot):
    shown(panel, qtbot)
    panel.render(step(step(start)))
    view = panel.sheet.grid.totals
    rect = view.visualRect(view.model().index(0, 3))
    for theme in (LIGHT, DARK):
        panel.apply_theme(theme)
        image = view.viewport().grab().toImage()
        assert image.pixelColor(rect.left() + 5, rect.center().y()) == QColor(theme.newest)


def test_decimals_are_rounded_only_for_display(panel, start):
    panel.render(display(step(start), decimals=6))
    table = Blocks(step(start)).at(0)[0]
    assert texts(panel.sheet.grid.rows)[0][1] == decimal(float(table.shares[0, 0]), 7)


def test_what_was_picked_is_given_up(panel, qtbot, start):
    shown(panel, qtbot)
    panel.render(step(start))
    rows, totals = panel.sheet.grid.rows, panel.sheet.grid.totals
    rows.selectAll()
    index = totals.model().index(0, totals.model().columnCount() - 1)
    qtbot.mouseClick(totals.viewport(), Qt.MouseButton.LeftButton, pos=totals.visualRect(index).center())
    assert totals.selectedIndexes() == [index]
    assert not rows.everything
    panel._request_no_cell()
    assert totals.selectedIndexes() == []


def test_decimals_are_typed_where_they_are_clicked(panel, qtbot, start):
    shown(panel, qtbot)
    panel.render(start)
    line = panel.decimals.lineEdit()
    qtbot.mouseDClick(line, Qt.MouseButton.LeftButton)
    qtbot.mousePress(line, Qt.MouseButton.LeftButton)
    assert panel.decimals.hasFocus()


def test_another_derivation_has_two_cells_painted_and_other_decimals_all(panel, start):
    session = display(step(start), cell=ShareCell(1, 0))
    panel.render(session)
    painted = []
    for model in (panel.sheet.grid.rows_model, panel.sheet.grid.totals_model):
        model.dataChanged.connect(
            lambda first, last: painted.append((first.row(), first.column(), last.row(), last.column()))
        )
    panel.render(display(session, cell=CountCell(2, 1)))
    assert painted == [(1, 1, 1, 1), (2, 4, 2, 4)]
    painted.clear()
    panel.render(display(session, cell=TotalCell(0)))
    assert painted == [(2, 4, 2, 4), (0, 3, 0, 3)]
    painted.clear()
    panel.render(display(session, cell=TotalCell(0), decimals=3))
    assert painted == [(0, 0, 4, 4), (0, 0, 0, 4)]


def test_a_click_paints_the_rows_of_two_cells_and_writes_none_of_their_texts_again(
    panel, start, qtbot, monkeypatch
):
    painted, written = set(), []
    session = display(step(start), cell=ShareCell(0, 0))
    _show_in_turns(shown(panel, qtbot), session)
    qtbot.waitUntil(lambda: not panel.derivation.busy)
    _show_in_turns(panel, session)
    face_at, settled = CountModel.face_at, CountModel.settled
    monkeypatch.setattr(CountModel, "face_at", lambda *at: painted.add(at[1]) or face_at(*at))
    monkeypatch.setattr(CountModel, "settled", lambda *at: written.append(at[1]) or settled(*at))
    _show_in_turns(panel, display(session, cell=ShareCell(2, 1)))
    assert painted == {0, 2}
    assert not written
    _show_in_turns(panel, display(session, cell=ShareCell(2, 1), decimals=3))
    assert set(written) == painted > {0, 1, 2}
    framed = []
    monkeypatch.setattr(CountModel, "_framed", lambda *at: framed.append(at) or (False, False))
    _show_in_turns(panel, display(session, cell=ShareCell(2, 1), decimals=4))
    assert not framed, "the frame does not depend on the decimals"


def test_what_stands_below_the_rows_has_a_turn_after_them(panel, start, qtbot):
    first = step(step(start))
    panel.resize(780, 900)
    _show_in_turns(shown(panel, qtbot), first)
    rows, _, rest, _ = panel.parts()
    second = step(step(first))
    rows(second, NOTHING_YET)
    assert panel.sheet.grid.rows_model.blocks.session is second
    assert panel.shelf.board.title.text() == "θ(1)"
    rest(second, NOTHING_YET)
    assert panel.shelf.board.title.text() == "θ(2)"


def _show_in_turns(panel, session):
    for part in panel.parts():
        part(session, NOTHING_YET)
    QApplication.processEvents()


def test_a_title_is_a_word_where_two_have_no_room(panel, qtbot):
    shown(panel, qtbot).render(example_session())
    assert panel.title.text() == "Expected counts"
    # As on the stage of a model whose picture has most of the room.
    panel.setFixedWidth(200)
    QApplication.processEvents()
    assert panel.title.text() == "Counts"
    assert not any(ink.clipped for ink in painted(panel.title))
