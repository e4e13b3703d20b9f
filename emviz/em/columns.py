"""Which columns of a table bear on the results, and which of them follow from others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, runtime_checkable

import numpy as np

from emviz.data.column import format_number
from emviz.data.notation import likeliest
from emviz.data.remedies import common_remedy, missing_remedy, remedy
from emviz.data.table import Mask, Table
from emviz.data.things import things
from emviz.em.model import AnyModel

#: Cells that tell whether a column is meant as numbers, and letters of one that are shown.
LOOKED_AT, SHOWN = 1000, 40
#: Values of a column that is no measurement, and those of one that is none where they are numbered: ratings
#: go on to 5. The rows by which that shows, for each of the values, and cells that are looked at first.
TWO, CODED, FEWEST, GLANCE = 2, 4, 5, 20
#: Columns that a sentence names.
NAMED = 10
#: What stands before the name of a column that tells what the holes of another one hide: true:rash.
TRUE = "true:"
#: Other names of a column that counts, in small letters.
COUNTS = (
    "n", "freq", "frequency", "number", "counts", "observed", "anzahl", "häufigkeit", "haeufigkeit",
)  # fmt: skip


@runtime_checkable
class Reading(Protocol):
    """A model that reads other columns than those it names: names are free, or one stands in for another."""

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns of a table that bear on what the window shows; others may be among them."""
        ...


@runtime_checkable
class Deriving(Protocol):
    """A model that leaves columns aside because they follow from others."""

    def derived(self, table: Table) -> Mapping[str, Sequence[str]]:
        """Return the cells of the columns of a table that follow; empty where a row does not tell them."""
        ...


def not_numbers(table: Table, name: str) -> str | None:
    """Return why a column measures nothing: no numbers, or one number throughout; None where it may."""
    if not table.is_numeric(name):
        return _no_numbers(table, name)
    values = table.numbers(name, holes=True)
    known = values[~np.isnan(values)]
    # One row is too few for a model, whatever is in it.
    same = table.rows > 1 and np.all(known == known[0])
    return "the same number in every row" if same else None


def _no_numbers(table: Table, name: str) -> str:
    """Return that a column is words, or which cell keeps it from being numbers."""
    held = np.flatnonzero(~table.missing(name))
    some = [table.cell(row, name) for row in held[:LOOKED_AT].tolist()]
    if not some:
        return "not numbers"
    reads = likeliest(some, ".").number
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
    """Return the columns of a table that bear on what the window shows."""
    names = model.reads(table) if isinstance(model, Reading) else [spec.name for spec in model.columns]
    return frozenset(names).intersection(table.names)


def label_columns(model: AnyModel, names: Iterable[str]) -> frozenset[str]:
    """Return the columns among these that hold what is hidden: the labels, and the truth behind holes."""
    label = model.label_column
    return frozenset(name for name in names if name == label or name.startswith(TRUE))


def derived_columns(model: AnyModel, table: Table) -> Mapping[str, Sequence[str]]:
    """Return the cells of the columns that follow from others, by the names of the columns."""
    return model.derived(table) if isinstance(model, Deriving) else {}


def few_valued(table: Table, names: Sequence[str]) -> list[str]:
    """Return that columns among measured ones have few values, which may be codes; nothing of others.

    Parameters
    ----------
    names : sequence of str
        The columns that are taken for measured numbers.
    """
    kinds = {name: few for name in names if table.is_numeric(name) and (few := _few(table, name))}
    found = list(kinds)
    if table.rows < FEWEST or not found or len(found) == len(names):
        return []
    if len(found) == 1:
        *first, last = map(format_number, kinds[found[0]])
        values = f"{len(first) + 1} values ({', '.join(first)} and {last})"
        told = f"{found[0]} takes only {values} and is clustered by as a measured number"
        return [f"{told}: leave it out if it is a code (--drop {found[0]})"]
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    least, most = (pick(map(len, kinds.values())) for pick in (min, max))
    many = f"{most} values" if least == most else f"{least} to {most} values"
    told = f"{', '.join(found[:NAMED])}{more} take only {many} each and are clustered by as measured numbers"
    return [f"{told}: leave out those that are codes (--drop {','.join(found[:NAMED])})"]


