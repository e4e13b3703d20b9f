"""Compare methods: the dialog, its curves, its paths, its table, and what is done with it."""

import json
from dataclasses import replace

import numpy as np
import pytest
from clipping import clipped
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from standing import stand_for

import emviz
from emviz import session as desk
from emviz.console import cli
from emviz.em.methods import METHODS, method_named
from emviz.em.rounding import MINUS
from emviz.session import example_session
from emviz.ui.comparison.contest import wider
from emviz.ui.comparison.dialog import USUAL, CompareDialog

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

LANDSCAPE = 2


@pytest.fixture
def window(window_with, request):
    return window_with(getattr(request, "param", "coins"), (1280, 720))


def asked(window):
    """Open the dialog."""
    window.commands["compare"].trigger()
    return window.findChild(CompareDialog)


def opened(window, qtbot):
    """Open the dialog, and wait until what it compares by itself has ended."""
    dialog = asked(window)
    finish(dialog, qtbot)
    return dialog


def asked_of(window, session):
    """Open the dialog on another session in the same window, and have nothing compared yet."""
    window.store.put(session)
    dialog = asked(window)
    dialog.give_up()
    return dialog


def closed(dialog, qtbot):
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()


def finish(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog.contest.busy is None and dialog.contest.comparison is not None)


@pytest.fixture
def dialog(window, qtbot):
    dialog = opened(window, qtbot)
    yield dialog
    dialog.reject()


def compare(dialog, qtbot, *keys):
    dialog.contest.compare([method_named(key) for key in keys])
    finish(dialog, qtbot)


def texts(dialog):
    """What each row of the table says, its sentence last."""
    table = dialog.table
    rows = zip(table.rows, table.sentences, strict=True)
    return [[*(cell.text() for cell in row), said.html] for row, said in rows if not said.isHidden()]


def endless():
    return desk.set_limits(example_session("coins"), 0.0, 1_000_000)


# -- what is shown -------------------------------------------------------------------------------------------


def test_the_usual_comparison(window, dialog, qtbot, tmp_path, monkeypatch, capsys):
    numbers_are_those_of_the_function(dialog)
    each_method_has_its_own_colour_dash_marker_and_name(dialog)
    curves_stand_over_iterations_or_over_what_they_have_cost(dialog)
    newton_walks_to_the_saddle_and_em_to_the_maximum(dialog)
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: tmp_path / suggestion)
    csv_is_that_of_the_command_and_the_picture_a_png(window, dialog, qtbot, tmp_path, capsys)


def numbers_are_those_of_the_function(dialog):
    compared = emviz.compare("coins", methods=USUAL)
    shown = texts(dialog)
    assert len(shown) == len(USUAL)
    for row, each in zip(shown, compared.contenders, strict=True):
        value = f"log P {each.trace.objectives[-1]:.6f}".replace("-", MINUS)
        numbers = [
            f"{each.trace.iterations:,}",
            f"{each.spent[-1]:,}",
            f"{each.maps:,}",
            f"{each.for_hessians:,}",
        ]
        assert row[:7] == [each.title, *numbers, value, "yes" if each.monotone else "no"]
        assert row[7] == each.ending.place.value
    for lane, each in zip(dialog.contest.lanes, compared.contenders, strict=True):
        assert (lane.heights, lane.spent) == (each.trace.objectives, each.spent)


def each_method_has_its_own_colour_dash_marker_and_name(dialog):
    plot = dialog.curves.plots[0]
    pens = [curve.opts["pen"] for curve in plot.curves.values()]
    assert (
        len({pen.color().name() for pen in pens})
        == len({tuple(pen.dashPattern()) for pen in pens})
        == len(USUAL)
    )
    assert len({mark.symbol for mark in plot.overlay.drawing.marks}) == len(USUAL)
    assert plot.overlay.boxes.keys() == {lane.method.title for lane in dialog.contest.lanes}


