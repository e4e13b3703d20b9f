"""Tables that look transposed, with a variable in each row: it is said, and none is exchanged by itself."""

from __future__ import annotations

from emviz.data.lines import unique_names
from emviz.data.table import DataError, Table
from emviz.em.columns import Gathering, LaidOut
from emviz.em.model import AnyModel
from emviz.intake.choice import guess

WORDS = (
    "the table looks transposed, with a variable in each row: exchange its rows and columns, as a "
    "spreadsheet does that pastes them transposed"
)
#: Cells up to which a table is looked at.
MOST_CELLS = 1_000_000


def exchanged(table: Table) -> Table | None:
    """Return a table with its rows as columns, which its first column names where it holds words.

    None where it is not wider than high, or another cell is no number.
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
    """Return a sentence where a model can read a table with its rows and columns exchanged; "" elsewhere.

    Parameters
    ----------
    fewest : int
        Columns that are then found by their names.
    """
    # Those that gather columns in more than one layout know this one themselves.
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
    """Return the same of a table that can be read as it stands too.

    Where a model gathers no fewer columns than there are rows, or one that knows its columns by their names
    finds two of them among the rows.
    """
    if isinstance(model, Gathering):
        return turned_words(model, table) if columns >= table.rows else ""
    return turned_words(model, table, fewest=2)
