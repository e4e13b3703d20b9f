"""Detects tables that look transposed; they are never transposed automatically."""

from __future__ import annotations

from emviz.data.lines import unique_names
from emviz.data.table import DataError, Table
from emviz.em.columns import Gathering, LaidOut
from emviz.em.model import AnyModel
from emviz.intake.choice import guess

WORDS = (
    "the table looks transposed, with a variable in each row: exchange its rows and columns, for example "
    "by pasting it transposed in a spreadsheet"
)
#: Maximum number of cells of a table that is examined.
MOST_CELLS = 1_000_000


def exchanged(table: Table) -> Table | None:
    """Return a table with rows and columns exchanged; a first column of words supplies the names.

    None if the table is not wider than high, or another cell is not a number.
    """
    if not 0 < table.rows < len(table.names) - 1 or table.rows * len(table.names) > MOST_CELLS:
        return None
    first, *others = table.names
    words = not table.is_numeric(first)
    body = others if words else [first, *others]
    if not all(table.is_numeric(name) for name in body):
        return None
    names = table.texts(first).tolist() if words else [""] * table.rows
    rows = zip(*(table.texts(name).tolist() for name in body), strict=True)
    return Table.from_columns(dict(zip(unique_names(names), map(list, rows), strict=True)))


def turned_words(model: AnyModel, table: Table, fewest: int = 0) -> str:
    """Return a sentence if a model can read a table only with rows and columns exchanged; "" otherwise.

    Parameters
    ----------
    fewest : int
        Minimum number of columns that must then be found by name.
    """
    # Models that gather columns in several layouts handle this case themselves.
    if isinstance(model, Gathering) and isinstance(model, LaidOut):
        return ""
    other = exchanged(table)
    if other is None:
        return ""
    try:
        choice = guess(model, other)
        model.parse(other.picked({**{own: own for own in choice.used}, **choice.named}))
    except DataError:
        return ""
    return WORDS if len(choice.named) >= fewest else ""


def wide_words(model: AnyModel, table: Table, columns: int) -> str:
    """Return the sentence for a table that can also be read as it is.

    It applies if a model gathers at least as many columns as there are rows, or if it finds two of its named
    columns among the rows.
    finds two of them among the rows.
    """
    if isinstance(model, Gathering):
        return turned_words(model, table) if columns >= table.rows else ""
    return turned_words(model, table, fewest=2)
