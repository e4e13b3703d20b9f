"""What a row is called where there is little room: shorter by a rule that is the same for all rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

#: What stands between a name and its numbers, and between these and what is told besides.
AFTER_NAME, BESIDES, MORE = ": ", " · ", ", …"
#: Rows whose shorter texts are remembered.
KEPT = 1024
#: What stands between the words of a list; a word, and its beginning that stays.
LISTED, WORD = ", ", re.compile(r"\b([^\W\d_]{3})(?:[^\W\d_]|-(?=[^\W\d_]))+(?!\w)")


@lru_cache(KEPT)
def shorter(text: str, heading: str) -> tuple[str, ...]:
    """Return the text of a row, and shorter ones: "gene 6: 0.3, … · 01", "6: 0.3, … · 01", "6: 0.3", "6".

    First the word goes that the heading begins with, then what is told besides, then all but the name. Of
    words in a list the beginnings stay, "?, asy, yes", and then the blanks between them go; numbers are never
    cut.
    """
    word = heading.partition(":")[0].partition(" ")[0]
    bare = text.removeprefix(f"{word} ") if word else text
    levels = _cut(bare)
    brief = begun(levels[-1]) if LISTED in levels[-1] else levels[-1]
    return (text, *levels, brief, brief.replace(LISTED, LISTED.strip()))


def begun(text: str) -> str:
    """Return a text with the beginnings of its words alone."""
    return WORD.sub(r"\1", text)


def shorter_headings(heading: str) -> tuple[str, ...]:
    """Return the heading above each of these texts."""
    levels = _cut(heading)
    return (heading, *levels, levels[-1], levels[-1])


def in_two_lines(text: str, width: Callable[[str], int]) -> tuple[str, str]:
    """Return a text broken at the blank where the longer line is shortest; the second is "" without any.

    Parameters
    ----------
    width : callable
        Measures a text.
    """
    words = text.split(" ")
    breaks = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min(breaks, key=lambda lines: max(map(width, lines)), default=(text, ""))


def _cut(text: str) -> tuple[str, str, str]:
    """Return a text, the same without what is told besides, and without anything but the name."""
    without = text.rpartition(BESIDES)[0] or text
    return text, without.removesuffix(MORE), without.partition(AFTER_NAME)[0]


def named_share(text: str, width: Callable[[str], int], room: int) -> str:
    """Return a share after the name of its completion, the name cut where there is no room for all of it.

    Parameters
    ----------
    width : callable
        How wide a text is, in the unit of the room.
    """
    if width(text) <= room:
        return text
    name, gap, share = text.rpartition("  ")
    cut = (f"{name[:n]}…{gap}{share}" for n in range(len(name) - 1, 0, -1))
    return next((each for each in cut if width(each) <= room), share)
