"""A pyqtgraph plot in the window's fonts and colours, with pyqtgraph's mouse handling switched off."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from emviz.em.numerics import Array
from emviz.ui.look.style import SMALL
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.plot.axis import Axis
from emviz.ui.panels.plot.drawable import Curve, Range, opened, refusal
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.panels.plot.naming import lined, sized
from emviz.ui.panels.plot.overlay import Overlay
from emviz.ui.widgets.labels import PlainLabel, in_even_lines, with_scripts

#: Dash patterns in pen widths; they distinguish curves for those who cannot tell the colours apart.
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (5, 3),
    (1.5, 2.5),
    (8, 3, 1.5, 3),
    (3, 2),
    (8, 3, 1.5, 3, 1.5, 3),
    (12, 3),
    (1.5, 1.5),
    (5, 2, 5, 6),
    (12, 3, 3, 3),
    (1.5, 1.5, 1.5, 5),
    (12, 3, 1.5, 2, 1.5, 2, 1.5, 3),
)
#: Half the width of the last number of an axis, "1.0", in line heights.
LAST_TICK = 0.7
#: How far a tick text may reach beyond the end of the bottom axis, in text heights.
BEYOND = 3


class Plot(pg.PlotWidget):
    """A plot that reports mouse events in plot coordinates.

    Parameters
    ----------
    name : str
        The accessible name.
    whole : bool
        Whether the bottom axis has ticks only at whole numbers.
    """

    pressed = Signal(float, float)
    moved = Signal(float, float)
    released = Signal()
    left = Signal()
    #: pyqtgraph resizes a plot from within its constructor, before our children exist.
    _built = False

    def __init__(self, name: str, whole: bool = False, parent: QWidget | None = None) -> None:
        axes = {"left": Axis("left"), "bottom": Axis("bottom", whole)}
        super().__init__(parent, axisItems=axes, enableMenu=False)
        self.theme: Theme = LIGHT
        self._pens: dict[pg.PlotDataItem, tuple[str, float, tuple[float, ...]]] = {}
        #: The text and short text of each axis title, and what was last set, which depends on the room.
        self._titles: dict[str, tuple[str, str]] = {}
        self._titles_set: dict[str, tuple[str, str, str]] = {}
        self.setAccessibleName(name)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        # QGraphicsView would swallow the files that are dropped on the window.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setMinimumSize(60, 60)
        self.view.disableAutoRange()
        self.overlay = Overlay(self.view)
        self._ring = _Ring(self)
        self.refusal = PlainLabel(parent=self)
        self.refusal.setProperty("role", "hint")
        self.refusal.setWordWrap(True)
        self.refusal.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.refusal.hide()
        self._built = True

    @property
    def view(self) -> pg.ViewBox:
        """The view box that the curves are drawn in."""
        return self.plotItem.vb

    def curve(self, antialias: bool = True) -> Curve:
        """Add an empty curve and return it."""
        curve = Curve(antialias=antialias)
        self.addItem(curve)
        return curve

    def forget(self, curve: pg.PlotDataItem) -> None:
        """Remove a curve."""
        self.removeItem(curve)
        self._pens.pop(curve, None)

    def match(self, curves: list[pg.PlotDataItem], number: int) -> None:
        """Add or remove curves until a list of them has this length."""
        while len(curves) < number:
            curves.append(self.curve())
        while len(curves) > number:
            self.forget(curves.pop())

    def ink(self, curve: pg.PlotDataItem, colour: str, width: float, dash: tuple[float, ...] = ()) -> None:
        """Set the pen of a curve: its width in logical pixels, its dashes in pen widths."""
        if self._pens.get(curve) != (colour, width, dash):
            self._pens[curve] = (colour, width, dash)
            self._repen(curve, self.devicePixelRatioF())

    def rescale(self, ratio: float) -> None:
        """Update all pens for a device-pixel ratio: pyqtgraph takes their widths as device pixels."""
        for curve in self._pens:
            self._repen(curve, ratio)

    def show_range(self, x: Range, y: Range) -> None:
        """Show exactly these ranges, or a sentence that says why they cannot be drawn."""
        reason = refusal(x, y)
        self.refusal.setText(reason)
        self.refusal.setVisible(bool(reason))
        self.plotItem.setVisible(not reason)
        if reason:
            return
        x, y = opened(*x), opened(*y)
        # pyqtgraph takes milliseconds to set even the range that it has.
        if self.view.targetRange() != [list(x), list(y)]:
            self.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)
        self._settle()

    def _settle(self) -> None:
        """Do now what the first paint would do: each change that it finds leads to another paint."""
        if not self.isVisible():
            return
        # The left axis twice: wider tick texts make it wider, and it then draws them elsewhere.
        for side in ("left", "left", "bottom"):
            self.plotItem.layout.activate()
            self.scene().prepareForPaint()
            self.getAxis(side).prepare()

    def dress(self, theme: Theme, font: QFont) -> None:
        """Take over colours and font."""
        self.theme = theme
        self.setBackground(theme.card)
        small = sized(font, SMALL)
        height = QFontMetricsF(small).height()
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(theme.border))
            axis.setTextPen(pg.mkPen(theme.muted))
            # pyqtgraph reserves four fifths of a line, which cuts off descenders.
            axis.textHeight = height
            axis.setStyle(tickFont=small, tickLength=4, autoReduceTextSpace=False)
            # By default pyqtgraph drops a tick text that reaches more than 15 pixels beyond the axis.
            axis.setStyle(hideOverlappingLabels=round(BEYOND * height) if side == "bottom" else False)
            axis.label.setFont(small)
        # Only an axis without a fixed height grows with its texts.
        self.getAxis("bottom").setHeight()
        # Half of the first and of the last number of an axis lies outside of it.
        top, right = max(8, round(height / 2) - 1), max(12, round(LAST_TICK * height))
        self.plotItem.layout.setContentsMargins(0, top, right, 0)
        self._set_titles()
        self.overlay.dress(theme, font)

    def name_axis(self, side: str, text: str, short: str = "") -> None:
        """Set the title of an axis; an empty text removes it.

        Parameters
        ----------
        short : str
            Used where the axis is too short for the text; without it, the text is wrapped.
        """
        self._titles[side] = text, short
        self._set_title(side)

    def _set_titles(self) -> None:
        for side in self._titles:
            self._set_title(side)

    def _set_title(self, side: str) -> None:
        axis = self.getAxis(side)
        text = lined(*self._titles[side], axis.label.font(), self._room(side))
        wanted = (text, self.theme.muted, axis.label.font().key())
        if self._titles_set.get(side) == wanted:
            return
        self._titles_set[side] = wanted
        if text:
            lines = text.split("\n")
            html = "<br>".join(map(rich, lines))
            axis.space_title(len(lines))
            axis.setLabel(with_scripts(html, axis.label.font()), color=self.theme.muted)
            # pyqtgraph centres the label only in the axis's resizeEvent, not when its text changes.
            axis.resizeEvent(None)
        axis.showLabel(bool(text))

    def _room(self, side: str) -> float:
        """Return the longest title that an axis has room for, in pixels."""
        if side == "left":
            below = QFontMetricsF(self.getAxis("bottom").label.font()).height()
            return float(self.height() - below * (1 + bool(self._titles.get("bottom", ("", ""))[0])))
        return float(self.width() - self.getAxis("left").width())

    def describe(self, text: str) -> None:
        """Set the description that a screen reader reads out."""
        self.setAccessibleDescription(text)

    def at(self, position: QPointF) -> tuple[float, float]:
        """Return a position in the widget in plot coordinates."""
        point = self.view.mapFromScene(self.mapToScene(position.toPoint()))
        (x0, x1), (y0, y1) = self.view.viewRange()
        box = self.view.rect()
        across, down = point.x() / max(box.width(), 1.0), point.y() / max(box.height(), 1.0)
        return x0 + (x1 - x0) * across, y1 - (y1 - y0) * down

    def position(self, x: float, y: float) -> QPointF:
        """Return a point of the plot in widget coordinates."""
        scene = self.view.mapToScene(self.overlay.scale().point(x, y))
        return QPointF(self.mapFromScene(scene))

    def _repen(self, curve: pg.PlotDataItem, ratio: float) -> None:
        colour, width, dash = self._pens[curve]
        pen = QPen(QColor(colour), width * ratio)
        pen.setCosmetic(True)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dash:
            pen.setDashPattern(dash)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        curve.setPen(pen)

    # The mouse handlers do not call super(): pyqtgraph would pan, zoom and open menus.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report a press of the left button."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit(*self.at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report the mouse position."""
        self.moved.emit(*self.at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Report a release of any button."""
        self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Treat a double click as another press."""
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll area around the plot."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has left."""
        super().leaveEvent(event)
        self.left.emit()

    def sizeHint(self) -> QSize:
        """Return the minimum size: a graphics view asks for its scene's size, and so never shrinks."""
        return QSize(self.minimumSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out axes and curves at once."""
        super().resizeEvent(event)
        if not self._built:
            return
        self.refusal.setGeometry(self.rect())
        # A closed plot no longer has a plot item.
        if self.plotItem is not None:
            self._set_titles()
            # Left to the first paint, the layout would trigger a second one.
            self.plotItem.layout.activate()
            self.scene().prepareForPaint()

    def event(self, event: QEvent) -> bool:
        """Adapt the pens to the screen's device-pixel ratio and the ring to the focus."""
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self.rescale(self.devicePixelRatioF())
        taken = bool(super().event(event))
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Resize):
            self.show_focus(self.hasFocus())
        return taken

    def show_focus(self, shown: bool) -> None:
        """Show or hide the focus ring; exported pictures hide it."""
        self._ring.setGeometry(self.rect())
        self._ring.setVisible(shown)


class _Ring(QFrame):
    """The focus ring of a plot: a frame on top of it, so that the plot keeps its size."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self.setProperty("role", "ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()


class Caption(QLabel):
    """A sentence under a plot, of constant height for ordinary sentences, so that the plot keeps its own.

    Parameters
    ----------
    usual : int
        Characters of an ordinary sentence.
    most : int
        Most lines reserved for an ordinary sentence; longer sentences take more.
    """

    def __init__(self, usual: int = 110, most: int = 2) -> None:
        super().__init__()
        self._usual, self._most = usual, most
        self._sentence = ""
        self.setProperty("role", "hint")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def show_text(self, text: str) -> None:
        """Show a plain text, with "_A" as a subscript."""
        if text != self._sentence or not text:
            self._sentence = text
            self._write()

    def _write(self) -> None:
        self.setText(in_even_lines(rich(self._sentence), self.font()))
        self._fit()

    def _fit(self) -> None:
        """Take the height of an ordinary sentence, or of this one where it is longer."""
        metrics = self.fontMetrics()
        # heightForWidth() is never below the minimum height, so the label could not shrink.
        self.setMinimumHeight(0)
        wanted = math.ceil(self._usual * metrics.averageCharWidth() / max(1, self.width()))
        lines = min(max(1, wanted), self._most)
        needed = self.heightForWidth(self.width())
        self.setFixedHeight(max(lines * metrics.lineSpacing() + 4, needed))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height to the new width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Break the lines again in a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._write()


def finite_range(values: Array, pad: float = 0.08, least: float = 1e-12) -> tuple[float, float]:
    """Return a range around all finite values, padded by a part `pad` of its width at either end."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    reach = max(high - low, least)
    middle = (low + high) / 2
    return middle - reach * (0.5 + pad), middle + reach * (0.5 + pad)
