"""Cases drawn from a network, with a share of their cells blanked."""

from __future__ import annotations

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import TRUE
from emviz.em.model import Fields
from emviz.em.numerics import Array
from emviz.models.network.structure import Structure
from emviz.models.network.tree import States


def simulated(
    structure: Structure, params: Fields, size: int, blank: float, rng: np.random.Generator
) -> Table:
    """Return `size` cases; what is blanked, or has no column, is told by columns called true:NAME.

    Parameters
    ----------
    blank : float
        The share of the cells that is blanked, completely at random.
    """
    states = _drawn(structure, params, size, rng)
    shown = [name for name in structure.names if name not in structure.hidden]
    holes = rng.random((size, len(shown))) < blank
    columns: dict[str, list[str]] = {}
    for v, name in enumerate(structure.names):
        texts = [_state(k, params[v].shape[-1], name in structure.hidden) for k in states[:, v].tolist()]
        columns[TRUE + name] = texts
        if name in shown:
            gone = holes[:, shown.index(name)].tolist()
            columns[name] = ["" if hole else text for hole, text in zip(gone, texts, strict=True)]
    order = [*shown, *(TRUE + name for name in structure.names)]
    return Table.from_columns({name: columns[name] for name in order})


def _drawn(structure: Structure, params: Fields, size: int, rng: np.random.Generator) -> States:
    """Return the states of all variables, parents before children, shape (size, V)."""
    states = np.zeros((size, len(structure.names)), dtype=np.intp)
    for v in structure.in_order():
        rows: Array = params[v][tuple(states[:, u] for u in structure.parents[v])]
        sums = np.cumsum(np.broadcast_to(rows, (size, params[v].shape[-1])), axis=-1)[:, :-1]
        states[:, v] = (rng.random(size)[:, None] >= sums).sum(axis=1)
    return states


def _state(k: int, many: int, hidden: bool) -> str:
    """Return the name of a state: no and yes, or a number where there are more or it has no column."""
    return str(k + 1) if hidden or many > 2 else ("no", "yes")[k]
