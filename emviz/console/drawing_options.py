"""Options of the commands that draw without a screen."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from emviz.console.options import Parser, whole

#: The sizes of a snapshot, in pixels.
SMALLEST, LARGEST = (1024, 640), (7680, 4320)
#: The panels of the window, and the limits of seconds per frame of an animation.
PANELS = ("bound", "likelihood", "counts", "picture")
QUICKEST, SLOWEST = 0.05, 60.0

SNAPSHOT_EXAMPLES = """examples:
  emviz snapshot coins -o coins.png                     the first screen
  emviz snapshot coins --step 2 --theme dark -o m.png   after one E-step and one M-step"""

PAGE_EXAMPLES = """examples:
  emviz page coins --iterations 20 -o coins.html            the paper's five sets
  emviz page gmm table.csv --set components=3 -o gmm.html   data of your own
  emviz page lecture.emviz -o lecture.html                  a session, opened at its half-step
  emviz page guessing -o guessing.html                      a lesson that comes along, with its questions
  emviz page my.lesson -o my.html                           a lesson of your own"""

ANIMATE_EXAMPLES = """examples:
  emviz animate coins -o coins.gif                             the window, a picture for each half-step
  emviz animate gmm --what picture --each iteration -o gmm.webp
  emviz animate coins --iterations 3 --pace 2 -o coins.gif     three iterations, two seconds each picture"""

HANDOUT_EXAMPLES = """examples:
  emviz handout coins --iterations 3 -o coins.pdf              seven sheets
  emviz handout coins --iterations 1 --worksheet -o class.pdf  blanks, and the solutions at the end
  emviz handout my.lesson -o lesson.pdf                        a sheet for each scene of a lesson"""


def add_drawing(parser: Parser) -> None:
    """Add the options of a snapshot."""
    parser.add_argument("--iterations", type=int, metavar="N", help="run N iterations first (default: none)")
    parser.add_argument("--step", type=whole, default=0, metavar="N", help="then take N half-steps")
    parser.add_argument(
        "--size", type=size, default=(1920, 1080), metavar="WxH", help="in pixels (default: 1920x1080)"
    )
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="(default: light)")
    _add_display(parser, "OUT.png")


def add_page(parser: Parser) -> None:
    """Add the options of a web page."""
    parser.add_argument(
        "--iterations", type=int, metavar="N", help="at most N (default: 1000; of a session the steps it has)"
    )
    parser.add_argument(
        "--at",
        type=whole,
        metavar="N",
        help="the half-step at which the page opens (default: 0, or that of the session)",
    )
    parser.add_argument("--no-pictures", action="store_true", help="leave out the pictures of the model")
    _add_display(parser, "OUT.html")


def add_animation(parser: Parser) -> None:
    """Add the options of an animation."""
    parser.add_argument(
        "--iterations", type=int, metavar="N", help="at most N (default: 1000; of a session the steps it has)"
    )
    parser.add_argument("--what", choices=("window", *PANELS), default="window", help="(default: window)")
    parser.add_argument(
        "--each",
        choices=("half-step", "iteration"),
        default="half-step",
        help="a picture for each (default: half-step)",
    )
    parser.add_argument(
        "--pace", type=pace, default=1.0, metavar="S", help="seconds for each picture (default: 1)"
    )
    _add_ends(parser)
    parser.add_argument(
        "--size", type=size, default=(1280, 720), metavar="WxH", help="of the window (default: 1280x720)"
    )
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="(default: light)")
    _add_display(parser, "OUT.gif|webp")


def add_handout(parser: Parser) -> None:
    """Add the options of a handout."""
    parser.add_argument(
        "--iterations", type=int, metavar="N", help="at most N (default: 1000; of a session the steps it has)"
    )
    parser.add_argument(
        "--worksheet", action="store_true", help="blanks for the counts and for θ(t+1), solutions at the end"
    )
    parser.add_argument("--paper", choices=("A4", "Letter"), default="A4", help="(default: A4)")
    _add_ends(parser)
    _add_display(parser, "OUT.pdf")


def _add_ends(parser: Parser) -> None:
    """Add the options for a part of a run."""
    parser.add_argument(
        "--from", dest="first", type=whole, default=0, metavar="N", help="the first half-step (default: 0)"
    )
    parser.add_argument(
        "--to", dest="last", type=whole, metavar="N", help="the last half-step (default: that of the run)"
    )


def _add_display(parser: Parser, output: str) -> None:
    """Add the options for the displayed picture and row, and for the output file."""
    parser.add_argument("--picture", default="", metavar="TITLE", help="the picture of the model to show")
    parser.add_argument("--row", type=whole, metavar="N", help="the row of the data to ask about, from 1")
    parser.add_argument("--reveal", action="store_true", help="show the true labels")
    parser.add_argument(
        "--if",
        dest="supposed",
        action="append",
        default=[],
        metavar="VARIABLE=STATE",
        help="suppose this of the row, or of any row, in a network; may be repeated",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar=output, help="the file to write")


def pace(text: str) -> float:
    """Return seconds per frame from an argument."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not QUICKEST <= seconds <= SLOWEST:
        message = f"expected seconds from {QUICKEST:g} to {SLOWEST:g}, got '{text}'"
        raise argparse.ArgumentTypeError(message)
    return seconds


def size(text: str) -> tuple[int, int]:
    """Return width and height in pixels from an argument such as 1920x1080."""
    match = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    sides = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(low <= side <= high for low, side, high in zip(SMALLEST, sides, LARGEST, strict=True)):
        low, high = ("x".join(map(str, each)) for each in (SMALLEST, LARGEST))
        raise argparse.ArgumentTypeError(f"expected a size from {low} to {high}, got '{text}'")
    return sides
