"""The gap between log P and the bound under the pointer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from emviz.ui.look.theme import Theme
from emviz.ui.panels.bound.marks import BoundPicture
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.widgets.labels import with_scripts
from emviz.wording.numbers import figure, number

#: Distance between the gap and its number, in pixels.
BESIDE = 10


@dataclass(frozen=True)
class Pointed:
    """The gap at one position of the line.

    Parameters
    ----------
    x, low, high : float
        The position, and the heights of the bound and the objective there, in nats.
    lines : tuple of str
        Two lines of text: the gap and its parts, and the position.
    """

    x: float
    low: float
    high: float
    lines: tuple[str, str]


class GapReading:
    """Draws the gap under the pointer, with its size beside it.

    Parameters
    ----------
    plot : Plot
        The plot of the bound.
    """

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._line = plot.curve()
        self._x: float | None = None
        self.label = QLabel(plot)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setObjectName("gapReading")
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label.hide()

    def dress(self, theme: Theme) -> None:
        """Take over the colours."""
        self.label.setStyleSheet(f"background: {theme.card}; padding: 1px 4px;")
        self._plot.ink(self._line, theme.ink, 3.0)

    def follow(self, picture: BoundPicture) -> None:
        """Draw the gap of a new picture at the same position, where a gap is drawn and still in range."""
        if self._x is not None:
            xs = picture.slice.positions
            self.show(pointed(picture, self._x) if xs[0] <= self._x <= xs[-1] else None)

    def show(self, place: Pointed | None) -> None:
        """Draw a gap; None hides it."""
        self._x = None if place is None else place.x
        self.label.setVisible(place is not None)
        if place is None:
            self._line.show_points([], [])
            return
        low, _ = self._plot.view.viewRange()[1]
        # The bound may be far below the picture, and the text goes to the visible middle.
        bottom = max(place.low, low)
        self._line.show_points([place.x, place.x], [bottom, place.high])
        html = "<br>".join(rich(line) for line in place.lines)
        self.label.setText(with_scripts(html, self.label.font()))
        self.label.adjustSize()
        self._place(place.x, (bottom + place.high) / 2)

    def _place(self, x: float, y: float) -> None:
        """Place the text on whichever side of the gap has room."""
        at, size = self._plot.position(x, y), self.label.size()
        left = round(at.x()) + BESIDE
        if left + size.width() > self._plot.width():
            left = max(0, round(at.x()) - BESIDE - size.width())
        most = self._plot.height() - size.height()
        self.label.move(left, min(max(0, round(at.y()) - size.height() // 2), most))


def pointed(picture: BoundPicture, x: float) -> Pointed | None:
    """Return the gap at the sampled position nearest to x; None without a bound."""
    drawn = picture.slice
    if not picture.begun:
        return None
    place = int(np.abs(drawn.positions - x).argmin())
    at, low, high = (float(each[place]) for each in (drawn.positions, drawn.bound, drawn.objective))
    if not np.isfinite(high):
        return None
    gap, slack = high - low, float(drawn.slacks[place])
    return Pointed(at, low, high, (_gap(picture, gap, slack), _where(picture, at)))


def _gap(picture: BoundPicture, gap: float, slack: float) -> str:
    """Return the size of the gap in nats, and its parts, as text."""
    if not np.isfinite(gap):
        return "the gap is infinite: what was counted is impossible"
    name, noise = picture.divergence_name, picture.noise
    # Below the noise the digits of a gap are rounding errors.
    gap = gap if gap > noise else 0.0
    if name is None:
        return f"gap {figure(gap, 3)} nats"
    if slack > noise:
        return f"gap {name} + slack = {figure(max(gap - slack, 0.0), 3)} + {figure(slack, 3)} nats"
    return f"gap {name}(q‖p) = {figure(gap, 3)} nats"


def _where(picture: BoundPicture, at: float) -> str:
    if picture.label:
        return f"{picture.label} = {number(at, 3)}"
    first, last = picture.ends
    return f"at {first}" if at == 0 else f"at {last}" if at == 1 else f"{number(at, 2)} of the way"
