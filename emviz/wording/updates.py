"""The M-step in the notation of the paper: θ_A ≈ 21.3 / (21.3 + 8.6) ≈ 0.71, one line for each parameter."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from emviz.em.counts.derivation import equals, ratio_digits
from emviz.em.counts.table import Update
from emviz.wording.counts import signed

#: The ratio and the value of a line, each with the sign before it.
Sides: TypeAlias = tuple[tuple[str, str], tuple[str, str]]

#: A sum of more terms than this is shown as its total.
MOST_TERMS = 2


def update_text(update: Update, iteration: int, places: int) -> str:
    """Return the line as plain text: θ_A^(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71, or = 24 / (24 + 6) = 0.80."""
    return as_text(update, iteration, sides_of(update, places))


def as_text(update: Update, iteration: int, sides: Sides) -> str:
    """Return the line from a ratio and a value that are already formatted."""
    (first, ratio), (second, value) = sides
    return f"{update.label}^({iteration}) {first} {ratio} {second} {value}"


def spoken_line(words: str, sides: Sides) -> str:
    """Return the line with its parameter in words: P(heads with coin A) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71."""
    (first, ratio), (second, value) = sides
    return f"{words} {first} {ratio} {second} {value}"


def sides_of(update: Update, places: int) -> Sides:
    """Return the ratio and the value, each with the sign before it: = if it is exact, otherwise ≈."""
    if len(update.terms) > MOST_TERMS:
        # The total of the exact terms: rounded ones need not add up to the displayed denominator.
        update = replace(update, terms=(sum(update.terms),))
    digits = ratio_digits(update, places)
    terms = " + ".join([signed(term, digits) for term in update.terms])
    below = f"({terms})" if len(update.terms) > 1 else terms
    whole = update.exact
    ratio = "=" if whole else "≈", f"{signed(update.numerator, digits)} / {below}"
    exact = whole and equals(update.value, places + 1) == "="
    return ratio, ("=" if exact else "≈", signed(update.value, places + 1))
