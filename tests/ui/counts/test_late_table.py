"""A large count table is computed in the background; until it comes the one before it stands, and says so."""

import threading

import numpy as np
import pytest
from showing import go, hand

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.counts.changes import line_places
from emviz.em.counts.table import ShareCell
from emviz.em.model import Phase
from emviz.models.hmm import HiddenMarkov
from emviz.models.profile import Profile
from emviz.session import Derived
from emviz.session.table import BLOCK
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts import blocks as blocks_module
from emviz.ui.panels.counts.blocks import Blocks, latest
from emviz.ui.panels.counts.faces import Kind
from emviz.ui.panels.counts.panel import CountPanel
from emviz.ui.panels.counts.sheet import ROOM_FOR
from emviz.ui.panels.counts.strip import UpdateStrip
from emviz.ui.window import MainWindow
from emviz.wording.counts import share_text

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(scope="module")
def start():
    return desk.example_session("profile")


@pytest.fixture
def panel(qtbot, start):
    panel = CountPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    panel.render(start)
    panel.show()
    return panel


def shares(panel):
    """Return what stands in the column of the first share."""
    model = panel.sheet.grid.rows_model
    place = next(place for place, column in enumerate(model.columns) if column.kind is Kind.SHARE)
    return [model.index(row, place).data() for row in range(model.rowCount())]


def by_hand(session):
    """Return the same from the model itself."""
    table = session.model.count_table(session.data, session.round, np.arange(session.table.rows))
    return [share_text(table, row, 0, session.display.decimals) for row in range(session.table.rows)]


def test_the_step_before_stands_until_the_table_comes_and_says_so(panel, start, qtbot):
    weighed = desk.step(start)
    go(panel, weighed)
    assert shares(panel) == [""] * 45
    assert "θ(" not in panel.hint.text(), "its heading is that of the numbers below it"
    qtbot.waitUntil(panel.stamp.isVisible)
    assert panel.stamp.text() == "as of iteration 0"
    hand(panel, weighed, table=desk.first_rows(weighed))
    assert shares(panel) == by_hand(weighed)
    assert not panel.stamp.isVisible()
    assert panel.hint.text().startswith("at θ(0)")


def test_other_decimals_round_the_table_on_display(panel, start):
    weighed = desk.step(start)
    go(panel, weighed)
    hand(panel, weighed, table=desk.first_rows(weighed))
    after = desk.shown(desk.step(desk.step(weighed)), {"decimals": 3})
    go(panel, after)
    assert shares(panel) == by_hand(desk.shown(weighed, {"decimals": 3}))
    hand(panel, after, table=desk.first_rows(after))
    assert shares(panel) == by_hand(after)


def test_of_another_run_no_number_is_shown(panel, start):
    weighed = desk.step(start)
    go(panel, weighed)
    hand(panel, weighed, table=desk.first_rows(weighed))
    drawn = desk.step(desk.draw_start(weighed, 7))
    go(panel, drawn)
    assert shares(panel) == [""] * 45
    hand(panel, drawn, table=desk.first_rows(drawn))
    assert shares(panel) == by_hand(drawn)


def test_what_was_seen_is_not_taken_back_by_what_comes_late(start):
    one, three = desk.step(start), desk.step(desk.step(desk.step(start)))
    found = desk.Result(desk.first_rows(one), one)
    blocks = latest(one, None, found)
    assert (blocks.phase, blocks.iteration) == (Phase.E, 0)
    assert latest(three, blocks, found) is blocks
    late = desk.Result(desk.first_rows(three), three)
    assert latest(three, blocks, late).iteration == 1


def test_a_small_table_is_there_at_once():
    session = desk.step(desk.example_session("motif"))
    assert latest(session, None, None).holds(session)


def ordered(window):
    """Return the shares by hand, the most divided rows first."""
    order, told = window.counts.sheet.grid.rows_model.order, by_hand(window.store.session)
    assert order.kind == "divided"
    return [told[order.row(place)] for place in range(45)]


def test_the_rows_of_a_large_table_are_computed_in_the_background(qtbot, monkeypatch, start):
    mine, asked, count_table = threading.get_ident(), [], Profile.count_table

    def noted(self, data, state, rows):
        asked.append((threading.get_ident() == mine, state.phase, len(rows)))
        return count_table(self, data, state, rows)

    monkeypatch.setattr(Profile, "count_table", noted)
    window = MainWindow(start)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.pictures.idle)
    asked.clear()
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1 and window.pictures.idle)
    assert asked == [(False, Phase.E, 45)]
    assert shares(window.counts) == ordered(window)
    asked.clear()
    window.driver.run()
    qtbot.waitUntil(lambda: window.store.session.cursor > 6)
    window.driver.pause()
    qtbot.waitUntil(lambda: not window.driver.running and window.pictures.idle)
    assert {own for own, _, _ in asked} == {False}
    assert shares(window.counts) == ordered(window)


