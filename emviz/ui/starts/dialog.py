"""The dialog of many starts: settings, results as they arrive, and actions."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from emviz.api import report
from emviz.api.mapping import Map
from emviz.api.starting import FEWEST, MOST, Starts
from emviz.data.things import things
from emviz.em.objective.pairs import free_pair
from emviz.em.pictures.spoilers import HIDDEN
from emviz.em.rounding import MINUS
from emviz.session import HIGHEST_SEED, Session, named
from emviz.ui.commands.mnemonics import marked
from emviz.ui.errors import sentence_of
from emviz.ui.look.theme import Theme
from emviz.ui.starts.chart import Charting
from emviz.ui.starts.map import MapPage
from emviz.ui.starts.paths import PathsPage
from emviz.ui.starts.rows import Row, headings, rows
from emviz.ui.starts.search import Search
from emviz.ui.starts.table import OptimaTable
from emviz.ui.starts.values import ValuesPage
from emviz.ui.widgets.broad_dialog import BroadDialog
from emviz.ui.widgets.controls import PictureTabs, Progress, SpinBox
from emviz.ui.widgets.labels import PlainLabel, as_tip

#: Default number of starts.
USUAL = 200
TABS = ("Final values", "Paths", "Basins")
VALUES, PATHS, BASINS = range(3)
STARTS, SEED = "Number of starts", "First seed"
RUN, CANCEL, REVEAL = "Run", "Cancel", "Reveal"
CSV, PICTURE, CLOSE = "Save CSV…", "Save picture…", "Close"


class StartsDialog(BroadDialog):
    """Runs a session's model from many starts.

    Parameters
    ----------
    search : Search
        Runs them; owned by the dialog.
    charting : Charting
        Computes the map of basins; owned by the dialog.
    """

    #: A run, given by its seed or by two entries of θ(0), is to replace the current one.
    taken = Signal(object)
    moved = Signal(object, object)
    #: Hidden answers are to be shown.
    reveal_wanted = Signal(bool)

    def __init__(
        self, search: Search, charting: Charting, theme: Theme, parent: QWidget | None = None
    ) -> None:
        session = search.session
        title = f"Many starts: {session.model.title}, {named(session)}"
        super().__init__("startsDialog", title, "starts.png", parent)
        self.search, self.charting = search, charting
        # Deleted with the dialog, so that no late result reaches deleted widgets.
        search.setParent(self)
        charting.setParent(self)
        self.works = search, charting
        self._cancelled = ""
        self.number, self.seed = SpinBox(), SpinBox()
        self.captions = PlainLabel(), PlainLabel()
        self.run, self.cancel, self.close_button = QPushButton(), QPushButton(), QPushButton()
        self.csv, self.picture, self.reveal = QPushButton(), QPushButton(), QPushButton()
        self.progress = Progress()
        self.tabs, self.pages = PictureTabs(), QStackedWidget()
        self.values, self.paths = ValuesPage(session), PathsPage(session)
        self.map = MapPage(session)
        self.table = OptimaTable(headings(session))
        self.themed = (self.values, self.paths, self.map, self.table)
        self.shown = QStackedWidget()
        self._covered = not session.display.reference
        self._name()
        self._arrange()
        self._connect()
        self.apply_theme(theme)
        self.show_found()

    @property
    def _working(self) -> Search | Charting | None:
        """The running job: the map if it is visible."""
        both = (self.charting, self.search)
        order = both if self.pages.currentIndex() == BASINS else both[::-1]
        return next((each for each in order if each.busy is not None), None)

    @Slot()
    def look(self) -> None:
        """Run the requested number of starts."""
        self._cancelled = ""
        self.search.look(self.number.value(), self.seed.value())

    @Slot()
    def show_found(self) -> None:
        """Show the results so far."""
        search = self.search
        starts = None if self._covered else search.found
        self.shown.setCurrentIndex(1 if self._covered else 0)
        page = self.pages.currentIndex()
        self.tabs.setTabVisible(PATHS, search.heights is not None or page == PATHS)
        if page == PATHS:
            self.paths.show_found(starts, search.heights)
        elif page == VALUES:
            self.values.show_starts(starts)
        else:
            self.map.show_chart(None if self._covered else self.charting.chart)
        self.table.setVisible(page != BASINS)
        self.table.show_rows(rows(search.session, starts) if starts is not None else [])
        self.render_state()

    @Slot()
    def render_state(self) -> None:
        """Enable the possible actions, and show the progress."""
        search, working = self.search, self._working
        self.run.setEnabled(search.busy is None)
        self.cancel.setEnabled(working is not None)
        for button in (self.csv, self.picture):
            button.setEnabled(search.busy is None and search.found is not None and not self._covered)
        late = working is not None and working.shown is not None
        self.progress.show_work(late, working.progress if working is not None else None)
        so_far = "" if search.found is None else _so_far(search.found, self._covered)
        if so_far or self._cancelled:
            self.note.setText(" ".join(each for each in (self._cancelled, so_far) if each))
        if search.found is not None:
            self.note.setToolTip(as_tip(report.rule_words(search.found.rule)))

    @Slot(object)
    def show_session(self, session: Session) -> None:
        """Show or hide the results, which a class should guess."""
        if self._covered == session.display.reference:
            self._covered = not session.display.reference
            self.show_found()

    @Slot()
    def give_up(self) -> None:
        """Cancel; results so far stay."""
        self.search.cancel()
        self.charting.cancel()

    @Slot(str)
    def _say_cancelled(self, sentence: str) -> None:
        self._cancelled = sentence
        self.show_found()

    def done(self, result: int) -> None:
        """Cancel the work when the dialog closes."""
        self.search.cancel()
        self.charting.cancel()
        super().done(result)

    @Slot(int)
    def _turn(self, place: int) -> None:
        self.pages.setCurrentIndex(place)
        # The map is computed when its page is first opened, because it may take long.
        if place == BASINS and self.charting.axes is None:
            self._map(self._first_axes())
        self.show_found()

    @Slot(object)
    def _map(self, places: tuple[int, int]) -> None:
        """Compute the map over two of the listed entries."""
        self._cancelled = ""
        self.map.offer(places)
        self.charting.map((self.map.entries[places[0]], self.map.entries[places[1]]))

    def _first_axes(self) -> tuple[int, int]:
        """Return the entries on the landscape's axes, or two free ones, as indices into the list."""
        session, entries = self.search.session, self.map.entries
        axes = session.display.axes
        if axes is None or not set(axes) <= set(entries):
            axes = entries[0], entries[1]
        first, second = free_pair(session.model, session.data, axes)
        return entries.index(first), entries.index(second) if second in entries else 1

    @Slot(float, float)
    def _start_there(self, x: float, y: float) -> None:
        self.moved.emit(self.charting.axes, (x, y))
        self.accept()

    @Slot(object)
    def _take(self, row: Row) -> None:
        self.taken.emit(row.seed)
        self.accept()

    @Slot()
    def _save_csv(self) -> None:
        search, chart = self.search, self.charting.chart
        mapped = self.pages.currentIndex() == BASINS and chart is not None
        found = Map(search.session, chart.basins) if mapped and chart is not None else search.found
        self.csv_wanted.emit(found)

    @Slot()
    def _reveal(self) -> None:
        self.reveal_wanted.emit(True)

    # -- building -------------------------------------------------------------------------------------------

    def _name(self) -> None:
        buttons = (self.run, self.cancel, self.reveal, self.csv, self.picture, self.close_button)
        words = (RUN, CANCEL, REVEAL, CSV, PICTURE, CLOSE)
        captions = marked([*words, *TABS, STARTS, SEED])
        for button, caption, word in zip(buttons, captions, words, strict=False):
            button.setText(caption)
            button.setObjectName(f"starts-{word.rstrip('…').lower().replace(' ', '-')}")
            button.setAutoDefault(False)
        for caption in captions[len(words) : -2]:
            self.tabs.addTab(caption)
        fields = ((self.number, FEWEST, MOST, USUAL), (self.seed, 0, HIGHEST_SEED, 0))
        for label, caption, (spin, low, high, value) in zip(
            self.captions, captions[-2:], fields, strict=True
        ):
            label.setText(caption)
            label.setBuddy(spin)
            spin.setRange(low, high)
            spin.setValue(value)
        self.number.setSingleStep(10)
        self.number.setToolTip(f"How many θ(0) are drawn at random, {FEWEST} to {MOST:,}")
        self.seed.setToolTip("The seed of the first θ(0); it goes up by one for each further start")
        self.number.setObjectName("numberOfStarts")
        self.seed.setObjectName("firstSeed")
        self.tabs.setTabVisible(BASINS, len(self.map.entries) > 1)
        self.table.setToolTip("Click a row, or press Enter, to continue with its run")

    def _arrange(self) -> None:
        for page in (self.values, self.paths, self.map):
            self.pages.addWidget(page)
        results = QVBoxLayout(self.results)
        results.setContentsMargins(0, 0, 0, 0)
        results.setSpacing(6)
        results.addWidget(self.tabs)
        results.addWidget(self.pages, 1)
        results.addWidget(self.table)
        self.shown.addWidget(self.results)
        self.shown.addWidget(self._cover())
        # Room for two lines from the start, so that nothing moves later.
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing() + 4)
        self.pile(self._head(), self.shown, self.csv, self.picture, self.close_button)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(8)
        for label, spin in zip(self.captions, (self.number, self.seed), strict=True):
            head.addWidget(label)
            head.addWidget(spin)
        kept = self.progress.sizePolicy()
        # Its place is kept, so that nothing moves when it appears.
        kept.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(kept)
        head.addWidget(self.progress, 1)
        head.addWidget(self.run)
        head.addWidget(self.cancel)
        return head

    def _cover(self) -> QWidget:
        """Return the placeholder shown instead of hidden results."""
        cover, words = QWidget(), PlainLabel(HIDDEN)
        words.setProperty("role", "hint")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(cover)
        layout.addStretch(1)
        layout.addWidget(words)
        layout.addWidget(self.reveal, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(1)
        return cover

    def _connect(self) -> None:
        self.run.clicked.connect(self.look)
        self.cancel.clicked.connect(self.give_up)
        self.close_button.clicked.connect(self.reject)
        self.csv.clicked.connect(self._save_csv)
        self.picture.clicked.connect(self.save_picture)
        self.reveal.clicked.connect(self._reveal)
        self.tabs.currentChanged.connect(self._turn)
        self.table.chosen.connect(self._take)
        self.map.axes_chosen.connect(self._map)
        self.map.chosen.connect(self._start_there)
        for signal in (self.charting.state_changed, self.search.state_changed):
            signal.connect(self.render_state)
        for work in (self.search, self.charting):
            work.ripe.connect(self.show_found)
            work.refused.connect(self.show_message)
            work.cancelled.connect(self._say_cancelled)


def _so_far(starts: Starts, covered: bool) -> str:
    """Return the progress of the runs; of a hidden search nothing else."""
    survey = starts.survey
    if covered:
        return f"{survey.done:,} of {things(survey.number, 'run')} have ended."
    same = ""
    if any(len(each.orders) > 1 for each in survey.optima):
        same = " Solutions that differ only in the order of their components are one."
    return f"{sentence_of(report.starts_so_far(starts))}{same}".replace("-", MINUS)
