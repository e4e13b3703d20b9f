"""Missing cells on purpose: cells removed from a table at random or by their values.

The removed values are kept in columns true:NAME, from which a model has its complete data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np

from emviz.data.table import Mask, Table, Texts
from emviz.em.columns import TRUE, missing_in
from emviz.em.domains import ParameterError
from emviz.em.numerics import Array
from emviz.em.simulation import draws
from emviz.em.work import checked

#: By value, a cell with a hidden value is removed this many times as often as any other of its column.
TIMES = 5
#: Values to hide: numbers above the median or the last state; numbers below it or the first state.
LARGE, SMALL = "large", "small"
#: The largest share of cells that can be removed.
MOST = 0.9

#: The columns whose cells may be missing; with the ordered states of each, empty for numbers.
Columns: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Missingness:
    """The choice of cells to remove.

    Parameters
    ----------
    share : float
        The probability of removing a cell, 0 to `MOST`; by value, the mean over the cells of a column.
    columns : tuple of str
        The columns that lose cells; empty for all that may.
    by_value : bool
        Whether the probability depends on the value: hidden values are removed `TIMES` as often as others.
    hidden : str
        The hidden values: `LARGE`, numbers above the median of their column or the last state; `SMALL`,
        numbers below it or the first state; or the name of a state. Empty for `LARGE`.
    """

    share: float = 0.0
    columns: tuple[str, ...] = ()
    by_value: bool = False
    hidden: str = ""

    def words(self) -> str:
        """Return a phrase for the name of the data; "" if no cell is removed."""
        if not self.share:
            return ""
        where = f" of {', '.join(self.columns)}" if self.columns else ""
        which = f" ({self.hidden})" if self.hidden else ""
        how = f"by value{which}" if self.by_value else "at random"
        return f"{100 * self.share:g} % of the cells{where} missing {how}"


@runtime_checkable
class TakesHoles(Protocol):
    """A model whose data may have missing cells, which it imputes or sums over."""

    @property
    def usual_holes(self) -> float:
        """The default share of missing cells in simulated data."""
        ...

    def may_lack(self, table: Table) -> Columns:
        """Return the columns of a table whose cells may be missing, with the ordered states of each."""
        ...


def usual(model: object) -> Missingness:
    """Return the default choice of missing cells in simulated data."""
    return Missingness(model.usual_holes) if isinstance(model, TakesHoles) else Missingness()


def with_holes(model: object, table: Table, how: Missingness, rng: np.random.Generator) -> Table:
    """Return the table with some cells removed, and with their values in columns true:NAME.

    Cells that are already missing stay missing. The random draws depend only on the columns that lose cells.

    Raises
    ------
    ParameterError
        For a share out of range or a column that may not lose cells, or a model that cannot have missing
        cells.
    """
    if not how.share:
        return table
    if not 0 < how.share <= MOST:
        raise ParameterError(f"the share of missing cells must be from 0 to {MOST:g}, got {how.share:g}")
    columns = _chosen(model, table, how)
    # One draw for every cell, missing already or not, so that the same seed gives the same holes.
    many = len(columns)
    drawn = draws.in_blocks(table.rows, lambda rows: rng.random((len(rows), many)), many)
    made: dict[str, Texts | Array] = {}
    for place, (name, states) in checked(enumerate(columns.items())):
        already = missing_in(model, table, name)
        gone = ~already & (drawn[:, place] < _chances(table, name, states, ~already, how))
        made |= _parted(table, name, gone, bool(states))
    # "" becomes a code for missing, since a cell of spaces or a word might otherwise count as a value.
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
    """Return the probability of removing each cell of a column, shape (rows,)."""
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
    """Return the cells with a hidden value, as in `Missingness`, shape (rows,).

    If half of the numbers are equal, none may be on that side of the median; then the extreme ones are
    hidden.
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


def _parted(table: Table, name: str, gone: Mask, words: bool) -> dict[str, Texts | Array]:
    """Return a column without the removed cells, and the column with their values."""
    truth = TRUE + name
    if words:
        texts = table.texts(name)
        before = table.texts(truth) if truth in table else np.zeros_like(texts)
        kept = draws.in_blocks(len(gone), lambda rows: np.where(gone[rows], "", texts[rows]))
        known = draws.in_blocks(len(gone), lambda rows: np.where(gone[rows], texts[rows], before[rows]))
        return {name: kept, truth: known}
    values = table.numbers(name, holes=True)
    others = np.full(len(gone), np.nan)
    if truth in table and table.is_numeric(truth):
        others = table.numbers(truth, holes=True)
    return {name: np.where(gone, np.nan, values), truth: np.where(gone, values, others)}


def rule(columns: Columns, how: Missingness) -> str:
    """Return in words which cells are removed, and the consequence for EM; "" if none are."""
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
