"""A lesson on paper: every scene with its words and its question, and the solutions apart from them."""

import pytest

from emviz.handouts import lesson_sheets
from emviz.lessons import perform, read
from emviz.lessons.shelf import shipped_path


def test_every_scene_of_a_lesson_has_a_sheet():
    lesson = read(shipped_path("2").read_text("utf-8"))
    told = [*filter(None, lesson_sheets(lesson))]
    assert [sheet.name for sheet, _, _ in told] == [scene.title or lesson.title for scene in lesson.scenes]
    assert told[1][0].place == "scene 2 of 10; at the start"
    for place, (sheet, session, solution) in enumerate(told):
        asked = lesson.scenes[place].question
        assert session.cursor == perform(lesson, place).cursor == sheet.at
        assert (solution is None) == (asked is None)
        assert (f"**({place + 1}) " in sheet.words) == (asked is not None)
        assert (sheet.say, sheet.solved) == ("", ())
        assert [len(each.lines) > 1 for each in sheet.derived] == [True] * (place in (4, 7))
    # What scene 5 opens: 7.2 heads of the second set are coin A's.
    assert told[4][0].derived[0].title == "Where does the count of coin A in row 2 come from?"
    sheet, _, solution = told[1]
    # Figure 1b: the first set is from coin A with probability 0.45.
    assert solution.number == 2
    assert solution.text.startswith("0.45. ")
    assert sheet.words.endswith("**(2) How probable is it that the first set came from coin A?** ____")
    assert "0.45" not in sheet.words
    choices = told[4][0].words.split("\n\n")[-3:]
    assert choices == ["☐ With coin B", "☐ Lost by rounding", "☐ Left out"]


def test_a_worksheet_keeps_derivations_for_the_solutions():
    lesson = read(shipped_path("2").read_text("utf-8"))
    shown, kept = (
        [sheet for sheet, _, _ in filter(None, lesson_sheets(lesson, worksheet=worksheet))]
        for worksheet in (False, True)
    )
    assert [sheet.solved for sheet in kept] == [sheet.derived for sheet in shown]
    assert not any(sheet.derived for sheet in kept)
    # So does a sheet whose question asks for just that number.
    asked = '+++\nlesson = 1\ntitle = "T"\n+++\n+++\nmodel = "coins"\nat = "E(0)"\ncell = "P(A), row 1"\n'
    number = '[question]\nkind = "number"\nask = "?"\nof = "P(A), row 1"\n+++\nWords.\n'
    ((sheet, _, _),) = filter(None, lesson_sheets(read(asked + number)))
    assert (len(sheet.derived), len(sheet.solved)) == (0, 1)


@pytest.mark.thorough
def test_each_scene_is_of_its_own_run():
    lesson = read(shipped_path("4").read_text("utf-8"))
    told = [*filter(None, lesson_sheets(lesson))]
    for place, (sheet, session, _) in enumerate(told):
        alone = perform(lesson, place)
        assert (session.method, sheet.at) == (alone.method, alone.cursor)
        assert session.step.params.heads.tolist() == alone.step.params.heads.tolist()


def test_what_is_to_be_guessed_is_not_on_its_sheet():
    lesson = read(shipped_path("3").read_text("utf-8"))
    sheets = [sheet for sheet, _, _ in filter(None, lesson_sheets(lesson))]
    # "Click where g_0 is highest."
    assert 'class="bound"' in sheets[3].bound
    assert 'class="maximum"' not in sheets[3].bound
    assert 'class="maximum"' in sheets[5].bound
