"""The table that a model reads, with notes on what was changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emviz.data.column import format_number, parse_number
from emviz.data.remedies import option
from emviz.data.table import DataError, Mask, Table
from emviz.data.things import some
from emviz.em.columns import (
    TRUE,
    Assuming,
    Gathering,
    LabelsAside,
    Spaced,
    columns_read,
    label_columns,
    missing_in,
    not_numbers,
)
from emviz.em.hyper import configure, hypers
from emviz.em.model import AnyModel
from emviz.intake.choice import COUNT, Choice, guess, laid_out, layouts_of, within_margins
from emviz.intake.oddities import oddity
from emviz.intake.suspects import converted, suspect
from emviz.intake.turned import turned_words, wide_words

#: Errors about a missing column, and the advice for it.
LACKING = re.compile(r"there is no column '|a column (?!.* set emission)(?!for each)")
BY_NAME = "if one of them is it, say which (--columns NAME=COLUMN)"

#: Columns with numbers in the same notation from which one sentence tells of all.
MOST_ALIKE = 4
#: Meaning of a missing cell for a model without a description of it.
UNSEEN = "one of the things that the model does not see"
#: How rows with a missing cell are left out on the command line and from Python.
BY_OPTION = "leave the rows out (--missing drop)"


@dataclass(frozen=True)
class Taken:
    """The table for a model.

    Parameters
    ----------
    table : Table
        The columns under the model's names.
    notes : tuple of str
        What was assumed, combined or left out, one sentence each; () if the table was used as it is.
    choice : Choice or None
        The choice.
    source : Table or None
        The original table.
    turned : str
        A sentence if the table looks transposed although it can be read; otherwise "".
    """

    table: Table
    notes: tuple[str, ...] = ()
    choice: Choice | None = None
    source: Table | None = None
    turned: str = ""

    def explained(self, model: AnyModel, error: DataError) -> DataError:
        """Return an error with the rows of the file, and with a hint if the table looks transposed."""
        error = located(error, self.table, self.choice)
        turned = "" if self.source is None else turned_words(model, self.source)
        return (
            DataError(f"{error.message}; {turned}", error.row, error.column, error.source)
            if turned
            else error
        )


def take(model: AnyModel, table: Table, choice: Choice) -> Taken:
    """Return what a model reads from a table.

    Raises
    ------
    DataError
        If a column is missing, none can be gathered, or no row is left.
    """
    data = within_margins(table, choice.aside).with_codes(choice.codes)
    read, chosen = _picked(model, data, choice)
    notes = [
        *table.notes,
        *_beside(choice),
        *_laid(model, data, choice),
        *_named(model, read, chosen),
        *_left(choice),
        *_unread(model, read),
    ]
    if choice.drop:
        whole, every = _without_holes(model, read), read.rows
        if whole is not read:
            notes.append(f"{every - whole.rows:,} of {every:,} rows have a missing cell and are left out")
            notes += if_dropped(model, read)
            read = whole
    turned = wide_words(model, data, len(choice.used))
    notes += [turned] if turned else []
    return Taken(read, (*notes, *understood(model, read, choice)), choice, data, turned)


def read_of(model: AnyModel, table: Table, choice: Choice) -> Table:
    """Return the table of `take` without its notes, which is faster.

    Raises
    ------
    DataError
        Same as for `take`.
    """
    data = within_margins(table, choice.aside).with_codes(choice.codes)
    read, _ = _picked(model, data, choice)
    return _without_holes(model, read) if choice.drop else read


def suiting(model: AnyModel, table: Table) -> AnyModel:
    """Return the model for a table, without text settings that name other columns.

    An example is the structure of `network`. The setting is kept if the model cannot read the table without
    it either.
    """
    if not isinstance(model, Gathering) or not _names_others(model, table):
        return model
    initial = hypers(type(model)())
    texts = {each.name: each.value for each in initial if isinstance(each.value, str) and not each.choices}
    plain = configure(model, texts)
    return plain if plain != model and _gathers(plain, table) else model


def _names_others(model: AnyModel, table: Table) -> bool:
    """Return whether a model misses a column that its text settings name, or any column."""
    if not _gathers(model, table):
        return True
    try:
        model.parse(read_of(model, table, guess(model, table)))
    except DataError as error:
        return LACKING.match(error.message) is not None
    return False


def _gathers(model: AnyModel, table: Table) -> bool:
    used = guess(model, table).used
    return not columns_read(model, table).isdisjoint(used)


def _picked(model: AnyModel, data: Table, choice: Choice) -> tuple[Table, dict[str, str]]:
    """Return the columns to read, and their names in the file."""
    seen = laid_out(model, data, choice.layout)
    chosen = _columns(model, seen, choice)
    if isinstance(model, Gathering) and seen.names and not choice.used:
        reasons = ", ".join(f"{name} ({why})" if why else name for name, why in choice.left_out.items())
        raise DataError(
            f"no column is {model.gathers}: {reasons}" if reasons else f"no column is {model.gathers}"
        )
    return seen.picked(chosen), chosen


def _without_holes(model: AnyModel, read: Table) -> Table:
    """Return a table without the rows that have a missing cell."""
    whole = ~lacking(model, read)
    if not whole.any():
        raise DataError("every row has a missing cell, and none is left")
    return read if whole.all() else read.where(whole)


def understood(model: AnyModel, read: Table, choice: Choice) -> list[str]:
    """Return sentences on what is assumed about the cells."""
    aside = model.labels_aside(read) if isinstance(model, LabelsAside) else None
    assumed = model.assumed(read) if isinstance(model, Assuming) else ()
    return [
        *_notation(model, read),
        *_unseen(model, read, choice),
        *_once(model, read),
        *_suspected(choice, read),
        *converted(read),
        *([aside] if aside else []),
        *assumed,
    ]


def if_dropped(model: AnyModel, read: Table) -> list[str]:
    """Return sentences on the effect of leaving out rows with a missing cell."""
    counted = COUNT in columns_read(model, read) and read.missing(COUNT).any()
    sentences = [f"to leave a row out is to take its missing {COUNT} for 0"] if counted else []
    return [*sentences, *([model.if_left_out] if isinstance(model, Spaced) else [])]


def located(error: DataError, table: Table, choice: Choice | None) -> DataError:
    """Return an error with the row number in the file instead of that in the model's table."""
    row = error.row
    if row is None or choice is None or not (choice.aside or choice.layout or choice.drop):
        return error
    if table.places is None:
        if not choice.layout:
            return error
        message = f"{error.message}; the row is one of those that the layout {choice.layout!r} makes"
        return DataError(message, row, error.column, error.source)
    place = table.place(row - 1)
    if place == row:
        return error
    message = f"{error.message}; rows are counted as in the file, with those left out"
    return DataError(message, place, error.column, error.source)


