"""Stacked bars, drawn in pixels over a plot, with texts in their pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsRectItem, QGraphicsSimpleTextItem

from emviz.em.numerics import Array
from emviz.ui.look.style import faded, mixed
from emviz.ui.look.theme import LIGHT, Theme, contrast
from emviz.ui.panels.plot.hatching import hatching
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.panels.plot.scale import Scale

#: Width of a bar relative to the distance of two, for few bars and for many.
SLIM, BROAD = 0.64, 0.86
#: Opacity of the background of a hatched piece.
WASH = 0.16
#: Padding around a text in a piece, in pixels.
AIR = 3.0


@dataclass(frozen=True)
class Piece:
    """One piece of a stacked bar.

    Parameters
    ----------
    bar : int
        Index of the bar, from the left.
    low, high : float
        Its lower and upper end.
    colour : str
    hatched : bool
        Whether it is hatched instead of filled.
    texts : tuple of str
        Texts that may be written into it, the best first.
    """

    bar: int
    low: float
    high: float
    colour: str
    hatched: bool
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """The area of a piece, in pixels, the text in it ("" for none) and the text's items."""

    area: QRectF
    text: str = ""
    items: tuple[QGraphicsItem, ...] = ()


class BarLayer(QObject):
    """Draws pieces into a plot whose x counts bars.

    Parameters
    ----------
    plot : Plot
        The plot, which owns the layer.
    """

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self.pieces: tuple[Piece, ...] = ()
        self.theme: Theme = LIGHT
        self.font = QFont()
        self.breadth = SLIM
        self._texts: list[Written] = []
        self._plot = plot
        self._root = self._empty()

    def show(self, pieces: tuple[Piece, ...]) -> None:
        """Replace the pieces, drawn for the plot's current range and size."""
        self.pieces = pieces
        scene = self._root.scene()
        if scene is not None:
            scene.removeItem(self._root)
        self._root = self._empty()
        scale = self._plot.overlay.scale()
        self._texts = [Written(self._area(piece, scale)) for piece in pieces]
        for piece, text in zip(pieces, self._texts, strict=True):
            self._draw(piece, text.area)
        self._write_all()

    def write(self, pieces: tuple[Piece, ...]) -> None:
        """Replace only the texts of the pieces."""
        self.pieces = pieces
        self._write_all()

    def _write_all(self) -> None:
        metrics = QFontMetricsF(self.font)
        for k, piece in enumerate(self.pieces):
            before = self._texts[k]
            text = _fitting(piece, before.area, metrics)
            if text != before.text:
                for item in before.items:
                    self._root.scene().removeItem(item)
                items = tuple(self._write(text, before.area, metrics, piece)) if text else ()
                self._texts[k] = Written(before.area, text, items)

    @property
    def written(self) -> tuple[str, ...]:
        """The text in each piece; "" if none fits."""
        return tuple(each.text for each in self._texts)

    def between(self, before: Array, part: float) -> tuple[Piece, ...]:
        """Return the pieces at a part of the way from other ends, shape (pieces, 2), to their own."""
        return tuple(
            replace(piece, low=low + part * (piece.low - low), high=high + part * (piece.high - high))
            for piece, (low, high) in zip(self.pieces, before.tolist(), strict=True)
        )

    def area(self, piece: Piece) -> QRectF:
        """Return the area of a piece, in pixels of the view."""
        return self._area(piece, self._plot.overlay.scale())

    def _area(self, piece: Piece, scale: Scale) -> QRectF:
        half = self.breadth / 2
        corner, opposite = (
            scale.point(piece.bar - half, piece.high),
            scale.point(piece.bar + half, piece.low),
        )
        return QRectF(corner, opposite).normalized()

    def _empty(self) -> QGraphicsRectItem:
        root = QGraphicsRectItem(self._plot.view)
        root.setPen(QPen(Qt.PenStyle.NoPen))
        root.setZValue(-5)
        return root

    def _draw(self, piece: Piece, area: QRectF) -> None:
        card = QColor(self.theme.card)
        item = QGraphicsRectItem(area, self._root)
        item.setBrush(QColor(mixed(self.theme.card, piece.colour, WASH) if piece.hatched else piece.colour))
        # A gap in the card's colour separates pieces; a very low piece would be nothing but gap.
        item.setPen(QPen(card, 1.5) if area.height() > 4 else QPen(Qt.PenStyle.NoPen))
        if piece.hatched:
            self._hatch(area, piece.colour)

    def _hatch(self, area: QRectF, colour: str) -> None:
        inner = area.adjusted(1.5, 1.5, -1.5, -1.5)
        if not inner.isValid():
            return
        flat = Qt.PenCapStyle.FlatCap
        lines = QGraphicsPathItem(hatching(inner), self._root)
        lines.setPen(QPen(QColor(colour), 1.4, Qt.PenStyle.SolidLine, flat))
        border = QGraphicsRectItem(inner, self._root)
        border.setPen(QPen(QColor(colour), 1.6))

    def _write(
        self, text: str, area: QRectF, metrics: QFontMetricsF, piece: Piece
    ) -> Iterator[QGraphicsItem]:
        """Write a text into a piece, and yield its items."""
        lines = text.split("\n")
        middle, top = area.center().x(), area.center().y() - len(lines) * metrics.lineSpacing() / 2
        inks = (self.theme.ink, self.theme.card)
        ink = self.theme.ink if piece.hatched else max(inks, key=lambda each: contrast(each, piece.colour))
        for place, line in enumerate(lines):
            width = metrics.horizontalAdvance(line)
            at = QPointF(middle - width / 2, top + place * metrics.lineSpacing())
            chip: QGraphicsItem | None = None
            if piece.hatched:
                chip = self._chip(QRectF(at.x() - AIR, at.y(), width + 2 * AIR, metrics.lineSpacing()))
            item = QGraphicsSimpleTextItem(line, chip or self._root)
            item.setFont(self.font)
            item.setBrush(QColor(ink))
            item.setPos(at)
            yield chip or item

    def _chip(self, area: QRectF) -> QGraphicsRectItem:
        """Return the plate behind a text in a hatched piece, whose lines would cross the letters."""
        chip = QGraphicsRectItem(area, self._root)
        chip.setPen(QPen(Qt.PenStyle.NoPen))
        chip.setBrush(faded(self.theme.card, 225))
        return chip


def _fitting(piece: Piece, area: QRectF, metrics: QFontMetricsF) -> str:
    """Return the first text that fits into a piece; "" if none does."""
    for text in filter(None, piece.texts):
        lines = text.split("\n")
        width = max(metrics.horizontalAdvance(line) for line in lines)
        if width + 2 * AIR <= area.width() and len(lines) * metrics.lineSpacing() + AIR <= area.height():
            return text
    return ""
