"""The selector of the model: every title at once, and what a model says of itself when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QStandardItemModel

from emviz.models import TITLES, guests, left_out, model_named
from emviz.ui.frame.status import StatusBar
from emviz.ui.widgets.labels import as_tip
from emviz.ui.widgets.selector import Selector
from emviz.ui.widgets.visible import visible
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Control, Delivery, Worker


class ModelSelector(Selector):
    """Offers the models of emviz by title, and those of other packages below them."""

    def __init__(self) -> None:
        super().__init__("modelSelector", "Model")
        self.setModel(_Offered(self))
        for key, title in sorted(TITLES.items(), key=lambda item: item[1]):
            self.addItem(visible(title), key)

    def choose(self, key: str) -> None:
        """Show that a model is in force, one of another package too."""
        if self.findData(key) < 0:
            self.offer_guests()
        self.setCurrentIndex(self.findData(key))
        self.setToolTip(self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole))

    @Slot()
    def offer_guests(self) -> None:
        """Offer the models of other packages too."""
        for model in guests():
            if self.findData(model.key) < 0:
                self.addItem(visible(model.title), model.key)


class _Offered(QStandardItemModel):
    """Titles and keys; what a model says of itself is read when the mouse rests on its title."""

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return what a line holds."""
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            return as_tip(model_named(super().data(index, Qt.ItemDataRole.UserRole)).description)
        return super().data(index, role)


class Guests(Channel):
    """Looks for the models of other packages in the background: what they import may take long.

    Parameters
    ----------
    worker : Worker
        Does the work.
    selector : ModelSelector
        Offers what is found.
    status : StatusBar
        Says what is left out.
    """

    def __init__(self, worker: Worker, selector: ModelSelector, status: StatusBar, parent: QObject) -> None:
        super().__init__("guests", worker, parent)
        self._selector, self._status = selector, status

    @Slot()
    def look(self) -> None:
        """Begin to look."""
        self.start(None, _looked)

    def receive(self, delivery: Delivery) -> None:
        """Offer what is found, and say what is left out."""
        if delivery.ended:
            self._selector.offer_guests()
        if delivery.ended and left_out():
            self._status.refuse("; ".join(left_out()))


def _looked(control: Control) -> Iterator[object]:
    """Load the models of other packages; from now on they are known."""
    guests()
    yield None
