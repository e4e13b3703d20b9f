"""Files opened through the controls of the Open dialog, by keys and mouse."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QDialogButtonBox, QLabel
from standing import stand_for
from workbooks import write as write_workbook

from emviz import session as desk
from emviz.data.dialect import Dialect
from emviz.intake import Wishes
from emviz.models import discover, model_named
from emviz.ui.experiment.setup import SetupPanel
from emviz.ui.opening import open_dialog, openings
from emviz.ui.opening.open_dialog import OpenDialog, detected
from emviz.ui.work.driver import Driver
from emviz.ui.work.store import Store
from emviz.ui.work.worker import Worker


def shown(dialog):
    model = dialog.rows
    names = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
    rows = range(model.rowCount())
    return [names, *([model.data(model.index(row, k)) for k in range(len(names))] for row in rows)]


def summary(dialog):
    return dialog.summary.text()


@pytest.fixture
def dialog_on(qtbot, tmp_path):
    """A dialog on the screen, on a file."""

    def dialog_on(content, model="coins", known=None):
        path = content if isinstance(content, Path) else tmp_path / "own.csv"
        if path is not content:
            path.write_text(content)
        dialog = OpenDialog(path, detected(path), model_named(model), False, None, known)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return dialog_on


def pick(qtbot, combo, text):
    """Choose an entry of a combo box with the keys."""
    combo.setFocus()
    while combo.currentText() != text:
        down = combo.findText(text) > combo.currentIndex()
        qtbot.keyClick(combo, Qt.Key.Key_Down if down else Qt.Key.Key_Up)


@pytest.fixture
def workbook(tmp_path):
    return write_workbook(
        tmp_path / "own.xlsx",
        notes=[["see the next"]],
        blood=[["Blood of May"], ["x", "y"], [1.5, 2], [3, 5], [8, 1], [2, 7]],
        other=[["a"], [1.5], [2], [4]],
    )


def test_the_sheets_of_a_spreadsheet_are_offered_and_each_is_read_as_it_is_written(
    qtbot, dialog_on, workbook
):
    dialog = dialog_on(workbook, "gmm")
    form = dialog.form
    assert [form.part.itemText(place) for place in range(3)] == ["notes", "blood", "other"]
    assert form.part.currentText() == "blood"
    assert (form.skip.value(), form.header.isChecked()) == (1, True)
    assert shown(dialog)[:2] == [["x", "y"], ["1.5", "2"]]
    assert "Sheet 2 of 3: blood. 1 row above the table skipped" in summary(dialog)
    pick(qtbot, form.part, "other")
    assert form.skip.value() == 0
    assert shown(dialog)[:2] == [["a"], ["1.5"]]
    assert "Sheet 3 of 3: other" in summary(dialog)
    assert "skipped" not in summary(dialog)
    pick(qtbot, form.part, "notes")
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Open).isEnabled()
    assert "header and no rows" in dialog.verdict.text()
    pick(qtbot, form.part, "other")
    with qtbot.waitSignal(dialog.chosen) as told:
        qtbot.keyClick(form.part, Qt.Key.Key_Return)
    assert told.args[0].dialect.sheet == "other"


def test_a_sheet_has_a_header_and_rows_to_skip_and_no_delimiter(dialog_on, workbook):
    form = dialog_on(workbook, "gmm").form
    assert form.header.isVisible()
    assert form.skip.isVisible()
    for field in (form.delimiter, form.decimal, form.encoding, form.comments, form.row_names, form.blocks):
        assert not field.isVisible()


def test_one_of_several_alignments_is_chosen(qtbot, dialog_on, tmp_path):
    path = tmp_path / "three.sto"
    path.write_text(
        "".join(
            f"# STOCKHOLM 1.0\n#=GF AC F{n}\na {text}\nb {text}\n//\n" for n, text in ((1, "AC"), (2, "WYW"))
        )
    )
    dialog = dialog_on(path, "profile")
    assert shown(dialog)[1] == ["a", "AC"]
    assert "Alignment 1 of 2: F1" in summary(dialog)
    pick(qtbot, dialog.form.part, "F2")
    assert shown(dialog)[1] == ["a", "WYW"]
    assert "Alignment 2 of 2: F2" in summary(dialog)
    assert dialog.dialect == Dialect(layout="stockholm", sheet="F2")


def test_a_file_with_one_table_offers_no_choice_of_one(dialog_on, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("heads,tails\n5,5\n9,1\n")
    assert not dialog_on(path).form.part.isVisible()


def test_row_names_and_blocks_are_asked_about_only_where_they_can_matter(qtbot, dialog_on, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("heads,tails\n5,5\n9,1\n")
    form = dialog_on(path).form
    assert not form.row_names.isVisible()
    assert not form.blocks.isVisible()
    path.write_text("symbol\nx\ny\n\nx\n\ny\ny\n")
    dialog = dialog_on(path, "hmm")
    assert dialog.form.blocks.isChecked()
    assert summary(dialog) == "2 columns, 5 rows. 3 blocks between blank lines are 3 sequences"
    qtbot.mouseClick(dialog.form.blocks, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert dialog.form.blocks.isVisible()
    assert summary(dialog) == "1 column, 5 rows"
    assert shown(dialog)[0] == ["symbol"]
    path.write_text('"heads" "tails"\n"1" 5 5\n"2" 9 1\n"3" 4 6\n')
    dialog = dialog_on(path)
    assert dialog.form.row_names.isChecked()
    assert (
        shown(dialog)[:2] == [["heads", "tails", "row names"], ["5", "5", "1"]]
        or shown(dialog)[0][0] == "row names"
    )
    qtbot.mouseClick(dialog.form.row_names, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert dialog.form.row_names.isVisible()
    assert "row names" not in shown(dialog)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# by hand\n# in May\nheads,tails\n5,5\n9,1\n", "2 comment lines skipped"),
        ("Coins of 7b\nheads,tails\n5,5\n9,1\n", "1 line above the table skipped"),
    ],
)
def test_what_is_skipped_is_counted(dialog_on, text, words):
    assert summary(dialog_on(text)) == f"2 columns, 2 sets. {words}"


def test_a_large_file_is_said_to_be_judged_by_its_beginning(dialog_on, monkeypatch):
    text = "heads,tails\n" + "5,5\n9,1\n" * 10
    assert dialog_on(text).verdict.text() == "✓ All 20 rows can be used."
    monkeypatch.setattr(openings, "LOOKED", 20)
    monkeypatch.setattr(open_dialog, "LOOKED", 20)
    dialog = dialog_on(text)
    assert dialog.verdict.text() == "✓ The first 20 rows can be used."
    assert summary(dialog).endswith("Judged by the first 20 rows; all are checked when the file is opened")
    monkeypatch.setattr(open_dialog, "LOOKED", 21)
    monkeypatch.setattr(open_dialog, "PREVIEW_BYTES", 50)
    assert "Judged by the first 20 rows" in summary(dialog_on(text))


def test_large_workbooks_and_alignments_are_files_like_others(dialog_on, monkeypatch, tmp_path, workbook):
    monkeypatch.setattr(open_dialog, "SNIFFED_WHOLE", 10)
    monkeypatch.setattr(open_dialog, "SEARCHED", 12)
    assert shown(dialog_on(workbook, "gmm"))[0] == ["x", "y"]
    assert detected(workbook, "other") == Dialect(layout="sheet", sheet="other")
    path = tmp_path / "many.sto"
    path.write_text("".join(f"# STOCKHOLM 1.0\na {'AC' * n}\n//\n" for n in range(1, 9)))
    assert detected(path, "alignment 8") == Dialect(layout="stockholm", sheet="alignment 8")
    dialog = dialog_on(path, "profile")
    assert "Alignment 1 of 4 or more: alignment 1" in summary(dialog)
    assert dialog.form.part.count() == 4


# -- keys, and the way out ---------------------------------------------------------------------------------

HOLES = "x,y\n1.5,2\nNA,5\n8,1\n2,7\nNA,3\n3,6\n5,5\n"


def test_a_missing_cell_is_refused_with_the_tick_that_leaves_its_row_out(qtbot, dialog_on, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(HOLES.replace("x,y", "heads,tails").replace("1.5", "1"))
    dialog = dialog_on(path, "coins")
    assert dialog.verdict.text().startswith("! As it is, ")
    assert dialog.verdict.text().endswith(
        "cannot use it: row 2, column heads: expected a number, got 'NA', a "
        "missing value; 2 of 7 rows have a missing cell: fill them in, or tick “Leave out” (Alt+V)."
    )
    assert "--missing" not in dialog.verdict.text()
    qtbot.keyClick(dialog, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(dialog.mapping.drop.isChecked)
    assert dialog.verdict.text() == "✓ All 5 rows can be used."
    assert summary(dialog) == "2 columns, 5 sets"


def test_rows_with_a_hole_that_would_be_filled_can_be_left_out(qtbot, dialog_on, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(HOLES)
    dialog = dialog_on(path, "gmm")
    assert dialog.verdict.text().startswith("✓ All 7 rows can be used.")
    assert dialog.mapping.drop.text() == "Lea&ve out 2 of 7 rows with a missing cell"
    qtbot.keyClick(dialog, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(dialog.mapping.drop.isChecked)
    assert dialog.verdict.text() == "✓ All 5 rows can be used."
    assert summary(dialog) == "2 columns, 5 points"


def test_enter_takes_the_codes_and_leaves_the_dialog_open(qtbot, dialog_on, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("x,y\n1.5,2\n-9,5\n8,1\n2,7\n3,6\n5,5\n")
    dialog = dialog_on(path, "gmm")
    codes = dialog.mapping.codes
    codes.setFocus()
    qtbot.keyClicks(codes, "-9")
    with qtbot.assertNotEmitted(dialog.chosen):
        qtbot.keyClick(codes, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.mapping.wishes.codes == {"-9"}
    assert dialog.mapping.missing.text() == "Missing cells: 1 (1 -9)"
    with qtbot.waitSignal(dialog.chosen):
        qtbot.keyClick(dialog.form.delimiter, Qt.Key.Key_Return)


def stops(qtbot, dialog):
    """The controls in the order in which Tab goes to them."""
    first = dialog.focusWidget()
    found = [first]
    while True:
        qtbot.keyClick(found[-1], Qt.Key.Key_Tab)
        now = dialog.focusWidget()
        if now is first:
            return found
        found.append(now)


@pytest.mark.parametrize("model", ["coins", "gmm"])
def test_tab_follows_the_eye(qtbot, dialog_on, tmp_path, model):
    path = tmp_path / "own.csv"
    path.write_text("a,b\n\n" + HOLES.replace("x,y\n", ""))
    dialog = dialog_on(path, model)
    dialog.reader.setFocus()
    found = stops(qtbot, dialog)
    places = [each.mapTo(dialog, QPoint(0, each.height() // 2)) for each in found]
    assert len(found) >= 10
    lines = [(place.y() // 24, place.x()) for place in places]
    assert lines == sorted(lines)


def keys_of(dialog):
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.buddy() and label.isVisible()]
    texts += [button.text() for button in dialog.findChildren(QAbstractButton) if button.isVisible()]
    return [text.replace("&&", "").partition("&")[2][:1].lower() for text in texts if text != "Cancel"]


@pytest.mark.parametrize("model", [model.key for model in discover()])
def test_every_control_has_a_key_of_its_own(dialog_on, tmp_path, model):
    path = tmp_path / "own.csv"
    path.write_text(HOLES)
    keys = [key for key in keys_of(dialog_on(path, model)) if key]
    assert len(keys) >= 8
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("model", stand_for([model.key for model in discover()], ["coins", "gmm", "network"]))
@pytest.mark.parametrize("points", [11, 16])
def test_nothing_is_cut_off(qtbot, qapp, dialog_on, tmp_path, model, points):
    font = qapp.font()
    font.setPointSize(points)
    qapp.setFont(font)
    path = tmp_path / "own.csv"
    path.write_text(HOLES)
    dialog = dialog_on(path, model)
    dialog.resize(1240, 660)
    qtbot.waitUntil(lambda: dialog.layout().geometry().width() == dialog.width())
    for label in (*dialog.findChildren(QLabel), *dialog.findChildren(QAbstractButton)):
        if label.isVisible() and label.text():
            high = (
                label.heightForWidth(label.width())
                if label.hasHeightForWidth()
                else label.sizeHint().height()
            )
            assert label.height() >= high, label.text()
            assert label.hasHeightForWidth() or label.width() >= label.sizeHint().width(), label.text()


# -- what was chosen last time -----------------------------------------------------------------------------


def test_how_a_file_was_written_comes_back(qtbot, dialog_on, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("heads;tails\n5;5\n9;1\n")
    dialog = dialog_on(path)
    qtbot.mouseClick(dialog.form.header, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    dialog.form.skip.setFocus()
    qtbot.keyClick(dialog.form.skip, Qt.Key.Key_Up)
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.accept()
    (opening,) = told.args
    again = dialog_on(path, known=opening)
    assert again.form.skip.value() == 1
    assert not again.form.header.isChecked()
    assert again.dialect == opening.dialect
    assert openings.CHANGED[1:] not in summary(again)


def test_a_file_that_has_changed_is_found_out_anew_and_that_is_said(dialog_on, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("heads,tails\n5,5\n9,1\n")
    known = openings.Opening(str(path), "coins", ("a", "b"), Wishes(), Dialect(header=False))
    dialog = dialog_on(path, known=known)
    assert dialog.form.header.isChecked()
    assert summary(dialog) == (
        "The file has changed since it was last opened, so its earlier settings were dropped. "
        "2 columns, 2 sets"
    )


def test_wishes_that_a_changed_file_cannot_meet_are_left_out_and_that_is_said(dialog_on, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("heads,tails\n5,5\n9,1\n")
    known = openings.Opening(str(path), "coins", ("heads", "tails"), Wishes(layout="zeros"))
    dialog = dialog_on(path, known=known)
    assert summary(dialog).startswith("The file has changed since it was last opened")
    assert dialog.mapping.wishes == Wishes()


# -- the whole window --------------------------------------------------------------------------------------


@pytest.fixture
def driver(qtbot):
    driver = Driver(Store(desk.example_session("coins")), Worker())
    yield driver
    driver.shutdown()


@pytest.fixture
def panel(qtbot, driver):
    panel = SetupPanel(driver)
    qtbot.addWidget(panel)
    panel.render(driver.store.session)
    return panel


def test_the_same_file_opens_the_same_way_next_time(qtbot, tmp_path, monkeypatch, driver, panel):
    path = tmp_path / "own.csv"
    path.write_text("heads,tails\n5,5\n9,1\n7,3\n")
    panel.open_path(path)
    dialog = panel.findChild(OpenDialog)
    dialog.form.skip.setValue(2)
    qtbot.mouseClick(dialog.form.header, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    choose = dialog.mapping.named["heads"]
    for name, combo in (("column 1", choose), ("column 2", dialog.mapping.named["tails"])):
        combo.setCurrentIndex(combo.findText(name))
        combo.activated.emit(combo.currentIndex())
    with qtbot.waitSignal(driver.opened):
        dialog.accept()
    assert driver.store.session.table.numbers("heads").tolist() == [9, 7]
    # By the dialog, and from the command line without one.
    again = SetupPanel(driver)
    qtbot.addWidget(again)
    again.render(driver.store.session)
    again.openings = openings.parsed(json.dumps([each.record() for each in panel.openings]))
    monkeypatch.chdir(tmp_path)
    again.open_path(Path("own.csv"))
    assert again.findChild(OpenDialog).form.skip.value() == 2
    with qtbot.waitSignal(driver.news) as told:
        again.read_path(Path("own.csv"))
    assert driver.store.session.table.numbers("heads").tolist() == [9, 7]
    assert told.args[0].startswith("2 lines above the table skipped")
    path.write_text("heads,tails,n\n5,5,1\n9,1,2\n7,3,3\n")
    with qtbot.waitSignal(driver.news) as told:
        again.read_path(path)
    assert told.args[0].startswith("The file has changed since it was last opened")
    assert driver.store.session.table.numbers("heads").tolist() == [5, 9, 7]


def test_a_file_that_was_never_opened_is_read_as_it_is_found(qtbot, tmp_path, driver, panel):
    path = tmp_path / "own.csv"
    path.write_text("heads,tails\n5,5\n9,1\n")
    with qtbot.waitSignal(driver.opened):
        panel.read_path(path)
    assert driver.store.session.table.rows == 2


def test_another_model_is_chosen_where_this_one_cannot_use_the_file(dialog_on, qtbot, tmp_path):
    """A file is opened beside the coins: which models can use it is said, and one is chosen there."""
    dialog = dialog_on("x;y\n1,5;2\n2;5\n8;9,5\n2;7\n3;6\n")
    assert dialog.reader.currentText() == "Coins"
    qtbot.waitUntil(lambda: "Gaussian mixture" in dialog.verdict.text())
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Open).isEnabled()
    pick(qtbot, dialog.form.delimiter, "semicolon  ;")
    dialog.reader.setCurrentIndex(dialog.reader.findData("gmm"))
    with qtbot.waitSignal(dialog.turned) as told:
        dialog.reader.activated.emit(dialog.reader.currentIndex())
    assert not dialog.isVisible()
    opening = told.args[0]
    assert (opening.model, opening.wishes, opening.dialect.delimiter) == ("gmm", Wishes(), ";")
    again = dialog_on(tmp_path / "own.csv", "gmm", opening)
    assert again.verdict.text() == "✓ All 5 rows can be used."
    with qtbot.waitSignal(again.chosen) as chosen:
        again.accept()
    assert chosen.args[0].model == "gmm"
