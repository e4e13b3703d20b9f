"""Renders one part of the window at a time while EM runs flat out, in rounds that each show one session."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Slot

from emviz.session import EVERYTHING, Change, Results, Session, diff, news, suited
from emviz.ui.work.store import Store

Part: TypeAlias = Callable[[Session, Results], None]
Seen: TypeAlias = "tuple[Session, Results]"
Move: TypeAlias = Callable[[], None]


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Shown:
    """A panel as the rota knows it.

    Parameters
    ----------
    parts : sequence of callable
        What renders a session and its results in it, part by part.
    concerns : Change
        The parts of both that are seen in it.
    seen : callable
        Says whether the panel is in sight; out of sight it is not rendered.
    """

    parts: Sequence[Part]
    concerns: Change
    seen: Callable[[], bool] = _always


#: Milliseconds from the begin of one turn to the next, and the least from its end: the mouse, the keys and
#: the clocks have theirs between.
TURN, PAUSE = 4, 1
#: Seconds from which a turn is dear: a hand that moves meanwhile could notice it.
DEAR = 0.010
#: Seconds from one dear turn to the next: they may be no more than one in a hundred of the clock's turns.
REST = 1.0
#: How much of what a turn cost is remembered at the part's next turn, if that is a quick one.
REMEMBERED = 0.9


class Rota(QObject):
    """Shows the session of a store in every panel that it concerns, at once or in turn.

    In turn, all panels show the session that the round began with, and the panel that has waited longest
    comes next; the parts of a panel have consecutive turns. Panels that are dear to render and paint have a
    turn every `REST` seconds between them, and sit out the other rounds. The first turn of a run is not held
    against a panel, nor is what other threads and programs take from its turn.

    Parameters
    ----------
    store : Store
        Where the session lies.
    panels : sequence of Shown
        What renders a session, and what of it concerns each.
    """

    def __init__(self, store: Store, panels: Sequence[Shown], parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._panels = panels
        self._session = store.session
        self._now: Seen = store.session, store.results
        self._shown: list[Seen | None] = [None] * len(panels)
        self._since = [0.0] * len(panels)
        self._costs = [0.0] * len(panels)
        self._last, self._dear_from = 0, 0.0
        self._left: deque[Part] = deque()
        self._moves: deque[Move] = deque()
        self._unseen: set[int] = set()
        self._once = False
        self._begun = _clocks()
        self._going = self._moving = False
        # A timer that repeats would have two turns after a long one, before any clock that is late by then.
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._take_turn)
        self._painted = QTimer(self, singleShot=True)
        self._painted.timeout.connect(self._end_turn)

    @property
    def resting(self) -> bool:
        """Whether nobody waits for a turn."""
        return not self._going

    def render_all(self, unseen: bool = False) -> None:
        """Show the session in every part now.

        Parameters
        ----------
        unseen : bool
            In those out of sight too.
        """
        self._rest()
        self._left.clear()
        self.finish_moves()
        self._session = self._store.session
        now = self._session, self._store.results
        changes = {shown: _change(shown, now) for shown in set(self._shown)}
        for place, panel in enumerate(self._panels):
            shown = self._shown[place]
            # A part may have asked for another session, which this panel then shows already.
            if shown not in changes or not (unseen or panel.seen()):
                continue
            change = changes[shown]
            self._shown[place], self._since[place] = now, time.perf_counter()
            if change & panel.concerns:
                for part in panel.parts:
                    part(*now)

    def forget(self) -> None:
        """Have every panel rendered anew, whatever it shows."""
        self._shown = [None] * len(self._panels)

    @Slot(object)
    def move(self, moves: Sequence[Move]) -> None:
        """Move each panel in a turn of its own, before anything is rendered.

        Where panels are still to be moved all are now: while a border of the window is dragged, the last
        ones would never have their turn.
        """
        late = bool(self._moves)
        self._moves = deque(moves)
        if late:
            self.finish_moves()
        self.render_in_turn()

    def finish_moves(self) -> None:
        """Move all panels that are still to be moved."""
        while self._moves:
            self._moves.popleft()()

    def render_in_turn(self) -> None:
        """Show the session, or a later one, in one part after the other."""
        if not self._going:
            self._going = True
            self._unseen = set(range(len(self._panels)))
            self._timer.start(TURN)

    def _rest(self) -> None:
        self._going = False
        self._timer.stop()
        self._painted.stop()

    @Slot()
    def _take_turn(self) -> None:
        self._begun, self._moving = _clocks(), bool(self._moves)
        if not (self._moves or self._left):
            self._choose()
        if not (self._moves or self._left or self._waiting(self._store.session)):
            self._rest()
            return
        # What has been rendered is painted before a timer of no time has its turn.
        self._painted.start(0)
        if self._moves:
            self._moves.popleft()()
        elif self._left:
            self._left.popleft()(*self._now)

    @Slot()
    def _end_turn(self) -> None:
        spent = [now - begun for now, begun in zip(_clocks(), self._begun, strict=True)]
        if not self._moving:
            self._note_cost(min(spent))
        self._timer.start(max(PAUSE, TURN - round(1000 * spent[0])))

    def _choose(self) -> None:
        """Choose the panel that comes next; where the round is over, begin one with the latest session."""
        while not self._left:
            ready = self._ready()
            if not ready:
                self._session = self._store.session
                ready = self._ready()
            if not ready:
                return
            self._give_turn(min(ready, key=self._since.__getitem__))

    def _give_turn(self, place: int) -> None:
        """Have a panel show the session of the round, where what has changed concerns it."""
        # Results may be of later data than the session that the round began with.
        before, now = self._shown[place], (self._session, suited(self._store.results, self._session))
        self._shown[place], self._since[place] = now, time.perf_counter()
        if not _change(before, now) & self._panels[place].concerns:
            return
        self._last, self._now = place, now
        self._costs[place] *= REMEMBERED
        self._once = place in self._unseen
        self._unseen.discard(place)
        self._left.extend(self._panels[place].parts)

    def _ready(self) -> list[int]:
        rested = time.perf_counter() >= self._dear_from
        return [place for place in self._waiting(self._session) if self._costs[place] < DEAR or rested]

    def _waiting(self, session: Session) -> list[int]:
        """Return the panels in sight that do not show a session."""
        panels = enumerate(zip(self._panels, self._shown, strict=True))
        return [
            place
            for place, (panel, shown) in panels
            if panel.seen() and (shown is None or shown[0] is not session)
        ]

    def _note_cost(self, cost: float) -> None:
        # What changes once when a run begins, as the height of a sentence, costs nothing later.
        if not self._once:
            self._costs[self._last] = max(cost, self._costs[self._last])
        if cost >= DEAR:
            self._dear_from = time.perf_counter() + REST


def _clocks() -> tuple[float, float]:
    """Return the time, and how much of it this thread has worked, which some systems tell only roughly."""
    return time.perf_counter(), time.thread_time()


def _change(before: Seen | None, now: Seen) -> Change:
    if before is None:
        return EVERYTHING
    return diff(before[0], now[0]) | news(before[1], now[1])
