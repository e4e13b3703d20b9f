"""The sheets of a handout say what the page says; a worksheet has blanks, and the solutions of them."""

import re
from dataclasses import replace

import pytest

from emviz import session as desk
from emviz.api.fitting import attempted
from emviz.data.table import Table
from emviz.em.work import finished
from emviz.handouts import Extent, handout
from emviz.handouts.blanks import Blanks
from emviz.models import model_named
from emviz.pages import kept, recording


@pytest.fixture(scope="module")
def coins():
    session = attempted(desk.example_session(), 2, 0.0)
    return finished(recording(session)), kept(session)


def test_a_sheet_has_the_numbers_of_figure_1b(coins):
    sheets, solutions = handout(*coins)
    assert [each.name for each in sheets][:3] == ["Start, θ(0)", "E-step 1 of 2", "M-step 1 of 2"]
    assert not solutions
    weighed, moved = sheets[1], sheets[2]
    assert [each.heading for each in weighed.columns] == ["P(A)", "P(B)", "coin A", "coin B"]
    assert weighed.columns[0].cells == ("0.45", "0.80", "0.73", "0.35", "0.65")
    assert weighed.columns[2].cells[1] == "≈ 7.2 H, 0.8 T"
    assert weighed.columns[2].total == "≈ 21.3 H, 8.6 T"
    assert [each.title for each in weighed.derived] == [
        "Where does P(A) in row 1 come from?",
        "Where does P(B) in row 1 come from?",
    ]
    assert [each.text for each in moved.lines] == [
        "θ_A^(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71",
        "θ_B^(1) ≈ 11.7 / (11.7 + 8.4) ≈ 0.58",
    ]
    assert moved.lines[0].was == "was 0.60"
    assert [each.title for each in moved.derived] == [
        "Where does θ_A come from?",
        "Where does θ_B come from?",
    ]
    assert (sheets[0].derived, sheets[0].columns[0].cells) == ((), ())
    assert [each.drawn for each in sheets] == [0, 1, 2, 3, 4]
    assert moved.remark == ""


def test_the_derivation_is_of_the_row_that_is_chosen(coins):
    assert handout(*coins, 2)[0][1].derived[0].title == "Where does P(A) in row 3 come from?"
    # A row that the page does not have.
    assert handout(*coins, 99)[0][1].derived[0].title == "Where does P(A) in row 1 come from?"


def test_a_far_row_is_derived_and_lines_are_told_once():
    table = Table.from_columns({"tosses": ["HHT", "HTT"] * 40})
    session = attempted(desk.new_session(model_named("coins"), table, "many"), 1, 0.0)
    record = finished(recording(replace(session, display=replace(session.display, row=70))))
    derived = handout(record, kept(session), 70)[0][1].derived
    assert [each.title for each in derived] == [
        f"Where does P({coin}) in row 71 come from?" for coin in ("A", "B")
    ]
    lines = [line for each in derived for line in each.lines]
    assert len(set(lines)) == len(lines)


def test_a_worksheet_has_a_blank_for_each_count_and_each_new_parameter(coins):
    sheets, solutions = handout(*coins, worksheet=True)
    start, weighed, moved = sheets[:3]
    assert start.say.startswith("θ(0) is a guess")
    assert weighed.say.startswith("Fill in (1) to (12): ")
    assert weighed.columns[0].cells[0] == "0.45"
    assert weighed.columns[2].cells[0] == "(1) ____ H, ____ T"
    assert weighed.columns[3].total == "(12) ____ H, ____ T"
    assert moved.say == "Fill in (13) and (14): θ(1), from the totals of the counts."
    assert moved.columns == weighed.columns
    assert moved.lines[0].text == "(13) θ_A^(1) = ____ / (____ + ____) = ____"
    # Where they come from belongs to the solutions.
    assert weighed.solved == handout(*coins)[0][1].derived
    assert (moved.derived, moved.story, moved.reference, moved.lines[0].was) == ((), "", "", "")
    # Its picture would show θ(1), and where log P goes.
    assert moved.drawn == 1
    assert moved.point == weighed.point == start.point < sheets[3].point
    assert [each.number for each in solutions] == list(range(1, 29))
    assert [each.text for each in solutions][12:14] == [
        "θ_A^(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71",
        "θ_B^(1) ≈ 11.7 / (11.7 + 8.4) ≈ 0.58",
    ]


