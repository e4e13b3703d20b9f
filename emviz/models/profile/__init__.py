"""What the sequences of a family have in common: a profile HMM (Krogh et al., JMB 235:1501, 1994).

Each of L nodes has a match state M, which emits the residue that belongs there, an insert state I for
residues behind it, and a delete state D, which emits nothing. A path leads from the begin (node 0, which has
an insert of its own) to the end; L(θ) = Σ_i log Σ_path Π t · Π e(x). Inserts emit letters as the background
has them, which is held at the pooled frequencies of the data. Each distribution has a Dirichlet prior: with a
pseudocount c, 1 + c·bg(a) for letters and 1 + 0.1 c for transitions, and the objective is the log-posterior
up to a constant: L(θ) + c Σ bg(a) log e_k(a) + 0.1 c Σ log t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emviz.data.table import Table
from emviz.data.things import things
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter
from emviz.em.families.letters import NAME_COLUMN, SEQUENCE_NAMES, assumed_of, only_bases
from emviz.em.hyper import choice, real, whole
from emviz.em.model import ColumnSpec, Example, Expectation, Look, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.optional import Span, own_name
from emviz.em.pictures import View
from emviz.models.profile import columns, pictures, starts, steps, table
from emviz.models.profile.data import (
    ALPHABETS,
    AnyCounts,
    ProfileData,
    ProfileParams,
    ProfileRound,
    parsed,
    some,
)
from emviz.models.profile.glances import path_shares
from emviz.models.profile.paths import best_paths, path_counts, written

GLOBINS = "UniProt sequences, as in the HMMER tutorial (globins45.fa)"


@dataclass(frozen=True)
class Profile(Model[ProfileData, ProfileParams, AnyCounts]):
    """A profile HMM of L nodes."""

    nodes: int = whole(35, "Nodes", "The number of residues in the profile, which is fixed.", 2, 200)
    alphabet: str = choice("protein", "Alphabet", "What the sequences are made of.", "protein", "dna")
    pseudocount: float = real(
        1.0,
        "Pseudocount",
        "Residues added to each node, and a tenth as many transitions of each kind.",
        0.01,
        10.0,
    )

    key = "profile"
    title = "Profile HMM"
    objective = "log posterior"
    description = (
        "Each row is a sequence of a family, of protein or DNA. Observed: its letters. Hidden: the path "
        "through the profile, which is the alignment: the residue matched by each node, the residues "
        "inserted between nodes, and the deleted nodes. θ is the emissions of each node and the "
        "transitions of paths. Watch how the alignment forms from a bad start and the logo grows; another "
        "start may end in another alignment. The log posterior is log P of all sequences plus the log "
        "prior, without its constant. The system of Krogh et al. also finds the number of nodes (model "
        "surgery), anneals with noise to leave poor optima, learns the emissions of inserts, uses "
        "Dirichlet mixtures and searches databases; here the number of nodes is fixed and the prior is "
        "simple. An unknown residue (X, N in DNA, or a code such as B for D or N) is hidden too: its "
        "probability is the sum over its possible letters, and it is shared between them; U and O count as "
        "C and K, and a stop (*) at the end is left out. A row without a sequence must be left out."
    )
    words = Words(
        "sequence",
        "sequences",
        "state",
        "states",
        "how each sequence is aligned to the profile",
        "How is this sequence aligned to the profile?",
        shared="Each sequence was weighed in all its alignments",
        hard="Viterbi training",
    )
    columns = (
        ColumnSpec(
            "sequence",
            "letters; with gaps, all of one length, it is the complete-data case",
            synonyms=SEQUENCE_NAMES,
        ),
        NAME_COLUMN,
        ColumnSpec(
            "alignment",
            "the true alignment: capitals at nodes, small letters for inserts, - for a deletion",
            required=False,
        ),
    )
    label_column = "alignment"
    examples = (
        Example(
            "globin-window",
            "45 globins, a window of 35 nodes",
            "globins45_window.fasta",
            f"{GLOBINS}; residues 33–67 of the profile of 146 nodes, see assets/examples/README.md",
        ),
        Example("globins", "45 globins, 146 nodes", "globins45.fasta", GLOBINS, {"nodes": 146}),
        Example(
            "globins-aligned",
            "Four globins, aligned (complete data)",
            "globins4.sto",
            "an alignment of four UniProt sequences, as in the HMMER tutorial (globins4.sto)",
            {"nodes": 149},
        ),
        Example(
            "dna-family",
            "A DNA family of 12 nodes, 40 sequences (simulated)",
            "profile_dna.csv",
            starts.SOURCE,
            {"nodes": 12, "alphabet": "dna"},
            starts.family(),
        ),
    )

    def assumed(self, table: Table) -> Sequence[str]:
        """Return notes on unknown letters and on the alphabet."""
        return (*assumed_of(table, ALPHABETS[self.alphabet]), *self._guessed(table))

    def _guessed(self, table: Table) -> Sequence[str]:
        if self.alphabet != "protein" or "sequence" not in table or not only_bases(table.texts("sequence")):
            return ()
        return ("the letters are read as amino acids, but only those of DNA occur: set the alphabet to dna",)

    def parse(self, table: Table) -> ProfileData:
        """Return the sequences, and their true paths if there is an alignment with L match columns.

        Raises
        ------
        DataError
            For a missing sequence, for a letter that is neither one of the alphabet nor a code for several of
            it, for gaps in sequences that are not of one length, and for an alignment that is not one of the
            sequences.
        """
        return parsed(table, self.nodes, self.alphabet)

    def parameters(self, data: ProfileData) -> Sequence[Parameter]:
        """Return the letters of each node, and the transitions: node, from, to; none that do not exist."""
        return data.parameters

    def default(self, data: ProfileData) -> ProfileParams:
        """Return a profile that is half the first sequence and half the background."""
        return starts.default(data)

    def start(self, data: ProfileData, rng: np.random.Generator) -> ProfileParams:
        """Return a poor profile: random letters at every node, with a trace of a random sequence."""
        return starts.drawn(data, rng)

    def e_step(self, data: ProfileData, params: ProfileParams) -> Expectation[AnyCounts]:
        """Return the expected letters of each node and transitions, and the log-posterior."""
        return steps.expectation(data, params, self.pseudocount)

    def m_step(self, data: ProfileData, counts: AnyCounts) -> ProfileParams:
        """Return the counts, pseudocounts included, over their sum in each distribution."""
        return steps.maximisation(data, counts, self.pseudocount)

    def q(self, data: ProfileData, counts: AnyCounts, params: ProfileParams) -> float:
        """Return Σ counts × log θ, the background of all letters, and the log-prior."""
        return steps.complete_log(data, counts, params, self.pseudocount)

    def objectives(self, data: ProfileData, params: ProfileParams) -> Array:
        """Return the log-posterior, shape (B,), at many θ at once, by forward passes alone."""
        many = zip(params.match, params.transition, strict=True)
        return np.array([steps.log_posterior(data, ProfileParams(*one), self.pseudocount) for one in many])

    def called(self, data: ProfileData, row: int) -> str:
        """Return the name of a sequence, else its number."""
        return own_name(self.words.unit, data.names, row)

    def mixes(self, data: ProfileData) -> bool:
        """Return True: the residues of a sequence are matched or inserted one by one."""
        return True

    def span(self, data: ProfileData) -> Span:
        """Return the cells of the longest sequence: each of its residues may belong to each node."""
        return Span(self.nodes * int(data.lengths.max(initial=0)))

    def posterior(self, data: ProfileData, params: ProfileParams, rows: Rows) -> Array:
        """Return the shares of the residues of each sequence in M and in I, shape (len(rows), 2)."""
        return columns.shares(columns.residues(some(data, rows), params))

    def doubts(self, data: ProfileData, params: ProfileParams, rows: Rows) -> Array:
        """Return the probability that each sequence is not aligned as on its likeliest path."""
        own = some(data, rows)
        return 1.0 - path_shares(own, params, best_paths(own, params))

    def answers(self, data: ProfileData, params: ProfileParams, rows: Rows) -> Sequence[Answer]:
        """Return the likeliest alignment of each sequence, and its probability among all."""
        own = some(data, rows)
        paths = best_paths(own, params)
        texts = (written(own.text(row), path) or "-" for row, path in enumerate(paths))
        shares = path_shares(own, params, paths).tolist()
        return tuple(Answer((text,), (share,)) for text, share in zip(texts, shares, strict=True))

    def complete(self, data: ProfileData, params: ProfileParams) -> AnyCounts:
        """Return the letters and transitions of the most likely paths (Viterbi)."""
        return path_counts(data, params, best_paths(data, params))

    def labelled(self, data: ProfileData) -> AnyCounts | None:
        """Return the letters and transitions of the true alignment, where it has as many columns as nodes."""
        return table.labelled_counts(data, self.pseudocount)

    def simulate(self, params: ProfileParams, size: int, rng: np.random.Generator) -> Table:
        """Return `size` sequences, inserts of an even background, with their alignment."""
        return starts.simulated(params, ALPHABETS[self.alphabet].letters, size, rng)

    def remark(self, data: ProfileData, params: ProfileParams) -> str | None:
        """Return a sentence if no node can distinguish residues, or on why there is no complete-data case."""
        if np.abs(params.match - data.background).max() < starts.FLAT:
            return "every node is the background: no alignment is better than another of the same shape"
        if data.columns is None:
            return None
        return (
            f"the alignment has {things(data.columns, 'match column')}, the profile "
            f"{things(self.nodes, 'node')}: no complete-data case"
        )

    def count_table(self, data: ProfileData, state: ProfileRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: the residues that each node matches and lets in."""
        return table.ProfileLedger(self, data, state, len(data.sequences)).table(rows)

    def views(self, data: ProfileData, state: ProfileRound, look: Look[ProfileParams]) -> Sequence[View]:
        """Return the alignment, the logo, the expected visits, and the posterior of one sequence."""
        return pictures.pictures(data, state, look)


MODEL = Profile()
