"""Expected family counts and log P of all cases, by the clique tree or by listing completions.

The tree processes the cells of all its cliques for each case. A case with few missing cells has few
completions, however large a clique is; then these are listed, for all cases with the same missing cells
together.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

import numpy as np

from emviz.data.table import DataError
from emviz.data.things import things
from emviz.em.families.cases import CELL, Cases
from emviz.em.families.cliques import States
from emviz.em.families.completions import blocks, cells_of, completed, flat
from emviz.em.model import Fields, Rows
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.work import checked

#: The longest time of an E-step, in seconds.
MOST_SECONDS = 10
#: Entries of completions in memory at once.
TOGETHER = 1 << 20


def affordable(data: Cases) -> Cases:
    """Return the cases unchanged if their E-step is fast enough.

    Raises
    ------
    DataError
        If it would take longer than `MOST_SECONDS`, estimated from measured times.
    """
    listed, others = data.parted
    sizes = [len(cases) * data.completions(unseen) * data.each for unseen, cases in listed]
    seconds = 1e-9 * (sum(sizes) + len(others) * data.tree.cells * CELL)
    if seconds > MOST_SECONDS:
        raise DataError(
            f"an E-step would take about {seconds:,.0f} seconds: exact inference needs tables of "
            f"{data.tree.cells:,} cells for each of {things(len(data.cells), 'different case')}; remove an "
            "arrow, join states, or take fewer cases"
        )
    return data


def summing(data: Cases, params: Fields) -> Generator[None, None, tuple[Array, float]]:
    """Return the expected counts of the M cells of the tables, shape (M,), and log P(x; θ) in nats.

    A case that is impossible at θ is shared equally between all its completions. Yields between blocks of
    cases.
    """
    found, height = np.zeros(data.spans[-1].stop), 0.0
    for cases, states, joint in _joints(data, params):
        logs, times = log_sum_exp(joint), data.times[cases]
        lost = np.isneginf(logs)[:, None]
        shares = np.where(lost, 1 / joint.shape[1], np.exp(joint - np.where(lost, 0.0, logs[:, None])))
        weights = (shares * times[:, None]).ravel()
        for v in range(len(data.names)):
            # Many completions add to the same cell, which `+=` would count once.
            np.add.at(found, data.places(v, states).ravel(), weights)
        height += _total(times, logs)
        yield
    others = data.parted[1]
    for block in blocks(data, len(others)):
        cases = others[block]
        every, logs = cells_of(data, params, data.cells[cases])
        found += data.times[cases] @ every
        height += _total(data.times[cases], logs)
        yield
    return found, height


def likeliest_sums(data: Cases, params: Fields) -> Array:
    """Return the counts of the cells of the tables, shape (M,), each case at its likeliest completion."""
    found = np.zeros(data.spans[-1].stop)
    for block in blocks(data, len(data.cells)):
        states, _ = data.tree.likeliest(params, data.seen(data.cells[block]))
        found += data.tallied(states, data.times[block])
    return found


def heights(data: Cases, many: Sequence[Fields]) -> Array:
    """Return log P(x; θ) at each of some θ, in nats; without the counts, this is faster than `summing`."""
    found = np.zeros(len(many))
    for k, params in enumerate(many):
        for cases, _, joint in _joints(data, params):
            found[k] += _total(data.times[cases], log_sum_exp(joint))
    others = data.parted[1]
    for block in blocks(data, len(others)):
        cases = others[block]
        seen = data.seen(data.cells[cases])
        for k, params in enumerate(many):
            found[k] += _total(data.times[cases], data.tree.heights(params, seen))
    return found


def _joints(data: Cases, params: Fields) -> Iterator[tuple[Rows, States, Array]]:
    """Yield some cases with the states of their completions, (R, Z, V), and log P of each, (R, Z)."""
    with np.errstate(divide="ignore"):
        logs = np.log(flat(params))
    for unseen, every in data.parted[0]:
        many = max(1, TOGETHER // (data.completions(unseen) * len(data.names)))
        for first in checked(range(0, len(every), many)):
            cases = every[first : first + many]
            states = completed(data, cases, unseen)
            joint = sum(logs[data.places(v, states)] for v in range(len(data.names)))
            yield cases, states, np.asarray(joint)


def _total(times: Array, logs: Array) -> float:
    # A case counted 0 times may be one that θ rules out, and 0 × −∞ is no number.
    return float((times * np.where(times > 0, logs, 0.0)).sum())
