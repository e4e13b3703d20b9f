"""Which columns of a table affect the results, and which are derived from others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, runtime_checkable

import numpy as np

from emviz.data.column import format_number
from emviz.data.notation import likeliest
from emviz.data.remedies import common_remedy, missing_remedy, option, remedy
from emviz.data.table import Mask, Table
from emviz.data.things import things
from emviz.em.model import AnyModel

#: Cells read to decide whether a column is meant to be numeric, and letters of a cell shown in a message.
LOOKED_AT, SHOWN = 1000, 40
#: Numbers of distinct values: two are never a measurement, and up to four may be numbered codes (five are
#: more likely ratings). Rows needed for each value before this is claimed, and cells read before a full
#: count.
TWO, CODED, FEWEST, GLANCE = 2, 4, 5, 20
#: Columns named in a sentence.
NAMED = 10
#: Prefix of a column with the true values behind the missing cells of another: true:rash.
TRUE = "true:"
#: Other names of a column of counts, in lower case.
COUNTS = (
    "n", "freq", "frequency", "number", "counts", "observed", "anzahl", "häufigkeit", "haeufigkeit",
)  # fmt: skip


@runtime_checkable
class Reading(Protocol):
    """A model that reads columns other than those in `columns`: under free names, or as alternatives."""

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns of a table that affect what the window shows; a superset is allowed."""
        ...


@runtime_checkable
class Deriving(Protocol):
    """A model that ignores columns because they are derived from others."""

    def derived(self, table: Table) -> Mapping[str, Sequence[str]]:
        """Return the cells of the derived columns of a table; empty where a row does not determine them."""
        ...


def not_numbers(table: Table, name: str) -> str | None:
    """Return why a column is no measurement: no numbers, or one number throughout; None if it may be one."""
    if not table.is_numeric(name):
        return _no_numbers(table, name)
    values = table.numbers(name, holes=True)
    known = values[~np.isnan(values)]
    # With a single row this says nothing about the column; the model refuses the table for other reasons.
    same = table.rows > 1 and np.all(known == known[0])
    return "the same number in every row" if same else None


def _no_numbers(table: Table, name: str) -> str:
    """Return that a column is text, or which cell keeps it from being numeric."""
    held = np.flatnonzero(~table.missing(name))
    some = [table.cell(row, name) for row in held[:LOOKED_AT].tolist()]
    if not some:
        return "not numbers"
    reads = likeliest(some, ".").number
    # Mostly words: naming one of them as the culprit would be misleading.
    if 2 * sum(reads(text) is not None for text in some) < len(some):
        hint = common_remedy(some)
        return f"not numbers: '{some[0].strip()[:SHOWN]}'; {hint}" if hint else "not numbers"
    texts = table.texts(name).tolist()
    unread = (row for row in held.tolist() if reads(texts[row]) is None)
    bad = next(unread, None)
    cells = () if bad is None else chain([texts[bad]], (texts[row] for row in unread))
    where = "" if bad is None else f": '{texts[bad].strip()[:SHOWN]}' in row {table.place(bad)}"
    hint = "" if bad is None else remedy(texts[bad]) or missing_remedy(cells)
    return f"not numbers{where}; {hint}" if hint else f"not numbers{where}"


def columns_read(model: AnyModel, table: Table) -> frozenset[str]:
    """Return the columns of a table that affect what the window shows."""
    names = model.reads(table) if isinstance(model, Reading) else [spec.name for spec in model.columns]
    return frozenset(names).intersection(table.names)


def label_columns(model: AnyModel, names: Iterable[str]) -> frozenset[str]:
    """Return the columns among these with hidden values: the labels, and the truth behind missing cells."""
    label = model.label_column
    return frozenset(name for name in names if name == label or name.startswith(TRUE))


def derived_columns(model: AnyModel, table: Table) -> Mapping[str, Sequence[str]]:
    """Return the cells of the columns that are derived from others, by column name."""
    return model.derived(table) if isinstance(model, Deriving) else {}


def few_valued(table: Table, names: Sequence[str]) -> list[str]:
    """Return a warning about measured columns with so few distinct values that they may be codes.

    Parameters
    ----------
    names : sequence of str
        The columns that are used as measurements.

    Returns
    -------
    list of str
        At most one sentence.
    """
    kinds = {name: few for name in names if table.is_numeric(name) and (few := _few(table, name))}
    found = list(kinds)
    # If all columns are like this, they are what the user wants to cluster.
    if table.rows < FEWEST or not found or len(found) == len(names):
        return []
    if len(found) == 1:
        *first, last = map(format_number, kinds[found[0]])
        values = f"{len(first) + 1} values ({', '.join(first)} and {last})"
        finding = f"{found[0]}: only {values}, and clustered by as a measured number"
        return [f"{finding}: leave it out if it is a code {option('drop', found)}"]
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    least, most = (pick(map(len, kinds.values())) for pick in (min, max))
    many = f"{most} values" if least == most else f"{least} to {most} values"
    finding = f"{', '.join(found[:NAMED])}{more}: only {many} each, and clustered by as measured numbers"
    return [f"{finding}: leave out those that are codes {option('drop', found[:NAMED])}"]


