"""Inside and outside by the length of a stretch, in plain numbers: what an E-step needs, and nothing else.

All stretches of one length d lie side by side, of all states of a branch and of all sequences of a batch. A
state that emits leads to shorter ones only, an insert too. Silent states in between are part of the
transition from one emitting state to the next, so all states move on by one matrix product. The work goes
branch by branch, so that its arrays stay in the cache. Stretches that do not exist are not computed. The
module `inside` does the same place by place, in any algebra, for the questions on single sequences, and in
logarithms where this would underflow.

Sequences shorter than the longest of their batch are padded. Values behind their end belong to none of their
stretches, and have outside 0.

Shapes: R states of a branch that emit (`branches`), N letters, B sequences; n = N − d + 1 stretches
[i, i + d] of length d, at i = 0 … N − d. One row more is the end of the branch, or its beginning.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import cycle

import numpy as np

from emviz.em.families.letters import summed
from emviz.em.numerics import Array
from emviz.em.work import checked
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
        self.batch, codes, many = batch, batch.codes, len(batch.possible)
        self.insert = np.take(summed(np.full(NONE, SCALE / NONE), batch.possible), codes)
        self.which = np.eye(many)[codes]
        self.couples = [many * codes[: len(codes) - d] + codes[d:] for d in range(1, len(codes))]


class Stretches:
    """What is known of all stretches of one state.

    Attributes
    ----------
    by_length : Array, shape (stretches, B)
        The shortest first, those of one length by where they begin.
    """

    def __init__(self, batch: Batch, by_length: Array) -> None:
        self.by_length, self._batch = by_length, batch

    @classmethod
    def empty(cls, batch: Batch) -> Stretches:
        """Return the stretches of a batch, with 0 for each."""
        return cls(batch, np.zeros((batch.firsts[-1], len(batch.rows))))

    @classmethod
    def of(cls, batch: Batch, square: Array) -> Stretches:
        """Return the stretches of a batch from an array by where they begin and where they end."""
        begins, ends = batch.ends
        return cls(batch, square.transpose(1, 2, 0)[begins, ends])

    @property
    def square(self) -> Array:
        """By where they begin and end, shape (B, N + 1, N + 1); 0 where they would end before they begin."""
        side, (begins, ends) = self._batch.side, self._batch.ends
        found = np.zeros((self.by_length.shape[1], side, side))
        found[:, begins, ends] = self.by_length.T
        return found

    @property
    def roots(self) -> Array:
        """That of each sequence which is all of it, shape (B,)."""
        return np.asarray(self.by_length[self._batch.whole])

    def __getitem__(self, d: int) -> Array:
        """Return those of length d, shape (n, B)."""
        firsts = self._batch.firsts
        return self.by_length[firsts[d] : firsts[d + 1]]


class Chain:
    """The transitions of a branch, from an emitting state to the next one, by way of silent ones.

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
        self._left, self._right = branch.of("IL", "ML"), branch.of("MR", "IR")
        self._pairs = branch.of("MP")
        self._on_left, self._on_right = (
            np.concatenate([self._chances(kind, params) for kind in kinds])
            for kinds in (("IL", "ML"), ("MR", "IR"))
        )
        self._pair = summed(params.pair[branch.places["MP"]] * SCALE**2, self.batch.possible_couples)
        self._found: list[Array] = []

    def _chances(self, kind: str, params: RnaParams) -> Array:
        """Return the probability of each letter in states of a kind, times four, shape (states, N, B)."""
        if kind in self.branch.places:
            chances = summed(params.single[self.branch.places[kind]] * SCALE, self.batch.possible)
            return np.asarray(chances[:, self.batch.codes])
        return np.broadcast_to(self.letters.insert, (self.branch.many[kind], *self.batch.codes.shape))

    # -- inside ----------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """The size of the inside: states × stretches × sequences."""
        return (self.branch.emitting + 1) * self.top.by_length.size

    def go_up(self, bottom: Stretches, kept: Array | None) -> None:
        """Find the inside, from the shortest stretches to the longest.

        Parameters
        ----------
        bottom : Stretches
            The inside of what the branch ends at.
        kept : Array or None, shape (size,)
            Room for the results that `go_down` needs; None if it is not called.
        """
        last, ahead = list[Array](), self._in_turn(3)
        for d, found in checked(enumerate(self._rooms(kept))):
            self._emit(d, last, found)
            found[-1] = bottom[d]
            if kept is not None:
                self._found.append(found)
            # A pair needs the values of d − 2, so two lengths are kept, and a third array is written.
            last = [_part(next(ahead), found.shape), *last[:1]]
            _multiply(self._chain.onward, _pieces(found), last[0])
            self.top[d][:] = last[0][-1]

    def _rooms(self, kept: Array | None) -> Iterator[Array]:
        """Yield room for each length, shape (R + 1, n, B): part of `kept`, or one room again and again."""
        states, many, first = self.branch.emitting + 1, len(self.batch.rows), 0
        room = next(self._in_turn(1)) if kept is None else kept
        for n in range(self.batch.side, 0, -1):
            yield _part(room[first:], (states, n, many))
            first += 0 if kept is None else states * n * many

    def _in_turn(self, rooms: int) -> Iterator[Array]:
        """Yield room for the values of all states, and the same room again after a few turns."""
        size = (self.branch.emitting + 1) * self.batch.side * len(self.batch.rows)
        return cycle([np.empty(size) for _ in range(rooms)])

    def _emit(self, d: int, last: Sequence[Array], found: Array) -> None:
        """Fill the inside of emitting states, from the values ahead of them at d − 1 and d − 2."""
        n, left, right, pairs = found.shape[1], self._left, self._right, self._pairs
        if d == 0:
            found[:] = 0.0
            return
        np.multiply(self._on_left[:, :n], last[0][left, 1:], out=found[left])
        np.multiply(self._on_right[:, d - 1 :], last[0][right, :-1], out=found[right])
        if d == 1:
            found[pairs] = 0.0
        else:
            np.multiply(self._coupled(d), last[1][pairs, 1:-1], out=found[pairs])

    def _coupled(self, d: int) -> Array:
        """Return the probability of the letters at both ends of stretches as a pair, times 16."""
        # All places exist; "clip" only spares the check of each.
        return self._pair.take(self.letters.couples[d - 2], axis=1, mode="clip")

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
        room, outer = next(self._in_turn(1)), self._in_turn(3)
        for d in checked(reversed(range(self.batch.side))):
            found = self._found.pop()
            left = self._left_over(d, later, _part(room, found.shape))
            left[-1] = top[d]
            later = [_part(next(outer), found.shape), *later[:1]]
            pieces = _pieces(left)
            _multiply(back, pieces, later[0])
            self.bottom[d][:] = later[0][-1]
            _add_products(used, pieces, _pieces(found))
            seen.add(d, found, later[0])
        self._chain.count(used, symbols.transition)
        seen.count(symbols)

    def _left_over(self, d: int, later: Sequence[Array], found: Array) -> Array:
        """Fill in what states that emit leave to those below, by their outside at d + 1 and d + 2."""
        n, left, right, pairs = self.batch.side - d, self._left, self._right, self._pairs
        # These stretches reach the rim of the sequence: no letter is left outside for the state above.
        found[left, 0] = found[right, -1] = found[pairs, 0] = found[pairs, -1] = 0.0
        if later:
            np.multiply(self._on_left[:, : n - 1], later[0][left], out=found[left, 1:])
            np.multiply(self._on_right[:, d:], later[0][right], out=found[right, :-1])
        if len(later) > 1:
            np.multiply(self._coupled(d + 2), later[1][pairs], out=found[pairs, 1:-1])
        return found


