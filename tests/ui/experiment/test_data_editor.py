"""The Data card: every edit is asked for, the wrong cell is marked, hidden labels stay hidden."""

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QLineEdit, QMenu, QTableView, QWidget

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.models import discover, model_named
from emviz.session.cells import Block, with_pasted
from emviz.ui.experiment.clipboard import clip_text
from emviz.ui.experiment.data_editor import DataPanel, extent
from emviz.ui.look.theme import LIGHT
from emviz.ui.work.store import Store

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

ROLE = Qt.ItemDataRole
TOSSES = ["HTTTHHTHTH", "HHHHTHHHHH", "HTHHHHHTHH", "HTHTTTHHTT", "THHHTHHHTH"]


class FakeDriver(QObject):
    """Does edits at once."""

    refused, cancelled = Signal(str), Signal(str)

    def __init__(self, store):
        super().__init__()
        self.store = store
        self.reasons = []
        self.refused.connect(self.reasons.append)

    def edit(self, function):
        try:
            self.store.put(function(self.store.session))
        except DataError as error:
            self.refused.emit(str(error))


@pytest.fixture
def driver(qapp):
    return FakeDriver(Store(desk.example_session()))


@pytest.fixture
def panel(qtbot, driver):
    panel = DataPanel(driver)
    qtbot.addWidget(panel)
    driver.store.changed.connect(panel.render)
    panel.display_requested.connect(
        lambda choices: driver.store.put(desk.shown(driver.store.session, choices))
    )
    panel.apply_theme(LIGHT)
    panel.resize(300, 300)
    panel.render(driver.store.session)
    return panel


def column(panel, place, role=ROLE.DisplayRole):
    model = panel.model
    return [model.data(model.index(row, place), role) for row in range(model.rowCount())]


def select(panel, top, left, bottom, right):
    model = panel.model
    chosen = QItemSelection(model.index(top, left), model.index(bottom, right))
    panel.view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def type_in(panel, row, place, text):
    return panel.model.setData(panel.model.index(row, place), text)


def clip(text):
    QGuiApplication.clipboard().setText(text)


def clipped():
    return QGuiApplication.clipboard().text()


def test_all_columns_are_shown_and_those_not_read_are_muted(panel):
    names = [panel.model.headerData(k, Qt.Orientation.Horizontal) for k in range(5)]
    assert names == ["set", "tosses", "heads", "tails", "coin"]
    assert column(panel, 1) == TOSSES
    assert column(panel, 0, ROLE.ForegroundRole)[0] == QColor(LIGHT.muted)
    assert column(panel, 1, ROLE.ForegroundRole)[0] == QColor(LIGHT.ink)
    assert panel.hint.text() == "5 sets × 10 tosses"
    assert panel.findChild(QTableView, "dataTable") is panel.view


def test_a_cell_is_edited(panel, driver):
    assert type_in(panel, 0, 1, "HHTTHHTTHH")
    assert driver.store.session.table.cell(0, "tosses") == "HHTTHHTTHH"
    assert column(panel, 1)[0] == "HHTTHHTTHH"
    assert driver.store.session.source == "edited: Do & Batzoglou 2008, Figure 1"
    type_in(panel, 0, 1, "HHHHHHHHHH")
    assert driver.store.session.source == "edited: Do & Batzoglou 2008, Figure 1"
    driver.store.undo()
    driver.store.undo()
    assert column(panel, 1) == TOSSES
    assert driver.store.session.source == "Do & Batzoglou 2008, Figure 1"


def test_the_same_text_is_no_edit(panel, driver):
    session = driver.store.session
    assert not type_in(panel, 0, 1, TOSSES[0])
    assert driver.store.session is session


