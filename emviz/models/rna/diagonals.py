"""Inside and outside by the length of a stretch, in plain numbers: what an E-step needs, and nothing else.

All stretches of one length d lie side by side, of all nodes of a branch and of all sequences of a batch. A
state that emits leads to shorter ones only, an insert too; so all of them are a few products, and what is
ahead of them is one product of a stack of small matrices. Only the silent states lead to one another at the
same length, by a closure matrix. Branch by branch, what is at hand stays in the cache. Stretches that do not
exist are not computed. The module `inside` does the same place by place, in any algebra, for what is asked of
single sequences, and in logarithms where this would underflow.

Sequences shorter than the longest of their batch fill it up: what is found behind their end belongs to no
stretch of theirs, and is 0 outside.

Shapes: m nodes of a branch with 6 states each (`branches`), N letters, B sequences; n = N − d + 1 stretches
[i, i + d] of length d, at i = 0 … N − d.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from emviz.em.families.letters import summed
from emviz.em.numerics import Array
from emviz.models.rna.branches import EMITTING, IL, IR, ML, MP, MR, SILENT, Branch
from emviz.models.rna.data import NONE, Batch, RnaCounts, RnaParams
from emviz.models.rna.inside import SCALE


class Letters:
    """The letters of a batch, as the passes look at them.

    Attributes
    ----------
    insert : Array, shape (N, B)
        The probability of each letter in any insert, times four.
    which : Array, shape (N, B, C)
        1 for the symbol that each letter is.
    couples : list of integer arrays, shape (n, B)
        For d = 2 … N, the symbols at both ends of the stretches of d letters as one number.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch, codes, many = batch, batch.codes, len(batch.stands)
        self.insert = np.take(summed(np.full(NONE, SCALE / NONE), batch.stands), codes)
        self.which = np.eye(many)[codes]
        self.couples = [many * codes[: len(codes) - d] + codes[d:] for d in range(1, len(codes))]


class Stretches:
    """What is known of all stretches of one state.

    Attributes
    ----------
    square : Array, shape (B, N + 1, N + 1)
        By where they begin and where they end; 0 where they would end before they begin.
    """

    def __init__(self, square: Array) -> None:
        self.square = square

    @classmethod
    def empty(cls, batch: Batch) -> Stretches:
        """Return the stretches of a batch, with 0 for each."""
        return cls(np.zeros((len(batch.rows), batch.side, batch.side)))

    def __getitem__(self, d: int) -> Array:
        """Return those of length d, shape (n, B)."""
        return self._diagonal(d).T

    def __setitem__(self, d: int, values: Array) -> None:
        self._diagonal(d)[:] = values.T

    def _diagonal(self, d: int) -> Array:
        side = self.square.shape[1]
        return self.square.reshape(len(self.square), -1)[:, d : (side - d) * side : side + 1]


