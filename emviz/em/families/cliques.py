"""Exact inference in a Bayesian network: one clique tree, all rows at once along the first axis.

Lauritzen & Spiegelhalter, J. R. Statist. Soc. B 50:157 (1988): the graph is made moral and triangulated by
minimum fill, tables are multiplied into cliques, messages are collected and distributed. What is seen of a
row enters as indicators, ones for all that its variable may be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError
from emviz.em.numerics import Array
from emviz.em.work import checked

#: Cells that the table of a clique may have.
MOST_CELLS = 65_536
#: Probabilities closer than this part of them are equal but for rounding.
EQUAL = 1e-12
Scope = tuple[int, ...]
States = NDArray[np.intp]


@dataclass(frozen=True)
class CliqueTree:
    """Cliques with their places in a tree.

    Parameters
    ----------
    sizes : tuple of int
        The number of states of each of the V variables.
    families : tuple of tuple of int
        For each variable its parents and itself, in the order of the axes of its table.
    order : tuple of int
        In which variables were eliminated.
    cliques : tuple of tuple of int
        The variables of each clique, in rising order.
    above : tuple of int
        The clique that each one sends its message to, before it in the list; −1 for the first.
    """

    sizes: tuple[int, ...]
    families: tuple[Scope, ...]
    order: Scope
    cliques: tuple[Scope, ...]
    above: Scope

    @cached_property
    def homes(self) -> Scope:
        """The clique that holds the table of each variable."""
        return tuple(
            next(c for c, clique in enumerate(self.cliques) if set(family) <= set(clique))
            for family in self.families
        )

    @cached_property
    def cells(self) -> int:
        """The cells of all cliques together."""
        return sum(math.prod(self.sizes[v] for v in clique) for clique in self.cliques)

    def between(self, c: int) -> Scope:
        """Return the variables that a clique shares with the one above."""
        return tuple(v for v in self.cliques[c] if v in self.cliques[self.above[c]])

    def filled(self, tables: Sequence[Array], seen: Sequence[Array]) -> list[Array]:
        """Return the table of each clique: the product of its families, and what is seen.

        Parameters
        ----------
        tables : sequence of Array
            θ: for each variable its table, the axes as in `families`.
        seen : sequence of Array, shapes (N, states)
            Ones for the states that each variable of a row may have.
        """
        found = [np.ones((1, *(self.sizes[v] for v in clique))) for clique in self.cliques]
        for v, (family, table) in checked(enumerate(zip(self.families, tables, strict=True))):
            c = self.homes[v]
            upright = np.transpose(table, np.argsort(family))
            found[c] = found[c] * self._along(upright[None], tuple(sorted(family)), c)
        for v, evidence in checked(enumerate(seen)):
            c = self.homes[v]
            found[c] = found[c] * self._along(evidence, (v,), c)
        return found

    def _along(self, values: Array, scope: Scope, c: int) -> Array:
        """Return values with an axis for every variable of a clique, of length 1 where they do not depend."""
        own = (self.sizes[v] if v in scope else 1 for v in self.cliques[c])
        return values.reshape((values.shape[0], *own))

    def _others(self, scope: Scope, c: int) -> tuple[int, ...]:
        """Return the axes of a clique's table that are no variables of a scope."""
        return tuple(axis + 1 for axis, v in enumerate(self.cliques[c]) if v not in scope)

    def beliefs(self, tables: Sequence[Array], seen: Sequence[Array]) -> tuple[list[Array], Array]:
        """Return the probability of the states of each clique in each row, and log P of each row.

        Returns
        -------
        list of Array, shapes (N, states, …); Array, shape (N,)
            In nats; −∞ where a row cannot be, and then its probabilities are 0.
        """
        found = self.filled(tables, seen)
        sent, heights = self._collected(found)
        for c in checked(range(1, len(found))):
            scope = self.between(c)
            known = found[self.above[c]].sum(axis=self._others(scope, self.above[c]))
            ratio = np.divide(known, sent[c], out=np.zeros_like(known), where=sent[c] > 0)
            found[c] = found[c] * self._along(ratio, scope, c)
        return found, heights

    def _collected(self, found: list[Array]) -> tuple[list[Array], Array]:
        """Send the messages up to the first clique; return them, and log P of each row."""
        heights = np.zeros(len(found[0]))
        sent: list[Array] = [np.ones(1)] * len(found)
        for c in checked(range(len(found) - 1, 0, -1)):
            scope = self.between(c)
            message = found[c].sum(axis=self._others(scope, c))
            scale = message.max(axis=tuple(range(1, message.ndim)), initial=0.0)
            heights = heights + _log(scale)
            scale = np.where(scale > 0, scale, 1.0)
            sent[c] = message / _stretched(scale, message.ndim)
            found[c] = found[c] / _stretched(scale, found[c].ndim)
            found[self.above[c]] = found[self.above[c]] * self._along(sent[c], scope, self.above[c])
        every = found[0].sum(axis=tuple(range(1, found[0].ndim)))
        found[0] = found[0] / _stretched(np.where(every > 0, every, 1.0), found[0].ndim)
        return sent, heights + _log(every)

    def heights(self, tables: Sequence[Array], seen: Sequence[Array]) -> Array:
        """Return log P of each row alone, shape (N,), in nats; −∞ where it cannot be."""
        return self._collected(self.filled(tables, seen))[1]

    def family(self, found: Sequence[Array], v: int) -> Array:
        """Return the probability of a variable with its parents, shape (N, parents …, states)."""
        family, c = self.families[v], self.homes[v]
        own = found[c].sum(axis=self._others(family, c))
        return np.transpose(own, (0, *(1 + np.argsort(np.argsort(family)))))

    def marginal(self, found: Sequence[Array], v: int) -> Array:
        """Return the probability of each state of a variable, shape (N, states)."""
        own = self.family(found, v)
        return np.asarray(own.reshape(len(own), -1, self.sizes[v]).sum(axis=1))

    def likeliest(self, tables: Sequence[Array], seen: Sequence[Array]) -> tuple[States, Array]:
        """Return the most probable states of all variables of each row, the first of equals, and log P of it.

        Returns
        -------
        int array, shape (N, V); Array, shape (N,)
        """
        found = self.filled(tables, seen)
        heights = np.zeros(len(seen[0]))
        for c in checked(range(len(found) - 1, 0, -1)):
            scope = self.between(c)
            message = found[c].max(axis=self._others(scope, c))
            scale = message.max(axis=tuple(range(1, message.ndim)), initial=0.0)
            heights = heights + _log(scale)
            message = message / _stretched(np.where(scale > 0, scale, 1.0), message.ndim)
            found[self.above[c]] = found[self.above[c]] * self._along(message, scope, self.above[c])
        rows = np.arange(len(heights))
        states = np.zeros((len(rows), len(self.sizes)), dtype=np.intp)
        for c, clique in checked(enumerate(self.cliques)):
            open_ = found[c]
            for v in checked(self.between(c) if c else ()):
                open_ = open_ * self._along(np.eye(self.sizes[v])[states[:, v]], (v,), c)
            flat = np.broadcast_to(open_, (len(rows), *open_.shape[1:])).reshape(len(rows), -1)
            # What rounding alone tells apart is equal.
            best = (flat >= (1 - EQUAL) * flat.max(axis=1, keepdims=True)).argmax(axis=1)
            states[:, list(clique)] = np.stack(np.unravel_index(best, open_.shape[1:]), axis=1)
            if not c:
                heights = heights + _log(flat[rows, best])
        return states, heights


