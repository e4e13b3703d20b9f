"""Transcriptional modules: genes with one pattern of expression and the regulators that go with it.

A small form of Segal, Yelensky & Koller, Bioinformatics 19 (suppl. 1):i273 (2003): a hidden module for each
gene, expression normal within it, regulators observed. `steps` explains how the steps are computed, `link`
how regulators and modules are connected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import TRUE, Layout, few_valued, not_numbers
from emviz.em.counts.answers import places_of, ranked
from emviz.em.counts.labels import all_known, surplus
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import Parameter, Positive, Real, Simplex, Unit
from emviz.em.families.alone import Alone, complete_alone
from emviz.em.families.clouds import empty_words
from emviz.em.families.filled import answered
from emviz.em.families.meaning import TOOL, meant
from emviz.em.hyper import choice, whole
from emviz.em.model import ColumnSpec, Expectation, Look, Model, Rows, Words
from emviz.em.numerics import Array, log_sum_exp
from emviz.em.optional import Group, own_name
from emviz.em.pictures import View
from emviz.em.scales import constant_words, telling_decimals
from emviz.em.simulation.missingness import Columns
from emviz.em.tools import Finding
from emviz.models.modules import data as reading
from emviz.models.modules import layouts, pictures, starts, steps
from emviz.models.modules.data import (
    GENE,
    LABEL,
    NAMES,
    PREFIX,
    AnyCounts,
    GenerativeParams,
    ModuleCounts,
    ModuleData,
    ModuleParams,
    ModuleRound,
    SoftmaxParams,
)
from emviz.models.modules.examples import EXAMPLES
from emviz.models.modules.layouts import GENES
from emviz.models.modules.table import ModuleLedger

__all__ = ["MODEL", "GenerativeParams", "ModuleCounts", "ModuleData", "Modules", "SoftmaxParams"]


@dataclass(frozen=True)
class Modules(Model[ModuleData, ModuleParams, AnyCounts]):
    """M modules of genes, and regulators that go with them."""

    modules: int = whole(5, "Modules", "The number of modules.", 2, len(NAMES))
    link: str = choice(
        "generative",
        "Link",
        "Regulators follow the module, or choose it.",
        "generative",
        "softmax",
    )

    key = "modules"
    title = "Transcriptional modules"
    objective = "log posterior"
    description = (
        "Each row is a gene. Observed: its expression on several arrays, and which regulators bind it. "
        "Hidden: the module it belongs to. θ is the mean and variance of each module on each array, and its "
        "link to the regulators: with the generative link the probability β that a gene of the module has "
        "each of them; with the softmax link the pull W of each regulator towards each module, where the "
        "M-step only improves g_t (generalised EM). Weak priors keep variances and links bounded. "
        "The log posterior is the log density of the expression, with the generative link that of the "
        "regulators too, and the log prior, without its constant. Each module fills a missing expression "
        "with its mean, and adds its variance to the scatter. Look for genes between two modules, whose "
        "regulators decide between them. Segal et al. (2003) go further: there regulation is hidden too and "
        "is inferred from motifs in the promoters, learned together with the modules; their module networks "
        "have trees of regulators."
    )
    words = Words(
        "gene",
        "genes",
        "module",
        "modules",
        "which module each gene belongs to",
        "Which module does this gene most likely belong to?",
    )
    columns = (
        ColumnSpec(
            GENE,
            "the name of the gene",
            False,
            GENES,
            holes=True,
            unseen="a gene without a name",
        ),
        ColumnSpec(
            *("0min", "expression, a column for each array; the names are free", False),
            holes=True,
            free=True,
            unseen="a hole that each module fills",
            spare=True,
        ),
        ColumnSpec(f"{PREFIX}R1", "1 where the regulator binds the gene, else 0", False, free=True),
        ColumnSpec(TRUE, "true:NAME: the true values of the holes in NAME", False, free=True),
        ColumnSpec(LABEL, "the true module, for the complete-data case", required=False),
    )
    label_column = LABEL
    examples = EXAMPLES
    tools = (TOOL,)
    usual_holes = 0.0

    @property
    def exact_m_step(self) -> bool:
        """Whether the M-step reaches the maximum of Q: not with the softmax link."""
        return not self._softmax

    @property
    def _softmax(self) -> bool:
        return self.link == "softmax"

    @property
    def gathers(self) -> str:
        """The contents of each column of expression or of a regulator."""
        return "an array, or a regulator"

    def unsuited(self, table: Table, name: str) -> str | None:
        """Return why a column is neither an array nor a regulator; None if it may be one."""
        if name.startswith(PREFIX):
            return None
        return layouts.unsuited(name) or not_numbers(table, name)

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return whether genes are rows or columns, the column of their names, and rows that are no genes."""
        return layouts.layouts(table)

    def reads(self, table: Table) -> Collection[str]:
        """Return the names of genes, the arrays, the regulators and the labels."""
        return reading.columns_read(table)

    def assumed(self, table: Table) -> Sequence[str]:
        """Return notes on columns with few values, which may be codes, and on genes without expression."""
        arrays = list(reading.measured(table))
        return [*few_valued(table, arrays), *empty_words(table, arrays)]

    def labels_aside(self, table: Table) -> str | None:
        """Return a sentence if the table labels more modules than the model has."""
        return surplus(table, LABEL, self.modules, "modules")

    def parse(self, table: Table) -> ModuleData:
        """Return the genes.

        Raises
        ------
        DataError
            For fewer genes than modules, no array on which genes differ, a cell that is no number, or
            a regulator that is neither 0 nor 1.
        """
        data = reading.parsed(table, self.modules)
        if data.holes is not None:
            data = replace(data, alone=complete_alone(self, table, data.holes.missing))
        complete = data.holes is None or data.holes.known
        if not complete or not all_known(data.label) or len(np.unique(data.label)) < self.modules:
            return data
        return replace(data, labelled=steps.known(data, data.label, self.modules, self._softmax))

    def parameters(self, data: ModuleData) -> Sequence[Parameter]:
        """Return weights (with the generative link), means, variances and the link."""
        modules, arrays = tuple(NAMES[: self.modules]), data.arrays
        note = constant_words(data.constant)
        normal = (
            Parameter(
                *("mean", Real(), "μ", (modules, arrays)), note=note, words="the mean of {1} in module {0}"
            ),
            Parameter(
                *("variance", Positive(), "σ²", (modules, arrays)),
                note=note,
                words="the variance of {1} in module {0}",
            ),
        )
        axes = (modules, data.regulators)
        if self._softmax:
            return *normal, Parameter("link", Real(), "W", axes, words="the pull of {1} to module {0}")
        weight = Parameter("weight", Simplex(), "w", (modules,), words="the weight of module {0}")
        return weight, *normal, Parameter("link", Unit(), "β", axes, words="P({1} in module {0})")

    def interchangeable(self, data: ModuleData) -> Sequence[Group]:
        """Return the modules, whatever the arrays and regulators are called."""
        weight = () if self._softmax else ("weight",)
        return (tuple((name, 0) for name in (*weight, "mean", "variance", "link")),)

    def make_params(self, values: Mapping[str, Array]) -> ModuleParams:
        """Return θ from its fields."""
        rest = values["mean"], values["variance"], values["link"]
        return SoftmaxParams(*rest) if self._softmax else GenerativeParams(values["weight"], *rest)

    def default(self, data: ModuleData) -> ModuleParams:
        """Return means on genes as far from one another as possible, and a neutral link."""
        return starts.far_apart(data, self.modules, self._softmax)

    def start(self, data: ModuleData, rng: np.random.Generator) -> ModuleParams:
        """Return means on random genes, and a neutral link."""
        return starts.drawn(data, self.modules, self._softmax, rng)

    def e_step(self, data: ModuleData, params: ModuleParams) -> Expectation[AnyCounts]:
        """Return expected genes, means, scatter and regulators of each module, and the log posterior."""
        return Expectation(*steps.expected(data, params))

    def m_step(self, data: ModuleData, counts: AnyCounts) -> ModuleParams:
        """Return w = N / n, μ = mean, σ² = (scatter + ν s²) / (N + ν), and β or three steps on W.

        Raises
        ------
        ZeroDivisionError
            Where a module has no genes left.
        """
        return steps.maximised(data, counts, self._softmax)

    def q(self, data: ModuleData, counts: AnyCounts, params: ModuleParams) -> float:
        """Return E[log P(x, r, m; θ)], with the softmax link E[log P(x, m | r; θ)], plus the log-prior."""
        return steps.fit_of(data, counts, params)

    def objectives(self, data: ModuleData, params: ModuleParams) -> Array:
        """Return the log posterior, shape (B,), at many θ at once."""
        return steps.objectives(data, params)

    def called(self, data: ModuleData, row: int) -> str:
        """Return the name of a gene, else its number."""
        return own_name(self.words.unit, data.genes, row)

    def posterior(self, data: ModuleData, params: ModuleParams, rows: Rows) -> Array:
        """Return the probability of each module, shape (len(rows), M)."""
        joint = steps.log_joint(data, params, rows)
        return np.asarray(np.exp(joint - log_sum_exp(joint)[:, None]))

    def answers(self, data: ModuleData, params: ModuleParams, rows: Rows) -> Sequence[Answer]:
        """Return which module the gene belongs to, and what each expects in its holes."""
        shares, names = (
            self.posterior(data, params, rows),
            [f"module {name}" for name in NAMES[: self.modules]],
        )
        if data.holes is None:
            return ranked(shares, names)
        fills = steps.filled(data, params, rows)
        return answered(shares, names, data.arrays, data.scale, data.holes.missing[rows], fills)

    def chosen(self, data: ModuleData, params: ModuleParams, rows: Rows) -> Sequence[int | None]:
        """Return the place, among the answers of each gene, of the module that `complete` counts."""
        likeliest = steps.log_whole(data, params, rows).argmax(axis=1)
        return places_of(likeliest, self.posterior(data, params, rows))

    def complete(self, data: ModuleData, params: ModuleParams) -> AnyCounts:
        """Return the counts if each gene goes whole to its likeliest module, the first of equals.

        With holes this is the module in which the gene, its holes filled, is likeliest.
        """
        return steps.expected(data, params, hard=True)[0]

    def labelled(self, data: ModuleData) -> AnyCounts | None:
        """Return the counts of the true modules, if all are known and none is empty."""
        return data.labelled

    def alone(self, data: ModuleData) -> Alone | None:
        """Return the finder of θ from the complete genes alone; None if no cell is missing."""
        return data.alone

    def simulate(self, params: ModuleParams, size: int, rng: np.random.Generator) -> Table:
        """Return `size` genes with their expression, regulators and true module."""
        return starts.simulated(params, size, rng)

    def may_lack(self, table: Table) -> Columns:
        """Return the arrays."""
        return dict.fromkeys(reading.measured(table), ())

    def remark(self, data: ModuleData, params: ModuleParams) -> str | None:
        """Return a sentence if all modules are equal, which EM never leaves."""
        if any(np.ptp(field, axis=0).any() for field in (params.mean, params.variance, params.link)):
            return None
        return "all modules are equal: EM cannot tell them apart from here"

    def decimals(self, data: ModuleData) -> int:
        """Return enough decimals to distinguish the numbers of a column."""
        return telling_decimals(data.scale)

    def count_table(self, data: ModuleData, state: ModuleRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: a row a gene, its shares, and what it adds to each module."""
        return ModuleLedger(self, data, state, data.rows).table(rows)

    def use(
        self, key: str, data: ModuleData, params: ModuleParams, rng: np.random.Generator
    ) -> Iterator[Finding[ModuleParams]]:
        """Yield the findings on the meaning of missing cells."""
        return meant(self, data, params, pictures.lacking(self, data))

    def views(self, data: ModuleData, state: ModuleRound, look: Look[ModuleParams]) -> Sequence[View]:
        """Return the heat map of genes sorted by module, the mean curves, and modules by regulators."""
        return pictures.views(self, data, state, look)


MODEL = Modules()
