"""The totals that stand as a small table beside the derivation: what the states of a chain emit."""

import pytest
from counting import go, halves, whole
from PySide6.QtCore import Qt

from emviz.em.counts.table import TotalCell
from emviz.em.methods import method_named
from emviz.session import example_session, set_method, step
from emviz.ui.panels.counts.paging import paging

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def numbers(panel):
    view = panel.shelf.gathered.entries
    rows, columns = view._entries.values.shape
    return [[view.text(i, j) for j in range(columns)] for i in range(rows)]


def test_after_the_e_step_the_emissions_stand_beside_the_derivation(counts_at, qtbot):
    panel, session = counts_at(), halves("hmm", 1)
    go(panel, session)
    small = panel.shelf.gathered
    emitted = session.round.base.expectation.counts.emission
    assert numbers(panel) == [[f"{count:.1f}" for count in row] for row in emitted]
    assert small.entries._entries.rows == ("A", "B")
    assert small.entries._entries.columns == tuple("123456")
    assert "total B,6 62.9" in small.entries.accessibleName()
    qtbot.waitUntil(lambda: whole(small.entries, panel.shelf))
    assert panel.derivation.isVisible()
    assert not panel.derivation.geometry().intersects(small.geometry())


def test_it_goes_after_the_m_step_and_is_not_there_before_the_e_step(counts_at):
    panel = counts_at()
    for many, there in ((0, False), (1, True), (2, False), (3, True)):
        go(panel, halves("hmm", many))
        assert panel.shelf.gathered.isVisible() is there
    go(panel, halves("rna", 1))
    assert not panel.shelf.gathered.isVisible(), "a model that gathers nothing"


def test_of_likeliest_states_the_totals_are_whole(counts_at):
    panel, session = counts_at(), step(set_method(example_session("hmm"), method_named("hard")))
    go(panel, session)
    emitted = session.round.base.expectation.counts.emission
    assert numbers(panel) == [[f"{count:.0f}" for count in row] for row in emitted]


def test_a_click_derives_the_total_of_its_state(counts_at, qtbot):
    panel = counts_at()
    go(panel, halves("hmm", 1))
    view = panel.shelf.gathered.entries
    with qtbot.waitSignal(panel.display_requested) as request:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view._cell(1, 5).center())
    assert request.args == [{"cell": TotalCell(3)}]


def test_the_columns_that_it_tells_are_turned_to_after_the_others(counts_at):
    panel = counts_at()
    go(panel, halves("hmm", 1))
    grid = panel.sheet.grid
    names = [column.heading for column in grid.rows_model.columns]

    def seen():
        return [name for place, name in enumerate(names) if not grid.rows.isColumnHidden(place)]

    assert seen() == ["symbol", "P(A)", "P(B)", "from A", "from B", "first step"]
    turned = []
    while not grid.at_last_columns:
        grid.turn_by(1)
        turned += seen()[3:]
    assert turned == ["emits in A", "emits in B"]


def test_a_page_ends_before_columns_that_are_told_elsewhere():
    pages = paging((100, 50, 60, 60, 60), shares=1, room=450, apart=(3,))
    assert pages.turned == (2, 4, 3)
    assert pages.seen(0) == (0, 1, 2, 4)
    assert pages.seen(2) == (0, 1, 3)
    assert pages.last == 2, "from column 4 on there is room for both, but 3 is on a page of its own"


def test_a_wide_table_leaves_the_derivation_half_of_the_shelf_and_scrolls(counts_at, qtbot):
    panel = counts_at()
    go(panel, halves("hmm", 1))
    small = panel.shelf.gathered
    panel.shelf.resize(400, panel.shelf.height())
    assert small.width() == 200 < small.entries.width()
    small.entries.setFocus()
    for _ in range(5):
        qtbot.keyClick(small.entries, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    cell = small.entries._cell(0, 5).translated(small.entries.pos())
    assert small._scroll.viewport().rect().contains(cell), "the keys bring it into sight"
