"""The desk: how its left column is shared out."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from emviz.ui.layout import SETUP_HEIGHT, Desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


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
    desk = Desk(QWidget(), QWidget(), [first, QWidget()], [[QWidget(), QWidget()]])
    qtbot.addWidget(desk)
    desk.resize(1000, 800)
    desk.show()
    QApplication.processEvents()
    desk.refit()
    desk.first = first
    first.ask(210)
    return desk


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
    desk.across.moveSplitter(500, 1)
    desk.columns[0].moveSplitter(200, 1)
    assert desk.sizes != usual
    desk.restore_usual()
    assert desk.sizes == usual
    desk.first.ask(300)
    assert desk.first.height() == 300, "the division is no longer the user's"
