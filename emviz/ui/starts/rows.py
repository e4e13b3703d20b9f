"""The rows of the table of many starts: optima, then runs without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from emviz.api.starting import Starts
from emviz.data.things import things
from emviz.em.methods import objective_written
from emviz.em.model import Fields
from emviz.em.objective.bound import entry_label, entry_value, free_entries
from emviz.em.rounding import figures
from emviz.session import Session
from emviz.wording.numbers import number

#: Maximum number of entries of θ in a row.
MOST_ENTRIES = 12


@dataclass(frozen=True)
class Row:
    """One row.

    Parameters
    ----------
    name : str
        Rank of an optimum; "–" for runs that reached none.
    cells : tuple of str
        Texts of the columns in `headings`.
    seed : int
        Seed of the θ(0) whose run is opened.
    rank : int or None
        Index of the optimum in the ranking.
    sentence : str
        Description of the row.
    """

    name: str
    cells: tuple[str, ...]
    seed: int
    rank: int | None
    sentence: str


def headings(session: Session) -> tuple[str, ...]:
    """Return the headings of the columns."""
    raised = objective_written(session.method, session.model)
    return "runs", raised, "orders", "iterations", "place", "seed", "θ there"


def rows(session: Session, starts: Starts) -> list[Row]:
    """Return the optima, best first, then stopped runs, then failed ones."""
    return [*_optima(session, starts), *_stopped(session, starts), *_failed(starts)]


def example(session: Session, params: Fields) -> str:
    """Return the estimated entries of θ, "θ_A = 0.80, θ_B = 0.52", the first ones of many."""
    model, data, places = session.model, session.data, session.display.decimals + 1
    entries = free_entries(model, data)
    texts = [
        f"{entry_label(model, data, entry)} = {number(entry_value(params, entry), places)}"
        for entry in entries[:MOST_ENTRIES]
    ]
    return ", ".join(texts) + (", …" if len(entries) > MOST_ENTRIES else "")


def _optima(session: Session, starts: Starts) -> Iterator[Row]:
    raised = objective_written(session.method, session.model)
    for rank, each in enumerate(starts.optima):
        orders = f"{len(each.orders):,}" if starts.survey.components else "—"
        place = each.place.value if each.place else ""
        seed, value = starts.seeds(each)[0], number(each.objective, 6)
        cells = (
            *(f"{len(each.runs):,}", value, orders, figures(each.iterations, 4), place, str(seed)),
            example(session, each.params),
        )
        sentence = (
            f"Optimum {rank + 1}: {raised} {value}, reached by {things(len(each.runs), 'run')} in "
            f"{cells[3]} iterations (median). Click, or press Enter, for the run from seed {seed}."
        )
        yield Row(str(rank + 1), cells, seed, rank, f"{sentence} {each.remark}".strip())


def _stopped(session: Session, starts: Starts) -> Iterator[Row]:
    some = starts.survey.unsettled
    if not some:
        return
    best = max(some, key=lambda ran: ran.objective)
    seed, raised = starts.seed + best.number, objective_written(session.method, session.model)
    sentence = (
        f"{things(len(some), 'run')} had not converged when stopped after "
        f"{things(best.iterations, 'iteration')}: where they lead is not known."
    )
    value = number(best.objective, 6)
    cells = f"{len(some):,}", value, "", f"{best.iterations:,}", "stopped", str(seed), sentence
    yield Row("–", cells, seed, None, f"{sentence} The best is at {raised} {value}, seed {seed}.")


def _failed(starts: Starts) -> Iterator[Row]:
    for each in starts.failures:
        seed, many = starts.seeds(each)[0], things(len(each.runs), "run")
        cells = f"{len(each.runs):,}", "", "", "", "failed", str(seed), f"{each.reason}."
        yield Row("–", cells, seed, None, f"{many} failed: {each.reason}. The first is seed {seed}.")
