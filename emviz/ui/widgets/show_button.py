"""A button in the head of a card with a menu of optional content."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton


class ShowButton(QToolButton):
    """Opens a menu of checkable actions.

    Parameters
    ----------
    what : str
        Name of the picture, for a screen reader.
    """

    def __init__(self, what: str) -> None:
        super().__init__()
        self.setObjectName("showButton")
        self.setText("Show")
        self.setAccessibleName(f"Show in {what}")
        self.setToolTip(f"What else can be shown in {what}")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.hide()

    def offer(self, *actions: QAction) -> None:
        """Add actions of the window to the menu."""
        self._menu.addActions(actions)

    def refont(self) -> None:
        """Apply the application's font."""
        self._menu.setFont(self.font())
