"""Renders one part of the window at a time while EM runs flat out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Slot

from emviz.session import Session
from emviz.ui.store import Store

Part: TypeAlias = Callable[[Session], None]
#: Milliseconds from one part to the next: the turn of the mouse, the keys and the clocks.
TURN = 4


class Rota(QObject):
    """Shows the session of a store in every part, at once or in turn.

    Parameters
    ----------
    store : Store
        Where the session lies.
    parts : sequence of callable
        Each renders a session in one part of the window.
    """

    def __init__(self, store: Store, parts: Sequence[Part], parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._parts = parts
        self._shown: list[Session | None] = [None] * len(parts)
        self._next = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TURN)
        self._timer.timeout.connect(self._render_next)

    @property
    def resting(self) -> bool:
        """Whether nobody waits for a turn."""
        return not self._timer.isActive()

    def render_all(self) -> None:
        """Show the session in every part now."""
        self._timer.stop()
        for place in range(len(self._parts)):
            self._render(place)

    def render_in_turn(self) -> None:
        """Show the session, or a later one, in one part after the other."""
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _render_next(self) -> None:
        session = self._store.session
        for _ in self._parts:
            place = self._next
            self._next = (place + 1) % len(self._parts)
            if self._shown[place] is not session:
                self._render(place)
                return
        self._timer.stop()

    def _render(self, place: int) -> None:
        self._shown[place] = self._store.session
        self._parts[place](self._store.session)
