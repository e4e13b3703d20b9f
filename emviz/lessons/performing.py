"""Performs a scene: computes the session at its half-step."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError
from emviz.em.counts.table import Entry
from emviz.em.domains import ParameterError
from emviz.em.hyper import configure
from emviz.em.methods import EM, method_named
from emviz.em.model import AnyModel, ModelError, Preset
from emviz.em.objective.bound import free_entries
from emviz.em.optional import presets_of
from emviz.em.work import finished
from emviz.lessons.lesson import Lesson, Moment, Setup, Showing
from emviz.lessons.quantities import cell_named
from emviz.lessons.questions import Question, Solution
from emviz.lessons.reaching import reaching
from emviz.lessons.settling import moments_at, setup_at, showing_at
from emviz.lessons.tabled import entry_named, spellings
from emviz.lessons.words import words
from emviz.models import example_named, model_named
from emviz.scenes.performing import performing as scene_performing
from emviz.scenes.reading import read as read_scene
from emviz.scenes.shown import PANELS, check, display_of, display_record
from emviz.session import (
    Session,
    draw_start,
    fitting,
    from_start,
    new_session,
    set_model,
    set_start,
    views,
)

#: Display settings that can be shown and hidden, by their names in a lesson.
CHOICES = {
    "answers": "reference",
    "labels": "revealed",
    "next": "next",
    "earlier": "earlier",
    "parts": "parts",
    "profile": "profile",
    "contours": "contours",
    "slowest": "slowest",
}
#: Panels that can be maximised, and their names in the display settings.
STAGES = {"all": "", **{panel: panel for panel in PANELS}}


@dataclass(frozen=True)
class Performed:
    """A scene ready for display.

    Parameters
    ----------
    session : Session
        At the start of the scene.
    words : str
        Markdown, with the numbers inserted.
    question : Question or None
        The question with the numbers inserted; for display only.
    solution : Solution or None
        The solution.
    last : Moment or None
        The end of the scene; None if it is the start.
    """

    session: Session
    words: str
    question: Question | None
    solution: Solution | None
    last: Moment | None


def perform(lesson: Lesson, place: int) -> Session:
    """Return the session of a scene, at the start of the scene.

    Raises
    ------
    DataError
        If the scene needs something that its model or data do not have; the message names the scene.
    """
    return finished(performing(lesson, place)).session


def performing(
    lesson: Lesson, place: int, desk: Session | None = None
) -> Generator[float | None, None, Performed]:
    """Return a scene ready for display; yields where the work can be stopped.

    Parameters
    ----------
    desk : Session, optional
        A session of the same run, to be continued instead of computed again.

    Raises
    ------
    DataError
        Same as for `perform`.
    """
    try:
        return (yield from _performing(lesson, place, desk))
    except (DataError, ParameterError, ModelError) as error:
        raise DataError(f"{lesson.where(place)}: {error}") from None


def following(lesson: Lesson, place: int, before: Session | None) -> Generator[float | None, None, Performed]:
    """Return a scene that follows another one; yields like `performing`.

    Parameters
    ----------
    before : Session or None
        The session of the previous scene, which is continued if the run is the same.

    Raises
    ------
    DataError
        Same as for `perform`.
    """
    goes_on = place > 0 and setup_at(lesson, place) == setup_at(lesson, place - 1)
    return (yield from performing(lesson, place, before if goes_on else None))


def _performing(lesson: Lesson, place: int, desk: Session | None) -> Generator[float | None, None, Performed]:
    scene = lesson.scenes[place]
    first, last = moments_at(lesson, place)
    begun = (yield from _begun(setup_at(lesson, place))) if desk is None else desk
    yield None
    session = begun if first is None else (yield from reaching(begun, first))
    session = _furnished(session, showing_at(lesson, place))
    yield None
    if last is not None and last != first:
        # Checked now, so that a scene that cannot reach its end is rejected at its start.
        yield from reaching(session, last)
    solution = None if scene.question is None else scene.question.solution(session)
    yield None
    # After the solution, which is computed from the names that are replaced by numbers here.
    asked = None if scene.question is None else scene.question.filled(session)
    return Performed(session, words(scene, session), asked, solution, last if last != first else None)


def _begun(setup: Setup) -> Generator[float | None, None, Session]:
    """Return the session of a run at θ(0), or as saved."""
    if setup.recipe:
        return (yield from _saved(setup))
    if setup.model is None:
        raise DataError("the first scene needs a model")
    offered = model_named(setup.model)
    preset = None if setup.preset is None else preset_of(offered, setup.preset)
    example = example_named(offered, setup.example or (preset.example if preset else None) or None)
    hyper = {**example.hyper, **(preset.hyper if preset else {}), **(setup.hyper or {})}
    start = {**example.start, **(preset.start if preset else {}), **(setup.start or {})}
    table = read_table(example_path(example.file))
    yield None
    method = method_named(setup.method or EM.key)
    session = new_session(configure(offered, hyper), table, example.title, start=start, method=method)
    session = replace(session, truth=fitting(session.model, session.data, example.truth))
    if setup.seed is not None:
        session = _bare(draw_start(session, setup.seed))
    return session


def _saved(setup: Setup) -> Generator[float | None, None, Session]:
    """Return the session contained in the lesson, with changes by later scenes."""
    session = (yield from scene_performing(read_scene(setup.recipe))).session
    if setup.hyper is not None:
        session = set_model(session, setup.hyper)
    if setup.start is not None:
        session = set_start(session, setup.start)
    if setup.seed is not None:
        session = draw_start(session, setup.seed)
    if setup.method is not None:
        session = from_start(session, method_named(setup.method))
    return _bare(session)


def preset_of(model: AnyModel, key: str) -> Preset:
    """Return a preset of a model by key.

    Raises
    ------
    DataError
        If there is no such preset.
    """
    known = presets_of(model)
    for preset in known:
        if preset.key == key:
            return preset
    listed = ", ".join(each.key for each in known) or "none"
    raise DataError(f"{model.key} has no preset {key!r}; it has {listed}")


def _furnished(session: Session, showing: Showing) -> Session:
    """Return a session with the display settings of a scene."""
    chosen = dict.fromkeys(showing.show, True) | dict.fromkeys(showing.hide, False)
    record = {**display_record(session.display), "cell": None, **showing.display}
    record |= {CHOICES[name]: value for name, value in chosen.items()}
    display = display_of(record, "display")
    if showing.stage is not None:
        display = replace(display, large=STAGES[showing.stage])
    if showing.along is not None:
        display = replace(display, slice=_along(session, showing.along))
    if showing.picture is not None:
        display = replace(display, picture=_titled(session, showing.picture))
    session = replace(session, display=display)
    if showing.cell:
        session = replace(session, display=display.at_cell(cell_named(showing.cell, session)))
    check(session)
    return session


def _along(session: Session, name: str) -> Entry | None:
    if name == "step":
        return None
    entry = next((each for word in spellings(name) if (each := entry_named(session, word))), None)
    if entry is None or entry not in free_entries(session.model, session.data):
        raise DataError(f"θ has no entry {name!r} to draw the bound along")
    return entry


def _titled(session: Session, title: str) -> str:
    titles = [view.title for view in views(session)]
    if title not in titles:
        raise DataError(f"there is no picture {title!r}; there are {', '.join(titles)}")
    return title


def _bare(session: Session) -> Session:
    return replace(session, past=(), future=())
