"""Pictures of sequences: logos, alignments, ribbons of states."""

from __future__ import annotations

from dataclasses import dataclass

from numpy import intp
from numpy.typing import NDArray

from emviz.em.numerics import Array


@dataclass(frozen=True)
class Logo:
    """A sequence logo: stacks of letters, as high as they are informative.

    Parameters
    ----------
    letters : tuple of str
        The alphabet.
    heights : Array, shape (W, S)
        The height of each letter at each position, in bits.
    most : float
        The highest stack that is possible: 2 bits for four letters.
    truth : bool
        Whether it is that of what the data were simulated from.

    Notes
    -----
    Schneider & Stephens, Nucleic Acids Research 18:6097 (1990).
    """

    title: str
    letters: tuple[str, ...]
    heights: Array
    most: float = 2.0
    note: str = ""
    truth: bool = False


@dataclass(frozen=True)
class Alignment:
    """Pieces of sequences below one another, letters in the colour of their kind.

    Parameters
    ----------
    heading : str
        What a row is.
    names : tuple of str
        The name of each row.
    texts : tuple of str
        The pieces, all of one length; a point or a hyphen is a gap.
    before, after : tuple of str
        What stands before and after each piece, drawn faint; of one length each, padded with blanks.
    shares : tuple of float
        How probable each piece is, as a bar; nan where nothing has been weighed.
    details : tuple of str
        A short text behind each row: "start 61".
    agrees : tuple of bool or None
        Whether the piece is the annotated one; None where nothing is annotated.
    row : int or None
        The row that is selected.
    verdict : str
        How many agree, told once the annotation is revealed.
    sure : tuple of tuple of float
        How sure each letter of each piece is of its place, 0 … 1: its colour is as strong; () for all sure.
    letter : str
        What a share is called: P, or q where it is all or nothing.
    """

    title: str
    heading: str
    names: tuple[str, ...]
    texts: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    shares: tuple[float, ...]
    details: tuple[str, ...]
    agrees: tuple[bool | None, ...] = ()
    row: int | None = None
    note: str = ""
    verdict: str = ""
    sure: tuple[tuple[float, ...], ...] = ()
    letter: str = "P"


@dataclass(frozen=True)
class Ribbon:
    """A long sequence with the shares of its states as a stacked ribbon.

    Parameters
    ----------
    symbols : tuple of str, or Array of shape (T,)
        What was observed at each step: symbols, or numbers to be drawn as a curve.
    shares : Array or None, shape (T, K)
        The part of each step that is counted for each state; None before the E-step.
    best : integer array or None, shape (T,)
        The most likely path (Viterbi).
    truth : integer array or None, shape (T,)
        The true states.
    names : tuple of str
        The states.
    breaks : tuple of int
        The steps at which another sequence begins, without the first.
    row : int or None
        The step that is selected.
    letter : str
        What a share is called: P, or q where it is all or nothing.
    """

    title: str
    symbols: tuple[str, ...] | Array
    shares: Array | None
    best: NDArray[intp] | None
    truth: NDArray[intp] | None
    names: tuple[str, ...]
    breaks: tuple[int, ...] = ()
    row: int | None = None
    note: str = ""
    letter: str = "P"
