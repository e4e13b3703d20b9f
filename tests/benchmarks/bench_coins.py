"""What an iteration of the coins costs, next to plain NumPy over all rows and to plain Python.

Run as ``python tests/benchmarks/bench_coins.py``. Each method does the same iteration, the E-step with
log P(x; θ) and the M-step, in the same process and in turn, so that all see the same machine.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from emviz.data.table import Table
from emviz.em.engine import advance, start
from emviz.models.coins import CoinParams, Coins

TOSSES = 10
START = (0.6, 0.5)
NOTE = """
Milliseconds per iteration, medians of interleaved runs. NumPy: all rows, a column for each coin;
by hand: all rows, written out for exactly two coins; Python: a loop over all rows.
emviz does the same and the lower bound; parse, once, is where it collapses equal sets."""
Biases = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """Milliseconds per iteration at one number of sets."""

    rows: int
    emviz: float
    numpy: float
    by_hand: float
    python: float
    parse: float

    @property
    def over_numpy(self) -> float:
        """How many times faster emviz is than plain NumPy over all rows."""
        return self.numpy / self.emviz

    @property
    def over_by_hand(self) -> float:
        """How many times faster emviz is than NumPy written out for two coins."""
        return self.by_hand / self.emviz

    @property
    def over_python(self) -> float:
        """How many times faster emviz is than a plain Python loop."""
        return self.python / self.emviz


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


def timed(function: Callable[[], object]) -> float:
    """Return the milliseconds that one call takes."""
    began = perf_counter()
    function()
    return 1000 * (perf_counter() - began)


def measure(rows: int, repeats: int = 15, inner: int = 50, python_repeats: int = 3) -> Row:
    """Return the medians of runs in turn; emviz is timed over `inner` iterations at once, being short."""
    heads = tossed(rows)
    listed = heads.tolist()
    model = Coins()
    table = Table.from_columns({"heads": heads, "tails": TOSSES - heads})
    parse = timed(lambda: model.parse(table))
    data = model.parse(table)
    first = start(model, data, CoinParams(np.full(2, 0.5), np.array(START)))
    agree(first.expectation.objective, heads, listed)

    def iterate() -> None:
        step = first
        for _ in range(inner):
            step = advance(model, data, advance(model, data, step))

    ours, arrays, written_out, loops = [], [], [], []
    for turn in range(repeats):
        ours.append(timed(iterate) / inner)
        arrays.append(timed(lambda: plain_numpy(heads, START)))
        written_out.append(timed(lambda: numpy_by_hand(heads, START)))
        if turn < python_repeats:
            loops.append(timed(lambda: plain_python(listed, START)))
    return Row(rows, median(ours), median(arrays), median(written_out), median(loops), parse)


def agree(objective: float, heads: np.ndarray, listed: Sequence[float]) -> None:
    """Raise where the ways do not compute the same."""
    ways = (plain_numpy(heads, START), numpy_by_hand(heads, START), plain_python(listed, START))
    np.testing.assert_allclose([height for _, height in ways], objective, rtol=1e-9)
    np.testing.assert_allclose([biases for biases, _ in ways], [ways[0][0]] * 3, rtol=1e-9)


def table_of(measured: Sequence[Row]) -> str:
    """Return the measurements as a table."""
    names = ("emviz", "NumPy", "by hand", "Python", "× NumPy", "× by hand", "× Python", "parse")
    lines = [f"{'sets':>10}" + "".join(f"{name:>11}" for name in names)]
    lines += [
        f"{row.rows:>10,}{row.emviz:>11.4f}{row.numpy:>11.3f}{row.by_hand:>11.3f}{row.python:>11.1f}"
        f"{row.over_numpy:>11.0f}{row.over_by_hand:>11.0f}{row.over_python:>11.0f}{row.parse:>11.1f}"
        for row in measured
    ]
    return "\n".join([*lines, NOTE])


def main() -> None:
    """Print the table at 100,000 and 1,000,000 sets."""
    print(table_of([measure(100_000), measure(1_000_000)]))


if __name__ == "__main__":
    main()
