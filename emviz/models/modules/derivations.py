"""Where each number of the count table of modules comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    bayes_lines,
    bracketed,
    equals,
    factor,
    given,
    ratio_digits,
    rounded,
    significant,
    upright,
    whole_line,
)
from emviz.em.domains import Index
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.models.modules import link, steps
from emviz.models.modules.data import (
    NAMES,
    GenerativeParams,
    ModuleCounts,
    ModuleData,
    ModuleParams,
    ModuleRound,
    SoftmaxParams,
)

if TYPE_CHECKING:
    from emviz.models.modules import Modules

#: Significant digits of numbers that are worked with, and of what comes out.
DIGITS, SEVEN, FEWER = 10, 7, 6
#: Arrays and regulators that the table sums.
SUMMED = 1
M_WORDS = "M-step: these counts are treated as if they had been observed."
ALL_WORDS = "The exact terms of all genes are added, and rounded only for display."


@dataclass(frozen=True)
class Desk:
    """What a derivation draws on: the model, its data, and the iteration on display."""

    model: Modules
    data: ModuleData
    state: ModuleRound

    @property
    def softmax(self) -> bool:
        """Whether regulators choose the module."""
        return self.model.link == "softmax"

    @property
    def params(self) -> ModuleParams:
        """The parameters θ(t) that genes are shared at."""
        return self.state.base.params

    @property
    def counts(self) -> ModuleCounts:
        """The expected counts at θ(t)."""
        return self.state.base.expectation.counts

    def shares(self, rows: Rows) -> Array:
        """Return the part of each gene that is counted for each module, shape (len(rows), M)."""
        if not self.state.whole:
            return self.model.posterior(self.data, self.params, rows)
        best = steps.log_joint(self.data, self.params, rows).argmax(axis=-1)
        return np.asarray(np.eye(len(self.params.mean))[best])

    @property
    def bits(self) -> Array:
        """Which regulators each gene has, shape (n, F)."""
        return self.data.patterns[self.data.which]


def derive(desk: Desk, cell: view.Cell, places: int) -> view.Derivation:
    """Return the lines from a cell of the table up to the θ that it ends in."""
    if isinstance(cell, view.UpdateCell):
        name, index, label = list(_entries(desk))[cell.place]
        lines = tuple(_entry_lines(desk, name, index, places))
        return view.Derivation(f"Where does {label} come from?", index[0], lines)
    k = cell.place if isinstance(cell, view.ShareCell) else cell.group
    up = (*_total_lines(desk, k, places), *_module_lines(desk, k, places))
    if isinstance(cell, view.TotalCell):
        return view.Derivation(f"Where does the total of module {NAMES[k]} come from?", k, up)
    what = (
        f"{desk.state.letter}({NAMES[k]})"
        if isinstance(cell, view.ShareCell)
        else f"the count of module {NAMES[k]}"
    )
    own = _row_lines(desk, cell.row, k, places)
    return view.Derivation(f"Where does {what} in row {cell.row + 1} come from?", k, (*own, *up))


def _entries(desk: Desk) -> Iterator[tuple[str, Index, str]]:
    for parameter in desk.model.parameters(desk.data):
        for index in parameter.free:
            yield parameter.name, index, parameter.label(index)


# -- a row ---------------------------------------------------------------------------------------------------


def _row_lines(desk: Desk, row: int, k: int, places: int) -> Iterator[view.Line]:
    """Yield the lines on the share of a gene in a module, and on what is counted for it."""
    rows = np.array([row])
    densities = steps.log_density(desk.data, desk.params, rows)[0]
    links = _log_links(desk, row)
    logs = steps.log_joint(desk.data, desk.params, rows)[0]
    share = float(desk.model.posterior(desk.data, desk.params, rows)[0, k])
    yield _density_line(desk, row, k, float(densities[k]))
    if desk.data.regulators:
        yield _link_line(desk, row, k, links[k])
    joint = [_joint(desk, j, float(densities[j]), links[j], places) for j in range(len(logs))]
    asked = f"E-step: how probable this gene is in module {NAMES[k]}, against all modules (Bayes)."
    yield from bayes_lines(NAMES[k], k, joint, logs.tolist(), share, places + 1, asked)
    taken = float(desk.shares(rows)[0, k])
    if desk.state.whole:
        yield whole_line(NAMES[k], taken, "module")
    yield _counted_line(desk, row, k, taken, places)


def _log_links(desk: Desk, row: int) -> list[float]:
    """Return log P(r_g | m), or log P(m | r_g), for every module."""
    pattern = desk.data.patterns[[desk.data.which[row]]]
    logs = link.log_choice if desk.softmax else link.log_bits
    return [float(log) for log in logs(desk.params.link, pattern)[0]]


def _joint(desk: Desk, k: int, density: float, linked: float, places: int) -> str:
    parts = [significant(density)]
    if isinstance(desk.params, GenerativeParams):
        parts.insert(0, given(float(desk.params.weight[k]), places + 1))
    if desk.data.regulators or desk.softmax:
        parts.append(significant(linked))
    return r" \cdot ".join(parts)


def _density_line(desk: Desk, row: int, k: int, density: float) -> view.Line:
    """Return log N(x; μ, σ²) summed over the arrays, the first ones term by term."""
    data, params = desk.data, desk.params
    gaps = np.square(data.raw[row] - params.mean[k]) / params.variance[k]
    terms = [-0.5 * float(part) for part in gaps + np.log(2 * np.pi * params.variance[k])]
    shown = " + ".join(rounded(term, DIGITS) for term in terms[:MOST_TERMS])
    tail = r" + \cdots" if len(terms) > MOST_TERMS else ""
    first = (data.raw[row, 0], params.mean[k, 0], params.variance[k, 0])
    x, mean, variance = (figures(value, 4) for value in first)
    return view.Line(
        rf"\log P(x \mid \mathrm{{{NAMES[k]}}}) = {shown}{tail} \approx {rounded(density, FEWER)}",
        f"The log density of the expression, one term for each array; on {data.arrays[0]} it is that of "
        f"{x} under a normal distribution of mean {mean} and variance {variance}.",
    )


def _link_line(desk: Desk, row: int, k: int, linked: float) -> view.Line:
    data, name, value = desk.data, NAMES[k], significant(linked)
    bits = data.patterns[data.which[row]]
    if not desk.softmax:
        chances = r" \cdot ".join(
            rounded(float(beta if bit else 1 - beta), SEVEN)
            for beta, bit in zip(desk.params.link[k], bits, strict=True)
        )
        return view.Line(
            rf"P(r \mid \mathrm{{{name}}}) = {chances} \approx {value}",
            f"Its regulators in module {name}: β for each that binds, 1 − β for each that does not.",
        )
    pulls = [
        " + ".join(rounded(float(w), DIGITS) for w in weights[bits > 0]) or "0"
        for weights in desk.params.link
    ]
    powers = [rf"e^{{{pull}}}" for pull in pulls]
    return view.Line(
        rf"P(\mathrm{{{name}}} \mid r) = \frac{{{powers[k]}}}{{{' + '.join(powers)}}} \approx {value}",
        f"Its regulators choose module {name} with this probability: W is added up over those that bind.",
    )


def _counted_line(desk: Desk, row: int, k: int, share: float, places: int) -> view.Line:
    parts = [rf"{decimal(share, places + 1)} \cdot 1\,\mathrm{{gene}}"]
    amounts = [
        *zip(desk.data.arrays, desk.data.raw[row], strict=True),
        *zip(desk.data.regulators, desk.data.patterns[desk.data.which[row]], strict=True),
    ]
    first = amounts[:SUMMED] + amounts[len(desk.data.arrays) :][:SUMMED]
    for name, amount in ((name, float(amount)) for name, amount in first):
        count = share * amount
        parts.append(
            rf"{factor(share, amount, places)} \cdot {rounded(amount, DIGITS)} {equals(count, places)} "
            rf"{bracketed(decimal(count, places))}\,{upright(name)}"
        )
    return view.Line(r",\quad ".join(parts), f"So this share of the gene is counted for module {NAMES[k]}.")


# -- totals and the M-step -----------------------------------------------------------------------------------


def _shares(desk: Desk, k: int) -> tuple[Rows, Array]:
    """Return the first rows, as many as a sum shows, and their shares in a module."""
    rows = np.arange(min(desk.data.rows, MOST_TERMS))
    return rows, desk.shares(rows)[:, k]


def _amount(value: float, places: int, total: float) -> str:
    """Return a number with so many decimals, or in digits that tell it where its total is small."""
    small = 0 < abs(total) < 10.0 ** (2 - places)
    return rounded(value, DIGITS) if small else bracketed(decimal(value, places))


def _sum_line(
    desk: Desk, terms: Array, total: float, places: int, unit: str, words: str = ALL_WORDS
) -> view.Line:
    shown = " + ".join(_amount(term, places, total) for term in terms.tolist())
    tail = r" + \cdots" if desk.data.rows > len(terms) else ""
    return view.Line(rf"{shown}{tail} \approx {_amount(total, places, total)}{unit}", words)


def _genes_line(desk: Desk, k: int, places: int) -> view.Line:
    _, shares = _shares(desk, k)
    return _sum_line(desk, shares, float(desk.counts.genes[k]), places, r"\,\mathrm{genes}")


def _array_line(desk: Desk, k: int, array: int, places: int) -> view.Line:
    rows, shares = _shares(desk, k)
    total = float(desk.counts.genes[k] * desk.counts.mean[k, array])
    unit = rf"\,{upright(desk.data.arrays[array])}"
    return _sum_line(desk, shares * desk.data.raw[rows, array], total, places, unit)


def _regulator_line(desk: Desk, k: int, regulator: int, places: int) -> view.Line:
    rows, shares = _shares(desk, k)
    total = float(steps.active(desk.data, desk.counts, desk.softmax)[k, regulator])
    unit = rf"\,{upright(desk.data.regulators[regulator])}"
    words = "The shares of the genes that this regulator binds, exact, are added over all genes."
    return _sum_line(desk, shares * desk.bits[rows, regulator], total, places, unit, words)


def _total_lines(desk: Desk, k: int, places: int) -> Iterator[view.Line]:
    yield _genes_line(desk, k, places)
    yield _array_line(desk, k, 0, places)
    if desk.data.regulators:
        yield _regulator_line(desk, k, 0, places)


def _module_lines(desk: Desk, k: int, places: int) -> Iterator[view.Line]:
    """Yield the M-step of the weight, of the mean on the first array, and of the first regulator."""
    for name, index, _ in _entries(desk):
        if index[0] == k and name != "variance" and not any(index[1:]):
            yield from _found_lines(desk, name, index, places)


def _entry_lines(desk: Desk, name: str, index: Index, places: int) -> Iterator[view.Line]:
    """Yield the sums behind one entry of θ, and its M-step."""
    k = index[0]
    yield _genes_line(desk, k, places)
    if name == "mean":
        yield _array_line(desk, k, index[1], places)
    elif name == "variance":
        yield from _scatter_lines(desk, k, index[1], places)
    elif name == "link":
        yield _regulator_line(desk, k, index[1], places)
    yield from _found_lines(desk, name, index, places)


def _scatter_lines(desk: Desk, k: int, array: int, places: int) -> Iterator[view.Line]:
    rows, shares = _shares(desk, k)
    gaps = desk.data.raw[rows, array] - desk.counts.mean[k, array]
    words = "Each share times the gap between the gene and the new mean squared, exact, added for all genes."
    total = float(desk.counts.scatter[k, array])
    yield _sum_line(desk, shares * np.square(gaps), total, places, "", words)
    scale = rounded(float(desk.data.scale[array]), DIGITS)
    yield view.Line(
        rf"\nu s^{{2}} = {steps.NU} \cdot {scale}^{{2}} "
        rf"\approx {rounded(_prior_scatter(desk, array), FEWER)}",
        f"The prior adds {steps.NU} of a gene, as far from the mean as genes are on this array.",
    )


def _found_lines(desk: Desk, name: str, index: Index, places: int) -> Iterator[view.Line]:
    """Yield the M-step of one entry, found already or as it will be; nothing where it fails."""
    try:
        updated = desk.state.updated or desk.model.m_step(desk.data, desk.counts)
    except ZeroDivisionError:
        return
    value = float(getattr(updated, name)[index])
    if name == "link" and desk.softmax:
        yield from _climbed_lines(desk, index, value, places)
        return
    top, terms = ratio(desk, desk.counts, name, index, value)
    yield view.Line(
        f"{_symbol(desk, name, index)} = {_fraction(name, top, terms, value, places)}",
        "M-step: the expected counts as if observed, and half a gene on either side from the prior."
        if name == "link"
        else M_WORDS,
    )


def _fraction(name: str, top: float, terms: tuple[float, ...], value: float, places: int) -> str:
    """Return a ratio with its value, in as many digits as a hand calculation needs."""
    small = 0 < abs(value) < 10.0 ** (1 - places)
    digits = ratio_digits(view.Update("", 0, top, terms, value), places)
    above = rounded(top, DIGITS) if small else bracketed(decimal(top, digits))
    if name == "link":
        above = (
            f"{rounded(top - link.HALF, DIGITS) if small else decimal(top - link.HALF, digits)} + {link.HALF}"
        )
    below = [rounded(term, DIGITS) if small else decimal(term, digits) for term in terms]
    if name in ("variance", "link"):  # what the prior adds is exact
        below[-1] = figures(terms[-1], 6)
    if small:
        shown = rf"\approx {rounded(value, FEWER)}"
    else:
        shown = f"{equals(value, places + 1)} {bracketed(decimal(value, places + 1))}"
    return rf"\frac{{{above}}}{{{' + '.join(below)}}} {shown}"


def _climbed_lines(desk: Desk, index: Index, value: float, places: int) -> Iterator[view.Line]:
    """Yield the slope of Q in one W, and the three steps of Böhning that it sets off."""
    data, counts = desk.data, desk.counts
    at, parts = counts.link, [float(counts.link[index])]
    slope = float(link.slope(data, counts.regulated, at)[index])
    observed = float(steps.active(data, counts, True)[index])
    fitted = observed - link.RIDGE * parts[0] - slope
    yield view.Line(
        rf"{decimal(observed, DIGITS)} - {decimal(fitted, DIGITS)} "
        rf"- {link.RIDGE} \cdot {rounded(parts[0], DIGITS)} \approx {bracketed(decimal(slope, FEWER))}",
        "The slope of g_t: genes of the module that the regulator binds, as expected less as W foresees, "
        "less what the prior takes.",
    )
    for _ in range(link.INNER):
        step = link.inner_step(data, counts.regulated, at)
        parts.append(float(step[index]))
        at = at + step
    shown = " + ".join(bracketed(decimal(part, places + 4)) for part in parts)
    yield view.Line(
        rf"{_symbol(desk, 'link', index)} = {shown} "
        rf"{equals(value, places + 1)} {bracketed(decimal(value, places + 1))}",
        "M-step: three steps up a parabola below g_t, which for all W together has the curvature ½XᵀX + λI. "
        "They improve g_t without reaching its maximum (generalised EM).",
    )


def _symbol(desk: Desk, name: str, index: Index) -> str:
    """Return the label of an entry as LaTeX."""
    data = desk.data
    letter = {"weight": "w", "mean": r"\mu", "variance": r"\sigma^{2}"}.get(
        name, "W" if isinstance(desk.params, SoftmaxParams) else r"\beta"
    )
    names = data.regulators if name == "link" else data.arrays
    below = ",".join([rf"\mathrm{{{NAMES[index[0]]}}}", *(upright(names[j]) for j in index[1:])])
    return rf"{letter}_{{{below}}}"


def ratio(
    desk: Desk, counts: ModuleCounts, name: str, index: Index, value: float
) -> tuple[float, tuple[float, ...]]:
    """Return the numerator of an entry of θ, and the terms of its denominator."""
    genes = float(counts.genes[index[0]])
    if name == "weight":
        return genes, tuple(counts.genes.tolist())
    if name == "mean":
        return genes * float(counts.mean[index]), (genes,)
    if name == "variance":
        return float(counts.scatter[index]) + _prior_scatter(desk, index[1]), (genes, steps.NU)
    if desk.softmax:  # three steps of an inner search: no ratio of counts
        return value, (1.0,)
    return float(counts.regulated[index]) + link.HALF, (genes, 2 * link.HALF)


def _prior_scatter(desk: Desk, array: int) -> float:
    return steps.NU * float(desk.data.scale[array]) ** 2
