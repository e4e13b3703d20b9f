"""Other words for the two sides of a coin."""

from __future__ import annotations

from collections.abc import Collection

#: Heads and tails, or success and failure.
PAIRS = (
    ("kopf", "zahl"),
    ("wappen", "zahl"),
    ("k", "z"),
    ("w", "z"),
    ("kopf", "adler"),
    ("face", "pile"),
    ("cara", "cruz"),
    ("testa", "croce"),
    ("true", "false"),
    ("yes", "no"),
    ("ja", "nein"),
    ("success", "failure"),
    ("win", "loss"),
    ("1", "2"),
)
PAIRED = dict.fromkeys(word for pair in PAIRS for word in pair if len(word) > 1)


def pair_of(words: Collection[str]) -> tuple[str, bool]:
    """Return the word for heads and True for a known pair; otherwise the first in order, and False."""
    for heads, tails in PAIRS:
        if {heads, tails} == {*words}:
            return heads, True
    return min(words, default=""), False
