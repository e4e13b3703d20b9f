"""Cases of a network as it reads them: the state of each variable, or a hole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np

from emviz.data.table import DataError, Mask, Table
from emviz.em.columns import TRUE
from emviz.em.domains import ParameterError
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.network.structure import MOST_STATES, Structure, naive, read_structure
from emviz.models.network.tree import CliqueTree, Scope, States, clique_tree

#: The state of a cell that was not seen, and what the completion of a case without any is called.
UNSEEN, ALL_SEEN = -1, "all seen"
#: The column of how many cases are alike.
COUNT = "count"
#: A cell that is a state here, and elsewhere a missing cell.
NONE = "none"
#: Values in which a column with a number in every cell is taken for measurements, which have no states.
MOST_NUMBERS = 12
#: Completions of a row up to which all are listed.
MOST_LISTED = 1024


class NetworkCounts(NamedTuple):
    """Expected cases of each cell of all tables, one table after the other, and θ(t) laid out alike; (M,).

    A row of a table that no case has keeps its probabilities, so that the M-step needs them.
    """

    cases: Array
    before: Array


@dataclass(frozen=True, eq=False)
class NetworkData:
    """The cases of V variables.

    Parameters
    ----------
    structure : Structure
    states : tuple of tuple of str
        The states of each variable.
    tree : CliqueTree
    cells : int array, shape (U, V)
        The state of each variable in the U different cases, `UNSEEN` where it was not seen.
    times : Array, shape (U,)
        How often each occurs.
    which : int array, shape (N,)
        Which of them each row is.
    count : Array, shape (N,)
        How many cases each row stands for.
    truth : int array, shape (N, V), or None
        The true states, as far as they are known; None where no hole has one.
    counted : bool
        Whether the table counts cases.
    """

    structure: Structure
    states: tuple[tuple[str, ...], ...]
    tree: CliqueTree
    cells: States
    times: Array
    which: Rows
    count: Array
    truth: States | None
    counted: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the variables."""
        return self.structure.names

    @cached_property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shape of the table of each variable: its parents, then its states."""
        return tuple(tuple(self.tree.sizes[v] for v in family) for family in self.tree.families)

    @cached_property
    def spans(self) -> tuple[slice, ...]:
        """Where the table of each variable stands among the M cells of all."""
        ends = np.cumsum([0, *map(math.prod, self.shapes)]).tolist()
        return tuple(slice(first, end) for first, end in pairwise(ends))

    @cached_property
    def unseen(self) -> tuple[Scope, ...]:
        """The variables that were not seen, of each of the U cases."""
        return tuple(tuple(np.flatnonzero(row == UNSEEN).tolist()) for row in self.cells)

    @cached_property
    def most(self) -> int:
        """The most completions of any case."""
        return max(self.completions(unseen) for unseen in set(self.unseen))

    def completions(self, unseen: Scope) -> int:
        """Return how many completions a case has in which some variables were not seen."""
        return math.prod(self.tree.sizes[v] for v in unseen)

    def tables(self, flat: Array) -> list[Array]:
        """Return the table of each variable of what is laid out flat, shape (..., M)."""
        return [
            flat[..., span].reshape((*flat.shape[:-1], *shape))
            for span, shape in zip(self.spans, self.shapes, strict=True)
        ]

    def seen(self, cells: States) -> list[Array]:
        """Return ones for the states that each variable may have, shapes (len(cells), states)."""
        found = []
        for v, many in enumerate(self.tree.sizes):
            own = cells[:, v, None]
            found.append(((own == np.arange(many)) | (own == UNSEEN)).astype(np.float64))
        return found

    def listed(self, unseen: Scope) -> States:
        """Return all states of some variables, shape (completions, len(unseen)), the last one fastest."""
        options = list(product(*(range(self.tree.sizes[v]) for v in unseen)))
        return np.array(options, dtype=np.intp).reshape(len(options), len(unseen))

    def places(self, v: int, states: States) -> Rows:
        """Return where the cell of a variable's table stands among the M, for states (..., V)."""
        found = np.full(states.shape[:-1], self.spans[v].start)
        step = 1
        for other, many in zip(self.tree.families[v][::-1], self.shapes[v][::-1], strict=True):
            found = found + step * states[..., other]
            step *= many
        return found

    def named(self, states: Sequence[int], unseen: Sequence[int]) -> str:
        """Return what the holes of a case hold, in words: "disease yes, rash no"."""
        pairs = ((self.names[v], self.states[v][states[v]]) for v in unseen)
        return ", ".join(f"{name} {state}" for name, state in pairs) or ALL_SEEN

    def placed(self, pairs: Sequence[tuple[str, str]]) -> dict[int, int]:
        """Return variables with their states, by name, as places; what there is not is left out."""
        known = {name: v for v, name in enumerate(self.names)}
        return {
            known[name]: self.states[known[name]].index(state)
            for name, state in pairs
            if name in known and state in self.states[known[name]]
        }

    def above(self, v: int) -> list[list[tuple[str, str]]]:
        """Return the parents of a variable with their states, for each row of its table."""
        parents = self.structure.parents[v]
        return [
            [(self.names[u], self.states[u][k]) for u, k in zip(parents, row, strict=True)]
            for row in np.ndindex(*(self.tree.sizes[u] for u in parents))
        ]

    def patterns(self) -> Iterator[tuple[Scope, Rows]]:
        """Yield which variables were not seen, and the cases of which that is so."""
        groups: dict[Scope, list[int]] = {}
        for case, unseen in enumerate(self.unseen):
            groups.setdefault(unseen, []).append(case)
        for unseen, cases in groups.items():
            yield unseen, np.array(cases)


