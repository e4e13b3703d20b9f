"""EM beside hard EM and the complete data: the dialog, its tables, its pictures and its keys."""

import numpy as np
import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from emviz import session as desk
from emviz.session import example_session, table
from emviz.ui.abreast.column import HIDDEN
from emviz.ui.abreast.dialog import AbreastDialog
from emviz.ui.abreast.march import March
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.counts.columns import FACE
from emviz.ui.panels.counts.faces import Kind
from emviz.ui.window import MainWindow
from emviz.ui.work.worker import Worker

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

#: As large as it is over a window of 1280 × 720.
WIDTH, HEIGHT = 1229, 691


@pytest.fixture
def show(qtbot):
    """Opens the dialog on a session, without a window."""
    worker = Worker()

    def shown(session, theme=LIGHT):
        dialog = AbreastDialog(March(session, worker), theme)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.resize(WIDTH, HEIGHT)
        with qtbot.waitExposed(dialog):
            dialog.show()
        rest(dialog, qtbot)
        return dialog

    yield shown
    worker.shutdown()


def rest(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog.march.sight is not None and dialog.march.busy is None)


def press(dialog, qtbot, key, place):
    """Press a key, and wait until they have come to a half-step."""
    QTest.keyClick(dialog, key)
    qtbot.waitUntil(lambda: dialog.march.ranks.place == place and dialog.march.busy is None)


def totals(column):
    """What the row of totals says, a text a group."""
    model = column.sheet.grid.totals_model
    faces = [model.data(model.index(0, at), FACE) for at in range(model.columnCount())]
    return [face.text for face in faces[-2:]]


def lines(column):
    """The parameters that the M-step has found, where it has been done."""
    found = column.sheet.found
    told = [] if found is None else [found.at(place).update for place in range(len(found))]
    return [(update.label, f"{update.value:.2f}") for update in told]


def badge(column):
    model = column.sheet.grid.rows_model
    return model.data(model.index(0, 0), FACE).badge


def test_figure_1_side_by_side_and_the_keys(show, qtbot):
    dialog = show(example_session("coins"))
    press(dialog, qtbot, Qt.Key.Key_Right, 1)
    assert [column.title.text() for column in dialog.columns] == ["EM", "Hard EM", "Complete data"]
    # At (.6, .5) sets 1 and 4 are likelier of coin B: 5 log ½ + 20 log ½ + 24 log .6 + 6 log .4 = −35.086.
    assert [column.raised.html for column in dialog.columns] == [
        "log P(x; θ) = −33.094",
        "max<sub>z</sub> log P(x, z; θ) = −35.086",
        "log P(x, z; θ) = −35.086",
    ]
    # The totals are those of Figure 1b and 1a of the paper.
    assert [totals(column) for column in dialog.columns] == [
        ["≈ 21.3 H, 8.6 T", "≈ 11.7 H, 8.4 T"],
        ["24 H, 6 T", "9 H, 11 T"],
        ["24 H, 6 T", "9 H, 11 T"],
    ]
    assert [badge(column) for column in dialog.columns] == [None, None, (1, "B")]
    assert not any(lines(column) for column in dialog.columns)
    press(dialog, qtbot, Qt.Key.Key_Space, 2)
    found = [[("θ_A", "0.71"), ("θ_B", "0.58")], *[[("θ_A", "0.80"), ("θ_B", "0.45")]] * 2]
    assert [lines(column) for column in dialog.columns] == found
    qtbot.waitUntil(lambda: [len(column.sheet.strip.lines) for column in dialog.columns] == [2, 2, 2])
    assert dialog.place.text() == "Iteration 1, after the M-step"
    keys_are_those_of_the_window(dialog, qtbot)


