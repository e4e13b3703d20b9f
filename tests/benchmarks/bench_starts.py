"""What many starts cost, next to a loop over `emviz.fit`, to scikit-learn's `n_init`, and to one process.

Run as ``python tests/benchmarks/bench_starts.py``. The time is that of all starts; a loop over `emviz.fit` is
timed on a part of them and scaled up. scikit-learn draws other starts: it begins with clusters of a single
point, which it keeps open by 1e-6 on each variance, and stops by the gain alone, where that is no more than
emviz allows.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product

import numpy as np
from measuring import Row, Run, installed, print_table, race

import emviz
from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.em.model import AnyModel, Fields
from emviz.em.optima.starts import Survey, drawn, explore
from emviz.models.coins import CoinParams, Coins
from emviz.models.gmm import GaussianMixture
from emviz.models.hmm import HiddenMarkov

TOLERANCE, ITERATIONS = 1e-8, 1000
#: Of the starts of the grid one in so many is timed by the loop.
PART = 100


def explored(model: AnyModel, data: object, starts: Sequence[Fields], processes: int = 1) -> Survey:
    """Return what many starts lead to."""
    *_, last = explore(
        *(model, data, starts, len(starts)),
        iterations=ITERATIONS,
        tolerance=TOLERANCE,
        processes=processes,
    )
    assert last is not None
    return last


def coins(side: int, part: int = PART, repeats: int = 3) -> Row:
    """Return the row of side × side starts of the coins of the paper."""
    model = Coins()
    table = read_table(example_path("coins_do2008.csv"))
    data = model.parse(table)
    grid = ((np.arange(side) + 0.5) / side).tolist()
    starts = [CoinParams(model.equal, np.array(pair)) for pair in product(grid, grid)]
    some = starts[:: max(1, len(starts) // part)]

    def loop() -> None:
        for params in some:
            emviz.fit("coins", table, start={"heads": params.heads}, tol=TOLERANCE)

    row = race(
        f"coins, {side} × {side} starts",
        Run(lambda: explored(model, data, starts)),
        "loop over emviz.fit, scaled up",
        Run(loop),
        repeats,
    )
    assert row.peer_time is not None
    return Row(
        row.task,
        row.emviz,
        row.emviz_memory,
        row.peer,
        row.peer_time * len(starts) / len(some),
        row.peer_memory,
    )


def clusters(number: int, repeats: int = 3) -> Row:
    """Return the row of so many starts of Old Faithful with three clusters."""
    model = GaussianMixture(3)
    data = model.parse(read_table(example_path("old_faithful_272x2.csv")))
    starts = list(drawn(model, data, range(number)))
    best = explored(model, data, starts).optima[0].objective
    theirs = scikit_learn(np.stack(data.raw, axis=-1), number, TOLERANCE * abs(best))
    ours = Run(lambda: explored(model, data, starts))
    return race(f"gmm, {number} starts of 272 × 2, K = 3", ours, "scikit-learn, n_init", theirs, repeats)


def dice(number: int, repeats: int = 1) -> Row:
    """Return the row of so many starts of the casino, a model that takes one at a time, by two processes."""
    model = HiddenMarkov()
    data = model.parse(read_table(example_path("hmm_casino.csv")))
    starts = list(drawn(model, data, range(number)))
    ours, theirs = (Run(partial(explored, model, data, starts, processes)) for processes in (2, 1))
    return race(f"hmm, {number} starts of 300 rolls, two processes", ours, "one process", theirs, repeats)


def scikit_learn(points: np.ndarray, number: int, gain: float) -> Run | None:
    """Return a run of so many starts, each until it gains no more than so many nats; None without it."""
    mixture = installed("sklearn.mixture")
    if mixture is None:
        return None

    def run() -> float:
        peer = mixture.GaussianMixture(
            3,
            n_init=number,
            init_params="random_from_data",
            tol=gain / len(points),
            max_iter=ITERATIONS,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(peer.fit(points).lower_bound_) * len(points)

    return Run(run)


def rows() -> Iterator[Row]:
    """Yield what is measured."""
    yield coins(101)
    yield clusters(200)
    yield dice(100)


if __name__ == "__main__":
    print_table(rows())
