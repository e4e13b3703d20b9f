"""Decides how to read a table, from explicit wishes and a guess at the rest."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache

import numpy as np

from emviz.data.column import CODES
from emviz.data.table import DataError, Table
from emviz.data.things import some
from emviz.em.columns import TRUE, Gathering, LaidOut, Layout
from emviz.em.model import AnyModel, ColumnSpec
from emviz.em.work import check_stop, checked
from emviz.intake.margins import margins
from emviz.intake.oddities import Sums, oddity

#: The column with the number of units per row.
COUNT = "count"


@dataclass(frozen=True)
class Choice:
    """How a model reads a table: its columns, layout and rows.

    Parameters
    ----------
    layout : str
        Key of the layout; empty for the table as it is.
    named : mapping of str to str
        For each column that the model names, its name in the table.
    used : tuple of str
        The columns gathered by a model that takes any number of them.
    left_out : mapping of str to str
        The columns that could be gathered but are not, each with the reason; "" if on request.
    codes : frozenset of str
        Codes of a missing cell, in lower case.
    drop : bool
        Leave out rows with a missing cell, if the model cannot use it or does not need the row.
    aside : mapping of int to str
        The indices of rows that are not data, each with a description.
    """

    layout: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    used: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    codes: frozenset[str] = CODES
    drop: bool = False
    aside: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wishes:
    """Explicit wishes about reading a table; the rest is guessed.

    Parameters
    ----------
    columns : mapping of str to str
        The model's column names, mapped to those in the table.
    use, leave : sequence of str
        The only columns to gather; columns not to gather.
    codes : frozenset of str
        Further codes of a missing cell, in lower case.
    drop : bool
        Leave out rows with a missing cell, if the model cannot use it or does not need the row.
    layout : str or None
        Key of the layout.
    every_row : bool
        Treat rows that look like units, totals or remarks as data.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    use: Sequence[str] = ()
    leave: Sequence[str] = ()
    codes: frozenset[str] = frozenset()
    drop: bool = False
    layout: str | None = None
    every_row: bool = False


def within_margins(table: Table, aside: Collection[int]) -> Table:
    """Return a table without the rows that are not data."""
    if not aside:
        return table
    kept = np.ones(table.rows, dtype=np.bool)
    kept[[row for row in aside if row < table.rows]] = False
    return table.where(kept)


def layouts_of(model: AnyModel, table: Table) -> Sequence[Layout]:
    """Return the layouts in which a model can read a table, likeliest first; () if there is only one."""
    return model.layouts(table) if isinstance(model, LaidOut) else ()


def laid_out(model: AnyModel, table: Table, key: str) -> Table:
    """Return the table in a layout.

    Raises
    ------
    DataError
        If there is no such layout.
    """
    if not key:
        return table
    layouts = layouts_of(model, table)
    for layout in layouts:
        if layout.key == key:
            return layout.applied(table.numbered())
    known = ", ".join(layout.key for layout in layouts) or "none"
    raise DataError(f"there is no layout {key!r} for these data; there are {known}")


def guess(
    model: AnyModel,
    table: Table,
    codes: frozenset[str] = CODES,
    layout: str | None = None,
    every_row: bool = False,
) -> Choice:
    """Return the most likely reading of a table.

    Parameters
    ----------
    layout : str, optional
        Key of the layout, if known.
    every_row : bool
        Treat rows that do not look like data as data.
    """
    aside = {} if every_row else margins(table)
    check_stop()
    coded = within_margins(table, aside).with_codes(codes)
    ways = layouts_of(model, coded)
    check_stop()
    key = layout if layout is not None else (ways[0].key if ways else "")
    seen = laid_out(model, coded, key)
    named = _named(model.columns, seen)
    used, left_out = _gathered(model, seen, set(named.values()))
    return Choice(key, named, used, left_out, codes, aside=aside)


