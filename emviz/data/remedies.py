"""Advice on cells with a number and something else: a unit, a currency, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NUMBER = r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)"
#: Examples: 12 kg, 3.5mmol/l; and CHF 5, Fr. 5.
BEHIND = re.compile(rf"({NUMBER})\s*([^\d\s.,;:()<>=-][^\d\s]{{0,9}})")
BEFORE = re.compile(rf"([^\W\d_]{{1,3}}\.?)\s+({NUMBER})")
#: Characters that a word for a missing cell does not contain, and the most such words in a sentence.
NO_WORD = re.compile(r"[\d,\"]")
MOST_WORDS = 5
#: What needs no quotes in a shell.
PLAIN = re.compile(r"[\w.,:=+/@%-]*")
MARKED = re.compile(rf"({NUMBER})\s*[*†‡§#]+")
BRACKETS = re.compile(rf"\(({NUMBER})\)")
#: 3,75 among numbers with a point, and 1,234, whose comma may separate thousands.
COMMA, THOUSANDS = re.compile(r"([+-]?\d*),(\d+)"), re.compile(r"[+-]?\d{1,3},\d{3}")


def remedy(cell: str) -> str:
    """Return the advice for a cell: "write 12, and a unit in the name of the column".

    "" if it has only a word, or several numbers.
    """
    bare = cell.strip()
    # A number alone is refused only where others have a percent sign.
    if re.fullmatch(rf"{NUMBER}\s*%?", bare) and not COMMA.fullmatch(bare):
        return "write a % behind every number of the column, or behind none"
    if found := BRACKETS.fullmatch(bare):
        return f"write -{found[1]} if the brackets mean a minus, otherwise {found[1]}"
    if found := COMMA.fullmatch(bare):
        advice = f"write {found[1]}.{found[2]}"
        return f"{advice}, or {found[1]}{found[2]}" if THOUSANDS.fullmatch(bare) else advice
    if bare.endswith("+") and re.fullmatch(NUMBER, bare[:-1].strip()):
        return f"{bare[:-1].strip()} or more is not one number"
    if found := MARKED.fullmatch(bare):
        return f"write {found[1]} without the mark, or leave the cell empty"
    parts = _parts(bare)
    return f"write {parts[0]}, and a unit in the name of the column" if parts else ""


def common_remedy(cells: Sequence[str]) -> str:
    """Return the advice for the first of cells that all have a number and the same word; otherwise ""."""
    parts = [_parts(cell.strip()) for cell in cells]
    words = {each[1] if each else "" for each in parts}
    return remedy(cells[0]) if len(words) == 1 and "" not in words else ""


def missing_remedy(cells: Iterable[str]) -> str:
    """Return a question whether the cells that keep a column from being numeric are missing.

    "" if there are more than a few different ones, or if one may contain a number.
    """
    kinds: dict[str, None] = {}
    for cell in cells:
        kinds[cell.strip()] = None
        if len(kinds) > MOST_WORDS or NO_WORD.search(cell):
            return ""
    are = "is it" if len(kinds) == 1 else f"are {', '.join(kinds)}"
    return f"{are} missing there? {by_option(kinds)}"


def by_option(written: Iterable[str]) -> str:
    """Return the option that declares codes for missing: "(--missing unknown)"."""
    return option("missing", dict.fromkeys(each.strip().lower() for each in written))


def option(name: str, values: Iterable[str]) -> str:
    """Return an option as it may be typed in a shell: "(--drop age)", or in quotes if a value needs them."""
    text = ",".join(values)
    return f"(--{name} {text})" if PLAIN.fullmatch(text) else f'(--{name} "{text}")'


def _parts(bare: str) -> tuple[str, str] | None:
    """Return the number and the word in a cell of two such parts."""
    if found := BEHIND.fullmatch(bare):
        return found[1], found[2]
    found = BEFORE.fullmatch(bare)
    return (found[2], found[1]) if found else None
