"""What a row is called where there is little room: shorter by a rule that is the same for all rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

#: What stands between a name and its numbers, and between these and what is told besides.
AFTER_NAME, BESIDES, MORE = ": ", " · ", ", …"
#: Letters of a name that stay where it is cut, and of the name of a badge.
FEWEST, BADGE = 8, 18
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


def badge_text(name: str) -> str:
    """Return what stands in the badge of the true component, where its name is long its beginning."""
    return name if len(name) <= BADGE else f"{name[: BADGE - 1]}…"


def least_share(text: str) -> str:
    """Return the shortest form of a named share: the begin of its name, or the first of several guesses."""
    name, gap, share = text.rpartition("  ")
    if gap:
        brief = begun(name)
        return f"{brief if len(brief) <= FEWEST + 1 else brief[:FEWEST] + '…'}{gap}{share}"
    first, _, more = text.partition(LISTED)
    return f"{first}{MORE}" if more else text


def fewer(text: str, width: Callable[[str], int], room: int) -> str:
    """Return as many of several guesses as there is room for, no number cut; at least the first."""
    parts = text.split(LISTED)
    cut = (LISTED.join(parts[:n]) + MORE for n in range(len(parts) - 1, 0, -1))
    return text if width(text) <= room else next((each for each in cut if width(each) <= room), text)


def named_share(text: str, width: Callable[[str], int], room: int) -> str:
    """Return a share after the name of its completion, made shorter where there is no room for all of it.

    Of words the beginnings stay first, then the end of the name is cut.

    Parameters
    ----------
    width : callable
        How wide a text is, in the unit of the room.
    """
    if width(text) <= room:
        return text
    name, gap, share = text.rpartition("  ")
    brief = begun(name)
    cut = (f"{brief[:n]}…{gap}{share}" for n in range(len(brief) - 1, 0, -1))
    return next((each for each in (f"{brief}{gap}{share}", *cut) if width(each) <= room), share)
