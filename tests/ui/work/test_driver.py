"""The driver: every way to move through EM, edits in their order, and failures that lose nothing."""

import threading
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.counts.table import Entry
from emviz.em.engine import Outcome
from emviz.em.hyper import hypers
from emviz.em.model import Phase, fields_of
from emviz.em.work import check_stop
from emviz.models import discover
from emviz.models.coins import Coins
from emviz.session import Request, example_session, new_session
from emviz.session.cells import Block, with_cell, with_row, without_rows
from emviz.ui.experiment.data_editor import cell_news
from emviz.ui.work.driver import GONE, Driver
from emviz.ui.work.store import Store
from emviz.ui.work.worker import Worker


class Failing(Coins):
    """A coin model whose M-step breaks down in the third iteration."""

    def m_step(self, data, counts):
        if counts.heads[0] > 20.9:
            return super().m_step(data, counts)
        raise ZeroDivisionError("coin A has no expected tosses left")


def driver_on(session):
    worker = Worker()
    return Driver(Store(session), worker)


@pytest.fixture
def driver(qapp):
    driver = driver_on(example_session())
    yield driver
    driver.shutdown()


def wait_for(qtbot, driver, length):
    qtbot.waitUntil(lambda: len(driver.store.session.trace) == length)


def test_forward_does_one_half_step(driver, qtbot):
    driver.forward()
    wait_for(qtbot, driver, 2)
    assert driver.store.session.step.phase is Phase.E
    driver.forward()
    wait_for(qtbot, driver, 3)
    assert np.round(driver.store.session.step.params.heads, 2).tolist() == [0.71, 0.58]


def test_fast_clicks_are_all_counted(driver, qtbot):
    for _ in range(7):
        driver.forward()
    wait_for(qtbot, driver, 8)
    driver.back()
    assert driver.store.session.cursor == 6
    driver.forward()
    assert driver.store.session.cursor == 7
    assert len(driver.store.session.trace) == 8


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_iterate_ends_after_the_next_m_step(driver, qtbot, before):
    for _ in range(before):
        driver.forward()
    driver.iterate()
    wait_for(qtbot, driver, 3 if before < 2 else 5)
    assert driver.store.session.step.phase is Phase.M


def test_run_converges_and_says_so(driver, qtbot):
    driver.run()
    assert driver.running
    qtbot.waitUntil(lambda: not driver.running)
    session = driver.store.session
    assert session.outcome is Outcome.CONVERGED
    assert session.at_end
    assert np.round(session.step.params.heads, 2).tolist() == [0.80, 0.52]


def endless(session):
    return desk.set_limits(session, 0.0, 10**6)


def test_pause_stops_a_run_and_run_goes_on_from_there(driver, qtbot):
    driver.store.put(endless(driver.store.session))
    driver.run()
    qtbot.waitUntil(lambda: len(driver.store.session.trace) > 100)
    driver.pause()
    assert not driver.running
    reached = len(driver.store.session.trace)
    driver.first()
    assert driver.store.session.cursor == 0
    assert len(driver.store.session.trace) == reached
    driver.run()
    qtbot.waitUntil(lambda: len(driver.store.session.trace) > reached)
    driver.pause()
    indices = [step.index for step in driver.store.session.trace]
    assert indices == sorted(indices)


def test_play_steps_at_its_speed_until_told(driver, qtbot):
    driver.set_speed(20)
    driver.toggle_play()
    qtbot.waitUntil(lambda: len(driver.store.session.trace) >= 4)
    assert driver.playing
    driver.toggle_play()
    assert not driver.playing


def test_playing_ends_when_em_has_converged(driver, qtbot):
    driver.store.put(desk.set_limits(driver.store.session, 0.5, 1000))
    driver.set_speed(20)
    driver.toggle_play()
    qtbot.waitUntil(lambda: not driver.playing)
    # Two gains, since a single one tells nothing of the next.
    assert len(driver.store.session.trace) == 5


@pytest.mark.parametrize(("asked", "told"), [(0.01, 0.2), (1, 1), (99, 20)])
def test_speed_is_held_within_its_range(driver, asked, told):
    driver.set_speed(asked)
    assert driver._clock.interval() == round(1000 / told)


