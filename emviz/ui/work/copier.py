"""Copies many rows of the count table to the clipboard in the background."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from emviz.data.things import things
from emviz.ui.panels.counts.copying import Copying
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery, Worker


class Copier(Channel):
    """Copies the rows asked for last."""

    #: A sentence on what has been copied.
    copied = Signal(str)

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__("copying", worker, parent)
        self._news = ""

    @Slot(object)
    def copy(self, copying: Copying) -> None:
        """Copy rows, in place of those that are being copied."""
        self._news = copying.note or f"copied {things(len(copying.rows), 'row')}"
        self.start("Copying rows", partial(_copied, copying))

    def receive(self, delivery: Delivery) -> None:
        """Put the text on the clipboard."""
        if not delivery.ended:
            return
        self.done()
        if delivery.error is not None:
            raise delivery.error
        QGuiApplication.clipboard().setText(str(delivery.result))
        self.copied.emit(f"{self._news[0].upper()}{self._news[1:]}.")


def _copied(copying: Copying, control: Control) -> Generator[None, None, str]:
    return control.reporting(copying.text())
