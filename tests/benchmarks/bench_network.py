"""What an iteration of a Bayesian network costs, next to an enumeration in NumPy and to pgmpy.

Run as ``python tests/benchmarks/bench_network.py``. All start from the same θ(0) and do the same number of
iterations; the tables that they end at are compared. pgmpy's ExpectationMaximization drops rows with a
missing cell, so that it is given cases in which one variable is hidden and nothing else is missing.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from measuring import Row, Run, emviz_run, installed, print_table, race

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.families.cases import UNSEEN, Cases
from emviz.em.hyper import configure
from emviz.em.model import Fields
from emviz.em.numerics import Array
from emviz.em.simulation import missingness
from emviz.models.network import MODEL, Network

#: Cases, iterations and repeats; the share of the cells that is missing.
CASES, ITERATIONS, REPEATS, HOLES = 5_000, 10, 9, 0.2
#: The variable of the chest clinic that nobody has seen, for pgmpy, and iterations of it.
HIDDEN, FEWER = "bronc", 2


@dataclass(frozen=True)
class Task:
    """A model with its data and θ(0)."""

    model: Network
    table: Table
    params: Fields

    @property
    def data(self) -> Cases:
        """The data as the model reads them."""
        return self.model.parse(self.table)


def clinic(cases: int, holes: float, hidden: str = "") -> Task:
    """Return so many cases of the chest clinic of Lauritzen & Spiegelhalter, and a random θ(0)."""
    example = next(each for each in MODEL.examples if each.key == "clinic")
    model = configure(MODEL, example.hyper)
    data = model.parse(read_table(example_path(example.file)))
    truth = model.make_params({name: np.array(example.truth[name], float) for name in data.names})
    rng = np.random.default_rng(5)
    drawn = missingness.with_holes(
        model, model.simulate(truth, cases, rng), missingness.Missingness(holes), rng
    )
    names = [name for name in data.names if name != hidden]
    table = Table.from_columns({name: drawn.texts(name).tolist() for name in names})
    if hidden:
        structure = model.structure.replace(f"[{hidden}|", f"[{hidden}=2|")
        model = configure(model, {"structure": structure})
    return Task(model, table, model.start(model.parse(table), np.random.default_rng(6)))


# -- all completions written out -----------------------------------------------------------------------------


def enumerated(data: Cases, params: Fields, iterations: int) -> Fields:
    """Return θ after so many iterations over all completions of all cases, with the same holes at once.

    This is what one writes without a clique tree: each pattern of holes is expanded to a table of cases ×
    completions, the entries of θ are looked up and multiplied, and what is expected is added up.
    """
    rows = data.cells[data.which]
    patterns, which = np.unique(rows == UNSEEN, axis=0, return_inverse=True)
    groups = [(np.flatnonzero(own), rows[which.ravel() == k]) for k, own in enumerate(patterns)]
    tables = [np.array(table) for table in params]
    for _ in range(iterations):
        counts = [np.zeros(table.shape) for table in tables]
        for unseen, cells in groups:
            _add(data, tables, counts, unseen, cells)
        tables = [_shares(own, table) for own, table in zip(counts, tables, strict=True)]
    return data_record(data, tables)


def _add(
    data: Cases, tables: list[Array], counts: list[Array], unseen: np.ndarray, cells: np.ndarray
) -> None:
    """Add what cases with the same holes give to the tables."""
    options = np.array(list(product(*(range(data.tree.sizes[v]) for v in unseen))), dtype=np.intp)
    states = np.repeat(cells[:, None], len(options), axis=1)
    states[:, :, unseen] = options
    places = [tuple(states[..., u] for u in family) for family in data.tree.families]
    joint = np.prod([table[place] for table, place in zip(tables, places, strict=True)], axis=0)
    shares = joint / joint.sum(axis=1, keepdims=True)
    for own, place in zip(counts, places, strict=True):
        flat = np.ravel_multi_index(place, own.shape).ravel()
        own += np.bincount(flat, shares.ravel(), own.size).reshape(own.shape)


def _shares(counts: Array, before: Array) -> Array:
    sums = counts.sum(axis=-1, keepdims=True)
    return np.divide(counts, sums, out=before.copy(), where=sums > 0)


def data_record(data: Cases, tables: list[Array]) -> Fields:
    """Return tables as θ."""
    return MODEL.make_params(dict(zip(data.names, tables, strict=True)))


# -- pgmpy ---------------------------------------------------------------------------------------------------


def theirs(task: Task, iterations: int) -> Run | None:
    """Return a run of pgmpy, which returns its tables; None without it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimators = installed("pgmpy.estimators")
    if estimators is None:
        return None
    pandas, models = installed("pandas"), installed("pgmpy.models")
    cpd = installed("pgmpy.factors.discrete")
    assert pandas is not None
    assert models is not None
    assert cpd is not None
    data, names = task.data, task.data.names
    hidden = set(data.structure.hidden)
    edges = [(names[u], names[v]) for v, above in enumerate(data.structure.parents) for u in above]
    cells = data.cells[data.which]
    frame = pandas.DataFrame({name: cells[:, v] for v, name in enumerate(names) if name not in hidden})

    def table(v: int) -> object:
        family = data.tree.families[v]
        values = np.moveaxis(task.params[v], -1, 0).reshape(data.tree.sizes[v], -1)
        above = [names[u] for u in family[:-1]]
        states = {names[u]: list(range(data.tree.sizes[u])) for u in family}
        sizes = [data.tree.sizes[u] for u in family[:-1]]
        return cpd.TabularCPD(names[v], data.tree.sizes[v], values, above, sizes, state_names=states)

    def run() -> list[object]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = models.DiscreteBayesianNetwork(edges, latents=hidden)
            start_ = {name: table(v) for v, name in enumerate(names)}
            found: list[object] = estimators.ExpectationMaximization(model, frame).get_parameters(
                latent_card={name: data.tree.sizes[names.index(name)] for name in hidden},
                max_iter=iterations,
                atol=0.0,
                init_cpds=start_,
                show_progress=False,
            )
        return found

    return Run(run, iterations)