def test_back_pauses_a_run(driver, qtbot):
    driver.store.put(endless(driver.store.session))
    driver.run()
    qtbot.waitUntil(lambda: len(driver.store.session.trace) > 20)
    driver.back()
    assert not driver.running
    assert driver.store.session.cursor == len(driver.store.session.trace) - 2


def test_reset_and_undo(driver, qtbot):
    driver.iterate()
    wait_for(qtbot, driver, 3)
    trace = driver.store.session.trace
    driver.reset()
    wait_for(qtbot, driver, 1)
    driver.undo()
    qtbot.waitUntil(lambda: driver.store.session.trace is trace)
    assert driver.store.session.cursor == 2
    driver.redo()
    wait_for(qtbot, driver, 1)


def test_edits_are_done_in_their_order_and_none_is_lost(driver, qtbot):
    for value in (0.1, 0.2, 0.3):
        driver.edit(partial(desk.set_start, values={"heads": np.array([value, 0.9])}))
    qtbot.waitUntil(lambda: len(driver.store.session.past) == 3)
    assert driver.store.session.start.heads.tolist() == [0.3, 0.9]


def test_a_step_asked_for_during_an_edit_is_done_after_it(driver, qtbot):
    driver.edit(partial(desk.set_start, values={"heads": np.array([0.2, 0.9])}))
    driver.forward()
    driver.forward()
    wait_for(qtbot, driver, 3)
    assert driver.store.session.start.heads.tolist() == [0.2, 0.9]


def test_a_new_stop_rule_leaves_the_trace(driver, qtbot):
    driver.iterate()
    wait_for(qtbot, driver, 3)
    driver.edit(partial(desk.set_limits, tolerance=1e-3, iterations=7))
    qtbot.waitUntil(lambda: driver.store.session.iterations == 7)
    assert len(driver.store.session.trace) == 3


def test_an_edit_drops_the_steps_of_a_run_under_way(driver, qtbot):
    driver.store.put(endless(driver.store.session))
    driver.run()
    qtbot.waitUntil(lambda: len(driver.store.session.trace) > 20)
    driver.edit(partial(desk.set_start, values={"heads": np.array([0.2, 0.9])}))
    wait_for(qtbot, driver, 1)
    assert not driver.running
    driver.forward()
    wait_for(qtbot, driver, 2)
    assert driver.store.session.trace[0].params.heads.tolist() == [0.2, 0.9]


def test_what_is_shown_meanwhile_survives_an_edit(driver, qtbot):
    driver.edit(partial(desk.draw_start, seed=1))
    session = driver.store.session
    driver.store.put(desk.show(session, replace(session.display, decimals=4)))
    qtbot.waitUntil(lambda: driver.store.session.run == session.run + 1)
    assert driver.store.session.display.decimals == 4
    assert len(driver.store.session.past) == 1


def test_another_start_that_is_refused_leaves_the_old_one_and_says_so(driver, qtbot):
    before = driver.store.session
    moving = partial(desk.set_start, values={"heads": (0.0, 1.0)})
    with qtbot.waitSignal(driver.refused) as heard:
        driver.edit(desk.Request(moving, desk.same_model, kept=desk.START_STAYS))
    assert heard.args == [
        "At the start: log P(x;θ) is −∞, the data are impossible under these parameters. "
        "θ(0) stays as it was."
    ]
    assert driver.store.session is before


def test_an_impossible_edit_is_refused_in_a_sentence(driver, qtbot):
    before = driver.store.session
    with qtbot.waitSignal(driver.refused) as heard:
        driver.edit(partial(desk.set_start, values={"heads": np.array([1.2, 0.5])}))
    assert heard.args == ["heads must lie between 0 and 1, got [1.2, 0.5]"]
    assert driver.store.session is before
    assert driver.busy is None


def test_a_failing_model_ends_the_run_and_keeps_the_trace(qapp, qtbot):
    table = Table.from_columns(
        {"tosses": ["HTTTHHTHTH", "HHHHTHHHHH", "HTHHHHHTHH", "HTHTTTHHTT", "THHHTHHHTH"]}
    )
    driver = driver_on(new_session(Failing(), table, "test"))
    with qtbot.waitSignal(driver.refused) as heard:
        driver.run()
    session = driver.store.session
    assert heard.args[0].startswith(f"Iteration {session.step.index + 1}, M-step: coin A")
    assert session.failure is not None
    assert len(session.trace) > 2
    assert not driver.running
    for again in (driver.forward, driver.run):
        with qtbot.waitSignal(driver.refused):
            again()
    driver.shutdown()


