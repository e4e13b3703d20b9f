"""A small table of totals beside a derivation, such as the emissions of states, which saves paging."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from emviz.em.counts.table import Cell, CountTable, Gathered, TotalCell
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import Theme
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.entries import EntriesView
from emviz.ui.widgets.labels import PlainLabel
from emviz.wording.lines import Entries

#: Largest share of the shelf's width; a wider table scrolls.
MOST = 0.5
#: Margins at the left and above, in pixels.
ASIDE, ABOVE = 18, 4
#: The word in the corner of the table.
CORNER = "total"


class GatheredView(QWidget):
    """A titled table of totals; a click derives the total of a row."""

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "text")
        self.title = PlainLabel(parent=self)
        self.entries = EntriesView(self)
        self.entries.picked.connect(self._pick)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.entries)
        self.entries.moved.connect(self._follow)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(ASIDE, ABOVE, 0, 0)
        layout.addWidget(self.title)
        layout.addWidget(self._scroll, 1)
        self.hide()

    def show_totals(self, blocks: Blocks | None, theme: Theme, shown: Cell | None) -> None:
        """Show the totals that a table gathers, or hide if there are none.

        Parameters
        ----------
        shown : Cell or None
            The number whose derivation is displayed.
        """
        table = None if blocks is None else blocks.first
        self.setVisible(table is not None and table.gathered is not None and table.totals is not None)
        if blocks is None or table is None or table.gathered is None or self.isHidden():
            return
        self.title.setText(table.gathered.title)
        chosen = shown.group if isinstance(shown, TotalCell) else None
        entries = replace(entries_of(table, table.gathered), whole=blocks.session.method.whole)
        self.entries.show_entries(entries, blocks.session.display.decimals, theme, chosen)
        self.entries.resize(self.entries.sizeHint())
        self.fit()

    def fit(self) -> None:
        """Take the width of the table, up to its share of the shelf."""
        around = self.parentWidget()
        most = int(MOST * around.width()) if around is not None else self.width()
        wanted = max(self.entries.width(), self.title.sizeHint().width()) + ASIDE
        self.setFixedWidth(max(1, min(wanted, most)))

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the font."""
        self.entries.setFont(font_for(self))
        self.title.setStyleSheet(f"color: {theme.ink}; font-weight: 600;")
        ground = "QScrollArea, QScrollArea > QWidget > QWidget"
        self._scroll.setStyleSheet(f"{ground} {{ background: {theme.card}; }}")

    @Slot(int)
    def _pick(self, group: int) -> None:
        self.picked.emit(TotalCell(group))

    @Slot(QRect)
    def _follow(self, cell: QRect) -> None:
        """Scroll to the cell under the keyboard cursor."""
        centre = cell.center()
        self._scroll.ensureVisible(centre.x(), centre.y(), cell.width(), cell.height())

    # -- Qt overrides

    def minimumSizeHint(self) -> QSize:
        """Return almost nothing, since the table scrolls."""
        return QSize(1, 1)


def entries_of(table: CountTable, gathered: Gathered) -> Entries:
    """Return the totals that a table gathers; if they sum to a whole, shaded by their shares of it."""
    assert table.totals is not None
    own = [table.groups[group] for group in gathered.groups]
    totals = np.stack([table.totals[table.spans[group]] for group in gathered.groups])
    sums = np.abs(totals).sum(axis=1, keepdims=True)
    depth = np.divide(np.abs(totals), sums, out=np.zeros_like(totals), where=(sums > 0) & gathered.adding)
    places = np.repeat(np.array(gathered.groups, dtype=np.intp)[:, None], totals.shape[1], axis=1)
    components = tuple(each.component for each in own)
    return Entries(CORNER, gathered.names, own[0].symbols, places, totals, None, components, depth)
