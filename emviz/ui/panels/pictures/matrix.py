"""How does every row answer for every column? A heat map: framed what is true, dotted what is best."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QWidget

from emviz.em.numerics import Array
from emviz.em.pictures import Matrix
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.panels.pictures.heat_map import Plan, Planner, whole_ends
from emviz.ui.panels.pictures.planned import Planned, PlannedPicture
from emviz.ui.panels.pictures.shading import begins
from emviz.ui.panels.plot.hatching import hatching
from emviz.wording.numbers import number

#: A matrix of so many numbers is read out number by number, a larger one by its best columns.
TOLD, TOLD_ROWS = 40, 12


class HeatMap(Planned[Planner, Plan]):
    """Paints a matrix, and reports the cell that the mouse is on."""

    def laid_out(self, planner: Planner) -> Plan:
        """Return the plan for the size that the widget has."""
        return planner.plan(self.width(), self.height(), self.devicePixelRatioF())

    def row_at(self, plan: Plan, point: QPointF) -> int | None:
        """Return the row that is pressed, at its cells or its name."""
        return None if point.x() > plan.area.right() else plan.row_at(point.y())

    def paint(self, painter: QPainter, plan: Plan) -> None:
        """Paint the cells, frames and dots, and the strip."""
        self._paint_cells(painter, plan)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter, plan)
        if plan.strip is not None:
            self._paint_strip(painter, plan.strip)

    def _paint_cells(self, painter: QPainter, plan: Plan) -> None:
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
        # The colours of two components may look alike.
        painter.setPen(QPen(QColor(theme.ink), 1))
        for row in begins(self.planner.matrix) if self.planner is not None else ():
            y = plan.cell(row, 0).top()
            painter.drawLine(QPointF(plan.area.left(), y), QPointF(plan.area.right(), y))
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(plan.area)

    def _paint_marks(self, painter: QPainter, plan: Plan) -> None:
        """Paint two lines for each: one stands out on a dark cell, the other on a pale one."""
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
    """The heat map, what the mouse is on, and the choice of a row; framed where the truth is revealed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = HeatMap()
        self._hold(self.map)

    def _draw(self, view: Matrix, session: Session) -> None:
        self.map.setVisible(bool(view.values.size))
        if view.values.size:
            decimals, revealed = _decimals(view, session), session.display.revealed
            planner = Planner(view, self.theme, font_for(self), decimals, revealed)
            self.map.show_planned(planner, self.theme)

    def _write(self, view: Matrix, session: Session) -> None:
        planner = self.map.planner
        if planner is not None and (view.numbers or not whole_ends(view)):
            self.map.show_planned(planner.telling(_decimals(view, session)), self.theme)

    def _tell(self, view: Matrix, session: Session) -> None:
        told = describe(view, _decimals(view, session), session.display.revealed)
        self._describe(view.title, told, self.map)

    def told_at(self, view: Matrix, session: Session, row: int, column: int) -> str:
        """Return the number at the mouse."""
        value = float(view.values[row, column])
        told = "nothing there" if np.isnan(value) else number(value, _decimals(view, session))
        return f"{_place(view, row, column)}: {told}"

    def source(self, view: Matrix, row: int) -> int:
        """Return the row of the data that a row of the matrix is."""
        return view.sources[row] if view.sources else row


def describe(view: Matrix, decimals: int, revealed: bool) -> str:
    """Return in words what a matrix shows: its numbers where they are few, else the best of each row."""
    rows, columns = view.values.shape
    head = f"{rows} × {columns}: {view.row_heading or 'rows'} by {view.column_heading or 'columns'}."
    tell = _numbers if view.values.size <= TOLD else _best
    told = [f"{name}: {tell(view, row, decimals)}" for row, name in enumerate(view.rows[:TOLD_ROWS])]
    if rows > len(told):
        told.append(f"and {rows - len(told)} more")
    if view.marks and revealed:
        told.append(f"framed: {'; '.join(_place(view, *cell) for cell in view.marks[:TOLD_ROWS])}")
    if view.row is not None:
        told.append(f"selected: {view.rows[view.row]}")
    return f"{head} {'; '.join(told)}."


def _numbers(view: Matrix, row: int, decimals: int) -> str:
    told = (
        f"{name} {number(float(value), decimals)}"
        for name, value in zip(view.columns, view.values[row], strict=True)
        if not np.isnan(value)
    )
    return ", ".join(told) or "nothing"


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


def _decimals(view: Matrix, session: Session) -> int:
    """Return one decimal more for probabilities, and none where all numbers are whole."""
    finite = view.values[np.isfinite(view.values)]
    if np.all(np.mod(finite, 1) == 0) and len(finite) and np.abs(finite).max() > 1:
        return 0
    return session.display.decimals + (view.high <= 1)
