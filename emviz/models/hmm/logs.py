"""The forward-backward recursion in logarithms, where the scaled one would lose what underflows.

It is several times as slow, but holds whatever two states differ by: a state that nothing else can stand in
for is not lost because another, out of reach, would fit better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array, log_sum_exp
from emviz.models.hmm.lanes import Lanes, Whole


@dataclass(frozen=True, eq=False)
class SmoothedLogs:
    """What `Smoothed` holds, but f, what is ahead and f at the borders as logarithms, in nats.

    They are −∞ where a piece has ended; γ is a probability, and 0 there.
    """

    forward: Array
    share: Array
    ahead: Array
    border: Array
    log_probability: float

    def moves(self, lanes: Lanes, transition: Array) -> Array:
        """Return Σ_t ξ_t, shape (K, K): within the pieces, and from each to the next of its sequence."""
        onward, found = ~lanes.first, np.zeros(transition.shape)
        for j, k in np.argwhere(transition > 0).tolist():
            chance = np.log(transition[j, k])
            inside = self.forward[j, :-1] + self.ahead[k, 1:] + chance
            across = self.border[j, onward] + self.ahead[k, 0, onward] + chance
            found[j, k] = np.exp(inside).sum() + np.exp(across).sum()
        return found

    def logs_at(self, steps: Whole) -> tuple[Array, Array]:
        """Return log f and the log of what is ahead at some of the M × C places, shapes (n, K)."""
        forward, ahead = (each.reshape(len(each), -1)[:, steps].T for each in (self.forward, self.ahead))
        return forward, ahead


def log_probability(lanes: Lanes, initial: Array, transition: Array, emitted: Array) -> float:
    """Return log P, in nats; −∞ where the data are impossible.

    Parameters
    ----------
    initial, transition : Array, shapes (K,), (K, K)
        Logarithms of the probabilities, in nats.
    emitted : Array, shape (K, M, C)
        Logarithms of the probability of what was observed at each place, from each state.
    """
    return _reached(lanes, _across(lanes, initial, transition, emitted))[1]


def smoothed(lanes: Lanes, initial: Array, transition: Array, emitted: Array) -> SmoothedLogs | None:
    """Return the forward and backward probabilities, or None where the data are impossible.

    Parameters
    ----------
    initial, transition, emitted : Array
        As in `log_probability`.
    """
    across = _across(lanes, initial, transition, emitted)
    ends, total = _reached(lanes, across)
    if total == -np.inf:
        return None
    border = ends[:, lanes.before]
    prior = np.where(lanes.first, initial[:, None], _moved(border, transition))
    forward, scales = _forward(lanes, prior, transition, emitted)
    ahead = np.full(emitted.shape, -np.inf)
    promised = _promised(lanes, across, ends)
    share = _backward(lanes, transition, emitted - scales, forward, promised, ahead)
    return SmoothedLogs(forward, share, ahead, border, total)


def _moved(here: Array, transition: Array) -> Array:
    """Return the logarithms after one transition; states along the last axis but one."""
    return log_sum_exp(here[..., :, None, :] + transition[:, :, None], axis=-3)


def _across(lanes: Lanes, initial: Array, transition: Array, emitted: Array) -> Array:
    """Return how probable each piece is, shape (I, K, C): from the state before it to the one it ends in.

    I is K where sequences are cut, else 1.
    """
    begun = (
        np.where(lanes.first, initial[:, None], transition[:, :, None])
        if lanes.cut
        else initial[None, :, None]
    )
    found = begun + emitted[:, 0]
    for t, going in enumerate(lanes.going[1:], 1):
        found[..., :going] = _moved(found[..., :going], transition) + emitted[:, t, :going]
    return np.asarray(found)


def _reached(lanes: Lanes, across: Array) -> tuple[Array, float]:
    """Return f at the end of each piece, shape (K, C), and log P; −∞ where the data are impossible.

    A piece that begins a sequence forgets what came before: its first axis is all the same.
    """
    ends, total = across[0].copy(), 0.0
    for rank, some in enumerate(lanes.by_rank()):
        if rank:
            ends[:, some] = log_sum_exp(ends[:, None, lanes.before[some]] + across[:, :, some], axis=0)
        scale = log_sum_exp(ends[:, some], axis=0)
        total += float(scale.sum())
        ends[:, some] -= np.where(scale > -np.inf, scale, 0.0)
    return ends, total


def _promised(lanes: Lanes, across: Array, ends: Array) -> Array:
    """Return b at the last step of each piece, shape (K, C); Σ f b = 1."""
    promised = np.zeros(ends.shape)
    for some in lanes.by_rank()[:0:-1]:
        one = lanes.before[some]
        ways = log_sum_exp(across[:, :, some] + promised[:, some], axis=1)
        promised[:, one] = ways - log_sum_exp(ends[:, one] + ways, axis=0)
    return promised


def _forward(lanes: Lanes, prior: Array, transition: Array, emitted: Array) -> tuple[Array, Array]:
    """Return f, shape (K, M, C), and c, shape (M, C)."""
    forward, scales = np.full(emitted.shape, -np.inf), np.zeros(emitted.shape[1:])
    for t, going in enumerate(lanes.going):
        come = _moved(forward[:, t - 1, :going], transition) if t else prior
        weighed = come + emitted[:, t, :going]
        scales[t, :going] = log_sum_exp(weighed, axis=0)
        forward[:, t, :going] = weighed - scales[t, :going]
    return forward, scales


def _backward(
    lanes: Lanes, transition: Array, scaled: Array, forward: Array, promised: Array, ahead: Array
) -> Array:
    """Return γ, shape (K, M, C), from b at the ends of the pieces; write b times the emission over c."""
    backward = np.zeros(forward.shape)
    backward[:, lanes.ends, np.arange(lanes.many)] = promised
    for t in range(lanes.length - 1, -1, -1):
        going = lanes.going[t]
        come = ahead[:, t, :going] = scaled[:, t, :going] + backward[:, t, :going]
        if t:
            backward[:, t - 1, :going] = log_sum_exp(transition[:, :, None] + come, axis=1)
    return np.exp(forward + backward)