def _log(values: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(values))


def _stretched(values: Array, ndim: int) -> Array:
    return values.reshape((-1,) + (1,) * (ndim - 1))


def clique_tree(sizes: Sequence[int], families: Sequence[Scope], names: Sequence[str]) -> CliqueTree:
    """Return the clique tree of a network.

    Raises
    ------
    DataError
        Where the table of a clique would be too large.
    """
    order, cliques = _eliminated(sizes, families)
    largest = max(cliques, key=lambda clique: _size(sizes, clique))
    if _size(sizes, largest) > MOST_CELLS:
        told = ", ".join(names[v] for v in largest[:6]) + (", …" if len(largest) > 6 else "")
        raise DataError(
            f"exact inference needs a table of {_size(sizes, largest):,} cells over {told}; the limit is "
            f"{MOST_CELLS:,}: remove an arrow or join states"
        )
    return CliqueTree(tuple(sizes), tuple(families), order, *_joined(cliques))


def _size(sizes: Sequence[int], scope: Scope) -> int:
    return math.prod(sizes[v] for v in scope)


def _eliminated(sizes: Sequence[int], families: Sequence[Scope]) -> tuple[Scope, list[Scope]]:
    """Return the order of elimination with the least fill, and the cliques that are no part of another."""
    near: list[set[int]] = [set() for _ in sizes]
    for family in families:
        for one, other in combinations(family, 2):
            near[one].add(other)
            near[other].add(one)
    left, order, cliques = set(range(len(sizes))), [], list[Scope]()

    def cost(v: int) -> tuple[int, int, int]:
        fill = sum(other not in near[one] for one, other in combinations(near[v], 2))
        return fill, _size(sizes, (v, *near[v])), v

    while left:
        v = min(left, key=cost)
        clique = tuple(sorted({v, *near[v]}))
        if not any(set(clique) <= set(known) for known in cliques):
            cliques.append(clique)
        for one, other in combinations(near[v], 2):
            near[one].add(other)
            near[other].add(one)
        for one in near[v]:
            near[one].discard(v)
        left.discard(v)
        order.append(v)
    return tuple(order), cliques


def _joined(cliques: Sequence[Scope]) -> tuple[tuple[Scope, ...], Scope]:
    """Return the cliques with the one above each: the tree in which neighbours share most (Prim)."""
    ordered, above = [cliques[0]], [-1]
    left = list(cliques[1:])
    while left:
        pairs = (
            (len({*one} & {*other}), -k, -c) for k, one in enumerate(left) for c, other in enumerate(ordered)
        )
        _, k, c = max(pairs)
        ordered.append(left.pop(-k))
        above.append(-c)
    return tuple(ordered), tuple(above)
