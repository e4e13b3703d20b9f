"""The picture of a matrix: a heat map with the true cells framed and the best ones dotted."""

from __future__ import annotations

from itertools import chain, zip_longest

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QWidget

from emviz.em.numerics import Array
from emviz.em.pictures import Matrix
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.panels.pictures.heat_map import HeatMapPlan, HeatMapPlanner, whole_ends
from emviz.ui.panels.pictures.planned import PlannedPicture, PlannedWidget
from emviz.ui.panels.pictures.shading import begins
from emviz.ui.panels.plot.hatching import hatching
from emviz.wording.numbers import number

#: Most numbers that are read out one by one (beyond, the best column of each row is), and most rows read out.
SPOKEN, SPOKEN_ROWS = 40, 12


class HeatMap(PlannedWidget[HeatMapPlanner, HeatMapPlan]):
    """Paints a matrix, and reports the cell under the mouse."""

    def laid_out(self, planner: HeatMapPlanner) -> HeatMapPlan:
        """Return the plan for the widget's size."""
        return planner.plan(self.width(), self.height(), self.devicePixelRatioF())

    def row_at(self, plan: HeatMapPlan, point: QPointF) -> int | None:
        """Return the row at a point, on its cells or its name."""
        return None if point.x() > plan.area.right() else plan.row_at(point.y())

    def rewrite(self, planner: HeatMapPlanner) -> None:
        """Show the same matrix with other decimals, and paint only where texts have changed."""
        before, self._planner, self._late = self.plan, planner, True
        after = self.plan
        if before is None or after is None or _cells(before) != _cells(after):
            self.update()
            return
        line = QFontMetrics(self.font()).height()
        changed = [pair for pair in zip_longest(before.texts, after.texts) if pair[0] != pair[1]]
        areas = [text.area for text in chain(*changed) if text is not None]
        areas += [plan.strip for plan in (before, after) if plan.strip is not None]
        # As wide as the widget, since a text may be wider than its area.
        for area in areas:
            self.update(0, int(area.center().y()) - line, self.width(), 2 * line)

    def paint(self, painter: QPainter, plan: HeatMapPlan) -> None:
        """Paint cells, frames, dots and the colour scale."""
        self._paint_cells(painter, plan)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter, plan)
        if plan.strip is not None:
            self._paint_strip(painter, plan.strip)

    def _paint_cells(self, painter: QPainter, plan: HeatMapPlan) -> None:
        theme = self.theme
        if plan.hatched:
            painter.fillRect(plan.area, QColor(theme.faint))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.border), 1.2))
            painter.drawPath(hatching(plan.area))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(plan.area, plan.image)
        painter.setPen(QPen(QColor(theme.faint), 1))
        if plan.lined:
            for row in range(1, plan.rows):
                y = plan.cell(row, 0).top()
                painter.drawLine(QPointF(plan.area.left(), y), QPointF(plan.area.right(), y))
            for column in range(1, plan.columns):
                x = plan.cell(0, column).left()
                painter.drawLine(QPointF(x, plan.area.top()), QPointF(x, plan.area.bottom()))
        # A line separates components, since their colours may look alike.
        painter.setPen(QPen(QColor(theme.ink), 1))
        for row in begins(self.planner.matrix) if self.planner is not None else ():
            y = plan.cell(row, 0).top()
            painter.drawLine(QPointF(plan.area.left(), y), QPointF(plan.area.right(), y))
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(plan.area)

    def _paint_marks(self, painter: QPainter, plan: HeatMapPlan) -> None:
        """Paint frames and dots in two colours: one is visible on dark cells, the other on pale ones."""
        theme = self.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        outlines = () if plan.outline is None else (plan.outline,)
        for boxes, colour, width in ((outlines, theme.focus, 2.4), (plan.frames, theme.ink, 2.0)):
            for pen in (QPen(QColor(theme.card), width + 2.4), QPen(QColor(colour), width)):
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.setPen(pen)
                painter.drawRects(list(boxes))
        painter.setPen(QPen(QColor(theme.card), 1.5))
        painter.setBrush(QColor(theme.ink))
        for dot in plan.dots:
            painter.drawEllipse(dot)

    def _paint_strip(self, painter: QPainter, strip: QRectF) -> None:
        shade = QLinearGradient(strip.topLeft(), strip.topRight())
        shade.setColorAt(0, QColor(self.theme.card))
        shade.setColorAt(1, QColor(self.theme.accent))
        painter.setPen(QPen(QColor(self.theme.border), 1))
        painter.setBrush(QBrush(shade))
        painter.drawRect(strip)


