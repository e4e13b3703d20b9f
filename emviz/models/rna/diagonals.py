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
Stretches and sequences are columns, n·B of one length: the sequences of a stretch side by side, those of the
next one behind them. So the same sequences one letter on are B columns further.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import numpy as np

from emviz.em.families.letters import summed
from emviz.em.numerics import Array, in_place
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
    which : Array, shape (N·B, C)
        1 for the symbol that each letter is.
    couples : integer array, shape (columns,)
        The symbols at both ends of each stretch as one number; of those without letters, any.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch, codes, many = batch, batch.codes, len(batch.possible)
        self.insert = np.take(summed(np.full(NONE, SCALE / NONE), batch.possible), codes)
        self.which = np.eye(many)[codes.ravel()]
        begins, ends = batch.ends
        # Stretches without letters may begin behind the last one.
        padded = np.pad(codes, ((0, 1), (0, 0)), constant_values=NONE)
        self.couples = (many * padded[begins] + padded[ends - 1]).ravel()


class Stretches:
    """What is known of all stretches of one state.

    Attributes
    ----------
    by_length : Array, shape (stretches, B)
        The shortest first, those of one length by where they begin.
    columns : Array, shape (columns,)
        The same memory, one after the other.
    """

    def __init__(self, batch: Batch, by_length: Array) -> None:
        self.by_length, self.columns, self._batch = by_length, by_length.reshape(-1), batch

    @classmethod
    def empty(cls, batch: Batch) -> Stretches:
        """Return the stretches of a batch, with 0 for each."""
        return cls(batch, np.zeros((batch.firsts[-1], len(batch.rows))))

    @classmethod
    def of(cls, batch: Batch, square: Array) -> Stretches:
        """Return the stretches of a batch from an array by where they begin and where they end."""
        begins, ends = batch.ends
        flat = square.reshape(len(square), -1).take(begins * batch.side + ends, axis=1)
        return cls(batch, np.ascontiguousarray(flat.T))

    @property
    def square(self) -> Array:
        """By where they begin and end, shape (B, N + 1, N + 1); 0 where they would end before they begin."""
        stretches, many = self.by_length.shape
        padded = np.zeros((many, stretches + 1))
        padded[:, :-1] = self.by_length.T
        return padded.take(self._batch.stretches, axis=1)

    @property
    def roots(self) -> Array:
        """That of each sequence which is all of it, shape (B,)."""
        return np.asarray(self.by_length[self._batch.whole])


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
        pairs = summed(params.pair[branch.places["MP"]] * SCALE**2, self.batch.possible_couples)
        # All places exist; "clip" only spares the check of each.
        self._coupled = pairs.take(letters.couples, axis=1, mode="clip")
        self._kept: Array | None = None

    def _chances(self, kind: str, params: RnaParams) -> Array:
        """Return the probability of each letter in states of a kind, times four, shape (states, N·B)."""
        codes, states = self.batch.codes.ravel(), self.branch.many[kind]
        if kind in self.branch.places:
            chances = summed(params.single[self.branch.places[kind]] * SCALE, self.batch.possible)
            return chances.take(codes, axis=1)
        return np.broadcast_to(self.letters.insert.ravel(), (states, len(codes)))

    # -- inside ----------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """The size of the inside: states × columns."""
        return (self.branch.emitting + 1) * self.top.columns.size

    def go_up(self, bottom: Stretches, kept: Array | None) -> None:
        """Find the inside, from the shortest stretches to the longest.

        Parameters
        ----------
        bottom : Stretches
            The inside of what the branch ends at.
        kept : Array or None, shape (size,)
            Room for the results that `go_down` needs; None if it is not called.
        """
        # A pair needs the values of d − 2, so two lengths are kept, and a third array is written.
        last, ahead, room = list[Array](), cycle(self._rooms(3)), self._rooms(1)[0]
        self._kept = None if kept is None else kept.reshape(self.branch.emitting + 1, -1)
        for d, columns in checked(enumerate(self.batch.columns)):
            size = columns.stop - columns.start
            found = room[:, :size] if self._kept is None else self._kept[:, columns]
            self._emit(d, last, found)
            found[-1] = bottom.columns[columns]
            last = [next(ahead)[:, :size], *last[:1]]
            _multiply(self._chain.onward, _pieces(found), last[0])
            self.top.columns[columns] = last[0][-1]

    def _rooms(self, many: int) -> Array:
        """Return room for the values of all states at the stretches of a length, shape (many, R + 1, …)."""
        return np.zeros((many, self.branch.emitting + 1, self.batch.side * len(self.batch.rows)))

    def _emit(self, d: int, last: Sequence[Array], found: Array) -> None:
        """Fill the inside of emitting states, from the values ahead of them at d − 1 and d − 2."""
        size, on, left, right, pairs = (
            found.shape[1],
            len(self.batch.rows),
            self._left,
            self._right,
            self._pairs,
        )
        if d == 0:
            found[:] = 0.0
            return
        np.multiply(self._on_left[:, :size], last[0][left, on:], out=found[left])
        np.multiply(self._on_right[:, (d - 1) * on :], last[0][right, :-on], out=found[right])
        if d == 1:
            found[pairs] = 0.0
        else:
            coupled = self._coupled[:, self.batch.columns[d]]
            np.multiply(coupled, last[1][pairs, on:-on], out=found[pairs])

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
        assert self._kept is not None
        used, later = np.zeros_like(self._chain.onward), list[Array]()
        back, seen = np.ascontiguousarray(self._chain.onward.T), Visits(self.branch, self.letters)
        room, outer = self._rooms(1)[0], cycle(self._rooms(3))
        for d in checked(reversed(range(self.batch.side))):
            columns = self.batch.columns[d]
            size = columns.stop - columns.start
            found, left = self._kept[:, columns], room[:, :size]
            self._leave(d, later, left)
            left[-1] = top.columns[columns]
            later = [next(outer)[:, :size], *later[:1]]
            pieces = _pieces(left)
            _multiply(back, pieces, later[0])
            self.bottom.columns[columns] = later[0][-1]
            _add_products(used, pieces, _pieces(found))
            seen.add(d, found, later[0])
        self._chain.count(used, symbols.transition)
        seen.count(symbols)

    def _leave(self, d: int, later: Sequence[Array], found: Array) -> None:
        """Fill in what states that emit leave to those below, by their outside at d + 1 and d + 2.

        Stretches that reach the rim of the sequence leave no letter for a state above, and hold 0: the room
        does so at first, and longer stretches have not written there.
        """
        on, left, right, pairs = len(self.batch.rows), self._left, self._right, self._pairs
        if later:
            np.multiply(self._on_left[:, : later[0].shape[1]], later[0][left], out=found[left, on:])
            np.multiply(self._on_right[:, d * on :], later[0][right], out=found[right, :-on])
        if len(later) > 1:
            coupled = self._coupled[:, self.batch.columns[d + 2]]
            np.multiply(coupled, later[1][pairs], out=found[pairs, on:-on])


