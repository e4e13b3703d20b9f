"""The numbers that a lesson refers to, by their names on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from emviz.data.table import DataError
from emviz.em.columns import columns_read, label_columns, missing_in
from emviz.em.convergence.ending import ending
from emviz.em.counts.table import Cell
from emviz.em.methods import EM, Hard, Known, Method
from emviz.em.model import ModelError, Phase, fields_of
from emviz.em.numerics import Array, xlogy
from emviz.em.objective import bound
from emviz.em.objective.lines import Between, Goal
from emviz.em.rounding import decimal
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
#: Prefixes for a method other than that of the run.
WAYS: Mapping[str, Method] = {"complete": Known(), "hard": Hard(), "em": EM}
#: The row named in the sentence of an E-step.
MOST_DIVIDED = "most divided row"
#: Points on the line of the bound panel.
POINTS = ("highest point of g", "highest point of log P", "touching point")


@dataclass(frozen=True)
class Quantity:
    """A parsed name: `P(A), row 3 at E(2)`.

    Parameters
    ----------
    name : str
        Without row and half-step.
    row : int or None
        Index of the row.
    at : Moment or None
        None for the displayed half-step.
    """

    name: str
    row: int | None = None
    at: Moment | None = None

    def __str__(self) -> str:
        row = "" if self.row is None else f", row {self.row + 1}"
        return f"{self.name}{row}" + ("" if self.at is None else f" at {self.at}")


@dataclass(frozen=True)
class Found:
    """The value of a name.

    Parameters
    ----------
    value : float, int or str
        A number; an integer that counts rows or iterations; or the kind of a place.
    cell : Cell or None
        Its cell in the count table, or the total that it is calculated from.
    """

    value: float | int | str
    cell: Cell | None = None

    def text(self, digits: int) -> str:
        """Return the value as text, with a number of decimals."""
        if isinstance(self.value, str | int):
            return str(self.value)
        return decimal(self.value, digits).replace("-", "−")


def quantity_of(text: str) -> Quantity:
    """Return the quantity of a name.

    Raises
    ------
    DataError
        If the name is empty, or its row or t is out of range.
    """
    said = SAID.fullmatch(text.strip())
    if said is None:
        raise DataError("the name of a number is empty")
    row = None if said["row"] is None else int(said["row"]) - 1
    if row is not None and row < 0:
        raise DataError(f"rows are counted from 1, but {text.strip()!r} asks for row 0")
    at = None if said["at"] is None else moment_of(said["at"])
    if said["at"] is not None and at is None:
        raise DataError(f"{said['at']} is too far: a lesson goes up to θ(10,000)")
    return Quantity(said["name"], row, at)


def found(quantity: Quantity, session: Session) -> Found:
    """Return the value of a quantity at its half-step, or at the displayed one.

    Raises
    ------
    DataError
        If the session has no such quantity; the message lists those it has.
    """
    way, _, rest = quantity.name.partition(" ")
    if way in WAYS:
        # Without its cell, since the table on the screen has the numbers of the method in force.
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
            # The sources of θ(t+1) are in the table at θ(t), where the question is asked.
            return Found(bound.entry_value(at.step.params, entry), source_of(session, spelling))
    raise DataError(f"there is no {str(quantity)!r} here; there are {listed(at)}")


def cell_named(text: str, session: Session) -> Cell:
    """Return the cell of the count table with a name.

    Raises
    ------
    DataError
        If there is none.
    """
    cell = found(quantity_of(text), session).cell
    if cell is None:
        raise DataError(f"{text!r} is not a number of the count table; there are {listed(session)}")
    return cell


def line_of(session: Session) -> tuple[bound.Slice, dict[str, float]]:
    """Return the line of the bound panel, with the positions of points that can be asked for.

    Raises
    ------
    DataError
        If there is no line, or it goes through two iterations or towards a goal.
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
    """Return a session at the displayed θ(t) with another method."""
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
    """Return a value that is neither in the table nor an entry of θ; None if unknown."""
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
    """Return the session at the end of the displayed iteration, or of the one that starts there."""
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
    rate = rate_here(session)
    if rate is None:
        raise DataError("the steps so far do not show a rate; ask for it later")
    return float(rate[1])


def _place(session: Session) -> str:
    return finished(ending(session.model, session.data, session.step.params, session.method)).place.value


def _missing(session: Session) -> float:
    errors = finished(errors_at(session, session.cursor))
    if errors.withheld:
        raise DataError(f"the missing information is not known here. {errors.withheld}")
    return float(np.max(errors.missing))


def _error(name: str, session: Session) -> float:
    errors = finished(errors_at(session, session.cursor))
    if errors.withheld:
        raise DataError(f"there are no standard errors here. {errors.withheld}")
    known = {each.label: each.error for each in errors.entries}
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


def _first(amounts: Array) -> int:
    """Return the number, from 1, of the first row with the largest amount, up to rounding."""
    return int(np.argmax(np.round(amounts, 10))) + 1
