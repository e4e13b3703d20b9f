"""Cells taken out of a table: how many, of which columns, at random or by what they hold.

What they held goes to columns of their own, true:NAME, from which a model has its complete data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np

from emviz.data.table import Mask, Table
from emviz.em.columns import TRUE, missing_in
from emviz.em.domains import ParameterError
from emviz.em.numerics import Array

#: By value, a cell that holds what is hidden is so many times as likely to go as any other of its column.
TIMES = 5
#: What may be hidden: numbers above the median, or the last state in their order; and numbers below it, or
#: the first state.
LARGE, SMALL = "large", "small"
#: The largest share of the cells that goes.
MOST = 0.9

#: The columns whose cells may be missing; for each its states in order, none where it has numbers.
Columns: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Missingness:
    """Which cells go.

    Parameters
    ----------
    share : float
        The probability that a cell goes, from 0 to `MOST`; by value its mean over the cells of a column.
    columns : tuple of str
        The columns that lose cells; all that may where it is empty.
    by_value : bool
        Whether some cells go rather than others by what they hold, `TIMES` as likely as the others, so that
        holes depend on what they hide.
    hidden : str
        Which cells these are: `LARGE`, a number above the median of its column or the last state of its
        variable; `SMALL`, a number below it or the first state; or a state by its name. `LARGE` where empty.
    """

    share: float = 0.0
    columns: tuple[str, ...] = ()
    by_value: bool = False
    hidden: str = ""

    def words(self) -> str:
        """Return what is done, as the name of data tells it; "" where no cell goes."""
        if not self.share:
            return ""
        where = f" of {', '.join(self.columns)}" if self.columns else ""
        which = f" ({self.hidden})" if self.hidden else ""
        how = f"by value{which}" if self.by_value else "at random"
        return f"{100 * self.share:g} % of the cells{where} missing {how}"


@runtime_checkable
class TakesHoles(Protocol):
    """A model whose data may have missing cells, which it fills or sums over."""

    @property
    def usual_holes(self) -> float:
        """The share of the cells that simulated data lack, unless another one is asked for."""
        ...

    def may_lack(self, table: Table) -> Columns:
        """Return the columns of a table whose cells may be missing, with the states of each in order."""
        ...


def usual(model: object) -> Missingness:
    """Return which cells simulated data of a model lack, unless others are asked for."""
    return Missingness(model.usual_holes) if isinstance(model, TakesHoles) else Missingness()


def with_holes(model: object, table: Table, how: Missingness, rng: np.random.Generator) -> Table:
    """Return a table without some of its cells, and with what they held in columns true:NAME.

    Cells that are missing already stay so. What is drawn depends on the columns that lose cells alone.

    Raises
    ------
    ParameterError
        For a share out of range or a column that may not lose cells, and for a model that takes no holes.
    """
    if not how.share:
        return table
    if not 0 < how.share <= MOST:
        raise ParameterError(f"the share of missing cells must be from 0 to {MOST:g}, got {how.share:g}")
    columns = _chosen(model, table, how)
    draws = rng.random((table.rows, len(columns)))
    made: dict[str, Sequence[str] | Array] = {}
    for place, (name, states) in enumerate(columns.items()):
        already = missing_in(model, table, name)
        gone = ~already & (draws[:, place] < _chances(table, name, states, ~already, how))
        made |= _parted(table, name, gone, bool(states))
    codes = {name: table.codes(name) | {""} for name in columns}
    lacking = table.with_columns(made)
    for name, own in codes.items():
        lacking = lacking.with_codes(own, name)
    return lacking


def _chosen(model: object, table: Table, how: Missingness) -> Columns:
    """Return the columns that lose cells, in the order of the table."""
    columns = model.may_lack(table) if isinstance(model, TakesHoles) else {}
    if not columns:
        raise ParameterError("no column of these data may have missing cells")
    for name in how.columns:
        if name not in columns:
            raise ParameterError(f"cells of {name!r} cannot be missing; those of {', '.join(columns)} can")
    return {name: states for name, states in columns.items() if not how.columns or name in how.columns}


def _chances(table: Table, name: str, states: Sequence[str], seen: Mask, how: Missingness) -> Array:
    """Return how likely each cell of a column is to go, shape (rows,)."""
    if not how.by_value or not seen.any():
        return np.full(table.rows, how.share)
    much = seen & _hidden(table, name, states, seen, how.hidden)
    part = float(much.sum() / seen.sum())
    # part · TIMES · low + (1 − part) · low = share.
    low = how.share / (1 + (TIMES - 1) * part)
    if TIMES * low > 1:
        most = (1 + (TIMES - 1) * part) / TIMES
        raise ParameterError(
            f"in column {name} no more than {100 * most:.0f} % of the cells can be missing by value; take "
            "fewer, or other columns"
        )
    return np.where(much, TIMES * low, low)


def _hidden(table: Table, name: str, states: Sequence[str], seen: Mask, which: str) -> Mask:
    """Return the cells that go rather than others, as `Missingness` has it.

    Where no number is on that side of the median, as half of them are equal, those at the end.
    """
    if states:
        state = which if which in states else _ends(states).get(which)
        if state is None:
            raise ParameterError(f"column {name} has no state {which!r}: {', '.join(states)}")
        return np.asarray(table.texts(name) == state)
    if which not in ("", LARGE, SMALL):
        raise ParameterError(f"column {name} has numbers, of which {LARGE} or {SMALL} ones go, not {which!r}")
    sign = -1.0 if which == SMALL else 1.0
    values = sign * table.numbers(name, holes=True)
    beyond = np.asarray(values > np.median(values[seen]))
    return beyond if beyond.any() else np.asarray(values == values[seen].max())


def _ends(states: Sequence[str]) -> dict[str, str]:
    return {"": states[-1], LARGE: states[-1], SMALL: states[0]}


def _parted(table: Table, name: str, gone: Mask, words: bool) -> dict[str, Sequence[str] | Array]:
    """Return a column without the cells that go, and the column that tells what they hide."""
    truth = TRUE + name
    if words:
        texts, told = table.texts(name), table.texts(truth) if truth in table else ""
        return {name: np.where(gone, "", texts).tolist(), truth: np.where(gone, texts, told).tolist()}
    values = table.numbers(name, holes=True)
    known = table.numbers(truth, holes=True) if _has_numbers(table, truth) else np.full(len(gone), np.nan)
    return {name: np.where(gone, np.nan, values), truth: np.where(gone, values, known)}


def _has_numbers(table: Table, name: str) -> bool:
    return name in table and table.is_numeric(name)


def rule(columns: Columns, how: Missingness) -> str:
    """Return in words which cells go, and what that means for EM; "" where none does."""
    if not how.share:
        return ""
    if not how.by_value:
        return f"Each cell is missing with probability {how.share:g}, whatever it holds: EM allows for that."
    chosen = [states for name, states in columns.items() if not how.columns or name in how.columns]
    small = how.hidden == SMALL
    if any(how.hidden in states for states in chosen):
        what = f"The state {how.hidden}"
    elif any(chosen):
        what = f"The {'first' if small else 'last'} state of a variable, in sorted order,"
    else:
        what = f"A number {'below' if small else 'above'} the column's median"
    return f"{what} is missing {TIMES} times as often as any other: EM does not allow for that, and is wrong."
