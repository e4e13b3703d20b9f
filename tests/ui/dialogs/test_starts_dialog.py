"""Many starts: the dialog, its list, its pictures, what is hidden, and what is done with a run."""

from dataclasses import replace

import numpy as np
import pytest
from clipping import clipped
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from standing import stand_for

import emviz
from emviz import session as desk
from emviz.api.starting import Starts
from emviz.console import cli
from emviz.data.table import Table
from emviz.em.engine import Outcome
from emviz.em.optima.basins import basins
from emviz.em.pictures.spoilers import HIDDEN
from emviz.em.rounding import MINUS
from emviz.session import example_session, new_session
from emviz.ui.starts import chart, search
from emviz.ui.starts import dialog as dialog_module
from emviz.ui.starts.dialog import StartsDialog
from emviz.ui.starts.opening import ManyStarts

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

VALUES, PATHS, BASINS = range(3)


def clusters():
    return desk.set_model(example_session("gmm"), {"components": 3})


def endless():
    return desk.set_limits(example_session("hmm"), 1e-14, 1_000_000)


def lone_points():
    """Six points of which any two far apart are a cluster without spread: most starts fail."""
    points = Table.from_columns({"x": ["0", "0", "0", "9", "9", "9.5"]})
    session = new_session(example_session("gmm").model, points, "six points")
    return desk.set_model(session, {"components": 3})


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Run no more starts than a test needs, and look at the best optimum alone."""
    monkeypatch.setattr(dialog_module, "USUAL", 40)
    monkeypatch.setattr(search, "PLACED", 1)


@pytest.fixture
def window(window_with, request):
    window = window_with(getattr(request, "param", "coins"), (1280, 720))
    for opener in window.findChildren(ManyStarts):
        opener._kept = None
    return window


def asked(window):
    """Open the dialog."""
    window.commands["starts"].trigger()
    return window.findChild(StartsDialog)


def finish(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog.search.busy is None and dialog.search.ended)


def closed(dialog, qtbot):
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()


def asked_of(window, session):
    """Open the dialog of another session in the same window."""
    window.store.put(session)
    return asked(window)


def found_of(window, session, qtbot):
    dialog = asked_of(window, session)
    finish(dialog, qtbot)
    return dialog


@pytest.fixture
def dialog(window, qtbot):
    dialog = asked(window)
    finish(dialog, qtbot)
    yield dialog
    dialog.reject()


def cells(dialog):
    return [row.cells for row in dialog.table.optima.rows]


# -- what is shown -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", [clusters()], indirect=True)
def test_the_list_is_that_of_the_function(window, qtbot, monkeypatch):
    monkeypatch.setattr(dialog_module, "USUAL", 15)
    dialog = asked(window)
    finish(dialog, qtbot)
    found = emviz.starts("gmm", number=15, components=3)
    assert len(found.optima) > 1
    for shown, each in zip(cells(dialog), found.optima, strict=True):
        value = f"{each.objective:.6f}".replace("-", MINUS)
        assert shown[:4] == (f"{len(each.runs)}", value, f"{len(each.orders)}", f"{each.iterations:g}")
        assert shown[5] == f"{found.seeds(each)[0]}"
        weight, mean = each.params.weight[0], each.params.mean[0, 0]
        assert shown[6].startswith(f"w_A = {weight:.2f}, ")
        assert f" = {mean:.2f}, " in shown[6]
    assert [shown[4] for shown in cells(dialog)] == ["maximum", *[""] * (len(found.optima) - 1)]
    counted = dialog.values.plot.overlay.drawing.labels
    assert [label.text for label in counted] == [
        f"{rank}: {len(each.runs)} run{'s' if len(each.runs) > 1 else ''}"
        for rank, each in enumerate(found.optima, 1)
    ]
    ys = [dialog.values.curves[rank].getData()[1][::2] for rank in sorted(dialog.values.curves)]
    assert sorted(np.concatenate(ys).tolist(), reverse=True) == list(found.survey.sorted_objectives)
    dialog.reject()


@pytest.mark.thorough
def test_mirror_images_saving_and_running_again(dialog, window, qtbot, tmp_path, monkeypatch, capsys):
    mirror_images_are_one_optimum_and_its_paths_lead_to_both(dialog)
    csv_is_that_of_the_command_and_as_many_run_as_are_asked(
        window, dialog, qtbot, tmp_path, monkeypatch, capsys
    )


def mirror_images_are_one_optimum_and_its_paths_lead_to_both(dialog):
    (row,) = cells(dialog)
    assert row[:3] == ("40", f"{MINUS}31.570200", "2")
    assert "differ only in the order of their components are one" in dialog.note.text()
    dialog.tabs.setCurrentIndex(PATHS)
    named = {label.text: label.anchors[0] for label in dialog.paths.plot.overlay.drawing.labels}
    ends = {tuple(sorted(np.round(end, 2))) for end in named.values()}
    assert named.keys() == {"1a", "1b"}
    assert ends == {(0.52, 0.8)}
    xs, _ = dialog.paths.curves[0].getData()
    survey = dialog.search.found.survey
    assert len(xs) == sum(2 * (len(ran.path) - 1) for ran in survey.runs)
    # A path begins at the θ(0) of its seed.
    start = desk.draw_start(example_session("coins"), 7).start.heads
    assert survey.runs[7].path[0] == tuple(start.tolist())


def csv_is_that_of_the_command_and_as_many_run_as_are_asked(
    window, dialog, qtbot, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: tmp_path / suggestion)
    with qtbot.waitSignal(window.exporter.saved):
        dialog.csv.click()
    assert dialog.note.text() == "Saved starts.csv."
    capsys.readouterr()
    assert cli.main(["starts", "coins", "--number", "40", "--csv"]) == 0
    written = (tmp_path / "starts.csv").read_text(encoding="utf-8")
    assert written.splitlines() == capsys.readouterr().out.splitlines()
    with qtbot.waitSignal(window.exporter.saved):
        dialog.picture.click()
    assert QImage(str(tmp_path / "starts.png")).width() == 2 * dialog.results.width()

    assert (dialog.number.minimum(), dialog.number.maximum()) == (10, 2000)
    dialog.number.setValue(30)
    dialog.seed.setValue(5)
    dialog.run.click()
    finish(dialog, qtbot)
    assert isinstance(dialog.search.found, Starts)
    assert (dialog.search.found.seed, dialog.search.found.survey.number) == (5, 30)


@pytest.mark.thorough
def test_failed_and_stopped_runs_are_named_as_such(window, qtbot):
    dialog = found_of(window, lone_points(), qtbot)
    found = dialog.search.found
    listed = dialog.table.optima.rows[-len(found.failures) :]
    for row, failure in zip(listed, found.failures, strict=True):
        assert row.cells == (f"{len(failure.runs)}", *[""] * 3, "failed", f"{row.seed}", f"{failure.reason}.")
        assert "singular" in failure.reason
        assert row.seed == failure.runs[0]
    failed = sum(len(each.runs) for each in found.failures)
    assert failed > 0
    assert f", {failed} failed." in dialog.note.text()
    assert sum(len(each.runs) for each in (*found.failures, *found.optima)) == 40
    closed(dialog, qtbot)
    dialog = found_of(window, desk.set_limits(example_session("deaths"), iterations=20), qtbot)
    row = dialog.table.optima.rows[-1]
    assert row.cells[4] == "stopped"
    assert row.sentence.startswith(f"{row.cells[0]} runs had not converged when stopped after 20 iterations")
    dialog.reject()


@pytest.mark.parametrize(
    ("theme", "points"), stand_for([(a, b) for a in ("light", "dark") for b in (11, 13)], [])
)
@pytest.mark.usefixtures("coarse")
def test_no_text_is_clipped(window, qtbot, theme, points):
    window.appearance.choose(theme)
    window.appearance.resize(points)
    dialog = asked(window)
    finish(dialog, qtbot)
    assert dialog.width() <= 1280
    assert dialog.height() <= 720
    for tab in (VALUES, PATHS, BASINS):
        dialog.tabs.setCurrentIndex(tab)
        qtbot.waitUntil(lambda: dialog.charting.busy is None)
        dialog.grab()
        qtbot.waitUntil(lambda: clipped(dialog) == [])
        plot = (dialog.values.plot, dialog.paths.plot, dialog.map.plot)[tab]
        assert all(plot.view.rect().contains(box) for box in plot.overlay.boxes.values())
        assert plot.accessibleDescription()
    dialog.reject()


# -- what is done --------------------------------------------------------------------------------------------


def test_a_click_on_a_row_and_enter_load_its_run_and_undo_takes_it_back(window, qtbot):
    dialog = asked(window)
    finish(dialog, qtbot)
    row, table = dialog.table.optima.rows[0], dialog.table
    best = dialog.search.found.optima[0]
    dialog.grab()
    place = table.visualRect(table.optima.index(0, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.store.session.outcome is Outcome.CONVERGED)
    session = window.store.session
    assert session.seed == row.seed == best.runs[0]
    # The run ends at the number of the row.
    assert f"{session.step.expectation.objective:.6f}".replace("-", MINUS) == row.cells[1]
    window.driver.undo()
    qtbot.waitUntil(lambda: window.store.session.seed is None)
    assert window.store.session.start.heads.tolist() == [0.6, 0.5]
    again = asked(window)
    again.table.selectRow(0)
    QTest.keyClick(again.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.store.session.seed == row.seed)


def test_a_key_opens_it_escape_closes_it_and_what_was_found_is_there_again(window, qtbot):
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_D)
    dialog = window.findChild(StartsDialog)
    finish(dialog, qtbot)
    found = dialog.search.found
    with qtbot.waitSignal(dialog.destroyed):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    again = asked(window)
    assert again.search.busy is None
    assert again.search.found is found
    assert cells(again)[0][0] == "40"
    closed(again, qtbot)
    other = asked_of(window, desk.set_limits(window.store.session, 1e-6))
    assert other.search.busy is not None
    other.reject()


@pytest.mark.parametrize("window", [endless()], indirect=True)
def test_runs_and_a_map_are_cancelled_and_what_was_found_stays(window, qtbot):
    dialog = asked(window)
    qtbot.waitUntil(dialog.progress.isVisible)
    assert dialog.cancel.isEnabled()
    assert not dialog.run.isEnabled()
    dialog.cancel.click()
    assert dialog.search.busy is None
    assert not dialog.progress.isVisible()
    assert not dialog.search.ended
    assert dialog.run.isEnabled()
    closed(dialog, qtbot)

    dialog = asked_of(window, desk.set_limits(example_session("deaths"), 1e-13))
    dialog.tabs.setCurrentIndex(BASINS)
    qtbot.waitUntil(dialog.progress.isVisible)
    dialog.cancel.click()
    assert dialog.charting.busy is None
    assert dialog.search.busy is None
    assert not dialog.progress.isVisible()
    dialog.reject()


@pytest.mark.thorough
@pytest.mark.usefixtures("coarse")
def test_the_rule_by_which_they_stop(window, qtbot):
    # A preset that runs on whatever it gains: by the usual rule.
    dialog = found_of(window, desk.open_preset(example_session("coins"), "coins", "hair"), qtbot)
    assert dialog.search.session.tolerance == 0
    assert cells(dialog)[0][0] == "40"
    closed(dialog, qtbot)
    dialog = asked_of(window, desk.set_limits(example_session("coins"), 0.0))
    qtbot.waitUntil(lambda: dialog.search.busy is None)
    assert dialog.note.text() == "Many starts need a tolerance above 0: with 0 no run converges."
    closed(dialog, qtbot)
    # A run that stops by its step: each iteration leaves .41 of the way, so steps of 1e-6 end closer than
    # gains of 1e-8 × |log P|.
    dialog = found_of(window, desk.set_limits(example_session("coins"), 1e-6, on="theta"), qtbot)
    limit = [0.51958312053, 0.79678906688]
    best = dialog.search.found.optima[0]
    np.testing.assert_allclose(sorted(best.params.heads), limit, atol=1e-6)
    assert best.objective == emviz.starts("coins", number=40, tol=1e-6, tol_on="theta").optima[0].objective
    assert "its last step of θ" in dialog.note.toolTip()
    dialog.tabs.setCurrentIndex(BASINS)
    qtbot.waitUntil(lambda: dialog.charting.chart is not None and dialog.charting.chart.basins.complete)
    best = dialog.charting.chart.basins.ends[0].optimum
    np.testing.assert_allclose(sorted(best.params.heads), limit, atol=1e-6)
    dialog.reject()


# -- the map -------------------------------------------------------------------------------------------------


@pytest.fixture
def coarse(monkeypatch):
    """Leave out the finest maps."""
    monkeypatch.setattr(chart, "SIZES", (5, 25))
    monkeypatch.setattr(basins, "__kwdefaults__", {**basins.__kwdefaults__, "sizes": (5, 25)})


def mapped(dialog, qtbot):
    dialog.tabs.setCurrentIndex(BASINS)
    qtbot.waitUntil(lambda: dialog.charting.busy is None and dialog.charting.chart is not None)
    return dialog.charting.chart.basins


@pytest.mark.usefixtures("coarse")
def test_the_map_shows_two_basins_and_the_diagonal_and_a_click_or_enter_starts_there(
    window, qtbot, tmp_path, monkeypatch, capsys
):
    dialog = asked(window)
    finish(dialog, qtbot)
    found = mapped(dialog, qtbot)
    assert len(found.xs) == 25
    named = {label.text: label.anchors[0] for label in dialog.map.plot.overlay.drawing.labels}
    assert named.keys() == {"1a", "1b", "2"}
    for name, (x, y) in named.items():
        assert found.ends[found.which[found.cell(x, y)]].name == name
    lines = [line.text() for line in dialog.map.legend.lines if not line.isHidden()]
    assert sorted(lines) == [
        f"maximum, log P {MINUS}31.5702: 300 starts",
        f"maximum, log P {MINUS}31.5702: 300 starts",
        f"saddle, log P {MINUS}32.0518: 25 starts",
    ]
    assert dialog.map.sentence_at(0.3, 0.3).startswith("From θ_A = 0.300, θ_B = 0.300: to 2 in ")
    # Three colours, rows from below: above the diagonal, on it, and below.
    image = dialog.map.raster.image
    assert (image.width(), image.height()) == (200, 200)
    colours = [image.pixelColor(x, y).name() for x, y in ((4, 190), (100, 100), (190, 4))]
    assert len(set(colours)) == 3
    assert not dialog.table.isVisible()
    map_is_saved_as_the_command_prints_it(window, dialog, qtbot, tmp_path, monkeypatch, capsys)

    plot = dialog.map.plot
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(plot, key)
    assert plot.accessibleDescription().startswith("From θ_A = 0.580, θ_B = 0.460: to ")
    QTest.keyClick(plot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.store.session.outcome is Outcome.CONVERGED)
    np.testing.assert_allclose(window.store.session.start.heads, [0.58, 0.46])
    window.driver.undo()
    qtbot.waitUntil(lambda: window.store.session.start.heads.tolist() == [0.6, 0.5])

    dialog = asked(window)
    found = mapped(dialog, qtbot)
    plot = dialog.map.plot
    dialog.grab()
    place = plot.position(float(found.xs[4]), float(found.ys[20])).toPoint()
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.store.session.outcome is Outcome.CONVERGED)
    np.testing.assert_allclose(window.store.session.start.heads, [found.xs[4], found.ys[20]])
    window.driver.undo()
    qtbot.waitUntil(lambda: window.store.session.start.heads.tolist() == [0.6, 0.5])


def map_is_saved_as_the_command_prints_it(window, dialog, qtbot, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(window.saving, "choose_path", lambda title, suggestion: tmp_path / suggestion)
    with qtbot.waitSignal(window.exporter.saved):
        dialog.csv.click()
    capsys.readouterr()
    assert cli.main(["starts", "coins", "--map", "θ_A", "θ_B", "--cells", "25", "--csv"]) == 0
    written = (tmp_path / "starts.csv").read_text(encoding="utf-8")
    assert written.splitlines() == capsys.readouterr().out.splitlines()


@pytest.mark.thorough
@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("window", [example_session("abo")], indirect=True)
def test_other_entries_may_be_on_the_axes_and_one_parameter_has_no_map(window, qtbot, monkeypatch):
    monkeypatch.setattr(chart, "SIZES", (5, 9))
    monkeypatch.setattr(dialog_module, "USUAL", 10)
    dialog = asked(window)
    finish(dialog, qtbot)
    found = mapped(dialog, qtbot)
    assert dialog.map.choices.isVisible()
    assert (found.x.index, found.y.index) == ((0,), (1,))
    dialog.map.choices.up.setCurrentIndex(2)
    dialog.map.choices.up.activated.emit(2)
    qtbot.waitUntil(lambda: dialog.charting.busy is None and dialog.charting.chart is not None)
    assert dialog.charting.chart.basins.y.index == (2,)
    assert "other entries" in dialog.map.caption.text()
    # Where two shares exceed 1 there is no start, and a click there does nothing.
    dialog.map.plot.pressed.emit(0.9, 0.9)
    assert dialog.isVisible()
    assert dialog.map.sentence_at(0.9, 0.9).endswith("there is no such θ.")
    closed(dialog, qtbot)
    dialog = found_of(window, example_session("poisson"), qtbot)
    assert not dialog.tabs.isTabVisible(BASINS)
    dialog.reject()


def test_a_name_stands_deepest_inside_its_basin():
    inside = np.zeros((9, 9), dtype=bool)
    inside[1:8, 1:8] = True
    inside[0, 0] = True
    assert chart.deepest(inside) == [4, 4]
    assert chart.deepest(np.eye(5, dtype=bool)) == [2, 2]


# -- what is hidden ------------------------------------------------------------------------------------------


def hidden():
    session = example_session("coins")
    return desk.show(session, replace(session.display, reference=False))


@pytest.mark.thorough
def test_what_the_class_should_guess_is_covered_until_it_is_revealed(window, qtbot):
    window.store.put(hidden())
    dialog = asked(window)
    finish(dialog, qtbot)
    covering = [label.text() for label in dialog.shown.currentWidget().findChildren(QLabel)]
    assert covering == [HIDDEN]
    assert dialog.note.text() == "40 of 40 runs have ended."
    assert not dialog.table.isVisible()
    assert cells(dialog) == []
    assert not dialog.csv.isEnabled()
    assert not dialog.picture.isEnabled()
    dialog.tabs.setCurrentIndex(BASINS)
    qtbot.waitUntil(lambda: dialog.charting.chart is not None)
    assert dialog.map.chart is None
    assert dialog.map.legend.lines == []
    dialog.tabs.setCurrentIndex(VALUES)
    for page in (dialog.values.plot, dialog.paths.plot, dialog.map.plot):
        assert "31.57" not in page.accessibleDescription()
    dialog.reveal.click()
    assert dialog.table.isVisible()
    assert cells(dialog)[0][0] == "40"
    assert window.store.session.display.reference
    dialog.reject()
