"""The desk: how the setup, the panels and the setup's own column share the room."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from emviz.session import Arrangement
from emviz.ui.frame.hall import Hall
from emviz.ui.frame.layout import SETUP_HEIGHT, Desk
from emviz.ui.frame.places import NAMES, USUAL, Scene, places, shared_at
from emviz.ui.widgets.card import Card

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

ROOM = QRect(8, 52, 1264, 596)


class Asking(QWidget):
    """A panel that asks for a height."""

    height_asked = 200

    def sizeHint(self):
        return QSize(200, self.height_asked)

    def ask(self, height):
        self.height_asked = height
        self.updateGeometry()
        QApplication.processEvents()


@pytest.fixture
def desk(qtbot):
    first = Asking()
    first.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    hall = Hall({name: Card(name) for name in NAMES})
    desk = Desk(QWidget(), QWidget(), [first, QWidget()], hall, lambda size: True)
    qtbot.addWidget(desk)
    desk.resize(1000, 800)
    desk.show()
    QApplication.processEvents()
    desk.restore_usual()
    desk.first = first
    first.ask(210)
    return desk


def drag(handle, by):
    """Drag a border with the mouse."""
    grip = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=grip)
    QTest.mouseMove(handle, grip + by)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=grip)


def rects(scene, room=ROOM, shares=None):
    found = places(scene, room, shares or USUAL[scene.arrangement])
    return {name: rect.getRect() for name, rect in found.items()}


# -- places --------------------------------------------------------------------------------------------------


def test_the_stage_of_a_small_screen():
    stage = rects(Scene(Arrangement.STAGE))
    assert stage["counts"] == (8, 52, 808, 596)
    assert stage["bound"] == stage["likelihood"] == (824, 52, 448, 294)
    assert stage["picture"] == (824, 354, 448, 294)
    leading = rects(Scene(Arrangement.STAGE, leading=True))
    assert leading["picture"] == stage["counts"]
    assert leading["bound"] == leading["likelihood"] == (824, 52, 448, 176)
    assert leading["counts"] == (824, 236, 448, 412), "the curve is low, so that rows and lines have room"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("arrangement", Arrangement)
def test_a_panel_alone_has_all_the_room_and_the_others_keep_their_places(arrangement, name):
    alone, together = rects(Scene(arrangement, large=name)), rects(Scene(arrangement))
    assert alone.pop(name) == ROOM.getRect()
    together.pop(name)
    assert alone == together
    assert Scene(arrangement, large=name).seen == (name,)


@pytest.mark.parametrize("size", [(1264, 596), (401, 250), (1903, 977)])
@pytest.mark.parametrize("scene", [Scene(Arrangement.FOUR), Scene(Arrangement.STAGE, "likelihood")])
def test_panels_in_sight_fill_the_room_with_gaps_between_them(scene, size):
    room = QRect(QPoint(0, 0), QSize(*size))
    found = places(scene, room, USUAL[scene.arrangement])
    seen = [found[name] for name in scene.seen]
    area = sum((rect.width() + 8) * (rect.height() + 8) for rect in seen)
    assert area == (size[0] + 8) * (size[1] + 8)
    grown = [rect.adjusted(0, 0, 8, 8) for rect in seen]
    assert not any(a.intersects(b) for i, a in enumerate(grown) for b in grown[i + 1 :])


def test_what_is_in_sight():
    assert Scene(Arrangement.FOUR).seen == NAMES
    assert Scene(Arrangement.STAGE).seen == ("bound", "counts", "picture")
    assert Scene(Arrangement.STAGE, "likelihood").seen == ("likelihood", "counts", "picture")


def test_no_panel_is_dragged_too_small():
    for at in (QPoint(-500, -500), QPoint(5000, 5000)):
        shares = shared_at(at, ROOM)
        for rect in places(Scene(), ROOM, shares).values():
            assert rect.width() >= 199
            assert rect.height() >= 119
    assert shared_at(QPoint(8 + 628, 52 + 294), ROOM) == (500, 500)


def test_a_border_is_where_it_was_dragged_to_where_the_picture_leads_too():
    scene = Scene(Arrangement.STAGE, leading=True)
    shares = shared_at(QPoint(800, 52 + 200), ROOM, scene.leads)
    assert places(scene, ROOM, shares)["bound"].height() == pytest.approx(200, abs=1)


# -- the setup's column --------------------------------------------------------------------------------------


def test_the_experiment_gets_the_room_that_another_model_asks_for(desk):
    desk.first.ask(300)
    assert desk.first.height() == 300
    desk.first.ask(220)
    assert desk.first.height() == 220


def test_the_experiment_leaves_room_for_the_data(desk):
    desk.first.ask(5000)
    assert desk.first.height() == pytest.approx(SETUP_HEIGHT * desk.setup.height(), abs=8)


def test_the_division_of_the_user_stands(desk):
    desk.setup.moveSplitter(150, 1)
    desk.first.ask(300)
    assert desk.first.height() == 150


def test_the_usual_layout_comes_back(desk):
    desk.restore_usual()
    usual = desk.sizes
    desk.setup.moveSplitter(150, 1)
    for name, by in (("setupHandle", (40, 0)), ("columnHandle", (60, 0)), ("rowHandle", (0, 50))):
        drag(desk.findChild(QWidget, name), QPoint(*by))
    moved = desk.sizes
    assert all(one != other for one, other in zip(moved[:3], usual[:3], strict=True))
    assert moved[3] == usual[3], "either arrangement has its own division"
    desk.restore_usual()
    assert desk.sizes == usual
    desk.first.ask(300)
    assert desk.first.height() == 300, "the division is no longer the user's"


def test_what_the_user_has_shared_out_comes_back(desk):
    drag(desk.findChild(QWidget, "columnHandle"), QPoint(60, 0))
    kept = desk.sizes
    desk.restore_usual()
    desk.restore(kept)
    assert desk.sizes == kept
    desk.restore(((300, 500, 400), (390, 160)))
    assert desk.sizes[2:] == tuple(USUAL.values()), "sizes of another layout"


def test_a_border_follows_the_mouse(desk):
    handle, bound = desk.findChild(QWidget, "columnHandle"), desk.findChildren(Card)[0]
    before = bound.width()
    drag(handle, QPoint(50, 0))
    assert bound.width() == pytest.approx(before + 50, abs=1)
