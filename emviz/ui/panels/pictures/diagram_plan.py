"""The layout of the boxes, bars and arrows of a diagram. No widget."""

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

#: In pixels: padding beside and above the text of a box, its frame, and gaps between boxes and rows.
PAD, ABOVE, FRAME, BESIDE, BETWEEN = 5.0, 3.0, 1.0, 10.0, 16.0
#: Gap between rows, in pixels, if that makes room for the bars of the chosen variable.
TIGHT = 9.0
#: Smallest width of a bar, in ems.
BAR = 2.2
#: Width of a box with a name alone, in ems.
NAMED = 7.0
#: Letters of an abbreviated state.
BEGUN = 3
#: Factor by which a box is widened for longer bars where there is room.
WIDER = 1.4
#: Distance from an arrow within which the mouse hits it, in pixels.
NEAR = 6.0


@dataclass(frozen=True)
class Row:
    """A state in a box: its texts, its probabilities 0 … 1, and its place, in pixels."""

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
    """The box of a variable, in pixels."""

    name: str
    area: QRectF
    title: QRectF
    rows: tuple[Row, ...]
    seen: bool
    supposed: bool


@dataclass(frozen=True)
class DiagramPlan:
    """The layout of a diagram, in pixels.

    Parameters
    ----------
    banner : str
        The suppositions, elided, above the boxes.
    """

    boxes: tuple[Box, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    banner: str = ""
    banner_area: QRectF = field(default_factory=QRectF)

    def box_at(self, point: QPointF) -> int:
        """Return the box at a point; −1 for none."""
        return next((k for k, box in enumerate(self.boxes) if box.area.contains(point)), -1)

    def state_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the variable and the state whose line is at a point."""
        rows = ((k, row) for k, box in enumerate(self.boxes) for row in box.rows)
        return next(((k, row.place) for k, row in rows if row.area.contains(point)), None)

    def arrow_at(self, point: QPointF) -> int:
        """Return the arrow near a point outside the boxes; −1 for none."""
        near = [(arrow.distance(point), k) for k, arrow in enumerate(self.arrows)]
        distance, place = min(near, default=(NEAR, -1))
        return place if distance < NEAR and self.box_at(point) < 0 else -1


def planned(
    diagram: Diagram, width: float, height: float, font: QFont, decimals: int, node: int = -1
) -> DiagramPlan:
    """Return the layout for a size in pixels, with as many bars in the boxes as fit.

    Parameters
    ----------
    node : int
        The chosen variable: it and its neighbours get bars first.
    """
    if not diagram.variables:
        return DiagramPlan()
    planner = _Planner(diagram, width, height, font, decimals)
    boxes = planner.boxes(planner.shown(node))
    areas = [box.area for box in boxes]
    arrows = (routed(areas, source, target, width) for source, target in diagram.arrows)
    area = QRectF(0, 0, width, planner.top)
    question = f"What {diagram.condition}? ({diagram.whose})" if diagram.condition else ""
    return DiagramPlan(boxes, tuple(arrows), elided(question, width, planner.bold), area)


class _Planner:
    """Measures texts and arranges boxes in rows.

    `shown` holds, for each variable, the number of its states that have a line in its box.
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
        """Return the number of states shown in each box: as many in all as fit, then all states in some."""
        sizes = [len(variable.states) for variable in self.variables]
        caps = range(max(sizes), -1, -1)
        alike = ([min(size, cap) for size in sizes] for cap in caps)
        shown = next((each for each in alike if self.fits(each)), [0] * len(sizes))
        for k in self.in_turn(node):
            more = [*shown[:k], sizes[k], *shown[k + 1 :]]
            shown = more if self.fits(more, TIGHT if k == node else BETWEEN) else shown
        return shown

    def in_turn(self, node: int) -> list[int]:
        """Return the variables: the chosen one, its neighbours, the others, each with observed ones last."""
        near = {end for arrow in self.diagram.arrows if node in arrow for end in arrow}

        def rank(k: int) -> tuple[bool, bool, bool]:
            return k != node, k not in near, self.variables[k].seen is not None

        return sorted(range(len(self.variables)), key=rank)

    def fits(self, shown: Sequence[int], gap: float = BETWEEN) -> bool:
        """Return whether boxes with these numbers of states fit, with `gap` pixels between their rows."""
        rows = self.rows(shown)
        needed = sum(self.row_height(row, shown) for row in rows) + (len(rows) - 1) * gap
        widest = max((self.box_width(k, many) for k, many in enumerate(shown) if many), default=0.0)
        return needed <= self.height and widest <= self.width

    def box_height(self, shown: int) -> float:
        return (1 + shown) * self.line + 2 * ABOVE

    def row_height(self, row: Sequence[int], shown: Sequence[int]) -> float:
        return max(self.box_height(shown[k]) for k in row)

    def box_width(self, k: int, shown: int) -> float:
        """Return the width of a box with lines for its states, or with its name and likeliest state."""
        variable = self.variables[k]
        title = self.bold.horizontalAdvance(variable.name if shown else self.title(variable))
        inside = self.state(variable) + self.bar + self.number + 2 * PAD if shown else 0.0
        return math.ceil(max(title, inside)) + 2 * (PAD + FRAME)

    def state(self, variable: Variable) -> float:
        """Return the width of a variable's widest state name."""
        return max(map(self.bold.horizontalAdvance, variable.states))

    def least_width(self, k: int, shown: int) -> float:
        """Return the smallest acceptable width of a box: without lines, that of an elided name."""
        return self.box_width(k, shown) if shown else NAMED * self.metrics.height()

    def title(self, variable: Variable) -> str:
        """Return a variable's name with its likeliest state, for a box without lines."""
        best = max(range(len(variable.shares)), key=variable.shares.__getitem__)
        share = "" if variable.seen is not None else f" {number(variable.shares[best], self.decimals)}"
        return f"{variable.name} {variable.states[best]}{share}"

    def titles(self, variable: Variable) -> tuple[str, ...]:
        """Return the title and shorter forms: state abbreviated, number omitted, both, the name alone."""
        title, name = self.title(variable), variable.name
        best = max(range(len(variable.shares)), key=variable.shares.__getitem__)
        state = variable.states[best]
        share = title.removeprefix(f"{name} {state}")
        return title, f"{name} {state[:BEGUN]}{share}", f"{name} {state}", f"{name} {state[:BEGUN]}", name

    def fitting_title(self, variable: Variable, room: float) -> str:
        """Return the longest form of the title that fits."""
        titles = self.titles(variable)
        fits = (title for title in titles if self.bold.horizontalAdvance(title) <= room + 1)
        return next(fits, variable.name)

    def widths(self, k: int, shown: int) -> list[float]:
        """Return the widths that a box may have, the best first."""
        if shown:
            return [self.box_width(k, shown) * each for each in (WIDER, 1.0)]
        beside = 2 * (PAD + FRAME)
        titles = self.titles(self.variables[k])[:-1]
        widths = {math.ceil(self.bold.horizontalAdvance(each)) for each in titles}
        return [each + beside for each in sorted(widths, reverse=True)]

    def rows(self, shown: Sequence[int]) -> list[list[int]]:
        """Return the variables of each row: a layer, broken into several rows if it is too wide."""
        found = []
        for layer in range(1 + max(variable.layer for variable in self.variables)):
            own = [k for k, variable in enumerate(self.variables) if variable.layer == layer]
            widest = max((self.least_width(k, shown[k]) for k in own), default=0.0)
            many = max(1, int((self.width + BESIDE) // (widest + BESIDE)))
            parts = max(1, math.ceil(len(own) / many))
            size = math.ceil(len(own) / parts) if own else 1
            found += [own[first : first + size] for first in range(0, len(own), size)]
        return found

    # -- where they go

    def boxes(self, shown: Sequence[int]) -> tuple[Box, ...]:
        rows = self.rows(shown)
        heights = [self.row_height(row, shown) for row in rows]
        left = self.height - sum(heights)
        gap = min(max(0.0, left) / max(1, len(rows) - 1), 3 * BETWEEN)
        # Boxes that overlap are better than boxes out of sight.
        if left < 0 and len(rows) > 1:
            gap = left / (len(rows) - 1)
        y = self.top + (left - gap * (len(rows) - 1)) / 2
        found: dict[int, Box] = {}
        for row, high in zip(rows, heights, strict=True):
            found |= self._row(row, shown, y, high)
            y += high + gap
        return tuple(found[k] for k in range(len(self.variables)))

    def _row(self, row: Sequence[int], shown: Sequence[int], y: float, high: float) -> Mapping[int, Box]:
        """Return the boxes of a row, side by side and vertically centred."""
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
            variable.name if shown else self.fitting_title(variable, title.width()), title.width(), self.bold
        )
        rows = tuple(self._lines(variable, area, title, shown))
        return Box(name, area, title, rows, variable.seen is not None, variable.supposed)

    def _lines(self, variable: Variable, area: QRectF, title: QRectF, shown: int) -> Iterator[Row]:
        """Yield the states of a variable in order; if not all have room, only the likeliest."""
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
    """Return the best width of each box that still fits, improving all boxes evenly.

    Parameters
    ----------
    widths : sequence of sequence of float
        The possible widths of each box, widest first.
    """
    wide = [each[-1] for each in widths]
    for level in range(2, 1 + max(map(len, widths))):
        for place, each in enumerate(widths):
            better = each[max(0, len(each) - level)]
            if sum(wide) - wide[place] + better <= room:
                wide[place] = better
    return levelled(wide, room)


def levelled(wide: Sequence[float], room: float) -> list[float]:
    """Return widths that fit side by side: the widest boxes shrink to a common width."""
    left, level = room, math.inf
    for place, each in enumerate(sorted(wide)):
        level = left / (len(wide) - place)
        if each > level:
            break
        left, level = left - each, math.inf
    return [min(each, level) for each in wide]
