"""While EM runs, whatever is on the screen is of one step or says of which step it is."""

import re
from dataclasses import replace

import pytest
from showing import go, hand

from emviz import session as desk
from emviz.session import NOTHING_YET, Arrangement, example_session
from emviz.ui.panels.counts.updates import UpdateLine
from emviz.ui.panels.likelihood.panel import LogLikelihoodPanel
from emviz.ui.panels.pictures.panel import ModelPanel
from emviz.ui.widgets.card import Card, step_words
from emviz.ui.window import MainWindow

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
#: How often a run is looked at.
LOOKS = 40


def endless(key):
    """Return a session that never converges, every panel of it in sight."""
    session = desk.shown(example_session(key), {"arrangement": Arrangement.FOUR})
    return desk.set_limits(session, 0.0, 10**6)


@pytest.fixture
def window(qtbot, request):
    window = MainWindow(endless(request.param))
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    return window


def said(card, part=""):
    """Return the t of which a card says that it, or a part of it, is, and whether after an E-step."""
    assert card.stamp.isVisible(), f"{card.accessibleName()} says nothing"
    found = re.search(rf"{part}.*?as of iteration (\d+)(, E-step)?", card.stamp.text())
    weighed = found[2] is not None
    return int(found[1]) - weighed, weighed


def faults(window):
    """Return what on the screen disagrees with what is said of it."""
    found = []
    t, weighed = said(window.bound)
    base = t if weighed else max(t - 1, 0)
    title, caption = window.bound.choice.itemText(0), window.bound.accessibleDescription()
    if not title.startswith(f"θ({base}) ") or f"θ({base})" not in caption:
        found.append(f"bound of t = {t}: {title}, {caption}")
    t, _ = said(window.log_likelihood, "" if "log P" not in window.log_likelihood.stamp.text() else "log P")
    if f"At θ({t}) " not in window.log_likelihood.accessibleDescription():
        found.append(f"log P of t = {t}: {window.log_likelihood.accessibleDescription()}")
    t, weighed = said(window.counts)
    lines = [line.text() for line in window.counts.findChildren(UpdateLine) if line.isVisible()]
    if t and not weighed and not (lines and all(f"^({t})" in line for line in lines)):
        found.append(f"counts of t = {t}: {lines}")
    t, _ = said(window.model_picture)
    if f"λ({t})" not in [each.name for each in window.model_picture.picture._view.plates]:
        found.append(f"image of t = {t}")
    header, figures = window.transport.readout.place.text(), window.transport.readout.toolTip()
    if header.rpartition(" · ")[2] != figures.partition(": ")[0]:
        found.append(f"{header}, but {figures}")
    return found


@pytest.mark.parametrize("window", ["tomography"], indirect=True)
def test_all_that_is_shown_says_its_step_while_em_runs_and_nothing_more_once_it_is_paused(window, qtbot):
    qtbot.waitUntil(lambda: window.pictures.idle and window.rota.resting)
    window.driver.run()
    qtbot.waitUntil(lambda: window.bound.hurried)
    qtbot.waitUntil(lambda: all(card.stamp.isVisible() for card in (window.bound, *window.panels[3:])))
    seen = []
    qtbot.waitUntil(lambda: seen.append(faults(window)) or len(seen) >= LOOKS)
    assert [each for look in seen for each in look] == []
    pausing_leaves_the_last_step(window, qtbot)


def pausing_leaves_the_last_step(window, qtbot):
    qtbot.waitUntil(lambda: len(window.store.session.trace) > 60)
    window.driver.pause()
    qtbot.waitUntil(lambda: window.pictures.idle)
    last = window.store.session
    assert [card.accessibleName() for card in window.panels if not card.stamp.isHidden()] == []
    assert window.bound.picture.state.base is last.round.base
    assert window.model_picture._of.cursor == last.cursor
    assert f"θ({last.step.index}): " in window.transport.readout.toolTip()
    assert window.transport.readout.place.text().endswith(f"θ({last.step.index})")
    assert f"At θ({last.step.index}) " in window.log_likelihood.accessibleDescription()


@pytest.mark.thorough
@pytest.mark.parametrize("window", ["gmm"], indirect=True)
def test_the_slice_of_the_bound_moves_on_during_a_run(window, qtbot):
    window.driver.run()
    ts = set()
    qtbot.waitUntil(lambda: ts.add(window.bound.picture and window.bound.picture.t) or len(ts - {None}) > 1)
    pausing_leaves_the_last_step(window, qtbot)


# -- the stamp -----------------------------------------------------------------------------------------------


def stepped(halves):
    session = example_session()
    for _ in range(halves):
        session = desk.step(session)
    return session


def test_the_words_of_the_stamp():
    assert step_words({"table": stepped(4)}) == "as of iteration 2"
    assert step_words({"table": stepped(5)}) == "as of iteration 3, E-step"
    assert step_words({"path": stepped(2), "heights": stepped(2)}) == "as of iteration 1"
    assert step_words({"path": stepped(2), "heights": stepped(0)}) == (
        "path as of iteration 1, heights as of iteration 0"
    )


@pytest.fixture
def card(qtbot):
    card = Card("Card", "a hint")
    qtbot.addWidget(card)
    card.show()
    return card


def test_a_card_that_lags_behind_a_single_step_says_so_after_a_blink(card, qtbot):
    now = stepped(2)
    card.stamp_step(now, picture=desk.seek(now, 0))
    assert card.stamp.isHidden()
    qtbot.waitUntil(card.stamp.isVisible)
    assert (card.stamp.text(), card.hint.isVisible()) == ("as of iteration 0", False)
    card.stamp_step(now, picture=now)
    assert card.stamp.isHidden()
    assert card.hint.isVisible()


def test_a_card_says_its_step_during_a_run_and_nothing_where_it_is_of_none(card):
    card.hurry(True)
    card.stamp_step(stepped(1), picture=stepped(1))
    assert card.stamp.text() == "as of iteration 1, E-step"
    assert card.stamp.isVisible()
    card.stamp_step(stepped(1))
    assert card.stamp.isHidden()


def test_plots_of_two_steps_say_both(qtbot):
    panel = LogLikelihoodPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 300)
    panel.show()
    panel.hurry(True)
    now = stepped(4)
    for part in panel.parts():
        part(desk.seek(now, 2), NOTHING_YET)
    panel.parts()[0](now, NOTHING_YET)
    assert panel.stamp.text() == "log P as of iteration 2, θ as of iteration 1"


def test_a_picture_is_drawn_with_the_session_it_was_made_of(qtbot):
    """Not with a later step of it: an image of λ(1) beside the error of t = 2."""
    panel, now = ModelPanel(), example_session("tomography")
    qtbot.addWidget(panel)
    for _ in range(4):
        now = desk.step(now)
    before = desk.seek(now, 2)
    go(panel, now)
    hand(panel, before, views=tuple(desk.views(before)))
    shown = desk.show(now, replace(now.display, decimals=3))
    go(panel, shown)
    assert panel.picture._session.cursor == 2
    assert panel.picture._session.display is shown.display
