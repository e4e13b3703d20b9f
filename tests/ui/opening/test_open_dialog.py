"""The Open dialog: what is detected is shown, every part of it can be changed, and the preview follows."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLabel

from emviz.data.dialect import Dialect
from emviz.data.table import DataError
from emviz.models import model_named
from emviz.ui.opening import open_dialog
from emviz.ui.opening.open_dialog import OpenDialog, detected, first_table

GERMAN = "Münzen der 7b\nname;tosses;coin;wert\nJürg;HTHT;A;1,5\nAnna;HHHH;B;2,25\n"


@pytest.fixture
def opened(qtbot, tmp_path):
    def opened(text, *, encoding="utf-8", revealed=False):
        path = tmp_path / "class.csv"
        path.write_bytes(text.encode(encoding))
        dialog = OpenDialog(path, detected(path), model_named("coins"), revealed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        return dialog

    return opened


def shown(dialog):
    model = dialog.rows
    names = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
    rows = range(model.rowCount())
    return [names, *([model.data(model.index(row, k)) for k in range(len(names))] for row in rows)]


def choose(combo, value):
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def test_what_is_detected_is_shown(opened):
    dialog = opened(GERMAN, encoding="cp1252")
    form = dialog.form
    assert form.delimiter.currentData() == ";"
    assert form.decimal.currentData() == ","
    assert form.encoding.currentText() == "Windows-1252"
    assert form.header.isChecked()
    assert form.skip.value() == 1
    assert "&Encoding (guessed)" in [label.text() for label in form.findChildren(QLabel)]
    assert shown(dialog)[:2] == [["name", "tosses", "coin", "wert"], ["Jürg", "HTHT", "?", "1,5"]]
    assert dialog.verdict.text() == "✓ All 2 rows can be used."


def test_a_known_encoding_is_not_called_a_guess(opened):
    dialog = opened("tosses\nHT\n")
    assert "&Encoding" in [label.text() for label in dialog.form.findChildren(QLabel)]


def test_labels_are_hidden_unless_revealed(opened):
    assert shown(opened(GERMAN))[1][2] == "?"
    assert shown(opened(GERMAN, revealed=True))[1][2] == "A"


def test_the_preview_follows_every_choice(opened):
    dialog = opened("# by hand\ntosses;coin\nTT;B\n")
    assert len(shown(dialog)) == 2
    dialog.form.comments.click()
    assert len(shown(dialog)) == 3
    assert dialog.verdict.text().startswith("! As it is, Coins cannot use it")
    dialog.form.comments.click()
    dialog.form.header.click()
    assert shown(dialog)[0] == ["column 1", "column 2"]
    dialog.form.header.click()
    choose(dialog.form.delimiter, ",")
    assert shown(dialog)[0] == ["tosses;coin"]
    choose(dialog.form.delimiter, ";")
    dialog.form.skip.setValue(2)
    assert shown(dialog)[0] == ["TT", "B"]
    choose(dialog.form.encoding, "utf-16-le")
    assert shown(dialog) != [["TT", "B"]]


def test_nothing_to_show_cannot_be_opened(opened):
    dialog = opened("tosses\nHT\n")
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Open)
    assert button.isEnabled()
    dialog.form.skip.setValue(9)
    assert not button.isEnabled()
    assert dialog.verdict.text().endswith("the file holds no rows")
    assert shown(dialog) == [[]]
    dialog.form.skip.setValue(0)
    assert button.isEnabled()


def test_open_hands_over_the_path_and_what_was_settled(qtbot, opened):
    dialog = opened(GERMAN, encoding="cp1252")
    choose(dialog.form.encoding, "mac-roman")
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.accept()
    (opening,) = told.args
    assert opening.path.endswith("class.csv")
    assert opening.dialect == Dialect("mac-roman", ";", ",", True, 1, False, "#")


def test_a_kept_guess_stays_a_guess(opened):
    assert opened(GERMAN, encoding="cp1252").dialect.guessed_encoding


def test_cancel_hands_over_nothing(qtbot, opened):
    dialog = opened(GERMAN)
    with qtbot.assertNotEmitted(dialog.chosen):
        dialog.reject()


def test_a_large_file_is_judged_by_its_beginning(tmp_path, monkeypatch):
    monkeypatch.setattr(open_dialog, "SNIFFED_WHOLE", 10)
    monkeypatch.setattr(open_dialog, "SNIFFED_START", 22)
    path = tmp_path / "large.csv"
    path.write_text("a;b\n1;2\n3;4\n5;6\n7;8\nüü;9\n", encoding="utf-8")
    dialect = detected(path)
    assert (dialect.delimiter, dialect.encoding) == (";", "utf-8")


def test_what_cannot_be_read_is_said(tmp_path):
    empty = tmp_path / "empty.csv"
    empty.touch()
    with pytest.raises(DataError, match=r"empty\.csv: the file is empty"):
        detected(empty)


def test_ragged_rows_are_filled_up():
    table = first_table((("a", "b"), ("1,5",), ("2", "x", "extra")), Dialect(delimiter=";", decimal=","))
    assert table.numbers("a").tolist() == [1.5, 2]
    assert table.texts("b").tolist() == ["", "x"]
    assert first_table((("a", "b"),), Dialect()).rows == 0


def test_sequences_are_shown_as_a_table_and_only_their_encoding_is_a_question(qtbot, opened):
    dialog = opened(">a sites=3\nACGT\nAC\n>b\nTTTT\n")
    form = dialog.form
    assert shown(dialog) == [["name", "sequence", "sites"], ["a", "ACGTAC", "3"], ["b", "TTTT", ""]]
    assert not form.encoding.isHidden()
    others = (form.delimiter, form.decimal, form.skip, form.header, form.comments)
    assert all(field.isHidden() for field in others)
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.accept()
    assert told.args[0].dialect is None
    assert dialog.dialect == Dialect(layout="fasta")


def test_an_alignment_is_shown_with_its_marks(opened):
    dialog = opened("# STOCKHOLM 1.0\na AC-\nb A-C\n#=GC RF x.x\n//\n")
    assert shown(dialog) == [["name", "sequence", "RF"], ["a", "AC-", "x.x"], ["b", "A-C", "x.x"]]
    assert dialog.form.delimiter.isHidden()
    assert dialog.dialect.layout == "stockholm"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("a,b\n7,2\n", False),  # columns that no correction brings
        ("heads\n7\n", False),
        ("tosses\nHT\nHX\n", True),  # a cell that can be mended in the window
        ("heads,tails\n" + "0,0\n" * 99, False),
        ("heads,tails\n" + "0,0\n" * 200 + "1,0\n", True),  # what comes later may do
        ("a,b\n" + "7,2\n" * 200, False),
    ],
)
def test_open_is_offered_only_where_it_leads_somewhere(opened, monkeypatch, text, allowed):
    monkeypatch.setattr(open_dialog, "LOOKED", 200)
    dialog = opened(text)
    assert dialog.verdict.text().startswith("! As it is, Coins cannot use it")
    assert dialog.buttons.button(QDialogButtonBox.StandardButton.Open).isEnabled() == allowed


@pytest.fixture
def judged(qtbot, tmp_path):
    def judged(text, model):
        path = tmp_path / "own.csv"
        path.write_text(text)
        dialog = OpenDialog(path, detected(path), model_named(model), True)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        return dialog

    return judged


def test_what_is_assumed_of_the_cells_is_said_as_on_the_command_line(judged):
    steps = judged("symbol\na\nNA\nb\nb\na\n", "hmm")
    assert "symbol: 1 of 5 cells is missing, it is an unseen step" in steps.summary.text()
    flag = judged("x,y,flag\n1.5,2,0\n2,3,1\n4,1,1\n9,5,0\n8,7,1\n", "gmm")
    assert flag.summary.text().endswith(
        "flag: only 2 values (0 and 1), and clustered by as a measured number: "
        "leave it out if it is a code (with the ticks where the file is opened)"
    )


def test_what_a_file_of_sequences_or_of_shares_is_taken_for_is_said(judged):
    aligned = judged(">q\nACDEFG\n>h\nACdEeFG-\n", "profile")
    assert "Small letters are inserts, as in A2M and A3M" in aligned.summary.text()
    shares = judged("phenotype,percent\nO,45.5\nA,41\nB,9\nAB,5\n", "abo")
    where = "(in the list “count” where the file is opened)"
    assert f"Each row counts once: if percent has the numbers, say so {where}" in shares.summary.text()


def test_a_row_is_the_one_of_the_file_and_what_it_costs_to_leave_it_out_is_said(judged):
    sets = judged("heads,tails\nn,n\n1,2\n2,3\n4,NA\n9,5\n8,7\n", "coins")
    assert "row 4, column tails: expected a number" in sets.verdict.text()
    blood = judged("phenotype,count\nA,9\nB,4\nAB,NA\nO,7\n", "abo")
    zero = "to leave a row out is to take its missing count for 0"
    assert zero in blood.verdict.text()
    blood.mapping.drop.click()
    assert blood.summary.text().endswith(zero.replace("to leave", "To leave"))
    assert blood.verdict.text().startswith("✓")
    whole = judged("phenotype,count\nA,9\nB,4\nAB,2\nO,7\n", "abo")
    whole.mapping.drop.click()
    assert "To leave" not in whole.summary.text()


def test_a_structure_on_other_data_keeps_no_file_out(qtbot, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("rain,wet\nno,yes\nyes,no\nno,no\n")
    model = replace(model_named("network"), structure="[a][b|a]")
    dialog = OpenDialog(path, detected(path), model, False)
    qtbot.addWidget(dialog)
    assert dialog.verdict.text() == "✓ All 3 rows can be used."


def test_names_as_long_as_sentences_leave_the_dialog_as_wide_as_it_is(opened):
    usual = opened("a,b,c\n1,2,3\n2,3,4\n").minimumSizeHint().width()
    names = ",".join(f"{place}, measured in the summer of the year".replace(",", "") * 3 for place in "abc")
    assert opened(f"{names}\n1,2,3\n2,3,4\n").minimumSizeHint().width() == usual
