"""What a scene takes over from the one before, and the session that it stands for."""

from fractions import Fraction

import pytest

from emviz import lessons
from emviz import session as desk
from emviz.data.table import DataError
from emviz.em.counts.table import CountCell, Entry, ShareCell, UpdateCell
from emviz.em.model import Phase
from emviz.em.work import finished
from emviz.lessons import perform, performing, read, setup_at, words
from emviz.lessons.lesson import Moment, Setup
from emviz.lessons.reaching import reached
from emviz.scenes.writing import write as write_session
from emviz.session.errors import errors_at

HEAD = '+++\nlesson = 1\ntitle = "A lesson"\n+++\n'
#: P of the five sets under coin A over that under both, at θ(0) = (0.60, 0.50).
HEADS = (5, 9, 8, 4, 7)


def lesson_of(*scenes):
    """A lesson of scenes, each a header and words."""
    return read(HEAD + "".join(f"\n+++\n{header}\n+++\n\n{text}\n" for header, text in scenes))


def share(heads, a=Fraction(6, 10), b=Fraction(1, 2)):
    first, second = (p**heads * (1 - p) ** (10 - heads) for p in (a, b))
    return first / (first + second)


def told(text, header='model = "coins"'):
    lesson = lesson_of((header, text))
    return words(lesson.scenes[0], perform(lesson, 0))


def test_a_scene_goes_on_where_the_one_before_ended():
    lesson = lesson_of(('model = "coins"\nto = "E(0)"', ""), ("", ""), ('to = "θ(2)"', ""), ("", ""))
    places = [perform(lesson, place).cursor for place in range(4)]
    assert places == [0, 1, 1, 4]


def test_what_is_given_begins_anew_with_all_that_follows_it():
    lesson = lesson_of(
        ('model = "gmm"\nexample = "clouds"\nhyper = {components = 2}\nmethod = "hard"', ""),
        ("seed = 3", ""),
        ("hyper = {components = 4}", ""),
        ('preset = "alike"', ""),
        ("start = {weight = [0.4, 0.6]}", ""),
        ('model = "coins"', ""),
    )
    assert [setup_at(lesson, place) for place in range(6)] == [
        Setup("gmm", "clouds", {"components": 2}, method="hard"),
        Setup("gmm", "clouds", {"components": 2}, seed=3),
        Setup("gmm", "clouds", {"components": 4}),
        Setup("gmm", preset="alike"),
        Setup("gmm", preset="alike", start={"weight": [0.4, 0.6]}),
        Setup("coins"),
    ]
    drawn = desk.draw_start(perform(lesson, 0), 3)
    assert perform(lesson, 1).start.mean.tolist() == drawn.start.mean.tolist()
    kept = perform(lesson, 4)
    assert kept.start.weight.tolist() == [0.4, 0.6]
    assert kept.start.mean[0].tolist() == kept.start.mean[1].tolist()


def test_what_is_shown_stays_while_the_model_does_but_for_a_derivation():
    lesson = lesson_of(
        (
            'model = "coins"\nat = "E(0)"\nstage = "bound"\nhide = ["answers", "next"]\ncell = "P(A), row 2"',
            "",
        ),
        ('show = ["next"]\nalong = "theta_A"\ndisplay = {decimals = 2}', ""),
        ('stage = "all"\nalong = "step"\npicture = "Landscape"\ncell = "coin B T, row 1"', ""),
        ('model = "coins"\nat = "θ(1)"\ncell = "θ_B"', ""),
    )
    first, second, third, fourth = (perform(lesson, place).display for place in range(4))
    assert (first.large, first.reference, first.next, first.cell) == ("bound", False, False, ShareCell(1, 0))
    assert (second.large, second.reference, second.next, second.cell) == ("bound", False, True, None)
    assert (second.slice, second.decimals) == (Entry("heads", (0,)), 2)
    assert (third.large, third.slice, third.decimals, third.picture) == ("", None, 2, "Landscape")
    assert (third.cell, fourth.cell) == (CountCell(0, 1), UpdateCell(1))
    assert (fourth.reference, fourth.decimals) == (True, 1)


