"""What an iteration of Baum-Welch costs, next to hmmlearn.

Run as ``python tests/benchmarks/bench_hmm.py`` with hmmlearn installed. Both begin at the same θ(0) and do
the same iterations, the E-step with log P(x; θ) and the M-step, in one process and in turn, so that both see
the same machine; that log P agrees to 1e-9 is checked first.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hmmlearn.hmm import CategoricalHMM, GaussianHMM

from emviz.data.table import Table
from emviz.em.engine import advance, start
from emviz.models.hmm import HiddenMarkov
from emviz.models.hmm.data import CategoricalParams, GaussianParams, HmmParams
from emviz.models.hmm.starts import drawn

NOTE = """
Milliseconds per iteration, medians of interleaved runs; peak memory of one iteration in megabytes.
emviz computes the lower bound as well. "log" is the default of hmmlearn, "scaling" its faster way."""

CASINO = CategoricalParams(
    np.array([0.5, 0.5]),
    np.array([[0.95, 0.05], [0.10, 0.90]]),
    np.array([[1 / 6] * 6, [0.1] * 5 + [0.5]]),
)
CASINO_START = CategoricalParams(
    np.array([0.5, 0.5]),
    np.array([[0.9, 0.1], [0.1, 0.9]]),
    np.array([[1 / 6] * 6, [0.125] * 5 + [0.375]]),
)
LEVELS = GaussianParams(
    np.full(3, 1 / 3),
    0.85 * np.eye(3) + 0.05,
    np.array([-2.0, 0.0, 3.0]),
    np.array([0.64, 0.36, 1.44]),
)
LEVELS_START = LEVELS._replace(mean=np.array([-1.2, 0.5, 2.3]), variance=np.full(3, 3.0))


@dataclass(frozen=True)
class Task:
    """Sequences of these lengths, drawn from the truth."""

    name: str
    truth: HmmParams
    begin: HmmParams
    lengths: tuple[int, ...]
    implementation: str


@dataclass(frozen=True)
class Row:
    """Milliseconds and megabytes of one iteration."""

    task: str
    emviz: float
    peer: float
    memory: float
    peer_memory: float

    @property
    def ratio(self) -> float:
        """How many times faster emviz is."""
        return self.peer / self.emviz


def tasks(steps: int) -> list[Task]:
    """Return the tasks, for sequences of so many steps altogether."""
    one, many = (steps,), (100,) * (steps // 100)
    return [
        Task("symbols, one sequence, K = 2, log", CASINO, CASINO_START, one, "log"),
        Task("symbols, one sequence, K = 2, scaling", CASINO, CASINO_START, one, "scaling"),
        Task("symbols, many sequences, K = 2, log", CASINO, CASINO_START, many, "log"),
        Task("symbols, many sequences, K = 2, scaling", CASINO, CASINO_START, many, "scaling"),
        Task("numbers, one sequence, K = 3, log", LEVELS, LEVELS_START, one, "log"),
        Task("numbers, one sequence, K = 3, scaling", LEVELS, LEVELS_START, one, "scaling"),
    ]


def peer_of(task: Task, iterations: int) -> CategoricalHMM | GaussianHMM:
    """Return hmmlearn's model at the same start, its priors off."""
    run = {
        "n_iter": iterations,
        "tol": -np.inf,
        "init_params": "",
        "implementation": task.implementation,
    }
    states = len(task.begin.initial)
    if isinstance(task.begin, CategoricalParams):
        peer = CategoricalHMM(states, n_features=task.begin.emission.shape[1], **run)
        peer.startprob_, peer.transmat_, peer.emissionprob_ = task.begin
        return peer
    peer = GaussianHMM(states, "diag", min_covar=0, covars_prior=0, covars_weight=0, **run)
    peer.startprob_, peer.transmat_ = task.begin[:2]
    peer.means_, peer.covars_ = (field[:, None] for field in task.begin[2:])
    return peer


def timed(function: Callable[[], object]) -> float:
    """Return the milliseconds that one call takes."""
    began = perf_counter()
    function()
    return 1000 * (perf_counter() - began)


def peak(function: Callable[[], object]) -> float:
    """Return the most megabytes that a call holds at once, beyond what was there before."""
    tracemalloc.start()
    function()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def measure(task: Task, repeats: int = 9, iterations: int = 4) -> Row:
    """Return the medians of runs in turn, of so many iterations each."""
    gaussian = isinstance(task.truth, GaussianParams)
    _, observed = drawn(task.truth, task.lengths, np.random.default_rng(2008))
    ids = np.repeat(np.arange(len(task.lengths)), task.lengths)
    table = Table.from_columns({"value" if gaussian else "symbol": observed, "sequence": ids})
    model = HiddenMarkov(len(task.begin.initial), "gaussian" if gaussian else "categorical")
    data = model.parse(table)
    first = start(model, data, task.begin)
    column = observed[:, None] if gaussian else observed[:, None].astype(int)

    def ours(times: int = iterations) -> float:
        step = first
        for _ in range(times):
            step = advance(model, data, advance(model, data, step))
        return step.expectation.objective

    def theirs(times: int = iterations) -> float:
        peer = peer_of(task, times)
        peer.fit(column, task.lengths)
        return float(peer.monitor_.history[-1])

    # hmmlearn tells log P before the last M-step, emviz after it.
    np.testing.assert_allclose(ours(iterations - 1), theirs(), rtol=1e-9)
    mine, other = [], []
    for _ in range(repeats):
        mine.append(timed(ours) / iterations)
        other.append(timed(theirs) / iterations)
    return Row(task.name, median(mine), median(other), peak(lambda: ours(1)), peak(lambda: theirs(1)))


def table_of(measured: Sequence[Row]) -> str:
    """Return the measurements as a table."""
    lines = [f"{'task':<42}{'emviz':>10}{'hmmlearn':>10}{'ratio':>8}{'MB':>8}{'MB there':>10}"]
    lines += [
        f"{row.task:<42}{row.emviz:>10.2f}{row.peer:>10.2f}{row.ratio:>8.1f}"
        f"{row.memory:>8.1f}{row.peer_memory:>10.1f}"
        for row in measured
    ]
    return "\n".join([*lines, NOTE])


def main() -> None:
    """Print the table at 100,000 steps."""
    print(table_of([measure(task) for task in tasks(100_000)]))


if __name__ == "__main__":
    main()