class Visits:
    """How often states that match are visited with each letter of each sequence, or with each pair."""

    def __init__(self, branch: Branch, letters: Letters) -> None:
        self._branch, self._letters = branch, letters
        shape = letters.batch.codes.shape
        self._left, self._right = (np.zeros((branch.many[kind], *shape)) for kind in ("ML", "MR"))
        self._pairs = np.zeros(branch.many["MP"] * len(letters.batch.possible) ** 2)
        self._matching, ends = branch.of("ML", "MR"), np.cumsum([branch.many[kind] for kind in ("ML", "MP")])
        self._ends: tuple[int, int] = tuple(ends.tolist())
        self._first = len(letters.batch.possible) ** 2 * np.arange(branch.many["MP"])[:, None, None]

    def add(self, d: int, found: Array, outer: Array) -> None:
        """Add stretches of one length, by the inside and the outside of states; shapes (R + 1, n, B)."""
        if d == 0:
            return
        visits, (left, pairs) = found[self._matching] * outer[self._matching], self._ends
        self._left[:, : found.shape[1]] += visits[:left]
        self._right[:, d - 1 :] += visits[pairs:]
        if d > 1 and pairs > left:
            which = self._first + self._letters.couples[d - 2]
            self._pairs += np.bincount(which.ravel(), visits[left:pairs].ravel(), len(self._pairs))

    def count(self, symbols: RnaCounts) -> None:
        """Add the letters and the pairs to counts by symbols."""
        places, which = self._branch.places, self._letters.which
        symbols.single[places["ML"]] += np.tensordot(self._left, which, 2)
        symbols.single[places["MR"]] += np.tensordot(self._right, which, 2)
        symbols.pair[places["MP"]] += self._pairs.reshape(symbols.pair[places["MP"]].shape)


