"""The keys of the count table: EM steps with its own keys there too, and every cell is reached by others."""

import numpy as np
import pytest
from counting import go, halves
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from standing import stand_for

from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.session import example_session, shown, step
from emviz.ui.look.style import dress
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.columns import FACE
from emviz.ui.panels.counts.panel import CountPanel
from emviz.ui.panels.counts.updates import UpdateLine
from emviz.ui.panels.counts.walk import largest

# The screenless platform has nothing to raise a window on, and says so.
pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
]

CTRL = Qt.KeyboardModifier.ControlModifier
KEYS = {"up": Qt.Key.Key_Up, "down": Qt.Key.Key_Down, "left": Qt.Key.Key_Left, "right": Qt.Key.Key_Right}
STEPPING = ("Right", "Space", "PageDown", "Left", "PageUp", "Home", "End")


class Table:
    """The panel, showing what it asks for, and where its focus is."""

    def __init__(self, panel, session):
        self.panel, self.session = panel, session
        panel.display_requested.connect(self._show)
        panel.render(session)

    def _show(self, choices):
        self.session = shown(self.session, choices)
        self.panel.render(self.session, self.panel.results)

    @property
    def focus(self):
        views = (self.panel.sheet.grid.rows, self.panel.sheet.grid.totals)
        return next(view for view in views if view.hasFocus())

    def press(self, *keys):
        for key in keys:
            name, held = (key[5:], CTRL) if key.startswith("ctrl+") else (key, Qt.KeyboardModifier.NoModifier)
            QTest.keyClick(self.focus, KEYS.get(name, Qt.Key.Key_Return), held)

    @property
    def here(self):
        index = self.focus.currentIndex()
        return index.row(), index.column()

    @property
    def cell(self):
        return self.session.display.cell


@pytest.fixture
def table(qapp, qtbot):
    qapp.setProperty("emvizMotion", False)
    dress(qapp, LIGHT, 11)
    panel = CountPanel()
    qtbot.addWidget(panel)
    panel.apply_theme(LIGHT)
    panel.resize(780, 460)
    made = Table(panel, step(step(example_session())))
    with qtbot.waitActive(panel):
        panel.show()
    panel.sheet.grid.rows.setFocus()
    yield made
    qapp.setProperty("emvizMotion", None)
    qapp.setStyleSheet("")


def test_every_number_is_reached_and_opened_by_keys(table):
    reached = set()
    table.press("return")
    for _row in range(5):
        for _ in range(4):
            table.press("return")
            reached.add(table.cell)
            table.press("ctrl+right")
        table.press("ctrl+left", "ctrl+left", "ctrl+left", "down")
    table.press("return")
    reached.add(table.cell)
    table.press("ctrl+right", "return")
    reached.add(table.cell)
    shares = {ShareCell(row, place) for row in range(5) for place in range(2)}
    counts = {CountCell(row, group) for row in range(5) for group in range(2)}
    assert reached == {*shares, *counts, TotalCell(0), TotalCell(1)}


def test_enter_on_the_tosses_opens_the_first_number_of_the_row(table):
    assert table.here == (0, 0)
    table.press("down", "return")
    assert table.here == (1, 1)
    assert table.cell == ShareCell(1, 0)


def test_up_from_the_totals_returns_to_the_rows(table):
    rows, totals = table.panel.sheet.grid.rows, table.panel.sheet.grid.totals
    rows.setCurrentIndex(rows.model().index(4, 4))
    table.press("down")
    assert table.focus is totals
    assert table.here == (0, 4)
    assert not rows.selectedIndexes()
    table.press("down")
    assert table.focus is totals
    table.press("up")
    assert table.focus is rows
    assert table.here == (4, 4)
    rows.setCurrentIndex(rows.model().index(0, 4))
    table.press("up")
    assert table.here == (0, 4)


