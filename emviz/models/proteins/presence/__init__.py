"""Layer "presence": which proteins are in the sample (the noisy-OR of Serang, MacCoss & Noble 2010)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from emviz.data.table import Table
from emviz.em.counts.answers import places_of, ranked
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, Unit
from emviz.em.model import Expectation, Look, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.pictures import View
from emviz.models.proteins.pairs import PEPTIDE, PROBABILITY, PROTEIN, TRUE, parsed, twins
from emviz.models.proteins.presence import labels, pictures, steps
from emviz.models.proteins.presence.lattice import laid_out
from emviz.models.proteins.presence.steps import (
    PresenceCounts,
    PresenceData,
    PresenceParams,
    PresenceRound,
)
from emviz.models.proteins.presence.table import COMPLETIONS, PresenceLedger

__all__ = ["Presence", "PresenceCounts", "PresenceData", "PresenceParams"]

#: The parameters in words.
MEANINGS = {
    "gamma": "γ (a protein is present)",
    "alpha": "α (a present protein gives a peptide)",
    "beta": "β (a peptide is seen by chance)",
}


class Presence(Model[PresenceData, PresenceParams, PresenceCounts]):
    """Proteins are present or absent, and peptides are seen or not."""

    key = "presence"
    title = "Proteins present"
    label_column = TRUE
    words = Words(
        "pair",
        "pairs",
        "state",
        "states present and absent",
        "which proteins are present",
        "Is this protein present?",
        shared="Each protein was weighed present against absent",
        completion="{name}",
    )

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns of the layer."""
        return (PEPTIDE, PROTEIN, PROBABILITY, TRUE)

    def parse(self, table: Table) -> PresenceData:
        """Return the pairs, every presence vector, and the true completion as far as it is known."""
        pairs = parsed(table)
        true = labels.true_kinds(table, pairs)
        return PresenceData(
            pairs=pairs,
            lattice=laid_out(pairs),
            first_of_protein=np.unique(pairs.protein, return_index=True)[1],
            first_of_peptide=np.unique(pairs.peptide, return_index=True)[1],
            absent=None if true is None else true[1][pairs.protein],
            labelled=None if true is None else labels.counts_of(pairs, *true),
            kinds=None if true is None else (true[0], true[2]),
        )

    def parameters(self, data: PresenceData) -> Sequence[Parameter]:
        """Return the three probabilities."""
        symbols = {"gamma": "γ", "alpha": "α", "beta": "β"}
        return tuple(
            Parameter(name, Unit(), symbol, (), words=MEANINGS[name]) for name, symbol in symbols.items()
        )

    def default(self, data: PresenceData) -> PresenceParams:
        """Return even odds for proteins and peptides, and little chance."""
        return PresenceParams(np.array(0.5), np.array(0.5), np.array(0.1))

    def start(self, data: PresenceData, rng: np.random.Generator) -> PresenceParams:
        """Return probabilities in the two decimals that the screen shows, chance the least of them."""
        ranges = ((10, 91), (30, 91), (1, 26))
        return PresenceParams(*(np.array(rng.integers(*ends) / 100) for ends in ranges))

    def e_step(self, data: PresenceData, params: PresenceParams) -> Expectation[PresenceCounts]:
        """Return expected proteins, givings and chances, and log P(x; θ)."""
        return Expectation(*steps.expected(data, params))

    def m_step(self, data: PresenceData, counts: PresenceCounts) -> PresenceParams:
        """Return γ, α and β as ratios of counts.

        Raises
        ------
        ZeroDivisionError
            If no protein is present, so that 0/0 leaves α undefined.
        """
        return steps.maximised(counts)

    def q(self, data: PresenceData, counts: PresenceCounts, params: PresenceParams) -> float:
        """Return E[log P(x, y, z; θ)]."""
        return steps.fit_of(counts, params)

    def objectives(self, data: PresenceData, params: PresenceParams) -> Array:
        """Return log P(x; θ), shape (B,), at many θ."""
        # One θ at a time: a stack of them times up to a million cells would not fit in memory.
        many = zip(*params, strict=True)
        return np.array([steps.weighed(data, PresenceParams(*one)).height for one in many])

    def called(self, data: PresenceData, row: int) -> str:
        """Return the peptide and the protein of a row."""
        return f"pair {data.pairs.called(row)}"

    def mixes(self, data: PresenceData) -> bool:
        """Return True: a protein is in the rows of all its peptides."""
        return True

    def posterior(self, data: PresenceData, params: PresenceParams, rows: Rows) -> Array:
        """Return the probabilities that the protein of each row is present, and absent."""
        own = steps.presences(data, steps.weighed(data, params))[data.pairs.protein[rows]]
        return np.stack([own, 1 - own], axis=-1)

    def answers(self, data: PresenceData, params: PresenceParams, rows: Rows) -> Sequence[Answer]:
        """Return whether the protein is present."""
        shares = self.posterior(data, params, rows)
        answers: list[Answer] = []
        for share, n in zip(shares, data.pairs.protein[rows].tolist(), strict=True):
            names = [f"{data.pairs.proteins[n]} is {state}" for state in COMPLETIONS]
            answers += ranked(share[None], names)
        return answers

    def chosen(self, data: PresenceData, params: PresenceParams, rows: Rows) -> Sequence[int]:
        """Return the place of the state that the protein has in the likeliest presence vector."""
        present = steps.rows_of(data, steps.best(data, params))[0][data.pairs.protein[rows]]
        return places_of(np.where(present > 0, 0, 1), self.posterior(data, params, rows))

    def complete(self, data: PresenceData, params: PresenceParams) -> PresenceCounts:
        """Return the counts of the likeliest presence vector with its likeliest givers."""
        return steps.likeliest(data, params)

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence if there are labels that cannot be used, else None."""
        return labels.set_aside(table)

    def labelled(self, data: PresenceData) -> PresenceCounts | None:
        """Return the counts of the true completion, if all of it is known."""
        return data.labelled

    def simulate(self, params: PresenceParams, size: int, rng: np.random.Generator) -> Table:
        """Return `size` pairs of families of three proteins, with the true completion."""
        return labels.simulated(params, size, rng)

    def remark(self, data: PresenceData, params: PresenceParams) -> str | None:
        """Return a sentence on proteins with the same peptides."""
        alike = twins(data.pairs)
        if not alike:
            return None
        names = " and ".join(data.pairs.proteins[n] for n in alike[0])
        return (
            f"the proteins {names} have the same peptides, so each is as probable as the other whatever θ is"
        )

    def count_table(self, data: PresenceData, state: PresenceRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: a row a pair, and what it adds to γ, α and β."""
        return PresenceLedger(self, data, state, data.pairs.rows).table(rows)

    def views(self, data: PresenceData, state: PresenceRound, look: Look[PresenceParams]) -> Sequence[View]:
        """Return the graph, the probability of each protein, and the landscape."""
        return pictures.views(data, state, look)
