"""Whatever a file holds, it is a lesson or one sentence that says what is wrong, and where."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emviz import lessons
from emviz.data.table import DataError
from emviz.lessons.performing import performing
from emviz.lessons.reading import MOST_SCENES, MOST_WORDS, read, read_file

HEAD = '+++\nlesson = 1\ntitle = "A lesson"\n+++\n\n'
SCENE = '+++\nmodel = "coins"\n'


def question(*lines):
    return HEAD + SCENE + "[question]\n" + "\n".join(lines) + "\n+++\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this is not a lesson: it does not start with a header between two lines of +++"),
        ("Words.\n+++\n+++\n", "this is not a lesson"),
        ("+++\nlesson = 1\n", "line 1: this +++ opens a header that no other +++ closes"),
        ("+++\ntitle = 'x'\n+++\n", "line 1: the file has no entry 'lesson', which it needs"),
        ("+++\nlesson = 1\n+++\n", "line 1: the file has no entry 'title'"),
        (
            "+++\nlesson = 2\ntitle = 'x'\n+++\n",
            "written for a newer emviz, in form 2, and this one reads form 1",
        ),
        ("+++\nlesson = 1\ntitle = 'x'\nscenes = 1\n+++\n", 'there is no entry "scenes" in this form'),
        ("+++\nlesson = 1\ntitle = 'x'\nminutes = 0\n+++\n", "expected a whole number from 1 to 600"),
        ("+++\nlesson = 1\ntitle = 'x\n+++\n", "line 3: this header is not TOML"),
        ("+++\nlesson = 1\ntitle =\n+++\n", "line 3: this header is not TOML"),
        ("+++\n[a\n+++\n", "line 2: this header is not TOML"),
        (f"+++\na = {'[' * 5000}\n+++\n", "line 1: this header is nested too deeply"),
        (f"+++\na = {'1' * 5000}\n+++\n", "this header is not TOML"),
        (f"+++\na = '{'x' * 100_001}'\n+++\n", "a header has at most 100,000 letters"),
        (HEAD, "this lesson has no scene"),
        (HEAD + (SCENE + "+++\n") * (MOST_SCENES + 1), "a lesson has at most 200 scenes"),
        (HEAD + "+++\n+++\n", "scene 1, line 6: the first scene needs a model"),
        (HEAD + SCENE + "+++\n" + "x" * (MOST_WORDS + 1), "20,001 letters"),
        (HEAD + SCENE + "+++\n{}", "scene 1, line 6: in {}: the name of a number is empty; a literal brace"),
        (HEAD + SCENE + "+++\n{P(A), row 0}", "rows are counted from 1"),
        (HEAD + SCENE + "+++\n{θ_A at θ(99999)}", "θ(99999) is too far"),
        (HEAD + SCENE + "at = 'M(1)'\n+++\n", 'expected "θ(0)", "E(0)", "θ(1)" and so on'),
        (HEAD + SCENE + "at = 'next'\n+++\n", 'at "at", got "next"'),
        (HEAD + SCENE + "to = 'θ(20000)'\n+++\n", "up to 10,000"),
        (HEAD + SCENE + "stage = 'x'\n+++\n", 'expected one of "all", "bound"'),
        (HEAD + SCENE + "hide = ['x']\n+++\n", 'expected one of "answers"'),
        (HEAD + SCENE + "hide = ['next']\nshow = ['next']\n+++\n", '"next" is to be shown and hidden'),
        (HEAD + SCENE + "display = {x = 1}\n+++\n", 'there is no entry "display.x" in this form'),
        (HEAD + SCENE + "display = 1\n+++\n", 'expected an object at "display"'),
        (HEAD + SCENE + "preset = 'alike'\nseed = 1\n+++\n", "a preset includes an example"),
        (HEAD + SCENE + "start = {}\nseed = 1\n+++\n", "θ(0) is either given with start or drawn with seed"),
        (HEAD + SCENE + "cell = 'P(A), row 0'\n+++\n", "rows are counted from 1"),
        (HEAD + SCENE + "day = 2026-01-01\n+++\n", 'there is no entry "day"'),
        (HEAD + SCENE + "+++\n```emviz\n{}\n```\n", "this scene contains a session"),
        (HEAD + "+++\n+++\n```emviz\n{\n```\n", "scene 1, line 6: this is not an emviz session"),
        (question("kind = 'number'", "ask = 'x'"), 'a number needs "of"'),
        (question("kind = 'number'", "ask = ' '", "of = 'log P'"), "the question has no text"),
        (question("kind = 'drag'", "ask = '{}'", "of = 'θ'"), "the name of a number is empty"),
        (question("kind = 'drag'", "ask = 'x'", "of = 'θ'", "right = 1"), "are for choices only"),
        (question("kind = 'talk'", "ask = 'x'"), 'expected one of "number", "choice", "click", "drag"'),
        (question("kind = 'choice'", "ask = 'x'", "choices = ['a']"), 'two or more "choices"'),
        (
            question("kind = 'choice'", "ask = 'x'", "choices = ['a', 'b']", "values = ['c']"),
            'as many "values" as "choices"',
        ),
        (question("kind = 'choice'", "ask = 'x'", "choices = ['a', 'b']"), 'either "of"'),
        (
            question("kind = 'choice'", "ask = 'x'", "choices = ['a', 'b']", "right = 3"),
            "is number 3, and there are 2",
        ),
        (question("kind = 'choice'", "ask = 'x'", "choices = ['a', 'b']", "right = 'most'"), '"largest"'),
        (
            question("kind = 'choice'", "ask = 'x'", "choices = ['a', 'b']", "right = 'largest'"),
            "the largest of what?",
        ),
        (
            question(
                *("kind = 'choice'", "ask = 'x'", "choices = ['a', 'b']"),
                *("right = 'smallest'", "values = ['θ_A', 'θ_B, row 0']"),
            ),
            "rows are counted from 1",
        ),
    ],
)
def test_a_file_that_is_no_lesson_gets_one_sentence(text, said):
    with pytest.raises(DataError) as refused:
        read(text)
    sentence = str(refused.value)
    assert said in sentence
    assert "\n" not in sentence
    assert len(sentence) < 500


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(DataError, match=r"^x\.lesson: there is no such file"):
        read_file(tmp_path / "x.lesson")
    (tmp_path / "y.lesson").write_text("Words.")
    with pytest.raises(DataError, match=r"^y\.lesson: this is not a lesson"):
        read_file(tmp_path / "y.lesson")
    (tmp_path / "z.lesson").write_text(HEAD + SCENE + "+++\n")
    assert len(read_file(tmp_path / "z.lesson").scenes) == 1


def test_a_file_is_a_lesson_by_its_name(tmp_path):
    assert lessons.is_lesson(tmp_path / "a.LESSON")
    assert not lessons.is_lesson(tmp_path / "lesson.csv")


PIECES = [
    *("+++", '"', "[", "]", "{", "}", "=", "\n", "```emviz\n{}\n```", "\\", "\x00", "\ud800", "θ", "1e999"),
    *('model = "coins"', "model = 'gmm'", "at = 'E(2)'", "to = 'end'", "seed = 3", "hide = ['next']"),
    *("[question]", "kind = 'number'", "of = 'P(A), row 1'", "ask = 'a'", "digits = 3", "cell = 'θ_A'"),
    *("{θ_A at next}", "{P(A), row 9}", "kind = 'click'", "of = 'highest point of g'", "method = 'hard'"),
]
WHOLE = (
    HEAD
    + SCENE
    + "at = 'E(0)'\n[question]\nkind = 'number'\nask = 'How many?'\nof = 'coin A H'\n+++\n{θ_A}\n"
)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_broken_lesson_is_one_or_gets_one_sentence(data):
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 12))
        piece = data.draw(st.sampled_from(PIECES) | st.text(max_size=4))
        text = text[:place] + piece + text[place + gone :]
    try:
        lesson = read(text)
        for scene in range(len(lesson.scenes)):
            work = performing(lesson, scene)
            # A lesson that takes long is one too.
            for _ in range(60):
                next(work)
    except (DataError, StopIteration) as told:
        sentence = str(told) if isinstance(told, DataError) else ""
        assert "\n" not in sentence
