"""Whole numbers stand in the table and in the M-step without decimals: those of hard EM, sure ones of EM."""

from dataclasses import replace

import numpy as np
import pytest
from showing import copied_cells

from emviz import session as desk
from emviz.em.counts.table import TotalCell, Update
from emviz.em.methods import EM, Hard
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.model import CountModel
from emviz.ui.panels.counts.totals import TotalsModel
from emviz.ui.panels.counts.updates import as_htmls
from emviz.wording.counts import count_text
from emviz.wording.plain import Plain
from emviz.wording.updates import sides_of, update_text


def texts(key, method, halves=1, kind=CountModel, what="count", example=None):
    session = desk.set_method(desk.example_session(key, example), method)
    for _ in range(halves):
        session = desk.step(session)
    model = kind()
    model.show(Blocks(session))
    columns = [column for column in model.columns if column.kind.value == what]
    return [[model.face(row, column) for column in columns] for row in range(min(3, model.rowCount()))]


@pytest.mark.usefixtures("qapp")
def test_the_coins_of_figure_1_counted_whole():
    assert [[face.text for face in row] for row in texts("coins", Hard())] == [
        ["0 H, 0 T", "5 H, 5 T"],
        ["9 H, 1 T", "0 H, 0 T"],
        ["8 H, 2 T", "0 H, 0 T"],
    ]
    (totals,) = texts("coins", Hard(), kind=TotalsModel)
    assert [face.text for face in totals] == ["24 H, 6 T", "9 H, 11 T"]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("kind", [CountModel, TotalsModel])
def test_another_method_renames_the_headings(kind):
    """A share is called P, or q where it is all or nothing; the table on the screen is the same one."""
    session, model, told = desk.step(desk.example_session("coins")), kind(), []
    model.show(Blocks(session))
    model.headerDataChanged.connect(lambda *_: told.append(True))
    for method, letter in ((Hard(), "q"), (EM, "P")):
        session = desk.set_method(session, method)
        model.show(Blocks(session))
        assert [column.heading[0] for column in model.columns][1:3] == [letter, letter]
        assert len(told) == (1 if letter == "q" else 2)


@pytest.mark.usefixtures("qapp")
def test_a_set_that_is_counted_whole_has_a_share_of_1_and_no_decimals():
    told = [[face.text for face in row] for row in texts("coins", Hard(), what="share")]
    assert told == [["0", "1"], ["1", "0"], ["1", "0"]]
    assert [face.text for face in texts("coins", EM, what="share")[0]] == ["0.45", "0.55"]


@pytest.mark.usefixtures("qapp")
def test_a_column_with_parts_of_a_path_keeps_its_decimals_in_all_rows():
    told = [face.text for row in texts("hmm", Hard(), what="share", example="evenings") for face in row]
    assert all("." in text for text in told), told


@pytest.mark.usefixtures("qapp")
def test_what_is_copied_of_whole_shares_keeps_its_decimals():
    session, model = desk.step(desk.set_method(desk.example_session("coins"), Hard())), CountModel()
    model.show(Blocks(session))
    assert copied_cells(model, [0], lambda row, column: True)[0][1:3] == ["0.00", "1.00"]


@pytest.mark.usefixtures("qapp")
def test_shared_counts_keep_their_decimals():
    assert texts("coins", EM)[0][0].text == "≈ 2.2 H, 2.2 T"


@pytest.mark.usefixtures("qapp")
def test_sums_of_measured_values_keep_their_decimals_and_numbers_of_points_do_not():
    assert texts("gmm", Hard())[1][0].parts == ("1", "1.8", "54")
    assert texts("gmm", Hard())[0][0].parts == ("0", "0.0", "0")
    assert texts("gmm", EM)[1][0].parts == ("1.0", "1.8", "53.8")


def test_a_part_of_a_whole_count_is_told_to_its_decimals():
    """Letters that are not known are shared by θ even on a single path."""
    counts = np.array([1.0, 0.25])
    assert count_text(counts, ("A", "C"), 1, (True, True)) == "≈ 1 A, 0.3 C"
    assert count_text(counts, ("A", "C"), 2, (True, False)) == "≈ 1 A, 0.25 C"
    assert count_text(np.array([1.0, 3.0]), ("A", "C"), 1) == "≈ 1.0 A, 3.0 C"


def test_of_many_whole_counts_those_that_are_not_zero():
    assert count_text(np.array([0.0, 2.0, 0, 0, 1]), tuple("ABCDE"), 1, (True,) * 5) == "2 B, 1 E"
    assert count_text(np.zeros(5), tuple("ABCDE"), 1, (True,) * 5) == "0"


