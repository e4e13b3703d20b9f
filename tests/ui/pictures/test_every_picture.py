"""Every picture after every other: what it showed before, of whichever model, leaves nothing behind."""

import re
from functools import cache, partial
from itertools import chain, pairwise, product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from standing import stand_for

from emviz import session as desk
from emviz.em.methods import Hard
from emviz.em.pictures import Curves, Histogram, Image, Landscape, Scatter, Ternary, View
from emviz.models import discover
from emviz.session import example_session, set_method, step, views
from emviz.ui.keeping import preferences
from emviz.ui.look.motion import SWITCH
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.pictures import picture_of
from emviz.ui.panels.pictures.picture import CLICK, DRAG
from emviz.ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

#: Drawn to the pixel by what they show alone; a plot also keeps the room that its axes took before.
EXACT = {"Alignment", "Fold", "Graph", "Image", "Logo", "Matrix", "Ribbon", "Ternary"}
#: What is not said where nothing is shared out: P(A), P = 0.83, a column P.
UNUSED = re.compile(r"(?<!log )\bP\(|\bP =|^P$|[Pp]osterior|[Ee]xpected|least certain")
HARD = Hard()
KEYS = [model.key for model in discover()]
OTHERS = [kind for kind in View.__args__ if kind is not Landscape]
#: Those that hard EM has.
WHOLE = [kind for kind in OTHERS if kind not in (Image, Histogram)]


@pytest.fixture(autouse=True)
def still(qapp):
    """Show pictures as they are in the end."""
    qapp.setProperty(SWITCH, False)
    yield
    qapp.setProperty(SWITCH, None)


@cache
def all_views():
    """Return the views of all models, one for each title, with their sessions."""
    sessions = [
        step(example_session(key, model.examples[0].key)) for key, model in zip(KEYS, discover(), strict=True)
    ]
    return [(view, at) for at in sessions for view in views(at)]


def shown(kind):
    """Return those of this kind."""
    return [(view, at) for view, at in all_views() if type(view) is kind]


def made(qtbot, kind):
    picture = picture_of(kind)()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    picture.resize(500, 300)
    picture.show()
    QApplication.processEvents()
    return picture


def seen(picture, view, at):
    picture.show_view(view, at)
    QApplication.processEvents()
    return picture.grab().toImage()


@pytest.mark.parametrize("kind", stand_for(OTHERS, OTHERS[::8]), ids=lambda kind: kind.__name__)
def test_a_picture_shows_a_view_as_if_it_were_its_first(qtbot, kind):
    fresh = []
    for view, at in shown(kind):
        picture = made(qtbot, kind)
        fresh.append((seen(picture, view, at), picture.accessibleDescription()))
        picture.close()
    picture = made(qtbot, kind)
    assert fresh
    for k in each_after_each(len(fresh)):
        view, at = shown(kind)[k]
        image = seen(picture, view, at)
        assert picture.accessibleDescription() == fresh[k][1]
        assert image == fresh[k][0] or kind.__name__ not in EXACT, at.model.key
    picture.close()


def each_after_each(number):
    """Return places, from 0 and back to it, in an order in which each follows each, itself too, just once."""
    turns = [[one, *chain(*((one, other) for other in range(one + 1, number)))] for one in range(number)]
    return [*chain(*turns), 0]


@pytest.mark.parametrize("number", [1, 2, 5])
def test_each_place_follows_each_just_once(number):
    assert sorted(pairwise(each_after_each(number))) == list(product(range(number), repeat=2))


@cache
def counted_whole():
    """Return the views of all models after the first E-step of hard EM, with their sessions."""
    sessions = [
        step(set_method(example_session(model.key), HARD))
        for model in discover()
        if not HARD.refusal(model, None)
    ]
    return [(view, at) for at in sessions for view in views(at)]


@pytest.mark.parametrize("kind", stand_for(WHOLE, WHOLE[::3]), ids=lambda kind: kind.__name__)
def test_a_picture_of_hard_em_speaks_of_no_probabilities(qtbot, kind):
    shown = [(view, at) for view, at in counted_whole() if type(view) is kind]
    assert shown
    for view, at in shown:
        picture = made(qtbot, kind)
        seen(picture, view, at)
        said = [picture.accessibleDescription(), *getattr(getattr(picture, "canvas", None), "texts", ())]
        for text in said:
            # The frequencies on display expect people, whatever the method counts.
            told = text.replace("expected", "") if view.title == "Genotypes" else text
            assert not UNUSED.search(told), (at.model.key, view.title, text)
        picture.close()


@pytest.mark.parametrize("kind", [Curves, Ternary, Scatter, Histogram], ids=lambda kind: kind.__name__)
def test_a_picture_says_what_the_mouse_can_do_on_it(qtbot, kind):
    picture = made(qtbot, kind)
    assert picture.usual_hint == ""
    asked = []
    picture.start_requested.connect(lambda *told: asked.append(told))
    for view, at in shown(kind):
        seen(picture, view, at)
        asked.clear()
        QTest.mouseClick(picture.plot.viewport(), Qt.MouseButton.LeftButton)
        assert bool(asked) == (picture.usual_hint == CLICK), at.model.key
        if kind in (Curves, Ternary):
            crossed = picture.plot.cursor().shape() == Qt.CursorShape.CrossCursor
            assert crossed == bool(asked)
        else:
            assert (picture.usual_hint == DRAG) == bool(view.handles)
    picture.close()


@pytest.fixture
def window(qtbot, tmp_path):
    window = MainWindow(None, preferences.settings_at(tmp_path / "emviz.ini"))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


@pytest.mark.thorough
def test_models_follow_one_another_through_all_their_pictures(window, qtbot):
    for key in (*KEYS, *reversed(KEYS[:-1])):
        window.driver.edit(partial(desk.open_example, model=key))
        qtbot.waitUntil(lambda key=key: window.store.session.model.key == key and window.pictures.idle)
        panel = window.model_picture
        for title in (*panel.titles[1:], panel.titles[0]):
            QTest.keyClick(window, Qt.Key.Key_V)
            assert panel.tabs.tabText(panel.tabs.currentIndex()) == title
            assert panel.picture.isVisible()
    window.close()