def curves_stand_over_iterations_or_over_what_they_have_cost(dialog):
    plot, squarem = dialog.curves.plots[0], USUAL.index("squarem")
    xs, ys = plot.curves[squarem].getData()
    assert xs.tolist() == list(range(len(ys)))
    dialog.tabs.setCurrentIndex(1)
    xs, again = plot.curves[squarem].getData()
    # Two E-steps where it does not jump, else three.
    assert xs[:4].tolist() == [0, 2, 5, 8]
    assert again.tolist() == ys.tolist() == dialog.contest.lanes[squarem].heights
    assert plot.getAxis("bottom").labelText == "E-steps done"


def newton_walks_to_the_saddle_and_em_to_the_maximum(dialog):
    assert dialog.contest.session.start.heads.tolist() == [0.6, 0.5]
    dialog.tabs.setCurrentIndex(LANDSCAPE)
    ends = {lane.method.key: lane.path[-1] for lane in dialog.contest.lanes}
    np.testing.assert_allclose(ends["newton"], [0.66, 0.66], atol=1e-6)
    np.testing.assert_allclose(ends["em"], [0.7967, 0.5196], atol=1e-3)
    assert {
        "Newton–Raphson: saddle (0.66, 0.66)",
        "EM: maximum (0.80, 0.52)",
        "θ(0)",
    } <= dialog.paths.plot.overlay.boxes.keys()
    assert dialog.paths.caption.text() == "The colours are log P."
    rows = {row[0]: row for row in texts(dialog)}
    assert rows["Newton–Raphson"][6:] == [
        "no",
        "saddle",
        "Converged after 7 iterations at a saddle: −H has an eigenvalue below 0, −2.99.",
    ]


def csv_is_that_of_the_command_and_the_picture_a_png(window, dialog, qtbot, tmp_path, capsys):
    csv, png = tmp_path / "comparison.csv", tmp_path / "comparison.png"
    with qtbot.waitSignal(window.exporter.saved):
        dialog.csv.click()
    assert dialog.note.text() == "Saved comparison.csv."
    capsys.readouterr()
    assert cli.main(["compare", "coins", "--methods", ",".join(USUAL), "--csv"]) == 0
    assert csv.read_text(encoding="utf-8").splitlines() == capsys.readouterr().out.splitlines()
    with qtbot.waitSignal(window.exporter.saved):
        dialog.picture.click()
    assert dialog.note.text() == "Saved comparison.png."
    assert QImage(str(png)).width() == 2 * dialog.results.width()


@pytest.mark.thorough
def test_methods_are_chosen_and_what_they_are_compared_by_is_said(dialog, qtbot):
    another_objective_has_its_own_axes_and_is_named(dialog, qtbot)
    a_failure_is_a_row_with_its_sentence(dialog, qtbot)
    up_to_four_methods_can_be_chosen(dialog, qtbot)
    a_fixed_step_is_typed_beside_the_methods_and_leaves_the_square(dialog, qtbot)


def another_objective_has_its_own_axes_and_is_named(dialog, qtbot):
    compare(dialog, qtbot, "em", "hard")
    soft, hard = dialog.curves.plots
    assert [list(plot.curves) for plot in (soft, hard)] == [[0], [1]]
    assert [plot.getAxis("left").labelText for plot in (soft, hard)] == [
        "log P, nats",
        "max log P(x, z), nats",
    ]
    assert not hard.isHidden()
    # Σ max_z log P(x, z) at the heads and tails of Figure 1, both coins alike likely, θ = (0.80, 0.45).
    assert texts(dialog)[1][5] == "max log P(x, z) −32.240585"
    dialog.tabs.setCurrentIndex(LANDSCAPE)
    assert dialog.paths.caption.text().endswith("Hard EM does not climb on it: it raises max log P(x, z).")
    compare(dialog, qtbot, "em", "newton")
    dialog.tabs.setCurrentIndex(0)
    assert hard.isHidden()
    assert list(soft.curves) == [0, 1]


def a_failure_is_a_row_with_its_sentence(dialog, qtbot):
    compare(dialog, qtbot, "em", "gradient:0.03:natural")
    em, failed = texts(dialog)
    assert em[7] == "maximum"
    assert failed[:2] == ["Gradient ascent, step 0.03, natural", "0"]
    assert failed[6:8] == ["–", "failed"]
    assert failed[8].startswith(
        "Failed after 0 iterations. Iteration 1: the step leaves the domain: θ<sub>A</sub> would be 1.022"
    )
    dialog.tabs.setCurrentIndex(LANDSCAPE)
    told = [label.text for label in dialog.paths.plot.overlay.drawing.labels]
    assert "Gradient ascent, step 0.03, natural: failed (0.60, 0.50)" in told


