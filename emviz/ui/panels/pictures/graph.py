"""The picture of a Markov chain or of layers: nodes, and edges as wide as they are probable."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from emviz.data.things import things
from emviz.em.pictures import Graph
from emviz.session import Part, Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.style import faded, mixed
from emviz.ui.look.theme import LIGHT, Theme, contrast
from emviz.ui.panels.pictures.graph_layout import LEAST, arrange
from emviz.ui.panels.pictures.graph_shapes import Arrangement, Disc, Line, PlacedText
from emviz.ui.panels.pictures.picture import SHOWN, Redrawn
from emviz.ui.panels.plot.canvas import polyline
from emviz.ui.panels.plot.naming import sized
from emviz.ui.widgets.visible import visible
from emviz.wording.numbers import number

#: Distance from an edge within which the mouse is on it, in pixels.
NEAR = 9.0
#: Part of an edge's colour that is the card's, on a circle and between layers; nodes keep theirs.
PALE, PALER = 0.2, 0.45
#: Most edges that are read out one by one.
SPOKEN = 40


class GraphCanvas(QWidget):
    """Paints a graph, and reports the node or the edge under the mouse."""

    #: The index of a node and that of an edge; −1 for none.
    entered = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.graph = Graph("", (), ())
        self.decimals = 2
        self.arrangement = Arrangement((), (), ())
        self._paths: tuple[QPainterPath, ...] = ()
        self.setMouseTracking(True)
        self.setMinimumSize(60, 60)

    def show_graph(self, graph: Graph, theme: Theme, decimals: int) -> None:
        """Show a graph."""
        self.graph, self.theme, self.decimals = graph, theme, decimals
        self._lay_out()

    def colour(self, node: int) -> str:
        """Return the colour of a node."""
        component = self.graph.nodes[node].component
        return (
            mixed(self.theme.ink, self.theme.card, 0.3)
            if component is None
            else self.theme.component(component)
        )

    def _edge_colour(self, edge: int) -> str:
        """Return the colour of an edge's source, or of its target if the source has no component."""
        this = self.graph.edges[edge]
        plain = self.graph.nodes[this.source].component is None
        return self.colour(this.target if plain else this.source)

    def _lay_out(self) -> None:
        """Make the arrangement ahead of painting: an exception inside `paintEvent` would end the program."""
        self.arrangement = arrange(self.graph, self.width(), self.height(), self.font(), self.decimals)
        self._paths = tuple(polyline(*line.points.tolist()) for line in self.arrangement.lines)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the graph for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report the node or the edge under the mouse."""
        point = np.array([event.position().x(), event.position().y()])
        for node, disc in enumerate(self.arrangement.discs):
            if np.hypot(*(point - (disc.x, disc.y))) <= disc.radius:
                self.entered.emit(node, -1)
                return
        apart = [float(np.hypot(*(line.points - point).T).min()) for line in self.arrangement.lines]
        nearest = int(np.argmin(apart)) if apart else -1
        on_edge = nearest >= 0 and apart[nearest] <= NEAR
        self.entered.emit(-1, self.arrangement.lines[nearest].edge if on_edge else -1)

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has left."""
        super().leaveEvent(event)
        self.entered.emit(-1, -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint edges, nodes and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, path in zip(self.arrangement.lines, self._paths, strict=True):
            self._paint_line(painter, line, path)
        for node, disc in enumerate(self.arrangement.discs):
            self._paint_disc(painter, disc, self.colour(node))
        for words in self.arrangement.words:
            self._paint_words(painter, words)
        painter.end()

    def _paint_line(self, painter: QPainter, line: Line, path: QPainterPath) -> None:
        colour = QColor(
            mixed(self._edge_colour(line.edge), self.theme.card, PALER if self.graph.layers else PALE)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        flat, round_join = Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(colour, line.width, Qt.PenStyle.SolidLine, flat, round_join))
        painter.drawPath(path)
        if line.head is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in line.head.tolist()]))

    def _paint_disc(self, painter: QPainter, disc: Disc, colour: str) -> None:
        painter.setPen(QPen(QColor(self.theme.card), 2))
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QPointF(disc.x, disc.y), disc.radius, disc.radius)
        inks = (self.theme.ink, self.theme.card)
        painter.setPen(QColor(max(inks, key=lambda ink: contrast(ink, colour))))
        painter.setFont(sized(self.font(), self.arrangement.size))
        height = painter.fontMetrics().height()
        top = disc.y - len(disc.lines) * height / 2
        for place, text in enumerate(disc.lines):
            painter.setFont(sized(self.font(), self.arrangement.size, bold=place == 0))
            left = disc.x - painter.fontMetrics().horizontalAdvance(text) / 2
            painter.drawText(
                QPointF(left, top + place * height + painter.fontMetrics().ascent()), visible(text)
            )

    def _paint_words(self, painter: QPainter, words: PlacedText) -> None:
        """Paint a text on a translucent plate, so that edges behind it stay visible."""
        painter.fillRect(words.area, faded(self.theme.card, 205))
        bold = words.edge is None and bool(self.graph.layers)
        painter.setFont(sized(self.font(), self.arrangement.size, bold))
        painter.setPen(QColor(self.colour(words.node)))
        sides = {
            -1: Qt.AlignmentFlag.AlignLeft,
            0: Qt.AlignmentFlag.AlignHCenter,
            1: Qt.AlignmentFlag.AlignRight,
        }
        flags = sides[words.place] | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.drawText(words.area, flags, visible(words.text))


