"""The pictures of a network: its drawing, a verdict, its tables, and which cells are missing."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from emviz.em.counts.table import Entry
from emviz.em.families.cases import UNSEEN, Cases
from emviz.em.families.cliques import States
from emviz.em.families.verdicts import asked_by_default, verdicts
from emviz.em.model import Fields, Look
from emviz.em.pictures import Balance, Diagram, Matrix, Variable, View
from emviz.em.work import checked

Known = tuple[Fields | None, str]
#: The most patterns of missing cells in the picture.
MOST_PATTERNS = 30


def pictures(data: Cases, params: Fields, look: Look[Fields], known: Known = (None, "")) -> list[View]:
    """Return the drawing, the verdict on the selected variable, the tables and the missing cells.

    Parameters
    ----------
    known : pair of Fields or None, and str
        θ to compare with, and its name: the complete data, or the complete rows only.
    """
    tables = [_table(data, params, v) for v in checked(range(len(data.names)))]
    return [_diagram(data, params, look, known), _balance(data, params, look), *tables, _patterns(data)]


def first_entries(data: Cases) -> tuple[Entry, ...]:
    """Return the first entry of each row of each table, which a landscape may vary."""
    return tuple(
        Entry(name, (*row, 0))
        for name, shape in zip(data.names, data.shapes, strict=True)
        for row in checked(product(*map(range, shape[:-1])))
    )


def _cases(data: Cases, look: Look[Fields]) -> tuple[States, States, dict[int, int]]:
    """Return the selected case with assumptions, the case without them, and the assumptions."""
    row, supposed = look.row, data.placed(look.supposed)
    seen = np.full((1, len(data.names)), UNSEEN) if row is None else data.cells[[int(data.which[row])]]
    cells = seen.copy()
    # An assumption replaces an observation.
    cells[0, list(supposed)] = list(supposed.values())
    return cells, seen, supposed


def _balance(data: Cases, params: Fields, look: Look[Fields]) -> Balance:
    """Return the verdict on the selected variable, with the evidence for and against it."""
    cells, _, supposed = _cases(data, look)
    v = data.names.index(look.node) if look.node in data.names else asked_by_default(data)
    (verdict,) = verdicts(data, params, cells, v, supposed)
    if verdict is None:
        note = f"At this θ {_whose(look)} cannot be."
    elif verdict.weights:
        what = f"{verdict.variable} = {verdict.state}"
        note = f"Weight of a test: log P({what} | all) − log P({what} | all but this test), in nats."
    else:
        note = "Nothing else was seen: choose a row, or suppose a state in the drawing."
    return Balance("For and against", verdict, _whose(look), note)


def _whose(look: Look[Fields]) -> str:
    return "any case" if look.row is None else f"row {look.row + 1}"


def _diagram(data: Cases, params: Fields, look: Look[Fields], known: Known) -> Diagram:
    """Return the network with P of the states of each variable, in the selected case or in any.

    With assumptions, P without them is shown too, and so is P at the θ to compare with, if there is one.
    """
    cells, seen, supposed = _cases(data, look)
    found, heights = data.tree.beliefs(params, data.seen(np.concatenate([cells, seen])))
    layers, variables, name = data.structure.layers(), [], known[1]
    others = None if known[0] is None else _marginals(data, known[0], cells)
    for v, (own, states) in enumerate(zip(data.names, data.states, strict=True)):
        shares, before = data.tree.marginal(found, v).tolist()
        state = None if cells[0, v] == UNSEEN else int(cells[0, v])
        without = tuple(before) if supposed else ()
        other = () if others is None or state is not None else others[v]
        this = Variable(own, states, tuple(shares), layers[v], state, v in supposed, without, other)
        variables.append(this)
    arrows = tuple((u, v) for v, above in enumerate(data.structure.parents) for u in above)
    diagram = Diagram("Network", tuple(variables), arrows, _whose(look))
    impossible = bool(np.isneginf(heights[0]))
    note = _note(diagram, look.row, impossible)
    if others is None or impossible:
        return replace(diagram, note=note)
    # Both notes have the same length, so that nothing moves when the reference is revealed.
    note, hiding = (f"{note.removesuffix('.')}; {mark}: {name}." for mark in ("dotted", "hidden"))
    return replace(diagram, note=note, hiding=hiding, reference_name=name)


def _marginals(data: Cases, params: Fields, cells: States) -> list[tuple[float, ...]] | None:
    """Return P of the states of each variable in a case; None if it is impossible at this θ."""
    found, heights = data.tree.beliefs(params, data.seen(cells))
    if np.isneginf(heights[0]):
        return None
    return [tuple(data.tree.marginal(found, v)[0].tolist()) for v in range(len(data.names))]


def _note(diagram: Diagram, row: int | None, impossible: bool) -> str:
    if impossible:
        whose = ", ".join(filter(None, (diagram.whose, diagram.condition)))
        return f"At this θ {whose} cannot be."
    marks = ["framed: seen"] if row is not None else []
    marks += ["dashed: supposed", "upright line: P without that"] if diagram.condition else []
    return "; ".join((f"P of each state, in {diagram.whose}", *marks)) + "."


def _table(data: Cases, params: Fields, v: int) -> Matrix:
    name, parents = data.names[v], data.structure.parents[v]
    above = product(*(data.states[u] for u in parents))
    rows = tuple(map(", ".join, above)) if parents else ("all",)
    heading = ", ".join(data.names[u] for u in parents)
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


def _patterns(data: Cases) -> Matrix:
    """Return which cells are missing together, the most frequent pattern first."""
    shown = data.shown
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
