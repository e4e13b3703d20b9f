"""Counts of things in words: 1 row, 2 rows, 1,234 rows."""

from __future__ import annotations

from collections.abc import Sequence

#: The most names listed in a sentence; a table may have thousands of columns.
MOST_NAMED = 10


def things(count: float, one: str, several: str = "") -> str:
    """Return a whole number of things, such as "1 row" or "1,234 rows".

    Parameters
    ----------
    one, several : str
        Singular and plural; the plural is the singular plus s by default.
    """
    return f"{count:,.0f} {one if count == 1 else several or f'{one}s'}"


def there_are(count: float, one: str, several: str = "") -> str:
    """Return a count as the start of a sentence: "there is 1 row", "there are 2 rows"."""
    return f"there {'is' if count == 1 else 'are'} {things(count, one, several)}"


def some(names: Sequence[str]) -> str:
    """Return the first names, and the number of further ones: "a, b and 71 more"."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