def title(table, qtbot):
    qtbot.waitUntil(lambda: not table.panel.derivation.busy)
    return table.panel.derivation.title.text()


def test_the_derivation_follows_the_keys(table, qtbot):
    rows = table.panel.sheet.grid.rows
    qtbot.mouseClick(
        rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualRect(rows.model().index(1, 1)).center()
    )
    assert title(table, qtbot) == "Where does P(A) in row 2 come from?"
    assert "≈ 0.80" in table.panel.derivation.text
    table.press("down")
    assert title(table, qtbot) == "Where does P(A) in row 3 come from?"
    assert "0.60^8 · 0.40^2" in table.panel.derivation.text
    assert "≈ 0.73" in table.panel.derivation.text
    assert "≈ 0.80" not in table.panel.derivation.text
    table.press("ctrl+right")
    assert title(table, qtbot) == "Where does P(B) in row 3 come from?"
    assert rows.selectedIndexes() == [rows.currentIndex()]
    table.press("ctrl+right", "down", "down", "down")
    assert title(table, qtbot) == "Where does the total of coin A come from?"


def test_beside_a_cell_without_a_number_there_is_no_derivation(table):
    table.press("return")
    assert table.cell == ShareCell(0, 0)
    table.press("ctrl+left")
    assert table.cell is None
    assert table.panel.derivation.isHidden()
    table.press("down")
    assert table.cell is None, "moving alone opens nothing"


def test_the_mouse_leaves_no_derivation_of_another_cell(table, qtbot):
    rows = table.panel.sheet.grid.rows
    model, left = rows.model(), Qt.MouseButton.LeftButton
    table.press("return")
    qtbot.mouseClick(rows.viewport(), left, pos=rows.visualRect(model.index(3, 0)).center())
    assert table.cell is None
    table.press("return")
    assert table.cell == ShareCell(3, 0)
    qtbot.mousePress(rows.viewport(), left, pos=rows.visualRect(model.index(0, 1)).center())
    qtbot.mouseMove(rows.viewport(), rows.visualRect(model.index(2, 2)).center())
    qtbot.mouseRelease(rows.viewport(), left, pos=rows.visualRect(model.index(2, 2)).center())
    assert table.cell == ShareCell(rows.currentIndex().row(), rows.currentIndex().column() - 1)
    header = rows.numbers
    qtbot.mouseClick(header.viewport(), left, pos=header.viewport().rect().center())
    assert table.cell is None


def test_a_parameter_picked_leaves_no_other_number_selected(table, qtbot):
    table.press("return")
    line = table.panel.sheet.strip.lines[0]
    table.panel.sheet.strip.picked.emit(0)
    assert table.cell == UpdateCell(0)
    assert line.text().startswith("θ_A")
    assert not table.panel.sheet.grid.rows.selectedIndexes()


@pytest.fixture
def window(window_as_new):
    return window_as_new


def test_the_keys_that_step_step_in_the_count_table_and_move_nothing(window, qtbot):
    for part in ("rows", "totals"):
        view = getattr(window.counts.sheet.grid, part)
        window.driver.first()
        qtbot.waitUntil(lambda: window.store.session.cursor == 0)
        view.setFocus()
        view.setCurrentIndex(view.model().index(0, 3))
        # Left, PageUp and Home first, where there is no step back, and their actions are disabled.
        for key, wanted in zip(
            ("Left", "PageUp", "Home", *STEPPING), (0, 0, 0, 1, 2, 3, 2, 1, 0, 3), strict=True
        ):
            QTest.keyClick(view, getattr(Qt.Key, f"Key_{key}"))
            qtbot.waitUntil(lambda wanted=wanted: window.store.session.cursor == wanted)
            assert view.hasFocus(), (part, key)
            assert (view.currentIndex().row(), view.currentIndex().column()) == (0, 3), (part, key)


