"""Whatever others have written, in a file, a plug-in or a name, is shown as it stands, and as text alone."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from pyqtgraph import GraphicsView
from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtGui import Qt as Texts
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QGraphicsTextItem,
    QLabel,
    QTabBar,
    QTextBrowser,
    QWidget,
)
from showing import Gallery
from standing import stand_for

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.model import Example
from emviz.em.tools import Tool
from emviz.models import model_named
from emviz.ui.opening.open_dialog import OpenDialog, detected
from emviz.ui.widgets.labels import PlainLabel, as_caption, as_tip, as_title
from emviz.ui.widgets.visible import NAME, visible

#: Qt's platform without a screen says this of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
#: Harmless, and neither to be rendered nor to be taken for a key.
BOLD, KEY = "<b>x</b>", "&x"
MARK = BOLD + KEY
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)


# -- the functions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("as it is: θ_A, é, 漢, 👩‍🔬", "as it is: θ_A, é, 漢, 👩‍🔬"),
        ("nul\0, tab\t, line\n, escape\x1b, delete\x7f", r"nul\x00, tab\t, line\n, escape\x1b, delete\x7f"),
        ("abc\u202ecba", "abc<U+202E>cba"),
        ("\u2066in\u2069\u200f\x85\ud800", "<U+2066>in<U+2069><U+200F>\\x85<U+D800>"),
    ],
)
def test_what_is_unseen_is_spelt_out(text, shown):
    assert visible(text) == shown


def test_a_very_long_name_is_cut():
    assert visible("n" * NAME) == "n" * NAME
    assert visible("n" * (NAME + 1)) == "n" * (NAME - 1) + "…"


def test_a_tip_is_no_markup():
    assert as_tip("a < b & c") == "a < b & c"
    assert as_tip("one\ntwo\r") == "one\ntwo\\r"
    assert as_tip(f"{BOLD}\n{KEY}") == "<qt>&lt;b&gt;x&lt;/b&gt;<br>&amp;x</qt>"
    assert as_tip("<img src='a.png'>") == "<qt>&lt;img src=&#x27;a.png&#x27;&gt;</qt>"


def test_signs_that_mean_something_to_qt_are_doubled():
    assert as_caption("R&D\t&x") == r"R&&D\t&&x"
    assert as_title("a[*].csv") == "a[*][*].csv"


def test_a_label_takes_its_text_as_it_is(qtbot):
    label = PlainLabel(f"{BOLD}\x07")
    qtbot.addWidget(label)
    assert (label.text(), label.textFormat()) == (f"{BOLD}\\x07", Qt.TextFormat.PlainText)


# -- the window ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marked(Gallery):
    """A plug-in with marks wherever it writes something itself."""

    title: ClassVar[str] = f"title {MARK}"
    description: ClassVar[str] = f"description {MARK}"
    tools: ClassVar = (Tool("count", f"tool {MARK}", f"meaning {MARK}"),)
    columns: ClassVar = tuple(replace(each, meaning=f"spec {MARK}") for each in Gallery.columns)
    examples: ClassVar = (Example("one", f"example {MARK}", "figure1b.csv", f"source {MARK}"),)

    def views(self, data, state, look):
        return tuple(replace(view, title=f"{view.title} {MARK}") for view in super().views(data, state, look))


def coins():
    cells = {
        "tosses": ["HTTTH", "HHHHT", "HHTHH"],
        "coin": [f"B {MARK}", f"A {MARK}", f"A {MARK}"],
        f"other {MARK}": [f"cell {MARK} that is long enough for a tip", "", "\x1b\u202e"],
    }
    return desk.new_session(Marked(), Table.from_columns(cells), f"file {MARK}")


def clusters():
    names = (f"one {MARK}", f"two {MARK}", f"three {MARK}")
    cells = {
        name: [float((3 * row + 5 * place) % 7) for row in range(12)] for place, name in enumerate(names)
    }
    label = [f"label {MARK} {row % 2}" for row in range(12)]
    return desk.new_session(model_named("gmm"), Table.from_columns({**cells, "label": label}), f"file {MARK}")


def sites():
    cells = {
        "name": [f"sequence {MARK} {row}" for row in range(6)],
        "sequence": ["ACGTACGTACGTACGTACGTACGTTTACG"[row:] for row in range(6)],
    }
    return desk.new_session(model_named("motif"), Table.from_columns(cells), f"file {MARK}")


def column(table, name):
    return [table.cell(row, name) for row in range(table.rows)]


def genes():
    example = desk.example_session("modules").table
    cells = {
        f"{name} {MARK}" if name.startswith("reg:") else name: column(example, name) for name in example.names
    }
    if "gene" in cells:
        cells["gene"] = [f"gene {MARK} {row}" for row in range(example.rows)]
    return desk.new_session(model_named("modules"), Table.from_columns(cells), f"file {MARK}")


def peptides():
    example = desk.example_session("proteins").table
    cells = {name: column(example, name) for name in example.names}
    cells["protein"] = [f"{each} {MARK}" for each in example.texts("protein").tolist()]
    cells["peptide"] = [f"{each} {MARK}" for each in example.texts("peptide").tolist()]
    return desk.new_session(model_named("proteins"), Table.from_columns(cells), f"file {MARK}")


def labels(widget):
    """Yield faults of labels: the markup of others, or Qt's own guess whether there is any."""
    for label in widget.findChildren(QLabel):
        guess = label.textFormat() == Qt.TextFormat.AutoText and Texts.mightBeRichText(label.text())
        rich = label.textFormat() == Qt.TextFormat.RichText or guess
        if (rich and BOLD in label.text()) or (label.buddy() and single(label.text())):
            yield f"label {label.objectName()}: {label.text()}"