def keys_are_those_of_the_window(dialog, qtbot):
    press(dialog, qtbot, Qt.Key.Key_Home, 0)
    press(dialog, qtbot, Qt.Key.Key_I, 2)
    press(dialog, qtbot, Qt.Key.Key_PageDown, 3)
    press(dialog, qtbot, Qt.Key.Key_I, 4)
    press(dialog, qtbot, Qt.Key.Key_Left, 3)
    press(dialog, qtbot, Qt.Key.Key_Home, 0)
    assert not dialog.buttons["back"].isEnabled()
    press(dialog, qtbot, Qt.Key.Key_End, 4)
    QTest.keyClick(dialog, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: dialog.march.busy is None and dialog.march.ranks.settled)
    np.testing.assert_allclose(dialog.march.ranks.sessions[0].step.params.heads, [0.7968, 0.5196], atol=1e-3)
    assert [column.end.html for column in dialog.columns[1:]] == ["θ is the same since θ(1)."] * 2
    # The second fixed point of hard EM is one choice away.
    dialog.starts.activated.emit(1)
    qtbot.waitUntil(lambda: dialog.march.ranks.sessions[0].start.heads.tolist() == [0.9, 0.6])
    rest(dialog, qtbot)
    press(dialog, qtbot, Qt.Key.Key_I, 2)
    assert lines(dialog.columns[1]) == [("θ_A", "0.85"), ("θ_B", "0.53")]


def test_curves_stand_on_one_axis_and_paths_on_one_landscape(show, qtbot):
    dialog = show(example_session("coins"), DARK)
    press(dialog, qtbot, Qt.Key.Key_I, 2)
    qtbot.waitUntil(lambda: not dialog.paths.isHidden())
    plot = dialog.curves
    assert plot.overlay.boxes.keys() == {"log P(x; θ)", "max_z log P(x, z; θ)", "log P(x, z; θ)"}
    heights = [plot.curves[place].getData()[1].tolist() for place in range(3)]
    for drawn, session in zip(heights, dialog.march.ranks.sessions, strict=True):
        assert drawn == [session.trace.step_of(t).expectation.objective for t in (0, 1)]
    low, high = plot.plotItem.viewRange()[1]
    assert low < min(map(min, heights))
    assert max(map(max, heights)) < high
    assert plot.getAxis("bottom").tickValues(-0.03, 1.2, 500) == [(1.0, [0.0, 1.0])]
    ends = [curve.getData() for curve in dialog.paths.curves]
    assert [(xs[0], ys[0]) for xs, ys in ends] == [(0.6, 0.5)] * 3
    np.testing.assert_allclose([(xs[-1], ys[-1]) for xs, ys in ends[1:]], [(0.8, 0.45)] * 2)
    assert {"EM", "Hard EM", "Complete data"} <= dialog.paths.plot.overlay.boxes.keys()
    assert dialog.paths.caption.text() == "The colours are log P(x; θ), on which EM alone climbs."


def test_keys_scroll_the_tables_together_and_still_step(show, qtbot):
    """Up and Down go from row to row, Ctrl and a page key by pages, Ctrl and an arrow to other columns."""
    dialog = show(example_session("gmm"))
    press(dialog, qtbot, Qt.Key.Key_Right, 1)
    views = [column.sheet.grid.rows for column in dialog.columns if column.pages.currentIndex() == 0]
    rows, ctrl = views[0], Qt.KeyboardModifier.ControlModifier
    assert all(view.focusPolicy() & Qt.FocusPolicy.TabFocus for view in views)
    rows.setFocus()
    seen = rows.rowAt(rows.viewport().height() - 1)
    rows.go_to(rows.model().index(0, 0))
    for _ in range(seen + 1):
        QTest.keyClick(rows, Qt.Key.Key_Down)
    assert rows.currentIndex().row() == seen + 1
    tops = [view.verticalScrollBar().value() for view in views]
    assert tops == [tops[0]] * len(views)
    assert tops[0] > 0
    QTest.keyClick(rows, Qt.Key.Key_PageDown, ctrl)
    assert rows.currentIndex().row() > seen + 2
    assert len({view.verticalScrollBar().value() for view in views}) == 1
    QTest.keyClick(rows, Qt.Key.Key_Right, ctrl)
    assert rows.currentIndex().column() == 1
    press(dialog, qtbot, Qt.Key.Key_PageDown, 2)
    assert rows.hasFocus()


