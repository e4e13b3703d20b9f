"""What of a scene continues from the ones before: its run, its half-steps, and what is shown."""

from __future__ import annotations

from dataclasses import fields, replace

from emviz.lessons.lesson import Lesson, LessonScene, Moment, Setup, Showing

START = Moment("θ", 0)


def setup_at(lesson: Lesson, place: int) -> Setup:
    """Return which run a scene is of, with what it takes over from the scenes before."""
    settled = Setup()
    for scene in lesson.scenes[: place + 1]:
        settled = _followed(settled, scene.setup)
    return settled


def moments_at(lesson: Lesson, place: int) -> tuple[Moment | None, Moment | None]:
    """Return where a scene begins and ends; None for the half-step that its session was saved at."""
    begins: Moment | None = START
    ends: Moment | None = None
    settled = Setup()
    for scene in lesson.scenes[: place + 1]:
        before, settled = settled, _followed(settled, scene.setup)
        if settled == before and scene is not lesson.scenes[0]:
            begins = ends
        else:
            begins = None if settled.recipe and settled == scene.setup else START
        begins = scene.at or begins
        ends = scene.to or begins
    return begins, ends


def showing_at(lesson: Lesson, place: int) -> Showing:
    """Return what a scene shows, with what it takes over from the scenes before."""
    settled = Showing()
    for scene in lesson.scenes[: place + 1]:
        settled = scene.showing if _anew(scene) else _merged(settled, scene.showing)
    return settled


def _anew(scene: LessonScene) -> bool:
    return scene.setup.model is not None or bool(scene.setup.recipe)


def _followed(before: Setup, own: Setup) -> Setup:
    """Return a setup with what it takes over: each entry begins anew with all that follow it."""
    if own.model is not None or own.recipe:
        return own
    if own.example is not None or own.preset is not None:
        kept = Setup(model=before.model)
    elif own.hyper is not None:
        kept = replace(before, hyper=None, start=None, seed=None, method=None)
    elif own.start is not None or own.seed is not None:
        kept = replace(before, start=None, seed=None, method=None)
    else:
        kept = before
    given = {each.name: value for each in fields(own) if (value := getattr(own, each.name)) is not None}
    return replace(kept, **{**given, "recipe": kept.recipe})


def _merged(before: Showing, own: Showing) -> Showing:
    """Return what is shown with what stays from the scene before; a derivation does not."""
    return Showing(
        own.stage if own.stage is not None else before.stage,
        own.picture if own.picture is not None else before.picture,
        own.along if own.along is not None else before.along,
        own.cell,
        _over(before.show, own.hide, own.show),
        _over(before.hide, own.show, own.hide),
        {**before.display, **own.display},
    )


def _over(before: tuple[str, ...], without: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(name for name in before if name not in without), *more)))
