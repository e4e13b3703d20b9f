"""Running a model from many starts."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from emviz import session as desk
from emviz.api.fitting import Data, opened, wishes_of
from emviz.em.convergence.stopping import Rule
from emviz.em.counts.table import Entry
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome
from emviz.em.optima.starts import Failure, Optimum, Survey, drawn, explore
from emviz.em.trace import Json, nested
from emviz.session import Session

#: Limits of the number of starts.
FEWEST, MOST = 10, 2000


@dataclass(frozen=True)
class Starts:
    """Results of many starts.

    Parameters
    ----------
    model, method, source : str
        Keys of the model and the method, and the origin of the data.
    seed : int
        Seed of the first θ(0); it goes up by one for each further one.
    survey : Survey
        The runs and the optima; runs are numbered by their starts, from 0.
    rule : Rule
        The rule by which a run has converged.
    """

    model: str
    method: str
    source: str
    seed: int
    survey: Survey
    rule: Rule = field(default_factory=Rule)

    @property
    def optima(self) -> tuple[Optimum, ...]:
        """The distinct optima, best first."""
        return self.survey.optima

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of runs that reached each optimum."""
        return tuple(len(each.runs) for each in self.optima)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The failed runs, grouped by reason."""
        return self.survey.failures

    def seeds(self, found: Optimum | Failure) -> list[int]:
        """Return the seeds that lead to an optimum, best run first, or to a failure."""
        return [self.seed + number for number in found.runs]

    def record(self) -> dict[str, Json]:
        """Return the results as nested lists and numbers, in the form of ``emviz starts --json``."""
        return {
            "model": self.model,
            "method": self.method,
            "starts": self.survey.number,
            "seed": self.seed,
            **self.rule.record(),
            "optima": [self._optimum(each) for each in self.optima],
            "unsettled": [
                {"seed": self.seed + ran.number, "iterations": ran.iterations, "objective": ran.objective}
                for ran in self.survey.unsettled
            ],
            "failed": sum(len(each.runs) for each in self.failures),
            "failures": [
                {"reason": each.reason, "runs": len(each.runs), "seeds": [*self.seeds(each)]}
                for each in self.failures
            ],
            "sorted": [*self.survey.sorted_objectives],
        }

    def rows(self) -> tuple[list[str], list[list[str | int | float]]]:
        """Return the header and one row per start: its seed, how the run ended, and its optimum."""
        ranks = {number: rank for rank, each in enumerate(self.optima, 1) for number in each.runs}
        body: list[list[str | int | float]] = [
            [
                *(self.seed + ran.number, ran.outcome.value, ran.iterations),
                "" if ran.outcome is Outcome.FAILED else ran.objective,
                *(ranks.get(ran.number, ""), ran.reason),
            ]
            for ran in self.survey.runs
        ]
        return ["seed", "outcome", "iterations", "objective", "optimum", "failure"], body

    def _optimum(self, each: Optimum) -> dict[str, Json]:
        remarks = {"remark": each.remark, "place": each.place.value if each.place else ""}
        return {
            "objective": each.objective,
            "count": len(each.runs),
            "runs": len(each.runs),
            "orders": [*each.orders],
            "iterations": each.iterations,
            "seeds": [*self.seeds(each)],
            "params": nested(each.params),
            **{name: words for name, words in remarks.items() if words},
        }


@np.errstate(all="ignore")  # what leaves the range of a float is said in an error's words, not NumPy's
def starts(
    key: str,
    data: Data | None = None,
    *,
    number: int = 200,
    seed: int = 0,
    method: str = "em",
    iterations: int = 1000,
    tol: float = 1e-8,
    tol_on: str = "gain",
    places: int = 0,
    processes: int = 1,
    columns: Mapping[str, str] | None = None,
    use: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: str | Sequence[str] = (),
    sheet: str = "",
    every_row: bool = False,
    **hyper: object,
) -> Starts:
    """Run a model from many random starts and return the optima and how often each is reached.

    Parameters
    ----------
    key, data, columns, use, drop, missing, sheet, every_row, **hyper
        Same as for `emviz.fit`.
    number : int
        Number of starts, 10 to 2,000.
    seed : int
        Seed of the first θ(0), as for `emviz.fit`; it goes up by one for each further one.
    method : str
        Any method of `emviz.fit`.
    iterations, tol, tol_on : int, float, str
        Stopping rule of each run, as for `emviz.fit`; the tolerance must be positive.
    places : int
        Number of the best optima to classify as maxima, saddles or ridges. This may take longer than the
        runs.
    processes : int
        Maximum number of processes for a model that computes one start at a time; the result is the same.
        With more than one, a script must keep its code behind ``if __name__ == "__main__":``, as for
        `multiprocessing`.

    Raises
    ------
    DataError, ParameterError
        Same as for `emviz.fit`.
    ModelError
        If the method is not offered.
    """
    wishes = wishes_of(columns, use, drop, missing, every_row)
    session = opened(key, data, wishes, sheet, hyper, method=method)
    *_, last = surveyed(
        desk.set_limits(session, tol, iterations, tol_on), number, seed, places, (), processes
    )
    assert last is not None
    return last


def surveyed(
    session: Session,
    number: int,
    seed: int,
    places: int = 0,
    watched: Sequence[Entry] = (),
    processes: int = 1,
) -> Generator[Starts | None, None, None]:
    """Yield the results of many starts of a session's model so far, and None where they can be stopped.

    Each run uses the session's stopping rule.

    Raises
    ------
    ParameterError
        For too few or too many starts, a negative seed, no tolerance, or no process.
    """
    if not FEWEST <= number <= MOST:
        raise ParameterError(f"the number of starts must lie between {FEWEST} and {MOST:,}, got {number:,}")
    if seed < 0:
        raise ParameterError(f"the seed must be a whole number of at least 0, got {seed}")
    if processes < 1:
        raise ParameterError(f"there must be at least 1 process, got {processes}")
    model, data, rule = session.model, session.data, desk.rule_of(session)
    found = explore(
        *(model, data, drawn(model, data, range(seed, seed + number)), number),
        iterations=session.iterations,
        tolerance=rule.tolerance,
        on=rule.on,
        method=session.method,
        places=places,
        watched=watched,
        processes=processes,
    )
    for survey in found:
        if survey is None:
            yield None
        else:
            yield Starts(model.key, session.method.key, session.source, seed, survey, rule)
