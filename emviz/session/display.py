"""The choices of the user on what is shown and how, such as a lesson restores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from emviz.em.counts.table import Cell, CountCell, Entry, ShareCell
from emviz.em.objective.lines import Direction


class Arrangement(Enum):
    """How the four panels share the window.

    Notes
    -----
    `FOUR` shows all of them at once; `STAGE` gives most of the space to the count table, and the rest to one
    curve and the picture of the model.
    """

    FOUR = "four"
    STAGE = "stage"


@dataclass(frozen=True)
class Display:
    """What is shown of the session, and how. It is not part of its history.

    Parameters
    ----------
    decimals : int
        Decimals of an expected count, 1 to 6; probabilities and θ have one more, as in the paper.
    slice : Direction
        The line along which the bound is shown: an entry of θ, through two iterations, or towards the truth
        or the complete-data estimate; None for the segment from θ(t) to θ(t+1).
    earlier : bool
        Whether to show the bounds of earlier iterations.
    parts : bool
        Whether to show the parts of the bound, Q and H(q).
    profile : bool
        Whether to show the profile likelihood along an entry of θ, beside log P.
    contours : bool
        Whether to show contours of the bound over those of the objective in the landscape.
    slowest : bool
        Whether to show the slowest direction of EM, and its rate, in the landscape.
    node : str
        The selected variable of a diagram; empty for the model's own choice.
    supposed : tuple of pair of str
        Assumed states of variables, in the selected row or in any, as pairs (variable, state).
    axes : pair of Entry, or None
        The entries of θ on the axes of the landscape; None if θ has fewer than two.
    reference : bool
        Whether to show the answers in every picture: the complete-data estimate, the truth, the maxima and
        saddles.
    revealed : bool
        Whether to show the true labels.
    next : bool
        Whether to show the result of the next M-step before it is done.
    guessing : bool
        Whether a class is guessing: the next thing that is opened starts with all answers hidden.
    cell : Cell or None
        The cell whose derivation is shown.
    row : int or None
        The row of the data whose answer is shown, from 0.
    columns : tuple of int
        The columns of the data on the axes of a scatter; empty for the first ones.
    picture : str
        The title of the model's picture that is shown; empty for the first.
    seed : int
        The seed of the next random θ(0).
    plot : str
        The plot of the log-likelihood panel if there is only room for one of two.
    group : str
        The title of the parameters plotted over the iterations; empty for the first.
    field : str
        The title of the page of θ(0) in the editor; empty for the first.
    arrangement : Arrangement or None
        The arrangement of the panels; None for the one that suits the count table.
    upper : str
        The panel at the upper right of the stage, "bound" or "likelihood".
    order : str
        The rows of the count table that come first if not all are visible: "file" for the order of the data,
        "divided" for the most divided ones, "changed" for the most changed ones.
    large : str
        The panel that fills the window, "bound", "likelihood", "counts" or "picture"; empty for none.
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
        """Return the display with all answers shown or hidden."""
        return replace(self, reference=shown, revealed=shown, next=shown)

    def at_row(self, row: int) -> Display:
        """Return the display with the answer of a row; the derivation of a row moves to it."""
        cell = self.cell
        if isinstance(cell, ShareCell | CountCell):
            cell = replace(cell, row=row)
        return replace(self, row=row, cell=cell)

    def at_cell(self, cell: Cell | None) -> Display:
        """Return the display with a derivation; the answer that is shown moves to the same row."""
        row = self.row
        if row is not None and isinstance(cell, ShareCell | CountCell):
            row = cell.row
        return replace(self, row=row, cell=cell)


def begun(display: Display) -> Display:
    """Return the display for something just opened: with all answers hidden if a class is guessing."""
    return display.unveil(False) if display.guessing else display
