"""How the headings of the count table are painted, and the numbers of its rows."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QTableView

from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.counts.cell_painter import PAD, RIGHT, SIDES, UNIT, Parts, divided
from emviz.ui.panels.counts.columns import CountColumns
from emviz.ui.panels.counts.faces import Column, Kind
from emviz.ui.panels.counts.fonts import advance, bold_if_fitting, elided, scaled
from emviz.ui.panels.counts.labels import begun, in_two_lines, shorter_headings

#: The smallest scale of the heading of the observed values, which shrinks before it is cut.
HEADED = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75)


class CountHeader(QHeaderView):
    """Headings in the colour of their component, or the numbers of the rows."""

    def __init__(self, orientation: Qt.Orientation, view: QTableView) -> None:
        super().__init__(orientation, view)
        self.theme: Theme = LIGHT
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(4)
        self.setSectionsClickable(orientation == Qt.Orientation.Vertical)
        self._vertical = orientation == Qt.Orientation.Vertical
        self.parts: Parts = {}
        #: By how many levels the heading of the observed values is shortened.
        self.level = 0

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self.theme = theme
        self.viewport().update()

    def _paint_row_number(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.setFont(self.font())
        painter.setPen(QColor(self.theme.muted))
        text = str(self.model().headerData(section, self.orientation()) or "")
        painter.drawText(rect.adjusted(0, 0, -PAD, 0), RIGHT, text)
        if text:
            painter.setPen(QColor(self.theme.faint))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _paint_heading(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        assert isinstance(model, CountColumns)
        column = model.columns[section]
        side = SIDES[column.kind]
        observed, text = column.kind is Kind.OBSERVED, column.heading
        if observed:
            text = shorter_headings(text)[self.level]
        inside = rect.adjusted(PAD, 0, -PAD, 0)
        painter.setFont(self._font_of(section))
        if column.listed:
            text = _listed(column, painter.font(), inside) or text
        painter.setPen(QColor(self.theme.muted if observed else self.theme.component(column.component)))
        units = column.units
        if units:
            inside.setHeight(rect.height() // 2)
        if len(units) > 1:
            side = SIDES[Kind.SHARE]
        width = partial(advance, painter.font())
        if (
            observed
            and " " in text
            and width(text) > inside.width()
            and inside.height() >= 2 * painter.fontMetrics().height()
        ):
            lines = in_two_lines(text, width)
            text = "\n".join(elided(painter.font(), line, inside.width()) for line in lines if line)
            painter.drawText(inside, side, text)
        else:
            if observed:
                painter.setFont(_fitting(painter.font(), text, inside.width()))
            painter.drawText(inside, side, elided(painter.font(), text, inside.width()))
        below = rect.adjusted(0, rect.height() // 2, 0, 0)
        painter.setFont(scaled(self.font(), UNIT))
        for k, (unit, box) in enumerate(
            zip(units, divided(below, self.parts.get(section, ())), strict=False)
        ):
            if column.tints:
                painter.setPen(QColor(self.theme.component(column.tints[k])))
            room = box.adjusted(PAD, 0, -PAD, 0)
            painter.drawText(room, RIGHT, elided(painter.font(), unit, room.width()))
        painter.setPen(QColor(self.theme.border))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _font_of(self, section: int) -> QFont:
        """Return the font of a heading; if one share has no room for a bold heading, none is bold."""
        model = self.model()
        assert isinstance(model, CountColumns)
        own = model.columns[section]
        if own.kind is Kind.OBSERVED:
            return self.font()
        alike = (k for k, each in enumerate(model.columns) if each.kind is own.kind is Kind.SHARE)
        headings = [
            (model.columns[k].heading, self.sectionSize(k) - 2 * PAD)
            for k in {section, *alike}
            if not self.isSectionHidden(k)
        ]
        fonts = [bold_if_fitting(self.font(), *heading) for heading in headings]
        return min(fonts, key=QFont.bold)

    # -- Qt overrides

    def sizeHint(self) -> QSize:
        """Return the present size, since Qt would measure every heading for its own answer."""
        return self.minimumSize()

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        """Paint one heading."""
        painter.save()
        if self._vertical:
            self._paint_row_number(painter, rect, logical_index)
        else:
            self._paint_heading(painter, rect, logical_index)
        painter.restore()


def _fitting(font: QFont, text: str, room: int) -> QFont:
    """Return the largest font of a heading in which a text fits, otherwise the smallest."""
    fonts = [scaled(font, size) for size in HEADED]
    return next((each for each in fonts if advance(each, text) <= room), fonts[-1])


def _listed(column: Column, font: QFont, inside: QRect) -> str:
    """Return the names of the values in a cell, abbreviated like these; "" if they do not fit."""
    width, lined = partial(advance, font), inside.height() >= 2 * QFontMetrics(font).height()
    for text in (column.listed, begun(column.listed)):
        lines = in_two_lines(text, width) if lined else (text,)
        if max(map(width, lines)) <= inside.width():
            return text
    return ""