def agree(task: Task, iterations: int, found: list[object]) -> None:
    """Raise where pgmpy does not end at the same tables."""
    wanted = ours_at(task, iterations)
    names, families = task.data.names, task.data.tree.families
    for each in found:
        v = names.index(each.variable)  # type: ignore[attr-defined]
        order = [each.variables.index(names[u]) for u in families[v]]  # type: ignore[attr-defined]
        table = np.transpose(each.values, order)  # type: ignore[attr-defined]
        np.testing.assert_allclose(table, wanted[v], rtol=1e-6, atol=1e-9)


def ours_at(task: Task, iterations: int) -> Fields:
    """Return θ after so many iterations of emviz."""
    step = emviz_run(task.model, task.table, task.params, iterations).function()
    params: Fields = step.params  # type: ignore[attr-defined]
    return params


# -- rows ----------------------------------------------------------------------------------------------------


def with_holes(cases: int, iterations: int, repeats: int) -> Row:
    """Return the row of cases with holes, next to all completions written out."""
    task = clinic(cases, HOLES)
    data = task.data
    peer = Run(lambda: enumerated(data, task.params, iterations), iterations)
    for own, other in zip(ours_at(task, iterations), enumerated(data, task.params, iterations), strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-9, atol=1e-12)
    ours = emviz_run(task.model, task.table, task.params, iterations)
    return race(f"network {cases:,} × 8, 20 % holes", ours, "all completions, NumPy", peer, repeats)


def hidden(cases: int, iterations: int, repeats: int) -> Row:
    """Return the row of cases in which one variable is hidden, next to pgmpy."""
    task = clinic(cases, 0.0, HIDDEN)
    peer = theirs(task, iterations)
    if peer is not None:
        agree(task, iterations, peer.function())  # type: ignore[arg-type]
    ours = emviz_run(task.model, task.table, task.params, iterations)
    return race(f"network {cases:,} × 8, one hidden", ours, "pgmpy", peer, repeats)


def rows() -> Iterator[Row]:
    """Yield what is measured."""
    yield with_holes(CASES, ITERATIONS, REPEATS)
    yield hidden(CASES, FEWER, 3)


if __name__ == "__main__":
    print_table(rows())
