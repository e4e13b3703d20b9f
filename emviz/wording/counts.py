"""What the count table says in words and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.em.views import CountTable, Group

Whole: TypeAlias = Sequence[bool]

#: A sequence longer than this is told by its first letters and its counts, or by as many letters.
LONGEST, FIRST = 12, 4
#: A group with more symbols than this leaves out those that count for nothing.
MOST_SYMBOLS = 4
#: The longest unit that each cell says; with a longer one all units of a group stand in its heading.
LONGEST_UNIT = 2
#: With more decimals than this the units stand in the heading as well, so that the numbers have their room.
MOST_PLACES = 2
#: Estimates of the complete-data case that are told.
MOST_TOLD = 3


def alike_text(rows: Sequence[int] | NDArray[np.intp], most: int) -> str:
    """Return the numbers of the rows that are shown as one: "rows 1, 7, 12"; "" for a row by itself.

    Parameters
    ----------
    most : int
        How many are named: "rows 1, 7, 12 and 15 more".
    """
    if len(rows) < 2:
        return ""
    told, more = ", ".join(f"{row + 1}" for row in rows[:most]), len(rows) - most
    return f"rows {told}" + (f" and {more:,} more" if more > 0 else "")


def share_text(table: CountTable, place: int, completion: int, places: int, whole: bool = False) -> str:
    """Return a share as it stands in its cell: 0.45, or with the row's own completion: AB / ab 0.45.

    The only completion of a row is certain, so that it stands alone; "" where nothing is hidden.

    Parameters
    ----------
    whole : bool
        All shares of the column are 0 or 1, and say so without decimals.
    """
    if table.shares is None:
        return ""
    if table.names is not None and len(table.completions) == 1:
        return table.names[place][completion]
    value = float(table.shares[place, completion])
    share = decimal(value, 0 if whole and value.is_integer() else places + 1)
    name = "" if table.names is None else table.names[place][completion]
    return f"{name}  {share}" if name else share


def units_above(group: Group, places: int, compact: bool = False) -> bool:
    """Return whether the units of a group, or its numbers, are too long for each cell to say the units.

    Parameters
    ----------
    compact : bool
        Room is short: several units stand in the heading whatever they are.
    """
    if compact and len(group.symbols) > 1:
        return True
    few = len(group.symbols) <= MOST_SYMBOLS and all(group.symbols)
    return any(len(symbol) > LONGEST_UNIT for symbol in group.symbols) or (few and places > MOST_PLACES)


def number_texts(counts: Array, places: int, whole: Whole = ()) -> tuple[str, ...]:
    """Return counts with so many decimals; without any where units count whole and so does their total."""
    numbers = counts.tolist()
    alike = whole or (False,) * len(numbers)
    return tuple(
        [signed(n, 0 if one and n.is_integer() else places) for n, one in zip(numbers, alike, strict=True)]
    )


def signed(value: float, places: int) -> str:
    """Return the number with so many decimals and a minus as wide as a digit."""
    return decimal(value, places).replace("-", "\N{MINUS SIGN}")


def count_text(counts: Array, symbols: Sequence[str], places: int, whole: Whole = ()) -> str:
    """Return expected counts as the paper writes them: ≈ 2.2 H, 2.2 T; of many, those that are not 0.

    Parameters
    ----------
    whole : sequence of bool
        For each symbol whether it is counted in whole numbers, 24 H, 6 T; empty where none is.
    """
    return told_counts(number_texts(counts, places, whole), counts, symbols, whole)


def told_counts(numbers: Sequence[str], counts: Array, symbols: Sequence[str], whole: Whole = ()) -> str:
    """Return counts whose numbers are written already, as `count_text` does."""
    pairs = list(zip(numbers, symbols, strict=True))
    exact = bool(whole) and all(whole) and all(n.is_integer() for n in counts.tolist())
    if len(pairs) > MOST_SYMBOLS:
        pairs = [pair for pair in pairs if pair[0].strip("\N{MINUS SIGN}0.")] or [(max(numbers, key=len), "")]
    # A symbol that is itself a number, such as the face of a die, stands before its count.
    told = (f"{symbol}: {n}" if symbol[:1].isdigit() else f"{n} {symbol}".strip() for n, symbol in pairs)
    return f"{'' if exact else '≈ '}{', '.join(told)}"


def sequence_text(text: str, alphabet: Sequence[str]) -> str:
    """Return a sequence as it is, or a long one by its first letters and counts: HHTH… (63 H, 37 T)."""
    if len(text) <= LONGEST:
        return text
    folded = text.casefold()
    counted = ", ".join(f"{folded.count(symbol.casefold())} {symbol}" for symbol in alphabet)
    return f"{text[:FIRST]}… ({counted})"


def reference_text(table: CountTable, places: int, symbol: str) -> str:
    """Return the complete-data case in one line, or nothing where the labels are not known.

    Parameters
    ----------
    symbol : str
        The letter of the parameters that are told where there are many.
    """
    if not table.reference:
        return ""
    told = table.reference
    if len(told) > MOST_TOLD:
        alike = tuple(each for each in told if each.label.partition("_")[0] == symbol)
        told = (alike or tuple(told))[:MOST_TOLD]
    parts = []
    for update in told:
        numerator, terms = (figures(n, 10) for n in (update.numerator, sum(update.terms)))
        parts.append(f"{update.label} = {numerator} / {terms} = {decimal(update.value, places + 1)}")
    more = len(table.reference) - len(parts)
    return f"complete data: {' · '.join(parts)}{f' · and {more} more' if more else ''}"
