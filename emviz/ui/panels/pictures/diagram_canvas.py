"""The drawing of a network under the hand: states are supposed, variables chosen, arrows drawn."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from emviz.em.pictures import Diagram
from emviz.ui.commands.keys import is_alone, is_with_ctrl
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.pictures.diagram_paint import Marks, paint
from emviz.ui.panels.pictures.diagram_plan import DiagramPlan, planned

#: Keys to another state, to another variable, to suppose a state, and to take an arrow away.
STATES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
VARIABLES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
REMOVE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class DiagramCanvas(QWidget):
    """Paints a diagram, and reports what the mouse and the keys do on it; −1 stands for no variable."""

    #: A variable that the mouse is on.
    entered = Signal(int)
    #: A variable, by its name.
    chosen = Signal(int)
    #: A variable and its state.
    supposed = Signal(int, int)
    #: An arrow from one variable to another is wanted, or is not any more.
    arrow_wanted = Signal(int, int, bool)
    #: What the next key does, in words.
    announced = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.diagram = Diagram("", (), (), "")
        self.decimals = 2
        self.node, self.state = -1, 0
        self.plan = DiagramPlan()
        #: The arrow that is chosen, and the variable that one is being drawn from.
        self.arrow: tuple[int, int] | None = None
        self.source = -1
        self._pressed: QPointF | None = None
        self._end: QPointF | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(60, 60)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_diagram(self, diagram: Diagram, theme: Theme, decimals: int, node: int) -> None:
        """Show another diagram, or the same in other colours, with the variable that is chosen."""
        if diagram.arrows != self.diagram.arrows:
            self._let_go()
        self.diagram, self.theme, self.decimals = diagram, theme, decimals
        if node != self.node:
            self.node, self.state = node, self._likely(node)
        self._lay_out()

    def _lay_out(self) -> None:
        """Think out everything before it is painted: an error in Qt's paint event would end the program."""
        self.plan = planned(self.diagram, self.width(), self.height(), self.font(), self.decimals, self.node)
        self.update()

    # -- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where the button went down."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._let_go()
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw an arrow from the variable that was pressed, or report what is under the mouse."""
        at, pressed = event.position(), self._pressed
        if pressed is None:
            self.entered.emit(self.plan.box_at(at))
        elif self.source >= 0:
            self._end = at
        elif (at - pressed).manhattanLength() >= QApplication.startDragDistance():
            self.source, self._end = self.plan.box_at(pressed), at
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End an arrow, suppose the state that was clicked, or choose the variable or the arrow."""
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
        """Report that the mouse has gone."""
        super().leaveEvent(event)
        self.entered.emit(-1)

    def _choose(self, box: int, arrow: int) -> None:
        """Choose an arrow where there is one, else a variable or none."""
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
        """Forget the arrow that is chosen, and the one that is being drawn."""
        self.arrow, self.source, self._pressed, self._end = None, -1, None, None
        self.update()

    # -- the keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from state to state with Up and Down, from variable to variable with Ctrl; Enter supposes.

        Insert begins an arrow at a variable and ends it at another; there Delete takes it away.
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
        """Begin an arrow at the variable that is chosen, or end it there."""
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
        """Ask for no arrow any more where one is chosen, or where keys have begun one."""
        ends = self.arrow or (self.source, self.node)
        self._let_go()
        self._want(*ends, drawn=False)

    def _likely(self, node: int) -> int:
        shares = self.diagram.variables[node].shares if node >= 0 else (1.0,)
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

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show what the keys act on."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no longer."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plan, and what the hand is at."""
        arrow = self.diagram.arrows.index(self.arrow) if self.arrow is not None else -1
        marks = Marks(self.node, self.state, self.hasFocus(), arrow, self.source, self._end)
        painter = QPainter(self)
        paint(painter, self.plan, self.theme, self.font(), marks)
        painter.end()
