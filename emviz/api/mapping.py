"""Maps of basins: which start ends where."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from emviz import session as desk
from emviz.api import report
from emviz.api.fitting import Data, opened, wishes_of
from emviz.api.starting import Starts
from emviz.data.things import things
from emviz.data.writer import csv_text, json_text
from emviz.em.counts.table import Entry
from emviz.em.domains import ParameterError
from emviz.em.methods import objective_written
from emviz.em.objective.bound import entry_label, free_entries, sampled
from emviz.em.optima.basins import FAILED, IMPOSSIBLE, PENDING, STOPPED, Basins, End
from emviz.em.optima.basins import basins as searched
from emviz.em.rounding import decimal
from emviz.em.theta.naming import called
from emviz.em.trace import Json, nested
from emviz.session import Session

#: Limits of the number of cells along each axis.
FEWEST, MOST = 5, 201
#: Names of outcomes other than an optimum.
OUTCOMES = {PENDING: "", STOPPED: "stopped", FAILED: "failed", IMPOSSIBLE: "impossible"}
#: Maximum number of entries listed in an error message.
NAMED = 40


@dataclass(frozen=True)
class Map:
    """Which start ends where.

    Parameters
    ----------
    session : Session
        Supplies the model, the data, and the fixed entries of θ(0).
    basins : Basins
        The map as far as it is known.
    """

    session: Session
    basins: Basins

    @property
    def labels(self) -> tuple[str, str]:
        """Names of the entries on the axes."""
        model, data = self.session.model, self.session.data
        return entry_label(model, data, self.basins.x), entry_label(model, data, self.basins.y)

    def end(self, i: int, j: int) -> str:
        """Return the name of the end that a cell leads to, or the outcome of its run."""
        place = int(self.basins.which[i, j])
        return self.basins.ends[place].name if place >= 0 else OUTCOMES[place]

    def record(self) -> dict[str, Json]:
        """Return the map as nested lists and numbers, in the form of ``emviz starts --map --json``."""
        found, (x, y) = self.basins, self.labels
        size = len(found.xs)
        return {
            "model": self.session.model.key,
            "method": self.session.method.key,
            **desk.rule_of(self.session).record(),
            "x": {"entry": x, "values": found.xs.tolist()},
            "y": {"entry": y, "values": found.ys.tolist()},
            "ends": [_end(each) for each in found.ends],
            "leads_to": [[self.end(i, j) for j in range(size)] for i in range(size)],
            "iterations": found.iterations.tolist(),
        }

    def rows(self) -> tuple[list[str], list[list[str | int | float]]]:
        """Return the header and one row per start."""
        found = self.basins
        body: list[list[str | int | float]] = [
            [float(x), float(y), self.end(i, j), int(found.iterations[i, j])]
            for i, x in enumerate(found.xs)
            for j, y in enumerate(found.ys)
            if found.which[i, j] != IMPOSSIBLE
        ]
        return [*self.labels, "leads to", "iterations"], body


@np.errstate(all="ignore")  # what leaves the range of a float is said in an error's words, not NumPy's
def basins(
    key: str,
    data: Data | None = None,
    *,
    axes: tuple[str, str],
    cells: int = 51,
    start: Mapping[str, object] | None = None,
    seed: int | None = None,
    method: str = "em",
    iterations: int = 1000,
    tol: float = 1e-8,
    tol_on: str = "gain",
    processes: int = 1,
    columns: Mapping[str, str] | None = None,
    use: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: str | Sequence[str] = (),
    sheet: str = "",
    every_row: bool = False,
    **hyper: object,
) -> Map:
    """Run a model from a grid of starts over two entries of θ(0) and return which start ends where.

    Parameters
    ----------
    key, data, columns, use, drop, missing, sheet, every_row, **hyper
        Same as for `emviz.fit`.
    axes : pair of str
        The entries, by name ("θ_A" or "theta_A") or by index ("heads[0]").
    cells : int
        Number of starts along each axis, 5 to 201.
    start : mapping of parameter field to nested lists or arrays, optional
        The other entries of θ(0); omitted fields have their default.
    seed : int, optional
        Seed for a random θ(0); without `seed` and `start` the model's default θ(0) is used.
    method : str
        Any method of `emviz.fit`.
    iterations, tol, tol_on : int, float, str
        Stopping rule of each run, as for `emviz.fit`; the tolerance must be positive.
    processes : int
        Maximum number of processes, as for `emviz.starts`.

    Returns
    -------
    Map
        With `basins`: the values `xs` and `ys`, and `which[i, j]`, the index into `ends` of the end reached
        from xs[i] and ys[j]; negative if no end is reached.

    Warns
    -----
    Assumed
        If columns were guessed, combined or ignored.

    Raises
    ------
    DataError
        Same as for `emviz.fit`.
    ParameterError
        Same as for `emviz.fit`; for an unknown entry, the same entry twice, or a number out of range.
    ModelError
        If the method is not offered.
    """
    wishes = wishes_of(columns, use, drop, missing, every_row)
    session = opened(key, data, wishes, sheet, hyper, start=start, seed=seed, method=method)
    *_, last = mapped(desk.set_limits(session, tol, iterations, tol_on), axes, cells, processes)
    assert last is not None
    return last


def mapped(
    session: Session, names: tuple[str, str], cells: int, processes: int = 1
) -> Generator[Map | None, None, None]:
    """Yield the map over two entries of a session's θ(0) so far, and None where it can be stopped.

    Each run uses the session's stopping rule.

    Parameters
    ----------
    names : pair of str
        The entries, as for `entry_named`.
    cells : int
        Number of starts along each axis.

    Raises
    ------
    ParameterError
        For an unknown entry, the same entry twice, or a number out of range.
    """
    if not FEWEST <= cells <= MOST:
        raise ParameterError(f"the cells along an axis must lie between {FEWEST} and {MOST}, got {cells}")
    if processes < 1:
        raise ParameterError(f"there must be at least 1 process, got {processes}")
    x, y = (entry_named(session, name) for name in names)
    if x == y:
        raise ParameterError(f"a map needs two entries of θ, got {names[0]} twice")
    work = searched(
        *(session.model, session.data, session.start, x, y),
        iterations=session.iterations,
        tolerance=session.tolerance,
        on=session.tolerance_on,
        sizes=(cells,),
        method=session.method,
        processes=processes,
    )
    for found in work:
        yield None if found is None else Map(session, found)


def entry_named(session: Session, name: str) -> Entry:
    """Return an entry of θ by a name such as "θ_A" or "theta_A".

    Raises
    ------
    ParameterError
        If there is no such entry.
    """
    entries = free_entries(session.model, session.data)
    labels = {entry: entry_label(session.model, session.data, entry) for entry in entries}
    found = called(name, {entry: (label, entry) for entry, label in labels.items()})
    if found is None:
        known = ", ".join(labels[entry] for entry in sampled(entries, NAMED))
        raise ParameterError(f"θ has no entry {name!r} that is estimated; there are {known}")
    return found


def map_so_far(found: Map) -> str:
    """Return a sentence on the progress of a map."""
    survey = found.basins.survey
    return f"{survey.done:,} of {things(survey.number, 'run')} have ended"


def shaped(session: Session, found: Starts | Map, wanted: str) -> str:
    """Return starts or a map as "json", "csv", or a text table."""
    if isinstance(found, Starts):
        shapes = {"json": report.starts_json, "csv": report.starts_csv}
        return shapes[wanted](found) if wanted else report.starts_text(session, found)
    if wanted:
        return json_text(found.record()) if wanted == "json" else csv_text(*found.rows())
    return _text(session, found)


def _text(session: Session, found: Map) -> str:
    which, (x, y) = found.basins.which, found.labels
    raised = objective_written(session.method, session.model)
    many = things(int((which != IMPOSSIBLE).sum()), "start")
    lines = [f"{session.model.title}: {session.source}; {many} over {x} and {y} of θ(0)", ""]
    for end in found.basins.ends:
        kind = end.optimum.place.value if end.optimum.place else "optimum"
        value = decimal(end.optimum.objective, 6)
        lines.append(f"{end.name}: {things(end.cells, 'start')} to a {kind}, {raised} {value}")
    for code, words in ((STOPPED, "had not converged when stopped"), (FAILED, "failed")):
        stuck = int((which == code).sum())
        lines += [f"{things(stuck, 'start')} {words}"] if stuck else []
    return "\n".join([*lines, report.rule_words(desk.rule_of(session))]) + "\n"


def _end(end: End) -> dict[str, Json]:
    place = end.optimum.place
    return {
        "name": end.name,
        "objective": end.optimum.objective,
        "place": place.value if place else "",
        "starts": end.cells,
        "params": nested(end.optimum.params),
    }
