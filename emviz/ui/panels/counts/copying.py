"""Copying from the count table to a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emviz.em.rounding import decimal, with_hyphens
from emviz.em.views import CountTable
from emviz.ui.panels.counts.faces import Column, Kind
from emviz.ui.panels.counts.grid import CountGrid
from emviz.ui.panels.counts.model import CountModel
from emviz.ui.panels.counts.view import COPIED, CountView
from emviz.wording.counts import alike_text, share_text


def copied(grid: CountGrid) -> tuple[str, str]:
    """Return the selected cells of the rows, or of focused totals, and a note if some were left out."""
    if grid.totals.hasFocus():
        return copied_totals(grid.totals), ""
    text, many = copied_rows(grid.rows), grid.rows_model.rowCount()
    cut = text and grid.rows.everything and many > COPIED
    return text, f"copied the first {COPIED:,} rows; the export has all {many:,}" if cut else ""


def copied_rows(view: CountView) -> str:
    """Return the selected numbers, with headings if all rows are selected; "" for none."""
    model, rows = view.model(), view.chosen_rows()
    assert isinstance(model, CountModel)
    if not rows:
        return ""
    lines = copied_cells(model, rows, view.is_chosen)
    if view.everything:
        lines.insert(0, copied_heading(model))
    return "\n".join("\t".join(line) for line in lines)


def copied_totals(view: CountView) -> str:
    """Return the selected totals."""
    indexes = sorted(view.selectedIndexes(), key=lambda index: index.column())
    return "\t".join(str(index.data()) for index in indexes)


def copied_cells(
    model: CountModel, rows: Sequence[int], wanted: Callable[[int, int], bool]
) -> list[list[str]]:
    """Return the cells of some rows for a spreadsheet, each number in a field.

    Parameters
    ----------
    rows : sequence of int
        The rows, which the model computes in one call.
    wanted : callable
        Whether to copy the cell at a row and a column; others stay empty.
    """
    if model.blocks is None:
        return []
    table = model.blocks.some([model.row_at(row) for row in rows])
    places = [c for c in range(len(model.columns)) if any(wanted(row, c) for row in rows)]
    return [
        [
            text if wanted(row, c) else ""
            for c in places
            for text in _bare(model, table, place, model.columns[c])
        ]
        for place, row in enumerate(rows)
    ]


def copied_heading(model: CountModel) -> list[str]:
    """Return the heading of each field of `copied_cells`."""
    table = model.first
    if table is None:
        return []
    return [
        f"{column.heading} {symbol}".strip()
        for column in model.columns
        for symbol in _parts(model, table, column)
    ]


def _parts(model: CountModel, table: CountTable, column: Column) -> tuple[str, ...]:
    """Return the symbols of the numbers in a cell."""
    if model.folded(column):
        return "", "structure"
    return table.groups[column.place].symbols if column.kind is Kind.COUNT else ("",)


def _bare(model: CountModel, table: CountTable, place: int, column: Column) -> tuple[str, ...]:
    """Return the numbers of a cell one by one, or its text."""
    if column.kind is Kind.OBSERVED:
        text, brackets = " ".join(with_hyphens(table.observed[place]).split()), table.brackets
        if table.alike is not None and len(table.alike[place]) > 1:
            text += f": {alike_text(table.alike[place], len(table.alike[place]))}"
        return (text,) if brackets is None else (text, brackets[place] if brackets else "")
    if table.shares is None or table.counts is None:
        return ("",) * len(_parts(model, table, column))
    if column.kind is Kind.GLANCE:
        return (table.glances[column.place].written(place, model.places + 1),)
    if column.kind is Kind.SHARE:
        return (share_text(table, place, column.place, model.places),)
    counts = table.counts[place, table.spans[column.place]]
    return tuple(decimal(float(count), model.places) for count in counts)
