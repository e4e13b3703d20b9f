"""Parses a session file; checks every entry, and computes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

from emviz.data.column import CODES
from emviz.data.files import check_readable, explained
from emviz.data.table import DataError
from emviz.em.convergence import stopping
from emviz.em.engine import Outcome
from emviz.intake import Choice
from emviz.scenes.records import (
    Parser,
    Record,
    extended,
    listed,
    mapped,
    nested,
    one_of,
    optional,
    pair,
    plain,
    real,
    shown,
    switch,
    text,
    unexpected,
    whole,
)
from emviz.scenes.scene import Kept, Limits, Ran, Scene
from emviz.scenes.shown import PLACE, display_of
from emviz.scenes.tables import table_of
from emviz.scenes.writing import FORM
from emviz.session.limits import MOST_ITERATIONS

#: Rows that are not data, with a description.
ASIDE: Parser[tuple[tuple[int, str], ...]] = listed(pair(PLACE, text))
#: Maximum number of runs from one θ(0), and of half-steps of each.
MOST_RUNS, MOST_STEPS = 100, 2 * MOST_ITERATIONS


def read_file(path: Path) -> Scene:
    """Return the scene in a file.

    Raises
    ------
    DataError
        If the file cannot be read or is not a session; names the file.
    """
    with explained(path):
        check_readable(path)
        return read(path.read_bytes().decode("utf-8-sig", errors="replace"))


def read(content: str) -> Scene:
    """Return the scene in the text of a file.

    Raises
    ------
    DataError
        If it is not a session, or has a newer format; says what is wrong, where, and what to do.
    """
    record = Record(_parsed(content))
    form = record.need("emviz", whole(1, 1_000_000))
    if form > FORM:
        raise DataError(
            f"this session was saved by a newer emviz, in form {form}, and this one reads form {FORM}: "
            "install the latest emviz"
        )
    scene = Scene(
        record.need("model", text),
        program=record.take("program", text, ""),
        hyper=record.take("hyper", mapped(plain), {}),
        data=record.take("data", _kept, Kept()),
        draft=record.take("draft", optional(_draft), None),
        choice=record.take("choice", optional(_choice), None),
        assumed=record.take("assumed", listed(text), ()),
        start=record.take("start", mapped(nested), {}),
        seed=record.take("seed", optional(whole(0, 2**63)), None),
        truth=record.take("truth", optional(mapped(nested)), None),
        limits=record.take("limits", _limits, Scene.limits),
        usual=record.take("usual", optional(_limits), None),
        runs=record.take("runs", listed(_ran, MOST_RUNS), Scene.runs),
        front=record.take("front", text, Scene.front),
        display=record.take("display", display_of, display_of({}, "")),
        notes=record.take("notes", text, ""),
    )
    record.end()
    _check_runs(scene)
    return scene


def _parsed(content: str) -> object:
    try:
        return json.loads(content, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise DataError(
            f"this is not an emviz session, or it was cut off: it cannot be read from {where} on; "
            "take another copy of the file"
        ) from None
    except RecursionError:
        raise DataError("this is not an emviz session: it is nested too deeply") from None
    except ValueError as error:  # an integer with thousands of digits
        raise DataError(f"this is not an emviz session: {error}") from None


def _refuse(constant: str) -> NoReturn:
    raise DataError(f'{constant} is not a number in JSON; write null for NaN, "inf" or "-inf"')


def _check_runs(scene: Scene) -> None:
    methods = [run.method for run in scene.runs]
    if len(set(methods)) < len(methods):
        raise DataError("two runs are by the same method; leave one of them out")
    if scene.front not in methods:
        raise DataError(f"there is no run by {shown(scene.front)}, which is to be in front")


def _kept(value: object, where: str) -> Kept:
    record = Record(value, where)
    example = record.take("example", optional(text), None)
    known = record.take("sha256", text, "")
    if example is not None or value == {}:
        record.end()
        return Kept(example=example, digest=known)
    kept = Kept(record.take("source", text, ""), table=table_of(record), digest=known)
    record.end()
    return kept


def _draft(value: object, where: str) -> Kept:
    record = Record(value, where)
    source, unfilled = record.take("source", text, ""), record.take("unfilled", switch, False)
    kept = Kept(source, table=table_of(record), unfilled=unfilled)
    record.end()
    return kept


def _choice(value: object, where: str) -> Choice:
    record = Record(value, where)
    nothing: tuple[tuple[int, str], ...] = ()
    choice = Choice(
        record.take("layout", text, ""),
        record.take("named", mapped(text), {}),
        record.take("used", listed(text), ()),
        record.take("left_out", mapped(text), {}),
        frozenset(record.take("codes", listed(text), tuple(CODES))),
        record.take("drop", switch, False),
        dict(record.take("aside", ASIDE, nothing)),
    )
    record.end()
    return choice


def _limits(value: object, where: str) -> Limits:
    record = Record(value, where)
    tolerance, iterations, on = Scene.limits
    tolerance = record.take("tolerance", real, tolerance)
    if not 0 <= tolerance < 1:
        raise unexpected("a number from 0 to below 1", tolerance, f"{where}.tolerance")
    iterations = record.take("iterations", whole(1, MOST_ITERATIONS), iterations)
    on = record.take("on", one_of(*stopping.KINDS), on)
    record.end()
    return tolerance, iterations, on


def _ran(value: object, where: str) -> Ran:
    record = Record(value, where)
    method = record.need("method", text)
    steps = record.take("steps", whole(0, MOST_STEPS), 0)
    cursor = record.take("cursor", whole(0, steps), steps)
    outcome = record.take("outcome", optional(one_of(*(each.value for each in Outcome))), None)
    failed = record.take("failed", switch, False)
    objective = record.take("objective", optional(extended), None)
    record.end()
    return Ran(method, steps, cursor, None if outcome is None else Outcome(outcome), failed, objective)
