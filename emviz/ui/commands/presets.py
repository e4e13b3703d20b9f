"""Presets ("Things to see"): opens one and says what to look for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from emviz import session as desk
from emviz.session import Request, Session

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow


class Presets(QObject):
    """Opens presets from the menu.

    Parameters
    ----------
    window : MainWindow
        Where the preset is opened.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot(QAction)
    def open_listed(self, chosen: QAction) -> None:
        """Open the preset of a menu entry."""
        model, key = self._window.store.session.model.key, str(chosen.data())
        change = partial(desk.open_preset, model=model, key=key)
        self._window.driver.edit(Request(change, desk.always, partial(_look, key=key)))


def _look(before: Session, after: Session, key: str) -> str:
    """Return the hint of a preset; "" while answers are hidden from the class."""
    return "" if after.display.guessing else desk.preset_named(after.model, key).look
