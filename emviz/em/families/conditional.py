"""Conditional tables as fields of θ: names, transfer to other data, and simulated cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from emviz.data.table import Table, Texts
from emviz.em.columns import TRUE
from emviz.em.domains import Index, Parameter, Simplex
from emviz.em.families.cases import Cases
from emviz.em.families.cliques import States
from emviz.em.families.dag import Structure
from emviz.em.model import Fields
from emviz.em.numerics import Array
from emviz.em.simulation import draws


@dataclass(frozen=True)
class TableOf(Parameter):
    """The table of a variable, whose entries are named in full: θ(fever=yes|disease=no).

    Parameters
    ----------
    parents : tuple of str
        The names of the variables along its axes but the last.
    """

    parents: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Cases, v: int) -> TableOf:
        """Return the table of a variable of some data."""
        family = data.tree.families[v]
        return cls(
            name=data.names[v],
            domain=Simplex(),
            symbol="θ",
            axes=tuple(data.states[u] for u in family),
            parents=tuple(data.names[u] for u in family[:-1]),
        )

    def label(self, index: Index) -> str:
        """Return the name of one entry."""
        states = [axis[k] for axis, k in zip(self.axes, index, strict=True)]
        return cell_label(self.name, states[-1], list(zip(self.parents, states, strict=False)))

    def said(self, index: Index, cut: Callable[[str], str] = str) -> str:
        """Return one entry in words."""
        states = [cut(axis[k]) for axis, k in zip(self.axes, index, strict=True)]
        above = " and ".join(
            f"{cut(name)} {state}" for name, state in zip(self.parents, states, strict=False)
        )
        own = f"{cut(self.name)} {states[-1]}"
        return f"the probability of {own} with {above}" if above else f"the probability of {own}"


def cell_label(name: str, state: str, above: Sequence[tuple[str, str]]) -> str:
    """Return the name of an entry of a table."""
    given = ", ".join(f"{parent}={own}" for parent, own in above)
    return f"θ({name}={state}|{given})" if given else f"θ({name}={state})"


def carried(before: Cases, data: Cases, params: Fields) -> dict[str, Array]:
    """Return the tables of the earlier θ whose variable has the same parents, and the same shape."""
    known = {_family(before, v): (before.shapes[v], params[v]) for v in range(len(before.names))}
    shaped = ((name, data.shapes[v], known.get(_family(data, v))) for v, name in enumerate(data.names))
    return {name: table[1] for name, shape, table in shaped if table is not None and table[0] == shape}


def _family(data: Cases, v: int) -> tuple[str, ...]:
    """Return the names of the parents of a variable, and its own."""
    return tuple(data.names[u] for u in data.tree.families[v])


def sampled(structure: Structure, params: Fields, size: int, rng: np.random.Generator) -> States:
    """Return the states of all variables, parents before children, shape (size, V)."""
    states = np.zeros((size, len(structure.names)), dtype=np.intp)
    for v in structure.in_order():
        # Without the last sum, which rounding may leave below 1.
        ends, above = np.cumsum(params[v], axis=-1)[..., :-1], structure.parents[v]
        for rows in draws.row_blocks(size, len(above) + params[v].shape[-1]):
            own = ends[tuple(states[rows, u] for u in above)]
            states[rows, v] = (rng.random(len(rows))[:, None] >= own).sum(axis=1)
    return states


def drawn_table(structure: Structure, params: Fields, size: int, rng: np.random.Generator) -> Table:
    """Return simulated cases as a table; variables without a column are in columns true:NAME."""
    columns: dict[str, Texts] = {}
    drawn = sampled(structure, params, size, rng).T
    for name, states, table in zip(structure.names, drawn, params, strict=True):
        hidden, many = name in structure.hidden, table.shape[-1]
        # The states are numbers where there are more than two or the variable has no column.
        words = [str(k + 1) for k in range(many)] if hidden or many > 2 else ["no", "yes"]
        columns[TRUE * hidden + name] = draws.named(words, states)
    return Table.from_columns(dict(sorted(columns.items(), key=lambda column: column[0].startswith(TRUE))))


def indistinct(data: Cases, params: Fields) -> str | None:
    """Return a hidden variable without parents whose states have the same effect on all children, or None."""
    for name in data.structure.hidden:
        v = data.names.index(name)
        children = data.structure.children(v)
        spreads = (np.ptp(params[c], axis=data.tree.families[c].index(v)).max() for c in children)
        if not data.structure.parents[v] and not any(spreads):
            return name
    return None