class GraphPicture(Redrawn[Graph]):
    """The graph, with a hint on the node or edge under the mouse."""

    concerns = SHOWN | {Part.DECIMALS}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = GraphCanvas()
        self._stack(self.canvas)
        self.canvas.entered.connect(self._enter)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the application's font."""
        self.canvas.setFont(font_for(self))
        super().apply_theme(theme)

    def _draw(self, view: Graph, session: Session) -> None:
        self.canvas.show_graph(view, self.theme, session.display.decimals + 1)

    def _announce(self, view: Graph, session: Session) -> None:
        self._describe(view.title, describe(view, session.display.decimals + 1), self.canvas)

    def _write(self, view: Graph, session: Session) -> None:
        # Layered graphs show no weights, so decimals change nothing.
        if not view.layers:
            self._draw(view, session)

    @Slot(int, int)
    def _enter(self, node: int, edge: int) -> None:
        view, session = self._view, self._session
        if view is None or session is None or (node < 0 and edge < 0):
            self.hinted.emit("")
        elif node >= 0:
            self.hinted.emit(node_words(view, node))
        else:
            self.hinted.emit(edge_words(view, edge, session.display.decimals + 1))


def describe(view: Graph, decimals: int) -> str:
    """Return a graph in words: its nodes, and its edges with their weights."""
    nodes = "; ".join(node_words(view, node) for node in range(len(view.nodes)))
    seen = [place for place, edge in enumerate(view.edges) if edge.weight >= LEAST]
    edges = [edge_words(view, edge, decimals) for edge in seen[:SPOKEN]]
    if len(seen) > SPOKEN:
        edges.append(f"and {len(seen) - SPOKEN} more")
    return f"{things(len(view.nodes), 'node')}: {nodes}. {'; '.join(edges) or 'No edges'}."


def node_words(view: Graph, node: int) -> str:
    """Return the name of a node and its detail."""
    this = view.nodes[node]
    return f"{this.name}, {this.detail}" if this.detail else this.name


def edge_words(view: Graph, edge: int, decimals: int) -> str:
    """Return the ends of an edge and its label or weight."""
    this = view.edges[edge]
    ends = f"{view.nodes[this.source].name} → {view.nodes[this.target].name}"
    return f"{ends}: {this.label or number(this.weight, decimals)}"
