"""Data in a file: the cells of every column, and how to read them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from emviz.data.column import CODES, Column, Numbers, text_array
from emviz.data.table import DataError, Table, Texts
from emviz.data.things import things
from emviz.scenes.records import (
    INFINITE,
    Record,
    listed,
    one_of,
    optional,
    pair,
    shown,
    text,
    unexpected,
    whole,
)

#: Cells written between two checks for cancellation.
WRITTEN = 5_000
#: Maximum columns and rows of a valid file.
MOST_COLUMNS, MOST_ROWS = 100_000, 100_000_000


def written(table: Table) -> Iterator[str]:
    """Yield the columns of a table as a JSON list, in pieces."""
    yield "["
    for place, name in enumerate(table.names):
        column = table.column(name)
        yield ("," if place else "") + "\n{" + f'"name":{_json(name)}'
        yield from _cells(column)
        if column.codes != CODES:
            yield f',"codes":{_json(sorted(column.codes))}'
        if column.decimal != ".":
            yield f',"decimal":{_json(column.decimal)}'
        yield "}"
    yield "]"


def digest(table: Table) -> str:
    """Return the SHA-256 of a table's columns as written."""
    made = hashlib.sha256()
    for piece in written(table):
        made.update(piece.encode())
    return made.hexdigest()


def places_of(table: Table) -> list[list[int]] | None:
    """Return the positions of the rows in the original table, as [first, count]."""
    if table.places is None:
        return None
    breaks = np.flatnonzero(np.diff(table.places) != 1) + 1
    return [[int(part[0]), len(part)] for part in np.split(table.places, breaks) if len(part)]


def table_of(record: Record) -> Table:
    """Return the table in the entries `columns` and `places` of an object.

    Raises
    ------
    DataError
        If they are not a table.
    """
    columns = record.need("columns", listed(_named, MOST_COLUMNS))
    names = [name for name, _ in columns]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"two columns are called {shown(twice)}")
    counted = whole(1, MOST_ROWS)
    runs = record.take("places", optional(listed(pair(counted, counted))), None)
    table = Table.from_columns(dict(columns))
    if runs is None:
        return table
    many = sum(many for _, many in runs)
    if many != table.rows:
        raise DataError(f"the data have {things(table.rows, 'row')}, but places for {many:,}")
    places = [np.arange(first, first + many) for first, many in runs]
    return replace(table, places=np.concatenate([np.arange(0), *places]))


def _cells(column: Column) -> Iterator[str]:
    if not column.came_as_numbers:
        yield from _list("texts", column.texts)
        return
    yield from _list("numbers", cast("Numbers", column.held))


def _list(kind: str, cells: Numbers | Texts) -> Iterator[str]:
    yield f',"{kind}":['
    for first in range(0, len(cells), WRITTEN):
        part = [
            number(each) if isinstance(each, float) else each
            for each in cells[first : first + WRITTEN].tolist()
        ]
        yield ("," if first else "") + _json(part)[1:-1]
    yield "]"


def number(value: float) -> float | str | None:
    """Return a number as JSON: NaN as null, infinity as a word."""
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else ("inf" if value > 0 else "-inf")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _named(value: object, where: str) -> tuple[str, Column]:
    record = Record(value, where)
    name = record.need("name", text)
    numbers, texts = record.take("numbers", _numbers, None), record.take("texts", _texts, None)
    held = texts if numbers is None else numbers
    if held is None or (numbers is not None and texts is not None):
        raise DataError(f"column {shown(name)} has no cells: it needs either numbers or texts")
    codes = frozenset(record.take("codes", listed(text, 1000), tuple(CODES)))
    decimal = record.take("decimal", one_of(".", ","), ".")
    record.end()
    held.flags.writeable = False
    return name, Column(held, codes, "," if decimal == "," else ".")


def _numbers(value: object, where: str) -> Numbers | None:
    cells = _of_kinds(value, where, {int, float, str, type(None)}, "numbers")
    if not {cell for cell in cells if isinstance(cell, str)} <= INFINITE.keys():
        raise unexpected(
            'numbers, null, "inf" or "-inf"', next(c for c in cells if isinstance(c, str)), where
        )
    try:
        return np.array(cells, dtype=np.float64)
    except OverflowError:
        raise DataError(f"a number at {shown(where)} is too large; at most 1.8e308") from None


def _texts(value: object, where: str) -> Texts | None:
    return text_array(cast("Sequence[str]", _of_kinds(value, where, {str}, "texts")))


def _of_kinds(value: object, where: str, kinds: set[type], expected: str) -> Sequence[object]:
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise unexpected("a list", value, where)
    if not set(map(type, value)) <= kinds:
        place, wrong = next((at, each) for at, each in enumerate(value) if type(each) not in kinds)
        raise unexpected(expected, wrong, f"{where}[{place}]")
    return value
