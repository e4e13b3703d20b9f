"""The model's own pictures: one at a time, chosen by tab, menu or key; and what its tools find."""

from itertools import takewhile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from showing import Gallery

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.pictures import View
from emviz.models import model_named
from emviz.models.coins import Coins
from emviz.session import Result, Results
from emviz.ui.keeping import preferences
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.pictures import DRAWN_BY
from emviz.ui.panels.pictures.curves import CurvesPicture
from emviz.ui.panels.pictures.landscape import LandscapePicture
from emviz.ui.panels.pictures.panel import ModelPanel
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def gallery():
    session = desk.example_session()
    return desk.new_session(Gallery(), session.table, "gallery")


@pytest.fixture
def window(window_with):
    return window_with(gallery())


def settle(window, qtbot):
    qtbot.waitUntil(lambda: window.pictures.idle and window.workshop.busy is None)


def begin(window, qtbot):
    """Put the gallery on the desk anew."""
    window.store.put(gallery())
    settle(window, qtbot)


def trigger(window, name):
    window.findChild(QAction, f"{name}Action").trigger()


def go_to_coins(window, qtbot):
    """Put the coins on the desk, which have no tools and one picture."""
    window.driver.edit(lambda session: desk.open_instead(session, desk.example_session()))
    qtbot.waitUntil(lambda: type(window.store.session.model) is Coins)


def named(menu, text):
    return next(action for action in menu.actions() if plain(action) == text)


def plain(action):
    """Return the text of an entry without the sign of its key."""
    return action.text().replace("&", "")


def picture(window, qtbot, title):
    named(window.menus.pictures, title).trigger()
    settle(window, qtbot)
    return window.model_picture.picture


def test_every_view_has_a_widget():
    assert set(DRAWN_BY) == {kind.__name__ for kind in View.__args__}


# -- pictures ------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_another_picture_is_chosen(window, qtbot):
    the_first_picture_is_on_display(window)
    the_theme_and_the_columns_of_a_display_reach_the_picture(window, qtbot)
    a_tab_a_key_and_the_menu_choose_another(window, qtbot)
    the_menu_ticks_what_a_tab_has_chosen(window)
    the_hint_of_a_picture_stands_in_the_head(window, qtbot)
    titles_without_room_as_tabs_are_a_list(window, qtbot)


def the_first_picture_is_on_display(window):
    panel = window.model_picture
    assert panel.titles == ("First", "Second", "Landscape")
    assert panel.title.text() == "First"
    assert isinstance(panel.picture, CurvesPicture)
    assert [panel.tabs.tabText(place) for place in range(panel.tabs.count())] == list(panel.titles)
    assert panel.tabs.isVisible()
    assert panel.accessibleDescription()


def the_theme_and_the_columns_of_a_display_reach_the_picture(window, qtbot):
    panel = window.model_picture
    before = panel._drawn
    window.show_display({"revealed": True})
    assert panel._drawn[1].display.revealed
    assert panel._drawn != before


def a_tab_a_key_and_the_menu_choose_another(window, qtbot):
    panel = window.model_picture
    place = panel.tabs.tabRect(1).center()
    qtbot.mouseClick(panel.tabs, Qt.MouseButton.LeftButton, pos=place)
    assert window.store.session.display.picture == "Second"
    assert panel.title.text() == "Second"
    trigger(window, "nextPicture")
    assert isinstance(panel.picture, LandscapePicture)
    assert panel.title.text().startswith(("log P over", "Landscape"))
    trigger(window, "nextPicture")
    assert panel.title.text() == "First"
    assert isinstance(picture(window, qtbot, "Second"), CurvesPicture)
    assert named(window.menus.pictures, "Second").isChecked()


def the_menu_ticks_what_a_tab_has_chosen(window):
    window.model_picture.choose("Second")
    assert named(window.menus.pictures, "Second").isChecked()
    assert not named(window.menus.pictures, "First").isChecked()


