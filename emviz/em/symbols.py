"""Sequences as text, one letter for each symbol: HTTH, ACGT."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emviz.data.table import DataError, Table
from emviz.em.numerics import Array

#: The letter for a symbol that was not observed.
UNSEEN = "?"


def symbol_counts(table: Table, column: str, symbols: Sequence[str]) -> Array:
    """Return the number of times that each symbol occurs in each row, shape (N, S).

    Upper and lower case are the same. Blanks are skipped, and so are unobserved symbols (`UNSEEN`).

    Raises
    ------
    DataError
        At the first row with another letter or without any.
    """
    texts = table.texts(column)
    counts = np.stack(
        [np.strings.count(texts, symbol) + np.strings.count(texts, symbol.lower()) for symbol in symbols],
        axis=-1,
    )
    seen = counts.sum(axis=-1)
    other = np.strings.count(texts, " ") + np.strings.count(texts, UNSEEN)
    bad = np.flatnonzero(seen + other != np.strings.str_len(texts))
    if len(bad):
        text = str(texts[bad[0]])
        wrong = next(letter for letter in text if letter.upper() not in (*symbols, " ", UNSEEN))
        expected = " and ".join([", ".join(symbols[:-1]), symbols[-1]])
        raise DataError(f"expected only {expected}, got {wrong!r} in {text!r}", int(bad[0]) + 1, column)
    empty = np.flatnonzero(seen + np.strings.count(texts, UNSEEN) == 0)
    if len(empty):
        raise DataError(f"there are no {column} in this row", int(empty[0]) + 1, column)
    return counts.astype(np.float64)


def symbol_cells(table: Table, column: str, symbols: Sequence[str]) -> list[list[str]]:
    """Return the counts of `symbol_counts` as texts, a list for each symbol; "" for an invalid row."""
    letters = ["".join(text.upper().split(" ")) for text in table.texts(column).tolist()]
    whole = [bool(text) and set(text) <= {*symbols, UNSEEN} for text in letters]
    pairs = list(zip(letters, whole, strict=True))
    return [[str(text.count(symbol)) if good else "" for text, good in pairs] for symbol in symbols]
