"""Cases drawn from a network."""

from __future__ import annotations

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import TRUE
from emviz.em.families.conditional import sampled
from emviz.em.families.dag import Structure
from emviz.em.model import Fields


def simulated(structure: Structure, params: Fields, size: int, rng: np.random.Generator) -> Table:
    """Return `size` cases; what has no column is told by columns called true:NAME."""
    states = sampled(structure, params, size, rng)
    columns = {}
    for v, name in enumerate(structure.names):
        hidden = name in structure.hidden
        texts = [_state(k, params[v].shape[-1], hidden) for k in states[:, v].tolist()]
        columns[TRUE * hidden + name] = texts
    return Table.from_columns(dict(sorted(columns.items(), key=lambda column: column[0].startswith(TRUE))))


def _state(k: int, many: int, hidden: bool) -> str:
    """Return the name of a state: no and yes, or a number where there are more or it has no column."""
    return str(k + 1) if hidden or many > 2 else ("no", "yes")[k]