def test_the_run_of_a_session_is_not_computed_again():
    lesson = lesson_of(('model = "coins"\nto = "θ(1)"', ""), ("", ""))
    first = perform(lesson, 0)
    done = finished(performing(lesson, 1, first))
    assert done.session.trace[0] is first.trace[0]
    assert (done.session.cursor, done.last, done.solution) == (2, None, None)


def test_a_session_in_a_lesson_stands_where_it_was_saved_and_can_be_changed():
    session = desk.step(desk.step(desk.example_session()))
    block = f"```emviz\n{write_session(desk.back(session))}```"
    lesson = lesson_of(
        ("", f"Before.\n\n{block}\n\nAfter."),
        ("", ""),
        ("start = {heads = [0.7, 0.2]}", ""),
        ('method = "newton"\nat = "θ(1)"', ""),
        ("seed = 4", ""),
        ('hyper = {weights = "learned"}', ""),
    )
    assert lesson.scenes[0].words == "Before.\n\n\nAfter."
    steps = [perform(lesson, place) for place in range(6)]
    assert [(each.cursor, each.method.key) for each in steps] == [
        (1, "em"),
        (1, "em"),
        (0, "em"),
        (1, "newton"),
        (0, "em"),
        (0, "em"),
    ]
    assert steps[2].start.heads.tolist() == [0.7, 0.2]
    assert steps[4].seed == 4
    assert steps[5].model.weights == "learned"
    assert not any(each.past for each in steps)


def test_the_end_is_where_a_run_converges():
    session = perform(lesson_of(('model = "coins"\nat = "end"', "")), 0)
    assert session.outcome.value == "converged"
    assert desk.settled(session)
    lesson = lesson_of(('model = "coins"\nmethod = "gradient:0.1:natural"\nat = "end"', ""))
    with pytest.raises(DataError, match=r"scene 1, line 6: the run does not come to the end: Iteration"):
        perform(lesson, 0)


def test_a_run_that_has_converged_is_at_its_end_and_one_that_may_not_go_so_far_never_is():
    session = desk.example_session()
    end = reached(session, Moment("end"))
    assert reached(desk.seek(end, 3), Moment("end")).cursor == end.cursor
    with pytest.raises(DataError, match="does not converge within 2 iterations"):
        reached(desk.set_limits(session, iterations=2), Moment("end"))


def test_words_have_the_numbers_of_their_half_step():
    half = f"{float(share(5)):.4f}"
    assert told("{P(A), row 1: 4}, {θ_A} and {theta_B: 1}, \\{x\\}") == f"{half}, 0.60 and 0.5, {{x}}"
    total = sum(share(heads) * heads for heads in HEADS)
    tails = sum(share(heads) * (10 - heads) for heads in HEADS)
    assert told("{coin A H: 3}") == f"{float(total):.3f}"
    assert told("{coin A T, row 2: 3}") == f"{float(share(9)):.3f}"
    assert told("{θ_A at next: 4}") == f"{float(total / (total + tails)):.4f}"
    assert told("{θ_A at θ(1): 4}", 'model = "coins"\nat = "θ(3)"') == told("{θ_A at next: 4}")
    assert told("{most divided row}, {w_A: 1}") == "1, 0.5"
    assert told("{row of the largest P(A)}, {row of the smallest coin A H}") == "2, 4"


def test_words_tell_of_the_complete_data_and_of_hard_em():
    assert (
        told("{complete coin A H: 0}, {complete coin B T, row 1: 0}, {complete coin B T, row 2: 0}")
        == "24, 5, 0"
    )
    assert told("{complete θ_A at next} {complete θ_B at next}") == "0.80 0.45"
    # At (0.60, 0.50) the likelier coin is A for all sets with six heads or more.
    assert told("{hard coin A H: 0} {hard coin A T: 0} {hard θ_A at next}") == "24 6 0.80"
    with pytest.raises(DataError, match="no set of labels"):
        told("{complete θ_A}", 'model = "coins"\nexample = "one-coin"')
    assert told("{highest point of g}") == "1.00"


