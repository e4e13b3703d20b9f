"""What an entry of θ may be called where its name is typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TypeVar

from emviz.em.counts.table import Entry
from emviz.em.trace import flat_name

T = TypeVar("T")


def called(name: str, entries: Mapping[Entry, tuple[str, T]]) -> T | None:
    """Return the value of the entry of θ with this name, or None if there is no such entry.

    Parameters
    ----------
    name : str
        As on the screen, "θ_A"; spelled out, "theta_A"; by its index, "heads[0]"; or as in an exported table,
        "heads_1". If nothing matches exactly, upper and lower case are the same.
    entries : mapping of Entry to (str, T)
        The label and the value of each entry.
    """
    known = [
        *((label, found) for label, found in entries.values()),
        *((_place(entry), found) for entry, (_, found) in entries.items()),
        *((flat_name(entry.field, entry.index), found) for entry, (_, found) in entries.items()),
    ]
    # From strict to lenient: an exact match must win over an entry that differs only in case.
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
    full_name = unicodedata.name(letter, "")
    if not full_name.startswith("GREEK"):
        return letter
    spelled = full_name.rpartition(" ")[2].lower()
    return spelled.capitalize() if letter.isupper() else spelled