def test_where_a_whole_total_comes_from_has_no_decimals_either():
    session = desk.step(desk.set_method(desk.example_session("coins"), Hard()))
    table = session.model.count_table(session.data, session.round, np.arange(5))
    heads, tails, ratio = (line.formula for line in table.derive(TotalCell(0), 1).lines)
    assert heads == r"0 + 9 + 8 + 0 + 7 = 24\,\mathrm{H}"
    assert tails == r"0 + 1 + 2 + 0 + 3 = 6\,\mathrm{T}"
    assert ratio == r"\theta _{A} = \frac{24}{24 + 6} = 0.80"


def test_the_m_step_of_whole_counts_is_exact_where_its_value_is():
    exact = Update("θ_A", 0, 24.0, (24.0, 6.0), 0.8, whole=True)
    not_exact = Update("θ_A", 0, 2.0, (2.0, 1.0), 2 / 3, whole=True)
    assert update_text(exact, 1, 1) == "θ_A^(1) = 24 / (24 + 6) = 0.80"
    assert update_text(not_exact, 1, 1) == "θ_A^(1) = 2 / (2 + 1) ≈ 0.67"
    assert (
        as_htmls(exact, 1, sides_of(exact, 1), "red")[0].split("</span>")[1].startswith(" = 24 / (24 + 6) = ")
    )
    assert update_text(replace(exact, whole=False), 1, 1) == "θ_A^(1) ≈ 24.0 / (24.0 + 6.0) ≈ 0.80"
    part = Update("θ_A", 0, 1.5, (1.5, 1.0), 0.6, whole=True)
    assert update_text(part, 1, 1) == "θ_A^(1) ≈ 1.5 / (1.5 + 1.0) ≈ 0.60"
    shared = Update("θ_A", 0, 21.297, (21.297, 8.572), 0.71301)
    assert update_text(shared, 1, 1) == "θ_A^(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71"


def shown(key, what, column, example=None, halves=1):
    """Return a column of EM, and its total."""
    rows = texts(key, EM, halves, what=what, example=example)
    faces = [row[column] for row in (*rows, *texts(key, EM, halves, TotalsModel, what, example))]
    *told, total = [face.text if face.told is None else face.told() for face in faces]
    return told, total


@pytest.mark.usefixtures("qapp")
def test_a_column_of_em_has_the_decimals_that_it_needs():
    # Of the blood groups A, B and AB the last one alone is surely AB.
    assert shown("abo", "share", 4)[0] == ["0", "0", "1"]
    # 32, 16 and 6 households are seen; each of them is counted in part, for how many there are unseen.
    assert shown("poisson", "count", 0) == (["32 units", "16 units", "6 units"], "55 units")
    assert all("." in text for text in shown("poisson", "count", 1)[0])
    # Rows that are sure beside one that is not: as many decimals in all of them, and in their total.
    sure, total = shown("linkage", "count", 0, halves=3)
    assert sure[1] == "≈ 0.0 animals"
    assert total.endswith("animals")
    assert "." in total


def weighed(shares, counts, rows=None):
    """Return what is told without decimals of a table of one completion beside another, EM."""
    session = desk.step(desk.example_session("coins"))
    table = session.model.count_table(session.data, session.round, np.arange(len(shares)))
    counts = np.asarray(counts, dtype=float)
    table = replace(table, shares=np.asarray(shares, dtype=float), counts=counts, totals=counts.sum(axis=0))
    plain = Plain(table, len(shares) if rows is None else rows, whole=False)
    return plain.shares(0), plain.counts(0)


def test_what_is_nearly_1_is_not_told_as_1():
    sure, shared = [[1, 0], [0, 1]], [[1, 0], [0.5, 0.5]]
    tosses = [[2, 3, 0, 0], [0, 0, 4, 1]]
    assert weighed(sure, tosses) == (True, (True, True))
    assert weighed(shared, tosses) == (False, (True, True))
    assert weighed([[0.9996, 0.0004], [0, 1]], [[1.9992, 3, 0, 0], [0, 0, 4, 1]]) == (False, (False, True))
    # The total is whole by chance.
    assert weighed(shared, [[1.5, 3, 0, 0], [0.5, 0, 4, 1]]) == (False, (False, True))
    # What is missing of 1 is too small for a float.
    assert weighed([[1, 1e-20], [0, 1]], tosses) == (False, ())
    # There are more rows than these.
    assert weighed(sure, tosses, rows=3) == (False, ())
