"""Options shared by the commands, help texts, and a parser that reports errors in one line."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

COMMANDS = """commands:
  emviz [FILE] [--model MODEL]    open the window (a file named like a command: ./fit)
  emviz models                    list the models, their data and their parameters
  emviz lessons [--check FILE]    list the lessons, or check one of your own
  emviz FILE.lesson               begin with a lesson
  emviz FILE.emviz                open a session; most commands accept one for MODEL
  emviz fit MODEL [FILE]          run EM, or another method, and print every iteration
  emviz compare MODEL [FILE]      run several methods from one start, and compare their cost
  emviz starts MODEL [FILE]       run a model from many starts, and list the optima
  emviz simulate MODEL            draw data from known parameters, with or without holes
  emviz snapshot MODEL [FILE]     draw the window into a PNG, without a screen
  emviz page MODEL [FILE]         write a run as a web page, one file with all of its half-steps
  emviz handout MODEL [FILE]      write a run as a PDF, a sheet for each half-step, or a worksheet
  emviz animate MODEL [FILE]      write a run as an animated GIF or WebP

Each command explains itself with --help."""

FIT_EXAMPLES = """examples:
  emviz fit coins                              the paper's five sets, from a random start
  emviz fit coins --start start.json --json    start.json: {"heads": [0.6, 0.5]}
  emviz fit coins tosses.csv --set coins=3 --csv -o trace.csv"""

COMPARE_EXAMPLES = """examples:
  emviz compare coins --methods em,newton,safeguarded
  emviz compare deaths --methods em,squarem,anderson --iterations 5000 --csv -o paths.csv"""

STARTS_EXAMPLES = """examples:
  emviz starts gmm --set components=3               200 starts of Old Faithful, three clusters
  emviz starts hmm --number 50 --iterations 5000
  emviz starts coins --places 3 --json -o starts.json
  emviz starts coins --map theta_A theta_B --csv    which start leads where"""

SIMULATE_EXAMPLES = """examples:
  emviz simulate normal --size 200 --holes 0.3 -o rows.csv           at random
  emviz simulate gmm --keep --holes 0.2 --by-value -o faithful.csv   of Old Faithful, mostly large numbers"""


class Refusal(Exception):  # noqa: N818 - said to the user as it is
    """Ends a command with one sentence and status 2."""


class Parser(argparse.ArgumentParser):
    """A parser that reports errors in one line, and keeps the layout of its examples."""

    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        usual = argparse.RawDescriptionHelpFormatter
        super().__init__(prog, description=description, epilog=epilog, formatter_class=usual)

    def parse_args(self, given: Sequence[str]) -> argparse.Namespace:  # type: ignore[override]
        """Return the options; a code for missing cells may start with a minus sign."""
        joined: list[str] = []
        for word in given:
            if joined and joined[-1] == "--missing":
                joined[-1] += f"={word}"
            else:
                joined.append(word)
        return super().parse_args(joined)

    def error(self, message: str) -> NoReturn:
        """Raise an error with a hint at the help.

        Raises
        ------
        Refusal
            Always.
        """
        raise Refusal(f"{message} (see `{self.prog} --help`)")


def check(problem: str | None) -> None:
    """Raise `Refusal` if there is a problem.

    Raises
    ------
    Refusal
        With the problem as its message.
    """
    if problem:
        raise Refusal(problem)


#: Help for the name of a method.
METHODS_HELP = (
    "em, hard, gradient, backtracking, newton, safeguarded, squarem, squarem-unguarded or anderson; after "
    "colons the step of gradient and the coordinates, free or natural: gradient:0.03:natural"
)


def add_experiment(parser: Parser, *, several: bool = False, drawn: bool = False) -> None:
    """Add the options shared by commands that run: model, data, hyper-parameters, start, method.

    Parameters
    ----------
    several : bool
        Whether several methods are allowed.
    drawn : bool
        Whether many random starts replace a single given one.
    """
    _add_data(parser)
    if drawn:
        _add_draws(parser)
    else:
        start = parser.add_mutually_exclusive_group()
        start.add_argument("--start", type=Path, metavar="FILE.json", help="θ(0): {field: nested lists}")
        start.add_argument("--seed", type=int, metavar="N", help="draw θ(0) at random with this seed")
    if several:
        parser.add_argument(
            "--methods",
            type=_names,
            default=("em", "newton"),
            metavar="A,B,…",
            help=f"{METHODS_HELP} (default: em,newton)",
        )
    else:
        parser.add_argument("--method", help=f"{METHODS_HELP} (default: em)")
    parser.add_argument(
        "--tol",
        "--tolerance",
        dest="tol",
        type=float,
        metavar="X",
        help="stop when the last gain and the estimated rest are at most X times |log P| "
        "(default: 1e-8; 0: never)",
    )


def _add_data(parser: Parser) -> None:
    """Add the options for the model, its data and its hyper-parameters."""
    parser.add_argument(
        "model", metavar="MODEL", help="the model; see `emviz models`; or a session, FILE.emviz"
    )
    data = parser.add_mutually_exclusive_group()
    data.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="data: CSV, TSV, XLSX, ODS, FASTA, Stockholm … (default: the first example)",
    )
    data.add_argument("--example", metavar="NAME", help="an example included with the model")
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        type=_assignment,
        metavar="FIELD=VALUE",
        help="hyper-parameters of the model",
    )
    _add_wishes(parser)


def add_rule(parser: Parser) -> None:
    """Add the options for the kind of tolerance and the length of a fixed step."""
    parser.add_argument(
        "--tolerance-on",
        choices=("gain", "theta"),
        default="gain",
        help="theta: stop when a step of θ, √Σ Δ² over its independent entries, is at most X long "
        "(default: gain)",
    )
    parser.add_argument(
        "--step", dest="stride", metavar="S", help="the fixed step of gradient (default: 1/n for n units)"
    )


def _add_draws(parser: Parser) -> None:
    """Add the options for the number of starts and how they are drawn."""
    parser.add_argument("--number", type=whole, default=200, metavar="N", help="starts (default: 200)")
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="the seed of the first θ(0); it goes up by one for each further start (default: 0)",
    )
    parser.add_argument(
        "--places",
        type=whole,
        default=0,
        metavar="N",
        help="classify the N best optima as maxima, saddles or ridges (default: none)",
    )
    parser.add_argument(
        "--map",
        nargs=2,
        metavar=("A", "B"),
        help="instead of random starts, use a grid over two entries of θ(0) and show which start ends where",
    )
    parser.add_argument(
        "--cells", type=whole, default=51, metavar="N", help="cells of the map along each axis (default: 51)"
    )


def add_output(parser: Parser, rows: str) -> argparse._MutuallyExclusiveGroup:
    """Add the options for the maximum number of iterations and the output; return the output group.

    Parameters
    ----------
    rows : str
        Description of the rows of the CSV.
    """
    parser.add_argument("--iterations", type=int, metavar="N", help="at most N (default: 1000)")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print JSON")
    shape.add_argument("--csv", action="store_true", help=f"print CSV, {rows}")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="write to a file; .json and .csv choose the format"
    )
    return shape


def add_fit(parser: Parser) -> None:
    """Add the options of a single run."""
    shape = add_output(parser, "one row for each iteration")
    shape.add_argument(
        "--answers", action="store_true", help="print CSV: the most likely completions of every row"
    )
    parser.add_argument(
        "--of",
        metavar="VARIABLE",
        help="with --answers, in a network: the variable of the verdicts (default: that most often missing)",
    )
    parser.add_argument(
        "--errors",
        action="store_true",
        help="also print standard errors of θ; with --csv, only these, one row each",
    )
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help="with --errors: the profile likelihood of a parameter, such as heads_1; with --csv only that",
    )


def add_simulation(parser: Parser) -> None:
    """Add the options for the truth, the number of units, and missing cells."""
    _add_data(parser)
    parser.set_defaults(start=None, method="em", tol=None)
    truth = parser.add_mutually_exclusive_group()
    truth.add_argument("--truth", type=Path, metavar="FILE.json", help="the true θ: {field: nested lists}")
    truth.add_argument(
        "--truth-seed", type=whole, metavar="N", help="draw the true θ with this seed (default: 1001)"
    )
    truth.add_argument("--keep", action="store_true", help="keep the rows of the data and remove cells")
    parser.add_argument("--size", type=whole, default=100, metavar="N", help="units (default: 100)")
    parser.add_argument(
        "--each", type=whole, metavar="N", help="the size of each unit, such as tosses per set"
    )
    parser.add_argument(
        "--holes", type=float, default=0.0, metavar="SHARE", help="the share of the cells that is missing"
    )
    parser.add_argument(
        "--in", dest="inside", type=_names, default=(), metavar="A,B", help="the columns that lose cells"
    )
    parser.add_argument(
        "--by-value",
        action="store_true",
        help="a number above the median of its column, or the last state of a variable, is missing five "
        "times as often as any other",
    )
    parser.add_argument(
        "--hide",
        default="",
        metavar="WHICH",
        help="by value, what is missing more often: large, small (below the median, or the first state), or "
        "the name of a state",
    )
    parser.add_argument("--seed", type=whole, default=1, metavar="N", help="of the data (default: 1)")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.csv", help="write to a file")


def _add_wishes(parser: Parser) -> None:
    """Add the options for reading FILE."""
    parser.add_argument(
        "--columns",
        type=_pairs,
        default=(),
        metavar="NAME=COLUMN,…",
        help="the model's names of columns to those in FILE (default: guessed)",
    )
    parser.add_argument(
        "--sheet",
        "--alignment",
        default="",
        metavar="NAME",
        help="the sheet of a spreadsheet, or one of several alignments (default: the first table)",
    )
    lists = (
        ("--use", "A,B", "of optional columns, use only these"),
        ("--drop", "A,B", "of optional columns, leave these out"),
        ("--missing", "CODE,…|drop", "further codes for a missing cell; drop leaves out rows with one"),
    )
    for flag, shape, meaning in lists:
        parser.add_argument(flag, type=_names, default=(), metavar=shape, help=meaning)
    parser.add_argument(
        "--every-row",
        action="store_true",
        help="treat rows that look like units, totals or remarks as data",
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in next(csv.reader([text]), []) if name.strip())


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [name.partition("=") for name in _names(text)]
    if not pairs or not all(name and column for name, _, column in pairs):
        raise argparse.ArgumentTypeError(f"expected NAME=COLUMN,…, got '{text}'")
    return tuple((name.strip(), column.strip()) for name, _, column in pairs)


def _assignment(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise argparse.ArgumentTypeError(f"expected FIELD=VALUE, got '{text}'; FILE comes before --set")
    return name, value


def whole(text: str) -> int:
    """Return a whole number of at least 0 from an argument."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 0, got '{text}'")
    return int(text)
