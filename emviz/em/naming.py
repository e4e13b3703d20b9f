"""What an entry of θ may be called where its name is typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TypeVar

from emviz.em.trace import flat_name
from emviz.em.views import Entry

T = TypeVar("T")


def called(name: str, entries: Mapping[Entry, tuple[str, T]]) -> T | None:
    """Return what belongs to the entry of a name; None where there is none.

    Parameters
    ----------
    name : str
        As on the screen, "θ_A", or in letters that any keyboard has, "theta_A"; by its place, "heads[0]"; or
        as in a table of numbers, "heads_1". Small letters will do where capitals tell nothing apart.
    entries : mapping of Entry to (str, T)
        The label of each, and what belongs to it.
    """
    known = [
        *((label, found) for label, found in entries.values()),
        *((_place(entry), found) for entry, (_, found) in entries.items()),
        *((flat_name(entry.field, entry.index), found) for entry, (_, found) in entries.items()),
    ]
    for form in (str.strip, _spelled_out, _small):
        for written, found in known:
            if form(written) == form(name):
                return found
    return None


def _place(entry: Entry) -> str:
    return f"{entry.field}[{','.join(map(str, entry.index))}]" if entry.index else entry.field


def _small(name: str) -> str:
    return _spelled_out(name).lower()


def _spelled_out(name: str) -> str:
    """Return a name without blanks, Greek letters spelled out."""
    return "".join(map(_spelled, name)).replace(" ", "")


def _spelled(letter: str) -> str:
    told = unicodedata.name(letter, "")
    if not told.startswith("GREEK"):
        return letter
    spelled = told.rpartition(" ")[2].lower()
    return spelled.capitalize() if letter.isupper() else spelled
