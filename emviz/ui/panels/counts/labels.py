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
#: How many forms of a text there are, the longest first.
FORMS = 6
#: The separator of the words of a list; a word, and its beginning that stays.
LISTED, WORD = ", ", re.compile(r"\b([^\W\d_]{3})(?:[^\W\d_]|-(?=[^\W\d_]))+(?!\w)")


@lru_cache(KEPT)
def shorter(text: str, heading: str) -> tuple[str, ...]:
    """Return the text of a row, and shorter ones: "gene YAL1: 0.3 · 01", "YAL1: 0.3 · 01", "YAL1: 0.3".

    First the word goes that the heading begins with, then what follows it, then all but the name. A name
    that is a number keeps its word to the last: "6: 0.3" could be read as two numbers. Of words in a list the
    beginnings stay, "?, asy, yes", and then the blanks between them go; numbers are never cut.
    """
    word = heading.partition(":")[0].partition(" ")[0]
    bare = text.removeprefix(f"{word} ") if word else text
    numbered = bare != text and bare[:1].isdigit()
    levels = _cut(text if numbered else bare)
    brief = begun(levels[-1]) if LISTED in levels[-1] else levels[-1]
    least = _cut(bare)[-1] if numbered else brief.replace(LISTED, LISTED.strip())
    return (text, *levels, brief, least)


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
    """Return a text, the text without its remark, and its name; a name alone with a count keeps it."""
    without = text.rpartition(BESIDES)[0] or text
    name, _, rest = without.partition(AFTER_NAME)
    # Expected counts are parts of that one: without it they come from nowhere.
    return text, without.removesuffix(MORE), without if rest.isdecimal() else name


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

    Of words the beginnings stay first; of several variables with their states then the states alone, in the
    order in which what was observed has its gaps; and at last the end is cut.

    Parameters
    ----------
    width : callable
        Measures a text, in the unit of `room`.
    """
    if width(text) <= room:
        return text
    name, gap, share = text.rpartition("  ")
    brief = begun(name)
    states = LISTED.join(part.rpartition(" ")[2] for part in brief.split(LISTED))
    forms = [brief, states] if LISTED in name else [brief]
    cut = (f"{forms[-1][:n]}…" for n in range(len(forms[-1]) - 1, 0, -1))
    shorter_ones = (f"{each}{gap}{share}" for each in (*forms, *cut))
    return next((each for each in shorter_ones if width(each) <= room), share)
