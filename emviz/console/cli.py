"""The command line: opens the window, or runs a command such as `fit` without one.

Heavy imports are left to the command that needs them, after `preflight` has checked that they are installed.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from emviz.console.beginning import readable, session_of, simulated_of, with_step
from emviz.console.options import (
    COMMANDS,
    COMPARE_EXAMPLES,
    FIT_EXAMPLES,
    SIMULATE_EXAMPLES,
    STARTS_EXAMPLES,
    Parser,
    Refusal,
    add_experiment,
    add_fit,
    add_output,
    add_rule,
    add_simulation,
    check,
)
from emviz.console.printing import deliver, followed, write
from emviz.machine import preflight, provision

BUG, BAD, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141
FIXED = "gradient"
#: The commands implemented in `outputs`.
OUTPUTS = ("snapshot", "page", "handout", "animate")
LONGEST = 400  # maximum length of an error message


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0, or 2 after one line on standard error."""
    given = list(sys.argv[1:] if argv is None else argv)
    commands: dict[str, Callable[[list[str]], int]] = {
        "models": _models,
        "lessons": _lessons,
        "fit": _fit,
        "compare": _compare,
        "starts": _starts,
        "simulate": _simulate,
        **{name: partial(_output, name) for name in OUTPUTS},
    }
    chosen = commands.get(given[0]) if given else None
    _keep_to_one_core()
    try:
        with _quiet():
            return chosen(given[1:]) if chosen else _window(given)
    except SystemExit as done:  # argparse has printed help or the version
        return int(done.code or 0)
    except KeyboardInterrupt:
        _say("stopped by Ctrl+C")
        return INTERRUPTED
    except BrokenPipeError:
        _silence()
        return BROKEN_PIPE
    except Refusal as refusal:
        return _refuse(str(refusal))
    except Exception as error:
        if _is_user_error(error):
            return _refuse(str(error))
        if sys.flags.dev_mode:
            raise
        again = "`python -X dev -m emviz …` shows where"
        _refuse(f"this should not have happened ({type(error).__name__}: {error}); {again}")
        return BUG


def _keep_to_one_core() -> None:
    """Let NumPy's matrix products use one core, if NumPy is yet to be imported and nobody has chosen."""
    # They are too small to gain from a second one, which the window needs, and for which they may wait long.
    if "numpy" not in sys.modules:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress NumPy's warnings in all threads, because emviz reports these cases itself."""
    with warnings.catch_warnings():
        if not sys.flags.dev_mode:
            warnings.simplefilter("ignore", RuntimeWarning)
        yield


def _is_user_error(error: Exception) -> bool:
    """Return whether an error is meant for the user; any other one is a bug."""
    if isinstance(error, OSError):
        return True
    from emviz.api import DataError, ModelError, ParameterError

    return isinstance(error, DataError | ModelError | ParameterError)


def _refuse(reason: str) -> int:
    _say(reason)
    return BAD


def _say(sentence: str) -> None:
    line = " ".join(sentence.split())
    print("emviz:", line if len(line) <= LONGEST else f"{line[:LONGEST]}…", file=sys.stderr)