def test_a_wrong_cell_is_marked_and_said_and_the_good_data_stay(panel, driver):
    good = driver.store.session.table
    type_in(panel, 2, 1, "HTX")
    assert driver.store.session.table is good
    reason = "row 3, column tosses: expected only H and T, got 'X' in 'HTX'"
    assert panel.reason.text() == f"! R{reason[1:]}. The last valid data remain in use."
    assert not panel.reason.isHidden()
    assert column(panel, 1, ROLE.ForegroundRole)[2] == QColor(LIGHT.fault)
    assert column(panel, 1, ROLE.FontRole)[2].bold()
    assert column(panel, 1, ROLE.ToolTipRole)[2] == reason
    marks = [mark is not None for mark in column(panel, 1, ROLE.DecorationRole)]
    assert marks == [False, False, True, False, False]
    assert panel.model.headerData(2, Qt.Orientation.Vertical) == "! 3"
    type_in(panel, 2, 1, "HTH")
    assert panel.reason.isHidden()
    assert driver.store.session.table.cell(2, "tosses") == "HTH"


def test_the_view_scrolls_to_the_wrong_cell(qtbot, driver):
    table = Table.from_columns({"tosses": ["HT"] * 500})
    driver.store.put(desk.new_session(model_named("coins"), table, "many"))
    panel = DataPanel(driver)
    qtbot.addWidget(panel)
    driver.store.changed.connect(panel.render)
    panel.resize(300, 300)
    panel.render(driver.store.session)
    panel.show()
    type_in(panel, 499, 0, "X")
    place = panel.view.visualRect(panel.model.index(499, 0))
    assert panel.view.viewport().rect().contains(place.center())
    panel.resize(300, 220)
    qtbot.waitUntil(lambda: panel.view.viewport().height() < 150)
    place = panel.view.visualRect(panel.model.index(499, 0))
    assert panel.view.viewport().rect().contains(place.center())


def test_a_fault_of_the_whole_table_is_said_without_a_cell(panel, driver):
    bad = Table.from_columns({"a": ["1"]})
    driver.edit(lambda session: desk.set_table(session, bad))
    assert "A column tosses is needed" in panel.reason.text()
    assert not panel.model.fault_place().isValid()


def test_heads_and_tails_follow_the_tosses_and_cannot_be_typed(panel, driver):
    type_in(panel, 0, 1, "HHHHHHHHHH")
    assert (column(panel, 2)[0], column(panel, 3)[0]) == ("10", "0")
    editable = [
        bool(panel.model.flags(panel.model.index(0, k)) & Qt.ItemFlag.ItemIsEditable) for k in range(4)
    ]
    assert editable == [True, True, False, False]
    assert column(panel, 2, ROLE.ToolTipRole)[0] == "It follows from tosses: change that, and it changes too."
    assert column(panel, 2, ROLE.ForegroundRole)[0] == QColor(LIGHT.muted)
    heading = panel.model.headerData(2, Qt.Orientation.Horizontal, ROLE.ToolTipRole)
    assert heading.startswith("heads: the model does not read this column here")


def test_a_count_that_contradicts_the_tosses_says_so_and_can_be_mended(panel, driver):
    odd = driver.store.session.table.with_cell(0, "heads", "7")
    driver.edit(lambda session: desk.set_table(session, odd))
    assert column(panel, 2, ROLE.ToolTipRole)[0] == "The model reads tosses, from which 5 would follow here."
    assert panel.model.flags(panel.model.index(0, 2)) & Qt.ItemFlag.ItemIsEditable
    type_in(panel, 0, 2, "6")
    assert driver.reasons == ["row 1, column heads: it follows from tosses: change that"]
    type_in(panel, 0, 2, "5")
    assert column(panel, 2)[0] == "5"


def test_without_tosses_heads_and_tails_are_typed(panel, driver):
    driver.edit(lambda session: desk.example_session("coins", "one-coin"))
    assert type_in(panel, 0, 0, "9")
    assert driver.store.session.table.cell(0, "heads") == "9"
    assert column(panel, 0, ROLE.ForegroundRole)[0] == QColor(LIGHT.ink)


