"""Cases drawn from a network, with a share of their cells blanked."""

from __future__ import annotations

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import TRUE
from emviz.em.families.conditional import sampled
from emviz.em.families.dag import Structure
from emviz.em.model import Fields


def simulated(
    structure: Structure, params: Fields, size: int, blank: float, rng: np.random.Generator
) -> Table:
    """Return `size` cases; what is blanked, or has no column, is told by columns called true:NAME.

    Parameters
    ----------
    blank : float
        The share of the cells that is blanked, completely at random.
    """
    states = sampled(structure, params, size, rng)
    shown = [name for name in structure.names if name not in structure.hidden]
    holes = rng.random((size, len(shown))) < blank
    columns: dict[str, list[str]] = {}
    for v, name in enumerate(structure.names):
        texts = [_state(k, params[v].shape[-1], name in structure.hidden) for k in states[:, v].tolist()]
        columns[TRUE + name] = texts
        if name in shown:
            gone = holes[:, shown.index(name)].tolist()
            columns[name] = ["" if hole else text for hole, text in zip(gone, texts, strict=True)]
    order = *shown, *(TRUE + name for name in structure.names)
    return Table.from_columns({name: columns[name] for name in order})


def _state(k: int, many: int, hidden: bool) -> str:
    """Return the name of a state: no and yes, or a number where there are more or it has no column."""
    return str(k + 1) if hidden or many > 2 else ("no", "yes")[k]
