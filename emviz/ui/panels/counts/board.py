"""The results of the M-step on the shelf: lines, the most changed first, and small matrices beside them."""

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

#: Gaps between matrices and lines, and between matrices, in pixels.
ASIDE, BETWEEN = 24, 6
#: Fewest lines beside the matrices, as far as there are as many.
LEAST = 4


class Board(QWidget):
    """Lays out the title, lines and matrices side by side below it, and the footnote."""

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
        """The visible matrices."""
        return tuple(view for view in self._views if not view.isHidden())

    def reserve_like(self, strip: UpdateStrip) -> None:
        """Reserve the room that another strip has measured for the lines of an M-step."""
        self.strip.reserve_like(strip)

    def show_lines(self, found: Lines, places: int, theme: Theme, chosen: int | None) -> None:
        """Show the results of an M-step."""
        self._found, self._decimals, self._theme, self._chosen = found, places, theme, chosen
        self.title.setText(f"θ({found.iteration})")
        self._arrange()

    def forget(self) -> None:
        """Skip the layout until there are lines again: the board is hidden meanwhile."""
        self._found = None

    def set_footnote(self, lines: Sequence[str]) -> None:
        """Set the comparisons below the lines."""
        compared = tuple(rich(line) for line in lines if line.strip())
        if compared != self._compared:
            self._compared = compared
            self._arrange()

    def set_growth(self, growth: float) -> None:
        """Set the strength of the highlight of new numbers, 0 … 1."""
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

    # -- layout ------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Place the matrices that fit at the right, and the lines in the rest."""
        if self._found is None:
            return
        middle = self._place_labels()
        fitting = self._fitting(middle)
        taken = self._place_matrices(fitting, middle)
        shown = self._found, self._decimals, self._theme, self._chosen
        self.strip.show_lines(*shown, self._in_matrices(fitting), middle.adjusted(0, 0, -taken, 0))
        self._write_note()

    def _in_matrices(self, fitting: Sequence[Entries]) -> set[int]:
        """Return the lines to omit because a matrix shows them, as far as enough others remain."""
        assert self._found is not None
        omitted: set[int] = set()
        for entries in fitting:
            own = set(entries.places.ravel().tolist())
            if len(self._found) - len(omitted | own) >= LEAST:
                omitted |= own
        return omitted

    def _place_labels(self) -> QRect:
        """Place the title above and the footnote below; return the area between them."""
        head, width = self.title.sizeHint().height(), self.width()
        self.title.setGeometry(0, BETWEEN, width, head)
        left = min(self.title.sizeHint().width() + ASIDE, width)
        self.note.setGeometry(left, BETWEEN, width - left, head)
        top = head + 2 * BETWEEN
        foot = self._footnote_height(width, self.height() - top - (LEAST + 1) * self.strip.line_height)
        self.footnote.setVisible(foot > 0)
        self.footnote.setGeometry(0, self.height() - foot, width, foot)
        return QRect(0, top, width, self.height() - top - foot - (BETWEEN if foot else 0))

    def _footnote_height(self, width: int, room: int) -> int:
        """Show as many comparisons as fit into `room`; return their height in pixels."""
        for many in range(len(self._compared), 0, -1):
            self.footnote.show_html("<br>".join(self._compared[:many]))
            height = self.footnote.heightForWidth(width)
            if height <= room:
                return height
        return 0

    def _fitting(self, middle: QRect) -> list[Entries]:
        """Return the matrices that fit, in the order of θ."""
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
        """Return the visible matrices arranged in columns."""
        columns: list[list[EntriesView]] = []
        for view in self.matrices:
            height = sum(each.sizeHint().height() + BETWEEN for each in columns[-1]) if columns else 0
            if columns and height + view.sizeHint().height() <= middle.height():
                columns[-1].append(view)
            else:
                columns.append([view])
        return columns

    def _columns_width(self, middle: QRect) -> int:
        """Return the width of the matrices in pixels; more than there is if one is too high."""
        if any(view.sizeHint().height() > middle.height() for view in self.matrices):
            return middle.width() + 1
        widths = (max(view.sizeHint().width() for view in column) for column in self._columns(middle))
        return sum(width + ASIDE for width in widths)

    def _place_matrices(self, fitting: Sequence[Entries], middle: QRect) -> int:
        """Place the matrices at the right, and return their width in pixels."""
        taken = self._columns_width(middle) if fitting else 0
        x = middle.right() + 1 - taken + ASIDE
        for column in self._columns(middle):
            y = middle.top()
            for view in column:
                view.setGeometry(QRect(x, y, view.sizeHint().width(), view.sizeHint().height()))
                y += view.height() + BETWEEN
            x += max(view.width() for view in column) + ASIDE
        return taken

    def _write_note(self) -> None:
        assert self._found is not None
        many = things(len(self._found), "parameter")
        self.note.shorter = f"M-step · {many}"
        self.note.setText(
            f"{self.note.shorter}, the most changed first" if self.strip.more else self.note.shorter
        )

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the parts for the new size."""
        super().resizeEvent(event)
        self._arrange()
