"""Standard errors and profile likelihoods of θ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from emviz import session as desk
from emviz.api.fitting import WISHES, Data, completed, opened, wishes_of
from emviz.em.convergence.ending import Ending, ending
from emviz.em.counts.table import Entry
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome
from emviz.em.theta.naming import called
from emviz.em.uncertainty.certainty import Errors, Uncertain
from emviz.em.uncertainty.profiles import Profile
from emviz.em.uncertainty.standard_errors import LEVEL
from emviz.em.work import finished
from emviz.session import Session
from emviz.session.errors import errors_at, profile_at

if TYPE_CHECKING:
    from emviz.pages.fit import Fit


@np.errstate(all="ignore")  # what leaves the range of a float is said in an error's words, not NumPy's
def errors(
    key: str | Fit,
    data: Data | None = None,
    *,
    start: Mapping[str, object] | None = None,
    seed: int = 0,
    method: str = "em",
    iterations: int = 10_000,
    tol: float = 1e-12,
    tol_on: str = "gain",
    level: float = LEVEL,
    columns: Mapping[str, str] | None = None,
    use: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: str | Sequence[str] = (),
    sheet: str = "",
    every_row: bool = False,
    **hyper: object,
) -> Errors:
    """Run EM to a maximum and return the standard errors of θ there, and the rate of EM.

    Parameters
    ----------
    key : str or Fit
        The model, or the result of `emviz.fit`, whose run goes on with its own data and settings.
    data, start, seed, method, columns, use, drop, missing, sheet, every_row, **hyper
        Same as for `emviz.fit`.
    iterations, tol, tol_on : int, float, str
        Stopping rule; the run goes further than in `emviz.fit`, so that θ is close to the maximum.
    level : float
        Confidence level of the intervals, between 0 and 1.

    Returns
    -------
    Errors
        If θ is on a border, at a saddle, on a ridge, not converged, or has more than 50 parameters,
        `withheld` is a sentence that says so, and there are no numbers.

    Warns
    -----
    Assumed
        If columns were guessed, combined or ignored.

    Raises
    ------
    DataError, ParameterError, ModelError
        Same as for `emviz.fit`.
    """
    wishes = wishes_of(columns, use, drop, missing, every_row)
    if isinstance(key, str):
        session = opened(key, data, wishes, sheet, hyper, start=start, seed=seed, method=method)
    else:
        given = wishes != WISHES, sheet, hyper, start, seed, method != "em"
        session = _session_of(key, data is not None or any(given))
    return errors_of(completed(desk.set_limits(session, tol, iterations, tol_on)), level)


@np.errstate(all="ignore")  # what leaves the range of a float is said in an error's words, not NumPy's
def profile(
    key: str | Fit,
    data: Data | None = None,
    *,
    of: str,
    start: Mapping[str, object] | None = None,
    seed: int = 0,
    method: str = "em",
    iterations: int = 10_000,
    tol: float = 1e-12,
    tol_on: str = "gain",
    level: float = LEVEL,
    columns: Mapping[str, str] | None = None,
    use: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: str | Sequence[str] = (),
    sheet: str = "",
    every_row: bool = False,
    **hyper: object,
) -> Profile:
    """Run EM to a maximum and return the profile likelihood of one parameter around it.

    Parameters
    ----------
    key : str or Fit
        As for `errors`.
    data, start, seed, method, columns, use, drop, missing, sheet, every_row, **hyper
        Same as for `emviz.fit`.
    of : str
        The parameter, as in tables ("θ_A") or as in the CSV of a trace ("heads_1").
    iterations, tol, tol_on : int, float, str
        Stopping rule, as for `errors`.
    level : float
        Confidence level of the interval, between 0 and 1.

    Returns
    -------
    Profile
        With `values` of the parameter and `heights`, the objective maximised over all others, in nats; the
        interval from `low` to `high` where it lies above `cut`, χ²/2 below the maximum; and `entry`, with the
        standard error and the Wald interval.

    Warns
    -----
    Assumed
        If columns were guessed, combined or ignored.

    Raises
    ------
    DataError, ModelError
        Same as for `emviz.fit`.
    ParameterError
        Same as for `emviz.fit`; if there is no such parameter; and if there are no standard errors, for
        example on the border of the domain, with the reason.
    """
    wishes = wishes_of(columns, use, drop, missing, every_row)
    if isinstance(key, str):
        session = opened(key, data, wishes, sheet, hyper, start=start, seed=seed, method=method)
    else:
        given = wishes != WISHES, sheet, hyper, start, seed, method != "em"
        session = _session_of(key, data is not None or any(given))
    session = completed(desk.set_limits(session, tol, iterations, tol_on))
    found = errors_of(session, level)
    if found.withheld:
        raise ParameterError(found.withheld)
    return profile_of(session, found, of)


def _session_of(run: Fit, given: bool) -> Session:
    """Return the session of a run.

    Raises
    ------
    ParameterError
        If data or settings are given beside it.
    """
    if given:
        raise ParameterError(
            "a run has its own data and settings; give only level, iterations, tol or tol_on with it"
        )
    return run.session


def errors_of(session: Session, level: float = LEVEL) -> Errors:
    """Return the standard errors at the last θ of a session.

    Raises
    ------
    ParameterError
        For an invalid level.
    """
    return finished(errors_at(session, len(session.trace) - 1, level))


def profile_of(session: Session, errors: Errors, name: str) -> Profile:
    """Return the profile likelihood of a parameter at the last θ of a session.

    Parameters
    ----------
    errors : Errors
        The standard errors there.
    name : str
        The parameter, as in the table ("θ_A") or as in the CSV of a trace ("heads_1").

    Raises
    ------
    ParameterError
        If there is no such parameter.
    """
    return finished(profile_at(session, len(session.trace) - 1, _entry_named(errors, name), errors.level))


def _entry_named(errors: Errors, name: str) -> Uncertain:
    found = called(name, {Entry(each.field, each.index): (each.label, each) for each in errors.entries})
    if found is not None:
        return found
    known = ", ".join(each.label for each in errors.entries)
    raise ParameterError(f"there is no parameter {name!r} to profile; there are {known}")


@np.errstate(all="ignore")
def ending_of(session: Session) -> Ending | None:
    """Return the kind of place where a session has converged; None if it has not."""
    if session.outcome is not Outcome.CONVERGED:
        return None
    return finished(ending(session.model, session.data, session.trace[-1].params, session.method))