def _unseen(model: AnyModel, read: Table, choice: Choice) -> list[str]:
    """Return sentences on how many missing cells a model fills in, and what each of them is."""
    bearing = columns_read(model, read)
    sentences = []
    for spec in model.columns:
        if spec.holes:
            names = [name for name in choice.used if name in bearing] if spec.free else [spec.name]
            sentences += _missing_words(model, read, [name for name in names if name in bearing], spec.unseen)
    return sentences


def _missing_words(model: AnyModel, read: Table, names: Sequence[str], unseen: str) -> list[str]:
    masks = [missing_in(model, read, name) for name in names]
    many = {name: int(np.count_nonzero(mask)) for name, mask in zip(names, masks, strict=True) if mask.any()}
    if not many:
        return []
    where = some([f"{name}: {gone:,} of {read.rows:,} cells" for name, gone in many.items()])
    is_ = "is missing, it is" if [*many.values()] == [1] else "are missing, each is"
    return [f"{where} {is_} {unseen or UNSEEN}"]


def with_way_out(
    model: AnyModel, table: Table, error: DataError, way: str = BY_OPTION, choice: Choice | None = None
) -> DataError:
    """Return an error with advice: for a missing cell, with the number of rows that have one.

    Parameters
    ----------
    table : Table
        The table that the model reads.
    way : str
        Advice other than filling in the cells.
    choice : Choice, optional
        The choice, for the names of columns in the file.
    """
    name, row = error.column, error.row
    if way == BY_OPTION and row is None and name is None and LACKING.match(error.message):
        named = {} if choice is None else choice.named
        text = "".join(f"; {new} is read from {old}" for new, old in named.items() if new != old)
        return DataError(f"{error.message}{text}; {BY_NAME}", source=error.source)
    if name is None or row is None or name not in table or not table.missing(name)[row - 1]:
        return error
    many = int(np.count_nonzero(holes(model, table)))
    have, them = ("has", "it") if many == 1 else ("have", "them")
    text = f"{many:,} of {table.rows:,} rows {have} a missing cell: fill {them} in, or {way}"
    amount = "".join(f"; {each}" for each in if_dropped(model, table))
    return DataError(f"{error.message}; {text}{amount}", row, name, error.source)


def lacking(model: AnyModel, table: Table) -> Mask:
    """Return the rows with a missing cell that may be left out, even if the model can use them, (rows,)."""
    rows = holes(model, table)
    if any(spec.spare for spec in model.columns):
        own = {spec.name for spec in model.columns if not spec.free} | label_columns(model, table.names)
        for name in columns_read(model, table) - own:
            rows = rows | table.missing(name)
    return rows


def holes(model: AnyModel, table: Table) -> Mask:
    """Return the rows with a missing cell that the model cannot use, shape (rows,)."""
    usable = {spec.name for spec in model.columns if spec.holes} | label_columns(model, table.names)
    gathered = isinstance(model, Gathering) and any(spec.holes for spec in model.columns if spec.free)
    own = {spec.name for spec in model.columns if not spec.free}
    rows = np.zeros(table.rows, dtype=np.bool)
    for name in columns_read(model, table):
        if name not in usable and (name in own or not gathered):
            rows |= table.missing(name)
    return rows


