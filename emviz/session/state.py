"""The session: its record, how it is made, and what follows from it."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Unpack

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine, stopping
from emviz.em.domains import Covariance, ParameterError
from emviz.em.engine import Outcome
from emviz.em.families.alone import seeking
from emviz.em.hyper import configure
from emviz.em.methods import EM, Method, phase_after
from emviz.em.milestones import milestones
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
from emviz.em.optional import first_decimals
from emviz.em.params import params_from
from emviz.em.pictures import COMPLETE, ROWS_ALONE
from emviz.em.trace import Trace
from emviz.em.views import Entry
from emviz.em.work import finished
from emviz.intake import Choice
from emviz.models import example_named, model_named
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
        The data in force.
    data : object
        The same, as the model parsed it.
    source : str
        Where the data come from: the title of an example, or the name of a file.
    run : int
        The number of the run in front; each new one gets a higher number, so that late results can be told.
    runs : mapping of str to Run
        The runs from this θ(0), by the keys of their methods.
    front : str
        The key of the one on display.
    tolerance_on : str
        What the tolerance is on: "gain", or "theta" for the length of a step of θ.
    tolerance, iterations : float, int
        When a run stops: the fraction of |log P| that neither the last gain nor what is left may exceed, and
        the t not to pass.
    usual : tuple or None
        What these three were before a preset came with its own, and will be again after it.
    draft : Table
        The data as edited; not yet in force where `fault` says what is wrong with them.
    opened : Table
        What was opened or simulated, before any edit; the draft itself where there has been none.
    draft_source : str
        Where the draft comes from, while it is not in force.
    fault : DataError or None
        The wrong cell of the draft.
    unfilled : bool
        Nothing else is wrong with the draft than rows in which nothing has been typed yet.
    display : Display
        What is shown, and how.
    truth : Fields or None
        The parameters that the data were simulated from.
    seed : int or None
        The seed that θ(0) was drawn with; None where it was not drawn.
    choice : Choice or None
        What was read from the file; None for data of another kind.
    notes : tuple of str
        What was assumed or left out there, a sentence each.
    memo : str
        What the user has written about all of it.
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
        """The method in force."""
        return self.runs[self.front].method

    @property
    def trace(self) -> Trail:
        """The half-steps of the run in front, the start first."""
        return self.runs[self.front].trail

    @property
    def cursor(self) -> int:
        """The step on display."""
        return self.runs[self.front].cursor

    @property
    def outcome(self) -> Outcome | None:
        """How the run in front ended, where it was left to itself."""
        return self.runs[self.front].outcome

    @property
    def failure(self) -> ModelError | None:
        """The half-step that could not be done after the last one of the trace."""
        return self.runs[self.front].failure

    # A panel asks for both several times in each turn.
    @cached_property
    def step(self) -> AnyStep:
        """The half-step on display."""
        return self.trace[self.cursor]

    @cached_property
    def round(self) -> AnyRound:
        """The iteration on display, as far as it has come."""
        return engine.round_at(self.trace, self.cursor, self.method)

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
        return phase_after(self.method, self.step.phase)

    @property
    def edited(self) -> bool:
        """Whether the data are no longer what was opened."""
        return self.draft is not self.opened and not self.draft.same(self.opened)

    @property
    def gain(self) -> float | None:
        """What the last iteration on display added to the objective, in nats; None before the first."""
        return self.trace.gain_at(self.cursor)

    def running(self, run: Run) -> Session:
        """Return the session with a run in front, in the place of any other by its method."""
        return replace(self, runs={**self.runs, run.method.key: run}, front=run.method.key)

    def moved(self, **changes: Unpack[Moves]) -> Session:
        """Return the session with another trail, cursor or end of the run in front."""
        return self.running(replace(self.runs[self.front], **changes))


@dataclass(frozen=True)
class Reference:
    """The complete-data case: what could be counted if the hidden variable were known (Figure 1a).

    Where nobody knows what holes hide, θ of the complete rows alone, as its name says, without counts.
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
    run = begun_run(model, table, data, params, method)
    display = Display(axes=first_axes(model, data), decimals=first_decimals(model, data))
    runs = {method.key: run}
    return Session(model, table, data, source, 1, runs, method.key, table, table, display=display)


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
    session = new_session(configure(model, chosen.hyper), table, chosen.title, start=chosen.start)
    return replace(session, truth=fitting(session.model, session.data, chosen.truth))