def test_free_names_of_columns_are_told_as_read(panel, driver):
    driver.edit(lambda session: desk.example_session("haplotype", "double-heterozygotes"))
    tip = panel.model.headerData(1, Qt.Orientation.Horizontal, ROLE.ToolTipRole)
    assert tip == "snp1: the model reads this column"
    assert column(panel, 1, ROLE.ForegroundRole)[0] == QColor(LIGHT.ink)
    assert column(panel, 0, ROLE.ForegroundRole)[0] == QColor(LIGHT.muted)


def test_columns_are_muted_as_the_layer_reads_them(panel, driver):
    driver.edit(lambda session: desk.example_session("proteins", "scores"))
    score = driver.store.session.draft.names.index("score")
    assert column(panel, score, ROLE.ForegroundRole)[0] == QColor(LIGHT.ink)


def test_the_row_in_the_answer_is_the_row_that_is_highlighted(qtbot, panel, driver):
    panel.show()
    shown = lambda: (driver.store.session.display.row, panel.view.selected_row())  # noqa: E731
    panel.view.setCurrentIndex(panel.model.index(1, 1))
    assert shown() == (1, 1)
    panel.display_requested.emit({"row": 3})  # as a picture asks
    assert shown() == (3, 3)
    type_in(panel, 3, 1, "X")
    assert panel.answer.isHidden()
    panel.view.setCurrentIndex(panel.model.index(4, 1))
    type_in(panel, 3, 1, "HT")
    qtbot.waitUntil(lambda: shown() == (4, 4))
    assert panel.answer.question.text().startswith("Row 5.")


def test_other_data_have_no_row_highlighted(panel, driver):
    panel.view.setCurrentIndex(panel.model.index(1, 1))
    driver.edit(lambda session: desk.open_instead(session, desk.example_session()))
    assert panel.view.blocks() == ()
    assert panel.answer.isHidden()


def test_labels_are_hidden_until_revealed(panel, driver):
    assert column(panel, 4) == ["?"] * 5
    assert column(panel, 4, ROLE.EditRole) == ["?"] * 5
    assert not panel.model.flags(panel.model.index(0, 4)) & Qt.ItemFlag.ItemIsEditable
    assert panel.reveal.text() == "Reveal coin"
    panel.reveal.click()
    assert driver.store.session.display.revealed
    assert column(panel, 4) == list("BAABA")
    assert type_in(panel, 0, 4, "A")
    assert column(panel, 4) == list("AAABA")
    panel.reveal.click()
    assert column(panel, 4) == ["?"] * 5


def test_without_labels_there_is_nothing_to_reveal(panel, driver):
    driver.edit(lambda session: desk.set_table(session, Table.from_columns({"tosses": ["HT"]})))
    assert panel.reveal.isHidden()
    assert panel.hint.text() == "1 set × 2 tosses"


def test_copy_takes_what_is_selected(panel):
    select(panel, 0, 1, 1, 2)
    panel.copy()
    assert clipped() == "HTTTHHTHTH\t5\nHHHHTHHHHH\t9\n"


def test_copy_does_not_tell_hidden_labels(panel):
    panel.view.selectAll()
    panel.copy()
    assert clipped().splitlines()[1] == "2\tHHHHTHHHHH\t9\t1\t?"
    panel.reveal.click()
    panel.copy()
    assert clipped().splitlines()[1] == "2\tHHHHTHHHHH\t9\t1\tA"


def test_many_cells_are_copied_in_the_background(panel, driver, monkeypatch):
    monkeypatch.setattr("emviz.ui.experiment.data_editor.COPIED_AT_ONCE", 3)
    session, asked = driver.store.session, []
    edit = driver.edit
    monkeypatch.setattr(driver, "edit", lambda function: (asked.append(function), edit(function)))
    panel.view.selectAll()
    assert panel.copy()
    assert len(asked) == 1
    assert len(clipped().splitlines()) == 5
    assert "\t?\n" in clipped()
    assert driver.store.session is session


def test_blocks_apart_leave_empty_cells_between():
    table = Table.from_columns({"a": [1, 2, 3], "b": ["x", "y\tz", ""]})
    assert clip_text(table, [Block(0, 0, 0, 0), Block(2, 2, 1, 1)], ()) == "1\t\n\t\n"
    assert clip_text(table, [Block(1, 1, 0, 1)], {"a"}) == '?\t"y\tz"\n'