def _columns(model: AnyModel, seen: Table, choice: Choice) -> dict[str, str]:
    """Return the columns to read; for a model that names all its columns, the others are appended."""
    own = {column: name for name, column in choice.named.items()}
    if isinstance(model, Gathering):
        used = {*own, *choice.used}
        known = {f"{TRUE}{name}" for name in used}
        kept = [name for name in seen.names if name in used or name in known]
    else:
        others = {*choice.named, *choice.left_out}
        kept = [name for name in seen.names if name in own or name not in others]
    return {own.get(name, name): name for name in kept}


def beside_words(choice: Choice) -> str:
    """Return the rows that are not data as text: "7 (a total or a mean)"."""
    return some([f"{row + 1} ({why})" for row, why in choice.aside.items()])


def _beside(choice: Choice) -> list[str]:
    return [f"rows left out: {beside_words(choice)}"] if choice.aside else []


def _laid(model: AnyModel, data: Table, choice: Choice) -> list[str]:
    ways = layouts_of(model, data) if choice.layout else ()
    return [f"the data are taken as {way.title}" for way in ways if way.key == choice.layout]


def _named(model: AnyModel, table: Table, chosen: dict[str, str]) -> list[str]:
    """Return sentences on columns read under another name, and on those not needed."""
    read = columns_read(model, table)
    pairs = [f"{new} from {old}" for new, old in chosen.items() if new != old and new in read]
    spare = [old for new, old in chosen.items() if new != old and new not in read]
    if not read or not (pairs or spare):
        return []
    text = f"columns read: {some(pairs or [name for name in chosen if name in read])}"
    return [f"{text}; not needed: {some(spare)}" if spare else text]


def _left(choice: Choice) -> list[str]:
    texts = [f"{name} ({why})" if why else name for name, why in choice.left_out.items()]
    return [f"columns left out: {', '.join(texts)}"] if texts else []


def _unread(model: AnyModel, read: Table) -> list[str]:
    """Return a sentence on unused numeric columns that may have been meant as counts."""
    if isinstance(model, Gathering):
        return []
    seen = columns_read(model, read)
    known = {*seen, *(spec.name for spec in model.columns)}
    others = [name for name in read.names if seen and name.lower() not in known]
    unread = [name for name in others if _measures(read, name)]
    return [f"columns not read: {some(unread)}"] if unread else []


def _once(model: AnyModel, read: Table) -> list[str]:
    """Return the question whether a column has the counts of rows that differ like kinds of units."""
    seen = columns_read(model, read)
    unread = [] if isinstance(model, Gathering) else [name for name in read.names if name not in seen]
    likely = [name for name in unread if _measures(read, name)]
    counted = COUNT in seen or COUNT not in [spec.name for spec in model.columns]
    if counted or not likely or any(len(set(read.texts(name).tolist())) < read.rows for name in seen):
        return []
    way = option("columns", [f"{COUNT}={likely[0]}"])
    return [f"each row counts once: if {likely[0]} has the numbers, say so {way}"]


def _measures(table: Table, name: str) -> bool:
    if not_numbers(table, name) or oddity(table, name):
        return False
    return not np.isin(table.numbers(name, holes=True), (0, 1, np.nan)).all()


def _suspected(choice: Choice, read: Table) -> list[str]:
    """Return questions about numbers that may be codes, in columns that measure something."""
    measured = {*choice.used, "value"}
    names = [name for name in read.names if name in measured]
    return [question for name in names if (question := suspect(read, name)) is not None]


def _notation(model: AnyModel, table: Table) -> list[str]:
    """Return sentences on how ambiguous or unusual number formats are read."""
    # Labels are names, even if they look like numbers.
    read = columns_read(model, table) - {model.label_column}
    names = [name for name in table.names if name in read]
    pairs = {name: pair for name in names if (pair := table.understood(name)) is not None}
    alike: dict[frozenset[str], list[str]] = {}
    for name, (cell, _) in pairs.items():
        alike.setdefault(frozenset(re.findall(r"[^\d\s+-]", cell)), []).append(name)
    sentences = []
    for same in alike.values():
        told, rest = (same, []) if len(same) < MOST_ALIKE else (same[:1], same[1:])
        more = f"; so are those of {some(rest)}" if rest else ""
        for name in told:
            cell, value = pairs[name]
            seen = f"{format_number(value)}{_instead(cell, value)}"
            sentences.append(f"{name}: numbers such as {cell.strip()} are read as {seen}{more}")
    return sentences


def _instead(cell: str, value: float) -> str:
    """Return how a number is not read, if it is written in Python's notation."""
    if parse_number(cell) != value:
        return ""
    return ", not as thousands" if value else ", because they are too small to distinguish from 0"
