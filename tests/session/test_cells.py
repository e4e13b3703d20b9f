"""Edits of the table: what follows follows at once, and what is pasted goes where it belongs."""

from dataclasses import replace

import pytest
from desks import opened

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.models import model_named
from emviz.session import cells
from emviz.session.cells import Block

HEADED = Table.from_columns(
    {"set": [1, 2, 3], "tosses": ["HHT", "HTT", "HHH"], "heads": [2, 1, 3], "tails": [1, 2, 0]}
)


@pytest.fixture
def counted():
    return opened(table=HEADED)


def column(session, name):
    return session.draft.texts(name).tolist()


def test_heads_and_tails_follow_an_edit_of_the_tosses(counted):
    session = cells.with_cell(counted, 0, "tosses", "HHHHHHHHHH")
    assert (column(session, "heads"), column(session, "tails")) == (["10", "1", "3"], ["0", "2", "0"])
    assert session.table.is_numeric("heads")
    assert session.source == "edited: Figure 1"
    assert session.data.heads[session.data.which].tolist() == [10, 1, 3]


def test_tosses_that_cannot_be_counted_have_no_heads(counted):
    session = cells.with_cell(counted, 1, "tosses", "HXT")
    assert str(session.fault).startswith("row 2, column tosses: expected only H and T")
    assert (column(session, "heads"), column(session, "tails")) == (["2", "", "3"], ["1", "", "0"])
    mended = cells.with_cell(session, 1, "tosses", "TT")
    assert mended.fault is None
    assert (column(mended, "heads"), column(mended, "tails")) == (["2", "0", "3"], ["1", "2", "0"])
    assert mended.table.is_numeric("heads")


def test_what_follows_is_not_edited_by_itself(counted):
    with pytest.raises(DataError) as told:
        cells.with_cell(counted, 0, "heads", "7")
    assert str(told.value) == "row 1, column heads: it follows from tosses: change that"
    with pytest.raises(DataError, match="row 2, column tails"):
        cells.with_pasted(counted, 0, 2, [["2", "1"], ["1", "9"]])
    assert cells.with_pasted(counted, 0, 2, [["2.0"]]).fault is None


def test_a_count_that_contradicts_can_be_mended_and_no_other_row_is_touched():
    odd = HEADED.with_cell(0, "heads", "9").with_cell(1, "heads", "9")
    session = cells.with_cell(opened(table=odd), 2, "tosses", "TTT")
    assert column(session, "heads") == ["9", "9", "0"]
    assert column(cells.with_cell(session, 0, "heads", "2"), "heads") == ["2", "9", "0"]
    assert column(cells.with_cell(session, 0, "set", "8"), "heads") == ["9", "9", "0"]


def test_other_models_leave_their_columns_alone():
    session = desk.example_session("abo")
    assert column(cells.with_cell(session, 0, "count", "7"), "count")[0] == "7"


def test_pasted_tosses_bring_their_counts(counted):
    session = cells.with_pasted(counted, 2, 1, [["TT"], ["HTH"]])
    assert column(session, "heads") == ["2", "1", "0", "2"]
    assert column(session, "tails") == ["1", "2", "2", "1"]
    assert column(session, "set") == ["1", "2", "3", ""]
    many = cells.with_pasted(counted, 0, 1, [["HT" * k] for k in range(1, 15)])
    assert column(many, "heads") == [str(k) for k in range(1, 15)]


def test_a_header_says_where_the_cells_belong(counted):
    session = cells.with_pasted(counted, 1, 3, [["tosses ", "set"], ["TTT", "8"], ["H", "9"]])
    assert column(session, "tosses") == ["HHT", "TTT", "H"]
    assert column(session, "set") == ["1", "8", "9"]
    assert column(session, "tails") == ["1", "3", "0"]


@pytest.mark.parametrize("lines", [[["tosses"]], [["tosses", "tosses"], ["H", "H"]], [["toss"], ["H"]]])
def test_what_is_no_header_is_a_row(counted, lines):
    assert cells.addressed(counted.draft, 1, lines) == (counted.draft.names[1 : 1 + len(lines[0])], lines)


def test_rows_are_inserted_and_nothing_is_overwritten(counted):
    session = cells.with_inserted(counted, 1, 1, [["TT"], ["HTH"]])
    assert column(session, "tosses") == ["HHT", "TT", "HTH", "HTT", "HHH"]
    assert column(session, "heads") == ["2", "0", "2", "1", "3"]
    assert column(session, "set") == ["1", "", "", "2", "3"]
    assert column(cells.with_inserted(counted, 9, 1, [["TT"]]), "tosses") == ["HHT", "HTT", "HHH", "TT"]
    assert desk.undo(session).draft is counted.draft
    with pytest.raises(DataError, match="3 columns, and only 2 fit"):
        cells.with_inserted(counted, 1, 2, [["1", "2", "3"]])


def test_rows_that_are_taken_out_leave_the_rest_as_it_was(counted):
    session = cells.without_rows(counted, [Block(0, 1, 1, 1)])
    assert column(session, "heads") == ["3"]


def test_a_column_that_no_model_reads_is_known(counted):
    assert [cells.unread(counted, name) for name in HEADED.names] == [True, False, True, True]
    bare = opened(table=Table.from_columns({"heads": [2, 1], "tails": [1, 2]}))
    assert not cells.unread(bare, "heads")


def test_where_a_cell_follows_from(counted):
    coins = model_named("coins")
    assert cells.follows(coins, HEADED, 1, "tails") == "2"
    assert cells.follows(coins, HEADED, 1, "tosses") is None
    assert cells.sources(coins, HEADED.with_column("coin", list("AAB"))) == "tosses"


def test_labels_that_are_hidden_are_not_pasted_over():
    held = Table.from_columns({"tosses": ["HT", "TH"], "coin": ["A", "B"]})
    hidden = opened(table=held)
    assert column(cells.with_pasted(hidden, 0, 0, [["HH", "?"], ["TT", "?"]]), "coin") == ["A", "B"]
    with pytest.raises(DataError, match="column coin: reveal the column first"):
        cells.with_pasted(hidden, 0, 0, [["HH", "B"]])
    assert column(cells.with_pasted(hidden, 2, 0, [["HH", "A"]]), "coin") == ["A", "B", "A"]
    revealed = desk.show(hidden, replace(hidden.display, revealed=True))
    assert column(cells.with_pasted(revealed, 0, 0, [["HH", "B"]]), "coin") == ["B", "B"]


def test_what_holes_hide_is_hidden_in_every_model_until_it_is_revealed():
    columns = {
        "x": ["1", "2", "7"],
        "y": ["2", "4", "5"],
        "label": ["A", "B", "B"],
        "true:x": ["1", "2", "9"],
    }
    session = opened(model_named("gmm"), Table.from_columns(columns))
    assert cells.hidden_columns(session) == {"label", "true:x"}
    assert not cells.hidden_columns(desk.shown(session, {"revealed": True}))


def test_a_block_knows_how_many_cells_it_has():
    assert Block(1, 3, 2, 3).cells == 6


def test_a_contradiction_is_found(counted):
    assert cells.contradiction(counted) == ""
    assert cells.contradiction(desk.example_session("abo")) == ""
    odd = HEADED.with_cell(1, "tails", "7").with_cell(0, "heads", "").with_cell(2, "tosses", "HX")
    waiting = desk.set_table(counted, odd)
    assert cells.contradiction(waiting) == "Row 2: tails is 7, and by tosses, which counts, it is 2."
