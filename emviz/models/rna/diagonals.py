"""Inside and outside by the length of a stretch, in plain numbers: what an E-step needs, and nothing else.

All stretches of one length d lie side by side, of all states of a branch and of all sequences of a batch. A
state that emits leads to shorter ones only, an insert too. What is silent in between belongs to the way from
one state that emits to the next, so that what is ahead of all of them is one product with a matrix. Branch by
branch, what is at hand stays in the cache. Stretches that do not exist are not computed. The module `inside`
does the same place by place, in any algebra, for what is asked of single sequences, and in logarithms where
this would underflow.

Sequences shorter than the longest of their batch fill it up: what is found behind their end belongs to no
stretch of theirs, and is 0 outside.

Shapes: R states of a branch that emit (`branches`), N letters, B sequences; n = N − d + 1 stretches
[i, i + d] of length d, at i = 0 … N − d. One row more is the end of the branch, or its beginning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from emviz.em.families.letters import summed
from emviz.em.numerics import Array
from emviz.models.rna.branches import Branch
from emviz.models.rna.data import NONE, Batch, RnaCounts, RnaParams
from emviz.models.rna.inside import SCALE

#: Multiplications up to which OpenBLAS stays in one thread.
FEW = 2**18


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


class Chain:
    """The transitions of a branch, from a state that emits to the next one, whatever is silent in between.

    Attributes
    ----------
    onward : Array, shape (R + 1, R + 1)
        From the states that emit and the beginning of the branch, to the states that emit and its end.
    """

    def __init__(self, branch: Branch, transition: Array) -> None:
        many = branch.emitting
        self._branch, self._steps = branch, branch.steps(transition)
        silent = self._steps[many:, many:]
        closure = _closure(np.diag(silent, 1))
        self._into = np.concatenate([self._steps[:many, many:] @ closure, closure[:1]])
        self._out = np.concatenate([closure @ self._steps[many:, :many], closure[:, -1:]], axis=1)
        ends = np.eye(len(silent))[:, -1:]
        self.onward = self._into @ np.concatenate([self._steps[many:, :many], ends], axis=1)
        self.onward[:many, :many] += self._steps[:many, :many]

    def count(self, used: Array, to: Array) -> None:
        """Add expected transitions to those of a model, shape (R, 7).

        Parameters
        ----------
        used : Array, shape (R + 1, R + 1)
            The derivatives of log P by `onward`. That by a transition adds up all that it is a part of.
        """
        many = self._branch.emitting
        found = np.zeros_like(self._steps)
        found[:many, :many] = used[:many, :many]
        found[:many, many:] = (used @ self._out.T)[:many]
        found[many:, :many] = (self._into.T @ used)[:, :many]
        found[many:, many:] = self._into.T @ used @ self._out.T
        found *= self._steps
        to[self._branch.theta] += found[self._branch.own]


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
        self._chain = Chain(branch, params.transition)
        self._left, self._right = branch.of("ML", "IL"), branch.of("MR", "IR")
        self._pairs = branch.of("MP")
        self._on_left, self._on_right = self._chances("ML", "IL", params), self._chances("MR", "IR", params)
        self._pair = summed(params.pair[branch.places["MP"]] * SCALE**2, self.batch.couple_stands)
        self._found: list[Array] = []

    def _chances(self, match: str, insert: str, params: RnaParams) -> Array:
        """Return the probability of each letter in states of two kinds, times four, shape (states, N, B)."""
        chances = summed(params.single[self.branch.places[match]] * SCALE, self.batch.stands)
        inserts = np.broadcast_to(self.letters.insert, (self.branch.many[insert], *self.batch.codes.shape))
        return np.concatenate([chances[:, self.batch.codes], inserts])

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
            found[-1] = bottom[d]
            if keep:
                self._found.append(found)
            ahead = _product(self._chain.onward, _flat(found)).reshape(found.shape)
            self.top[d] = ahead[-1]
            last = [ahead, *last[:1]]

    def _room(self, keep: bool) -> Iterator[Array]:
        """Yield room for each length, shape (R + 1, n, B); all in one piece, or the same again."""
        side, states = self.batch.side, self.branch.emitting + 1
        many = states * len(self.batch.rows)
        room = np.empty(many * (side * (side + 1) // 2 if keep else side))
        first = 0
        for n in range(side, 0, -1):
            yield room[first : first + many * n].reshape(states, n, -1)
            first += many * n * keep

    def _emit(self, d: int, last: Sequence[Array], found: Array) -> None:
        """Fill the inside of emitting states, by what was ahead of them at d − 1 and d − 2."""
        n, left, right, pairs = found.shape[1], self._left, self._right, self._pairs
        if d == 0:
            found[:] = 0.0
            return
        np.multiply(self._on_left[:, :n], last[0][left, 1:], out=found[left])
        np.multiply(self._on_right[:, d - 1 :], last[0][right, :-1], out=found[right])
        if d == 1:
            found[pairs] = 0.0
        else:
            np.multiply(self._pair[:, self.letters.couples[d - 2]], last[1][pairs, 1:-1], out=found[pairs])

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
        used, later = np.zeros_like(self._chain.onward), list[Array]()
        back, seen = np.ascontiguousarray(self._chain.onward.T), Visits(self.branch, self.letters)
        for d in reversed(range(self.batch.side)):
            left, found = self._left_over(d, later), self._found.pop()
            left[-1] = top[d]
            outer = _product(back, _flat(left)).reshape(left.shape)
            self.bottom[d] = outer[-1]
            for some in _pieces(*_flat(left).shape):
                used += _flat(left)[:, some] @ _flat(found)[:, some].T
            seen.add(d, found, outer)
            later = [outer, *later[:1]]
        self._chain.count(used, symbols.transition)
        seen.count(symbols)

    def _left_over(self, d: int, later: Sequence[Array]) -> Array:
        """Return what states that emit leave to those below, by their outside at d + 1 and d + 2."""
        n, left, right, pairs = self.batch.side - d, self._left, self._right, self._pairs
        found = np.zeros((self.branch.emitting + 1, n, len(self.batch.rows)))
        if later:
            np.multiply(self._on_left[:, : n - 1], later[0][left], out=found[left, 1:])
            np.multiply(self._on_right[:, d:], later[0][right], out=found[right, :-1])
        if len(later) > 1:
            np.multiply(self._pair[:, self.letters.couples[d]], later[1][pairs], out=found[pairs, 1:-1])
        return found


class Visits:
    """How often states that match are visited with each letter of each sequence, or with each pair."""

    def __init__(self, branch: Branch, letters: Letters) -> None:
        self._branch, self._letters = branch, letters
        shape = letters.batch.codes.shape
        self._left, self._right = (np.zeros((branch.many[kind], *shape)) for kind in ("ML", "MR"))
        self._pairs = np.zeros(branch.many["MP"] * len(letters.batch.stands) ** 2)

    def add(self, d: int, found: Array, outer: Array) -> None:
        """Add stretches of one length, by the inside and the outside of states; shapes (R + 1, n, B)."""
        n, branch = found.shape[1], self._branch
        left, right, pairs = (found[branch.of(kind)] * outer[branch.of(kind)] for kind in ("ML", "MR", "MP"))
        if d > 0:
            self._left[:, :n] += left
            self._right[:, d - 1 :] += right
        if d > 1:
            size = len(self._letters.batch.stands) ** 2
            which = size * np.arange(len(pairs))[:, None, None] + self._letters.couples[d - 2]
            self._pairs += np.bincount(which.ravel(), pairs.ravel(), len(self._pairs))

    def count(self, symbols: RnaCounts) -> None:
        """Add the letters and the pairs to counts by symbols."""
        places, which = self._branch.places, self._letters.which
        symbols.single[places["ML"]] += np.tensordot(self._left, which, 2)
        symbols.single[places["MR"]] += np.tensordot(self._right, which, 2)
        symbols.pair[places["MP"]] += self._pairs.reshape(symbols.pair[places["MP"]].shape)


def _flat(values: Array) -> Array:
    """Return all places of a state on one axis."""
    return values.reshape(len(values), -1)


def _product(matrix: Array, columns: Array) -> Array:
    """Return the product of a square matrix and many columns."""
    found = np.empty_like(columns)
    for some in _pieces(*columns.shape):
        np.matmul(matrix, columns[:, some], out=found[:, some])
    return found


def _pieces(states: int, columns: int) -> Iterator[slice]:
    """Yield columns, so few at once that BLAS does not wake its threads, which wait for each other."""
    size = max(1, FEW // states**2)
    return (slice(first, first + size) for first in range(0, columns, size))


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
