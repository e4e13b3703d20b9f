"""Where EM begins on a network, and the places where it stands still."""

from __future__ import annotations

from math import prod

import numpy as np

from emviz.em.model import Fields
from emviz.em.numerics import Array
from emviz.em.structure import record
from emviz.models.network.data import UNSEEN, NetworkData

#: How far the tables of the children lean to a state of their own for each state of a hidden parent, and the
#: furthest.
LEAN, MOST = 0.2, 0.9


def default(data: NetworkData) -> Fields:
    """Return uniform tables; the children of a variable without a column lean away from each other.

    In state k = 0, 1, … of the hidden parent a child with S states has (1 − a) · its margin + a · (its state
    k mod S), a = .2 (1 + ⌊k / S⌋): uniform tables would be a saddle.
    """
    hidden = {data.names.index(name) for name in data.structure.hidden}
    found = []
    for v, shape in enumerate(data.shapes):
        table = np.full(shape, 1 / shape[-1])
        leading = next((axis for axis, u in enumerate(data.tree.families[v][:-1]) if u in hidden), None)
        if leading is not None and v not in hidden:
            table = _leaning(table, _margin(data, v), leading)
        found.append(table)
    return record(*data.names)(*found)


def _margin(data: NetworkData, v: int) -> Array:
    seen = data.cells[:, v] != UNSEEN
    counts = np.bincount(data.cells[seen, v], data.times[seen], data.tree.sizes[v])
    return np.asarray(counts / counts.sum()) if counts.sum() else np.full(len(counts), 1 / len(counts))


def _leaning(table: Array, margin: Array, axis: int) -> Array:
    states = table.shape[-1]
    for k in range(table.shape[axis]):
        lean = min(MOST, LEAN * (1 + k // states))
        row = (1 - lean) * margin + lean * (np.arange(states) == k % states)
        table[(slice(None),) * axis + (k,)] = row
    return table


def drawn(data: NetworkData, rng: np.random.Generator) -> Fields:
    """Return tables drawn uniformly."""
    return record(*data.names)(
        *(rng.dirichlet(np.ones(shape[-1]), prod(shape[:-1])).reshape(shape) for shape in data.shapes)
    )


def remark(data: NetworkData, params: Fields) -> str | None:
    """Name a hidden variable whose states are all alike, so that EM never tells them apart."""
    for name in data.structure.hidden:
        v = data.names.index(name)
        if data.structure.parents[v]:
            continue
        children = data.structure.children(v)
        axes = [data.tree.families[child].index(v) for child in children]
        if all(
            np.ptp(params[child], axis=axis).max() == 0 for child, axis in zip(children, axes, strict=True)
        ):
            return f"all states of {name} are alike: EM cannot tell them apart from here"
    return None


def carried(before: NetworkData, data: NetworkData, params: Fields) -> dict[str, Array]:
    """Return the tables of θ on earlier data whose variable has the same parents, and as many states."""
    known = {
        (*(before.names[u] for u in before.tree.families[v]),): (before.shapes[v], params[v])
        for v in range(len(before.names))
    }
    found = {}
    for v, name in enumerate(data.names):
        shape, table = known.get(tuple(data.names[u] for u in data.tree.families[v]), ((), None))
        if table is not None and shape == data.shapes[v]:
            found[name] = table
    return found
