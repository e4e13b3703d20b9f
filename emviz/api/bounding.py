"""The objective and the lower bound along a line, as the window draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from emviz import session as desk
from emviz.api.fitting import Data, opened, wishes_of, with_truth
from emviz.em.counts.table import Entry
from emviz.em.domains import ParameterError
from emviz.em.methods import why_unbounded
from emviz.em.objective.bound import FINE, Slice
from emviz.em.objective.lines import Between, Direction, Goal
from emviz.em.theta.naming import called
from emviz.session import Session

#: Names of lines towards a goal.
GOALS = {"truth": Goal.TRUTH, "complete": Goal.COMPLETE}


@np.errstate(all="ignore")  # what leaves the range of a float is said in an error's words, not NumPy's
def bound(
    key: str,
    data: Data | None = None,
    *,
    t: int = 0,
    along: str | tuple[int, int] | None = None,
    earlier: bool = False,
    points: int = FINE,
    start: Mapping[str, object] | None = None,
    seed: int | None = None,
    method: str = "em",
    columns: Mapping[str, str] | None = None,
    use: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: str | Sequence[str] = (),
    sheet: str = "",
    every_row: bool = False,
    **hyper: object,
) -> Slice:
    """Return log P(x; θ) and the lower bound g_t that touches it at θ(t), along a line.

    Parameters
    ----------
    key, data, start, columns, use, drop, missing, sheet, every_row, **hyper
        Same as for `emviz.fit`.
    t : int
        The iteration of the bound.
    along : str or pair of int, optional
        An entry of θ by name, such as "θ_A", with the others held, or those of its row in proportion; "truth"
        or "complete" for the line from θ(t) to the parameters that the example was simulated from, or to the
        complete-data estimate, their components in the order of those of θ(t) if this is nearer; two
        iterations for the line through both. By default from θ(t) to θ(t+1).
    earlier : bool
        Also return the bounds of up to three earlier iterations.
    points : int
        Number of points, in addition to θ(t) and the other end.
    seed : int, optional
        Seed for a random θ(0); without `seed` and `start` the model's default θ(0) is used.
    method : str
        "em" or "hard"; other methods have no bound.

    Returns
    -------
    Slice
        With `positions`, `objective`, `bound`; `expected` and `entropy`, which are Q and H(q); `gap` and
        `divergence` at the other end; `earlier`; `matched` if components of a goal were put in order.

    Warns
    -----
    Assumed
        If columns were guessed, combined or ignored.

    Raises
    ------
    DataError, ModelError
        Same as for `emviz.fit`.
    ParameterError
        Same as for `emviz.fit`, and for a line that does not exist.
    """
    wishes = wishes_of(columns, use, drop, missing, every_row)
    session = opened(key, data, wishes, sheet, hyper, start=start, seed=seed, method=method)
    if why_unbounded(session.method, session.model):
        raise ParameterError(f"{method} has no lower bound")
    if data is None:
        session = with_truth(session, None)
    if t < 0 or points < 2:
        raise ParameterError(f"t must be at least 0 and points at least 2, got {t} and {points}")
    direction = _direction(session, along)
    session = _at(session, t, direction)
    asked = desk.show(session, replace(session.display, slice=direction, earlier=earlier))
    return _drawn(asked, direction, points)


def _direction(session: Session, along: str | tuple[int, int] | None) -> Direction:
    """Return the line that `along` describes."""
    if along is None or not isinstance(along, str):
        return None if along is None else Between(*along)
    if along in GOALS:
        return GOALS[along]
    labels = {
        Entry(each.name, index): each.label(index)
        for each in session.model.parameters(session.data)
        for index in each.free
    }
    found = called(along, {entry: (label, entry) for entry, label in labels.items()})
    if found is None:
        known = ", ".join([*list(labels.values())[:8], *(("…",) if len(labels) > 8 else ())])
        raise ParameterError(f"there is no {along!r} to go along; there are {known}, truth and complete")
    return found


def _at(session: Session, t: int, direction: Direction) -> Session:
    """Return the session after the E-step at θ(t), with all iterations that the line needs."""
    ends = (direction.first, direction.last) if isinstance(direction, Between) else ()
    if len(set(ends)) == 1 or min(ends, default=0) < 0:
        raise ParameterError(f"a line needs two different iterations of at least 0, got {ends}")
    while session.trace.iterations < max(t, *ends, 0):
        session = desk.step(session)
    return desk.seek(desk.step(session), session.trace.place(t) + 1)


def _drawn(session: Session, direction: Direction, points: int) -> Slice:
    found = [each for each in desk.bound_along(session, desk.target(session), sizes=(points,)) if each]
    if isinstance(direction, Goal) and found[-1].direction is not direction:
        raise ParameterError(f"{direction.value} of these data is not known")
    if found[-1].direction != direction:
        raise ParameterError("the next M-step cannot be done, so that there is no θ(t+1) to go towards")
    return found[-1]
