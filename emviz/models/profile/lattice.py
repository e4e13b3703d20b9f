"""The order of the residues of a block in memory, which lets a node process all of them in few calls.

Sequences are cut into pieces of like length: n of them into R pieces each of S places, the first of which is
before the first residue. The single axis of M = S n R places is ordered by the place within a piece, then by
sequence and piece. The next residue is thus one row of n R places further on; after the last row it is at the
beginning of the next piece.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array
from emviz.models.profile.data import Block, Codes

Number = TypeVar("Number", bound=np.generic)
#: The most places of a piece; the fastest of several sizes that were tried.
PIECE = 16


class Lattice:
    """The places of a block.

    Parameters
    ----------
    block : Block
    symbols : int
        C, the number of symbols.

    Attributes
    ----------
    many, pieces, size : int
        n, R and S.
    codes : integer array, shape (M,)
        The symbol of the residue at each place; C if there is none.
    there : Array, shape (M,)
        1 up to the end of a sequence; 0 behind it, where its last pieces are padded.
    ends : integer array, shape (n,)
        The place of the last residue of each sequence.
    """

    def __init__(self, block: Block, symbols: int) -> None:
        steps, self.many = block.codes.shape
        self.pieces = -(-(steps + 1) // PIECE)
        self.size = -(-(steps + 1) // self.pieces)
        place, ends = np.arange(self.pieces * self.size), block.lengths[:, None]
        codes = np.full((self.many, len(place)), symbols)
        np.copyto(codes[:, 1 : steps + 1], block.codes.T, where=place[1 : steps + 1] <= ends)
        self.codes: Codes = self._laid(codes)
        self.there = self._laid(place <= ends).astype(np.float64)
        piece, within = np.divmod(block.lengths, self.size)
        self.ends: Codes = (within * self.many + np.arange(self.many)) * self.pieces + piece

    def each(self, values: Array) -> Array:
        """Return values, shape (…, M), with the sequences on an axis of their own, shape (…, S, n, R)."""
        return values.reshape(*values.shape[:-1], self.size, self.many, self.pieces)

    def rows(self, values: Array) -> Array:
        """Return values, shape (M,), row by row, shape (S, n R)."""
        return values.reshape(self.size, -1)

    def in_order(self, values: Array) -> Array:
        """Return values, shape (k, M), residue by residue, shape (R S, n, k)."""
        return self.each(values).transpose(3, 1, 2, 0).reshape(-1, self.many, len(values))

    def later(self, values: Array, odds: Array, out: Array) -> None:
        """Fill each place with the value at the residue before, times its own odds; 0 at the first."""
        row = self.many * self.pieces
        np.multiply(values[:-row], odds[row:], out=out[row:])
        np.multiply(values[-row:-1], odds[1:row], out=out[1:row])
        out[0] = 0.0

    def earlier(self, values: Array, odds: Array, out: Array) -> None:
        """Fill each place with the value at the residue behind it, times the odds there; 0 at the last."""
        row = self.many * self.pieces
        np.multiply(values[row:], odds[row:], out=out[:-row])
        np.multiply(values[1:row], odds[1:row], out=out[-row:-1])
        out[-1] = 0.0

    def _laid(self, values: NDArray[Number]) -> NDArray[Number]:
        return values.reshape(self.many, self.pieces, self.size).transpose(2, 0, 1).ravel()
