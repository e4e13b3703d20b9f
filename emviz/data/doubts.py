"""Numbers whose value differs from their spelling, or is ambiguous."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from emviz.data.cells import has_decimal_comma, is_grouped
from emviz.data.column import Column, Numbers, parse_number
from emviz.data.written import Written

#: A number with a point that may separate thousands.
POINTED = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
#: Cells read first; in most columns they suffice to exclude any doubt.
FIRST = 50


def understood(column: Column) -> tuple[str, float] | None:
    """Return a cell and the number that it is read as, if the user should be told; otherwise None.

    These are numbers that are not written plainly, such as 1,000 or 5 %, numbers other than 0 that are too
    small for a float, and numbers whose point may separate thousands.
    """
    values = column.numbers
    if values is None or column.came_as_numbers:
        return None
    doubtful = _first_too_small(column, values) or (
        _first_strange(column, values) if column.notation else _first_thousand(column)
    )
    return None if doubtful is None else (doubtful, float(values[column.texts.tolist().index(doubtful)]))


def _first_too_small(column: Column, values: Numbers) -> str | None:
    """Return the first number that is not 0 and is read as 0, such as 1e-400."""
    noughts = values == 0
    if isinstance(column.held, Written):
        noughts &= ~column.held.numbers[1]  # plain numbers are never that small
    cells = (column.cell(row0) for row0 in np.flatnonzero(noughts).tolist())
    return next((cell for cell in cells if re.search("[1-9]", re.split("[eE]", cell)[0])), None)


def _first_strange(column: Column, values: Numbers) -> str | None:
    cells = column.texts.tolist()
    # No remark if a comma in the column can only be a decimal sign, as in the rest of the file.
    if column.decimal == "," and any(has_decimal_comma(each) > is_grouped(each) for each in cells):
        return None
    pairs = zip(cells, values.tolist(), strict=True)
    return next((cell for cell, value in pairs if value == value and parse_number(cell) != value), None)


def _first_thousand(column: Column) -> str | None:
    """Return the first number such as 1.000 among whole numbers, or if all have 000 after the point."""
    if column.decimal != "." or (isinstance(column.held, Written) and not column.held.numbers[2]):
        return None
    known = ~column.missing
    first = [column.cell(row0) for row0 in np.flatnonzero(known)[:FIRST].tolist()]
    if not _may_be_thousands([cell for cell in first if "." in cell], len(first)) and "." in "".join(first):
        return None
    texts = column.texts[known]
    cells = texts[np.strings.find(texts, ".") >= 0].tolist()
    return cells[0] if _may_be_thousands(cells, len(texts)) else None


def _may_be_thousands(cells: Sequence[str], among: int) -> bool:
    """Return whether all numbers with a point may be thousands, among whole numbers or all with 000."""
    if not cells or not all(POINTED.fullmatch(cell.strip()) for cell in cells):
        return False
    return len(cells) < among or all(cell.strip().endswith(".000") for cell in cells)
