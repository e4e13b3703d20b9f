"""Starts, and data simulated from known parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from emviz.data.table import Table
from emviz.em.domains import Simplex
from emviz.em.numerics import Array
from emviz.em.simulation import draws
from emviz.em.simulation.sizes import UnitSize
from emviz.em.work import checked
from emviz.models.hmm.data import NAMES, CategoricalParams, GaussianParams, HmmData, HmmParams
from emviz.models.hmm.lanes import Whole

#: The probability of staying in a state, in the default start.
STAY = 0.9
#: The extra weight of a favoured symbol in that start. With less, hard EM loses a state of the casino.
FAVOUR = 4
#: Steps of each simulated sequence; the last one may be shorter.
LENGTH = UnitSize("steps in each sequence", 20, 1, 100_000)
#: Steps that are drawn between two places where the work can be left, besides those in `draws`.
TOGETHER = 100


def default(data: HmmData, states: int) -> HmmParams:
    """Return states that mostly persist.

    The first emits all symbols equally; each other state favours one symbol, starting from the last. Normal
    emissions start with means spread over ±1 standard deviation around the mean of all values.
    """
    initial = np.full(states, 1 / states)
    transition = np.full((states, states), (1 - STAY) / (states - 1))
    np.fill_diagonal(transition, STAY)
    if not data.gaussian:
        return CategoricalParams(initial, transition, _favouring(states, len(data.alphabet)))
    centre, deviation = float(data.known.mean()), float(data.known.std())
    digits = 1 - math.floor(math.log10(deviation))
    mean = np.round(centre + deviation * np.linspace(-1, 1, states), digits)
    variance = np.round(deviation**2, 2 * digits)
    return GaussianParams(initial, transition, mean, np.full(states, variance))


def _favouring(states: int, symbols: int) -> Array:
    weights = np.ones((states, symbols))
    for k in range(1, states):
        # With more states than symbols, the second round favours more strongly, so that no two states are
        # equal.
        weights[k, symbols - 1 - (k - 1) % symbols] += FAVOUR + (k - 1) // symbols
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def start(data: HmmData, states: int, learned: bool, rng: np.random.Generator) -> HmmParams:
    """Return a random start: rows drawn uniformly, states that mostly persist, means among the values."""
    rows = Simplex()
    initial = rows.sample((states,), rng) if learned else np.full(states, 1 / states)
    stay = rng.uniform(0.5, 0.95, states)[:, None]
    transition = stay * np.eye(states) + (1 - stay) * rows.sample((states, states), rng)
    if not data.gaussian:
        return CategoricalParams(initial, transition, rows.sample((states, len(data.alphabet)), rng))
    centre, deviation = float(data.known.mean()), float(data.known.std())
    mean = centre + deviation * rng.normal(size=states)
    return GaussianParams(initial, transition, mean, deviation**2 * rng.uniform(0.2, 1.2, states))


def drawn(params: HmmParams, lengths: Sequence[int], rng: np.random.Generator) -> tuple[Whole, Array]:
    """Return the states and the emissions, shapes (T,), of sequences of these lengths.

    Symbols are given by their places in the alphabet. All sequences advance together.
    """
    longest = max(lengths)
    path = np.empty((longest, len(lengths)), dtype=np.intp)
    path[0] = _chosen(params.initial[None], np.zeros_like(path[0]), rng)
    for t in checked(range(1, longest), TOGETHER):
        path[t] = _chosen(params.transition, path[t - 1], rng)
    inside = np.arange(longest) < np.array(lengths)[:, None]
    states = path.T[inside]
    if isinstance(params, CategoricalParams):
        return states, _chosen(params.emission, states, rng).astype(np.float64)
    sd = np.sqrt(params.variance)
    return states, draws.in_blocks(
        len(states), lambda rows: rng.normal(params.mean[states[rows]], sd[states[rows]])
    )


def _chosen(chances: Array, states: Whole, rng: np.random.Generator) -> Whole:
    """Return a place drawn from the probabilities of each state, which are a row of `chances`."""
    # Without the last sum, which rounding may leave below 1: no draw can then fall behind the last place.
    ends = np.cumsum(chances[:, :-1], axis=1)
    return draws.in_blocks(
        len(states), lambda rows: (rng.random(len(rows))[:, None] >= ends[states[rows]]).sum(axis=1)
    )


def simulated(params: HmmParams, size: int, rng: np.random.Generator, length: int) -> Table:
    """Return `size` steps, one per row, in sequences of equal length; symbols are numbers from 1."""
    lengths = [length] * (size // length) + [size % length] * (size % length > 0)
    states, observed = drawn(params, lengths, rng)
    ids = np.repeat(np.arange(1.0, len(lengths) + 1), lengths)
    gaussian = isinstance(params, GaussianParams)
    return Table.from_columns(
        {
            "sequence": ids,
            "value" if gaussian else "symbol": observed if gaussian else observed + 1,
            "state": draws.named(NAMES, states),
        }
    )
