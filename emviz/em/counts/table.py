"""The table of Figure 1b as data, with the derivation of each number, and the answer for a row.

Numbers here are exact; they are rounded for display only. The model's own pictures are in `pictures`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from emviz.em.domains import Index
from emviz.em.numerics import Array
from emviz.em.rounding import all_whole

if TYPE_CHECKING:
    from emviz.em.counts.glances import Glance


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
        LaTeX mathematics with numbers.
    words : str
        One short sentence on the line.
    ahead : bool
        True if it reveals the result of the M-step, which a class may have to guess first.
    """

    formula: str
    words: str
    ahead: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Derivation:
    """The derivation of a number, from its own formula to the parameter that it enters.

    Parameters
    ----------
    title : str
        The question, in plain words.
    component : int
        The component it belongs to, which sets the colour.
    lines : tuple of Line
        One step of the calculation each.
    """

    title: str
    component: int
    lines: tuple[Line, ...]

    def guessed(self) -> Derivation:
        """Return the derivation without the lines that reveal the result of the M-step."""
        return replace(self, lines=tuple(line for line in self.lines if not line.ahead))


@dataclass(frozen=True)
class ShareCell:
    """The probability of one completion of one row, by the index of the completion: P(A)."""

    row: int
    place: int


@dataclass(frozen=True)
class CountCell:
    """The expected counts that one row adds to one group."""

    row: int
    group: int


@dataclass(frozen=True)
class TotalCell:
    """The expected counts of one group, summed over all rows."""

    group: int


