"""The table of Figure 1b as data, with where each of its numbers comes from, and the answer for a row.

Numbers are exact here; they are rounded where they are displayed. The model's own pictures are in `pictures`.
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
    from emviz.em.glances import Glance


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
    ahead : bool
        It tells where the M-step leads, which may have to be guessed.
    """

    formula: str
    words: str
    ahead: bool = field(default=False, compare=False)


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

    def guessed(self) -> Derivation:
        """Return it without what tells where the M-step leads."""
        return replace(self, lines=tuple(line for line in self.lines if not line.ahead))


@dataclass(frozen=True)
class ShareCell:
    """The probability of one completion of one row, by its place among the completions: P(A)."""

    row: int
    place: int


@dataclass(frozen=True)
class CountCell:
    """The expected counts that one row gives to one group."""

    row: int
    group: int


@dataclass(frozen=True)
class TotalCell:
    """The expected counts of one group, summed over all rows."""

    group: int


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
    whole : bool
        Units were counted whole, so that whole numbers are told without decimals.
    """

    label: str
    component: int
    numerator: float
    terms: tuple[float, ...]
    value: float
    whole: bool = False

    @property
    def exact(self) -> bool:
        """Whether whole numbers are divided, of units that were counted whole."""
        return self.whole and all_whole((self.numerator, *self.terms))


class Updates(Sequence[Update]):
    """Lines of the M-step that are written when they are read: an image has one for each of its pixels.

    Parameters
    ----------
    many : int
        How many there are.
    written : callable
        The line in a place.
    places : int array, shape (many,), optional
        Where the entry of each stands in θ laid out flat, where that is known without writing it.
    """

    def __init__(
        self, many: int, written: Callable[[int], Update], places: NDArray[np.intp] | None = None
    ) -> None:
        self._places = range(many)
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
    """Expected counts that stand in one column: heads and tails of coin A, transitions from a state.

    Parameters
    ----------
    heading : str
        What stands above: "coin A".
    component : int
        The component it belongs to, which chooses the colour.
    symbols : tuple of str
        What is counted: H, T.
    """

    heading: str
    component: int
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class Gathered:
    """Groups that count the same symbols: their totals are also shown as a small table of their own.

    Parameters
    ----------
    title : str
        What is counted: "emission totals".
    names : tuple of str
        The name of each group as a row of that table.
    groups : tuple of int
        Their places.
    adding : bool
        The symbols of a group are counted in one unit, so that each has a share of their sum.
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
        What a row is: "tosses".
    observed : tuple of str
        The text of each row on display.
    alphabet : tuple of str
        The symbols that the texts are sequences of, to be drawn letter by letter, the first one bold;
        empty for other texts.
    completions : tuple of Tag
        The heading of each completion: P(A), P(B). Where every row has completions of its own these are
        ranks, and `names` says which completion a share belongs to.
    groups : tuple of Group
        What is counted, column by column; together they have M symbols.
    shares : Array or None, shape (rows, Z)
        q(z) for the rows on display, which adds up to 1 in each; None before the E-step.
    counts : Array or None, shape (rows, M)
        q(z) × counts for the rows on display, group after group.
    totals : Array or None, shape (M,)
        Expected counts over all rows, exact.
    updates : sequence of Update
        The M-step; empty before it.
    names : tuple of tuple of str, or None
        The name of each completion of each row, where they are the row's own; "" where it has no more.
    labels : tuple of Tag or None
        The true completion of each row on display, None where it is not known; None where none is.
    reference : tuple of Update
        The M-step of the complete-data case (Figure 1a); empty where the labels are not known.
    derive : callable
        The derivation of a cell, its numbers rounded to so many decimals.
    rows : int array, shape (rows,), or None
        Which rows of the data they are; None for the first ones.
    timed : bool
        The rows are steps in time: they are read in their order.
    feeds : callable or None
        Whether a number of the table, named second, goes into the one named first; None where none is told.
    within : callable or None
        Returns the group of whose total the counts of a line of the M-step are a part, by the place of the
        line, where no line has a total of its own.
    gathered : Gathered or None
        The groups whose totals are also shown as a small table.
    glances : sequence of Glance
        What is shown first of these rows, beside their shares and counts; none of their cells before the
        E-step.
    brackets : tuple of str, or None
        The likeliest structure of each row, a bracket or a point for each of its letters, which are drawn
        below it; none before the E-step. None where letters have no structure.
    telling : callable or None
        Returns which symbols of each group are left where not all of them have room, given the columns of the
        data on the axes of a picture; None where all of them matter.
    leading : sequence of int
        The groups that are seen first, whatever the M-step reads.
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

    @cached_property
    def spans(self) -> tuple[slice, ...]:
        """Where the symbols of each group stand among the M of all."""
        ends = accumulate((len(group.symbols) for group in self.groups), initial=0)
        return tuple(slice(first, end) for first, end in pairwise(ends))


@dataclass(frozen=True)
class Weight:
    """How much one thing that was seen of a row speaks for a verdict.

    Parameters
    ----------
    name, state : str
        What was seen: "xray", "yes".
    without : float
        P of the verdict given everything else that was seen.
    value : float
        log P of the verdict given all − log P without this, in nats: above 0 for it, below 0 against it.
    supposed : bool
        It is only supposed.
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
    """Which state a variable of a row most likely has by all that was seen of its other variables.

    Parameters
    ----------
    variable, state : str
        The verdict: "disease", "yes".
    share : float
        P of it.
    prior : float
        P of it where nothing is seen.
    seen : str or None
        The state that was seen itself, which is left out of the reckoning.
    weights : tuple of Weight
        What was seen, from what speaks most for the verdict to what speaks most against it.
    """

    variable: str
    state: str
    share: float
    prior: float
    seen: str | None = None
    weights: tuple[Weight, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the model says of one row of the data at θ: its completions, the likeliest first.

    Parameters
    ----------
    completions : tuple of str
        In words, no more than a handful.
    shares : tuple of float
        P(z | x; θ) of each; they add up to 1 only where all completions are told.
    counted : int or None
        The place of the one that is counted whole; None where they are shared, or it is not among them.
    """

    completions: tuple[str, ...]
    shares: tuple[float, ...]
    counted: int | None = None

    @property
    def whole(self) -> str | None:
        """The completion that is counted whole, if one is."""
        known = self.counted is not None and self.counted < len(self.completions)
        return self.completions[self.counted] if known and self.counted is not None else None
