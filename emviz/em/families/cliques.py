"""Exact inference in a Bayesian network with a clique tree, for all rows at once along the first axis.

Lauritzen & Spiegelhalter, J. R. Statist. Soc. B 50:157 (1988): the graph is moralised and triangulated by
minimum fill, tables are multiplied into cliques, and messages are collected and distributed. The observations
of a row enter as indicators: 1 for every state that a variable may have.
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

#: The most cells in the table of a clique.
MOST_CELLS = 65_536
#: Relative differences of probabilities below this are rounding.
EQUAL = 1e-12
Scope = tuple[int, ...]
States = NDArray[np.intp]


@dataclass(frozen=True)
class CliqueTree:
    """The cliques of a network, joined to a tree.

    Parameters
    ----------
    sizes : tuple of int
        The number of states of each of the V variables.
    families : tuple of tuple of int
        For each variable, its parents and itself, in the order of the axes of its table.
    order : tuple of int
        The order in which variables were eliminated.
    cliques : tuple of tuple of int
        The variables of each clique, in ascending order.
    above : tuple of int
        The parent of each clique, earlier in the list, to which it sends its message; −1 for the first.
    """

    sizes: tuple[int, ...]
    families: tuple[Scope, ...]
    order: Scope
    cliques: tuple[Scope, ...]
    above: Scope

    @cached_property
    def homes(self) -> Scope:
        """The clique that contains the family of each variable."""
        return tuple(
            next(c for c, clique in enumerate(self.cliques) if set(family) <= set(clique))
            for family in self.families
        )

    @cached_property
    def cells(self) -> int:
        """The cells of all cliques together."""
        return sum(math.prod(self.sizes[v] for v in clique) for clique in self.cliques)

    def between(self, c: int) -> Scope:
        """Return the variables that a clique shares with its parent."""
        return tuple(v for v in self.cliques[c] if v in self.cliques[self.above[c]])

    def filled(self, tables: Sequence[Array], seen: Sequence[Array]) -> list[Array]:
        """Return the table of each clique: the product of its families and the observations.

        Parameters
        ----------
        tables : sequence of Array
            θ: the table of each variable, with axes as in `families`.
        seen : sequence of Array, shapes (N, states)
            1 for the states that each variable of a row may have, otherwise 0.
        """
        found = [np.ones((1, *(self.sizes[v] for v in clique))) for clique in self.cliques]
        for v, (family, table) in checked(enumerate(zip(self.families, tables, strict=True))):
            c = self.homes[v]
            # The axes of a family are in the order of its table, those of a clique in ascending order.
            upright = np.transpose(table, np.argsort(family))
            found[c] = found[c] * self._along(upright[None], tuple(sorted(family)), c)
        for v, evidence in checked(enumerate(seen)):
            c = self.homes[v]
            found[c] = found[c] * self._along(evidence, (v,), c)
        return found

    def _along(self, values: Array, scope: Scope, c: int) -> Array:
        """Return values with an axis for every variable of a clique, of length 1 if outside their scope."""
        own = (self.sizes[v] if v in scope else 1 for v in self.cliques[c])
        return values.reshape((values.shape[0], *own))

    def _others(self, scope: Scope, c: int) -> tuple[int, ...]:
        """Return the axes of a clique's table of variables outside a scope."""
        return tuple(axis + 1 for axis, v in enumerate(self.cliques[c]) if v not in scope)

    def beliefs(self, tables: Sequence[Array], seen: Sequence[Array]) -> tuple[list[Array], Array]:
        """Return the probability of the states of each clique in each row, and log P of each row.

        Returns
        -------
        list of Array, shapes (N, states, …); Array, shape (N,)
            log P is in nats; −∞ for an impossible row, whose probabilities are 0.
        """
        found = self.filled(tables, seen)
        sent, heights = self._collected(found)
        for c in checked(range(1, len(found))):
            scope = self.between(c)
            known = found[self.above[c]].sum(axis=self._others(scope, self.above[c]))
            # Where a message is 0, what it divides is 0 too, and 0/0 counts as 0.
            ratio = np.divide(known, sent[c], out=np.zeros_like(known), where=sent[c] > 0)
            found[c] = found[c] * self._along(ratio, scope, c)
        return found, heights

    def _collected(self, found: list[Array]) -> tuple[list[Array], Array]:
        """Send messages to the first clique (in place); return them, and log P of each row in nats."""
        heights = np.zeros(len(found[0]))
        sent: list[Array] = [np.ones(1)] * len(found)
        for c in checked(range(len(found) - 1, 0, -1)):
            scope = self.between(c)
            message = found[c].sum(axis=self._others(scope, c))
            # Messages are scaled to a maximum of 1, so that the products of many cliques do not underflow.
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
        """Return only log P of each row, shape (N,), in nats; −∞ for an impossible row."""
        return self._collected(self.filled(tables, seen))[1]

    def family(self, found: Sequence[Array], v: int) -> Array:
        """Return the probability of a variable with its parents, shape (N, parents …, states)."""
        family, c = self.families[v], self.homes[v]
        own = found[c].sum(axis=self._others(family, c))
        # The inverse of the permutation in `filled`.
        return np.transpose(own, (0, *(1 + np.argsort(np.argsort(family)))))

    def marginal(self, found: Sequence[Array], v: int) -> Array:
        """Return the probability of each state of a variable, shape (N, states)."""
        own = self.family(found, v)
        return np.asarray(own.reshape(len(own), -1, self.sizes[v]).sum(axis=1))

    def likeliest(self, tables: Sequence[Array], seen: Sequence[Array]) -> tuple[States, Array]:
        """Return the most probable states of all variables of each row (the first of equals), and log P.

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
            # States that differ only by rounding are equal; the first of them is taken.
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
        If the table of a clique would be too large.
    """
    order, cliques = _eliminated(sizes, families)
    largest = max(cliques, key=lambda clique: _size(sizes, clique))
    if _size(sizes, largest) > MOST_CELLS:
        some = ", ".join(names[v] for v in largest[:6]) + (", …" if len(largest) > 6 else "")
        raise DataError(
            f"exact inference needs a table of {_size(sizes, largest):,} cells over {some}; the limit is "
            f"{MOST_CELLS:,}: remove an arrow or join states"
        )
    return CliqueTree(tuple(sizes), tuple(families), order, *_joined(cliques))


def _size(sizes: Sequence[int], scope: Scope) -> int:
    return math.prod(sizes[v] for v in scope)


def _eliminated(sizes: Sequence[int], families: Sequence[Scope]) -> tuple[Scope, list[Scope]]:
    """Return the order of elimination with the least fill, and the maximal cliques."""
    near: list[set[int]] = [set() for _ in sizes]
    for family in families:
        for one, other in combinations(family, 2):
            near[one].add(other)
            near[other].add(one)
    left, order, cliques = set(range(len(sizes))), [], list[Scope]()

    def cost(v: int) -> tuple[int, int, int]:
        fill = sum(other not in near[one] for one, other in combinations(near[v], 2))
        # The variable decides last, so that the tree does not depend on the order of a set.
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
    """Return the cliques with their parents: the tree whose neighbours share most variables (Prim)."""
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
