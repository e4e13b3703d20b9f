"""The count table of the haplotypes: its columns, and the derivation of each share."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar

import numpy as np

from emviz.data.things import things
from emviz.em.counts.derivation import (
    MOST_TERMS,
    agreed,
    base,
    bayes_lines,
    counted_line,
    given,
    rest_line,
    result,
    tallied,
    whole_line,
)
from emviz.em.counts.labels import UNKNOWN
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Cell, CountCell, Group, Line, ShareCell, Tag, Update
from emviz.em.model import Rows
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.rounding import decimal
from emviz.models.haplotype.data import HaplotypeCounts, HaplotypeData
from emviz.models.haplotype.steps import (
    HaplotypeParams,
    log_pair_chances,
    ranked_pairs,
    row_copies,
    row_shares,
    true_shares,
)

RANKS = ("1st", "2nd", "3rd")


class HaplotypeLedger(Ledger[HaplotypeData, HaplotypeParams, HaplotypeCounts]):
    """The likeliest phases of each row, and the copies of each haplotype."""

    heading: ClassVar[str] = "genotypes"
    counts_truth = True
    treated = "M-step: the expected copies over all copies, two for each person."
    added = "The exact copies of all rows are added, and rounded only for display."

    @property
    def completions(self) -> tuple[Tag, ...]:
        """The ranks that any row can fill, and the others."""
        ranks = RANKS[: int(self.data.sizes.max())]
        return tuple(Tag(rank, k) for k, rank in enumerate((*ranks, "others")))

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The ranks: the phases of each row have names of their own."""
        return self.completions

    @property
    def groups(self) -> tuple[Group, ...]:
        """The copies of each haplotype."""
        return tuple(Group(name, h, ("copies",)) for h, name in enumerate(self.data.names))

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the genotypes, and the people with each."""
        data = self.data
        texts = map(data.written, data.which[rows].tolist())
        pairs = zip(texts, data.people[rows].tolist(), strict=True)
        return tuple(f"{text} × {people:.0f}" if data.counted else text for text, people in pairs)

    def names(self, rows: Rows) -> tuple[tuple[str, ...], ...]:
        """Return the likeliest phases of some rows, and the number of others."""
        pairs, more = self._ranked(rows)[0].tolist(), self.data.sizes[self.data.which[rows]] - len(RANKS)
        first = (tuple("" if pair < 0 else self.data.pair_name(pair) for pair in line) for line in pairs)
        return tuple(
            (*line, f"{others:,} more" if others > 0 else "")
            for line, others in zip(first, more.tolist(), strict=True)
        )

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return the true phases, in the colour of their first haplotype."""
        data = self.data
        if data.phase is None:
            return None
        return tuple(
            None if pair == UNKNOWN else Tag(data.pair_name(pair), int(data.first[pair]))
            for pair in data.phase[rows].tolist()
        )

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the shares of the likeliest phases and of the rest, and the copies."""
        _, largest, rest = self._ranked(rows)
        return np.column_stack([largest, rest]), row_copies(self.data, self._shares(rows), rows)

    def _shares(self, rows: Rows) -> Array:
        if self.state.known and self.data.phase is not None:
            return true_shares(self.data, rows)
        return row_shares(self.data, self.params, rows, self.state.whole)

    def _ranked(self, rows: Rows) -> tuple[Rows, Array, Array]:
        return ranked_pairs(self.data, self._shares(rows), rows, len(self.completions) - 1)

    def totals(self, counts: HaplotypeCounts) -> Array:
        """Return the copies of each haplotype."""
        return counts.copies.copy()

    def updates(self, counts: HaplotypeCounts, found: HaplotypeParams) -> tuple[Update, ...]:
        """Return p_h = copies / (2 × people) for every haplotype."""
        each = zip(self.data.names, counts.copies.tolist(), found.frequency.tolist(), strict=True)
        bottom = (2 * self.data.total,)
        return tuple(Update(f"p_{name}", h, copies, bottom, p) for h, (name, copies, p) in enumerate(each))

    # -- one row ---------------------------------------------------------------------------------------------

    def asked(self, cell: Cell) -> str:
        """Return the question, which names the phase."""
        match cell:
            case CountCell(row, h):
                return f"Where do the copies of {self.data.names[h]} in row {row + 1} come from?"
            case ShareCell(row, place) if place == len(self.completions) - 1:
                return f"Where does the share of the others in row {row + 1} come from?"
            case ShareCell(row, place):
                pair = self._pair(row, place)
                if pair is None:
                    return f"Why is there no {RANKS[place]} phase in row {row + 1}?"
                return f"Where does {self.letter}({self.data.pair_name(pair)}) in row {row + 1} come from?"
        return super().asked(cell)

    def share_component(self, row: int, place: int) -> int:
        """Return the colour of the first haplotype of a phase."""
        pair = self._pair(row, place)
        return place if pair is None else int(self.data.first[pair])

    def _pair(self, row: int, place: int) -> int | None:
        """Return the pair of haplotypes of a rank; None after the last pair, and for the others."""
        ranked = self._ranked(np.array([row]))[0][0].tolist()
        return ranked[place] if place < len(ranked) and ranked[place] >= 0 else None

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the first haplotype of a phase."""
        pair = self._pair(row, place)
        return () if pair is None else (int(self.data.first[pair]),)

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the derivation of the share of a phase, or of that of all phases without a column."""
        pair, people = self._pair(row, place), float(self.data.people[row])
        if pair is None:
            last = place == len(self.completions) - 1
            yield self._others_line(row, places) if last else self._phases_line(row)
            return
        yield from self._bayes(row, pair, places)
        first, second = (self.data.names[int(side[pair])] for side in (self.data.first, self.data.second))
        amounts = {first: 2 * people} if first == second else {first: people, second: people}
        words = f"Each of the two haplotypes is counted with this share, for {_people(people)}."
        share = float(self._ranked(np.array([row]))[1][0, place])
        yield counted_line(share, amounts, places, words, self.state.whole)

    def _others_line(self, row: int, places: int) -> Line:
        _, largest, rest = self._ranked(np.array([row]))
        words = "The rest of 1, since all shares of a row add up to 1."
        return rest_line(largest[0].tolist(), float(rest[0]), places, words, self.state.whole)

    def _pairs(self, row: int) -> list[int]:
        """Return all pairs that make up the genotype of a row."""
        start, size = (int(each[self.data.which[row]]) for each in (self.data.starts, self.data.sizes))
        return list(range(start, start + size))

    def _phases_line(self, row: int) -> Line:
        names = r",\ ".join(rf"\mathrm{{{self._name(pair)}}}" for pair in self._pairs(row))
        return Line(names, "These are all pairs of haplotypes that make up this genotype.")

    def _name(self, pair: int) -> str:
        return self.data.pair_name(pair).replace(" ", "")

    def _bayes(self, row: int, pair: int, places: int) -> Iterator[Line]:
        """Yield the share of one pair of haplotypes, relative to all pairs of the genotype."""
        pairs = self._pairs(row)
        at = k = pairs.index(pair)
        share, taken = (
            float(row_shares(self.data, self.params, np.array([row]), whole)[0, at])
            for whole in (False, self.state.whole)
        )
        logs = log_pair_chances(self.data, self.params.frequency, np.array(pairs))
        if logs.max() == -math.inf:
            words = (
                "No pair is possible at these frequencies, so all get equal shares; nobody has this genotype."
            )
            yield Line(rf"\mathrm{{{self._name(pair)}}}:\ \frac{{1}}{{{len(pairs)}}}", words)
            return
        joint = [self._joint(one, places) for one in (pairs if len(pairs) <= MOST_TERMS else [pair])]
        if len(pairs) > MOST_TERMS:
            joint, k = [*joint, r"\mathrm{others}"], 0
            logs = np.array([logs[at], log_sum_exp(np.delete(logs, at))])
        words = (
            f"E-step: the probability of the pair {self.data.pair_name(pair)} among the {len(pairs):,} that "
            "make up this genotype (Bayes); times 2 if its haplotypes differ, since either may come from the "
            "mother."
        )
        yield from bayes_lines(self._name(pair), k, joint, logs.tolist(), share, places + 1, words)
        if self.state.whole:
            yield whole_line(self._name(pair), taken, "phase")

    def _joint(self, pair: int, places: int) -> str:
        h, k = int(self.data.first[pair]), int(self.data.second[pair])
        p, q = (given(float(self.params.frequency[one]), places + 1) for one in (h, k))
        return rf"{base(p)}^{{2}}" if h == k else rf"2 \cdot {p} \cdot {q}"

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the derivation of the copies of one haplotype in a row."""
        data, rows = self.data, np.array([row])
        pairs = np.array(self._pairs(row))
        shares = self._shares(rows)[0, : len(pairs)]
        copies = (data.first[pairs] == group).astype(np.float64) + (data.second[pairs] == group)
        carriers = np.flatnonzero(copies)
        if not len(carriers):
            yield Line("0", f"No pair that makes up this genotype holds {data.names[group]}.")
            return
        yield from self._bayes(row, int(pairs[carriers[shares[carriers].argmax()]]), places)
        people, whole = float(data.people[row]), self.state.whole
        total = float(people * (shares[carriers] @ copies[carriers]))
        amounts = [Decimal(people * float(copies[place])) for place in carriers[:MOST_TERMS]]
        terms_of = shares[carriers[:MOST_TERMS]].tolist()
        parts = agreed(
            lambda digits: [tallied(share, digits, whole) for share in terms_of],
            lambda *own: sum(map(operator.mul, own, amounts), Decimal(0)),
            lambda hand: len(carriers) > MOST_TERMS or decimal(float(hand), places) == decimal(total, places),
            places + 1,
        )
        terms = [rf"{part} \times {amount:.0f}" for part, amount in zip(parts, amounts, strict=True)]
        more = r" + \cdots" if len(carriers) > MOST_TERMS else ""
        words = f"Copies of {data.names[group]} in {_people(people)}: each phase that holds it, by its share."
        yield Line(f"{' + '.join(terms)}{more} {result(total, places, whole)}", words)


def _people(people: float) -> str:
    return "one person" if people == 1 else things(people, "person", "people")
