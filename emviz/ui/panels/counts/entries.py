"""A small matrix of parameters or totals, whose numbers can be picked."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.counts.cell_painter import BAR_TINT, tinted
from emviz.ui.panels.counts.fonts import bold
from emviz.wording.counts import signed
from emviz.wording.lines import Entries

#: Padding around a number, in pixels.
PAD = 5
#: Height of a row, in lines.
ROW = 1.2
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class EntriesView(QWidget):
    """A matrix with its symbol in the corner, names along its axes, and numbers."""

    picked = Signal(int)
    #: The keyboard cursor has moved to the cell in this rectangle.
    moved = Signal(QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "text")
        self._entries: Entries | None = None
        self._texts: dict[tuple[int, int], str] = {}
        self._measured: tuple[int, int] | None = None
        self._places = 1
        self._theme: Theme = LIGHT
        self._chosen: int | None = None
        self._growth = 1.0
        self._current = (0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_entries(self, entries: Entries, places: int, theme: Theme, chosen: int | None) -> None:
        """Show a matrix, its numbers with `places` decimals."""
        self._entries, self._places, self._theme, self._chosen = entries, places, theme, chosen
        rows, columns = entries.values.shape
        self._current = (min(self._current[0], rows - 1), min(self._current[1], columns - 1))
        self._texts = {cell: self._written(entries, *cell) for cell in _cells(entries)}
        self._measured = None
        self.setAccessibleName(self._spoken(entries))
        self.updateGeometry()
        self.update()

    def set_growth(self, growth: float) -> None:
        """Set the strength of the highlight of new numbers, 0 … 1."""
        self._growth = growth
        self.update()

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        return self._texts[row, column]

    def _written(self, entries: Entries, row: int, column: int) -> str:
        value = float(entries.values[row, column])
        return signed(value, 0 if entries.whole and value.is_integer() else self._places)

    def _spoken(self, entries: Entries) -> str:
        def name(i: int, j: int) -> str:
            if entries.words:
                return entries.words[i][j]
            return f"{entries.symbol} {entries.rows[i]},{entries.columns[j]}"

        return "; ".join(f"{name(i, j)} {self.text(i, j)}" for i, j in _cells(entries))

    # -- geometry ----------------------------------------------------------------------------------------

    @property
    def _row_height(self) -> int:
        return int(ROW * self.fontMetrics().height())

    def _widths(self) -> tuple[int, int]:
        """Return the widths of the row names and of a column, in pixels."""
        if self._measured is None:
            entries, advance = self._entries, QFontMetrics(bold(self.font())).horizontalAdvance
            assert entries is not None
            first = max(map(advance, (entries.symbol, *entries.rows)))
            each = max(map(advance, (*self._texts.values(), *entries.columns)))
            self._measured = first + 2 * PAD, each + 2 * PAD
        return self._measured

    def _cell(self, row: int, column: int) -> QRect:
        """Return the rectangle of a cell; −1 is the row or the column of the names."""
        first, each = self._widths()
        height = self._row_height
        left, width = (0, first) if column < 0 else (first + column * each, each)
        return QRect(left, (row + 1) * height, width, height)

    def _at(self, point: QPoint) -> tuple[int, int] | None:
        entries = self._entries
        if entries is None:
            return None
        return next((cell for cell in _cells(entries) if self._cell(*cell).contains(point)), None)

    def _pick(self, row: int, column: int) -> None:
        assert self._entries is not None
        self.picked.emit(int(self._entries.places[row, column]))

    # -- Qt overrides

    def sizeHint(self) -> QSize:
        """Return the size of the matrix."""
        if self._entries is None:
            return QSize(0, 0)
        rows, columns = self._entries.values.shape
        first, each = self._widths()
        return QSize(first + columns * each + 1, (rows + 1) * self._row_height + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names and the numbers."""
        entries = self._entries
        if entries is None:
            return
        painter, plain = QPainter(self), self.font()
        for j, name in enumerate(entries.columns):
            self._write(painter, self._cell(-1, j), name, self._theme.muted, plain)
        self._write(painter, self._cell(-1, -1), entries.symbol, self._theme.ink, bold(plain))
        for i, name in enumerate(entries.rows):
            colour = self._theme.component(entries.components[i])
            self._write(painter, self._cell(i, -1), name, colour, bold(plain))
        for i, j in _cells(entries):
            self._paint_cell(painter, entries, i, j)
        painter.end()

    def _paint_cell(self, painter: QPainter, entries: Entries, i: int, j: int) -> None:
        rect, theme = self._cell(i, j), self._theme
        ground = tinted(theme.card, theme.newest, self._growth)
        if entries.depth is not None:
            part = BAR_TINT * float(entries.depth[i, j])
            ground = tinted(theme.card, theme.component(entries.components[i]), part)
        painter.fillRect(rect.adjusted(1, 1, 0, 0), ground)
        self._write(painter, rect, self.text(i, j), theme.ink, self.font())
        if int(entries.places[i, j]) == self._chosen:
            painter.setPen(QColor(theme.ink))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        if self.hasFocus() and (i, j) == self._current:
            painter.setPen(QPen(QColor(theme.focus), 2))
            painter.drawRect(rect.adjusted(2, 2, -1, -1))

    def _write(self, painter: QPainter, rect: QRect, text: str, colour: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick the number under the mouse."""
        cell = self._at(event.position().toPoint())
        if cell is not None:
            self._current = cell
            self._pick(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move between numbers with Ctrl and an arrow; Enter picks one."""
        assert self._entries is not None
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(*self._current)
        elif with_ctrl and event.key() in STEPS:
            rows, columns = self._entries.values.shape
            down, right = STEPS[Qt.Key(event.key())]
            self._current = ((self._current[0] + down) % rows, (self._current[1] + right) % columns)
            self.moved.emit(self._cell(*self._current))
            self.update()
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Measure the matrix again in a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measured = None

    def event(self, event: QEvent) -> bool:
        """Show the previous value of a number as a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self._at(event.pos())
            if cell is not None and self._entries is not None and self._entries.were is not None:
                was = signed(float(self._entries.were[cell]), self._places)
                QToolTip.showText(event.globalPos(), f"was {was}", self)
            return True
        return super().event(event)


def _cells(entries: Entries) -> Iterator[tuple[int, int]]:
    rows, columns = entries.values.shape
    return ((i, j) for i in range(rows) for j in range(columns))
