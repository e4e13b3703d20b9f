"""The search in the count card: rows by number or text, columns by name, a million rows bit by bit."""

from dataclasses import replace

import numpy as np
import pytest
from counting import go, halves, typed
from PySide6.QtCore import Qt

from emviz.data.table import Table
from emviz.models import model_named
from emviz.session import Result, Results, example_session, new_session, ordering, show
from emviz.ui.panels.counts.finder import TOGETHER, as_typed, column_named, matches

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def current_row(panel):
    grid = panel.sheet.grid
    return grid.rows_model.order.row(grid.rows.currentIndex().row())


def test_a_row_is_found_by_its_number_wherever_it_stands(counts_at, qtbot):
    panel, session = counts_at(), halves("gmm", 1)
    order = list(ordering(session))[-1]
    panel.render(session, Results(order=Result(order, session)))
    typed(panel, qtbot, "200")
    assert current_row(panel) == 199
    place = order.place(199)
    rows = panel.sheet.grid.rows
    assert 0 <= rows.rowViewportPosition(place) < rows.viewport().height()


def test_a_row_is_found_by_its_text_and_then_the_next_one(counts_at, qtbot):
    panel, session = counts_at(), halves("motif", 1)
    go(panel, session)
    typed(panel, qtbot, "ARA")
    qtbot.waitUntil(lambda: not panel.finder._timer.isActive())
    assert current_row(panel) == 1
    names = [str(text).lower() for text in session.table.texts(session.table.names[0])]
    assert names[1] == "ara"
    qtbot.keyClick(panel.finder, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not panel.finder._timer.isActive())
    table = session.table
    held = [any("ara" in table.cell(row, name).lower() for name in table.names) for row in range(table.rows)]
    assert current_row(panel) == next(row for row in (*range(2, 18), 0, 1) if held[row])


def test_a_column_is_found_by_its_name(counts_at, qtbot):
    panel = counts_at()
    go(panel, halves("profile", 1))
    grid = panel.sheet.grid
    typed(panel, qtbot, "node 30")
    (column,) = (p for p, each in enumerate(grid.rows_model.columns) if each.heading == "node 30")
    assert not grid.rows.isColumnHidden(column)
    assert panel.more.text().startswith("+")
    assert panel.end_derivation(), "Esc closes the search first"
    assert panel.finder.isHidden()


def test_names_are_matched_whole_before_their_beginnings():
    assert column_named("node 1", ("sequence", "node 10", "node 1")) == 2
    assert column_named("ode", ("sequence", "node 10")) == 1
    assert column_named("x y", ("sequence",)) is None


def test_what_is_nowhere_is_said(counts_at, qtbot):
    panel = counts_at()
    go(panel, halves("gmm", 1))
    typed(panel, qtbot, "nothing of the kind")
    qtbot.waitUntil(lambda: panel.hint.text() == "not found")


def test_rows_are_looked_through_bit_by_bit_and_labels_stay_hidden():
    many = 2 * TOGETHER + 5
    tosses = np.full(many, "HT").tolist()
    tosses[-1] = "HHH"
    coins = Table.from_columns({"tosses": tosses, "coin": ["A"] * many})
    session = new_session(model_named("coins"), coins, "many")
    assert list(matches(session, "hhh", 0)) == [None, None, many - 1]
    assert list(matches(session, "hhh", many)) == [None, None, many - 1]
    assert list(matches(session, "a", 0))[-1] == -1
    revealed = show(session, replace(session.display, revealed=True))
    assert next(matches(revealed, "a", 3)) == 3


@pytest.mark.thorough
def test_the_key_opens_it(qtbot, tmp_path):
    from emviz.ui.window import MainWindow

    window = MainWindow(example_session())
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.commands["find"].trigger()
    assert window.counts.finder.isVisible()


@pytest.mark.parametrize("text", ["-2", "\N{MINUS SIGN}2"])
def test_a_negative_number_is_found_with_either_minus(text):
    for minus in ("-", "\N{MINUS SIGN}"):
        session = new_session(
            model_named("gmm"), Table.from_columns({"x": ["2", f"{minus}2.5", "4", "0"]}), "two"
        )
        assert next(matches(session, as_typed(text), 0)) == 1
        assert column_named(as_typed(text), ("sequence", f"array {minus}2")) == 1
