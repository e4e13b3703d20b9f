"""The diagram of a network: what is told, and that everything has its place at any size."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emviz import session as desk
from emviz.em.pictures import Diagram, Variable
from emviz.ui.keeping import preferences
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.pictures.diagram import DiagramPicture, describe
from emviz.ui.panels.pictures.diagram_plan import _Planner, levelled, planned, shared_out
from emviz.ui.window import MainWindow

# The screenless platform has nothing to raise a window on, and says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

THREE = Diagram(
    "Network",
    (
        Variable("disease", ("no", "yes"), (0.3, 0.7)),
        Variable("fever", ("high", "low", "none"), (1.0, 0.0, 0.0), 1, 0),
        Variable("rash", ("no", "yes"), (0.25, 0.75), 1),
    ),
    ((0, 1), (0, 2)),
    "row 7",
)


@pytest.fixture
def picture(qtbot):
    picture = DiagramPicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    picture.resize(420, 300)
    picture.show_view(THREE, desk.example_session("network"))
    return picture


def test_it_tells_what_it_shows(picture):
    assert picture.canvas.accessibleDescription() == describe(THREE, 2)
    assert describe(THREE, 2) == (
        "3 variables, of row 7: disease: no 0.30, yes 0.70; fever: high, as seen; rash: no 0.25, yes 0.75. "
        "disease → fever, disease → rash."
    )


@pytest.mark.parametrize("size", [(900, 600), (420, 300), (420, 170), (300, 110)])
def test_boxes_are_in_sight_and_apart_and_children_below_their_parents(qapp, size):
    plan = planned(THREE, *size, QFont(), 2)
    first, second, third = (box.area for box in plan.boxes)
    assert second.top() >= first.center().y()
    assert not second.intersects(third)
    if size[0] >= 300:
        assert all(area.left() >= 0 and area.right() <= size[0] for area in (first, second, third))
        assert all(area.top() >= 0 and area.bottom() <= size[1] for area in (first, second, third))
        assert not first.intersects(second)
    assert len(plan.arrows) == 2


def test_a_bar_is_as_long_as_its_state_is_probable(qapp):
    plan = planned(THREE, 900, 600, QFont(), 2)
    told = [(row.name, row.number, row.share) for row in plan.boxes[2].rows]
    assert told == [("no", "0.25", 0.25), ("yes", "0.75", 0.75)]
    assert [row.seen for row in plan.boxes[1].rows] == [True, False, False]
    assert all(row.bar.width() > 20 for box in plan.boxes for row in box.rows)


def test_where_there_is_little_room_the_likeliest_state_stands_with_the_name(qapp):
    plan = planned(THREE, 600, 80, QFont(), 2)
    assert [box.name for box in plan.boxes] == ["disease yes 0.70", "fever high", "rash yes 0.75"]
    assert not any(box.rows for box in plan.boxes)


def test_arrows_pass_between_the_boxes(qapp):
    children = [Variable(f"variable {k}", ("no", "yes"), (0.25, 0.75), layer=1) for k in range(7)]
    wheel = Diagram("", (THREE.variables[0], *children), tuple((0, k) for k in range(1, 8)), "")
    for width, height in ((430, 170), (300, 170), (900, 400)):
        plan = planned(wheel, width, height, QFont(), 2)
        for (source, target), arrow in zip(wheel.arrows, plan.arrows, strict=True):
            others = [box.area for k, box in enumerate(plan.boxes) if k not in (source, target)]
            for start, end in pairwise(arrow.points):
                along = [start + (end - start) * part for part in np.linspace(0, 1, 50).tolist()]
                assert not any(area.contains(point) for point in along for area in others)
            assert plan.arrow_at(arrow.points[1]) >= 0


def test_a_long_state_is_begun_then_its_number_goes_then_the_state(qapp):
    assert levelled([50, 200, 120], 300) == [50, 130, 120]
    assert levelled([50, 200, 120], 240) == [50, 95, 95]
    assert shared_out([[90, 60], [80, 50]], 150) == [90, 50]
    assert shared_out([[200, 70, 60], [80, 50]], 150) == [70, 80]
    assert shared_out([[90, 60], [80, 50]], 100) == [50, 50]
    variable = Variable("depression", ("marked", "none"), (0.75, 0.25))
    planner = _Planner(Diagram("", (variable,), (), ""), 400, 300, qapp.font(), 2)
    for told in ("depression marked 0.75", "depression mar 0.75", "depression mar", "depression"):
        assert planner.fitting_title(variable, planner.bold.horizontalAdvance(told)) == told


def test_the_mouse_is_told_what_it_is_on(picture, qtbot):
    with qtbot.waitExposed(picture):
        picture.show()
    with qtbot.waitSignal(picture.hinted) as heard:
        box = picture.canvas.plan.boxes[2].area.center().toPoint()
        QTest.mouseMove(picture.canvas, box)
    assert heard.args == ["rash: no 0.25, yes 0.75, of row 7"]
    with qtbot.waitSignal(picture.hinted) as heard:
        QTest.mouseMove(picture.canvas, QPoint(1, 1))
    assert heard.args == [""]


def test_the_model_draws_the_posterior_of_the_chosen_row(qtbot):
    session = desk.example_session("network", "clinic")
    for row in (None, 3):
        chosen = desk.shown(session, {"row": row})
        (view, *_) = chosen.model.views(chosen.data, chosen.round, desk.look(chosen))
        names = [variable.name for variable in view.variables]
        assert [variable.layer for variable in view.variables] == [0, 0, 1, 1, 1, 2, 3, 3]
        assert (names.index("tub"), names.index("either")) in view.arrows
        for variable in view.variables:
            assert np.isclose(sum(variable.shares), 1)
            if row is None:
                assert variable.seen is None
            else:
                cell = session.table.cell(3, variable.name)
                assert variable.seen == (variable.states.index(cell) if cell else None)


def asked(picture, name):
    """Return what the picture has asked for under a name, call after call."""
    heard = []
    picture.display_requested.connect(lambda choices: heard.extend(choices[k] for k in choices if k == name))
    return heard


def click(picture, area):
    QTest.mouseClick(picture.canvas, Qt.MouseButton.LeftButton, pos=area.center().toPoint())


def test_a_click_on_a_state_supposes_it_and_another_click_takes_it_back(picture):
    heard = asked(picture, "supposed")
    rows = picture.canvas.plan.boxes[2].rows
    click(picture, rows[1].area)
    assert heard == [(("rash", "yes"),)]
    session = desk.shown(desk.example_session("network"), {"supposed": heard[0]})
    picture.show_view(replace(THREE, variables=SUPPOSED), session)
    click(picture, picture.canvas.plan.boxes[2].rows[1].area)
    click(picture, picture.canvas.plan.boxes[2].rows[0].area)
    assert heard[1:] == [(), (("rash", "no"),)]


SUPPOSED = (
    Variable("disease", ("no", "yes"), (0.2, 0.8), before=(0.3, 0.7)),
    replace(THREE.variables[1], before=(1.0, 0.0, 0.0)),
    Variable("rash", ("no", "yes"), (0.0, 1.0), 1, 1, True, (0.25, 0.75)),
)


def test_what_is_supposed_is_said_everywhere(picture):
    view = replace(THREE, variables=SUPPOSED)
    picture.show_view(view, desk.example_session("network"))
    assert picture.heading == "Network, if rash = yes"
    assert picture.canvas.plan.banner == "What if rash = yes? (row 7)"
    assert describe(view, 2).startswith("3 variables, of row 7, if rash = yes: disease: no 0.20, yes 0.80; ")
    assert "rash: yes, supposed" in picture.canvas.accessibleDescription()
    box = picture.canvas.plan.boxes[0]
    assert [(row.share, row.before) for row in box.rows] == [(0.2, 0.3), (0.8, 0.7)]
    assert all(
        each.area.top() >= picture.canvas.plan.banner_area.bottom() for each in picture.canvas.plan.boxes
    )


def test_keys_go_to_a_state_and_suppose_it(picture):
    chosen, supposed = asked(picture, "node"), []
    picture.canvas.supposed.connect(lambda *place: supposed.append(place))
    canvas = picture.canvas
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert (chosen, supposed) == (["disease"], [])
    session = desk.shown(desk.example_session("network"), {"node": "disease"})
    picture.show_view(THREE, session)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    QTest.keyClick(canvas, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert supposed == [(0, 1), (0, 0)]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(canvas, key, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert chosen[1:] == ["fever", "rash", "rash"]


def wanted(picture):
    """Return the arrows that the picture has asked for: from, to, whether drawn."""
    heard = []
    picture.canvas.arrow_wanted.connect(lambda *arrow: heard.append(arrow))
    return heard


def drag(canvas, start, *stops):
    left, nothing, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, left, none, start.toPoint())
    for stop in stops:
        at = QPointF(stop)
        glide = QMouseEvent(QMouseEvent.Type.MouseMove, at, canvas.mapToGlobal(at), nothing, left, none)
        QApplication.sendEvent(canvas, glide)
    QTest.mouseRelease(canvas, left, none, stops[-1].toPoint())


def test_a_drag_from_box_to_box_asks_for_an_arrow(picture):
    heard, canvas = wanted(picture), picture.canvas
    supposed = asked(picture, "supposed")
    second, third = (box.area.center() for box in canvas.plan.boxes[1:])
    drag(canvas, second, (second + third) / 2, third)
    assert heard == [(1, 2, True)]
    drag(canvas, second, third, second)  # back again
    drag(canvas, second, QPointF(1, 1), QPointF(2, 2))  # beside all boxes
    assert (heard[1:], canvas.source, supposed) == ([], -1, [])


def test_an_arrow_that_is_clicked_is_taken_away_by_delete(picture):
    heard, canvas = wanted(picture), picture.canvas
    arrow = canvas.plan.arrows[1]
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert heard == []
    told = []
    picture.hinted.connect(told.append)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=((arrow.start + arrow.end) / 2).toPoint())
    assert (canvas.arrow, told[-1]) == ((0, 2), "disease → rash: Delete takes it away")
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert (heard, canvas.arrow) == ([(0, 2, False)], None)


def test_keys_draw_an_arrow_and_take_it_away(picture):
    heard, canvas, told = wanted(picture), picture.canvas, []
    picture.hinted.connect(told.append)

    def go(name):
        picture.show_view(THREE, desk.shown(desk.example_session("network"), {"node": name}))

    insert, delete = Qt.Key.Key_Insert, Qt.Key.Key_Delete
    for last, key in (("rash", insert), ("disease", delete), ("fever", insert)):
        go("fever")
        QTest.keyClick(canvas, Qt.Key.Key_Insert)
        assert told[-1].startswith("fever → …: go to another variable, Insert draws")
        go(last)
        QTest.keyClick(canvas, key)
    assert heard == [(1, 2, True), (1, 0, False)]


@pytest.mark.thorough
def test_arrows_are_dragged_and_what_is_supposed_is_taken_away_in_the_window(qtbot, tmp_path):
    session = desk.shown(desk.example_session("network", "crimes"), {"large": "picture"})
    window = MainWindow(session, preferences.settings_at(tmp_path / "emviz.ini"))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()

    def drawn(*arrows):
        canvas = getattr(window.model_picture.picture, "canvas", None)
        return canvas is not None and canvas.diagram.arrows == arrows and len(canvas.plan.boxes) == 2

    qtbot.waitUntil(lambda: drawn((0, 1)))
    canvas = window.model_picture.picture.canvas
    first, second = (box.area.center() for box in canvas.plan.boxes)
    with qtbot.waitSignal(window.driver.refused) as told:
        drag(canvas, second, (first + second) / 2, first)
    assert told.args == ["structure: arrows must not lead in a circle: first → second → first"]
    assert (window.store.session.model, window.store.session.past) == (session.model, ())
    arrow = canvas.plan.arrows[0]
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=((arrow.start + arrow.end) / 2).toPoint())
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: window.store.session.model.structure == "[first][second]" and drawn())
    window.commands["undo"].trigger()
    qtbot.waitUntil(lambda: window.store.session.model.structure == "[first][second|first]" and drawn((0, 1)))
    u_and_undo_take_away_what_is_supposed(window, qtbot)


def u_and_undo_take_away_what_is_supposed(window, qtbot):
    session = desk.shown(desk.example_session("network", "crimes"), {"supposed": (("first", "yes"),)})
    window.store.put(session)

    def says(words):
        told = window.model_picture.accessibleDescription()
        return words in told and window.store.session.display.supposed == (
            (("first", "yes"),) if "if" in words else ()
        )

    qtbot.waitUntil(lambda: says("of any case, if first = yes: first: yes, supposed; second: no 0.50"))
    QTest.keyClick(window, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: says("of any case: first: no 0.50"))
    assert not window.commands["unsuppose"].isEnabled()
    window.commands["undo"].trigger()
    qtbot.waitUntil(lambda: says("of any case, if first = yes"))


def test_the_bars_of_the_chosen_variable_come_first_where_not_all_have_room(qapp):
    wide = replace(
        THREE,
        variables=(*THREE.variables, Variable("sleep", ("bad", "good"), (0.6, 0.4), 2)),
        arrows=((0, 1), (0, 2), (2, 3)),
    )
    line = QFontMetricsF(QFont()).height()
    told = [
        [len(box.rows) for box in planned(wide, 420, lines * line + 60, QFont(), 2, node=3).boxes]
        for lines in (3, 5, 8, 10)
    ]
    # The chosen one, then its parent; what was seen has the most lines and comes last.
    assert told == [[0, 0, 0, 0], [0, 0, 0, 2], [1, 1, 2, 2], [2, 3, 2, 2]]
