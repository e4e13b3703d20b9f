"""Where a number comes from: what is told first, what is seen at once, and where it begins."""

import re
import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QPoint, QRect

from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.models import discover
from emviz.session import example_session, show, step
from emviz.ui.look.style import dress
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.panel import CountPanel
from emviz.ui.widgets.formula import Composer, plain, svg_of
from emviz.ui.work.worker import Worker

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

#: The card of the counts in a window of 1280 × 720.
LAPTOP = (530, 298)
EXAMPLES = [(model.key, None) for model in discover() if model.key != "proteins"]
LAYERS = [
    ("proteins", example.key) for example in next(m for m in discover() if m.key == "proteins").examples
]


@pytest.fixture
def panel(qapp, qtbot):
    qapp.setProperty("emvizMotion", False)
    dress(qapp, LIGHT, 11)
    made = CountPanel()
    qtbot.addWidget(made)
    made.apply_theme(LIGHT)
    made.resize(*LAPTOP)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    qapp.setProperty("emvizMotion", None)
    qapp.setStyleSheet("")


def after(halves, **display):
    session = example_session()
    for _ in range(halves):
        session = step(session)
    return show(session, replace(session.display, **display))


def opened(panel, qtbot, session):
    panel.render(session)
    qtbot.waitUntil(lambda: not panel.derivation.busy)
    panel.grab()
    return panel.derivation


def in_sight(view, widget):
    area = view._scroll.viewport()
    place = QRect(widget.mapTo(area, QPoint(0, 0)), widget.size())
    return area.rect().contains(place)


@pytest.mark.parametrize(("key", "example"), [*EXAMPLES, *LAYERS])
def test_a_parameter_is_told_by_its_own_fraction_first(key, example):
    session = step(step(example_session(key, example)))
    blocks = Blocks(session)
    updates = blocks.at(0)[0].updates
    for place in {0, len(updates) - 1}:
        first, *others = blocks.derivation(UpdateCell(place)).lines
        numbers = re.findall(r"-?\d+(?:\.\d+)?", plain(first.formula))
        _, _, decimals = numbers[-1].partition(".")
        assert float(numbers[-1]) == pytest.approx(updates[place].value, abs=0.5001 * 10 ** -len(decimals))
        assert others, "the sums follow"


def test_formulas_are_typeset_in_the_background_while_em_runs_flat_out(panel, qtbot, monkeypatch):
    asked, typeset = [], svg_of

    def remembering(*formula):
        asked.append((threading.current_thread(), *formula))
        return typeset(*formula)

    monkeypatch.setattr("emviz.ui.widgets.formula.svg_of", remembering)
    worker, parent = Worker(), QObject()
    composer, view = Composer(worker, parent), panel.derivation
    view.formulas_wanted.connect(composer.compose)
    composer.composed.connect(view.take_formulas)
    panel.hurry(True)
    opened(panel, qtbot, after(1, cell=CountCell(1, 0)))
    assert len(asked) == len(view.lines)
    assert not [formula for thread, *formula in asked if thread is threading.main_thread()]
    assert all(line.formula.typeset for line in view.lines)
    panel.hurry(False)
    opened(panel, qtbot, after(3, cell=CountCell(1, 0)))
    assert {thread for thread, *_ in asked[len(view.lines) :]} == {threading.main_thread()}
    worker.shutdown()
    parent.deleteLater()


def test_the_answer_of_figure_1b_is_seen_without_scrolling(panel, qtbot):
    view = opened(panel, qtbot, after(1, cell=CountCell(1, 0)))
    told = [line.formula.accessibleName() for line in view.lines[:3]]
    assert told == [
        "P(A) = (0.60^9 · 0.40^1) / (0.60^9 · 0.40^1 + 0.50^9 · 0.50^1)",
        "0.004031 / (0.004031 + 9.766 × 10^−4) ≈ 0.80",
        "0.80 × 9 H ≈ 7.2 H, 0.80 × 1 T ≈ 0.8 T",
    ]
    qtbot.waitUntil(lambda: all(in_sight(view, line.formula) for line in view.lines[:3]))
    rows = panel.sheet.grid.rows
    assert rows.viewport().rect().contains(rows.visualRect(rows.model().index(1, 3)))


def test_a_parameter_is_seen_whole_without_scrolling(panel, qtbot):
    view = opened(panel, qtbot, after(2, cell=UpdateCell(0)))
    assert [line.formula.accessibleName() for line in view.lines] == [
        "θ_A = 21.3 / (21.3 + 8.6) ≈ 0.71",
        "2.2 + 7.2 + 5.9 + 1.4 + 4.5 ≈ 21.3 H",
        "2.2 + 0.8 + 1.5 + 2.1 + 1.9 ≈ 8.6 T",
    ]
    qtbot.waitUntil(lambda: all(in_sight(view, line.formula) for line in view.lines))


def test_another_derivation_begins_at_its_top_and_the_same_one_stays(panel, qtbot):
    view = opened(panel, qtbot, after(1, cell=ShareCell(1, 0)))
    bar = view._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    opened(panel, qtbot, after(3, cell=ShareCell(1, 0)))
    assert bar.value() > 0, "the same question, a step on"
    view = opened(panel, qtbot, after(1, cell=TotalCell(0)))
    assert bar.value() == 0
    assert in_sight(view, view.lines[0].formula)
    assert view.lines[0].formula.accessibleName() == "2.2 + 7.2 + 5.9 + 1.4 + 4.5 ≈ 21.3 H"
    opened(panel, qtbot, after(1, cell=ShareCell(1, 0)))
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    opened(panel, qtbot, after(1))
    opened(panel, qtbot, after(1, cell=ShareCell(1, 0)))
    assert bar.value() == 0, "closed and opened again"


@pytest.mark.thorough
def test_head_and_derivation_say_at_which_parameters_they_are(panel, qtbot):
    for halves, words in ((0, ""), (1, "at θ(0)"), (2, "at θ(0)"), (3, "at θ(1)")):
        panel.render(after(halves))
        assert panel.hint.text().startswith(words)
        assert ("θ" in panel.hint.text()) == bool(words)
    for halves, words in ((1, "at θ(0)"), (2, "at θ(0)"), (3, "at θ(1)")):
        view = opened(panel, qtbot, after(halves, cell=ShareCell(0, 0)))
        assert view.place.text() == words
        assert words in view.text
