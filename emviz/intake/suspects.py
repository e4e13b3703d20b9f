"""Values that are often codes for missing ones, if they differ from all others in a column."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from emviz.data.cells import is_number
from emviz.data.column import Numbers, format_number
from emviz.data.remedies import by_option
from emviz.data.table import Table
from emviz.data.things import things

#: Codes of statistics packages: far from all other numbers, or negative among positive numbers.
SUSPECTS = (
    *(-7, -8, -9, -66, -77, -88, -97, -98, -99, -777, -888, -997, -998, -999, -8888, -9999, -99999),
    *(77, 88, 97, 98, 99, 777, 888, 997, 998, 999, 7777, 8888, 9999, 99999),
    *(-99.9, -999.9, -9999.9, 999.9, 9999.9),
    # The least and the largest whole numbers of 16 and 32 bits.
    *(-32768, 32767, -2147483648, 2147483647),
)
BELOW = (-1, *(code for code in SUSPECTS if code < 0))
LEAST = min(map(abs, SUSPECTS))
#: Codes on a one-digit scale, such as answers from 1 to 5.
ON_SCALE, HIGHEST = (8, 9), 7
#: Codes among words, if no other word is a number.
WRITTEN = [*map(str, SUSPECTS), "0", "-1", "9"]
#: A number that may have a point between thousands, a number below a thousand, and the cells read for them.
POINTED, PLAIN, LOOKED_AT = re.compile(r"[1-9]\d{0,2}\.\d{3}"), re.compile(r"[1-9]\d{2}"), 1000
#: Words for a missing value, in lower case.
WORDS = frozenset(
    {"unknown", "unk", "missing", "not done", "not known", "not tested", "not measured", "not recorded"}
    | {"not available", "unavailable", "pending", "untested", "nd", "n.d.", "dk", "don't know", "refused"}
    | {"*", "unbekannt", "fehlt", "inconnu", "desconocido", "sconosciuto"}
)
#: How spreadsheets write MARCH1, 10-14 or 2310009E13 once they have taken it for a date or a number.
MONTH = r"(jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez)\.?"
CONVERTED = re.compile(
    rf"\d\d?[-./ ]{MONTH}|{MONTH}[-./ ]\d\d?|\d{{4}}-\d\d-\d\d( 00:00:00)?|\d(\.\d+)?E\+\d\d", re.IGNORECASE
)
#: The most columns that are searched for them, and the most that a sentence shows.
MOST_COLUMNS, MOST_SHOWN = 100, 3
#: Minimum number of other values; beside a 0, which is often a real measurement; and beside a lone number.
FEWEST, FEWEST_BESIDE_ZERO, FEWEST_ALONE = 3, 10, 10


def suspect(table: Table, name: str) -> str | None:
    """Return a sentence if a numeric column seems to contain a code for a missing value."""
    if not table.is_numeric(name):
        return _among_words(table, name)
    values = table.numbers(name, holes=True)
    values = values[~np.isnan(values)]
    others, codes = _apart(values, SUSPECTS) if (np.abs(values) >= LEAST).any() else (values, values[:0])
    if len(codes) and len(others) >= FEWEST:
        low, high = float(others.min()), float(others.max())
        if np.maximum(low - codes, codes - high).min() > high - low:
            return _asked(name, codes, "far from all others")
        if codes.max() < 0 < low and len(codes) > 1:
            return _asked(name, codes, "and all others are above 0")
    found = _on_scale(name, values) or _zeros(name, values) or _negative(name, values)
    return found or _thousands(table, name, values)


def _apart(values: Numbers, suspects: Sequence[float]) -> tuple[Numbers, Numbers]:
    """Return the other numbers, and the codes that are outside their range."""
    coded = np.isin(values, suspects)
    others = values[~coded]
    if len(others):
        coded &= (values < others.min()) | (values > others.max())
    return values[~coded], values[coded]


def _on_scale(name: str, values: Numbers) -> str | None:
    """Return the sentence for 8 and 9 after a complete scale that starts at 0 or 1."""
    others, codes = _apart(values, ON_SCALE)
    if not len(codes) or len(others) < FEWEST:
        return None
    scale = np.unique(others)
    low, high = float(scale[0]), float(scale[-1])
    gapless = np.array_equal(scale, np.arange(low, high + 1))
    if low not in (0, 1) or not gapless or not low < high <= HIGHEST or codes.min() <= high + 1:
        return None
    return _asked(name, codes, f"where all others are from {low:.0f} to {high:.0f}")


def _zeros(name: str, values: Numbers) -> str | None:
    """Return the sentence for a 0 in several rows, twice as far from the others as they are apart."""
    zero = values == 0
    if not 1 < np.count_nonzero(zero) < len(values) / 2:
        return None
    others = np.unique(values[~zero])
    if len(others) < FEWEST_BESIDE_ZERO or others[0] < 0:
        return None
    apart = others[0] > 2 * np.diff(others).max()
    return _asked(name, values[zero], "far from all others") if apart else None


def _negative(name: str, values: Numbers) -> str | None:
    """Return the sentence for a code below 0 among whole numbers that are otherwise above 0."""
    negative, others = values[values < 0], values[values >= 0]
    enough = len(others) >= (FEWEST if len(negative) > 1 else FEWEST_ALONE)
    if not len(negative) or not enough or negative.min() < negative.max() or negative[0] not in BELOW:
        return None
    measured = np.any(others == 0) or np.any(others % 1)
    return None if measured else _asked(name, negative, "and all others are above 0")


def _thousands(table: Table, name: str, values: Numbers) -> str | None:
    """Return the question whether the point of 1.162 beside 185 separates thousands."""
    broken = values[values % 1 > 0] if len(values) and values.min() >= 1 else values[:0]
    if not len(broken) or np.any(np.abs(np.round(1000 * broken) - 1000 * broken) > 1e-6):
        return None
    cells = {table.cell(row, name).strip() for row in range(min(table.rows, LOOKED_AT))} - {""}
    pointed = [cell for cell in cells if POINTED.fullmatch(cell)]
    plain = [cell for cell in cells if PLAIN.fullmatch(cell)]
    if len(pointed) < FEWEST or not plain or len(pointed) + len(plain) < len(cells):
        return None
    if min(map(float, plain)) <= max(map(float, pointed)):
        return None
    one = min(pointed)
    way = f"does the point separate thousands? Then write {one.replace('.', '')}"
    return f"{name}: {one} beside {min(plain)}: {way}"


def _among_words(table: Table, name: str) -> str | None:
    """Return the sentence for words or a number that stand for a missing cell among other words."""
    texts = table.texts(name)[~table.missing(name)]
    kinds = dict(zip(*(each.tolist() for each in np.unique(texts, return_counts=True)), strict=True))
    words = [text for text in kinds if text.strip().lower() in WORDS]
    coded = [text for text in kinds if text in WRITTEN]
    others = [text for text in kinds if text not in words and text not in coded]
    if not others:
        return None
    found = words if any(map(is_number, others)) else [*words, *coded]
    return _question(name, found, sum(kinds[each] for each in found), "among words") if found else None


def converted(table: Table) -> list[str]:
    """Return sentences on names, of columns too, that a spreadsheet seems to have turned into dates."""
    names = table.names[:MOST_COLUMNS]
    kinds = {name: table.texts(name).tolist() for name in names if not table.is_numeric(name)}
    told = []
    for where, texts in {**kinds, "names of columns": names}.items():
        if found := _converted(texts):
            more = " …" if len(found) > MOST_SHOWN else ""
            told.append(f"{where}: {', '.join(found[:MOST_SHOWN])}{more} {_was(len(found))}")
    return told


def _converted(texts: Sequence[str]) -> list[str]:
    """Return the distinct texts that look like dates, unless at least half of all do."""
    kinds = [*map(str.strip, dict.fromkeys(texts))]
    found = list(filter(CONVERTED.fullmatch, kinds))
    return found if 2 * len(found) < len(kinds) else []


def _was(many: int) -> str:
    if many == 1:
        return "looks like a name that a spreadsheet has turned into a date: write it again as it was"
    return "look like names that a spreadsheet has turned into dates: write them again as they were"


def _asked(name: str, codes: Numbers, how: str) -> str:
    return _question(name, [format_number(code) for code in np.unique(codes).tolist()], len(codes), how)


def _question(name: str, written: Sequence[str], many: int, how: str) -> str:
    named = " or ".join(each.strip() for each in written)
    return f"{name}: {named} in {things(many, 'row')}, {how}: is it missing there? {by_option(written)}"
