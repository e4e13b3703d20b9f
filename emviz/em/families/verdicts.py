"""The most likely state of a variable of a case, and the tests for and against it.

The weight of a test is log P(state | all tests) − log P(state | all other tests), in nats: the change if the
test comes last. Good, Probability and the Weighing of Evidence (1950), uses log-odds instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from emviz.em.counts.table import Verdict, Weight
from emviz.em.families.cases import UNSEEN, Cases
from emviz.em.families.cliques import EQUAL, States
from emviz.em.families.completions import blocks
from emviz.em.model import Fields
from emviz.em.numerics import Array


def asked_by_default(data: Cases) -> int:
    """Return the variable that is missing in most cases (the first of equals): the diagnosis."""
    return int((data.times @ (data.cells == UNSEEN)).argmax())


def marginals(data: Cases, params: Fields, cells: States, v: int) -> Array:
    """Return P of the states of a variable, shape (N, states); NaN in an impossible case."""
    parts = []
    for block in blocks(data, len(cells)):
        found, heights = data.tree.beliefs(params, data.seen(cells[block]))
        shares = data.tree.marginal(found, v)
        parts.append(np.where(np.isneginf(heights)[:, None], np.nan, shares))
    return np.concatenate(parts)


def verdicts(
    data: Cases, params: Fields, cells: States, v: int, supposed: Collection[int] = ()
) -> Iterator[Verdict | None]:
    """Yield the verdict on a variable in each case given its other variables; None for an impossible case.

    Parameters
    ----------
    cells : int array, shape (N, V)
        The cases.
    supposed : collection of int
        The variables whose state is only assumed.
    """
    # The prior, the posterior and the posterior without each test, all in one pass over the tree.
    others = cells.copy()
    others[:, v] = UNSEEN
    case, test = np.nonzero(others != UNSEEN)
    fewer = others[case]
    fewer[np.arange(len(case)), test] = UNSEEN
    shares = marginals(data, params, np.concatenate([others, fewer]), v)
    (prior,) = marginals(data, params, np.full((1, len(data.names)), UNSEEN), v)
    names, states = data.names, data.states
    for n, (own, row) in enumerate(zip(shares[: len(cells)], cells.tolist(), strict=True)):
        if np.isnan(own).any():
            yield None
            continue
        # States that differ only by rounding are equal; the first of them is taken.
        k = int((own >= (1 - EQUAL) * own.max()).argmax())
        weights = [
            Weight(names[u], states[u][row[u]], float(rest), _weight(own[k], rest), u in supposed)
            for u, rest in zip(test[case == n].tolist(), shares[len(cells) :][case == n, k], strict=True)
        ]
        weights.sort(key=lambda each: -each.value)
        seen = None if row[v] == UNSEEN else states[v][row[v]]
        yield Verdict(names[v], states[v][k], float(own[k]), float(prior[k]), seen, tuple(weights))


def _weight(share: float, without: float) -> float:
    """Return log P − log P without; 0 if they differ only by rounding."""
    return 0.0 if abs(share - without) <= EQUAL * share else float(np.log(share / without))
