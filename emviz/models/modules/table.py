"""The count table of modules: its columns, and the derivation of each share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from emviz.em.counts.derivation import (
    MOST_TERMS,
    base,
    bracketed,
    equals,
    given,
    outcome,
    rounded,
    significant,
    upright,
)
from emviz.em.counts.labels import Labels
from emviz.em.counts.table import Line, Tag, Update
from emviz.em.domains import Index
from emviz.em.families.clouds import Holes
from emviz.em.families.filled import Filled, most_holed, short_or_hole
from emviz.em.families.normals import NU
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures, with_minus
from emviz.models.modules import link, steps
from emviz.models.modules.data import (
    NAMES,
    AnyCounts,
    GenerativeParams,
    HoledModuleCounts,
    ModuleData,
    ModuleParams,
)
from emviz.models.modules.pictures import gene_names

if TYPE_CHECKING:
    from emviz.models.modules import Modules

#: The most arrays that a row shows, arrays and regulators that it sums, and digits of a probability.
LISTED, SUMMED, SEVEN = 2, 1, 7
FILLED_WORDS = (
    "Each share times the gap between the filled gene and the new mean squared, with the spread of the "
    "filled values, exact, added for all genes."
)
BOUND_WORDS = "The shares of the genes that this regulator binds, exact, are added over all genes."
SCATTER_WORDS = (
    "Each share times the gap between the gene and the new mean squared, exact, added for all genes."
)


class ModuleLedger(Filled[ModuleData, ModuleParams, AnyCounts]):
    """Genes shared between the modules, their expression, and the regulators that bind them."""

    model: Modules
    kind = "module"
    unit_name = "gene"
    added = "The exact terms of all genes are added, and rounded only for display."

    @property
    def heading(self) -> str:
        """The first arrays, and the regulators."""
        return (
            "gene: "
            + ", ".join(self.data.arrays[:LISTED])
            + (" · regulators" if self.data.regulators else "")
        )

    @property
    def completions(self) -> tuple[Tag, ...]:
        """The modules."""
        return tuple(Tag(name, k) for k, name in enumerate(NAMES[: self.model.modules]))

    @property
    def holes(self) -> Holes | None:
        """The missing cells."""
        return self.data.holes

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The first array; that with the most holes, where there are any."""
        return (0,) if self.data.holes is None else most_holed(self.data.holes, SUMMED)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The arrays."""
        return self.data.arrays

    @property
    def first_symbol(self) -> str:
        """The genes of each module."""
        return "genes"

    @property
    def symbols_of_values(self) -> tuple[str, ...]:
        """The sum of the first array, and a regulator."""
        sums = (f"Σ {self.data.arrays[j]}" for j in self.places)
        return (*sums, *self.data.regulators[:SUMMED])

    @property
    def values(self) -> Sequence[tuple[str, Array]]:
        """The first array, and the first regulator."""
        names = (*(self.data.arrays[j] for j in self.places), *self.data.regulators[:SUMMED])
        columns = (*(self.data.raw[:, j] for j in self.places), *self._bits.T[:SUMMED])
        return [(upright(name), column) for name, column in zip(names, columns, strict=True)]

    @property
    def _bits(self) -> Array:
        """The regulators of each gene as 0 and 1, shape (n, F)."""
        return self.data.patterns[self.data.which]

    @property
    def _softmax(self) -> bool:
        return self.model.link == "softmax"

    @property
    def truth(self) -> Labels | None:
        """The true modules."""
        return self.data.label

    def preference(self, rows: Rows) -> Array:
        """Return log P(x, z) of each module."""
        return steps.log_whole(self.data, self.params, rows)

    def guessed(self, rows: Rows, pairs: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
        """Return some genes as each module fills them, and the variances of the filled values."""
        whole, spread = steps.filled(self.data, self.params, rows)
        return whole, np.stack([spread[:, :, j] for j, _ in pairs], axis=-1)

    def hole_lines(self, row: int, place: int, column: int, places: int) -> Iterator[Line]:
        """Yield the lines on a hole: its mean in the module, and the variance of this guess."""
        name, array = upright(self.data.arrays[column]), self.data.arrays[column]
        mean, variance = (each[place, column] for each in (self.params.mean, self.params.variance))
        own = NAMES[place]
        yield Line(
            rf"x_{{{name}}} = \mu_{{{own},{name}}} = {outcome(float(mean), self.digits)}",
            f"The hole of this gene on {array} counts for module {own} as its mean: within a module the "
            "arrays are independent.",
        )
        if not self.certain:
            yield Line(
                rf"\sigma^{{2}} = {outcome(float(variance), self.digits)}",
                "The spread of this guess is the variance of the module, and is counted too.",
            )

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the name, the first numbers and the regulators of each gene: "YAL001: 0.31, … · 0100"."""
        data = self.data
        more = ", …" if len(data.arrays) > LISTED else ""
        texts = []
        for name, row in zip(gene_names(data, rows), rows.tolist(), strict=True):
            numbers = zip(data.raw[row, :LISTED].tolist(), data.scale[:LISTED].tolist(), strict=True)
            bits = "".join(f"{bit:.0f}" for bit in data.patterns[data.which[row]].tolist())
            text = f"{name}: {', '.join(short_or_hole(value, scale) for value, scale in numbers)}{more}"
            texts.append(f"{text} · {bits}" if bits else text)
        return tuple(texts)

    def totals(self, counts: AnyCounts) -> Array:
        """Return genes, expression and regulated genes of each module."""
        bound = steps.active(self.data, counts, self._softmax)[:, :SUMMED]
        if isinstance(counts, HoledModuleCounts):
            return self.summed_up(counts.genes, counts.mean, counts.seen, counts.spread, tuple(bound.T))
        sums = counts.genes[:, None] * counts.mean[:, :SUMMED]
        return np.column_stack([counts.genes, sums, bound]).ravel()

    # -- a row -----------------------------------------------------------------------------------------------

    def explained(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the density of a gene in a module, the probability of its regulators, and Bayes."""
        densities = steps.log_density(self.data, self.params, np.array([row]))[0].tolist()
        log_links = link.log_choice if self._softmax else link.log_bits
        links = log_links(self.params.link, self._bits[[row]])[0].tolist()
        yield self._density_line(row, place, densities[place])
        if self.data.regulators:
            yield self._link_line(row, place, links[place])
        joint = [self._joint(k, *logs, places) for k, logs in enumerate(zip(densities, links, strict=True))]
        asked = f"E-step: how probable this gene is in module {NAMES[place]}, against all modules (Bayes)."
        logs = steps.log_joint(self.data, self.params, np.array([row]))[0].tolist()
        yield from self.bayes(row, place, joint, logs, asked, places)

    def _joint(self, k: int, density: float, linked: float, places: int) -> str:
        parts = [significant(density)]
        if isinstance(self.params, GenerativeParams):
            parts.insert(0, given(float(self.params.weight[k]), places + 1))
        if self.data.regulators or self._softmax:
            parts.append(significant(linked))
        return r" \cdot ".join(parts)

    def _density_line(self, row: int, k: int, density: float) -> Line:
        """Return log N(x; μ, σ²) summed over the arrays, the first ones term by term."""
        data, params = self.data, self.params
        seen = np.flatnonzero(~np.isnan(data.raw[row]))
        if not len(seen):
            formula = rf"\log P(x \mid \mathrm{{{NAMES[k]}}}) = 0"
            return Line(formula, "No expression is seen, which is equally probable in every module.")
        own, middle = params.variance[k, seen], params.mean[k, seen]
        gaps = np.square(data.raw[row, seen] - middle) / own
        terms = [-0.5 * float(part) for part in gaps + np.log(2 * np.pi * own)]
        tail = r" + \cdots" if len(terms) > MOST_TERMS else ""
        # If terms are left out nobody can check the sum, so fewer digits suffice.
        digits = self.fewer if tail else self.digits
        shown = " + ".join(rounded(term, digits) for term in terms[:MOST_TERMS])
        first = (data.raw[row, seen[0]], middle[0], own[0])
        seen_only = "" if len(seen) == len(data.arrays) else " that is seen"
        x, mean, variance = (with_minus(figures(value, 4)) for value in first)
        return Line(
            rf"\log P(x \mid \mathrm{{{NAMES[k]}}}) = {shown}{tail} \approx {outcome(density, self.fewer)}",
            f"The log density of the expression, one term for each array{seen_only}; on "
            f"{data.arrays[seen[0]]} it is that of "
            f"{x} under a normal distribution of mean {mean} and variance {variance}.",
        )

    def _link_line(self, row: int, k: int, linked: float) -> Line:
        """Return the line on the probability of the regulators in a module, or of the module given them."""
        name, value, bits = NAMES[k], significant(linked), self._bits[row]
        if not self._softmax:
            chances = r" \cdot ".join(
                rounded(float(beta if bit else 1 - beta), SEVEN)
                for beta, bit in zip(self.params.link[k], bits, strict=True)
            )
            return Line(
                rf"P(r \mid \mathrm{{{name}}}) = {chances} \approx {value}",
                f"Its regulators in module {name}: β for each that binds, 1 − β for each that does not.",
            )
        pulls = [
            " + ".join(rounded(float(w), self.digits) for w in weights[bits > 0]) or "0"
            for weights in self.params.link
        ]
        powers = [rf"e^{{{pull}}}" for pull in pulls]
        return Line(
            rf"P(\mathrm{{{name}}} \mid r) = \frac{{{powers[k]}}}{{{' + '.join(powers)}}} \approx {value}",
            f"Its regulators choose module {name} with this probability: W is added up over those that bind.",
        )

    # -- totals and the M-step -------------------------------------------------------------------------------

    def sum_line(self, column: int, terms: Array, total: float, places: int) -> Line:
        """Return the line on the total of a column."""
        if column % len(self.each) < len(self.each) - len(self.data.regulators[:SUMMED]):
            return super().sum_line(column, terms, total, places)
        return self._sum_line(terms, total, places, self.unit(column), BOUND_WORDS)

    def follows(self, name: str, index: Index) -> bool:
        """Return whether an entry is a weight, or belongs to the first array or regulator."""
        first = (*self.places, 0)[0] if name == "mean" else 0
        return name != "variance" and index[1:] in ((), (first,))

    def behind(self, name: str, index: Index, places: int) -> Iterator[Line]:
        """Yield the genes of a module, and their expression, its scatter, or those that a regulator binds."""
        data, counts, k, j = self.data, self.expected, index[0], index[-1]
        yield from self.rows_line(k, places)
        if name == "mean":
            total, unit = float(counts.genes[k] * counts.mean[index]), rf"\,{upright(data.arrays[j])}"
            yield self.weighted_line(k, self._expression(k, j)[0], total, places, unit)
        elif name == "variance":
            (values, spread), scale = self._expression(k, j), rounded(float(data.scale[j]), self.digits)
            squares = np.square(values - counts.mean[index]) + spread
            words = SCATTER_WORDS if data.holes is None else FILLED_WORDS
            yield self.weighted_line(k, squares, float(counts.scatter[index]), places, words=words)
            yield Line(
                rf"\nu s^{{2}} = {NU} \cdot {base(scale)}^{{2}} "
                rf"\approx {outcome(self._prior_scatter(j), self.fewer)}",
                f"The prior adds {NU} of a gene, at the usual distance from the mean on this array.",
            )
        elif name == "link":
            total, unit = float(steps.active(data, counts, self._softmax)[index]), upright(data.regulators[j])
            yield self.weighted_line(k, self._bits[:, j], total, places, rf"\,{unit}", BOUND_WORDS)

    def _expression(self, k: int, array: int) -> tuple[Array, Array | float]:
        """Return the expression on an array as a module fills it, and the spread of the filled values."""
        if self.data.holes is None:
            return self.data.raw[:, array], 0.0
        values, spread = self.filled_values(k, array, [(array, array)])
        return values, spread[:, 0]

    def _prior_scatter(self, array: int) -> float:
        return NU * float(self.data.scale[array]) ** 2

    def spread(
        self, counts: AnyCounts, name: str, index: Index, value: float
    ) -> tuple[float, tuple[float, ...]]:
        """Return numerator and denominator of a variance, or of an entry of the link."""
        genes = float(counts.genes[index[0]])
        if name == "variance":
            return float(counts.scatter[index]) + self._prior_scatter(index[1]), (genes, NU)
        if self._softmax:  # three steps of an inner search: no ratio of counts
            return value, (1.0,)
        return float(counts.regulated[index]) + link.HALF, (genes, 2 * link.HALF)

    def exact(self, name: str) -> tuple[float, float]:
        """Return the terms that the priors of β and σ² add."""
        return {"link": (link.HALF, 2 * link.HALF), "variance": (0.0, NU)}.get(name, (0.0, 0.0))

    def m_words(self, name: str) -> str:
        """Return the sentence on an entry of θ."""
        prior = "M-step: the expected counts as if observed, and half a gene on either side from the prior."
        return prior if name == "link" else self.treated

    def ratio_line(self, place: int, update: Update, places: int) -> Iterable[Line]:
        """Return an entry of θ as a ratio, or the steps that lead to W."""
        name, index, _ = self.free[place]
        if name == "link" and self._softmax:
            return self._climbed_lines(index, update.value, places)
        return super().ratio_line(place, update, places)

    def _climbed_lines(self, index: Index, value: float, places: int) -> Iterator[Line]:
        """Yield the slope of Q in one W, and the three steps of Böhning that follow from it."""
        data, counts = self.data, self.expected
        at, parts = counts.link, [float(counts.link[index])]
        slope = float(link.slope(data, counts.regulated, at)[index])
        observed = float(steps.active(data, counts, True)[index])
        fitted = observed - link.RIDGE * parts[0] - slope
        yield Line(
            rf"{decimal(observed, self.digits)} - {decimal(fitted, self.digits)} "
            rf"- {link.RIDGE} \cdot {rounded(parts[0], self.digits)} "
            rf"\approx {decimal(slope, self.fewer)}",
            "The slope of g_t: expected genes of the module that the regulator binds, minus those that W "
            "predicts, minus the slope of the prior.",
        )
        for _ in range(link.INNER):
            step = link.inner_step(data, counts.regulated, at)
            parts.append(float(step[index]))
            at = at + step
        shown = " + ".join(bracketed(decimal(part, places + 4)) for part in parts)
        yield Line(
            rf"{self.symbol('link', index)} = {shown} "
            rf"{equals(value, places + 1)} {decimal(value, places + 1)}",
            "M-step: three steps up a parabola below g_t, which for all W together has the curvature "
            "½XᵀX + λI. They improve g_t without reaching its maximum (generalised EM).",
        )

    @property
    def letters(self) -> Mapping[str, str]:
        """The letter of each field of θ."""
        linked = "W" if self._softmax else r"\beta"
        return {"weight": "w", "mean": r"\mu", "variance": r"\sigma^{2}", "link": linked}

    def axis(self, name: str) -> Sequence[str]:
        """Return the regulators, or the arrays."""
        return self.data.regulators if name == "link" else self.data.arrays
