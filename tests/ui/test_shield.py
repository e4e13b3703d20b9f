"""An error in what Qt calls is reported where it occurs; the process lives on."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QGraphicsView, QWidget

from emviz.ui.application import create_application
from emviz.ui.panels.plot.axis import Axis
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.shield import shield

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Faulty(QWidget):
    """Divides by zero in one of the methods that Qt calls."""

    def __init__(self, where):
        super().__init__()
        self.where, self.finished = where, 0

    def fail(self, place):
        self.finished += self.where != place
        return 1 / (self.where != place)

    def resizeEvent(self, event):
        self.fail("resize")

    def paintEvent(self, event):
        painter = QPainter(self)
        painter.drawLine(0, 0, 5, 5)
        self.fail("paint")

    def sizeHint(self):
        self.fail("hint")
        return super().sizeHint()


class Item(QGraphicsItem):
    def boundingRect(self):
        return [QRectF(0, 0, 5, 5)][1]

    def paint(self, painter, option, widget=None):
        raise AssertionError("nothing to paint")


shield(Faulty)
shield(Item)


@pytest.mark.parametrize("where", ["resize", "paint", "hint"])
def test_a_division_by_zero_is_reported_and_the_widget_lives_on(qtbot, where):
    widget = Faulty(where)
    qtbot.addWidget(widget)
    with qtbot.captureExceptions() as caught:
        widget.show()
        widget.resize(70, 60)
        widget.grab()
        widget.sizeHint()
    assert {kind for kind, _, _ in caught} == {ZeroDivisionError}
    before, widget.where = widget.finished, ""
    widget.resize(80, 70)
    widget.grab()
    assert widget.finished > before


def test_an_item_without_bounds_is_reported(qtbot):
    scene = QGraphicsScene()
    with qtbot.captureExceptions() as caught:
        scene.addItem(Item())
        view = QGraphicsView(scene)
        qtbot.addWidget(view)
        view.grab()
    assert {kind for kind, _, _ in caught} >= {IndexError}


def test_the_application_shields_its_own_classes_and_those_of_pyqtgraph(qapp):
    create_application()
    create_application()
    for method in (Plot.resizeEvent, Plot.paintEvent, Axis.paint, Axis.boundingRect):
        assert hasattr(method, "__wrapped__")
        assert not hasattr(method.__wrapped__, "__wrapped__"), "once is enough"