@pytest.mark.parametrize("key", ["gmm", "hmm", "deaths", "network"])
def test_all_tables_have_the_same_rows_below_the_same_columns(show, qtbot, key):
    dialog = show(example_session(key))
    for place in (1, 2, 3):
        press(dialog, qtbot, Qt.Key.Key_Right, place)
        grids = [column.sheet.grid for column in dialog.columns]
        many = range(len(grids[0].rows_model.columns))
        widths = [[grid.rows.columnWidth(at) for at in many] for grid in grids]
        assert widths == [widths[0]] * len(grids)
        assert len({grid.in_sight for grid in grids}) == 1
        assert len({column.sheet.strip.height() for column in dialog.columns}) == 1
        shares = [at for at in many if grids[0].rows_model.columns[at].kind is Kind.SHARE]
        assert not grids[0].rows.isColumnHidden(shares[0])


def test_tables_stay_level_whatever_the_lines_of_the_sentences_above_them(show, qtbot):
    """Before the first E-step the sentence of EM alone has two lines in so narrow a dialog."""
    dialog = show(example_session("proteins"))
    dialog.resize(1000, HEIGHT)
    lines = dialog.columns[1].counting.fontMetrics().height()
    qtbot.waitUntil(lambda: dialog.columns[0].counting.height() > 1.5 * lines)
    qtbot.waitUntil(lambda: len({column.pages.y() for column in dialog.columns}) == 1)
    tops = {column.pages.y() for column in dialog.columns}
    for place in (1, 2):
        assert len({column.pages.height() for column in dialog.columns}) == 1
        press(dialog, qtbot, Qt.Key.Key_Right, place)
        assert {column.pages.y() for column in dialog.columns} == tops, "a shorter sentence moves nothing"


def test_the_rows_that_em_divides_most_come_first_in_all_tables(show, qtbot):
    dialog = show(example_session("gmm"))
    press(dialog, qtbot, Qt.Key.Key_Right, 1)
    em = dialog.march.ranks.sessions[0]
    shares = em.model.posterior(em.data, em.start, np.arange(em.table.rows))
    nearest = np.argsort(np.abs(shares[:, 0] - 0.5), kind="stable")[:4]
    for column in dialog.columns:
        assert column.sheet.grid.in_sight[:4] == tuple(nearest.tolist())


def test_rows_scrolled_to_are_computed_in_the_background_and_at_once_by_the_next_step(
    show, qtbot, monkeypatch
):
    monkeypatch.setattr(table, "WORK", 8)
    threads = []
    some_rows = desk.some_rows

    def noted(session, rows):
        threads.append(QThread.isMainThread())
        return some_rows(session, rows)

    monkeypatch.setattr(desk, "some_rows", noted)
    dialog = show(example_session("gmm", "clouds"))
    press(dialog, qtbot, Qt.Key.Key_Right, 1)
    last = dialog.march.sight.order.row(dialog.march.session.table.rows - 1)
    blocks = [column.sheet.grid.rows_model.blocks for column in dialog.columns]
    assert all(each.awaits and each.missing([last]) for each in blocks)
    bar = dialog.columns[0].sheet.grid.rows.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: not any(each.missing([last]) for each in blocks))
    assert not any(threads)
    press(dialog, qtbot, Qt.Key.Key_Right, 2)
    assert last in dialog.march.sight.heads[0].rows


