"""A lesson in the window: the walk through it, its questions, and the user's own session behind it."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from standing import stand_for

from emviz import lessons
from emviz import session as desk
from emviz.em.counts.table import CountCell, ShareCell
from emviz.ui.frame.folding import Side
from emviz.ui.keeping.remembering import remembered
from emviz.ui.lesson import ENDING

#: One question of each kind.
OWN = """+++
lesson = 1
title = "Mine"
+++

+++
title = "A number"
model = "coins"
hide = ["answers", "next"]
to = "E(0)"

[question]
kind = "number"
ask = "How probable is coin A for the first set?"
of = "P(A), row 1"
hint = "Try a half."
+++

θ_A is **{θ_A}**. <b>No HTML</b> ![no picture](file:///etc/passwd)

+++
title = "A row"

[question]
kind = "click"
ask = "Which set is most surely of coin A?"
of = "row of the largest P(A)"
hint = "Nine heads."
+++

+++
title = "A choice"

[question]
kind = "choice"
ask = "Which coin has more heads?"
choices = ["Coin A", "Coin B"]
values = ["coin A H", "coin B H"]
right = "largest"
hint = "Look at the totals."
+++

+++
title = "A point"

[question]
kind = "click"
ask = "Where is g highest?"
of = "highest point of g"
hint = "Where the dashed line is highest."
+++

+++
title = "A place"
to = "θ(1)"

[question]
kind = "drag"
ask = "Where will θ(1) be?"
of = "θ at next"
digits = 1
hint = "To the right and up."
+++
"""


@pytest.fixture
def window(window_with):
    return window_with(size=(1280, 720))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / f"mine{ENDING}"
    path.write_text(OWN, encoding="utf-8")
    return path


def opened(window, qtbot, path):
    window.setup.open_path(path)
    qtbot.waitUntil(lambda: window.lessons.running and window.lessons.walk.staged.path == path)
    qtbot.waitUntil(lambda: not window.lessons.arriving)
    return window.lessons


def stands(window, place, cursor=None):
    """Whether a scene, from 1, is on the desk, at a half-step."""
    walk = window.lessons.walk
    there = walk.staged.place == place - 1 and not window.lessons.arriving
    return there and (cursor is None or window.store.session.cursor == cursor)


def on(window, qtbot, place, cursor=None):
    """Go on by the key of a clicker, and wait for a scene."""
    QTest.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: stands(window, place, cursor))


def test_the_ending_is_that_of_lessons():
    assert ENDING == lessons.ENDING


def test_a_lesson_goes_on_where_it_was_left(window, qtbot, file):
    walking = opened(window, qtbot, file)
    assert not walking.card.resume.isVisible()
    walking.forward()
    on(window, qtbot, 1, cursor=1)
    on(window, qtbot, 2)
    assert window.preferences.scenes == ((str(file), 1),)
    walking.leave()

    opened(window, qtbot, file)
    assert stands(window, 1)
    assert walking.card.resume.text() == "Go on in scene 2"
    assert walking.card.resume.isVisible()
    walking.card.resume.click()
    qtbot.waitUntil(lambda: stands(window, 2, 1))
    assert not walking.card.resume.isVisible()
    # Through to the last scene: next time it begins anew.
    for place in (3, 4, 5):
        walking.reveal()
        on(window, qtbot, place)
    assert window.preferences.scenes == ()


def test_questions_of_every_kind_are_answered_in_the_window(window, qtbot, file):
    walking = opened(window, qtbot, file)
    card = walking.card
    assert window.desk.side is Side.AWAY
    assert card.geometry().right() < window.bound.mapTo(window, QPointF(0, 0)).x()
    assert "θA is 0.60. <b>No HTML</b>" in card.words.toPlainText()
    assert (card.place.text(), card.title.html) == ("Scene 1 of 5", "A number")

    # What has been typed is judged before the answer is shown.
    QTest.keyClicks(card.question.field, "0.1")
    walking.forward()
    assert card.question.verdict.accessibleName() == "No. Try a half."
    assert walking.asks
    # Who types again means the field: 4 alone would enlarge a panel.
    assert card.question.field.hasFocus()
    card.question.field.clear()
    assert window.windowTitle().startswith(walking.walk.staged.lesson.title)

    # A number is typed; a wrong one gets the hint, and the lesson waits.
    asked = card.question
    assert asked.field.hasFocus()
    QTest.keyClicks(asked.field, "0.9")
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    assert (asked.verdict.accessibleName(), window.commands["step"].text()) == ("No. Try a half.", "Answer")
    assert window.store.session.display.cell is None
    QTest.keyClicks(asked.field, "0,45")
    asked.check.click()
    assert asked.verdict.accessibleName() == "Right: 0.45."
    assert not asked.field.isVisible()
    assert window.store.session.display.cell == ShareCell(0, 0)
    assert window.commands["step"].text() == "E-step"
    on(window, qtbot, 1, cursor=1)
    assert window.commands["step"].text() == "Go on"

    # A row is clicked in the count table, which is brought into sight where another panel has all the room.
    window.store.put(desk.shown(window.store.session, {"large": "likelihood"}))
    on(window, qtbot, 2, cursor=1)
    assert window.store.session.display.large == ""
    assert asked.way.text() == "Click in the count table."
    window.counts.display_requested.emit({"cell": CountCell(0, 1)})
    assert asked.verdict.accessibleName() == "No. Nine heads."
    assert window.store.session.display.cell is None
    rows = window.counts.sheet.grid.rows
    rows.clicked.emit(rows.model().index(1, 0))
    assert asked.verdict.accessibleName() == "Right: row 2."

    # A choice is pressed.
    on(window, qtbot, 3)
    asked.choices[1].click()
    assert asked.verdict.accessibleName() == "No. Look at the totals."
    # By keys: Tab goes to the choices, and Space presses the one that has the focus.
    qtbot.waitUntil(asked.choices[0].isVisible)
    assert asked.hasFocus()
    QTest.keyClick(asked, Qt.Key.Key_Tab)
    assert asked.choices[0].hasFocus()
    QTest.keyClick(asked.choices[0], Qt.Key.Key_Tab)
    assert asked.choices[1].hasFocus()
    QTest.keyClick(asked.choices[1], Qt.Key.Key_Space)
    assert asked.verdict.accessibleName() == "No. Look at the totals."
    asked.choices[0].setFocus()
    QTest.keyClick(asked.choices[0], Qt.Key.Key_Space)
    assert asked.verdict.accessibleName() == "Right: Coin A."
    assert window.desk.hasFocus()
    assert [each.accessibleDescription() for each in asked.choices] == ["right", "wrong"]

    # A point of the line is clicked in the plot of the bound.
    on(window, qtbot, 4)
    window.bound.plot.pressed.emit(0.1, -33.0)
    assert asked.verdict.accessibleName().startswith("No.")
    window.bound.plot.pressed.emit(0.98, -32.0)
    assert asked.verdict.accessibleName() == "Right: at 1.00."

    # A place in the landscape is marked, and then judged; θ(0) stays.
    on(window, qtbot, 5)
    assert not asked.check.isEnabled()
    start, picture = window.store.session.start, window.model_picture.picture
    for x, y, said in ((0.3, 0.3, "No. To the right and up."), (0.72, 0.6, "Right: θ_A = 0.7, θ_B = 0.6.")):
        picture.plot.pressed.emit(x, y)
        picture.plot.released.emit()
        assert picture.guess.getData()[0].tolist() == [x]
        assert "0.3" in asked.way.text() or "0.72" in asked.way.text()
        asked.check.click()
        assert asked.verdict.accessibleName() == said
    assert window.store.session.start is start
    on(window, qtbot, 5, cursor=2)
    assert window.commands["step"].text() == "The end"
    QTest.keyClick(window, Qt.Key.Key_PageDown)
    assert "last scene" in window.status.sentence.message


def test_the_keys_walk_forward_and_back_and_escape_brings_everything_back(window, qtbot, file):
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)
    before = window.store.session
    walking = opened(window, qtbot, file)
    on(window, qtbot, 1, cursor=0)
    assert walking.card.question.verdict.accessibleName() == "0.45."
    on(window, qtbot, 1, cursor=1)
    on(window, qtbot, 2, cursor=1)
    QTest.keyClick(window, Qt.Key.Key_PageUp)
    # The scene before at its end, with its answer.
    qtbot.waitUntil(lambda: stands(window, 1, cursor=1))
    assert walking.card.question.verdict.accessibleName() == "0.45."
    QTest.keyClick(window, Qt.Key.Key_PageUp)
    assert stands(window, 1, cursor=0)
    # What somebody tries out in between does not matter to the next scene.
    window.driver.edit(desk.draw_start)
    qtbot.waitUntil(lambda: window.store.session.seed == 0)
    on(window, qtbot, 2, cursor=1)
    assert window.store.session.seed is None
    assert window.document.unsaved == ()
    while walking.running:
        QTest.keyClick(window, Qt.Key.Key_Escape)
    after = window.store.session
    assert (after.cursor, after.trace, after.display) == (before.cursor, before.trace, before.display)
    assert not walking.card.isVisible()
    assert window.commands["step"].text() == "M-step"


@pytest.mark.thorough
def test_work_of_ones_own_is_kept_behind_a_lesson(window, qtbot, file):
    table = window.store.session.table
    window.driver.edit(lambda session: desk.edit_table(session, table.with_cell(0, "tosses", "HHHH")))
    qtbot.waitUntil(lambda: window.store.session.edited)
    mine = window.store.session
    walking = opened(window, qtbot, file)
    assert window.document.unsaved
    assert walking.own is mine
    assert window.preferences.recent == (str(file),)
    # Other data end the lesson; undo brings back what was there before it.
    window.open_example(window.menus.examples.actions()[1])
    qtbot.waitUntil(lambda: not walking.running)
    assert window.store.session.source.startswith("Three coins")
    window.driver.undo()
    qtbot.waitUntil(lambda: window.store.session.table is mine.table)


def test_the_sentence_names_no_row_that_is_asked_for(window, qtbot, tmp_path):
    path = tmp_path / f"row{ENDING}"
    head, _, _ = OWN.partition('+++\ntitle = "A number"')
    question = '[question]\nkind = "click"\nask = "Which?"\nof = "most divided row"\nhint = "Look."'
    path.write_text(f'{head}+++\ntitle = "A row"\nmodel = "coins"\nat = "E(0)"\n\n{question}\n+++\n', "utf-8")
    walking = opened(window, qtbot, path)
    qtbot.waitUntil(lambda: stands(window, 1, cursor=1))
    sentence = window.status.sentence
    qtbot.waitUntil(lambda: window.store.results.telling is not None)
    assert "E-step 1 done." in sentence.html
    assert "set 1" not in sentence.html
    walking.answer(0)
    assert walking.card.question.verdict.accessibleName() == "Right: row 1."
    assert "set 1" in sentence.html


@pytest.mark.thorough
def test_a_question_is_asked_of_the_room_and_a_key_reveals_the_answer(window, qtbot, file):
    walking = opened(window, qtbot, file)
    window.commands["present"].trigger()
    asked = walking.card.question
    assert window.store.session.cursor == 0
    for widget in (asked.field, asked.check, asked.reveal, *walking.card.buttons):
        assert not widget.isVisible()
    assert asked.ask.font().pointSizeF() > walking.card.words.font().pointSizeF()
    assert not asked.verdict.isVisible()
    QTest.keyClick(window, Qt.Key.Key_A)
    assert asked.verdict.accessibleName() == "0.45."
    assert not window.store.session.display.reference
    on(window, qtbot, 1, cursor=1)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    while window.lecture.given:
        QTest.keyClick(window, Qt.Key.Key_Escape)
    assert walking.running
    assert walking.card.buttons[0].isVisible()


KEYS = (Qt.Key.Key_PageDown, Qt.Key.Key_Space, Qt.Key.Key_A, Qt.Key.Key_PageUp, Qt.Key.Key_I, Qt.Key.Key_R)


@pytest.mark.parametrize("key", stand_for(KEYS, [Qt.Key.Key_PageDown]), ids=lambda key: key.name)
def test_a_press_while_a_scene_is_on_its_way_reveals_and_skips_nothing(window, qtbot, file, key):
    walking = opened(window, qtbot, file)
    window.commands["present"].trigger()
    walking.reveal()
    on(window, qtbot, 1, cursor=1)

    def press_again():
        # The first lies in the queue while the scene is put on the desk, the second comes when it is drawn.
        for wait in (0, 50):
            QTimer.singleShot(wait, window, lambda: QTest.keyClick(window, key))

    window.lessons.state_changed.connect(press_again)
    QTest.keyClick(window, Qt.Key.Key_PageDown)
    QTest.keyClick(window, key)
    qtbot.waitUntil(lambda: stands(window, 2, cursor=1))
    window.lessons.state_changed.disconnect(press_again)
    assert walking.asks
    assert not walking.card.question.verdict.isVisible()
    assert not window.store.session.display.open
    assert not window.commands["unveil"].isChecked()
    QTest.keyClick(window, Qt.Key.Key_PageDown)
    assert walking.card.question.verdict.isVisible()


@pytest.mark.thorough
def test_a_half_step_under_way_in_a_lesson_is_not_skipped(window, qtbot, file):
    walking = opened(window, qtbot, file)
    walking.reveal()
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: stands(window, 1, cursor=1))
    assert (window.driver.ahead, walking.arriving) == (1, False)


@pytest.mark.thorough
@pytest.mark.parametrize(("lecturing", "cursor"), [(False, 4), (True, 1)])
def test_before_a_class_no_press_counts_while_a_half_step_is_computed(window, qtbot, lecturing, cursor):
    if lecturing:
        window.commands["present"].trigger()
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_Space, Qt.Key.Key_I):
        QTest.keyClick(window, key)
    assert window.driver.ahead == cursor
    qtbot.waitUntil(lambda: window.store.session.cursor == cursor)


@pytest.mark.thorough
def test_a_lesson_hides_the_answers_for_itself_alone(window, qtbot, file):
    walking = opened(window, qtbot, file)
    assert not window.store.session.display.reference
    assert remembered(window, shown=True).answers
    window.commands["present"].trigger()
    walking.leave()
    window.lecture.end()
    assert window.store.session.display.reference


@pytest.mark.thorough
def test_a_lesson_of_a_lecture_gives_back_what_was_there_before_the_lecture(window, qtbot, file):
    before = window.store.session
    assert before.display.reference
    window.commands["present"].trigger()
    walking = opened(window, qtbot, file)
    window.lecture.end()
    assert remembered(window, shown=True).answers
    walking.leave()
    after = window.store.session
    assert after.display == before.display
    assert after.cursor == before.cursor


@pytest.mark.thorough
def test_a_broken_lesson_gets_one_sentence_and_the_menu_lists_those_that_come_along(window, qtbot, tmp_path):
    before = window.store.session
    for how in ("drop", "read"):
        file = tmp_path / f"{how}{ENDING}"
        file.write_text("+++\nlesson = 1\ntitle = 3\n+++\n")
        if how == "read":
            window.setup.read_path(file)
        else:
            dropped(window, file)
        said = f'{how}.lesson: line 1: expected a text at "title", got 3'
        qtbot.waitUntil(lambda said=said: said in window.status.notice.words.message)
        assert window.status.notice.isVisible(), how
        assert window.store.session is before, how
        assert not window.lessons.running, how
    menu_lists_the_lessons_that_come_along(window, qtbot)


def dropped(window, file):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, button, key = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, button, key))


def menu_lists_the_lessons_that_come_along(window, qtbot):
    window.menus.lessons.aboutToShow.emit()
    window.menus.lessons.aboutToShow.emit()
    listed = [each for each in window.menus.lessons.actions() if each.data() is not None]
    assert [each.data() for each in listed] == [str(each.path) for each in lessons.shipped()]
    listed[0].trigger()
    qtbot.waitUntil(lambda: window.lessons.running)
    assert window.preferences.recent == ()
    window.commands["leaveLesson"].trigger()
    assert not window.lessons.running


def chosen(window, path):
    dialog = window.findChild(QFileDialog, "lessonFile")
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_what_is_on_the_desk_is_added_to_a_lesson(window, qtbot, tmp_path):
    path = tmp_path / f"own{ENDING}"
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)
    told = []
    window.exporter.saved.connect(told.append)
    window.commands["newLesson"].trigger()
    chosen(window, path)
    qtbot.waitUntil(lambda: path.is_file() and window.exporter.busy is None)
    window.driver.forward()
    qtbot.waitUntil(lambda: window.store.session.cursor == 2)
    window.commands["addView"].trigger()
    qtbot.waitUntil(lambda: len(lessons.read_file(path).scenes) == 2 and window.exporter.busy is None)
    lesson = lessons.read_file(path)
    words = "of own.lesson shows this. Write its words in any editor."
    assert told == [f"Scene 1 {words}", f"Scene 2 {words}"]
    assert [lessons.perform(lesson, place).cursor for place in range(2)] == [1, 2]
    # A file that is no lesson is left as it is.
    path.write_text("Words.")
    window.commands["addView"].trigger()
    assert "this is not a lesson" in window.status.notice.words.message
    assert path.read_text() == "Words."
    window.commands["openLesson"].trigger()
    chosen(window, tmp_path / "gone.lesson")
    qtbot.waitUntil(lambda: "there is no such file" in window.status.notice.words.message)