def the_hint_of_a_picture_stands_in_the_head(window, qtbot):
    panel = window.model_picture
    panel.picture.hinted.emit("here")
    assert panel.hint.text() == "here"
    panel.picture.hinted.emit("")
    assert panel.hint.text() == ""
    shown = picture(window, qtbot, "Landscape")
    shown.hinted.emit("")
    assert panel.hint.text() == "click to start there"


def titles_without_room_as_tabs_are_a_list(window, qtbot):
    panel = window.model_picture
    least, most = panel.minimumSize(), panel.maximumSize()
    whole = panel.tabs.sizeHint().width()
    panel.setFixedWidth(whole)  # with the margins of the card
    qtbot.waitUntil(lambda: panel.listed.isVisible() and panel.tabs.isHidden())
    assert [panel.listed.itemText(place) for place in range(panel.listed.count())] == list(panel.titles)
    panel.listed.setCurrentIndex(1)
    panel.listed.activated.emit(1)
    qtbot.waitUntil(lambda: panel.title.text() in ("Second", ""))
    assert window.store.session.display.picture == "Second"
    trigger(window, "nextPicture")
    assert panel.listed.currentText() == "Landscape"
    panel.setFixedWidth(whole + 100)
    qtbot.waitUntil(lambda: panel.tabs.isVisible() and panel.listed.isHidden())
    assert panel.tabs.tabText(panel.tabs.currentIndex()) == "Landscape"
    panel.setMinimumSize(least)
    panel.setMaximumSize(most)


@pytest.mark.thorough
def test_pictures_are_of_the_session(window, qtbot, monkeypatch):
    what_is_read_off_is_never_cut(window, qtbot)
    begin(window, qtbot)
    pictures_follow_the_step(window, qtbot)
    begin(window, qtbot)
    where_no_picture_can_be_made_the_old_one_is_put_away(window, qtbot, monkeypatch)
    begin(window, qtbot)
    a_landscape_that_comes_late_knows_what_was_found_before(window, qtbot)


def what_is_read_off_is_never_cut(window, qtbot):
    panel = window.model_picture
    window.resize(1000, 600)
    window.appearance.fit()
    for told in ("iteration t = 4.20, missing information 0.133", "p " * 60):
        panel.picture.hinted.emit("x = 1")
        assert panel.hint.text() == "x = 1"
        assert panel.reading.isHidden()
        panel.picture.hinted.emit(told)
        assert panel.reading.isVisible()
        assert panel.reading.text() == told
        assert panel.reading.heightForWidth(panel.reading.width()) <= panel.reading.height()
        assert panel.rect().contains(panel.reading.geometry())
        panel.picture.hinted.emit("")
        assert panel.reading.isHidden()


def pictures_follow_the_step(window, qtbot):
    panel = window.model_picture
    before = panel._drawn[0]
    trigger(window, "iterate")
    qtbot.waitUntil(lambda: window.store.session.cursor == 2)
    settle(window, qtbot)
    trigger(window, "step")
    qtbot.waitUntil(lambda: window.store.session.cursor == 3)
    settle(window, qtbot)
    assert panel._drawn[0] is not before
    assert panel._drawn[0].curves[0].ys[0] == 1


def where_no_picture_can_be_made_the_old_one_is_put_away(window, qtbot, monkeypatch):
    def fail(self, data, state, look):
        raise ArithmeticError("nothing to draw")

    old = window.model_picture.picture
    monkeypatch.setattr(Gallery, "views", fail)
    trigger(window, "iterate")
    qtbot.waitUntil(lambda: window.store.session.cursor == 2)
    settle(window, qtbot)
    assert old.isHidden()
    assert window.model_picture.titles == ()
    monkeypatch.undo()
    trigger(window, "iterate")
    qtbot.waitUntil(lambda: window.model_picture.titles != ())
    assert not old.isHidden()


def a_landscape_that_comes_late_knows_what_was_found_before(window, qtbot):
    shown = picture(window, qtbot, "Landscape")
    assert shown.isVisible()
    words = [label.text for label in shown.plot.overlay.drawing.labels]
    assert any("complete data" in text for text in words)
    assert any("maximum" in text for text in words)


