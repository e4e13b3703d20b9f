"""A lesson is read as it was written; what is on the desk becomes a scene that shows it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standing import stand_for

from emviz import lessons
from emviz import session as desk
from emviz.em.counts.table import CountCell, Entry, ShareCell, TotalCell, UpdateCell
from emviz.em.methods import Hard
from emviz.em.model import fields_of
from emviz.lessons.lesson import KINDS, Lesson, LessonScene, Moment, Setup, Showing
from emviz.lessons.performing import CHOICES, STAGES
from emviz.lessons.questions import Question
from emviz.models import discover

LINES = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12)
PLAIN = LINES.filter(lambda text: "{" not in text and "}" not in text)
PARAGRAPHS = st.lists(PLAIN | st.sampled_from(["+++", "\\+++", "# A", "`x`", ""]), max_size=3)
WORDS = PARAGRAPHS.map("\n".join).map(lambda text: text.strip("\n")).filter(lambda text: "```" not in text)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.builds(Moment, st.sampled_from(["θ", "E"]), st.integers(0, 10_000)) | st.just(Moment("end"))
STARTS = st.dictionaries(LINES, NUMBERS | st.lists(NUMBERS, max_size=3), max_size=2)
SETUPS = st.builds(
    Setup,
    st.sampled_from(["coins", "gmm"]),
    st.none() | LINES,
    st.none() | st.dictionaries(LINES, st.integers(0, 9) | NUMBERS | LINES, max_size=2),
    st.none() | STARTS,
    method=st.none() | LINES,
)
NAMES = st.sampled_from(["P(A), row 3", "θ_A at next", "coin A H", ""])
SHOWN = st.lists(st.sampled_from(list(CHOICES)), unique=True, max_size=3).map(tuple)
SHOWINGS = st.builds(
    Showing,
    st.none() | st.sampled_from(list(STAGES)),
    st.none() | LINES,
    st.none() | LINES,
    st.none() | NAMES,
    show=SHOWN,
    display=st.sampled_from([{}, {"decimals": 3, "slice": {"between": [0, 2]}, "columns": [1, 0]}]),
)
ASKED = PLAIN.filter(str.strip)
CHOSEN = st.builds(
    Question,
    st.just("choice"),
    ASKED,
    choices=st.tuples(PLAIN, PLAIN, PLAIN),
    right=st.integers(1, 3),
    see=NAMES,
    hint=PLAIN,
)
TOLD = st.builds(
    Question,
    st.sampled_from([kind for kind in KINDS if kind != "choice"]),
    ASKED,
    of=st.just("θ_A at next"),
    digits=st.integers(0, 6),
    because=PLAIN,
)
SCENES = st.builds(
    LessonScene,
    WORDS,
    LINES,
    SETUPS,
    st.none() | MOMENTS,
    st.none() | MOMENTS,
    SHOWINGS,
    st.none() | CHOSEN | TOLD,
)
LESSONS = st.builds(
    Lesson, LINES, st.lists(SCENES, min_size=1, max_size=3).map(tuple), WORDS, LINES, st.integers(1, 600)
)


@given(LESSONS)
def test_a_lesson_is_read_as_it_was_written(lesson):
    assert lessons.read(lessons.write(lesson)) == lesson


def test_the_ends_of_lines_do_not_matter():
    text = lessons.write(Lesson("One", (LessonScene("a\n\nb", setup=Setup("coins")),)))
    expected = lessons.read(text)
    assert lessons.read(text.replace("\n", "\r\n")) == expected
    assert lessons.read(text.replace("\n", "\r")) == expected


def shown_of(session):
    """What a scene has to bring back of a session."""
    display = replace(session.display, seed=0, row=None, guessing=False)
    start = {name: value.tolist() for name, value in fields_of(session.start).items()}
    step = session.step
    return (
        session.model,
        session.method.key,
        start,
        (step.index, step.phase),
        step.expectation.objective,
        display,
    )


def added(*sessions):
    """The lesson that views of sessions make, written and read."""
    lesson = lessons.new_lesson(sessions[0])
    for session in sessions[1:]:
        lesson = lessons.add_view(lesson, session)
    return lessons.read(lessons.write(lesson))


MODELS = [model.key for model in discover()]


@pytest.mark.parametrize("key", stand_for(MODELS, ["coins", "gmm", "haplotype"]))
def test_a_view_of_an_example_becomes_a_scene_by_name(key):
    session = desk.step(desk.draw_start(desk.example_session(key), 2))
    lesson = added(session)
    assert not lesson.scenes[0].setup.recipe
    assert shown_of(lessons.perform(lesson, 0)) == shown_of(session)


def test_what_is_shown_comes_along():
    session = desk.step(desk.step(desk.example_session()))
    chosen = {
        "slice": Entry("heads", (0,)),
        "large": "bound",
        "picture": "Landscape",
        "reference": False,
        "earlier": True,
        "decimals": 3,
    }
    for cell in (ShareCell(2, 1), CountCell(1, 0), TotalCell(1), UpdateCell(0)):
        view = desk.shown(session, {**chosen, "cell": cell})
        assert shown_of(lessons.perform(added(view), 0)) == shown_of(view)


def test_a_second_view_of_a_run_says_only_what_is_new():
    first = desk.step(desk.example_session())
    second = desk.step(first)
    lesson = added(first, second)
    assert not lesson.scenes[1].setup.given
    assert shown_of(lessons.perform(lesson, 1)) == shown_of(second)


def test_data_of_ones_own_are_a_session_in_the_lesson():
    session = desk.example_session()
    edited = desk.edit_table(session, session.table.with_cell(0, "tosses", "HHTT"))
    edited = desk.step(desk.set_method(edited, Hard()))
    lesson = added(session, edited)
    assert lesson.scenes[1].setup.recipe
    opened = lessons.perform(lesson, 1)
    assert shown_of(opened) == shown_of(edited)
    assert opened.table.same(edited.table)


def test_another_model_with_hyper_parameters_is_named():
    session = desk.set_model(desk.example_session("gmm"), {"components": 3})
    lesson = added(session)
    assert lesson.scenes[0].setup.hyper == {"components": 3}
    assert np.array_equal(lessons.perform(lesson, 0).start.mean, session.start.mean)
