"""A table that is too wide: whole columns are turned, what was observed and the shares stand still."""

import pytest
from counting import MODELS, STAGE, go, halves
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from standing import stand_for

from emviz.em.counts.table import TotalCell
from emviz.em.methods import method_named
from emviz.em.model import offers
from emviz.session import example_session, set_method, shown, step
from emviz.ui.panels.counts.cell_painter import GAP, LEAST_BAR, PAD
from emviz.ui.panels.counts.faces import Kind
from emviz.ui.panels.counts.paging import needed_widths, paging, shares_in
from emviz.ui.panels.counts.widths import Width

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_as_many_whole_columns_as_fit_and_the_last_page_is_full():
    pages = paging((100, 50, 50, 120, 120, 120, 60), shares=2, room=450)
    assert pages.still == (0, 1, 2)
    assert pages.seen(0) == (0, 1, 2, 3, 4)
    assert pages.last == 2, "from the third count on 120 + 60 fit the 250 that are left"
    assert pages.seen(2) == (0, 1, 2, 5, 6)
    assert pages.first_for(4, 0) == 0
    assert pages.first_for(6, 0) == 2
    assert pages.first_for(3, 2) == 0


def test_shares_that_leave_no_room_for_a_count_are_turned_after_the_counts():
    pages = paging((100, 80, 80, 80, 80, 150), shares=4, room=420)
    assert pages.still == (0, 1, 2)
    assert pages.turned == (5, 3, 4)
    assert pages.seen(0) == (0, 1, 2, 5)
    assert pages.seen(1) == (0, 1, 2, 3, 4)


def test_one_column_is_seen_even_where_it_has_no_room():
    assert paging((100, 50, 900), shares=1, room=300).seen(0) == (0, 2)
    assert paging((100, 50, 900), shares=1, room=300).last == 1


def test_shares_stay_beside_the_first_count_and_make_way_for_a_wider_one():
    pages = paging((90, 41, 41, 98, 98, 264), shares=2, room=345)
    assert pages.still == (0, 1, 2)
    assert pages.seen(0) == (0, 1, 2, 3)
    assert pages.seen(2) == (0, 5), "264 have no room beside two shares"
    assert pages.last == 2


def test_all_bars_of_a_table_are_beside_their_numbers_or_all_below_them():
    texts = [Width(0, 0, 0), Width(40, 50, 90, share=30), Width(40, 50, 90, share=60), Width(0, 0, 0)]
    least = 60 + GAP + LEAST_BAR + 2 * (PAD + 1)
    assert shares_in({0: 90, 1: 80, 2: least, 3: 70}, texts) == {1: 30, 2: 60}
    assert shares_in({0: 90, 1: 80, 2: least - 1, 3: 70}, texts) == {1: 80, 2: least - 1}
    assert shares_in({0: 90, 1: 80}, texts) == {1: 30}, "a column out of sight decides nothing"


@pytest.mark.parametrize(("model", "example"), [("network", "crimes"), ("abo", "textbook")])
def test_equal_shares_have_equal_bars_whatever_their_names(counts_at, model, example):
    panel = counts_at()
    go(panel, step(example_session(model, example)))
    grid = panel.sheet.grid
    columns = [k for k, each in enumerate(grid.rows_model.columns) if each.kind is Kind.SHARE]
    seen = [k for k in columns if not grid.rows.isColumnHidden(k)]
    assert seen
    room = grid.rows.cells.shares
    assert len({room[k] == grid.rows.columnWidth(k) for k in seen}) == 1
    names = {grid.rows_model.face_at(row, k).text for k in seen for row in range(grid.rows_model.rowCount())}
    metrics = grid.rows.fontMetrics()
    assert all(
        max(map(metrics.horizontalAdvance, names)) <= room[k] or room[k] == grid.rows.columnWidth(k)
        for k in seen
    )


def test_a_share_whose_name_can_be_cut_stays_beside_a_count():
    pages = paging((290, 130, 140, 313, 150), shares=2, room=725, cut=90)
    assert (pages.still, pages.widths[1]) == ((0, 1), 725 - 290 - 313)
    assert pages.turned == (3, 4, 2)


def test_what_was_observed_gives_way_to_a_cut_share_but_not_to_the_last():
    pages = paging((290, 130, 140, 313, 150), shares=2, room=725, cut=125)
    assert (pages.still, pages.widths[1], pages.least) == ((0, 1), 125, 725 - 313 - 125)
    assert paging((290, 330, 140, 313, 150), shares=2, room=725, cut=320).still == (0,)


def test_a_cut_share_has_what_the_columns_in_sight_leave_and_no_more_than_it_needs():
    pages = paging((290, 130, 140, 313, 150), shares=2, room=725, cut=90)
    assert pages.widened(pages.seen(0), 130).widths[1] == 122, "the widest column leaves nothing"
    assert pages.widened((0, 1, 4), 130).widths[1] == 130
    assert pages.widened((0, 1, 4), 500).widths[1] == 725 - 290 - 150
    assert pages.widened((0, 1, 4), 122) is pages


