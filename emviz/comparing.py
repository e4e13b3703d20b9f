"""Methods compared from one start: the public function, and what the command line asks of it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np

from emviz import session as desk
from emviz.api import Assumed, Data, attempted, begun, chosen, wishes_of
from emviz.em.comparison import Comparison, Contender
from emviz.em.domains import ParameterError
from emviz.em.ending import Ending, ending
from emviz.em.methods import method_named
from emviz.session import Session


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
    columns: Mapping[str, str] | None = None,
    use: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: str | Sequence[str] = (),
    sheet: str = "",
    every_row: bool = False,
    **hyper: object,
) -> Comparison:
    """Run several methods from one θ(0) and return what each has spent, how far it came, where it ended.

    A method that fails on the way, such as by a step out of the domain, stands in the comparison with its
    trace up to there.

    Parameters
    ----------
    key, data, columns, use, drop, missing, sheet, every_row, **hyper
        As `emviz.fit` takes them.
    methods : sequence of str
        "em", "hard", "gradient", "backtracking", "newton", "safeguarded", "squarem", "squarem-unguarded",
        "anderson"; after colons a step and the coordinates, as in "gradient:0.03:natural".
    start : mapping of parameter field to nested lists or arrays, optional
        θ(0); fields left out take their default, and all of them where there is no `seed` either.
    seed : int, optional
        What θ(0) is drawn with.
    iterations, tol : int, float
        When each of them stops.

    Raises
    ------
    DataError, ParameterError
        As `emviz.fit`.
    ModelError
        Where a method is not offered, or cannot begin.
    """
    wishes = wishes_of(columns, use, drop, missing, every_row)
    model, taken, source = chosen(key, data, hyper=hyper, wishes=wishes, sheet=sheet)
    for note in taken.notes:
        warnings.warn(note, Assumed, stacklevel=2)
    session = begun(model, taken, source, start=start, seed=seed)
    return compared(session, methods, iterations, tol)


def compared(session: Session, methods: Sequence[str], iterations: int, tol: float) -> Comparison:
    """Return methods compared from the θ(0) of a session."""
    wanted = [method_named(name) for name in methods]
    if not wanted:
        raise ParameterError("there is no method to compare")
    fronts = [desk.set_method(session, method) for method in wanted]
    contenders = tuple(_contender(attempted(front, iterations, tol)) for front in fronts)
    return Comparison(session.model.key, session.source, contenders)


def _contender(session: Session) -> Contender:
    method, model = session.method, session.model
    return Contender(method.title, method.objective_name(model), desk.trace_of(session), _ended(session))


def _ended(session: Session) -> Ending:
    work = ending(session.model, session.data, session.trace[-1].params, session.method)
    while True:
        try:
            next(work)
        except StopIteration as done:
            found: Ending = done.value
            return found
