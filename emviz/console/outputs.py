"""Commands that draw without a screen: snapshot, page, handout, animate."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from emviz.console.beginning import fill_display, readable, session_of
from emviz.console.drawing_options import (
    ANIMATE_EXAMPLES,
    HANDOUT_EXAMPLES,
    PAGE_EXAMPLES,
    SNAPSHOT_EXAMPLES,
    add_animation,
    add_drawing,
    add_handout,
    add_page,
)
from emviz.console.options import Parser, add_experiment, check
from emviz.console.printing import deliver, with_progress
from emviz.machine import preflight, provision
from emviz.session import animating

if TYPE_CHECKING:
    from emviz.session import Session

#: Command-line names of options whose attribute has another name.
CALLED = {"first": "--from", "last": "--to", "supposed": "--if", "file": "FILE"}


def snapshot(given: list[str], say: Callable[[str], None]) -> int:
    """Draw the window into a PNG file."""
    parser = Parser(
        "emviz snapshot",
        "Draw the window into a PNG; no screen is needed.",
        SNAPSHOT_EXAMPLES,
    )
    add_experiment(parser)
    add_drawing(parser)
    options = parser.parse_args(given)
    check(preflight.kernel_problem() or provision.problem("offscreen"))
    from emviz.api.fitting import advanced, shown

    session = advanced(
        session_of(options, None, say, stepping=True), options.iterations, options.tol, options.step
    )
    fill_display(options, session.display)
    session = shown(session, options.picture, options.row, options.reveal, options.supposed)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from emviz.data.writer import save_bytes
    from emviz.ui.snapshot import draw

    save_bytes(options.output, draw(session, options.size, options.theme))
    if session.failure:
        raise session.failure
    return 0


def page(given: list[str], say: Callable[[str], None]) -> int:
    """Write a run or a lesson as a web page."""
    parser = Parser(
        "emviz page",
        "Write a run or a lesson as a web page: one file with all of its steps, for any browser.",
        PAGE_EXAMPLES,
    )
    add_experiment(parser)
    add_page(parser)
    options = parser.parse_args(given)
    drawn = not options.no_pictures
    check(preflight.kernel_problem() or (provision.problem("offscreen") if drawn else None))
    if drawn:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    lesson = _lesson_path(options.model)
    if lesson is not None:
        _refuse_others(parser, options, ("no_pictures",))
        text = with_progress(_lesson_page(readable(lesson), drawn), options.output.name, say)
        deliver(text, options.output, exact=True)
        return 0
    from emviz.console.paging import paged

    session = paged(session_of(options, None, say, stepping=True), options)
    deliver(with_progress(_run_page(session, drawn), options.output.name, say), options.output, exact=True)
    if session.failure:
        raise session.failure
    return 0


def _run_page(session: Session, drawn: bool) -> Generator[float | None, None, str]:
    """Return the page of a run, with or without pictures; yields the fraction done, or None."""
    if drawn:
        from emviz.ui.exporting.printing import run_page

        return (yield from run_page(session))
    from emviz.pages import making

    return (yield from making(session))


def _lesson_page(path: Path, drawn: bool) -> Generator[float | None, None, str]:
    """Return the page of a lesson; yields like `_run_page`."""
    from emviz.lessons import read_file

    if drawn:
        from emviz.ui.exporting.printing import lesson_page

        return (yield from lesson_page(read_file(path)))
    from emviz.em.work import finished
    from emviz.pages.acts import acting
    from emviz.pages.lesson_page import lesson_making

    lesson = read_file(path)
    return (yield from lesson_making(lesson, finished(acting(lesson))))


def animate(given: list[str], say: Callable[[str], None]) -> int:
    """Write a run as an animation."""
    parser = Parser(
        "emviz animate",
        "Draw a run as an animated GIF or WebP; no screen is needed.",
        ANIMATE_EXAMPLES,
    )
    add_experiment(parser)
    add_animation(parser)
    options = parser.parse_args(given)
    kind = options.output.suffix.lower()
    if kind not in animating.KINDS:
        parser.error(f"an animation is a .gif or a .webp file, and {options.output.name} is neither")
    check(preflight.kernel_problem() or provision.problem("offscreen"))
    from emviz.console.paging import paged

    options.at = None
    session = paged(session_of(options, None, say, stepping=True), options)
    last = len(session.trace) - 1 if options.last is None else options.last
    if options.first > last:
        parser.error(f"--from {options.first} comes after the last half-step, {last}")
    reel = animating.reel(session, options.first, last, whole=options.each == "iteration")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from emviz.data.writer import save_bytes
    from emviz.ui.exporting.animation.film import written
    from emviz.ui.snapshot import film

    durations = animating.durations(len(reel.cursors), options.pace)
    look = (options.size, options.theme, options.what)
    frames = with_progress(film(session, *look, reel.cursors), options.output.name, say)
    save_bytes(options.output, written(frames, durations, kind, lambda fraction: None))
    if reel.left_out:
        say(f"{options.output.name} has {reel.words}")
    if session.failure:
        raise session.failure
    return 0


def handout(given: list[str], say: Callable[[str], None]) -> int:
    """Write a run or a lesson as a handout."""
    parser = Parser(
        "emviz handout",
        "Write a run as a PDF: a sheet for each half-step, or a worksheet with blanks.",
        HANDOUT_EXAMPLES,
    )
    add_experiment(parser)
    add_handout(parser)
    options = parser.parse_args(given)
    if options.output.suffix.lower() != ".pdf":
        parser.error(f"a handout is a .pdf file, and {options.output.name} is not")
    check(preflight.kernel_problem() or provision.problem("offscreen"))
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    lesson = _lesson_path(options.model)
    if lesson is not None:
        _refuse_others(parser, options, ("paper", "worksheet"))
        return _lesson_handout(readable(lesson), options, say)
    from emviz.console.paging import paged
    from emviz.pages import kept, kept_words

    options.at = None
    session = paged(session_of(options, None, say, stepping=True), options)
    last = len(session.trace) - 1 if options.last is None else options.last
    if not any(options.first <= at <= last for at in kept(session)):
        parser.error(f"there is no half-step from {options.first} to {last} on the handout")
    if left_out := kept_words(session).replace("this page", "the handout"):
        say(left_out)
    from emviz.data.writer import save_bytes
    from emviz.ui.exporting.printing import sheets

    work = sheets(session, options.paper, options.first, last, options.worksheet)
    save_bytes(options.output, with_progress(work, options.output.name, say))
    if session.failure:
        raise session.failure
    return 0


def _lesson_handout(path: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Write a lesson as a handout."""
    from emviz.data.writer import save_bytes
    from emviz.lessons import read_file
    from emviz.ui.exporting.printing import lesson

    work = lesson(read_file(path), options.paper, options.worksheet)
    save_bytes(options.output, with_progress(work, options.output.name, say))
    return 0


def _lesson_path(name: str) -> Path | None:
    """Return the file of a lesson by its name; None for a model or a session."""
    from emviz.lessons import path_named
    from emviz.models import discover

    return path_named(name, [model.key for model in discover()])


def _refuse_others(parser: Parser, options: argparse.Namespace, taken: Sequence[str]) -> None:
    """Reject options that do not apply to a lesson, whose scenes determine what is shown."""
    usual = vars(parser.parse_args([options.model, "-o", str(options.output)]))
    for name, value in vars(options).items():
        if name not in taken and value != usual[name]:
            called = CALLED.get(name, f"--{name.replace('_', '-')}")
            parser.error(f"a lesson determines what its scenes show: leave out {called}")
