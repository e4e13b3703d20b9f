"""A layout that depends on its own result settles, and one size has one layout, wherever it comes from."""

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QScrollBar, QWidget
from standing import stand_for

from emviz import session as desk
from emviz.em.pictures import Alignment, Fold, Image, Logo, Matrix, Profiles, Ribbon
from emviz.ui.experiment.data_editor import DataPanel
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts.panel import CountPanel
from emviz.ui.panels.pictures import picture_of
from emviz.ui.work.driver import Driver
from emviz.ui.work.store import Store
from emviz.ui.work.worker import Worker

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
#: In pixels; a scroll bar is about 15 wide, so that a step of 11 meets every case.
WIDTHS, HEIGHTS = range(150, 560, 11), (120, 230)
POINTS = (9.0, 20.0)
#: Times that a part may be resized on the way to the picture's new size.
PASSES = 4
SCROLLED = {
    Alignment: [("motif", 1), ("profile", 0)],
    Fold: [("rna", 0)],
    Image: [("tomography", 0)],
    Logo: [("motif", 2), ("profile", 1)],
    Matrix: [("profile", 2), ("modules", 0)],
    Profiles: [("modules", 1)],
    Ribbon: [("hmm", 0)],
}
CASES = [(kind, *case) for kind, cases in SCROLLED.items() for case in cases]


class Resizes(QObject):
    """Counts how often each part of a widget is resized."""

    def __init__(self, watched):
        super().__init__()
        self.counts = Counter()
        for part in (watched, *watched.findChildren(QWidget)):
            part.installEventFilter(self)

    def eventFilter(self, watched, event):
        # What Qt's own tables do with their inner parts is theirs.
        if event.type() == QEvent.Type.Resize and not isinstance(watched.parent(), QAbstractScrollArea):
            self.counts[watched] += 1
        return False


@pytest.fixture
def host(qtbot):
    """Return a window without a layout: it lets its child have any size."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(600, 300)
    host.show()
    return host


def settle():
    for _ in range(6):
        QApplication.processEvents()


def look(widget):
    """Return which scroll bars are there and how far they go, and where each part stands."""
    bars = [(bar.isVisible(), bar.isVisible() and bar.maximum()) for bar in widget.findChildren(QScrollBar)]
    return bars, [part.geometry().getRect() for part in widget.findChildren(QWidget) if part.isVisible()]


def enlarge(widget, points):
    font = QApplication.font()
    font.setPointSizeF(points)
    QApplication.setFont(font)
    widget.apply_theme(LIGHT)
    settle()


def sweep(widget, points):
    """Return how the widget looks at each size, going wider and then narrower; most passes of a part."""
    enlarge(widget, points)
    resizes, most = Resizes(widget), 0
    looks = []
    for sizes in (list(sized()), list(sized())[::-1]):
        seen = {}
        for size in sizes:
            resizes.counts.clear()
            widget.resize(*size)
            settle()
            seen[size] = look(widget)
            most = max(most, *resizes.counts.values(), 0)
        looks.append(seen)
    return *looks, most


def sized():
    return ((width, height) for height in HEIGHTS for width in WIDTHS)


@pytest.mark.parametrize("points", stand_for(POINTS, POINTS[:1]))
@pytest.mark.parametrize(("kind", "key", "place"), stand_for(CASES, CASES[:1]))
def test_a_picture_settles_at_any_width_and_size_of_the_font(host, kind, key, place, points):
    session = desk.step(desk.step(desk.example_session(key)))
    view = desk.views(session)[place]
    assert type(view) is kind
    picture = picture_of(kind)(host)
    picture.apply_theme(LIGHT)
    picture.show_view(view, session)
    picture.show()
    wider, narrower, most = sweep(picture, points)
    assert wider == narrower
    assert most <= PASSES


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("key", "points"),
    stand_for(
        [(key, points) for key in ("coins", "rna", "tomography") for points in POINTS],
        [("rna", POINTS[0])],
    ),
)
def test_the_count_table_settles(host, key, points):
    panel = CountPanel(host)
    panel.apply_theme(LIGHT)
    panel.show()
    panel.render(desk.step(desk.step(desk.example_session(key))))
    wider, narrower, most = sweep(panel, points)
    assert {size: bars for size, (bars, _) in wider.items()} == {s: bars for s, (bars, _) in narrower.items()}
    # The table, the totals and the M-step share the height out among themselves first.
    assert most <= 2 * PASSES


def test_at_one_size_the_count_table_has_as_many_rows_whether_it_grew_or_shrank(host):
    """The height of the M-step hung on the look that the rows had before, which hangs on that height."""
    panel = CountPanel(host)
    panel.apply_theme(LIGHT)
    panel.show()
    panel.render(desk.step(desk.step(desk.example_session("tomography"))))
    enlarge(panel, POINTS[0])
    heights = {}
    for width in (425, 436, 447, 458, 447, 436):
        panel.resize(width, 230)
        settle()
        grid = panel.sheet.grid
        heights.setdefault(width, set()).add((grid.height(), panel.sheet.strip.height()))
    assert all(len(found) == 1 for found in heights.values()), heights


@pytest.mark.thorough
def test_the_table_of_the_data_settles(host):
    session, worker = desk.example_session("tomography"), Worker()
    panel = DataPanel(Driver(Store(session), worker), host)
    panel.apply_theme(LIGHT)
    panel.show()
    panel.render(session)
    wider, narrower, most = sweep(panel, 12.0)
    worker.shutdown()
    assert wider == narrower
    assert most <= PASSES
