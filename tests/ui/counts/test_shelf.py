"""The shelf below a large count table: a derivation after the E-step, after the M-step what has changed."""

from dataclasses import replace

import numpy as np
import pytest
from counting import FEW, LARGE, MODELS, STAGE, go, halves, whole
from hall.ink import painted
from PySide6.QtCore import QPoint, Qt
from standing import stand_for

from emviz.em.counts.table import CountCell, ShareCell, TotalCell, Update, UpdateCell
from emviz.session import Result, Results, example_session, ordering, show, step
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts.columns import FACE
from emviz.ui.panels.counts.updates import UpdateLine
from emviz.wording.lines import Found

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def told(panel):
    return [(line.text(), line.was) for line in panel.shelf.board.strip.lines]


@pytest.mark.parametrize("key", stand_for(MODELS, FEW))
def test_nothing_moves_between_the_half_steps(counts_at, key):
    panel, places, session = counts_at(), set(), example_session(key)
    for _ in range(4):
        go(panel, session)
        session = step(session)
        grid = panel.sheet.grid
        widths = tuple(grid.rows.columnWidth(column) for column in range(grid.rows_model.columnCount()))
        parts = (grid, grid.totals, panel.shelf)
        places.add((widths, *(part.geometry().getRect() for part in parts)))
    assert len(places) == 1


def test_the_lines_say_what_each_parameter_was(counts_at):
    panel = counts_at()
    go(panel, halves("coins", 2))
    assert told(panel) == [
        ("θ_A^(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71", "was 0.60"),
        ("θ_B^(1) ≈ 11.7 / (11.7 + 8.4) ≈ 0.58", "was 0.50"),
    ]
    go(panel, halves("coins", 4))
    assert [was for _, was in told(panel)] == ["was 0.71", "was 0.58"]


@pytest.mark.parametrize("key", stand_for(MODELS, FEW))
def test_each_line_stands_with_what_its_own_parameter_was_and_is_in_any_iteration(counts_at, key):
    panel, session = counts_at(), example_session(key)
    for _ in range(4):
        before, session = session.step.params, step(session)
        go(panel, session)
    found, old, new = panel.sheet.found, {}, {}
    for each, *values in zip(
        session.model.parameters(session.data), before, session.step.params, strict=True
    ):
        for entries, field in zip((old, new), values, strict=True):
            entries.update({each.label(index): float(field[index]) for index in each.free})
    lines = [found.at(place) for place in range(len(found))]
    assert {told.update.label: told.was for told in lines} == pytest.approx(old)
    assert {told.update.label: told.update.value for told in lines} == pytest.approx(new)


def test_where_not_all_have_room_the_most_changed_come_first_and_small_matrices_beside_them(counts_at):
    panel = counts_at()
    go(panel, halves("hmm", 2))
    board = panel.shelf.board
    first = told(panel)[:4]
    # π: 0.50 → 0.17 and 0.83; of b only 1 in A has moved further (0.1667 → 0.2087) than 2 in A.
    assert [text.partition("^")[0] for text, _ in first[:3]] == ["π_A", "π_B", "b_A,1"]
    assert [was for _, was in first[:3]] == ["was 0.50", "was 0.50", "was 0.17"]
    a, _ = board.matrices
    assert [[a.text(i, j) for j in (0, 1)] for i in (0, 1)] == [["0.91", "0.09"], ["0.11", "0.89"]]
    assert (
        board.strip.more == 18 - 4 * len(board.matrices) ** 2 - len(told(panel)) or len(board.matrices) == 2
    )


def test_the_other_lines_are_turned_to_and_back(counts_at, qtbot):
    panel = counts_at()
    go(panel, halves("motif", 2))
    strip = panel.shelf.board.strip
    seen = list(strip.texts)
    assert len(seen) + strip.more == 88
    while strip._more.text() != "↑ the first":
        qtbot.mouseClick(strip._more, Qt.MouseButton.LeftButton)
        seen += strip.texts
    assert len(set(seen)) == 88, "every parameter is reached"
    qtbot.mouseClick(strip._more, Qt.MouseButton.LeftButton)
    assert strip.texts == tuple(seen[: len(strip.texts)])


@pytest.mark.parametrize("size", stand_for([(STAGE,), (LARGE,)], [(STAGE,)]))
@pytest.mark.parametrize("key", stand_for(MODELS, FEW))
def test_at_least_four_lines_are_seen_whole_or_all(counts_at, qtbot, key, size):
    panel = counts_at(size)
    go(panel, halves(key, 2))
    board = panel.shelf.board
    lines = board.strip.lines
    in_matrices = sum(view._entries.values.size for view in board.matrices)
    assert len(lines) >= 4 or len(lines) + in_matrices == len(panel.sheet.found)
    for line in lines:
        assert whole(line, panel)
        assert line._typeset().size().width() + line.was_width <= line.width(), line.text()
    for view in board.matrices:
        assert whole(view, board)


@pytest.mark.parametrize("key", stand_for(MODELS, MODELS[::4]))
def test_after_the_e_step_a_derivation_stands_there_without_a_click(counts_at, qtbot, key):
    panel = counts_at()
    session = halves(key, 1)
    go(panel, session)
    qtbot.waitUntil(lambda: not panel.derivation.busy)
    assert panel.derivation.isVisible()
    assert "?" in panel.derivation.title.text()
    assert not panel.end_derivation(), "nothing was asked for, so that Esc goes on to something else"
    ends, cut = lines_in_sight(panel)
    assert ends >= 1
    assert not cut, "no line is cut"


