"""The count table of the layer "shared": its columns, and the derivation of the share of a protein."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

import numpy as np

from emviz.em.counts.derivation import MOST_TERMS, given, product, result, rounded, upright, whole_line
from emviz.em.counts.labels import UNKNOWN, label_tags
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import Group, Line, Tag, Update
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.rounding import figures
from emviz.models.proteins.shared import steps
from emviz.models.proteins.shared.steps import SharedCounts, SharedData, SharedParams

COMPLETIONS = ("this", "another")


class SharedLedger(Ledger[SharedData, SharedParams, SharedCounts]):
    """The share of a peptide that each protein gets, and the count it adds."""

    heading: ClassVar[str] = "peptide – protein · probability"
    completions: ClassVar[tuple[Tag, ...]] = tuple(Tag(name, k) for k, name in enumerate(COMPLETIONS))
    counts_truth = True
    treated = "M-step: the expected peptides of the protein among those of all proteins, as if observed."
    added = "The exact shares of all peptides of this protein are added, and rounded only for display."

    @property
    def groups(self) -> tuple[Group, ...]:
        """The peptides of each protein."""
        return tuple(Group(name, n, ("peptides",)) for n, name in enumerate(self.data.pairs.proteins))

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return peptide, protein and probability."""
        return tuple(self.data.pairs.described(row) for row in rows.tolist())

    def labels(self, rows: Rows) -> tuple[Tag | None, ...] | None:
        """Return whether the protein of the row is the true one."""
        if self.data.true is None:
            return None
        true = self.data.true[self.data.pairs.peptide]
        other = np.where(true == UNKNOWN, UNKNOWN, true != self.data.pairs.protein)
        return label_tags(other, rows, COMPLETIONS)

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the shares of the peptide of a row, and its count for the protein of the row."""
        own, pairs = self._own[rows], self.data.pairs
        counts = np.zeros((len(rows), len(pairs.proteins)))
        counts[np.arange(len(rows)), pairs.protein[rows]] = self._chances[rows] * own
        return np.stack([own, 1 - own], axis=-1), counts

    @property
    def _own(self) -> Array:
        """The part of its peptide that is counted for the protein of each row, shape (R,)."""
        if self.state.known and self.data.true is not None:
            return np.equal(self.data.true[self.data.pairs.peptide], self.data.pairs.protein) * 1.0
        part = steps.chosen_of if self.state.whole else steps.responsibilities
        return part(self.data, self.params)

    @property
    def _chances(self) -> Array:
        """The probability of the peptide of each row, shape (R,)."""
        return self.data.pairs.probability[self.data.pairs.peptide]

    def totals(self, counts: SharedCounts) -> Array:
        """Return the peptides of each protein."""
        return counts.peptides.copy()

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals enter a ratio of the M-step: all proteins."""
        return range(len(self.groups))

    def updates(self, counts: SharedCounts, found: SharedParams) -> tuple[Update, ...]:
        """Return θ_n = peptides_n / Σ peptides of every protein."""
        sums = tuple(counts.peptides.tolist())
        terms = sums if len(sums) <= MOST_TERMS else (sum(sums),)
        found_of = zip(self.data.pairs.proteins, sums, found.abundance.tolist(), strict=True)
        return tuple(
            Update(f"θ_{name}", n, own, terms, value) for n, (name, own, value) in enumerate(found_of)
        )

    def share_component(self, row: int, place: int) -> int:
        """Return the colour of the protein of a row."""
        return int(self.data.pairs.protein[row])

    def leads_to(self, row: int, place: int) -> Sequence[int]:
        """Return the protein of the row."""
        return (int(self.data.pairs.protein[row]),)

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the lines on the share of the peptide, and on its count for the protein of the row."""
        own = float(self._own[row])
        yield self._share_line(row, place, places)
        if self.state.whole:
            yield whole_line(COMPLETIONS[place], 1 - own if place else own, "protein")
        probability = float(self._chances[row])
        (n,), shown, unit = self.leads_to(row, place), rounded(probability, 9), r"\,\mathrm{peptides}"
        yield Line(
            product(own, probability, shown, places, unit, self.state.whole, r"\cdot"),
            f"The peptide counts as {figures(probability, 4)} of one, and this share of it for "
            f"{self.data.pairs.proteins[n]}.",
        )

    def _share_line(self, row: int, place: int, places: int) -> Line:
        pairs, own = self.data.pairs, self.data.pairs.protein[row]
        parents = pairs.protein[pairs.peptide == pairs.peptide[row]]
        share = float(self.model.posterior(self.data, self.params, np.array([row]))[0, place])
        above, below = (
            " + ".join(given(float(value), places + 1) for value in self.params.abundance[some]) or "0"
            for some in (parents[(parents == own) != bool(place)], parents)
        )
        origin = "from the protein of this row" if not place else "from another"
        return Line(
            rf"P(\mathrm{{{COMPLETIONS[place]}}}) = \frac{{{above}}}{{{below}}} "
            rf"{result(share, places + 1)}",
            f"E-step: that the peptide came {origin}, among the abundances of all proteins that hold it "
            "(Bayes).",
        )

    def count_lines(self, row: int, group: int, places: int) -> Iterator[Line]:
        """Yield the lines on the count of a row for its protein, or on the 0 for another."""
        (n,) = self.leads_to(row, 0)
        if group == n:
            yield from self.share_lines(row, 0, places)
        else:
            yield Line("0", f"This row is about {self.data.pairs.proteins[n]}: it adds nothing here.")

    def sums(self, columns: Iterable[int], places: int) -> Iterator[Line]:
        """Yield the peptides of some proteins, from the rows of each."""
        for n in columns:
            own = np.flatnonzero(self.data.pairs.protein == n)
            terms = (self._own * self._chances)[own[:MOST_TERMS]]
            total = float(self.expected.peptides[n])
            yield self.total_line(terms, total, len(own), places, self.unit(n), self.added)

    def name(self, place: int) -> str:
        """Return an abundance as LaTeX."""
        return rf"\theta_{{{upright(self.data.pairs.proteins[place])}}}"
