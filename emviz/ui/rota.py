"""Renders one part of the window at a time while EM runs flat out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Slot

from emviz.session import Session
from emviz.ui.store import Store

Part: TypeAlias = Callable[[Session], None]
#: Milliseconds from one part to the next: the turn of the mouse, the keys and the clocks.
TURN = 4
#: Seconds from which a turn is dear, so that a hand that moves meanwhile could notice it.
DEAR = 0.010
#: Seconds from one dear turn to the next: they may be no more than one in a hundred of the clock's turns.
REST = 1.0
#: How much of what a turn cost is remembered at the part's next turn, if that is a quick one.
REMEMBERED = 0.9


class Rota(QObject):
    """Shows the session of a store in every part, at once or in turn.

    In turn, the part that has waited longest comes next. Parts that are dear to render and paint have a turn
    every `REST` seconds between them; the others come round as often as there is time.

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
        self._since = [0.0] * len(parts)
        self._costs = [0.0] * len(parts)
        self._last, self._dear_from = 0, 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(TURN)
        self._timer.timeout.connect(self._render_next)
        self._painted = QTimer(self)
        self._painted.setSingleShot(True)
        self._painted.timeout.connect(self._note_cost)

    @property
    def resting(self) -> bool:
        """Whether nobody waits for a turn."""
        return not self._timer.isActive()

    def render_all(self) -> None:
        """Show the session in every part now."""
        self._timer.stop()
        self._painted.stop()
        for place in range(len(self._parts)):
            self._render(place)

    def render_in_turn(self) -> None:
        """Show the session, or a later one, in one part after the other."""
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _render_next(self) -> None:
        if self._painted.isActive():
            self._painted.stop()
            self._note_cost()
        session, now = self._store.session, time.perf_counter()
        waiting = [place for place, shown in enumerate(self._shown) if shown is not session]
        ready = [place for place in waiting if self._costs[place] < DEAR or now >= self._dear_from]
        if ready:
            self._last = min(ready, key=self._since.__getitem__)
            self._render(self._last)
            # What has been rendered is painted before a timer of no time has its turn.
            self._painted.start(0)
        elif not waiting:
            self._timer.stop()

    @Slot()
    def _note_cost(self) -> None:
        now = time.perf_counter()
        cost = now - self._since[self._last]
        self._costs[self._last] = max(cost, REMEMBERED * self._costs[self._last])
        if cost >= DEAR:
            self._dear_from = now + REST

    def _render(self, place: int) -> None:
        self._shown[place], self._since[place] = self._store.session, time.perf_counter()
        self._parts[place](self._store.session)