def _silence() -> None:
    """Redirect standard output if its reader is gone, so that Python can close it without an error."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# -- the window ----------------------------------------------------------------------------------------------


def _window(given: list[str]) -> int:
    parser = Parser(
        "emviz",
        "See the expectation-maximization algorithm, step by step.",
        COMMANDS,
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="data: CSV, TSV, XLSX, FASTA, Stockholm …")
    parser.add_argument("--model", default="coins", metavar="MODEL", help="the model (default: coins)")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.add_argument("--check", action="store_true", help="print versions, screens and what is missing")
    parser.add_argument("--register", action="store_true", help="enter emviz and its files in the desktop")
    parser.add_argument("--unregister", action="store_true", help="remove these entries again")
    # A file may have the name of a model.
    if given and given[0].isidentifier() and not Path(given[0]).exists():
        check(_misplaced(*given))
    options = parser.parse_args(given)
    if options.version:
        return _version()
    if options.check:
        return _checkup()
    if options.register or options.unregister:
        from emviz.machine import registering

        print(registering.register() if options.register else registering.unregister())
        return 0
    if options.file is not None:
        check(preflight.kernel_problem())
        readable(Path(options.file))
    check(provision.problem())
    # Objects created before the window opens live until the end, and collecting garbage among them takes a
    # tenth of the start-up. Later the window runs the collector itself.
    gc.disable()
    try:
        from emviz.models import model_named

        model = model_named(options.model).key
        from emviz.ui.lean import import_qt

        import_qt()
        from emviz.ui.app import run

        return run(options.file, model)
    finally:
        gc.enable()


def _misplaced(first: str, *others: str) -> str:
    """Return why the file argument is none: it is a model, as in every other command, or unknown."""
    check(preflight.kernel_problem())
    from emviz.models import TITLES

    rest = "".join(f" {each}" for each in others)
    if first in TITLES:
        return f"{first} is a model; type `emviz{rest} --model {first}`"
    return f"{first}: there is no such file, and no such command (see `emviz --help`)"


def _checkup() -> int:
    """Print a report for support; return 0 if a window can open."""
    from emviz.machine.checkup import lines

    problem = preflight.problem()
    print(*lines(problem), sep="\n", flush=True)
    if problem:
        return BAD
    from emviz.ui.look import screens

    print(*screens.lines(), sep="\n")
    return 0


def _version() -> int:
    from importlib.metadata import PackageNotFoundError

    import emviz

    try:
        print("emviz", emviz.__version__)
    except PackageNotFoundError:
        raise Refusal(f"not installed, so without a version: type `{preflight.pip_line()}`") from None
    return 0


# -- what is drawn -------------------------------------------------------------------------------------------


def _output(name: str, given: list[str]) -> int:
    from emviz.console import outputs

    command: Callable[..., int] = getattr(outputs, name)
    return command(given, say=_say)


# -- models --------------------------------------------------------------------------------------------------


def _models(given: list[str]) -> int:
    parser = Parser("emviz models", "List the models.")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(given)
    check(preflight.kernel_problem())
    from emviz.api import models, report
    from emviz.models import left_out

    for sentence in left_out():
        _say(sentence)
    listed = models()
    write(report.models_json(listed) if options.json else report.models_text(listed), options.json)
    return 0


# -- lessons -------------------------------------------------------------------------------------------------


def _lessons(given: list[str]) -> int:
    parser = Parser("emviz lessons", "List the lessons that come with emviz, or check your own.")
    parser.add_argument("--json", action="store_true", help="as JSON, with the file of each")
    parser.add_argument(
        *("--check", "-c"), nargs="+", metavar="FILE", type=Path, help="check all scenes of lessons"
    )
    options = parser.parse_args(given)
    check(preflight.kernel_problem())
    from emviz.console import teaching
    from emviz.lessons import shipped

    if options.check is None:
        listed = shipped()
        write(teaching.listed_json(listed) if options.json else teaching.listed_text(listed), options.json)
        return 0
    checked = [teaching.checked(readable(path)) for path in options.check]
    write("".join(line for line, _ in checked), False)
    wrong = [problem for _, problems in checked for problem in problems]
    for problem in wrong:
        _say(problem)
    return BAD if wrong else 0


# -- fit -----------------------------------------------------------------------------------------------------


def _fit(given: list[str]) -> int:
    parser = Parser(
        "emviz fit",
        "Run EM to convergence and print every iteration; t = 0 is the start.",
        FIT_EXAMPLES,
    )
    add_experiment(parser)
    add_fit(parser)
    add_rule(parser)
    options = parser.parse_args(given)
    if options.errors and options.answers:
        parser.error("--errors and --answers are two tables: one at a time")
    if options.profile and not options.errors:
        parser.error("--profile goes with --errors")
    check(preflight.kernel_problem())
    from emviz.api import report
    from emviz.api.fitting import attempted
    from emviz.api.uncertainty import ending_of, errors_of, profile_of

    session = attempted(session_of(options, 0, _say), options.iterations, options.tol)
    wanted = _shape(options)
    # Answers are those at the end of the run, which was not reached.
    if session.failure and wanted == "answers":
        raise session.failure
    errors = errors_of(session) if options.errors else None
    if errors and errors.withheld and wanted == "csv":
        _say(errors.withheld)
    profile = None
    if errors and not errors.withheld and options.profile:
        profile = profile_of(session, errors, options.profile)
    ending = ending_of(session) if wanted in ("", "json") else None
    # The trace up to a failure is printed before the error, which sets the exit status.
    deliver(report.fitted(session, wanted, errors, profile, ending), options.output, exact=bool(wanted))
    if session.failure:
        raise session.failure
    return 0


# -- compare -------------------------------------------------------------------------------------------------


def _compare(given: list[str]) -> int:
    parser = Parser(
        "emviz compare",
        "Run several methods from one start; print the cost of each and where it ended.",
        COMPARE_EXAMPLES,
    )
    add_experiment(parser, several=True)
    add_output(parser, "one row for each iteration of each")
    add_rule(parser)
    options = parser.parse_args(given)
    check(preflight.kernel_problem())
    from emviz.api import report
    from emviz.api.comparing import compared
    from emviz.session import set_limits

    # Of these methods only gradient ascent has a fixed step.
    methods = [with_step(each, options) if each.startswith(FIXED) else each for each in options.methods]
    options.stride = None
    session = session_of(options, None, _say)
    limited = set_limits(session, options.tol, options.iterations)
    comparison, wanted = compared(limited, methods), _shape(options)
    shapes = {
        "json": lambda: report.comparison_json(comparison),
        "csv": lambda: report.comparison_csv(comparison),
        "": lambda: report.comparison_text(session, comparison),
    }
    deliver(shapes[wanted](), options.output, exact=bool(wanted))
    return 0


# -- starts --------------------------------------------------------------------------------------------------


def _starts(given: list[str]) -> int:
    parser = Parser(
        "emviz starts",
        "Run a model from many random starts; list the optima, and how often each is reached.",
        STARTS_EXAMPLES,
    )
    add_experiment(parser, drawn=True)
    add_output(parser, "one row for each start")
    add_rule(parser)
    options = parser.parse_args(given)
    check(preflight.kernel_problem())
    from emviz.api.mapping import map_so_far, mapped, shaped
    from emviz.api.report import starts_so_far
    from emviz.api.starting import surveyed
    from emviz.em.optima.aside import usual
    from emviz.session import set_limits

    # Here `--seed` is that of the first start; the session itself begins at the default θ(0).
    options.start, seed = None, options.seed
    options.seed = None
    session, wanted = session_of(options, None, _say), _shape(options)
    session = set_limits(session, options.tol, options.iterations)
    if options.map:
        work = mapped(session, tuple(options.map), options.cells, usual())
        text = shaped(session, followed(work, map_so_far, _say), wanted)
    else:
        runs = surveyed(session, options.number, seed, options.places, (), usual())
        text = shaped(session, followed(runs, starts_so_far, _say), wanted)
    deliver(text, options.output, exact=bool(wanted))
    return 0


def _shape(options: argparse.Namespace) -> str:
    """Return "json", "csv", "answers", or "" for the text table."""
    if getattr(options, "answers", False):
        return "answers"
    if options.json or options.csv:
        return "json" if options.json else "csv"
    ending = options.output.suffix.lower() if options.output else ""
    return {".json": "json", ".csv": "csv"}.get(ending, "")


# -- simulate ------------------------------------------------------------------------------------------------


def _simulate(given: list[str]) -> int:
    parser = Parser(
        "emviz simulate",
        "Draw data from known parameters, or take cells out of data; print the table as CSV.",
        SIMULATE_EXAMPLES,
    )
    add_simulation(parser)
    options = parser.parse_args(given)
    check(preflight.kernel_problem())
    from emviz.api.simulating import table_csv

    session = simulated_of(options, _say)
    _say(session.draft_source or session.source)
    deliver(table_csv(session.draft), options.output, exact=True)
    return 0
