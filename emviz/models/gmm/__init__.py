"""Mixtures of normal distributions (Dempster, Laird & Rubin 1977, section 4.3).

L(θ) = Σ_i log Σ_k w_k N(x_i; μ_k, Σ_k). `steps` explains how the steps are computed, and the prior of the
floor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import TRUE, few_valued, not_numbers
from emviz.em.counts.answers import places_of, ranked
from emviz.em.counts.labels import all_known, surplus
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, Real, Simplex
from emviz.em.families.alone import Alone, complete_alone
from emviz.em.families.clouds import empty_words
from emviz.em.families.covariances import FAMILIES, bound_entries, covariance_domain
from emviz.em.families.dependence import rounded
from emviz.em.families.filled import answered
from emviz.em.families.meaning import TOOL, meant
from emviz.em.hyper import choice, real, text, whole
from emviz.em.model import ColumnSpec, Expectation, Look, Model, Round, Rows, Words
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.optional import Group, own_name
from emviz.em.pictures import View
from emviz.em.scales import constant_words, telling_decimals
from emviz.em.simulation import draws
from emviz.em.simulation.missingness import Columns
from emviz.em.tools import Finding
from emviz.models.gmm import data as reading
from emviz.models.gmm import holed, many, pictures, starts, steps
from emviz.models.gmm.data import LABEL, NAMES, AnyCounts, GmmCounts, GmmData, GmmParams
from emviz.models.gmm.examples import EXAMPLES
from emviz.models.gmm.features import boxed, kept_features
from emviz.models.gmm.presets import PRESETS
from emviz.models.gmm.scatter import known
from emviz.models.gmm.table import GmmLedger

__all__ = ["MODEL", "GaussianMixture", "GmmCounts", "GmmData", "GmmParams"]

#: An entry of a covariance matrix in words, for each of `FAMILIES`.
SPREADS = {
    "full": "cov({1}, {2}) in cluster {0}",
    "diagonal": "the variance of {1} in cluster {0}",
    "spherical": "the variance in cluster {0}",
    "tied": "cov({1}, {2}) in all clusters",
}
#: A diagonal entry, for matrices that also have others.
VARIANCES = {"full": SPREADS["diagonal"], "tied": "the variance of {1} in all clusters"}
GmmRound: TypeAlias = Round[GmmParams, AnyCounts]


@dataclass(frozen=True)
class GaussianMixture(Model[GmmData, GmmParams, AnyCounts]):
    """K normal distributions in the columns of a table."""

    components: int = whole(2, "Clusters", "The number of clusters.", 2, len(NAMES))
    covariance: str = choice(
        "full",
        "Covariance",
        "Any ellipse, upright, a circle, or one for all.",
        *FAMILIES,
    )
    variables: str = text(
        "", "Columns", "The columns to cluster by, separated by commas; empty for all numeric ones."
    )
    floor: float = real(
        0.0,
        "Floor ε",
        "No variance falls below this part of the column’s variance (a prior: MAP).",
        0.0,
        0.01,
    )

    key = "gmm"
    title = "Gaussian mixture"
    description = (
        "Each row is a point. Observed: its numbers. Hidden: which cluster it came from; each cluster is a "
        "normal distribution. θ is the weight, the mean and the covariance of each cluster. Look for points "
        "between clusters, which belong partly to both; then put a mean on a single point with a small "
        "covariance, and see why an unbounded likelihood needs a floor. log P is the log density of all "
        "points; with a floor, the log posterior adds the log prior without its constant. Each cluster fills "
        "a missing cell with the value it expects there, given the other cells of the row, and adds the "
        "variance of this guess to the scatter; whether a cell is missing must not depend on its value. A "
        "column `true:NAME` may give the true values of the holes in NAME."
    )
    words = Words(
        "point",
        "points",
        "cluster",
        "clusters",
        "which cluster each point came from",
        "Which cluster does this row most likely belong to?",
        hard="k-means with covariances",
    )
    columns = (
        ColumnSpec(
            *("eruptions", "numbers to cluster by, in any number of columns", False),
            holes=True,
            free=True,
            unseen="a hole that each cluster fills",
            spare=True,
        ),
        ColumnSpec("waiting", "more of them: the names of the columns are free", False, free=True),
        ColumnSpec(TRUE, "true:NAME: the true values of the holes in NAME", False, free=True),
        ColumnSpec(
            "gene",
            "words: the first such column names the rows",
            required=False,
            holes=True,
            unseen="a point without a name",
        ),
        ColumnSpec(LABEL, "the true cluster, for the complete-data case", required=False),
    )
    label_column = LABEL
    presets = PRESETS
    examples = EXAMPLES
    tools = (TOOL,)
    usual_holes = 0.0

    @property
    def objective(self) -> str:
        """Log P, or with a floor the log posterior."""
        return "log posterior" if self.floor else "log P"

    @property
    def _crossed(self) -> bool:
        """Whether there are covariances between columns."""
        return self.covariance in steps.CROSSED

    @property
    def gathers(self) -> str:
        """The contents of each column to cluster by."""
        return "numbers to cluster by"

    def unsuited(self, table: Table, name: str) -> str | None:
        """Return why a column cannot be used for clustering; None if it can."""
        return not_numbers(table, name)

    def reads(self, table: Table) -> Collection[str]:
        """Return the columns to cluster by, the one that names the rows, and the labels."""
        return reading.columns_read(table, self.variables)

    def assumed(self, table: Table) -> Sequence[str]:
        """Return notes on columns that may be codes, if none were asked for, and on empty rows."""
        names = reading.named(self.variables) or reading.measured(table)
        codes = [] if self.variables else few_valued(table, names)
        return [*codes, *empty_words(table, names)]

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence if the table labels more clusters than the model has."""
        return surplus(table, LABEL, self.components, "clusters")

    def parse(self, table: Table) -> GmmData:
        """Return the points.

        Raises
        ------
        DataError
            For a missing column, a bad cell, columns that do not differ, or fewer rows than
            clusters.
        """
        read = reading.parsed(table, self.variables, self.components)
        if read.holes is None:
            kept, box = kept_features(read.points, self._crossed), boxed(read.points, self._crossed)
            data = replace(read, features=kept, box=box)
        else:
            data = replace(read, alone=complete_alone(self, table, read.holes.missing))
        if not all_known(data.label) or (data.holes is not None and not data.holes.known):
            return data
        counted = known if data.holes is None else holed.known
        counts = counted(data, data.label, self.components, self._crossed)
        try:
            self.m_step(data, counts)
        except ArithmeticError:  # labels of too few points to determine θ
            return data
        return replace(data, labelled=counts)

    def parameters(self, data: GmmData) -> Sequence[Parameter]:
        """Return weights, means and covariances; entries that follow from others are bound."""
        clusters, columns = tuple(NAMES[: self.components]), data.columns
        note = constant_words(data.constant)
        bound = bound_entries(self.covariance, len(clusters), len(columns))
        return (
            Parameter("weight", Simplex(), "w", (clusters,), words="the weight of cluster {0}"),
            Parameter(
                *("mean", Real(), "μ", (clusters, columns)), note=note, words="the mean of {1} in cluster {0}"
            ),
            Parameter(
                "covariance",
                covariance_domain(self.covariance),
                "Σ",
                (clusters, columns, columns),
                bound=bound,
                note=note,
                words=SPREADS[self.covariance],
                diagonal=VARIANCES.get(self.covariance, ""),
            ),
        )

    def default(self, data: GmmData) -> GmmParams:
        """Return means spread along the first principal axis, and the variances of the columns, rounded."""
        return starts.spread(data, self.components, self.covariance)

    def start(self, data: GmmData, rng: np.random.Generator) -> GmmParams:
        """Return means on distinct random points, and the covariance of the data."""
        return starts.drawn(data, self.components, self.covariance, rng)

    def e_step(self, data: GmmData, params: GmmParams) -> Expectation[AnyCounts]:
        """Return points, sums and scatter of each cluster, and log P(x; θ), with the log-prior if any.

        Raises
        ------
        ArithmeticError
            Where a covariance is singular.
        """
        counts, height, taken = steps.expected(data, params, self._crossed)
        prior = steps.log_prior(data, taken, self.components, self.covariance, self.floor)
        return Expectation(counts, height + float(prior.sum()))

    def m_step(self, data: GmmData, counts: AnyCounts) -> GmmParams:
        """Return w_k = N_k / n, μ_k = sums / N_k, and Σ_k = (scatter + n ε D) / N_k within its family.

        Raises
        ------
        ZeroDivisionError
            Where a cluster has no points left.
        ArithmeticError
            Where a covariance is singular, as where a cluster has collapsed onto a single point.
        """
        return steps.maximised(data, counts, self.covariance, self.floor)

    def at_once(self, data: GmmData) -> int:
        """Return the number of starts that can be computed together."""
        return many.at_once(data, self.components)

    def e_steps(self, data: GmmData, params: GmmParams) -> tuple[AnyCounts, Array]:
        """Return the counts and heights of θ stacked along a leading axis; NaN if a component is narrow."""
        return many.expected(data, params, self.covariance, self.floor)

    def m_steps(self, data: GmmData, counts: AnyCounts) -> GmmParams:
        """Return θ for counts stacked along a leading axis."""
        return many.maximised(data, counts, self.covariance, self.floor)

    def interchangeable(self, data: GmmData) -> Sequence[Group]:
        """Return the clusters, whatever the columns are called."""
        return ((("weight", 0), ("mean", 0), ("covariance", 0)),)

    def q(self, data: GmmData, counts: AnyCounts, params: GmmParams) -> float:
        """Return Σ_k N_k log w_k + E[log N(x; μ_k, Σ_k)], and the log-prior if any."""
        return steps.fit_of(data, counts, params, self.covariance, self.floor)

    def objectives(self, data: GmmData, params: GmmParams) -> Array:
        """Return log P(x; θ), shape (B,), with the log-prior if any, at many θ at once."""
        return steps.objectives(data, params, self.covariance, self.floor)

    def called(self, data: GmmData, row: int) -> str:
        """Return the name of a point, else its number."""
        return own_name(self.words.unit, data.names, row)

    def posterior(self, data: GmmData, params: GmmParams, rows: Rows) -> Array:
        """Return the probability of each cluster, shape (len(rows), K)."""
        joint = steps.log_joint(data, params, rows)
        return np.asarray(np.exp(joint - log_sum_exp(joint)[:, None]))

    def answers(self, data: GmmData, params: GmmParams, rows: Rows) -> Sequence[Answer]:
        """Return which cluster the row came from, and what each expects in its holes."""
        names = [f"cluster {name}" for name in NAMES[: self.components]]
        shares = self.posterior(data, params, rows)
        if data.holes is None:
            return ranked(shares, names)
        fills = holed.filled(data, params, rows, [(j, j) for j in range(len(data.columns))])
        return answered(shares, names, data.columns, data.scale, data.holes.missing[rows], fills)

    def chosen(self, data: GmmData, params: GmmParams, rows: Rows) -> Sequence[int | None]:
        """Return the place, among the answers of each row, of the cluster that `complete` counts."""
        if data.holes is None:
            return (0,) * len(rows)
        likeliest = holed.log_whole(data, params, rows).argmax(axis=1)
        return places_of(likeliest, self.posterior(data, params, rows))

    def complete(self, data: GmmData, params: GmmParams) -> AnyCounts:
        """Return the counts if each point goes whole to its likeliest cluster, the first of equals.

        With holes this is the cluster in which the point, its holes filled with their likeliest values, is
        likeliest.
        """
        return steps.expected(data, params, self._crossed, hard=True)[0]

    def labelled(self, data: GmmData) -> AnyCounts | None:
        """Return the counts of the true clusters, if all are known and determine θ."""
        return data.labelled

    def alone(self, data: GmmData) -> Alone | None:
        """Return the finder of θ from the complete rows alone; None if no cell is missing."""
        return data.alone

    def simulate(self, params: GmmParams, size: int, rng: np.random.Generator) -> Table:
        """Return `size` points, each from a cluster chosen at random, with the true cluster."""
        cluster = draws.chosen(params.weight, size, rng)
        # Σ = L Lᵀ, so L u has covariance Σ for standard normal u.
        factor = np.linalg.cholesky(params.covariance)
        many = params.mean.shape[1]

        def drawn(rows: Rows) -> Array:
            own, normal = cluster[rows], rng.normal(size=(len(rows), many))
            return np.asarray(params.mean[own] + (factor[own] @ normal[:, :, None])[:, :, 0])

        points = draws.in_blocks(size, drawn, many**2)
        columns = dict(zip(self._column_names(many), points.T, strict=True))
        return Table.from_columns({**columns, LABEL: draws.named(NAMES, cluster)})

    def may_lack(self, table: Table) -> Columns:
        """Return the columns to cluster by."""
        return dict.fromkeys(reading.named(self.variables) or reading.measured(table), ())

    def _column_names(self, columns: int) -> list[str]:
        named = reading.named(self.variables)
        return named if len(named) == columns else [f"x{place + 1}" for place in range(columns)]

    def remark(self, data: GmmData, params: GmmParams) -> str | None:
        """Return a sentence if all clusters are equal, which EM never leaves, or rounding limits the fit."""
        if any(np.ptp(field, axis=0).any() for field in (params.mean, params.covariance)):
            blurs = (rounded(data.columns, data.rows, each) for each in params.covariance)
            return next(filter(None, blurs), None)
        return "all clusters are equal: EM cannot tell them apart from here"

    def use(
        self, key: str, data: GmmData, params: GmmParams, rng: np.random.Generator
    ) -> Iterator[Finding[GmmParams]]:
        """Yield the findings on missing cells."""
        return meant(self, data, params, pictures.lacking(self, data))

    def views(self, data: GmmData, state: GmmRound, look: Look[GmmParams]) -> Sequence[View]:
        """Return the scatter or the histogram, the curves of each cluster, and a quick landscape."""
        return pictures.views(self, data, state, look)

    def decimals(self, data: GmmData) -> int:
        """Return enough decimals to tell the numbers of a column apart."""
        return telling_decimals(data.scale)

    def count_table(self, data: GmmData, state: GmmRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: a row per point, with its shares and its part of points and sums."""
        return GmmLedger(self, data, state, data.rows).table(rows)


MODEL = GaussianMixture()
