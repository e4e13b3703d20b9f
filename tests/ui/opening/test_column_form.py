"""The part of the Open dialog that says what is read: selectors, ticks, missing cells, rows left out."""

import pytest
from PySide6.QtCore import Qt

from emviz.data.reader import preview, sniff
from emviz.intake import Wishes
from emviz.models import model_named
from emviz.ui.errors import by_window
from emviz.ui.opening.open_dialog import OpenDialog, detected
from emviz.ui.opening.openings import Opening

POINTS = "id,x,y,date\n" + "".join(f"{i},{x},{y},May\n" for i, x, y in [
    (1, 1.5, 2), (2, 3, 5), (3, 8, "NA"), (4, 2, 7), (5, 4, -9), (6, 5, 3)
])  # fmt: skip


@pytest.fixture
def opened(qtbot, tmp_path):
    def opened(model, text, wishes=None):
        path = tmp_path / "own.csv"
        path.write_text(text)
        names = preview(path, sniff(path))[0] if wishes else ()
        known = Opening(str(path), model, names, wishes) if wishes else None
        dialog = OpenDialog(path, detected(path), model_named(model), False, None, known)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        return dialog

    return opened


def choose(combo, value):
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def mapped(dialog):
    return {name: combo.currentData() for name, combo in dialog.mapping.named.items()}


def ticks(dialog):
    items = [dialog.mapping.gathered.item(k) for k in range(dialog.mapping.gathered.count())]
    return {item.text(): item.checkState() == Qt.CheckState.Checked for item in items}


def tick(dialog, name, state):
    (item,) = [
        item
        for item in map(dialog.mapping.gathered.item, range(dialog.mapping.gathered.count()))
        if item.data(Qt.ItemDataRole.UserRole) == name
    ]
    item.setCheckState(state)


def column(dialog, place):
    rows = dialog.rows
    return [rows.data(rows.index(row, place)) for row in range(rows.rowCount())]


def names(dialog):
    return [dialog.rows.headerData(k, Qt.Orientation.Horizontal) for k in range(dialog.rows.columnCount())]


def test_the_best_guess_is_selected_and_the_preview_shows_what_the_model_reads(opened):
    dialog = opened("coins", "Heads,TAILS,remark\n5,5,x\n9,1,y\n")
    assert mapped(dialog)["heads"] == "Heads"
    assert mapped(dialog)["tails"] == "TAILS"
    assert mapped(dialog)["tosses"] is None
    assert names(dialog)[:2] == ["heads", "tails"]
    assert dialog.summary.text() == "2 columns, 2 sets; left out: remark"
    assert dialog.mapping.gathered.isHidden()
    assert dialog.mapping.layouts.isHidden()


def test_a_quote_that_is_not_closed_is_named_and_nothing_is_asked_about_columns(opened):
    dialog = opened("coins", 'tosses,coin\n"HTTTHHTHTH,B\nHHHHTHHHHH,A\n')
    assert dialog.verdict.text().endswith(
        "own.csv, row 1, column 1: the quote before 'HTTTHHTHTH,B' is not closed; close it or take it away"
    )
    asked = dialog.mapping, dialog.mapping.drop, dialog.mapping.aside
    assert all(each.isHidden() for each in asked)
    dialog.form.skip.setValue(2)
    assert not dialog.mapping.isHidden()


def test_columns_are_swapped_by_hand(opened):
    dialog = opened("coins", "heads,tails\n5,3\n9,1\n")
    choose(dialog.mapping.named["heads"], "tails")
    assert mapped(dialog)["heads"] == "tails"
    assert mapped(dialog)["tails"] is None
    assert dialog.verdict.text().startswith("! As it is, Coins cannot use it")
    choose(dialog.mapping.named["tails"], "heads")
    assert dialog.mapping.wishes == Wishes(columns={"heads": "tails", "tails": "heads"})
    assert column(dialog, names(dialog).index("heads")) == ["3", "1"]
    assert dialog.verdict.property("role") == "gain"


def test_a_column_is_not_read_where_none_is_selected(opened):
    dialog = opened("coins", "tosses,coin\nHT,A\nTT,B\n")
    assert mapped(dialog)["coin"] == "coin"
    choose(dialog.mapping.named["coin"], None)
    assert dialog.mapping.wishes == Wishes(leave=("coin",))
    assert mapped(dialog)["coin"] is None
    assert names(dialog) == ["tosses"]


def test_columns_that_measure_nothing_are_unticked_with_the_reason(opened):
    dialog = opened("gmm", POINTS)
    assert ticks(dialog) == {
        "id   (counts 1 to 6: looks like row numbers)": False,
        "x": True,
        "y": True,
        "date   (not numbers)": False,
    }
    tick(dialog, "id", Qt.CheckState.Checked)
    assert dialog.mapping.wishes == Wishes(use=("id", "x", "y"))
    assert names(dialog) == ["id", "x", "y"] or dialog.verdict.property("role") == "fault"
    tick(dialog, "id", Qt.CheckState.Unchecked)
    tick(dialog, "y", Qt.CheckState.Unchecked)
    assert dialog.mapping.wishes == Wishes(leave=("y",))
    assert dialog.summary.text() == "1 column, 6 points; left out: id, y, date"