def words_of(session: Session) -> Words:
    """Return how sentences speak of the model, or better of the example that is open."""
    own = (each.words for each in session.model.examples if each.title == session.source)
    return next(own, None) or session.model.words


def fitting(model: AnyModel, data: object, values: Mapping[str, object] | None) -> Fields | None:
    """Return parameters where the model on these data can have them, else None."""
    if not values:
        return None
    try:
        return params_from(model, data, values)
    except ParameterError:
        return None


# -- what follows from it ------------------------------------------------------------------------------------


def aiming(session: Session) -> Generator[None, None, Fields | None]:
    """Return θ(t+1): found already, or as the next step will find it; None where that fails.

    Yields wherever a long step can be stopped.
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
    """Return θ(t+1), as `aiming` does, in one go."""
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
    """Return what `referring` finds, in one go."""
    return finished(referring(session))


def referring(session: Session) -> Generator[None, None, Reference | None]:
    """Return the complete-data estimate where the data have every label, else that of complete rows alone.

    None where there is neither. Yields wherever a long step can be stopped.
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
    """Return what the M-step would make of the single most likely completion at θ(t): hard EM.

    None where the model has no such completion, or where too little is left of one to count.
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
    """Return what pictures may draw on beside the round on display."""
    # Up to the M-step on display, or to the θ that an E-step weighs at.
    times = tuple(milestones(session.trace.time(session.cursor) + 1).tolist())
    path = tuple(session.trace.step_of(t).params for t in times)
    display = session.display
    return Look(display.columns, display.row, path, session.truth, times, display.supposed, display.node)


def views(session: Session) -> Sequence[View]:
    """Return the model's own pictures of the step on display; costs as much as an E-step."""
    return session.model.views(session.data, session.round, look(session))


def on_display(views: Sequence[View], display: Display) -> View | None:
    """Return the picture that is to be seen: the one chosen by its title, or the first."""
    return next((view for view in views if view.title == display.picture), views[0] if views else None)


def held(session: Session) -> tuple[bytes, ...]:
    """Return the entries of θ(t) that a landscape holds still; those on its axes are left out."""
    fields = {name: value.copy() for name, value in fields_of(session.round.base.params).items()}
    for entry in session.display.axes or ():
        fields[entry.field][entry.index] = np.nan
    return tuple(value.tobytes() for value in fields.values())


def trace_of(session: Session) -> Trace:
    """Return the trace, as `emviz.fit` would."""
    failure = session.failure
    outcome = Outcome.FAILED if failure else session.outcome or Outcome.TOLD
    remark = session.model.remark(session.data, session.trace[-1].params) or ""
    told = str(failure) if failure else ""
    return Trace(session.model.key, session.method.key, session.trace, outcome, remark, told)


def first_axes(model: AnyModel, data: object) -> tuple[Entry, Entry] | None:
    """Return the entries that the landscape shows at first; None where θ has fewer than two."""
    fields = [each for each in model.parameters(data) if each.estimated]
    many = [each for each in fields if each.estimated > 1]
    # A covariance tells less than the means before it.
    telling = [each for each in many if not isinstance(each.domain, Covariance)] or many
    shown = telling[-1:] or fields[:2]
    entries = [Entry(each.name, index) for each in shown for index in each.free[:2]]
    return (entries[0], entries[1]) if len(entries) > 1 else None
