"""The dialog that compares methods: selection, curves, paths and a table of results."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from emviz import session as desk
from emviz.api import report
from emviz.em.comparison import Comparison
from emviz.em.methods import METHODS, Method
from emviz.em.methods.gradient import Gradient
from emviz.session import Request, Session
from emviz.ui.commands.mnemonics import marked
from emviz.ui.comparison.contest import Contest
from emviz.ui.comparison.curves import CurvesPage
from emviz.ui.comparison.paths import PathsPage
from emviz.ui.comparison.standings import Standings
from emviz.ui.experiment.stride_field import StrideField
from emviz.ui.exporting.exports import Pieces
from emviz.ui.frame.method_selector import lacking
from emviz.ui.look.theme import Theme
from emviz.ui.widgets.broad_dialog import BroadDialog
from emviz.ui.widgets.controls import PictureTabs, Progress
from emviz.ui.widgets.labels import as_tip

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

MOST = 4
#: Initially selected, if offered: the fast methods.
USUAL = ("em", "newton", "squarem")
TABS = ("Over iterations", "Over E-steps", "Landscape")
COMPARE, CANCEL, CSV, PICTURE, CLOSE = "Compare", "Cancel", "Save CSV…", "Save picture…", "Close"
CHOOSE = f"Up to {MOST} methods run from the current θ(0) with its stopping rule."
ALREADY = f"Up to {MOST} methods are compared: deselect one first"


class CompareDialog(BroadDialog):
    """Runs methods side by side from the θ(0) of a session.

    Parameters
    ----------
    contest : Contest
        Runs them; owned by the dialog.
    """

    #: The run of a method is to replace the current session's.
    taken = Signal(object)

    def __init__(self, contest: Contest, theme: Theme, parent: QWidget | None = None) -> None:
        session = contest.session
        title = f"Compare methods: {session.model.title}, {session.source}"
        super().__init__("compareDialog", title, "comparison.png", parent)
        self.contest = contest
        # Deleted with the dialog, so that no late result reaches deleted widgets.
        contest.setParent(self)
        self.works = (contest,)
        self.boxes = [QCheckBox() for _ in METHODS]
        self.stride = StrideField()
        self._reasons = [lacking(method, session.model, session.data) for method in METHODS]
        self.run, self.cancel, self.close_button = QPushButton(), QPushButton(), QPushButton()
        self.csv, self.picture = QPushButton(), QPushButton()
        self.progress = Progress()
        self.tabs, self.pages = PictureTabs(), QStackedWidget()
        self.curves, self.paths, self.table = CurvesPage(), PathsPage(session), Standings()
        self.themed = (self.curves, self.paths, self.table)
        self._name()
        self._arrange()
        self._connect()
        self.apply_theme(theme)
        for method, box, reason in zip(METHODS, self.boxes, self._reasons, strict=True):
            box.setChecked(method.key in USUAL and not reason)
        self.render_state()

    @property
    def chosen(self) -> list[Method]:
        """The selected methods."""
        ticked = [method for method, box in zip(METHODS, self.boxes, strict=True) if box.isChecked()]
        return [self.stride.method if isinstance(each, Gradient) else each for each in ticked]

    @Slot()
    def compare(self) -> None:
        """Compare the selected methods."""
        self.show_message(CHOOSE)
        self.contest.compare(self.chosen)

    @Slot()
    def show_found(self) -> None:
        """Show the results so far."""
        lanes, heights = self.contest.lanes, self.contest.heights
        self.tabs.setTabVisible(2, heights is not None)
        if self.pages.currentWidget() is self.paths and heights is not None:
            self.paths.show_heights(heights)
            self.paths.show_lanes(lanes)
        else:
            self.curves.show_lanes(lanes, by_cost=self.tabs.currentIndex() == 1)
        self.table.show_lanes(lanes, running=self.contest.busy is not None)
        self.render_state()

    @Slot()
    def render_state(self) -> None:
        """Enable the possible actions, and show the progress."""
        running = self.contest.busy is not None
        self.run.setEnabled(not running and bool(self.chosen))
        self.cancel.setEnabled(running)
        for button in (self.csv, self.picture):
            button.setEnabled(not running and self.contest.comparison is not None)
        self.progress.show_work(self.contest.shown is not None, self.contest.progress)
        full = len(self.chosen) >= MOST
        self.stride.setVisible(any(isinstance(each, Gradient) for each in self.chosen))
        for box, method, reason in zip(self.boxes, METHODS, self._reasons, strict=True):
            box.setEnabled(not reason and (box.isChecked() or not full))
            box.setToolTip(as_tip(reason or (method.tip if box.isEnabled() else ALREADY)))

    @Slot()
    def give_up(self) -> None:
        """Cancel; results so far stay."""
        self.contest.cancel()

    @Slot(str)
    def _say_cancelled(self, sentence: str) -> None:
        self.show_message(sentence)
        self.show_found()

    @Slot(int)
    def _turn(self, place: int) -> None:
        self.pages.setCurrentWidget(self.paths if place == 2 else self.curves)
        self.show_found()

    @Slot(int)
    def _take(self, place: int) -> None:
        finish = self.contest.lanes[place].finish
        if finish is not None:
            self.taken.emit(finish.run)
            self.accept()

    @Slot()
    def _save_csv(self) -> None:
        self.csv_wanted.emit(self.contest.comparison)

    def done(self, result: int) -> None:
        """Cancel the work when the dialog closes."""
        self.contest.cancel()
        super().done(result)

    # -- building -------------------------------------------------------------------------------------------

    def _name(self) -> None:
        buttons = (self.run, self.cancel, self.csv, self.picture, self.close_button)
        words = (COMPARE, CANCEL, CSV, PICTURE, CLOSE)
        captions = marked([*words, *TABS, *(method.title for method in METHODS)])
        for button, caption in zip(
            (*buttons, *self.boxes), captions[: len(words)] + captions[-len(METHODS) :], strict=True
        ):
            button.setText(caption)
        for caption in captions[len(words) : len(words) + len(TABS)]:
            self.tabs.addTab(caption)
        for box, method in zip(self.boxes, METHODS, strict=True):
            box.setObjectName(f"compare-{method.key}")
        for button, name in zip(buttons, ("compare", "cancel", "csv", "picture", "close"), strict=True):
            button.setObjectName(name)
            # Otherwise Enter in a field would press the first button.
            button.setAutoDefault(False)
        self.tabs.setTabVisible(2, False)

    def _arrange(self) -> None:
        for page in (self.curves, self.paths):
            self.pages.addWidget(page)
        results = QVBoxLayout(self.results)
        results.setContentsMargins(0, 0, 0, 0)
        results.setSpacing(6)
        results.addWidget(self.tabs)
        results.addWidget(self.pages, 1)
        results.addWidget(self.table)
        self.pile(self._head(), self.results, self.csv, self.picture, self.close_button)

    def _head(self) -> QGridLayout:
        """Return the methods, grouped by kind, with the Compare and Cancel buttons beside them."""
        head = QGridLayout()
        head.setVerticalSpacing(4)
        head.setHorizontalSpacing(14)
        for place, box in enumerate(self.boxes):
            column, row = divmod(place, 2)
            head.addWidget(box, row, column)
        last = head.columnCount()
        head.addWidget(self.progress, 1, last)
        head.setColumnStretch(last, 1)
        head.addWidget(self.stride, 2, 0, 1, last)
        for row, button in enumerate((self.run, self.cancel)):
            head.addWidget(button, row, last + 1)
        return head

    def _connect(self) -> None:
        self.run.clicked.connect(self.compare)
        self.cancel.clicked.connect(self.give_up)
        self.close_button.clicked.connect(self.reject)
        self.csv.clicked.connect(self._save_csv)
        self.picture.clicked.connect(self.save_picture)
        self.tabs.currentChanged.connect(self._turn)
        self.table.taken.connect(self._take)
        self.contest.state_changed.connect(self.render_state)
        self.contest.ripe.connect(self.show_found)
        self.contest.refused.connect(self.show_message)
        self.contest.cancelled.connect(self._say_cancelled)
        self.stride.refused.connect(self.show_message)
        for box in self.boxes:
            box.toggled.connect(self.render_state)


class Comparisons(QObject):
    """Opens the dialog and handles its requests.

    Parameters
    ----------
    window : MainWindow
        Holds the session.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session: Session | None = None

    @Slot()
    def open(self) -> None:
        """Compare methods from the current θ(0), or say why that would reveal an answer."""
        window = self._window
        if reason := desk.withheld(window.store.session, "A comparison of methods"):
            window.status.announce(reason)
            return
        window.driver.pause()
        self._session = window.store.session
        contest = Contest(self._session, window.worker)
        dialog = CompareDialog(contest, window.appearance.theme, window)
        dialog.taken.connect(self._take)
        dialog.csv_wanted.connect(self._save_csv)
        dialog.follow(window)
        dialog.open()
        dialog.compare()

    @Slot(object)
    def _take(self, run: desk.Run) -> None:
        change = partial(desk.take_run, run=run)
        self._window.driver.edit(Request(change, desk.same_start, made_on=self._session))

    @Slot(object)
    def _save_csv(self, comparison: Comparison) -> None:
        path = self._window.saving.choose_path("Save", "comparison.csv")
        if path is not None and self._session is not None:
            self._window.exporter.save(path, self._session, partial(_csv, comparison))


def _csv(comparison: Comparison, session: Session) -> Pieces:
    """Yield the comparison as CSV, like ``emviz compare --csv``."""
    yield 1.0, report.comparison_csv(comparison)