def test_paste_goes_over_cells_and_grows_rows(panel, driver):
    select(panel, 4, 1, 4, 1)
    clip("HH\t2\t0\r\nTT\t0\t2\r\nHT\t1\t1\r\n")
    panel.paste()
    table = driver.store.session.table
    assert table.rows == 7
    assert table.texts("tosses").tolist()[4:] == ["HH", "TT", "HT"]
    assert table.counts("heads").tolist()[4:] == [2, 0, 1]
    assert table.texts("coin").tolist()[4:] == ["A", "", ""]


def test_pasting_a_header_with_the_cells(panel, driver):
    select(panel, 0, 1, 0, 1)
    clip("tosses\theads\nHH\t2\n")
    panel.paste()
    assert driver.store.session.table.rows == 5
    assert driver.store.session.table.cell(0, "tosses") == "HH"


def test_paste_without_a_place_appends(panel, driver):
    clip("6\tHHTT\t2\t2\t?")
    panel.paste()
    assert driver.store.session.table.rows == 6
    assert driver.store.session.table.cell(5, "tosses") == "HHTT"


def test_a_paste_that_is_too_wide_is_refused(panel, driver):
    session = driver.store.session
    select(panel, 0, 3, 0, 3)
    clip("1\t2\t3")
    panel.paste()
    assert driver.reasons == ["the clipboard has 3 columns, and only 2 fit from here on"]
    assert driver.store.session is session


def test_a_paste_over_hidden_labels_is_refused(panel, driver):
    session = driver.store.session
    select(panel, 0, 4, 0, 4)
    clip("A")
    panel.paste()
    assert driver.store.session is session
    assert driver.reasons[0].startswith("column coin: reveal the column first")
    panel.reveal.click()
    panel.paste()
    assert driver.store.session.table.cell(0, "coin") == "A"


def test_what_was_copied_hidden_does_no_harm_when_pasted_back(panel, driver):
    panel.view.selectAll()
    panel.copy()
    panel.paste()
    assert not driver.reasons
    assert driver.store.session.draft.texts("coin").tolist() == list("BAABA")
    assert with_pasted(driver.store.session, 5, 0, [["6", "HT", "1", "1", "?"]]).table.cell(5, "coin") == "?"


def news_of(monkeypatch, driver):
    told, edit = [], driver.edit

    def heard(request):
        before = driver.store.session
        edit(request)
        told.append(request.news(before, driver.store.session))

    monkeypatch.setattr(driver, "edit", heard)
    return told


def test_a_paste_says_what_it_has_done_and_shows_it(panel, driver, monkeypatch):
    told = news_of(monkeypatch, driver)
    select(panel, 0, 1, 0, 1)
    clip("HH\nTT\n")
    panel.paste()
    assert column(panel, 1) == ["HH", "TT", *TOSSES[2:]]
    assert panel.view.blocks() == (Block(0, 1, 1, 1),)
    select(panel, 4, 1, 4, 1)
    panel.paste()
    select(panel, 4, 0, 4, 0)
    clip("8\n")
    panel.paste()
    panel.view.clearSelection()
    clip("H\n")
    panel.paste()
    assert told == [
        "2 rows pasted over rows 1–2.",
        "2 rows pasted over row 5, row 6 added.",
        "1 row pasted over row 5, into columns that Coins does not read: its results stay as they are.",
        "1 row pasted, row 7 added.",
    ]


def test_rows_are_pasted_between_rows(panel, driver, monkeypatch):
    told = news_of(monkeypatch, driver)
    panel.view.setCurrentIndex(panel.model.index(2, 1))
    clip("HH\nTT\n")
    panel.paste_rows()
    assert column(panel, 1) == [*TOSSES[:3], "HH", "TT", *TOSSES[3:]]
    assert (column(panel, 2)[3:5], column(panel, 3)[3:5]) == (["2", "0"], ["0", "2"])
    assert panel.view.blocks() == (Block(3, 4, 1, 1),)
    clip("8\tH\t1\t0\t?\n")
    panel.paste_rows()
    assert column(panel, 1)[4] == "H"
    assert told == ["2 rows inserted after row 3.", "1 row inserted after row 4."]
    driver.store.undo()
    driver.store.undo()
    assert column(panel, 1) == TOSSES


