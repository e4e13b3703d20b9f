"""The count table of the layer "presence": its columns, and the derivation of a presence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import ClassVar

import numpy as np

from emviz.data.things import things
from emviz.em.counts.derivation import MOST_TERMS, base, given, result, rounded, tallied, whole_line
from emviz.em.counts.labels import Labels, label_tags
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Group, Line, Tag, Update
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.proteins.presence import steps
from emviz.models.proteins.presence.steps import PresenceCounts, PresenceData, PresenceParams, Weighed

COMPLETIONS = ("present", "absent")
#: The parameter of each group, and the places of these among the updates: γ, α, β.
SYMBOLS, PLACES = (r"\alpha", r"\gamma", r"\beta"), (1, 0, 2)
ONCE = ("", "A protein is counted once, in its first row.", "A peptide is counted once, in its first row.")


class PresenceLedger(Ledger[PresenceData, PresenceParams, PresenceCounts]):
    """The probability of each protein, and the amounts that each pair adds to γ, α and β."""

    counts_truth = True
    added = "The exact numbers are added, and rounded only for display."
    heading: ClassVar[str] = "peptide – protein · probability"
    completions: ClassVar[tuple[Tag, ...]] = tuple(Tag(name, k) for k, name in enumerate(COMPLETIONS))
    groups: ClassVar[tuple[Group, ...]] = (
        Group("pairs", 0, ("gave", "silent", "absent")),
        Group("proteins", 1, ("present", "absent")),
        Group("peptides", 2, ("chance", "none")),
    )

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return peptide, protein and probability."""
        return tuple(self.data.pairs.described(row) for row in rows.tolist())

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return whether the protein is truly present."""
        return label_tags(self.data.absent, rows, COMPLETIONS)

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the probability of the protein of a row, and the amounts it adds to each column."""
        own = self._presences[self.data.pairs.protein[rows]]
        return np.stack([own, 1 - own], axis=-1), self._amounts[rows]

    @cached_property
    def _weighed(self) -> Weighed:
        """Every presence vector with its share."""
        return steps.weighed(self.data, self.params)

    @cached_property
    def _presences(self) -> Array:
        """The probability that each protein is present, shape (n,); 1 or 0 if only one vector counts."""
        if self._true is not None:
            return np.asarray(self._true[0][self.data.first_of_protein] > 0, dtype=np.float64)
        return self._likeliest[0] if self.state.whole else steps.presences(self.data, self._weighed)

    @property
    def _true(self) -> tuple[Labels, Labels] | None:
        """The true kinds of each pair and each peptide, if these are counted."""
        return self.data.kinds if self.state.known else None

    @cached_property
    def _likeliest(self) -> tuple[Array, Array, Array]:
        """Which proteins are present, which pairs gave and which peptides came by chance, most likely."""
        return steps.rows_of(self.data, steps.best(self.data, self.params))

    @cached_property
    def _amounts(self) -> Array:
        """The amounts that each row adds to each column, shape (R, 7)."""
        data, pairs = self.data, self.data.pairs
        own = self._presences[pairs.protein]
        if self._true is not None:
            gave, chance = (np.asarray(kinds == most) for kinds, most in zip(self._true, (2, 1), strict=True))
        elif self.state.whole:
            _, gave, chance = self._likeliest
        else:
            gave = steps.given(data, self.params, self._weighed)
            chance = steps.by_chance(data, self.params, self._weighed)
        chance = chance[pairs.peptide]
        protein, peptide = (np.isin(np.arange(pairs.rows), self._counted(group)) for group in (1, 2))
        columns = (gave, own - gave, 1 - own, protein * own, protein * (1 - own))
        return np.stack([*columns, peptide * chance, peptide * (1 - chance)], axis=-1)

    def _counted(self, group: int) -> Rows:
        """Return the rows that a group counts: all pairs, or the first of each protein or peptide."""
        return np.sort((np.arange(self.rows), self.data.first_of_protein, self.data.first_of_peptide)[group])

    def totals(self, counts: PresenceCounts) -> Array:
        """Return the numbers of pairs, proteins and peptides of each kind."""
        present, absent, gave, silent, chance, quiet, _ = counts
        return np.array([gave, silent, self.rows - gave - silent, present, absent, chance, quiet])

    def updates(self, counts: PresenceCounts, found: PresenceParams) -> tuple[Update, ...]:
        """Return γ, α and β as ratios of counts."""
        present, absent, gave, silent, chance, quiet = (float(count) for count in counts[:6])
        return (
            Update("γ", 1, present, (present, absent), float(found.gamma)),
            Update("α", 0, gave, (gave, silent), float(found.alpha)),
            Update("β", 2, chance, (chance, quiet), float(found.beta)),
        )

    def name(self, place: int) -> str:
        """Return a parameter as LaTeX."""
        return SYMBOLS[PLACES[place]]

    def share_component(self, row: int, place: int) -> int:
        """Return the colour of proteins."""
        return 1

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the group of proteins."""
        return (1,)

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the two sums whose ratio is a parameter, and the parameter."""
        yield from self.sums(self.spans[group][:2], places)
        yield from self.ratios([PLACES[group]], places)

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals enter a ratio of the M-step."""
        return (PLACES[place],)

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the same for a parameter."""
        return self.group_lines(PLACES[place], places)

    def sums(self, columns: Iterable[int], places: int) -> Iterator[Line]:
        """Yield the totals of some columns, from the rows that count for each."""
        for column in columns:
            group = next(g for g in range(len(self.groups)) if column in self.spans[g])
            counted, words = self._counted(group), f"{self.added} {ONCE[group]}".strip()
            terms = self._amounts[counted[:MOST_TERMS], column]
            total = float(self.summed[column])
            yield self.total_line(terms, total, len(counted), places, self.unit(column), words)

    # -- one row ---------------------------------------------------------------------------------------------

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the lines on P(present): the presence vectors with the protein against all."""
        net, n = self.data.lattice, int(self.data.pairs.protein[row])
        states, tied = (int((each == net.component[n]).sum()) for each in (net.home, net.component))
        share = float(self._presences[n])
        share = 1 - share if place else share
        yield self._seen_line(row, places)
        if self.state.whole:
            yield whole_line(COMPLETIONS[place], share, "presence vector")
            return
        own, has = (r"y_{n} = 0", "lacks") if place else (r"y_{n} = 1", "contains")
        yield Line(
            rf"P(\mathrm{{{COMPLETIONS[place]}}}) = "
            rf"\frac{{\sum_{{y:\ {own}}} P(x, y)}}{{\sum_{{y}} P(x, y)}} "
            rf"{result(share, places + 1)}",
            f"E-step: of the {things(states, 'presence vector')} of {things(tied, 'protein')} that peptides "
            f"tie together, the part that {has} {self.data.pairs.proteins[n]}, each weighed by γ and by all "
            "their peptides (Bayes).",
        )

    def _seen_line(self, row: int, places: int) -> Line:
        """Return how probable it is that the peptide of a row is seen when all its proteins are present."""
        pairs, params, p = self.data.pairs, self.params, self.data.pairs.peptide[row]
        parents = int((pairs.peptide == p).sum())
        seen = float(steps.seen_with(params, np.array([parents]))[0])
        alpha, beta = (given(1 - float(chance), places + 1) for chance in (params.alpha, params.beta))
        all_of = "its protein is present" if parents == 1 else f"all {parents} of its proteins are present"
        return Line(
            rf"1 - {beta} \cdot {base(alpha)}^{{{parents}}} {result(seen, places + 1)}",
            f"How probable it is that peptide {pairs.peptides[p]} is seen when {all_of}: unless all fail, "
            "chance too (noisy-OR).",
        )

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the lines on what a row adds to a group: all cases of a pair, a protein or a peptide."""
        whole = self.state.whole
        counted = [(float(self._amounts[row, j]), self.symbols[j]) for j in self.spans[group]]
        if not any(amount for amount, _ in counted):
            yield Line("0", ONCE[group])
            return
        if group == 1:
            yield from self.share_lines(row, 0, places)
        else:
            yield self._seen_line(row, places)
            amount, name = counted[0]
            yield whole_line(name, amount, "way") if whole else self._giver_line(row, group, amount, places)
        parts = (rf"{tallied(amount, places, whole)}\,\mathrm{{{symbol}}}" for amount, symbol in counted)
        one = self.groups[group].heading[:-1]
        yield Line(rf"{' + '.join(parts)} = 1\,\mathrm{{{one}}}", "All cases add up to one.")

    def _giver_line(self, row: int, group: int, amount: float, places: int) -> Line:
        """Return the expected giving of a pair, or the expected chance of a peptide."""
        pairs, params = self.data.pairs, self.params
        certain = rounded(float(pairs.probability[pairs.peptide[row]]), 9)
        chance, where = (params.beta, "y") if group else (params.alpha, r"y:\ y_{n} = 1")
        what = "chance" if group else f"{pairs.proteins[int(pairs.protein[row])]}, where it is present,"
        return Line(
            rf"\sum_{{{where}}} q(y) \frac{{{certain} \cdot {given(float(chance), places + 1)}}}"
            rf"{{{certain} \cdot f_{{y}} + (1 - {certain}) \cdot (1 - f_{{y}})}} "
            rf"{result(amount, places)}",
            f"That {what} gave the peptide, among all that could have; f is how probable it is seen under y.",
        )
