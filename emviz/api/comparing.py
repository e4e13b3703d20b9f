"""Comparing methods from one start."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from emviz import session as desk
from emviz.api.fitting import Data, attempting, opened, wishes_of
from emviz.em.comparison import Comparison, Contender
from emviz.em.convergence.ending import ending
from emviz.em.domains import ParameterError
from emviz.em.methods import method_named
from emviz.em.model import AnyStep
from emviz.session import Run, Session
from emviz.session.run import units


@np.errstate(all="ignore")  # what leaves the range of a float is said in an error's words, not NumPy's
def compare(
    key: str,
    data: Data | None = None,
    *,
    methods: Sequence[str] = ("em", "newton"),
    start: Mapping[str, object] | None = None,
    seed: int | None = None,
    iterations: int = 1000,
    tol: float = 1e-8,
    tol_on: str = "gain",
    columns: Mapping[str, str] | None = None,
    use: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: str | Sequence[str] = (),
    sheet: str = "",
    every_row: bool = False,
    **hyper: object,
) -> Comparison:
    """Run several methods from one θ(0) and return their cost, their progress and where they ended.

    A method that fails, for example by a step out of the domain, is included with its trace up to there.

    Parameters
    ----------
    key, data, columns, use, drop, missing, sheet, every_row, **hyper
        Same as for `emviz.fit`.
    methods : sequence of str
        "em", "hard", "gradient", "backtracking", "newton", "safeguarded", "squarem", "squarem-unguarded",
        "anderson"; after colons a step and the coordinates, as in "gradient:0.03:natural".
    start : mapping of parameter field to nested lists or arrays, optional
        θ(0); omitted fields have their default, and so have all of them if there is no `seed` either.
    seed : int, optional
        Seed for a random θ(0).
    iterations, tol, tol_on : int, float, str
        Stopping rule of each method, as for `emviz.fit`.

    Raises
    ------
    DataError, ParameterError
        Same as for `emviz.fit`.
    ModelError
        If a method is not offered or cannot start.
    """
    wishes = wishes_of(columns, use, drop, missing, every_row)
    session = opened(key, data, wishes, sheet, hyper, start=start, seed=seed)
    return compared(desk.set_limits(session, tol, iterations, tol_on), methods)


def compared(session: Session, methods: Sequence[str]) -> Comparison:
    """Return a comparison of methods from the θ(0) of a session, with its stopping rule."""
    finished = {place: news.contender for place, news in race(session, methods) if isinstance(news, Finish)}
    contenders = tuple(finished[place] for place in range(len(methods)))
    return Comparison(session.model.key, session.source, contenders, desk.rule_of(session))


@dataclass(frozen=True)
class Finish:
    """The end of one method: its results, and its run, which can be opened in the window."""

    contender: Contender
    run: Run


def race(session: Session, methods: Sequence[str]) -> Iterator[tuple[int, AnyStep | Finish | None]]:
    """Yield the steps of several methods from the θ(0) of a session, in turn, each with the method's index.

    The first value of each method is its step at t = 0, the last one its `Finish`. None is yielded where a
    long step can be stopped.

    Raises
    ------
    ParameterError, ModelError
        If there is no method, or one is not offered or cannot start.
    """
    wanted = [method_named(name) for name in methods]
    if not wanted:
        raise ParameterError("there is no method to compare")
    lanes = {}
    for place, method in enumerate(wanted):
        lanes[place] = _contest(desk.from_start(session, method))
        yield place, None
    while lanes:
        for place, lane in tuple(lanes.items()):
            try:
                # Methods take turns, and NumPy's error settings belong to the whole thread.
                with np.errstate(all="ignore"):
                    found: AnyStep | Finish | None = next(lane)
            except StopIteration as end:
                found = end.value
                del lanes[place]
            yield place, found


def _contest(session: Session) -> Generator[AnyStep | None, None, Finish]:
    yield session.trace[0]
    done = yield from attempting(session, session.iterations, session.tolerance)
    method, model = done.method, done.model
    place = yield from ending(model, done.data, done.trace[-1].params, method)
    many = units(model, done.table)
    contender = Contender(method.title, method.objective_name(model), desk.trace_of(done), place, many)
    return Finish(contender, done.runs[done.front])
