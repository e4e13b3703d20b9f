"""Numbers that are read otherwise than they are written, or may be meant otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from emviz.data.cells import has_decimal_comma, is_grouped
from emviz.data.column import Column, Numbers, parse_number
from emviz.data.written import Written

#: A number with a point that may stand between thousands.
POINTED = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
#: Cells that are looked at first: most columns show by them that there is no doubt.
FIRST = 50


def understood(column: Column) -> tuple[str, float] | None:
    """Return a cell and the number that it is read as, where that is to be said; else None.

    It is where numbers are not written plainly, such as 1,000 or 5 %, where one other than 0 is too small for
    a float, and where a point may stand between thousands.
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
        noughts &= ~column.held.numbers[1]  # of these, nothing is as small
    cells = (column.cell(row0) for row0 in np.flatnonzero(noughts).tolist())
    return next((cell for cell in cells if re.search("[1-9]", re.split("[eE]", cell)[0])), None)


def _first_strange(column: Column, values: Numbers) -> str | None:
    cells = column.texts.tolist()
    # A comma that can only be a decimal sign needs no words in a file where it is one.
    if column.decimal == "," and any(has_decimal_comma(each) > is_grouped(each) for each in cells):
        return None
    pairs = zip(cells, values.tolist(), strict=True)
    return next((cell for cell, value in pairs if value == value and parse_number(cell) != value), None)


def _first_thousand(column: Column) -> str | None:
    """Return the first of numbers such as 1.000 among whole ones, or all with 000 behind the point."""
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
    """Say whether all numbers with a point are like 1.000, and others have none or all have 000."""
    if not cells or not all(map(_is_pointed, cells)):
        return False
    return len(cells) < among or all(cell.strip().endswith(".000") for cell in cells)


def _is_pointed(cell: str) -> bool:
    return POINTED.fullmatch(cell.strip()) is not None