def test_a_second_count_is_worth_more_than_bars_beside_the_shares():
    kinds = (Kind.OBSERVED, Kind.SHARE, Kind.SHARE, Kind.COUNT, Kind.COUNT)
    label, share, count = Width(80, 80, 80), Width(50, 50, 250, bar=40), Width(100, 100, 200)
    widths = (label, share, share, count, count)
    assert needed_widths(kinds, widths, 380) == [80, 50, 50, 100, 100], "bars below the numbers"
    assert needed_widths(kinds, widths, 460) == [80, 90, 90, 100, 100]
    assert needed_widths(kinds, widths, 379) == [80, 90, 90, 100, 100], "one count has room either way"


def whole_columns(grid):
    rows = grid.rows
    return [
        place
        for place in range(len(grid.rows_model.columns))
        if not rows.isColumnHidden(place)
        and rows.columnViewportPosition(place) + rows.columnWidth(place) <= rows.viewport().width()
    ]


@pytest.mark.parametrize(
    "size", stand_for([(STAGE,), ((1264, 596),), ((530, 300),)], [(STAGE,), ((530, 300),)])
)
@pytest.mark.parametrize("key", stand_for(MODELS, MODELS[::5]))
def test_every_column_in_sight_is_whole_and_a_total_is_among_them(counts_at, key, size):
    panel = counts_at(size)
    go(panel, halves(key, 2))
    grid = panel.sheet.grid
    columns = grid.rows_model.columns
    seen = [place for place in range(len(columns)) if not grid.rows.isColumnHidden(place)]
    assert seen == whole_columns(grid)
    assert any(grid.totals_model.has_total(columns[place]) for place in seen)
    assert grid.totals.isVisible()
    assert grid.more_columns == len(columns) - len(seen)
    if grid.more_columns:
        least = grid.rows.fontMetrics().horizontalAdvance("n")
        # Letters below their structure are no label but what is read.
        most = 0.28 if grid.rows_model.first.brackets is None else 0.58
        # The badge of the true component stands beside the label.
        badge = grid._widths[0].badge
        assert least < grid.rows.columnWidth(0) <= most * grid.width() + badge + 1


@pytest.mark.parametrize(("key", "still"), [("hmm", {0, 1, 2}), ("profile", {0})])
def test_every_column_is_turned_to(counts_at, key, still):
    panel = counts_at()
    go(panel, halves(key, 1))
    grid = panel.sheet.grid
    seen = set(whole_columns(grid))
    assert grid.turner.isVisible()
    while grid.turner.value() < grid.turner.maximum():
        grid.turn_by(1)
        assert still <= set(whole_columns(grid)), "name and shares stand still; the name beside glances"
        seen |= set(whole_columns(grid))
    assert seen == set(range(len(grid.rows_model.columns)))
    grid.turn_by(1)
    assert grid.turner.value() == 0


def test_the_current_cell_brings_its_column_and_the_wheel_turns(counts_at, qtbot):
    panel = counts_at()
    go(panel, halves("profile", 1))
    grid = panel.sheet.grid
    grid.rows.go_to(grid.rows_model.index(3, 30))
    assert 30 in whole_columns(grid)
    at = grid.turner.value()
    where = QPointF(200, 100)
    sideways = QWheelEvent(
        where,
        grid.rows.viewport().mapToGlobal(where),
        QPoint(),
        QPoint(120, 0),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    grid.rows.wheelEvent(sideways)
    assert grid.turner.value() < at


def test_a_derived_total_brings_its_columns(counts_at):
    panel = counts_at()
    session = halves("profile", 1)
    go(panel, session)
    grid = panel.sheet.grid
    last = grid.rows_model.columns[-1].place
    assert len(grid.rows_model.columns) - 1 not in whole_columns(grid)
    go(panel, shown(session, {"cell": TotalCell(last)}))
    assert len(grid.rows_model.columns) - 1 in whole_columns(grid)


@pytest.mark.parametrize("method", ["em", "hard"])
@pytest.mark.parametrize("key", stand_for(MODELS, MODELS[::5]))
def test_eight_rows_at_least_are_seen_whole_on_the_stage_by_either_method(counts_at, key, method):
    start = example_session(key)
    wanted = method_named(method)
    if method == "hard" and not offers(start.model, "complete"):
        pytest.skip("no single most likely completion")
    panel = counts_at()
    go(panel, step(step(set_method(start, wanted))))
    rows = panel.sheet.grid.rows
    whole = [
        place
        for place in range(rows.model().rowCount())
        if rows.rowViewportPosition(place) + rows.rowHeight(place) <= rows.viewport().height()
    ]
    assert len(whole) >= min(8, rows.model().rowCount())
    assert rows.viewport().height() == len(whole) * rows.rowHeight(0), "no row is cut"
