"""The division of the count card between the table and the derivation."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QSize

from emviz.ui.panels.counts.grid import CountGrid

#: The place of the derivation: beside the table, below it, or on the shelf.
Where: TypeAlias = Literal["beside", "below", "shelf"]
#: Width from which the derivation goes beside the table, in lines.
BESIDE = 22
#: Height of the derivation below the table, in lines; the table's share of the card; and the height, in
#: lines, that is left to the derivation if the table keeps four rows instead.
BELOW, TABLE, LEAST_BELOW = 12, 0.3, 9
#: The share of a shelf.
SHELF = 0.37


def is_beside(space: QSize, grid: CountGrid, em: int) -> bool:
    """Return whether the derivation fits beside the table.

    Parameters
    ----------
    space : QSize
        The room for both, in pixels.
    em : int
        Height of a line, in pixels.
    """
    return space.width() - grid.least_width >= BESIDE * em


def shared(space: QSize, grid: CountGrid, em: int, where: Where) -> tuple[int, int]:
    """Return the length of the divided direction and the table's part of it, in pixels."""
    width, height = space.width(), space.height()
    if where == "beside":
        return width, max(grid.least_width, int(width * TABLE))
    if where == "shelf":
        return height, min(height - int(SHELF * height), grid.roomy_height)
    kept = max(int(TABLE * height), min(grid.some_height, height - LEAST_BELOW * em))
    return height, grid.whole_height(max(kept, height - BELOW * em))
