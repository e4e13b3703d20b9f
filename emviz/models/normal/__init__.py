"""A multivariate normal distribution of rows with holes.

L(θ) = Σ_i log N(x_iO; μ_O, Σ_OO), the density of the observed cells of each row (Dempster, Laird & Rubin
1977, section 4.1.3; Little & Rubin 1987, chapter 8). Missingness must be ignorable: whether a cell is missing
may depend on observed values, but not on its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import TRUE, not_numbers
from emviz.em.counts.table import Answer, CountTable, Entry
from emviz.em.domains import Parameter, Real
from emviz.em.families import holed
from emviz.em.families.alone import Alone, complete_alone
from emviz.em.families.covariances import bound_entries, drawn_correlations
from emviz.em.families.dependence import rounded
from emviz.em.families.holed import Holed, guess_text
from emviz.em.families.meaning import TOOL, meant
from emviz.em.hyper import choice
from emviz.em.model import ColumnSpec, Expectation, Look, Model, Round, Rows, Words
from emviz.em.numerics import Array
from emviz.em.optional import Group, own_name
from emviz.em.pictures import View
from emviz.em.scales import telling_decimals
from emviz.em.simulation import draws
from emviz.em.simulation.missingness import Columns
from emviz.em.theta.covariance import Covariance
from emviz.em.tools import Finding
from emviz.models.normal import pictures, steps
from emviz.models.normal.examples import EXAMPLES
from emviz.models.normal.presets import PRESETS
from emviz.models.normal.steps import COLUMN_MEAN, EXPECTED, FORGOTTEN, NormalCounts, NormalParams
from emviz.models.normal.table import NormalLedger

__all__ = ["MODEL", "MultivariateNormal", "NormalCounts", "NormalParams"]

NormalRound: TypeAlias = Round[NormalParams, NormalCounts]
#: The fault of each treatment of holes other than that of EM.
MISTAKES = {
    FORGOTTEN: "the spread of the guesses is forgotten: this is not EM, and log P may fall",
    COLUMN_MEAN: "each hole counts as the mean of its column: this is not EM, and log P may fall",
}


@dataclass(frozen=True)
class MultivariateNormal(Model[Holed, NormalParams, NormalCounts]):
    """One normal distribution, and rows with missing cells."""

    mean: str = choice("free", "Mean", "Estimated, or known to be 0.", "free", "zero")
    guesses: str = choice(
        *(EXPECTED, "Guesses", "The value counted for a hole; only expected is right."),
        *(EXPECTED, FORGOTTEN, COLUMN_MEAN),
    )

    key = "normal"
    title = "Missing measurements"
    description = (
        "Each row has several measurements, some of them missing. Observed: the numbers present. Hidden: the "
        "missing ones. θ is the mean and the covariance of the columns, a normal distribution. The E-step "
        "finds the expected number in each hole, given the rest of its row, and its variance; the M-step "
        "treats these as if they had been observed. Look at the spread of the guesses: the M-step adds it to "
        "the variances, and without it (guesses: forgotten) they are too small, and log P falls. A row "
        "without a hole is certain; a row without any number is not counted. Murray's twelve points have two "
        "maxima, and from a covariance of 0 EM never moves. A hole must not depend on the missing value; if "
        "it does (Simulate, by value), EM is wrong too. log P is the log density of the numbers present. A "
        "column `true:NAME` may give the true values of the holes in NAME."
    )
    words = Words(
        *("row", "rows", "number", "numbers", "what the missing numbers of each row are"),
        "What is most likely in the holes of this row?",
        shared="The holes of each {unit} were filled with their expected values",
        completion="{name}",
        shares="guesses",
    )
    columns = (
        ColumnSpec(
            *("any name", "numbers, in any number of columns; empty, ? or NA if missing", False),
            holes=True,
            free=True,
            unseen="a hole that the E-step fills",
            spare=True,
        ),
        ColumnSpec(
            *(holed.NAME, "the name of the row", False, holed.NAMES),
            holes=True,
            unseen="a row without a name",
        ),
        ColumnSpec(
            TRUE, "true:NAME: the true values of the holes in NAME (complete-data case)", False, free=True
        ),
    )
    label_column = TRUE
    examples = EXAMPLES
    presets = PRESETS
    tools = (TOOL,)

    gathers = "numbers"
    usual_holes = 0.3

    @property
    def free(self) -> bool:
        """Whether the mean is estimated."""
        return self.mean == "free"

    @property
    def mistake(self) -> str:
        """Why this is not EM; empty if it is."""
        return MISTAKES.get(self.guesses, "")

    def unsuited(self, table: Table, name: str) -> str | None:
        """Return why a column cannot be used; None if it can."""
        return "no number in any row" if table.missing(name).all() else not_numbers(table, name)

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns of numbers, those of their true values, and the names of the rows."""
        names = holed.measured(table)
        return [*names, *(TRUE + name for name in names), holed.NAME]

    def assumed(self, table: Table) -> Sequence[str]:
        """Return a note on the rows without any number, which are not counted."""
        return holed.unseen_words(table)

    def parse(self, table: Table) -> Holed:
        """Return the rows.

        Raises
        ------
        DataError
            For a column without two numbers that differ, bad cells, or too few rows for a covariance.
        """
        data = holed.parsed(table, least=1 if self.free else 0)
        return replace(data, alone=complete_alone(self, table, data.missing))

    def parameters(self, data: Holed) -> Sequence[Parameter]:
        """Return the mean, fixed if it is known, and the covariance."""
        names = data.columns
        bound = frozenset(index[1:] for index in bound_entries("full", 1, len(names)))
        return (
            Parameter("mean", Real(), "μ", (names,), fixed=not self.free, words="the mean of {0}"),
            Parameter(
                *("covariance", Covariance(), "Σ", (names, names)),
                bound=bound,
                words="cov({0}, {1})",
                diagonal="the variance of {0}",
            ),
        )

    def opens_on(self, data: Holed) -> tuple[Entry, Entry] | None:
        """Return the means of the two columns with most holes: those of columns without holes stay."""
        if not self.free or len(data.columns) < 2:
            return None
        first, second = sorted(np.argsort(-data.missing.sum(axis=0), kind="stable")[:2].tolist())
        return Entry("mean", (first,)), Entry("mean", (second,))

    def default(self, data: Holed) -> NormalParams:
        """Return the mean and the variance of the observed cells of each column, and no covariances."""
        mean = data.centre if self.free else np.zeros_like(data.centre)
        return NormalParams(mean.copy(), np.diag(np.square(data.scale) + np.square(data.centre - mean)))

    def start(self, data: Holed, rng: np.random.Generator) -> NormalParams:
        """Return means off by about a standard deviation of each column, and random correlations."""
        draws, base = rng.normal(size=len(data.scale)), self.default(data)
        covariance = drawn_correlations(np.diagonal(base.covariance), rng)
        return NormalParams(base.mean + self.free * draws * data.scale, covariance)

    def e_step(self, data: Holed, params: NormalParams) -> Expectation[NormalCounts]:
        """Return the sums over filled rows, their conditional covariances, and log P of the observed cells.

        Raises
        ------
        ArithmeticError
            If the covariance is singular.
        """
        return Expectation(*steps.expected(data, params, self.guesses))

    def objectives(self, data: Holed, params: NormalParams) -> Array:
        """Return log P(x; θ), shape (B,), at many θ at once."""
        return steps.objectives(data, params)

    def m_step(self, data: Holed, counts: NormalCounts) -> NormalParams:
        """Return μ = Σx / n, and Σ = Σxxᵀ / n − μμᵀ with the spread in Σxxᵀ."""
        mean = counts.mean if self.free else np.zeros_like(counts.mean)
        return NormalParams(mean.copy(), steps.scattered(counts, self.free) / float(counts.rows))

    def q(self, data: Holed, counts: NormalCounts, params: NormalParams) -> float:
        """Return E[Σ_i log N(x_i; μ, Σ)] of the filled rows."""
        return steps.fit_of(data, counts, params)

    def complete(self, data: Holed, params: NormalParams) -> NormalCounts:
        """Return the counts with the likeliest number in each hole, which is the expected one, as certain."""
        return steps.expected(data, params, FORGOTTEN)[0]

    def interchangeable(self, data: Holed) -> Sequence[Group]:
        """Return nothing: no two columns can be exchanged."""
        return ()

    def way(self, state: NormalRound) -> str:
        """Return how a round treats holes."""
        return FORGOTTEN if state.whole else self.guesses

    def labelled(self, data: Holed) -> NormalCounts | None:
        """Return the counts with the true values of all holes, if the file has them."""
        whole = data.complete_rows
        return None if whole is None else steps.counted(data, whole, np.zeros((whole.shape[1],) * 2))

    def alone(self, data: Holed) -> Alone | None:
        """Return the finder of θ from the complete rows alone; None if no cell is missing."""
        return data.alone

    def answers(self, data: Holed, params: NormalParams, rows: Rows) -> Sequence[Answer]:
        """Return the expected values in the holes of a row, and their standard deviations."""
        whole, spread = steps.guesses(data, params, rows, self.guesses)
        sd = None if self.mistake else np.sqrt(np.diagonal(spread, axis1=1, axis2=2).clip(0))
        texts = (guess_text(data, row, whole[i], None if sd is None else sd[i]) for i, row in enumerate(rows))
        return [Answer((text or "no hole: every number was observed",), (1.0,)) for text in texts]

    def called(self, data: Holed, row: int) -> str:
        """Return the name of a row, else its number."""
        return own_name(self.words.unit, data.names, row)

    def doubts(self, data: Holed, params: NormalParams, rows: Rows) -> Array:
        """Return the conditional variance in the holes of some rows, in units of the columns' variances."""
        _, spread = steps.guesses(data, params, rows, self.guesses)
        open_ = (np.diagonal(spread, axis1=1, axis2=2) / np.square(data.scale)).sum(axis=1)
        return np.asarray(open_ * (data.which[rows] >= 0))

    def shifts(self, data: Holed, before: NormalParams, params: NormalParams, rows: Rows) -> Array:
        """Return the largest move of a guess in each row, in standard deviations of its column."""
        was, now = (steps.guesses(data, at, rows, self.guesses)[0] for at in (before, params))
        return np.asarray((np.abs(now - was) / data.scale).max(axis=1) * (data.which[rows] >= 0))

    def simulate(self, params: NormalParams, size: int, rng: np.random.Generator) -> Table:
        """Return `size` rows without holes."""
        many = len(params.mean)
        noise = draws.in_blocks(size, lambda rows: rng.normal(size=(len(rows), many)), many)
        rows = params.mean + noise @ np.linalg.cholesky(params.covariance).T
        return Table.from_columns({f"x{place + 1}": column for place, column in enumerate(rows.T)})

    def may_lack(self, table: Table) -> Columns:
        """Return the columns of numbers."""
        return {name: () for name in holed.measured(table) if table.is_numeric(name)}

    def remark(self, data: Holed, params: NormalParams) -> str | None:
        """Return a sentence on a deliberate mistake, a covariance of 0 that EM never leaves, or rounding."""
        stuck = self.mistake or pictures.stuck(self, data, params)
        return stuck or rounded(data.columns, data.counted, params.covariance)

    def use(
        self, key: str, data: Holed, params: NormalParams, rng: np.random.Generator
    ) -> Iterator[Finding[NormalParams]]:
        """Yield the findings on missing cells."""
        return meant(self, data, params, pictures.lacking(self, data))

    def views(self, data: Holed, state: NormalRound, look: Look[NormalParams]) -> Sequence[View]:
        """Return the scatter of two columns, the pattern of holes, and a landscape."""
        return pictures.views(self, data, state, look)

    def decimals(self, data: Holed) -> int:
        """Return enough decimals to tell the numbers of a column apart."""
        return telling_decimals(data.scale)

    def count_table(self, data: Holed, state: NormalRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: each row with its holes filled, and its part of the sums."""
        return NormalLedger(self, data, state, len(data.raw)).table(rows)


MODEL = MultivariateNormal()