def test_pictures_and_tools_are_those_of_the_model(window, qtbot):
    pictures_of_another_model_are_put_away(window, qtbot)
    begin(window, qtbot)
    tools_are_offered_in_the_menu_and_on_the_card(window, qtbot)
    a_model_without_tools_is_left_alone(window, qtbot)
    begin(window, qtbot)
    a_landscape_out_of_sight_is_spared_what_belongs_to_another_model(window, qtbot)
    what_a_tool_refuses_at_once_is_said_too(window, qtbot)


def pictures_of_another_model_are_put_away(window, qtbot):
    old = window.model_picture.picture
    go_to_coins(window, qtbot)
    qtbot.waitUntil(lambda: isinstance(window.model_picture.picture, LandscapePicture))
    settle(window, qtbot)
    assert old.isHidden()
    assert window.model_picture.titles == ("Landscape",)
    assert window.model_picture.tabs.isHidden()
    assert not window.commands["nextPicture"].isEnabled()
    assert not window.menus.pictures.isEnabled()


def tools_are_offered_in_the_menu_and_on_the_card(window, qtbot):
    panel = window.model_picture
    assert panel.workshop.isVisible()
    titles = [plain(action) for action in panel.workshop.menu().actions()]
    # Below a line the menu has what is offered for every model.
    above = takewhile(lambda action: not action.isSeparator(), window.menus.tools.actions())
    assert titles == [plain(action) for action in above]
    assert titles[0] == "Count to three…"
    go_to_coins(window, qtbot)
    assert panel.workshop.isHidden()
    assert {action.data() for action in window.menus.tools.actions()} == {None}


def a_model_without_tools_is_left_alone(window, qtbot):
    go_to_coins(window, qtbot)
    window.workshop.use("count")
    assert window.workshop.busy is None


def a_landscape_out_of_sight_is_spared_what_belongs_to_another_model(window, qtbot):
    """Its axes are of the coins; the complete-data estimate of a motif has none of them."""
    landscape = picture(window, qtbot, "Landscape")
    window.driver.edit(lambda session: desk.open_instead(session, desk.example_session("motif")))
    qtbot.waitUntil(lambda: window.store.session.model.key == "motif")
    settle(window, qtbot)
    assert landscape.isHidden()
    window.driver.edit(lambda session: desk.open_instead(session, gallery()))
    qtbot.waitUntil(lambda: type(window.store.session.model) is Gallery)
    settle(window, qtbot)
    again = picture(window, qtbot, "Landscape")
    words = [label.text for label in again.plot.overlay.drawing.labels]
    assert any("complete data (0.80, 0.45)" in text for text in words)


def what_a_tool_refuses_at_once_is_said_too(window, qtbot):
    table = Table.from_columns({"locus": ["A/a", "A/A", "a/a"]})
    one_locus = desk.new_session(model_named("haplotype"), table, "one locus")
    window.driver.edit(lambda session: desk.open_instead(session, one_locus))
    qtbot.waitUntil(lambda: window.store.session.model.key == "haplotype")
    use(window, "LD test…")
    qtbot.waitUntil(lambda: window.status.notice.isVisible())
    assert "needs two loci" in window.status._refusal
    assert window.workshop.busy is None


# -- tools ---------------------------------------------------------------------------------------------------


def use(window, title):
    named(window.menus.tools, title).trigger()


@pytest.mark.thorough
def test_what_a_tool_does(window, qtbot):
    a_finding_is_shown_beside_the_pictures_with_its_words(window, qtbot)
    begin(window, qtbot)
    a_start_that_was_found_is_gone_to_and_can_be_undone(window, qtbot)
    what_a_tool_refuses_is_said_in_its_words(window, qtbot)
    begin(window, qtbot)
    a_tool_can_be_cancelled_and_its_findings_stay(window, qtbot)
    begin(window, qtbot)
    steps_go_on_while_a_tool_is_at_work(window, qtbot)
    begin(window, qtbot)
    other_data_end_a_tool_and_put_its_findings_away(window, qtbot)


