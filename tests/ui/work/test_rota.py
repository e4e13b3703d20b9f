"""Panels take turns while EM runs flat out, and all show the end of it."""

import time
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, QTimer

from emviz import session as desk
from emviz.session import EVERYTHING, Arrangement, Part, example_session
from emviz.ui.frame.folding import Side
from emviz.ui.frame.places import NAMES, places
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.window import MainWindow
from emviz.ui.work.rota import NOTICEABLE, TURN, Rota, Shown
from emviz.ui.work.store import Store


@pytest.fixture
def parts(qapp):
    """Return a store, a rota of three parts, and what each part was given, in order."""
    store, shown = Store(example_session()), []
    renders = [lambda session, results, name=name: shown.append((name, session)) for name in "abc"]
    owner = QObject()
    yield store, Rota(store, [Shown((render,), EVERYTHING) for render in renders], owner), shown
    owner.deleteLater()


def test_all_at_once(parts):
    store, rota, shown = parts
    rota.render_all()
    assert shown == [(name, store.session) for name in "abc"]


def test_in_turn_each_part_has_a_turn_of_its_own(parts, qtbot):
    store, rota, shown = parts
    rota.render_in_turn()
    assert shown == []
    qtbot.waitUntil(lambda: len(shown) >= 1)
    first, later = store.session, desk.step(store.session)
    store.put(later)
    rota.render_in_turn()
    qtbot.waitUntil(lambda: rota.resting)
    assert "".join(name for name, _ in shown) == "abcabc"
    assert [session for _, session in shown] == [first] * 3 + [later] * 3, "a round is of one session"


def test_in_turn_a_panel_is_left_as_it_is_where_nothing_that_concerns_it_has_changed(qapp, qtbot):
    store, shown, owner = Store(example_session()), [], QObject()
    concerns = {"a": frozenset({Part.STEP}), "b": frozenset({Part.DECIMALS})}
    panels = [
        Shown((lambda *_, name=name: shown.append(name),), concerned) for name, concerned in concerns.items()
    ]
    rota = Rota(store, panels, owner)
    for _ in range(3):
        rota.render_in_turn()
        qtbot.waitUntil(lambda: rota.resting)
        store.put(desk.step(store.session))
    assert "".join(shown) == "abaa"
    owner.deleteLater()


def test_the_rota_rests_once_every_part_shows_the_session(parts, qtbot):
    _, rota, shown = parts
    rota.render_in_turn()
    qtbot.waitUntil(lambda: len(shown) == 3)
    qtbot.waitUntil(lambda: rota.resting)
    assert len(shown) == 3


def test_panels_are_moved_one_a_turn_before_anything_is_rendered(parts, qtbot):
    _, rota, shown = parts

    def move(name):
        shown.append((name, None))
        # What waits for no time has its turn before the next panel.
        QTimer.singleShot(0, lambda: shown.append((".", None)))

    rota.move([partial(move, name) for name in "12"])
    assert shown == []
    qtbot.waitUntil(lambda: len(shown) == 7)
    assert "".join(name for name, _ in shown) == "1.2.abc"


def test_all_panels_are_moved_at_once_where_others_wait_or_the_turns_end(parts):
    _, rota, shown = parts
    moves = [partial(shown.append, (name, None)) for name in "12"]
    rota.move(moves)
    rota.move(moves)
    assert "".join(name for name, _ in shown) == "12"
    rota.move(moves)
    rota.render_all()
    assert "".join(name for name, _ in shown) == "1212abc"


def test_all_at_once_ends_the_turns(parts, qtbot):
    _, rota, shown = parts
    rota.render_in_turn()
    rota.render_all()
    assert rota.resting
    assert len(shown) == 3


def test_a_part_that_asks_for_another_session_has_all_show_that_one(parts):
    store, _, shown = parts
    later, owner = desk.step(store.session), QObject()

    def ask(session, results):
        shown.append(("a", session))
        if session is not later:
            store.put(later)
            rota.render_all()

    rest = [
        Shown((lambda session, _, name=name: shown.append((name, session)),), EVERYTHING) for name in "bc"
    ]
    rota = Rota(store, [Shown((ask,), EVERYTHING), *rest], owner)
    first = store.session
    rota.render_all()
    assert shown == [("a", first), *((name, later) for name in "abc")]
    owner.deleteLater()


def clocks(passed, worked):
    """Return what stands in the place of `time`: seconds that have passed, and those of this thread alone."""
    return SimpleNamespace(perf_counter=lambda: passed[0], thread_time=lambda: worked[0])


def test_a_dear_part_has_fewer_turns_than_the_quick_ones(qapp, qtbot, monkeypatch):
    """Of two parts one takes longer than a turn may, on a clock that only they move on."""
    store, shown, owner, seconds = Store(example_session()), [], QObject(), [0.0]
    monkeypatch.setattr("emviz.ui.work.rota.time", clocks(seconds, seconds))

    def render(name, cost):
        shown.append(name)
        seconds[0] += cost
        store.put(desk.show(store.session, replace(store.session.display, row=len(shown))))

    parts = [
        Shown((lambda *_, name=name, cost=cost: render(name, cost),), EVERYTHING)
        for name, cost in (("a", 0.9 * NOTICEABLE), ("b", 1.5 * NOTICEABLE))
    ]
    rota = Rota(store, parts, owner)
    rota.render_in_turn()
    # The first turn is not remembered: what happens once, when a run begins, costs nothing later.
    qtbot.waitUntil(lambda: shown.count("b") == 3)
    rota.render_all()
    assert shown.count("a") > 10
    assert shown[-2:] == ["a", "b"]
    owner.deleteLater()


