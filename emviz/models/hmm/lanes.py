"""Sequences cut into pieces that lie side by side, so that one Python step advances all of them.

A step of the forward recursion depends on the one before it, but the pieces of a sequence are independent
once the probabilities at their borders are known. Pieces lie along the last axis, the longest first: at step
t the pieces that are still running are the first ones, and nothing is padded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.intp]

#: A sequence is cut where it is this many times as long as the pieces would be.
WORTH = 4


@dataclass(frozen=True, eq=False)
class Lanes:
    """The place of each step of the sequences among the pieces.

    Parameters
    ----------
    length : int
        M, the steps of the longest piece.
    many : int
        C, the number of pieces.
    going : tuple of int
        The number of pieces still running at each of the M steps.
    position : integer array, shape (M, C)
        The step of the data at each place; 0 after the end of a piece.
    place : integer array, shape (T,)
        The place of each step of the data among the M × C places.
    first : boolean array, shape (C,)
        The pieces that begin a sequence.
    last : boolean array, shape (C,)
        The pieces that end one.
    before : integer array, shape (C,)
        The previous piece, in the order of the data; for the first piece the last of all.
    order : integer array, shape (C,)
        The pieces in the order of the data.
    ends : integer array, shape (C,)
        The last step of each piece.
    cut : bool
        Whether some sequence is cut into several pieces.
    """

    length: int
    many: int
    going: tuple[int, ...]
    position: Whole
    place: Whole
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]
    before: Whole
    order: Whole
    ends: Whole
    cut: bool

    @property
    def ragged(self) -> bool:
        """Whether some pieces end before others."""
        return self.going[-1] < self.many

    def by_rank(self) -> list[Whole]:
        """Return the pieces that are first in their sequence, those that are second, and so on."""
        first = self.first[self.order]
        begun = np.flatnonzero(first)
        rank = np.arange(self.many) - begun[np.cumsum(first) - 1]
        ranked = np.argsort(rank, kind="stable")
        return np.split(self.order[ranked], np.cumsum(np.bincount(rank))[:-1])


def lanes_of(lengths: Whole, states: int, piece: int | None = None) -> Lanes:
    """Return the pieces of sequences of these lengths.

    Parameters
    ----------
    lengths : integer array, shape (N,)
        The steps of each sequence, at least one.
    states : int
        K; more states mean more work at the borders, so that fewer pieces pay.
    piece : int, optional
        The most steps of a piece. By default √(K T / 16), as measured; whole sequences if none is much longer
        than that.
    """
    total, longest = int(lengths.sum()), int(lengths.max())
    if piece is None:
        piece = int(np.ceil(np.sqrt(states * total / 16)))
        piece = longest if longest <= WORTH * piece else piece
    pieces = -(-lengths // piece)
    owner = np.repeat(np.arange(len(lengths)), pieces)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    # The pieces of a sequence differ by one step at most.
    sizes = lengths[owner] // pieces[owner] + (rank < lengths[owner] % pieces[owner])
    return _laid_out(sizes, rank == 0, rank == pieces[owner] - 1)


def _laid_out(sizes: Whole, first: NDArray[np.bool_], last: NDArray[np.bool_]) -> Lanes:
    many, length = len(sizes), int(sizes.max())
    chain = np.argsort(-sizes, kind="stable")  # the piece of the data in each lane
    order = np.empty(many, dtype=np.intp)
    order[chain] = np.arange(many)
    starts = np.cumsum(sizes) - sizes
    steps = np.arange(length)[:, None]
    inside = steps < sizes[chain]
    position = np.where(inside, starts[chain] + steps, 0)
    place = np.empty(int(sizes.sum()), dtype=np.intp)
    place[position[inside]] = np.flatnonzero(inside)
    return Lanes(
        length=length,
        many=many,
        going=tuple(inside.sum(axis=1).tolist()),
        position=position,
        place=place,
        first=first[chain],
        last=last[chain],
        before=order[chain - 1],
        order=order,
        ends=sizes[chain] - 1,
        cut=not bool(first.all()),
    )
