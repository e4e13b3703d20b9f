"""Numbers that are often codes for a missing value, where they lie far from all others."""

from __future__ import annotations

import numpy as np

from emviz.data.column import format_number
from emviz.data.table import Table
from emviz.data.things import things

SUSPECTS = (-9, -99, -999, -9999, 99, 999, 9999, 99999)
LEAST = min(map(abs, SUSPECTS))
#: Other numbers that there must be.
FEWEST = 3


def suspect(table: Table, name: str) -> str | None:
    """Return a sentence where a column of numbers seems to hold a code for a missing value."""
    if not table.is_numeric(name):
        return None
    values = table.numbers(name, holes=True)
    values = values[~np.isnan(values)]
    if not (np.abs(values) >= LEAST).any():  # as of thousands of columns nearly all
        return None
    coded = np.isin(values, SUSPECTS)
    others, codes = values[~coded], np.unique(values[coded])
    if len(codes) != 1 or len(others) < FEWEST:
        return None
    code, low, high = float(codes[0]), float(others.min()), float(others.max())
    if max(low - code, code - high) <= high - low:
        return None
    written, rows = format_number(code), things(int(np.count_nonzero(coded)), "row")
    return f"{name} is {written} in {rows}, far from all others: is it missing there? (--missing {written})"
