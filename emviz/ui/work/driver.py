"""Changes the session: steps, runs, playback and edits. Slow work is done in the background."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from emviz import session as desk
from emviz.data.reader import Dialect
from emviz.data.table import DataError
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome
from emviz.em.model import AnyStep, ModelError
from emviz.intake import Wishes
from emviz.session import Request, Session
from emviz.ui.errors import sentence_of
from emviz.ui.opening.loading import Staged, loaded, reopened, staged
from emviz.ui.opening.openings import Opening
from emviz.ui.work.asked import Asked, Edit, carried_out, plain
from emviz.ui.work.channel import Channel
from emviz.ui.work.lateness import Lateness
from emviz.ui.work.store import Store
from emviz.ui.work.worker import Control, Delivery, Worker

#: Shown when an edit no longer applies because its data or model were replaced.
GONE = "The data or the model have changed in the meantime; what you entered for the old ones was dropped."
#: Shown for an edit that takes a while, and after what was cancelled.
WORKING, AS_BEFORE = "Working", "everything is as it was."
#: The channel of the half-steps, and what is done there.
RUN, STEP = "run", "the next half-step"
SLOWEST, FASTEST = 0.2, 20.0
UNASKED = Wishes()
#: Errors that users can fix; each is shown as a sentence.
USER_ERRORS = (DataError, ParameterError, ModelError)


class Driver(Channel):
    """Changes the session of a store.

    Parameters
    ----------
    store : Store
        Holds the session.
    worker : Worker
        The background thread.
    """

    refused = Signal(str)
    opened = Signal(str)
    news = Signal(str)

    def __init__(self, store: Store, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__("edit", worker, parent)
        self.store = store
        self._running = False
        self._owed = 0
        self._edits: deque[Asked] = deque()
        self._asked: Asked | None = None
        self._dropped = False
        self._base: Session | None = None
        self._after: deque[Callable[[], None]] = deque()
        #: Whether the next half-step is late.
        self.lateness = Lateness(self)
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._tick)
        worker.delivered.connect(self._receive_steps)

    @property
    def running(self) -> bool:
        """Whether a run to convergence is under way."""
        return self._running

    @property
    def playing(self) -> bool:
        """Whether half-steps are played at the chosen speed."""
        return self._clock.isActive()

    @property
    def ahead(self) -> int:
        """Index of the half-step reached once all requested half-steps are done."""
        return self.store.session.cursor + self._owed

    # -- moving ---------------------------------------------------------------------------------------------

    @Slot()
    def forward(self) -> None:
        """Do the next half-step."""
        if self._deferred(self.forward):
            return
        self.pause()
        self._advance(1)

    @Slot()
    def iterate(self) -> None:
        """Go to the end of the next M-step."""
        if self._deferred(self.iterate):
            return
        self.pause()
        session = self.store.session
        self._advance(session.trace.before_next(session.cursor + self._owed))

    @Slot()
    def back(self) -> None:
        """Go back one half-step."""
        self.seek(self.store.session.cursor - 1)

    @Slot()
    def first(self) -> None:
        """Go to θ(0)."""
        self.seek(0)

    @Slot()
    def last(self) -> None:
        """Go to the last computed half-step."""
        self.seek(len(self.store.session.trace) - 1)

    @Slot(int)
    def seek(self, cursor: int) -> None:
        """Go to a half-step of the trace."""
        self.halt()
        self.store.put(desk.seek(self.store.session, cursor))

    @Slot()
    def run(self) -> None:
        """Step in the background until EM converges."""
        if self._deferred(self.run):
            return
        self.halt()
        session = desk.seek(self.store.session, len(self.store.session.trace) - 1)
        self.store.put(session)
        if session.failure is not None:
            self.refused.emit(str(session.failure))
            return
        self._running = True
        self._submit_steps(None)
        self.state_changed.emit()

    @Slot()
    def pause(self) -> None:
        """Stop running and playing; single half-steps already requested are still done."""
        if self._running:
            self.halt()
        if self.playing:
            self._clock.stop()
            self.state_changed.emit()

    @Slot()
    def halt(self) -> None:
        """Stop running, playing and single steps."""
        self._owed = 0
        self._worker.cancel(RUN)
        self.lateness.end(RUN)
        self._clock.stop()
        self._running = False
        self.state_changed.emit()

    @Slot()
    def leave_step(self) -> None:
        """Stop as `halt` does, and say that the half-step under way is not done."""
        self.halt()
        self.cancelled.emit(f"Cancelled: {STEP}.")

    @Slot()
    def toggle_play(self) -> None:
        """Start or stop playing."""
        if self.playing:
            self.pause()
            return
        if self._deferred(self.toggle_play):
            return
        self.halt()
        self._advance(1)
        self._clock.start()
        self.state_changed.emit()

    @Slot(float)
    def set_speed(self, halves_per_second: float) -> None:
        """Set the playback speed in half-steps per second, 0.2 to 20."""
        speed = min(max(halves_per_second, SLOWEST), FASTEST)
        self._clock.setInterval(round(1000 / speed))

    @Slot()
    def reset(self) -> None:
        """Go back to θ(0) and discard the steps."""
        self.edit(desk.reset)

    # -- editing --------------------------------------------------------------------------------------------

    def edit(self, function: Edit) -> None:
        """Change the session in the background; edits run in the order of the calls.

        Parameters
        ----------
        function : callable
            Takes the current session and returns a new one. A `Request` is dropped with a message if an
            earlier edit removed what it refers to.
        """
        request = function if isinstance(function, Request) else None
        if request is not None and not request.suits(self.store.session):
            self.refused.emit(GONE)
            return
        self._enqueue(Asked(None, partial(plain, function), request))

    def after_edits(self, action: Callable[[], None]) -> None:
        """Call `action` now, or after the short edit that is running."""
        if not self._deferred(action):
            action()

    @Slot()
    def undo(self) -> None:
        """Undo the last edit."""
        self.edit(desk.undo)

    @Slot()
    def redo(self) -> None:
        """Redo the last undone edit."""
        self.edit(desk.redo)

    def load(
        self, path: Path, dialect: Dialect | None, wishes: Wishes = UNASKED, key: str | None = None
    ) -> None:
        """Read a file in the background and load its data; undo restores the previous data."""
        self._enqueue(Asked(path, partial(loaded, path, dialect, wishes, key=key)))

    def reload(self, path: Path, known: Opening) -> None:
        """Read a file with the settings used the last time."""
        self._enqueue(Asked(path, partial(reopened, path, known)))

    def load_scene(self, path: Path) -> None:
        """Load a session file and recompute its steps in the background."""
        self._enqueue(Asked(path, partial(staged, path)))

    @Slot()
    def cancel(self) -> None:
        """Cancel all edits and files that are waiting or running."""
        self._edits.clear()
        self._after.clear()
        super().cancel()

    def words_cancelled(self, busy: str) -> str:
        """Return the sentence on an edit or a file that has been cancelled."""
        if busy == WORKING:
            return f"Cancelled: {AS_BEFORE}"
        return f"{super().words_cancelled(busy).rstrip('.')}; {AS_BEFORE}"

    def shutdown(self) -> None:
        """Stop everything and wait for the background thread."""
        self.halt()
        self._edits.clear()
        self._worker.shutdown()

    # -- helpers --------------------------------------------------------------------------------------------

    def _advance(self, halves: int) -> None:
        session = self.store.session
        known = min(halves, len(session.trace) - 1 - session.cursor)
        self.store.put(desk.seek(session, session.cursor + known))
        if halves == known:
            return
        if session.failure is not None:
            self._clock.stop()
            self.state_changed.emit()
            self.refused.emit(str(session.failure))
            return
        self._owed += halves - known
        if self._owed == halves - known:
            self._submit_steps(self._owed)

    def _submit_steps(self, halves: int | None) -> None:
        session = self.store.session
        self._worker.submit(RUN, partial(_stepped, session, halves))
        self.lateness.begin(RUN)

    @Slot(object)
    def _receive_steps(self, delivery: Delivery) -> None:
        if delivery.channel != RUN or not self._worker.current(delivery):
            return
        if delivery.ended:
            self.lateness.end(RUN)
        else:
            self.lateness.begin(RUN)
        more = cast("tuple[AnyStep, ...]", delivery.values)
        session = self.store.session
        outcome = cast("Outcome | None", delivery.result) if self._running else None
        session = desk.extended(session, session.run, more, outcome)
        self._owed = max(0, self._owed - len(more))
        if isinstance(delivery.error, ModelError):
            session = desk.failed(session, session.run, delivery.error)
        if delivery.ended:
            self._running = False
        self.store.put(session)
        if delivery.ended:
            self._steps_ended(delivery.error)

    def _steps_ended(self, error: Exception | None) -> None:
        if error is not None:
            self.halt()
            if not isinstance(error, ModelError):
                raise error
            self.refused.emit(str(error))
        elif self._owed:
            self._submit_steps(self._owed)
        self.state_changed.emit()

    @Slot()
    def _tick(self) -> None:
        session = self.store.session
        if session.at_end and desk.settled(session):
            self.pause()
        elif not self._owed:
            self._advance(1)

    def _enqueue(self, asked: Asked) -> None:
        self.halt()
        self._edits.append(asked)
        if self._base is None:
            self._next_edit()

    def _deferred(self, action: Callable[[], None]) -> bool:
        """Queue an action if a short edit is about to replace the session; return whether it was queued."""
        waits = self._base is not None and self._asked is not None and self._asked.path is None
        if waits:
            self._after.append(action)
        return waits

    def _next_edit(self) -> None:
        if not self._edits:
            if self._dropped:
                self._dropped = False
                self.refused.emit(GONE)
            while self._after and self._base is None:
                self._after.popleft()()
            return
        self._asked = self._edits.popleft()
        self._base = self.store.session
        self.start(self._asked.doing or WORKING, partial(carried_out, self._base, self._asked))

    def receive(self, delivery: Delivery) -> None:
        """Store the edited session, or show why the edit failed."""
        base, asked, error = self._base, self._asked, delivery.error
        if not delivery.ended or base is None or asked is None:
            return
        self.done()
        if error is None:
            self._put_edited(asked, base, cast("Session | Staged", delivery.result))
        elif isinstance(error, USER_ERRORS):
            kept = asked.request.kept if asked.request else ""
            self.refused.emit(f"{sentence_of(error)} {kept}" if kept else str(error))
        else:
            raise error
        self._next_edit()

    def _put_edited(self, asked: Asked, base: Session, found: Session | Staged) -> None:
        self.halt()
        edited = found.session if isinstance(found, Staged) else found
        self.store.put(desk.rebased(edited, base, self.store.session))
        news = asked.request.news(base, edited) if asked.request is not None else ""
        if asked.path is not None:
            self.opened.emit(str(asked.path))
        if isinstance(found, Staged):
            news = found.news
        if news:
            self.news.emit(news)
        kept = deque(each for each in self._edits if each.outlives(base, edited))
        self._dropped = self._dropped or len(kept) < len(self._edits)
        self._edits = kept

    def done(self) -> None:
        """Clear the edit that was running."""
        self._base, self._asked = None, None
        super().done()


def _stepped(session: Session, halves: int | None, control: Control) -> Iterator[object]:
    return desk.steps(session, halves)
