"""Edits of the table of the data; cells that follow from others follow at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from emviz.data.column import parse_number
from emviz.data.table import DataError, Table
from emviz.data.things import things
from emviz.em.columns import Deriving, columns_read, derived_columns, label_columns
from emviz.em.model import AnyModel
from emviz.session.edits import edit_table
from emviz.session.state import Session

#: What stands in a cell whose label is not revealed; in a file it says that the label is not known.
HIDDEN = "?"
#: Cells of a column that are changed one by one; more are changed together.
FEW = 10
#: Rows of other data in which contradictions are looked for.
CHECKED = 10_000


@dataclass(frozen=True)
class Block:
    """A rectangle of cells: its first and last row and column, counted from 0."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def cells(self) -> int:
        """The number of cells."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


def hidden_columns(session: Session) -> frozenset[str]:
    """Return the columns whose cells are not to be shown now."""
    return frozenset() if session.display.revealed else label_columns(session.model, session.draft.names)


def follows(model: AnyModel, table: Table, row: int, name: str) -> str | None:
    """Return what a cell must hold, as other cells of its row have it; None where it is free."""
    cells = derived_columns(model, _of_rows(table, range(row, row + 1))).get(name)
    return None if cells is None else cells[0]


def with_cell(session: Session, row: int, name: str, text: str) -> Session:
    """Return the session with one cell of its data changed, and those that follow from it."""
    table = session.draft.with_cell(row, name, text)
    return edit_table(session, _derived(session.model, session.draft, table, range(row, row + 1)))


def with_row(session: Session, at: int) -> Session:
    """Return the session with an empty row before row `at`, or at the end where there are fewer."""
    return edit_table(session, session.draft.with_rows(min(at, session.draft.rows), [{}]))


def without_rows(session: Session, blocks: Sequence[Block]) -> Session:
    """Return the session without the rows of these blocks."""
    indices = chain.from_iterable(range(block.top, block.bottom + 1) for block in blocks)
    return edit_table(session, session.draft.without_rows(indices))


def with_pasted(session: Session, row: int, column: int, cells: Sequence[Sequence[str]]) -> Session:
    """Return the session with a block of cells put over those that begin at a place; rows grow as needed.

    A first line that names columns of the table is left out, and says where the cells belong.

    Raises
    ------
    DataError
        Where the block is wider than what is left of the table, or goes over labels that are hidden.
    """
    before = session.draft
    names, lines = addressed(before, column, cells)
    grown = before.with_rows(before.rows, [{}] * max(0, row + len(lines) - before.rows))
    table = _overlaid(grown, row, names, lines, hidden_columns(session), before.rows)
    table = _derived(session.model, grown, table, range(row, row + len(lines)))
    return edit_table(session, table)


def with_inserted(session: Session, at: int, column: int, cells: Sequence[Sequence[str]]) -> Session:
    """Return the session with a block of cells as rows of their own before row `at`.

    Raises
    ------
    DataError
        Where the block is wider than what is left of the table.
    """
    before, at = session.draft, min(at, session.draft.rows)
    names, lines = addressed(before, column, cells)
    rows = [dict(zip(names, line, strict=False)) for line in lines]
    empty = before.with_rows(at, [{}] * len(lines))
    table = _derived(session.model, empty, before.with_rows(at, rows), range(at, at + len(lines)))
    return edit_table(session, table)


def addressed(
    table: Table, column: int, cells: Sequence[Sequence[str]]
) -> tuple[tuple[str, ...], Sequence[Sequence[str]]]:
    """Return the columns that a block of cells belongs to, and its lines without a header.

    Raises
    ------
    DataError
        Where the block is wider than what is left of the table.
    """
    width = max(map(len, cells), default=0)
    first = tuple(cell.strip() for cell in cells[0]) if cells else ()
    if len(cells) > 1 and len(first) == width == len(set(first)) and set(first) <= set(table.names):
        return first, cells[1:]
    names = table.names[column : column + width]
    if width > len(names):
        raise DataError(
            f"the clipboard has {things(width, 'column')}, and only {len(names)} fit from here on"
        )
    return names, cells


def agree(cell: str, told: str) -> bool:
    """Return whether a cell holds what it must, as a text or as a number."""
    return cell == told or (parse_number(cell) is not None and parse_number(cell) == parse_number(told))


def sources(model: AnyModel, table: Table) -> str:
    """Return the columns, in words, from which others follow: the observed ones that the model reads."""
    read = columns_read(model, table) - label_columns(model, table.names)
    return " and ".join(name for name in table.names if name in read)


def contradiction(session: Session) -> str:
    """Return where a cell of the data says otherwise than what it follows from; "" where none does."""
    if not isinstance(session.model, Deriving):
        return ""
    table = _of_rows(session.draft, range(min(session.draft.rows, CHECKED)))
    for name, cells in session.model.derived(table).items():
        for row, (own, told) in enumerate(zip(table.texts(name).tolist(), cells, strict=True), 1):
            if own and told and not agree(own, told):
                read = sources(session.model, table)
                return f"Row {row:,}: {name} is {own}, and by {read}, which counts, it is {told}."
    return ""


def unread(session: Session, name: str) -> bool:
    """Return whether nothing that the model says depends on a column of the data."""
    return name not in columns_read(session.model, session.draft)


def _overlaid(
    table: Table,
    row: int,
    names: Sequence[str],
    lines: Sequence[Sequence[str]],
    hidden: Collection[str],
    rows: int,
) -> Table:
    """Return the table with lines over its cells; hidden labels of its first `rows` rows stay as they are."""
    for place, name in enumerate(names):
        texts: list[str] = table.texts(name).tolist()
        pasted = [line[place] if place < len(line) else "" for line in lines]
        if name in hidden:
            pasted = _unseen(pasted, texts[row : row + len(lines)], rows - row, name)
        texts[row : row + len(lines)] = pasted
        table = table.with_column(name, texts)
    return table


def _unseen(pasted: list[str], present: list[str], rows: int, name: str) -> list[str]:
    """Return what may be pasted over hidden labels: "?" leaves each as it is."""
    if any(text != HIDDEN for text in pasted[: max(0, rows)]):
        raise DataError(
            "reveal the column first; pasting would change labels that cannot be seen", column=name
        )
    return [old if old and new == HIDDEN else new for new, old in zip(pasted, present, strict=True)]


def _derived(model: AnyModel, before: Table, table: Table, rows: range) -> Table:
    """Return the table with the cells of some rows that follow from what has been changed in them.

    Raises
    ------
    DataError
        Where such a cell has itself been changed into something else.
    """
    if not isinstance(model, Deriving):
        return table
    old, new = _of_rows(before, rows), _of_rows(table, rows)
    told = model.derived(old)
    for name, cells in model.derived(new).items():
        changed = {}
        for place, row in enumerate(rows):
            own = new.cell(place, name)
            if cells[place] != told[name][place]:
                changed[row] = cells[place]
            elif own != old.cell(place, name) and not agree(own, cells[place]):
                raise DataError(f"it follows from {sources(model, table)}: change that", row + 1, name)
        table = _with_cells(table, name, changed)
    return table


def _with_cells(table: Table, name: str, changed: Mapping[int, str]) -> Table:
    if len(changed) <= FEW:  # a column of numbers stays one
        for row, text in changed.items():
            table = table.with_cell(row, name, text)
        return table
    texts: list[str] = table.texts(name).tolist()
    for row, text in changed.items():
        texts[row] = text
    return table.with_column(name, texts)


def _of_rows(table: Table, rows: range) -> Table:
    return Table.from_columns({name: [table.cell(row, name) for row in rows] for name in table.names})
