"""Numbers of things in words: 1 row, 2 rows, 1,234 rows."""

from __future__ import annotations

from collections.abc import Sequence

#: Names that a sentence lists; a table may have thousands of columns.
MOST_NAMED = 10


def things(count: float, one: str, several: str = "") -> str:
    """Return a whole number of things, such as "1 row" or "1,234 rows".

    Parameters
    ----------
    one, several : str
        What one of them is called, and several; an s is put behind the one unless told otherwise.
    """
    return f"{count:,.0f} {one if count == 1 else several or f'{one}s'}"


def there_are(count: float, one: str, several: str = "") -> str:
    """Return the same as the begin of a sentence: "there is 1 row", "there are 2 rows"."""
    return f"there {'is' if count == 1 else 'are'} {things(count, one, several)}"


def some(names: Sequence[str]) -> str:
    """Return the first names of several, and how many more there are: "a, b and 71 more"."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
