"""A column for one way of counting: name, objective, count table and state."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from emviz import session as desk
from emviz.em.counts.table import CountTable
from emviz.em.model import Phase
from emviz.session import Order, Session
from emviz.ui.comparison.looks import Sample
from emviz.ui.frame.status import fault_html
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.panels.counts.in_sight import InSight
from emviz.ui.panels.counts.sheet import CountSheet
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.widgets.labels import PlainLabel, RichLabel
from emviz.wording.numbers import number

#: Spacing in pixels.
GAP = 4
#: Maximum length of a label shown beside its row.
LONGEST_LABEL = 8
HIDDEN = "Hidden until it is revealed (A)"


class Column(QWidget):
    """Shows one of several sessions that are stepped together.

    Parameters
    ----------
    place : int
        Its index, which determines colour, dash and marker.
    """

    #: Its index, the session that is shown, the rows in sight, and those of them that are to be computed.
    rows_wanted = Signal(int, object, object, object)

    def __init__(self, place: int) -> None:
        super().__init__()
        self.theme: Theme = LIGHT
        self._place = place
        self._measured: tuple[object, ...] = ()
        self._blocks: Blocks | None = None
        self.sample, self.title = Sample(place), PlainLabel()
        self.counting, self.cover = PlainLabel(), PlainLabel(HIDDEN)
        self.raised, self.end = RichLabel(), RichLabel()
        self.sheet = CountSheet()
        #: Requests the rows that are scrolled to.
        self.far = InSight(self.sheet.grid, self)
        self.far.wanted.connect(self._want_rows)
        self.pages = QStackedWidget()
        self._arrange()

    def show_session(self, session: Session, head: CountTable, covered: bool) -> None:
        """Show a session.

        Parameters
        ----------
        head : CountTable
            The first rows of its count table.
        covered : bool
            Only the name is shown, because the rest would reveal the answer to a class.
        """
        self.title.setText(desk.way_of(session))
        self.counting.setText(desk.counting(session))
        name = desk.raised_by(session.method, session.model)
        value = "" if covered else f" = {number(session.step.expectation.objective, 3)}"
        self.raised.show_html(f"{rich(name)}{value}")
        self.end.show_html("" if covered else fault_html(desk.standing(session) or " "))
        self.pages.setCurrentWidget(self.cover if covered else self.sheet)
        if not covered:
            self._show_counts(session, head)

    @property
    def table(self) -> CountSheet | None:
        """The count table; None while it is covered."""
        return self.sheet if self.pages.currentWidget() is self.sheet else None

    def put_in_order(self, order: Order, anew: bool) -> None:
        """Order the rows, if not all are in sight, and scroll to the first ones if the order has changed.

        Parameters
        ----------
        anew : bool
            Whether the columns have changed since the session was shown.
        """
        if self._blocks is None or self.table is None:
            return
        if anew:
            self.sheet.show_blocks(self._blocks, measure=False)
        if self.sheet.grid.set_order(order):
            self.sheet.choose_nothing()
            self.sheet.grid.show_first()
        self.sheet.set_growth(1.0)
        self.far.follow(self._blocks)

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        self.theme = theme
        self._measured = ()
        self.sample.apply_theme(theme)
        self.sheet.apply_theme(theme)
        self.title.setStyleSheet(f"color: {theme.component(self._place)}; font-weight: 600;")

    @Slot(object, object, object)
    def _want_rows(self, session: Session, seen: tuple[int, ...], missing: tuple[int, ...]) -> None:
        self.rows_wanted.emit(self._place, session, seen, missing)

    def _show_counts(self, session: Session, head: CountTable) -> None:
        display = replace(session.display, cell=None, reference=False, next=True)
        # The complete data reveal the labels anyway; beside the other tables they could be compared.
        revealed = session.method.known and _short_labels(head)
        shown = desk.show(session, replace(display, revealed=revealed))
        blocks = Blocks(shown, head, awaits=desk.is_large(session))
        # If room is short, columns are as wide as their numbers, which may have grown.
        digits = () if head.totals is None else tuple(len(f"{total:.0f}") for total in head.totals.tolist())
        measured = (session.data, display.decimals, self.font().pointSizeF(), self.theme, digits)
        self.sheet.show_blocks(blocks, measured != self._measured)
        self._measured, self._blocks = measured, blocks
        state = "" if session.round.phase is Phase.START else f", θ({session.round.base.index})"
        self.sheet.setAccessibleName(f"Counts: {self.title.text()}{state}")

    def _arrange(self) -> None:
        # All columns have the same width, whatever their texts.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.title.setProperty("role", "strong")
        for label in (self.counting, self.end):
            label.setProperty("role", "hint")
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.cover.setProperty("role", "muted")
        self.cover.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for page in (self.sheet, self.cover):
            self.pages.addWidget(page)
        head = QHBoxLayout()
        head.addWidget(self.sample)
        head.addWidget(self.title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(self.counting)
        column.addWidget(self.raised)
        column.addWidget(self.pages, 1)
        column.addWidget(self.end)


def _short_labels(head: CountTable) -> bool:
    """Return whether labels fit beside the observations; those of an alignment do not."""
    return all(tag is None or len(tag.text) <= LONGEST_LABEL for tag in head.labels or ())
