"""What the holes of cases that are alike hide, where that is known: it may differ from case to case."""

from __future__ import annotations

import numpy as np

from emviz.data.things import things
from emviz.em.counts.table import Tag
from emviz.em.families.cases import UNSEEN, Cases
from emviz.em.families.completions import Ranked
from emviz.em.model import Rows
from emviz.em.numerics import Array


def true_completions(data: Cases, rows: Rows) -> list[tuple[tuple[int, ...], float]]:
    """Return the different true states of some rows, and how many cases have each, the most frequent first.

    Where no case is counted each row is taken for one.
    """
    assert data.truth is not None
    counts, times = data.count[rows].tolist(), dict[tuple[int, ...], float]()
    counts = counts if any(counts) else [1.0] * len(rows)
    # A dictionary: most groups are small, and NumPy takes a hundred times as long for one of them.
    for states, count in zip(map(tuple, data.truth[rows].tolist()), counts, strict=True):
        times[states] = times.get(states, 0.0) + count
    return sorted(times.items(), key=lambda own: (-own[1], own[0]))


def truly(data: Cases, members: list[Rows], many: int) -> Ranked:
    """Return how cases are shared between their true completions, `many` of them each.

    Parameters
    ----------
    members : list of int array
        The rows that are shared together.
    """
    states = np.full((len(members), many, len(data.names)), UNSEEN)
    shares = np.zeros((len(members), many))
    for line, rows in enumerate(members):
        found = true_completions(data, rows)
        every = sum(times for _, times in found)
        for place, (own, times) in enumerate(found[:many]):
            states[line, place], shares[line, place] = own, times / every
    return Ranked(states, shares, np.clip(1 - shares.sum(axis=1), 0.0, 1.0))


def truly_counted(data: Cases, members: list[Rows]) -> Array:
    """Return the cases that they give to each cell of the tables, shape (len(members), M)."""
    assert data.truth is not None
    states = np.maximum(data.truth, 0)
    return np.array([data.tallied(states[rows], data.count[rows]) for rows in members])


def true_tag(data: Cases, rows: Rows) -> Tag | None:
    """Return what the holes of cases with the same holes hide, of several what most of them do.

    None where it is not known of any of them, or nothing is missing.
    """
    unseen, found = data.unseen[int(data.which[rows[0]])], true_completions(data, rows)
    every = sum(times for _, times in found)
    known = [own for own in found if all(own[0][v] != UNSEEN for v in unseen)]
    if not unseen or not known:
        return None
    states, times = known[0]
    name = data.named(states, unseen)
    return Tag(name if times == every else f"{times:.0f}/{every:.0f} {name}", states[unseen[0]])


def counted_truth(name: str, share: float, cases: float) -> tuple[str, str]:
    """Return the line on the part of some cases that truly have a completion, as LaTeX and as words."""
    many = share * cases
    formula = rf"q(\mathrm{{{name}}}) = \frac{{{many:.0f}}}{{{cases:.0f}}}"
    return formula, f"Of these {things(cases, 'case')} {many:.0f} truly hold this, and are counted whole."
