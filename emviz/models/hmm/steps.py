"""The E-step and the M-step: expected first states, transitions and emissions, and their normalised rows."""

from __future__ import annotations

import numpy as np

from emviz.em.counts.labels import all_known
from emviz.em.model import Expectation
from emviz.em.numerics import Array, xlogy
from emviz.models.hmm import logs as in_logs
from emviz.models.hmm.data import (
    NAMES,
    CategoricalCounts,
    CategoricalParams,
    GaussianCounts,
    GaussianParams,
    HmmCounts,
    HmmData,
    HmmParams,
)
from emviz.models.hmm.lanes import Whole
from emviz.models.hmm.logs import SmoothedLogs
from emviz.models.hmm.smooth import Smoothed, log_probability, room_for, smoothed

#: Densities this many nats below that of the likeliest state at a step are cut to 0, since exp is slow below;
#: `smoothed` checks whether this is safe.
FAR = -500.0
#: A variance below this share of that of all values has shrunk to nothing.
NOTHING = 1e-12


def log_densities(values: Array, mean: Array, variance: Array, out: Array | None = None) -> Array:
    """Return log N(x; μ_k, σ²_k) in nats, shape (K, *values.shape); in `out`, if given."""
    along = (slice(None), *(None,) * values.ndim)
    deviations = np.subtract(values, mean[along], out=out)
    deviations *= deviations
    deviations *= (-0.5 / variance)[along]
    deviations -= 0.5 * np.log(2 * np.pi * variance)[along]
    return np.asarray(deviations)


def log_emitted(data: HmmData, params: HmmParams) -> Array:
    """Return the log probability of each emission from each state, shape (K, M, C)."""
    if isinstance(params, CategoricalParams):
        with np.errstate(divide="ignore"):
            return np.take(np.log(_emission(data, params)), data.laid_codes, axis=1)
    logs = log_densities(data.laid_values, params.mean, params.variance)
    _unseen(data, logs)
    return logs


def _emission(data: HmmData, params: CategoricalParams) -> Array:
    """Return b, with a column of ones after the symbols if some steps are unseen."""
    if data.seen is None:
        return params.emission
    return np.column_stack([params.emission, np.ones(len(params.emission))])


def _unseen(data: HmmData, logs: Array) -> None:
    """Write log 1 for the unseen steps, shape (K, M, C)."""
    if data.laid_seen is not None:
        logs[:, ~data.laid_seen] = 0


def log_chain(params: HmmParams) -> tuple[Array, Array]:
    """Return log π and log a, shapes (K,), (K, K)."""
    with np.errstate(divide="ignore"):
        return np.log(params.initial), np.log(params.transition)


def emitted(data: HmmData, params: HmmParams, out: Array) -> tuple[float, bool]:
    """Write the probability of each emission from each state, shape (K, M, C), up to a factor per step.

    Returns
    -------
    float
        The logarithm of all omitted factors, in nats.
    bool
        Whether no density was cut to 0.
    """
    if isinstance(params, CategoricalParams):
        # Every code has its column; “clip” lets NumPy write to `out` without a buffer.
        np.take(_emission(data, params), data.laid_codes, axis=1, out=out, mode="clip")
        return 0.0, True
    logs = log_densities(data.laid_values, params.mean, params.variance, out)
    _unseen(data, logs)
    # Of each step the largest is taken out: far from all means every density would be 0.
    top = logs.max(axis=0)
    logs -= top
    whole = bool(logs.min() >= FAR)
    if not whole:
        logs[logs < FAR] = -np.inf
    np.exp(logs, out=out)
    # After the end of a piece the places repeat step 0 of the data, which must count once.
    left_out = top.sum() if not data.lanes.ragged else top.ravel()[data.lanes.place].sum()
    return float(left_out), whole


def smooth(data: HmmData, params: HmmParams) -> tuple[Smoothed | SmoothedLogs | None, float]:
    """Return the forward-backward probabilities and log P(x; θ); None and −∞ if x is impossible."""
    room = room_for(data.lanes, len(params.initial))
    left_out, whole = emitted(data, params, room[0])
    found = smoothed(data.lanes, params.initial, params.transition, room, whole)
    if found is not None:
        return found, found.log_probability + left_out
    # Something underflowed, or θ makes x impossible: only logarithms can say which.
    slow = in_logs.smoothed(data.lanes, *log_chain(params), log_emitted(data, params))
    return slow, -np.inf if slow is None else slow.log_probability


def log_likelihood(data: HmmData, params: HmmParams) -> float:
    """Return log P(x; θ) in nats, by the forward recursion alone."""
    # Without a backward pass there is no need of a third part.
    room = room_for(data.lanes, len(params.initial), 2)
    left_out, whole = emitted(data, params, room[0])
    found = log_probability(data.lanes, params.initial, params.transition, room, whole)
    if found is not None:
        return found + left_out
    return in_logs.log_probability(data.lanes, *log_chain(params), log_emitted(data, params))


def e_step(data: HmmData, params: HmmParams) -> Expectation[HmmCounts]:
    """Return the expected counts and log P(x; θ)."""
    found, objective = smooth(data, params)
    if found is None:
        return Expectation(_nothing(params), -np.inf)
    initial = found.share[:, 0, data.lanes.first].sum(axis=1)
    transition = found.moves(data.lanes, params.transition)
    return Expectation(_with_emissions(data, params, initial, transition, found.share), objective)


