"""The dialog of EM beside hard EM and the complete data: three tables, curves and paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from emviz import session as desk
from emviz.em.counts.table import CountTable
from emviz.session import Abreast, Session
from emviz.ui.abreast.column import Column
from emviz.ui.abreast.far_rows import FarRows
from emviz.ui.abreast.march import March, lanes_of
from emviz.ui.commands.mnemonics import marked
from emviz.ui.comparison.curves import ObjectivePlot
from emviz.ui.comparison.paths import PathsPage
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import Theme
from emviz.ui.panels.counts.alongside import align
from emviz.ui.widgets.broad_dialog import BroadDialog
from emviz.ui.widgets.controls import ComboBox, Progress
from emviz.ui.widgets.labels import PlainLabel, as_tip
from emviz.wording.narration import place as position

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

#: Actions: slot, button text if any, effect, and the same keys as in the window.
MOVES = (
    ("back", "Back in step", "Go back one half-step, each of them", ("Left", "PgUp")),
    ("step", "Step", "Do the next half-step of each", ("Right", "Space", "PgDown")),
    ("iterate", "Iterate", "Go on to the end of the next M-step", ("I",)),
    ("run", "Run", "Go on until each has come to its end", ("R",)),
    ("first", "", "Go to θ(0)", ("Home", "Ctrl+R")),
    ("last", "", "Go to the last computed half-step", ("End",)),
)
REVEAL, PICTURE, CLOSE = "Reveal", "Save picture…", "Close"
AS_IT_IS = "current θ(0)"
#: Gap between two columns, in pixels.
APART = 16
#: Stretch factors of tables and pictures, and the minimum lines of text for the pictures.
TABLES, PICTURES, LEAST = 3, 2, 7


class AbreastDialog(BroadDialog):
    """Steps EM, hard EM and the complete data together from one θ(0).

    Parameters
    ----------
    march : March
        Steps them; owned by the dialog.
    """

    def __init__(self, march: March, theme: Theme, parent: QWidget | None = None) -> None:
        session = march.session
        title = f"EM beside hard EM: {session.model.title}, {desk.named(session)}"
        super().__init__("abreastDialog", title, "abreast.png", parent)
        self.march = march
        # Deleted with the dialog, so that no late result reaches deleted widgets.
        march.setParent(self)
        self.far = FarRows(march.worker, self)
        self.works = (march, self.far)
        #: Whether the complete data are shown; in a lecture they are hidden at first.
        self.revealed = session.display.reference
        self._starts = {AS_IT_IS: None, **desk.other_starts(session)}
        self.place, self.progress = PlainLabel(), Progress()
        self.starts = ComboBox()
        self.buttons: dict[str, QPushButton] = {}
        self.columns: list[Column] = []
        self.tables = QHBoxLayout()
        self.curves, self.paths = ObjectivePlot(), PathsPage(session)
        self._theme = theme
        self._make_buttons()
        self._arrange()
        self._connect()
        self.apply_theme(theme)
        march.begin()

    @Slot()
    def show_ranks(self) -> None:
        """Show the current half-steps."""
        sight = self.march.sight
        if sight is None:
            return
        ranks = sight.ranks
        self._fit_columns(len(ranks.sessions))
        for column, session, head in zip(self.columns, ranks.sessions, sight.heads, strict=True):
            column.show_session(session, head, covered=session.method.known and not self.revealed)
        shown = self.columns[: len(ranks.sessions)]
        self._level(shown)
        aligned = align([column.table for column in shown if column.table is not None])
        for column in shown:
            column.put_in_order(sight.order, aligned)
        self.place.setText(_position_words(ranks))
        self.note.setText(" ".join(ranks.lacking))
        self._show_pictures(ranks)
        self.render_state()

    @Slot()
    def render_state(self) -> None:
        """Enable the actions that are possible now."""
        shown = self.march if self.march.shown else self.far
        self.progress.show_work(shown.shown is not None, shown.progress)
        ranks = self.march.ranks
        stuck = ranks is not None and ranks.stuck and ranks.place == ranks.computed
        # During a step the buttons stay enabled, so that the focus does not jump; March ignores further
        # steps.
        self.buttons["back"].setEnabled(ranks is not None and ranks.place > 0)
        for name in ("step", "iterate", "run"):
            self.buttons[name].setEnabled(not stuck)
        known = ranks is not None and any(each.method.known for each in ranks.sessions)
        self.buttons["reveal"].setVisible(known and not self.revealed)

    def restyle(self, theme: Theme) -> None:
        """Apply colours and fonts to the columns and the pictures."""
        self._theme = theme
        for column in self.columns:
            column.apply_theme(theme)
        self.curves.dress(theme, font_for(self))
        self.curves.setMinimumHeight(LEAST * self.fontMetrics().height())
        self.paths.apply_theme(theme)
        self.show_ranks()

    @Slot()
    def reveal(self) -> None:
        """Show or hide the complete data."""
        self.revealed = not self.revealed
        self.show_ranks()

    @Slot(int)
    def begin_at(self, place: int) -> None:
        """Start from another θ(0)."""
        self.march.heights = None
        self.march.begin(list(self._starts.values())[place])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the width between the columns."""
        super().resizeEvent(event)
        for column in self.columns:
            for label in (column.counting, column.end):
                label.setMinimumHeight(0)
        self._even_out()
        self._level([column for column in self.columns if not column.isHidden()])

    def done(self, result: int) -> None:
        """Cancel the work when the dialog closes."""
        self.march.cancel()
        self.far.drop()
        super().done(result)

    @Slot(int, object, object)
    def take_rows(self, place: int, session: Session, table: CountTable) -> None:
        """Show rows of a table that have been scrolled to."""
        self.columns[place].far.take(session, table)

    @Slot(int, object, object, object)
    def want_rows(
        self, place: int, session: Session, seen: tuple[int, ...], missing: tuple[int, ...]
    ) -> None:
        """Compute the rows of a table that have been scrolled to."""
        # The next step computes the rows in sight at once.
        self.march.seen = seen
        self.far.want(place, session, missing)

    def _show_pictures(self, ranks: Abreast) -> None:
        lanes = [lane for lane in lanes_of(ranks) if self.revealed or not lane.method.known]
        self.curves.show_curves("", dict(enumerate(lanes)), by_cost=False, each=True)
        heights = self.march.heights
        self.paths.setVisible(heights is not None)
        if heights is not None:
            self.paths.show_heights(heights)
            self.paths.show_lanes(lanes)
            raised = desk.raised_by(ranks.sessions[0].method, ranks.sessions[0].model)
            self.paths.caption.setText(f"The colours are {raised}, on which EM alone climbs.")

    # -- building -------------------------------------------------------------------------------------------

    def _fit_columns(self, many: int) -> None:
        """Create a column per session, with synchronised scrolling."""
        while len(self.columns) < many:
            column = Column(len(self.columns))
            column.apply_theme(self._theme)
            column.rows_wanted.connect(self.want_rows)
            self.columns.append(column)
            self.tables.addWidget(column, 1)
            for one in self.columns[:-1]:
                _scroll_together(one, column)
        for place, column in enumerate(self.columns):
            column.setVisible(place < many)
        self._even_out()

    def _even_out(self) -> None:
        """Leave over what does not divide: one pixel may decide how a table is laid out."""
        many = max(1, sum(not column.isHidden() for column in self.columns))
        room = self.results.width() - APART * (many - 1)
        self.tables.setContentsMargins(0, 0, room % many, 0)

    def _level(self, shown: Sequence[Column]) -> None:
        """Give the sentences of all columns the lines of the longest, so that the tables are side by side.

        They keep them in the steps to come: a table does not move because the sentence above it is shorter.
        """
        laid_out = self.results.layout()
        assert laid_out is not None
        laid_out.activate()
        for labels in ([each.counting for each in shown], [each.end for each in shown]):
            lines = max((label.heightForWidth(label.width()) for label in labels), default=0)
            for label in labels:
                label.setMinimumHeight(max(lines, label.minimumHeight()))

    def _make_buttons(self) -> None:
        named = [(name, text, tip) for name, text, tip, _ in MOVES if text]
        named += [
            ("reveal", REVEAL, "Show what the complete data give (A)"),
            ("picture", PICTURE, "Save the dialog's contents as PNG"),
            ("close", CLOSE, "Close"),
        ]
        captions = marked([text for _, text, _ in named])
        keys = {name: keys for name, _, _, keys in MOVES}
        for (name, _, tip), caption in zip(named, captions, strict=True):
            button = QPushButton(caption)
            button.setObjectName(name)
            button.setAutoDefault(False)
            text = f"{tip} ({', '.join(keys[name])})" if name in keys else tip
            button.setToolTip(as_tip(text))
            self.buttons[name] = button

    def _arrange(self) -> None:
        self.starts.addItems(list(self._starts))
        self.starts.setAccessibleName("Start")
        self.starts.setVisible(len(self._starts) > 1)
        self.place.setProperty("role", "strong")
        head = QHBoxLayout()
        head.addWidget(self.place, 1)
        kept = self.progress.sizePolicy()
        # Its place is kept, so that nothing moves when it appears.
        kept.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(kept)
        self.progress.setToolTip("In the works. Esc cancels this.")
        head.addWidget(self.progress, 1)
        head.addWidget(self.starts)
        for name in ("reveal", "back", "step", "iterate", "run"):
            head.addWidget(self.buttons[name])
        self.tables.setSpacing(APART)
        pictures = QHBoxLayout()
        pictures.addWidget(self.curves, 1)
        pictures.addWidget(self.paths, 1)
        shown = QVBoxLayout(self.results)
        shown.setContentsMargins(0, 0, 0, 0)
        shown.addLayout(self.tables, TABLES)
        shown.addLayout(pictures, PICTURES)
        self.pile(head, self.results, self.buttons["picture"], self.buttons["close"])
        self.buttons["step"].setFocus()

    def _connect(self) -> None:
        for name, _, _, keys in MOVES:
            action = QAction(self)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.triggered.connect(getattr(self.march, name))
            self.addAction(action)
            if name in self.buttons:
                self.buttons[name].clicked.connect(getattr(self.march, name))
        unveil = QAction(self)
        unveil.setShortcut(QKeySequence("A"))
        unveil.triggered.connect(self.reveal)
        self.addAction(unveil)
        self.buttons["reveal"].clicked.connect(self.reveal)
        self.buttons["picture"].clicked.connect(self.save_picture)
        self.buttons["close"].clicked.connect(self.reject)
        self.starts.activated.connect(self.begin_at)
        self.march.advanced.connect(self.show_ranks)
        self.march.state_changed.connect(self.render_state)
        self.march.refused.connect(self.show_message)
        self.march.cancelled.connect(self.show_message)
        self.far.found.connect(self.take_rows)
        self.far.state_changed.connect(self.render_state)
        self.far.cancelled.connect(self.show_message)


def _scroll_together(one: Column, other: Column) -> None:
    """Synchronise the rows and the chosen columns of two tables."""
    grids = [column.sheet.grid for column in (one, other)]
    for bars in ([grid.rows.verticalScrollBar() for grid in grids], [grid.turner for grid in grids]):
        # `setValue` emits only if the value changes, so that the two do not call each other for ever.
        bars[0].valueChanged.connect(bars[1].setValue)
        bars[1].valueChanged.connect(bars[0].setValue)


def _position_words(ranks: Abreast) -> str:
    """Return the position of the session that is farthest."""
    farthest: Session = max(ranks.sessions, key=lambda each: each.cursor)
    where = position(farthest)
    return f"{where[0].upper()}{where[1:]}"


class Ranks(QObject):
    """Opens the dialog.

    Parameters
    ----------
    window : MainWindow
        Holds the session to be stepped.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def open(self) -> None:
        """Show EM beside hard EM and the complete data, from the current θ(0)."""
        window = self._window
        window.driver.pause()
        dialog = AbreastDialog(March(window.store.session, window.worker), window.appearance.theme, window)
        dialog.follow(window)
        dialog.open()
