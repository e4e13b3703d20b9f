"""Which variable depends on which, and how probable are its states? Boxes with bars, and arrows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from emviz.data.things import things
from emviz.em.pictures import Diagram
from emviz.em.pictures.diagrams import Variable
from emviz.narration import number
from emviz.session import Part, Session
from emviz.ui.lettering import font_for
from emviz.ui.panels.pictures.diagram_plan import Box, DiagramPlan, Row, planned
from emviz.ui.panels.pictures.picture import SHOWN, Redrawn
from emviz.ui.panels.plot.naming import sized
from emviz.ui.style import mixed
from emviz.ui.theme import LIGHT, Theme
from emviz.ui.visible import visible

#: How much of the colour a bar has, and the corners of a box, in pixels.
SOFT, ROUND = 0.45, 5


class Canvas(QWidget):
    """Paints a diagram, and reports the variable that the mouse is on; −1 for none."""

    entered = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.diagram = Diagram("", (), (), "")
        self.decimals = 2
        self.plan = DiagramPlan((), ())
        self.setMouseTracking(True)
        self.setMinimumSize(60, 60)

    def show_diagram(self, diagram: Diagram, theme: Theme, decimals: int) -> None:
        """Show another diagram, or the same in other colours."""
        self.diagram, self.theme, self.decimals = diagram, theme, decimals
        self._lay_out()

    def _lay_out(self) -> None:
        """Think out everything before it is painted: an error in Qt's paint event would end the program."""
        self.plan = planned(self.diagram, self.width(), self.height(), self.font(), self.decimals)
        self.update()

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report what is under the mouse."""
        on = (k for k, box in enumerate(self.plan.boxes) if box.area.contains(event.position()))
        self.entered.emit(next(on, -1))

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has gone."""
        super().leaveEvent(event)
        self.entered.emit(-1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint arrows, boxes and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for start, end, head in self.plan.arrows:
            painter.setPen(QPen(QColor(self.theme.muted), 1.6))
            painter.drawLine(start, end)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.muted))
            painter.drawPolygon(QPolygonF(list(head)))
        for box in self.plan.boxes:
            self._paint_box(painter, box)
        painter.end()

    def _paint_box(self, painter: QPainter, box: Box) -> None:
        painter.setPen(QPen(QColor(self.theme.ink if box.seen else self.theme.muted), 2 if box.seen else 1))
        painter.setBrush(QColor(self.theme.card))
        painter.drawRoundedRect(box.area, ROUND, ROUND)
        painter.setPen(QColor(self.theme.ink))
        painter.setFont(sized(self.font(), 1.0, bold=True))
        painter.drawText(box.title, Qt.AlignmentFlag.AlignCenter, visible(box.name))
        painter.setFont(self.font())
        for row in box.rows:
            self._paint_row(painter, row)

    def _paint_row(self, painter: QPainter, row: Row) -> None:
        """Paint a state: its bar, its name, and its probability, bold where it was seen."""
        colour = self.theme.component(row.place)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour if row.seen else mixed(colour, self.theme.card, SOFT)))
        painter.drawRect(QRectF(row.bar.x(), row.bar.y(), row.share * row.bar.width(), row.bar.height()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.muted), 0.5))
        painter.drawRect(row.bar)
        painter.setPen(QColor(self.theme.ink))
        painter.setFont(sized(self.font(), 1.0, bold=row.seen))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row.name_area, Qt.AlignmentFlag.AlignLeft | middle, visible(row.name))
        painter.drawText(row.number_area, Qt.AlignmentFlag.AlignRight | middle, row.number)


class DiagramPicture(Redrawn[Diagram]):
    """The diagram, and in words what the mouse is on."""

    concerns = SHOWN | {Part.DECIMALS}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = Canvas()
        self._stack(self.canvas)
        self.canvas.entered.connect(self._enter)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours, and the font of the application."""
        self.canvas.setFont(font_for(self))
        super().apply_theme(theme)

    def _draw(self, view: Diagram, session: Session) -> None:
        decimals = session.display.decimals + 1
        self.canvas.show_diagram(view, self.theme, decimals)
        self._describe(view.title, describe(view, decimals), self.canvas)

    @Slot(int)
    def _enter(self, variable: int) -> None:
        view, session = self._view, self._session
        if view is None or session is None or variable < 0:
            self.hinted.emit("")
        else:
            told = told_variable(view.variables[variable], session.display.decimals + 1)
            self.hinted.emit(f"{told}, of {view.whose}")


def describe(view: Diagram, decimals: int) -> str:
    """Return in words what a diagram shows."""
    names = [variable.name for variable in view.variables]
    told = "; ".join(told_variable(variable, decimals) for variable in view.variables)
    arrows = ", ".join(f"{names[source]} → {names[target]}" for source, target in view.arrows)
    return f"{things(len(names), 'variable')}, of {view.whose}: {told}. {arrows or 'No arrows'}."


def told_variable(variable: Variable, decimals: int) -> str:
    """Return the name of a variable, and its states with their probabilities, or the one that was seen."""
    if variable.seen is not None:
        return f"{variable.name}: {variable.states[variable.seen]}, as seen"
    pairs = zip(variable.states, variable.shares, strict=True)
    return f"{variable.name}: {', '.join(f'{state} {number(share, decimals)}' for state, share in pairs)}"