def up_to_four_methods_can_be_chosen(dialog, qtbot):
    boxes = dict(zip([method.key for method in METHODS], dialog.boxes, strict=True))
    assert {key for key, box in boxes.items() if box.isChecked()} == set(USUAL)
    boxes["gradient"].click()
    assert not boxes["anderson"].isEnabled()
    boxes["gradient"].click()
    assert boxes["anderson"].isEnabled()
    boxes["anderson"].click()
    assert not boxes["gradient"].isEnabled()
    dialog.run.click()
    finish(dialog, qtbot)
    assert [row[0] for row in texts(dialog)] == ["EM", "Newton–Raphson", "SQUAREM", "Anderson"]
    for key in ("em", "newton", "squarem", "anderson"):
        boxes[key].click()
    assert not dialog.run.isEnabled()


def a_fixed_step_is_typed_beside_the_methods_and_leaves_the_square(dialog, qtbot):
    gradient = [method.key for method in METHODS].index("gradient")
    assert dialog.stride.isHidden()
    dialog.boxes[gradient].setChecked(True)
    assert not dialog.stride.isHidden()
    dialog.stride.length.setText("0.03")
    dialog.stride.coordinates.setCurrentIndex(1)
    dialog.stride.take()
    dialog.compare()
    finish(dialog, qtbot)
    rows = {row[0]: row for row in texts(dialog)}
    failed = rows["Gradient ascent, step 0.03, natural"]
    assert failed[7] == "failed"
    assert "the step leaves the domain: θ<sub>A</sub> would be 1.022" in failed[-1]
    dialog.stride.length.setText("none")
    dialog.stride.take()
    assert dialog.note.text() == "The step must be a number above 0, such as 0.03, but 'none' is not."


@pytest.mark.thorough
def test_what_follows_from_data_and_model(window, qtbot):
    # A run much longer than the others: its axis is logarithmic.
    dialog = asked_of(window, replace(example_session("deaths"), iterations=300))
    compare(dialog, qtbot, "em", "newton")
    plot = dialog.curves.plots[0]
    assert plot.getAxis("bottom").labelText == "iterations done, t (logarithmic)"
    newton = dialog.contest.lanes[1]
    np.testing.assert_allclose(10 ** plot.curves[1].getData()[0] - 1, range(len(newton.heights)), atol=1e-12)
    assert texts(dialog)[0][1:3] == ["300", "300"]
    assert texts(dialog)[0][7] == "stopped"
    assert dialog.paths.caption.text() == "" or "as at θ(0)" in dialog.paths.caption.text()
    closed(dialog, qtbot)
    # No landscape: no page for one.
    dialog = asked_of(window, example_session("poisson"))
    assert [dialog.tabs.isTabVisible(place) for place in range(3)] == [True, True, False]
    closed(dialog, qtbot)
    # Methods that are not offered say why.
    dialog = asked_of(window, example_session("tomography"))
    hard = dialog.boxes[[method.key for method in METHODS].index("hard")]
    assert not hard.isEnabled()
    assert "no single most likely completion" in hard.toolTip()
    assert "newton" not in [method.key for method in dialog.chosen]
    dialog.reject()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("theme", "points"), stand_for([(a, b) for a in ("light", "dark") for b in (11, 13)], [("light", 13)])
)
def test_no_text_is_clipped(window, qtbot, theme, points):
    window.appearance.choose(theme)
    window.appearance.resize(points)
    dialog = asked_of(window, window.store.session)
    compare(dialog, qtbot, "em", "hard", "backtracking", "newton")
    assert dialog.width() <= 1280
    assert dialog.height() <= 720
    for tab in range(3):
        dialog.tabs.setCurrentIndex(tab)
        dialog.grab()
        qtbot.waitUntil(lambda: clipped(dialog) == [])
        plots = (dialog.paths.plot,) if tab == LANDSCAPE else dialog.curves.plots
        for plot in plots:
            boxes = plot.overlay.boxes
            assert len(boxes) == len(plot.overlay.drawing.labels) > 0
            assert all(plot.view.rect().contains(box) for box in boxes.values())
    dialog.reject()


