"""Where everything stands: transport on top, setup at the left, four pictures, the status below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsView, QScrollBar, QSplitter, QVBoxLayout, QWidget

from emviz.ui.keys import MODIFIERS

#: Shares of the height of a column of pictures, and of the width of the columns: the count table needs more.
HEIGHTS, WIDTHS = (45, 55), (57, 43)
#: The width of the setup column, in letters m.
SETUP_WIDTH = 20
#: The share of its height that the first panel of the setup gets at most, before it scrolls.
SETUP_HEIGHT = 0.57
#: No panel is made smaller than this; none may ask for more, lest a large font outgrow the screen.
LEAST_PANEL = (200, 120)


class Desk(QWidget):
    """The middle of the window.

    Parameters
    ----------
    top, bottom : QWidget
        The transport and the status.
    setup : sequence of QWidget
        The panels of the left column, from the top.
    columns : sequence of sequence of QWidget
        The pictures, column by column.
    """

    def __init__(
        self, top: QWidget, bottom: QWidget, setup: Sequence[QWidget], columns: Sequence[Sequence[QWidget]]
    ) -> None:
        super().__init__()
        # A click beside the panels takes the focus out of a field.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._first = setup[0]
        self._divided = False
        self._asked = 0
        for panel in (panel for column in columns for panel in column):
            panel.setMinimumSize(*LEAST_PANEL)
        for panel in setup[1:]:
            panel.setMinimumHeight(LEAST_PANEL[1])
        self.setup = _column("Setup and data", setup)
        self.columns = [_column(f"Pictures, column {i + 1}", panels) for i, panels in enumerate(columns)]
        self.across = _splitter(Qt.Orientation.Horizontal, "Columns", [self.setup, *self.columns])
        for i, part in enumerate((self.setup, *self.columns)):
            self.across.setStretchFactor(i, 0 if part is self.setup else 1)
        self.across.setCollapsible(0, True)
        self.setup.setStretchFactor(self.setup.count() - 1, 1)
        for column in self.columns:
            column.splitterMoved.connect(self._align)
        for splitter in (self.across, self.setup):
            splitter.splitterMoved.connect(self._keep)
        self.setup.asked.connect(self._share_out)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 10)
        layout.setSpacing(8)
        layout.addWidget(top)
        layout.addWidget(self.across, 1)
        layout.addWidget(bottom)

    @property
    def sizes(self) -> tuple[tuple[int, ...], ...]:
        """The sizes of the parts of every splitter."""
        return tuple(tuple(splitter.sizes()) for splitter in self._splitters)

    def restore(self, sizes: tuple[tuple[int, ...], ...]) -> None:
        """Give the splitters the sizes they had, or the usual ones where these do not fit them."""
        counts = [splitter.count() for splitter in self._splitters]
        if [len(each) for each in sizes] != counts:
            sizes = self._usual()
        for splitter, each in zip(self._splitters, sizes, strict=True):
            splitter.setSizes(each)

    def restore_usual(self) -> None:
        """Give the splitters their usual sizes, as if the user had never moved them."""
        self._divided = False
        self.restore(())

    def scroll_back(self) -> None:
        """Scroll everything to its beginning; in a plot the bars are not for scrolling."""
        for bar in self.findChildren(QScrollBar):
            holder = bar.parentWidget()
            if holder is None or not isinstance(holder.parentWidget(), QGraphicsView):
                bar.setValue(bar.minimum())

    @Slot()
    def refit(self) -> None:
        """Give the setup the room that another font asks for, unless the user has shared it out."""
        if not self._divided:
            across, setup, *_ = self._usual()
            self.across.setSizes(across)
            self.setup.setSizes(setup)

    @Slot()
    def _share_out(self) -> None:
        """Give the experiment the room that another model asks for, unless the user has shared it out."""
        asked, before = self._first.sizeHint().height(), self._asked
        self._asked = asked
        if before and asked != before and not self._divided:
            self.setup.setSizes(self._usual()[1])

    def present(self, presenting: bool) -> None:
        """Show the pictures alone, or the setup beside them."""
        self.setup.setVisible(not presenting)

    @property
    def _splitters(self) -> list[QSplitter]:
        return [self.across, self.setup, *self.columns]

    def _usual(self) -> tuple[tuple[int, ...], ...]:
        width, height = self.across.width(), self.across.height()
        left = min(self.fontMetrics().horizontalAdvance("m") * SETUP_WIDTH, width * 3 // 10)
        rest = width - left
        own = min(self._first.sizeHint().height(), round(height * SETUP_HEIGHT))
        pictures = [tuple(height * share // 100 for share in HEIGHTS)] * len(self.columns)
        across = (left, *(rest * share // 100 for share in WIDTHS))
        return across, (own, height - own), *pictures

    @Slot()
    def _keep(self) -> None:
        """Let the user's own division stand."""
        self._divided = True

    @Slot()
    def _align(self) -> None:
        """Keep the pictures in rows: what is dragged in one column moves in the others."""
        moved = self.sender()
        for column in self.columns:
            if column is not moved and isinstance(moved, QSplitter):
                column.setSizes(moved.sizes())


class Blank(QWidget):
    """A black cloth over the window, as a presenter's clicker asks for it.

    While it covers the window it has the focus: the first key asks to lift it, and does nothing else.
    """

    lifted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("blank")
        self.setAccessibleName("Blank screen")
        self._before: QWidget | None = None
        self._pressed: int | None = None
        self.hide()

    @Slot(bool)
    def cover(self, covering: bool) -> None:
        """Cover the window, or uncover it and give the focus back."""
        self.setGeometry(self.window().rect())
        if covering:
            self._before, self._pressed = self.window().focusWidget(), None
        self.setVisible(covering)
        self.raise_()
        if covering:
            self.setFocus()
        elif self._before is not None:
            self._before.setFocus()

    def event(self, event: QEvent) -> bool:
        """Take every key, Tab and Esc too, before the window does; as it comes up again, the cloth is lifted.

        Lifted before, it would leave a key that is held down to the window.
        """
        if not isinstance(event, QKeyEvent) or event.key() in MODIFIERS:
            return super().event(event)
        if event.type() == QEvent.Type.KeyPress:
            self._pressed = event.key()
        up = event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat()
        if up and self._pressed == event.key():
            self.lifted.emit()
        event.accept()
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it black."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        painter.end()


class _Splitter(QSplitter):
    """Tells when one of its parts asks for another size."""

    asked = Signal()

    def event(self, event: QEvent) -> bool:
        """Pass on that a part asks for another size."""
        taken = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.asked.emit()
        return taken


def _column(name: str, panels: Sequence[QWidget]) -> _Splitter:
    return _splitter(Qt.Orientation.Vertical, name, panels)


def _splitter(orientation: Qt.Orientation, name: str, parts: Sequence[QWidget]) -> _Splitter:
    splitter = _Splitter(orientation)
    splitter.setAccessibleName(name)
    splitter.setHandleWidth(8)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    return splitter
