"""Computes the rows of several large count tables that are scrolled to, in the background."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from emviz import session as desk
from emviz.em.counts.table import CountTable
from emviz.session import Session
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery, Worker


class FarRows(Channel):
    """Computes the rows in sight of all tables, which scroll together, as one job."""

    #: The number of a table, the session that it shows, and its rows.
    found = Signal(int, object, object)

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__("abreast rows", worker, parent)
        self._wanted: dict[int, tuple[Session, tuple[int, ...]]] = {}

    def want(self, place: int, session: Session, missing: tuple[int, ...]) -> None:
        """Compute some rows of a table, and what else is wanted; no rows if none is missing any more."""
        self._wanted.pop(place, None)
        if missing:
            self._wanted[place] = session, missing
        if self._wanted:
            self.start("The rows in sight", partial(_computed, dict(self._wanted)))
        elif self.busy:
            self.drop()

    def receive(self, delivery: Delivery) -> None:
        """Hand over rows; where EM breaks down there are none."""
        for place, session, table in cast("tuple[tuple[int, Session, CountTable], ...]", delivery.values):
            self._wanted.pop(place, None)
            self.found.emit(place, session, table)
        if delivery.ended:
            self.done()
            if delivery.error is not None and not isinstance(delivery.error, ArithmeticError):
                raise delivery.error


def _computed(wanted: dict[int, tuple[Session, tuple[int, ...]]], control: Control) -> Iterator[object]:
    for place, (session, rows) in wanted.items():
        yield place, session, desk.some_rows(session, np.array(rows, dtype=np.intp))