def test_words_tell_of_the_iteration():
    first = desk.example_session()
    second = desk.step(desk.step(first))
    gain = second.step.expectation.objective - first.step.expectation.objective
    for at in ("θ(0)", "E(0)"):
        header = f'model = "coins"\nat = "{at}"'
        assert told("{log P: 4}", header) == f"{first.step.expectation.objective:.4f}".replace("-", "−")
        assert told("{gain: 6}", header) == f"{gain:.6f}"
    header = 'model = "coins"\nat = "θ(1)"'
    assert told("{gain: 6}", header) == f"{gain:.6f}"
    gap = second.step.expectation.objective - second.step.bound
    assert told("{gap: 6} {bound: 4}", header) == f"{gap:.6f} {second.step.bound:.4f}".replace("-", "−")


def test_words_tell_of_the_end_of_a_run():
    first = "{place at end}, {iterations at end}, {missing at end: 2}"
    text = told(first + ", {rate at end: 2}, {error of theta_A at end: 3}")
    session = lessons.perform(lesson_of(('model = "coins"\nat = "end"', "")), 0)
    errors = finished(errors_at(session, session.cursor))
    expected = (
        f"maximum, {session.trace.iterations}, {errors.missing[0]:.2f}, {desk.rate_here(session)[1]:.2f}, "
        f"{errors.entries[0].error:.3f}"
    )
    assert text == expected


def test_a_row_has_completions_of_its_own():
    assert float(told("{all seen, row 1}", 'model = "network"')) == 1


@pytest.mark.parametrize(
    ("header", "text", "said"),
    [
        ('model = "coin"', "", "there is no model 'coin'"),
        ('model = "coins"\nexample = "x"', "", "coins has no example 'x'"),
        ('model = "coins"\npreset = "x"', "", "coins has no preset 'x'; it has alike, hair, names"),
        ('model = "coins"\nstart = {heads = [2, 0.5]}', "", "must lie between 0 and 1"),
        ('model = "coins"\nmethod = "newton"\nat = "E(0)"', "", "has no E-step to be shown at E(0)"),
        ('model = "coins"\npicture = "x"', "", "there is no picture 'x'; there are Landscape"),
        ('model = "coins"\nalong = "x"', "", "θ has no entry 'x' to draw the bound along"),
        ('model = "coins"\ncell = "P(A), row 6"', "", "there is no row 6: the data have 5"),
        ('model = "coins"\ncell = "log P"', "", "'log P' is not a number of the count table"),
        ('model = "coins"', "{P(C), row 1}", "there is no 'P(C), row 1' here; there are P(A), row 1"),
        ('model = "coins"', "{rate}", "do not show a rate"),
        ('model = "coins"', "{missing}", "the missing information is not known here"),
        ('model = "coins"', "{error of θ_A}", "there are no standard errors here"),
        ('model = "coins"', "{error of θ_C at end}", "there is no error of 'θ_C'; there are those of θ_A"),
        ('model = "coins"', "{row of the largest x}", "the rows have no 'x'"),
        ('model = "coins"\nmethod = "newton"', "{gap}", "has no lower bound"),
        ('model = "coins"\nexample = "one-coin"\ncell = "copies"', "", "there is no 'copies' here"),
        ('model = "gmm"\nexample = "singular"\nat = "θ(5000)"', "", "the run does not come to θ(5000)"),
    ],
)
def test_a_scene_that_asks_for_what_is_not_there_is_refused_in_a_sentence(header, text, said):
    lesson = lesson_of((header, text))
    with pytest.raises(DataError) as refused:
        told(text, header)
    assert str(refused.value).startswith("scene 1, line 6: ")
    assert said in str(refused.value)
    assert list(lessons.problems(lesson)) == [str(refused.value)]


def test_a_lesson_that_was_made_has_no_lines():
    lesson = lessons.Lesson("One", (lessons.LessonScene(setup=Setup("x")),))
    with pytest.raises(DataError, match=r"^scene 1: there is no model"):
        perform(lesson, 0)
    with pytest.raises(DataError, match="needs a model"):
        perform(lessons.Lesson("One", (lessons.LessonScene(),)), 0)


def test_a_moment_has_a_name():
    assert [str(Moment("E", 3)), str(Moment("θ", 0)), str(Moment("end"))] == ["E(3)", "θ(0)", "end"]
    session = desk.step(desk.example_session())
    assert session.step.phase is Phase.E
    assert Moment("next").place(session) == 2
