"""Which variable depends on which, and how probable are its states? Boxes with bars, and arrows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
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
from emviz.session import Part, Session, toggled
from emviz.ui.keys import is_alone, is_with_ctrl
from emviz.ui.lettering import font_for
from emviz.ui.panels.pictures.diagram_plan import Arrow, Box, DiagramPlan, Row, planned
from emviz.ui.panels.pictures.picture import SHOWN, Redrawn
from emviz.ui.panels.plot.naming import sized
from emviz.ui.style import mixed
from emviz.ui.theme import LIGHT, Theme
from emviz.ui.visible import visible

#: How much of the colour a bar has, and the corners of a box, in pixels.
SOFT, ROUND = 0.45, 5
#: Keys to another state, to another variable, and to suppose a state.
STATES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
VARIABLES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Canvas(QWidget):
    """Paints a diagram, and reports what the mouse and the keys do on it; −1 stands for no variable."""

    #: A variable that the mouse is on.
    entered = Signal(int)
    #: A variable, by its name.
    chosen = Signal(int)
    #: A variable and its state.
    supposed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.diagram = Diagram("", (), (), "")
        self.decimals = 2
        self.node, self.state = -1, 0
        self.plan = DiagramPlan()
        self._pressed: QPointF | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(60, 60)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_diagram(self, diagram: Diagram, theme: Theme, decimals: int, node: int) -> None:
        """Show another diagram, or the same in other colours, with the variable that is chosen."""
        self.diagram, self.theme, self.decimals = diagram, theme, decimals
        if node != self.node:
            self.node, self.state = node, max(0, self.state if node < 0 else self._likely(node))
        self._lay_out()

    def _lay_out(self) -> None:
        """Think out everything before it is painted: an error in Qt's paint event would end the program."""
        self.plan = planned(self.diagram, self.width(), self.height(), self.font(), self.decimals, self.node)
        self.update()

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where the button went down."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Suppose the state that was clicked, or choose the variable."""
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        state = self.plan.state_at(pressed)
        if state is not None and state == self.plan.state_at(event.position()):
            self.supposed.emit(*state)
        elif self.plan.box_at(pressed) == self.plan.box_at(event.position()):
            self.chosen.emit(self.plan.box_at(pressed))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report what is under the mouse."""
        self.entered.emit(self.plan.box_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has gone."""
        super().leaveEvent(event)
        self.entered.emit(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from state to state with Up and Down, from variable to variable with Ctrl; Enter supposes."""
        key = event.key()
        if is_alone(event) and key in STATES:
            self._stride(STATES[Qt.Key(key)])
        elif is_with_ctrl(event) and key in VARIABLES:
            self._go(self.node + VARIABLES[Qt.Key(key)])
        elif is_alone(event) and key in ENTER and self.node >= 0:
            self.supposed.emit(self.node, self.state)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint arrows, boxes and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for arrow in self.plan.arrows:
            self._paint_arrow(painter, arrow)
        for place, box in enumerate(self.plan.boxes):
            self._paint_box(painter, box, place == self.node)
        painter.setPen(QColor(self.theme.accent))
        painter.setFont(sized(self.font(), 1.0, bold=True))
        painter.drawText(self.plan.banner_area, Qt.AlignmentFlag.AlignCenter, visible(self.plan.banner))
        painter.end()

    # -- helpers

    def _likely(self, node: int) -> int:
        shares = self.diagram.variables[node].shares
        return max(range(len(shares)), key=shares.__getitem__)

    def _go(self, node: int) -> None:
        """Ask for another variable, round and round."""
        if self.diagram.variables:
            self.chosen.emit(node % len(self.diagram.variables))

    def _stride(self, step: int) -> None:
        """Go to the next state, or to that of another variable where there is none."""
        variables = self.diagram.variables
        if self.node < 0:
            self._go(0 if step > 0 else -1)
        elif 0 <= self.state + step < len(variables[self.node].states):
            self.state += step
            self.entered.emit(self.node)
            self.update()
        else:
            self._go(self.node + step)

    def _paint_arrow(self, painter: QPainter, arrow: Arrow) -> None:
        colour = QColor(self.theme.muted)
        painter.setPen(QPen(colour, 1.6))
        painter.drawLine(arrow.start, arrow.end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(list(arrow.head)))

    def _paint_box(self, painter: QPainter, box: Box, chosen: bool) -> None:
        """Paint a variable: framed where it was seen, dashed where it is supposed."""
        theme = self.theme
        painter.setPen(QPen(QColor(theme.ink if box.seen else theme.muted), 2 if box.seen else 1))
        if box.supposed:
            painter.setPen(QPen(QColor(theme.accent), 2.5, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(theme.selection if chosen else theme.card))
        painter.drawRoundedRect(box.area, ROUND, ROUND)
        painter.setPen(QColor(theme.ink))
        painter.setFont(sized(self.font(), 1.0, bold=True))
        painter.drawText(box.title, Qt.AlignmentFlag.AlignCenter, visible(box.name))
        for row in box.rows:
            self._paint_row(painter, row)
        if chosen and self.hasFocus():
            here = next((row.area for row in box.rows if row.place == self.state), box.area)
            painter.setPen(QPen(QColor(theme.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(here.adjusted(2, 0, -2, 0))

    def _paint_row(self, painter: QPainter, row: Row) -> None:
        """Paint a state: its bar, its name, and its probability, bold where it was seen."""
        colour = self.theme.component(row.place)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour if row.seen else mixed(colour, self.theme.card, SOFT)))
        painter.drawRect(QRectF(row.bar.x(), row.bar.y(), row.share * row.bar.width(), row.bar.height()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.muted), 0.5))
        painter.drawRect(row.bar)
        painter.setPen(QPen(QColor(self.theme.ink), 2))
        if row.before is not None:
            x = row.bar.x() + row.before * row.bar.width()
            painter.drawLine(QPointF(x, row.bar.top() - 2), QPointF(x, row.bar.bottom() + 2))
        painter.setFont(sized(self.font(), 1.0, bold=row.seen))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row.name_area, Qt.AlignmentFlag.AlignLeft | middle, visible(row.name))
        painter.drawText(row.number_area, Qt.AlignmentFlag.AlignRight | middle, row.number)


class DiagramPicture(Redrawn[Diagram]):
    """The diagram, and in words what the mouse is on; a state that is clicked is supposed."""

    concerns = SHOWN | {Part.DECIMALS, Part.NODE}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = Canvas()
        self._stack(self.canvas)
        self.canvas.entered.connect(self._enter)
        self.canvas.chosen.connect(self._choose)
        self.canvas.supposed.connect(self._suppose)

    @property
    def usual_hint(self) -> str:
        """What can be done with the mouse."""
        return "click a state: what if?"

    @property
    def heading(self) -> str:
        """The title, with what is supposed."""
        view = self._view
        return f"{view.title}, {view.condition}" if view is not None and view.condition else ""

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours, and the font of the application."""
        self.canvas.setFont(font_for(self))
        super().apply_theme(theme)

    def _draw(self, view: Diagram, session: Session) -> None:
        decimals = session.display.decimals + 1
        names = [variable.name for variable in view.variables]
        node = session.display.node
        self.canvas.show_diagram(view, self.theme, decimals, names.index(node) if node in names else -1)
        self._describe(view.title, describe(view, decimals), self.canvas)

    @Slot(int)
    def _enter(self, variable: int) -> None:
        view, session = self._view, self._session
        if view is None or session is None or variable < 0:
            self.hinted.emit("")
        else:
            told = told_variable(view.variables[variable], session.display.decimals + 1)
            self.hinted.emit(f"{told}, of {told_whose(view)}")

    @Slot(int)
    def _choose(self, variable: int) -> None:
        """Ask for a variable; for none where it is the one that is chosen."""
        if self._view is not None and self._session is not None:
            name = self._view.variables[variable].name if variable >= 0 else ""
            again = name == self._session.display.node
            self.display_requested.emit({"node": "" if again else name})

    @Slot(int, int)
    def _suppose(self, variable: int, state: int) -> None:
        """Ask what would follow from a state, or no longer."""
        if self._view is not None and self._session is not None:
            this = self._view.variables[variable]
            supposed = toggled(self._session.display, this.name, this.states[state])
            self.display_requested.emit({"supposed": supposed})


def told_whose(view: Diagram) -> str:
    """Return whose probabilities a diagram shows, and what is supposed."""
    return f"{view.whose}, {view.condition}" if view.condition else view.whose


def describe(view: Diagram, decimals: int) -> str:
    """Return in words what a diagram shows."""
    names = [variable.name for variable in view.variables]
    told = "; ".join(told_variable(variable, decimals) for variable in view.variables)
    arrows = ", ".join(f"{names[source]} → {names[target]}" for source, target in view.arrows)
    return f"{things(len(names), 'variable')}, of {told_whose(view)}: {told}. {arrows or 'No arrows'}."


def told_variable(variable: Variable, decimals: int) -> str:
    """Return the name of a variable, and its states with their probabilities, or the one that was seen."""
    if variable.seen is not None:
        how = "supposed" if variable.supposed else "as seen"
        return f"{variable.name}: {variable.states[variable.seen]}, {how}"
    pairs = zip(variable.states, variable.shares, strict=True)
    return f"{variable.name}: {', '.join(f'{state} {number(share, decimals)}' for state, share in pairs)}"