def single(text):
    """Return whether a text has a mark of a key in our marker."""
    return re.search(rf"{KEY}\b", text.replace("&&", "")) is not None


def tip_fault(tip):
    return BOLD in tip and Texts.mightBeRichText(tip)


def tips(widget):
    for part in (widget, *widget.findChildren(QWidget)):
        if tip_fault(part.toolTip()):
            yield f"tip of {type(part).__name__} {part.objectName()}: {part.toolTip()}"
    for action in (*widget.findChildren(QAction), *widget.actions()):
        if tip_fault(action.toolTip()) or single(action.text()):
            yield f"action {action.text()}: {action.toolTip()}"


def keys(widget):
    for button in widget.findChildren(QAbstractButton):
        # A line of the M-step paints its text itself.
        if single(button.text()) and type(button).__name__ != "UpdateLine":
            yield f"button {button.text()}"
    for bar in widget.findChildren(QTabBar):
        yield from (f"tab {bar.tabText(k)}" for k in range(bar.count()) if single(bar.tabText(k)))


def tables(widget):
    for view in widget.findChildren(QAbstractItemView):
        model = view.model()
        if model is None:
            continue
        for row in range(min(model.rowCount(), 20)):
            for place in range(min(columns(model), 20)):
                texts = [model.index(row, place).data(role) for role in ROLES]
                yield from text_faults(view, texts)
        for side, many in (
            (Qt.Orientation.Horizontal, columns(model)),
            (Qt.Orientation.Vertical, model.rowCount()),
        ):
            for section in range(min(many, 20)):
                yield from text_faults(view, [model.headerData(section, side, role) for role in ROLES])


def columns(model):
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount()


def text_faults(view, texts):
    shown, tip = (text if isinstance(text, str) else "" for text in texts)
    if tip_fault(tip):
        yield f"tip in {view.objectName()}: {tip}"
    if visible(shown, 10**6) != shown:
        yield f"unseen in {view.objectName()}: {shown!r}"


def pages(widget):
    for page in widget.findChildren(QTextBrowser):
        if BOLD not in page.toPlainText():
            yield f"page {page.accessibleName()}: {page.toPlainText()}"


def scenes(widget):
    """Yield texts over plots that are set with the markup of others: they would show without its tags."""
    for view in widget.findChildren(GraphicsView):
        for item in view.scene().items():
            told = item.toPlainText() if isinstance(item, QGraphicsTextItem) else ""
            if "x&x" in told and BOLD not in told:
                yield f"over a plot: {told}"


def faults(widget):
    return [fault for look in (labels, tips, keys, tables, pages, scenes) for fault in look(widget)]


def texts(widget):
    """Return all that is written in labels, lists, tabs and tables: what the marks are to be found in."""
    told = [label.text() for label in widget.findChildren(QLabel)]
    told += [combo.itemText(k) for combo in widget.findChildren(QComboBox) for k in range(combo.count())]
    told += [bar.tabText(k) for bar in widget.findChildren(QTabBar) for k in range(bar.count())]
    return "\n".join([*told, widget.windowTitle()])


@pytest.fixture(
    params=stand_for([coins, clusters, sites, genes, peptides], [coins]),
    ids=lambda make: make.__name__,
)
def window(window_with, request):
    return window_with(request.param())


def test_every_text_of_the_window_is_plain(window, qtbot):
    assert MARK in window.windowTitle()
    assert MARK in texts(window)
    assert faults(window) == []
    session = window.store.session
    for row in range(3):
        session = desk.show(desk.step(session), replace(session.display, row=row, revealed=True))
        window.store.put(session)
        qtbot.waitUntil(lambda: window.pictures.idle)
        for title in window.model_picture.titles:
            window.model_picture.choose(title)
            qtbot.waitUntil(lambda: window.pictures.idle)
            window.grab()
            assert faults(window) == []


def test_the_pages_of_the_help_menu_refusals_and_news_are_plain(window_with):
    window = window_with(coins())
    window.help.show_model()
    page = next(each for each in window.findChildren(QDialog) if each.objectName() == "textDialog")
    assert MARK in page.page.toPlainText()
    assert single(page.windowTitle())
    assert faults(page) == []
    page.close()
    window.status.refuse(f"{MARK}.csv: cannot be read\x1b")
    assert "&lt;b&gt;x&lt;/b&gt;&amp;x.csv" in window.status.notice.words.text()
    assert r"\x1b" in window.status.notice.words.text()
    window.status.announce(f"Saved {MARK}.")
    assert "&lt;b&gt;" in window.status.sentence.text()
    window.status.show_busy(f"Reading {MARK}", None)
    assert faults(window) == []


def test_the_dialog_that_opens_a_file_is_plain(qtbot, tmp_path):
    path = tmp_path / "x&x [*].csv"
    path.write_text(f"tosses,{MARK}\nHTTTH,{MARK}\nHHHHT,\x07\n", encoding="utf-8")
    dialog = OpenDialog(path, detected(path), model_named("coins"), False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.windowTitle() == "Open x&x [*][*].csv"
    assert MARK in str(dialog.rows.headerData(1, Qt.Orientation.Horizontal))
    assert dialog.rows.index(1, 1).data() == r"\x07"
    assert faults(dialog) == []
    QApplication.processEvents()
