"""The forward-backward recursion in logarithms, for data at which the scaled one would underflow.

It is several times slower but has no limit on the ratio of two states: the only possible state is not lost
because another, which cannot be reached, would fit better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array, log_sum_exp
from emviz.models.hmm.lanes import Lanes, Whole


@dataclass(frozen=True, eq=False)
class SmoothedLogs:
    """The fields of `Smoothed`, but with f, ahead and border as logarithms, in nats.

    They are −∞ after the end of a piece; γ is a probability, and 0 there.
    """

    forward: Array
    share: Array
    ahead: Array
    border: Array
    log_probability: float

    def moves(self, lanes: Lanes, transition: Array) -> Array:
        """Return Σ_t ξ_t, shape (K, K): within the pieces, and from each to the next of its sequence."""
        onward, found = ~lanes.first, np.zeros(transition.shape)
        # A transition of probability 0 is never counted, and its logarithm would warn.
        for j, k in np.argwhere(transition > 0).tolist():
            chance = np.log(transition[j, k])
            inside = self.forward[j, :-1] + self.ahead[k, 1:] + chance
            across = self.border[j, onward] + self.ahead[k, 0, onward] + chance
            found[j, k] = np.exp(inside).sum() + np.exp(across).sum()
        return found

    def logs_at(self, steps: Whole) -> tuple[Array, Array]:
        """Return log f and log ahead at some of the M × C places, shapes (n, K)."""
        forward, ahead = (each.reshape(len(each), -1)[:, steps].T for each in (self.forward, self.ahead))
        return forward, ahead


def log_probability(lanes: Lanes, initial: Array, transition: Array, emitted: Array) -> float:
    """Return log P, in nats; −∞ if the data are impossible.

    Parameters
    ----------
    initial, transition : Array, shapes (K,), (K, K)
        Logarithms of the probabilities, in nats.
    emitted : Array, shape (K, M, C)
        Log probability of the emission at each place from each state.
    """
    return _reached(lanes, _across(lanes, initial, transition, emitted))[1]


def smoothed(lanes: Lanes, initial: Array, transition: Array, emitted: Array) -> SmoothedLogs | None:
    """Return the forward and backward probabilities, or None if the data are impossible.

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
    """Return log P(piece, last state | state before it), shape (I, K, C).

    I is K if sequences are cut, otherwise 1.
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
    """Return log f at the end of each piece, shape (K, C), and log P; −∞ if the data are impossible.

    A piece that begins a sequence does not depend on the state before it: it is equal along the first axis.
    """
    ends, total = across[0].copy(), 0.0
    for rank, some in enumerate(lanes.by_rank()):
        if rank:
            ends[:, some] = log_sum_exp(ends[:, None, lanes.before[some]] + across[:, :, some], axis=0)
        scale = log_sum_exp(ends[:, some], axis=0)
        total += float(scale.sum())
        # −∞ − (−∞) would be NaN; impossible data are recognised by the total.
        ends[:, some] -= np.where(scale > -np.inf, scale, 0.0)
    return ends, total


def _promised(lanes: Lanes, across: Array, ends: Array) -> Array:
    """Return log b at the last step of each piece, shape (K, C); Σ f b = 1."""
    promised = np.zeros(ends.shape)
    for some in lanes.by_rank()[:0:-1]:
        one = lanes.before[some]
        ways = log_sum_exp(across[:, :, some] + promised[:, some], axis=1)
        promised[:, one] = ways - log_sum_exp(ends[:, one] + ways, axis=0)
    return promised


def _forward(lanes: Lanes, prior: Array, transition: Array, emitted: Array) -> tuple[Array, Array]:
    """Return log f, shape (K, M, C), and log c, shape (M, C)."""
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
    """Return γ, shape (K, M, C), from log b at the ends of the pieces; write log ahead."""
    backward = np.zeros(forward.shape)
    backward[:, lanes.ends, np.arange(lanes.many)] = promised
    for t in range(lanes.length - 1, -1, -1):
        going = lanes.going[t]
        come = ahead[:, t, :going] = scaled[:, t, :going] + backward[:, t, :going]
        if t:
            backward[:, t - 1, :going] = log_sum_exp(transition[:, :, None] + come, axis=1)
    return np.exp(forward + backward)