class MatrixPicture(PlannedPicture[Matrix]):
    """The heat map; a click selects a row, and frames show the truth once it is revealed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = HeatMap()
        self._hold(self.map)

    def _draw(self, view: Matrix, session: Session) -> None:
        self.map.setVisible(bool(view.values.size))
        if view.values.size:
            decimals, revealed = _decimals(view, session), session.display.revealed
            planner = HeatMapPlanner(view, self.theme, font_for(self), decimals, revealed)
            self.map.show_planned(planner, self.theme)

    def _write(self, view: Matrix, session: Session) -> None:
        planner = self.map.planner
        if planner is not None and (view.numbers or not whole_ends(view)):
            self.map.rewrite(planner.with_decimals(_decimals(view, session)))

    def _announce(self, view: Matrix, session: Session) -> None:
        words = describe(view, _decimals(view, session), session.display.revealed)
        self._describe(view.title, words, self.map)

    def cell_text(self, view: Matrix, session: Session, row: int, column: int) -> str:
        """Return the position and the value of a cell."""
        value = float(view.values[row, column])
        text = "nothing there" if np.isnan(value) else number(value, _decimals(view, session))
        return f"{_place(view, row, column)}: {text}"

    def source(self, view: Matrix, row: int) -> int:
        """Return the data row of a row of the matrix."""
        return view.sources[row] if view.sources else row


def describe(view: Matrix, decimals: int, revealed: bool) -> str:
    """Return a matrix in words: its numbers if they are few, else the best column of each row."""
    rows, columns = view.values.shape
    head = f"{rows} × {columns}: {view.row_heading or 'rows'} by {view.column_heading or 'columns'}."
    row_words = _numbers if view.values.size <= SPOKEN else _best
    parts = [f"{name}: {row_words(view, row, decimals)}" for row, name in enumerate(view.rows[:SPOKEN_ROWS])]
    if rows > len(parts):
        parts.append(f"and {rows - len(parts)} more")
    if view.marks and revealed:
        parts.append(f"framed: {'; '.join(_place(view, *cell) for cell in view.marks[:SPOKEN_ROWS])}")
    if view.row is not None:
        parts.append(f"selected: {view.rows[view.row]}")
    return f"{head} {'; '.join(parts)}."


def _numbers(view: Matrix, row: int, decimals: int) -> str:
    values = (
        f"{name} {number(float(value), decimals)}"
        for name, value in zip(view.columns, view.values[row], strict=True)
        if not np.isnan(value)
    )
    return ", ".join(values) or "nothing"


def _best(view: Matrix, row: int, decimals: int) -> str:
    values: Array = np.where(np.isnan(view.values[row]), -np.inf, view.values[row])
    column = int(values.argmax())
    if np.isneginf(values[column]):
        return "nothing"
    if np.ptp(values) == 0:
        return f"{number(float(values[column]), decimals)} throughout"
    return f"most at {view.columns[column]}, {number(float(values[column]), decimals)}"


def _place(view: Matrix, row: int, column: int) -> str:
    return f"{view.row_heading} {view.rows[row]}, {view.column_heading} {view.columns[column]}".strip()


def _cells(plan: HeatMapPlan) -> tuple[object, ...]:
    """Return where the cells are."""
    return plan.area, plan.outline


def _decimals(view: Matrix, session: Session) -> int:
    """Return the number of decimals: one more for probabilities, none where all values are whole."""
    finite = view.values[np.isfinite(view.values)]
    if np.all(np.mod(finite, 1) == 0) and len(finite) and np.abs(finite).max() > 1:
        return 0
    return session.display.decimals + (view.high <= 1)
