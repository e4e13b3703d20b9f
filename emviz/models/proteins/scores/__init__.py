"""Layer "scores": which matches of a spectrum and a peptide are correct (as in PeptideProphet)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from emviz.data.table import Table
from emviz.em.counts.answers import ranked
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, Positive, Real, Simplex
from emviz.em.model import Expectation, Look, Model, Rows, Words
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.optional import own_name
from emviz.em.pictures import View
from emviz.em.simulation import draws
from emviz.models.proteins.scores import pictures, steps
from emviz.models.proteins.scores.steps import (
    CORRECT,
    NAMES,
    PEPTIDE,
    SCORE,
    ScoresCounts,
    ScoresData,
    ScoresParams,
    ScoresRound,
)
from emviz.models.proteins.scores.table import ScoresLedger

__all__ = ["Scores", "ScoresCounts", "ScoresData", "ScoresParams"]


class Scores(Model[ScoresData, ScoresParams, ScoresCounts]):
    """Scores of correct and of wrong matches."""

    key = "scores"
    title = "Scores of matches"
    objective = "log posterior"
    label_column = CORRECT
    words = Words(
        "match",
        "matches",
        "kind",
        "kinds correct and wrong",
        "which matches are correct",
        "Is this match correct?",
        shared="Each match was weighed correct against wrong",
        completion="{name}",
    )

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns of the layer."""
        return (PEPTIDE, SCORE, CORRECT)

    def parse(self, table: Table) -> ScoresData:
        """Return the scores, and the correct matches if they are known."""
        return steps.parsed(table)

    def parameters(self, data: ScoresData) -> Sequence[Parameter]:
        """Return shares, means and variances."""
        scores = "of the scores of {0} matches"
        fields = (
            ("weight", Simplex(), "w", "the share of {0} matches"),
            ("mean", Real(), "μ", f"the mean {scores}"),
            ("variance", Positive(), "σ²", f"the variance {scores}"),
        )
        return tuple(
            Parameter(name, domain, symbol, (NAMES,), words=words) for name, domain, symbol, words in fields
        )

    def default(self, data: ScoresData) -> ScoresParams:
        """Return means a standard deviation above and below that of all scores, correct matches above."""
        digits = 1 - int(np.floor(np.log10(data.scale)))
        mean = np.round(data.centre + data.scale * np.array([1.0, -1.0]), digits) + 0.0  # never −0
        return ScoresParams(np.full(2, 0.5), mean, np.full(2, float(f"{data.scale**2:.1e}")))

    def start(self, data: ScoresData, rng: np.random.Generator) -> ScoresParams:
        """Return means on two scores at random, the higher one for correct matches."""
        distinct = np.unique(data.score)
        mean = np.sort(rng.choice(distinct, 2, replace=False))[::-1].copy()
        return ScoresParams(np.full(2, 0.5), mean, np.full(2, data.scale**2))

    def e_step(self, data: ScoresData, params: ScoresParams) -> Expectation[ScoresCounts]:
        """Return expected matches, means and scatter of either kind, and the log posterior."""
        return Expectation(*steps.expected(data, params))

    def m_step(self, data: ScoresData, counts: ScoresCounts) -> ScoresParams:
        """Return w = N / n, μ = mean and σ² = (scatter + ν s²) / (N + ν).

        Raises
        ------
        ZeroDivisionError
            If no match of a kind is left.
        """
        return steps.maximised(data, counts)

    def q(self, data: ScoresData, counts: ScoresCounts, params: ScoresParams) -> float:
        """Return E[log P(x, z; θ)] with the log-prior."""
        return steps.fit_of(data, counts, params)

    def objectives(self, data: ScoresData, params: ScoresParams) -> Array:
        """Return the log posterior, shape (B,), at many θ at once."""
        evidence = log_sum_exp(steps.log_joint(data, params, slice(None)))
        return np.asarray(evidence.sum(axis=-1) + steps.log_prior(data, params))

    def called(self, data: ScoresData, row: int) -> str:
        """Return the name of a match, else its number."""
        return own_name(self.words.unit, data.names, row)

    def mixes(self, data: ScoresData) -> bool:
        """Return False: each match is correct or wrong."""
        return False

    def posterior(self, data: ScoresData, params: ScoresParams, rows: Rows) -> Array:
        """Return the probabilities that each match is correct, and wrong."""
        joint = steps.log_joint(data, params, rows)
        return np.asarray(np.exp(joint - log_sum_exp(joint)[:, None]))

    def answers(self, data: ScoresData, params: ScoresParams, rows: Rows) -> Sequence[Answer]:
        """Return whether the match is correct."""
        return ranked(self.posterior(data, params, rows), [f"a {name} match" for name in NAMES])

    def chosen(self, data: ScoresData, params: ScoresParams, rows: Rows) -> Sequence[int]:
        """Return the likelier kind, which comes first."""
        return (0,) * len(rows)

    def complete(self, data: ScoresData, params: ScoresParams) -> ScoresCounts:
        """Return the counts if each match goes whole to its likelier kind, to correct if equal."""
        best = steps.log_joint(data, params, slice(None)).argmax(axis=-1)
        return steps.counted(data, np.eye(2)[best])

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence if the labels name more than two kinds, else None."""
        return steps.set_aside(table)

    def labelled(self, data: ScoresData) -> ScoresCounts | None:
        """Return the counts of the true kinds, if all are known and both occur."""
        return steps.known(data)

    def simulate(self, params: ScoresParams, size: int, rng: np.random.Generator) -> Table:
        """Return the scores of `size` matches, and which are correct."""
        kind, sd = draws.chosen(params.weight, size, rng), np.sqrt(params.variance)
        score = draws.in_blocks(size, lambda rows: rng.normal(params.mean[kind[rows]], sd[kind[rows]]))
        correct = draws.named(("yes", "no"), kind)
        return Table.from_columns(
            {PEPTIDE: draws.numbered("p", np.arange(size)), SCORE: score, CORRECT: correct}
        )

    def remark(self, data: ScoresData, params: ScoresParams) -> str | None:
        """Return a sentence if both kinds are equal, or have changed places."""
        if not any(np.ptp(field) for field in params[1:]):
            return "correct and wrong matches have the same scores: EM cannot tell them apart from here"
        if params.mean[0] < params.mean[1]:
            return "the higher scores are called wrong here: the two kinds have changed places"
        return None

    def count_table(self, data: ScoresData, state: ScoresRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: a row a match."""
        return ScoresLedger(self, data, state, len(data.score)).table(rows)

    def views(self, data: ScoresData, state: ScoresRound, look: Look[ScoresParams]) -> Sequence[View]:
        """Return the histogram of scores under both densities, and the error rates by score."""
        return pictures.views(data, state, look)
