"""Every lesson that comes with emviz is walked through, with right and wrong answers."""

import pytest

from emviz.data.table import DataError
from emviz.em.counts.table import ShareCell
from emviz.em.work import finished
from emviz.lessons import performing, read_file, shipped, shipped_path

LESSONS = shipped()


def right_answer(question, solution):
    """What somebody would answer who knows."""
    if question.kind == "number":
        return solution.text
    if question.kind == "click" and isinstance(solution.value, int):
        return solution.value - 1
    if question.kind == "click" and isinstance(solution.value, str):
        return solution.cell
    return solution.value


def wrong_answer(question, solution):
    """What somebody might answer who does not."""
    if question.kind == "number":
        return str(float(solution.value) + 10 * 10.0**-question.digits)
    if question.kind == "choice":
        return solution.value % len(question.choices) + 1
    if question.kind == "drag":
        return solution.value[0] + 0.3, solution.value[1] - 0.3
    if isinstance(solution.value, float):
        return solution.value + 1e3
    return ShareCell(10**6, 0)


@pytest.mark.parametrize("shown", LESSONS, ids=lambda each: each.key)
def test_a_lesson_is_walked_through(shown):
    lesson = read_file(shown.path)
    assert lesson.title
    assert 5 <= lesson.minutes <= 10
    before = None
    asked = 0
    for place, scene in enumerate(lesson.scenes):
        found = finished(performing(lesson, place))
        assert "{" not in found.words
        if scene.question is not None:
            asked += 1
            right = scene.question.judge(right_answer(scene.question, found.solution), found.solution)
            assert right.right, (place, right)
            wrong = scene.question.judge(wrong_answer(scene.question, found.solution), found.solution)
            assert not wrong.right, (place, wrong)
            assert scene.question.hint, f"scene {place + 1} says nothing of a wrong answer"
        before = found.session
    assert before is not None
    assert asked >= 2


def test_a_lesson_has_a_name_and_a_number():
    assert [each.number for each in LESSONS] == list(range(1, len(LESSONS) + 1))
    for each in LESSONS:
        assert shipped_path(each.key) == shipped_path(str(each.number)) == each.path
    with pytest.raises(DataError, match="there is no lesson 'x'; there are "):
        shipped_path("x")


def test_a_translation_takes_the_place_of_the_english_words(tmp_path):
    files = {"1-a.lesson": "One", "1-a.de.lesson": "Eins", "2-b.lesson": "Two", "x.lesson": "Not numbered"}
    for name, title in files.items():
        head = f'+++\nlesson = 1\ntitle = "{title}"\n+++\n'
        (tmp_path / name).write_text(f'{head}+++\nmodel = "coins"\n+++\n')
    titles = {
        language: [each.title for each in shipped(language, tmp_path)] for language in ("en", "de", "fr")
    }
    assert titles == {"en": ["One", "Two"], "de": ["Eins", "Two"], "fr": ["One", "Two"]}
