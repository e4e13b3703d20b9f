"""Names with subscripts in tables are drawn as elsewhere in the window."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QStandardItem, QStandardItemModel

from emviz.ui.widgets import scripted
from emviz.ui.widgets.grid import Grid
from emviz.ui.widgets.scripted import ScriptedCells, ScriptedNames, paint_text


@pytest.fixture
def drawn(monkeypatch):
    told = []

    def noted(painter, rect, text, ink):
        told.append((text, ink.name()))
        paint_text(painter, rect, text, ink)

    monkeypatch.setattr(scripted, "paint_text", noted)
    return told


def test_cells_and_names_with_a_subscript_are_drawn_with_it(qtbot, drawn):
    table = Grid("table", "A table")
    qtbot.addWidget(table)
    model = QStandardItemModel(1, 2, table)
    model.setItem(0, 0, QStandardItem("θ_A = 0.52"))
    model.setItem(0, 1, QStandardItem("maximum"))
    model.setVerticalHeaderLabels(["θ_B"])
    names = ScriptedNames()
    names.ink = QColor("#123456")
    table.setVerticalHeader(names)
    table.setItemDelegate(ScriptedCells(table))
    table.setModel(model)
    table.resize(300, 100)
    table.grab()
    assert ("θ_B", "#123456") in drawn
    assert [text for text, _ in drawn if text != "θ_B"] == ["θ_A = 0.52"]


def inked(text, width):
    """Return how far a text in a cell of this width reaches."""
    image = QImage(400, 30, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_text(painter, QRect(0, 0, width, 30), text, QColor("black"))
    painter.end()
    dark = [x for x in range(400) for y in range(30) if image.pixelColor(x, y).lightness() < 128]
    return max(dark)


def test_a_long_text_stays_in_one_line_of_its_cell(qapp):
    words = ", ".join(f"θ_{name} = 0.80" for name in "ABCDEF")
    assert 60 < inked(words, 120) < 120
    assert inked("θ_A = 0.80", 399) < 120
