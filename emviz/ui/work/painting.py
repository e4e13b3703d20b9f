"""What is computed in the background for the pictures of a session: a generator for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import TypeAlias

import numpy as np

from emviz import session as desk
from emviz.em.convergence.ending import ending
from emviz.em.convergence.slowest import ITERATIONS, slowest
from emviz.em.counts.table import Derivation, Entry
from emviz.em.methods import mapping
from emviz.em.model import AnyStep
from emviz.em.objective.heights import Heights, landscape
from emviz.em.optima.restarts import landmarks
from emviz.em.pictures import Landscape
from emviz.em.uncertainty.profile_curve import profile_curve
from emviz.em.work import mapped
from emviz.session import Derived, Result, Session, Telling
from emviz.ui.work.worker import Control

#: Results to be shown together, by name; None if more work is needed first.
Named: TypeAlias = dict[str, object]
Painting: TypeAlias = Iterator[Named | None]
#: Names of the profile likelihood along the slice, of the slowest direction of EM, and of the contours of the
#: bound.
PROFILE, SLOWEST, SURFACE = "profile", "slowest", "surface"


def bound(session: Session, known: desk.Reference | None, control: Control) -> Painting:
    """Find θ(t+1), and compute the bound on the line selected for display."""
    target = yield from desk.aiming(session)
    yield {"target": target}
    yield from _named("slice", desk.bound_along(session, target, known, report=control.report))


def profile(session: Session, entry: Entry, control: Control) -> Painting:
    """Compute the profile likelihood along an entry of θ."""
    work = profile_curve(session.model, session.data, session.start, entry, report=control.report)
    return _named(PROFILE, work)


def reference(session: Session, control: Control) -> Painting:
    """Compute the estimates from the complete data."""
    found = yield from desk.referring(session)
    yield {"reference": found}


def single(session: Session, control: Control) -> Painting:
    """Find the single most likely completion."""
    yield {"single": desk.single(session)}


def telling(session: Session, earlier: Telling | None, control: Control) -> Painting:
    """Find the row for the status sentence; after an M-step, the row of the coming E-step."""
    return _named("telling", desk.telling(session, earlier))


def remark(session: Session, control: Control) -> Painting:
    """Find the model's remark about θ; some models take a step of EM for it."""
    yield {"remark": session.model.remark(session.data, session.step.params)}


def ended(session: Session, control: Control) -> Painting:
    """Classify the point where a run has ended."""
    place = yield from ending(
        session.model, session.data, session.step.params, session.method, control.report
    )
    yield {"ending": place}


def heights(session: Session, spans: desk.Frame | None, control: Control) -> Painting:
    """Compute the landscape over the two entries on display."""
    return _named("heights", _over(session, spans, control))


def surface(session: Session, spans: desk.Frame | None, control: Control) -> Painting:
    """Compute the bound over the two entries on display."""
    return _named(SURFACE, _over(session, spans, control, session.round.base))


def slowest_way(session: Session, control: Control) -> Painting:
    """Follow EM to where it comes to rest, and find its slowest direction there."""
    # Where EM comes to rest is not known before: counting to the longest run gives a lower bound.
    done = count(1)
    work = slowest(session.model, session.data, session.start)
    found = yield from control.reporting(mapped(work, lambda _: min(1.0, next(done) / ITERATIONS)))
    yield {SLOWEST: found}


def marks(session: Session, view: Landscape, control: Control) -> Painting:
    """Find the maxima and saddles."""
    method = mapping(session.method)
    return _named("landmarks", landmarks(session.model, session.data, view.starts, method, control.report))


def views(session: Session, control: Control) -> Painting:
    """Compute the model's own pictures."""
    yield {"views": tuple(desk.views(session))}


def order(session: Session, control: Control) -> Painting:
    """Find the order of the rows."""
    return _named("order", desk.ordering(session))


def table(
    session: Session, known: Result[desk.Order] | None, seen: Sequence[int], control: Control
) -> Painting:
    """Compute the first rows, and their order unless it is known for this iteration."""
    same = known is not None and desk.same_round(known.of, session)
    if known is None or not same or known.of.display.order != session.display.order:
        rows = desk.in_file(session)
        for found in desk.ordering(session):
            rows = rows if found is None else found
            yield None
        # A new order without its rows would show rows that the window must then wait for.
        yield {"order": rows, "table": desk.first_rows(session, rows, seen)}
    else:
        yield {"table": desk.first_rows(session, known.value, seen)}


def far(session: Session, rows: Sequence[int], control: Control) -> Painting:
    """Compute rows that have been scrolled to."""
    yield {"far": desk.some_rows(session, np.array(rows, dtype=np.intp))}


def derived(derive: Callable[[], Derivation], control: Control) -> Painting:
    """Derive a number."""
    try:
        yield {"derived": Derived(derive, derive())}
    except (ArithmeticError, IndexError) as error:
        yield {"derived": Derived(derive, error)}


def answer(session: Session, control: Control) -> Painting:
    """Find the answer for the selected row."""
    yield {"answer": desk.answer(session)}


def _over(
    session: Session, spans: desk.Frame | None, control: Control, at: AnyStep | None = None
) -> Iterator[Heights | None]:
    assert session.display.axes is not None
    return landscape(
        *(session.model, session.data, session.round.base.params, *session.display.axes),
        method=session.method,
        at=at,
        report=control.report,
        spans=spans,
    )


def _named(name: str, values: Iterator[object]) -> Painting:
    for value in values:
        yield None if value is None else {name: value}
