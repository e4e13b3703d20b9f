"""What an iteration of the motif costs, next to a plain Python loop over the letters of all windows.

Run as ``python tests/benchmarks/bench_motif.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from measuring import Row, Run, emviz_run, iterated, print_table, race

from emviz.data.table import Table
from emviz.em.engine import start
from emviz.models.motif import Motif

Rows = list[list[float]]


def drawn(sequences: int, letters: int, seed: int = 2008) -> list[str]:
    """Return sequences of even background."""
    rng = np.random.default_rng(seed)
    return [
        "".join(row) for row in np.array(list("ACGT"))[rng.integers(4, size=(sequences, letters))].tolist()
    ]


def plain_python(sequences: Sequence[str], background: Sequence[float], theta: Rows) -> tuple[Rows, float]:
    """Return θ(t+1) and log P(x; θ(t)) by a loop over every window of every sequence."""
    width, code = len(theta), {letter: a for a, letter in enumerate("ACGT")}
    counts = [[0.0] * 4 for _ in theta]
    odds = [[math.log(p / b) for p, b in zip(row, background, strict=True)] for row in theta]
    total = 0.0
    for text in sequences:
        letters = [code[letter] for letter in text]
        starts = range(len(letters) - width + 1)
        scores = [sum(odds[k][letters[j + k]] for k in range(width)) for j in starts]
        top = max(scores)
        weights = [math.exp(score - top) for score in scores]
        evidence = sum(weights)
        total += top + math.log(evidence / len(weights)) + sum(math.log(background[a]) for a in letters)
        for j, weight in enumerate(weights):
            share = weight / evidence
            for k in range(width):
                counts[k][letters[j + k]] += share
    return [[count / sum(row) for count in row] for row in counts], total


def measure(sequences: int, letters: int, width: int, repeats: int = 5, inner: int = 20) -> Row:
    """Return the row of one task, after both ways have computed the same."""
    texts = drawn(sequences, letters)
    table = Table.from_columns({"sequence": texts})
    model = Motif(width=width)
    data = model.parse(table)
    params = model.start(data, np.random.default_rng(1))
    theta, background = params.letters.tolist(), data.background.tolist()
    before = start(model, data, params)
    found, height = plain_python(texts, background, theta)
    np.testing.assert_allclose(height, before.expectation.objective, rtol=1e-12)
    np.testing.assert_allclose(found, iterated(model, data, before, 1).params.letters, rtol=1e-9)
    ours = emviz_run(model, table, params, inner)
    loop = Run(lambda: plain_python(texts, background, theta))
    task = f"motif {sequences:,} × {letters:,}, W = {width}"
    return race(task, ours, "Python loop over windows", loop, repeats)


def rows() -> Iterator[Row]:
    """Yield what is measured at the size of the CRP set, and at 200 × 200."""
    return (measure(*task) for task in ((18, 105, 22), (200, 200, 10)))


if __name__ == "__main__":
    print_table(rows())
