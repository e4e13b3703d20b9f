"""Where the boxes, bars and arrows of a diagram go. No widget."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from emviz.em.pictures import Diagram
from emviz.em.pictures.diagrams import Variable
from emviz.narration import number
from emviz.ui.panels.plot.naming import elided, sized

#: In pixels: around the text of a box, its frame, between boxes side by side and rows, and an arrow head.
PAD, FRAME, BESIDE, BETWEEN, HEAD = 5.0, 1.0, 10.0, 16.0, 8.0
#: The least width of a bar, in ems.
BAR = 2.2
#: The width that a name is given, in ems.
NAMED = 7.0


@dataclass(frozen=True)
class Row:
    """A state in a box."""

    name: str
    number: str
    share: float
    place: int
    seen: bool
    name_area: QRectF
    bar: QRectF
    number_area: QRectF


@dataclass(frozen=True)
class Box:
    """A variable."""

    name: str
    area: QRectF
    title: QRectF
    rows: tuple[Row, ...]
    seen: bool


@dataclass(frozen=True)
class DiagramPlan:
    """Everything that is painted, in pixels: arrows with start, end and head."""

    boxes: tuple[Box, ...]
    arrows: tuple[tuple[QPointF, QPointF, tuple[QPointF, ...]], ...]


def planned(diagram: Diagram, width: float, height: float, font: QFont, decimals: int) -> DiagramPlan:
    """Return where everything goes in a picture of this size, with as many states in a box as fit."""
    if not diagram.variables:
        return DiagramPlan((), ())
    planner = _Planner(diagram, width, height, font, decimals)
    most = max(len(variable.states) for variable in diagram.variables)
    fitting = (shown for shown in range(most, 0, -1) if planner.fits(shown))
    boxes = planner.boxes(next(fitting, 0))
    arrows = (_arrow(boxes[source].area, boxes[target].area) for source, target in diagram.arrows)
    return DiagramPlan(boxes, tuple(arrows))


class _Planner:
    """The sizes of the texts, and the rows of boxes that follow from them."""

    def __init__(self, diagram: Diagram, width: float, height: float, font: QFont, decimals: int) -> None:
        self.diagram, self.width, self.height, self.decimals = diagram, width, height, decimals
        self.metrics, self.bold = (QFontMetricsF(sized(font, 1.0, bold)) for bold in (False, True))
        self.line = math.ceil(self.metrics.height())
        names = [state for variable in diagram.variables for state in variable.states]
        self.state = max(self.bold.horizontalAdvance(name) for name in names)
        self.number = self.bold.horizontalAdvance(number(0.0, decimals))
        self.bar = BAR * self.metrics.height()

    def fits(self, shown: int) -> bool:
        """Return whether boxes with so many states fit."""
        rows = self.rows(shown)
        needed = len(rows) * self.box_height(shown) + (len(rows) - 1) * BETWEEN
        return needed <= self.height and self.box_width(shown) <= self.width

    def box_height(self, shown: int) -> float:
        return (1 + shown) * self.line + 2 * PAD

    def box_width(self, shown: int) -> float:
        titles = [self.title(each) if not shown else each.name for each in self.diagram.variables]
        title = max(map(self.bold.horizontalAdvance, titles))
        inside = self.state + self.bar + self.number + 2 * PAD if shown else 0.0
        return math.ceil(max(title, inside)) + 2 * (PAD + FRAME)

    def title(self, variable: Variable) -> str:
        """Return the name of a variable with its likeliest state, where states have no lines of their own."""
        best = max(range(len(variable.shares)), key=variable.shares.__getitem__)
        share = "" if variable.seen is not None else f" {number(variable.shares[best], self.decimals)}"
        return f"{variable.name} {variable.states[best]}{share}"

    def rows(self, shown: int) -> list[list[int]]:
        """Return the variables of each row: those of a layer, in several rows where one is too narrow."""
        # Names alone stand closer: the likeliest state is left out where it has no room.
        wide = self.box_width(shown) if shown else NAMED * self.metrics.height()
        many = max(1, int((self.width + BESIDE) // (wide + BESIDE)))
        found = []
        for layer in range(1 + max(variable.layer for variable in self.diagram.variables)):
            own = [k for k, variable in enumerate(self.diagram.variables) if variable.layer == layer]
            parts = max(1, math.ceil(len(own) / many))
            size = math.ceil(len(own) / parts) if own else 1
            found += [own[first : first + size] for first in range(0, len(own), size)]
        return found

    def boxes(self, shown: int) -> tuple[Box, ...]:
        rows = self.rows(shown)
        high = self.box_height(shown)
        step = 0.0 if len(rows) < 2 else (self.height - high) / (len(rows) - 1)
        step = min(step, high + 3 * BETWEEN)
        top = (self.height - high - step * (len(rows) - 1)) / 2
        longest = max(map(len, rows))
        narrow = (self.width + BESIDE) / longest - BESIDE < self.box_width(shown)
        found: dict[int, Box] = {}
        for place, row in enumerate(rows):
            wide = min(
                self.box_width(shown) * (1.4 if shown else 1.0),
                (self.width - BESIDE * (len(row) - 1)) / len(row),
            )
            gap = (self.width - wide * len(row)) / (len(row) + 1)
            for at, k in enumerate(row):
                area = QRectF(gap + at * (wide + gap), top + place * step, wide, high).adjusted(
                    FRAME, FRAME, -FRAME, -FRAME
                )
                found[k] = self._box(self.diagram.variables[k], area, shown, narrow)
        return tuple(found[k] for k in range(len(self.diagram.variables)))

    def _box(self, variable: Variable, area: QRectF, shown: int, narrow: bool) -> Box:
        title = QRectF(area.x() + PAD, area.y() + PAD, area.width() - 2 * PAD, self.line)
        told = variable.name if shown or narrow else self.title(variable)
        name = elided(told, title.width(), self.bold)
        return Box(name, area, title, tuple(self._rows(variable, title, shown)), variable.seen is not None)

    def _rows(self, variable: Variable, title: QRectF, shown: int) -> Iterator[Row]:
        """Yield the states of a variable, the likeliest ones in their order where not all have room."""
        shares = variable.shares
        best = sorted(range(len(shares)), key=lambda k: -shares[k])[:shown]
        for line, k in enumerate(sorted(best), start=1):
            y = title.y() + line * self.line
            left, right = title.left(), title.right() - self.number
            bar = QRectF(left + self.state + PAD, y + 0.2 * self.line, 0, 0.6 * self.line)
            bar.setRight(right - PAD)
            yield Row(
                *(variable.states[k], number(shares[k], self.decimals), shares[k], k, k == variable.seen),
                QRectF(left, y, self.state, self.line),
                bar,
                QRectF(right, y, self.number, self.line),
            )


def _arrow(source: QRectF, target: QRectF) -> tuple[QPointF, QPointF, tuple[QPointF, ...]]:
    """Return an arrow from the border of one box to that of another, with its head."""
    start, end = _border(source, target.center()), _border(target, source.center())
    along = end - start
    length = math.hypot(along.x(), along.y()) or 1.0
    ahead = along / length
    across = QPointF(-ahead.y(), ahead.x())
    back = end - ahead * HEAD
    return start, back, (end, back + across * HEAD / 2, back - across * HEAD / 2)


def _border(box: QRectF, towards: QPointF) -> QPointF:
    """Return where a line from the middle of a box leaves it."""
    away = towards - box.center()
    parts: Sequence[float] = [
        half / abs(length)
        for half, length in ((box.width() / 2, away.x()), (box.height() / 2, away.y()))
        if abs(length) > 1e-9
    ]
    return box.center() + away * min(parts, default=0.0)
