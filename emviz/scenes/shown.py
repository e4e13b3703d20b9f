"""The display settings in a file, by name; compound ones are lists and objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import cast

import numpy as np

from emviz.data.table import DataError
from emviz.em.counts.table import Cell, CountCell, Entry, ShareCell, TotalCell, UpdateCell
from emviz.em.model import AnyRound, Phase
from emviz.em.objective.bound import free_entries
from emviz.em.objective.lines import Between, Direction, Goal
from emviz.scenes.records import (
    Parser,
    Record,
    listed,
    one_of,
    optional,
    pair,
    switch,
    text,
    unexpected,
    whole,
)
from emviz.scenes.tables import MOST_ROWS
from emviz.session import HIGHEST_SEED, Arrangement, Display, Session
from emviz.session.limits import MOST_ITERATIONS

#: Parses the index of a row, a column, or an entry of θ.
PLACE = whole(0, MOST_ROWS)
#: Parses an entry of θ: its field and its index there.
INDEXED = pair(text, listed(PLACE, 8))
CELLS = {"share": ShareCell, "count": CountCell, "total": TotalCell, "update": UpdateCell}
GOALS = {"truth": Goal.TRUTH, "complete": Goal.COMPLETE}
PANELS = ("bound", "likelihood", "counts", "picture")


def display_record(display: Display) -> dict[str, object]:
    """Return display settings as JSON."""
    return {
        each.name: WRITTEN.get(each.name, _as_it_is)(getattr(display, each.name)) for each in fields(Display)
    }


def display_of(value: object, where: str) -> Display:
    """Return the display settings of a file, with defaults for missing ones.

    Raises
    ------
    DataError
        If a setting is invalid.
    """
    record, usual = Record(value, where), Display()
    chosen = {
        each.name: record.take(each.name, _parser(each.name, usual), getattr(usual, each.name))
        for each in fields(Display)
    }
    record.end()
    return Display(**chosen)


def check(session: Session) -> None:
    """Check that the session has everything that is to be displayed.

    Raises
    ------
    DataError
        If a row, an entry of θ or a cell of the count table does not exist.
    """
    display = session.display
    known = set(free_entries(session.model, session.data))
    along = (display.slice,) if isinstance(display.slice, Entry) else ()
    for entry in (*along, *(display.axes or ())):
        if entry not in known:
            raise DataError(f"θ has no entry {entry.field}{list(entry.index)} to be shown")
    if display.row is not None and display.row >= session.table.rows:
        raise DataError(f"there is no row {display.row} to be shown; rows count from 0")
    if display.cell is not None and not _has(session, display.cell):
        raise DataError(f"the count table has no cell {_cell_record(display.cell)} to be derived")


def _has(session: Session, cell: Cell) -> bool:
    """Return whether the count table has a cell, before or after the M-step."""
    if session.table.rows <= getattr(cell, "row", 0):
        return False
    table = session.model.count_table(session.data, _updated(session), np.zeros(1, dtype=np.intp))
    match cell:
        case ShareCell(_, place):
            return place < len(table.completions)
        case CountCell(_, group) | TotalCell(group):
            return group < len(table.groups)
        case _:
            return Phase.M in session.method.phases and cell.place < len(table.updates)


def _updated(session: Session) -> AnyRound:
    """Return the displayed round as after its M-step."""
    state = session.round
    return type(state)(state.base, Phase.M, state.base.params, state.whole, state.known)


def _parser(name: str, usual: Display) -> Parser[object]:
    kinds: dict[type, Parser[object]] = {bool: switch, str: text}
    return READ[name] if name in READ else kinds[type(getattr(usual, name))]


def _as_it_is(value: object) -> object:
    return value


def _entry_record(entry: Entry) -> list[object]:
    return [entry.field, list(map(int, entry.index))]


def _slice_record(direction: Direction) -> object:
    match direction:
        case Entry():
            return {"entry": _entry_record(direction)}
        case Between(first, last):
            return {"between": [int(first), int(last)]}
        case Goal():
            return {"goal": next(name for name, goal in GOALS.items() if goal is direction)}
    return None


def _cell_record(cell: Cell | None) -> dict[str, object] | None:
    match cell:
        case ShareCell(row, place):
            return {"share": [int(row), int(place)]}
        case CountCell(row, group):
            return {"count": [int(row), int(group)]}
        case TotalCell(group):
            return {"total": int(group)}
        case UpdateCell(place):
            return {"update": int(place)}
    return None


def _entry(value: object, where: str) -> Entry:
    name, index = INDEXED(value, where)
    return Entry(name, index)


def _sole(value: object, where: str, names: tuple[str, ...]) -> tuple[str, object, str]:
    """Return the single entry of an object: its name, its value, and its position."""
    if not isinstance(value, dict) or len(value) != 1 or not value.keys() <= set(names):
        raise unexpected(f"null or an object with one of {', '.join(names)}", value, where)
    ((name, held),) = value.items()
    return name, held, f"{where}.{name}"


def _slice(value: object, where: str) -> Direction:
    if value is None:
        return None
    name, held, at = _sole(value, where, ("entry", "between", "goal"))
    if name == "entry":
        return _entry(held, at)
    if name == "goal":
        return GOALS[one_of(*GOALS)(held, at)]
    t = whole(0, MOST_ITERATIONS)
    return Between(*pair(t, t)(held, at))


def _cell(value: object, where: str) -> Cell | None:
    if value is None:
        return None
    name, held, at = _sole(value, where, tuple(CELLS))
    places = pair(PLACE, PLACE)(held, at) if name in ("share", "count") else (PLACE(held, at),)
    return cast("Cell", CELLS[name](*places))


def _arrangement(value: object, where: str) -> Arrangement | None:
    return None if value is None else Arrangement(one_of(*(each.value for each in Arrangement))(value, where))


#: Integers may be NumPy's, which JSON does not know.
WRITTEN: Mapping[str, Callable[..., object]] = {
    "slice": _slice_record,
    "axes": lambda axes: None if axes is None else list(map(_entry_record, axes)),
    "cell": _cell_record,
    "row": lambda row: None if row is None else int(row),
    "columns": lambda columns: list(map(int, columns)),
    "supposed": lambda supposed: list(map(list, supposed)),
    "arrangement": lambda arrangement: None if arrangement is None else arrangement.value,
}
#: Settings other than texts and Booleans.
READ: Mapping[str, Parser[object]] = {
    "decimals": whole(1, 6),
    "slice": _slice,
    "axes": optional(pair(_entry, _entry)),
    "cell": _cell,
    "row": optional(PLACE),
    "columns": listed(PLACE, 100),
    "supposed": listed(pair(text, text), 10_000),
    "seed": whole(0, HIGHEST_SEED),
    "plot": one_of("log P", "θ"),
    "arrangement": _arrangement,
    "upper": one_of("bound", "likelihood"),
    "large": one_of("", *PANELS),
    "order": one_of("file", "divided", "changed"),
}
