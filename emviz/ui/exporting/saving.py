"""Actions of the File menu that save data, tables and pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from emviz.session import Session
from emviz.ui.exporting import exports
from emviz.ui.exporting.page_maker import PageMaker
from emviz.ui.work.channel import Channel

if TYPE_CHECKING:
    from emviz.em.uncertainty.certainty import Errors
    from emviz.ui.window import MainWindow


class Saving(QObject):
    """Asks for a file and saves.

    Parameters
    ----------
    window : MainWindow
        Supplies the session and the panels.
    bring_up : callable
        Renders hidden panels too.
    """

    def __init__(self, window: MainWindow, bring_up: Callable[[], object]) -> None:
        super().__init__(window.desk)
        self._store, self._desk = window.store, window.desk
        self._exporter, self.pages = window.exporter, PageMaker(window.worker, window)
        self._panels = {panel.objectName(): panel for panel in window.panels}
        self._bring_up = bring_up

    @property
    def writers(self) -> tuple[Channel, ...]:
        """The channels that write files in the background."""
        return self._exporter, self.pages

    def choose_path(self, title: str, suggestion: str) -> Path | None:
        """Ask for a file; the suggestion's ending is added if none is typed."""
        ending = Path(suggestion).suffix
        kinds = f"{ending[1:].upper()} (*{ending});;All files (*)"
        parent = QApplication.activeModalWidget() or self._desk
        name, _ = QFileDialog.getSaveFileName(parent, title, suggestion, kinds)
        path = Path(name)
        return (path if path.suffix else path.with_suffix(ending)) if name else None

    @Slot()
    def save_data(self) -> bool:
        """Save the data as CSV; return whether a file was chosen."""
        return self._save_text("data.csv", exports.data_csv)

    @Slot()
    def save_trace_csv(self) -> None:
        """Save the trace as CSV."""
        self._save_text("trace.csv", exports.trace_csv)

    @Slot()
    def save_trace_json(self) -> None:
        """Save the trace as JSON."""
        self._save_text("trace.json", exports.trace_json)

    @Slot()
    def save_counts_csv(self) -> None:
        """Save the count table as CSV."""
        self._save_text("counts.csv", exports.counts_csv)

    @Slot()
    def save_counts_json(self) -> None:
        """Save the count table as JSON."""
        self._save_text("counts.json", exports.counts_json)

    @Slot()
    def save_answers_csv(self) -> None:
        """Save the answers of all rows as CSV."""
        self._save_text("answers.csv", exports.answers_csv)

    @Slot()
    def save_posterior_csv(self) -> None:
        """Save P of the states of each variable as CSV."""
        self._save_text("posterior.csv", exports.posterior_csv)

    @Slot()
    def save_page(self) -> None:
        """Save the current run as a web page."""
        session = self._store.session
        path = self.choose_path("Save web page", "run.html")
        if path is not None:
            self.pages.make(path, session)

    @Slot(object)
    def save_errors(self, errors: Errors) -> None:
        """Save standard errors as CSV."""
        self._save_text("errors.csv", partial(exports.errors_csv, errors=errors))

    @Slot(QWidget)
    def save_profile(self, profile: QWidget) -> None:
        """Save a picture of a profile likelihood."""
        self.save_picture(profile, "profile.png")

    @Slot()
    def save_window(self) -> None:
        """Save a picture of the window."""
        self.save_picture(self._desk, "emviz.png")

    @Slot(QAction)
    def save_panel(self, chosen: QAction) -> None:
        """Save a picture of the panel chosen in the menu, which may be hidden."""
        name = str(chosen.data())
        if self._panels[name].isHidden():
            self._bring_up()
        self.save_picture(self._panels[name], f"{name}.png")

    def _save_text(self, suggestion: str, pieces: Callable[[Session], exports.Pieces]) -> bool:
        session = self._store.session
        path = self.choose_path("Save", suggestion)
        if path is not None:
            self._exporter.save(path, session, pieces)
        return path is not None

    def save_picture(self, widget: QWidget, suggestion: str) -> None:
        """Save a picture of a widget to a file that the user chooses."""
        # Taken before the file dialog opens, so that it shows the state the user saw.
        picture = exports.picture_of(widget)
        path = self.choose_path("Save picture", suggestion)
        if path is not None:
            self._exporter.save_picture(path, picture)