class Visits:
    """How often states that match are visited with each letter of each sequence, or with each pair."""

    def __init__(self, branch: Branch, letters: Letters) -> None:
        self._branch, self._letters, many = branch, letters, branch.many
        self._on = len(letters.batch.rows)
        self._left, self._right = (np.zeros((many[kind], letters.batch.codes.size)) for kind in ("ML", "MR"))
        self._pairs = np.zeros((many["MP"], len(letters.couples)))
        self._matching = branch.of("ML", "MR")
        self._room = np.empty((many["ML"] + many["MP"] + many["MR"], letters.batch.side * self._on))

    def add(self, d: int, found: Array, outer: Array) -> None:
        """Add stretches of one length, by the inside and the outside of states; shapes (R + 1, n·B)."""
        if d == 0:
            return
        size, left, pairs = found.shape[1], len(self._left), len(self._left) + len(self._pairs)
        visits = self._room[:, :size]
        np.multiply(found[self._matching], outer[self._matching], out=visits)
        self._left[:, :size] += visits[:left]
        self._right[:, (d - 1) * self._on :] += visits[pairs:]
        self._pairs[:, self._letters.batch.columns[d]] = visits[left:pairs]

    def count(self, symbols: RnaCounts) -> None:
        """Add the letters and the pairs to counts by symbols."""
        places, which = self._branch.places, self._letters.which
        symbols.single[places["ML"]] += self._left @ which
        symbols.single[places["MR"]] += self._right @ which
        for place, visits in zip(places["MP"].tolist(), self._pairs, strict=True):
            symbols.pair[place] += np.bincount(self._letters.couples, visits, symbols.pair.shape[1])


def _multiply(matrix: Array, columns: tuple[Array, ...], out: Array) -> None:
    """Fill in the product of a square matrix and many columns, in pieces, shape (R + 1, n·B)."""
    for some, found in zip(columns, _pieces(out), strict=True):
        np.matmul(matrix, some, out=found)


def _add_products(to: Array, left: tuple[Array, ...], right: tuple[Array, ...]) -> None:
    """Add the sums of the products of all states with all states, in pieces, shape (R + 1, R + 1)."""
    for some, others in zip(left, right, strict=True):
        to += np.matmul(some, others.swapaxes(1, 2)).sum(axis=0)


def _pieces(values: Array) -> tuple[Array, ...]:
    """Return columns in pieces side by side, shape (pieces, R + 1, columns), and the rest.

    They are so small that BLAS starts no threads, whose waiting for each other costs more than they save.
    """
    states, columns = values.shape
    size = FEW // states**2 or 1
    if columns < size:
        return (values[None],)
    whole = columns // size * size
    pieces = values[:, :whole].reshape(states, -1, size).swapaxes(0, 1)
    return (pieces,) if whole == columns else (pieces, values[None, :, whole:])


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

    @in_place()
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

    @in_place()
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
            nothing.by_length[: self.batch.side] = 1.0
            return nothing
        left, right = (self.passes[below].top.square for below in branch.fork)
        return Stretches.of(self.batch, left @ right)