def test_a_file_is_loaded_and_undo_brings_the_old_data_back(driver, qtbot, tmp_path):
    path = tmp_path / "class.csv"
    path.write_text("heads,tails\n3,7\n8,2\n")
    old = driver.store.session.table
    with qtbot.waitSignal(driver.opened) as heard:
        driver.load(path, None)
        assert driver.busy == "Reading class.csv"
    assert heard.args == [str(path)]
    assert driver.store.session.source == "class.csv"
    assert driver.store.session.table.rows == 2
    driver.undo()
    qtbot.waitUntil(lambda: driver.store.session.table is old)


def test_a_file_with_a_wrong_cell_can_be_mended_and_nothing_is_lost(driver, qtbot, tmp_path):
    path = tmp_path / "class.csv"
    path.write_text("tosses\nHTH\nHXH\n")
    before = driver.store.session
    driver.load(path, None)
    qtbot.waitUntil(lambda: driver.busy is None)
    session = driver.store.session
    assert str(session.fault) == "class.csv, row 2, column tosses: expected only H and T, got 'X' in 'HXH'"
    assert session.table is before.table
    assert session.trace is before.trace
    driver.edit(lambda session: desk.set_table(session, session.draft.with_cell(1, "tosses", "HHH")))
    qtbot.waitUntil(lambda: driver.store.session.fault is None)
    assert driver.store.session.source == "class.csv"
    assert driver.store.session.table.rows == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "class.csv: the file is empty"),
        ("a,b\n7,2\n", "class.csv: a column tosses is needed, or heads and tails; the table has a, b"),
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_lost(driver, qtbot, tmp_path, text, sentence):
    path = tmp_path / "class.csv"
    path.write_text(text)
    before = driver.store.session
    with qtbot.waitSignal(driver.refused) as heard:
        driver.load(path, None)
    assert heard.args == [sentence]
    assert driver.store.session is before


def test_loading_can_be_cancelled(driver, qtbot, tmp_path):
    path = tmp_path / "big.csv"
    path.write_text("heads,tails\n" + "3,7\n" * 200_000)
    before = driver.store.session
    driver.load(path, None)
    driver.cancel()
    assert driver.busy is None
    driver.forward()
    wait_for(qtbot, driver, 2)
    assert driver.store.session.table is before.table


class Endless(Coins):
    """A coin model whose M-step never comes to its end, block by block."""

    begun = threading.Event()

    def m_step(self, data, counts):
        while True:
            self.begun.set()
            check_stop()


@pytest.mark.parametrize("by_edit", [False, True])
def test_what_is_cancelled_in_the_middle_of_a_step_leaves_the_desk_as_it_is(qapp, qtbot, by_edit):
    driver = driver_on(new_session(Endless(), example_session().table, "tosses"))
    driver.forward()
    wait_for(qtbot, driver, 2)
    before, changes = driver.store.session, []
    driver.store.changed.connect(changes.append)
    Endless.begun.clear()
    if by_edit:
        driver.edit(lambda session: session.model.m_step(session.data, None))
    else:
        driver.forward()
    qtbot.waitUntil(Endless.begun.is_set)
    if by_edit:
        driver.cancel()
    else:
        driver.halt()
    driver.edit(lambda session: desk.seek(session, 0))  # there is a thread for it: nothing else is under way
    qtbot.waitUntil(lambda: driver.store.session.cursor == 0)
    assert driver.store.session.trace is before.trace
    assert driver.store.session.failure is None
    assert [session.cursor for session in changes] == [0]
    driver.shutdown()


def test_an_unexpected_error_is_not_swallowed(driver, qtbot):
    def broken(session):
        raise RuntimeError("a bug")

    with qtbot.captureExceptions() as exceptions:
        driver.edit(broken)
        qtbot.waitUntil(lambda: exceptions != [])
    assert "a bug" in str(exceptions[0][1])


# -- edits that arrive after what they were made on has gone -------------------------------------------------


def entry_of(session):
    return next(
        Entry(each.name, each.free[0]) for each in session.model.parameters(session.data) if each.free
    )


