"""Edits of the data, the model and θ(0): each starts a new trace, and can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np

from emviz.data.table import DataError, Table
from emviz.em.counts.table import Entry
from emviz.em.domains import ParameterError
from emviz.em.hyper import configure
from emviz.em.methods import Method
from emviz.em.model import AnyModel, Fields, ModelError, fields_of
from emviz.em.objective.bound import free_entries
from emviz.em.theta.params import params_from
from emviz.session.axes import first_axes
from emviz.session.carrying import carried, known_truth
from emviz.session.display import Display, begun
from emviz.session.history import (
    FOR_ANY_DATA,
    bare,
    edited_from,
    kept_decimals,
    kept_display,
    past_of,
    remembered,
)
from emviz.session.limits import limited_as
from emviz.session.run import Run, begun_run
from emviz.session.state import Session, example_session
from emviz.session.supposing import known_of
from emviz.session.table import shown_at
from emviz.session.trail import Trail

#: The highest seed of a random start; then the seeds begin at 0 again.
HIGHEST_SEED = 9_999
#: The prefix of the name of edited data.
EDITED = "edited: "


def reset(session: Session) -> Session:
    """Return the session back at θ(0), without any steps."""
    trail = Trail(session.trace[:1], session.trace.phases)
    return edited_from(session, session.running(Run(session.method, trail)))


def set_table(
    session: Session, table: Table, source: str | None = None, truth: Fields | None = None
) -> Session:
    """Return the session on other data.

    If the data cannot be used they become the draft, `fault` has the reason, and the last good data with
    their trace remain.

    Parameters
    ----------
    truth : Fields, optional
        The parameters that the data were simulated from.
    """
    other = _with_table(session, table, source, truth)
    display = begun(replace(other.display, decimals=kept_decimals(session, other)))
    return replace(other, opened=table, choice=None, notes=(), display=display)


def edit_table(session: Session, table: Table) -> Session:
    """Return the session on edited data; if they cannot be used, as `set_table`."""
    source = session.draft_source or session.source
    edited = _with_table(session, table, source if source.startswith(EDITED) else EDITED + source, None)
    return replace(edited, unfilled=edited.fault is not None and _only_unfilled(session.model, table))


def set_model(session: Session, values: Mapping[str, object]) -> Session:
    """Return the session with some hyper-parameters changed.

    A draft that could not be used is tried again, since it may suit the changed model.

    Raises
    ------
    ParameterError, DataError, ModelError
        If a value is impossible, or the data do not suit it.
    """
    model = configure(session.model, values)
    try:
        source = session.draft_source or session.source
        return _on_data(session, model, session.draft, model.parse(session.draft), source)
    except DataError as error:
        if session.fault is None:
            raise
        fault = error
    changed = _on_data(session, model, session.table, model.parse(session.table), session.source)
    return replace(changed, draft=session.draft, draft_source=session.draft_source, fault=fault)


def set_start(session: Session, values: Mapping[str, object], continuing: bool = False) -> Session:
    """Return the session at another θ(0); missing fields keep their value.

    Parameters
    ----------
    values : mapping
        Parameter fields.
    continuing : bool
        True for a further move of the same drag, which undo reverts as a whole.

    Raises
    ------
    ParameterError, ModelError
        If a value is impossible, alone or with the data.
    """
    params = params_from(session.model, session.data, {**fields_of(session.start), **values})
    moved = _started(session, params)
    return replace(moved, past=session.past) if continuing else moved


def set_entry(session: Session, entry: Entry, value: float) -> Session:
    """Return the session with one entry of θ(0) moved; entries tied to it follow.

    Raises
    ------
    ParameterError, ModelError
        If the value is impossible, alone or with the data.
    """
    domains = {parameter.name: parameter.domain for parameter in session.model.parameters(session.data)}
    field = fields_of(session.start)[entry.field]
    return set_start(session, {entry.field: domains[entry.field].with_entry(field, entry.index, value)})


def draw_start(session: Session, seed: int | None = None) -> Session:
    """Return the session at a random θ(0), the same for the same seed; the next draw has the next seed.

    Parameters
    ----------
    seed : int, optional
        The seed; by default the next one of the display.
    """
    seed = session.display.seed if seed is None else seed
    drawn = _started(session, session.model.start(session.data, np.random.default_rng(seed)))
    following = seed + 1 if seed < HIGHEST_SEED else 0
    return replace(drawn, seed=seed, display=replace(drawn.display, seed=following))


def open_example(session: Session, model: str, example: str | None = None) -> Session:
    """Return the session on an example of a model, by default its first."""
    return open_instead(session, example_session(model, example))


def open_instead(session: Session, other: Session, method: Method | None = None) -> Session:
    """Return another session in place of this one, with hidden labels; undo brings this one back.

    The method is kept unless another is given, or the other model does not offer it.
    """
    other = _by_method(other, method or session.method)
    display = replace(kept_display(session, other), revealed=False)
    return edited_from(session, replace(limited_as(session, other), display=display, memo=session.memo))


def open_whole(session: Session, other: Session) -> Session:
    """Return another session in place of this one, displayed as it is; undo brings this one back."""
    return edited_from(session, replace(other, past=(), future=()))


def draft_of(session: Session, table: Table, source: str, unfilled: bool = False) -> Session:
    """Return the session with restored edits of the data, valid or not; this is not an undo step.

    Parameters
    ----------
    unfilled : bool
        True if the only fault is rows that are still empty.
    """
    edited = _with_table(session, table, source, session.truth)
    fault = edited.fault
    if fault is not None and source and not source.startswith(EDITED):
        fault = fault.within(source)
    unfilled = unfilled and fault is not None
    return replace(edited, opened=table, fault=fault, unfilled=unfilled, past=session.past)


def set_memo(session: Session, text: str, continuing: bool = False) -> Session:
    """Return the session with changed notes of the user, as an undo step.

    Parameters
    ----------
    continuing : bool
        True for further typing, which undo reverts as a whole.
    """
    if text == session.memo:
        return session
    written = replace(session, memo=text)
    return written if continuing else remembered(session, written)


def _by_method(session: Session, method: Method) -> Session:
    """Return the session at its θ(0) by another method, or unchanged if its model does not offer that."""
    if method == session.method:
        return session
    try:
        run = begun_run(session.model, session.table, session.data, session.start, method)
    except ModelError:
        return session
    return session.running(run)


def set_method(session: Session, method: Method) -> Session:
    """Return the session by another method from the same θ(0); an earlier run of it is continued.

    Raises
    ------
    ModelError
        If the model does not offer the method.
    """
    if method.key == session.front:
        return session
    run = session.runs.get(method.key) or begun_run(
        session.model, session.table, session.data, session.start, method
    )
    # The number of an open derivation may not exist for the other method.
    display = replace(session.display, cell=None)
    return edited_from(session, replace(session.running(run), display=display))


def take_run(session: Session, run: Run) -> Session:
    """Return the session with a run in front that was made elsewhere from the same θ(0), at its last step."""
    taken = replace(run, cursor=len(run.trail) - 1)
    # The number of an open derivation may not exist for the other method.
    return edited_from(session, replace(session.running(taken), display=replace(session.display, cell=None)))


def rebased(edited: Session, base: Session, current: Session) -> Session:
    """Return an edit of `base` as an edit of `current`, which has only been stepped or redisplayed since."""
    if current is base:
        return edited
    # Undo of the edit must return to the current session, not to the one that the edit was made on.
    past, future = edited.past, edited.future
    if past and past[-1] not in base.past:
        past = (*past[:-1], bare(current))
    if future and future[0] not in base.future:
        future = (bare(current), *future[1:])
    # The edit kept the trace, so later steps remain valid.
    if edited.run == base.run:
        edited = replace(edited, runs=current.runs)
    if current.memo != base.memo:
        edited = replace(edited, memo=current.memo)
    # The choices of the user since then are kept, where the edit allows.
    display = _changed_meanwhile(edited, base, current)
    return _fitted(replace(edited, past=past, future=future, display=display), current)


def shown(session: Session, choices: Mapping[str, object]) -> Session:
    """Return the session with some choices of its display changed, by name.

    A derivation moves to another selected row, and an answer to the row of another derivation. Assumptions
    are an undo step, like an edit.
    """
    display = replace(session.display, **choices)  # type: ignore[arg-type]
    if "cell" in choices:
        row, display = display.row, display.at_cell(display.cell)
        if row is not None and display.row == shown_at(session, row):
            display = replace(display, row=row)  # the number is that of this row too
    elif "row" in choices and display.row is not None:
        display = display.at_row(display.row)
    other = show(session, display)
    return other if display.supposed == session.display.supposed else remembered(session, other)


def show(session: Session, display: Display) -> Session:
    """Return the session with another display."""
    return replace(session, display=display)


def _with_table(session: Session, table: Table, source: str | None, truth: Fields | None) -> Session:
    try:
        data = session.model.parse(table)
    except DataError as fault:
        waiting = source or session.draft_source
        draft = replace(session, draft=table, draft_source=waiting, fault=fault, unfilled=False)
        return remembered(session, draft)
    source = source or session.draft_source or session.source
    return _on_data(replace(session, truth=truth), session.model, table, data, source, before=session)


def _only_unfilled(model: AnyModel, table: Table) -> bool:
    """Return whether the data could be used without their empty rows."""
    columns = [table.texts(name) == "" for name in table.names]
    empty = np.flatnonzero(np.logical_and.reduce(columns)).tolist() if columns else []
    if not empty:
        return False
    try:
        model.parse(table.without_rows(empty))
    except DataError:
        return False
    return True


def _on_data(
    session: Session,
    model: AnyModel,
    table: Table,
    data: object,
    source: str,
    before: Session | None = None,
) -> Session:
    """Return the session on other data or another model, with θ(0) and the truth if they fit.

    If only some tables of a network keep their meaning, θ(0) keeps these, and the truth is unknown.
    """
    start, truth = carried(session, model, data, session.start), known_truth(session, model, data)
    changed = replace(
        session,
        model=model,
        table=table,
        draft=table,
        draft_source="",
        fault=None,
        unfilled=False,
        data=data,
        source=source,
        truth=truth,
    )
    try:
        # The old θ(0) may be invalid for the new data, or impossible together with them.
        started = _started(changed, params_from(model, data, start))
    except (ParameterError, ModelError):
        started = _started(changed, model.default(data))
    return _fitted(replace(started, past=past_of(before or session)), session)


def _fitted(session: Session, before: Session) -> Session:
    """Return the session without choices of display that do not exist for its model or data."""
    display, known = session.display, free_entries(session.model, session.data)
    if display.row is not None and display.row >= session.table.rows:
        display = replace(display, row=None)
    if before.table.names != session.table.names or before.model != session.model:
        display = replace(display, columns=())
    if isinstance(display.slice, Entry) and display.slice not in known:
        display = replace(display, slice=None)
    if display.axes is None or not set(display.axes) <= set(known):
        display = replace(display, axes=first_axes(session.model, session.data, session.trace[0]))
    return replace(session, display=replace(display, supposed=known_of(session)))


def _started(session: Session, params: Fields) -> Session:
    run = begun_run(session.model, session.table, session.data, params, session.method)
    display = replace(session.display, cell=None)
    # Runs of other methods from another θ(0) are not comparable, so they are dropped.
    return edited_from(session, replace(session, runs={session.front: run}, seed=None, display=display))


def _changed_meanwhile(edited: Session, base: Session, current: Session) -> Display:
    """Return the display of an edit of `base` with later choices that suit it."""
    chosen = {
        choice.name: value
        for choice in fields(Display)
        if (value := getattr(current.display, choice.name)) != getattr(base.display, choice.name)
    }
    if edited.run != base.run:
        # The derivation belonged to the old data, and its number may have changed or be gone.
        chosen.pop("cell", None)
    if edited.opened is not base.opened:
        chosen = {name: value for name, value in chosen.items() if name in FOR_ANY_DATA}
        return begun(replace(edited.display, **chosen))
    return replace(edited.display, **chosen)