def structure_of(table: Table, text: str) -> Structure:
    """Return the structure that is asked for; else that in which all depends on the first column.

    Raises
    ------
    DataError
        Where no column has states.
    """
    if text.strip():
        return read_structure(text)
    names = [name for name in table.names if unsuited(table, name) is None]
    if not names:
        raise DataError("no column has states: a network needs columns such as yes and no")
    return naive(names)


def _named(text: str) -> tuple[str, ...]:
    """Return the variables that a structure names; none where it cannot be read."""
    try:
        return read_structure(text).names if text.strip() else ()
    except ParameterError:
        return ()


def unsuited(table: Table, name: str, text: str = "") -> str | None:
    """Return why a column is no variable of a network; None where it may be one, or is one by its text."""
    if name == COUNT:
        return "says how many cases there are"
    named = _named(text)
    if named:
        return None if name in named else "the structure does not name it"
    if name.startswith(TRUE):
        return "holds the truth of another column"
    if any(mark in name for mark in "[]|:="):
        return "a name with [ ] | : or = cannot be written in a structure"
    many = len(_values(table, name) | _values(table, TRUE + name))
    if not many:
        return "every cell is missing"
    if many == 1:
        return "the same in every row"
    if many > MOST_STATES:
        return f"{many:,} different values: a variable has {MOST_STATES} states at the most"
    if many > MOST_NUMBERS and table.is_numeric(name):
        return f"{many} different numbers: put them into classes first"
    return None


def columns_read(table: Table, text: str) -> list[str]:
    """Return the variables, what is known of their truth, and how many cases there are."""
    try:
        names = structure_of(table, text).names
    except (DataError, ParameterError):
        return list(table.names)
    return [*names, *(TRUE + name for name in names), COUNT]


def parsed(table: Table, text: str) -> NetworkData:
    """Return the cases.

    Raises
    ------
    DataError
        Where a variable has no column, or no state; for a count that is none; where there are no cases,
        and where a clique is too large.
    """
    structure = structure_of(table, text)
    states = tuple(_states(table, structure, v) for v in range(len(structure.nodes)))
    seen = np.stack(
        [_cells(table, name, own) for name, own in zip(structure.names, states, strict=True)], axis=1
    )
    count = table.counts_or_ones(COUNT)
    if not count.sum():
        raise DataError("there are no cases: every count is 0" if table.rows else "there are no cases")
    cells, which = np.unique(seen, axis=0, return_inverse=True)
    which = which.ravel()
    families = tuple((*above, v) for v, above in enumerate(structure.parents))
    return NetworkData(
        structure=structure,
        states=states,
        tree=clique_tree([len(own) for own in states], families, structure.names),
        cells=cells,
        times=np.bincount(which, count, len(cells)).astype(np.float64),
        which=which,
        count=count,
        truth=_truth(table, structure.names, states, seen),
        counted=COUNT in table,
    )


