"""What the M-step has found, on the shelf: lines, the most changed first, and small matrices beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from emviz.data.things import things
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.counts.entries import EntriesView
from emviz.ui.panels.counts.strip import UpdateStrip
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.widgets.card import ElidedLabel
from emviz.ui.widgets.labels import PlainLabel, RichLabel
from emviz.wording.lines import Entries, Lines

#: Space between a matrix and the lines beside it, and between matrices and rows, in pixels.
ASIDE, BETWEEN = 24, 6
#: Lines that stand beside the matrices, if there are so many.
LEAST = 4


class Board(QWidget):
    """Shares its room out: the title, then lines and matrices side by side, and the footnote below."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What the M-step has found")
        self._theme: Theme = LIGHT
        self._found: Lines | None = None
        self._decimals = 1
        self._chosen: int | None = None
        self._views: list[EntriesView] = []
        self._compared: tuple[str, ...] = ()
        self.title, self.note = PlainLabel(parent=self), ElidedLabel()
        self.note.setParent(self)
        self.title.setProperty("role", "strong")
        self.note.setProperty("role", "hint")
        self.strip = UpdateStrip(self)
        self.strip.picked.connect(self.picked)
        self.footnote = RichLabel(self)
        self.footnote.setProperty("role", "hint")

    @property
    def matrices(self) -> tuple[EntriesView, ...]:
        """The matrices on display."""
        return tuple(view for view in self._views if not view.isHidden())

    def reserve_like(self, strip: UpdateStrip) -> None:
        """Keep the room that a strip has measured for the lines that an M-step will find."""
        self.strip.reserve_like(strip)

    def show_lines(self, found: Lines, places: int, theme: Theme, chosen: int | None) -> None:
        """Show what the M-step has found."""
        self._found, self._decimals, self._theme, self._chosen = found, places, theme, chosen
        self.title.setText(f"θ({found.iteration})")
        self._arrange()

    def forget(self) -> None:
        """Arrange nothing until there are lines again: it is not seen meanwhile."""
        self._found = None

    def set_footnote(self, lines: Sequence[str]) -> None:
        """Say below the lines what they are to be compared with."""
        compared = tuple(rich(line) for line in lines if line.strip())
        if compared != self._compared:
            self._compared = compared
            self._arrange()

    def set_growth(self, growth: float) -> None:
        """Light up what is new, so far into the motion."""
        self.strip.set_growth(growth)
        for view in self.matrices:
            view.set_growth(growth)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours."""
        self._theme = theme
        self.strip.apply_theme(theme)
        for view in self._views:
            view.setFont(font_for(self))
        self.title.setStyleSheet(f"color: {theme.ink}; font-weight: 600;")
        for label in (self.note, self.footnote):
            label.setStyleSheet(f"color: {theme.muted};")

    # -- where everything stands -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Give the matrices the right side, as far as they fit beside the lines."""
        if self._found is None:
            return
        middle = self._place_labels()
        fitting = self._fitting(middle)
        taken = self._place_matrices(fitting, middle)
        self.strip.setGeometry(middle.adjusted(0, 0, -taken, 0))
        told = self._told_elsewhere(fitting)
        self.strip.show_lines(self._found, self._decimals, self._theme, self._chosen, told)
        self._tell()

    def _told_elsewhere(self, fitting: Sequence[Entries]) -> set[int]:
        """Return the lines that need not be told beside the matrices: enough others are."""
        assert self._found is not None
        told: set[int] = set()
        for entries in fitting:
            own = set(entries.places.ravel().tolist())
            if len(self._found) - len(told | own) >= LEAST:
                told |= own
        return told

    def _place_labels(self) -> QRect:
        """Put the title above and the footnote below; return what is left between."""
        head, width = self.title.sizeHint().height(), self.width()
        self.title.setGeometry(0, BETWEEN, width, head)
        told = min(self.title.sizeHint().width() + ASIDE, width)
        self.note.setGeometry(told, BETWEEN, width - told, head)
        top = head + 2 * BETWEEN
        foot = self._footnote_height(width, self.height() - top - (LEAST + 1) * self.strip.line_height)
        self.footnote.setVisible(foot > 0)
        self.footnote.setGeometry(0, self.height() - foot, width, foot)
        return QRect(0, top, width, self.height() - top - foot - (BETWEEN if foot else 0))

    def _footnote_height(self, width: int, room: int) -> int:
        """Say as many of the comparisons as leave room for lines enough; return the height that they take."""
        for many in range(len(self._compared), 0, -1):
            self.footnote.show_html("<br>".join(self._compared[:many]))
            height = self.footnote.heightForWidth(width)
            if height <= room:
                return height
        return 0

    def _fitting(self, middle: QRect) -> list[Entries]:
        """Return the matrices that have room below and beside each other, in the order of θ."""
        assert self._found is not None
        found = list(self._found.matrices())
        while len(self._views) < len(found):
            view = EntriesView(self)
            view.picked.connect(self.picked)
            view.setFont(font_for(self))
            self._views.append(view)
        for view in self._views:
            view.hide()
        fitting: list[Entries] = []
        for view, entries in zip(self._views, found, strict=False):
            view.show_entries(entries, self._decimals + 1, self._theme, self._chosen)
            view.setVisible(True)
            if self._columns_width(middle) > middle.width() - self.strip.line_width - ASIDE:
                view.hide()
            else:
                fitting.append(entries)
        return fitting

    def _columns(self, middle: QRect) -> list[list[EntriesView]]:
        """Return the matrices on display, column by column, each no higher than there is room."""
        columns: list[list[EntriesView]] = []
        for view in self.matrices:
            height = sum(each.sizeHint().height() + BETWEEN for each in columns[-1]) if columns else 0
            if columns and height + view.sizeHint().height() <= middle.height():
                columns[-1].append(view)
            else:
                columns.append([view])
        return columns

    def _columns_width(self, middle: QRect) -> int:
        """Return how wide the matrices are; more than there is where one of them is too high."""
        if any(view.sizeHint().height() > middle.height() for view in self.matrices):
            return middle.width() + 1
        widths = (max(view.sizeHint().width() for view in column) for column in self._columns(middle))
        return sum(width + ASIDE for width in widths)

    def _place_matrices(self, fitting: Sequence[Entries], middle: QRect) -> int:
        """Put the matrices at the right, and return the width that they take."""
        taken = self._columns_width(middle) if fitting else 0
        x = middle.right() + 1 - taken + ASIDE
        for column in self._columns(middle):
            y = middle.top()
            for view in column:
                view.setGeometry(QRect(x, y, view.sizeHint().width(), view.sizeHint().height()))
                y += view.height() + BETWEEN
            x += max(view.width() for view in column) + ASIDE
        return taken

    def _tell(self) -> None:
        assert self._found is not None
        many = things(len(self._found), "parameter")
        self.note.shorter = f"M-step · {many}"
        self.note.setText(
            f"{self.note.shorter}, the most changed first" if self.strip.more else self.note.shorter
        )

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange everything for the new size."""
        super().resizeEvent(event)
        self._arrange()
