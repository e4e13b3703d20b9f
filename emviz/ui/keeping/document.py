"""The session as a file: its path, its unsaved changes, and the window title."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from emviz.data.table import Table
from emviz.scenes import ENDING, is_scene
from emviz.session import Part, Session, diff, named, same_work, work_in
from emviz.ui.exporting import exports
from emviz.ui.widgets.labels import as_title

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

#: Parts of a session that affect the title or count as unsaved changes.
TITLED = frozenset(
    (
        *(Part.MODEL, Part.DATA, Part.DRAFT, Part.START, Part.RUN),
        *(Part.LIMITS, Part.PAST, Part.MEMO, Part.REFERENCE),
    )
)
#: Said of work recovered after a crash.
RESTORED = "the restored work is not saved in any file"


def session_text(session: Session) -> exports.Pieces:
    """Yield the text of a session file."""
    # Imported on first use, to keep the start fast.
    from emviz.scenes.writing import pieces

    return pieces(session)


def _discard(path: Path) -> None:
    """Delete a file, and its folder if that is then empty."""
    with suppress(OSError):
        path.unlink()
        path.parent.rmdir()


class Document(QObject):
    """Saves the session and tracks unsaved changes.

    A file belongs to the session that was opened from it or saved into it; with other data there is no file.

    Parameters
    ----------
    window : MainWindow
        The window, whose title shows the file name.
    """

    saved, restored = Signal(), Signal()
    #: Emitted when the path or the unsaved changes may have changed.
    changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._path: Path | None = None
        self._saved: Session | None = None
        self._exported: Table | None = None
        self._restored: Table | None = None
        self._restoring: Path | None = None
        self._handed: Path | None = None
        self._writing: Path | None = None
        self._seen: Session | None = None
        window.store.changed.connect(self.follow)
        window.driver.opened.connect(self.take_over)
        window.exporter.written.connect(self._note)
        for unwritten in (window.exporter.refused, window.exporter.cancelled):
            unwritten.connect(self._give_up)

    @property
    def path(self) -> Path | None:
        """Path of the current session's file, or None."""
        ours = self._saved is not None and self._saved.opened is self._session.opened
        return self._path if ours else None

    @property
    def unsaved(self) -> tuple[str, ...]:
        """Descriptions of what would be lost if the window were closed."""
        session = self._session
        if self.path is not None and self._saved is not None:
            return () if same_work(session, self._saved) else ("it has changed since it was saved",)
        if session.opened is self._restored:
            return (RESTORED,)
        made = work_in(session)
        safe = self._exported is not None and session.draft.same(self._exported)
        return made[session.edited :] if safe else made

    @Slot()
    def save(self) -> bool:
        """Save the session to its file, or ask for one; return whether there is one."""
        return self._save(self.path or self._asked())

    @Slot()
    def save_as(self) -> bool:
        """Ask for a file and save the session; return whether one was chosen."""
        return self._save(self._asked())

    @Slot(str)
    def take_over(self, name: str) -> None:
        """Put an opened file at the top of the recent ones; a session file becomes the current file."""
        # The file of recovered work is deleted later, so it must not become a recent file.
        if Path(name) == self._restoring:
            self._restored = self._session.opened
            self.show_name()
            self.restored.emit()
            return
        if Path(name) == self._handed:
            _discard(self._handed)
            self.show_name()
            return
        self.remember(name)
        if is_scene(Path(name)):
            self._path, self._saved = Path(name), self._session
            self.show_name()

    def restore(self, path: Path) -> None:
        """Load recovered work; its file never becomes the user's file."""
        self._restoring = path
        self._window.driver.load_scene(path)

    def receive(self, path: Path) -> None:
        """Load a session from a file written for this window, and delete the file."""
        self._handed = path.absolute()
        self._window.driver.load_scene(self._handed)

    @Slot(object)
    def follow(self, session: Session) -> None:
        """Check for unsaved changes, unless only a run has advanced."""
        before, self._seen = self._seen, session
        if diff(before, session) & TITLED:
            self.show_name()

    def show_name(self) -> None:
        """Update the window title and its mark for unsaved changes."""
        path = self.path
        name = named(self._session) if path is None else path.name
        walk = self._window.lessons.walk
        if walk is not None:
            name = walk.staged.lesson.title
        self._window.setWindowTitle(f"{as_title(name)}[*] — emviz")
        self._window.setWindowModified(bool(self.unsaved))
        self.changed.emit()

    # -- recent files ---------------------------------------------------------------------------------------

    @Slot(QAction)
    def open_recent(self, chosen: QAction) -> None:
        """Open a recent file."""
        self._window.setup.open_path(Path(chosen.data()))

    @Slot()
    def offer_recent(self) -> None:
        """List the recent files that still exist."""
        there = [path for path in self._window.preferences.recent if Path(path).is_file()]
        self._window.menus.show_recent(there)

    @Slot(str)
    def remember(self, path: str) -> None:
        """Put a file at the top of the recent ones."""
        window = self._window
        window.preferences = replace(window.preferences, recent=window.preferences.opened(path))
        window.menus.show_recent(window.preferences.recent)

    # -- saving ---------------------------------------------------------------------------------------------

    @property
    def _session(self) -> Session:
        """The user's session, which is kept aside during a lesson."""
        return self._window.lessons.own

    def _asked(self) -> Path | None:
        suggestion = self.path or Path(f"{self._session.model.key}{ENDING}")
        return self._window.saving.choose_path("Save session", str(suggestion))

    def _save(self, path: Path | None) -> bool:
        if path is not None:
            self._writing = path
            # A field being edited is committed first, and the edit must be done before the file is written.
            self._window.keyboard.take_what_is_typed()
            self._window.driver.after_edits(self._write)
        return path is not None

    def _write(self) -> None:
        if self._writing is not None:
            self._window.exporter.save(self._writing, self._session, session_text)

    @Slot(object, object)
    def _note(self, session: Session, pieces: object) -> None:
        """Note what has been saved, and where."""
        if pieces is exports.data_csv:
            self._exported = session.draft
        elif pieces is session_text and self._writing is not None:
            self._path, self._saved, self._writing = self._writing, session, None
            self.remember(str(self._path))
        self.show_name()
        self.saved.emit()

    @Slot()
    def _give_up(self) -> None:
        self._writing = None
