"""Pictures of how a molecule folds."""

from __future__ import annotations

from dataclasses import dataclass

from emviz.em.numerics import Array


@dataclass(frozen=True)
class Fold:
    """A secondary structure: stems as ladders, loops as circles, coloured by probability.

    Parameters
    ----------
    heading : str
        What is folded: "consensus", or the name of a sequence.
    places : Array, shape (C, 2)
        Where the columns stand, in steps along the backbone, y upwards.
    partner : tuple of int
        The partner of each column, counted from 0; −1 for none.
    letters : tuple of str
        The letter of each column; "" for none.
    shares : Array or None, shape (C,)
        How often the pair of a column is formed, or an unpaired column has a letter: expected, or counted
        whole; None before the E-step.
    inserted : tuple of int
        How many letters stand before each column and behind the last one beyond those of the columns; empty
        for none at all.
    chosen : int or None
        A column whose pair is framed; a click on a pair chooses it, as the first column of the display.
    letter : str
        What a share is called: P, or q where it is all or nothing.
    """

    title: str
    heading: str
    places: Array
    partner: tuple[int, ...]
    letters: tuple[str, ...]
    shares: Array | None
    inserted: tuple[int, ...] = ()
    chosen: int | None = None
    note: str = ""
    letter: str = "P"
