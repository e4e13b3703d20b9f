"""An edit means what it meant only while that is still there which it was made on."""

from dataclasses import replace

from desks import opened
from shared import FIGURE_1

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.methods.hard import Hard
from emviz.session import Request, cells


def test_an_edit_of_a_cell_needs_its_rows_where_they_were(walked):
    assert desk.same_rows(walked, cells.with_cell(walked, 0, "tosses", "HT"))
    assert desk.same_rows(walked, cells.with_cell(walked, 0, "tosses", "X"))
    assert not desk.same_rows(walked, cells.with_row(walked, 0))
    assert not desk.same_rows(walked, desk.set_table(walked, FIGURE_1.with_cell(0, "tosses", "HT")))


def test_a_run_needs_its_data_its_model_and_its_start(walked):
    assert desk.same_start(walked, desk.set_method(walked, Hard()))
    assert desk.same_start(walked, desk.set_start(walked, {"heads": walked.start.heads.copy()}))
    assert not desk.same_start(walked, desk.set_start(walked, {"heads": [0.3, 0.4]}))
    assert not desk.same_start(walked, cells.with_cell(walked, 0, "tosses", "HT"))
    assert not desk.same_start(walked, desk.set_model(walked, {"coins": 3}))


def test_an_edit_of_theta_needs_its_model(walked):
    assert desk.same_model(walked, cells.with_row(walked, 0))
    assert not desk.same_model(walked, desk.set_model(walked, {"coins": 3}))
    assert not desk.same_model(walked, desk.open_instead(walked, desk.example_session("gmm")))


def test_an_edit_of_the_model_needs_its_data(walked):
    assert desk.same_data(walked, desk.set_model(walked, {"coins": 3}))
    again = desk.open_instead(walked, opened(table=FIGURE_1.with_cell(0, "tosses", "HT")))
    assert not desk.same_data(walked, again)
    assert desk.same_data(walked, desk.undo(again))


def test_a_request_knows_what_it_was_made_on(walked):
    changed = Request(desk.reset, desk.same_model)(walked)
    assert len(changed.trace) == 1
    other = desk.set_model(walked, {"coins": 3})
    assert Request(desk.reset, desk.same_model).suits(other)
    assert not Request(desk.reset, desk.same_model, made_on=walked).suits(other)
    assert Request(desk.reset, desk.same_data, made_on=walked).suits(other)
    assert Request(desk.reset, desk.same_data).news(walked, other) == ""


def test_data_are_edited_until_they_are_as_they_were_opened(walked):
    assert not walked.edited
    session = cells.with_cell(walked, 0, "tosses", "HT")
    assert session.edited
    assert not desk.undo(session).edited
    assert not cells.with_cell(session, 0, "tosses", "HTTTHHTHTH").edited
    assert not desk.set_start(walked, {"heads": [0.3, 0.4]}).edited
    assert not desk.set_table(session, session.draft, "mine.csv").edited


def test_what_has_been_chosen_meanwhile_is_kept(walked):
    base = desk.show(walked, replace(walked.display, row=0, picture="one"))
    edited = cells.with_cell(base, 0, "tosses", "HT")
    current = desk.show(base, replace(base.display, row=1))
    session = desk.rebased(edited, base, current)
    assert (session.display.row, session.display.picture) == (1, "one")
    assert session.table is edited.table
    fewer = cells.without_rows(base, [cells.Block(1, 4, 0, 0)])
    assert desk.rebased(fewer, base, current).display.row is None


def test_labels_stay_hidden_when_other_data_come_meanwhile(walked):
    base = desk.show(walked, replace(walked.display, revealed=True))
    current = desk.show(base, replace(base.display, decimals=3, row=2))
    session = desk.rebased(desk.open_instead(base, desk.example_session()), base, current)
    assert (session.display.revealed, session.display.decimals, session.display.row) == (False, 3, None)


def test_undo_stays_at_the_row_that_is_asked_about(walked):
    base = desk.show(walked, replace(walked.display, row=0))
    edited = desk.show(cells.with_cell(base, 0, "tosses", "HT"), replace(base.display, row=3))
    assert desk.undo(edited).display.row == 3
    longer = cells.with_pasted(base, 5, 0, [["HT"]])
    assert desk.undo(desk.show(longer, replace(base.display, row=5))).display.row is None


def test_an_empty_row_is_no_fault_of_the_reader(walked):
    waiting = cells.with_row(walked, 2)
    assert waiting.unfilled
    assert waiting.fault.row == 3
    wrong = cells.with_cell(waiting, 2, "tosses", "X")
    assert not wrong.unfilled
    assert not cells.with_row(wrong, 0).unfilled
    filled = cells.with_cell(waiting, 2, "tosses", "HT")
    assert (filled.unfilled, filled.fault) == (False, None)
    assert not desk.set_table(waiting, waiting.draft).unfilled
    assert not desk.undo(waiting).unfilled
    assert not cells.without_rows(walked, [cells.Block(0, 4, 0, 0)]).unfilled


def test_numbers_leave_no_row_empty():
    counted = opened(table=Table.from_columns({"heads": [1, 2], "tails": [2, 1]}))
    assert not cells.with_cell(counted, 0, "heads", "-1").unfilled
    assert cells.with_row(counted, 0).unfilled


def test_a_table_without_columns_waits_for_nothing(walked):
    assert not desk.edit_table(walked, Table.from_columns({})).unfilled


def test_a_request_that_needs_nothing_suits_any_desk(walked):
    other = desk.open_instead(walked, desk.example_session("gmm"))
    assert Request(desk.reset, desk.always, made_on=walked).suits(other)
