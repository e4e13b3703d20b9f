"""Creates the session described by the options of a command: model, data, θ(0), method."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emviz.session import Display, Session


#: Options that a session file replaces.
OWN = ("file", "example", "set", "start", "seed", "columns", "use", "drop", "missing", "every_row", "sheet")


def session_of(
    options: argparse.Namespace, seed: int | None, say: Callable[[str], None], stepping: bool = False
) -> Session:
    """Return the session that the options describe, with what is asked of it; see `_described`."""
    session = _described(options, seed, say, stepping)
    of = getattr(options, "of", None)
    return session if of is None else _asked(session, of, options.answers)


def _asked(session: Session, of: str, answers: bool) -> Session:
    """Return the session with verdicts on a given variable.

    Raises
    ------
    ParameterError
        If there is no such variable, or no verdicts.
    """
    from emviz.em.domains import ParameterError
    from emviz.em.optional import Supposing

    if not answers:
        raise ParameterError("--of goes with --answers")
    names = session.model.supposable(session.data) if isinstance(session.model, Supposing) else ()
    if of not in names:
        known = f"there are {', '.join(names)}" if names else f"{session.model.key} gives no verdicts"
        raise ParameterError(f"--of: there is no variable {of!r}; {known}")
    return replace(session, display=replace(session.display, node=of))


def _described(
    options: argparse.Namespace, seed: int | None, say: Callable[[str], None], stepping: bool
) -> Session:
    """Return the session that the options describe; by default θ(0) is drawn with `seed`.

    Parameters
    ----------
    stepping : bool
        Whether the steps of a session file are done; otherwise it starts at θ(0).
    """
    from emviz.scenes import is_scene

    if is_scene(Path(options.model)):
        return _scene_of(options, say, stepping)
    _fill(options, "em", 1e-8, 1000, stepping)
    from emviz.api.fitting import begun, chosen, wishes_of, with_truth
    from emviz.em.methods import method_named
    from emviz.models import example_named
    from emviz.session import set_limits

    file = None if options.file is None else Path(options.file)
    wishes = wishes_of(dict(options.columns), options.use, options.drop, options.missing, options.every_row)
    hyper = dict(options.set)
    model, taken, source = chosen(
        options.model, file, example=options.example, hyper=hyper, wishes=wishes, sheet=options.sheet
    )
    method = method_named(with_step(options.method, options)).key
    start = None if options.start is None else _start_values(options.start)
    drawn = seed if options.seed is None and start is None else options.seed
    if file is None and start is None and drawn is None:
        start = dict(example_named(model, options.example).start)
    with _naming(options.start):
        session = begun(model, taken, source, start=start, seed=drawn, method=method)
    for note in session.notes:
        say(note)
    session = set_limits(session, on=getattr(options, "tolerance_on", None))
    return session if file else with_truth(session, options.example)


def _scene_of(options: argparse.Namespace, say: Callable[[str], None], stepping: bool) -> Session:
    """Return the session of a file; its method and stopping rule apply unless others are given."""
    from emviz.data.table import DataError
    from emviz.em.methods import method_named
    from emviz.scenes.performing import difference_words, performed
    from emviz.scenes.reading import read_file
    from emviz.session import set_limits, set_method

    path = Path(options.model)
    given = next((name for name in OWN if _is_given(getattr(options, name, None))), None)
    if given is not None:
        what = "FILE" if given == "file" else f"--{given.replace('_', '-')}"
        raise DataError(f"a session has its own data and θ(0): leave out {what}", source=path.name)
    scene = read_file(path)
    try:
        found = performed(scene, stepping)
    except DataError as error:
        raise error.within(path.name) from None
    if found.differences:
        say(difference_words(scene, found.differences))
    session = found.session
    if getattr(options, "method", None) is not None:
        session = set_method(session, method_named(with_step(options.method, options)))
    _fill(options, session.front, session.tolerance, session.iterations, stepping)
    on = getattr(options, "tolerance_on", "gain")
    return session if on == "gain" else set_limits(session, on=on)


def _is_given(value: object) -> bool:
    # Not by truth: a seed of 0 is given.
    return value is not None and value is not False and value not in ((), [], "")


def _fill(options: argparse.Namespace, method: str, tol: float, iterations: int, stepping: bool) -> None:
    """Fill in defaults for missing options; a snapshot does no iterations by default."""
    usual = {"method": method, "tol": tol} | ({} if stepping else {"iterations": iterations})
    for name, value in usual.items():
        if getattr(options, name, None) is None:
            setattr(options, name, value)


def simulated_of(options: argparse.Namespace, say: Callable[[str], None]) -> Session:
    """Return the session on simulated data, or on data with cells removed."""
    from emviz.api.simulating import drawn
    from emviz.em.simulation.missingness import Missingness
    from emviz.session import FIRST_TRUTH, with_cells_missing

    by_value = options.by_value or bool(options.hide)
    how = Missingness(options.holes, options.inside, by_value, options.hide)
    seed, options.seed = options.seed, None  # the seed of the data, not of θ(0)
    session = session_of(options, None, say)
    if options.keep:
        return with_cells_missing(session, how, seed)
    truth = None if options.truth is None else _start_values(options.truth)
    chosen = FIRST_TRUTH if options.truth_seed is None else options.truth_seed
    with _naming(options.truth):
        return drawn(session, truth, chosen, options.size, seed, options.each, how)


def fill_display(options: argparse.Namespace, display: Display) -> None:
    """Use the display settings of a session file for options that were not given."""
    options.picture = options.picture or display.picture
    options.row = display.row + 1 if options.row is None and display.row is not None else options.row
    options.reveal = options.reveal or display.revealed
    options.supposed = options.supposed or ["=".join(pair) for pair in display.supposed]


def with_step(method: str, options: argparse.Namespace) -> str:
    """Return the name of a method with the length of its step, if one is given."""
    stride = getattr(options, "stride", None)
    return method if stride is None else f"{method}:{stride}"


def _start_values(path: Path) -> dict[str, object]:
    import json

    from emviz.data.files import explained
    from emviz.data.table import DataError

    with explained(readable(path)):
        text = path.read_text("utf-8-sig")
    try:
        # As floats, because an integer of a thousand digits would not fit into an array.
        values = json.loads(text, parse_int=float)
    except RecursionError:
        raise DataError("this is nested too deeply", source=path.name) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise DataError(f"this is not JSON: {error.msg} at {where}", source=path.name) from None
    if not isinstance(values, dict):
        raise DataError('expected an object such as {"heads": [0.6, 0.5]}', source=path.name)
    return values


@contextmanager
def _naming(start: Path | None) -> Iterator[None]:
    """Name the file of θ(0) in errors about θ(0)."""
    from emviz.api import ParameterError

    try:
        yield
    except ParameterError as error:
        if start is None:
            raise
        raise ParameterError(f"{start.name}: {error}") from None


def readable(path: Path) -> Path:
    """Return a path after checking that the file can be read.

    Raises
    ------
    DataError
        If it cannot.
    """
    from emviz.data.files import check_readable, explained

    with explained(path):
        check_readable(path)
    return path
