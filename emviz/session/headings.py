"""The line of the bound and the extent of a derivation, without anything that is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from emviz.em.counts.table import Cell, CountTable, Derivation, Entry
from emviz.em.methods import why_unbounded
from emviz.em.model import AnyStep, Fields
from emviz.em.objective.bound import COARSE, FINE, Slice, free_entries, slices
from emviz.em.objective.lines import Between, Direction, Ends, Goal
from emviz.em.optima.interchange import matching
from emviz.em.pictures import COMPLETE
from emviz.em.work import Report, silent
from emviz.session.state import Reference, Session, reference

#: The number of bounds of earlier iterations that are drawn.
EARLIER = 3
#: Points of the coarse and of the final line.
SIZES = (COARSE, FINE)


def derivation(session: Session, table: CountTable, cell: Cell) -> Derivation:
    """Return the derivation of a number of the count table, with the displayed decimals.

    Before the M-step it leaves θ(t+1) out if a class is to guess it.
    """
    found = table.derive(cell, session.display.decimals)
    guessed = not session.display.next and session.round.updated is None
    return found.guessed() if guessed else found


def known_iterations(session: Session) -> int:
    """Return the largest t whose θ(t) may be shown; later ones are hidden while a class guesses."""
    return session.trace.iterations if session.display.next else session.trace.time(session.cursor)


def heading(session: Session) -> Direction:
    """Return the requested line, or that from θ(t) to θ(t+1) if it cannot be shown.

    A line through two iterations is limited to those that are known, and a goal is hidden with the answers.
    """
    asked = session.display.slice
    if isinstance(asked, Between):
        known = known_iterations(session)
        seen = Between(min(asked.first, known), min(asked.last, known))
        return seen if seen.first != seen.last else None
    if isinstance(asked, Goal) and not (session.display.reference and _may_have(session, asked)):
        return None
    return asked


def ends_of(session: Session, direction: Direction, known: Reference | None = None) -> Ends | None:
    """Return θ at positions 0 and 1 of a line; None along an entry, or if there is no such goal.

    Parameters
    ----------
    known : Reference, optional
        The complete-data case, if it has already been computed.
    """
    if isinstance(direction, Between):
        return session.trace.step_of(direction.first).params, session.trace.step_of(direction.last).params
    goal = _goal(session, direction, known)
    return None if goal is None else (session.round.base.params, goal)


def bound_along(
    session: Session,
    target: Fields | None,
    known: Reference | None = None,
    sizes: tuple[int, ...] = SIZES,
    report: Report = silent,
) -> Iterator[Slice | None]:
    """Yield the bound on the requested line, a coarse version first; yield None in between.

    If the next M-step fails there is no θ(t+1); the line is then along the first entry of θ. Towards a goal,
    interchangeable components of the goal are put into the order of those of θ(t) that they resemble.

    Parameters
    ----------
    target : Fields or None
        θ(t+1), if there is one.
    known : Reference, optional
        The complete-data case, if it has already been computed.
    report : callable
        Called with the fraction that is done.
    """
    model, data, at, direction = session.model, session.data, session.round.base, heading(session)
    ends = ends_of(session, direction, known)
    if ends is None and not isinstance(direction, Entry):
        direction = None if target is not None else free_entries(model, data)[0]
    matched = False
    if isinstance(direction, Goal) and ends is not None:
        target, matched = yield from matching(model, data, ends[1], at.params)
        ends = ends[0], target
    aim = at.params if target is None else target
    method, earlier = session.method, earlier_of(session)
    for found in slices(model, data, at, direction, aim, sizes, method, ends, earlier, report):
        yield found if found is None else replace(found, matched=matched)


def profiled(session: Session) -> Entry | None:
    """Return the entry of θ whose profile is requested and may be shown, since it reveals the maximum."""
    display, direction = session.display, heading(session)
    seen = display.profile and display.reference and not session.method.whole
    return direction if seen and isinstance(direction, Entry) else None


def earlier_of(session: Session) -> tuple[AnyStep, ...]:
    """Return the steps whose bounds are drawn besides that of θ(t), the latest first."""
    t = session.round.base.index
    if not session.display.earlier or why_unbounded(session.method, session.model):
        return ()
    return tuple(session.trace.step_of(before) for before in range(t - 1, max(t - 1 - EARLIER, -1), -1))


def _goal(session: Session, direction: Direction, known: Reference | None) -> Fields | None:
    if direction is Goal.TRUTH:
        return session.truth
    if direction is not Goal.COMPLETE:
        return None
    found = known or reference(session)
    return None if found is None or found.name != COMPLETE else found.params


def _may_have(session: Session, goal: Goal) -> bool:
    """Return whether there may be such a goal, without counting labels, which the background does."""
    if goal is Goal.TRUTH:
        return session.truth is not None
    return session.model.label_column is not None