@dataclass(frozen=True)
class UpdateCell:
    """A parameter found by the M-step, by the index of its update."""

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
        The component that it belongs to.
    numerator : float
        An expected count.
    terms : tuple of float
        The expected counts whose sum is the denominator.
    value : float
        The new parameter.
    whole : bool
        True if units count whole; whole numbers are then shown without decimals.
    """

    label: str
    component: int
    numerator: float
    terms: tuple[float, ...]
    value: float
    whole: bool = False

    @property
    def exact(self) -> bool:
        """Whether it is a ratio of whole numbers, from units that count whole."""
        return self.whole and all_whole((self.numerator, *self.terms))


class Updates(Sequence[Update]):
    """Lines of the M-step that are made on access: an image has one for each of its pixels.

    Parameters
    ----------
    many : int
        The number of lines.
    written : callable
        Returns the line at an index.
    places : int array, shape (many,), optional
        The index of each line's entry in the flattened θ, if it is known without making the line.
    """

    def __init__(
        self, many: int, written: Callable[[int], Update], places: NDArray[np.intp] | None = None
    ) -> None:
        self._places = range(many)
        # A range turns negative and out-of-range indices into the proper index or IndexError.
        self._written = written
        self.places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Update: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Update, ...]: ...
    def __getitem__(self, place: int | slice) -> Update | tuple[Update, ...]:
        if isinstance(place, slice):
            return tuple(map(self._written, self._places[place]))
        return self._written(self._places[place])


@dataclass(frozen=True)
class Tag:
    """A short name in the colour of a component: the heading P(A), the true coin A."""

    text: str
    component: int


@dataclass(frozen=True)
class Group:
    """Expected counts in one group of columns: heads and tails of coin A, transitions from a state.

    Parameters
    ----------
    heading : str
        The heading: "coin A".
    component : int
        The component that it belongs to, which sets the colour.
    symbols : tuple of str
        The symbol of each column: H, T.
    """

    heading: str
    component: int
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class Gathered:
    """Groups that count the same symbols, whose totals are also shown as a small table.

    Parameters
    ----------
    title : str
        The title: "emission totals".
    names : tuple of str
        The name of each group as a row of that table.
    groups : tuple of int
        The indices of the groups.
    adding : bool
        True if the symbols of a group have the same unit, so that shares of their sum make sense.
    """

    title: str
    names: tuple[str, ...]
    groups: tuple[int, ...]
    adding: bool = True


@dataclass(frozen=True)
class CountTable:
    """The table of Figure 1b: rows, completions, expected counts, totals, M-step.

    Parameters
    ----------
    heading : str
        The heading of the observed column: "tosses".
    observed : tuple of str
        The text of each row that is shown.
    alphabet : tuple of str
        The symbols, if the texts are sequences of symbols, which are then drawn letter by letter, the first
        symbol in bold; otherwise empty.
    completions : tuple of Tag
        The heading of each completion: P(A), P(B). If every row has different completions, these are ranks,
        and `names` has the completion for each share.
    groups : tuple of Group
        The groups of columns, with M symbols together.
    shares : Array or None, shape (rows, Z)
        q(z) for the rows that are shown; each row sums to 1; None before the E-step.
    counts : Array or None, shape (rows, M)
        q(z) × counts for the rows that are shown, in the order of the groups.
    totals : Array or None, shape (M,)
        Expected counts over all rows, exact.
    updates : sequence of Update
        The M-step; empty before it.
    names : tuple of tuple of str, or None
        The name of each completion of each row, if they differ from row to row; "" beyond the last.
    labels : tuple of Tag or None
        The true completion of each row that is shown, None if unknown; None altogether if there are no
        labels.
    reference : tuple of Update
        The M-step of the complete-data case (Figure 1a); empty without labels.
    derive : callable
        Returns the derivation of a cell, rounded to a number of decimals.
    rows : int array, shape (rows,), or None
        The rows of the data that are shown; None for the first ones.
    timed : bool
        True if the rows are steps in time, whose order matters.
    feeds : callable or None
        Returns whether the second of two numbers of the table enters into the first; None if not known.
    within : callable or None
        Returns, for the index of a line of the M-step, the group whose total includes its counts; None if
        each line has its own total.
    gathered : Gathered or None
        The groups whose totals are also shown as a small table.
    glances : sequence of Glance
        The columns that are shown first; they have no cells before the E-step.
    brackets : tuple of str, or None
        The likeliest structure of each row, a bracket or dot for each of its letters, drawn below them; empty
        before the E-step. None if letters have no structure.
    telling : callable or None
        Returns, for the columns of the data on the axes of a picture, the symbols of each group to keep if
        there is not enough room; None if all matter.
    leading : sequence of int
        The groups that are shown first, before those that enter the M-step.
    alike : tuple of int array, or None
        The rows of the data that each row on display is shown for, itself among them; None where each is
        shown for itself alone.
    listed : str
        What each text in the observed column lists, in order: "disease, pain". It replaces the heading if it
        fits; "" for none.
    """

    heading: str
    observed: tuple[str, ...]
    alphabet: tuple[str, ...]
    completions: tuple[Tag, ...]
    groups: tuple[Group, ...]
    shares: Array | None
    counts: Array | None
    totals: Array | None
    updates: Sequence[Update]
    names: tuple[tuple[str, ...], ...] | None
    labels: tuple[Tag | None, ...] | None
    reference: tuple[Update, ...]
    derive: Callable[[Cell, int], Derivation]
    rows: NDArray[np.intp] | None = None
    timed: bool = False
    feeds: Callable[[Cell, Cell], bool] | None = None
    within: Callable[[int], int] | None = None
    gathered: Gathered | None = None
    glances: Sequence[Glance] = ()
    brackets: tuple[str, ...] | None = None
    telling: Callable[[Sequence[int]], tuple[int, ...]] | None = None
    leading: Sequence[int] = ()
    alike: tuple[NDArray[np.intp], ...] | None = None
    listed: str = ""

    @cached_property
    def spans(self) -> tuple[slice, ...]:
        """The columns of each group among all M."""
        ends = accumulate((len(group.symbols) for group in self.groups), initial=0)
        return tuple(slice(first, end) for first, end in pairwise(ends))


@dataclass(frozen=True)
class Weight:
    """The weight of one observation of a row for or against a verdict.

    Parameters
    ----------
    name, state : str
        The observation: "xray", "yes".
    without : float
        P of the verdict given all other observations.
    value : float
        log P of the verdict given all observations, minus log P without this one, in nats.
    supposed : bool
        True if it is only assumed.
    """

    name: str
    state: str
    without: float
    value: float
    supposed: bool = False

    def __str__(self) -> str:
        return f"{self.name} = {self.state}" + (" (supposed)" if self.supposed else "")


@dataclass(frozen=True)
class Verdict:
    """The most likely state of a variable of a row, given the observations of its other variables.

    Parameters
    ----------
    variable, state : str
        The verdict: "disease", "yes".
    share : float
        Its probability.
    prior : float
        Its probability without any observation.
    seen : str or None
        The observed state of the variable itself, which is not used; None if it is missing.
    weights : tuple of Weight
        The observations, from the strongest for the verdict to the strongest against it.
    """

    variable: str
    state: str
    share: float
    prior: float
    seen: str | None = None
    weights: tuple[Weight, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The answer of the model for one row at θ: its completions, the likeliest first.

    Parameters
    ----------
    completions : tuple of str
        The likeliest completions in words, a few of them.
    shares : tuple of float
        P(z | x; θ) of each; the sum is below 1 if some completions are left out.
    counted : int or None
        The index of the one that counts whole; None if shares are counted, or if it is not among them.
    """

    completions: tuple[str, ...]
    shares: tuple[float, ...]
    counted: int | None = None

    @property
    def whole(self) -> str | None:
        """The completion that counts whole, or None."""
        known = self.counted is not None and self.counted < len(self.completions)
        return self.completions[self.counted] if known and self.counted is not None else None