def test_rows_pasted_into_an_empty_table(panel, driver, monkeypatch):
    panel.view.selectAll()
    panel.remove.click()
    told = news_of(monkeypatch, driver)
    clip("tosses\tcoin\nHH\tA\n")
    panel.paste_rows()
    assert told == ["1 row inserted into the empty table."]
    assert driver.store.session.table.texts("heads").tolist() == ["2"]


def test_a_header_tells_where_pasted_cells_belong(panel, driver):
    select(panel, 0, 4, 0, 4)
    clip("heads\ttosses\n1\tTTTH\n0\tT\n")
    panel.paste()
    assert not driver.reasons
    assert (column(panel, 1)[:2], column(panel, 3)[:2]) == (["TTTH", "T"], ["3", "1"])
    assert panel.view.blocks() == (Block(0, 1, 1, 2),)


def test_pasted_rows_that_do_not_fit_are_refused(panel, driver):
    session = driver.store.session
    select(panel, 0, 3, 0, 3)
    clip("1\t2\t3")
    panel.paste_rows()
    assert driver.reasons == ["the clipboard has 3 columns, and only 2 fit from here on"]
    assert driver.store.session is session


def open_cell(panel, row, place):
    panel.view.setCurrentIndex(panel.model.index(row, place))
    panel.view.edit(panel.view.currentIndex())
    return panel.view.findChild(QLineEdit)


def test_several_cells_pasted_into_an_open_cell_go_into_the_table(qtbot, panel, driver):
    panel.show()
    editor = open_cell(panel, 1, 1)
    qtbot.keyClicks(editor, "TTT")
    clip("HH\nHT\n")
    qtbot.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert column(panel, 1) == [TOSSES[0], "HH", "HT", *TOSSES[3:]]
    assert not panel.view.is_editing


def test_one_cell_is_pasted_into_an_open_cell(qtbot, panel, driver):
    panel.show()
    editor = open_cell(panel, 1, 1)
    editor.clear()
    qtbot.keyClicks(editor, "T")
    clip("HH\n")
    qtbot.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert editor.text() == "THH"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: column(panel, 1)[1] == "THH")


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_the_menu_of_an_open_cell_pastes_alike(qtbot, panel, driver):
    panel.show()
    editor = open_cell(panel, 1, 1)
    clip("HH\nHT\n")
    centre = editor.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, centre, editor.mapToGlobal(centre))
    editor.contextMenuEvent(event)
    menu = editor.findChild(QMenu)
    next(action for action in menu.actions() if action.objectName() == "edit-paste").trigger()
    menu.close()
    assert column(panel, 1) == [TOSSES[0], "HH", "HT", *TOSSES[3:]]


def test_an_empty_clipboard_changes_nothing(panel, driver):
    session = driver.store.session
    clip("")
    panel.paste()
    assert driver.store.session is session


def test_a_row_is_added_below_the_current_one(panel, driver):
    panel.view.setCurrentIndex(panel.model.index(1, 1))
    panel.add.click()
    assert driver.store.session.draft.rows == 6
    assert column(panel, 1)[2] == ""
    assert panel.reason.isHidden()
    assert column(panel, 1, ROLE.DecorationRole) == [None] * 6
    current = panel.view.currentIndex()
    assert (current.row(), current.column()) == (2, 1)
    type_in(panel, 2, 1, "HHT")
    assert panel.reason.isHidden()
    assert driver.store.session.table.rows == 6


