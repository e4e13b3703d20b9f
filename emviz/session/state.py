"""The session: its record, its creation, and values derived from it."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Unpack

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.convergence import stopping
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome
from emviz.em.families.alone import seeking
from emviz.em.hyper import configure
from emviz.em.methods import EM, Method, phase_after
from emviz.em.model import (
    AnyLook,
    AnyModel,
    AnyRound,
    AnyStep,
    Fields,
    Look,
    ModelError,
    Phase,
    Words,
    fields_of,
)
from emviz.em.objective.pictured import pictures_of
from emviz.em.optional import first_decimals
from emviz.em.pictures import COMPLETE, ROWS_ALONE
from emviz.em.pictures.milestones import milestones
from emviz.em.theta.params import params_from
from emviz.em.trace import Trace
from emviz.em.work import finished
from emviz.intake import Choice
from emviz.models import example_named, model_named
from emviz.session.axes import first_axes
from emviz.session.display import Display
from emviz.session.run import Moves, Run, RunKey, begun_run
from emviz.session.trail import Trail

if TYPE_CHECKING:
    from emviz.em.pictures import View

FIRST_MODEL = "coins"


@dataclass(frozen=True, eq=False)
class Session:
    """Everything the window shows.

    Parameters
    ----------
    model : AnyModel
        The model with its hyper-parameters.
    table : Table
        The current valid data.
    data : object
        The same data as parsed by the model.
    source : str
        The name of the data: the title of an example, or the name of a file.
    run : int
        The number of the run in front; each new one gets a higher number, to recognise late results.
    runs : mapping of str to Run
        The runs from this θ(0), by the keys of their methods.
    front : str
        The key of the run that is shown.
    tolerance_on : str
        The quantity that the tolerance applies to: "gain", or "theta" for the length of a step of θ.
    tolerance, iterations : float, int
        The stopping rule: the fraction of |log P| that neither the last gain nor the estimated rest may
        exceed, and the largest t.
    usual : tuple or None
        The user's values of these three while those of a preset are used.
    draft : Table
        The edited data; not valid if `fault` is set.
    opened : Table
        The data as opened or simulated, before any edit; the draft itself if there was none.
    draft_source : str
        The name of the draft, while it is not valid.
    fault : DataError or None
        The error of the draft.
    unfilled : bool
        True if the only fault of the draft is rows that are still empty.
    display : Display
        The choices on what is shown, and how.
    truth : Fields or None
        The parameters that the data were simulated from.
    seed : int or None
        The seed that θ(0) was drawn with; None if it was not drawn.
    choice : Choice or None
        The choices made on reading the file; None for data from elsewhere.
    notes : tuple of str
        Sentences on what was assumed or left out there.
    memo : str
        The notes of the user.
    past, future : tuple of Session
        The sessions that undo and redo return to.
    """

    model: AnyModel
    table: Table
    data: object
    source: str
    run: int
    runs: Mapping[RunKey, Run]
    front: RunKey
    draft: Table
    opened: Table
    tolerance: float = 1e-8
    tolerance_on: str = stopping.GAIN
    iterations: int = 1000
    usual: tuple[float, int, str] | None = None
    draft_source: str = ""
    fault: DataError | None = None
    unfilled: bool = False
    display: Display = field(default_factory=Display)
    truth: Fields | None = None
    seed: int | None = None
    choice: Choice | None = None
    notes: tuple[str, ...] = ()
    memo: str = ""
    past: tuple[Session, ...] = ()
    future: tuple[Session, ...] = ()

    @property
    def method(self) -> Method:
        """The current method."""
        return self.runs[self.front].method

    @property
    def trace(self) -> Trail:
        """The half-steps of the run in front, the start first."""
        return self.runs[self.front].trail

    @property
    def cursor(self) -> int:
        """The index of the current step."""
        return self.runs[self.front].cursor

    @property
    def outcome(self) -> Outcome | None:
        """The reason for the end of the run in front, if it ran by itself."""
        return self.runs[self.front].outcome

    @property
    def failure(self) -> ModelError | None:
        """The error of the half-step after the last one, if it failed."""
        return self.runs[self.front].failure

    # Cached, since panels use both several times for each rendering.
    @cached_property
    def step(self) -> AnyStep:
        """The current half-step."""
        return self.trace[self.cursor]

    @cached_property
    def round(self) -> AnyRound:
        """The current iteration up to its phase."""
        return engine.round_at(self.trace, self.cursor, self.method)

    @property
    def start(self) -> Fields:
        """θ(0)."""
        return self.trace[0].params

    @property
    def at_end(self) -> bool:
        """Whether the cursor is at the last computed step."""
        return self.cursor == len(self.trace) - 1

    @property
    def next_phase(self) -> Phase:
        """The half-step that comes next."""
        return phase_after(self.method, self.step.phase)

    @property
    def edited(self) -> bool:
        """Whether the data differ from those that were opened."""
        return self.draft is not self.opened and not self.draft.same(self.opened)

    @property
    def gain(self) -> float | None:
        """The gain of the objective in the current iteration, in nats; None before the first."""
        return self.trace.gain_at(self.cursor)

    def running(self, run: Run) -> Session:
        """Return the session with a run in front, instead of any other run of its method."""
        return replace(self, runs={**self.runs, run.method.key: run}, front=run.method.key)

    def moved(self, **changes: Unpack[Moves]) -> Session:
        """Return the session with changes to the run in front."""
        return self.running(replace(self.runs[self.front], **changes))


@dataclass(frozen=True)
class Reference:
    """The complete-data case: the counts if the hidden variable were known (Figure 1a).

    If true values of missing cells are unknown: θ from the complete rows only (see `name`), without counts.
    """

    counts: Fields | None
    params: Fields
    objective: float
    name: str = COMPLETE


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
        Parameter fields; missing ones take their default.
    seed : int, optional
        Draw θ(0) with this seed instead.

    Raises
    ------
    DataError, ParameterError, ModelError
        If the data, a parameter, or both together cannot be used.
    """
    data = model.parse(table)
    if seed is not None and start is None:
        params = model.start(data, np.random.default_rng(seed))
    else:
        params = params_from(model, data, start or {})
    run = begun_run(model, table, data, params, method)
    display = Display(axes=first_axes(model, data, run.trail[0]), decimals=first_decimals(model, data))
    runs = {method.key: run}
    return Session(model, table, data, source, 1, runs, method.key, table, table, display=display)


