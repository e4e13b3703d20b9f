"""The selector of the model: titles at once, descriptions on demand."""

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
    """Lists the built-in models, then those of other packages."""

    def __init__(self) -> None:
        super().__init__("modelSelector", "Model")
        self.setModel(_Offered(self))
        for key, title in sorted(TITLES.items(), key=lambda item: item[1]):
            self.addItem(visible(title), key)

    def choose(self, key: str) -> None:
        """Select the current model, which may be from another package."""
        # Models of plug-ins are loaded late, and this may be one of them.
        if self.findData(key) < 0:
            self.offer_guests()
        self.setCurrentIndex(self.findData(key))
        self.setToolTip(self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole))

    @Slot()
    def offer_guests(self) -> None:
        """Add the models of other packages."""
        for model in guests():
            if self.findData(model.key) < 0:
                self.addItem(visible(model.title), model.key)


class _Offered(QStandardItemModel):
    """Titles and keys; the tip of a model is computed when it is needed."""

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the data of an entry."""
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            return as_tip(model_named(super().data(index, Qt.ItemDataRole.UserRole)).description)
        return super().data(index, role)


class Guests(Channel):
    """Loads the models of other packages in the background, because their imports may be slow.

    Parameters
    ----------
    worker : Worker
        The background thread.
    selector : ModelSelector
        Lists the models.
    status : StatusBar
        Reports models that could not be loaded.
    """

    def __init__(self, worker: Worker, selector: ModelSelector, status: StatusBar, parent: QObject) -> None:
        super().__init__("guests", worker, parent)
        self._selector, self._status = selector, status

    @Slot()
    def look(self) -> None:
        """Start loading."""
        self.start(None, _looked)

    def receive(self, delivery: Delivery) -> None:
        """List the models, and report those that could not be loaded."""
        if delivery.ended:
            self._selector.offer_guests()
        if delivery.ended and left_out():
            self._status.refuse("; ".join(left_out()))


def _looked(control: Control) -> Iterator[object]:
    """Load the models of other packages."""
    guests()
    yield None
