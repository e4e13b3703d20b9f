"""How files write the four cells: by other names, as a column of four counts, or as a row of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from emviz.data.table import Table
from emviz.em.columns import Layout, upright
from emviz.models.linkage.data import CELLS

#: Other names of the cells, in their order.
NAMES = (("AB", "Ab", "aB", "ab"), *(tuple(f"{letter}{cell}" for cell in CELLS) for letter in "yxnYXN"))


def layouts(table: Table) -> Sequence[Layout]:
    """Return how the cells are written, if not as a column of 1, 2, 3 and 4."""
    if table.rows == 1:
        return _in_a_row(table)
    for names in NAMES:
        known = dict(zip(names, CELLS, strict=True))
        column = next((name for name in table.names if _holds(table, name, known)), None)
        if column is not None:
            title = f"cells named {', '.join(names)} ({column})"
            return (Layout("named", title, partial(_renamed, column, known)),)
    if (table.rows, len(table.names)) != (len(CELLS), 1) or not table.is_numeric(table.names[0]):
        return ()
    (lone,) = table.names
    # A lone column of 1, 2, 3, 4 may be the cells themselves rather than their counts.
    if sorted(table.texts(lone).tolist()) == list(CELLS):
        return ()
    return (Layout("column", "the counts of cells 1 to 4 in their order", partial(_in_order, lone)),)


def _in_a_row(table: Table) -> Sequence[Layout]:
    columns = [name for name in table.names if table.is_numeric(name)]
    if len(columns) != len(CELLS):
        return ()
    names = next((names for names in NAMES if {*names} == {*columns}), tuple(columns))
    meanings = dict(zip(names, CELLS, strict=True))
    title = f"one row of counts, cells 1 to 4 from {', '.join(names)}"
    return (Layout("row", title, partial(upright, meanings, "cell")),)


def _holds(table: Table, name: str, known: dict[str, str]) -> bool:
    return {cell.strip() for cell in table.texts(name)[~table.missing(name)].tolist()} <= {*known} and (
        not table.missing(name).all()
    )


def _renamed(column: str, known: dict[str, str], table: Table) -> Table:
    cells = [known.get(cell.strip(), cell) for cell in table.texts(column).tolist()]
    named = table.with_column(column, cells)
    return named.picked({"cell" if name == column else name: name for name in named.names})


def _in_order(column: str, table: Table) -> Table:
    return Table.from_columns({"cell": list(CELLS), "count": table.texts(column)})
