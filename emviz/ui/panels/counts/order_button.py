"""The button in the head of the count card that chooses the order of the rows."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from emviz.ui.commands.mnemonics import marked

#: The name of each order; and for rows that are steps in time, which keep their order but are scrolled.
NAMES = {"file": "as in the data", "divided": "most divided first", "changed": "most changed first"}
TIMED = {"file": "from the first step", "divided": "around a turn", "changed": "around a change"}


class OrderButton(QToolButton):
    """A menu button with the orders of the rows."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("order")
        self.setProperty("role", "bare")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("Which rows are seen first; every row keeps its number")
        self._menu = QMenu(self)
        group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        self._shown: tuple[str, bool] | None = None
        for kind, name in NAMES.items():
            action = QAction(name, self)
            action.setCheckable(True)
            action.setData(kind)
            group.addAction(action)
            self._menu.addAction(action)
            self._actions[kind] = action
        self._menu.triggered.connect(self._choose)
        self.setMenu(self._menu)

    def show_order(self, kind: str, timed: bool) -> None:
        """Show the current order."""
        if (kind, timed) == self._shown:
            return
        self._shown = kind, timed
        names = TIMED if timed else NAMES
        captions = marked([names[each] for each in self._actions])
        for (each, action), caption in zip(self._actions.items(), captions, strict=True):
            action.setText(caption)
            action.setChecked(each == kind)
        if self.text() != names[kind]:
            self.setText(names[kind])
            self.setAccessibleName(f"Rows: {names[kind]}")

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.chosen.emit(action.data())
