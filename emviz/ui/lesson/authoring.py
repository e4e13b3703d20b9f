"""Writing lessons: saves the session as a scene, whose text is written in any editor."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from emviz.data.table import DataError
from emviz.session import Session
from emviz.ui.lesson import ENDING

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow

KINDS = f"Lessons (*{ENDING});;All files (*)"


class Author(QObject):
    """Adds scenes to lesson files.

    Parameters
    ----------
    window : MainWindow
        Holds the session that becomes a scene.
    """

    refused = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        #: The lesson file in use; None until one is chosen.
        self.path: Path | None = None
        self.refused.connect(window.status.refuse)

    @Slot()
    def add(self) -> None:
        """Add the session to the lesson; ask for its file first if necessary."""
        if self.path is None:
            self._ask("Add this view to a lesson")
        else:
            self._add(self.path)

    @Slot()
    def begin(self) -> None:
        """Ask for a new lesson file, and add the session as its first scene."""
        self._ask("New lesson")

    @Slot()
    def save_page(self) -> None:
        """Save the current lesson as a web page with its questions."""
        walk, saving = self._window.lessons.walk, self._window.saving
        if walk is None:
            return
        path = saving.choose_path("Save lesson as web page", f"{walk.staged.path.stem}.html")
        if path is not None:
            saving.pages.make_lesson(path, walk.staged.lesson)

    @Slot()
    def open(self) -> None:
        """Ask for a lesson and start it."""
        dialog = self._dialog("Open lesson")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._open)
        dialog.open()

    def _ask(self, title: str) -> None:
        dialog = self._dialog(title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # An existing lesson is extended, not replaced.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix(ENDING[1:])
        dialog.selectFile(f"my{ENDING}")
        dialog.fileSelected.connect(self._choose)
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, "", KINDS)
        dialog.setObjectName("lessonFile")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    @Slot(str)
    def _open(self, name: str) -> None:
        self._window.lessons.open_path(Path(name).absolute())

    @Slot(str)
    def _choose(self, name: str) -> None:
        self._add(Path(name).absolute())

    def _add(self, path: Path) -> None:
        """Add the session to a lesson file; a file that is not a lesson is left unchanged."""
        from emviz.lessons import add_view, new_lesson, read_file

        session = self._window.store.session
        try:
            lesson = read_file(path) if path.exists() else None
        except DataError as error:
            self.refused.emit(str(error))
            return
        lesson = new_lesson(session, path.stem) if lesson is None else add_view(lesson, session)
        self.path = path
        news = f"Scene {len(lesson.scenes)} of {path.name} shows this. Write its words in any editor."
        self._window.exporter.save(path, session, partial(_pieces, lesson), news)


def _pieces(lesson: object, session: Session) -> Iterator[tuple[float, str]]:
    from emviz.lessons import Lesson, write

    assert isinstance(lesson, Lesson)
    yield 1.0, write(lesson)