def test_missing_cells_are_counted_further_codes_named_and_rows_left_out(opened):
    dialog = opened("gmm", POINTS)
    form = dialog.mapping
    assert form.missing.text() == "Missing cells: 1 (1 NA)"
    assert form.drop.text() == "Lea&ve out 1 of 6 rows with a missing cell"
    form.codes.setText("-9, 999")
    form.codes.editingFinished.emit()
    assert form.wishes.codes == {"-9", "999"}
    assert form.missing.text() == "Missing cells: 2 (1 NA, 1 -9)"
    assert form.drop.text() == "Lea&ve out 2 of 6 rows with a missing cell"
    form.drop.click()
    assert form.wishes.drop
    assert column(dialog, 1) == ["2", "5", "7", "3"]
    assert dialog.summary.text() == "2 columns, 4 points; left out: id, date"


def test_nothing_is_missing(opened):
    dialog = opened("gmm", "x,y\n1.5,2\n3,5\n8,1\n2,7\n")
    assert dialog.mapping.missing.text() == "No cell is missing."
    assert dialog.mapping.drop.isHidden()


def test_another_layout(opened):
    dialog = opened("coins", "a,b,c\n1,0,0\n0,1,1\n")
    layouts = dialog.mapping.layouts
    assert not layouts.isHidden()
    assert layouts.currentData() == "ones"
    assert column(dialog, 0) == ["HTT", "THH"]
    choose(layouts, "zeros")
    assert dialog.mapping.wishes == Wishes(layout="zeros")
    assert column(dialog, 0) == ["THH", "HTT"]


def test_what_was_asked_for_before_is_shown_again(opened):
    wishes = Wishes(columns={"heads": "Zahl", "tails": "Kopf"}, codes=frozenset({"-9"}))
    dialog = opened("coins", "Kopf,Zahl\n5,3\n9,7\n", wishes)
    assert mapped(dialog)["heads"] == "Zahl"
    assert dialog.mapping.codes.text() == "-9"
    assert dialog.mapping.wishes == wishes


def test_hidden_labels_stay_hidden_under_another_name_too(opened):
    dialog = opened("coins", "tosses,Coin\nHT,A\nHX,B\n")
    assert column(dialog, names(dialog).index("coin")) == ["?", "?"]
    # Where nothing can be read, too.
    dialog = opened("gmm", "x,Label\n1,A\n1,B\n")
    assert column(dialog, names(dialog).index("Label")) == ["?", "?"]


def test_wishes_that_another_delimiter_makes_void_are_forgotten(opened):
    dialog = opened("coins", "heads,tails\n5,3\n9,7\n")
    choose(dialog.mapping.named["heads"], "tails")
    choose(dialog.form.delimiter, ";")
    assert dialog.mapping.wishes == Wishes()
    choose(dialog.form.delimiter, ",")
    assert dialog.verdict.property("role") == "gain"


def test_rows_that_are_no_data_are_left_out_unless_they_are_wanted(opened):
    dialog = opened("gmm", "name,x,y\n,cm,kg\na,1.5,10\nb,2.5,30\nc,4,20\nTotal,8,60\n")
    box = dialog.mapping.aside
    assert box.text() == "Leave out rows that are not &data: 1 (names or units), 5 (a total or a mean)"
    assert box.isChecked()
    assert column(dialog, 0) == ["1.5", "2.5", "4"]
    box.click()
    assert dialog.mapping.wishes == Wishes(every_row=True)
    assert dialog.verdict.text().startswith("! As it is")
    box.click()
    assert column(dialog, 0) == ["1.5", "2.5", "4"]


def test_a_table_without_margins_has_no_such_box(opened):
    assert opened("gmm", POINTS).mapping.aside.isHidden()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("person,l1,l2\na,0/0,A/G\nb,T/C,./.\nc,T/T,N/N\nd,C/T,A/A\n", "Missing cells: 3 (3 ./.)"),
        ("l1,l2\nA/A,G/G\nA/C,./.\nC/C,A/.\n,A/G\n", "Missing cells: 3 (1 empty, 1 ./., 1 A/.)"),
        ("l1,l2\nA/A,G/G\nA/C,A/G\n", "No cell is missing."),
        ("l1,l2\nA/A,G/G\nA/-,A/G\nA/-,-/-\n", "Missing cells: 1 (1 ./.)"),
    ],
)
def test_missing_alleles_are_counted_as_genotypes_write_them(opened, text, words):
    assert opened("haplotype", text).mapping.missing.text() == words


def test_a_column_that_is_not_needed_in_a_layout_is_not_said_to_be_read(opened):
    dialog = opened("hmm", "id,symbols\nr1,HTTH\nr2,HHT\nr3,THT\n")
    assert dialog.summary.text() == "1 column, 3 rows; left out: id"


def test_a_number_that_may_be_a_code_is_asked_about_in_the_words_of_the_window(opened):
    rows = "".join(f"{i % 7}.5,{i % 5}\n" for i in range(20))
    dialog = opened("gmm", f"x,y\n{rows}-999,3\n-999,2\n")
    assert "then name -999 under “Also missing”" in dialog.summary.text()
    assert "--missing" not in dialog.summary.text()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            'x: so (--missing "not done,n d")',
            "x: so (then name not done,n d under “Also missing” where the file is opened)",
        ),
        ("say so (--columns count=Freq)", "say so (in the list “count” where the file is opened)"),
        ('say so (--columns "count=n (all)")', "say so (in the list “count” where the file is opened)"),
        ('out (--drop "a b,c")', "out (with the ticks where the file is opened)"),
    ],
)
def test_options_are_put_into_the_words_of_the_window(said, meant):
    assert by_window(said) == meant
