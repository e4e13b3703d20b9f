"""The widget of a network, on which states are supposed, variables chosen and arrows drawn."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from emviz.em.pictures import Diagram
from emviz.ui.commands.keys import is_alone, is_with_ctrl
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.pictures.diagram_paint import Marks, paint
from emviz.ui.panels.pictures.diagram_plan import DiagramPlan, planned

#: Keys that go to another state, to another variable, suppose a state, and remove an arrow.
STATES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
VARIABLES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
REMOVE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class DiagramCanvas(QWidget):
    """Paints a diagram, and reports what mouse and keyboard do on it; −1 means no variable."""

    #: The variable under the mouse.
    entered = Signal(int)
    #: The variable whose name was clicked.
    chosen = Signal(int)
    #: A variable and its state.
    supposed = Signal(int, int)
    #: The source and target of an arrow, and whether to draw it or to remove it.
    arrow_wanted = Signal(int, int, bool)
    #: A hint on what the next key does.
    announced = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.diagram = Diagram("", (), (), "")
        self.decimals = 2
        self.node, self.state = -1, 0
        self.plan = DiagramPlan()
        #: The chosen arrow, and the variable that a new one is being drawn from.
        self.arrow: tuple[int, int] | None = None
        self.source = -1
        self._pressed: QPointF | None = None
        self._end: QPointF | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(60, 60)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_diagram(self, diagram: Diagram, theme: Theme, decimals: int, node: int) -> None:
        """Show a diagram with a chosen variable, −1 for none."""
        if diagram.arrows != self.diagram.arrows:
            self._let_go()
        self.diagram, self.theme, self.decimals = diagram, theme, decimals
        if node != self.node:
            shares = diagram.variables[node].shares if node >= 0 else (1.0,)
            self.node, self.state = node, max(range(len(shares)), key=shares.__getitem__)
        self._lay_out()

    def _lay_out(self) -> None:
        """Make the plan ahead of painting: an exception inside `paintEvent` would end the program."""
        self.plan = planned(self.diagram, self.width(), self.height(), self.font(), self.decimals, self.node)
        self.update()

    # -- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start a click or a drag."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._let_go()
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw an arrow from the pressed variable, or report the variable under the mouse."""
        at, pressed = event.position(), self._pressed
        if pressed is None:
            self.entered.emit(self.plan.box_at(at))
        elif self.source >= 0:
            self._end = at
        elif (at - pressed).manhattanLength() >= QApplication.startDragDistance():
            self.source, self._end = self.plan.box_at(pressed), at
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish an arrow, suppose the clicked state, or choose the clicked variable or arrow."""
        pressed, source, at = self._pressed, self.source, event.position()
        if pressed is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        self._let_go()
        state, box = self.plan.state_at(pressed), self.plan.box_at(at)
        if source >= 0:
            self._want(source, box)
        elif state is not None and state == self.plan.state_at(at):
            self.supposed.emit(*state)
        elif box == self.plan.box_at(pressed):
            self._choose(box, self.plan.arrow_at(at))
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has left."""
        super().leaveEvent(event)
        self.entered.emit(-1)

    def _choose(self, box: int, arrow: int) -> None:
        """Choose an arrow if one was clicked, else a variable or none."""
        if arrow < 0:
            self.chosen.emit(box)
            return
        self.arrow = self.diagram.arrows[arrow]
        source, target = (self.diagram.variables[k].name for k in self.arrow)
        self.announced.emit(f"{source} → {target}: Delete takes it away")

    def _want(self, source: int, target: int, drawn: bool = True) -> None:
        if min(source, target) >= 0 and source != target:
            self.arrow_wanted.emit(source, target, drawn)

    def _let_go(self) -> None:
        """Drop the chosen arrow and the one being drawn."""
        self.arrow, self.source, self._pressed, self._end = None, -1, None, None
        self.update()

    # -- the keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move between states with Up and Down, between variables with Ctrl; Enter supposes a state.

        Insert begins an arrow at a variable and ends it at another, where Delete removes it instead.
        """
        key = event.key()
        if is_alone(event) and key in STATES:
            self._stride(STATES[Qt.Key(key)])
        elif is_with_ctrl(event) and key in VARIABLES:
            self._go(self.node + VARIABLES[Qt.Key(key)])
        elif is_alone(event) and key in ENTER and self.node >= 0:
            self.supposed.emit(self.node, self.state)
        elif is_alone(event) and key == Qt.Key.Key_Insert and self.node >= 0:
            self._draw()
        elif is_alone(event) and key in REMOVE:
            self._remove()
        else:
            event.ignore()

    def _draw(self) -> None:
        """Begin an arrow at the chosen variable, or end it there."""
        source = self.source
        self._let_go()
        if source >= 0:
            self._want(source, self.node)
            return
        self.source = self.node
        name = self.diagram.variables[self.node].name
        self.announced.emit(
            f"{name} → …: go to another variable, Insert draws the arrow, Delete takes it away"
        )

    def _remove(self) -> None:
        """Request the removal of the chosen arrow, or of the one between its begun source and here."""
        ends = self.arrow or (self.source, self.node)
        self._let_go()
        self._want(*ends, drawn=False)

    def _go(self, node: int) -> None:
        """Request another variable; after the last comes the first."""
        if self.diagram.variables:
            self.chosen.emit(node % len(self.diagram.variables))

    def _stride(self, step: int) -> None:
        """Move to the next state; past the last one, to the next variable."""
        variables = self.diagram.variables
        if self.node < 0:
            self._go(0 if step > 0 else -1)
        elif 0 <= self.state + step < len(variables[self.node].states):
            self.state += step
            self.entered.emit(self.node)
            self.update()
        else:
            self._go(self.node + step)

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the plan for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plan and the user's selection."""
        arrow = self.diagram.arrows.index(self.arrow) if self.arrow is not None else -1
        marks = Marks(self.node, self.state, self.hasFocus(), arrow, self.source, self._end)
        painter = QPainter(self)
        paint(painter, self.plan, self.theme, self.font(), marks)
        painter.end()
