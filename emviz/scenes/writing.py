"""Writes a session as the text of a file, in pieces, so that a large table does not block."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import numpy as np

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.em.hyper import hypers
from emviz.em.model import Example, Fields, fields_of
from emviz.intake import Choice
from emviz.scenes.scene import Limits
from emviz.scenes.shown import display_record
from emviz.scenes.tables import digest, number, places_of, written
from emviz.session import Run, Session

#: Version of the file format that is written, and the latest that can be read.
FORM = 1


def write(session: Session) -> str:
    """Return a session as the text of a file; see `emviz.scenes` for the format."""
    return "".join(piece for _, piece in pieces(session))


def pieces(session: Session) -> Iterator[tuple[float, str]]:
    """Yield the text of a file in pieces, each with the fraction done before it."""
    yield 0.0, f'{{\n"emviz": {FORM}'
    yield 0.0, _entry("program", program())
    yield 0.0, _entry("model", session.model.key)
    yield 0.0, _entry("hyper", {each.name: each.value for each in hypers(session.model)})
    yield from _data(session)
    if session.fault is not None:
        yield 0.9, ',\n"draft": {' + f'"source": {_json(session.draft_source)}, "columns": '
        yield from ((0.9, piece) for piece in written(session.draft))
        yield 0.9, f', "unfilled": {_json(session.unfilled)}}}'
    yield 1.0, "".join(_entry(name, value) for name, value in _rest(session).items()) + "\n}\n"


def program() -> str:
    """Return the version of emviz; "" if it is not installed."""
    from importlib import metadata

    try:
        return metadata.version("emviz")
    except metadata.PackageNotFoundError:
        return ""


def example_of(session: Session) -> Example | None:
    """Return the example of a session; None for other or edited data."""
    named = next((each for each in session.model.examples if each.title == session.source), None)
    if named is None or session.table.places is not None:
        return None
    return named if read_table(example_path(named.file)).same(session.table) else None


def limits_record(limits: Limits) -> dict[str, object]:
    """Return a stopping rule as JSON."""
    return dict(zip(("tolerance", "iterations", "on"), limits, strict=True))


def _data(session: Session) -> Iterator[tuple[float, str]]:
    example = example_of(session)
    if example is not None:
        yield 0.1, _entry("data", {"example": example.key, "sha256": digest(session.table)})
        return
    table = session.table
    yield 0.1, ',\n"data": {' + f'"source": {_json(session.source)}, "columns": '
    cells = max(1, table.rows * len(table.names))
    done, hashed = 0, hashlib.sha256()
    for piece in written(table):
        hashed.update(piece.encode())
        done += piece.count(",")
        yield 0.1 + 0.7 * min(1.0, done / cells), piece
    yield 0.9, f', "places": {_json(places_of(table))}, "sha256": "{hashed.hexdigest()}"}}'


def _rest(session: Session) -> dict[str, object]:
    limits = (session.tolerance, session.iterations, session.tolerance_on)
    return {
        "choice": None if session.choice is None else _choice(session.choice),
        "assumed": list(session.notes),
        "start": _fields(session.start),
        "seed": session.seed,
        "truth": None if session.truth is None else _fields(session.truth),
        "limits": limits_record(limits),
        "usual": None if session.usual is None else limits_record(session.usual),
        "runs": [_run(run) for run in session.runs.values()],
        "front": session.front,
        "display": display_record(session.display),
        "notes": session.memo,
    }


def _choice(choice: Choice) -> dict[str, object]:
    return {
        "layout": choice.layout,
        "named": dict(choice.named),
        "used": list(choice.used),
        "left_out": dict(choice.left_out),
        "codes": sorted(choice.codes),
        "drop": choice.drop,
        "aside": [[int(row), what] for row, what in choice.aside.items()],
    }


def _fields(params: Fields) -> dict[str, object]:
    return {name: np.asarray(value, dtype=np.float64).tolist() for name, value in fields_of(params).items()}


def _run(run: Run) -> dict[str, object]:
    return {
        "method": run.method.key,
        "steps": len(run.trail) - 1,
        "cursor": run.cursor,
        "outcome": None if run.outcome is None else run.outcome.value,
        "failed": run.failure is not None,
        "objective": number(float(run.trail[run.cursor].expectation.objective)),
    }


def _entry(name: str, value: object) -> str:
    return f",\n{_json(name)}: {_json(value)}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
