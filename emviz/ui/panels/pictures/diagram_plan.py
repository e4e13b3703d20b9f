"""Where the boxes, bars and arrows of a diagram go. No widget."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from emviz.em.pictures import Diagram
from emviz.em.pictures.diagrams import Variable
from emviz.ui.panels.pictures.diagram_arrows import Arrow, routed
from emviz.ui.panels.plot.naming import elided, sized
from emviz.wording.numbers import number

#: In pixels: beside the text of a box, above it, its frame, between boxes and rows.
PAD, ABOVE, FRAME, BESIDE, BETWEEN = 5.0, 3.0, 1.0, 10.0, 16.0
#: Between rows where that leaves room for the bars of the variable that is chosen.
TIGHT = 9.0
#: The least width of a bar, in ems.
BAR = 2.2
#: The width that a name is given, in ems.
NAMED = 7.0
#: Letters of a state that are told where it has no room.
BEGUN = 3
#: A box may be this much wider than it must, for longer bars.
WIDER = 1.4
#: How near the mouse must come to an arrow, in pixels.
NEAR = 6.0


@dataclass(frozen=True)
class Row:
    """A state in a box."""

    name: str
    number: str
    share: float
    before: float | None
    reference: float | None
    place: int
    seen: bool
    area: QRectF
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
    supposed: bool


@dataclass(frozen=True)
class DiagramPlan:
    """Everything that is painted, in pixels.

    Parameters
    ----------
    banner : str
        What is supposed, as far as it has room; above the boxes.
    """

    boxes: tuple[Box, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    banner: str = ""
    banner_area: QRectF = field(default_factory=QRectF)

    def box_at(self, point: QPointF) -> int:
        """Return the box at a point, −1 for none."""
        return next((k for k, box in enumerate(self.boxes) if box.area.contains(point)), -1)

    def state_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the variable and its state whose line is at a point."""
        rows = ((k, row) for k, box in enumerate(self.boxes) for row in box.rows)
        return next(((k, row.place) for k, row in rows if row.area.contains(point)), None)

    def arrow_at(self, point: QPointF) -> int:
        """Return the arrow nearest to a point beside the boxes, −1 where none is near."""
        near = [(arrow.distance(point), k) for k, arrow in enumerate(self.arrows)]
        distance, place = min(near, default=(NEAR, -1))
        return place if distance < NEAR and self.box_at(point) < 0 else -1


def planned(
    diagram: Diagram, width: float, height: float, font: QFont, decimals: int, node: int = -1
) -> DiagramPlan:
    """Return where everything goes in a picture of this size, with as many bars in the boxes as fit.

    Parameters
    ----------
    node : int
        The variable that is chosen: it and its neighbours have their bars first.
    """
    if not diagram.variables:
        return DiagramPlan()
    planner = _Planner(diagram, width, height, font, decimals)
    boxes = planner.boxes(planner.shown(node))
    areas = [box.area for box in boxes]
    arrows = (routed(areas, source, target, width) for source, target in diagram.arrows)
    area = QRectF(0, 0, width, planner.top)
    return DiagramPlan(boxes, tuple(arrows), elided(told_condition(diagram), width, planner.bold), area)


def told_condition(diagram: Diagram) -> str:
    """Return what is supposed, and of whom, as a question; "" where nothing is."""
    return f"What {diagram.condition}? ({diagram.whose})" if diagram.condition else ""