@pytest.mark.thorough
def test_letters_search_nothing_in_the_table(table):
    rows = table.panel.sheet.grid.rows
    rows.setCurrentIndex(rows.model().index(0, 0))
    QTest.keyClicks(rows, "HH")
    assert table.here == (0, 0)


def walk(table, qtbot, *keys):
    """Press Alt and an arrow where the focus is, and return where each press led."""
    way = []
    for key in keys:
        before = table.cell
        QTest.keyClick(table.focus, KEYS[key], Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda before=before: table.cell != before)
        way.append(table.cell)
    return way


@pytest.mark.thorough
def test_from_a_line_of_theta_back_to_a_row_and_forward_again_by_keys(table, qtbot):
    """θ_B has the heads of coin B above: by hand 2.7, 1.8, 2.1, 2.6 and 2.5 in the five sets of Figure 1b."""
    table.panel.sheet.strip.picked.emit(1)
    way = walk(table, qtbot, "up", "up", "up")
    assert way == [TotalCell(1), CountCell(0, 1), ShareCell(0, 1)]
    grid = table.panel.sheet.grid
    totals, rows = grid.totals_model, grid.rows_model
    assert [totals.index(0, column).data(FACE).fed for column in (3, 4)] == [False, True], "on the way"
    assert rows.index(0, 4).data(FACE).fed
    assert rows.index(0, 2).data(FACE).chosen
    assert walk(table, qtbot, "down", "down", "down") == [CountCell(0, 1), TotalCell(1), UpdateCell(1)]
    assert not totals.index(0, 3).data(FACE).fed
    assert totals.index(0, 4).data(FACE).fed


def test_a_line_of_theta_that_is_clicked_hides_and_leaves_the_keys_in_the_panel(table, qtbot):
    panel, beside, around = table.panel, QLineEdit(), QWidget()
    qtbot.addWidget(around)
    layout = QVBoxLayout(around)
    layout.addWidget(panel)
    layout.addWidget(beside)
    around.resize(780, 500)
    with qtbot.waitActive(around):
        around.show()
    beside.setFocus()
    line = next(each for each in panel.sheet.strip.findChildren(UpdateLine) if each.isVisible())
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    assert table.cell == UpdateCell(0)
    assert not line.isVisible()
    QTest.keyClick(around.focusWidget(), KEYS["up"], Qt.KeyboardModifier.AltModifier)
    assert table.cell == TotalCell(0)


@pytest.mark.thorough
def test_from_a_pixel_back_to_its_region_and_the_angle_that_gives_it_most(table, qtbot):
    table.session = halves("tomography", 2)
    go(table.panel, table.session)
    table.panel.sheet.strip.picked.emit(0)
    total, count, share = walk(table, qtbot, "up", "up", "up")
    assert total == TotalCell(count.group) == TotalCell(share.place)
    assert walk(table, qtbot, "down", "down", "down") == [count, total, UpdateCell(0)]


@pytest.mark.thorough
def test_a_number_that_was_not_come_to_leads_forward_to_what_it_goes_into(table, qtbot):
    table.press("return")
    assert walk(table, qtbot, "down", "down", "down") == [CountCell(0, 0), TotalCell(0), UpdateCell(0)]


@pytest.mark.parametrize(
    "key", stand_for(["hmm", "gmm", "motif", "abo", "haplotype", "profile"], ["hmm", "gmm", "haplotype"])
)
def test_the_row_that_gives_most_of_a_total(key):
    """Against the counts of all rows at once."""
    session = step(step(example_session(key)))
    table = session.model.count_table(session.data, session.round, np.arange(session.table.rows))
    group = len(table.groups) - 1
    columns = list(range(table.totals.size))[table.spans[group]]
    *waiting, found = largest(Blocks(session), group, columns)
    assert not any(waiting)
    given = np.abs(table.counts[:, columns]).sum(axis=1)
    assert given[found.row] == pytest.approx(given.max(), rel=1e-12)
    assert found.group == group
