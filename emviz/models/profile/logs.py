"""The same passes in logarithms, for sequences so improbable at θ that paths would underflow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from emviz.em.numerics import Array, log_sum_exp
from emviz.models.profile.arcs import DELETE, INSERT, MATCH, run_on
from emviz.models.profile.data import Block, Codes, part
from emviz.models.profile.weights import Smoothed, Weights


def smooth_some(block: Block, own: Weights, some: Codes, seen: Smoothed) -> None:
    """Put the posterior of some sequences of a block into that of all; 0 for an impossible one."""
    few, arcs = part(block, some), _logs(own.step)
    states = forward(few, own)
    evidence = _evidence(few, states, arcs)
    seen.evidence[some] = evidence
    seen.matched[:, some] = 0.0
    found = np.zeros((3, 3, *states.shape[2:]))
    # An impossible sequence is left as it is: −∞ − (−∞) is not a number.
    states -= np.where(evidence > -np.inf, evidence, 0.0)[:, None]
    for t, ahead, back in _backward(few, own):
        m = few.active[t]
        found[:, :, :m] += np.exp(states[t, :, None, :m] + ahead + arcs[:, :, None])
        seen.matched[t, some[:m]] = np.exp(states[t, MATCH, :m] + back[MATCH])
    seen.arcs[:, :, some] = found


def forward(block: Block, own: Weights) -> Array:
    """Return log P(residues up to t, state at node k), shape (T + 1, 3, n, L + 1); −∞ beyond the end."""
    arcs, odds = _logs(own.step), _logs(own.odds)
    steps, n = block.codes.shape
    states = np.full((steps + 1, 3, n, arcs.shape[-1]), -np.inf)
    states[0, MATCH, :, 0] = 0.0
    for t in range(steps + 1):
        m = block.active[t]
        now = states[t, :, :m]
        if t:
            onto = log_sum_exp(states[t - 1, :, None, :m] + arcs[:, :DELETE, None], axis=0)
            now[MATCH, :, 1:] = onto[MATCH, :, :-1] + odds[block.codes[t - 1, :m], :-1]
            now[INSERT] = onto[INSERT]
        now[DELETE, :, 1:] = log_sum_exp(now[:DELETE] + arcs[:DELETE, DELETE, None], axis=0)[:, :-1]
        run_on(now[DELETE], arcs[DELETE, DELETE], np.logaddexp)
    return states


def _backward(block: Block, own: Weights) -> Iterator[tuple[int, Array, Array]]:
    """Yield each t from the last, with the log-probabilities of the rest."""
    arcs, odds = _logs(own.step), _logs(own.odds)
    steps, n = block.codes.shape
    size = arcs.shape[-1]
    # The runs go from the end to the begin: deletes of node k lead to those of k + 1.
    stay = np.append(arcs[DELETE, DELETE, :-1][::-1], -np.inf)
    later, back = 0, np.full((2, n, size), -np.inf)
    for t in range(steps, -1, -1):
        m = block.active[t]
        ahead = np.full((3, m, size), -np.inf)
        if later:
            past = back[:, :later]
            ahead[MATCH, :later, :-1] = past[MATCH, :, 1:] + odds[block.codes[t, :later], :-1]
            ahead[INSERT, :later] = past[INSERT]
        ahead[MATCH, later:, -1] = 0.0
        deletes = log_sum_exp(ahead[:DELETE] + arcs[DELETE, :DELETE, None], axis=0)
        run_on(deletes[:, ::-1], stay, np.logaddexp)
        ahead[DELETE, :, :-1] = deletes[:, 1:]
        back[:, :m] = log_sum_exp(ahead + arcs[:DELETE, :, None], axis=1)
        yield t, ahead, back[:, :m]
        later = m


def _evidence(block: Block, states: Array, arcs: Array) -> Array:
    last = states[block.lengths, :, np.arange(len(block.lengths)), -1]
    return log_sum_exp(last + arcs[:, MATCH, -1])


def _logs(values: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(values))
