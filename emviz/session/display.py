"""What is shown of a session, and how: the choices of the viewer that a lesson would want to restore."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from emviz.em.lines import Direction
from emviz.em.views import Cell, CountCell, Entry, ShareCell


class Arrangement(Enum):
    """How the panels of the four questions share the room.

    Notes
    -----
    `FOUR` shows all of them at once; `STAGE` gives most of the room to the count table, and the rest to one
    curve and to the picture of the model.
    """

    FOUR = "four"
    STAGE = "stage"


@dataclass(frozen=True)
class Display:
    """What is shown of the session, and how; not part of its history.

    Parameters
    ----------
    decimals : int
        Decimals of an expected count, 1 to 6; probabilities and θ get one more, as in the paper.
    slice : Direction
        The line on which the bound is shown: along an entry of θ, through two iterations, or towards the
        truth or the complete-data estimate; None for the segment from θ(t) to θ(t+1).
    earlier : bool
        Show the bounds of the iterations before as well.
    parts : bool
        Show what the bound is made of, Q and H(q).
    profile : bool
        Show beside log P along an entry of θ its profile: log P at its best over all other entries.
    contours : bool
        Show contours of the bound over those of the objective in the landscape.
    slowest : bool
        Show in the landscape the direction in which EM is slowest, and its rate.
    node : str
        The variable that is chosen in a diagram, and asked about; empty for the model's own choice.
    supposed : tuple of pair of str
        What is supposed of the row on display, or of any, to see what would follow: variables with states.
    axes : pair of Entry, or None
        The entries of θ on the axes of the landscape; None where θ has fewer than two.
    reference : bool
        Show the answers in every picture: the complete-data estimate, the truth, the maxima and saddles.
    revealed : bool
        Show the true labels.
    next : bool
        Show where the next M-step leads before it has been done.
    guessing : bool
        A class is to guess: what is opened next begins with everything hidden that it could read off.
    cell : Cell or None
        The cell whose derivation is on display.
    row : int or None
        The row of the data whose answer is on display, counted from 0.
    columns : tuple of int
        The columns of the data on the axes of a scatter; empty for the first ones.
    picture : str
        The title of the model's picture on display; empty for its first one.
    seed : int
        The seed of the next random θ(0).
    plot : str
        Which of its two plots the log-likelihood shows where it has room for one.
    group : str
        The title of the parameters that are plotted over the iterations; empty for the first ones.
    field : str
        The title of the page of θ(0) that can be edited; empty for the first one.
    arrangement : Arrangement or None
        Where the panels stand; None for the one that suits the count table.
    upper : str
        What the stage shows at the upper right, "bound" or "likelihood".
    order : str
        Which rows of the count table come first where not all are in sight: "file" for the order of the data,
        "divided" for the most divided ones, "changed" for the most changed ones.
    large : str
        The panel that fills the room, "bound", "likelihood", "counts" or "picture"; empty for none.
    """

    decimals: int = 1
    slice: Direction = None
    axes: tuple[Entry, Entry] | None = None
    reference: bool = True
    revealed: bool = False
    next: bool = True
    guessing: bool = False
    cell: Cell | None = None
    row: int | None = None
    columns: tuple[int, ...] = ()
    picture: str = ""
    seed: int = 0
    plot: str = "log P"
    group: str = ""
    field: str = ""
    arrangement: Arrangement | None = None
    upper: str = "bound"
    large: str = ""
    order: str = "divided"
    earlier: bool = False
    parts: bool = False
    profile: bool = False
    contours: bool = False
    slowest: bool = False
    node: str = ""
    supposed: tuple[tuple[str, str], ...] = ()

    @property
    def open(self) -> bool:
        """Whether nothing is hidden."""
        return self.reference and self.revealed and self.next

    def unveil(self, shown: bool) -> Display:
        """Return the display with all that a class should guess shown, or hidden."""
        return replace(self, reference=shown, revealed=shown, next=shown)

    def at_row(self, row: int) -> Display:
        """Return the display with the answer of a row; the derivation of a row's number follows to it."""
        cell = self.cell
        if isinstance(cell, ShareCell | CountCell):
            cell = replace(cell, row=row)
        return replace(self, row=row, cell=cell)

    def at_cell(self, cell: Cell | None) -> Display:
        """Return the display with a derivation; an answer on display follows to the row of its number."""
        row = self.row
        if row is not None and isinstance(cell, ShareCell | CountCell):
            row = cell.row
        return replace(self, row=row, cell=cell)


def begun(display: Display) -> Display:
    """Return the display for what has just been opened: with all hidden that a class is to guess."""
    return display.unveil(False) if display.guessing else display
