"""The commands that draw without a screen: the window as a picture, a run as a web page."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from emviz import preflight, provision
from emviz.beginning import fill_display, session_of
from emviz.options import (
    PAGE_EXAMPLES,
    SNAPSHOT_EXAMPLES,
    Parser,
    Refusal,
    add_drawing,
    add_experiment,
    add_page,
)
from emviz.printing import deliver


def snapshot(given: list[str], tell: Callable[[str], None]) -> int:
    """Draw the window into a PNG."""
    parser = Parser(
        "emviz snapshot",
        description="Draw the window into a PNG; no screen is needed.",
        epilog=SNAPSHOT_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_experiment(parser)
    add_drawing(parser)
    options = parser.parse_args(given)
    _check(preflight.kernel_problem() or provision.problem("offscreen"))
    from emviz.api import advanced, shown

    session = advanced(
        session_of(options, None, tell, stepping=True), options.iterations, options.tol, options.step
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


def page(given: list[str], tell: Callable[[str], None]) -> int:
    """Write a run as a web page."""
    parser = Parser(
        "emviz page",
        description="Write a run as a web page: one file with all of its half-steps, for any browser.",
        epilog=PAGE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_experiment(parser)
    add_page(parser)
    options = parser.parse_args(given)
    drawn = not options.no_pictures
    _check(preflight.kernel_problem() or (provision.problem("offscreen") if drawn else None))
    from emviz.pages import page_of
    from emviz.paging import paged

    session, pictures = paged(session_of(options, None, tell, stepping=True), options), None
    if drawn:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from emviz.ui.snapshot import pictures_of

        pictures = pictures_of(session)
    deliver(page_of(session, pictures), options.output, exact=True)
    if session.failure:
        raise session.failure
    return 0


def _check(problem: str | None) -> None:
    if problem:
        raise Refusal(problem)
