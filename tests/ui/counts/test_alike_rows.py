"""Rows that are alike in the count table: one line for all, and each of them leads to it."""

from dataclasses import replace

import pytest
from counting import STAGE, go, typed
from hall.ink import painted
from PySide6.QtCore import Qt
from showing import copied_cells

from emviz.data.table import Table
from emviz.em.counts.table import CountCell, ShareCell, TotalCell
from emviz.models.network import MODEL
from emviz.session import Results, example_session, new_session, show, shown, step
from emviz.ui.exporting.exports import counts_csv
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.finder import matches
from emviz.ui.panels.counts.walk import largest

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(scope="module")
def heart():
    return step(example_session("network", "heart"))


def in_file(session):
    return show(session, replace(session.display, order="file"))


def observed(panel, row):
    model = panel.sheet.grid.rows_model
    return model.index(model.order.place(row), 0)


def test_one_line_names_its_rows_as_far_as_there_is_room(counts_at, heart):
    panel = counts_at(STAGE)
    go(panel, in_file(heart))
    model = panel.sheet.grid.rows_model
    assert model.rowCount() == 125
    assert [model.headerData(k, Qt.Orientation.Vertical) for k in range(6)] == ["1", "2", "3", "4", "5", "7"]
    texts = [ink.text for ink in painted(panel.sheet.grid)]
    assert "?,aty,no,sli,0,nor × 11" in texts
    (rows,) = (text for text in texts if text.startswith("rows 5,"))
    named, more = rows.removeprefix("rows ").removesuffix(" more").split(" and ")
    assert len(named.split(", ")) + int(more) == 11
    headings = panel.sheet.grid.rows.headings
    for width, heading in ((400, "disease, pain, angina, depression, vessels, thallium"), (40, "case")):
        headings.resizeSection(0, width)
        assert heading in [ink.text for ink in painted(headings)]
    assert model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole).endswith("thallium")
    index = observed(panel, 11)
    every = "rows 5, 6, 12, 20, 79, 85, 126, 136, 199, 226, 292"
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert tip == f"?, atypical, no, slight, 0, normal × 11: {every}"
    spoken = index.siblingAtColumn(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"1st of {every}: disease no  0.50"
    assert panel.accessibleDescription().startswith("303 patients, 125 of them different. Totals:")
    (line,) = copied_cells(model, [4], lambda row, column: column == 0)
    assert line == [f"?, atypical, no, slight, 0, normal × 11: {every}"]


def test_a_patient_is_found_in_the_group_that_holds_it(counts_at, qtbot, heart):
    panel = counts_at(STAGE)
    go(panel, in_file(heart))
    typed(panel, qtbot, "12")
    grid = panel.sheet.grid
    assert grid.rows_model.row_at(grid.rows.currentIndex().row()) == 4
    assert panel.hint.text() == "row 12 is one of 11 alike"
    typed(panel, qtbot, "2")
    assert panel.hint.text() == ""
    assert grid.rows_model.row_at(grid.rows.currentIndex().row()) == 1


def test_the_derivation_of_a_patient_is_framed_in_its_group(counts_at, heart):
    panel = counts_at(STAGE)
    chosen = shown(in_file(heart), {"row": 11, "cell": ShareCell(11, 0)})
    panel.render(chosen, Results())
    grid = panel.sheet.grid
    assert grid.rows_model.shown == ShareCell(4, 0)
    assert grid.rows_model.row_at(grid.rows.currentIndex().row()) == 4
    assert "rows 5, 6, 12 and 8 more" in Blocks(chosen).derivation(ShareCell(11, 0)).title


def test_a_text_is_found_once_in_each_group():
    columns = {"d": ["", "no", "", "no"], "t": ["yes", "no", "yes", "no"], "name": ["Ann", "Bo", "Cy", "Di"]}
    session = new_session(replace(MODEL, structure="[d][t|d]"), Table.from_columns(columns), "four")
    assert next(matches(session, "yes", 0)) == 0
    assert [*matches(session, "yes", 1)] == [None, 0], "row 3 is shown there too"
    assert next(matches(session, "cy", 0)) == 2, "but its name is its own"


def test_the_walk_goes_to_the_group_that_gives_most(heart):
    blocks = Blocks(heart)
    *_, found = largest(blocks, 0, [0, 1])
    alike = heart.model.alike(heart.data)
    assert len(alike.like(found.row)) == 18
    assert found == CountCell(alike.shown(found.row), 0)
    assert blocks.shown(TotalCell(0)) == TotalCell(0)


def test_the_export_has_each_row_by_itself(heart):
    lines = "".join(text for _, text in counts_csv(heart)).split("\r\n")
    assert len(lines) == 1 + 303 + 1 + 1
    assert lines[12].startswith('12,"?, atypical, no, slight, 0, normal",disease no,0.5,')


def test_the_likeliest_completion_is_derived_even_if_the_others_weigh_more():
    session = step(example_session("network", "clinic"))
    assert Blocks(session).at(0)[0].shares[0].argmax() == 3
    assert Blocks(session).default_cell(0) == ShareCell(0, 0)
