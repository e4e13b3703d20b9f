"""Where everything stands: transport on top, setup at the left, four pictures, the status below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

#: Shares of the height of a column of pictures, and of the setup column.
PICTURES, SETUP = (50, 50), (46, 54)
#: The width of the setup column, in letters m.
SETUP_WIDTH = 20


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
        self, top: QWidget, bottom: QWidget, setup: list[QWidget], columns: list[list[QWidget]]
    ) -> None:
        super().__init__()
        # A click beside the panels takes the focus out of a field.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setup = _column("Setup and data", setup)
        self.columns = [_column(f"Pictures, column {i + 1}", panels) for i, panels in enumerate(columns)]
        self.across = _splitter(Qt.Orientation.Horizontal, "Columns", [self.setup, *self.columns])
        for i, part in enumerate((self.setup, *self.columns)):
            self.across.setStretchFactor(i, 0 if part is self.setup else 1)
        self.across.setCollapsible(0, True)
        for column in self.columns:
            column.splitterMoved.connect(self._align)
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

    def present(self, presenting: bool) -> None:
        """Show the pictures alone, or the setup beside them."""
        self.setup.setVisible(not presenting)

    @property
    def _splitters(self) -> list[QSplitter]:
        return [self.across, self.setup, *self.columns]

    def _usual(self) -> tuple[tuple[int, ...], ...]:
        left = self.fontMetrics().horizontalAdvance("m") * SETUP_WIDTH
        width = max(self.width() - left, 2 * left)
        each = width // len(self.columns)
        heights = tuple(1000 * share // 100 for share in PICTURES)
        return (left, *[each] * len(self.columns)), SETUP, *[heights] * len(self.columns)

    @Slot()
    def _align(self) -> None:
        """Keep the pictures in rows: what is dragged in one column moves in the others."""
        moved = self.sender()
        for column in self.columns:
            if column is not moved and isinstance(moved, QSplitter):
                column.setSizes(moved.sizes())


def _column(name: str, panels: list[QWidget]) -> QSplitter:
    return _splitter(Qt.Orientation.Vertical, name, panels)


def _splitter(orientation: Qt.Orientation, name: str, parts: list[QWidget]) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setAccessibleName(name)
    splitter.setHandleWidth(8)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    return splitter
