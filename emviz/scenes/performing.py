"""Performs a scene: recomputes the session and compares it with the stored results."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.domains import ParameterError
from emviz.em.hyper import configure
from emviz.em.methods import method_named
from emviz.em.model import AnyModel, AnyStep, Example, Fields, ModelError
from emviz.em.rounding import figures
from emviz.em.theta.params import params_from
from emviz.em.work import finished
from emviz.models import example_named, model_named
from emviz.scenes.scene import Kept, Ran, Scene
from emviz.scenes.shown import check
from emviz.scenes.tables import digest
from emviz.session import Run, Session, draft_of, new_session
from emviz.session.run import begun_run
from emviz.session.supposing import known_of

#: Relative difference of log P from the stored value that is reported; rounding differs between machines.
NEAR = 1e-9
#: Significant digits of the reported values.
DIGITS = 12
#: Hyper-parameters of earlier versions that only concerned simulation.
GONE = {"normal": ("holes", "destroyed"), "network": ("blanked",)}


@dataclass(frozen=True)
class Performance:
    """The session of a scene.

    Parameters
    ----------
    session : Session
        With all its runs, as saved.
    differences : tuple of str
        Differences from the saved state, in words.
    """

    session: Session
    differences: tuple[str, ...] = ()


def performed(scene: Scene, stepping: bool = True) -> Performance:
    """Return the session of a scene; see `performing`."""
    return finished(performing(scene, stepping))


def performing(scene: Scene, stepping: bool = True) -> Generator[float, None, Performance]:
    """Return the session of a scene; yields the fraction done where the work can be stopped.

    Parameters
    ----------
    stepping : bool
        Do the half-steps; otherwise the session stays at θ(0).

    Raises
    ------
    DataError
        If the scene needs something that its model or data do not have.
    """
    try:
        return (yield from _performing(scene, stepping))
    except (ParameterError, ModelError) as error:
        raise DataError(str(error)) from None


def difference_words(scene: Scene, differences: tuple[str, ...]) -> str:
    """Return a sentence on the differences from the saved state; "" if there are none."""
    if not differences:
        return ""
    program = f" by emviz {scene.program}" if scene.program else ""
    return f"Not all is as it was saved{program}: {'; '.join(differences)}."


def _performing(scene: Scene, stepping: bool) -> Generator[float, None, Performance]:
    model, table, source, example = _on(scene)
    yield 0.0
    start = {**({} if example is None else example.start), **scene.start}
    begun = new_session(model, table, source, start=start)
    yield 0.1
    differences = list(_changed(scene.data, table))
    runs = {}
    whole = 1 + sum(ran.steps for ran in scene.runs)
    before = 0
    for ran in scene.runs:
        run = yield from _rerun(begun, ran if stepping else Ran(ran.method), before, whole)
        differences += _missed(ran, run) if stepping else ()
        runs[ran.method] = run
        before += ran.steps
    session = _furnished(scene, replace(begun, runs=runs, front=scene.front))
    yield 1.0
    return Performance(session, tuple(differences))


def _on(scene: Scene) -> tuple[AnyModel, Table, str, Example | None]:
    """Return the model, the data, their origin, and the example if they are one."""
    model, kept = model_named(scene.model), scene.data
    gone = GONE.get(model.key, ())
    scene = replace(scene, hyper={name: each for name, each in scene.hyper.items() if name not in gone})
    if kept.table is not None:
        return configure(model, scene.hyper), kept.table, kept.source, None
    example = example_named(model, kept.example)
    table = read_table(example_path(example.file))
    return configure(model, {**example.hyper, **scene.hyper}), table, example.title, example


def _furnished(scene: Scene, session: Session) -> Session:
    """Return a session with the rest of its scene: limits, draft, display, notes."""
    tolerance, iterations, on = scene.limits
    display = scene.display
    session = replace(
        session,
        seed=scene.seed,
        truth=_truth(session, scene.truth),
        choice=scene.choice,
        notes=scene.assumed,
        tolerance=tolerance,
        iterations=iterations,
        tolerance_on=on,
        usual=scene.usual,
        # By default two entries of θ are on the axes.
        display=display if display.axes else replace(display, axes=session.display.axes),
        memo=scene.notes,
    )
    check(session)
    session = replace(session, display=replace(session.display, supposed=known_of(session)))
    draft = scene.draft
    if draft is None or draft.table is None:
        return session
    return draft_of(session, draft.table, draft.source, draft.unfilled)


def _truth(session: Session, values: Mapping[str, object] | None) -> Fields | None:
    return None if values is None else params_from(session.model, session.data, values)


def _rerun(begun: Session, ran: Ran, before: int, whole: int) -> Generator[float, None, Run]:
    """Return a run as far as it was saved, or up to an impossible half-step."""
    method = method_named(ran.method)
    run = begun_run(begun.model, begun.table, begun.data, begun.start, method)
    more: list[AnyStep] = []
    last, failure = run.trail[0], None
    try:
        for step in range(ran.steps + ran.failed):
            last = yield from _stepping(begun, last, run, 0.1 + 0.9 * (before + step) / whole)
            more.append(last)
    except ModelError as error:
        failure = error
    trail = run.trail.extended(more[: ran.steps])
    outcome = ran.outcome if failure is None else None
    return replace(run, trail=trail, cursor=min(ran.cursor, len(trail) - 1), outcome=outcome, failure=failure)


def _stepping(begun: Session, last: AnyStep, run: Run, fraction: float) -> Generator[float, None, AnyStep]:
    parts = engine.advancing(begun.model, begun.data, last, run.method)
    while True:
        yield fraction
        try:
            next(parts)
        except StopIteration as done:
            return cast("AnyStep", done.value)


def _changed(kept: Kept, table: Table) -> list[str]:
    if not kept.digest or digest(table) == kept.digest:
        return []
    return ["the data are different" if kept.table is not None else "the example has other data now"]


def _missed(ran: Ran, run: Run) -> list[str]:
    """Return the differences of a run from the saved one."""
    by = run.method.title
    if len(run.trail) <= ran.steps:
        return [f"the run by {by} ends after {len(run.trail) - 1} of {ran.steps} half-steps ({run.failure})"]
    if ran.failed and run.failure is None:
        return [f"a half-step by {by} that failed can be done"]
    now = float(run.trail[run.cursor].expectation.objective)
    if ran.objective is None or _near(now, ran.objective):
        return []
    is_now, was = (figures(height, DIGITS) for height in (now, ran.objective))
    return [f"the objective by {by} is {is_now} at the half-step on display, and was {was}"]


def _near(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= NEAR * max(1.0, abs(other))
