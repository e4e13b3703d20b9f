"""The count table, declared by the model.

A model declares the completions of a row, what each adds to each column, how the M-step divides the totals,
and how the share of a completion is computed (Bayes). The table of Figure 1b, its totals, the M-step and the
derivation of every number follow from this, by the same code for all models.

Throughout, a row has Z completions, and all groups of columns together have M symbols.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import ClassVar, Generic

import numpy as np

from emviz.em.counts.alike import Alike
from emviz.em.counts.derivation import MOST_TERMS, ratio_line, sum_line, upright
from emviz.em.counts.glances import Glance
from emviz.em.counts.table import (
    Cell,
    CountCell,
    CountTable,
    Derivation,
    Gathered,
    Group,
    Line,
    ShareCell,
    Tag,
    TotalCell,
    Update,
    UpdateCell,
)
from emviz.em.kernel import Weighing
from emviz.em.model import C, D, P, Phase, Round, Rows
from emviz.em.numerics import Array
from emviz.em.work import in_parts


@dataclass(frozen=True, eq=False)
class Ledger(ABC, Generic[D, P, C]):
    """The counts of one iteration, with their derivations.

    The abstract members come first. The defaults of the others fit a mixture: completion k adds to the k-th
    group of columns, which leads to the k-th update.

    Parameters
    ----------
    model : Weighing
        Shares the rows and does the M-step.
    data : D
        The data.
    state : Round
        The iteration that is shown.
    rows : int
        The number of rows of the whole table.
    alike : Alike, optional
        The rows of the data that the table shows once, as a group: then `rows` is the number of groups, and
        what is said or counted of a row is said or counted of its whole group.
    """

    # eq=False in the decorator: fields hold arrays, and == on arrays has no single truth value.
    model: Weighing[D, P, C]
    data: D
    state: Round[P, C]
    rows: int
    alike: Alike | None = field(default=None, kw_only=True)

    #: The words under the line of a total.
    added: ClassVar[str] = "The exact counts of all rows are added, and rounded only for display."
    #: The words under a line of the M-step.
    treated: ClassVar[str] = "M-step: these counts are treated as if they had been observed."
    #: The plural for the counts of a group, if one row can add several: "letters at".
    several: ClassVar[str] = ""
    #: Whether `entries` can count the true completion of a row; otherwise only its label and the totals are
    #: shown.
    counts_truth: ClassVar[bool] = False

    # -- required --------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def heading(self) -> str:
        """The heading of the observed column: "tosses"."""

    @property
    @abstractmethod
    def completions(self) -> tuple[Tag, ...]:
        """The Z completions of a row, as they appear inside P( )."""

    @property
    @abstractmethod
    def groups(self) -> tuple[Group, ...]:
        """The groups of columns, with M symbols together."""

    @abstractmethod
    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the observed texts of some rows."""

    @abstractmethod
    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the shares of some rows and their counts.

        Returns
        -------
        Array, Array, shapes (len(rows), Z) and (len(rows), M)
            Each row of the shares sums to 1; the columns of the counts are in the order of the groups.
        """

    @abstractmethod
    def totals(self, counts: C) -> Array:
        """Return the expected counts over all rows, shape (M,)."""

    @abstractmethod
    def updates(self, counts: C, found: P) -> Sequence[Update]:
        """Return the lines of the M-step from these counts to the θ `found`."""

    @abstractmethod
    def share_lines(self, row: int, place: int, places: int) -> Iterable[Line]:
        """Return the derivation of the share of a completion, and of what it adds to the counts."""

    # -- with a default --------------------------------------------------------------------------------------

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The symbols, if the observed texts are sequences of symbols; otherwise empty."""
        return ()

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The headings of the completions."""
        return tuple(Tag(f"{self.letter}({tag.text})", tag.component) for tag in self.completions)

    @property
    def timed(self) -> bool:
        """Whether the rows are steps in time, whose order matters."""
        return False

    @property
    def gathered(self) -> Gathered | None:
        """The groups whose totals are also shown as a small table beside the large one."""
        return None

    def glances(self, rows: Rows) -> Sequence[Glance]:
        """Return the columns that are shown first, as text for these rows; without rows, their totals."""
        return ()

    def brackets(self, rows: Rows) -> tuple[str, ...] | None:
        """Return the likeliest structure of some rows, one bracket or dot for each letter, or None."""
        return None

    def names(self, rows: Rows) -> tuple[tuple[str, ...], ...] | None:
        """Return the names of the completions of some rows, if they differ from row to row."""
        return None

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return the true completions of some rows, None for a row without one; None without any labels."""
        return None

    def denied(self, row: int, place: int) -> Line | None:
        """Return the line on a completion that is impossible for a row; None if it is possible."""
        return None

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the groups that a completion of a row adds to."""
        return (place,)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals enter a line of the M-step."""
        return (place,)

    def feeds(self, cell: Cell, other: Cell) -> bool:
        """Return whether one number of the table enters directly into another, as a total into its parameter.

        Parameters
        ----------
        cell, other : Cell
            The result, and the number that may enter into it.
        """
        match cell, other:
            case CountCell(row, group), ShareCell(own, place):
                return row == own and group in self.leads_to(row, place)
            case TotalCell(group), CountCell(_, own):
                return group == own
            case UpdateCell(place), TotalCell(group):
                return group in self.made_of(place)
        return False

    def count_lines(self, row: int, group: int, places: int) -> Iterable[Line]:
        """Return the lines on the counts that a row adds to a group."""
        return self.share_lines(row, group, places)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the totals of a group, and the lines of the M-step that it leads to."""
        yield from self.sums(self.spans[group], places)
        yield from self.ratios([group], places)

    def led_to(self, row: int, group: int, places: int) -> Iterable[Line]:
        """Return the lines of `group_lines`, limited to the columns that the row adds to."""
        return self.group_lines(group, places)

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the totals that enter a line of the M-step, then the line."""
        yield from self.group_lines(place, places)

    def sum_line(self, column: int, terms: Array, total: float, places: int) -> Line:
        """Return the line on the total of a column, from the first of its terms."""
        return self.total_line(terms, total, self.rows, places, self.unit(column), self.added)

    def ratio_line(self, place: int, update: Update, places: int) -> Iterable[Line]:
        """Return a line of the M-step, and any lines that must precede it."""
        return (ratio_line(update, places, self.treated, self.name(place)),)

    def name(self, place: int) -> str:
        """Return the parameter of a line of the M-step as LaTeX; "" to use its label."""
        return ""

    def unit(self, column: int) -> str:
        """Return the unit of a column, as LaTeX to put after a number."""
        return rf"\,{upright(self.symbols[column])}"

    def group_words(self, group: int) -> str:
        """Return a group as it is named in the title of a derivation."""
        return f"of {self.groups[group].heading}"

    def called(self, row: int) -> str:
        """Return a row as the title of a derivation names it: "row 12", or the rows of its group."""
        return f"row {row + 1}" if self.alike is None else self.alike.called(row)

    def asked(self, cell: Cell) -> str:
        """Return the question that a derivation answers."""
        match cell:
            case ShareCell(row, place):
                what = f"{self.letter}({self.completions[place].text}) in {self.called(row)}"
            case CountCell(row, group) if self.several:
                what = f"the {self.several} {self.groups[group].heading} in {self.called(row)}"
                return f"Where do {what} come from?"
            case TotalCell(group) if self.several:
                return f"Where do the totals {self.group_words(group)} come from?"
            case CountCell(row, group):
                what = f"the count {self.group_words(group)} in {self.called(row)}"
            case TotalCell(group):
                what = f"the total {self.group_words(group)}"
            case _:
                what = self.known[cell.place].label
        return f"Where does {what} come from?"

    def share_component(self, row: int, place: int) -> int:
        """Return the component that sets the colour of a share."""
        return self.completions[place].component

    def component(self, cell: Cell) -> int:
        """Return the component that sets the colour of a derivation."""
        match cell:
            case ShareCell(row, place):
                return self.share_component(row, place)
            case UpdateCell(place):
                return self.known[place].component
            case _:
                return self.groups[cell.group].component

    # -- the table and its derivations -----------------------------------------------------------------------

    def table(self, rows: Rows) -> CountTable:
        """Return the table of Figure 1b for some rows."""
        weighed = self.state.phase is not Phase.START
        shown = weighed and (self.counts_truth or not self.state.known)
        shares, counts = self.entries(rows) if shown else (None, None)
        reference = self.model.labelled(self.data)
        return CountTable(
            heading=self.heading,
            observed=in_parts(self.observed, rows),
            alphabet=self.alphabet,
            completions=self.tags,
            groups=self.groups,
            shares=shares,
            counts=counts,
            totals=self.totals(self.expected) if weighed else None,
            updates=() if self.state.updated is None else self._written(self.state.updated),
            names=self.names(rows),
            labels=self.labels(rows),
            reference=() if reference is None else tuple(self.updates(reference, self._found(reference))),
            derive=self.derive,
            rows=rows,
            timed=self.timed,
            feeds=self.feeds,
            gathered=self.gathered,
            glances=self.glances(rows if weighed else rows[:0]),
            brackets=self.brackets(rows if weighed else rows[:0]),
            alike=None if self.alike is None else tuple(map(self.alike.like, rows.tolist())),
        )

    def derive(self, cell: Cell, places: int) -> Derivation:
        """Return the lines from a cell forward to θ(t+1), rounded to `places` decimals."""
        return Derivation(self.asked(cell), self.component(cell), tuple(self._lines(cell, places)))

    def _lines(self, cell: Cell, places: int) -> Iterator[Line]:
        match cell:
            case ShareCell(row, place):
                yield from self.share_lines(row, place, places)
                ends = () if self.denied(row, place) else self.leads_to(row, place)
                # An impossible completion adds nothing, so its derivation ends here.
                for group in ends:
                    yield from self.led_to(row, group, places)
            case CountCell(row, group):
                yield from self.count_lines(row, group, places)
                yield from self.led_to(row, group, places)
            case TotalCell(group):
                yield from self.group_lines(group, places)
            case _:
                yield from self.update_lines(cell.place, places)

    # -- building blocks for the lines -----------------------------------------------------------------------

    @property
    def letter(self) -> str:
        """The letter of a share: P, or q if units count whole."""
        return self.state.letter

    @property
    def params(self) -> P:
        """The parameters θ(t) of the E-step."""
        return self.state.base.params

    @property
    def expected(self) -> C:
        """The expected counts at θ(t)."""
        return self.state.base.expectation.counts

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The symbol of each of the M columns."""
        return tuple(symbol for group in self.groups for symbol in group.symbols)

    @cached_property
    def found(self) -> P | None:
        """θ(t+1), also before the M-step is done; None if it will fail."""
        if self.state.updated is not None:
            return self.state.updated
        try:
            return self._found(self.expected)
        except ArithmeticError:
            # Counts of a start that EM cannot leave: the table still shows them, without the M-step.
            return None

    def _found(self, counts: C) -> P:
        return self.model.m_step(self.data, counts)

    @cached_property
    def known(self) -> Sequence[Update]:
        """The lines of the M-step; if it will fail, only their labels are meaningful."""
        return self._written(self.params if self.found is None else self.found)

    def _written(self, found: P) -> Sequence[Update]:
        """Return the lines of the M-step from the counts of the round to the θ `found`."""
        lines = self.updates(self.expected, found)
        return [replace(line, whole=True) for line in lines] if self.state.whole else lines

    @cached_property
    def first(self) -> tuple[Array, Array]:
        """Shares and counts of the first rows, as many as a sum spells out."""
        shown = np.arange(min(self.rows, MOST_TERMS))
        return self.entries(shown if self.alike is None else self.alike.first[shown])

    @cached_property
    def summed(self) -> Array:
        """The expected counts over all rows, shape (M,)."""
        return self.totals(self.expected)

    @cached_property
    def spans(self) -> tuple[range, ...]:
        """The columns of each group."""
        ends = accumulate((len(each.symbols) for each in self.groups), initial=0)
        return tuple(range(first, end) for first, end in pairwise(ends))

    def sums(self, columns: Iterable[int], places: int) -> Iterator[Line]:
        """Yield the totals of some columns as sums, the first rows one by one."""
        for column in columns:
            yield self.sum_line(column, self.first[1][:, column], float(self.summed[column]), places)

    def total_line(
        self, terms: Array, total: float, many: int, places: int, unit: str, words: str, more: int = 0
    ) -> Line:
        """Return the line t_1 + t_2 + … ≈ total of `many` terms, without decimals if units count whole."""
        return sum_line(terms.tolist(), total, many, places, unit, words, more, self.state.whole)

    def ratios(self, which: Iterable[int], places: int) -> Iterator[Line]:
        """Yield some lines of the M-step; none if it will fail."""
        for place in which if self.found is not None else ():
            for line in self.ratio_line(place, self.known[place], places):
                yield replace(line, ahead=True)
