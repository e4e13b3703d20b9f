"""Rows that are not data: units, totals, remarks, empty rows at the end, and repeated names."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from emviz.data.cells import is_missing, is_number
from emviz.data.notation import notation_of
from emviz.data.table import Mask, Numbers, Table
from emviz.em.work import checked

#: Rows and columns that are sampled, minimum rows of data, and maximum rows of names and units.
LOOKED_AT, MOST_COLUMNS, FEWEST, MOST_NAMES = 50, 100, 2, 3

#: Words that mark a row of sums or of means.
TOTALS = frozenset(
    """
    total totals grandtotal subtotal sum sums overall summe gesamt gesamtsumme insgesamt somme totale
    mean means average averages avg mittelwert mittelwerte mittel durchschnitt moyenne median
    """.split()
)
#: Words that mark further rows of a summary.
SPREADS = frozenset(
    """
    sd std stdev stddev standarddeviation standardabweichung se sem var variance min max n count
    """.split()
)
UNITS = frozenset(
    """
    cm mm µm um nm km kg mg µg ug ng ms sec min days years °c ml µl ul mol mmol % hz khz
    pa kpa bar mv ma kw kj ppm bpm mmhg usd eur unit units einheit
    """.split()
)
REMARK = re.compile(
    r"[*†‡§]|\d\)|\(\d+ rows?\)"
    r"|(source|note|remark|legend|quelle|anmerkung|hinweis|stand|data)\w*\s*:",
    re.IGNORECASE,
)
#: Number of words from which a cell is a sentence.
SENTENCE = 4
#: Description of a row that repeats the names of the columns.
AGAIN = "the names of the columns again"
RULE = re.compile(r"[|:+]?[-=_—–+]{2,}[|:+]?")
#: Minimum rows for an unmarked row of sums, and minimum of its values.
SUMMED, LARGE = 5, 10.0


def margins(table: Table) -> dict[int, str]:
    """Return the indices of rows that do not look like data, each with a description."""
    again = _again(table)
    if not again.any():
        return _margins(table)
    kept = np.flatnonzero(~again).tolist()
    found = {kept[row]: why for row, why in _margins(table.where(~again)).items()}
    return dict(sorted({**found, **dict.fromkeys(np.flatnonzero(again).tolist(), AGAIN)}.items()))


def _again(table: Table) -> Mask:
    """Return the rows that repeat the names of the columns, as in concatenated files, shape (rows,)."""
    found = np.zeros(table.rows, dtype=np.bool)
    names = table.names[:MOST_COLUMNS]
    # A numeric column contains no names, not even its own if that is a number.
    if len(names) > 1 and not any(map(table.is_numeric, checked(names))):
        for row in np.flatnonzero(table.texts(names[0]) == names[0]).tolist():
            found[row] = all(table.cell(row, name).strip() == name for name in names)
    return found


def _margins(table: Table) -> dict[int, str]:
    """Return the rows above and below the data."""
    top, bottom = _top(table), table.rows
    found = dict.fromkeys(range(top), "names or units")
    low: dict[int, str] = {}
    while bottom - top > FEWEST and (why := _below(table, bottom - 1, top)):
        bottom -= 1
        low[bottom] = why
    # n or a spread only counts as a summary row together with a mean or a total.
    summed = "a total or a mean" in low.values()
    while not summed and "a spread" in low.values():
        low.pop(min(low))
    return {**found, **dict(sorted(low.items()))}


def _top(table: Table) -> int:
    """Return the number of rows with names and units, judged by the rows below them."""
    for top in range(min(MOST_NAMES, table.rows - FEWEST), 0, -1):
        below = range(top, min(table.rows, top + LOOKED_AT))
        # If only 0 follows below letters, these are rather codes for a missing allele.
        columns = [
            name
            for name in _of_numbers(table, below)
            if any(table.cell(row, name).strip() not in ("", "0") for row in below)
        ]
        rows = [
            ["---"] if _is_rule(table, row) else [table.cell(row, name).strip() for name in columns]
            for row in range(top)
        ]
        if all(map(_names, (rows[0], rows[-1]))) and all(_names(cells) or not any(cells) for cells in rows):
            return top
    return 0


def _names(cells: Sequence[str]) -> bool:
    """Return whether the cells above numeric columns are words."""
    words = [cell for cell in cells if not is_missing(cell)]
    if not words or any(cell[0].isdigit() or cell[0] in "<>≤≥~±+−-.," for cell in words):
        return all(map(RULE.fullmatch, words)) and bool(words)
    return len(words) > 1 or all(_is_unit(word) for word in words)


def _is_rule(table: Table, row: int) -> bool:
    """Return whether a row is a line of hyphens or similar."""
    cells = [cell for name in table.names[:MOST_COLUMNS] if (cell := table.cell(row, name).strip())]
    return len(table.names) > 1 and bool(cells) and all(map(RULE.fullmatch, cells))


def _is_unit(word: str) -> bool:
    return (word[0] + word[-1]) in ("[]", "()") or word.lower() in UNITS


def _below(table: Table, row: int, top: int) -> str:
    """Return what a row below the data looks like; "" if it is data."""
    cells = {name: table.cell(row, name).strip() for name in table.names[:MOST_COLUMNS]}
    written = {name: cell for name, cell in cells.items() if cell}
    if not written:
        return "empty" if len(cells) > 1 else ""  # a single empty cell may be a missing value
    if _is_rule(table, row):
        return "a rule"
    numbers = _of_numbers(table, range(max(top, row - LOOKED_AT), row))
    first, text = next(iter(written.items()))
    if numbers and _letters(text) in TOTALS | SPREADS:
        return "a total or a mean" if _letters(text) in TOTALS else "a spread"
    if _are_sums(table, numbers, row, top, len(written) < len(cells)):
        return "the sums of the columns"
    if not numbers or _is_amount(text):
        return ""
    alone = len(written) == 1 and len(cells) > 1
    return "a remark" if alone and (first in numbers or _is_remark(text)) else ""


def _are_sums(table: Table, columns: Sequence[str], row: int, top: int, gap: bool) -> bool:
    """Return whether a row has the sums of all numeric columns, beside an empty cell or below many rows."""
    if row - top < (FEWEST if gap else SUMMED) or not columns or not all(map(table.is_numeric, columns)):
        return False
    if len(columns) < 2 and not gap:
        return False
    read = (table.numbers(name, holes=True)[top : row + 1] for name in columns)
    return all(_is_sum(values) for values in read) and any(
        float(table.numbers(name, holes=True)[row]) >= LARGE for name in columns
    )


# A sum beyond floats is infinite, and no cell is.
@np.errstate(over="ignore", invalid="ignore")
def _is_sum(values: Numbers) -> bool:
    """Return whether the last number is the sum of the others, and larger than each."""
    above, last = values[:-1], float(values[-1])
    if not last > np.nanmax(above):
        return False
    return bool(abs(np.nansum(above) - last) <= 1e-9 * np.nansum(np.abs(above)))


def _is_remark(text: str) -> bool:
    return REMARK.match(text) is not None or len(text.split()) >= SENTENCE


def _of_numbers(table: Table, rows: Sequence[int]) -> list[str]:
    """Return the columns in which these rows have only numbers and missing cells."""
    found = []
    for name in table.names[:MOST_COLUMNS]:
        cells = [cell for row in rows if not is_missing(cell := table.cell(row, name))]
        if cells and all(map(_is_amount, cells)):
            found.append(name)
    return found


def _is_amount(cell: str) -> bool:
    return is_number(cell) or notation_of((cell,), ".") is not None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())
