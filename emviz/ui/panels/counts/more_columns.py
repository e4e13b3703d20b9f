"""The button in the head of the count card that counts the hidden columns and pages to them."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QToolButton, QWidget

from emviz.data.things import things
from emviz.ui.panels.counts.grid import CountGrid


class MoreColumns(QToolButton):
    """A button with the number of a grid's hidden columns; hidden if there are none."""

    def __init__(self, grid: CountGrid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = grid
        self.setProperty("role", "bare")
        self.hide()
        self.clicked.connect(self._turn)
        grid.columns_turned.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Show the number of hidden columns."""
        many = self._grid.more_columns
        self.setText(f"◂ {many}" if self._grid.at_last_columns else f"+{many} ▸")
        words = things(many, "more column")
        self.setToolTip(f"{words}: turn to them (the wheel sideways, or a search with /)")
        self.setAccessibleName(words)
        self.setVisible(many > 0)
        if self.isVisible() and self.isHidden():
            # Showing it has laid out the card, which now has room for all columns and has called this again:
            # it is hidden explicitly, but Qt has made it visible after that.
            self.show()
            self.hide()

    @Slot()
    def _turn(self) -> None:
        self._grid.turn_by(1)
