"""Base classes of pictures of cells, which are laid out as a plan for the widget's size, then painted."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from emviz.em.pictures import Image, Matrix
from emviz.session import Part, Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.pictures.heat_map import Text
from emviz.ui.panels.pictures.picture import SHOWN, Redrawn


class CellPlan(Protocol):
    """The layout of a picture of cells, in pixels of its widget."""

    @property
    def texts(self) -> tuple[Text, ...]:
        """Names, headings and numbers."""
        ...

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the row and the column at a point; None outside the cells."""
        ...


N = TypeVar("N")
L = TypeVar("L", bound=CellPlan)
V = TypeVar("V", Image, Matrix)


class PlannedWidget(QWidget, Generic[N, L]):
    """Paints the plan L made by a planner N, and reports the cell under the mouse."""

    #: A row and a column.
    entered = Signal(int, int)
    left = Signal()
    #: A row.
    chosen = Signal(int)
    #: A row and a column.
    pressed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self._plan: L | None = None
        self._late = False
        self._planner: N | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(60, 60)

    @property
    def plan(self) -> L | None:
        """The plan for the widget's size, which is made when it is needed; None before the first picture."""
        if self._late and self._planner is not None:
            self._late, self._plan = False, self.laid_out(self._planner)
        return self._plan

    @property
    def planner(self) -> N | None:
        """The planner of the picture shown; None before the first."""
        return self._planner

    def show_planned(self, planner: N, theme: Theme) -> None:
        """Show the picture of another planner."""
        self._planner, self.theme = planner, theme
        self._lay_out()

    def laid_out(self, planner: N) -> L:
        """Return the plan for the widget's size."""
        raise NotImplementedError

    def paint(self, painter: QPainter, plan: L) -> None:
        """Paint everything but the texts."""
        raise NotImplementedError

    def row_at(self, plan: L, point: QPointF) -> int | None:
        """Return the row that a press at this point selects."""
        cell = plan.at(point)
        return None if cell is None else cell[0]

    def _lay_out(self) -> None:
        """Have the plan made again when it is needed: once for a layout that goes through several sizes."""
        self._late = True
        self.update()

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the plan for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        """Make the plan again on a screen with another device-pixel ratio."""
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._lay_out()
        return bool(super().event(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report the cell under the mouse."""
        plan = self.plan
        cell = None if plan is None else plan.at(event.position())
        if cell is None:
            self.left.emit()
        else:
            self.entered.emit(*cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report the row and the cell that are pressed."""
        plan = self.plan
        if plan is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        row, cell = self.row_at(plan, event.position()), plan.at(event.position())
        if row is not None:
            self.chosen.emit(row)
        if cell is not None:
            self.pressed.emit(*cell)

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has left."""
        super().leaveEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plan."""
        plan = self.plan
        if plan is None:
            return
        painter = QPainter(self)
        self.paint(painter, plan)
        for text in plan.texts:
            text.paint(painter, self.font())
        painter.end()


class PlannedPicture(Redrawn[V]):
    """A picture of cells that reads out the cell under the mouse and selects rows."""

    concerns = SHOWN | {Part.DECIMALS}

    def _hold(self, drawing: PlannedWidget[N, L]) -> None:
        """Adopt a drawing and connect its signals."""
        self._drawing: QWidget = drawing
        self._stack(drawing)
        drawing.entered.connect(self._enter)
        drawing.left.connect(self._leave)
        drawing.chosen.connect(self._choose)

    def cell_text(self, view: V, session: Session, row: int, column: int) -> str:
        """Return the content of a cell in words."""
        raise NotImplementedError

    def source(self, view: V, row: int) -> int:
        """Return the data row of a row of the picture."""
        return row

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the application's font."""
        self._drawing.setFont(font_for(self))
        super().apply_theme(theme)

    @Slot(int, int)
    def _enter(self, row: int, column: int) -> None:
        if self._view is not None and self._session is not None:
            self.hinted.emit(self.cell_text(self._view, self._session, row, column))

    @Slot(int)
    def _choose(self, row: int) -> None:
        """Request the selection of a row, if it is a row of the data."""
        view, session = self._view, self._session
        if view is None or session is None or not view.choosable:
            return
        source = self.source(view, row)
        if source < session.table.rows:
            self.display_requested.emit({"row": source})
