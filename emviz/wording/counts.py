"""Texts of the count table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.table import CountTable, Group
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures, with_minus

Whole: TypeAlias = Sequence[bool]

#: A sequence longer than this is abbreviated to this number of first letters and its counts.
LONGEST, FIRST = 12, 4
#: A group with more symbols than this omits those with count 0.
MOST_SYMBOLS = 4
#: The longest unit that is repeated in each cell; longer ones are only in the heading of the group.
LONGEST_UNIT = 2
#: With more decimals than this, units are only in the heading, to leave space for the numbers.
MOST_PLACES = 2
#: The most estimates of the complete-data case in a text.
MOST_LISTED = 3


def alike_text(rows: Sequence[int] | NDArray[np.intp], most: int) -> str:
    """Return the numbers of the rows that are shown as one: "rows 1, 7, 12"; "" for a row by itself.

    Parameters
    ----------
    most : int
        How many are named: "rows 1, 7, 12 and 15 more".
    """
    if len(rows) < 2:
        return ""
    named, more = ", ".join(f"{row + 1}" for row in rows[:most]), len(rows) - most
    return f"rows {named}" + (f" and {more:,} more" if more > 0 else "")


def share_text(table: CountTable, place: int, completion: int, places: int, whole: bool = False) -> str:
    """Return the text of a share: 0.45, or with a completion that is specific to the row: AB / ab 0.45.

    The only completion of a row is certain, so that it has no number; "" if nothing is hidden.

    Parameters
    ----------
    whole : bool
        True if all shares of the column are 0 or 1, and are shown without decimals.
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
    """Return whether the units of a group are shown in its heading instead of in each cell.

    Parameters
    ----------
    compact : bool
        True if space is short: several units are then always in the heading.
    """
    if compact and len(group.symbols) > 1:
        return True
    few = len(group.symbols) <= MOST_SYMBOLS and all(group.symbols)
    return any(len(symbol) > LONGEST_UNIT for symbol in group.symbols) or (few and places > MOST_PLACES)


def number_texts(counts: Array, places: int, whole: Whole = ()) -> tuple[str, ...]:
    """Return counts with `places` decimals; with none if units count whole and so does their total."""
    numbers = counts.tolist()
    alike = whole or (False,) * len(numbers)
    return tuple(
        [signed(n, 0 if one and n.is_integer() else places) for n, one in zip(numbers, alike, strict=True)]
    )


def signed(value: float, places: int) -> str:
    """Return the number with `places` decimals and a minus sign as wide as a digit."""
    return decimal(value, places).replace("-", "\N{MINUS SIGN}")


def count_text(counts: Array, symbols: Sequence[str], places: int, whole: Whole = ()) -> str:
    """Return expected counts in the notation of the paper: ≈ 2.2 H, 2.2 T; of many, those that are not 0.

    Parameters
    ----------
    whole : sequence of bool
        For each symbol, whether its counts are whole numbers: 24 H, 6 T; empty if none is.
    """
    numbers = number_texts(counts, places, whole)
    pairs = list(zip(numbers, symbols, strict=True))
    exact = bool(whole) and all(whole) and all(n.is_integer() for n in counts.tolist())
    if len(pairs) > MOST_SYMBOLS:
        # If all of them are 0, a single 0 is shown.
        pairs = [pair for pair in pairs if pair[0].strip("\N{MINUS SIGN}0.")] or [(max(numbers, key=len), "")]
    # A symbol that is itself a number, such as the face of a die, precedes its count.
    texts = (f"{symbol}: {n}" if symbol[:1].isdigit() else f"{n} {symbol}".strip() for n, symbol in pairs)
    return f"{'' if exact else '≈ '}{', '.join(texts)}"


def sequence_text(text: str, alphabet: Sequence[str]) -> str:
    """Return a sequence; a long one as its first letters and counts: HHTH… (63 H, 37 T)."""
    if len(text) <= LONGEST:
        return text
    folded = text.casefold()
    counted = ", ".join(f"{folded.count(symbol.casefold())} {symbol}" for symbol in alphabet)
    return f"{text[:FIRST]}… ({counted})"


def reference_text(table: CountTable, places: int, symbol: str) -> str:
    """Return the complete-data case in one line, or "" if the labels are not known.

    Parameters
    ----------
    symbol : str
        The symbol of the parameters to show if there are many.
    """
    if not table.reference:
        return ""
    shown = table.reference
    if len(shown) > MOST_LISTED:
        alike = tuple([each for each in shown if each.label.partition("_")[0] == symbol])
        shown = (alike or tuple(shown))[:MOST_LISTED]
    parts = []
    for update in shown:
        numerator, terms = (with_minus(figures(n, 10)) for n in (update.numerator, sum(update.terms)))
        parts.append(f"{update.label} = {numerator} / {terms} = {signed(update.value, places + 1)}")
    more = len(table.reference) - len(parts)
    return f"complete data: {' · '.join(parts)}{f' · and {more} more' if more else ''}"
