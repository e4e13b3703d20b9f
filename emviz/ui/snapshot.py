"""Draws without a screen: the window as it would stand on one, and the pictures of a page."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer

from emviz.em.work import finished, within
from emviz.handouts import handout
from emviz.lessons import Lesson
from emviz.pages import Picture, kept, making, recording
from emviz.pages.lesson_page import lesson_making
from emviz.session import Session
from emviz.ui import preferences
from emviz.ui.animation.film import written
from emviz.ui.animation.recorder import Recorder
from emviz.ui.app import create_application
from emviz.ui.easel import Easel, Sketch, Sketches, drawing, sketching, sketching_lesson
from emviz.ui.exports import picture_of, png_of
from emviz.ui.handout.lessons import lesson_sketches
from emviz.ui.handout.press import PICTURE, Press, heading_of
from emviz.ui.places import NAMES
from emviz.ui.preferences import Preferences
from emviz.ui.window import MainWindow

T = TypeVar("T")

#: The part of the work on a page that is done when the last picture is drawn.
DRAWN = 0.6


def run_page(session: Session) -> Generator[float | None, None, str]:
    """Return the page of a run with its pictures; yield how much is done, and None in between."""
    _, pictures = yield from within(_drawn(sketching(session)), 0.0, DRAWN)
    return (yield from within(making(session, pictures), DRAWN, 1.0))


def lesson_page(told: Lesson) -> Generator[float | None, None, str]:
    """Return the page of a lesson with its pictures; yield as `run_page` does."""
    acts, pictures = yield from within(_drawn(sketching_lesson(told)), 0.0, DRAWN)
    return (yield from within(lesson_making(told, acts, pictures), DRAWN, 1.0))


def _drawn(
    work: Generator[Sketch | float | None, None, T],
) -> Generator[float | None, None, tuple[T, dict[Any, Picture]]]:
    """Return what comes of sketching, and the pictures by their keys."""
    # The name must outlive the easel: Qt's application dies with its last Python reference.
    application = create_application()
    easel, found = Easel(), dict[Any, Picture]()
    while True:
        try:
            told = next(work)
        except StopIteration as end:
            easel.close()
            application.sendPostedEvents()
            return end.value, found
        if not isinstance(told, Sketch):
            yield told
        elif (picture := easel.draw(told.session, told.results)) is not None:
            found[told.key] = picture


def draw(session: Session, size: tuple[int, int], theme: str) -> bytes:
    """Return a PNG of the window on a session, every picture finished.

    Parameters
    ----------
    size : tuple of int
        Width and height in pixels.
    theme : str
        "light" or "dark".
    """
    with _standing(session, size, theme) as window:
        _settle(window)
        return png_of(picture_of(window, 1.0))


def film(
    session: Session,
    size: tuple[int, int],
    theme: str,
    what: str,
    cursors: Sequence[int],
    durations: Sequence[int],
    kind: str,
) -> bytes:
    """Return an animation of a run, as the bytes of a file.

    Parameters
    ----------
    size : tuple of int
        Width and height of the window in pixels.
    theme : str
        "light" or "dark".
    what : str
        "window", or the name of a panel.
    cursors : sequence of int
        The half-steps, as places in the trace.
    durations : sequence of int
        Milliseconds that the picture of each stands.
    kind : str
        The ending of the file, ".gif" or ".webp".
    """
    with _standing(session, size, theme) as window:
        panels = dict(zip(NAMES, window.panels[2:], strict=True))
        recorder = Recorder(window, panels.get(what, window.desk), cursors)
        loop = QEventLoop()
        recorder.finished.connect(loop.quit)
        recorder.begin()
        loop.exec()
        return written(recorder.frames, durations, kind, lambda fraction: True)


def sheets(session: Session, paper: str, first: int, last: int | None, row: int, worksheet: bool) -> bytes:
    """Return a handout of a run, as the bytes of a PDF.

    Parameters
    ----------
    paper : str
        "A4" or "Letter".
    first, last : int
        The half-steps, as places in the trace.
    row : int
        The row of the data whose first number is derived, from 0.
    worksheet : bool
        Blanks in the place of numbers, and the solutions at the end.
    """
    application = create_application()
    record, sketches, easel = finished(recording(session)), Sketches(), Easel(size=PICTURE)
    drawn, solutions = handout(record, kept(session), row, first=first, last=last, worksheet=worksheet)
    press = Press(str(record["title"]), paper)
    for sheet in drawn:
        moved, results = finished(drawing(session, sketches, sheet.drawn))
        picture = easel.show(moved, results)
        press.draw(sheet, picture, heading_of(picture, moved, results))
    press.solutions(solutions)
    easel.close()
    application.sendPostedEvents()
    return press.finish()


def lesson(told: Lesson, paper: str, worksheet: bool) -> bytes:
    """Return a handout of a lesson, as the bytes of a PDF: a sheet for each scene, and the solutions.

    Parameters
    ----------
    paper : str
        "A4" or "Letter".
    worksheet : bool
        The derivations that scenes open come with the solutions.
    """
    application = create_application()
    easel, press = Easel(size=PICTURE), Press(told.title, paper)
    solutions = []
    for sheet, moved, results, solution in filter(None, lesson_sketches(told, worksheet)):
        picture = easel.show(moved, results)
        press.draw(sheet, picture, heading_of(picture, moved, results))
        if solution is not None:
            solutions.append(solution)
    press.solutions(solutions)
    easel.close()
    application.sendPostedEvents()
    return press.finish()


@contextmanager
def _standing(session: Session, size: tuple[int, int], theme: str) -> Iterator[MainWindow]:
    """Yield a window on a session that stands on no screen."""
    # The name must outlive the window: Qt's application dies with its last Python reference.
    application = create_application()
    with TemporaryDirectory() as folder:
        # The user's own preferences neither show in the picture nor are touched by it.
        settings = preferences.settings_at(Path(folder, "emviz.ini"))
        shown = session.display
        chosen = Preferences(theme=theme, motion=False, decimals=shown.decimals, answers=shown.reference)
        preferences.save(settings, chosen)
        window = MainWindow(session, settings)
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.setMinimumSize(1, 1)
        window.resize(*size)
        window.show()
        yield window
        window.close()
        settings.sync()
    window.deleteLater()
    application.sendPostedEvents()


def _settle(window: MainWindow) -> None:
    """Wait until the last picture has come in and been laid out."""
    loop = QEventLoop()
    window.pictures.settled.connect(loop.quit)
    if not window.pictures.idle:
        loop.exec()
    derivation = window.counts.derivation
    derivation.shown.connect(loop.quit)
    while derivation.isVisible() and derivation.busy:
        loop.exec()
    # Layouts and redraws wait for the loop to come round once more.
    QTimer.singleShot(0, loop.quit)
    loop.exec()
