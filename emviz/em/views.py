"""Pictures as data: what a model wants shown, with no word on how it is drawn.

A panel of the window draws each type. Numbers are exact here; they are rounded where they are displayed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from emviz.em.domains import Index
from emviz.em.numerics import Array


@dataclass(frozen=True)
class Entry:
    """One scalar of θ: a field, and the index into its array."""

    field: str
    index: Index


@dataclass(frozen=True)
class Line:
    """One line of a derivation.

    Parameters
    ----------
    formula : str
        LaTeX mathematics with the numbers put in.
    words : str
        What the line says, in one short sentence.
    """

    formula: str
    words: str


@dataclass(frozen=True)
class Derivation:
    """Where a number comes from, from its own formula up to the parameter it ends in.

    Parameters
    ----------
    title : str
        The question, in plain words.
    component : int
        The component it belongs to, which chooses the colour.
    lines : tuple of Line
        One step of the calculation each.
    """

    title: str
    component: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ShareCell:
    """The probability of one completion of one row: P(A)."""

    row: int
    component: int


@dataclass(frozen=True)
class CountCell:
    """The expected counts that one row gives to one component."""

    row: int
    component: int


@dataclass(frozen=True)
class TotalCell:
    """The expected counts of one component, summed over all rows."""

    component: int


@dataclass(frozen=True)
class UpdateCell:
    """A parameter that the M-step has just found, by its place among the updates."""

    place: int


Cell: TypeAlias = ShareCell | CountCell | TotalCell | UpdateCell


@dataclass(frozen=True)
class Update:
    """One line of the M-step: label = numerator / (sum of terms) = value.

    Parameters
    ----------
    label : str
        The parameter, such as θ_A.
    component : int
        The component it belongs to.
    numerator : float
        An expected count.
    terms : tuple of float
        The expected counts that add up to the denominator.
    value : float
        The new parameter.
    """

    label: str
    component: int
    numerator: float
    terms: tuple[float, ...]
    value: float


@dataclass(frozen=True)
class CountTable:
    """The table of Figure 1b: rows, completions, expected counts, totals, M-step.

    Parameters
    ----------
    heading : str
        What a row is: "tosses".
    observed : tuple of str
        The text of each row on display.
    letters : bool
        The text is a sequence of symbols, to be drawn letter by letter.
    components : tuple of str
        The name of each completion: A, B.
    symbols : tuple of str
        What is counted: H, T.
    shares : Array or None, shape (rows, K)
        q(z) for the rows on display; None before the E-step.
    counts : Array or None, shape (rows, K, S)
        q(z) × counts for the rows on display.
    totals : Array or None, shape (K, S)
        Expected counts over all rows, exact.
    updates : tuple of Update
        The M-step; empty before it.
    labels : tuple of int or None
        The true component of each row on display, where it is known.
    reference : Array or None, shape (K, S)
        The totals of the complete-data case (Figure 1a).
    derive : callable
        The derivation of a cell, its numbers rounded to so many decimals.
    """

    heading: str
    observed: tuple[str, ...]
    letters: bool
    components: tuple[str, ...]
    symbols: tuple[str, ...]
    shares: Array | None
    counts: Array | None
    totals: Array | None
    updates: tuple[Update, ...]
    labels: tuple[int, ...] | None
    reference: Array | None
    derive: Callable[[Cell, int], Derivation]


@dataclass(frozen=True)
class Landscape:
    """The objective over two entries of θ, with the path of EM on it.

    Parameters
    ----------
    entries : tuple of Entry
        The entries that can be put on the axes; the first two are there at first.
    starts : tuple of tuple of Array
        Parameters to climb from in search of optima and saddles.
    """

    entries: tuple[Entry, ...]
    starts: tuple[tuple[Array, ...], ...]


View: TypeAlias = CountTable | Landscape