class Passes:
    """The two passes over one branch.

    Attributes
    ----------
    top, bottom : Stretches
        The inside of the silent state that the branch begins with, and the outside of what it ends at.
    """

    def __init__(self, branch: Branch, params: RnaParams, letters: Letters) -> None:
        self.branch, self.letters, self.batch = branch, letters, letters.batch
        self.top, self.bottom = Stretches.empty(self.batch), Stretches.empty(self.batch)
        self._moves = branch.moves(params.transition)
        self._closure = _closure(self._moves[:, SILENT, SILENT])
        self._left, self._right = (self._chances(kind, params) for kind in (ML, MR))
        places = branch.matches[MP][1]
        self._pair = summed(params.pair[places] * SCALE**2, self.batch.couple_stands)
        self._found: list[Array] = []

    def _chances(self, kind: int, params: RnaParams) -> Array:
        """Return the probability of each letter in the ML or MR of each node, times four, shape (m, N, B)."""
        nodes, places = self.branch.matches[kind]
        chances = summed(params.single[places] * SCALE, self.batch.stands)
        found = np.zeros((self.branch.size, *self.batch.codes.shape))
        found[nodes] = chances[:, self.batch.codes]
        return found

    # -- inside ----------------------------------------------------------------------------------------------

    def go_up(self, bottom: Stretches, keep: bool) -> None:
        """Find the inside, from the shortest stretches to the longest.

        Parameters
        ----------
        bottom : Stretches
            The inside of what the branch ends at.
        keep : bool
            Whether `go_down` follows.
        """
        last: list[Array] = []
        for d, found in enumerate(self._room(keep)):
            self._emit(d, last, found)
            self._fill_inside(d, found, bottom[d])
            if keep:
                self._found.append(found)
            ahead = self._moves[:, EMITTING] @ _flat(found)
            last = [ahead.reshape(*ahead.shape[:2], *found.shape[2:]), *last[:1]]

    def _room(self, keep: bool) -> Iterator[Array]:
        """Yield room for each length, shape (m, 6, n, B); all in one piece, or the same again."""
        side, many = self.batch.side, self.branch.size * 6 * len(self.batch.rows)
        room = np.empty(many * (side * (side + 1) // 2 if keep else side))
        first = 0
        for n in range(side, 0, -1):
            yield room[first : first + many * n].reshape(self.branch.size, 6, n, -1)
            first += many * n * keep

    def _emit(self, d: int, last: Sequence[Array], found: Array) -> None:
        """Fill the inside of emitting states, by what was ahead of them at d − 1 and d − 2."""
        n, insert, nodes = found.shape[2], self.letters.insert, self.branch.matches[MP][0]
        if d == 0:
            found[:, EMITTING] = 0.0
            return
        ahead = last[0]
        np.multiply(self._left[1:, :n], ahead[1:, ML, 1:], out=found[:-1, ML])
        np.multiply(insert[:n], ahead[:, IL, 1:], out=found[:, IL])
        np.multiply(self._right[1:, d - 1 :], ahead[1:, MR, :-1], out=found[:-1, MR])
        np.multiply(insert[d - 1 :], ahead[:, IR, :-1], out=found[:, IR])
        found[-1, ML] = found[-1, MR] = 0.0
        found[:, MP] = 0.0
        if d > 1:
            found[nodes - 1, MP] = self._pair[:, self.letters.couples[d - 2]] * last[1][nodes, MP, 1:-1]

    def _fill_inside(self, d: int, found: Array, bottom: Array) -> None:
        """Fill the inside of the silent states of all lengths from that of the one below the branch."""
        flat = _flat(found)
        own = (self._moves[:, SILENT, None, EMITTING] @ flat[:, EMITTING])[:, 0]
        whole = self._closure @ np.concatenate([own, bottom.reshape(1, -1)])
        flat[:, SILENT] = whole[1:]
        self.top[d] = whole[0].reshape(bottom.shape)

    # -- outside ---------------------------------------------------------------------------------------------

    def go_down(self, top: Stretches, symbols: RnaCounts) -> None:
        """Find the outside, from the longest stretches to the shortest, and add what it counts.

        Parameters
        ----------
        top : Stretches
            The outside of the silent state that the branch begins with.
        symbols : RnaCounts
            Counts by symbols.
        """
        used, later = np.zeros_like(self._moves), list[Array]()
        onward = self._moves[:, :, EMITTING].transpose(0, 2, 1)
        for d in reversed(range(self.batch.side)):
            left, found = self._left_over(d, later), self._found.pop()
            self._fill_outside(d, _flat(left), top[d])
            outer = (onward @ _flat(left)).reshape(len(left), -1, *left.shape[2:])
            used += _flat(left) @ _flat(found).transpose(0, 2, 1)
            self._count(d, found, outer, symbols)
            later = [outer, *later[:1]]
        self.branch.add_moves(used * self._moves, symbols.transition)

    def _left_over(self, d: int, later: Sequence[Array]) -> Array:
        """Return what states that emit leave to those below, by their outside at d + 1 and d + 2."""
        n, insert = self.batch.side - d, self.letters.insert
        left = np.zeros((self.branch.size, 6, n, len(self.batch.rows)))
        if later:
            outer = later[0]
            np.multiply(self._left[1:, : n - 1], outer[:-1, ML], out=left[1:, ML, 1:])
            np.multiply(insert[: n - 1], outer[:, IL], out=left[:, IL, 1:])
            np.multiply(self._right[1:, d:], outer[:-1, MR], out=left[1:, MR, :-1])
            np.multiply(insert[d:], outer[:, IR], out=left[:, IR, :-1])
        if len(later) > 1:
            nodes = self.branch.matches[MP][0]
            left[nodes, MP, 1:-1] = self._pair[:, self.letters.couples[d]] * later[1][nodes - 1, MP]
        return left

    def _fill_outside(self, d: int, left: Array, top: Array) -> None:
        """Fill the outside of the silent states from that of the one at the top of the branch."""
        own = (self._moves[:, EMITTING, SILENT][:, None] @ left[:, EMITTING])[:, 0]
        whole = self._closure.T @ np.concatenate([top.reshape(1, -1), own])
        left[:, SILENT] = whole[:-1]
        self.bottom[d] = whole[-1].reshape(top.shape)

    def _count(self, d: int, found: Array, outer: Array, symbols: RnaCounts) -> None:
        """Count the letters at the ends of the stretches."""
        many = len(self.batch.stands)
        for kind, letters in ((ML, slice(found.shape[2])), (MR, slice(max(d - 1, 0), None))):
            nodes, places = self.branch.matches[kind]
            if d > 0 and len(nodes):
                visits = (found[:-1, kind] * outer[:-1, kind]).reshape(len(found) - 1, -1)
                symbols.single[places] += (visits @ self.letters.which[letters].reshape(-1, many))[nodes - 1]
        nodes, places = self.branch.matches[MP]
        if d > 1 and len(nodes):
            visits = (found[nodes - 1, MP] * outer[nodes - 1, MP]).reshape(len(nodes), -1)
            couples = self.letters.couples[d - 2].ravel()
            for place, own in zip(places.tolist(), visits, strict=True):
                symbols.pair[place] += np.bincount(couples, own, many**2)


def _flat(values: Array) -> Array:
    """Return the stretches of all sequences on one axis."""
    return values.reshape(*values.shape[:2], -1)


def _closure(steps: Array) -> Array:
    """Return the products of steps in a row, from each place to each later one, shape (m + 1, m + 1)."""
    found = np.eye(len(steps) + 1)
    for k, step in enumerate(steps.tolist(), 1):
        found[:k, k] = found[:k, k - 1] * step
    return found


class Diagonals:
    """Inside and outside of all branches of a batch."""

    def __init__(self, branches: Sequence[Branch], params: RnaParams, batch: Batch) -> None:
        letters = Letters(batch)
        self.batch = batch
        self.passes = [Passes(branch, params, letters) for branch in branches]

    def inside(self, keep: bool = False) -> Array:
        """Return log P(x; θ) of each sequence, shape (B,), in nats.

        Parameters
        ----------
        keep : bool
            Whether `count` follows.
        """
        for own in reversed(self.passes):
            own.go_up(self._bottom(own.branch), keep)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self._roots()) - np.log(SCALE) * self.batch.lengths)

    def count(self, symbols: RnaCounts) -> None:
        """Add what is expected of letters, by symbols, and of transitions."""
        root = Stretches.empty(self.batch)
        root.square[np.arange(len(self.batch.rows)), 0, self.batch.lengths] = 1 / self._roots()
        tops = {0: root}
        for place, own in enumerate(self.passes):
            own.go_down(tops.pop(place), symbols)
            if own.branch.fork is not None:
                left, right = (self.passes[below].top.square.swapaxes(1, 2) for below in own.branch.fork)
                both = own.bottom.square
                tops |= zip(own.branch.fork, (Stretches(both @ right), Stretches(left @ both)), strict=True)

    def _roots(self) -> Array:
        """Return P(x; θ) of each sequence, each letter counted four times, shape (B,)."""
        square = self.passes[0].top.square
        return np.asarray(square[np.arange(len(square)), 0, self.batch.lengths])

    def _bottom(self, branch: Branch) -> Stretches:
        """Return the inside of what a branch ends at: no letters, or two branches side by side."""
        if branch.fork is None:
            nothing = Stretches.empty(self.batch)
            nothing[0] = np.ones((self.batch.side, len(self.batch.rows)))
            return nothing
        left, right = (self.passes[below].top.square for below in branch.fork)
        return Stretches(left @ right)
