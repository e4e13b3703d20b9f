"""Questions of every kind: what is right is calculated, and an answer is judged by the digits asked for."""

from dataclasses import replace
from fractions import Fraction

import pytest
from test_lesson_scenes import share

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.em.counts.table import CountCell, Entry, ShareCell, TotalCell
from emviz.em.objective.lines import Goal
from emviz.lessons.questions import Question, number_said
from emviz.models import model_named

START = desk.example_session()


def number(of, digits=2, **more):
    return Question("number", "How many?", of, digits, **more)


def choice(*choices, **more):
    return Question("choice", "Which?", choices=choices, **more)


def test_a_number_is_right_within_half_a_unit_of_the_last_digit():
    exact = float(share(5) * 5)
    asked = number("coin A H, row 1", 1, hint="Multiply.", because="P(A) times 5.")
    solution = asked.solution(START)
    assert (solution.value, solution.text, solution.cell) == (pytest.approx(exact), "2.2", CountCell(0, 0))
    assert solution.words == "2.2. P(A) times 5."
    for said in ("2.2", "2,2", " 2.25 ", str(exact), "22/10", "220 %"):
        assert asked.check(said, START).words == "Right: 2.2. P(A) times 5.", said
    # From 0.45, which has been rounded, follows 2.25, which may be rounded up.
    rounded = asked.check("2.3", START)
    assert (rounded.right, rounded.cell) == (True, CountCell(0, 0))
    assert rounded.words == "Right but for rounding: without any on the way it is 2.246. P(A) times 5."
    for said in ("2.1", "2.4", "-2.2", "22"):
        wrong = asked.check(said, START)
        assert (wrong.right, wrong.words, wrong.cell) == (False, "No. Multiply.", CountCell(0, 0)), said
    for said in ("", "two", "1/0", "1/x", "x%", "nan"):
        assert "This is not a number" in asked.check(said, START).words
    assert number("log P", 1).check("0", START).words == "No. Try again."


def test_a_number_can_be_written_in_several_ways():
    assert number_said("−1,5") == -1.5
    assert number_said("9/20") == float(Fraction(9, 20))
    assert number_said("45%") == 0.45
    assert number_said("1/2/3") is None


def test_whole_numbers_are_exact_and_a_kind_of_place_is_no_number():
    asked = number("iterations at end")
    many = asked.solution(START).value
    assert asked.check(str(many), START).right
    assert not asked.check(str(many + 1), START).right
    with pytest.raises(DataError, match="is not a number; ask for it with choices"):
        number("place at end").solution(START)


def test_what_is_asked_of_theta_is_explained_by_the_total_or_by_what_is_named():
    assert number("θ_A at next").solution(desk.step(START)).cell == TotalCell(0)
    assert number("θ_B at next", see="P(B), row 2").solution(START).cell == ShareCell(1, 1)


def test_a_choice_is_right_by_its_number_by_the_largest_or_by_what_is_calculated():
    assert choice("a", "b", right=2).solution(START).value == 2
    assert choice("a", "b", right=2).check(2, START).right
    wrong = choice("a", "b", right=2, hint="Look.").check(1, START)
    assert (wrong.right, wrong.words) == (False, "No. Look.")
    likelier = choice("coin A", "coin B", right="largest", values=("P(A), row 2", "P(B), row 2"))
    assert (likelier.solution(START).text, likelier.solution(START).cell) == ("coin A", ShareCell(1, 0))
    assert choice("A", "B", right="smallest", values=("θ_A", "θ_B")).solution(START).value == 2
    total = choice("20.3", "21.3", of="coin A H")
    assert (total.solution(START).text, total.solution(START).cell) == ("21.3", TotalCell(0))
    kind = choice("At a top", "At a saddle", values=("maximum", "saddle"), of="place at end")
    assert kind.solution(START).value == 1
    with pytest.raises(DataError, match="and none of the choices mean it: 1, 2"):
        choice("1", "2", of="coin A H").solution(START)


def test_the_numbers_of_a_question_are_calculated():
    asked = Question(
        *("choice", "{θ_A: 1}?"), choices=("{θ_A}", "{θ_B}"), right=2, hint="{P(A), row 1}.", because="{w_A}."
    )
    shown = asked.filled(START)
    assert (shown.ask, shown.choices) == ("0.6?", ("0.60", "0.50"))
    assert asked.check(2, START).words == "Right: 0.50."
    assert asked.check(1, START).words == "No. 0.45."
    assert choice("{θ_A}", "{θ_B}", of="θ_B").solution(START).value == 2


