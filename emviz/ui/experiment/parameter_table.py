"""θ in an editable table, divided into pages if it is large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QHeaderView, QVBoxLayout, QWidget

from emviz.data.column import parse_number
from emviz.em.counts.table import Entry
from emviz.em.domains import Index, Parameter, Simplex, Unit
from emviz.em.numerics import Array
from emviz.em.rounding import MINUS, decimal, figures, plainly, scientific
from emviz.ui.experiment.parameter_pages import FieldColumn, Page, pages_of
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.widgets.grid import Grid, badge, small_font
from emviz.ui.widgets.labels import as_tip
from emviz.ui.widgets.selector import Selector
from emviz.ui.widgets.visible import visible

AnyIndex = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
Role = Qt.ItemDataRole

#: Visible rows: the maximum without scrolling, and the number with a scroll bar.
FEWEST_ROWS, SHOWN_ROWS, SCROLLED_ROWS = 2, 6, 4
#: With more columns than this, probabilities have three decimals so that columns are narrow.
FEW_COLUMNS = 3
#: Pixels of a cell that its number cannot use.
PADDING = 12
#: Number of the longest texts that are measured, enough for their differences in width.
MEASURED = 200
#: Maximum length of a heading.
LONGEST_HEADING = 12


def refusal(parameter: Parameter, index: Index, moved: Array, text: str) -> str | None:
    """Return why an entry cannot have a value, in one sentence; None if it can."""
    fault = parameter.domain.fault(moved)
    if fault is None:
        return None
    values = ", ".join(figures(value, 6) for value in moved.ravel())
    # The full value of a large field would be unreadable.
    whole = f"{parameter.symbol} = ({values})" if 1 < moved.size <= SHOWN_ROWS else parameter.symbol
    return f"{parameter.label(index)} cannot be {text}: {whole} {fault}. The old value stays."


def short_share(value: float) -> str:
    """Return a probability in five characters."""
    return decimal(value, 3) if value == 0 or value >= 0.0005 else "{}e{:03d}".format(*scientific(value, 1))


# -- the table -----------------------------------------------------------------------------------------------


class ParameterModel(QAbstractTableModel):
    """One page of θ: a row per component, a column per field or index of the last axis."""

    entered = Signal(object, float)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = Page(())
        self._values: Mapping[str, Array] = {}
        self._theme, self._font = LIGHT, QFont()
        self._longest: list[str] = []

    def show_values(self, page: Page, values: Mapping[str, Array]) -> None:
        """Show values; cells are kept if the page is the same."""
        if page == self._page:
            self._values = values
            self._find_longest()
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
            return
        self.beginResetModel()
        self._page, self._values = page, values
        self._find_longest()
        self.endResetModel()

    def apply_theme(self, theme: Theme, font: QFont) -> None:
        """Apply the component colours and the table's font."""
        self._theme, self._font = theme, font
        if self._page.rows:
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self.rowCount() - 1)

    def widest(self, metrics: QFontMetrics) -> int:
        """Return the width of the widest number or heading."""
        headings = [metrics.horizontalAdvance(self._heading(place)) for place in range(self.columnCount())]
        return max([0, *map(metrics.horizontalAdvance, self._longest), *headings])

    def _find_longest(self) -> None:
        """Find the numbers to measure: of thousands, the ones with the most characters suffice."""
        numbers = {
            self._shown(parameter, value)
            for parameter in self._page.parameters
            for value in set(self._values[parameter.name].ravel().tolist())
        }
        most = max(map(len, numbers), default=0)
        # Sorted, since the order of a set differs from run to run.
        self._longest = sorted(number for number in numbers if len(number) == most)[:MEASURED]

    def entry(self, index: AnyIndex) -> Entry | None:
        """Return the entry of θ in a cell; None if there is none."""
        return self._page.columns[index.column()].entry(self._page.rows[index.row()])

    def _enter(self, column: FieldColumn, entry: Entry, text: str) -> bool:
        label = column.parameter.label(entry.index)
        value = parse_number(text.strip().replace(",", "."))
        if value is None:
            self.refused.emit(f"{label} must be a number, but '{text}' is not. The old value stays.")
            return False
        now = self._values[entry.field]
        # An unchanged value is not an edit, which would discard the run.
        if value == now[entry.index]:
            return False
        moved = column.parameter.domain.with_entry(now, entry.index, value)
        reason = refusal(column.parameter, entry.index, moved, text.strip())
        if reason is not None:
            self.refused.emit(reason)
            return False
        self.entered.emit(entry, value)
        return True

    def _shown(self, parameter: Parameter, value: float) -> str:
        if self.columnCount() > FEW_COLUMNS and isinstance(parameter.domain, Simplex | Unit):
            return short_share(value).replace("-", MINUS)
        return plainly(value).replace("-", MINUS)

    def _heading(self, section: int) -> str:
        heading = self._page.columns[section].heading
        return heading if len(heading) <= LONGEST_HEADING else heading[: LONGEST_HEADING - 1] + "…"

    def _badge(self, row: int) -> object:
        """Return a disc with the letter of a row's component; None if the row is not a component."""
        letter = self._page.rows[row][0] if self._page.rows[row] else ""
        names = self._page.first_names
        if len(letter) != 1 or not letter.isalpha() or len(names) > len(self._theme.components):
            return None
        return badge(letter, self._theme.component(names.index(letter)), self._theme.card, self._font)

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of rows of the page."""
        return 0 if parent.isValid() else len(self._page.rows)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        """Return the number of columns of the page."""
        return 0 if parent.isValid() else len(self._page.columns)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Make every cell editable that is an entry of θ and not derived from others."""
        editable = self.entry(index) in self._page.free
        return super().flags(index) | (Qt.ItemFlag.ItemIsEditable if editable else Qt.ItemFlag.NoItemFlags)

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> object:
        """Return the number in a cell, rounded for display and exact for editing."""
        entry = self.entry(index)
        if entry is None:
            return None
        value = float(self._values[entry.field][entry.index])
        match role:
            case Role.DisplayRole:
                return self._shown(self._page.columns[index.column()].parameter, value)
            case Role.EditRole:
                # All digits, so that a cell that is opened and left keeps its value.
                return repr(value)
            case Role.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter
            case Role.ForegroundRole:
                return None if entry in self._page.free else QColor(self._theme.muted)
            case Role.ToolTipRole:
                return as_tip(self._tip(index, entry, value))
        return None

    def _tip(self, index: AnyIndex, entry: Entry, value: float) -> str:
        label = self._page.columns[index.column()].parameter.label(entry.index)
        if entry in self._page.free:
            return f"{label} = {value!r}: double-click or press F2 to change it"
        return f"{label} = {value!r}: it follows from other entries"

    def setData(self, index: AnyIndex, value: object, role: int = Role.EditRole) -> bool:
        """Request a new value, if the domain allows it."""
        entry = self.entry(index)
        if entry is None or entry not in self._page.free or role != Role.EditRole:
            return False
        return self._enter(self._page.columns[index.column()], entry, str(value))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """Return symbols or names above, and the components at the left."""
        if orientation == Qt.Orientation.Horizontal:
            return self._above(section, role)
        row = self._page.rows[section]
        match role:
            case Role.DisplayRole:
                # The badge shows the letter; screen readers use the accessible text.
                return visible(" ".join(row[1:] if self._badge(section) else row)) or None
            case Role.AccessibleTextRole | Role.ToolTipRole:
                return as_tip(", ".join(row))
            case Role.DecorationRole:
                return self._badge(section)
        return None

    def _above(self, section: int, role: int) -> str | None:
        if role == Role.DisplayRole:
            return visible(self._heading(section))
        if role in (Role.AccessibleTextRole, Role.ToolTipRole):
            return as_tip(self._page.columns[section].heading)
        return None