def test_without_labels_there_are_two_tables_the_curves_and_the_landscape(show, qtbot, monkeypatch):
    monkeypatch.setattr("emviz.em.objective.heights.LONGEST", 0.0)
    dialog = show(example_session("profile", "globin-window"))
    assert [column.title.text() for column in dialog.columns] == ["EM", "Hard EM: Viterbi training"]
    assert dialog.paths.isVisible()
    assert dialog.paths.relief.heights.values.shape == (8, 8)
    assert dialog.buttons["reveal"].isHidden()
    assert dialog.note.text() == "Complete data is left out: there is no set of labels that gives θ."
    bars = [column.sheet.grid.rows.verticalScrollBar() for column in dialog.columns]
    bars[1].setValue(5)
    assert bars[0].value() == 5


def test_with_one_entry_of_theta_there_is_no_landscape(show, qtbot):
    assert show(example_session("poisson", "cholera")).paths.isHidden()


@pytest.mark.thorough
def test_long_labels_do_not_stand_over_the_rows(show, qtbot):
    dialog = show(example_session("profile", "dna-family"))
    press(dialog, qtbot, Qt.Key.Key_Right, 1)
    assert badge(dialog.columns[-1]) is None


def test_a_run_without_end_goes_with_the_dialog(show, qtbot):
    dialog = show(desk.set_limits(example_session("coins"), 0.0, 1_000_000))
    QTest.keyClick(dialog, Qt.Key.Key_R)
    # Another key waits for the one before it.
    QTest.keyClick(dialog, Qt.Key.Key_Left)
    assert dialog.march.busy == "Stepping"
    dialog.reject()
    assert dialog.march.busy is None


@pytest.mark.thorough
def test_in_a_lecture_the_complete_data_are_hidden_until_they_are_revealed(qtbot, monkeypatch, tmp_path):
    window = MainWindow(example_session("coins"))
    qtbot.addWidget(window)
    window.resize(1280, 720)
    with qtbot.waitExposed(window):
        window.show()
    window.lecture.begin()
    QTest.keyClick(window, Qt.Key.Key_W)
    dialog = window.findChild(AbreastDialog)
    rest(dialog, qtbot)
    press(dialog, qtbot, Qt.Key.Key_I, 2)
    last = dialog.columns[-1]
    assert last.pages.currentWidget() is last.cover
    assert last.cover.text() == HIDDEN
    assert (last.raised.html, last.end.html) == ("log P(x, z; θ)", "")
    assert "log P(x, z; θ)" not in dialog.curves.overlay.boxes
    assert len(dialog.paths.curves) <= 2
    QTest.keyClick(dialog, Qt.Key.Key_A)
    assert last.pages.currentWidget() is last.sheet
    assert lines(last) == [("θ_A", "0.80"), ("θ_B", "0.45")]
    qtbot.waitUntil(lambda: len(last.sheet.strip.lines) == 2)
    assert "log P(x, z; θ)" in dialog.curves.overlay.boxes
    assert dialog.buttons["reveal"].isHidden()
    no_text_is_cut(dialog, qtbot)
    path = tmp_path / "three.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    with qtbot.waitSignal(window.exporter.saved):
        dialog.buttons["picture"].click()
    assert not QImage(str(path)).isNull()
    assert dialog.note.text() == "Saved three.png."
    dialog.reject()
    window.lecture.end()


def no_text_is_cut(dialog, qtbot):
    """Whatever the totals are, they have room in their columns, and all columns are in sight."""
    for place in range(3, 9):
        press(dialog, qtbot, Qt.Key.Key_Right, place)
        # The columns are measured a turn after the step.
        qtbot.waitUntil(lambda: [cut(column) for column in dialog.columns] == [[]] * 3)
    for label in dialog.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.sizeHint().width() <= label.width() + 1, label.text()


def cut(column):
    """Return the totals of one table that have less room than they need."""
    grid = column.sheet.grid
    metrics = grid.totals.fontMetrics()
    model = grid.totals_model
    faces = [model.data(model.index(0, at), FACE) for at in range(model.columnCount())]
    return [
        face.text
        for at, face in enumerate(faces)
        if sum(map(metrics.horizontalAdvance, face.parts)) >= grid.totals.columnWidth(at)
    ]