def test_a_part_that_was_dear_once_comes_round_like_the_others(qapp, qtbot, monkeypatch):
    """On a clock that only the parts move on, the first turn of one is dear and no other."""
    store, shown, owner, seconds = Store(example_session()), [], QObject(), [0.0]
    monkeypatch.setattr("emviz.ui.work.rota.time", clocks(seconds, seconds))

    def render(name):
        seconds[0] += 1.5 * NOTICEABLE if name == "b" and "b" not in shown else 0.1 * NOTICEABLE
        shown.append(name)
        store.put(desk.show(store.session, replace(store.session.display, row=len(shown))))

    rota = Rota(store, [Shown((lambda *_, name=name: render(name),), EVERYTHING) for name in "ab"], owner)
    rota.render_in_turn()
    qtbot.waitUntil(lambda: shown.count("a") >= 6)
    rota.render_all()
    assert "".join(shown[:10]) == "ababababab"
    owner.deleteLater()


def test_what_others_take_from_a_turn_is_not_held_against_its_panel(qapp, qtbot, monkeypatch):
    """Each turn takes longer than it may, in little of which this thread was at work."""
    store, shown, owner, passed, worked = Store(example_session()), [], QObject(), [0.0], [0.0]
    monkeypatch.setattr("emviz.ui.work.rota.time", clocks(passed, worked))

    def render(name):
        shown.append(name)
        passed[0] += 1.5 * NOTICEABLE
        worked[0] += 0.1 * NOTICEABLE
        store.put(desk.show(store.session, replace(store.session.display, row=len(shown))))

    rota = Rota(store, [Shown((lambda *_, name=name: render(name),), EVERYTHING) for name in "ab"], owner)
    rota.render_in_turn()
    qtbot.waitUntil(lambda: len(shown) >= 8)
    rota.render_all()
    assert "".join(shown[:8]) == "abababab"
    owner.deleteLater()


def test_a_clock_that_is_late_has_its_turn_before_the_next_part(parts, qtbot):
    """A part takes longer than it is to the next one: what was due meanwhile comes before that."""
    store, _, _ = parts
    shown, owner = [], QObject()

    def render(name):
        QTimer.singleShot(TURN + 2, lambda: shown.append("."))
        until = time.perf_counter() + 3 * TURN / 1000
        while time.perf_counter() < until:
            pass
        shown.append(name)

    rota = Rota(store, [Shown((lambda *_, name=name: render(name),), EVERYTHING) for name in "abc"], owner)
    rota.render_in_turn()
    qtbot.waitUntil(lambda: len(shown) == 6)
    assert "".join(shown) == "a.b.c."
    owner.deleteLater()


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    return window


def in_place(window):
    hall = window.desk.hall
    found = places(
        hall.scene, hall.room, dict(zip(Arrangement, hall.shares, strict=True))[hall.scene.arrangement]
    )
    panels = (window.bound, window.log_likelihood, window.counts, window.model_picture)
    return [card.geometry() == found[name] for name, card in zip(NAMES, panels, strict=True)]


@pytest.mark.thorough
def test_the_setup_folds_and_labels_rest_while_em_runs(window, qtbot):
    the_setup_folds_as_a_run_begins_and_the_panels_follow(window, qtbot)
    window.store.put(example_session())
    labels_rest_while_em_runs_and_come_back(window, qtbot)


def labels_rest_while_em_runs_and_come_back(window, qtbot):
    window.store.put(desk.set_limits(window.store.session, 0.0, 10**6))
    plots = window.findChildren(Plot)
    window.driver.run()
    qtbot.waitUntil(lambda: len(window.store.session.trace) > 200)
    assert all(plot.overlay.hurried for plot in plots)
    window.driver.pause()
    assert not any(plot.overlay.hurried for plot in plots)
    assert window.rota.resting


def the_setup_folds_as_a_run_begins_and_the_panels_follow(window, qtbot):
    window.resize(1280, 720)
    window.store.put(desk.set_limits(window.store.session, 0.0, 10**6))
    qtbot.waitUntil(lambda: window.desk.side is Side.BESIDE and all(in_place(window)))
    asked = []
    window.desk.hall.moves_requested.connect(lambda moves: asked.append((len(moves), any(in_place(window)))))
    window.driver.run()
    qtbot.waitUntil(lambda: window.desk.side is Side.AWAY and all(in_place(window)))
    assert asked == [(4, False)], "each has a turn of its own"
    window.desk.pin(True)
    assert window.desk.side is Side.BESIDE
    assert not any(in_place(window))
    window.driver.pause()
    assert all(in_place(window))
