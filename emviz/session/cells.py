"""Edits of the table of the data; cells derived from others are updated immediately."""

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

#: The text of a cell whose label is hidden; in a file it means an unknown label.
HIDDEN = "?"
#: The most cells of a column that are changed one by one; more are changed together.
FEW = 10
#: The most rows that are searched for contradictions.
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
    """Return the columns whose cells are currently hidden."""
    return frozenset() if session.display.revealed else label_columns(session.model, session.draft.names)


def follows(model: AnyModel, table: Table, row: int, name: str) -> str | None:
    """Return the text of a cell as derived from others of its row; None if it is not derived."""
    cells = derived_columns(model, _of_rows(table, range(row, row + 1))).get(name)
    return None if cells is None else cells[0]


def with_cell(session: Session, row: int, name: str, text: str) -> Session:
    """Return the session with one cell of its data changed, and cells derived from it."""
    table = session.draft.with_cell(row, name, text)
    return edit_table(session, _derived(session.model, session.draft, table, range(row, row + 1)))


def with_row(session: Session, at: int) -> Session:
    """Return the session with an empty row before row `at`, or at the end if there are fewer rows."""
    return edit_table(session, session.draft.with_rows(min(at, session.draft.rows), [{}]))


def without_rows(session: Session, blocks: Sequence[Block]) -> Session:
    """Return the session without the rows of these blocks."""
    indices = chain.from_iterable(range(block.top, block.bottom + 1) for block in blocks)
    return edit_table(session, session.draft.without_rows(indices))


def with_pasted(session: Session, row: int, column: int, cells: Sequence[Sequence[str]]) -> Session:
    """Return the session with a block of cells pasted at a position; rows are added as needed.

    A first line with names of columns is used as a header, to find the columns of the cells.

    Raises
    ------
    DataError
        If the block is too wide at this position, or would overwrite hidden labels.
    """
    before = session.draft
    names, lines = addressed(before, column, cells)
    # Rows are added first, so that only cells are compared when derived ones are updated.
    grown = before.with_rows(before.rows, [{}] * max(0, row + len(lines) - before.rows))
    table = _overlaid(grown, row, names, lines, hidden_columns(session), before.rows)
    table = _derived(session.model, grown, table, range(row, row + len(lines)))
    return edit_table(session, table)


def with_inserted(session: Session, at: int, column: int, cells: Sequence[Sequence[str]]) -> Session:
    """Return the session with a block of cells as new rows before row `at`.

    Raises
    ------
    DataError
        If the block is too wide at this position.
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
        If the block is too wide at this position.
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


def agree(cell: str, expected: str) -> bool:
    """Return whether a cell equals the expected text, or the same number."""
    value = parse_number(cell)
    return cell == expected or (value is not None and value == parse_number(expected))


def sources(model: AnyModel, table: Table) -> str:
    """Return the columns, in words, from which others are derived: the observed ones that the model reads."""
    read = columns_read(model, table) - label_columns(model, table.names)
    return " and ".join(name for name in table.names if name in read)


def contradiction(session: Session) -> str:
    """Return a sentence on the first cell that contradicts the ones it is derived from; "" if none does."""
    if not isinstance(session.model, Deriving):
        return ""
    table = _of_rows(session.draft, range(min(session.draft.rows, CHECKED)))
    for name, cells in session.model.derived(table).items():
        for row, (own, derived) in enumerate(zip(table.texts(name).tolist(), cells, strict=True), 1):
            if own and derived and not agree(own, derived):
                read = sources(session.model, table)
                return f"Row {row:,}: {name} is {own}, and by {read}, which counts, it is {derived}."
    return ""


def unread(session: Session, name: str) -> bool:
    """Return whether the model does not use a column of the data."""
    return name not in columns_read(session.model, session.draft)


def _overlaid(
    table: Table,
    row: int,
    names: Sequence[str],
    lines: Sequence[Sequence[str]],
    hidden: Collection[str],
    rows: int,
) -> Table:
    """Return the table with its cells overwritten, but not the hidden labels of its first `rows` rows."""
    for place, name in enumerate(names):
        texts: list[str] = table.texts(name).tolist()
        pasted = [line[place] if place < len(line) else "" for line in lines]
        if name in hidden:
            pasted = _unseen(pasted, texts[row : row + len(lines)], rows - row, name)
        texts[row : row + len(lines)] = pasted
        table = table.with_column(name, texts)
    return table


def _unseen(pasted: list[str], present: list[str], rows: int, name: str) -> list[str]:
    """Return the cells to paste over hidden labels, where "?" keeps the label."""
    if any(text != HIDDEN for text in pasted[: max(0, rows)]):
        raise DataError(
            "reveal the column first; pasting would change labels that cannot be seen", column=name
        )
    return [old if old and new == HIDDEN else new for new, old in zip(pasted, present, strict=True)]


def _derived(model: AnyModel, before: Table, table: Table, rows: range) -> Table:
    """Return the table with the derived cells of some rows updated after a change.

    Raises
    ------
    DataError
        If a derived cell was itself changed to something else.
    """
    if not isinstance(model, Deriving):
        return table
    old, new = _of_rows(before, rows), _of_rows(table, rows)
    previous = model.derived(old)
    for name, cells in model.derived(new).items():
        changed = {}
        for place, row in enumerate(rows):
            own = new.cell(place, name)
            if cells[place] != previous[name][place]:
                changed[row] = cells[place]
            elif own != old.cell(place, name) and not agree(own, cells[place]):
                raise DataError(f"it follows from {sources(model, table)}: change that", row + 1, name)
        table = _with_cells(table, name, changed)
    return table


def _with_cells(table: Table, name: str, changed: Mapping[int, str]) -> Table:
    # Setting cells one by one keeps a column of numbers numeric.
    if len(changed) <= FEW:
        for row, text in changed.items():
            table = table.with_cell(row, name, text)
        return table
    texts: list[str] = table.texts(name).tolist()
    for row, text in changed.items():
        texts[row] = text
    return table.with_column(name, texts)


def _of_rows(table: Table, rows: range) -> Table:
    return Table.from_columns({name: [table.cell(row, name) for row in rows] for name in table.names})
