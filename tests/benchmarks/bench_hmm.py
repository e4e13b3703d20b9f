"""What an iteration of Baum-Welch costs, next to hmmlearn.

Run as ``python tests/benchmarks/bench_hmm.py``. Both begin at the same θ(0) and do the same iterations; that
log P agrees to 1e-9 is checked first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import cast

import numpy as np
from measuring import Row, Run, emviz_run, installed, print_table, race

from emviz.data.table import Table
from emviz.em.model import AnyStep
from emviz.models.hmm import HiddenMarkov
from emviz.models.hmm.data import CategoricalParams, GaussianParams, HmmParams
from emviz.models.hmm.starts import drawn

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
    """Sequences of these lengths, drawn from the truth; "log" is the default of hmmlearn."""

    name: str
    truth: HmmParams
    begin: HmmParams
    lengths: tuple[int, ...]
    implementation: str


def tasks(steps: int) -> list[Task]:
    """Return the tasks, for sequences of so many steps altogether."""
    one, many = (steps,), (100,) * (steps // 100)
    kinds = {
        f"symbols, 1 × {steps:,}, K = 2": (CASINO, CASINO_START, one),
        f"symbols, {len(many):,} × 100, K = 2": (CASINO, CASINO_START, many),
        f"numbers, 1 × {steps:,}, K = 3": (LEVELS, LEVELS_START, one),
    }
    return [Task(name, *kind, way) for name, kind in kinds.items() for way in ("log", "scaling")]


def theirs(task: Task, observed: np.ndarray, iterations: int) -> Run | None:
    """Return a run of hmmlearn, its priors off, which returns its last log P; None without it."""
    hmm = installed("hmmlearn.hmm")
    if hmm is None:
        return None
    column = observed[:, None] if isinstance(task.begin, GaussianParams) else observed[:, None].astype(int)

    def run() -> float:
        peer = peer_of(hmm, task, iterations)
        peer.fit(column, task.lengths)
        return float(peer.monitor_.history[-1])

    return Run(run, iterations)


def peer_of(hmm: ModuleType, task: Task, iterations: int) -> object:
    """Return hmmlearn's model at the same start."""
    run = {
        "n_iter": iterations,
        "tol": -np.inf,
        "init_params": "",
        "implementation": task.implementation,
    }
    states = len(task.begin.initial)
    if isinstance(task.begin, CategoricalParams):
        peer = hmm.CategoricalHMM(states, n_features=task.begin.emission.shape[1], **run)
        peer.startprob_, peer.transmat_, peer.emissionprob_ = task.begin
        return peer
    peer = hmm.GaussianHMM(states, "diag", min_covar=0, covars_prior=0, covars_weight=0, **run)
    peer.startprob_, peer.transmat_ = task.begin[:2]
    peer.means_, peer.covars_ = (field[:, None] for field in task.begin[2:])
    return peer


def measure(task: Task, repeats: int = 9, iterations: int = 4) -> Row:
    """Return the row of one task, each run of so many iterations."""
    gaussian = isinstance(task.truth, GaussianParams)
    _, observed = drawn(task.truth, task.lengths, np.random.default_rng(2008))
    ids = np.repeat(np.arange(len(task.lengths)), task.lengths)
    table = Table.from_columns({"value" if gaussian else "symbol": observed, "sequence": ids})
    model = HiddenMarkov(len(task.begin.initial), "gaussian" if gaussian else "categorical")
    peer = theirs(task, observed, iterations)
    if peer is not None:
        # hmmlearn tells log P before the last M-step, emviz after it.
        before = cast("AnyStep", emviz_run(model, table, task.begin, iterations - 1).function())
        np.testing.assert_allclose(before.expectation.objective, peer.function(), rtol=1e-9)
    ours = emviz_run(model, table, task.begin, iterations)
    return race(f"hmm {task.name}", ours, f"hmmlearn, {task.implementation}", peer, repeats)


def rows() -> Iterator[Row]:
    """Yield what is measured at 100,000 steps."""
    return (measure(task) for task in tasks(100_000))


if __name__ == "__main__":
    print_table(rows())
