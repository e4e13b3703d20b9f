"""Rows that are not data: units, totals, remarks, empty rows at the end, and repeated names."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

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
    gesamtergebnis ergebnis teilergebnis zwischensumme
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
#: Description of a row that sums up others.
TOTAL = "a total or a mean"
#: What counters of reads write among the genes: HTSeq below them, STAR above.
UNCOUNTED = re.compile(
    r"__(no_feature|ambiguous|too_low_aQual|not_aligned|alignment_not_unique)"
    r"|N_(unmapped|multimapping|noFeature|ambiguous)"
)
#: Most rows that are searched for subtotals, and most of these.
MOST_ROWS, MOST_TOTALS = 10_000, 200
#: The digits behind the decimal sign of a number, its power of ten and its percent sign.
DIGITS = re.compile(r"(?:[.,](\d+))?(?:[eE]([+-]?\d+))?\s*(%?)$")
RULE = re.compile(r"[|:+]?[-=_—–+]{2,}[|:+]?")
#: Minimum rows for an unmarked row of sums, and minimum of its values.
SUMMED, LARGE = 5, 10.0
#: Most probable accident by which a row of data without a label has the means of all its columns.
ACCIDENT = 1e-4


def margins(table: Table) -> dict[int, str]:
    """Return the indices of rows that do not look like data, each with a description."""
    found = {**_among(table), **dict.fromkeys(np.flatnonzero(_again(table)).tolist(), AGAIN)}
    if not found:
        return _margins(table)
    rest = np.ones(table.rows, dtype=np.bool)
    rest[[*found]] = False
    kept = np.flatnonzero(rest).tolist()
    totals = {int(np.count_nonzero(rest[:row])) for row, why in found.items() if why == TOTAL}
    found |= {kept[row]: why for row, why in _margins(table.where(rest), totals).items()}
    return dict(sorted(found.items()))


def _among(table: Table) -> dict[int, str]:
    """Return the rows anywhere that say by their first cell that they are no data, and by their numbers."""
    if table.rows > MOST_ROWS or len(table.names) < 2 or table.is_numeric(table.names[0]):
        return {}
    texts = table.texts(table.names[0]).tolist()
    found = {row: "reads of no gene" for row, text in enumerate(texts) if UNCOUNTED.fullmatch(text)}
    marked = [row for row, text in enumerate(texts) if _ends_in_total(text)]
    numbers = [name for name in table.names[1:MOST_COLUMNS] if marked and table.is_numeric(name)]
    if not numbers or len(marked) > MOST_TOTALS:
        return found
    plain, start = np.setdiff1d(np.arange(table.rows), marked), 0
    for row in marked:
        block, every = np.arange(start, row), plain[plain < row]
        if any(_summarised(table, numbers, rows, row) for rows in (block, every)):
            found[row] = TOTAL
            start = row + 1
    return found


def _again(table: Table) -> Mask:
    """Return the rows that repeat the names of the columns, as in concatenated files, shape (rows,)."""
    found = np.zeros(table.rows, dtype=np.bool)
    names = table.names[:MOST_COLUMNS]
    # A numeric column contains no names, not even its own if that is a number.
    if len(names) > 1 and not any(map(table.is_numeric, checked(names))):
        for row in np.flatnonzero(table.texts(names[0]) == names[0]).tolist():
            found[row] = all(table.cell(row, name).strip() == name for name in names)
    return found


def _margins(table: Table, totals: Collection[int] = ()) -> dict[int, str]:
    """Return the rows above and below the data.

    Parameters
    ----------
    totals : collection of int
        The rows above which a total or a mean was found already.
    """
    top, bottom = _top(table), table.rows
    found = dict.fromkeys(range(top), "names or units")
    low: dict[int, str] = {}
    while bottom - top > FEWEST and (why := _below(table, bottom - 1, top)):
        bottom -= 1
        low[bottom] = why
    # n or a spread only counts as a summary row together with a mean or a total.
    summed = TOTAL in low.values() or bottom in totals
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
        return TOTAL if _letters(text) in TOTALS else "a spread"
    gap = len(written) < len(cells)
    if _are_sums(table, numbers, row, top, gap):
        return "the sums of the columns"
    measured = [name for name in numbers if cells[name]]
    bare = len(numbers) == len(cells) > 1
    many = (gap and row - top > FEWEST) or (bare and row - top >= SUMMED)
    if many and all(map(table.is_numeric, measured)) and _are_means(table, measured, top, row):
        return "the means of the columns"
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


def _ends_in_total(text: str) -> bool:
    """Return whether a label begins or ends with a word for a total or a mean: Subtotal A, or A Total."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return bool(words) and not TOTALS.isdisjoint((words[0], words[-1], "".join(words)))


# Means and sums beyond floats are infinite, and no cell is.
@np.errstate(over="ignore", invalid="ignore")
def _summarised(table: Table, names: Sequence[str], rows: NDArray[np.intp], row: int) -> bool:
    """Return whether the numbers of a row are all sums, all means or all medians of those of other rows."""
    found = []
    for name in names:
        values = table.numbers(name, holes=True)
        known = values[rows][~np.isnan(values[rows])]
        if not len(known):
            return False
        found.append([_is_close(table, name, row, f(known)) for f in (np.sum, np.mean, np.median)])
    return bool(np.all(found, axis=0).any())


@np.errstate(over="ignore", invalid="ignore")
def _are_means(table: Table, names: Sequence[str], top: int, row: int) -> bool:
    """Return whether the numbers of a row are the means of all above, and by no accident."""
    accident = 1.0
    for name in names:
        above = table.numbers(name, holes=True)[top:row]
        spread = float(np.nanmax(above) - np.nanmin(above))
        if not (spread > 0 and _is_close(table, name, row, np.nanmean(above))):
            return False
        # A row of data may be anywhere between the least and the largest value.
        accident *= min(1.0, 2 * _slack(table.cell(row, name)) / spread)
    return accident <= ACCIDENT


def _is_close(table: Table, name: str, row: int, value: np.floating) -> bool:
    """Return whether a cell is a value, rounded to the digits that are written."""
    slack = _slack(table.cell(row, name)) * (1 + 1e-6)
    return bool(abs(value - table.numbers(name, holes=True)[row]) <= slack)


def _slack(cell: str) -> float:
    """Return half a unit of the last digit of a number as written: 0.005 for 1.25 and 5e-5 for 12.5e-3."""
    found = DIGITS.search(cell.strip())
    behind, power, percent = found.groups(default="") if found else ("", "", "")
    return float(f"5e{int(power or 0) - len(behind) - 2 * bool(percent) - 1}")


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
