"""The window and the command line read a file through the same door, to the same session."""

import pytest
from missing_cases import CASES, PAIRS, written
from standing import stand_for

from emviz import session as desk
from emviz.api import fitting
from emviz.data.table import DataError
from emviz.em.hyper import hypers
from emviz.intake import Wishes
from emviz.ui.opening.loading import LONGEST_NEWS, loaded, opening_news
from emviz.ui.work.driver import Driver
from emviz.ui.work.store import Store
from emviz.ui.work.worker import Control, Worker

FILES = {
    "counts": ("coins", "Heads,TAILS,who\n5,5,A\n9,1,B\n", Wishes()),
    "asked": ("coins", "Kopf,Zahl\n5,1\n9,0\n", Wishes(columns={"heads": "Kopf", "tails": "Zahl"})),
    "tosses": ("coins", "tosses\nHTHT\nHHHH\n", Wishes()),
    "row numbers": ("gmm", ",x,y\n1,1.5,2\n2,3,5\n3,8,9\n4,2,7\n", Wishes()),
    "left": ("gmm", "x,y,z\n1.5,2,1\n3,5,4\n8,9,2\n2,7,7\n", Wishes(leave=("z",))),
    "holes": (
        "gmm",
        "x,y\n1.5,2\nNA,5\n8,-9\n2,7\n3,6\n5,1\n",
        Wishes(codes=frozenset({"-9"}), drop=True),
    ),
    "genotypes": ("haplotype", "a,b,count\nA/a,B/b,3\nA/A,b/b,2\n", Wishes()),
    "steps": ("hmm", "symbol\nx\ny\nx\nx\n", Wishes()),
    "groups": ("abo", "phenotype,count\nA,20\nB,10\nAB,5\nO,30\n", Wishes()),
    "events": ("poisson", "value,count\n1,20\n2,10\n3,5\n", Wishes()),
}


@pytest.fixture
def opened(tmp_path):
    def opened(model, text, wishes=Wishes()):  # noqa: B008 - a frozen record
        path = tmp_path / "own.csv"
        path.write_text(text)
        return path, loaded(path, None, wishes, desk.example_session(model), Control(float))

    return opened


@pytest.mark.parametrize("name", FILES)
def test_the_window_and_the_command_line_read_the_same(opened, name):
    model, text, wishes = FILES[name]
    path, session = opened(model, text, wishes)
    hyper = {each.name: getattr(session.model, each.name) for each in hypers(session.model)}
    other = fitting.begun(*fitting.chosen(model, path, hyper=hyper, wishes=wishes))
    assert session.fault is None
    assert session.table.same(other.table)
    assert (session.source, session.choice, session.notes) == (other.source, other.choice, other.notes)
    assert session.step.expectation.objective == other.step.expectation.objective


@pytest.mark.parametrize("drop", [False, True])
@pytest.mark.parametrize(("name", "column"), stand_for(PAIRS, PAIRS[::4]))
def test_a_missing_cell_comes_through_both_doors_alike(tmp_path, name, column, drop):
    case, wishes = CASES[name], Wishes(drop=drop)
    whole = written(tmp_path / "whole.csv", case, case.rows())
    before = desk.new_session(case.model, fitting.chosen(case.key, whole, hyper=case.hyper)[1].table, "")
    path = written(tmp_path / "own.csv", case, case.rows(column, "NA"))
    session = loaded(path, None, wishes, before, Control(float))
    if session.fault is not None:
        with pytest.raises(DataError) as caught:
            fitting.begun(*fitting.chosen(case.key, path, hyper=case.hyper, wishes=wishes))
        assert (session.fault.row, session.fault.column) == (caught.value.row, caught.value.column)
        assert caught.value.message.startswith(f"{session.fault.message}; ")
        return
    other = fitting.begun(*fitting.chosen(case.key, path, hyper=case.hyper, wishes=wishes))
    assert session.table.same(other.table)
    assert (session.choice, session.notes) == (other.choice, other.notes)
    assert session.step.expectation.objective == other.step.expectation.objective


def test_what_is_read_of_a_file_with_row_numbers(opened):
    _, session = opened(*FILES["row numbers"])
    assert session.table.names == ("x", "y")
    told = "Columns left out: column 1 (counts 1 to 4: looks like row numbers)."
    assert opening_news(session, session) == told


