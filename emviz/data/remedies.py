"""What to write in place of a cell that holds a number and something else: a unit, a currency, brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)"
#: 12 kg, 3.5mmol/l; and CHF 5, Fr. 5.
BEHIND = re.compile(rf"({NUMBER})\s*([^\d\s.,;:()<>=-][^\d\s]{{0,9}})")
BEFORE = re.compile(rf"([^\W\d_]{{1,3}}\.?)\s+({NUMBER})")
BRACKETS = re.compile(rf"\(({NUMBER})\)")


def remedy(cell: str) -> str:
    """Return what to write in place of a cell: "write 12, and a unit in the name of the column".

    "" where it holds nothing but a word, or several numbers.
    """
    bare = cell.strip()
    if found := BRACKETS.fullmatch(bare):
        return f"write -{found[1]} if the brackets stand for a minus, else {found[1]}"
    parts = _parts(bare)
    return f"write {parts[0]}, and a unit in the name of the column" if parts else ""


def common_remedy(cells: Sequence[str]) -> str:
    """Return the same for the first of cells that all hold a number and one and the same word."""
    parts = [_parts(cell.strip()) for cell in cells]
    words = {each[1] if each else "" for each in parts}
    return remedy(cells[0]) if len(words) == 1 and "" not in words else ""


def _parts(bare: str) -> tuple[str, str] | None:
    """Return the number and the word in a cell of two such parts."""
    if found := BEHIND.fullmatch(bare):
        return found[1], found[2]
    found = BEFORE.fullmatch(bare)
    return (found[2], found[1]) if found else None