class _Planner:
    """The sizes of the texts, and the rows of boxes that follow from them.

    `shown` says for each variable how many of its states have a line.
    """

    def __init__(self, diagram: Diagram, width: float, height: float, font: QFont, decimals: int) -> None:
        self.diagram, self.variables = diagram, diagram.variables
        self.width, self.decimals = width, decimals
        self.metrics, self.bold = (QFontMetricsF(sized(font, 1.0, bold)) for bold in (False, True))
        self.line = math.ceil(self.metrics.height())
        self.top = self.line + PAD if diagram.condition else 0.0
        self.height = height - self.top
        self.number = self.bold.horizontalAdvance(number(0.0, decimals))
        self.bar = BAR * self.metrics.height()

    # -- how many states fit

    def shown(self, node: int) -> list[int]:
        """Return how many states each box tells: the same of all as far as that fits, then more of some."""
        sizes = [len(variable.states) for variable in self.variables]
        caps = range(max(sizes), -1, -1)
        alike = ([min(size, cap) for size in sizes] for cap in caps)
        shown = next((each for each in alike if self.fits(each)), [0] * len(sizes))
        for k in self.in_turn(node):
            more = [*shown[:k], sizes[k], *shown[k + 1 :]]
            shown = more if self.fits(more, TIGHT if k == node else BETWEEN) else shown
        return shown

    def in_turn(self, node: int) -> list[int]:
        """Return the variables, the chosen one and its neighbours first, then those that were seen last."""
        near = {end for arrow in self.diagram.arrows if node in arrow for end in arrow}

        def rank(k: int) -> tuple[bool, bool, bool]:
            return k != node, k not in near, self.variables[k].seen is not None

        return sorted(range(len(self.variables)), key=rank)

    def fits(self, shown: Sequence[int], gap: float = BETWEEN) -> bool:
        """Return whether boxes with so many states fit, with a gap between their rows."""
        rows = self.rows(shown)
        needed = sum(self.row_height(row, shown) for row in rows) + (len(rows) - 1) * gap
        widest = max((self.box_width(k, many) for k, many in enumerate(shown) if many), default=0.0)
        return needed <= self.height and widest <= self.width

    def box_height(self, shown: int) -> float:
        return (1 + shown) * self.line + 2 * ABOVE

    def row_height(self, row: Sequence[int], shown: Sequence[int]) -> float:
        return max(self.box_height(shown[k]) for k in row)

    def box_width(self, k: int, shown: int) -> float:
        """Return the width that a box needs: for the lines of its states, or its name and the likeliest."""
        variable = self.variables[k]
        title = self.bold.horizontalAdvance(variable.name if shown else self.title(variable))
        inside = self.state(variable) + self.bar + self.number + 2 * PAD if shown else 0.0
        return math.ceil(max(title, inside)) + 2 * (PAD + FRAME)

    def state(self, variable: Variable) -> float:
        """Return the width of the longest name of its states."""
        return max(map(self.bold.horizontalAdvance, variable.states))

    def least_width(self, k: int, shown: int) -> float:
        """Return the same, but for a name alone, which is cut where it is long."""
        return self.box_width(k, shown) if shown else NAMED * self.metrics.height()

    def title(self, variable: Variable) -> str:
        """Return the name of a variable with its likeliest state, where states have no lines of their own."""
        best = max(range(len(variable.shares)), key=variable.shares.__getitem__)
        share = "" if variable.seen is not None else f" {number(variable.shares[best], self.decimals)}"
        return f"{variable.name} {variable.states[best]}{share}"

    def titles(self, variable: Variable) -> tuple[str, ...]:
        """Return the title, and shorter ones: its state begun, without the number, the name alone."""
        title, name = self.title(variable), variable.name
        best = max(range(len(variable.shares)), key=variable.shares.__getitem__)
        state = variable.states[best]
        share = title.removeprefix(f"{name} {state}")
        return title, f"{name} {state[:BEGUN]}{share}", f"{name} {state}", f"{name} {state[:BEGUN]}", name

    def told(self, variable: Variable, room: float) -> str:
        """Return the title as far as it has room."""
        titles = self.titles(variable)
        fits = (title for title in titles if self.bold.horizontalAdvance(title) <= room + 1)
        return next(fits, variable.name)

    def widths(self, k: int, shown: int) -> list[float]:
        """Return the widths that a box may have, the better ones first."""
        if shown:
            return [self.box_width(k, shown) * each for each in (WIDER, 1.0)]
        beside = 2 * (PAD + FRAME)
        told = {math.ceil(self.bold.horizontalAdvance(each)) for each in self.titles(self.variables[k])[:-1]}
        return [each + beside for each in sorted(told, reverse=True)]

    def rows(self, shown: Sequence[int]) -> list[list[int]]:
        """Return the variables of each row: those of a layer, in several rows where one is too narrow."""
        found = []
        for layer in range(1 + max(variable.layer for variable in self.variables)):
            own = [k for k, variable in enumerate(self.variables) if variable.layer == layer]
            widest = max((self.least_width(k, shown[k]) for k in own), default=0.0)
            many = max(1, int((self.width + BESIDE) // (widest + BESIDE)))
            parts = max(1, math.ceil(len(own) / many))
            size = math.ceil(len(own) / parts) if own else 1
            found += [own[first : first + size] for first in range(0, len(own), size)]
        return found

    # -- where they stand

    def boxes(self, shown: Sequence[int]) -> tuple[Box, ...]:
        rows = self.rows(shown)
        heights = [self.row_height(row, shown) for row in rows]
        left = self.height - sum(heights)
        gap = min(max(0.0, left) / max(1, len(rows) - 1), 3 * BETWEEN)
        if left < 0 and len(rows) > 1:
            gap = left / (len(rows) - 1)  # rather over each other than out of sight
        y = self.top + (left - gap * (len(rows) - 1)) / 2
        found: dict[int, Box] = {}
        for row, high in zip(rows, heights, strict=True):
            found |= self._row(row, shown, y, high)
            y += high + gap
        return tuple(found[k] for k in range(len(self.variables)))

    def _row(self, row: Sequence[int], shown: Sequence[int], y: float, high: float) -> Mapping[int, Box]:
        """Return the boxes of a row, side by side, each in the middle of its height."""
        wide = shared_out([self.widths(k, shown[k]) for k in row], self.width - BESIDE * (len(row) - 1))
        gap = (self.width - sum(wide)) / (len(row) + 1)
        x, found = gap, {}
        for k, own in zip(row, wide, strict=True):
            tall = self.box_height(shown[k])
            area = QRectF(x, y + (high - tall) / 2, own, tall).adjusted(FRAME, FRAME, -FRAME, -FRAME)
            found[k] = self._box(self.variables[k], area, shown[k])
            x += own + gap
        return found

    def _box(self, variable: Variable, area: QRectF, shown: int) -> Box:
        title = QRectF(area.x() + PAD, area.y() + ABOVE - FRAME, area.width() - 2 * PAD, self.line)
        name = elided(
            variable.name if shown else self.told(variable, title.width()), title.width(), self.bold
        )
        rows = tuple(self._lines(variable, area, title, shown))
        return Box(name, area, title, rows, variable.seen is not None, variable.supposed)

    def _lines(self, variable: Variable, area: QRectF, title: QRectF, shown: int) -> Iterator[Row]:
        """Yield the states of a variable, the likeliest ones in their order where not all have room."""
        shares, none = variable.shares, [None] * len(variable.shares)
        before, reference = variable.before or none, variable.reference or none
        best, named = sorted(range(len(shares)), key=lambda k: -shares[k])[:shown], self.state(variable)
        for line, k in enumerate(sorted(best), start=1):
            y = title.y() + line * self.line
            left, right = title.left(), title.right() - self.number
            bar = QRectF(left + named + PAD, y + 0.2 * self.line, 0, 0.6 * self.line)
            bar.setRight(right - PAD)
            yield Row(
                *(variable.states[k], number(shares[k], self.decimals), shares[k]),
                *(before[k], reference[k]),
                *(k, k == variable.seen),
                QRectF(area.x(), y, area.width(), self.line),
                QRectF(left, y, named, self.line),
                bar,
                QRectF(right, y, self.number, self.line),
            )


def shared_out(widths: Sequence[Sequence[float]], room: float) -> list[float]:
    """Return for each of some boxes the best of its widths that has room, none much worse off than another.

    Parameters
    ----------
    widths : sequence of sequence of float
        The better ones first, which are the wider ones.
    """
    wide = [each[-1] for each in widths]
    for level in range(2, 1 + max(map(len, widths))):
        for place, each in enumerate(widths):
            better = each[max(0, len(each) - level)]
            if sum(wide) - wide[place] + better <= room:
                wide[place] = better
    return levelled(wide, room)


def levelled(wide: Sequence[float], room: float) -> list[float]:
    """Return widths that have room side by side: the widest give way, all down to the same."""
    left, level = room, math.inf
    for place, each in enumerate(sorted(wide)):
        level = left / (len(wide) - place)
        if each > level:
            break
        left, level = left - each, math.inf
    return [min(each, level) for each in wide]
