"""The numbers that a lesson speaks of, by the names that they have on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from emviz.data.table import DataError
from emviz.em import bound
from emviz.em.columns import columns_read, label_columns, missing_in
from emviz.em.ending import ending
from emviz.em.lines import Between, Goal
from emviz.em.methods import EM, Hard, Known, Method
from emviz.em.model import ModelError, Phase, fields_of
from emviz.em.numerics import Array, xlogy
from emviz.em.rounding import decimal
from emviz.em.views import Cell
from emviz.em.work import finished
from emviz.lessons.lesson import Moment, moment_of
from emviz.lessons.reaching import reached
from emviz.lessons.tabled import (
    LISTED,
    Named,
    column_named,
    entry_named,
    listed,
    source_of,
    spellings,
    table_of,
)
from emviz.session import Session, from_start, rate_here, set_start, shown_cell, target
from emviz.session.errors import errors_at

SAID = re.compile(r"(?P<name>.+?)(?:, row (?P<row>\d{1,9}))?(?: at (?P<at>next|end|(?:θ|theta|E)\(\d+\)))?")
EXTREME = re.compile(r"row of the (largest|smallest) (.+)")
ERROR = "error of "
#: By which method a number is asked for that is not that of the run.
WAYS: Mapping[str, Method] = {"complete": Known(), "hard": Hard(), "em": EM}
#: The row that the sentence of an E-step tells of, too.
MOST_DIVIDED = "most divided row"
#: Where on the line of the bound panel.
POINTS = ("highest point of g", "highest point of log P", "touching point")


@dataclass(frozen=True)
class Quantity:
    """A name, as it is written: `P(A), row 3 at E(2)`.

    Parameters
    ----------
    name : str
        Without its row and its moment.
    row : int or None
        From 0.
    at : Moment or None
        None for the half-step on display.
    """

    name: str
    row: int | None = None
    at: Moment | None = None

    def __str__(self) -> str:
        row = "" if self.row is None else f", row {self.row + 1}"
        return f"{self.name}{row}" + ("" if self.at is None else f" at {self.at}")


@dataclass(frozen=True)
class Found:
    """What a name stands for.

    Parameters
    ----------
    value : float, int or str
        A number; a whole one that counts rows or iterations; or the kind of a place.
    cell : Cell or None
        Where in the count table it is, or the total that it is calculated from.
    """

    value: float | int | str
    cell: Cell | None = None

    def text(self, digits: int) -> str:
        """Return it as it is said, with so many decimals."""
        if isinstance(self.value, str | int):
            return str(self.value)
        return decimal(self.value, digits).replace("-", "−")


def quantity_of(text: str) -> Quantity:
    """Return what a name says.

    Raises
    ------
    DataError
        Where it is empty, or its row or t is out of range.
    """
    said = SAID.fullmatch(text.strip())
    if said is None:
        raise DataError("the name of a number is empty")
    row = None if said["row"] is None else int(said["row"]) - 1
    if row is not None and row < 0:
        raise DataError(f"rows count from 1, and {text.strip()!r} asks for row 0")
    at = None if said["at"] is None else moment_of(said["at"])
    if said["at"] is not None and at is None:
        raise DataError(f"{said['at']} is too far: a lesson goes up to θ(10,000)")
    return Quantity(said["name"], row, at)


def found(quantity: Quantity, session: Session) -> Found:
    """Return what a name stands for in a session, at the half-step that it names, or on display.

    Raises
    ------
    DataError
        Where the session has nothing of that name; the message lists what it has.
    """
    way, _, rest = quantity.name.partition(" ")
    if way in WAYS:
        return Found(found(replace(quantity, name=rest), _by(session, WAYS[way])).value)
    at = session if quantity.at is None else reached(session, quantity.at)
    name, row = quantity.name, quantity.row
    if row is None and (value := _calculated(name, at)) is not None:
        return Found(value)
    for spelling in spellings(name):
        column = column_named(at, spelling, row)
        if column is not None:
            return _tabled(at, column, row)
        entry = entry_named(at, spelling) if row is None else None
        if entry is not None:
            # What θ(t+1) is made of is on the table at θ(t), which is where it is asked for.
            return Found(bound.entry_value(at.step.params, entry), source_of(session, spelling))
    raise DataError(f"there is no {str(quantity)!r} here; there are {listed(at)}")


def cell_named(text: str, session: Session) -> Cell:
    """Return the cell of the count table that has a name.

    Raises
    ------
    DataError
        Where it is none that the table has.
    """
    cell = found(quantity_of(text), session).cell
    if cell is None:
        raise DataError(f"{text!r} is no number of the count table; there are {listed(session)}")
    return cell


def line_of(session: Session) -> tuple[bound.Slice, dict[str, float]]:
    """Return the line of the bound panel, and where on it the points that can be asked for are.

    Raises
    ------
    DataError
        Where no line can be drawn, or it is one through two iterations or towards a goal.
    """
    towards, direction = target(session), session.display.slice
    if towards is None:
        raise DataError("the next step cannot be done, so that there is no line to ask for")
    if isinstance(direction, Between | Goal):
        raise DataError("a click can be asked for along the step or an entry of θ, not along this line")
    base, method = session.round.base, session.method
    if direction is None:
        drawn = bound.segment(session.model, session.data, base, towards, method=method)
    else:
        drawn = bound.along(session.model, session.data, base, direction, towards, method=method)
    tops = (drawn.positions[int(np.argmax(curve))] for curve in (drawn.bound, drawn.objective))
    return drawn, dict(zip(POINTS, map(float, (*tops, drawn.touch)), strict=True))


def _by(session: Session, method: Method) -> Session:
    """Return a session at the θ(t) on display by another method."""
    try:
        return from_start(set_start(session, fields_of(session.round.base.params)), method)
    except ModelError as error:
        raise DataError(str(error)) from None


def _tabled(session: Session, column: Named, row: int | None) -> Found:
    table = table_of(session, np.array([row or 0]))
    if row is None:
        assert table.totals is not None
        return Found(float(table.totals[column.symbol]), column.cell(row))
    return Found(float(column.numbers(table)[0]), shown_cell(session, column.cell(row)))


def _calculated(name: str, session: Session) -> float | int | str | None:
    """Return what is no number of the table and no entry of θ; None where the name is another."""
    made: dict[str, Callable[[Session], float | int | str]] = {
        "log P": lambda at: float(at.step.expectation.objective),
        session.model.objective: lambda at: float(at.step.expectation.objective),
        "gain": _gain,
        "bound": lambda at: float(_bounded(at).step.bound),
        "gap": _gap,
        "rate": _rate,
        "iterations": lambda at: at.trace.time(at.cursor),
        "place": _place,
        "missing": _missing,
        MOST_DIVIDED: _divided,
        "rows": lambda at: at.table.rows,
        "rows without a hole": _whole,
    }
    if name in made:
        return made[name](session)
    if name in POINTS:
        return line_of(session)[1][name]
    if name.startswith(ERROR):
        return _error(name.removeprefix(ERROR), session)
    extreme = EXTREME.fullmatch(name)
    return None if extreme is None else _extreme(session, extreme[1], extreme[2])


def _ahead(session: Session) -> Session:
    """Return the session where the iteration on display is complete, or the one that begins there."""
    return session if session.step.phase in (Phase.M, Phase.STEP) else reached(session, Moment("next"))


def _gain(session: Session) -> float:
    gain = _ahead(session).gain
    assert gain is not None
    return gain


def _bounded(session: Session) -> Session:
    if session.method.unbounded:
        raise DataError(f"{session.method.title} has no lower bound")
    return _ahead(session)


def _gap(session: Session) -> float:
    step = _bounded(session).step
    return float(step.expectation.objective - step.bound)


def _rate(session: Session) -> float:
    told = rate_here(session)
    if told is None:
        raise DataError("the steps so far do not tell a rate; ask for it further on")
    return float(told[1])


def _place(session: Session) -> str:
    return finished(ending(session.model, session.data, session.step.params, session.method)).place.value


def _missing(session: Session) -> float:
    told = finished(errors_at(session, session.cursor))
    if told.withheld:
        raise DataError(f"the missing information is not known here. {told.withheld}")
    return float(np.max(told.missing))


def _error(name: str, session: Session) -> float:
    told = finished(errors_at(session, session.cursor))
    if told.withheld:
        raise DataError(f"there are no standard errors here. {told.withheld}")
    known = {each.label: each.error for each in told.entries}
    label = next((each for each in spellings(name) if each in known), None)
    if label is None:
        raise DataError(f"there is no error of {name!r}; there are those of {', '.join([*known][:LISTED])}")
    return float(known[label])


def _divided(session: Session) -> int:
    rows = np.arange(session.table.rows)
    shares = session.model.posterior(session.data, session.round.base.params, rows)
    return _first(-xlogy(shares, shares).sum(axis=-1))


def _whole(session: Session) -> int:
    table = session.table
    read = columns_read(session.model, table) - label_columns(session.model, table.names)
    holes = np.zeros(table.rows, dtype=np.bool)
    for name in read:
        holes |= missing_in(session.model, table, name)
    return int(np.count_nonzero(~holes))


def _extreme(session: Session, which: str, name: str) -> int:
    column = next((each for word in spellings(name) if (each := column_named(session, word, 0))), None)
    if column is None:
        raise DataError(f"the rows have no {name!r}; there are {listed(session)}")
    numbers = column.numbers(table_of(session, np.arange(session.table.rows)))
    return _first(numbers if which == "largest" else -numbers)


def _first(told: Array) -> int:
    """Return the number of the row of which most is told, from 1; of equals, but for rounding, the first."""
    return int(np.argmax(np.round(told, 10))) + 1