def _few(table: Table, name: str) -> list[float]:
    """Return the distinct values of a column if there are two, or a few numbered like codes; otherwise []."""
    values = table.numbers(name, holes=True)
    # A glance rules out most columns without sorting them.
    if len({value for value in values[:GLANCE].tolist() if value == value}) > CODED:
        return []
    distinct: list[float] = np.unique(values[~np.isnan(values)]).tolist()
    if len(distinct) == TWO:
        return distinct
    # Codes run from 0 or 1 and have several rows each; counts and ratings have larger values.
    numbered = distinct in [[float(first + k) for k in range(len(distinct))] for first in (0, 1)]
    coded = TWO < len(distinct) <= CODED and numbered and table.rows >= FEWEST * len(distinct)
    return distinct if coded else []


@dataclass(frozen=True)
class Layout:
    """One interpretation of a table.

    Parameters
    ----------
    key, title : str
        Its names on the command line and on the screen: "pairs", "two columns for each locus".
    applied : callable
        Returns the table as the model reads it, with new columns where cells were combined.
    """

    key: str
    title: str
    applied: Callable[[Table], Table]


def upright(meanings: Mapping[str, str], named: str, table: Table) -> Table:
    """Return one row of counts as a column, with the meaning of each count beside it.

    Parameters
    ----------
    meanings : mapping of str to str
        The columns of counts, with their meanings.
    named : str
        The name of the column of meanings: "phenotype".
    """
    counts = [table.cell(0, name) for name in meanings]
    return Table.from_columns({named: list(meanings.values()), "count": counts})


@runtime_checkable
class LaidOut(Protocol):
    """A model whose data are written in several layouts."""

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return the interpretations of a table, the likeliest first; empty if there is only one."""
        ...


@runtime_checkable
class LabelsAside(Protocol):
    """A model that ignores labels that do not fit, such as those of a model of another size."""

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence about labels that cannot be used, otherwise None."""
        ...


@runtime_checkable
class Assuming(Protocol):
    """A model that may have to guess what the cells of a table mean."""

    def assumed(self, table: Table) -> Sequence[str]:
        """Return the assumptions about a table, each a sentence without a full stop."""
        ...


@runtime_checkable
class Marking(Protocol):
    """A model with its own notation for missing values."""

    def marked_missing(self, table: Table, name: str) -> Mask:
        """Return the rows whose cell is missing at least partly, in any notation, shape (rows,)."""
        ...


def missing_in(model: object, table: Table, name: str) -> Mask:
    """Return the rows whose cell is missing for a model, shape (rows,)."""
    return model.marked_missing(table, name) if isinstance(model, Marking) else table.missing(name)


@runtime_checkable
class Spaced(Protocol):
    """A model for which the position of a row among the others matters."""

    @property
    def if_left_out(self) -> str:
        """What happens to the other rows if some are left out, a sentence without a full stop."""
        ...


@runtime_checkable
class Gathering(Protocol):
    """A model that reads any number of columns of one kind, besides its named ones."""

    @property
    def gathers(self) -> str:
        """Each of these columns in words: "a locus"."""
        ...

    def unsuited(self, table: Table, name: str) -> str | None:
        """Return why a column cannot be one of them, in a few words; None if it can."""
        ...


def filled(name: str, table: Table) -> Table:
    """Return the table with each missing cell of a column filled from above, as for merged cells."""
    texts, known = table.texts(name), ~table.missing(name)
    # Each row takes the last row at or above it that has a cell; rows before the first such cell stay
    # missing.
    above = np.maximum.accumulate(np.where(known, np.arange(table.rows), 0))
    return table.with_column(name, texts[above]).with_codes(table.codes(name), name)


def filled_words(table: Table, name: str) -> str:
    """Return a phrase on how many rows `filled` fills; "" if no cell of the column is missing, or all are."""
    gaps = int(np.count_nonzero(table.missing(name)))
    if not 0 < gaps < table.rows:
        return ""
    return f"{things(gaps, 'row')} without one {'goes' if gaps == 1 else 'go'} with the row above"
