"""Turns a session into a scene of a lesson."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emviz.em.counts.table import Entry
from emviz.em.hyper import hypers
from emviz.em.model import Phase, fields_of
from emviz.em.objective.bound import entry_label
from emviz.lessons.lesson import MOST_ITERATIONS, Lesson, LessonScene, Moment, Setup, Showing
from emviz.lessons.performing import CHOICES
from emviz.lessons.settling import setup_at
from emviz.lessons.tabled import name_of
from emviz.scenes.shown import display_record
from emviz.scenes.writing import example_of, write
from emviz.session import Display, Session, example_session

#: Placeholder for the text.
WORDS = "Write here what to look at."
#: Display settings that have entries of their own in a lesson, or belong to no scene.
OWN = frozenset((*CHOICES.values(), "large", "picture", "cell", "guessing", "seed"))


def new_lesson(session: Session, title: str = "New lesson") -> Lesson:
    """Return a lesson with the session as its only scene."""
    return Lesson(title, (scene_of(session),))


def add_view(lesson: Lesson, session: Session) -> Lesson:
    """Return a lesson with the session as its last scene, without settings that are unchanged."""
    scene = scene_of(session)
    if scene.setup == setup_at(lesson, len(lesson.scenes) - 1):
        scene = replace(scene, setup=Setup())
    return replace(lesson, scenes=(*lesson.scenes, scene))


def scene_of(session: Session) -> LessonScene:
    """Return the session as a scene with a placeholder text."""
    example = example_of(session)
    if example is None or session.step.index > MOST_ITERATIONS:
        return LessonScene(WORDS, setup=Setup(recipe=write(_alone(session))))
    usual = example_session(session.model.key, example.key)
    hyper = {each.name: each.value for each in hypers(session.model)}
    known = {each.name: each.value for each in hypers(usual.model)}
    changed = {name: value for name, value in hyper.items() if value != known[name]}
    setup = Setup(
        session.model.key,
        example.key,
        changed or None,
        _start(session, usual),
        method=session.method.key,
    )
    return LessonScene(WORDS, setup=setup, at=_moment(session), showing=_showing(session))


def _alone(session: Session) -> Session:
    """Return a session with only the displayed run, up to the cursor."""
    run = session.runs[session.front]
    here = replace(run, outcome=None, failure=None)
    return replace(session, runs={session.front: here})


def _moment(session: Session) -> Moment:
    step = session.step
    return Moment("E" if step.phase is Phase.E else "θ", step.index)


def _start(session: Session, usual: Session) -> dict[str, object] | None:
    """Return θ(0) if it differs from that of the example."""
    here, there = fields_of(session.start), fields_of(usual.start)
    same = here.keys() == there.keys() and all(
        np.array_equal(value, there[name]) for name, value in here.items()
    )
    return None if same else {name: np.asarray(value, dtype=float).tolist() for name, value in here.items()}


def _showing(session: Session) -> Showing:
    """Return the display settings that are not at their defaults."""
    display, usual = session.display, Display()
    chosen = {name for name, choice in CHOICES.items() if getattr(display, choice) != getattr(usual, choice)}
    along = None
    if isinstance(display.slice, Entry):
        along = entry_label(session.model, session.data, display.slice)
    written, plain = display_record(display), display_record(replace(usual, axes=session.display.axes))
    rest = {
        name: value
        for name, value in written.items()
        if name not in OWN and value != plain[name] and not (name == "slice" and along)
    }
    return Showing(
        display.large or None,
        display.picture or None,
        along,
        None if display.cell is None else name_of(display.cell, session),
        tuple(name for name in CHOICES if name in chosen and getattr(display, CHOICES[name])),
        tuple(name for name in CHOICES if name in chosen and not getattr(display, CHOICES[name])),
        rest,
    )
