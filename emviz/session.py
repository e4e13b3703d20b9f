"""What is on the desk: one frozen value that holds everything the window shows.

Functions take a Session and return a new one. Moving through the trace is free; an edit of the data, the
model or θ(0) starts a new trace under a new run number, and can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.bound import free_entries
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome
from emviz.em.hyper import configure
from emviz.em.methods import EM, Method
from emviz.em.model import AnyModel, AnyRound, AnyStep, Fields, ModelError, Phase, fields_of
from emviz.em.params import params_from
from emviz.em.trace import Trace
from emviz.em.views import Cell, Entry
from emviz.models import example_named, model_named

#: Edits that can be undone; fewer where each holds a large table.
UNDO_DEPTH, UNDO_CELLS = 100, 20_000_000
FIRST_MODEL = "coins"


@dataclass(frozen=True)
class Display:
    """What is shown of the session, and how; not part of its history.

    Parameters
    ----------
    decimals : int
        Decimals of an expected count, 1 to 6; probabilities and θ get one more, as in the paper.
    slice : Entry or None
        The entry of θ along which the bound is shown; None for the segment from θ(t) to θ(t+1).
    axes : pair of Entry, or None
        The entries of θ on the axes of the landscape; None where θ has fewer than two.
    reference : bool
        Show the complete-data estimate in every picture.
    revealed : bool
        Show the true labels.
    cell : Cell or None
        The cell whose derivation is on display.
    """

    decimals: int = 1
    slice: Entry | None = None
    axes: tuple[Entry, Entry] | None = None
    reference: bool = True
    revealed: bool = False
    cell: Cell | None = None


@dataclass(frozen=True, eq=False)
class Session:
    """Everything the window shows.

    Parameters
    ----------
    model : AnyModel
        The model with its hyper-parameters.
    table : Table
        The data in force.
    data : object
        The same, as the model parsed it.
    source : str
        Where the data come from: the title of an example, or the name of a file.
    run : int
        The number of the trace; each new trace gets a higher one, so that late results can be told.
    trace : tuple of Step
        The half-steps, the start first.
    cursor : int
        The step on display.
    method : Method
        How completions are weighed.
    tolerance, iterations : float, int
        When a run stops: relative gain, and the t not to pass.
    outcome : Outcome or None
        How the run that made the trace ended.
    failure : ModelError or None
        The half-step that could not be done after the last one of the trace.
    draft : Table
        The data as edited; not yet in force where `fault` says what is wrong with them.
    fault : DataError or None
        The wrong cell of the draft.
    display : Display
        What is shown, and how.
    past, future : tuple of Session
        The sessions that undo and redo return to.
    """

    model: AnyModel
    table: Table
    data: object
    source: str
    run: int
    trace: tuple[AnyStep, ...]
    cursor: int
    draft: Table
    method: Method = EM
    tolerance: float = 1e-8
    iterations: int = 1000
    outcome: Outcome | None = None
    failure: ModelError | None = None
    fault: DataError | None = None
    display: Display = field(default_factory=Display)
    past: tuple[Session, ...] = ()
    future: tuple[Session, ...] = ()

    @property
    def step(self) -> AnyStep:
        """The half-step on display."""
        return self.trace[self.cursor]

    @property
    def round(self) -> AnyRound:
        """The iteration on display, as far as it has come."""
        return engine.round_at(self.model, self.trace, self.cursor)

    @property
    def start(self) -> Fields:
        """θ(0)."""
        return self.trace[0].params

    @property
    def at_end(self) -> bool:
        """Whether the cursor stands on the last step computed."""
        return self.cursor == len(self.trace) - 1

    @property
    def next_phase(self) -> Phase:
        """The half-step that comes next."""
        return Phase.M if self.step.phase is Phase.E else Phase.E

    @property
    def gain(self) -> float | None:
        """What the last iteration on display added to the objective, in nats; None before the first."""
        if self.step.index == 0:
            return None
        previous = next(s for s in reversed(self.trace[: self.cursor]) if s.index == self.step.index - 1)
        return self.step.expectation.objective - previous.expectation.objective


@dataclass(frozen=True)
class Reference:
    """The complete-data case: what could be counted if the hidden variable were known (Figure 1a)."""

    counts: Fields
    params: Fields
    objective: float


# -- opening -------------------------------------------------------------------------------------------------


def new_session(
    model: AnyModel,
    table: Table,
    source: str,
    *,
    start: Mapping[str, object] | None = None,
    seed: int | None = None,
    method: Method = EM,
) -> Session:
    """Return a session at θ(0).

    Parameters
    ----------
    start : mapping, optional
        Parameter fields; those left out take their default.
    seed : int, optional
        Draw θ(0) with this seed instead.

    Raises
    ------
    DataError, ParameterError, ModelError
        Where the data, a parameter, or both together cannot be used.
    """
    data = model.parse(table)
    if seed is not None and start is None:
        params = model.start(data, np.random.default_rng(seed))
    else:
        params = params_from(model, data, start or {})
    first = engine.start(model, data, params, method)
    display = Display(axes=_first_axes(model, data))
    return Session(model, table, data, source, 1, (first,), 0, table, method, display=display)


def example_session(key: str = FIRST_MODEL, example: str | None = None) -> Session:
    """Return a session on an example of a model, its first one unless another is named.

    Raises
    ------
    ParameterError
        Where there is no such model or example.
    """
    model = model_named(key)
    chosen = example_named(model, example)
    table = read_table(example_path(chosen.file))
    return new_session(configure(model, chosen.hyper), table, chosen.title)


# -- moving through the trace --------------------------------------------------------------------------------


def seek(session: Session, cursor: int) -> Session:
    """Return the session with the cursor on another step, as near as the trace has one."""
    return replace(session, cursor=min(max(cursor, 0), len(session.trace) - 1))


def back(session: Session) -> Session:
    """Return the session one half-step earlier."""
    return seek(session, session.cursor - 1)


def step(session: Session) -> Session:
    """Return the session one half-step later, computed where the trace ends."""
    if not session.at_end:
        return seek(session, session.cursor + 1)
    try:
        following = engine.advance(session.model, session.data, session.step, session.method)
    except ModelError as failure:
        return failed(session, session.run, failure)
    return extended(session, session.run, (following,))


def steps(
    session: Session, halves: int | None, told: Callable[[], bool]
) -> Generator[AnyStep, None, Outcome]:
    """Yield the half-steps that follow the trace: so many, or for None until it has converged.

    Raises
    ------
    ModelError
        Where the model fails; the steps yielded so far stand.
    """
    last = session.trace[-1]
    if halves is None:
        return (
            yield from engine.run(
                session.model,
                session.data,
                last,
                iterations=session.iterations,
                tolerance=session.tolerance,
                told=told,
                method=session.method,
            )
        )
    for _ in range(halves):
        last = engine.advance(session.model, session.data, last, session.method)
        yield last
    return Outcome.TOLD


def extended(session: Session, run: int, more: Sequence[AnyStep], outcome: Outcome | None = None) -> Session:
    """Return the session with further steps of its trace, the cursor on the last; older runs are dropped."""
    if run != session.run:
        return session
    trace = (*session.trace, *more)
    return replace(session, trace=trace, cursor=len(trace) - 1, outcome=outcome)


def failed(session: Session, run: int, failure: ModelError) -> Session:
    """Return the session with the failure of its next half-step; the trace up to there stands."""
    if run != session.run:
        return session
    return replace(session, failure=failure, cursor=len(session.trace) - 1)


# -- edits ---------------------------------------------------------------------------------------------------


def reset(session: Session) -> Session:
    """Return the session back at θ(0), nothing stepped."""
    return _edited(session, replace(session, trace=session.trace[:1], cursor=0))


def set_table(session: Session, table: Table, source: str | None = None) -> Session:
    """Return the session on other data.

    Where the data cannot be used they become the draft, `fault` says why, and the last good data stay in
    force with their trace.
    """
    try:
        data = session.model.parse(table)
    except DataError as fault:
        return _remembered(session, replace(session, draft=table, fault=fault))
    params = _carried(session, session.model, data)
    return _started(session, session.model, table, data, params, source or session.source)


def set_model(session: Session, values: Mapping[str, object]) -> Session:
    """Return the session with some hyper-parameters changed.

    Raises
    ------
    ParameterError, DataError, ModelError
        Where a value is impossible, or the data do not suit it.
    """
    model = configure(session.model, values)
    data = model.parse(session.table)
    return _started(session, model, session.table, data, _carried(session, model, data), session.source)


def set_start(session: Session, values: Mapping[str, object], continuing: bool = False) -> Session:
    """Return the session at another θ(0); fields left out keep their value there.

    Parameters
    ----------
    values : mapping
        Parameter fields.
    continuing : bool
        One more move of the same drag: undo takes all of them back at once.

    Raises
    ------
    ParameterError, ModelError
        Where a value is impossible, alone or with the data.
    """
    params = params_from(session.model, session.data, {**fields_of(session.start), **values})
    moved = _started(session, session.model, session.table, session.data, params, session.source)
    return replace(moved, past=session.past) if continuing else moved


def draw_start(session: Session, seed: int) -> Session:
    """Return the session at a random θ(0), the same for the same seed."""
    params = session.model.start(session.data, np.random.default_rng(seed))
    return _started(session, session.model, session.table, session.data, params, session.source)


def open_instead(session: Session, other: Session) -> Session:
    """Return another session in the place of this one, which undo brings back."""
    changed = replace(other, tolerance=session.tolerance, iterations=session.iterations)
    return _edited(session, replace(changed, display=_kept_display(session, other)))


def set_limits(session: Session, tolerance: float, iterations: int) -> Session:
    """Return the session with another rule on when a run stops.

    Raises
    ------
    ParameterError
        For a negative tolerance or no iterations.
    """
    if not 0 <= tolerance < 1:
        raise ParameterError(f"the tolerance must lie between 0 and 1, got {tolerance:g}")
    if iterations < 1:
        raise ParameterError(f"at least one iteration is needed, got {iterations}")
    return replace(session, tolerance=tolerance, iterations=iterations, outcome=None)


def show(session: Session, display: Display) -> Session:
    """Return the session shown in another way."""
    return replace(session, display=display)


def undo(session: Session) -> Session:
    """Return the session before the last edit, its trace and cursor exactly as they were."""
    if not session.past:
        return session
    *past, before = session.past
    return _revived(session, before, tuple(past), (_bare(session), *session.future))


def redo(session: Session) -> Session:
    """Return the session as it was before the last undo."""
    if not session.future:
        return session
    after, *future = session.future
    return _revived(session, after, (*session.past, _bare(session)), tuple(future))


# -- what follows from it ------------------------------------------------------------------------------------


def target(session: Session) -> Fields | None:
    """Return θ(t+1): found already, or as the M-step will find it; None where it fails."""
    state = session.round
    if state.updated is not None:
        return state.updated
    try:
        with np.errstate(all="ignore"):
            return session.model.m_step(session.data, state.base.expectation.counts)
    except ArithmeticError:
        return None


def reference(session: Session) -> Reference | None:
    """Return the complete-data estimate, where the data have every label."""
    counts = session.model.labelled(session.data)
    if counts is None:
        return None
    params = session.model.m_step(session.data, counts)
    return Reference(counts, params, session.model.e_step(session.data, params).objective)


def trace_of(session: Session) -> Trace:
    """Return the trace, as `emviz.fit` would."""
    outcome = session.outcome or Outcome.TOLD
    return Trace(session.model.key, session.method.key, session.trace, outcome)


# -- helpers -------------------------------------------------------------------------------------------------


def _first_axes(model: AnyModel, data: object) -> tuple[Entry, Entry] | None:
    last = model.parameters(data)[-1].name
    entries = [entry for entry in free_entries(model, data) if entry.field == last]
    return (entries[0], entries[1]) if len(entries) > 1 else None


def _carried(session: Session, model: AnyModel, data: object) -> Fields:
    """Return θ(0) as it is where it still fits the model, else the default."""
    try:
        return params_from(model, data, fields_of(session.start))
    except ParameterError:
        return model.default(data)


def _started(
    session: Session, model: AnyModel, table: Table, data: object, params: Fields, source: str
) -> Session:
    first = engine.start(model, data, params, session.method)
    display = replace(session.display, cell=None)
    known = free_entries(model, data)
    if display.slice not in known:
        display = replace(display, slice=None)
    if display.axes is None or not set(display.axes) <= set(known):
        display = replace(display, axes=_first_axes(model, data))
    changed = replace(
        session, model=model, table=table, draft=table, fault=None, data=data, source=source, display=display
    )
    return _edited(session, replace(changed, trace=(first,), cursor=0))


def _edited(session: Session, changed: Session) -> Session:
    return _remembered(session, replace(changed, run=_next_run(session), outcome=None, failure=None))


def _remembered(session: Session, changed: Session) -> Session:
    past = (*session.past, _bare(session))
    cells = max(1, session.table.rows * len(session.table.names))
    depth = min(UNDO_DEPTH, max(1, UNDO_CELLS // cells))
    return replace(changed, past=past[-depth:], future=())


def _revived(
    session: Session, other: Session, past: tuple[Session, ...], future: tuple[Session, ...]
) -> Session:
    display = _kept_display(session, other)
    return replace(other, run=_next_run(session), display=display, past=past, future=future)


def _kept_display(session: Session, other: Session) -> Display:
    """Return the display of another session with the choices that suit any."""
    kept = session.display
    return replace(other.display, decimals=kept.decimals, reference=kept.reference, revealed=kept.revealed)


def _bare(session: Session) -> Session:
    return replace(session, past=(), future=())


def _next_run(session: Session) -> int:
    return session.run + 1
