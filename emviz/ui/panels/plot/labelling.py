"""Labels over a plot: each beside what it names, where it covers the least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsLineItem, QGraphicsRectItem, QGraphicsTextItem

from emviz.em.numerics import Array
from emviz.ui.look.theme import Theme
from emviz.ui.panels.geometry.placing import CLEAR, FORBIDDEN, LEADER, MODEST, Box, Place, overlaps, placed
from emviz.ui.panels.plot.drawing import Label, rich
from emviz.ui.panels.plot.scale import Scale
from emviz.ui.widgets.labels import with_scripts
from emviz.ui.widgets.visible import visible

#: How opaque the ground of a label is: what it covers shines through a little.
CHIP_ALPHA = 205


@dataclass(frozen=True)
class Ground:
    """What labels are put on.

    Parameters
    ----------
    root : QGraphicsItem
        The item that holds them.
    scale : Scale
    obstacles : Array, shape (n, 2)
        Points of curves and marks, in pixels, better left uncovered.
    edges : Box
        Where labels must stay.
    frames : tuple of Box
        What they may not cover.
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
class Standing:
    """A label as it is drawn; one that has no room has neither words nor a place.

    Parameters
    ----------
    label : Label
    words : str
        What is written: its text, or its short form.
    place : Place or None
    items : tuple of QGraphicsItem
        What is drawn.
    """

    label: Label
    words: str = ""
    place: Place | None = None
    items: tuple[QGraphicsItem, ...] = ()

    @property
    def taken(self) -> tuple[Box, ...]:
        """What it covers, if it has room."""
        return () if self.place is None else (self.place.box,)

    def stays(self, label: Label, moved: Sequence[Box]) -> bool:
        """Return whether a label is drawn just so, where earlier ones have taken or left some boxes."""
        if label != self.label or not moved:
            return label == self.label
        if self.place is None or not self.place.free or self.words != label.text:
            return False
        return not overlaps(np.array([self.place.box]), moved).any()


class Labelling:
    """The labels of a plot as they stand."""

    def __init__(self) -> None:
        self._standing: list[Standing] = []

    @property
    def boxes(self) -> dict[str, Box]:
        """Where each text stands, in pixels."""
        return {each.words: box for each in self._standing for box in each.taken}

    def forget(self) -> None:
        """Begin anew: all of them have gone with their ground."""
        self._standing = []

    def put(self, labels: Sequence[Label], ground: Ground) -> None:
        """Put these labels on a ground, earlier ones first; those that would stand where they do stay."""
        before, self._standing = self._standing, []
        moved, taken = list[Box](), list(ground.frames)
        for k, label in enumerate(labels):
            old = before[k] if k < len(before) else Standing(label)
            if k < len(before) and old.stays(label, moved):
                new = old
            else:
                _take_away(old)
                new = _put(label, ground, taken)
                moved += (*old.taken, *new.taken) if old.taken != new.taken else ()
            self._standing.append(new)
            taken += new.taken
        for old in before[len(labels) :]:
            _take_away(old)


def written(text: str, colour: str, font: QFont, bold: bool) -> QGraphicsTextItem:
    """Return a text as it is drawn, "_A" as a subscript."""
    item = QGraphicsTextItem()
    own = QFont(font)
    own.setBold(bold)
    item.setFont(own)
    item.document().setDocumentMargin(1)
    item.setDefaultTextColor(QColor(colour))
    html = rich(text)
    if html == text:
        item.setPlainText(visible(text))
    else:
        item.setHtml(with_scripts(html, own))
    return item


def _put(label: Label, ground: Ground, taken: Sequence[Box]) -> Standing:
    """Put a label where there is room for it; its short form where that alone covers no mark, or has room."""
    anchors, most = ground.scale.pixels(label.anchors), MODEST if label.optional else FORBIDDEN
    forms = [words for words in (label.text, label.short) if words]
    limits = (min(CLEAR, most), most) if label.short else (most,)
    for limit, words in product(limits, forms):
        text = written(words, label.colour, ground.font, label.bold)
        size = (text.boundingRect().width(), text.boundingRect().height())
        found = placed(size, anchors, ground.obstacles, taken, ground.edges, label.side, limit, led=True)
        if found is not None:
            chip = _chip(text, found.box, ground)
            leader = _leader(anchors[found.anchor], found.box, label.colour, ground.root)
            return Standing(label, words, found, (chip, *leader))
    return Standing(label)


def _chip(text: QGraphicsTextItem, box: Box, ground: Ground) -> QGraphicsItem:
    """Put a text on a quiet ground of its own."""
    chip = QGraphicsRectItem(QRectF(QPointF(*box[:2]), QPointF(*box[2:])), ground.root)
    chip.setPen(QPen(Qt.PenStyle.NoPen))
    chip.setBrush(_faded(ground.theme.card, CHIP_ALPHA))
    chip.setZValue(20)
    text.setParentItem(chip)
    text.setPos(*box[:2])
    return chip


def _leader(anchor: Array, box: Box, colour: str, root: QGraphicsItem) -> tuple[QGraphicsItem, ...]:
    """Join a label to its anchor where it stands far from it."""
    end = np.array([min(max(anchor[0], box[0]), box[2]), min(max(anchor[1], box[1]), box[3])])
    if float(np.hypot(*(end - anchor))) <= LEADER:
        return ()
    line = QGraphicsLineItem(QLineF(QPointF(*anchor), QPointF(*end)), root)
    line.setPen(QPen(_faded(colour, 150), 1))
    line.setZValue(5)
    return (line,)


def _faded(colour: str, alpha: int) -> QColor:
    faded = QColor(colour)
    faded.setAlpha(alpha)
    return faded


def _take_away(old: Standing) -> None:
    for item in old.items:
        item.scene().removeItem(item)
