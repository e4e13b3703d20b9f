"""The page of a lesson: its scenes with texts, half-steps and questions."""

from __future__ import annotations

import base64
import json
from collections.abc import Generator, Mapping, Sequence

import numpy as np

from emviz.em.methods import objective_written
from emviz.em.objective.bound import entry_label, entry_span, entry_value
from emviz.em.trace import Json
from emviz.em.work import finished
from emviz.lessons import Lesson, Question, Solution, leeway
from emviz.lessons.questions import SLACK
from emviz.pages.acts import Act, acting
from emviz.pages.assembling import assembled
from emviz.pages.halves import Halves, Picture, Plane, Store, short_name
from emviz.pages.markdown import as_html, plainly
from emviz.pages.plots import INNER, INSIDE, climb_drawing, plane_drawing
from emviz.pages.setting import setting
from emviz.session import Session
from emviz.wording.narration import objective_name

#: Pictures by scene index and index of the half-step in its run.
Pictures = Mapping[tuple[int, int], Picture]


def lesson_page(lesson: Lesson, pictures: Pictures | None = None) -> str:
    """Return the page of a lesson.

    Raises
    ------
    DataError
        Same as for `emviz.lessons.perform`.
    """
    return finished(lesson_making(lesson, finished(acting(lesson)), pictures))


def lesson_making(
    lesson: Lesson, acts: Sequence[Act], pictures: Pictures | None = None
) -> Generator[float | None, None, str]:
    """Return the page of a lesson; yields the fraction done, or None.

    Parameters
    ----------
    acts : sequence of Act
        The result of `acting`.
    pictures : mapping, optional
        Pictures of half-steps; the page is complete without them.
    """
    store, scenes = Store(), list[Json]()
    for number, act in enumerate(acts):
        scenes.append((yield from _scene(number, act, store, pictures or {})))
        yield (number + 1) / len(acts)
    record: dict[str, Json] = {
        "title": lesson.title,
        "language": lesson.language,
        "about": as_html(lesson.about),
        "minutes": lesson.minutes,
        "scenes": scenes,
        **store.record(),
    }
    return assembled("lesson", record)


def _scene(number: int, act: Act, store: Store, pictures: Pictures) -> Generator[None, None, dict[str, Json]]:
    """Return the content of a scene."""
    performed, session = act.performed, act.session
    display, right = session.display, performed.solution
    named = (display.cell, None if right is None else right.cell)
    wanted = frozenset(cell for cell in named if cell is not None)
    guessed = performed.question is not None and performed.question.asks_for_row
    writer, halves = Halves(session, store, wanted, guessed), list[Json]()
    asked: Json = None
    for at in act.places:
        moved = session.moved(cursor=at)
        half = yield from writer.half(at, short_name(moved), pictures.get((number, at)))
        heights = np.array(session.trace.heights(at)[:])
        written = objective_written(session.method, session.model, "θ(t)")
        climb, (point,) = climb_drawing(heights, [session.trace.time(at)], written)
        halves.append({**half, "drawn": store.plots.place(climb), "point": point})
        if at == act.places[0] and performed.question is not None and right is not None:
            asked = _question(performed.question, right, writer, at, pictures.get((number, at)))
    return {
        "title": act.scene.title,
        "words": as_html(performed.words),
        "objective": objective_name(session),
        "stage": display.large,
        "see": writer.asked(act.places[0], display.cell),
        "next": [session.moved(cursor=at).next_phase.value for at in act.places],
        "halves": halves,
        "shown": writer.left_out,
        "setting": [list(pair) for pair in setting(session)],
        "question": asked,
    }


def _question(
    question: Question, right: Solution, writer: Halves, at: int, picture: Picture | None
) -> dict[str, Json]:
    """Return a question with its solution encoded, so that it cannot be read by accident."""
    session, axes = writer.session, writer.session.display.axes
    on, value = _sought(question, right, writer, at)
    labels = [entry_label(session.model, session.data, axis) for axis in axes or ()]
    said = question.sayings(right)
    key = {
        "value": value,
        "within": _within(question, right),
        "said": vars(said),
        "solution": right.words,
        "see": writer.asked(at, right.cell),
    }
    return {
        "kind": question.kind,
        "on": on,
        "ask": plainly(question.ask),
        "choices": [plainly(each) for each in question.choices],
        "labels": [*labels] if question.kind == "drag" else [],
        "plane": _plane(session.moved(cursor=at), picture, question.digits)
        if question.kind == "drag"
        else None,
        "frame": [*INSIDE, *writer.span] if on == "line" else [],
        "folded": _folded(key),
    }


def _plane(session: Session, picture: Picture | None, digits: int) -> dict[str, Json]:
    """Return the area for dragging a point: the landscape of the half-step, or axes drawn here."""
    assert session.display.axes is not None
    entries, trail = session.display.axes, session.trace
    model, data, here = session.model, session.data, session.round.base.params
    x, y = ((entry_label(model, data, entry), entry_span(model, data, here, entry)) for entry in entries)
    thetas = [trail.step_of(t).params for t in range(session.round.base.index + 1)]
    path = [(entry_value(each, entries[0]), entry_value(each, entries[1])) for each in thetas]
    plane = None if picture is None else picture.plane
    drawn = "" if plane else plane_drawing((x, y), path)
    plane = plane or Plane(INNER, x[1], y[1])
    return {"at": [*path[-1]], "digits": digits + 1, "drawing": drawn, "frame": plane.listed()}


def _sought(question: Question, right: Solution, writer: Halves, at: int) -> tuple[str, Json]:
    """Return the kind of target, "row", "cell", "line" or "", and the solution."""
    value = right.value
    if isinstance(value, tuple):
        return "", [*value]
    if question.kind != "click":
        return "", value
    if isinstance(value, int | float):
        return "row" if isinstance(value, int) else "line", value
    assert right.cell is not None
    return "cell", writer.key(at, right.cell)


def _within(question: Question, right: Solution) -> list[Json]:
    """Return the tolerances of an answer: for right, and for right up to rounding."""
    if question.kind == "number":
        return [*leeway(right)]
    return [right.within + (SLACK if question.kind == "drag" else 0.0)]


def _folded(key: Mapping[str, Json]) -> str:
    """Return a record encoded as text that is meaningless to a reader."""
    return base64.b64encode(json.dumps(key).encode()).decode("ascii")
