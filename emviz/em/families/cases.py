"""Cases of discrete variables with missing cells, and the layout of the tables of a network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

import numpy as np

from emviz.em.counts.alike import Alike
from emviz.em.counts.table import Group
from emviz.em.families.alone import Alone
from emviz.em.families.cliques import CliqueTree, Scope, States
from emviz.em.families.dag import Structure
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.work import checked

#: The state of a missing cell, and the name of the completion of a case without any.
UNSEEN, ALL_SEEN = -1, "all seen"
#: The sign for a missing cell.
HOLE = "?"
#: Measured times in nanoseconds: for a cell of the clique tree, for a variable of a completion, for a member
#: of its family, and for the calls for each of these, independently of the number of cases.
CELL, ENTRY, MEMBER, CALL = 75, 40, 4, 5000
#: The most completions of a row to list all of them.
MOST_LISTED = 1024
#: Rows of a table that are named between two places where the work can be left.
TOGETHER = 1000


@dataclass(frozen=True, eq=False)
class Cases:
    """The cases of V variables.

    Parameters
    ----------
    structure : Structure
    states : tuple of tuple of str
        The states of each variable.
    tree : CliqueTree
    cells : int array, shape (U, V)
        The state of each variable in the U distinct cases, `UNSEEN` if missing.
    times : Array, shape (U,)
        How often each occurs.
    which : int array, shape (N,)
        The index of each row among them.
    count : Array, shape (N,)
        The number of cases in each row.
    truth : int array, shape (N, V), or None
        The true states, as far as known; None if there are none.
    counted : bool
        Whether the table counts cases.
    alone : Alone or None
        The complete cases with their model; None if no cell is missing.
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
    alone: Alone | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the variables."""
        return self.structure.names

    @property
    def shown(self) -> list[int]:
        """The variables that have a column."""
        return [v for v, name in enumerate(self.names) if name not in self.structure.hidden]

    @cached_property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shape of the table of each variable: its parents, then its states."""
        return tuple(tuple(self.tree.sizes[v] for v in family) for family in self.tree.families)

    @cached_property
    def spans(self) -> tuple[slice, ...]:
        """The cells of the table of each variable among all M."""
        ends = np.cumsum([0, *map(math.prod, self.shapes)]).tolist()
        return tuple(slice(first, end) for first, end in pairwise(ends))

    @cached_property
    def alike(self) -> Alike:
        """The groups of rows with the same observed states."""
        return Alike.of(self.which)

    def margin(self, v: int) -> Array:
        """Return the relative frequencies of the states of a variable; equal if it was never observed."""
        seen = self.cells[:, v] != UNSEEN
        counts = np.bincount(self.cells[seen, v], self.times[seen], self.tree.sizes[v])
        return np.asarray(counts / counts.sum()) if counts.sum() else np.full(len(counts), 1 / len(counts))

    def shown_in(self, case: int) -> list[str]:
        """Return the states of the variables that have a column, "?" if missing."""
        row = self.cells[case].tolist()
        return [HOLE if row[v] == UNSEEN else self.states[v][row[v]] for v in self.shown]

    @cached_property
    def unseen(self) -> tuple[Scope, ...]:
        """The missing variables of each of the U cases."""
        return tuple(tuple(np.flatnonzero(row == UNSEEN).tolist()) for row in self.cells)

    @cached_property
    def most(self) -> int:
        """The most completions of any case."""
        return max(self.completions(unseen) for unseen in set(self.unseen))

    @property
    def each(self) -> int:
        """The time for a completion, in nanoseconds."""
        return ENTRY * len(self.names) + MEMBER * sum(map(len, self.tree.families))

    @cached_property
    def parted(self) -> tuple[list[tuple[Scope, Rows]], Rows]:
        """The distinct cases by the cheaper way to sum over their completions, pattern by pattern.

        Returns
        -------
        list of pair of Scope, and int array; int array
            The missing variables and the cases for which completions are listed; and the cases that use the
            clique tree.
        """
        call = CALL * (len(self.names) + sum(map(len, self.tree.families)))
        listed, others = [], [np.empty(0, dtype=np.intp)]
        for unseen, cases in self.patterns():
            one = self.completions(unseen) * self.each
            if call + len(cases) * one < len(cases) * self.tree.cells * CELL:
                listed.append((unseen, cases))
            else:
                others.append(cases)
        return listed, np.sort(np.concatenate(others))

    def completions(self, unseen: Scope) -> int:
        """Return the number of completions of a case with these variables missing."""
        return math.prod(self.tree.sizes[v] for v in unseen)

    def tables(self, flat: Array) -> list[Array]:
        """Return the table of each variable from flattened tables, shape (..., M)."""
        return [
            flat[..., span].reshape((*flat.shape[:-1], *shape))
            for span, shape in zip(self.spans, self.shapes, strict=True)
        ]

    def seen(self, cells: States) -> list[Array]:
        """Return 1 for the states that each variable may have, otherwise 0, shapes (len(cells), states)."""
        found = []
        for v, many in enumerate(self.tree.sizes):
            own = cells[:, v, None]
            found.append(((own == np.arange(many)) | (own == UNSEEN)).astype(np.float64))
        return found

    def listed(self, unseen: Scope) -> States:
        """Return all states of some variables, (completions, len(unseen)), the last varying fastest."""
        options = list(product(*(range(self.tree.sizes[v]) for v in unseen)))
        return np.array(options, dtype=np.intp).reshape(len(options), len(unseen))

    def places(self, v: int, states: States) -> Rows:
        """Return the index among the M cells of a variable's table cell, for states (..., V)."""
        found = np.full(states.shape[:-1], self.spans[v].start)
        step = 1
        for other, many in zip(self.tree.families[v][::-1], self.shapes[v][::-1], strict=True):
            found = found + step * states[..., other]
            step *= many
        return found

    def tallied(self, states: States, times: Array) -> Array:
        """Return the counts of the cells of the tables, shape (M,), from complete states, shape (R, V)."""
        cells = self.spans[-1].stop
        every = [np.bincount(self.places(v, states), times, cells) for v in range(len(self.names))]
        return np.asarray(np.sum(every, axis=0))

    def each_tallied(self, states: States, times: Array) -> Array:
        """Return the same of each row by itself, shape (R, M)."""
        found = np.zeros((len(states), self.spans[-1].stop))
        for v in range(len(self.names)):
            found[np.arange(len(states)), self.places(v, states)] += times
        return found

    def named(self, states: Sequence[int], unseen: Sequence[int]) -> str:
        """Return the states of missing variables in words: "disease yes, rash no"."""
        pairs = ((self.names[v], self.states[v][states[v]]) for v in unseen)
        return ", ".join(f"{name} {state}" for name, state in pairs) or ALL_SEEN

    def placed(self, pairs: Sequence[tuple[str, str]]) -> dict[int, int]:
        """Return the indices of variables and states given by name; unknown ones are skipped."""
        known = {name: v for v, name in enumerate(self.names)}
        return {
            known[name]: self.states[known[name]].index(state)
            for name, state in pairs
            if name in known and state in self.states[known[name]]
        }

    def above(self, v: int) -> list[tuple[tuple[str, str], ...]]:
        """Return the parents of a variable with their states, for each row of its table."""
        names = self.names
        pairs = ([(names[u], state) for state in self.states[u]] for u in self.structure.parents[v])
        return list(checked(product(*pairs), TOGETHER))

    def given(self, v: int) -> list[str]:
        """Return the states of the parents of a variable in words, for each row of its table."""
        texts = [""]
        # Parent by parent: the row of a table of 65,536 cells would otherwise be put together from 15 pieces.
        for u in self.structure.parents[v]:
            own = [f"{self.names[u]}={state}" for state in self.states[u]]
            texts = [f"{text}, {each}" if text else each for text in checked(texts, TOGETHER) for each in own]
        return texts

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The columns of a count table: the states of a variable, a group for each row of its table."""
        made = []
        for v, name in enumerate(self.names):
            states = self.states[v]
            for k, given in enumerate(checked(self.given(v), TOGETHER)):
                made.append(Group(f"{name}|{given}" if given else name, k, states))
        return tuple(made)

    def family(self, v: int, row: int, k: int) -> dict[int, int]:
        """Return the states of a variable and its parents for a cell of its table, given by row and state."""
        shape = self.shapes[v][:-1]
        parents = map(int, np.unravel_index(row, shape)) if shape else ()
        return dict(zip(self.tree.families[v], (*parents, k), strict=True))

    def patterns(self) -> Iterator[tuple[Scope, Rows]]:
        """Yield each set of missing variables with the cases that lack them."""
        groups: dict[Scope, list[int]] = {}
        for case, unseen in enumerate(self.unseen):
            groups.setdefault(unseen, []).append(case)
        for unseen, cases in groups.items():
            yield unseen, np.array(cases)