def _states(table: Table, structure: Structure, v: int) -> tuple[str, ...]:
    """Return the states of a variable, in sorted order."""
    node = structure.nodes[v]
    if node.states is not None:
        if node.name in table:
            raise DataError(
                f"{node.name}={node.states} in the structure is for a variable without a column, and there "
                f"is a column {node.name}: write [{node.name}]"
            )
        return tuple(str(k + 1) for k in range(node.states))
    if node.name not in table:
        raise DataError(
            f"there is no column '{node.name}', which the structure names; a variable without a column is "
            f"written [{node.name}=2]"
        )
    found = _values(table, node.name) | _values(table, TRUE + node.name)
    if not found:
        raise DataError(
            f"nothing is seen in column {node.name}; a variable that nobody has seen has no column, and is "
            f"written [{node.name}=2]"
        )
    if len(found) > MOST_STATES:
        raise DataError(
            f"column {node.name} has {len(found):,} different values; a variable has {MOST_STATES} states at "
            "the most, so put them into classes first"
        )
    return tuple(_in_order(found))


def missing(table: Table, name: str) -> Mask:
    """Return the rows in which a variable was not seen, shape (rows,).

    The word none in small letters, more than once, is a state, as of a pain; programs write None for a hole.
    """
    gone = table.missing(name)
    if not gone.any():
        return gone
    states = gone & (table.texts(name) == NONE)
    return np.asarray(gone & ~states) if np.count_nonzero(states) > 1 else gone


def assumed(table: Table, text: str) -> list[str]:
    """Return what is assumed of a table: the structure where none is written, and that none is a state."""
    try:
        structure = structure_of(table, text)
    except (DataError, ParameterError):
        return []  # it will be refused
    told = []
    if not text.strip() and len(structure.names) > 1:
        first, second = structure.names[:2]
        told.append(
            f"no structure is written: every column is taken to depend on {first}, as in "
            f"[{first}][{second}|{first}]"
        )
    named = [
        name
        for name in structure.names
        if name in table and np.any(table.missing(name) & ~missing(table, name))
    ]
    if named:
        told.append(f"none is taken for a state in {', '.join(named)}, not for a missing cell")
    return told


def _values(table: Table, name: str) -> set[str]:
    if name not in table:
        return set()
    return set(table.texts(name)[~missing(table, name)].tolist())


def _in_order(values: set[str]) -> list[str]:
    try:
        return sorted(values, key=float)
    except ValueError:
        return sorted(values)


def _cells(table: Table, name: str, states: Sequence[str]) -> States:
    """Return the state of each cell of a column, `UNSEEN` where there is none, shape (N,)."""
    if name not in table:
        return np.full(table.rows, UNSEEN)
    place: Mapping[str, int] = {state: k for k, state in enumerate(states)}
    texts, gone = table.texts(name).tolist(), missing(table, name).tolist()
    pairs = zip(texts, gone, strict=True)
    return np.array([UNSEEN if hole else place.get(text, UNSEEN) for text, hole in pairs], dtype=np.intp)


def _truth(
    table: Table, names: Sequence[str], states: Sequence[Sequence[str]], seen: States
) -> States | None:
    """Return the cells with what the columns of the truth say of the holes; None where they say nothing."""
    told = np.stack(
        [_cells(table, TRUE + name, own) for name, own in zip(names, states, strict=True)], axis=1
    )
    filled = np.where(seen == UNSEEN, told, seen)
    return filled if np.any(filled != seen) else None
