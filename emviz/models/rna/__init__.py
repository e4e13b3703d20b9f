"""An RNA family by its covariance model (Eddy & Durbin, Nucleic Acids Research 22:2079, 1994).

log P(x; θ) = Σ_i log Σ_z P(x_i, z; θ) over all parse trees z of a stochastic context-free grammar that is
shaped like the consensus structure; inside and outside add them up in N³ steps. Two letters of a pair are
emitted together, so that θ can hold what changes on one side of a helix when the other does. The prior is
Dirichlet: the objective is L(θ) + c Σ log θ over all letters, pairs and transitions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emviz.data.table import Table
from emviz.em.counts.answers import places_of
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter
from emviz.em.families.letters import NAME_COLUMN, RNA, SEQUENCE_NAMES, assumed_of
from emviz.em.hyper import real, text
from emviz.em.model import ColumnSpec, Expectation, Look, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.optional import own_name
from emviz.em.pictures import View
from emviz.models.rna import parses, simulate, steps
from emviz.models.rna.answers import answers
from emviz.models.rna.covariation import mutual_information
from emviz.models.rna.data import AnyCounts, RnaData, RnaParams, RnaRound
from emviz.models.rna.examples import EXAMPLES
from emviz.models.rna.parse import alignment_aside, knotted, parsed
from emviz.models.rna.pictures import pictures
from emviz.models.rna.table import RnaLedger

#: Mutual information, in bits, below which the letters of a pair look independent on the screen.
FLAT = 5e-4


@dataclass(frozen=True)
class Covariance(Model[RnaData, RnaParams, AnyCounts]):
    """A covariance model, its structure given."""

    pseudocount: float = real(
        0.1,
        "Pseudocount",
        "Added to each expected count: the prior, which keeps all letters possible.",
        0.01,
        5.0,
    )
    structure: str = text(
        "", "Structure", "Brackets for pairs, points for the rest; empty: as the data say (SS_cons)."
    )

    key = "rna"
    title = "RNA covariance model"
    objective = "log posterior"
    description = (
        "Each row is an RNA of one family. Observed: the letters, and which columns of the consensus pair. "
        "Hidden: how each sequence folds into that structure, with letters left out or inserted. θ is the "
        "probability of the 16 letter pairs in each base pair, of single letters, and of each transition "
        "between states. Watch how Watson-Crick pairs appear by themselves in two iterations, although all "
        "pairs start equally probable: when one side changes, so does the other. The log posterior is log P "
        "of all sequences plus the log prior, without its constant. COVE also learns the structure, from "
        "mutual information between all columns; Infernal aligns parts of sequences, searches genomes with "
        "filters and E-values, and models the letters of inserts; Rfam curates the families. None of that is "
        "here, nor are pseudoknots. An unknown letter (N, or a code such as R for A or G) is hidden too: the "
        "probability of it, or of its pair, is the sum over the possible letters, and it is shared between "
        "them. A row without a sequence must be left out."
    )
    words = Words(
        "sequence",
        "sequences",
        "fold",
        "folds",
        "how each sequence folds into the structure",
        "How does this sequence fold?",
        shared="Each sequence was weighed in all its folds",
        hard="Viterbi training",
    )
    columns = (
        ColumnSpec(
            "sequence",
            "letters A, C, G and U (or T), and N for an unknown one, with gaps where it is aligned",
            synonyms=SEQUENCE_NAMES,
        ),
        ColumnSpec(
            "SS_cons",
            "the consensus structure in brackets, the same in each row",
            False,
            ("structure", "secondary structure", "dot bracket"),
        ),
        NAME_COLUMN,
        ColumnSpec("alignment", "the true alignment, as long as SS_cons: complete data", required=False),
    )
    label_column = "alignment"
    examples = EXAMPLES

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns it names; the structure of the table only where no other is given."""
        names = [spec.name for spec in self.columns]
        return [name for name in names if name != "SS_cons" or not self.structure]

    def assumed(self, table: Table) -> Sequence[str]:
        """Return notes on unknown letters, and on pseudoknots."""
        return (*assumed_of(table, RNA), *([] if self.structure else knotted(table)))

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence where an alignment is not used: some rows have none, and columns would shift."""
        return alignment_aside(table)

    def parse(self, table: Table) -> RnaData:
        """Return the sequences, their consensus structure and their alignment.

        Raises
        ------
        DataError
            For a missing sequence, a letter other than A, C, G, U (or T) and the codes for several of them, a
            structure whose brackets do not match or that is not there, an alignment that does not fit it, or
            sequences that are too long.
        """
        data = parsed(table, self.structure)
        return replace(data, labelled=parses.aligned_counts(data, self.pseudocount))

    def parameters(self, data: RnaData) -> Sequence[Parameter]:
        """Return the letters of pairs and of single columns, the transitions, and the structure (held)."""
        return data.parameters

    def default(self, data: RnaData) -> RnaParams:
        """Return θ that knows the structure and nothing of the letters."""
        return steps.even(data.structure)

    def start(self, data: RnaData, rng: np.random.Generator) -> RnaParams:
        """Return letters drawn from all distributions alike, and the usual transitions, shaken."""
        return steps.random(data.structure, rng)

    def e_step(self, data: RnaData, params: RnaParams) -> Expectation[AnyCounts]:
        """Return the expected letters and transitions, and the log-posterior, by inside and outside."""
        return steps.expectation(data, params, self.pseudocount)

    def m_step(self, data: RnaData, counts: AnyCounts) -> RnaParams:
        """Return the expected counts, and the pseudocount for each, over their sums."""
        return steps.maximisation(data, counts, self.pseudocount)

    def q(self, data: RnaData, counts: AnyCounts, params: RnaParams) -> float:
        """Return Σ (expected count + pseudocount) · log θ, and what inserted letters add."""
        return steps.complete_log(data, counts, params, self.pseudocount)

    def objectives(self, data: RnaData, params: RnaParams) -> Array:
        """Return the log-posterior, shape (B,), at many θ, by inside alone."""
        return steps.objectives(data, params, self.pseudocount)

    def called(self, data: RnaData, row: int) -> str:
        """Return the name of a sequence, else its number."""
        return own_name(self.words.unit, data.names, row)

    def mixes(self, data: RnaData) -> bool:
        """Return True: the table shows the number of pairs formed, not the fold."""
        return True

    def posterior(self, data: RnaData, params: RnaParams, rows: Rows) -> Array:
        """Return the probabilities that all pairs are formed, all but one, and fewer."""
        return steps.posterior(data, params, rows)

    def answers(self, data: RnaData, params: RnaParams, rows: Rows) -> Sequence[Answer]:
        """Return the number of pairs formed, with the best fold and its fit to the family."""
        return answers(data, params, rows)

    def chosen(self, data: RnaData, params: RnaParams, rows: Rows) -> Sequence[int]:
        """Return the place of the number of pairs in the best parse tree."""
        best = parses.missing_pairs(data.structure, parses.best_parses(data, params, rows).columns)
        return places_of(best, self.posterior(data, params, rows))

    def complete(self, data: RnaData, params: RnaParams) -> AnyCounts:
        """Return the counts of the single best parse tree of each sequence."""
        return parses.best_counts(data, params, np.arange(len(data.texts)))

    def labelled(self, data: RnaData) -> AnyCounts | None:
        """Return the counts of the parse trees given by the alignment, or None without one."""
        return data.labelled

    def simulate(self, params: RnaParams, size: int, rng: np.random.Generator) -> Table:
        """Return `size` sequences of a family, with its structure and their alignment."""
        return simulate.drawn(params, size, rng)

    def remark(self, data: RnaData, params: RnaParams) -> str | None:
        """Return a sentence if the letters of each pair are independent."""
        if mutual_information(params.pair).max() > FLAT:
            return None
        return "the two letters of each pair are independent here: θ knows of no covariation"

    def count_table(self, data: RnaData, state: RnaRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: pairs formed, and the letters of pairs and loops."""
        return RnaLedger(self, data, state, len(data.texts)).table(rows)

    def views(self, data: RnaData, state: RnaRound, look: Look[RnaParams]) -> Sequence[View]:
        """Return the structure, a dot plot, the letters of one pair, and the covariation over iterations."""
        return pictures(data, state, look)


MODEL = Covariance()
