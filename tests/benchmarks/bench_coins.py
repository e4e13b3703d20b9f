"""What an iteration of the coins costs, next to plain NumPy over all rows and to plain Python.

Run as ``python tests/benchmarks/bench_coins.py``. emviz collapses equal sets when it parses them, which is
measured by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from measuring import Row, Run, emviz_run, iterated, print_table, race

from emviz.data.table import Table
from emviz.em.engine import start
from emviz.models.coins import CoinParams, Coins

TOSSES = 10
START = (0.6, 0.5)
Biases = tuple[float, float]


def tossed(rows: int, seed: int = 2008) -> np.ndarray:
    """Return the heads of sets of ten tosses of two coins of bias .80 and .45."""
    rng = np.random.default_rng(seed)
    return rng.binomial(TOSSES, np.where(rng.random(rows) < 0.5, 0.80, 0.45)).astype(np.float64)


def plain_numpy(heads: np.ndarray, biases: Biases) -> tuple[Biases, float]:
    """Return θ(t+1) and log P(x; θ(t)) by arrays over every set, a column for each of K coins."""
    theta = np.array(biases)
    sides = heads[:, None] * np.log(theta) + (TOSSES - heads)[:, None] * np.log1p(-theta)
    joint = np.log(np.full(2, 0.5)) + sides
    top = joint.max(axis=1, keepdims=True)
    evidence = top + np.log(np.exp(joint - top).sum(axis=1, keepdims=True))
    share = np.exp(joint - evidence)
    a, b = (heads @ share) / share.sum(axis=0) / TOSSES
    return (float(a), float(b)), float(evidence.sum())


def numpy_by_hand(heads: np.ndarray, biases: Biases) -> tuple[Biases, float]:
    """Return the same written out for two coins, without a matrix: the least that all rows cost."""
    tails = TOSSES - heads
    a, b = (math.log(0.5) + heads * math.log(bias) + tails * math.log1p(-bias) for bias in biases)
    top = np.maximum(a, b)
    evidence = top + np.log(np.exp(a - top) + np.exp(b - top))
    share = np.exp(a - evidence)
    found = [(side @ heads) / side.sum() / TOSSES for side in (share, 1 - share)]
    return (float(found[0]), float(found[1])), float(evidence.sum())


def plain_python(heads: Sequence[float], biases: Biases) -> tuple[Biases, float]:
    """Return θ(t+1) and log P(x; θ(t)) by a loop over every set."""
    (log_a, log_b), (log_na, log_nb) = ([math.log(x) for x in biases], [math.log1p(-x) for x in biases])
    half, total = math.log(0.5), 0.0
    heads_a = heads_b = sets_a = sets_b = 0.0
    for h in heads:
        a = half + h * log_a + (TOSSES - h) * log_na
        b = half + h * log_b + (TOSSES - h) * log_nb
        top = max(a, b)
        evidence = top + math.log(math.exp(a - top) + math.exp(b - top))
        share = math.exp(a - evidence)
        total += evidence
        heads_a += share * h
        heads_b += (1 - share) * h
        sets_a += share
        sets_b += 1 - share
    return (heads_a / sets_a / TOSSES, heads_b / sets_b / TOSSES), total


def measure(rows: int, repeats: int = 5, inner: int = 50) -> Iterator[Row]:
    """Yield a row for each other way; emviz is timed over `inner` iterations at once, being short."""
    heads = tossed(rows)
    listed = heads.tolist()
    model, params = Coins(), CoinParams(np.full(2, 0.5), np.array(START))
    table = Table.from_columns({"heads": heads, "tails": TOSSES - heads})
    agree(model, table, params)
    ways = {
        "NumPy, a column for each coin": lambda: plain_numpy(heads, START),
        "NumPy, written out for two": lambda: numpy_by_hand(heads, START),
        "Python loop": lambda: plain_python(listed, START),
    }
    for peer, way in ways.items():
        ours = emviz_run(model, table, params, inner)
        yield race(f"coins {rows:,} sets, K = 2", ours, peer, Run(way), repeats)
    yield race(f"coins {rows:,} sets, parse (once)", Run(lambda: model.parse(table)), repeats=repeats)


def agree(model: Coins, table: Table, params: CoinParams) -> None:
    """Raise where the ways do not compute the same."""
    data = model.parse(table)
    first = start(model, data, params)
    found = iterated(model, data, first, 1).params.heads
    heads = table.numbers("heads")
    for way in (plain_numpy, numpy_by_hand, plain_python):
        biases, height = way(heads, START)
        np.testing.assert_allclose(biases, found, rtol=1e-9)
        # The ways know of tosses in their order; the table holds only how many there were.
        np.testing.assert_allclose(height + data.orders, first.expectation.objective, rtol=1e-9)


def rows() -> Iterator[Row]:
    """Yield what is measured at 100,000 and 1,000,000 sets."""
    yield from measure(100_000)
    yield from measure(1_000_000)


if __name__ == "__main__":
    print_table(rows())
