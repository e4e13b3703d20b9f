"""How the count card is shared out between the table and what stands beside it or below."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QSize

from emviz.ui.panels.counts.grid import CountGrid

#: Where the derivation stands: at the side of the table, below it, or on a shelf of its own.
Where: TypeAlias = Literal["beside", "below", "shelf"]
#: It stands beside the table where it has this many heights of the font, else below it.
BESIDE = 22
#: Below it it gets so many of them; the table keeps this share, or four rows where that leaves so many.
BELOW, TABLE, LEAST_BELOW = 12, 0.3, 9
#: The share of a shelf.
SHELF = 0.37


def is_beside(space: QSize, grid: CountGrid, em: int) -> bool:
    """Return whether the derivation has room beside the table.

    Parameters
    ----------
    space : QSize
        What both have, in pixels.
    em : int
        The height of the font.
    """
    return space.width() - grid.least_width >= BESIDE * em


def shared(space: QSize, grid: CountGrid, em: int, where: Where) -> tuple[int, int]:
    """Return how many pixels there are in the direction that is divided, and how many the table has."""
    width, height = space.width(), space.height()
    if where == "beside":
        return width, max(grid.least_width, int(width * TABLE))
    if where == "shelf":
        return height, min(height - int(SHELF * height), grid.roomy_height)
    kept = max(int(TABLE * height), min(grid.some_height, height - LEAST_BELOW * em))
    return height, grid.whole_height(max(kept, height - BELOW * em))
