"""The single most likely path through the states (Viterbi 1967), over all pieces at once.

Within a piece the best path is found from each state before it to each state at its end; then the borders are
decided one after another, and every piece is traced back independently.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array
from emviz.models.hmm.lanes import Lanes, Whole


def best_path(lanes: Lanes, initial: Array, transition: Array, emitted: Array) -> Whole:
    """Return the state of each step of the data on the most likely path; one of them if several are equal.

    Parameters
    ----------
    initial, transition : Array, shapes (K,), (K, K)
        Logarithms of the probabilities, in nats.
    emitted : Array, shape (K, M, C)
        Log probability of the emission at each place from each state.
    """
    scores, pointers = _inside(lanes, initial, transition, emitted)
    before, after = _borders(lanes, scores)
    return _traced(lanes, pointers, before, after)


def _inside(
    lanes: Lanes, initial: Array, transition: Array, emitted: Array
) -> tuple[Array, NDArray[np.uint8]]:
    """Return the score of the best path through each piece, and the previous state of each state on it.

    Shapes (I, K, C) and (M, I, K, C): I = K states before the piece if sequences are cut, otherwise 1.
    """
    states, length = emitted.shape[:2]
    begun = (
        np.where(lanes.first, initial[:, None], transition[:, :, None])
        if lanes.cut
        else initial[None, :, None]
    )
    scores = begun + emitted[:, 0]
    # One byte each, since these are the largest array; there are at most eight states.
    pointers = np.zeros((length, *scores.shape), dtype=np.uint8)
    for t, going in enumerate(lanes.going[1:], 1):
        here = scores[..., :going]
        # State by state: a table of all pairs would be K times as large.
        best = here[:, :1] + transition[0, :, None]
        for k in range(1, states):
            other = here[:, k : k + 1] + transition[k, :, None]
            np.copyto(pointers[t, ..., :going], k, where=other > best)
            np.maximum(best, other, out=best)
        np.add(best, emitted[:, t, :going], out=here)
    return scores, pointers


def _borders(lanes: Lanes, scores: Array) -> tuple[Whole, Whole]:
    """Return the states before and at the end of each piece on the best path, shapes (C,)."""
    # A copy: it is overwritten piece by piece.
    height = scores[0].copy()
    come = np.zeros(height.shape, dtype=np.intp)
    ranks = lanes.by_rank()
    # Pieces of one rank belong to different sequences, so they are decided together.
    for some in ranks[1:]:
        ways = height[:, None, lanes.before[some]] + scores[:, :, some]
        come[:, some], height[:, some] = ways.argmax(axis=0), ways.max(axis=0)
    before = np.zeros(lanes.many, dtype=np.intp)
    after = np.where(lanes.last, height.argmax(axis=0), 0)
    for some in ranks[:0:-1]:
        before[some] = come[after[some], some]
        after[lanes.before[some]] = before[some]
    return before, after


def _traced(lanes: Lanes, pointers: NDArray[np.uint8], before: Whole, after: Whole) -> Whole:
    """Return the state of each step of the data, each piece traced back from its end."""
    path = np.zeros((lanes.length, lanes.many), dtype=np.intp)
    state, columns = after.copy(), np.arange(lanes.many)
    for t in range(lanes.length - 1, -1, -1):
        some = slice(lanes.going[t])
        path[t, some] = state[some]
        state[some] = pointers[t, before[some], state[some], columns[some]]
    return np.asarray(path.ravel()[lanes.place])
