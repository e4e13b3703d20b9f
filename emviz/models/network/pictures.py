"""The pictures of a network: its tables, and which cells are missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from emviz.em.model import Fields, Look
from emviz.em.pictures import Diagram, Landscape, Matrix, Variable, View
from emviz.em.views import Entry
from emviz.models.network.data import UNSEEN, NetworkData
from emviz.models.network.starts import default
from emviz.models.network.steps import NetworkRound

#: Patterns of missing cells that are drawn.
MOST_PATTERNS = 30


class Numbered(Protocol):
    """What is asked of the model."""

    @property
    def pseudocount(self) -> float:
        """α."""
        ...


def views(model: Numbered, data: NetworkData, state: NetworkRound, look: Look[Fields]) -> Sequence[View]:
    """Return the tables, the patterns of missing cells, and the landscape."""
    params = state.updated or state.base.params
    tables = [_table(data, params, v) for v in range(len(data.names))]
    entries = tuple(
        Entry(name, (*row, 0))
        for name, shape in zip(data.names, data.shapes, strict=True)
        for row in np.ndindex(*shape[:-1])
    )
    return [_diagram(data, params, look.row), *tables, _patterns(data), Landscape(entries, (default(data),))]


def _diagram(data: NetworkData, params: Fields, row: int | None) -> Diagram:
    """Return the network, with how probable the states of each variable are: of a chosen case, or of any."""
    cells = np.full((1, len(data.names)), UNSEEN) if row is None else data.cells[[int(data.which[row])]]
    found, heights = data.tree.beliefs(params, data.seen(cells))
    layers: dict[int, int] = {}
    for v in data.structure.in_order():
        layers[v] = max((layers[u] + 1 for u in data.structure.parents[v]), default=0)
    variables = []
    for v, (name, states) in enumerate(zip(data.names, data.states, strict=True)):
        own = data.tree.family(found, v).reshape(-1, len(states)).sum(axis=0)
        seen = None if cells[0, v] == UNSEEN else int(cells[0, v])
        variables.append(Variable(name, states, tuple(own.tolist()), layers[v], seen))
    arrows = tuple((u, v) for v, above in enumerate(data.structure.parents) for u in above)
    whose = "any case" if row is None else f"row {row + 1}"
    note = f"P of the states of each variable, in {whose}" + ("" if row is None else "; framed: seen") + "."
    if np.isneginf(heights[0]):
        note = f"At this θ {whose} cannot be."
    return Diagram("Network", tuple(variables), arrows, whose, note)


def _table(data: NetworkData, params: Fields, v: int) -> Matrix:
    name, parents = data.names[v], [data.names[u] for u in data.structure.parents[v]]
    rows = tuple(", ".join(state for _, state in row) or "all" for row in data.above(v))
    heading = ", ".join(parents)
    return Matrix(
        name,
        heading,
        name,
        rows,
        data.states[v],
        np.asarray(params[v]).reshape(len(rows), -1),
        numbers=True,
        choosable=False,
    )


def _patterns(data: NetworkData) -> Matrix:
    """Return which cells are missing together, the most frequent pattern first."""
    shown = [v for v, name in enumerate(data.names) if name not in data.structure.hidden]
    found = sorted(
        ((float(data.times[cases].sum()), unseen) for unseen, cases in data.patterns()),
        key=lambda each: -each[0],
    )
    values = np.array([[float(v not in unseen) for v in shown] for _, unseen in found[:MOST_PATTERNS]])
    more = len(found) - MOST_PATTERNS
    return Matrix(
        "Missing",
        "cases",
        "variable",
        tuple(f"{many:,.0f}" for many, _ in found[:MOST_PATTERNS]),
        tuple(data.names[v] for v in shown),
        values,
        choosable=False,
        note="Filled: seen. Empty: missing." + (f" {more:,} more patterns are left out." if more > 0 else ""),
    )