def a_finding_is_shown_beside_the_pictures_with_its_words(window, qtbot):
    panel = window.model_picture
    panel.workshop.menu().actions()[0].trigger()
    settle(window, qtbot)
    assert panel.titles[-1] == "Counting"
    assert panel.title.text() == "Counting"
    assert panel.finding_caption.text() == "3 of 3"
    assert panel.finding_caption.isVisible()
    picture(window, qtbot, "First")
    assert panel.finding_caption.isHidden()
    use(window, "Count to three…")
    settle(window, qtbot)
    assert panel.title.text() == "Counting"


def a_start_that_was_found_is_gone_to_and_can_be_undone(window, qtbot):
    use(window, "Find a start")
    qtbot.waitUntil(lambda: window.store.session.start.heads.tolist() == [0.9, 0.1])
    assert window.model_picture.finding_caption.text() == "3 of 3"
    trigger(window, "undo")
    qtbot.waitUntil(lambda: window.store.session.start.heads.tolist() == [0.6, 0.5])


def what_a_tool_refuses_is_said_in_its_words(window, qtbot):
    use(window, "Refuse")
    settle(window, qtbot)
    qtbot.waitUntil(lambda: window.status.notice.isVisible())
    assert "nothing to count" in window.status._refusal
    assert window.workshop.busy is None


def a_tool_can_be_cancelled_and_its_findings_stay(window, qtbot):
    use(window, "Go on for ever")
    qtbot.waitUntil(lambda: window.model_picture.titles[-1] == "Counting")
    assert window.workshop.busy == "Go on for ever"
    assert window.workshop.progress == 0.5
    window.cancel_work()
    assert window.workshop.busy is None
    assert window.model_picture.titles[-1] == "Counting"


def steps_go_on_while_a_tool_is_at_work(window, qtbot):
    use(window, "Go on for ever")
    trigger(window, "step")
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)
    assert window.workshop.busy
    window.cancel_work()


def other_data_end_a_tool_and_put_its_findings_away(window, qtbot):
    use(window, "Go on for ever")
    qtbot.waitUntil(lambda: window.model_picture.titles[-1] == "Counting")
    window.driver.edit(lambda session: desk.set_table(session, session.table.without_rows([0])))
    qtbot.waitUntil(lambda: window.store.session.table.rows == 4)
    settle(window, qtbot)
    assert window.workshop.busy is None
    assert "Counting" not in window.model_picture.titles


def test_a_window_closes_while_a_tool_is_at_work(qtbot, tmp_path):
    window = MainWindow(gallery(), preferences.settings_at(tmp_path / "emviz.ini"))
    qtbot.addWidget(window)
    use(window, "Go on for ever")
    qtbot.waitUntil(lambda: window.workshop.busy is not None)
    window.close()
    assert not window.worker.isRunning()


def test_a_name_of_an_axis_stays_in_the_middle_when_it_changes(qtbot):
    plot = Plot("a plot")
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    plot.dress(LIGHT, plot.font())
    with qtbot.waitExposed(plot):
        plot.show()
    for name in ("nats above log P at θ(9)", "nats", "nats above log P at θ(10)"):
        plot.name_axis("left", name)
        axis = plot.getAxis("left")
        middle = axis.label.mapRectToParent(axis.label.boundingRect()).center().y()
        assert middle == pytest.approx(axis.size().height() / 2, abs=2)


def test_a_landscape_is_drawn_once_for_a_step_though_its_view_is_of_an_earlier_one(qtbot, monkeypatch):
    steps = [desk.example_session()]
    for _ in range(6):
        steps.append(desk.step(steps[-1]))
    first, between, last = (steps[place] for place in (1, 3, 6))
    panel, drawn = ModelPanel(), []
    qtbot.addWidget(panel)
    panel.apply_theme(LIGHT)
    panel.render(first, Results(views=Result(tuple(desk.views(first)), first)))
    monkeypatch.setattr(LandscapePicture, "_draw", lambda self, axes: drawn.append(self._session))
    panel.render(last, Results(views=Result(tuple(desk.views(between)), between)))
    assert drawn == [last]
