"""The layout of a graph: its nodes, its edges, and the texts beside them. No widget.

A chain has its nodes on a circle, its edges bent so that both directions are visible, and its loops outside.
Layers form columns with straight edges between them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtGui import QFont, QFontMetricsF

from emviz.em.numerics import Array
from emviz.em.pictures import Edge, Graph
from emviz.ui.panels.geometry.placing import FORBIDDEN, Box, dense, placed
from emviz.ui.panels.pictures.graph_shapes import (
    Arrangement,
    Disc,
    Line,
    PlacedText,
    apart,
    away,
    better_side,
    beyond,
    headed,
    rim,
    ring,
    square,
    width_of,
)
from emviz.ui.panels.plot.naming import elided, sized, stride
from emviz.wording.numbers import number

#: Edges with a weight below this are not drawn.
LEAST = 0.005
#: Radius of a node relative to the picture's smaller side, by the number of nodes; and its limits, in pixels.
SHARES = {1: 0.17, 2: 0.15, 3: 0.115, 4: 0.1, 5: 0.09, 6: 0.082, 7: 0.075}
SMALLEST, LARGEST = 15.0, 72.0
#: Reach of a loop beyond its node, in radii, and bend of an edge relative to its length.
REACH, BEND, BEND_OF_TWO = 1.15, 0.22, 0.5
#: Parts of an edge at which its label may be placed.
BESIDE = (0.5, 0.38, 0.62, 0.28)
#: Highest cost of a label's place, and the number of edges above which it applies; the mouse still reads it.
MOST, MANY = 60.0, 20
#: In pixels: margin at the border; largest distance of a label from its edge if edges are many; and distance
#: from an edge within which obstacles to its label are considered.
AIR, AWAY, AROUND = 6.0, 17.0, 90.0
#: Text of a graph with few nodes grows with the picture's smaller side from this size on, up to this factor.
USUAL, GROWN = 380.0, 1.5
#: Scales of the nodes tried, until they fit the circle.
SMALLER = (1.0, 0.9, 0.8, 0.7, 0.62)


def arrange(graph: Graph, width: float, height: float, font: QFont, decimals: int) -> Arrangement:
    """Return the arrangement for a size in pixels."""
    if not graph.nodes:
        return Arrangement((), (), ())
    arranger = _Layers if graph.layers else _Circle
    return arranger(graph, width, height, font, decimals).arrangement()


class _Circle:
    """Nodes on an ellipse that fills the picture."""

    def __init__(self, graph: Graph, width: float, height: float, font: QFont, decimals: int) -> None:
        self.graph, self.width, self.height, self.decimals = graph, width, height, decimals
        self.size = 1.0
        if not graph.layers and len(graph.nodes) <= 4:
            self.size = min(max(min(width, height) / USUAL, 1.0), GROWN)
        self.metrics, self.bold = (QFontMetricsF(sized(font, self.size, bold)) for bold in (False, True))
        self.edges = [k for k, edge in enumerate(graph.edges) if edge.weight >= LEAST]

    def arrangement(self) -> Arrangement:
        discs = self._discs()
        lines = tuple(self._line(discs, k) for k in self.edges)
        return Arrangement(discs, lines, tuple(self._words(discs, lines)), self.size)

    # -- nodes ----------------------------------------------------------------------------------------------

    def _discs(self) -> tuple[Disc, ...]:
        for part in SMALLER:
            radii = [part * radius for radius in self._radii()]
            middles = self._middles(max(radii))
            if apart(middles) >= 2.6 * max(radii) + (34 if len(radii) <= 4 else 8):
                break
        return tuple(
            Disc(float(x), float(y), radius, self._inside(k, radius))
            for k, ((x, y), radius) in enumerate(zip(middles, radii, strict=True))
        )

    def _radii(self) -> list[float]:
        share = SHARES.get(len(self.graph.nodes), 0.07)
        usual = min(max(share * min(self.width, self.height), SMALLEST), LARGEST)
        return [usual * (0.8 + 0.4 * min(max(node.size, 0.0), 1.0)) for node in self.graph.nodes]

    def _middles(self, radius: float) -> Array:
        """Return the centres of the nodes, shape (n, 2): a circle stretched to the picture."""
        outward = self._outward()
        line, label = self.metrics.height(), self.metrics.horizontalAdvance("0.00") + 12
        loops = any(self.graph.edges[k].source == self.graph.edges[k].target for k in self.edges)
        reach = radius * (1 + REACH * loops)
        margin = np.array([reach + label * loops, reach + line * loops]) + AIR
        room = np.maximum(np.array([self.width, self.height]) - 2 * margin, 1.0)
        if len(outward) == 1:
            # The loop of a single node is above it.
            return np.array([[self.width / 2, (self.height + radius * loops) / 2]])
        low, span = outward.min(axis=0), np.ptp(outward, axis=0)
        size = np.where(span > 1e-9, room / np.maximum(span, 1e-9), 0.0)
        most = 4.6 * radius + 90 if len(outward) == 2 else 1.9 * max(float(size[1]), 1.0)
        size[0] = min(float(size[0]), most / 2 if len(outward) == 2 else most)
        centre = np.array([self.width, self.height]) / 2
        return np.asarray(centre + (outward - low - span / 2) * size)

    def _outward(self) -> Array:
        """Return the unit vectors from the circle's centre to the nodes, shape (n, 2)."""
        count = len(self.graph.nodes)
        first = -math.pi if count == 2 else -math.pi / 2
        angles = first + 2 * math.pi * np.arange(count) / count
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def _inside(self, node: int, radius: float) -> tuple[str, ...]:
        """Return the lines of text that fit into a node: its name, and its detail if that fits too."""
        name, detail = self.graph.nodes[node].name, self.graph.nodes[node].detail
        if self.bold.horizontalAdvance(name) > 1.75 * radius:
            return ()
        fits = (
            self.metrics.horizontalAdvance(detail) <= 1.6 * radius
            and 2 * self.metrics.height() <= 1.5 * radius
        )
        return (name, detail) if detail and fits else (name,)

    # -- edges ----------------------------------------------------------------------------------------------

    def _line(self, discs: Sequence[Disc], edge: int) -> Line:
        this = self.graph.edges[edge]
        source, target = discs[this.source], discs[this.target]
        points = self._loop(this.source, source) if source is target else self._bent(source, target)
        width = width_of(this)
        return headed(edge, beyond(points, source, target), width)

    def _bent(self, source: Disc, target: Disc) -> Array:
        start, end = np.array([source.x, source.y]), np.array([target.x, target.y])
        along = end - start
        bend = BEND_OF_TWO if len(self.graph.nodes) == 2 else BEND
        control = (start + end) / 2 + bend * np.array([along[1], -along[0]])
        part = np.linspace(0, 1, 80)[:, None]
        return np.asarray((1 - part) ** 2 * start + 2 * part * (1 - part) * control + part**2 * end)

    def _loop(self, node: int, disc: Disc) -> Array:
        outward = self._outward()[node]
        angle, middle = math.atan2(outward[1], outward[0]), np.array([disc.x, disc.y])
        reach = disc.radius * (1 + REACH) / 0.78
        sides = [
            middle + reach * np.array([math.cos(angle + turn), math.sin(angle + turn)])
            for turn in (-0.62, 0.62)
        ]
        part = np.linspace(0, 1, 80)[:, None]
        away, back = 3 * part * (1 - part) ** 2, 3 * part**2 * (1 - part)
        return np.asarray(((1 - part) ** 3 + part**3) * middle + away * sides[0] + back * sides[1])

    # -- words ----------------------------------------------------------------------------------------------

    def _words(self, discs: Sequence[Disc], lines: Sequence[Line]) -> Iterator[PlacedText]:
        """Yield the texts beside nodes, then those of edges, the most probable first."""
        obstacles = self._obstacles(discs, lines)
        taken = [square(disc) for disc in discs]
        for node, disc in enumerate(discs):
            text = self._outside(node, disc)
            if text:
                found = self._placed(text, rim(disc), obstacles, taken, 1, FORBIDDEN)
                if found is not None:
                    taken.append(found)
                    yield PlacedText(found, text, node)
        order = sorted(lines, key=lambda line: -round(self.graph.edges[line.edge].weight, 1))
        most = FORBIDDEN if len(lines) <= MANY else MOST
        for line in order:
            edge = self.graph.edges[line.edge]
            anchors = line.points[[int(part * (len(line.points) - 1)) for part in BESIDE]]
            found = self._placed(self._label(edge), anchors, obstacles, taken, better_side(line), most)
            if found is not None and (most == FORBIDDEN or away(found, line.points) <= AWAY):
                taken.append(found)
                yield PlacedText(found, self._label(edge), edge.source, line.edge)

    def _obstacles(self, discs: Sequence[Disc], lines: Sequence[Line]) -> Array:
        step = 8.0 if len(lines) <= MANY else 14.0
        parts = [dense(line.points, step) for line in lines]
        parts += [line.head for line in lines if line.head is not None]
        return np.vstack([np.empty((0, 2)), *parts, *(ring(disc) for disc in discs)])

    def _placed(
        self, text: str, anchors: Array, obstacles: Array, taken: Sequence[Box], side: int, most: float
    ) -> Box | None:
        rows = text.split("\n")
        size = (
            max(self.metrics.horizontalAdvance(row) for row in rows) + 4,
            len(rows) * self.metrics.height(),
        )
        bounds = (1.0, 1.0, self.width - 1, self.height - 1)
        low, high = anchors.min(axis=0) - AROUND, anchors.max(axis=0) + AROUND
        near = obstacles[np.all((obstacles > low) & (obstacles < high), axis=1)]
        found = placed(size, anchors, near, taken, bounds, side, most)
        return None if found is None else found[0]

    def _label(self, edge: Edge) -> str:
        return edge.label or number(edge.weight, self.decimals)

    def _outside(self, node: int, disc: Disc) -> str:
        """Return the texts that do not fit into a node, wrapped."""
        this = self.graph.nodes[node]
        rest = [text for text in (this.name, this.detail) if text and text not in disc.lines]
        room = max(0.3 * self.width, 110.0)
        return "\n".join(row for text in rest for row in self._wrapped(text, room))

    def _wrapped(self, text: str, room: float) -> list[str]:
        """Return a text as lines of about the same length, at most `room` pixels."""
        rows: list[str] = []
        for part in text.split("\n"):
            count = math.ceil(self.metrics.horizontalAdvance(part) / room)
            room_here = min(room, 1.15 * self.metrics.horizontalAdvance(part) / max(count, 1))
            first = len(rows)
            for word in part.split(" "):
                longer = f"{rows[-1]} {word}" if len(rows) > first else word
                if len(rows) > first and self.metrics.horizontalAdvance(longer) <= room_here:
                    rows[-1] = longer
                else:
                    rows.append(elided(word, room, self.metrics))
        return rows


