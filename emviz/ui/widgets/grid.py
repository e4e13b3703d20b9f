"""A table view that keeps its own keys, its open editor, and its speed at a million rows."""

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
#: Headers as narrow as their words: the column of the setup is narrow too.
SHEET = """
QHeaderView::section { padding: 2px 3px; }
QHeaderView::section:vertical { border: none; }
"""
#: Device pixels to the logical one in which badges are drawn: sharp on any screen.
RATIO = 3
#: The diameter of a badge, in heights of its letter.
ROUND = 1.3
#: The part of it that a text may take.
INNER = 0.78


class Grid(QTableView):
    """A table whose cells are typed into.

    Parameters
    ----------
    name, accessible : str
        The object name, and what a screen reader says.
    """

    table_pasted = Signal()
    #: Whether several cells of the clipboard go into the table, where a cell is being typed into.
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
        # A minimum that grows above the height of rows resizes them one by one: minutes, at a million.
        self.verticalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        self.fit_rows()

    @property
    def is_editing(self) -> bool:
        """Whether an editor is open in a cell."""
        return self.state() == QTableView.State.EditingState

    def take_table(self) -> None:
        """Ask for the clipboard to be put into the table, in place of what is being typed into a cell."""
        editor = self.findChild(CellEditor)
        if editor is not None:
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.RevertModelCache)
        self.table_pasted.emit()

    def fit_rows(self) -> None:
        """Take the font of the application, a little smaller, and make rows as high as it asks for."""
        font = small_font(self)
        for part in (self, self.horizontalHeader(), self.verticalHeader()):
            part.setFont(font)
            # A style sheet leaves the font before the last one to what is painted.
            part.viewport().setFont(font)
        height = QFontMetrics(font).height() + 6
        self.setIconSize(QSize(badge_side(font), badge_side(font)))
        self.verticalHeader().setDefaultSectionSize(height)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show a model; the headers do not follow the selection.

        To paint itself, a header that follows it asks every row of a selected column for its flags: a
        minute, at a million rows.
        """
        super().setModel(model)
        if model is not None:
            aside = QItemSelectionModel(model, self)
            self.horizontalHeader().setSelectionModel(aside)
            self.verticalHeader().setSelectionModel(aside)

    def selectAll(self) -> None:
        """Select every cell as one range."""
        model = self.model()
        if model.rowCount() and model.columnCount():
            last = model.index(model.rowCount() - 1, model.columnCount() - 1)
            everything = QItemSelection(model.index(0, 0), last)
            self.selectionModel().select(everything, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Go on to the cell below after Enter, as a spreadsheet does."""
        super().closeEditor(editor, hint)
        if hint == QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            below = self.currentIndex().siblingAtRow(self.currentIndex().row() + 1)
            if below.isValid():
                self.setCurrentIndex(below)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of its own actions from the window; those that steer EM are the window's."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._owns(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what one of its own actions does, or go to another cell: sideways with Ctrl."""
        action, key = self._action(event), event.key()
        if action is not None:
            action.trigger()
        elif is_alone(event) and key in STEERING:
            # The window has not taken it: there is nothing to steer now.
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
        # A number may be typed into a cell at once.
        typed = is_alone(event) and event.key() in DIGITS
        return select or typed or self._action(event) is not None

    def _action(self, event: QKeyEvent) -> QAction | None:
        typed = QKeySequence(event.keyCombination())
        return next((action for action in self.actions() if typed in action.shortcuts()), None)


def make_compact(button: QPushButton) -> None:
    """Take the room from around the word of a button."""
    button.setStyleSheet("QPushButton { padding: 4px 6px; } QPushButton:focus { padding: 3px 5px; }")


def small_font(widget: QWidget | None = None) -> QFont:
    """Return the font of tables, for a widget in a panel that may have all the room."""
    font = QFont(QApplication.font() if widget is None else font_for(widget))
    font.setPointSizeF(font.pointSizeF() * SMALL)
    return font


class CellEditor(Line):
    """The line in a cell; several cells of the clipboard are the table's to take.

    Parameters
    ----------
    grid : Grid, optional
        The table, where it takes them.
    """

    def __init__(self, grid: Grid | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = grid

    @Slot()
    def paste(self) -> None:
        """Put the cell of the clipboard at the cursor, or have the table take several."""
        text = QApplication.clipboard().text().rstrip("\r\n")
        if self._grid is not None and any(mark in text for mark in "\t\r\n"):
            self._grid.take_table()
        else:
            self.insert(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste as the menu does."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the usual entries, Paste as the menu does."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                action.triggered.disconnect()
                action.triggered.connect(self.paste)
        menu.popup(event.globalPos())


class CellDelegate(QStyledItemDelegate):
    """Edits a cell; what is being typed survives a change of the data elsewhere."""

    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        """Return a line without the paddings of a form: a cell is no higher than its text."""
        grid = self.parent()
        editor = CellEditor(grid if isinstance(grid, Grid) and grid.takes_tables else None, parent)
        editor.setStyleSheet("QLineEdit { border-radius: 0; padding: 0 2px; }")
        editor.setAccessibleName("cell")
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Put the text of the cell in the editor, unless something has been typed there."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)


def badge_side(font: QFont) -> int:
    """Return the diameter of a disc with a letter in this font."""
    return round(QFontInfo(font).pixelSize() * ROUND)


def badge(text: str, colour: str, ink: str, font: QFont) -> QIcon:
    """Return a disc with a letter in it: a colour never speaks alone."""
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
