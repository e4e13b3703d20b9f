"""Opens the dialog of many starts and handles its requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from emviz import session as desk
from emviz.api.mapping import Map, shaped
from emviz.api.starting import Starts
from emviz.em.counts.table import Entry
from emviz.em.model import fields_of
from emviz.em.objective.heights import Heights
from emviz.em.objective.pairs import with_pair
from emviz.session import Request, Session, usual_limits
from emviz.ui.exporting.exports import Pieces
from emviz.ui.starts.chart import Charting
from emviz.ui.starts.dialog import StartsDialog
from emviz.ui.starts.search import Search

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow


@dataclass(frozen=True)
class Kept:
    """Results of many starts of a session."""

    session: Session
    starts: Starts
    heights: Heights | None

    def suits(self, session: Session) -> bool:
        """Return whether a session would give these results: same model, data, method, stopping rule."""
        was = self.session
        return (
            session.data is was.data
            and session.model == was.model
            and session.method == was.method
            and usual_limits(session) == usual_limits(was)
            and session.display.axes == was.display.axes
        )


class ManyStarts(QObject):
    """Opens the dialog; results are kept for the next time.

    Parameters
    ----------
    window : MainWindow
        Holds the session.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.store.session
        self._kept: Kept | None = None

    @Slot()
    def open(self) -> None:
        """Open the dialog; the first time, the search starts at once."""
        window = self._window
        window.driver.pause()
        self._session = window.store.session
        search = Search(self._session, window.worker)
        # The dialog is new each time, so the results are kept here.
        again = self._kept is not None and self._kept.suits(self._session)
        if again and self._kept is not None:
            search.found, search.heights = self._kept.starts, self._kept.heights
        charting = Charting(self._session, window.worker)
        dialog = StartsDialog(search, charting, window.appearance.theme, window)
        dialog.taken.connect(self._take)
        dialog.moved.connect(self._start_there)
        dialog.csv_wanted.connect(self._save_csv)
        dialog.reveal_wanted.connect(window.show_reference)
        window.store.changed.connect(dialog.show_session)
        dialog.follow(window)
        search.advanced.connect(self._keep)
        dialog.open()
        if not again:
            dialog.look()

    @Slot()
    def _keep(self) -> None:
        """Keep the results once they are complete."""
        search = self.sender()
        if isinstance(search, Search) and search.ended and search.busy is None and search.found is not None:
            self._kept = Kept(search.session, search.found, search.heights)

    @Slot(int)
    def _take(self, seed: int) -> None:
        self._run_after(partial(desk.draw_start, seed=seed))

    @Slot(object, object)
    def _start_there(self, axes: tuple[Entry, Entry], at: tuple[float, float]) -> None:
        session = self._session
        params = with_pair(session.model, session.data, session.start, axes, at)
        if params is not None:
            self._run_after(partial(desk.set_start, values=fields_of(params)))

    def _run_after(self, change: Callable[[Session], Session]) -> None:
        driver = self._window.driver
        # `made_on`: the session may have changed while the dialog was open.
        driver.edit(Request(change, desk.same_model, made_on=self._session))
        driver.run()

    @Slot(object)
    def _save_csv(self, found: Starts | Map) -> None:
        path = self._window.saving.choose_path("Save", "starts.csv")
        if path is not None:
            self._window.exporter.save(path, self._window.store.session, partial(_csv, found))


def _csv(found: Starts | Map, session: Session) -> Pieces:
    """Yield the runs or the map as CSV, like ``emviz starts --csv``."""
    yield 1.0, shaped(session, found, "csv")