def asked_of(session):
    """Return an edit of each kind, as the panels ask for it, of what is on display."""
    entry, name = entry_of(session), session.draft.names[0]
    start = fields_of(session.start)
    hyper = next(iter(hypers(session.model)), None)
    kinds = {
        "entry": Request(partial(desk.set_entry, entry=entry, value=0.4), desk.same_model),
        "start": Request(partial(desk.set_start, values=start), desk.same_model),
        "cell": Request(partial(with_cell, row=0, name=name, text="1"), desk.same_rows),
        "rows": Request(partial(without_rows, blocks=[Block(0, 0, 0, 0)]), desk.same_rows),
        "row": Request(partial(with_row, at=1), desk.same_data),
    }
    if hyper is not None:
        kinds["hyper"] = Request(partial(desk.set_model, values={hyper.name: hyper.value}), desk.same_data)
    return list(kinds.values())


@pytest.mark.parametrize("key", [model.key for model in discover()])
def test_an_edit_is_left_out_where_another_model_has_come(qtbot, key):
    other = "coins" if key != "coins" else "abo"
    driver = driver_on(example_session(key))
    heard = []
    driver.refused.connect(heard.append)
    driver.edit(partial(desk.open_example, model=other))
    for request in asked_of(driver.store.session):
        driver.edit(request)
    qtbot.waitUntil(lambda: bool(heard))
    driver.shutdown()
    assert heard == [GONE]
    session = driver.store.session
    assert session.model.key == other
    assert session.draft is session.opened
    assert session.start is not None
    assert len(session.past) == 1


def test_an_edit_of_a_row_that_has_moved_is_left_out(driver, qtbot):
    heard = []
    driver.refused.connect(heard.append)
    driver.edit(Request(partial(without_rows, blocks=[Block(0, 0, 0, 0)]), desk.same_rows))
    driver.edit(Request(partial(with_row, at=4), desk.same_data))
    driver.edit(Request(partial(with_cell, row=0, name="tosses", text="TTTT"), desk.same_rows))
    driver.edit(Request(partial(desk.set_start, values={"heads": [0.3, 0.4]}), desk.same_model))
    qtbot.waitUntil(lambda: bool(heard))
    session = driver.store.session
    assert heard == [GONE]
    assert session.draft.texts("tosses").tolist()[0] == "HHHHTHHHHH"
    assert session.draft.rows == 5
    assert session.start.heads.tolist() == [0.3, 0.4]


def test_edits_that_do_not_touch_one_another_are_all_done(driver, qtbot):
    driver.edit(Request(partial(with_cell, row=0, name="tosses", text="TTTT"), desk.same_rows))
    driver.edit(Request(partial(with_cell, row=1, name="tosses", text="HHHH"), desk.same_rows))
    driver.edit(Request(partial(desk.set_model, values={"coins": 3}), desk.same_data))
    driver.edit(Request(partial(desk.set_model, values={"weights": "learned"}), desk.same_data))
    qtbot.waitUntil(lambda: len(driver.store.session.past) == 4)
    session = driver.store.session
    assert session.draft.texts("tosses").tolist()[:2] == ["TTTT", "HHHH"]
    assert (session.model.coins, session.model.weights) == (3, "learned")


def test_an_edit_made_on_what_is_no_longer_there_is_refused_at_once(driver):
    heard, before = [], driver.store.session
    driver.refused.connect(heard.append)
    driver.store.put(desk.open_instead(before, example_session("abo")))
    driver.edit(Request(desk.reset, desk.same_model, made_on=before))
    assert heard == [GONE]


def test_an_edit_tells_what_there_is_to_say_of_it(driver, qtbot):
    news = partial(cell_news, "set")
    with qtbot.waitSignal(driver.news) as heard:
        driver.edit(Request(partial(with_cell, row=0, name="set", text="9"), desk.same_rows, news))
    assert heard.args == ["Coins does not read the column set: its results stay as they are."]


def test_a_file_that_contradicts_itself_is_opened_and_told(driver, qtbot, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("tosses,heads\nHHT,2\nHTT,2\n")
    with qtbot.waitSignal(driver.news) as heard:
        driver.load(path, None)
    assert heard.args == ["Row 2: heads is 2, and by tosses, which counts, it is 1."]
    assert driver.store.session.data.heads.sum() == 3