def test_a_click_finds_a_row_a_number_or_a_point_of_the_line():
    row = Question("click", "Which row?", "row of the largest P(A)")
    assert (row.solution(START).text, row.solution(START).value) == ("row 2", 2)
    assert row.check(1, START).right
    assert row.check(CountCell(1, 1), START).right
    assert not row.check(0, START).right
    assert not row.check(TotalCell(0), START).right
    cell = Question("click", "Which number?", "P(B), row 3")
    assert cell.check(ShareCell(2, 1), START).right
    assert not cell.check(ShareCell(2, 0), START).right
    # The number that says why stands where the right one is: a wrong click does not open it.
    for asked in (row, replace(row, see="P(A), row 2"), cell):
        assert asked.check(0, START).cell is None
    assert replace(row, see="P(A), row 2").check(1, START).cell == ShareCell(1, 0)
    with pytest.raises(DataError, match="cannot be clicked"):
        Question("click", "?", "log P").solution(START)


def test_a_click_on_the_line_is_right_within_a_twentieth_of_it():
    along = desk.shown(START, {"slice": Entry("heads", (0,))})
    top = Question("click", "Where?", "highest point of g")
    aim = desk.target(START).heads[0]
    assert top.solution(along).value == pytest.approx(aim, abs=1e-12)
    assert top.check(aim + 0.04, along).right
    assert not top.check(aim + 0.06, along).right
    assert not top.check(0, along).right
    assert Question("click", "Where?", "touching point").solution(START).value == 0
    later = Question("click", "Where?", "highest point of g at θ(1)").solution(along)
    assert later.value == pytest.approx(desk.target(desk.step(desk.step(START))).heads[0], abs=1e-12)
    with pytest.raises(DataError, match="along the step or an entry of θ"):
        top.solution(desk.shown(START, {"slice": Goal.COMPLETE}))


def test_a_line_needs_a_step_that_can_be_done():
    singular = desk.example_session("gmm", "singular")
    while singular.failure is None:
        singular = desk.step(singular)
    with pytest.raises(DataError, match="the next step cannot be done"):
        Question("click", "Where?", "highest point of g").solution(singular)


def test_a_drag_finds_theta_within_the_digits():
    asked = Question("drag", "Where is θ(1)?", "θ at next", 1)
    solution = asked.solution(START)
    x, y = desk.target(START).heads
    assert solution.value == pytest.approx((x, y))
    assert solution.text == "θ_A = 0.7, θ_B = 0.6"
    assert asked.check((x + 0.04, y - 0.04), START).right
    assert not asked.check((x + 0.06, y), START).right
    assert Question("drag", "Where are we?", "theta").check((0.6, 0.5), START).right
    with pytest.raises(DataError, match="only θ can be dragged"):
        Question("drag", "?", "log P").solution(START)
    with pytest.raises(DataError, match="fewer than two entries"):
        Question("drag", "?", "θ").solution(desk.example_session("linkage"))


def test_a_click_on_any_of_several_equal_rows_is_right():
    table = Table.from_columns({"d": ["no", "", "yes", ""], "t": ["no", "yes", "yes", "yes"]})
    weighed = desk.step(desk.new_session(model_named("network"), table, "four"))
    divided = Question("click", "Which?", "most divided row")
    assert [divided.check(row, weighed).right for row in range(4)] == [False, True, False, True]
    share = Question("click", "Which?", "1st, row 4")
    assert share.check(ShareCell(3, 0), weighed).right
    assert not share.check(ShareCell(2, 0), weighed).right


def test_what_is_whole_is_not_excused_by_rounding():
    question = Question("number", "How many heads?", "complete coin A H", 0)
    assert question.check("24", START).right
    for wrong in ("23", "25", "24.6"):
        assert question.check(wrong, START).words == "No. Try again."


def test_what_is_told_begins_as_a_sentence():
    question = Question("click", "Which?", "most divided row")
    solution = question.solution(desk.step(START))
    assert (question.revealed(solution), question.sayings(solution).right) == ("Row 1.", "Right: row 1.")
    assert number("θ_A").revealed(number("θ_A").solution(START)) == "0.60."