def _few(table: Table, name: str) -> list[float]:
    """Return the values of a column that has two, or so few that are numbered as codes are; else nothing."""
    values = table.numbers(name, holes=True)
    # Most columns show more of them at once.
    if len({value for value in values[:GLANCE].tolist() if value == value}) > CODED:
        return []
    distinct: list[float] = np.unique(values[~np.isnan(values)]).tolist()
    if len(distinct) == TWO:
        return distinct
    # Kinds are numbered from 0 or 1, and each has several rows; what is counted or rated goes on beyond.
    numbered = distinct in [[float(first + k) for k in range(len(distinct))] for first in (0, 1)]
    coded = TWO < len(distinct) <= CODED and numbered and table.rows >= FEWEST * len(distinct)
    return distinct if coded else []


@dataclass(frozen=True)
class Layout:
    """One way in which a table may be meant.

    Parameters
    ----------
    key, title : str
        The name on the command line and the name on the screen: "pairs", "two columns for each locus".
    applied : callable
        Returns the table as the model reads it, in new columns where cells were put together.
    """

    key: str
    title: str
    applied: Callable[[Table], Table]


def upright(meanings: Mapping[str, str], named: str, table: Table) -> Table:
    """Return one row of counts as a column, beside what each of its columns counts.

    Parameters
    ----------
    meanings : mapping of str to str
        The columns that are counts, each with what it counts.
    named : str
        What that is: "phenotype".
    """
    counts = [table.cell(0, name) for name in meanings]
    return Table.from_columns({named: list(meanings.values()), "count": counts})


@runtime_checkable
class LaidOut(Protocol):
    """A model whose data people write down in several ways."""

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return the ways in which a table may be meant, the likeliest first; none where there is but one."""
        ...


@runtime_checkable
class LabelsAside(Protocol):
    """A model that sets labels aside where they do not fit, such as those of a model of another size."""

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence where there are labels that cannot be used; None where they can."""
        ...


@runtime_checkable
class Assuming(Protocol):
    """A model that may have to take the cells of a table for something that they need not be."""

    def assumed(self, table: Table) -> Sequence[str]:
        """Return what is assumed of a table, a sentence each without a stop; none where nothing is."""
        ...


@runtime_checkable
class Marking(Protocol):
    """A model whose cells have a notation of their own for what is missing."""

    def marked_missing(self, table: Table, name: str) -> Mask:
        """Return the rows in whose cell something is missing, in whatever notation, shape (rows,)."""
        ...


def missing_in(model: object, table: Table, name: str) -> Mask:
    """Return the rows in whose cell something is missing to a model, shape (rows,)."""
    return model.marked_missing(table, name) if isinstance(model, Marking) else table.missing(name)


@runtime_checkable
class Spaced(Protocol):
    """A model to which the place of a row among the others tells something."""

    @property
    def if_left_out(self) -> str:
        """What becomes of the other rows where some are left out, a sentence without a stop."""
        ...


@runtime_checkable
class Gathering(Protocol):
    """A model that reads any number of columns of one kind, beside those that it names."""

    @property
    def gathers(self) -> str:
        """What each of these columns is, in words: "a locus"."""
        ...

    def unsuited(self, table: Table, name: str) -> str | None:
        """Return why a column cannot be one of them, in a few words; None where it may."""
        ...


def filled(name: str, table: Table) -> Table:
    """Return the table with the cell above in each row that has none in a column, as merged cells have it."""
    texts, known = table.texts(name), ~table.missing(name)
    above = np.maximum.accumulate(np.where(known, np.arange(table.rows), 0))
    return table.with_column(name, texts[above]).with_codes(table.codes(name), name)


def filled_words(table: Table, name: str) -> str:
    """Return how many rows `filled` fills; "" where none is missing in a column, or all are."""
    gaps = int(np.count_nonzero(table.missing(name)))
    if not 0 < gaps < table.rows:
        return ""
    return f"{things(gaps, 'row')} without one {'goes' if gaps == 1 else 'go'} with the row above"
