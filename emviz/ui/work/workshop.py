"""Runs the tools of a model in the background and passes on their findings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from emviz import session as desk
from emviz.em.domains import ParameterError
from emviz.em.model import Fields, fields_of
from emviz.em.tools import AnyFinding, Equipped
from emviz.session import Request, Session
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery, Worker

if TYPE_CHECKING:
    from emviz.ui.work.driver import Driver

#: A fixed seed, so that a class sees the same result as the teacher did when preparing.
SEED = 2008


class Workshop(Channel):
    """Runs one tool at a time, until it ends, is cancelled, or the data or the model change.

    Parameters
    ----------
    driver : Driver
        Applies the start that a tool has found.
    worker : Worker
        The background thread.
    """

    begun = Signal()
    found = Signal(object)
    refused = Signal(str)
    withheld = Signal(str)

    def __init__(self, driver: Driver, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__("tool", worker, parent)
        self._driver = driver
        self._session: Session | None = None
        self._last: AnyFinding | None = None
        driver.store.changed.connect(self._follow)

    @Slot(str)
    def use(self, key: str) -> None:
        """Run a tool on the current session."""
        session = self._driver.store.session
        if not isinstance(session.model, Equipped):
            return
        tool = next(tool for tool in session.model.tools if tool.key == key)
        title = tool.title.rstrip("…")
        if tool.tells and (reason := desk.withheld(session, title)):
            self.withheld.emit(reason)
            return
        self._driver.pause()
        self._session, self._last = session, None
        self.begun.emit()
        self.start(title, partial(_used, session, key))

    @Slot(QAction)
    def use_listed(self, chosen: QAction) -> None:
        """Run the tool named by a menu entry; entries that apply to every model name none."""
        if chosen.data() is not None:
            self.use(str(chosen.data()))

    @Slot(object)
    def _follow(self, session: Session) -> None:
        used = self._session
        if used is not None and (session.data is not used.data or session.model != used.model):
            self._session = None
            if self.busy:
                self.drop()

    def receive(self, delivery: Delivery) -> None:
        """Show a finding; the last one stays on display if the tool is cancelled."""
        if delivery.values:
            self._last = cast("AnyFinding", delivery.values[-1])
            self.progress = self._last.fraction
            self.found.emit(self._last)
            self.state_changed.emit()
        if delivery.ended:
            self._end(delivery.error)

    def _end(self, error: Exception | None) -> None:
        self.done()
        if isinstance(error, ParameterError | ArithmeticError):
            self.refused.emit(str(error))
        elif error is not None:
            raise error
        elif self._last is not None and self._last.start is not None:
            self._driver.edit(Request(partial(_started, start=self._last.start), desk.same_model))


def _used(session: Session, key: str, control: Control) -> Iterator[object]:
    # A generator, so that a tool that refuses at once raises in the background like one that refuses later.
    assert isinstance(session.model, Equipped)
    yield from session.model.use(key, session.data, session.step.params, np.random.default_rng(SEED))


def _started(session: Session, start: Fields) -> Session:
    return desk.set_start(session, fields_of(start))