@pytest.mark.parametrize("key", [model.key for model in discover()])
def test_a_new_row_alarms_nobody_until_something_is_typed(panel, driver, monkeypatch, key):
    driver.edit(lambda session: desk.example_session(key))
    told, before = news_of(monkeypatch, driver), driver.store.session
    panel.add.click()
    session = driver.store.session
    assert session.draft.rows == before.draft.rows + 1
    assert panel.reason.isHidden()
    assert panel.model.headerData(before.draft.rows, Qt.Orientation.Vertical) == str(before.draft.rows + 1)
    waits = session.fault is not None
    assert told == [
        f"Row {before.draft.rows + 1} is new: it counts as soon as it is filled." if waits else ""
    ]
    assert (session.table is before.table) == waits


def test_a_row_with_a_wrong_cell_alarms_and_so_does_an_empty_one_beside_it(panel, driver):
    panel.add.click()
    type_in(panel, 5, 1, "HX")
    assert not panel.reason.isHidden()
    assert panel.model.headerData(5, Qt.Orientation.Vertical) == "! 6"
    panel.view.setCurrentIndex(panel.model.index(0, 1))
    panel.add.click()
    assert not panel.reason.isHidden()


def test_a_row_is_added_at_the_end_where_none_is_current(panel, driver):
    panel.add.click()
    assert column(panel, 1) == [*TOSSES, ""]


def test_rows_are_deleted(panel, driver):
    select(panel, 1, 1, 3, 1)
    panel.remove.click()
    assert column(panel, 1) == [TOSSES[0], TOSSES[4]]
    panel.view.clearSelection()
    session = driver.store.session
    panel.remove.click()
    assert driver.store.session is session


def test_deleting_every_row_leaves_the_last_good_data(panel, driver):
    panel.view.selectAll()
    panel.remove.click()
    assert panel.model.rowCount() == 0
    assert driver.store.session.table.rows == 5
    assert "The last valid data remain in use" in panel.reason.text()


def test_the_keys_of_a_spreadsheet(qtbot, panel, driver):
    panel.show()
    view = panel.view
    control = Qt.KeyboardModifier.ControlModifier
    view.setCurrentIndex(panel.model.index(0, 1))
    qtbot.keyClick(view, Qt.Key.Key_C, control)
    assert clipped() == "HTTTHHTHTH\n"
    clip("TTTTTTTTTT")
    qtbot.keyClick(view, Qt.Key.Key_V, control)
    assert column(panel, 1)[0] == "TTTTTTTTTT"
    qtbot.keyClick(view, Qt.Key.Key_Insert)
    assert panel.model.rowCount() == 6
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert panel.model.rowCount() == 5
    qtbot.keyClick(view, Qt.Key.Key_A, control)
    assert view.blocks() == (Block(0, 4, 0, 4),)


def test_only_the_keys_that_steer_reach_the_window(qtbot, driver):
    window = QWidget()
    qtbot.addWidget(window)
    pressed = []
    for key in ("Right", "Home", "Ctrl+C", "PgDown"):
        QShortcut(QKeySequence(key), window, lambda key=key: pressed.append(key))
    panel = DataPanel(driver, window)
    panel.render(driver.store.session)
    window.resize(320, 320)
    panel.resize(300, 300)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.model.index(0, 1))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageDown):
        qtbot.keyClick(panel.view, key)
    qtbot.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert panel.view.currentIndex().column() == 1
    assert pressed == ["Right", "PgDown"]
    qtbot.keyClick(panel.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert panel.view.currentIndex().column() == 2


def test_enter_goes_on_to_the_cell_below(qtbot, panel, driver):
    panel.show()
    panel.view.setCurrentIndex(panel.model.index(0, 1))
    panel.view.edit(panel.view.currentIndex())
    editor = panel.view.findChild(QLineEdit)
    editor.setText("HHH")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.view.currentIndex().row() == 1)
    assert column(panel, 1)[0] == "HHH"


def test_an_open_editor_outlives_other_renders(qtbot, panel, driver):
    panel.show()
    panel.view.setCurrentIndex(panel.model.index(1, 1))
    panel.view.edit(panel.view.currentIndex())
    editor = panel.view.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "HH")
    driver.store.put(desk.step(driver.store.session))
    type_in(panel, 0, 1, "TT")
    panel.reveal.click()
    assert panel.view.findChild(QLineEdit) is editor
    assert editor.text() == "HH"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: column(panel, 1)[:2] == ["TT", "HH"])