def test_the_blanks_and_the_solutions_are_the_handout(coins):
    """What belongs in a blank is what stands there on the handout."""
    (sheets, _), (blank, solutions) = handout(*coins), handout(*coins, worksheet=True)
    texts = {each.number: each.text for each in solutions}
    for full, gapped in zip(sheets, blank, strict=True):
        for one, other in zip(full.columns, gapped.columns, strict=True):
            for known, cell in zip((*one.cells, one.total), (*other.cells, other.total), strict=True):
                number = re.match(r"\((\d+)\) ", cell)
                assert (texts[int(number[1])] if number else cell) == known
        for one, other in zip(full.lines, gapped.lines, strict=True):
            assert texts[int(re.match(r"\((\d+)\) ", other.text)[1])] == one.text


def test_only_the_half_steps_that_are_asked_for_have_a_sheet(coins):
    assert [each.at for each in handout(*coins, first=1, last=2)[0]] == [1, 2]
    sheets, solutions = handout(*coins, first=2, last=2, worksheet=True)
    # Counts of a half-step that has no sheet of its own are blank too.
    assert sheets[0].say == "Fill in (1) to (14): θ(1), from the totals of the counts."
    assert len(solutions) == 14


def test_what_is_left_out_is_said():
    session = attempted(desk.example_session("motif"), 1, 0.0)
    sheets, _ = handout(finished(recording(session)), kept(session))
    assert len(sheets[2].rows) == 12
    assert len(sheets[2].columns) == 10
    # The E-step divides sequence 16 most, which is told of.
    assert [number for number, _ in sheets[2].rows][-2:] == ["11", "16"]
    said = "The first 11 rows and row 16; totals are over all rows. The first 10 columns."
    assert sheets[1].remark == said
    assert sheets[2].remark == f"{said} 6 lines of the M-step."
    assert sheets[1].derived[0].title == "Where does P(1st) in row 16 come from?"
    part = sheets[1].within(Extent(1, 9).within(Extent(12, 2)))
    assert part.remark == "Row 16; totals are over all rows. The first 2 columns."
    assert [each.cells for each in part.columns] == [each.cells[-1:] for each in sheets[1].columns[:2]]


def test_the_first_rows_are_said_where_the_chosen_one_is_among_them():
    session = attempted(desk.example_session("gmm"), 1, 0.0)
    record = finished(recording(session))
    start, weighed, _ = handout(record, kept(session), 2, extent=Extent(5, 3))[0]
    assert (start.columns[0].cells, len(start.rows)) == ((), 5)
    assert weighed.remark == "The first 5 rows; totals are over all of them. The first 3 columns."
    assert (
        weighed.within(Extent(3, 3)).remark
        == "The first 3 rows; totals are over all of them. The first 3 columns."
    )
    assert weighed.within(Extent(2, 4)).remark == (
        "The first 1 row and row 3; totals are over all rows. The first 3 columns."
    )
    assert weighed.derived[0].title == "Where does P(A) in row 3 come from?"
    # A worksheet has only blanks that are printed.
    gapped, solutions = handout(record, kept(session), 2, worksheet=True, extent=Extent(5, 3))
    assert f"({len(solutions)})" in gapped[2].lines[-1].text
    printed = [cell for each in gapped[1].columns for cell in (*each.cells, each.total) if "____" in cell]
    assert len(printed) == 6


@pytest.mark.parametrize(
    ("text", "gapped"),
    [
        ("≈ 2.2 H, 2.2 T", "(1) ____ H, ____ T"),
        ("≈ 0.3 1, 0.1 6", "(1) ____ 1, ____ 6"),
        ("≈ 6: 0.3", "(1) 6: ____"),
        ("24 H, 6 T", "(1) ____ H, ____ T"),
        ("1,234.5 x1, −0.3 x2", "(1) ____ x1, ____ x2"),
        ("1.2×10⁻⁴", "(1) ____"),
        ("nothing", "nothing"),
    ],
)
def test_numbers_are_blanked_and_names_are_not(text, gapped):
    assert Blanks().blank("key", text) == gapped


@pytest.mark.parametrize(
    ("text", "gapped"),
    [
        ("θ_A^(1) = 24 / (24 + 6) = 0.80", "(1) θ_A^(1) = ____ / (____ + ____) = ____"),
        ("P(x2=1)^(3) ≈ 2.5 / 4.0 ≈ 0.62", "(1) P(x2=1)^(3) = ____ / ____ = ____"),
        ("0.5", "(1) ____"),
    ],
)
def test_a_line_of_the_m_step_keeps_its_parameter(text, gapped):
    blanks = Blanks()
    assert blanks.line("key", text) == gapped
    assert blanks.solutions[0].text == text
    assert blanks.line("key", text) == gapped
    assert len(blanks.solutions) == 1
