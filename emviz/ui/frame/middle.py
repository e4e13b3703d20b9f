"""The setup, the panels and an optional widget beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QWidget

from emviz.ui.frame.folding import Side
from emviz.ui.frame.hall import Hall
from emviz.ui.frame.places import GAP, LEAST
from emviz.ui.widgets.handle import Handle


class Middle(QWidget):
    """Holds the setup and the panels between the transport bar and the status bar."""

    def __init__(self, setup: Sequence[QWidget], hall: Hall, parent: QWidget) -> None:
        super().__init__(parent)
        self.side = Side.BESIDE
        self.setup_width = 0
        #: An optional widget to the left of the panels; the setup opens over it.
        self.aside: QWidget | None = None
        hall.setParent(self)
        self._hall = hall
        self._drawer = _Drawer(self)
        self.handle = Handle(Qt.Orientation.Horizontal, "setupHandle", self)
        self.setup = _Splitter(Qt.Orientation.Vertical, self._drawer)
        self.setup.setAccessibleName("Experiment and data")
        self.setup.setHandleWidth(GAP)
        self.setup.setChildrenCollapsible(False)
        for panel in setup:
            self.setup.addWidget(panel)
        for panel in setup[1:]:
            panel.setMinimumHeight(LEAST.height())
        self.setup.setStretchFactor(self.setup.count() - 1, 1)

    def room(self, beside: bool) -> QSize:
        """Return the room for the panels with or without the setup beside them."""
        taken = self.setup_width + GAP if beside else self._taken
        return QSize(self.width() - taken, self.height())

    @property
    def _taken(self) -> int:
        """Width that the widget to the left takes from the panels."""
        return 0 if self.aside is None else self.aside.sizeHint().width() + GAP

    def stand_aside(self, widget: QWidget | None) -> None:
        """Show a widget to the left of the panels; None removes it."""
        if self.aside is not None:
            self.aside.hide()
        self.aside = widget
        if widget is not None:
            widget.setParent(self)
            widget.show()
        self._place()

    def put_setup(self, side: Side) -> None:
        """Change the place of the setup."""
        self.side = side
        self._place()

    def set_setup_width(self, width: int) -> None:
        """Change the width of the setup."""
        self.setup_width = max(LEAST.width() // 2, min(width, self.width() // 2))
        self._place()

    @Slot()
    def _place(self) -> None:
        beside, width = self.side is Side.BESIDE, self.setup_width
        over = GAP if self.side is Side.OVER else 0
        start = width + GAP if beside else self._taken
        if self.aside is not None:
            self.aside.setGeometry(0, 0, self._taken - GAP, self.height())
        self._drawer.set_raised(bool(over))
        self._drawer.setGeometry(0, 0, width + over, self.height())
        self.setup.setGeometry(0, 0, width, self.height())
        self._drawer.setVisible(self.side is not Side.AWAY)
        self.handle.setVisible(beside)
        self.handle.setGeometry(width, 0, GAP, self.height())
        # The hall covers the whole area, so panels keep their place until each is moved.
        self._hall.setGeometry(self.rect())
        self._hall.use(QRect(start, 0, self.width() - start, self.height()))
        self._drawer.raise_()

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the parts in the new size."""
        super().resizeEvent(event)
        self._place()

    def minimumSizeHint(self) -> QSize:
        """Return the minimum of the panels, because the setup can open over them."""
        return self._hall.minimumSizeHint() + QSize(self._taken, 0)


class _Drawer(QFrame):
    """Background of the setup, with a border when it is open over the panels."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drawer")
        self._raised = False

    def set_raised(self, raised: bool) -> None:
        """Show or hide the border at the right."""
        self._raised = raised
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint over the panels underneath."""
        painter, palette = QPainter(self), self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Window))
        if self._raised:
            edge = QRect(self.width() - 2, 0, 2, self.height())
            painter.fillRect(edge, palette.color(QPalette.ColorRole.PlaceholderText))
        painter.end()


class _Splitter(QSplitter):
    """Signals that one of its parts has another size hint."""

    asked = Signal()

    def event(self, event: QEvent) -> bool:
        """Pass on layout requests of the parts."""
        taken = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.asked.emit()
        return taken