class _Layers(_Circle):
    """Nodes in columns, one per layer."""

    def _discs(self) -> tuple[Disc, ...]:
        pitch = min((self.height - 2) / max(len(layer), 1) for layer in self.graph.layers)
        usual = min(max(0.38 * pitch, 3.0), 26.0)
        discs = []
        spots = self._spots(self._columns(1.2 * usual + AIR + 2))
        for node, spot in zip(self.graph.nodes, spots, strict=True):
            radius = usual * (0.8 + 0.4 * min(max(node.size, 0.0), 1.0))
            fits = (
                self.bold.horizontalAdvance(node.name) <= 1.75 * radius and radius >= 0.7 * self.bold.height()
            )
            discs.append(Disc(*spot, radius, (node.name,) if fits else ()))
        return tuple(discs)

    def _columns(self, margin: float) -> list[float]:
        """Return the x of the columns, with room outside for the names of the first and the last."""
        first, last = (self._widest(layer) for layer in (self.graph.layers[0], self.graph.layers[-1]))
        left, right = first + margin, self.width - last - margin
        return [float(x) for x in np.linspace(left, max(right, left + 1), len(self.graph.layers))]

    def _widest(self, layer: Sequence[int]) -> float:
        return max((self.bold.horizontalAdvance(self._row(k)) for k in layer), default=0.0)

    def _row(self, node: int) -> str:
        """Return the text beside a node; a detail that does not fit is omitted, since it may be a number."""
        this, room = self.graph.nodes[node], 0.28 * self.width
        text = f"{this.name} {this.detail}".strip()
        return elided(text if self.bold.horizontalAdvance(text) <= room + 1 else this.name, room, self.bold)

    def _spots(self, places: list[float]) -> list[tuple[float, float]]:
        spots = {
            node: (x, y)
            for x, layer in zip(places, self.graph.layers, strict=True)
            for node, y in zip(layer, self._heights(len(layer)), strict=True)
        }
        return [spots.get(node, (places[0], self.height / 2)) for node in range(len(self.graph.nodes))]

    def _heights(self, nodes: int) -> list[float]:
        """Return the y of the nodes of a column."""
        if nodes < 2:
            return [self.height / 2] * nodes
        # At least half a line from the border: a name shifted into the picture would be over its neighbour.
        end = max(1 + (self.height - 2) / nodes / 2, min(self.metrics.height(), self.height) / 2)
        return [float(y) for y in np.linspace(end, self.height - end, nodes)]

    def _line(self, discs: Sequence[Disc], edge: int) -> Line:
        this = self.graph.edges[edge]
        source, target = discs[this.source], discs[this.target]
        ends = np.array([[source.x, source.y], [target.x, target.y]])
        along = (ends[1] - ends[0]) / max(float(np.hypot(*(ends[1] - ends[0]))), 1e-9)
        part = np.linspace(0, 1, 40)[:, None]
        points = (1 - part) * (ends[0] + along * source.radius) + part * (ends[1] - along * target.radius)
        return Line(edge, points, width_of(this), None)

    def _words(self, discs: Sequence[Disc], lines: Sequence[Line]) -> Iterator[PlacedText]:
        taken = [square(disc) for disc in discs]
        last = len(self.graph.layers) - 1
        for column, layer in enumerate(self.graph.layers):
            heights = [discs[node].y for node in layer[:2]]
            pitch = heights[1] - heights[0] if len(heights) > 1 else self.height
            step = stride(pitch, self.metrics.height())
            for node in layer[::step]:
                if not discs[node].lines or self.graph.nodes[node].detail:
                    words = self._name(node, discs[node], -1 if column == 0 else 1, column in (0, last))
                    taken.append(words.box)
                    yield words
        obstacles = self._obstacles(discs, lines)
        for line in (line for line in lines if self.graph.edges[line.edge].label):
            edge = self.graph.edges[line.edge]
            anchors = line.points[[int(part * (len(line.points) - 1)) for part in BESIDE]]
            found = self._placed(edge.label, anchors, obstacles, taken, 0, MOST)
            if found is not None:
                taken.append(found)
                yield PlacedText(found, edge.label, edge.source, line.edge)

    def _name(self, node: int, disc: Disc, side: int, outside: bool) -> PlacedText:
        """Return the name beside a node of the first or the last column, or below any other."""
        text, line = self._row(node), self.metrics.height()
        if disc.lines:
            text = self.graph.nodes[node].detail
        width = self.bold.horizontalAdvance(text) + 2
        if not outside:
            top = disc.y + disc.radius
            return PlacedText((disc.x - width / 2, top, disc.x + width / 2, top + line), text, node)
        edge = disc.x + side * (disc.radius + AIR)
        left = edge if side > 0 else edge - width
        # The name of a node at the border is shifted rather than cut off.
        top = min(max(disc.y - line / 2, 0.0), self.height - line)
        return PlacedText((left, top, left + width, top + line), text, node, place=-side)
