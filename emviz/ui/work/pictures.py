"""Computes the costly pictures in the background, once for each state of what they depend on.

During a run without pauses, a picture that has been started is finished and then requested again: otherwise
the next step would always replace it before it could be shown. Each result is stored together with the
session it was computed from.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot

from emviz import session as desk
from emviz.em.counts.table import Derivation
from emviz.em.methods import why_unbounded
from emviz.em.model import Phase
from emviz.em.pictures import Landscape
from emviz.session import Result, Session
from emviz.ui.work import painting
from emviz.ui.work.lateness import Lateness
from emviz.ui.work.painting import PROFILE, SLOWEST, SURFACE, Named
from emviz.ui.work.store import Store
from emviz.ui.work.worker import Delivery, Work, Worker

#: The settings that switch these on.
SWITCHES = {PROFILE: "profile", SLOWEST: "slowest", SURFACE: "contours"}
#: The channels that are for the landscape only.
LANDSCAPE = ("heights", "landmarks", SURFACE, SLOWEST)
#: How cancelled pictures come back; the key is that of the action.
AGAIN = "F9 computes it again."
#: What is computed on each channel, in words.
WORDS = {
    "slice": "the lower bound",
    PROFILE: "the profile likelihood",
    "reference": "the complete-data estimate",
    "single": "the single most likely completion",
    "telling": "the row to point out",
    "remark": "the remark on θ",
    "ending": "the kind of point reached",
    "views": "the pictures of the model",
    "table": "the rows of the count table",
    "order": "the order of the rows",
    "far": "the rows in sight",
    "derived": "the derivation",
    "answer": "the answer for the row",
    "heights": "the heights of the landscape",
    "landmarks": "the maxima and saddles",
    SURFACE: "the contours of the bound",
    SLOWEST: "the slowest direction",
}


class Pictures(QObject):
    """Requests a picture when its inputs have changed, and stores the result.

    Parameters
    ----------
    store : Store
        Holds the session.
    worker : Worker
        The background thread.
    """

    settled = Signal()
    #: A sentence on what has been cancelled.
    cancelled = Signal(str)
    #: Pictures have been cancelled or requested again.
    lacking = Signal()

    def __init__(self, store: Store, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._worker = worker
        self.lateness = Lateness(self)
        self._keys: dict[str, tuple[Hashable, Hashable]] = {}
        # A run without pauses would ask for these again at its next step.
        self._refused: set[str] = set()
        self._waiting: set[str] = set()
        self._pictured: Hashable = None
        #: The rows in sight of a large count table, those to be computed, and the derivation that is wanted,
        #: each with the session that is shown.
        self._far: tuple[Session, tuple[int, ...], tuple[int, ...]] | None = None
        self._derived: tuple[Session, Callable[[], Derivation]] | None = None
        self._asked: dict[str, Session] = {}
        self._hurried = False
        worker.delivered.connect(self._receive)
        worker.collected.connect(store.announce)
        worker.progressed.connect(self._progress)
        store.changed.connect(self.ask)

    @property
    def idle(self) -> bool:
        """Whether all requested pictures are done."""
        return not self._waiting

    @property
    def lacks(self) -> bool:
        """Whether pictures have been cancelled and not been requested since."""
        return bool(self._refused)

    def hurry(self, hurried: bool) -> None:
        """Note whether EM runs without pauses; when it ends, request the pictures of the last step."""
        over, self._hurried = self._hurried and not hurried, hurried
        if over:
            self.ask(self._store.session)

    @Slot()
    def cancel(self) -> None:
        """Cancel the late pictures, and switch off what can be.

        The others stay as they were until a step changes them, or `compute_again` is called.
        """
        late = tuple(self.lateness.late)
        switches = {SWITCHES[channel]: False for channel in late if channel in SWITCHES}
        if switches:
            self._store.put(desk.shown(self._store.session, switches))
        for channel in self._waiting.intersection(late):
            self._worker.cancel(channel)
            self._refused.add(channel)
            self._done(channel)
        again = f" {AGAIN}" if self.lacks else ""
        self.cancelled.emit(f"Cancelled: {', '.join(WORDS[channel] for channel in late)}.{again}")
        self.lacking.emit()
        if self.idle:
            self.settled.emit()

    @Slot()
    def compute_again(self) -> None:
        """Request what has been cancelled."""
        for channel in self._refused:
            self._keys.pop(channel, None)
        self._refused.clear()
        self.ask(self._store.session)
        self.lacking.emit()

    @Slot(object, object, object)
    def show_rows(self, session: Session, seen: tuple[int, ...], missing: tuple[int, ...]) -> None:
        """Note the rows of a large count table that are in sight, and request those that are missing."""
        self._far = session, seen, missing
        self._ask_scrolled(self._store.session)

    @Slot(object, object)
    def derive(self, session: Session, derive: Callable[[], Derivation] | None) -> None:
        """Request a derivation; None if none is wanted any more."""
        self._derived = None if derive is None else (session, derive)
        self._ask_scrolled(self._store.session)

    @Slot(object)
    def ask(self, session: Session) -> None:
        """Request every picture whose inputs have changed."""
        state, display = session.round, session.display
        matter = _matter(session)
        of = (matter, session.run)
        self._ask_slice(session, of)
        self._ask_profile(session, of)
        self._want("reference", matter, None, partial(painting.reference, session))
        fresh, self._pictured = self._pictured != matter, matter
        if fresh:
            self._give_up(*LANDSCAPE, PROFILE)
        if fresh or "single" not in self._waiting:
            self._want("single", of, state.base.index, partial(painting.single, session))
        if not self._hurried:
            before = self._store.results.telling
            earlier = before.value if before is not None and before.of.run == session.run else None
            self._want("telling", of, session.step.index, partial(painting.telling, session, earlier))
            self._want("remark", of, session.step.index, partial(painting.remark, session))
            if desk.settled(session):
                self._want("ending", of, session.cursor, partial(painting.ended, session))
        if fresh or "views" not in self._waiting:
            chosen = (*(display.row, display.columns, display.supposed, display.node), _Same(session.truth))
            self._want("views", (of, *chosen), session.cursor, partial(painting.views, session))
        large = desk.is_large(session)
        self._ask_rows(session, of, fresh, large)
        self._ask_scrolled(session)
        if large and session.display.row is not None:
            at = session.round.base.index, session.round.phase is Phase.START
            self._want("answer", of, (session.display.row, *at), partial(painting.answer, session))
        self._ask_landscape(session)

    def _ask_slice(self, session: Session, of: Hashable) -> None:
        """Request the bound on its line."""
        display, complete = session.display, self._store.results.reference
        known = None if complete is None else complete.value
        kind = (of, display.slice, display.earlier, display.reference)
        step = (session.round.base.index, desk.heading(session))
        self._want("slice", kind, step, partial(painting.bound, session, known))

    def _ask_profile(self, session: Session, of: Hashable) -> None:
        """Request the profile of the slice's parameter; cancel one that is no longer shown."""
        entry = desk.profiled(session)
        if entry is not None:
            self._want(PROFILE, (of, entry), None, partial(painting.profile, session, entry))
        elif PROFILE in self._waiting:
            self._give_up(PROFILE)

    def _ask_rows(self, session: Session, of: Hashable, fresh: bool, large: bool) -> None:
        """Request the row order, and for a large table its first rows too."""
        kind = (of, session.display.order)
        if large:
            if fresh or "table" not in self._waiting:
                known = self._store.results.order
                seen = () if self._far is None or self._far[0].data is not session.data else self._far[1]
                self._want("table", kind, session.cursor, partial(painting.table, session, known, seen))
        elif fresh or "order" not in self._waiting:
            self._want("order", kind, session.round.base.index, partial(painting.order, session))

    def _ask_scrolled(self, session: Session) -> None:
        """Request rows that have been scrolled to, and the derivation of a number, of the step shown."""
        for channel, wanted in (("far", self._far), ("derived", self._derived)):
            if (wanted is None or wanted[0].run != session.run) and channel in self._waiting:
                self._give_up(channel)
        if self._far is not None and self._far[0].run == session.run and self._far[2]:
            shown, _, missing = self._far
            work = partial(painting.far, shown, missing)
            self._want("far", shown.run, (shown.cursor, missing), work, of=shown)
        if self._derived is not None and self._derived[0].run == session.run:
            shown, derive = self._derived
            self._want("derived", shown.run, derive, partial(painting.derived, derive), of=shown)

    def _ask_landscape(self, session: Session) -> None:
        """Request the parts of the landscape, if one is on display."""
        for channel in (SLOWEST, SURFACE):
            if channel in self._waiting and not getattr(session.display, SWITCHES[channel]):
                self._give_up(channel)
        drawn, axes = self._store.results.views, session.display.axes
        view = desk.on_display(drawn.value, session.display) if drawn is not None else None
        if not isinstance(view, Landscape) or axes is None:
            # Heights may take half a minute, and nobody would see them.
            self._give_up(*self._waiting.intersection(LANDSCAPE))
            return
        matter, spans = _matter(session), desk.frame(session, self._store.results)
        step = desk.held(session), spans
        self._want("heights", (matter, axes), step, partial(painting.heights, session, spans))
        self._want("landmarks", matter, None, partial(painting.marks, session, view))
        self._ask_additions(session, matter)

    def _ask_additions(self, session: Session, matter: Hashable) -> None:
        """Request the contours of the bound and the slowest direction, where they are switched on."""
        display, of = session.display, (matter, session.run)
        if display.contours and not why_unbounded(session.method, session.model):
            spans = desk.frame(session, self._store.results)
            step = session.round.base.index, spans
            self._want(SURFACE, (of, display.axes), step, partial(painting.surface, session, spans))
        if display.slowest and desk.has_rate(session):
            self._want(SLOWEST, of, None, partial(painting.slowest_way, session))

    def _want(
        self, channel: str, kind: Hashable, step: Hashable, work: Work, of: Session | None = None
    ) -> None:
        """Request a picture unless it is done or being computed.

        Parameters
        ----------
        kind, step : hashable
            Subject of the picture, and the step of the run. During a run without pauses, a picture of the
            same kind is finished first.
        of : Session, optional
            The session that the picture is of, if not the current one.
        """
        before = self._keys.get(channel)
        if before == (kind, step):
            return
        if self._hurried and channel in self._waiting and before is not None and before[0] == kind:
            return
        if self._hurried and channel in self._refused:
            return
        self._keys[channel], self._asked[channel] = (kind, step), of or self._store.session
        self._worker.submit(channel, work)
        self._waiting.add(channel)
        self._refused.discard(channel)
        self.lateness.begin(channel)

    def _give_up(self, *channels: str) -> None:
        """Cancel pictures of earlier data, which could be mistaken for pictures of the new data."""
        for channel in channels:
            self._worker.cancel(channel)
            self._keys.pop(channel, None)
            self._done(channel)

    @Slot(object)
    def _receive(self, delivery: Delivery) -> None:
        if delivery.channel not in self._asked or not self._worker.current(delivery):
            return
        try:
            self._keep(delivery)
        finally:
            # Even if a model's picture raises, the channel must not stay in `_waiting`: `idle` would never
            # come.
            if delivery.ended:
                self._ended(delivery)

    def _keep(self, delivery: Delivery) -> None:
        named = Named()
        for together in cast("tuple[Named, ...]", delivery.values):
            named |= together
        if delivery.channel == "views" and delivery.error is not None:
            named["views"] = ()
        if named:
            of = self._asked[delivery.channel]
            found = {name: Result(value, of) for name, value in named.items()}
            results = replace(self._store.results, **found)  # type: ignore[arg-type]
            # Results that arrive together are rendered once.
            self._store.keep(results, more=self._worker.delivering)
        if "views" in named:
            self._ask_landscape(self._store.session)

    def _done(self, channel: str) -> None:
        self._waiting.discard(channel)
        self.lateness.end(channel)

    @Slot(str, int, float)
    def _progress(self, channel: str, ticket: int, fraction: float) -> None:
        if channel in self._waiting:
            self.lateness.report(channel, fraction)

    def _ended(self, delivery: Delivery) -> None:
        self._waiting.discard(delivery.channel)
        try:
            self.ask(self._store.session)
        finally:
            # Asked for again at once, it is still late.
            if delivery.channel not in self._waiting:
                self.lateness.end(delivery.channel)
            if self.idle:
                self.settled.emit()
        # If EM breaks down there is nothing to draw, and the driver says so. Any other error is a bug.
        if delivery.error is not None and not isinstance(delivery.error, ArithmeticError):
            raise delivery.error


class _Same:
    """Compares by identity, which is enough because data are replaced and never modified."""

    def __init__(self, data: object) -> None:
        self._data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._data is other._data

    def __hash__(self) -> int:
        return id(self._data)


def _matter(session: Session) -> Hashable:
    return session.model, session.method, _Same(session.data)