def test_what_is_refused_names_the_file(opened):
    with pytest.raises(DataError, match=r"own\.csv: the table has no column 'z'; there are x, y"):
        opened("gmm", "x,y\n1,2\n4,3\n9,8\n", Wishes(use=("z",)))


def test_a_wrong_cell_is_a_draft_with_what_was_chosen(opened):
    _, session = opened("coins", "Heads,Tails\n5,5\n9,x\n")
    assert str(session.fault) == "own.csv, row 2, column tails: expected a number, got 'x'"
    assert session.draft.names == ("heads", "tails")
    assert session.choice.named == {"heads": "Heads", "tails": "Tails"}


def test_undo_brings_back_what_was_chosen_and_other_data_have_no_choice(opened):
    _, session = opened("coins", "Heads,Tails\n5,5\n9,1\n")
    assert session.choice is not None
    undone = desk.undo(session)
    assert (undone.choice, undone.notes) == (None, ())
    assert desk.redo(undone).choice is session.choice
    edited = desk.edit_table(session, session.draft.with_cell(0, "heads", "4"))
    assert edited.choice is session.choice
    other = desk.set_table(session, undone.table, "simulated")
    assert (other.choice, other.notes) == (None, ())


def test_news_of_many_columns_are_cut(opened):
    names = ",".join(f"remark {i}" for i in range(100))
    cells = ",".join("x" * 100)
    _, session = opened("gmm", f"x,{names}\n" + "".join(f"{x},{cells}\n" for x in (1.5, 3, 8)))
    assert len(opening_news(session, session)) == LONGEST_NEWS + 1
    assert opening_news(session, session).endswith("…")


def test_the_window_says_once_what_was_read(qtbot, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("Heads,Tails\n5,5\n9,1\n")
    driver = Driver(Store(desk.example_session("coins")), Worker())
    with qtbot.waitSignal(driver.news) as heard:
        driver.load(path, None)
    assert heard.args == ["Columns read: heads from Heads, tails from Tails."]
    driver.shutdown()


@pytest.mark.parametrize("cells", ["no,yes\nyes,no\nno,no\n", "no,yes\nyes,\nno,no\n"])
@pytest.mark.parametrize("names", ["rain,wet", "disease,wet"])
def test_a_structure_that_names_no_column_of_a_file_does_not_keep_it_out(opened, names, cells):
    _, session = opened("network", f"{names}\n{cells}")
    assert session.model.structure == ""
    assert session.notes[0] == "Structure: dropped, because it names columns that are not in this file"
    assert list(session.table.names) == names.split(",")
    with pytest.raises(
        DataError, match=r"own\.csv: these models can use it: .*Bayesian network: no column is "
    ):
        opened("network", "count\n3\n")


def test_a_table_with_its_variables_in_rows_is_said_to_look_transposed(opened):
    text = "name,r1,r2,r3,r4\nweight,1.5,2.5,3.1,2.2\nlength,10.5,12.5,13.1,11.2\n"
    with pytest.raises(DataError, match="looks transposed, with a variable in each row"):
        opened("normal", text)
    _, session = opened("gmm", text)  # which fails no sooner than in its first M-step
    assert any("looks transposed" in note for note in session.notes)


def test_a_file_is_read_for_a_model_that_is_not_on_the_desk(tmp_path):
    path, before = tmp_path / "own.csv", desk.example_session("coins")
    path.write_text("x,y\n1.5,2\n2,5\n8,9\n2,7\n3,6\n")
    session = loaded(path, None, Wishes(), before, Control(float), key="gmm")
    assert (session.model.key, session.table.names, session.fault) == ("gmm", ("x", "y"), None)
    assert desk.undo(session).model.key == "coins"
    path.write_text("heads,tails\n5,5\n9,x\n")
    wrong = loaded(path, None, Wishes(), desk.example_session("gmm"), Control(float), key="coins")
    assert str(wrong.fault) == "own.csv, row 2, column tails: expected a number, got 'x'"
    mended = desk.set_table(wrong, wrong.draft.with_cell(1, "tails", "1"))
    assert (mended.model.key, mended.fault, mended.table.rows) == ("coins", None, 2)