# -- what is chosen and done ---------------------------------------------------------------------------------


def test_a_key_opens_it_and_a_run_is_taken_to_the_desk_but_not_from_another_start(window, qtbot):
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_C)
    dialog = window.findChild(CompareDialog)
    finish(dialog, qtbot)
    window.driver.edit(lambda session: desk.draw_start(session, 7))
    qtbot.waitUntil(lambda: window.store.session.seed == 7)
    with qtbot.waitSignal(window.driver.refused):
        dialog.table.buttons[0].click()
    assert window.store.session.seed == 7
    assert len(window.store.session.trace) == 1
    window.driver.undo()
    qtbot.waitUntil(lambda: window.store.session.seed is None)

    dialog = opened(window, qtbot)
    newton = dialog.contest.lanes[USUAL.index("newton")].finish
    dialog.table.buttons[USUAL.index("newton")].click()
    qtbot.waitUntil(lambda: window.store.session.method.key == "newton")
    session = window.store.session
    assert desk.trace_of(session).objectives == newton.contender.trace.objectives
    assert session.at_end
    assert session.outcome is newton.run.outcome
    np.testing.assert_allclose(session.step.params.heads, [0.66, 0.66], atol=1e-6)
    window.driver.undo()
    qtbot.waitUntil(lambda: window.store.session.method.key == "em")


@pytest.mark.parametrize("window", [endless()], indirect=True)
def test_a_comparison_can_be_cancelled_and_what_was_found_stays(window, qtbot):
    dialog = asked(window)
    contest = dialog.contest
    qtbot.waitUntil(lambda: all(len(lane.heights) > 3 for lane in contest.lanes))
    assert dialog.cancel.isEnabled()
    assert not dialog.run.isEnabled()
    dialog.cancel.click()
    assert contest.busy is None
    done = [len(lane.heights) for lane in contest.lanes]
    assert [row[7] for row in texts(dialog)] == ["cancelled"] * len(USUAL)
    assert [row[1] for row in texts(dialog)] == [f"{each - 1:,}" for each in done]
    assert not dialog.csv.isEnabled()
    assert not any(button.isEnabled() for button in dialog.table.buttons)
    dialog.run.click()
    qtbot.waitUntil(lambda: all(len(lane.heights) > 3 for lane in contest.lanes))
    dialog.reject()
    assert contest.busy is None
    with qtbot.waitSignal(dialog.destroyed):
        pass


@pytest.mark.thorough
def test_the_rule_on_theta_holds_for_every_method_of_a_comparison(capsys, tmp_path):
    """Of the deaths: EM 2,643 iterations to a step of 1e-8, SQUAREM below a hundred E-steps."""
    start = tmp_path / "start.json"
    start.write_text('{"weight": [0.5, 0.5], "rate": [1, 3]}')
    asked = ["--start", str(start), "--methods", "em,squarem,squarem-unguarded", "--iterations", "5000"]
    assert cli.main(["compare", "deaths", *asked, "--tolerance-on", "theta", "--json"]) == 0
    em, guarded, free = json.loads(capsys.readouterr().out)["methods"]
    assert (em["iterations"], em["monotone"], em["end"]["place"]) == (2643, True, "maximum")
    assert guarded["monotone"]
    assert not free["monotone"]
    assert free["e_steps"] < guarded["e_steps"] < 100
    assert abs(em["value"] - guarded["value"]) < 1e-6


def test_the_landscape_is_widened_for_paths_that_end_outside():
    coins, scan = example_session("coins"), example_session("tomography", "spots")
    assert list(wider(coins, [coins.start])) == []
    start = scan.start.activity
    far = scan.start._replace(activity=start * 5)
    *_, found = wider(scan, [far])
    x, _ = scan.display.axes
    assert found.xs[0] < start[x.index] < 5 * start[x.index] < found.xs[-1]
