"""The count table of a chain: states, transitions and emissions, and the M-step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from emviz.em.counts.derivation import MOST_TERMS, agreed, base, given, result, rounds_to
from emviz.em.counts.labels import UNKNOWN, label_tags
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Gathered, Group, Line, Tag, Update
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures, with_minus
from emviz.models.hmm.columns import Layout, totals, updates
from emviz.models.hmm.data import NAMES, UNSEEN, HmmCounts, HmmData, HmmParams
from emviz.models.hmm.derive import RowLines, is_unseen, roman, unit_of
from emviz.models.hmm.rows import Window, window

#: Letters of a long sequence that the table shows.
SHOWN = 60
GREEK = {"π": r"\pi ", "μ": r"\mu ", "σ²": r"\sigma^2"}


@dataclass(frozen=True, eq=False)
class HmmLedger(Ledger[HmmData, HmmParams, HmmCounts]):
    """States, transitions and emissions of each row.

    Parameters
    ----------
    layout : Layout
        The columns.
    """

    layout: Layout

    counts_truth = True

    @property
    def heading(self) -> str:
        """The kind of observation."""
        return ("value" if self.layout.gaussian else "symbol") + "s" * (not self.data.by_step)

    @property
    def timed(self) -> bool:
        """Whether each row is a step of a sequence."""
        return bool(self.data.by_step)

    @property
    def completions(self) -> tuple[Tag, ...]:
        """The states."""
        return tuple(Tag(name, k) for k, name in enumerate(self.layout.names))

    @property
    def groups(self) -> tuple[Group, ...]:
        """The columns."""
        return self.layout.groups

    @property
    def gathered(self) -> Gathered:
        """The emissions of all states, one row each."""
        states = self.layout.states
        counted = not self.layout.gaussian
        title = "emission totals" if counted else "totals in each state"
        return Gathered(title, self.layout.names, tuple(range(states, 2 * states)), adding=counted)

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the text of each row: a symbol, a number, or the beginning of a sequence."""
        data = self.data
        if data.texts is not None:
            return tuple(shortened(text) for text in data.texts[rows].tolist())
        if not data.gaussian:
            return tuple((*data.alphabet, UNSEEN)[s] for s in data.codes[rows].tolist())
        return tuple(
            UNSEEN if math.isnan(x) else with_minus(figures(x, 6)) for x in data.values[rows].tolist()
        )

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return the true states, or the true path of each sequence."""
        return _labels(self.data, rows)

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the shares of the states, and the counts."""
        seen = self._window(rows)
        return seen.shares(), seen.counts(self.layout.learned)

    def _window(self, rows: Rows) -> Window:
        return window(self.data, self.params, rows, self.state.whole, self.state.known)

    def totals(self, counts: HmmCounts) -> Array:
        """Return the counts of all rows."""
        return totals(counts, self.layout.learned)

    def updates(self, counts: HmmCounts, found: HmmParams) -> tuple[Update, ...]:
        """Return the lines of the M-step, in the order of the entries of θ."""
        return updates(self.layout, counts, found)

    def group_words(self, group: int) -> str:
        """Return the heading of a column, in quotes."""
        return f"of “{self.groups[group].heading}”"

    # -- where the numbers come from -------------------------------------------------------------------------

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the emissions of a state."""
        return (self.layout.states + place,)

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the lines on P(k) of a row, and on its emissions."""
        yield from self._row_lines(places).share(row, place)
        for group in self.leads_to(row, place):
            yield from self.count_lines(row, group, places)

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the lines on the counts that a row adds to a group."""
        return self._row_lines(places).count(row, self._counted(row, group))

    def _row_lines(self, places: int) -> RowLines:
        return RowLines(self.data, self.layout, self.state, places)

    def _counted(self, row: int, group: int) -> list[int]:
        """Return the columns of a group to which a row adds: among symbols only its own."""
        columns = list(self.spans[group])
        single = not self.data.gaussian and self.data.by_step and self.layout.emits(group)
        single = single and not is_unseen(self.data, row)
        return [columns[int(self.data.codes[row])]] if single else columns

    def led_to(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the totals of the columns to which a row adds, and the M-step."""
        return self._upwards(self._counted(row, group), places)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the totals of a group, and the M-step."""
        return self._upwards(list(self.spans[group]), places)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals form the ratio of an M-step line."""
        return list(dict.fromkeys(map(self.layout.group_of, self.layout.columns_behind(place))))

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the totals that enter a line of the M-step, and the line."""
        yield from self.sums(self.layout.columns_behind(place), places)
        yield from self.ratios([place], places)

    def _upwards(self, columns: list[int], places: int) -> Iterator[Line]:
        yield from self.sums(columns[:MOST_TERMS], places)
        yield from self.ratios(self.layout.updates_of(columns[:MOST_TERMS]), places)

    def unit(self, column: int) -> str:
        """Return the unit of a column, as LaTeX."""
        return rf"\,{unit_of(self.layout, column)}"

    def name(self, place: int) -> str:
        """Return an entry of θ as LaTeX."""
        letter, _, index = self.known[place].label.partition("_")
        inner = ",".join(roman(name) for name in index.split(",", 1))
        return f"{GREEK.get(letter, letter)}_{{{inner}}}"

    def ratio_line(self, place: int, update: Update, places: int) -> Iterator[Line]:
        """Yield a line of the M-step, after the line on the squares if it is a variance."""
        if not any(update.terms):
            words = "nothing is expected to leave this state, so any row is as good; this one is uniform."
            yield Line(rf"{self.name(place)} = {decimal(update.value, places + 1)}", f"M-step: {words}")
            return
        if update.label.startswith("σ"):
            yield self._squares(update, places)
        yield from super().ratio_line(place, update, places)

    def _squares(self, update: Update, places: int) -> Line:
        """Return the line Σ (x − μ)² = Σ x² − n μ²."""
        mean = next(line for line in self.known if line.label == update.label.replace("σ²", "μ"))
        steps, top = update.terms[0], update.numerator
        squares = top + steps * mean.value**2
        # The factors of a large product need more digits than the product.
        more = [len(f"{abs(other):.0f}") - 1 for other in (mean.value**2, steps * mean.value)]
        whole, count, middle = agreed(
            lambda digits: [
                given(squares, digits),
                *(given(each, digits + extra) for each, extra in zip((steps, mean.value), more, strict=True)),
            ],
            lambda whole, count, middle: whole - count * middle**2,
            rounds_to(top, places),
            places,
        )
        shown = result(top, places)
        return Line(
            rf"{whole} - {count} \cdot {base(middle)}^{{2}} {shown}",
            f"Σx² minus steps times {mean.label}² is the expected sum of squares around the new mean.",
        )


def shortened(text: str) -> str:
    """Return the text, or its beginning if it is long."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def path_text(path: list[int]) -> str:
    """Return the states of a path as letters, or the first of them if they are many."""
    # One more than is shown, so that `shortened` sees that there are more.
    return shortened("".join(NAMES[k] if k != UNKNOWN else "?" for k in path[: SHOWN + 1]))


def _labels(data: HmmData, rows: Rows) -> tuple[Tag | None, ...] | None:
    if data.state is None:
        return None
    if data.by_step:
        return label_tags(data.state, rows, NAMES)
    starts = data.starts
    tags: list[Tag | None] = []
    for row in rows.tolist():
        path = data.state[starts[row] : starts[row] + data.lengths[row]]
        known = path[path != UNKNOWN]
        # In the colour of the state in which the path is the longest.
        tag = Tag(path_text(path.tolist()), int(np.bincount(known).argmax())) if len(known) else None
        tags.append(tag)
    return tuple(tags)
