"""The button in the head of the count card that says how many columns are not in sight, and turns to them."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QToolButton, QWidget

from emviz.data.things import things
from emviz.ui.panels.counts.grid import CountGrid


class MoreColumns(QToolButton):
    """Follows the columns of a grid."""

    def __init__(self, grid: CountGrid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = grid
        self.setProperty("role", "bare")
        self.hide()
        self.clicked.connect(self._turn)
        grid.columns_turned.connect(self.tell)

    @Slot()
    def tell(self) -> None:
        """Say how many columns are not in sight."""
        many = self._grid.more_columns
        self.setText(f"◂ {many}" if self._grid.at_last_columns else f"+{many} ▸")
        words = things(many, "more column")
        self.setToolTip(f"{words}: turn to them (the wheel sideways, or a search with /)")
        self.setAccessibleName(words)
        self.setVisible(many > 0)
        if self.isVisible() and self.isHidden():
            # To show it has laid out the card, which has room for all of them: Qt has hidden it too early.
            self.show()
            self.hide()

    @Slot()
    def _turn(self) -> None:
        self._grid.turn_by(1)
