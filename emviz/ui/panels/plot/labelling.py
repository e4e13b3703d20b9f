"""Labels over a plot, each beside its anchor where it covers the least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsLineItem, QGraphicsRectItem, QGraphicsTextItem

from emviz.em.numerics import Array
from emviz.ui.look.style import faded
from emviz.ui.look.theme import Theme
from emviz.ui.panels.geometry.placing import (
    CLEAR,
    FORBIDDEN,
    LEADER,
    MODEST,
    Box,
    Place,
    dense,
    overlaps,
    placed,
)
from emviz.ui.panels.plot.drawing import Label, rich
from emviz.ui.panels.plot.scale import Scale
from emviz.ui.widgets.labels import with_scripts
from emviz.ui.widgets.visible import visible

#: Opacity of a label's background, of 255: curves behind it stay visible.
CHIP_ALPHA = 205
#: The way of a label beside its anchor.
NO_WAY: Array = np.empty((0, 2))


@dataclass(frozen=True)
class Ground:
    """The surface that labels are placed on.

    Parameters
    ----------
    root : QGraphicsItem
        Parent of the label items.
    scale : Scale
    obstacles : Array, shape (n, 2)
        Points of curves and marks, in pixels, that labels avoid.
    edges : Box
        Box that labels must stay inside.
    frames : tuple of Box
        Boxes that they may not cover.
    theme : Theme
    font : QFont
    """

    root: QGraphicsItem
    scale: Scale
    obstacles: Array
    edges: Box
    frames: tuple[Box, ...]
    theme: Theme
    font: QFont


@dataclass(frozen=True)
class PlacedLabel:
    """A label as it is drawn; without room it has neither words nor a place.

    Parameters
    ----------
    label : Label
    words : str
        The text drawn: the full one or its short form.
    place : Place or None
    chip : QGraphicsRectItem or None
        The plate with the text on it.
    text : QGraphicsTextItem or None
    leader : tuple of QGraphicsItem
        The line from the anchor, if there is one.
    way : Array, shape (n, 2)
        Points along that line, in pixels, that later labels avoid.
    """

    label: Label
    words: str = ""
    place: Place | None = None
    chip: QGraphicsRectItem | None = None
    text: QGraphicsTextItem | None = None
    leader: tuple[QGraphicsItem, ...] = ()
    way: Array = field(default_factory=lambda: NO_WAY, compare=False)

    @property
    def taken(self) -> tuple[Box, ...]:
        """The box that it covers; empty where it has no room."""
        return () if self.place is None else (self.place.box,)

    @property
    def reach(self) -> tuple[Box, ...]:
        """The boxes of the label and of its leader, both of which later labels avoid."""
        if not len(self.way):
            return self.taken
        (left, top), (right, bottom) = self.way.min(axis=0).tolist(), self.way.max(axis=0).tolist()
        return (*self.taken, (left, top, right, bottom))

    def stays(self, label: Label, moved: Sequence[Box]) -> bool:
        """Return whether `label` would be drawn identically after earlier ones moved to or from boxes."""
        if label != self.label or not moved:
            return label == self.label
        if self.place is None or not self.place.free or self.words != label.text:
            return False
        return not overlaps(np.array([self.place.box]), moved).any()


class Labelling:
    """The labels of a plot and their current places."""

    def __init__(self) -> None:
        self._placed: list[PlacedLabel] = []

    @property
    def boxes(self) -> dict[str, Box]:
        """The box of each text, in pixels."""
        return {each.words: box for each in self._placed for box in each.taken}

    def forget(self) -> None:
        """Drop all labels, whose items were removed with their ground."""
        self._placed = []

    def put(self, labels: Sequence[Label], ground: Ground) -> None:
        """Place these labels, earlier ones first; those whose place would not change are kept."""
        before, self._placed = self._placed, []
        moved, taken, ways = list[Box](), list(ground.frames), list[Array]()
        for k, label in enumerate(labels):
            old = before[k] if k < len(before) else PlacedLabel(label)
            if k < len(before) and old.stays(label, moved):
                new = old
            else:
                new = _put(label, ground, taken, np.vstack([ground.obstacles, *ways]), old)
                moved += (*old.reach, *new.reach) if old.reach != new.reach else ()
            self._placed.append(new)
            taken += new.taken
            ways += [new.way] if len(new.way) else []
        for old in before[len(labels) :]:
            _remove(_items(old))


def written(text: str, colour: str, font: QFont, bold: bool) -> QGraphicsTextItem:
    """Return a text item, with "_A" as a subscript."""
    item = QGraphicsTextItem()
    own = QFont(font)
    own.setBold(bold)
    item.setFont(own)
    item.document().setDocumentMargin(1)
    item.setDefaultTextColor(QColor(colour))
    _write(item, text)
    return item


def _write(item: QGraphicsTextItem, text: str) -> None:
    html = rich(text)
    if html == text:
        item.setPlainText(visible(text))
    else:
        item.setHtml(with_scripts(html, item.font()))


def _put(
    label: Label, ground: Ground, taken: Sequence[Box], obstacles: Array, old: PlacedLabel
) -> PlacedLabel:
    """Place a label, with the items of the one before it where they will do.

    With shorter forms, each is tried without covering a mark, then each at all.
    """
    anchors, most = ground.scale.pixels(label.anchors), MODEST if label.optional else FORBIDDEN
    forms = [words for words in (label.text, label.short, label.brief) if words]
    limits = (min(CLEAR, most), most) if label.short else (most,)
    text = _text_for(label, old, ground)
    for limit, words in product(limits, forms):
        _write(text, words)
        size = (text.boundingRect().width(), text.boundingRect().height())
        found = placed(size, anchors, obstacles, taken, ground.edges, label.side, limit, led=True)
        if found is not None:
            _remove(old.leader if text is old.text else _items(old))
            chip = _chip(text, found.box, ground)
            way = _way(anchors[found.anchor], found.box)
            leader = _leader(way, label.colour, ground.root)
            return PlacedLabel(label, words, found, chip, text, leader, way)
    _remove(_items(old))
    return PlacedLabel(label)


def _text_for(label: Label, old: PlacedLabel, ground: Ground) -> QGraphicsTextItem:
    """Return the text item of the label before if it looks the same: a new document takes much longer."""
    if old.text is not None and (old.label.colour, old.label.bold) == (label.colour, label.bold):
        return old.text
    return written("", label.colour, ground.font, label.bold)


def _chip(text: QGraphicsTextItem, box: Box, ground: Ground) -> QGraphicsRectItem:
    """Return a translucent plate with the text on it."""
    chip, area = text.parentItem(), QRectF(QPointF(*box[:2]), QPointF(*box[2:]))
    if isinstance(chip, QGraphicsRectItem):
        chip.setRect(area)
    else:
        chip = QGraphicsRectItem(area, ground.root)
        chip.setPen(QPen(Qt.PenStyle.NoPen))
        chip.setBrush(faded(ground.theme.card, CHIP_ALPHA))
        chip.setZValue(20)
        text.setParentItem(chip)
    text.setPos(*box[:2])
    return chip


def _way(anchor: Array, box: Box) -> Array:
    """Return points from the anchor to a label that is far from it, shape (n, 2); none where it is near."""
    end = np.array([min(max(anchor[0], box[0]), box[2]), min(max(anchor[1], box[1]), box[3])])
    if float(np.hypot(*(end - anchor))) <= LEADER:
        return NO_WAY
    return dense(np.array([anchor, end]))


def _leader(way: Array, colour: str, root: QGraphicsItem) -> tuple[QGraphicsItem, ...]:
    """Return a line along a way; empty where there is none."""
    if not len(way):
        return ()
    line = QGraphicsLineItem(QLineF(QPointF(*way[0]), QPointF(*way[-1])), root)
    line.setPen(QPen(faded(colour, 150), 1))
    line.setZValue(5)
    return (line,)


def _items(old: PlacedLabel) -> tuple[QGraphicsItem, ...]:
    return old.leader if old.chip is None else (old.chip, *old.leader)


def _remove(items: Sequence[QGraphicsItem]) -> None:
    for item in items:
        item.scene().removeItem(item)
