"""Pictures and panels of no size, and pictures of nothing: nothing is divided by, nothing is raised."""

import numpy as np
import pytest
from nothing import VIEWS
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QWidget
from showing import go, hand
from standing import stand_for

from emviz import session as desk
from emviz.em.objective.bound import segment
from emviz.models import discover
from emviz.ui.application import create_application
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.bound.panel import BoundPanel
from emviz.ui.panels.counts.panel import CountPanel
from emviz.ui.panels.likelihood.panel import LogLikelihoodPanel
from emviz.ui.panels.pictures import picture_of
from emviz.ui.panels.pictures.panel import ModelPanel
from emviz.ui.panels.plot.drawing import rounded
from emviz.ui.panels.plot.plot import Plot

#: Said of every window without a screen, and of one without size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "paintEngine|QPainter", extend=True)
SIZES = [(0, 0), (1, 1), (2, 2), (0, 60), (60, 0)]


@pytest.fixture(autouse=True)
def shielded(qapp):
    """Have an error in what Qt calls fail the test rather than end it."""
    create_application()


def squeeze(widget, size):
    """Bring a widget with all that is in it to a size, whatever it asks for."""
    for part in (widget, *widget.findChildren(QWidget)):
        part.setMinimumSize(0, 0)
        part.resize(*size)
    QApplication.processEvents()
    for part in (widget, *widget.findChildren(QWidget)):
        if part.isVisible():
            part.resize(*size)
            part.grab()


def show(picture, view, session, size):
    """Show a view before, at, and after a size, light and dark."""
    if picture.tools is not None:
        picture.tools.setParent(picture)
    picture.apply_theme(LIGHT)
    picture.show_view(view, session)
    picture.show()
    squeeze(picture, size)
    picture.show_view(view, session)
    picture.apply_theme(DARK)
    squeeze(picture, size)
    picture.resize(420, 260)
    assert not picture.grab().isNull()


@pytest.mark.parametrize("size", stand_for([((420, 260),), *((size,) for size in SIZES[:3])], [(SIZES[0],)]))
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.title)
def test_a_picture_of_nothing(qtbot, view, size):
    picture = picture_of(type(view))()
    qtbot.addWidget(picture)
    show(picture, view, desk.example_session(), size)


@pytest.mark.parametrize("key", stand_for([model.key for model in discover()], ["hmm", "motif"]))
def test_every_picture_of_a_model_at_no_size(qtbot, key):
    session = desk.step(desk.step(desk.example_session(key)))
    for view in desk.views(session):
        for size in SIZES:
            picture = picture_of(type(view))()
            qtbot.addWidget(picture)
            show(picture, view, session, size)


@pytest.mark.parametrize("kind", [BoundPanel, LogLikelihoodPanel, CountPanel, ModelPanel])
@pytest.mark.parametrize("size", stand_for([(size,) for size in SIZES], [(size,) for size in SIZES[::2]]))
def test_a_panel_at_no_size(qtbot, kind, size):
    session = desk.step(desk.step(desk.example_session()))
    panel = kind()
    qtbot.addWidget(panel)
    panel.apply_theme(LIGHT)
    panel.show()
    squeeze(panel, size)
    go(panel, session)
    if kind is BoundPanel:
        base, target = session.round.base, desk.target(session)
        hand(panel, session, slice=segment(session.model, session.data, base, target))
    if kind is ModelPanel:
        hand(panel, session, views=tuple(desk.views(session)))
        go(panel, session)
    squeeze(panel, size)
    panel.resize(420, 260)
    assert not panel.grab().isNull()


def test_the_mouse_over_a_plot_without_room_is_somewhere(qtbot):
    plot = Plot("Plot")
    qtbot.addWidget(plot)
    plot.setMinimumSize(0, 0)
    plot.resize(1, 1)
    assert np.all(np.isfinite(plot.at(QPointF(0, 0))))


@pytest.mark.parametrize(
    ("value", "low", "high", "result"),
    [(0.123456, 0.0, 1.0, 0.12), (5.0, 3.0, 3.0, 3.0), (1e300, 0.0, 1e300, 9.9e299), (2.0, 0.0, np.inf, 2.0)],
)
def test_rounding_to_the_grain_of_a_range(value, low, high, result):
    assert rounded(value, low, high) == pytest.approx(result)