def _with_emissions(
    data: HmmData, params: HmmParams, initial: Array, transition: Array, share: Array
) -> HmmCounts:
    if isinstance(params, CategoricalParams):
        symbols, width = data.laid_codes.ravel(), params.emission.shape[1]
        rows = [np.bincount(symbols, one.ravel(), width)[:width] for one in share]
        return CategoricalCounts(initial, transition, np.array(rows))
    if data.laid_seen is not None:
        share = share * data.laid_seen
    flat, values = share.reshape(len(share), -1), data.laid_values.ravel()
    sums, squares = np.empty(len(flat)), np.empty(len(flat))
    for k, one in enumerate(flat):
        # Around the mean at θ(t): Σ x² − n μ² would cancel for values far from 0.
        deviations = values - params.mean[k]
        weighted = one * deviations
        # Not by BLAS: on busy cores its threads would wait for each other over such a short product.
        sums[k], squares[k] = weighted.sum(), np.einsum("i,i", weighted, deviations)
    return GaussianCounts(initial, transition, flat.sum(axis=1), params.mean.copy(), sums, squares)


def _nothing(params: HmmParams) -> HmmCounts:
    kind = CategoricalCounts if isinstance(params, CategoricalParams) else GaussianCounts
    # A Gaussian has two fields of θ beside the chain and four of counts, all of one shape.
    shapes = [params[min(place, len(params) - 1)].shape for place in range(len(kind._fields))]
    return kind(*map(np.zeros, shapes))


def path_counts(data: HmmData, path: Whole, states: int) -> HmmCounts:
    """Return the counts of one path through the states, shape (T,)."""
    first = np.zeros(data.steps, dtype=bool)
    first[data.starts] = True
    initial = np.bincount(path[first], minlength=states).astype(np.float64)
    moves = (path[:-1] * states + path[1:])[~first[1:]]
    transition = np.bincount(moves, minlength=states * states).reshape(states, states).astype(np.float64)
    if not data.gaussian:
        width = len(data.alphabet) + 1  # the unseen ones last
        symbols = np.bincount(path * width + data.codes, minlength=states * width).reshape(states, width)
        return CategoricalCounts(initial, transition, symbols[:, :-1].astype(np.float64))
    path, values = path if data.seen is None else path[data.seen], data.known
    steps = np.bincount(path, minlength=states).astype(np.float64)
    # A state that the path never visits has the mean 0 here, without a warning of 0/0.
    around = np.bincount(path, values, states) / np.maximum(steps, 1)
    deviations = values - around[path]
    sums, squares = (
        np.asarray(np.bincount(path, power, states), dtype=np.float64)
        for power in (deviations, deviations**2)
    )
    return GaussianCounts(initial, transition, steps, around, sums, squares)


def labelled(data: HmmData, states: int) -> HmmCounts | None:
    """Return the counts of the true states, if they are known and determine θ."""
    if not all_known(data.state):
        return None
    counts = path_counts(data, data.state, states)
    # A state that is never left or never seen, or that holds a single value, leaves some of θ open.
    whole = np.all(counts.transition.sum(axis=1) > 0) & np.all(visits(counts) > 0)
    if isinstance(counts, GaussianCounts):
        whole &= np.all(counts.squares > NOTHING * _variance(data) * counts.steps)
    return counts if whole else None


def m_step(data: HmmData, counts: HmmCounts, learned: bool) -> HmmParams:
    """Return θ: each row of expected counts over its sum, and the mean and variance of normal emissions.

    If nothing ever leaves a state, any row of a is a maximum, and the state gets a uniform one.

    Raises
    ------
    ZeroDivisionError
        If a state is never visited, or its variance has shrunk to 0.
    """
    states = len(counts.initial)
    initial = counts.initial / counts.initial.sum() if learned else np.full(states, 1 / states)
    transition = _rows_normalised(counts.transition)
    steps = visits(counts)
    if not np.all(steps > 0):
        name = NAMES[int(np.argmin(steps))]
        raise ZeroDivisionError(f"state {name} is not expected at any step, so 0/0 leaves its θ undefined")
    if isinstance(counts, CategoricalCounts):
        return CategoricalParams(initial, transition, counts.emission / steps[:, None])
    shift = counts.sums / steps
    # Around the new mean, which is near the old one: hardly anything cancels.
    variance = counts.squares / steps - shift**2
    if not np.all(variance > NOTHING * _variance(data)):
        name = NAMES[int(np.argmin(variance))]
        raise ZeroDivisionError(
            f"the variance of state {name} has shrunk to 0: it holds a single value, and log P has no maximum"
        )
    return GaussianParams(initial, transition, counts.around + shift, variance)


def visits(counts: HmmCounts) -> Array:
    """Return the expected number of seen steps in each state, shape (K,)."""
    return counts.steps if isinstance(counts, GaussianCounts) else np.asarray(counts.emission.sum(axis=1))


def _rows_normalised(counts: Array) -> Array:
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1), 1 / counts.shape[1])


def _variance(data: HmmData) -> float:
    return float(data.known.var())


def q(counts: HmmCounts, params: HmmParams) -> float:
    """Return Σ (expected count) · log θ, in nats; for normal emissions the expected log density."""
    chain = xlogy(counts.initial, params.initial).sum() + xlogy(counts.transition, params.transition).sum()
    if isinstance(params, CategoricalParams):
        assert isinstance(counts, CategoricalCounts)
        return float(chain + xlogy(counts.emission, params.emission).sum())
    assert isinstance(counts, GaussianCounts)
    shift = params.mean - counts.around
    squares = counts.squares - 2 * shift * counts.sums + counts.steps * shift**2
    normal = counts.steps * np.log(2 * np.pi * params.variance) + squares / params.variance
    return float(chain - normal.sum() / 2)
