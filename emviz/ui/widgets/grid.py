"""A table view with own keys and a persistent editor, fast enough for a million rows."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFont,
    QFontInfo,
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QApplication,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from emviz.ui.commands.keys import DIGITS, STEERING, STRIDES, is_alone, is_with_ctrl
from emviz.ui.look.lettering import font_for
from emviz.ui.look.style import SMALL
from emviz.ui.widgets.controls import Line

EDIT_TRIGGERS = (
    QTableView.EditTrigger.DoubleClicked
    | QTableView.EditTrigger.SelectedClicked
    | QTableView.EditTrigger.EditKeyPressed
    | QTableView.EditTrigger.AnyKeyPressed
)
#: Narrow headers, because the setup column is narrow too.
SHEET = """
QHeaderView::section { padding: 2px 3px; }
QHeaderView::section:vertical { border: none; }
"""
#: Pixel ratio of badges, high enough for any screen.
RATIO = 3
#: Diameter of a badge, in heights of its letter.
ROUND = 1.3
#: Share of a badge that its text may fill.
INNER = 0.78


class Grid(QTableView):
    """An editable table.

    Parameters
    ----------
    name, accessible : str
        Object name and accessible name.
    """

    table_pasted = Signal()
    #: Asks whether a multi-cell clipboard is pasted into the table while a cell is being edited.
    takes_tables = False

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setItemDelegate(CellDelegate(self))
        self.setTabKeyNavigation(False)
        self.setEditTriggers(EDIT_TRIGGERS)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setStyleSheet(SHEET)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # With a minimum larger than the row height, Qt resizes rows one by one: minutes for a million rows.
        self.verticalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        self.fit_rows()

    @property
    def is_editing(self) -> bool:
        """Whether a cell is being edited."""
        return self.state() == QTableView.State.EditingState

    def take_table(self) -> None:
        """Request that the clipboard be pasted into the table instead of into the cell being edited."""
        editor = self.findChild(CellEditor)
        if editor is not None:
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.RevertModelCache)
        self.table_pasted.emit()

    def fit_rows(self) -> None:
        """Apply the application's font, slightly smaller, and the matching row height."""
        font = small_font(self)
        for part in (self, self.horizontalHeader(), self.verticalHeader()):
            part.setFont(font)
            # The style sheet leaves the widget with the previous font when painting.
            part.viewport().setFont(font)
        height = QFontMetrics(font).height() + 6
        self.setIconSize(QSize(badge_side(font), badge_side(font)))
        self.verticalHeader().setDefaultSectionSize(height)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show a model, with headers that do not highlight the selection.

        For highlighting, a header asks every row of a selected column for its flags whenever it is painted: a
        minute for a million rows.
        """
        super().setModel(model)
        if model is not None:
            aside = QItemSelectionModel(model, self)
            self.horizontalHeader().setSelectionModel(aside)
            self.verticalHeader().setSelectionModel(aside)

    def selectAll(self) -> None:
        """Select all cells as a single range."""
        model = self.model()
        if model.rowCount() and model.columnCount():
            last = model.index(model.rowCount() - 1, model.columnCount() - 1)
            everything = QItemSelection(model.index(0, 0), last)
            self.selectionModel().select(everything, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Move to the cell below after Enter, as a spreadsheet does."""
        super().closeEditor(editor, hint)
        if hint == QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            below = self.currentIndex().siblingAtRow(self.currentIndex().row() + 1)
            if below.isValid():
                self.setCurrentIndex(below)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the table's own actions from the window, but not those that control EM."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._owns(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Trigger one of the table's own actions, or move to another cell (sideways with Ctrl)."""
        action, key = self._action(event), event.key()
        if action is not None:
            action.trigger()
        elif is_alone(event) and key in STEERING:
            # The window would have handled this key if it had an effect now.
            event.ignore()
        elif is_with_ctrl(event) and key in STRIDES:
            self._stride(*STRIDES[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def _stride(self, rows: int, columns: int) -> None:
        here = self.currentIndex()
        there = here.sibling(here.row() + rows, here.column() + columns)
        if there.isValid():
            self.setCurrentIndex(there)

    def _owns(self, event: QKeyEvent) -> bool:
        select = event.matches(QKeySequence.StandardKey.SelectAll)
        # A digit starts editing a cell.
        typed = is_alone(event) and event.key() in DIGITS
        return select or typed or self._action(event) is not None

    def _action(self, event: QKeyEvent) -> QAction | None:
        typed = QKeySequence(event.keyCombination())
        return next((action for action in self.actions() if typed in action.shortcuts()), None)


def make_compact(button: QPushButton) -> None:
    """Reduce the padding of a button."""
    button.setStyleSheet("QPushButton { padding: 4px 6px; } QPushButton:focus { padding: 3px 5px; }")


def small_font(widget: QWidget | None = None) -> QFont:
    """Return the font of tables, scaled like the panel that contains the widget."""
    font = QFont(QApplication.font() if widget is None else font_for(widget))
    font.setPointSizeF(font.pointSizeF() * SMALL)
    return font


class CellEditor(Line):
    """The editor of a cell; it lets the table paste several cells.

    Parameters
    ----------
    grid : Grid, optional
        The table that pastes several cells, if any.
    """

    def __init__(self, grid: Grid | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = grid

    @Slot()
    def paste(self) -> None:
        """Paste a single cell at the cursor; let the table paste several."""
        text = QApplication.clipboard().text().rstrip("\r\n")
        if self._grid is not None and any(mark in text for mark in "\t\r\n"):
            self._grid.take_table()
        else:
            self.insert(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Use our own paste for the key, as for the menu entry."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the usual entries, with our own Paste."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                action.triggered.disconnect()
                action.triggered.connect(self.paste)
        menu.popup(event.globalPos())


class CellDelegate(QStyledItemDelegate):
    """Edits a cell; an edit in progress survives changes elsewhere in the data."""

    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        """Return a line edit without padding, so that it fits into the cell."""
        grid = self.parent()
        editor = CellEditor(grid if isinstance(grid, Grid) and grid.takes_tables else None, parent)
        editor.setStyleSheet("QLineEdit { border-radius: 0; padding: 0 2px; }")
        editor.setAccessibleName("cell")
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Set the editor's text, unless the user has changed it."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)


def badge_side(font: QFont) -> int:
    """Return the diameter of a badge for a font."""
    return round(QFontInfo(font).pixelSize() * ROUND)


def badge(text: str, colour: str, ink: str, font: QFont) -> QIcon:
    """Return a disc with a letter, so that colour is never the only cue."""
    size = badge_side(font)
    pixmap = QPixmap(size * RATIO, size * RATIO)
    pixmap.setDevicePixelRatio(RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(0, 0, size, size)
    letter = QFont(font)
    letter.setBold(True)
    wide = QFontMetrics(letter).horizontalAdvance(text)
    if wide > INNER * size:
        letter.setPointSizeF(letter.pointSizeF() * INNER * size / wide)
    painter.setFont(letter)
    painter.setPen(QColor(ink))
    painter.drawText(0, 0, size, size, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return QIcon(pixmap)
