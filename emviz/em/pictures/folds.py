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
        The folded molecule: "consensus", or the name of a sequence.
    places : Array, shape (C, 2)
        The positions of the columns, in units of a step along the backbone, y upwards.
    partner : tuple of int
        The partner of each column, counted from 0; −1 for none.
    letters : tuple of str
        The letter of each column; "" for none.
    shares : Array or None, shape (C,)
        How often the pair of a column is formed, or an unpaired column has a letter, as a share; None before
        the E-step.
    inserted : tuple of int
        The numbers of inserted letters before each column and after the last; empty for none at all.
    chosen : int or None
        A column whose pair is framed; set by a click on a pair.
    letter : str
        The letter of a share: P, or q if units count whole.
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
