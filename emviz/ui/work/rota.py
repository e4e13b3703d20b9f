"""Renders the window panel by panel during a run without pauses; each round shows one session."""

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
    """A panel as seen by the rota.

    Parameters
    ----------
    parts : sequence of callable
        Functions that render a session and its results, one part each.
    concerns : Change
        The changes that the panel must be rendered for.
    seen : callable
        Whether the panel is visible; an invisible panel is not rendered.
    """

    parts: Sequence[Part]
    concerns: Change
    seen: Callable[[], bool] = _always


#: Milliseconds from the start of one turn to the next, and the minimum from its end, so that the mouse, the
#: keyboard and timers are served in between.
TURN, PAUSE = 4, 1
#: Turns longer than this, in seconds, are noticeable.
NOTICEABLE = 0.010
#: Seconds between two noticeable turns: at most one turn in a hundred may be noticeable.
REST = 1.0
#: Share of a panel's recorded cost that is kept at its next turn, if that turn is shorter.
REMEMBERED = 0.9


class Rota(QObject):
    """Shows the session of a store in all panels that it concerns, at once or one after another.

    One after another: every panel shows the session with which the round began; the panel that has waited
    longest is next, and its parts take consecutive turns. Panels with noticeable turns share one turn every
    `REST` seconds and skip the other rounds. A panel's first turn in a run does not count, nor does time used
    by other threads and programs.

    Parameters
    ----------
    store : Store
        Holds the session.
    panels : sequence of Shown
        The panels to render.
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
        self._last, self._rested_at = 0, 0.0
        self._left: deque[Part] = deque()
        self._moves: deque[Move] = deque()
        self._unseen: set[int] = set()
        self._once = False
        self._begun = _clocks()
        self._going = self._moving = False
        # A repeating timer would fire twice after a long turn, ahead of other timers that are then overdue.
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._take_turn)
        self._painted = QTimer(self, singleShot=True)
        self._painted.timeout.connect(self._end_turn)

    @property
    def resting(self) -> bool:
        """Whether no panel is waiting for a turn."""
        return not self._going

    def render_all(self, unseen: bool = False) -> None:
        """Show the session in all panels now.

        Parameters
        ----------
        unseen : bool
            Render invisible panels too.
        """
        self._rest()
        self._left.clear()
        self.finish_moves()
        self._session = self._store.session
        now = self._session, self._store.results
        changes = {shown: _change(shown, now) for shown in set(self._shown)}
        for place, panel in enumerate(self._panels):
            shown = self._shown[place]
            # Rendering a part may have requested another session, which this panel then shows already.
            if shown not in changes or not (unseen or panel.seen()):
                continue
            change = changes[shown]
            self._shown[place], self._since[place] = now, time.perf_counter()
            if change & panel.concerns:
                for part in panel.parts:
                    part(*now)

    def forget(self) -> None:
        """Have every panel rendered again at the next opportunity."""
        self._shown = [None] * len(self._panels)

    @Slot(object)
    def move(self, moves: Sequence[Move]) -> None:
        """Move each panel in a separate turn, before anything is rendered.

        If earlier moves are still pending, all are done now: while a window border is dragged, the last
        panels would otherwise never move.
        """
        late = bool(self._moves)
        self._moves = deque(moves)
        if late:
            self.finish_moves()
        self.render_in_turn()

    def finish_moves(self) -> None:
        """Do all pending moves now."""
        while self._moves:
            self._moves.popleft()()

    def render_in_turn(self) -> None:
        """Show the session, or a later one, part by part."""
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
        # Qt paints what was rendered before a zero-length timer fires.
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
        """Choose the next panel; at the end of a round, start one with the latest session."""
        while not self._left:
            ready = self._ready()
            if not ready:
                self._session = self._store.session
                ready = self._ready()
            if not ready:
                return
            self._give_turn(min(ready, key=self._since.__getitem__))

    def _give_turn(self, place: int) -> None:
        """Queue the parts of a panel, if it is concerned by what has changed."""
        # Results may belong to later data than the session of this round.
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
        rested = time.perf_counter() >= self._rested_at
        return [place for place in self._waiting(self._session) if self._costs[place] < NOTICEABLE or rested]

    def _waiting(self, session: Session) -> list[int]:
        """Return the visible panels that do not show `session`."""
        panels = enumerate(zip(self._panels, self._shown, strict=True))
        return [
            place
            for place, (panel, shown) in panels
            if panel.seen() and (shown is None or shown[0] is not session)
        ]

    def _note_cost(self, cost: float) -> None:
        # A change that happens once when a run begins, such as a sentence's height, costs nothing later.
        if not self._once:
            self._costs[self._last] = max(cost, self._costs[self._last])
        if cost >= NOTICEABLE:
            self._rested_at = time.perf_counter() + REST


def _clocks() -> tuple[float, float]:
    """Return the wall time and this thread's processor time, which is coarse on some systems."""
    return time.perf_counter(), time.thread_time()


def _change(before: Seen | None, now: Seen) -> Change:
    if before is None:
        return EVERYTHING
    return diff(before[0], now[0]) | news(before[1], now[1])
