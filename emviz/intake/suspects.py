"""Numbers that are often codes for a missing value, where they differ in kind from all else in a column."""

from __future__ import annotations

import numpy as np

from emviz.data.cells import is_number
from emviz.data.column import format_number
from emviz.data.table import Table
from emviz.data.things import things

SUSPECTS = (-9, -99, -999, -9999, 99, 999, 9999, 99999)
LEAST = min(map(abs, SUSPECTS))
#: The same among words, where no other state is a number.
WRITTEN = [*map(str, SUSPECTS), "0", "-1", "9"]
#: Other numbers that there must be.
FEWEST = 3


def suspect(table: Table, name: str) -> str | None:
    """Return a sentence where a column of numbers seems to hold a code for a missing value."""
    if not table.is_numeric(name):
        return _among_words(table, name)
    values = table.numbers(name, holes=True)
    values = values[~np.isnan(values)]
    if not (np.abs(values) >= LEAST).any():  # as of thousands of columns nearly all
        return None
    coded = np.isin(values, SUSPECTS)
    others, codes = values[~coded], np.unique(values[coded])
    if len(codes) != 1 or len(others) < FEWEST:
        return None
    code, low, high = float(codes[0]), float(others.min()), float(others.max())
    many = int(np.count_nonzero(coded))
    if max(low - code, code - high) > high - low:
        return _asked(name, format_number(code), many, "far from all others")
    if code < 0 < low and many > 1:
        return _asked(name, format_number(code), many, "and all others are above 0")
    return None


def _among_words(table: Table, name: str) -> str | None:
    """Return the same of a column in which one of these numbers stands among words."""
    texts = table.texts(name)[~table.missing(name)]
    coded = np.isin(texts, WRITTEN)
    codes, others = np.unique(texts[coded]), np.unique(texts[~coded]).tolist()
    if len(codes) != 1 or not others or any(map(is_number, others)):
        return None
    return _asked(name, str(codes[0]), int(np.count_nonzero(coded)), "among words")


def _asked(name: str, written: str, many: int, how: str) -> str:
    rows = things(many, "row")
    return f"{name} is {written} in {rows}, {how}: is it missing there? (--missing {written})"