class ParameterTable(Grid):
    """A page of θ, as high as its rows; numbers are never cut off."""

    def __init__(self, name: str, accessible: str) -> None:
        super().__init__(name, accessible)
        self.parameters = ParameterModel(self)
        self.setModel(self.parameters)
        self.setSelectionMode(Grid.SelectionMode.SingleSelection)
        self.setSizeAdjustPolicy(QAbstractScrollArea.SizeAdjustPolicy.AdjustIgnored)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setSectionsClickable(False)
        self.fit()

    def fit(self) -> None:
        """Fit the columns to the widest number, and the height to the rows."""
        widest = self.parameters.widest(self.fontMetrics()) + PADDING
        # Stretched columns shrink to their minimum, which therefore has room for every number.
        self.horizontalHeader().setMinimumSectionSize(max(widest, 20))
        rows = max(self.parameters.rowCount(), FEWEST_ROWS)
        rows = rows if rows <= SHOWN_ROWS else SCROLLED_ROWS
        header = self.horizontalHeader().sizeHint().height()
        bar = self.horizontalScrollBar().sizeHint().height() if self._overflows(widest) else 0
        height = header + rows * self.verticalHeader().defaultSectionSize() + 2 * self.frameWidth() + bar
        # Setting the same height again would start another layout pass.
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)

    def _overflows(self, widest: int) -> bool:
        scrolls = self.parameters.rowCount() > SHOWN_ROWS
        beside = self.verticalHeader().sizeHint().width() + 2 * self.frameWidth()
        beside += self.verticalScrollBar().sizeHint().width() if scrolls else 0
        return self.parameters.columnCount() * widest > self.width() - beside

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the scroll bar if the columns do not fit."""
        super().resizeEvent(event)
        self.fit()


class ParameterEditor(QWidget):
    """The free fields of θ, with a selector of the page."""

    entered = Signal(object, float)
    refused = Signal(str)
    #: The title of the chosen page.
    page_requested = Signal(str)

    def __init__(self, name: str, accessible: str) -> None:
        super().__init__()
        self.table = ParameterTable(name, accessible)
        self.pages = Selector(f"{name}Page", f"{accessible}: the field in the table")
        self.pages.hide()
        self._pages: tuple[Page, ...] = ()
        self._values: Mapping[str, Array] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.pages)
        layout.addWidget(self.table)
        self.pages.currentIndexChanged.connect(self._choose)
        self.table.parameters.entered.connect(self.entered)
        self.table.parameters.refused.connect(self.refused)

    def show_values(
        self, parameters: Sequence[Parameter], values: Mapping[str, Array], page: str | None = None
    ) -> None:
        """Show the free ones of some parameters.

        Parameters
        ----------
        page : str, optional
            Title of the page; by default the current one, or the first if that does not exist.
        """
        self._values = values
        pages, chosen = pages_of(parameters), self.pages.currentText() if page is None else page
        if pages != self._pages:
            self._fill(pages)
        self.turn_to(chosen)
        self._show_page()

    def turn_to(self, page: str) -> None:
        """Show the page with a title, or the first one."""
        titles = [visible(each.title) for each in self._pages]
        # A signal would request the page that the session already shows.
        self.pages.blockSignals(True)
        place = titles.index(visible(page)) if visible(page) in titles else 0
        turned = self.pages.currentIndex() != place
        self.pages.setCurrentIndex(place)
        self.pages.blockSignals(False)
        if turned:
            self._show_page()

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        self.pages.setFont(small_font(self))
        self.table.fit_rows()
        self.table.parameters.apply_theme(theme, self.table.font())
        self.table.fit()

    def _fill(self, pages: tuple[Page, ...]) -> None:
        self._pages = pages
        self.pages.blockSignals(True)
        # Clearing and filling would request pages that nobody has chosen.
        self.pages.clear()
        self.pages.addItems([visible(page.title) for page in pages])
        self.pages.blockSignals(False)
        self.pages.setVisible(len(pages) > 1)

    @Slot(int)
    def _choose(self, place: int) -> None:
        self._show_page()
        self.page_requested.emit(self._pages[place].title)

    def _show_page(self) -> None:
        if self._pages:
            self.table.parameters.show_values(self._pages[self.pages.currentIndex()], self._values)
            self.table.fit()