def _part(room: Array, shape: tuple[int, ...]) -> Array:
    """Return the beginning of a room as an array of a shape."""
    return room[: math.prod(shape)].reshape(shape)


def _multiply(matrix: Array, columns: tuple[Array, ...], out: Array) -> None:
    """Fill in the product of a square matrix and many columns, in pieces, shape (R + 1, n, B)."""
    for some, found in zip(columns, _pieces(out), strict=True):
        np.matmul(matrix, some, out=found)


def _add_products(to: Array, left: tuple[Array, ...], right: tuple[Array, ...]) -> None:
    """Add the sums of the products of all states with all states, in pieces, shape (R + 1, R + 1)."""
    for some, others in zip(left, right, strict=True):
        to += np.matmul(some, others.swapaxes(1, 2)).sum(axis=0)


def _pieces(values: Array) -> tuple[Array, ...]:
    """Return places in pieces side by side, shape (pieces, R + 1, places), and the rest.

    They are so small that BLAS starts no threads, whose waiting for each other costs more than they save.
    """
    states = len(values)
    flat = values.reshape(states, -1)
    places = flat.shape[1]
    size = FEW // states**2 or 1
    if places < size:
        return (flat[None],)
    whole = places // size * size
    pieces = flat[:, :whole].reshape(states, -1, size).swapaxes(0, 1)
    return (pieces,) if whole == places else (pieces, flat[None, :, whole:])


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

    @property
    def size(self) -> int:
        """The number of values kept for `count`."""
        return sum(own.size for own in self.passes)

    def inside(self, kept: Array | None = None) -> Array:
        """Return log P(x; θ) of each sequence, shape (B,), in nats.

        Parameters
        ----------
        kept : Array or None, shape (size or more,)
            Room for the results that `count` needs; None if it is not called.
        """
        first = 0
        for own in reversed(self.passes):
            own.go_up(self._bottom(own.branch), None if kept is None else kept[first : first + own.size])
            first += own.size
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.passes[0].top.roots) - np.log(SCALE) * self.batch.lengths)

    def count(self, symbols: RnaCounts) -> None:
        """Add the expected letters, by symbols, and the expected transitions."""
        root = Stretches.empty(self.batch)
        root.by_length[self.batch.whole] = 1 / self.passes[0].top.roots
        tops = {0: root}
        for place, own in enumerate(self.passes):
            own.go_down(tops.pop(place), symbols)
            if own.branch.fork is not None:
                left, right = (self.passes[below].top.square.swapaxes(1, 2) for below in own.branch.fork)
                both = own.bottom.square
                sides = (Stretches.of(self.batch, product) for product in (both @ right, left @ both))
                tops |= zip(own.branch.fork, sides, strict=True)

    def _bottom(self, branch: Branch) -> Stretches:
        """Return the inside of what a branch ends at: no letters, or two branches side by side."""
        if branch.fork is None:
            nothing = Stretches.empty(self.batch)
            nothing[0][:] = 1.0
            return nothing
        left, right = (self.passes[below].top.square for below in branch.fork)
        return Stretches.of(self.batch, left @ right)
