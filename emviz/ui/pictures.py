"""Has the pictures that cost something computed in the background, once for each thing they depend on.

While EM runs flat out a picture that has been begun is let finish, and asked for anew when it is done: the
next step would otherwise always replace it before it is seen. The model's own pictures always are. Each is
handed on with the session that it was computed from.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import partial
from typing import TypeAlias, cast

from PySide6.QtCore import QObject, Signal, Slot

from emviz import session as desk
from emviz.em.bound import free_entries, landscape, slices
from emviz.em.pictures import Landscape, View
from emviz.em.restarts import landmarks
from emviz.session import Session
from emviz.ui.store import Store
from emviz.ui.worker import Control, Delivery, Work, Worker

Painting: TypeAlias = Iterator[object]


class Pictures(QObject):
    """Asks for a picture when what it depends on has changed, and hands it on when it is done.

    Parameters
    ----------
    store : Store
        The session that is pictured.
    worker : Worker
        The background thread.
    """

    views_drawn = Signal(object, object)
    slice_drawn = Signal(object, object)
    heights_drawn = Signal(object, object)
    landmarks_found = Signal(object, object)
    reference_found = Signal(object, object)
    single_found = Signal(object, object)
    settled = Signal()

    def __init__(self, store: Store, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._keys: dict[str, tuple[Hashable, Hashable]] = {}
        self._waiting: set[str] = set()
        self._pictured: Hashable = None
        self._asked: dict[str, Session] = {}
        self._hurried = False
        self._session: Session | None = None
        self._views: tuple[View, ...] = ()
        self._handed = {
            "views": self.views_drawn,
            "slice": self.slice_drawn,
            "heights": self.heights_drawn,
            "landmarks": self.landmarks_found,
            "reference": self.reference_found,
            "single": self.single_found,
        }
        worker.delivered.connect(self._receive)
        store.changed.connect(self.ask)

    @property
    def idle(self) -> bool:
        """Whether every picture asked for has been drawn."""
        return not self._waiting

    def hurry(self, hurried: bool) -> None:
        """Be told whether EM runs flat out; after it, what is under way gives way to the last step."""
        over, self._hurried = self._hurried and not hurried, hurried
        if over and self._session is not None:
            self.ask(self._session)

    @Slot(object)
    def ask(self, session: Session) -> None:
        """Ask for what has changed."""
        self._session = session
        state, display = session.round, session.display
        matter = _matter(session)
        of = (matter, session.run)
        self._want("slice", (of, display.slice), state.base.index, partial(_slice, session))
        self._want("reference", matter, None, partial(_reference, session))
        fresh, self._pictured = self._pictured != matter, matter
        if fresh:
            self._views = ()  # lest a landscape of other data tell where to search in these
            self._give_up("heights", "landmarks")
        if fresh or "single" not in self._waiting:
            self._want("single", of, state.base.index, partial(_single, session))
        if fresh or "views" not in self._waiting:
            chosen = (display.row, display.columns, _Same(session.truth))
            self._want("views", (of, *chosen), session.cursor, partial(_views, session))
        self._ask_landscape(session)

    def _ask_landscape(self, session: Session) -> None:
        """Ask for what a landscape shows, where one is on display."""
        view, axes = desk.on_display(self._views, session.display), session.display.axes
        if not isinstance(view, Landscape) or axes is None:
            return
        matter = _matter(session)
        self._want("heights", (matter, axes), desk.held(session), partial(_heights, session))
        self._want("landmarks", matter, None, partial(_landmarks, session, view))

    def _want(self, channel: str, kind: Hashable, step: Hashable, work: Work) -> None:
        """Ask for a picture, unless it is there or on its way.

        Parameters
        ----------
        kind, step : hashable
            What the picture is of, and at which step of a run. While EM runs flat out one of the same kind is
            let finish.
        """
        before = self._keys.get(channel)
        if before == (kind, step):
            return
        if self._hurried and channel in self._waiting and before is not None and before[0] == kind:
            return
        assert self._session is not None
        self._keys[channel], self._asked[channel] = (kind, step), self._session
        self._waiting.add(channel)
        self._worker.submit(channel, work)

    def _give_up(self, *channels: str) -> None:
        """Give up what is under way for other data: it would be taken for a picture of these."""
        for channel in channels:
            self._worker.cancel(channel)
            self._keys.pop(channel, None)
            self._waiting.discard(channel)

    @Slot(object)
    def _receive(self, delivery: Delivery) -> None:
        signal = self._handed.get(delivery.channel)
        if signal is None or not self._worker.current(delivery):
            return
        if delivery.channel == "views" and delivery.values:
            self._take(cast("tuple[View, ...]", delivery.values[-1]))
        of = self._asked[delivery.channel]
        for picture in delivery.values:
            signal.emit(picture, of)
        if delivery.ended:
            self._ended(delivery)

    def _take(self, views: tuple[View, ...]) -> None:
        self._views = views
        if self._session is not None:
            self._ask_landscape(self._session)

    def _ended(self, delivery: Delivery) -> None:
        # Where there is none to be found, None is what was yielded, and it does not travel.
        if delivery.channel in ("reference", "single") and not delivery.values:
            self._handed[delivery.channel].emit(None, self._asked[delivery.channel])
        if delivery.channel == "views" and delivery.error is not None:
            self._take(())
            self.views_drawn.emit((), self._asked["views"])
        self._waiting.discard(delivery.channel)
        if self._session is not None:
            self.ask(self._session)
        if self.idle:
            self.settled.emit()
        # Where EM breaks down there is nothing to draw; the driver says so. Anything else is a bug.
        if delivery.error is not None and not isinstance(delivery.error, ArithmeticError):
            raise delivery.error


class _Same:
    """Compares by identity: data are never changed, only replaced."""

    def __init__(self, data: object) -> None:
        self._data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._data is other._data

    def __hash__(self) -> int:
        return id(self._data)


def _matter(session: Session) -> Hashable:
    return session.model, session.method, _Same(session.data)


def _slice(session: Session, control: Control) -> Painting:
    """Draw the slice that the session's display asks for.

    Where the next M-step fails there is no θ(t+1) to look towards: then along the first entry of θ.
    """
    model, data, at = session.model, session.data, session.round.base
    target, entry = desk.target(session), session.display.slice
    if target is None:
        target, entry = at.params, entry or free_entries(model, data)[0]
    yield from slices(model, data, at, entry, target, method=session.method)


def _reference(session: Session, control: Control) -> Painting:
    yield desk.reference(session)


def _single(session: Session, control: Control) -> Painting:
    yield desk.single(session)


def _heights(session: Session, control: Control) -> Painting:
    assert session.display.axes is not None
    params, method = session.round.base.params, session.method
    return landscape(session.model, session.data, params, *session.display.axes, method=method)


def _landmarks(session: Session, view: Landscape, control: Control) -> Painting:
    return landmarks(session.model, session.data, view.starts, session.method)


def _views(session: Session, control: Control) -> Painting:
    yield tuple(desk.views(session))
