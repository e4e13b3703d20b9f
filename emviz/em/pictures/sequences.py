"""Pictures of sequences: logos, alignments, ribbons of states."""

from __future__ import annotations

from dataclasses import dataclass

from numpy import intp
from numpy.typing import NDArray

from emviz.em.numerics import Array


@dataclass(frozen=True)
class Logo:
    """A sequence logo: stacks of letters whose height is their information.

    Parameters
    ----------
    letters : tuple of str
        The alphabet.
    heights : Array, shape (W, S)
        The height of each letter at each position, in bits.
    most : float
        The highest possible stack: 2 bits for four letters.
    truth : bool
        Whether it shows the true parameters of simulated data.

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
    """Pieces of sequences below one another, with coloured letters.

    Parameters
    ----------
    heading : str
        The heading of the rows.
    names : tuple of str
        The name of each row.
    texts : tuple of str
        The pieces, all of one length; a point or a hyphen is a gap.
    before, after : tuple of str
        The letters before and after each piece, drawn faint and padded with blanks to one length.
    shares : tuple of float
        The probability of each piece, drawn as a bar; NaN before the E-step.
    details : tuple of str
        A short text after each row: "start 61".
    agrees : tuple of bool or None
        Whether the piece is the annotated one; None if nothing is annotated.
    row : int or None
        The row that is selected.
    verdict : str
        A sentence on how many agree, shown once the annotation is revealed.
    sure : tuple of tuple of float
        The certainty of the position of each letter, 0 to 1, as the strength of its colour; () for all 1.
    letter : str
        The letter of a share: P, or q if units count whole.
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
        The observation at each step: symbols, or numbers, drawn as a curve.
    shares : Array or None, shape (T, K)
        The shares of the states at each step; None before the E-step.
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
        The letter of a share: P, or q if units count whole.
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
