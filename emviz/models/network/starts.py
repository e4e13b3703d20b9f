"""Starts of EM on a network."""

from __future__ import annotations

from math import prod

import numpy as np

from emviz.em.families.cases import Cases
from emviz.em.model import Fields
from emviz.em.numerics import Array
from emviz.em.theta.structure import record

#: The extra weight of the favoured state in the tables of the children of a hidden variable, and its maximum.
#: At 1 the other states would begin with probability 0, which EM never leaves.
LEAN, MOST = 0.2, 0.9


def default(data: Cases) -> Fields:
    """Return uniform tables; the children of a hidden variable favour another state for each of its states.

    In state k = 0, 1, … of the hidden parent, a child with S states has (1 − a) × its margin + a × (state k
    mod S), with a = .2 (1 + ⌊k / S⌋): uniform tables would be a saddle.
    """
    hidden = {data.names.index(name) for name in data.structure.hidden}
    found = []
    for v, shape in enumerate(data.shapes):
        table = np.full(shape, 1 / shape[-1])
        leading = next((axis for axis, u in enumerate(data.tree.families[v][:-1]) if u in hidden), None)
        if leading is not None and v not in hidden:
            table = _leaning(table, data.margin(v), leading)
        found.append(table)
    return record(*data.names)(*found)


def _leaning(table: Array, margin: Array, axis: int) -> Array:
    states = table.shape[-1]
    for k in range(table.shape[axis]):
        lean = min(MOST, LEAN * (1 + k // states))
        row = (1 - lean) * margin + lean * (np.arange(states) == k % states)
        table[(slice(None),) * axis + (k,)] = row
    return table


def drawn(data: Cases, rng: np.random.Generator) -> Fields:
    """Return tables drawn uniformly."""
    found = (rng.dirichlet(np.ones(each[-1]), prod(each[:-1])).reshape(each) for each in data.shapes)
    return record(*data.names)(*found)
