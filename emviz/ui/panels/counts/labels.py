"""Shortening of row labels, by the same rule for all rows, and of other texts in the count table."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

#: Separators after the name of a row and before its remarks, and the sign of omitted numbers.
AFTER_NAME, BESIDES, MORE = ": ", " · ", ", …"
#: Letters kept of a cut name, and most letters in a badge.
FEWEST, BADGE = 8, 18
#: Number of rows whose short texts are cached.
KEPT = 1024
#: The separator of a list; and a word, with the three letters that are kept of it.
LISTED, WORD = ", ", re.compile(r"\b([^\W\d_]{3})(?:[^\W\d_]|-(?=[^\W\d_]))+(?!\w)")


@lru_cache(KEPT)
def shorter(text: str, heading: str) -> tuple[str, ...]:
    """Return the text of a row and shorter forms: "gene 6: 0.3, … · 01", "6: 0.3, … · 01", "6: 0.3", "6".

    The heading's first word is dropped first, then the remark, then all but the name. Words in a list are
    abbreviated, as in "?, asy, yes", and then lose their blanks; numbers are never cut.
    """
    word = heading.partition(":")[0].partition(" ")[0]
    bare = text.removeprefix(f"{word} ") if word else text
    levels = _cut(bare)
    brief = begun(levels[-1]) if LISTED in levels[-1] else levels[-1]
    return (text, *levels, brief, brief.replace(LISTED, LISTED.strip()))


def begun(text: str) -> str:
    """Return a text with its words abbreviated."""
    return WORD.sub(r"\1", text)


def shorter_headings(heading: str) -> tuple[str, ...]:
    """Return the heading for each form of `shorter`."""
    levels = _cut(heading)
    return (heading, *levels, levels[-1], levels[-1])


def in_two_lines(text: str, width: Callable[[str], int]) -> tuple[str, str]:
    """Return a text broken at the blank that makes the longer line shortest; without blanks, in one line.

    Parameters
    ----------
    width : callable
        Measures a text.
    """
    words = text.split(" ")
    breaks = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min(breaks, key=lambda lines: max(map(width, lines)), default=(text, ""))


def _cut(text: str) -> tuple[str, str, str]:
    """Return a text, the text without its remark, and its name."""
    without = text.rpartition(BESIDES)[0] or text
    return text, without.removesuffix(MORE), without.partition(AFTER_NAME)[0]


def badge_text(name: str) -> str:
    """Return the text in the badge of a true component, cut if it is long."""
    return name if len(name) <= BADGE else f"{name[: BADGE - 1]}…"


def least_share(text: str) -> str:
    """Return the shortest form of a named share: its abbreviated name, or the first of several guesses."""
    name, gap, share = text.rpartition("  ")
    if gap:
        brief = begun(name)
        return f"{brief if len(brief) <= FEWEST + 1 else brief[:FEWEST] + '…'}{gap}{share}"
    first, _, more = text.partition(LISTED)
    return f"{first}{MORE}" if more else text


def fewer(text: str, width: Callable[[str], int], room: int) -> str:
    """Return as many of several guesses as fit, without cutting a number; at least the first."""
    parts = text.split(LISTED)
    cut = (LISTED.join(parts[:n]) + MORE for n in range(len(parts) - 1, 0, -1))
    return text if width(text) <= room else next((each for each in cut if width(each) <= room), text)


def named_share(text: str, width: Callable[[str], int], room: int) -> str:
    """Return a share after the name of its completion, shortened to fit.

    Words are abbreviated first, then the end of the name is cut.

    Parameters
    ----------
    width : callable
        Measures a text, in the unit of `room`.
    """
    if width(text) <= room:
        return text
    name, gap, share = text.rpartition("  ")
    brief = begun(name)
    cut = (f"{brief[:n]}…{gap}{share}" for n in range(len(brief) - 1, 0, -1))
    return next((each for each in (f"{brief}{gap}{share}", *cut) if width(each) <= room), share)
