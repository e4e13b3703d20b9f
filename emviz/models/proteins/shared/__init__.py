"""Layer "shared": which of its proteins a peptide came from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from emviz.data.table import DataError, Table
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, Simplex
from emviz.em.model import Expectation, Look, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.pictures import View
from emviz.em.simulation import draws
from emviz.models.proteins.pairs import PEPTIDE, PROBABILITY, PROTEIN, TRUE, parsed
from emviz.models.proteins.shared import pictures, steps
from emviz.models.proteins.shared.steps import SharedCounts, SharedData, SharedParams, SharedRound
from emviz.models.proteins.shared.table import SharedLedger

__all__ = ["Shared", "SharedCounts", "SharedData", "SharedParams"]

#: The most proteins in an answer.
MOST = 5
#: The probabilities that one, two or three proteins hold a simulated peptide.
HELD = (0.5, 0.3, 0.2)


class Shared(Model[SharedData, SharedParams, SharedCounts]):
    """Peptides are shared out among their proteins."""

    key = "shared"
    title = "Peptides shared"
    objective = "weighted log P"
    label_column = TRUE
    words = Words(
        "pair",
        "pairs",
        "origin",
        "origins",
        "which of its proteins each peptide came from",
        "Which protein did this peptide come from?",
        shared="Each peptide was shared between its proteins",
    )

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns of the layer."""
        return (PEPTIDE, PROTEIN, PROBABILITY, TRUE)

    def parse(self, table: Table) -> SharedData:
        """Return the pairs, and the true proteins if they are known."""
        pairs = parsed(table)
        if len(pairs.proteins) < 2:
            raise DataError("there is only one protein, so nothing is to be shared out", column=PROTEIN)
        if not pairs.probability.any():
            raise DataError("every peptide has the probability 0", column=PROBABILITY)
        return steps.sorted_pairs(pairs, steps.true_proteins(table, pairs))

    def parameters(self, data: SharedData) -> Sequence[Parameter]:
        """Return the abundances."""
        return (Parameter("abundance", Simplex(), "θ", (data.pairs.proteins,), words="the abundance of {0}"),)

    def default(self, data: SharedData) -> SharedParams:
        """Return equal abundances."""
        proteins = len(data.pairs.proteins)
        return SharedParams(np.full(proteins, 1 / proteins))

    def start(self, data: SharedData, rng: np.random.Generator) -> SharedParams:
        """Return abundances drawn uniformly from all that add up to 1."""
        return SharedParams(np.asarray(rng.dirichlet(np.ones(len(data.pairs.proteins)))))

    def e_step(self, data: SharedData, params: SharedParams) -> Expectation[SharedCounts]:
        """Return the expected peptides of each protein, and log P(x; θ)."""
        return Expectation(
            steps.counted(data, steps.responsibilities(data, params)), float(steps.heights(data, params))
        )

    def m_step(self, data: SharedData, counts: SharedCounts) -> SharedParams:
        """Return θ_n = peptides_n / Σ peptides."""
        return steps.shared_out(counts)

    def q(self, data: SharedData, counts: SharedCounts, params: SharedParams) -> float:
        """Return Σ_n peptides_n log θ_n."""
        return steps.fit_of(counts, params)

    def objectives(self, data: SharedData, params: SharedParams) -> Array:
        """Return log P(x; θ), shape (...), at θ stacked along leading axes."""
        return steps.heights(data, params)

    def called(self, data: SharedData, row: int) -> str:
        """Return the peptide and the protein of a row."""
        return f"pair {data.pairs.called(row)}"

    def mixes(self, data: SharedData) -> bool:
        """Return True: a peptide that proteins share is in several rows."""
        return True

    def posterior(self, data: SharedData, params: SharedParams, rows: Rows) -> Array:
        """Return the probabilities that the peptide came from the protein of the row, and from another."""
        own = steps.responsibilities(data, params)[rows]
        return np.stack([own, 1 - own], axis=-1)

    def answers(self, data: SharedData, params: SharedParams, rows: Rows) -> Sequence[Answer]:
        """Return the proteins that the peptide may have come from, the likeliest first."""
        shares, pairs = steps.responsibilities(data, params), data.pairs
        ends = np.append(data.first[1:], pairs.rows)
        answers = []
        for p in pairs.peptide[rows].tolist():
            own = data.order[data.first[p] : ends[p]]
            # The first by name among equals, as in `complete`.
            ranked = own[np.lexsort((pairs.protein[own], -params.abundance[pairs.protein[own]]))][:MOST]
            names = tuple(pairs.proteins[n] for n in pairs.protein[ranked].tolist())
            answers.append(Answer(names, tuple(shares[ranked].tolist())))
        return answers

    def chosen(self, data: SharedData, params: SharedParams, rows: Rows) -> Sequence[int]:
        """Return the most abundant protein, which comes first."""
        return (0,) * len(rows)

    def complete(self, data: SharedData, params: SharedParams) -> SharedCounts:
        """Return the counts if each peptide goes whole to its most abundant protein."""
        return steps.likeliest(data, params)

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence if there are labels that cannot be used, else None."""
        return steps.set_aside(table)

    def labelled(self, data: SharedData) -> SharedCounts | None:
        """Return the counts of the true proteins."""
        return steps.known(data)

    def simulate(self, params: SharedParams, size: int, rng: np.random.Generator) -> Table:
        """Return `size` pairs: each peptide comes from one protein, and others hold it by chance."""
        proteins = len(params.abundance)
        true = draws.chosen(params.abundance, size, rng)
        held = np.minimum(1 + draws.chosen(np.array(HELD), size, rng), proteins)

        def ranked(rows: Rows) -> Rows:
            # The proteins in random order, the true one before all others.
            ranks = rng.random((len(rows), proteins))
            ranks[np.arange(len(rows)), true[rows]] = -1
            return np.argsort(ranks, axis=1)

        parents = draws.in_blocks(size, ranked, proteins)
        probability = draws.in_blocks(size, lambda rows: np.round(rng.beta(6, 1.5, len(rows)), 2))
        peptide = np.repeat(np.arange(size), held)[:size]
        place = np.arange(size) - (np.cumsum(held) - held)[peptide]
        digits = len(str(proteins))
        names = [f"P{n + 1:0{digits}d}" for n in range(proteins)]
        return Table.from_columns(
            {
                PEPTIDE: draws.numbered("p", peptide),
                PROTEIN: draws.named(names, parents[peptide, place]),
                PROBABILITY: probability[peptide],
                TRUE: draws.named(names, true[peptide]),
            }
        )

    def remark(self, data: SharedData, params: SharedParams) -> str | None:
        """Return a sentence on proteins with the same peptides, which make a flat ridge."""
        if not data.twins:
            return None
        names = " and ".join(data.pairs.proteins[n] for n in data.twins[0])
        return (
            f"the proteins {names} have the same peptides: only their sum is known, and how it is divided "
            "depends on θ(0)"
        )

    def count_table(self, data: SharedData, state: SharedRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: a row a pair, and what it adds to each protein."""
        return SharedLedger(self, data, state, data.pairs.rows).table(rows)

    def views(self, data: SharedData, state: SharedRound, look: Look[SharedParams]) -> Sequence[View]:
        """Return the graph, the abundances, and the flat ridge if there is one."""
        return pictures.views(data, state, look)
