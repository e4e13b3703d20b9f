"""How does every row answer for every column? A heat map: framed what is true, dotted what is best."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QBrush,
    QColor,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from emviz.em.numerics import Array
from emviz.em.pictures import Matrix
from emviz.narration import number
from emviz.session import Part, Session
from emviz.ui.panels.pictures.heat_map import Plan, Planner
from emviz.ui.panels.pictures.picture import SHOWN, Picture
from emviz.ui.panels.plot.hatching import hatching
from emviz.ui.theme import LIGHT, Theme

#: A matrix of so many numbers is read out number by number, a larger one by its best columns.
TOLD, TOLD_ROWS = 40, 12


class HeatMap(QWidget):
    """Paints a matrix, and reports the cell that the mouse is on."""

    #: A row and a column.
    entered = Signal(int, int)
    left = Signal()
    #: A row.
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.plan: Plan | None = None
        self._planner: Planner | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(60, 60)

    def show_matrix(self, planner: Planner, theme: Theme) -> None:
        """Show another matrix, or the same in other colours."""
        self._planner, self.theme = planner, theme
        self._lay_out()

    def _lay_out(self) -> None:
        """Think out everything before it is painted: an error in Qt's paint event would end the program."""
        if self._planner is not None:
            self.plan = self._planner.plan(self.width(), self.height(), self.devicePixelRatioF())
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        """Follow the picture to a screen with another device-pixel ratio."""
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._lay_out()
        return bool(super().event(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report the cell under the mouse."""
        cell = None if self.plan is None else self.plan.at(event.position())
        if cell is None:
            self.left.emit()
        else:
            self.entered.emit(*cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report the row that is pressed, at its cells or its name."""
        plan, point = self.plan, event.position()
        if plan is None or event.button() is not Qt.MouseButton.LeftButton or point.x() > plan.area.right():
            return
        row = plan.row_at(point.y())
        if row is not None:
            self.chosen.emit(row)

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has gone."""
        super().leaveEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plan."""
        if self.plan is None:
            return
        painter = QPainter(self)
        self._paint_cells(painter, self.plan)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter, self.plan)
        for text in self.plan.texts:
            text.paint(painter, self.font())
        if self.plan.strip is not None:
            self._paint_strip(painter, self.plan.strip)
        painter.end()

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


class MatrixPicture(Picture[Matrix]):
    """The heat map, what the mouse is on, and the choice of a row."""

    concerns = SHOWN | {Part.DECIMALS}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = HeatMap()
        self._view: Matrix | None = None
        self._session: Session | None = None
        self._stack(self.map)
        self.map.entered.connect(self._enter)
        self.map.left.connect(self._leave)
        self.map.chosen.connect(self._choose)

    def show_view(self, view: Matrix, session: Session) -> None:
        """Show a matrix; its frames where the hidden truth is revealed."""
        self._view, self._session = view, session
        self._note(view.note)
        self._draw()

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours, and the font of the application."""
        super().apply_theme(theme)
        self.map.setFont(QApplication.font())
        self._draw()

    def _draw(self) -> None:
        view, session = self._view, self._session
        if view is None or session is None:
            return
        decimals, revealed = _decimals(view, session), session.display.revealed
        self._describe(view.title, describe(view, decimals, revealed), self.map)
        self.map.setVisible(bool(view.values.size))
        if not view.values.size:
            return
        planner = Planner(view, self.theme, QApplication.font(), decimals, revealed)
        self.map.show_matrix(planner, self.theme)

    @Slot(int, int)
    def _enter(self, row: int, column: int) -> None:
        if self._view is None or self._session is None:
            return
        value = float(self._view.values[row, column])
        told = "nothing there" if np.isnan(value) else number(value, _decimals(self._view, self._session))
        self.hinted.emit(f"{_place(self._view, row, column)}: {told}")

    @Slot(int)
    def _choose(self, row: int) -> None:
        """Ask for a row, where it is one of the data."""
        view, session = self._view, self._session
        if view is None or session is None or not view.choosable:
            return
        source = view.sources[row] if view.sources else row
        if source < session.table.rows:
            self.display_requested.emit({"row": source})


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
    return ", ".join(
        f"{name} {number(float(value), decimals)}"
        for name, value in zip(view.columns, view.values[row], strict=True)
        if not np.isnan(value)
    )


def _best(view: Matrix, row: int, decimals: int) -> str:
    values: Array = np.where(np.isnan(view.values[row]), -np.inf, view.values[row])
    column = int(values.argmax())
    if np.isneginf(values[column]):
        return "nothing"
    return f"most at {view.columns[column]}, {number(float(values[column]), decimals)}"


def _place(view: Matrix, row: int, column: int) -> str:
    return f"{view.row_heading} {view.rows[row]}, {view.column_heading} {view.columns[column]}".strip()


def _decimals(view: Matrix, session: Session) -> int:
    """Return one decimal more for probabilities, and none where all numbers are whole."""
    finite = view.values[np.isfinite(view.values)]
    if np.all(np.mod(finite, 1) == 0) and len(finite) and np.abs(finite).max() > 1:
        return 0
    return session.display.decimals + (view.high <= 1)
