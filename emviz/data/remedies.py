"""What to write in place of a cell that holds a number and something else: a unit, a currency, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NUMBER = r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)"
#: 12 kg, 3.5mmol/l; and CHF 5, Fr. 5.
BEHIND = re.compile(rf"({NUMBER})\s*([^\d\s.,;:()<>=-][^\d\s]{{0,9}})")
BEFORE = re.compile(rf"([^\W\d_]{{1,3}}\.?)\s+({NUMBER})")
#: What a word for a missing cell does not hold, and kinds of them that a sentence names.
NO_WORD = re.compile(r"[\d,\"]")
MOST_WORDS = 5
BRACKETS = re.compile(rf"\(({NUMBER})\)")
#: 3,75 among numbers with a point, and 1,234, whose comma may stand between thousands.
COMMA, THOUSANDS = re.compile(r"([+-]?\d*),(\d+)"), re.compile(r"[+-]?\d{1,3},\d{3}")


def remedy(cell: str) -> str:
    """Return what to write in place of a cell: "write 12, and a unit in the name of the column".

    "" where it holds nothing but a word, or several numbers.
    """
    bare = cell.strip()
    if found := BRACKETS.fullmatch(bare):
        return f"write -{found[1]} if the brackets stand for a minus, else {found[1]}"
    if found := COMMA.fullmatch(bare):
        told = f"write {found[1]}.{found[2]}"
        return f"{told}, or {found[1]}{found[2]}" if THOUSANDS.fullmatch(bare) else told
    parts = _parts(bare)
    return f"write {parts[0]}, and a unit in the name of the column" if parts else ""


def common_remedy(cells: Sequence[str]) -> str:
    """Return the same for the first of cells that all hold a number and one and the same word."""
    parts = [_parts(cell.strip()) for cell in cells]
    words = {each[1] if each else "" for each in parts}
    return remedy(cells[0]) if len(words) == 1 and "" not in words else ""


def missing_remedy(cells: Iterable[str]) -> str:
    """Return the question whether cells that keep a column from being numbers are missing.

    "" where there are more than a few kinds of them, or one may hold a number.
    """
    kinds: dict[str, None] = {}
    for cell in cells:
        kinds[cell.strip()] = None
        if len(kinds) > MOST_WORDS or NO_WORD.search(cell):
            return ""
    are = "is it" if len(kinds) == 1 else f"are {', '.join(kinds)}"
    return f"{are} missing there? {by_option(kinds)}"


def by_option(written: Iterable[str]) -> str:
    """Return how to say what a missing cell holds: "(--missing unknown)"."""
    codes = ",".join(dict.fromkeys(each.strip().lower() for each in written))
    return f'(--missing "{codes}")' if " " in codes or "*" in codes else f"(--missing {codes})"


def _parts(bare: str) -> tuple[str, str] | None:
    """Return the number and the word in a cell of two such parts."""
    if found := BEHIND.fullmatch(bare):
        return found[1], found[2]
    found = BEFORE.fullmatch(bare)
    return (found[2], found[1]) if found else None
