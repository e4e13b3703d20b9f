"""Detection of the delimiter of a text file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from emviz.data.cells import is_missing, is_number, is_tosses
from emviz.data.header import is_short
from emviz.data.lines import BLANKS

# In order of precedence for ties: commas also occur in prose and numbers, and blanks everywhere.
DELIMITERS = ("\t", ";", "|", ",", BLANKS)

#: A number with separators of thousands and another decimal sign, such as 2.942,75.
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:[.'’][0-9]{3})+,|(?:[,'’][0-9]{3})+\.)[0-9]+")


def likeliest_delimiter(trials: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """Return the delimiter that gives rows of the most consistent width, with cells that are data.

    Parameters
    ----------
    trials : mapping of str to sequences of str
        The first rows as cut by each delimiter.
    """
    if len(trials) == 1:
        return next(iter(trials))
    scores = {delimiter: _score(rows) for delimiter, rows in trials.items()}
    # A delimiter occurs in the header as often as below; a comma within numbers does not.
    if not _is_even(trials[","]) and any(_is_even(trials[sign]) for sign in "\t;|"):
        scores[","] = 0.0
    if not _is_cut_by_blanks(trials[BLANKS]) or any(
        _is_cut_alike(rows) and _stands_in_words(sign, trials[BLANKS])
        for sign, rows in trials.items()
        if sign != BLANKS
    ):
        scores[BLANKS] = 0.0
    return max(DELIMITERS, key=lambda each: scores[each]) if any(scores.values()) else ","


def _is_cut_alike(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether all rows below the first have the same number of cells, more than one."""
    widths = {len(row) for row in rows[1:]}
    return len(widths) == 1 and widths != {1}


def _is_even(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether all rows including the first have the same number of cells, more than one."""
    return len(rows) > 1 and len(rows[0]) == len(rows[1]) and _is_cut_alike(rows)


def _stands_in_words(sign: str, rows: Sequence[Sequence[str]]) -> bool:
    """Return whether cells cut at blanks contain this sign, other than in numbers; a tab never remains."""
    words = (cell for cell in chain(*rows[1:]) if not is_number(cell))
    return any(sign == "\t" or sign in cell for cell in words)


def _is_cut_by_blanks(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether blanks separate cells: rows of one width, and a column of numbers or single letters.

    Some cells of that column may be missing.
    """
    body = rows[1:] or rows
    even = len({len(row) for row in body}) == 1 and len(body[0]) > 1
    if not even or not (len(rows[0]) == len(body[0]) or is_short(rows)):
        return False
    return any(map(_is_regular, zip(*body, strict=True)))


def _is_regular(column: Sequence[str]) -> bool:
    """Return whether the cells of a column are numbers or single letters, and fewer than half are missing."""
    seen = [cell for cell in column if not is_missing(cell)]
    regular = all(is_number(cell) or (len(cell) == 1 and cell.isalnum()) for cell in seen)
    return regular and 2 * len(seen) > len(column)


def _score(rows: Sequence[Sequence[str]]) -> float:
    """Return the fraction of rows with the usual width, up to doubled if their cells are data."""
    width, hits = usual_width(rows)
    if width < 2:
        return 0.0
    cells = [cell for row in rows if len(row) == width for cell in row]
    return hits / len(rows) * (1 + sum(map(_is_data, cells)) / len(cells))


def usual_width(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return the most frequent width of rows and its frequency; 0 and 0 without rows."""
    widths = Counter(map(len, rows))
    return max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))


def _is_data(cell: str) -> bool:
    return is_number(cell) or is_tosses(cell) or GROUPED.fullmatch(cell.strip()) is not None
