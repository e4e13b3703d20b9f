"""Sequences as text, one letter for each symbol: HTTH, ACGT."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import merge

import numpy as np

from emviz.data.table import DataError, Table, Texts
from emviz.em.numerics import Array, Places
from emviz.em.work import blocks, checked

#: The letter for a symbol that was not observed.
UNSEEN = "?"
#: Texts and letters that are counted between two places where the work can be left.
TOGETHER, LETTERS = 20_000, 2**19


def distinct_texts(texts: Texts) -> tuple[Places, Places]:
    """Return the first place of each distinct text, in the order of the texts, and the number of each text.

    Returns
    -------
    integer arrays, shapes (distinct texts,) and (N,)
    """
    number: dict[str, int] = {}
    which = np.empty(len(texts), dtype=np.intp)
    for part in blocks(len(texts), TOGETHER):
        which[part] = [number.setdefault(text, len(number)) for text in texts[part].tolist()]
    first = np.empty(len(number), dtype=np.intp)
    # Backwards, since of several values for one place the last is kept.
    first[which[::-1]] = np.arange(len(texts))[::-1]
    return first, which


def sorted_texts(texts: Texts) -> tuple[list[str], Places]:
    """Return the distinct texts, sorted, and the place of each text among them, shape (N,)."""
    first, which = distinct_texts(texts)
    # Sorted in parts, since a single sort of a million texts takes a second.
    parts = [
        sorted(zip(texts[first[part]].tolist(), range(part.start, part.stop), strict=False))
        for part in blocks(len(first), TOGETHER)
    ]
    names, rank = list[str](), np.empty(len(first), dtype=np.intp)
    for place, (name, number) in enumerate(checked(merge(*parts), TOGETHER)):
        names.append(name)
        rank[number] = place
    return names, rank[which]


def symbol_counts(table: Table, column: str, symbols: Sequence[str]) -> Array:
    """Return the number of times that each symbol occurs in each row, shape (N, S).

    Upper and lower case are the same. Blanks are skipped, and so are unobserved symbols (`UNSEEN`).

    Raises
    ------
    DataError
        At the first row with another letter or without any.
    """
    texts = table.texts(column)
    counts, others = np.empty((len(texts), len(symbols))), np.empty(len(texts))
    each = int(np.strings.str_len(texts).max(initial=1))
    for part in blocks(len(texts), max(1, min(TOGETHER, LETTERS // max(1, each)))):
        counts[part], others[part] = _counted(texts[part], symbols)
    seen = counts.sum(axis=-1)
    bad = np.flatnonzero(others < 0)
    if len(bad):
        text = str(texts[bad[0]])
        wrong = next(letter for letter in text if letter.upper() not in (*symbols, " ", UNSEEN))
        expected = " and ".join([", ".join(symbols[:-1]), symbols[-1]])
        raise DataError(f"expected only {expected}, got {wrong!r} in {text!r}", int(bad[0]) + 1, column)
    empty = np.flatnonzero(seen + others == 0)
    if len(empty):
        raise DataError(f"there are no {column} in this row", int(empty[0]) + 1, column)
    return counts


def _counted(texts: Texts, symbols: Sequence[str]) -> tuple[Array, Array]:
    """Return the counts of symbols in some texts, and of unobserved ones: −1 where other letters are."""
    found = [np.strings.count(texts, each) + np.strings.count(texts, each.lower()) for each in symbols]
    counts, unseen = np.stack(found, axis=-1), np.strings.count(texts, UNSEEN)
    whole = counts.sum(axis=-1) + unseen + np.strings.count(texts, " ") == np.strings.str_len(texts)
    return counts, np.where(whole, unseen, -1)


def symbol_cells(table: Table, column: str, symbols: Sequence[str]) -> list[list[str]]:
    """Return the counts of `symbol_counts` as texts, a list for each symbol; "" for an invalid row."""
    letters = ["".join(text.upper().split(" ")) for text in table.texts(column).tolist()]
    whole = [bool(text) and set(text) <= {*symbols, UNSEEN} for text in letters]
    pairs = list(zip(letters, whole, strict=True))
    return [[str(text.count(symbol)) if good else "" for text, good in pairs] for symbol in symbols]
