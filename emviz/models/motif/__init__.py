"""A motif that occurs once in every sequence, at an unknown place (Lawrence & Reilly, Proteins 7:41, 1990).

L(θ) = Σ_i log Σ_j (L_i − W + 1)⁻¹ Π_k θ_k(x_{i,j+k}) / bg(x_{i,j+k}) + Σ log bg: a priori all starts are
equally probable, and letters outside the motif come from a background that is fixed at the pooled frequencies
of the data. With a pseudocount c, each column of θ has a Dirichlet prior with parameters 1 + c·bg(a), and the
objective is the log-posterior up to a constant: L(θ) + c Σ_k Σ_a bg(a) log θ_k(a).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emviz.data.table import Table
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, Simplex
from emviz.em.families.letters import DNA, NAME_COLUMN, SEQUENCE_NAMES, assumed_of
from emviz.em.hyper import real, whole
from emviz.em.model import ColumnSpec, Example, Expectation, Look, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.optional import Span, own_name
from emviz.em.pictures import View
from emviz.em.simulation import draws
from emviz.em.simulation.sizes import UnitSize, check_parts
from emviz.em.tools import Finding
from emviz.models.motif import pictures, steps, tools
from emviz.models.motif import table as counting
from emviz.models.motif.data import (
    LETTERS,
    AnyCounts,
    MotifData,
    MotifParams,
    MotifRound,
    parsed,
    site_column,
    some,
)
from emviz.models.motif.presets import PRESETS

#: Letters of each simulated sequence.
LENGTH = 80
#: The most starts in an answer, and the most letters of each.
MOST_ANSWERS, SHOWN = 5, 12
#: A θ that differs from the background by less looks like it on the screen.
FLAT = 5e-4


@dataclass(frozen=True)
class Motif(Model[MotifData, MotifParams, AnyCounts]):
    """One motif of W letters, once in every sequence."""

    width: int = whole(22, "Width", "The number of letters of the motif.", 4, 40)
    pseudocount: float = real(
        0.0, "Pseudocount", "Letters added to each position, in the proportions of the background.", 0.0, 10.0
    )

    key = "motif"
    title = "Sequence motif"
    description = (
        "Each row is a sequence of DNA with one occurrence of the same motif, such as the site to which a "
        "protein binds. Observed: the letters. Hidden: where the motif starts. θ is the probability of each "
        "letter at each position of the motif; letters outside come from a fixed background. Watch how the "
        "starts sharpen and the logo grows; then try other seeds: the highest likelihood is not always the "
        "best biology, and a motif may settle one letter out of phase. log P is that of the letters of all "
        "sequences; with a pseudocount, the log posterior adds the log prior without its constant. An "
        "unknown letter (N, or a code such as R for A or G) is hidden too: its probability is the sum over "
        "its possible letters, and it is shared between them. A row without a sequence must be left out."
    )
    words = Words(
        "sequence",
        "sequences",
        "start",
        "start positions",
        "where the motif starts in each sequence",
        "Where does the motif start in this sequence?",
        completion="{name}",
        turned="the site in {row} moved to {completion}",
    )
    columns = (
        ColumnSpec(
            "sequence",
            "letters A, C, G and T, and N for an unknown one; at least as many as the motif has",
            synonyms=SEQUENCE_NAMES,
        ),
        NAME_COLUMN,
        ColumnSpec("sites", "annotated starts, counted from 1: 17,61; or site", required=False),
    )
    label_column = "sites"
    tools = tools.TOOLS
    presets = PRESETS
    examples = (
        Example(
            "crp",
            "CRP sites of E. coli, 18 sequences",
            "crp0.fasta",
            "Stormo & Hartzell, PNAS 86:1183 (1989); Lawrence & Reilly, Proteins 7:41 (1990)",
        ),
        Example(
            "planted",
            "A planted motif of 8 letters, 30 sequences (simulated)",
            "motif_planted.csv",
            "simulated: TGACGTCA, each letter with probability 0.85, once in 80 letters of an even "
            "background, 30 sequences, NumPy default_rng(2008)",
            {"width": 8},
            {"letters": tuple(tuple(0.85 if a == b else 0.05 for a in LETTERS) for b in "TGACGTCA")},
        ),
    )

    @property
    def objective(self) -> str:
        """The objective that EM raises."""
        return "log posterior" if self.pseudocount else "log P"

    def reads(self, table: Table) -> Collection[str]:
        """Return the sequences, their names and the annotated starts."""
        return [name for name in ("sequence", "name", site_column(table)) if name is not None]

    def assumed(self, table: Table) -> Sequence[str]:
        """Return the assumptions on the sequences: unknown letters, gaps."""
        return assumed_of(table, DNA, aligned=False)

    def parse(self, table: Table) -> MotifData:
        """Return the sequences, their windows and the annotated starts.

        Raises
        ------
        DataError
            For a missing sequence, a letter other than A, C, G, T and the codes for several of them, a
            sequence shorter than the motif, or a site outside its sequence.
        """
        data = parsed(table, self.width)
        return replace(data, labelled=counting.labelled_counts(data, self.pseudocount))

    def parameters(self, data: MotifData) -> Sequence[Parameter]:
        """Return the letters of the motif, a distribution at each position."""
        positions = tuple(str(k + 1) for k in range(self.width))
        return (
            Parameter("letters", Simplex(), "θ", (positions, tuple(LETTERS)), words="P({1} at position {0})"),
        )

    def default(self, data: MotifData) -> MotifParams:
        """Return .7 for each letter of one window and .1 for the others.

        The window is the one whose words of four letters are the most over-represented: it has the largest
        sum of (observed − expected) / √expected, the first of equals.
        """
        place = steps.richest_place(data)
        return steps.seeded(data.possible[data.codes[place : place + self.width]])

    def start(self, data: MotifData, rng: np.random.Generator) -> MotifParams:
        """Return .7 for each letter of a random window of a random sequence, and .1 for the others."""
        row = rng.integers(len(data.first))
        place = data.first[row] + rng.integers(data.starts[row])
        return steps.seeded(data.possible[data.codes[place : place + self.width]])

    def e_step(self, data: MotifData, params: MotifParams) -> Expectation[AnyCounts]:
        """Return the expected letters at each position, and log P(x; θ) or the log-posterior."""
        return steps.expectation(data, params, self.pseudocount)

    def m_step(self, data: MotifData, counts: AnyCounts) -> MotifParams:
        """Return the expected letters plus pseudocount at each position, over their sum."""
        return steps.maximisation(data, counts, self.pseudocount)

    def q(self, data: MotifData, counts: AnyCounts, params: MotifParams) -> float:
        """Return Σ_k Σ_a letters_k(a) log [θ_k(a) / bg(a)], the terms without θ, and the log-prior."""
        return steps.complete_log(data, counts, params, self.pseudocount)

    def objectives(self, data: MotifData, params: MotifParams) -> Array:
        """Return the objective, shape (B,), at many θ at once."""
        return steps.objectives(data, params, self.pseudocount)

    def called(self, data: MotifData, row: int) -> str:
        """Return the name of a sequence, else its number."""
        return own_name(self.words.unit, data.names, row)

    def span(self, data: MotifData) -> Span:
        """Return the letters of the longest sequence, since a motif may begin at nearly each of them."""
        return Span(int(data.lengths.max(initial=0)))

    def posterior(self, data: MotifData, params: MotifParams, rows: Rows) -> Array:
        """Return the probability of each start, shape (len(rows), the most starts of any of these rows)."""
        return steps.posterior(some(data, rows), params)

    def answers(self, data: MotifData, params: MotifParams, rows: Rows) -> Sequence[Answer]:
        """Return the likeliest starts, with the letters there."""
        own = some(data, rows)
        posterior = steps.posterior(own, params)
        order = counting.ranked(posterior)[0]
        return tuple(
            # The order goes on after the last start of a short sequence.
            self._answer(own.sequence(i), best[: min(MOST_ANSWERS, own.starts[i])], posterior[i])
            for i, best in enumerate(order)
        )

    def _answer(self, sequence: str, best: Rows, shares: Array) -> Answer:
        shown = min(self.width, SHOWN)
        more = "…" if shown < self.width else ""
        texts = tuple(f"start {j + 1}: {sequence[j : j + shown]}{more}" for j in best)
        return Answer(texts, tuple(shares[best].tolist()))

    def complete(self, data: MotifData, params: MotifParams) -> AnyCounts:
        """Return the letters of the likeliest window of each sequence, the first of equals."""
        places = steps.best_places(data, steps.window_scores(data, params))
        return steps.chosen_counts(data, params, places)

    def labelled(self, data: MotifData) -> AnyCounts | None:
        """Return the letters of the windows that begin at the first annotated start of each sequence."""
        return data.labelled

    @property
    def unit_size(self) -> UnitSize:
        """The letters of a simulated sequence, at least those of the motif."""
        return UnitSize("letters in each sequence", LENGTH, self.width, 10_000)

    def simulate(
        self, params: MotifParams, size: int, rng: np.random.Generator, each: int | None = None
    ) -> Table:
        """Return `size` sequences of `each` (80) letters with the motif at random in a uniform background."""
        length = each or LENGTH
        check_parts(size, length)
        letters = draws.in_blocks(
            size, lambda rows: rng.integers(len(LETTERS), size=(len(rows), length)), length
        )
        starts = draws.in_blocks(size, lambda rows: rng.integers(length - self.width + 1, size=len(rows)))
        # Without the last sum, which rounding may leave below 1.
        ends = np.cumsum(params.letters, axis=-1)[:, :-1]
        for rows in draws.row_blocks(size, self.width):
            sites = (rng.random((len(rows), self.width, 1)) >= ends).sum(axis=-1)
            letters[rows[:, None], starts[rows, None] + np.arange(self.width)] = sites
        return Table.from_columns(
            {
                "name": draws.numbered("s", np.arange(size)),
                "sequence": draws.spelled(LETTERS, letters),
                "sites": starts + 1,
            }
        )

    def remark(self, data: MotifData, params: MotifParams) -> str | None:
        """Return a sentence if the motif equals the background, so that all starts are equally good."""
        if np.abs(params.letters - data.background).max() > FLAT:
            return None
        return "every position is the background: EM cannot tell one start from another from here"

    def count_table(self, data: MotifData, state: MotifRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b."""
        return counting.MotifLedger(self, data, state, len(data.first)).table(rows)

    def views(self, data: MotifData, state: MotifRound, look: Look[MotifParams]) -> Sequence[View]:
        """Return the heat map of starts, the aligned best sites, the logo and the expected letters."""
        return pictures.pictures(data, state, look)

    def use(
        self, key: str, data: MotifData, params: MotifParams, rng: np.random.Generator
    ) -> Iterator[Finding[MotifParams]]:
        """Yield the findings of a tool: the motif shifted by one, or the best word as a seed."""
        return tools.use(key, data, params, self.pseudocount, self.objective)


MODEL = Motif()
