"""The forward-backward recursion over all pieces at once (Rabiner 1989, with scaling).

f_t(k) = P(z_t = k | x_1 … x_t), c_t = P(x_t | x_1 … x_{t−1}), and b_t(k) = P(x_{t+1} … | z_t = k) / Π c, so
that γ_t(k) = f_t(k) b_t(k) and log P = Σ log c_t. If a sequence is cut, the K × K products of transition and
emission over each piece give the probabilities at the borders between pieces; then the pieces are
independent.

A path whose probability underflows is lost. The result is returned only if this provably changes nothing;
otherwise the recursion must be done in `logs`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array
from emviz.models.hmm.lanes import Lanes, Whole

#: Scales that are multiplied before taking a logarithm, and the least product that is exact.
TOGETHER, LEAST = 8, 1e-280
#: Below this a state cannot be reached, whatever the later steps are.
NEVER = 1e-290
#: A lost path does not matter if the contrast r of the transitions is below this times the least c.
STAND_IN = 1e150
#: The least c and the least f > 0 for which nothing has been lost.
LEAST_SCALE, LEAST_FORWARD = 1e-100, 1e-150


@dataclass(frozen=True, eq=False)
class Smoothed:
    """The results of the recursion at each place; shapes (K, M, C), and 0 after the end of a piece.

    Parameters
    ----------
    forward : Array
        f.
    share : Array
        γ = f b.
    ahead : Array
        P(x_t | z_t = k) b_t(k) / c_t, so that ξ_t(j, k) = f_t(j) a_jk ahead_{t+1}(k).
    border : Array, shape (K, C)
        f at the last step of the previous piece.
    log_probability : float
        Σ log c_t, in nats.
    """

    forward: Array
    share: Array
    ahead: Array
    border: Array
    log_probability: float

    def moves(self, lanes: Lanes, transition: Array) -> Array:
        """Return Σ_t ξ_t, shape (K, K): within the pieces, and from each to the next of its sequence."""
        states, onward = len(transition), ~lanes.first
        inside = self.forward[:, :-1].reshape(states, -1) @ self.ahead[:, 1:].reshape(states, -1).T
        across = self.border[:, onward] @ self.ahead[:, 0, onward].T
        return np.asarray(transition * (inside + across))

    def logs_at(self, steps: Whole) -> tuple[Array, Array]:
        """Return log f and log ahead at some of the M × C places, shapes (n, K)."""
        with np.errstate(divide="ignore"):
            forward, ahead = (
                np.log(each.reshape(len(each), -1)[:, steps].T) for each in (self.forward, self.ahead)
            )
        return forward, ahead


def room_for(lanes: Lanes, states: int, parts: int = 3) -> Array:
    """Return memory for the recursion, shape (parts, K, M, C); the first part is for the emissions.

    It is one array, so that the system hands out large pages once instead of small ones for every array.
    """
    room = np.empty((parts, states, lanes.length, lanes.many))
    if lanes.ragged:
        room[...] = 0
    return room


def log_probability(
    lanes: Lanes, initial: Array, transition: Array, room: Array, whole: bool
) -> float | None:
    """Return Σ log c_t, in nats; None if something may have been lost.

    Parameters
    ----------
    room : Array, shape (2, K, M, C)
        From `room_for`, with the probability of the emission at each place from each state in `room[0]`. The
        other part is overwritten.
    whole : bool
        Whether none of these probabilities was cut to 0.
    """
    emitted, forward = room
    # What overflows or divides 0 by 0 here is found by `_is_exact`.
    with np.errstate(all="ignore"):
        reached = _borders(lanes, initial, transition, emitted)[0] if lanes.cut else None
        prior = _priors(lanes, initial, transition, reached)
        scales = _forward(lanes, prior, transition, emitted, forward)
        exact = _is_exact(lanes, prior, transition, room, scales, whole)
        return float(log_products(scales).sum()) if exact else None


def smoothed(lanes: Lanes, initial: Array, transition: Array, room: Array, whole: bool) -> Smoothed | None:
    """Return the forward and backward probabilities, or None if something may have been lost.

    Parameters
    ----------
    room : Array, shape (3, K, M, C)
        From `room_for`, with the probability of the emission at each place from each state in `room[0]`. All
        of it is overwritten.
    whole : bool
        Whether none of these probabilities was cut to 0.
    """
    ahead, forward, backward = room
    # What overflows or divides 0 by 0 here is found by `_is_exact`.
    with np.errstate(all="ignore"):
        reached, promised = _borders(lanes, initial, transition, ahead) if lanes.cut else (None, None)
        prior = _priors(lanes, initial, transition, reached)
        scales = _forward(lanes, prior, transition, ahead, forward)
        if not _is_exact(lanes, prior, transition, room, scales, whole):
            return None
        total = float(log_products(scales).sum())
        np.divide(ahead, scales, out=ahead)
        if not forward.min() > NEVER:
            # For a state that cannot be reached, ahead may overflow; it is never counted.
            ahead[forward <= NEVER] = 0
        ends = np.asarray(forward[:, lanes.ends, np.arange(lanes.many)])
        backward[:, lanes.ends, np.arange(lanes.many)] = _last(lanes, ends, promised)
        _backward(lanes, transition, ahead, backward)
        np.multiply(forward, backward, out=backward)
    return Smoothed(forward, backward, ahead, ends[:, lanes.before], total)


def _priors(lanes: Lanes, initial: Array, transition: Array, reached: Array | None) -> Array:
    """Return the probability of each state at the first step of each piece, shape (K, C)."""
    if reached is None:
        return np.repeat(initial[:, None], lanes.many, axis=1)
    return np.where(lanes.first, initial[:, None], transition.T @ reached)


def _forward(lanes: Lanes, prior: Array, transition: Array, emitted: Array, forward: Array) -> Array:
    """Write f, shape (K, M, C), and return c, shape (M, C), which is 1 after the end of a piece."""
    scales = np.ones(emitted.shape[1:])
    backwards, joint = np.ascontiguousarray(transition.T), np.empty(prior.shape)
    predicted = prior
    for t, going in enumerate(lanes.going):
        if t:
            predicted = np.matmul(backwards, forward[:, t - 1, :going], out=joint[:, :going])
        weighed = np.multiply(predicted, emitted[:, t, :going], out=joint[:, :going])
        scale = np.add.reduce(weighed, axis=0, out=scales[t, :going])
        np.divide(weighed, scale, out=forward[:, t, :going])
    return scales


def _backward(lanes: Lanes, transition: Array, ahead: Array, backward: Array) -> None:
    """Write b, shape (K, M, C), backwards from its last steps, and multiply `ahead` by it."""
    for t in range(lanes.length - 1, -1, -1):
        going = lanes.going[t]
        come = np.multiply(ahead[:, t, :going], backward[:, t, :going], out=ahead[:, t, :going])
        if t:
            np.matmul(transition, come, out=backward[:, t - 1, :going])


def _last(lanes: Lanes, ends: Array, promised: Array | None) -> Array:
    """Return b at the last step of each piece, shape (K, C); Σ f b = 1."""
    if promised is None:
        return np.ones(ends.shape)
    logs = np.where(ends > NEVER, promised, -np.inf)
    scaled = np.exp(logs - logs.max(axis=0))
    return np.where(lanes.last, 1.0, scaled / (ends * scaled).sum(axis=0))


def _is_exact(lanes: Lanes, prior: Array, transition: Array, room: Array, scales: Array, whole: bool) -> bool:
    """Return whether all that underflowed, or was cut, is negligible in log P and every expected count.

    A path is lost if it falls below e^−500 of its competitors. Let r = max a_ij / a_kj be the largest
    contrast between two states in leading to a third. Whatever the later steps are, b of the lost state is at
    most r times the mean of b under f, which is 1; so no more than e^−500 r / c is lost there. If the
    contrast is too large for this argument, nothing at all may have come near to underflow.
    """
    least = scales.min()
    if _contrast(transition) < STAND_IN * least:
        return True
    return whole and bool(least > LEAST_SCALE) and _nothing_lost(lanes, prior, transition, room)


def _contrast(transition: Array) -> float:
    """Return r = max a_ij / a_kj; a state that nothing leads to does not count."""
    high, low = transition.max(axis=0), transition.min(axis=0)
    return float((high[high > 0] / low[high > 0]).max())


def _nothing_lost(lanes: Lanes, prior: Array, transition: Array, room: Array) -> bool:
    """Return whether f is far from underflow on every possible path; `room` is (parts, K, M, C)."""
    emitted, forward = room[:2]
    open_ = forward > 0
    before = np.empty(forward.shape, dtype=bool)
    before[:, 0] = prior > 0
    # In floats: only these have a fast matrix product.
    before[:, 1:] = ((transition > 0).T.astype(np.float64) @ open_[:, :-1].reshape(len(prior), -1)).reshape(
        before[:, 1:].shape
    ) > 0
    led = (before & (emitted > 0)).reshape(len(prior), -1)[:, lanes.place]
    reached = forward.reshape(len(prior), -1)[:, lanes.place]
    return bool((reached[led] > LEAST_FORWARD).all())


def log_products(scales: Array) -> Array:
    """Return Σ log over the first axis, by logarithms of products if these are far from underflow."""
    head = len(scales) - len(scales) % TOGETHER
    groups = scales[:head].reshape(-1, TOGETHER, *scales.shape[1:]).prod(axis=1)
    if groups.size and not (groups.min() > LEAST and groups.max() < 1 / LEAST):
        return np.asarray(np.log(scales).sum(axis=0))
    return np.asarray(np.log(groups).sum(axis=0) + np.log(scales[head:]).sum(axis=0))


# -- borders -------------------------------------------------------------------------------------------------


def _borders(lanes: Lanes, initial: Array, transition: Array, emitted: Array) -> tuple[Array, Array]:
    """Return f at the end of the piece before each, and log b up to a constant at the end of each; (K, C).

    A piece that begins a sequence does not depend on the state before it: the rows of its product are equal.
    """
    products, logs = _products(lanes, initial, transition, emitted)
    products, logs = products[:, :, lanes.order], logs[:, lanes.order]
    come = _scanned(products, logs, backwards=False)[0][0]
    seen, log_seen = _scanned(products, logs, backwards=True)
    promised = np.log(seen.sum(axis=1)) + log_seen
    reached, ahead = np.empty(come.shape), np.zeros(come.shape)
    reached[:, lanes.order[1:]] = come[:, :-1]
    reached[:, lanes.order[0]] = 1.0
    ahead[:, lanes.order[:-1]] = promised[:, 1:]
    return reached, ahead


def _products(lanes: Lanes, initial: Array, transition: Array, emitted: Array) -> tuple[Array, Array]:
    """Return Π A diag(b(x_t)) of each piece, shape (K, K, C): from, to; rows scaled to 1, and their logs."""
    states, _, many = emitted.shape
    # (to, from, C) within the loop, so that one matrix product advances all pieces.
    product = np.where(lanes.first, initial[:, None, None], transition.T[:, :, None])
    scales = np.ones((lanes.length, states, many))
    backwards, joint = np.ascontiguousarray(transition.T), np.empty((states, states, many))
    for t, going in enumerate(lanes.going):
        if t and going == many:
            np.matmul(backwards, product.reshape(states, -1), out=joint.reshape(states, -1))
        elif t:
            joint[:, :, :going] = np.einsum("kj,kic->jic", transition, product[:, :, :going])
        else:
            joint[...] = product
        weighed = np.multiply(joint[:, :, :going], emitted[:, t, None, :going], out=joint[:, :, :going])
        scale = np.add.reduce(weighed, axis=0, out=scales[t, :, :going])
        # A state that θ rules out has a row of zeros, which stay zeros, but not 0/0.
        np.maximum(scale, LEAST, out=scale)
        np.divide(weighed, scale, out=product[:, :, :going])
    return product.swapaxes(0, 1), log_products(scales)


def _scanned(products: Array, logs: Array, backwards: bool) -> tuple[Array, Array]:
    """Return the products over all pieces up to each, or from each on, in the same scaled form.

    This is Hillis & Steele's scan: log₂ C rounds, each over all pieces at once.
    """
    many, reach = products.shape[2], 1
    while reach < many:
        near, far = slice(None, many - reach), slice(reach, None)
        one, two = (products[:, :, near], logs[:, near]), (products[:, :, far], logs[:, far])
        joined = _joined(*one, *two)
        products, logs = products.copy(), logs.copy()
        kept = near if backwards else far
        products[:, :, kept], logs[:, kept] = joined
        reach *= 2
    return products, logs


def _joined(one: Array, log_one: Array, two: Array, log_two: Array) -> tuple[Array, Array]:
    """Return the product of two scaled matrices per piece."""
    weights = np.log(one) + log_two  # (from, through, C)
    # Not −∞, since −∞ − (−∞) is not a number.
    top = np.maximum(weights.max(axis=1), -1e300)
    weights = np.exp(weights - top[:, None])
    product = (weights[:, :, None] * two).sum(axis=1)
    scale = np.maximum(product.sum(axis=1), LEAST)
    return product / scale[:, None], log_one + top + np.log(scale)