def ask(model: AnyModel, table: Table, wishes: Wishes) -> Choice:
    """Return the wishes completed by the best guess.

    Raises
    ------
    DataError
        If the model or the table has no such column, or there is no such layout.
    """
    asked = (*wishes.columns.values(), *wishes.use, *wishes.leave)
    choice, seen = _guessed(model, table, wishes, wishes.layout)
    if wishes.layout is None and not set(asked) <= set(seen.names) and set(asked) <= set(table.names):
        choice, seen = _guessed(model, table, wishes, "")  # requested columns have their names in the file
    known = set(seen.names)
    for name in asked:
        if name not in known:
            raise _unknown(name, seen.names, "the table")
    own = [spec.name for spec in model.columns if not spec.free]
    for name in wishes.columns:
        if name not in own:
            raise _unknown(name, own, model.key)
    kept = {name: column for name, column in choice.named.items() if column not in asked}
    named = {**kept, **wishes.columns}
    used, left_out = choice.used, dict(choice.left_out)
    if named != choice.named:
        used, left_out = _gathered(model, seen, set(named.values()))
    if isinstance(model, Gathering):
        leave = set(wishes.leave)
        used = tuple(wishes.use) or tuple(name for name in used if name not in leave)
        taken = set(used)
        left_out = {name: why for name, why in left_out.items() if name not in taken}
    left_out |= dict.fromkeys(wishes.leave, "")
    return replace(choice, named=named, used=used, left_out=left_out, drop=wishes.drop)


def _guessed(model: AnyModel, table: Table, wishes: Wishes, layout: str | None) -> tuple[Choice, Table]:
    choice = guess(model, table, CODES | wishes.codes, layout, wishes.every_row)
    data = within_margins(table, choice.aside)
    return choice, laid_out(model, data.with_codes(choice.codes), choice.layout)


def _unknown(name: str, names: Sequence[str], whose: str) -> DataError:
    close = get_close_matches(name, names, 1)
    hint = f"; did you mean '{close[0]}'?" if close else f"; there are {some(names)}"
    return DataError(f"{whose} has no column '{name}'{hint}")


def _named(specs: Sequence[ColumnSpec], table: Table) -> dict[str, str]:
    """Return the table's name for each of the model's: an exact match, else letters only, else a synonym."""
    named: dict[str, str] = {}
    own, names = [spec for spec in specs if not spec.free], table.names
    for matches in (_as_it_is, _in_other_letters, _as_synonym):
        for spec in own:
            free = [name for name in names if name not in named.values()]
            found = next((name for name in free if matches(spec, name)), None)
            if spec.name not in named and found is not None:
                named[spec.name] = found
    if len(own) == len(specs):
        named |= _alone(own, table, named)
    return named


def _alone(own: Sequence[ColumnSpec], table: Table, named: Mapping[str, str]) -> dict[str, str]:
    """Return the only possible column: the only one, or the only numbers beside distinct values."""
    needed = [spec.name for spec in own if spec.required]
    if len(table.names) == len(needed) == 1 and not named:
        return {needed[0]: table.names[0]}
    if [*named] != needed or len(needed) != 1 or COUNT not in [spec.name for spec in own]:
        return {}
    values = table.texts(named[needed[0]]).tolist()
    others = [name for name in table.names if name not in named.values() and _counts(table, name)]
    return {COUNT: others[0]} if len(others) == 1 and 1 < len(values) == len(set(values)) else {}


def _counts(table: Table, name: str) -> bool:
    if not table.is_numeric(name) or table.missing(name).any() or oddity(table, name):
        return False
    values = table.numbers(name)
    return bool(values.any() and np.all((values >= 0) & (values == np.floor(values))))


def _as_it_is(spec: ColumnSpec, name: str) -> bool:
    return spec.name == name


def _in_other_letters(spec: ColumnSpec, name: str) -> bool:
    return _letters(spec.name) == _letters(name)


def _as_synonym(spec: ColumnSpec, name: str) -> bool:
    return _letters(name) in map(_letters, spec.synonyms)


@lru_cache(maxsize=20_000)
def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def _gathered(
    model: AnyModel, table: Table, taken: Collection[str]
) -> tuple[tuple[str, ...], dict[str, str]]:
    if not isinstance(model, Gathering):
        return (), {}
    free = [name for name in table.names if name not in taken and not name.startswith(TRUE)]
    reasons = {name: model.unsuited(table, name) for name in checked(free)}
    suited = [name for name in free if reasons[name] is None]
    # Even if 99 is a code, it is a valid row number.
    seen = {id(each): each for each in (table, table.with_codes(CODES))}.values()
    for each in seen:
        sums = Sums(each, suited)
        reasons |= {name: oddity(each, name, sums) for name in checked(suited) if reasons[name] is None}
    used = tuple(name for name in free if reasons[name] is None)
    return used, {name: why for name, why in reasons.items() if why is not None}
