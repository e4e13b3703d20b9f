"""Where a number of the count table comes from: parse trees, inside and outside, sums, and the M-step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    SAFE,
    bayes_lines,
    equals,
    given,
    ratio_line,
    significant,
    sum_line,
    whole_line,
)
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.models.rna import steps
from emviz.models.rna.data import LETTERS, PAIRS, AnyCounts, RnaData, RnaRound
from emviz.models.rna.lines import entries, updates
from emviz.models.rna.parses import best_counts, missing_pairs
from emviz.models.rna.rows import FORMED, HELD, groups, row_counts, shown_nodes, totals
from emviz.models.rna.sequence import Sequenced

#: The completions in words.
WORDS = ("all pairs are formed", "all pairs but one are formed", "fewer pairs are formed")
NAMES = ("all", "allbut1", "fewer")
#: Symbols of a group that are followed up to θ: the most frequent ones.
FOLLOWED = 3


@dataclass(frozen=True)
class Derivations:
    """The lines from a cell of the table up to the θ that it ends in.

    Parameters
    ----------
    data : RnaData
    state : RnaRound
    pseudocount : float
    """

    data: RnaData
    state: RnaRound
    pseudocount: float

    def derive(self, cell: view.Cell, places: int) -> view.Derivation:
        """Return the derivation of a cell, its numbers rounded to so many decimals."""
        if isinstance(cell, view.ShareCell):
            asked = "Is it counted" if self.state.whole else "How probable is it"
            title = f"{asked} that {WORDS[cell.place]} in row {cell.row + 1}?"
            return view.Derivation(title, cell.place, tuple(self._share(cell, places)))
        if isinstance(cell, view.UpdateCell):
            update = self._updates[cell.place]
            title = f"Where does {update.label} come from?"
            return view.Derivation(title, update.component, tuple(self._update(cell.place, places)))
        group = groups(self.data.structure)[cell.group]
        if isinstance(cell, view.TotalCell):
            symbols = self._most(self._totals[cell.group])
            title = f"Where do the totals of {group.heading} come from?"
            lines = self._upwards(cell.group, symbols, places)
        else:
            own = self._sequence(cell.row)
            counts = own.counts[cell.group]
            symbols = self._most(counts)
            title = f"Where do the counts of {group.heading} in row {cell.row + 1} come from?"
            lines = [
                *(line for symbol in symbols for line in own.counted(cell.group, symbol, places)),
                *self._upwards(cell.group, symbols, places),
            ]
        return view.Derivation(title, group.component, tuple(lines))

    # -- the shares ------------------------------------------------------------------------------------------

    def _share(self, cell: view.ShareCell, places: int) -> Iterator[view.Line]:
        """Yield the best parse tree, and the sum of all of a kind against that of all trees."""
        own = self._sequence(cell.row)
        yield from own.best_tree(places)
        if self.state.whole:
            best = missing_pairs(self.data.structure, own.best.columns)[0]
            yield whole_line(NAMES[cell.place], float(best == cell.place), "parse tree")
            return
        logs = own.completions
        names = [rf"P(x, \mathrm{{{name}}})" for name in NAMES[: len(logs)]]
        value = significant(float(logs[cell.place]), places + 1 + SAFE)
        yield view.Line(
            rf"{names[cell.place]} = \sum_{{z}} P(x, z) \approx {value}",
            f"Inside adds up all parse trees in which {WORDS[cell.place]}, without listing them.",
        )
        share = float(own.shares[cell.place])
        words = "E-step: against all parse trees of this sequence (Bayes)."
        yield from bayes_lines(NAMES[cell.place], cell.place, names, logs.tolist(), share, places + 1, words)

    # -- upwards ---------------------------------------------------------------------------------------------

    def _upwards(self, group: int, symbols: Sequence[int], places: int) -> list[view.Line]:
        """Return the totals of some symbols of a group, and what the M-step makes of them."""
        node = shown_nodes(self.data.structure)[group]
        field, names = ("pair", FORMED) if node.kind == "MATP" else ("single", HELD)
        row, lines = int(self.data.structure.place[node.first]), []
        for symbol in symbols:
            lines.append(
                sum_line(
                    self._first_rows[group][:, symbol].tolist(),
                    float(self._totals[group][symbol]),
                    len(self.data.texts),
                    places,
                    rf"\,\mathrm{{{names[symbol]}}}",
                    "The exact counts of all sequences are added, and rounded only for display.",
                )
            )
            letters = PAIRS if field == "pair" else LETTERS
            if names[symbol] in letters:
                entry = view.Entry(field, (row, letters.index(names[symbol])))
                lines += self._m_step(self._place[entry], places)
        return lines

    def _update(self, place: int, places: int) -> Iterator[view.Line]:
        """Yield the sum over the sequences, and the M-step."""
        entry = self._entries[place]
        kind = "transitions" if entry.field == "transition" else "letters"
        yield sum_line(
            [float(getattr(counts, entry.field)[entry.index]) for counts in self._first_counts],
            float(getattr(self.state.base.expectation.counts, entry.field)[entry.index]),
            len(self.data.texts),
            places,
            "",
            f"The expected {kind} of all sequences are added, and rounded only for display.",
        )
        yield from self._m_step(place, places)

    def _m_step(self, place: int, places: int) -> Iterator[view.Line]:
        """Yield the pseudocount, and the counts over their sum."""
        entry, update = self._entries[place], self._updates[place]
        count = float(getattr(self.state.base.expectation.counts, entry.field)[entry.index])
        yield view.Line(
            rf"{given(count, places)} + {figures(self.pseudocount, 6)} "
            rf"{equals(update.numerator, places)} {decimal(update.numerator, places)}",
            "The pseudocount is the prior: so much has been seen of everything beforehand.",
        )
        if entry.field == "pair":
            every = float(self.state.base.expectation.counts.pair[entry.index[0]].sum())
            total = update.terms[0]
            yield view.Line(
                rf"{given(every, places)} + {len(PAIRS)} \times {figures(self.pseudocount, 6)} "
                rf"{equals(total, places)} {decimal(total, places)}",
                "How often the pair is formed altogether, with the pseudocount of each of its 16 letters.",
            )
        words = "M-step: these counts are treated as if they had been observed."
        yield ratio_line(update, places, words)

    # -- what the lines are made of --------------------------------------------------------------------------

    def _most(self, counts: Array) -> list[int]:
        """Return the symbols that are counted most; every sequence adds to one at least."""
        order = np.argsort(-counts, kind="stable")[:FOLLOWED]
        return [int(symbol) for symbol in order if counts[symbol] > 0]

    @cached_property
    def _entries(self) -> tuple[view.Entry, ...]:
        return entries(self.data)

    @cached_property
    def _place(self) -> dict[view.Entry, int]:
        return {entry: place for place, entry in enumerate(self._entries)}

    @cached_property
    def _updates(self) -> tuple[view.Update, ...]:
        return updates(self.data, self.state.base.expectation.counts, self.pseudocount)

    @cached_property
    def _totals(self) -> list[Array]:
        own = totals(self.data.structure, self.state.base.expectation.counts)
        return self._split(own)

    @cached_property
    def _first(self) -> list[int]:
        return list(range(min(len(self.data.texts), MOST_TERMS)))

    @cached_property
    def _first_rows(self) -> list[Array]:
        return self._split(
            row_counts(self.data, self.state.base.params, np.array(self._first), self.state.whole)
        )

    @cached_property
    def _first_counts(self) -> list[AnyCounts]:
        """The letters and transitions of the first sequences, one by one."""
        own = (RnaData(self.data.structure, (self.data.texts[row],)) for row in self._first)
        params, only = self.state.base.params, np.zeros(1, dtype=np.intp)
        if self.state.whole:
            return [best_counts(one, params, only) for one in own]
        return [steps.expectation(one, params, 0.0).counts for one in own]

    @cached_property
    def _seen(self) -> dict[int, Sequenced]:
        return {}

    def _sequence(self, row: int) -> Sequenced:
        if row not in self._seen:
            self._seen[row] = Sequenced(self.data, self.state, row)
        return self._seen[row]

    def _split(self, counts: Array) -> list[Array]:
        widths = [len(group.symbols) for group in groups(self.data.structure)]
        return np.split(counts, np.cumsum(widths)[:-1], axis=-1)
