"""A plot in the dress of the window: fonts, colours, pens, and no mouse business of its own."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from emviz.em.numerics import Array
from emviz.ui.look.style import SMALL
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.plot.axis import Axis
from emviz.ui.panels.plot.drawable import Curve, Range, opened, refusal
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.panels.plot.naming import lined, sized
from emviz.ui.panels.plot.overlay import Overlay
from emviz.ui.widgets.controls import LateBar
from emviz.ui.widgets.labels import PlainLabel, in_even_lines, with_scripts

#: Dashes in units of the pen's width: the cue beside colour.
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
#: Half of the last number of an axis, "1.0", in heights of a line.
LAST_TICK = 0.7
#: How far the name of a tick may stand out below a plot, in heights of its text.
BEYOND = 3
#: Moves of a drag are passed on this often, in milliseconds.
FRAME = 16


class Plot(pg.PlotWidget):
    """A plot that reports where the mouse is, in its own coordinates.

    Parameters
    ----------
    name : str
        What a screen reader calls it.
    whole : bool
        Ticks of the bottom axis at whole numbers alone.
    """

    pressed = Signal(float, float)
    moved = Signal(float, float)
    released = Signal()
    left = Signal()

    def __init__(self, name: str, whole: bool = False, parent: QWidget | None = None) -> None:
        axes = {"left": Axis("left"), "bottom": Axis("bottom", whole)}
        super().__init__(parent, axisItems=axes, enableMenu=False)
        self.theme: Theme = LIGHT
        self._pens: dict[pg.PlotDataItem, tuple[str, float, tuple[float, ...]]] = {}
        self._named: dict[str, tuple[str, str]] = {}
        self._names: dict[str, tuple[str, str, str]] = {}
        self.setAccessibleName(name)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        # A dropped file is for the window.
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

    @property
    def view(self) -> pg.ViewBox:
        """The box that the curves are drawn in."""
        return self.plotItem.vb

    def curve(self, antialias: bool = True) -> Curve:
        """Return a new curve, still empty."""
        curve = Curve(antialias=antialias)
        self.addItem(curve)
        return curve

    def forget(self, curve: pg.PlotDataItem) -> None:
        """Take a curve away."""
        self.removeItem(curve)
        self._pens.pop(curve, None)

    def ink(self, curve: pg.PlotDataItem, colour: str, width: float, dash: tuple[float, ...] = ()) -> None:
        """Draw a curve in this pen."""
        if self._pens.get(curve) != (colour, width, dash):
            self._pens[curve] = (colour, width, dash)
            self._repen(curve, self.devicePixelRatioF())

    def rescale(self, ratio: float) -> None:
        """Draw all pens for another device-pixel ratio: pyqtgraph counts their widths in device pixels."""
        for curve in self._pens:
            self._repen(curve, ratio)

    def show_range(self, x: Range, y: Range) -> None:
        """Show exactly these ranges; what cannot be drawn is left out, with a sentence in its place."""
        told = refusal(x, y)
        self.refusal.setText(told)
        self.refusal.setVisible(bool(told))
        self.plotItem.setVisible(not told)
        if told:
            return
        x, y = opened(*x), opened(*y)
        # What is in sight already costs milliseconds to show again.
        if self.view.targetRange() != [list(x), list(y)]:
            self.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)

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
            # By itself it leaves four fifths of a line, and cuts what hangs below the letters.
            axis.textHeight = height
            axis.setStyle(tickFont=small, tickLength=4, autoReduceTextSpace=False)
            # Else a name that stands out by more than 15 pixels below the last tick is left out.
            axis.setStyle(hideOverlappingLabels=round(BEYOND * height) if side == "bottom" else False)
            axis.label.setFont(small)
        # It grows with the texts that it meets, and so not with a height that it has been told.
        self.getAxis("bottom").setHeight()
        # The first and last number of an axis stand half outside of it.
        top, right = max(8, round(height / 2) - 1), max(12, round(LAST_TICK * height))
        self.plotItem.layout.setContentsMargins(0, top, right, 0)
        for side in self._named:
            self._name(side)
        self.overlay.dress(theme, font)

    def name_axis(self, side: str, text: str, short: str = "") -> None:
        """Write on an axis what it counts; nothing for an empty text.

        Parameters
        ----------
        short : str
            What is written where the axis is too short for the text; without it, the text in several lines.
        """
        self._named[side] = text, short
        self._name(side)

    def _name(self, side: str) -> None:
        axis = self.getAxis(side)
        text = lined(*self._named[side], axis.label.font(), self._room(side))
        wanted = (text, self.theme.muted, axis.label.font().key())
        if self._names.get(side) == wanted:
            return
        self._names[side] = wanted
        if text:
            html = "<br>".join(rich(line) for line in text.split("\n"))
            axis.setLabel(with_scripts(html, axis.label.font()), color=self.theme.muted)
            # It centres its label when its size changes, and not when the label does.
            axis.resizeEvent(None)
        axis.showLabel(bool(text))

    def _room(self, side: str) -> float:
        """Return how long the name of an axis may be, in pixels."""
        if side == "left":
            below = QFontMetricsF(self.getAxis("bottom").label.font()).height()
            return float(self.height() - below * (1 + bool(self._named.get("bottom", ("", ""))[0])))
        return float(self.width() - self.getAxis("left").width())

    def describe(self, text: str) -> None:
        """Tell a screen reader what is seen."""
        self.setAccessibleDescription(text)

    def at(self, position: QPointF) -> tuple[float, float]:
        """Return a point of the widget in the coordinates of the plot."""
        point = self.view.mapFromScene(self.mapToScene(position.toPoint()))
        (x0, x1), (y0, y1) = self.view.viewRange()
        box = self.view.rect()
        across, down = point.x() / max(box.width(), 1.0), point.y() / max(box.height(), 1.0)
        return x0 + (x1 - x0) * across, y1 - (y1 - y0) * down

    def position(self, x: float, y: float) -> QPointF:
        """Return a point of the plot in the coordinates of the widget."""
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

    # Qt's handlers are replaced, not extended: pyqtgraph would pan, zoom and open menus.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report a press of the left button."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit(*self.at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report where the mouse is."""
        self.moved.emit(*self.at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Report that the button is up."""
        self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take a double click for one more press."""
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to whatever scrolls around the plot."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has gone."""
        super().leaveEvent(event)
        self.left.emit()

    def sizeHint(self) -> QSize:
        """Ask for the least: a scene asks for the size that it has, so that a plot once high stays so."""
        return QSize(self.minimumSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the sentence on what cannot be drawn the whole place."""
        super().resizeEvent(event)
        # pyqtgraph resizes a plot while it is made.
        if hasattr(self, "refusal"):
            self.refusal.setGeometry(self.rect())
            # A closed plot has no axes any more.
            if self.plotItem is not None:
                self._stand()

    def _stand(self) -> None:
        """Name the axes, and put everything in its place at once: left to the first paint, there were two."""
        for side in self._named:
            self._name(side)
        self.plotItem.layout.activate()
        self.scene().prepareForPaint()

    def event(self, event: QEvent) -> bool:
        """Follow the plot to a screen with another device-pixel ratio, and the focus with a ring."""
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self.rescale(self.devicePixelRatioF())
        taken = bool(super().event(event))
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Resize):
            self.show_focus(self.hasFocus())
        return taken

    def show_focus(self, shown: bool) -> None:
        """Draw the ring of the focus, or leave it out, as a picture of the plot does."""
        self._ring.setGeometry(self.rect())
        self._ring.setVisible(shown)


class _Ring(QFrame):
    """A frame over a plot that has the focus: it lies above, so that nothing moves."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self.setProperty("role", "ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()


def progress_over(plot: Plot) -> LateBar:
    """Return a bar for work on what a plot shows, along its upper edge, so that nothing moves."""
    bar, column = LateBar(), QVBoxLayout(plot)
    bar.setProperty("role", "line")
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(bar, 0, Qt.AlignmentFlag.AlignTop)
    return bar


class Caption(QLabel):
    """A sentence under a plot; where it is narrow it has two lines, so that the plot keeps its height.

    Parameters
    ----------
    usual : int
        The characters of a usual sentence.
    most : int
        The lines that it has at most where it is narrow; a longer sentence has more.
    """

    def __init__(self, usual: int = 110, most: int = 2) -> None:
        super().__init__()
        self._usual, self._most = usual, most
        self._told = ""
        self.setProperty("role", "hint")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def tell(self, text: str) -> None:
        """Show a plain text, with its subscripts."""
        self._told = text
        self._write()

    def _write(self) -> None:
        self.setText(in_even_lines(rich(self._told), self.font()))
        self._fit()

    def _fit(self) -> None:
        """Take the lines of a usual sentence, and more where even that is not enough."""
        metrics = self.fontMetrics()
        # A label counts its least height as needed, and would never give any back.
        self.setMinimumHeight(0)
        wanted = math.ceil(self._usual * metrics.averageCharWidth() / max(1, self.width()))
        lines = min(max(1, wanted), self._most)
        needed = self.heightForWidth(self.width())
        self.setFixedHeight(max(lines * metrics.lineSpacing() + 4, needed))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the lines that the width asks for."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the lines that another font asks for."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._write()


class Drag(QObject):
    """The moves of a drag, no more than sixty a second; the first begins a new start, the others go on."""

    requested = Signal(object, bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.active = False
        self._moved = False
        self._pending: dict[str, Array] | None = None
        self._clock = QTimer(self, singleShot=True, interval=FRAME)
        self._clock.timeout.connect(self._pass_on)

    def begin(self) -> None:
        """Begin a drag."""
        self.active, self._moved, self._pending = True, False, None

    def move(self, values: dict[str, Array]) -> None:
        """Take the newest θ(0)."""
        self._pending = values
        if not self._clock.isActive():
            self._pass_on()

    @Slot()
    def end(self) -> None:
        """End it, at the last place reported."""
        self._pass_on()
        self._clock.stop()
        self.active = False

    @Slot()
    def _pass_on(self) -> None:
        if self._pending is None:
            return
        values, self._pending = self._pending, None
        self.requested.emit(values, self._moved)
        self._moved = True
        self._clock.start()


def finite_range(values: Array, pad: float = 0.08, least: float = 1e-12) -> tuple[float, float]:
    """Return a range that holds all finite values with some air."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    reach = max(high - low, least)
    middle = (low + high) / 2
    return middle - reach * (0.5 + pad), middle + reach * (0.5 + pad)
