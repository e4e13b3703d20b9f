"""A button in the head of a card, with a menu of what can be shown besides."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton


class ShowButton(QToolButton):
    """Opens a menu of actions that are on or off.

    Parameters
    ----------
    what : str
        What they belong to, for a screen reader.
    """

    def __init__(self, what: str) -> None:
        super().__init__()
        self.setObjectName("showButton")
        self.setText("Show")
        self.setAccessibleName(f"Show in {what}")
        self.setToolTip(f"What can be shown in {what} besides")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.hide()

    def offer(self, *actions: QAction) -> None:
        """Offer actions of the window."""
        self._menu.addActions(actions)

    def refont(self) -> None:
        """Take over the font of the application."""
        self._menu.setFont(self.font())
