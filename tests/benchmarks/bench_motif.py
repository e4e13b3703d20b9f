"""What an iteration of the motif costs, next to a plain Python loop over all windows.

Run as ``python tests/benchmarks/bench_motif.py``. Each does the same iteration, the E-step with
log P(x; θ) and the M-step, in the same process and in turn, so that both see the same machine.
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
from emviz.models.motif import Motif

Rows = list[list[float]]
NOTE = """
Milliseconds per iteration, medians of runs in turn. Python: a loop over the letters of every window.
emviz does the same and the lower bound."""


@dataclass(frozen=True)
class Row:
    """Milliseconds per iteration at one number of sequences, of letters, and width."""

    sequences: int
    letters: int
    width: int
    emviz: float
    python: float

    @property
    def times(self) -> float:
        """How many times faster emviz is than the loop."""
        return self.python / self.emviz


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


def timed(function: Callable[[], object]) -> float:
    """Return the milliseconds that one call takes."""
    began = perf_counter()
    function()
    return 1000 * (perf_counter() - began)


def measure(sequences: int, letters: int, width: int, repeats: int = 5, inner: int = 20) -> Row:
    """Return the medians of runs in turn; emviz is timed over `inner` iterations at once, being short."""
    texts = drawn(sequences, letters)
    model = Motif(width=width)
    data = model.parse(Table.from_columns({"sequence": texts}))
    first = start(model, data, model.start(data, np.random.default_rng(1)))
    theta, background = first.params.letters.tolist(), data.background.tolist()
    found, height = plain_python(texts, background, theta)
    np.testing.assert_allclose(height, first.expectation.objective, rtol=1e-12)
    np.testing.assert_allclose(
        found, advance(model, data, advance(model, data, first)).params.letters, rtol=1e-9
    )

    def iterate() -> None:
        step = first
        for _ in range(inner):
            step = advance(model, data, advance(model, data, step))

    ours, loops = [], []
    for _ in range(repeats):
        ours.append(timed(iterate) / inner)
        loops.append(timed(lambda: plain_python(texts, background, theta)))
    return Row(sequences, letters, width, median(ours), median(loops))


def table_of(measured: Sequence[Row]) -> str:
    """Return the measurements as a table."""
    lines = [
        f"{'sequences':>10}{'letters':>9}{'width':>7}{'emviz':>9}{'Python':>9}{'× Python':>10}",
        *(
            f"{row.sequences:>10,}{row.letters:>9,}{row.width:>7}{row.emviz:>9.3f}{row.python:>9.1f}"
            f"{row.times:>10.0f}"
            for row in measured
        ),
    ]
    return "\n".join([*lines, NOTE])


def main() -> None:
    """Print the table at the size of the CRP set, and at 200 × 200."""
    print(table_of([measure(18, 105, 22), measure(200, 200, 10)]))


if __name__ == "__main__":
    main()
