"""The symbols of a whole sequence in one cell: adjacent, or separated."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: The separators of symbols, in words; tabs are only ever written by a layout.
WAYS = {
    "tabs": "symbols between tabs",
    "semicolons": "symbols between semicolons",
    "commas": "symbols between commas",
    "blanks": "symbols between blanks",
    "hyphens": "symbols between hyphens",
    "letters": "symbols side by side",
}
#: The letters of DNA and RNA, and those for a base that is not known; a sequence has four of the first.
BASES, OPEN, MOST_BASES = frozenset("ACGTU"), frozenset("NRYKMSWBDHV"), 4
SIGNS = {"tabs": "\t", "semicolons": ";", "commas": ",", "hyphens": "-"}
BRACKETS = re.compile(r"^[\[({]\s*|\s*[\])}]$")


def way_of(texts: Sequence[str]) -> str:
    """Return the separator of the symbols in these cells, a key of WAYS.

    A hyphen separates symbols if it never comes first, last or twice in a row, and there are at least two
    different symbols, some of them repeated; otherwise it is a gap, or a symbol.
    """
    bare = [_bare(text) for text in texts]
    for way in ("tabs", "semicolons", "commas"):
        if any(SIGNS[way] in text for text in bare):
            return way
    if any(" " in text for text in bare):
        return "blanks"
    parts = [text.split("-") for text in bare]
    tokens = [part for own in parts for part in own]
    apart = any(len(own) > 1 for own in parts) and all(len(own) > 1 or len(own[0]) <= 1 for own in parts)
    again = len(set(tokens)) < len(tokens) or all(len(token) == 1 for token in tokens)
    return "hyphens" if apart and again and all(tokens) and len(set(tokens)) > 1 else "letters"


def ways_in(texts: Sequence[str]) -> list[str]:
    """Return the possible separators in these cells, the likeliest first."""
    found, held = way_of(texts), "".join(map(_bare, texts))
    others = [way for way, sign in SIGNS.items() if sign in held]
    return list(dict.fromkeys([found, *others, *(["blanks"] if " " in held else []), "letters"]))


def split(texts: Sequence[str], way: str) -> list[list[str]]:
    """Return the symbols in each cell; an empty one between two adjacent separators."""
    return [_split(_bare(text), way) for text in texts]


def without_unknown(cells: list[str]) -> list[str]:
    """Return the letters of DNA or RNA, empty for N and other letters that leave the base open."""
    held = {cell.upper() for cell in set(cells)} - {""}
    open_ = held - BASES
    if not open_ or not open_ <= OPEN or len(held & BASES) < MOST_BASES:
        return cells
    return ["" if cell.upper() in OPEN else cell for cell in cells]


def _bare(text: str) -> str:
    """Return a cell without the brackets of a list."""
    bare = text.strip(" ")
    inside = BRACKETS.sub("", bare)
    ends = bare[:1] + bare[1:][-1:]
    # A sequence may begin and end with symbols ( and ), so round and curly brackets need a separator inside.
    listed = ends == "[]" or (ends in ("()", "{}") and re.search(r"[\s,;]", inside))
    return inside if listed else bare


def _split(text: str, way: str) -> list[str]:
    if not text:
        return []
    if way == "letters":
        return list(text)
    parts = text.split() if way == "blanks" else text.split(SIGNS[way])
    return [part.strip().strip("'\"") for part in parts]
