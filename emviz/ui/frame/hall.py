"""The four panels in their arrangement: four at once, the stage, or one that has all the room."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from emviz.session import Arrangement
from emviz.ui.frame.places import GAP, LEAST, NAMES, USUAL, Scene, Shares, handles, places, shared_at
from emviz.ui.widgets.card import Card
from emviz.ui.widgets.handle import Handle


class Hall(QWidget):
    """Puts the panels where the scene has them. They are never moved from one parent to another.

    Parameters
    ----------
    cards : mapping of str to Card
        The panels by their names: "bound", "likelihood", "counts", "picture".
    """

    #: The name of a panel that is to have all the room, or to give it back.
    large_requested = Signal(str)
    #: The moves of the panels into new room, for a turn each, while EM runs flat out.
    moves_requested = Signal(object)

    def __init__(self, cards: Mapping[str, Card]) -> None:
        super().__init__()
        self.scene = Scene()
        #: Where the panels stand in it: beside the setup, or over all of it.
        self.room = self.rect()
        #: Whether EM runs flat out.
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
        """Show another scene."""
        if scene != self.scene:
            self.scene = scene
            self._place()

    def use(self, room: QRect) -> None:
        """Share out other room.

        While EM runs flat out each panel moves in a turn of its own, and stays where it is until then: four
        at once would be the longest turn of a run.
        """
        if room == self.room:
            return
        self.room = room
        if self.hurried:
            self._furnish()
            self.moves_requested.emit([partial(self._put, name) for name in self._cards])
        else:
            self._place()

    def size_in(self, scene: Scene, name: str, room: QSize) -> QSize:
        """Return the size of a panel in a scene that has some room."""
        return places(scene, QRect(QPoint(0, 0), room), self._shares[scene.arrangement])[name].size()

    def scale_in(self, scene: Scene, name: str, room: QSize) -> float:
        """Return how much larger than in the window the text of a panel would be."""
        return self._cards[name].scale_in(self.size_in(scene, name, room))

    @property
    def shares(self) -> tuple[Shares, ...]:
        """How either arrangement is shared out, as the user has left it."""
        return tuple(self._shares[arrangement] for arrangement in Arrangement)

    def restore(self, shares: tuple[Shares, ...]) -> None:
        """Share out either arrangement as it was; a share that leaves nothing is the usual one."""
        for arrangement, share in zip(Arrangement, shares, strict=True):
            possible = all(0 < each < 1000 for each in share)
            self._shares[arrangement] = share if possible else USUAL[arrangement]
        self._place()

    def restore_usual(self) -> None:
        """Share out either arrangement as usual."""
        self.restore(tuple(USUAL[arrangement] for arrangement in Arrangement))

    def strip(self, bare: bool) -> None:
        """Show no borders to be dragged, or show them."""
        self._bare = bare
        self._place()

    def _place(self) -> None:
        self._furnish()
        for name in self._cards:
            self._put(name)

    def _furnish(self) -> None:
        """Show the panels that the scene has, and the borders between them."""
        scene = self.scene
        for name, card in self._cards.items():
            card.setVisible(name in scene.seen)
            card.set_large(scene.large == name)
        places_of_handles = handles(scene, self.room, self._shares[scene.arrangement])
        for handle, where in zip((self._across, self._down), places_of_handles, strict=True):
            handle.setVisible(not scene.large and not self._bare)
            handle.setGeometry(where)

    def _put(self, name: str) -> None:
        """Put a panel where it stands now."""
        found = places(self.scene, self.room, self._shares[self.scene.arrangement])
        self._cards[name].setGeometry(found[name])

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
        """Ask for the least that four panels can stand in."""
        return LEAST * 2 + QSize(GAP, GAP)
