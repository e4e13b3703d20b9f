"""The count table of a covariance model: what becomes of pairs and loops, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from emviz.em.counts.derivation import MOST_TERMS, SAFE, bayes_lines, given, result, significant, whole_line
from emviz.em.counts.glances import Glance, Portion
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Cell, CountCell, Entry, Group, Line, ShareCell, Tag, Update, Updates
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.rounding import figures
from emviz.models.rna import steps
from emviz.models.rna.data import LETTERS, PAIRS, AnyCounts, RnaData, RnaParams
from emviz.models.rna.lines import entries, updates
from emviz.models.rna.parses import best_counts, missing_pairs
from emviz.models.rna.rows import FORMED, HELD, OTHER, groups, row_counts, shown_nodes, totals, trees
from emviz.models.rna.sequence import Sequenced
from emviz.models.rna.structure import Codes, Structure

if TYPE_CHECKING:
    from emviz.models.rna import Covariance

#: The completions: the number of pairs that a sequence forms.
COMPLETIONS = ("all pairs", "all but 1", "fewer")
#: The completions in words, and as LaTeX.
WORDS = ("all pairs are formed", "all pairs but one are formed", "fewer pairs are formed")
NAMES = (r"all\ pairs", r"all\ but\ 1", "fewer")
#: Symbols of a group that are followed up to θ: the most frequent ones.
FOLLOWED = 3


class RnaLedger(Ledger[RnaData, RnaParams, AnyCounts]):
    """The number of pairs that each sequence forms, and the letters of pairs and loops."""

    model: Covariance
    heading: ClassVar[str] = "sequence"
    several = "counts of"
    counts_truth = True
    added = "The exact counts of all sequences are added, and rounded only for display."

    @property
    def completions(self) -> tuple[Tag, ...]:
        """How many pairs are formed."""
        return tuple(Tag(name, k) for k, name in enumerate(completions(self.data.structure)))

    @property
    def groups(self) -> tuple[Group, ...]:
        """What becomes of the columns of each pair and loop."""
        return groups(self.data.structure)

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the sequences."""
        return tuple(self.data.texts[row] for row in rows.tolist())

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return how many pairs are truly formed."""
        return _labels(self.data, rows)

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return how many pairs are formed, and what becomes of them."""
        counts = self._counted(tuple(rows.tolist()))
        if not self.state.whole:
            return steps.posterior(self.data, self.params, rows), counts
        columns = trees(self.data, self.params, rows, self.state.known)
        return np.eye(len(self.completions))[missing_pairs(self.data.structure, columns)], counts

    def brackets(self, rows: Rows) -> tuple[str, ...]:
        """Return the best parse tree of each sequence in brackets, or the true one where that is counted."""
        if not len(rows):
            return ()
        columns = trees(self.data, self.params, rows, self.state.known)
        pairs = zip(columns, self.data.lengths[rows].tolist(), strict=True)
        return tuple(bracketed(self.data.structure, own, length) for own, length in pairs)

    def glances(self, rows: Rows) -> Sequence[Glance]:
        """Return for each pair the probability that a sequence forms it."""
        counts = self._counted(tuple(rows.tolist())) if len(rows) else np.zeros((0, len(self.symbols)))
        formed = [list(self.spans[pair][: OTHER + 1]) for pair in range(len(self.data.structure.pairs))]
        return tuple(
            Portion(
                heading=self.groups[pair].heading,
                component=self.groups[pair].component,
                values=counts[:, columns].sum(axis=1),
                total=float(self.summed[columns].sum()),
                derives=partial(CountCell, group=pair),
            )
            for pair, columns in enumerate(formed)
        )

    @cached_property
    def _counted(self) -> Callable[[tuple[int, ...]], Array]:
        data, params, state = self.data, self.params, self.state
        if state.known and data.labelled is not None:
            # Unknown letters are shared by the θ that the alignment leads to.
            params = self.model.m_step(data, data.labelled)
        return cache(lambda rows: row_counts(data, params, np.array(rows), state.whole, state.known))

    def totals(self, counts: AnyCounts) -> Array:
        """Return what becomes of each pair and loop in all sequences."""
        return totals(self.data.structure, counts)

    def updates(self, counts: AnyCounts, found: RnaParams) -> Updates:
        """Return the M-step with its pseudocounts, from the counts alone."""
        return updates(self.data, counts, self.model.pseudocount)

    def asked(self, cell: Cell) -> str:
        """Return the question, with a completion in words."""
        match cell:
            case ShareCell(row, place):
                asked = "Is it counted" if self.state.whole else "How probable is it"
                return f"{asked} that {WORDS[place]} in row {row + 1}?"
        return super().asked(cell)

    # -- one sequence ----------------------------------------------------------------------------------------

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return nothing: how many pairs are formed is counted nowhere."""
        return ()

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the best parse tree, and the sum of all of a kind against that of all trees."""
        own = self._sequence(row)
        yield from own.best_tree(places)
        if self.state.whole:
            best = missing_pairs(self.data.structure, own.best.columns)[0]
            yield whole_line(NAMES[place], float(best == place), "parse tree")
            return
        logs = own.completions
        names = [rf"P(x, \mathrm{{{name}}})" for name in NAMES[: len(logs)]]
        value = significant(float(logs[place]), places + 1 + SAFE)
        yield Line(
            rf"{names[place]} = \sum_{{z}} P(x, z) \approx {value}",
            f"Inside adds up all parse trees in which {WORDS[place]}, without listing them.",
        )
        share = float(own.shares[place])
        words = "E-step: against all parse trees of this sequence (Bayes)."
        yield from bayes_lines(NAMES[place], place, names, logs.tolist(), share, places + 1, words)

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield how the letters that a sequence counts most come about."""
        own = self._sequence(row)
        for symbol in self._most(own.counts[group]):
            yield from own.counted(group, symbol, places)

    def led_to(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the totals of the same, and the M-step."""
        return self._upwards(group, self._most(self._sequence(row).counts[group]), places)

    # -- upwards ---------------------------------------------------------------------------------------------

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the largest totals of a group, and the M-step."""
        return self._upwards(group, self._most(self.summed[self.spans[group]]), places)

    def _upwards(self, group: int, symbols: Sequence[int], places: int) -> Iterator[Line]:
        entries = self._entry_of_symbol[group]
        for symbol in symbols:
            yield from self.sums([self.spans[group][symbol]], places)
            if symbol in entries:
                yield from self.ratios([self._place[entries[symbol]]], places)

    @cached_property
    def _entry_of_symbol(self) -> tuple[dict[int, Entry], ...]:
        """The entry of θ that each symbol of a group counts; a column for several symbols has none."""
        found = []
        for node in shown_nodes(self.data.structure):
            paired, row = node.kind == "MATP", int(self.data.structure.place[node.first])
            field, names, letters = ("pair", FORMED, PAIRS) if paired else ("single", HELD, LETTERS)
            known = [(symbol, name) for symbol, name in enumerate(names) if name in letters]
            found.append({symbol: Entry(field, (row, letters.index(name))) for symbol, name in known})
        return tuple(found)

    @cached_property
    def _made(self) -> dict[Entry, int]:
        return {
            entry: group for group, entries in enumerate(self._entry_of_symbol) for entry in entries.values()
        }

    def made_of(self, place: int) -> Sequence[int]:
        """Return the group whose totals a line of the M-step is the ratio of; not all lines have one."""
        group = self._made.get(self._entries[place])
        return () if group is None else (group,)

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the sum over the sequences, and the M-step."""
        entry = self._entries[place]
        kind = "transitions" if entry.field == "transition" else "letters"
        yield self.total_line(
            np.array([getattr(counts, entry.field)[entry.index] for counts in self._first_counts]),
            float(getattr(self.expected, entry.field)[entry.index]),
            len(self.data.texts),
            places,
            "",
            f"The expected {kind} of all sequences are added, and rounded only for display.",
        )
        yield from self.ratios([place], places)

    def ratio_line(self, place: int, update: Update, places: int) -> Iterator[Line]:
        """Yield the pseudocount, and the counts over their sum."""
        entry = self._entries[place]
        count, whole = float(getattr(self.expected, entry.field)[entry.index]), self.state.whole
        pseudocount = figures(self.model.pseudocount, 6)
        yield Line(
            rf"{given(count, places, whole)} + {pseudocount} "
            rf"{result(update.numerator, places)}",
            "The pseudocount is the prior: as if each had been seen this often beforehand.",
        )
        if entry.field == "pair":
            every = float(self.expected.pair[entry.index[0]].sum())
            total = update.terms[0]
            yield Line(
                rf"{given(every, places, whole)} + {len(PAIRS)} \times {pseudocount} "
                rf"{result(total, places)}",
                "How often the pair is formed altogether, with the pseudocount of each of its 16 letters.",
            )
        yield from super().ratio_line(place, update, places)

    # -- what the lines are made of --------------------------------------------------------------------------

    def _most(self, counts: Array) -> list[int]:
        """Return the symbols that are counted most; every sequence adds to one at least."""
        order = np.argsort(-counts, kind="stable")[:FOLLOWED]
        return [int(symbol) for symbol in order if counts[symbol] > 0]

    @cached_property
    def _entries(self) -> tuple[Entry, ...]:
        return entries(self.data)

    @cached_property
    def _place(self) -> dict[Entry, int]:
        return {entry: place for place, entry in enumerate(self._entries)}

    @cached_property
    def _first_counts(self) -> list[AnyCounts]:
        """The letters and transitions of the first sequences, one by one."""
        own = (RnaData(self.data.structure, (text,)) for text in self.data.texts[:MOST_TERMS])
        params, only = self.params, np.zeros(1, dtype=np.intp)
        if self.state.whole:
            return [best_counts(one, params, only) for one in own]
        return [steps.expectation(one, params, 0.0).counts for one in own]

    @cached_property
    def _sequence(self) -> Callable[[int], Sequenced]:
        return cache(partial(Sequenced, self.data, self.state))


def bracketed(structure: Structure, columns: Codes, length: int) -> str:
    """Return a parse tree as brackets around its pairs, and a point for every other letter.

    Parameters
    ----------
    columns : integer array, shape (C,)
        The letter at each consensus column, counted from 0; −1 where there is none.
    length : int
        The number of letters of the sequence.
    """
    signs = ["."] * length
    for left, right in structure.pairs:
        opened, closed = int(columns[left - 1]), int(columns[right - 1])
        if opened >= 0 and closed >= 0:
            signs[opened], signs[closed] = "()"
    return "".join(signs)


def completions(structure: Structure) -> tuple[str, ...]:
    """Return the names of the completions."""
    return COMPLETIONS[: steps.planes(structure)]


def _labels(data: RnaData, rows: Rows) -> tuple[Tag, ...] | None:
    if data.columns is None:
        return None
    names = completions(data.structure)
    known = missing_pairs(data.structure, data.columns[rows])
    return tuple(Tag(names[k], int(k)) for k in known)
