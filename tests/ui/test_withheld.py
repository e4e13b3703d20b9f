"""What would tell a class the answer waits until it is revealed: dialogs, tools, names, sources."""

import re
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QTextBrowser, QWidget
from standing import stand_for

from emviz import session as desk
from emviz.models import discover
from emviz.session import example_session, with_simulated
from emviz.ui.comparison.dialog import CompareDialog
from emviz.ui.uncertainty.errors_dialog import ErrorsDialog, StandardErrors

# The screenless platform has nothing to raise a window on, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

FIGURE = re.compile(r"\d+\.\d+")


@pytest.fixture
def opened(window_with):
    """Return what shows a session with the answers hidden."""

    def shown(session="coins"):
        window = window_with(session)
        window.lecture.unveil(False)
        return window

    return shown


def dialogs(window):
    return [each for each in window.findChildren(QDialog) if each.isVisible()]


def test_what_dialogs_tell_while_the_answers_are_hidden(opened, qtbot):
    window = opened()
    whoever_simulates_is_told_who_reads_the_truth(window)
    window.lecture.unveil(False)
    a_dialog_that_would_tell_waits_for_the_key(window, qtbot)


def whoever_simulates_is_told_who_reads_the_truth(window):
    for shown, said in ((False, "the class reads it"), (True, "EM does not see it.")):
        window.lecture.unveil(shown)
        window.setup.simulate.click()
        (dialog,) = dialogs(window)
        assert any(said in label.text() for label in dialog.findChildren(QLabel))
        dialog.done(0)


def a_dialog_that_would_tell_waits_for_the_key(window, qtbot):
    (key,) = [key.toString() for key in window.commands["unveil"].shortcuts()]
    for command, what in {
        "compare": "A comparison of methods",
        "errors": "A table of standard errors",
    }.items():
        window.commands[command].trigger()
        assert dialogs(window) == []
        assert window.status.sentence.whole == (
            f"{what} would reveal what the class should guess. {key} reveals all of that; then try again."
        )
    window.commands["unveil"].trigger()
    for command, kind in {"compare": CompareDialog, "errors": ErrorsDialog}.items():
        window.commands[command].trigger()
        (dialog,) = dialogs(window)
        assert isinstance(dialog, kind)
        dialog.done(0)
    qtbot.waitUntil(lambda: not window.findChild(StandardErrors).busy)


def test_tools_that_would_tell_wait_and_others_do_not(opened, qtbot):
    window = opened(example_session("motif"))
    begun = []
    window.workshop.begun.connect(partial(begun.append, 1))
    tools = {tool.key: tool for tool in window.store.session.model.tools}
    window.workshop.use("seeds")
    assert begun == []
    assert window.status.sentence.whole.startswith("Try every word as a seed would reveal ")
    window.workshop.use("shift-left")
    assert begun == [1]
    qtbot.waitUntil(lambda: not window.workshop.busy)
    assert [tools[key].tells for key in ("seeds", "shift-left", "shift-right")] == [True, False, False]
    (test,) = example_session("haplotype").model.tools
    assert test.tells


def names(window):
    """Yield what the window says of the data and of where they come from."""
    yield from (window.windowTitle(), window.transport.chip.text(), window.transport.chip.toolTip())
    for each in (window.transport.chip, *window.setup.findChildren(QWidget)):
        yield from (each.accessibleName(), each.accessibleDescription(), each.toolTip())
        if isinstance(each, QLabel):
            yield each.text()
    for box in window.setup.findChildren(QComboBox):
        for place in range(box.count()):
            yield from (box.itemText(place), str(box.itemData(place, Qt.ItemDataRole.ToolTipRole)))


def about(window):
    """Return the page about the model."""
    window.commands["model"].trigger()
    (page,) = window.findChildren(QTextBrowser)
    text = page.toPlainText()
    page.window().done(0)
    page.window().setParent(None)
    return text


def truths(session):
    """Return the numbers of the sources of examples that were made, as they are written."""
    return {
        figure
        for example in session.model.examples
        if example.source.startswith("simulated")
        for figure in FIGURE.findall(example.source)
    }


@pytest.mark.parametrize("key", stand_for([model.key for model in discover()], ["coins"]))
def test_no_name_and_no_source_tells_the_truth(opened, qtbot, key):
    window = opened(example_session(key))
    secret = truths(window.store.session) - {"0.00"}
    start = {f"{value:.{places}f}" for value in flat(window.store.session.start) for places in (1, 2, 3)}
    heard = [*names(window), about(window)]
    assert {figure for text in heard for figure in FIGURE.findall(text)} & (secret - start) == set()
    window.lecture.unveil(True)
    heard = [*names(window), about(window)]
    assert {figure for text in heard for figure in FIGURE.findall(text)} >= secret


def flat(params):
    return np.concatenate([np.ravel(field) for field in params]).tolist()


@pytest.mark.thorough
def test_simulated_data_are_named_without_their_truth(opened, qtbot):
    session = with_simulated(example_session(), {"heads": np.array([0.91, 0.23])}, 30, 5)
    window = opened(session)
    hidden = list(names(window))
    assert not [text for text in hidden if "0.91" in text or "0.23" in text]
    assert window.windowTitle() == "simulated: 30 sets, seed 5[*] — emviz"
    # Whatever else of the model changes.
    window.store.put(desk.set_model(window.store.session, {"coins": 3}))
    assert not [text for text in names(window) if "0.91" in text]
    window.lecture.unveil(True)
    assert window.windowTitle() == "simulated: 30 sets, seed 5, true θ = 0.91, 0.23[*] — emviz"
    assert window.setup.example.currentText() == "simulated: 30 sets, seed 5, true θ = 0.91, 0.23"