def test_a_selection_outlives_other_renders(panel, driver):
    select(panel, 1, 0, 1, 4)
    driver.store.put(desk.step(driver.store.session))
    type_in(panel, 0, 1, "TT")
    assert panel.view.blocks() == (Block(1, 1, 0, 4),)


def test_other_columns_reset_the_table(panel, driver):
    driver.edit(lambda session: desk.example_session("coins", "one-coin"))
    assert panel.model.columnCount() == len(driver.store.session.table.names)


def test_many_rows_are_selected_without_asking_each(panel, driver, monkeypatch):
    heads = np.arange(200_000) % 11
    table = Table.from_columns({"heads": heads, "tails": 10 - heads})
    driver.store.put(desk.new_session(model_named("coins"), table, "many"))
    panel.show()
    asked = []
    flags = type(panel.model).flags
    monkeypatch.setattr(
        type(panel.model), "flags", lambda model, index: (asked.append(1), flags(model, index))[1]
    )
    panel.view.selectAll()
    panel.grab()
    assert panel.view.blocks() == (Block(0, 199_999, 0, 1),)
    assert len(asked) < 5_000
    assert panel.hint.text() == "200,000 sets"


def test_larger_text_and_smaller_again_resizes_no_row_one_by_one(qtbot, panel, monkeypatch):
    header, resized = panel.view.verticalHeader(), []
    header.sectionResized.connect(lambda *sizes: resized.append(sizes))
    usual = header.defaultSectionSize()
    assert header.length() == 5 * usual
    for scale in (2.0, 0.8):
        font = QFont(panel.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        monkeypatch.setattr("emviz.ui.widgets.grid.small_font", lambda widget, font=font: font)
        panel.apply_theme(LIGHT)
        height = QFontMetrics(font).height() + 6
        assert height != usual
        assert header.sectionSize(4) == height
        assert header.length() == 5 * height
    assert not resized


def test_the_extent_of_sets_of_different_length():
    session = desk.new_session(model_named("coins"), Table.from_columns({"tosses": ["HT", "H"]}), "two")
    assert extent(session) == "2 sets"


def test_everything_has_a_name(panel):
    for widget in (panel, panel.view, panel.reveal, panel.remove, panel.reason):
        assert widget.accessibleName()
    assert panel.add.text() == "Add row"


@pytest.mark.parametrize(("pasted", "words"), [
    ("2\tNA\n", "1 of 41 rows has a missing cell: fill it in, or delete such rows"),
    ("2\tNA\nNA\t3\n4\t50\n", "2 of 43 rows have a missing cell: fill them in, or delete such rows"),
])  # fmt: skip
def test_a_pasted_row_that_lacks_a_cell_is_refused_with_the_way_of_the_window(panel, driver, pasted, words):
    driver.store.put(desk.example_session("coins", "one-coin"))
    QGuiApplication.clipboard().setText(pasted)
    panel.paste()
    told = panel.reason.text()
    assert told.startswith("! Row 4")
    assert "expected a number, got 'NA', a missing value; " in told
    assert told.endswith(f"; {words}. The last valid data remain in use.")


def test_the_truth_behind_holes_is_revealed_in_one_go(panel, driver):
    columns = {
        "x": ["1", "2", "5"],
        "y": ["2", "4", "5"],
        "true:x": ["1", "2", "5"],
        "true:y": ["2", "4", "9"],
    }
    opened = desk.new_session(model_named("gmm"), Table.from_columns(columns), "holes")
    driver.edit(lambda session: desk.open_instead(session, opened))
    assert panel.reveal.text() == "Reveal what is true"
    assert panel.reveal.accessibleName() == "Reveal the columns true:x, true:y"
    assert column(panel, 2) == column(panel, 3) == ["?"] * 3
    panel.reveal.click()
    assert column(panel, 3) == ["2", "4", "9"]
