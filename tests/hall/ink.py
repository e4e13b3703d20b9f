"""Which texts a widget paints: how large, where, and whether all of each is seen.

A widget paints into a `QPicture`, which keeps every text with its font and its clip; played back on a
`Sheet` each comes by once. Pixels would say neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainter,
    QPainterPath,
    QPicture,
    QPixmap,
    QRegion,
    QTextItem,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QMenu,
    QMenuBar,
    QWidget,
)

#: Pixels of a letter that may be cut off: hinting and antialiasing take as much.
SLACK = 1.5
#: Text is a script where it is so much smaller than what it stands beside, no farther away than this, in ems.
SMALLER, NEAR = 0.9, 0.4
DOTS, INCH = 96, 72
Metric = QPaintDevice.PaintDeviceMetric
METRICS = {
    Metric.PdmWidth: 10_000,
    Metric.PdmHeight: 10_000,
    Metric.PdmWidthMM: 2646,
    Metric.PdmHeightMM: 2646,
    Metric.PdmNumColors: 2**24,
    Metric.PdmDepth: 32,
    Metric.PdmDpiX: DOTS,
    Metric.PdmDpiY: DOTS,
    Metric.PdmPhysicalDpiX: DOTS,
    Metric.PdmPhysicalDpiY: DOTS,
    Metric.PdmDevicePixelRatio: 1,
}


@dataclass(frozen=True)
class Ink:
    """A text as it is painted.

    Parameters
    ----------
    text : str
        In one font.
    em : float
        The height of an em, in the pixels of the widget.
    box : QRectF
        What its letters cover.
    base : QPointF
        Where it begins, in the pixels of the widget.
    seen : QRectF
        Where the painter may paint.
    owner : QWidget
        Who paints it.
    script : bool
        A sub- or superscript.
    """

    text: str
    em: float
    box: QRectF
    base: QPointF
    seen: QRectF
    owner: QWidget
    script: bool = False

    @property
    def clipped(self) -> bool:
        """Whether some of its letters are cut off; those in a table are reached by scrolling."""
        view = self.owner.parentWidget()
        if isinstance(view, QAbstractItemView):
            return False
        return not self.seen.adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(self.box)

    @property
    def elided(self) -> bool:
        """Whether dots stand for what had no room, also before a share; after "Open…" a dialog comes."""
        cut = "…  " in self.text or self.text.rstrip().endswith("…")
        return cut and not isinstance(self.owner, QAbstractButton | QMenu | QMenuBar)


class Sheet(QPaintDevice):
    """A device that keeps texts, and paints nothing."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__()
        self.engine = _Engine(owner)

    def paintEngine(self) -> QPaintEngine:
        return self.engine

    def devType(self) -> int:
        return 1

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        return METRICS.get(metric, 65_536 if "Scaled" in metric.name else 0)


class _Engine(QPaintEngine):
    def __init__(self, owner: QWidget) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.owner = owner
        self.inks: list[Ink] = []

    def begin(self, device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:
        pass

    # Qt's own versions of these call one another for ever.
    def drawPolygon(self, *shape: object) -> None:
        pass

    def drawLines(self, *lines: object) -> None:
        pass

    def drawRects(self, *rects: object) -> None:
        pass

    def drawPath(self, path: QPainterPath) -> None:
        pass

    def drawPixmap(self, area: QRectF, pixmap: QPixmap, source: QRectF) -> None:
        pass

    def drawTextItem(self, base: QPointF, item: QTextItem) -> None:
        if not item.text().strip():
            return
        painter = self.painter()
        move, font = painter.deviceTransform(), item.font()
        box = QFontMetricsF(font).tightBoundingRect(item.text()).translated(base)
        seen = QRectF(self.owner.rect())
        if painter.hasClipping():
            seen &= painter.transform().mapRect(painter.clipBoundingRect())
        em = size(font) * abs(move.m11() * move.m22() - move.m12() * move.m21()) ** 0.5
        self.inks.append(Ink(item.text(), em, move.mapRect(box), move.map(base), seen, self.owner))


def size(font: QFont) -> float:
    """Return the em of a font in pixels."""
    return font.pointSizeF() * DOTS / INCH if font.pointSizeF() > 0 else float(font.pixelSize())


def painted(widget: QWidget) -> list[Ink]:
    """Return what a widget and all in it that is visible paint of text."""
    inks = _own(widget)
    for child in widget.children():
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow():
            inks += painted(child)
    return inks


def _own(widget: QWidget) -> list[Ink]:
    picture, sheet = QPicture(), Sheet(widget)
    # A card has a `render` of its own.
    QWidget.render(widget, picture, QPoint(), QRegion(), QWidget.RenderFlag(0))
    player = QPainter(sheet)
    player.drawPicture(0, 0, picture)
    player.end()
    out, inks = _outside(widget), sheet.engine.inks
    scripts = [ink for ink in inks if _is_script(ink, inks)]
    return [
        replace(ink, script=ink in scripts or _goes_on(ink, scripts), seen=ink.seen & out) for ink in inks
    ]


def _outside(widget: QWidget) -> QRectF:
    """Return what the widgets around leave of one to be seen; what scrolls may be cut off."""
    seen, place = QRectF(widget.rect()), widget
    while not place.isWindow() and not _scrolls(place):
        around = place.parentWidget()
        origin = widget.mapTo(around, QPoint(0, 0))
        seen &= QRectF(around.rect()).translated(-QPointF(origin))
        place = around
    return seen


def _scrolls(widget: QWidget) -> bool:
    return isinstance(widget.parentWidget(), QAbstractScrollArea) or (
        widget.parentWidget() is not None
        and isinstance(widget.parentWidget().parentWidget(), QAbstractScrollArea)
    )


def _is_script(ink: Ink, beside: list[Ink]) -> bool:
    """Return whether a text touches a larger one, as an index does."""
    return any(
        ink.em < SMALLER * other.em and ink.box.intersects(other.box.adjusted(*_around(NEAR * other.em)))
        for other in beside
    )


def _goes_on(ink: Ink, scripts: list[Ink]) -> bool:
    """Return whether a text goes on behind a script in the same size, in another font."""
    near = _around(NEAR * ink.em)
    return any(
        ink.em == other.em
        and ink.base.y() == other.base.y()
        and ink.box.intersects(other.box.adjusted(*near))
        for other in scripts
    )


def _around(far: float) -> tuple[float, float, float, float]:
    return -far, -far, far, far
