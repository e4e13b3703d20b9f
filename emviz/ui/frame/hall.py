"""The area of the four panels: all four, the stage, or one maximised panel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QGraphicsView, QWidget

from emviz.session import Arrangement
from emviz.ui.frame.places import GAP, LEAST, NAMES, USUAL, Scene, Shares, handles, places, shared_at
from emviz.ui.widgets.card import Card
from emviz.ui.widgets.handle import Handle


class Hall(QWidget):
    """Places the panels according to the scene. They are never reparented.

    Parameters
    ----------
    cards : mapping of str to Card
        The panels by name: "bound", "likelihood", "counts", "picture".
    """

    #: Name of the panel to be maximised or restored.
    large_requested = Signal(str)
    #: The panel moves to be done one per turn, during a run without pauses.
    moves_requested = Signal(object)

    def __init__(self, cards: Mapping[str, Card]) -> None:
        super().__init__()
        self.scene = Scene()
        #: The area for the panels: beside the setup, or the whole widget.
        self.room = self.rect()
        #: Whether EM runs without pauses.
        self.hurried = False
        self._cards, self._bare = cards, False
        self._shares = dict(USUAL)
        self._across = Handle(Qt.Orientation.Horizontal, "columnHandle", self)
        self._down = Handle(Qt.Orientation.Vertical, "rowHandle", self)
        self._across.dragged.connect(self._drag_across)
        self._down.dragged.connect(self._drag_down)
        for key, name in enumerate(NAMES, 1):
            cards[name].setParent(self)
            cards[name].offer_large(name, str(key))
            cards[name].large_requested.connect(self.large_requested)

    def show_scene(self, scene: Scene) -> None:
        """Change the scene."""
        if scene != self.scene:
            self.scene = scene
            self._place()

    def use(self, room: QRect) -> None:
        """Lay out the panels in another area.

        During a run without pauses each panel moves in a separate turn and stays in place until then: moving
        four at once would be the longest turn of a run.
        """
        if room == self.room:
            return
        self.room = room
        if self.hurried:
            self._furnish()
            self.moves_requested.emit([partial(self._move, name) for name in self._cards])
        else:
            self._place()

    def size_in(self, scene: Scene, name: str, room: QSize) -> QSize:
        """Return the size that a panel would have in a scene and an area."""
        return places(scene, QRect(QPoint(0, 0), room), self._shares[scene.arrangement])[name].size()

    def scale_in(self, scene: Scene, name: str, room: QSize) -> float:
        """Return the scale factor of a panel's text, relative to the window."""
        return self._cards[name].scale_in(self.size_in(scene, name, room))

    @property
    def shares(self) -> tuple[Shares, ...]:
        """The user's division of the area, for each arrangement."""
        return tuple(self._shares[arrangement] for arrangement in Arrangement)

    def restore(self, shares: tuple[Shares, ...]) -> None:
        """Restore a saved division; a share that leaves no room is replaced by the default."""
        for arrangement, share in zip(Arrangement, shares, strict=True):
            possible = all(0 < each < 1000 for each in share)
            self._shares[arrangement] = share if possible else USUAL[arrangement]
        self._place()

    def restore_usual(self) -> None:
        """Restore the default division of both arrangements."""
        self.restore(tuple(USUAL[arrangement] for arrangement in Arrangement))

    def strip(self, bare: bool) -> None:
        """Hide or show the draggable borders."""
        self._bare = bare
        self._place()

    def _place(self) -> None:
        self._furnish()
        for name in self._cards:
            self._put(name)

    def _furnish(self) -> None:
        """Show the panels of the scene and the borders between them."""
        scene = self.scene
        for name, card in self._cards.items():
            card.setVisible(name in scene.seen)
            card.set_large(scene.large == name)
        places_of_handles = handles(scene, self.room, self._shares[scene.arrangement])
        for handle, where in zip((self._across, self._down), places_of_handles, strict=True):
            handle.setVisible(not scene.large and not self._bare)
            handle.setGeometry(where)

    def _put(self, name: str) -> None:
        """Move a panel to its place in the scene."""
        found = places(self.scene, self.room, self._shares[self.scene.arrangement])
        self._cards[name].setGeometry(found[name])

    def _move(self, name: str) -> None:
        """Move a panel; with a plot, lay out at once what its parts then ask for.

        A plot has the window painted before it handles any other request, and again after this one.
        """
        self._put(name)
        if any(plot.isVisible() for plot in self._cards[name].findChildren(QGraphicsView)):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    @Slot(QPoint)
    def _drag_across(self, at: QPoint) -> None:
        share, _ = shared_at(at, self.room)
        self._shares[self.scene.arrangement] = (share, self._shares[self.scene.arrangement][1])
        self._place()

    @Slot(QPoint)
    def _drag_down(self, at: QPoint) -> None:
        _, share = shared_at(at, self.room, self.scene.leads)
        self._shares[self.scene.arrangement] = (self._shares[self.scene.arrangement][0], share)
        self._place()

    # -- Qt overrides

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that fits four panels."""
        return LEAST * 2 + QSize(GAP, GAP)