def lines_in_sight(panel):
    """Return how many lines of the derivation are seen whole, and which are cut."""
    area = panel.derivation._scroll.viewport()
    covered = panel.derivation._scroll.rest
    end = covered.y() if covered.isVisible() else area.height()
    tops = [(line.mapTo(area, QPoint(0, 0)).y(), line.height()) for line in panel.derivation.lines]
    return sum(y + height <= end for y, height in tops), [y for y, height in tops if y < end < y + height - 1]


def test_a_parameter_that_is_picked_is_derived_and_given_up_again(counts_at, qtbot):
    panel = counts_at()
    session = halves("hmm", 2)
    go(panel, session)
    with qtbot.waitSignal(panel.display_requested) as request:
        panel.shelf.board.matrices[0]._pick(0, 1)
    cell = request.args[0]["cell"]
    assert isinstance(cell, UpdateCell)
    assert panel.sheet.found.at(cell.place).update.label == "a_A,B"
    go(panel, show(session, replace(session.display, cell=cell)))
    qtbot.waitUntil(lambda: not panel.derivation.busy)
    assert panel.derivation.isVisible()
    with qtbot.waitSignal(panel.display_requested) as request:
        assert panel.end_derivation()
    go(panel, session)
    assert panel.shelf.board.isVisible()


def test_the_derivation_scrolls_by_whole_lines(counts_at, qtbot):
    panel = counts_at()
    session = halves("hmm", 1)
    go(panel, show(session, replace(session.display, cell=ShareCell(70, 0))))
    qtbot.waitUntil(lambda: not panel.derivation.busy)
    scroll = panel.derivation._scroll
    bar = scroll.verticalScrollBar()
    qtbot.waitUntil(scroll.rest.isVisible)
    tops = [line.y() for line in panel.derivation.lines]
    for wanted in np.linspace(0, bar.maximum(), 9):
        bar.setValue(int(wanted))
        assert bar.value() in (0, *tops)
    assert not scroll.rest.isVisible(), "the last line is seen whole"


def outlined(panel):
    """Return what is outlined, as goes into the number that is derived: rows by their number, and totals."""
    grid = panel.sheet.grid
    return [
        (model is grid.totals_model, row, grid.rows_model.columns[column].heading)
        for model in (grid.rows_model, grid.totals_model)
        for row in range(model.rowCount())
        for column in range(model.columnCount())
        if model.index(row, column).data(FACE).fed
    ]


def test_the_path_of_a_derivation_stays_visible(counts_at):
    panel, session = counts_at(), halves("coins", 2)
    for cell, wanted in (
        (UpdateCell(1), [(True, 0, "coin B")]),
        (TotalCell(0), [(False, row, "coin A") for row in range(5)]),
        (CountCell(3, 1), [(False, 3, "P(B)")]),
        (ShareCell(3, 1), []),
    ):
        go(panel, show(session, replace(session.display, cell=cell)))
        assert outlined(panel) == wanted
    go(panel, session)
    assert outlined(panel) == []
    go(panel, halves("coins", 1))
    assert panel.sheet.grid.rows_model.index(0, 1).data(FACE).chosen, "the first number is derived by itself"


def test_the_first_derivation_is_of_the_most_divided_row_where_all_are_in_sight_too(counts_at):
    panel, session = counts_at(), halves("haplotype", 1)
    (order,) = [each for each in ordering(session) if each is not None]
    panel.render(session, Results(order=Result(order, session)))
    # A/a B/b: AB/ab or Ab/aB, even at θ(0); every other genotype has one phase.
    assert panel.sheet.grid.rows_model.order.row(4) == 4
    assert panel.sheet.grid.rows_model.shown == ShareCell(4, 0)


@pytest.mark.parametrize("points", range(10, 22))
def test_superscripts_are_painted_whole_at_any_size_of_text(counts_at, points):
    panel, session = counts_at(), halves("coins", 2)
    go(panel, session)
    line, font = UpdateLine(panel), panel.font()
    font.setPointSize(points)
    line.setFont(font)
    line.show_update(panel.shelf.board.strip._found.at(0), 1, 2, LIGHT)
    line.setFixedSize(line.sizeHint())
    image = line.grab().toImage()
    inked = [y for y in range(image.height()) if len({image.pixel(x, y) for x in range(image.width())}) > 1]
    assert 0 < inked[0] < inked[-1] < image.height() - 1


def test_words_that_beside_their_formula_would_be_many_lines_stand_below_it(counts_at, qtbot):
    """So that of a mixture two formulas are whole on the shelf, where one was seen above an empty half."""
    panel = counts_at()
    go(panel, halves("gmm", 1))
    qtbot.waitUntil(lambda: not panel.derivation.busy)
    first, second = panel.derivation.lines[:2]
    view = second.parentWidget().parentWidget()
    qtbot.waitUntil(lambda: 0 < second.geometry().bottom() < view.height())
    qtbot.waitUntil(lambda: second.words.y() > second.formula.geometry().bottom())
    assert first.geometry().bottom() < second.y()


def inked(line):
    """Return what a line paints at its width."""
    line.resize(line.width(), line.sizeHint().height())
    return "".join(ink.text for ink in painted(line))


def test_a_line_without_room_leaves_out_its_ratio_and_cuts_no_number(qtbot):
    line = UpdateLine()
    qtbot.addWidget(line)
    update = Update("θ_A", 0, 21.297, (21.297, 8.572), 0.713)
    line.show_update(Found(0, update, 0.6), 1, 1, LIGHT)
    full = line.sizeHint().width()
    line.resize(full, 30)
    assert "21.3 / (21.3 + 8.6) ≈ 0.71" in inked(line).replace("\N{NO-BREAK SPACE}", " ")
    line.resize(full // 2, 30)
    assert inked(line).replace(" ", "") == "θA(1)≈0.71"
    assert not any(ink.clipped for ink in painted(line))
