"""The scene of a ribbon: its lanes, and the shapes, images and texts in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy import intp
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainterPath

from emviz.em.numerics import Array
from emviz.em.pictures import Ribbon
from emviz.ui.look.style import SMALL, mixed
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.ribbon_columns import Window, extremes, means, runs, shares, stacked
from emviz.ui.panels.plot.canvas import Bitmap, Item, Letters, Shape, TextBox, rectangle
from emviz.ui.panels.plot.naming import fitting, sized
from emviz.ui.panels.plot.plot import finite_range
from emviz.wording.numbers import figure

#: Opacity of the posterior; the bands below it have full colours.
RIBBON = 0.72
#: Smallest mean distance of the gaps between sequences, in pixels, at which they are drawn.
SPARSE = 8.0
#: Largest size of the symbols, relative to the application's font.
LARGEST = 1.5
#: Texts where symbols have no room, and before there are shares; the longest that fits is used.
TURN = ("turn the wheel to read the symbols", "turn the wheel to read", "")
AWAITED = ("the E-step weighs the states", "after the E-step", "")
#: Pixel rows of the image of the posterior, and of a band.
FINE, COARSE = 400, 32
END = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
START = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
#: Possible distances of the axis's numbers, in steps.
TICKS = tuple(part * 10**power for power in range(8) for part in (1, 2, 5))
#: Scales of the padding tried, until the posterior keeps at least one line.
AIRY = (1.0, 0.5, 0.0)


@dataclass(frozen=True)
class Lanes:
    """The top and height of each lane, in pixels; an absent lane has height 0."""

    left: float
    right: float
    legend: tuple[float, float]
    observed: tuple[float, float]
    posterior: tuple[float, float]
    best: tuple[float, float]
    truth: tuple[float, float]
    axis: tuple[float, float]

    @property
    def width(self) -> float:
        """Width of the lanes, in pixels."""
        return self.right - self.left

    def x(self, step: float, window: Window) -> float:
        """Return the left end of a step, in pixels."""
        return self.left + (step - window.first) * self.width / window.span


def lanes(view: Ribbon, width: float, height: float, font: QFont) -> Lanes:
    """Return the lanes for a canvas of this size, in pixels."""
    metrics = QFontMetricsF(font)
    line = metrics.height()
    left = max(metrics.horizontalAdvance(name) for name in (shared(view), "Viterbi")) + 8
    many = len(_legend_lines(view.names, font, width))
    gap, heights, rest = 0.0, [0.0], 0.0
    for airy in AIRY:
        gap, heights = 4.0 * airy, _heights(view, many, line, height, airy)
        rest = height - sum(heights) - gap * sum(each > 0 for each in heights)
        if rest >= line:
            break
    spans, top = [], 0.0
    for each in (*heights[:2], max(rest, line), *heights[3:]):
        spans.append((top, each))
        top += each + (gap if each else 0.0)
    return Lanes(left, width - 2.0, *spans)


def _heights(view: Ribbon, many: int, line: float, height: float, airy: float) -> list[float]:
    """Return the heights of the lanes in pixels; 0 for the posterior, which takes the rest.

    Parameters
    ----------
    many : int
        Number of lines of the legend.
    airy : float
        Scale of the padding, 0 … 1.
    """
    numeric = not isinstance(view.symbols, tuple)
    band = line * (1 + 0.1 * airy)
    return [
        many * line * (1 + 0.3 * airy),
        min(0.22 * height, 5 * line) if numeric else line * (1 + 0.5 * airy),
        0.0,
        band if view.best is not None else 0.0,
        # Reserved even while hidden, so that nothing moves when it is revealed.
        band if view.truth is not None else 0.0,
        line,
    ]


def shared(view: Ribbon) -> str:
    """Return the name of the shares of the states."""
    return "posterior" if view.letter == "P" else "counted"


def drawn(view: Ribbon, window: Window, lanes: Lanes, font: QFont, theme: Theme) -> list[Item]:
    """Return the scene."""
    items = [*_legend(view.names, lanes, font, theme), *_names(view, lanes, font, theme)]
    observed = _observed(view, window, lanes, font, theme)
    items += observed
    items += _posterior(view, window, lanes, font, theme)
    for path, lane in ((view.best, lanes.best), (view.truth, lanes.truth)):
        if path is not None and lane[1]:
            items += _band(view, path, lane, window, lanes, font, theme)
    # Lines through the hint would strike it out.
    hinted = isinstance(view.symbols, tuple) and isinstance(observed[0], TextBox)
    items += _breaks(view, window, lanes, lanes.posterior if hinted else lanes.observed, theme)
    items += _axis(window, lanes, font, theme)
    items += _selection(view, window, lanes, theme)
    return items


# -- around the lanes ----------------------------------------------------------------------------------------


def _legend_lines(names: tuple[str, ...], font: QFont, width: float) -> list[list[tuple[int, float]]]:
    """Return the lines of the legend: the states in each, with their left ends in pixels."""
    metrics = QFontMetricsF(font)
    lines: list[list[tuple[int, float]]] = [[]]
    left = 0.0
    for place, name in enumerate(names):
        needed = _chip_width(name, metrics) + 0.8 * metrics.height()
        if lines[-1] and left + needed > width:
            lines.append([])
            left = 0.0
        lines[-1].append((place, left))
        left += needed
    return lines


def _chip_width(name: str, metrics: QFontMetricsF) -> float:
    return metrics.height() * 0.9 + metrics.horizontalAdvance(name) * 1.1


def _legend(names: tuple[str, ...], lanes: Lanes, font: QFont, theme: Theme) -> list[Item]:
    """Return the names of the states on plates in their colours."""
    metrics, bold = QFontMetricsF(font), sized(font, 1.0, bold=True)
    line = metrics.height()
    items: list[Item] = []
    for row, chips in enumerate(_legend_lines(names, font, lanes.right)):
        for place, left in chips:
            box = QRectF(
                left, lanes.legend[0] + row * line * 1.3, _chip_width(names[place], metrics), line * 1.15
            )
            radius = box.height() / 2
            chip = rectangle(box.x(), box.y(), box.width(), box.height(), radius)
            items.append(Shape(chip, theme.component(place)))
            items.append(TextBox(names[place], box, theme.card, bold))
    return items


def _names(view: Ribbon, lanes: Lanes, font: QFont, theme: Theme) -> list[Item]:
    """Return the names of the lanes, to their left."""
    known = lanes.truth if view.truth is not None else (0.0, 0.0)
    named = ((shared(view), lanes.posterior), ("Viterbi", lanes.best), ("truth", known))
    return [
        TextBox(name, QRectF(0, top, lanes.left - 6, height), theme.muted, font, END)
        for name, (top, height) in named
        if height
    ]


def _axis(window: Window, lanes: Lanes, font: QFont, theme: Theme) -> list[Item]:
    metrics = QFontMetricsF(font)
    needed = metrics.horizontalAdvance(f"{window.steps:,}") + metrics.height()
    every = next((step for step in TICKS if step * lanes.width / window.span >= needed), TICKS[-1])
    begin, end = window.inside.start // every * every, min(window.inside.stop + every, window.steps)
    steps = [step or 1 for step in range(begin, end + 1, every)]
    top, height = lanes.axis
    items: list[Item] = [TextBox("step", QRectF(0, top, lanes.left - 6, height), theme.muted, font, END)]
    for step in steps:
        x = lanes.x(step - 0.5, window)
        half = metrics.horizontalAdvance(f"{step:,}") / 2 + 1
        if lanes.left <= x <= lanes.right:
            box = QRectF(min(max(x, lanes.left + half), lanes.right - half) - half, top, 2 * half, height)
            items.append(TextBox(f"{step:,}", box, theme.muted, font))
    return items


def _breaks(
    view: Ribbon, window: Window, lanes: Lanes, first: tuple[float, float], theme: Theme
) -> list[Item]:
    """Return lines between the sequences, from the top of a first lane on."""
    at = np.asarray(view.breaks, dtype=np.float64)
    at = at[(at > window.first) & (at < window.first + window.span)]
    if not len(at) or len(at) * SPARSE > lanes.width:
        return []
    top, bottom = first[0], lanes.axis[0] - 2
    gaps, lines = QPainterPath(), QPainterPath()
    for step in at.tolist():
        x = round(lanes.x(step, window))
        gaps.addRect(QRectF(x - 2, top, 4, bottom - top))
        lines.addRect(QRectF(x - 0.5, top, 1, bottom - top))
    return [Shape(gaps, theme.card, smooth=False), Shape(lines, theme.muted, smooth=False)]


def _selection(view: Ribbon, window: Window, lanes: Lanes, theme: Theme) -> list[Item]:
    if view.row is None:
        return []
    left, right = lanes.x(view.row, window), lanes.x(view.row + 1, window)
    if right <= lanes.left or left >= lanes.right:
        return []
    top, bottom = lanes.observed[0], lanes.axis[0] - 1
    # The frame around a very narrow step is widened to be visible.
    middle, half = (left + right) / 2, max((right - left) / 2, 2.5)
    frame = rectangle(middle - half, top + 1, 2 * half, bottom - top - 2, 2)
    return [Shape(frame, line=theme.card, width=5), Shape(frame, line=theme.ink, width=2.5)]


# -- the lanes -----------------------------------------------------------------------------------------------


def _posterior(view: Ribbon, window: Window, lanes: Lanes, font: QFont, theme: Theme) -> list[Item]:
    top, height = lanes.posterior
    if view.shares is None:
        box = QRectF(lanes.left, top, lanes.width, height)
        ground = Shape(rectangle(lanes.left, top, lanes.width, height), theme.faint, smooth=False)
        return [ground, TextBox(fitting(AWAITED, lanes.width, font), box, theme.muted, font)]
    parts = means(view.shares, window.inside, _columns(lanes))
    colours = [mixed(theme.card, theme.component(k), RIBBON) for k in range(len(view.names))]
    states = stacked(parts, FINE if len(parts) > 1 else COARSE)
    line = QFontMetricsF(font).height()
    ends = _ends(("1", "0"), lanes.posterior, lanes, font, theme) if height > 4 * line else []
    return [_bitmap(states, colours, lanes.posterior, window, lanes), *ends]


def _band(
    view: Ribbon,
    path: NDArray[intp],
    lane: tuple[float, float],
    window: Window,
    lanes: Lanes,
    font: QFont,
    theme: Theme,
) -> list[Item]:
    """Return the band of a path, and the name of each run that has room for it.

    The names are for readers who cannot distinguish the colours.
    """
    parts = shares(path, len(view.names), window.inside, _columns(lanes))
    colours = [theme.component(k) for k in range(len(view.names))]
    image = _bitmap(stacked(parts, COARSE), colours, lane, window, lanes)
    ends, states = runs(path, window.inside, view.breaks)
    shown = np.clip(lanes.left + (ends - window.first) * lanes.width / window.span, lanes.left, lanes.right)
    bold = sized(font, 1.0, bold=True)
    metrics = QFontMetricsF(bold)
    needed = np.array([metrics.horizontalAdvance(name) + 6 for name in view.names])
    places = np.flatnonzero(np.diff(shown) >= needed[states]).tolist()
    names = (
        TextBox(
            view.names[states[place]],
            QRectF(shown[place], lane[0], shown[place + 1] - shown[place], lane[1]),
            theme.card,
            bold,
        )
        for place in places
    )
    return [image, *names]


def _bitmap(
    states: NDArray[np.uint8], colours: list[str], lane: tuple[float, float], window: Window, lanes: Lanes
) -> Bitmap:
    """Return an image of states, with a column per step in sight or per pixel."""
    height, width = states.shape
    # QImage wants each line to begin at a multiple of four bytes.
    padded = np.zeros((height, (width + 3) // 4 * 4), dtype=np.uint8)
    padded[:, :width] = states
    image = QImage(padded.tobytes(), width, height, padded.shape[1], QImage.Format.Format_Indexed8)
    image.setColorTable([QColor(colour).rgb() for colour in colours])
    left, right = (lanes.x(end, window) for end in (window.inside.start, window.inside.stop))
    clip = QRectF(lanes.left, lane[0], lanes.width, lane[1])
    return Bitmap(image.copy(), QRectF(left, lane[0], right - left, lane[1]), clip)


def _observed(view: Ribbon, window: Window, lanes: Lanes, font: QFont, theme: Theme) -> list[Item]:
    if isinstance(view.symbols, tuple):
        return _symbols(view.symbols, window, lanes, font, theme)
    return _curve(view.symbols, view.breaks, window, lanes, font, theme)


def _symbols(symbols: tuple[str, ...], window: Window, lanes: Lanes, font: QFont, theme: Theme) -> list[Item]:
    """Return the symbols in sight as letters, or a hint to zoom in."""
    top, height = lanes.observed
    step = lanes.width / window.span
    shown = symbols[window.inside.start : window.inside.stop] if step > 4 else ()
    metrics = QFontMetricsF(font)
    widest = max((metrics.horizontalAdvance(symbol) for symbol in set(shown)), default=0.0)
    size = min((step - 1) / widest, LARGEST) if widest else 0.0
    if size < SMALL:
        box = QRectF(lanes.left, top, lanes.width, height)
        return [TextBox(fitting(TURN, lanes.width, font), box, theme.muted, font)]
    large = sized(font, size)
    metrics = QFontMetricsF(large)
    base = top + (height + metrics.ascent() - metrics.descent()) / 2
    spots = []
    for place, symbol in enumerate(shown, start=window.inside.start):
        half = metrics.horizontalAdvance(symbol) / 2
        x = lanes.x(place + 0.5, window)
        if x - half >= lanes.left and x + half <= lanes.right:
            spots.append((symbol, QPointF(x - half, base)))
    return [Letters(tuple(spots), theme.ink, large)]


def _curve(
    values: Array, breaks: tuple[int, ...], window: Window, lanes: Lanes, font: QFont, theme: Theme
) -> list[Item]:
    """Return the numbers in sight as a line, which spans the extremes of each pixel column."""
    top, height = lanes.observed
    low, high = finite_range(values, 0.05)
    columns = _columns(lanes)
    at, shown, joined = _line(values, breaks, window.inside, columns)
    x = np.clip(lanes.left + (at - window.first) * lanes.width / window.span, lanes.left, lanes.right)
    y = np.where(np.isfinite(shown), top + (high - shown) * height / (high - low), top)
    path = pg.arrayToQPath(x, y, connect=joined)
    few = len(window.inside) <= columns
    curve = Shape(path, line=theme.ink, width=1.4 if few else 1.0, smooth=few)
    return [curve, *_range(values, lanes, font, theme)]


def _line(
    values: Array, breaks: tuple[int, ...], steps: range, columns: int
) -> tuple[Array, Array, NDArray[np.int32]]:
    """Return positions and heights of a line through the steps, and whether each point joins the next."""
    if len(steps) > columns:
        at = np.repeat(steps.start + (np.arange(columns) + 0.5) * len(steps) / columns, 2)
        shown = np.stack(extremes(values, steps, columns), axis=1).ravel()
    else:
        at, shown = np.asarray(steps) + 0.5, values[steps.start : steps.stop]
    finite = np.isfinite(shown)
    joined = (finite & np.append(finite[1:], False)).astype(np.int32)
    if len(steps) <= columns:
        joined[[each - 1 - steps.start for each in breaks if steps.start < each < steps.stop]] = 0
    return at, shown, joined


def _range(values: Array, lanes: Lanes, font: QFont, theme: Theme) -> list[Item]:
    """Return the greatest and the least value at the ends of the lane, if there is room for both."""
    finite = values[np.isfinite(values)]
    if not len(finite) or lanes.observed[1] < 2 * QFontMetricsF(font).height():
        return []
    texts = figure(float(finite.max()), 3), figure(float(finite.min()), 3)
    return _ends(texts, lanes.observed, lanes, font, theme)


def _ends(
    texts: tuple[str, str], lane: tuple[float, float], lanes: Lanes, font: QFont, theme: Theme
) -> list[Item]:
    """Return the texts to the left of a lane, at its upper and its lower end."""
    (top, height), line = lane, QFontMetricsF(font).height()
    return [
        TextBox(text, QRectF(0, y, lanes.left - 6, line), theme.muted, font, END)
        for text, y in zip(texts, (top, top + height - line), strict=True)
    ]


def _columns(lanes: Lanes) -> int:
    return max(1, round(lanes.width))
