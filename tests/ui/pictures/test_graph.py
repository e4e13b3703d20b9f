"""The graph: where nodes and edges go, that nothing is over anything else, the hint and the words."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emviz.em.pictures import Edge, Graph, Node
from emviz.session import example_session, shown, step
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.pictures.graph import GraphPicture, describe
from emviz.ui.panels.pictures.graph_shapes import THICK

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(scope="module")
def session():
    return step(example_session())


@pytest.fixture
def picture(qtbot):
    picture = GraphPicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    picture.resize(640, 420)
    picture.show()
    return picture


def put(picture, graph, session):
    picture.show_view(graph, session)
    QApplication.processEvents()
    return picture.canvas.arrangement


def chain(count, stay=0.7):
    """A chain that stays, or goes to any other state with the same probability."""
    nodes = tuple(Node(["fair", "loaded", "c", "d", "e", "f", "g", "h"][k], k, 0.5, "") for k in range(count))
    leave = (1 - stay) / max(count - 1, 1)
    edges = tuple(
        Edge(i, j, stay if i == j else leave + 0.01 * (j - i)) for i in range(count) for j in range(count)
    )
    return Graph("Transitions", nodes, edges)


def layered():
    nodes = (
        *(Node(f"peptide {k}", None) for k in range(6)),
        *(Node(f"protein {k}", k, 1.0, "0.3") for k in range(3)),
    )
    edges = tuple(Edge(k, 6 + k % 3, 0.2 + 0.1 * k) for k in range(6))
    return Graph("Shared", nodes, edges, layers=(tuple(range(6)), (6, 7, 8)))


@pytest.mark.parametrize("height", range(120, 330, 7))
def test_names_of_a_crowded_column_are_over_none_of_their_neighbours(picture, session, height):
    nodes = (*(Node(f"p{k}", None, 1.0, "0.5") for k in range(22)), Node("A", 0, 1.0, "0.3"))
    edges = tuple(Edge(k, 22, 0.5) for k in range(22))
    graph = Graph("Shared", nodes, edges, layers=(tuple(range(22)), (22,)))
    picture.resize(340, height)
    arrangement = put(picture, graph, session)
    names = sorted((words.box for words in arrangement.words if words.node < 22), key=lambda box: box[1])
    assert len(names) > 1
    assert all(above[3] <= below[1] + 1e-6 for above, below in pairwise(names))
    assert names[0][1] >= 0
    assert names[-1][3] <= picture.canvas.height()
    for words in arrangement.words:
        assert (words.box[1] + words.box[3]) / 2 == pytest.approx(arrangement.discs[words.node].y)


def boxes_of(arrangement):
    return [words.area for words in arrangement.words]


def test_two_nodes_stand_side_by_side(picture, session):
    one, other = put(picture, chain(2), session).discs
    assert one.y == other.y
    assert one.x < other.x
    assert one.x + other.x == pytest.approx(picture.canvas.width())


def test_three_nodes_are_a_triangle_with_its_top_above(picture, session):
    top, right, left = put(picture, chain(3), session).discs
    assert top.y < min(left.y, right.y)
    assert left.y == pytest.approx(right.y)
    assert left.x < top.x < right.x


def test_an_edge_is_as_wide_as_its_weight_and_ends_in_a_head(picture, session):
    graph = Graph("", (Node("a", 0), Node("b", 1)), (Edge(0, 1, 0.9), Edge(1, 0, 0.1)))
    arrangement = put(picture, graph, session)
    wide, narrow = arrangement.lines
    assert wide.width - narrow.width == pytest.approx(0.8 * THICK)
    source, target = arrangement.discs
    tip = wide.head[0]
    assert target.radius < np.hypot(*(tip - (target.x, target.y))) < target.radius + 8
    start = wide.points[0]
    assert source.radius < np.hypot(*(start - (source.x, source.y))) < source.radius + 8


def test_the_two_directions_bend_apart(picture, session):
    graph = Graph("", (Node("a", 0), Node("b", 1)), (Edge(0, 1, 0.5), Edge(1, 0, 0.5)))
    there, back = put(picture, graph, session).lines
    middle = picture.canvas.height() / 2
    assert there.points[20, 1] < middle - 10
    assert back.points[20, 1] > middle + 10


def test_a_loop_is_outside_of_the_circle(picture, session):
    arrangement = put(picture, chain(3), session)
    centre = np.mean([(disc.x, disc.y) for disc in arrangement.discs], axis=0)
    for line in arrangement.lines:
        edge = chain(3).edges[line.edge]
        if edge.source == edge.target:
            disc = arrangement.discs[edge.source]
            furthest = np.hypot(*(line.points - centre).T).max()
            assert furthest > np.hypot(disc.x - centre[0], disc.y - centre[1]) + disc.radius


def test_a_larger_node_is_larger(picture, session):
    graph = Graph("", (Node("a", 0, 0.1), Node("b", 1, 0.9)), ())
    small, large = put(picture, graph, session).discs
    assert large.radius > 1.2 * small.radius


def test_edges_of_next_to_no_weight_are_left_out(picture, session):
    graph = Graph("", (Node("a", 0), Node("b", 1)), (Edge(0, 1, 0.004), Edge(1, 0, 0.006)))
    arrangement = put(picture, graph, session)
    assert [line.edge for line in arrangement.lines] == [1]
    assert [words.text for words in arrangement.words] == ["0.01"]


def test_probabilities_stand_at_their_edges(picture, session):
    graph = replace(
        chain(2, 0.95), edges=(Edge(0, 1, 0.05), Edge(1, 0, 0.1), Edge(0, 0, 0.95), Edge(1, 1, 0.9, "stays"))
    )
    arrangement = put(picture, graph, session)
    texts = {words.edge: words.text for words in arrangement.words if words.edge is not None}
    assert texts == {0: "0.05", 1: "0.10", 2: "0.95", 3: "stays"}
    for words in arrangement.words:
        line = next(line for line in arrangement.lines if line.edge == words.edge)
        nearest = np.clip(line.points, words.box[:2], words.box[2:])
        assert np.hypot(*(line.points - nearest).T).min() < 25


@pytest.mark.parametrize("count", range(1, 9))
@pytest.mark.parametrize("size", [(420, 300), (640, 420), (900, 600)], ids=str)
def test_nothing_overlaps(picture, session, count, size):
    picture.resize(*size)
    arrangement = put(picture, chain(count), session)
    room, discs = QRectF(picture.canvas.rect()), arrangement.discs
    for i, one in enumerate(discs):
        for other in discs[:i]:
            assert np.hypot(one.x - other.x, one.y - other.y) > one.radius + other.radius + 12
    boxes = boxes_of(arrangement)
    assert all(room.contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    for box in boxes:
        for disc in discs:
            dx = max(box.left() - disc.x, disc.x - box.right(), 0)
            dy = max(box.top() - disc.y, disc.y - box.bottom(), 0)
            assert np.hypot(dx, dy) > 0.85 * disc.radius
    assert all(room.contains(QPoint(*map(int, point))) for line in arrangement.lines for point in line.points)
    named = {words.edge for words in arrangement.words}
    if count <= 3:
        assert named >= {line.edge for line in arrangement.lines}


def test_names_are_in_their_nodes_or_below(picture, session):
    nodes = (
        Node("A", 0, 0.5, "0.6"),
        Node("a name far too long for it", 1, 0.5, "and a detail\nof two lines"),
    )
    arrangement = put(picture, Graph("", nodes, ()), session)
    assert arrangement.discs[0].lines == ("A", "0.6")
    assert arrangement.discs[1].lines == ()
    (words,) = arrangement.words
    assert words.node == 1
    assert words.text.replace("\n", " ") == "a name far too long for it and a detail of two lines"
    assert "and a detail\nof two lines" in words.text
    assert words.area.top() > arrangement.discs[1].y


def test_text_grows_with_the_picture(picture, session):
    assert put(picture, chain(2), session).size < 1.2
    picture.resize(1000, 700)
    assert put(picture, chain(2), session).size == 1.5


def test_layers_stand_in_columns_with_straight_edges(picture, session):
    arrangement = put(picture, layered(), session)
    columns = [{round(arrangement.discs[k].x) for k in layer} for layer in layered().layers]
    assert [len(column) for column in columns] == [1, 1]
    assert max(columns[0]) < min(columns[1])
    assert all(line.head is None for line in arrangement.lines)
    for line in arrangement.lines:
        along = line.points - line.points[0]
        assert np.abs(along[:, 0] * along[-1, 1] - along[:, 1] * along[-1, 0]).max() < 1e-6
    texts = [words.text for words in arrangement.words]
    assert texts == [*(f"peptide {k}" for k in range(6)), *(f"protein {k} 0.3" for k in range(3))]
    room = QRectF(picture.canvas.rect())
    assert all(room.contains(box) for box in boxes_of(arrangement))
    for words in arrangement.words:
        disc = arrangement.discs[words.node]
        assert words.area.right() < disc.x or words.area.left() > disc.x


def test_names_of_many_nodes_are_left_out_rather_than_crowded(picture, session):
    graph = Graph(
        "",
        tuple(Node(f"n{k}", 0) for k in range(101)),
        (Edge(0, 100, 1.0, "1"),),
        (tuple(range(100)), (100,)),
    )
    arrangement = put(picture, graph, session)
    boxes = boxes_of(arrangement)
    assert 5 < len(boxes) < 60
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert "1" in [words.text for words in arrangement.words]


def test_a_middle_layer_has_its_names_below(picture, session):
    nodes = tuple(Node(name, 0) for name in ("left", "in the middle", "right"))
    graph = Graph("", nodes, (Edge(0, 1, 1.0), Edge(1, 2, 1.0)), ((0,), (1,), (2,)))
    arrangement = put(picture, graph, session)
    middle = next(words for words in arrangement.words if words.node == 1)
    assert middle.area.center().x() == pytest.approx(arrangement.discs[1].x)
    assert middle.area.top() >= arrangement.discs[1].y + arrangement.discs[1].radius


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_node_has_the_colour_of_its_component(picture, session, theme):
    picture.apply_theme(theme)
    arrangement = put(picture, chain(3), session)
    image = picture.canvas.grab().toImage()
    for k, disc in enumerate(arrangement.discs):
        assert image.pixelColor(int(disc.x), int(disc.y - 0.8 * disc.radius)).name() == theme.component(k)
    assert image.pixelColor(2, 2).name() != theme.component(0)


def test_the_hint_tells_the_node_and_the_edge(picture, session):
    graph = replace(chain(2), nodes=(Node("fair", 0, 0.5, "6: 0.17"), Node("loaded", 1)))
    arrangement = put(picture, graph, session)
    hints = []
    picture.hinted.connect(hints.append)
    disc = arrangement.discs[0]
    QTest.mouseMove(picture.canvas, QPoint(int(disc.x), int(disc.y)))
    there = next(line for line in arrangement.lines if line.edge == 1)
    QTest.mouseMove(picture.canvas, QPoint(*map(int, there.points[len(there.points) // 2])))
    QTest.mouseMove(picture.canvas, QPoint(2, 2))
    assert hints == ["fair, 6: 0.17", "fair → loaded: 0.31", ""]


def test_the_description_tells_nodes_and_edges(picture, session):
    graph = Graph(
        "Dice", (Node("fair", 0, 0.5, "6: 0.17"), Node("loaded", 1)), (Edge(0, 1, 0.05), Edge(1, 1, 0.004))
    )
    put(picture, graph, session)
    assert picture.accessibleName() == picture.canvas.accessibleName() == "Dice"
    assert picture.accessibleDescription() == "2 nodes: fair, 6: 0.17; loaded. fair → loaded: 0.05."
    assert describe(Graph("", (Node("a", 0),), ()), 2) == "1 node: a. No edges."
    assert "and 24 more" in describe(chain(8, 0.3), 2)


def test_a_graph_of_nothing_is_empty(picture, session):
    arrangement = put(picture, Graph("", (), (), note="Nothing yet."), session)
    assert arrangement.discs == ()
    assert picture.caption.text() == "Nothing yet."
    assert not picture.grab().isNull()
    put(picture, chain(2), session)
    assert not picture.caption.isVisible()


def test_other_decimals_leave_layers_where_they_are(picture, session):
    before = put(picture, layered(), shown(session, {"decimals": 1}))
    assert put(picture, picture._view, shown(session, {"decimals": 3})) is before
    assert "peptide 1 → protein 1: 0.3000" in picture.accessibleDescription()


def test_other_decimals_are_written_beside_the_edges_of_a_chain(picture, session):
    put(picture, chain(2), shown(session, {"decimals": 1}))
    arranged = put(picture, picture._view, shown(session, {"decimals": 3}))
    assert {"0.7000", "0.3100"} <= {words.text for words in arranged.words}
