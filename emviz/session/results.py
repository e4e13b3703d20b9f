"""The results computed from a session in the background, as one frozen record beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from emviz.em.convergence.ending import Ending
from emviz.em.convergence.slowest import Slowest
from emviz.em.counts.table import Answer, CountTable, Derivation
from emviz.em.model import Fields
from emviz.em.objective.bound import Slice
from emviz.em.objective.heights import Heights
from emviz.em.optima.restarts import Landmark
from emviz.em.uncertainty.profile_curve import ProfileCurve
from emviz.session.change import Change, Part
from emviz.session.orders import Order
from emviz.session.state import Reference, Session
from emviz.session.tellings import Telling

if TYPE_CHECKING:
    from emviz.em.pictures import View

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Result(Generic[T]):
    """A result, with the session that it was computed from."""

    value: T
    of: Session


@dataclass(frozen=True, eq=False)
class Derived:
    """A derivation, or why there is none.

    Parameters
    ----------
    asked : callable
        What was asked for.
    value : Derivation or Exception
        What came of it.
    """

    asked: Callable[[], Derivation]
    value: Derivation | Exception


@dataclass(frozen=True, eq=False)
class Results:
    """Everything that has been computed in the background; None for results that are not ready yet.

    Parameters
    ----------
    target : Result, optional
        θ(t+1), or None if the M-step fails.
    slice : Result, optional
        The bound on a slice through parameter space.
    profile : Result, optional
        The profile likelihood of the entry along the slice.
    heights, landmarks : Result, optional
        The landscape over two entries of θ, and the fixed points of EM.
    surface : Result, optional
        The bound over the same two entries.
    slowest : Result, optional
        The limit of this run of EM, and its slowest direction there.
    reference, single : Result, optional
        The complete-data case, and the single most likely completion; None if there is none.
    views : Result, optional
        The model's own pictures; empty if they could not be made.
    table : Result, optional
        The first rows of a large count table.
    order : Result, optional
        The order of the rows in the count table.
    telling : Result, optional
        The most informative row of an E-step.
    ending : Result, optional
        The kind of point where a run has ended.
    remark : Result, optional
        The model's remark on θ; None if it is no special point.
    far : Result, optional
        Rows of a large count table that have been scrolled to.
    derived : Result, optional
        The derivation of a number of a large count table.
    answer : Result, optional
        The answer for the selected row, of a model whose rows are expensive.
    """

    target: Result[Fields | None] | None = None
    slice: Result[Slice] | None = None
    profile: Result[ProfileCurve] | None = None
    heights: Result[Heights] | None = None
    landmarks: Result[tuple[Landmark, ...]] | None = None
    surface: Result[Heights] | None = None
    slowest: Result[Slowest] | None = None
    reference: Result[Reference | None] | None = None
    single: Result[Reference | None] | None = None
    views: Result[tuple[View, ...]] | None = None
    table: Result[CountTable] | None = None
    order: Result[Order] | None = None
    telling: Result[Telling] | None = None
    ending: Result[Ending] | None = None
    remark: Result[str | None] | None = None
    far: Result[CountTable] | None = None
    derived: Result[Derived] | None = None
    answer: Result[Answer | None] | None = None


NOTHING_YET = Results()

#: The part of a change for each result that has arrived or been dropped.
PARTS = {
    "target": Part.TARGET,
    "slice": Part.BOUND,
    "profile": Part.PROFILED,
    "heights": Part.HEIGHTS,
    "landmarks": Part.LANDMARKS,
    "surface": Part.SURFACE,
    "slowest": Part.RATE,
    "reference": Part.COMPLETE,
    "single": Part.SINGLE,
    "views": Part.VIEWS,
    "table": Part.TABLE,
    "order": Part.ROWS,
    "telling": Part.TELLING,
    "ending": Part.ENDING,
    "remark": Part.REMARK,
    "far": Part.FAR,
    "derived": Part.DERIVED,
    "answer": Part.ANSWER,
}
#: Results that are dropped with their run; pictures and heights stay until those of the new run arrive.
OF_A_RUN = frozenset(
    (
        *("target", "slice", "profile", "single", "surface", "slowest", "table", "order", "telling"),
        *("ending", "remark", "far", "derived", "answer"),
    )
)


def news(old: Results, new: Results) -> Change:
    """Return the parts in which results differ from earlier ones."""
    if old is new:
        return frozenset()
    before, after = vars(old), vars(new)
    return frozenset(part for name, part in PARTS.items() if before[name] is not after[name])


def suited(results: Results, session: Session) -> Results:
    """Return the results without outdated ones, of other data or of another model, method or run."""
    # Checked here only, so that no panel has to recognise late results.
    suits: dict[int, tuple[bool, bool]] = {}
    late = []
    for name, result in vars(results).items():
        if result is None:
            continue
        # Most of the results are of a few sessions.
        found = suits.get(id(result.of)) or _suits(result.of, session)
        suits[id(result.of)] = found
        same, run = found
        if not same or (not run and name in OF_A_RUN):
            late.append(name)
    return replace(results, **dict.fromkeys(late)) if late else results


def aimed_at(session: Session, results: Results) -> Fields | None:
    """Return θ(t+1), if it is known."""
    updated, found = session.round.updated, results.target
    if updated is not None or found is None:
        return updated
    return found.value if same_round(found.of, session) else None


def told_of(session: Session, results: Results) -> Telling | None:
    """Return the most informative row of the current E-step, if it is known."""
    found = results.telling
    known = found is not None and found.of.run == session.run and found.value.index == session.step.index
    return found.value if known and found is not None else None


def ended_at(session: Session, results: Results) -> Ending | None:
    """Return the kind of point of the current step, if it is known."""
    found = results.ending
    known = found is not None and found.of.run == session.run and found.of.cursor == session.cursor
    return found.value if known and found is not None else None


def remarked(session: Session, results: Results) -> str | None:
    """Return the model's remark on θ at the current step, if it is known."""
    found = results.remark
    known = found is not None and found.of.run == session.run and found.of.step.index == session.step.index
    return found.value if known and found is not None else None


def same_round(one: Session, other: Session) -> bool:
    """Return whether two sessions are in the same iteration of one run, with the same θ(t)."""
    return one.run == other.run and one.round.base.index == other.round.base.index


def _suits(of: Session, session: Session) -> tuple[bool, bool]:
    """Return whether a session has the same data, model and method, and whether it has the same run."""
    same = of.data is session.data and _alike(of.model, session.model) and _alike(of.method, session.method)
    return same, of.run == session.run


def _alike(one: object, other: object) -> bool:
    # Mostly they are one, which takes no comparison of their fields.
    return one is other or one == other
