"""The diagram of a network: what is told, and that everything has its place at any size."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest

from emviz import session as desk
from emviz.em.pictures import Diagram, Variable
from emviz.ui.panels.pictures.diagram import DiagramPicture, describe
from emviz.ui.panels.pictures.diagram_plan import planned
from emviz.ui.theme import LIGHT

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