def example_session(key: str = FIRST_MODEL, example: str | None = None) -> Session:
    """Return a session on an example of a model, by default its first.

    Raises
    ------
    ParameterError
        If there is no such model or example.
    """
    model = model_named(key)
    chosen = example_named(model, example)
    table = read_table(example_path(chosen.file))
    session = new_session(configure(model, chosen.hyper), table, chosen.title, start=chosen.start)
    return replace(session, truth=fitting(session.model, session.data, chosen.truth))


def words_of(session: Session) -> Words:
    """Return the words for sentences: those of the open example, or of the model."""
    own = (each.words for each in session.model.examples if each.title == session.source)
    return next(own, None) or session.model.words


def fitting(model: AnyModel, data: object, values: Mapping[str, object] | None) -> Fields | None:
    """Return θ if these values are valid for the model on these data, otherwise None."""
    if not values:
        return None
    try:
        return params_from(model, data, values)
    except ParameterError:
        return None


# -- derived values ------------------------------------------------------------------------------------------


def aiming(session: Session) -> Generator[None, None, Fields | None]:
    """Return θ(t+1): already found, or the result of the next step; None if that fails.

    Yields where a long step can be cancelled.
    """
    state = session.round
    if state.updated is not None:
        return state.updated
    if Phase.M not in session.method.phases:
        return (yield from _next_step(session))
    try:
        return engine.next_params(session.model, session.data, state.base)
    except ModelError:
        return None


def target(session: Session) -> Fields | None:
    """Return the result of `aiming` at once."""
    return finished(aiming(session))


def _next_step(session: Session) -> Generator[None, None, Fields | None]:
    if not session.at_end:
        return session.trace[session.cursor + 1].params
    try:
        found = yield from engine.advancing(session.model, session.data, session.step, session.method)
    except ModelError:
        return None
    return found.params


def reference(session: Session) -> Reference | None:
    """Return the result of `referring` at once."""
    return finished(referring(session))


def referring(session: Session) -> Generator[None, None, Reference | None]:
    """Return the complete-data estimate if every label is known, otherwise that from complete rows only.

    None if there is neither. Yields where a long step can be cancelled.
    """
    model, data = session.model, session.data
    counts = model.labelled(data)
    if counts is None:
        params, name = (yield from seeking(model, data, session.start)), ROWS_ALONE
    else:
        params, name = model.m_step(data, counts), COMPLETE
    if params is None:
        return None
    yield
    return Reference(counts, params, session.method.expect(model, data, params).objective, name)


def single(session: Session) -> Reference | None:
    """Return the result of the M-step on the single most likely completion at θ(t), as in hard EM.

    None if the model has no such completion, or if a component has no counts left.
    """
    counts = session.model.complete(session.data, session.round.base.params)
    if counts is None:
        return None
    try:
        params = session.model.m_step(session.data, counts)
    except ArithmeticError:
        return None
    at = session.round.base.params
    return Reference(counts, params, session.model.q(session.data, counts, at))


def look(session: Session) -> AnyLook:
    """Return the additional information for pictures of the current round."""
    # Up to the current M-step, or to the θ of the current E-step.
    times = tuple(milestones(session.trace.time(session.cursor) + 1).tolist())
    path = tuple(session.trace.step_of(t).params for t in times)
    display = session.display
    return Look(display.columns, display.row, path, session.truth, times, display.supposed, display.node)


def views(session: Session) -> Sequence[View]:
    """Return the pictures of the current step; about as expensive as an E-step."""
    return pictures_of(session.model, session.data, session.round, look(session))


def on_display(views: Sequence[View], display: Display) -> View | None:
    """Return the picture to show: the one with the chosen title, or the first."""
    return next((view for view in views if view.title == display.picture), views[0] if views else None)


def held(session: Session) -> tuple[bytes, ...]:
    """Return a key of the entries of θ(t) that a landscape keeps fixed: all but those on its axes."""
    fields = {name: value.copy() for name, value in fields_of(session.round.base.params).items()}
    for entry in session.display.axes or ():
        fields[entry.field][entry.index] = np.nan
    return tuple(value.tobytes() for value in fields.values())


def trace_of(session: Session) -> Trace:
    """Return the trace, as from `emviz.fit`."""
    failure = session.failure
    outcome = Outcome.FAILED if failure else session.outcome or Outcome.TOLD
    remark = session.model.remark(session.data, session.trace[-1].params) or ""
    error = str(failure) if failure else ""
    return Trace(session.model.key, session.method.key, session.trace, outcome, remark, error)
