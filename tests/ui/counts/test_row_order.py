"""The rows of the count card: those that tell most first, each with its number; in time around a turn."""

from dataclasses import replace

import pytest
from counting import go, halves
from showing import hand

from emviz.em.counts.table import ShareCell
from emviz.session import ordering, show, step

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def ordered(session, kind="divided"):
    return list(ordering(show(session, replace(session.display, order=kind))))[-1]


def numbers(panel, many):
    model = panel.sheet.grid.rows_model
    return [
        int(model.headerData(place, panel.sheet.grid.rows.numbers.orientation())) for place in range(many)
    ]


def in_sight(panel):
    rows = panel.sheet.grid.rows
    return [
        place
        for place in range(rows.model().rowCount())
        if rows.rowViewportPosition(place) >= 0
        and rows.rowViewportPosition(place) + rows.rowHeight(place) <= rows.viewport().height()
    ]


def test_the_most_divided_points_come_first_with_their_numbers_and_stay_through_the_iteration(counts_at):
    panel, session = counts_at(), halves("gmm", 1)
    go(panel, session)
    assert numbers(panel, 3) == [1, 2, 3], "until the order is known"
    hand(panel, session, order=ordered(session))
    rows = ordered(session).rows.tolist()
    assert numbers(panel, 9) == [row + 1 for row in rows[:9]]
    model = panel.sheet.grid.rows_model
    shares = session.model.posterior(session.data, session.step.params, ordered(session).rows[:9])
    assert [model.index(place, 1).data() for place in range(9)] == [f"{share:.2f}" for share in shares[:, 0]]
    assert model.cell(model.index(0, 1)) == ShareCell(rows[0], 0)
    assert model.index_of(ShareCell(rows[5], 1)).row() == 5
    panel.render(step(session), panel.results)
    assert numbers(panel, 9) == [row + 1 for row in rows[:9]]


def test_the_rows_in_sight_are_asked_for_once_in_a_step(counts_at, monkeypatch):
    """In the order that is known already: in that of the data they would be computed for nothing."""
    panel, session = counts_at(), halves("gmm", 1)
    go(panel, session)
    hand(panel, session, order=ordered(session))
    shown, asked, count_table = numbers(panel, 64), [], type(session.model).count_table

    def counting(self, data, state, rows):
        asked.append(rows.tolist())
        return count_table(self, data, state, rows)

    monkeypatch.setattr(type(session.model), "count_table", counting)
    panel.render(step(session), panel.results)
    panel.grab()
    assert [[row + 1 for row in rows] for rows in asked] == [shown]


def test_the_first_derivation_is_of_the_first_row_shown(counts_at, qtbot):
    panel, session = counts_at(), halves("gmm", 1)
    go(panel, session)
    hand(panel, session, order=ordered(session))
    qtbot.waitUntil(lambda: not panel.derivation.busy)
    assert f"in row {ordered(session).rows[0] + 1}" in panel.derivation.title.text()


def test_few_rows_stay_in_the_order_of_the_data(counts_at):
    panel, session = counts_at((530, 300)), halves("coins", 1)
    go(panel, session)
    hand(panel, session, order=ordered(session))
    assert numbers(panel, 5) == [1, 2, 3, 4, 5]
    assert not panel.order.isVisible()


def test_steps_in_time_are_scrolled_to_their_turn_unless_the_user_scrolls(counts_at, qtbot):
    panel, session = counts_at(), halves("hmm", 1)
    go(panel, session)
    hand(panel, session, order=ordered(session))
    assert numbers(panel, 4) == [1, 2, 3, 4]
    qtbot.waitUntil(lambda: ordered(session).first in in_sight(panel))
    assert panel.order.text() == "around a turn"
    bar = panel.sheet.grid.rows.verticalScrollBar()
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    later = step(step(session))
    panel.render(later, panel.results)
    hand(panel, later, order=ordered(later))
    assert bar.value() == 0


def test_the_chosen_row_stays_in_sight(counts_at, qtbot):
    panel, session = counts_at(), halves("gmm", 1)
    session = show(session, replace(session.display, cell=ShareCell(200, 0)))
    go(panel, session)
    hand(panel, session, order=ordered(session))
    place = ordered(session).place(200)
    assert panel.sheet.grid.rows.currentIndex().row() == place
    qtbot.waitUntil(lambda: place in in_sight(panel))


def test_another_order_is_asked_for(counts_at, qtbot):
    panel, session = counts_at(), halves("gmm", 1)
    go(panel, session)
    assert panel.order.text() == "most divided first"
    with qtbot.waitSignal(panel.display_requested) as asked:
        panel.order._actions["file"].trigger()
    assert asked.args == [{"order": "file"}]
    panel.render(show(session, replace(session.display, order="file")), panel.results)
    assert panel.order.text() == "as in the data"
