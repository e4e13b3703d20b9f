"""Cases of discrete variables with holes: how they and the conditional tables of a network are laid out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

import numpy as np

from emviz.em.alike import Alike
from emviz.em.families.alone import Alone
from emviz.em.families.cliques import CliqueTree, Scope, States
from emviz.em.families.dag import Structure
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.work import checked

#: The state of a cell that was not seen, and what the completion of a case without any is called.
UNSEEN, ALL_SEEN = -1, "all seen"
#: What stands for a cell that was not seen.
HOLE = "?"
#: Nanoseconds that were measured: of a cell of the clique tree, of a variable of a completion, of a member of
#: its family, and of the calls for each of these, whatever the number of cases.
CELL, ENTRY, MEMBER, CALL = 75, 40, 4, 5000
#: Completions of a row up to which all are listed.
MOST_LISTED = 1024


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
    alone : Alone or None
        What finds θ of the complete cases alone; None where no cell is missing.
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
        """Where the table of each variable stands among the M cells of all."""
        ends = np.cumsum([0, *map(math.prod, self.shapes)]).tolist()
        return tuple(slice(first, end) for first, end in pairwise(ends))

    @cached_property
    def alike(self) -> Alike:
        """Which rows are alike in all that was seen."""
        return Alike.of(self.which)

    def margin(self, v: int) -> Array:
        """Return how often each state of a variable was seen; each alike where none was."""
        seen = self.cells[:, v] != UNSEEN
        counts = np.bincount(self.cells[seen, v], self.times[seen], self.tree.sizes[v])
        return np.asarray(counts / counts.sum()) if counts.sum() else np.full(len(counts), 1 / len(counts))

    def shown_in(self, case: int) -> list[str]:
        """Return the states of the variables that have a column, "?" where one was not seen."""
        row = self.cells[case].tolist()
        return [HOLE if row[v] == UNSEEN else self.states[v][row[v]] for v in self.shown]

    @cached_property
    def unseen(self) -> tuple[Scope, ...]:
        """The variables that were not seen, of each of the U cases."""
        return tuple(tuple(np.flatnonzero(row == UNSEEN).tolist()) for row in self.cells)

    @cached_property
    def most(self) -> int:
        """The most completions of any case."""
        return max(self.completions(unseen) for unseen in set(self.unseen))

    @property
    def each(self) -> int:
        """Nanoseconds that a completion takes."""
        return ENTRY * len(self.names) + MEMBER * sum(map(len, self.tree.families))

    @cached_property
    def parted(self) -> tuple[list[tuple[Scope, Rows]], Rows]:
        """The different cases by how they are summed up, the cheaper way for all with the same holes.

        Returns
        -------
        list of pair of Scope, and int array; int array
            What was not seen and the cases of which that is so, whose completions are listed; and those that
            go through the clique tree.
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

    def tallied(self, states: States, times: Array) -> Array:
        """Return how often each cell of the tables occurs, shape (M,), where all states are known, (R, V)."""
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

    def above(self, v: int) -> list[tuple[tuple[str, str], ...]]:
        """Return the parents of a variable with their states, for each row of its table."""
        names = self.names
        return list(
            product(*([(names[u], state) for state in self.states[u]] for u in self.structure.parents[v]))
        )

    def given(self, v: int) -> list[str]:
        """Return the states of the parents of a variable in words, for each row of its table."""
        return [", ".join(f"{name}={state}" for name, state in row) for row in checked(self.above(v))]

    def family(self, v: int, row: int, k: int) -> dict[int, int]:
        """Return the states of a variable and its parents in a cell of its table: the row, and the state."""
        shape = self.shapes[v][:-1]
        parents = map(int, np.unravel_index(row, shape)) if shape else ()
        return dict(zip(self.tree.families[v], (*parents, k), strict=True))

    def patterns(self) -> Iterator[tuple[Scope, Rows]]:
        """Yield which variables were not seen, and the cases of which that is so."""
        groups: dict[Scope, list[int]] = {}
        for case, unseen in enumerate(self.unseen):
            groups.setdefault(unseen, []).append(case)
        for unseen, cases in groups.items():
            yield unseen, np.array(cases)