@pytest.mark.thorough
def test_the_steps_around_those_in_sight_are_weighed_in_the_background(qtbot, monkeypatch):
    """All of a sequence is weighed for any step of it, and those that turn most may be far down."""
    mine, asked, count_table = threading.get_ident(), [], HiddenMarkov.count_table

    def noted(self, data, state, rows):
        asked.append((threading.get_ident() == mine, state.phase))
        return count_table(self, data, state, rows)

    monkeypatch.setattr(HiddenMarkov, "count_table", noted)
    rolls = np.random.default_rng(6).integers(1, 7, 9000).astype(str)
    rolls[5000:5040] = "6"
    window = MainWindow(desk.new_session(HiddenMarkov(), Table.from_columns({"symbol": rolls}), "rolls"))
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    qtbot.waitUntil(lambda: window.pictures.idle)
    asked.clear()
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1 and window.pictures.idle)
    session, grid = window.store.session, window.counts.sheet.grid
    seen = range(grid.rows.rowAt(0), grid.rows.rowAt(grid.rows.viewport().height() - 1) + 1)
    assert grid.rows_model.order.first in seen
    assert seen[0] > BLOCK
    place = next(place for place, column in enumerate(grid.rows_model.columns) if column.kind is Kind.SHARE)
    told = [grid.rows_model.index(row, place).data() for row in seen]
    assert (True, Phase.E) not in asked
    table = session.model.count_table(session.data, session.round, np.array(seen))
    assert told == [share_text(table, at, 0, session.display.decimals) for at in range(len(seen))]


def test_a_table_is_measured_without_writing_every_line_of_the_m_step(monkeypatch):
    """An image has a line for each of its pixels; a few of them tell how wide they are."""
    session, written = desk.example_session("tomography"), []
    divided = blocks_module._divided
    monkeypatch.setattr(blocks_module, "_divided", lambda line: written.append(line) or divided(line))
    filled = Blocks(session).filled()
    places = line_places(session.model.parameters(session.data), filled.updates)
    assert len(filled.updates) == len(places) == 1024
    assert not written
    line = filled.updates[5]
    assert line.value == line.numerator / sum(line.terms)


def test_the_lines_of_the_m_step_are_measured_once_for_both_their_places(qtbot, monkeypatch):
    session, measured = desk.step(desk.example_session("hmm")), []
    panel = CountPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 900)
    panel.render(session)
    panel.show()
    reserve = UpdateStrip.reserve
    monkeypatch.setattr(UpdateStrip, "reserve", lambda *given: measured.append(given[0]) or reserve(*given))
    go(panel, desk.shown(session, {"decimals": 4}))
    assert measured == [panel.sheet.strip]
    there, below = panel.sheet.strip, panel.shelf.board.strip
    assert (below.line_width, below.line_height) == (there.line_width, there.line_height)
    below.reserve(Blocks(desk.shown(session, {"decimals": 4})).filled().updates, ROOM_FOR, 4, LIGHT)
    assert (below.line_width, below.line_height) == (there.line_width, there.line_height), "as by itself"


def test_rows_that_are_scrolled_to_and_their_derivations_are_asked_for_and_shown_once_they_come(panel, start):
    asked, wanted = [], []
    panel.awaiting.on = True
    panel.awaiting.rows_wanted.connect(lambda *each: asked.append(each))
    panel.awaiting.derivation_wanted.connect(lambda session, derive: wanted.append(derive))
    weighed = desk.step(start)
    go(panel, weighed)
    hand(panel, weighed, table=desk.some_rows(weighed, np.arange(16)))
    bar = panel.sheet.grid.rows.verticalScrollBar()
    bar.setValue(bar.maximum())
    session, seen, missing = asked[-1]
    assert (session.cursor, seen[-1], missing) == (1, 44, seen)
    assert {shares(panel)[row] for row in missing} == {"…"}
    chosen = desk.shown(weighed, {"cell": ShareCell(44, 0)})
    go(panel, chosen)
    panel.derivation._go_on()
    hand(panel, chosen, far=desk.some_rows(weighed, np.array(missing)))
    assert [shares(panel)[row] for row in missing] == [by_hand(weighed)[row] for row in missing]
    known = Blocks(chosen).derivation(ShareCell(44, 0))
    assert panel.derivation.busy
    hand(panel, chosen, derived=Derived(wanted[-1], wanted[-1]()))
    assert panel.derivation._derivation == known
    # The next step brings what is in sight along.
    table = desk.first_rows(weighed, seen=missing)
    assert set(missing) <= set(table.rows.tolist())


@pytest.mark.thorough
def test_the_window_derives_and_answers_for_large_tables_in_the_background(window_with, qtbot, start):
    window = window_with(desk.step(start), pinned=True)
    window.show_display({"row": 40, "cell": ShareCell(40, 0)})
    assert {"derived", "answer"} <= window.pictures._waiting or window.counts.derivation.busy
    qtbot.waitUntil(lambda: window.pictures.idle and not window.counts.derivation.busy)
    session, results = window.store.session, window.store.results
    assert results.derived.value.value == Blocks(session).derivation(ShareCell(40, 0))
    (best, *_), answer = window.data.answer.bars.texts, desk.answer(session)
    assert answer.completions[0] in best
    assert results.answer.of.display.row == 40
