"""Inheritance between scenes: run, half-steps and display settings."""

from __future__ import annotations

from dataclasses import fields, replace

from emviz.lessons.lesson import Lesson, LessonScene, Moment, Setup, Showing

START = Moment("θ", 0)


def setup_at(lesson: Lesson, place: int) -> Setup:
    """Return the run of a scene, including entries inherited from earlier scenes."""
    settled = Setup()
    for scene in lesson.scenes[: place + 1]:
        settled = _followed(settled, scene.setup)
    return settled


def moments_at(lesson: Lesson, place: int) -> tuple[Moment | None, Moment | None]:
    """Return start and end of a scene; None for the half-step saved in its session."""
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
    """Return the display settings of a scene, including those inherited from earlier scenes."""
    settled = Showing()
    for scene in lesson.scenes[: place + 1]:
        settled = scene.showing if _anew(scene) else _merged(settled, scene.showing)
    return settled


def _anew(scene: LessonScene) -> bool:
    return scene.setup.model is not None or bool(scene.setup.recipe)


def _followed(before: Setup, own: Setup) -> Setup:
    """Return a setup with inherited entries; each entry of its own resets those that follow it."""
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
    """Return display settings with those inherited from the previous scene, except a derivation."""
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
