"""The count table of a mixture, and where each of its numbers comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    SAFE,
    bayes_lines,
    equals,
    factor,
    given,
    ratio_digits,
    rounded,
    significant,
    sum_line,
    whole_line,
)
from emviz.em.labels import label_tags
from emviz.em.model import Phase, Round, Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.models.gmm import steps
from emviz.models.gmm.data import NAMES, GmmCounts, GmmData, GmmParams

if TYPE_CHECKING:
    from emviz.models.gmm import GaussianMixture

GmmRound: TypeAlias = Round[GmmParams, GmmCounts]

#: Columns that a row of the table tells, and those whose sums it has.
TOLD, SUMMED = 3, 2
#: Digits of the inputs of a density, and decimals of Δ², beyond the decimals on display.
GUARDED, SQUARED = 6, 4
#: Significant digits of what has no fixed number of decimals, and of what is worked out from it.
DIGITS, FEWER = 7, 4
M_WORDS = "M-step: these counts are treated as if they had been observed."
ALL_WORDS = "The exact terms of all points are added, and rounded only for display."


SCATTER_WORDS = "Each share times the gaps between the point and the new mean, exact, added for all points"


@dataclass(frozen=True)
class Desk:
    """What a derivation draws on: the model, its data, and the iteration on display."""

    model: GaussianMixture
    data: GmmData
    state: GmmRound

    @property
    def params(self) -> GmmParams:
        """The parameters θ(t) that the points are shared at."""
        return self.state.base.params

    @property
    def counts(self) -> GmmCounts:
        """The expected counts at θ(t)."""
        return self.state.base.expectation.counts

    def shares(self, rows: Rows) -> Array:
        """Return the part of each point that is counted for each cluster, shape (len(rows), K)."""
        shares = self.model.posterior(self.data, self.params, rows)
        return np.asarray(np.eye(shares.shape[-1])[shares.argmax(axis=-1)]) if self.state.whole else shares


def count_table(model: GaussianMixture, data: GmmData, state: GmmRound, rows: Rows) -> view.CountTable:
    """Return the table: shares, and what each point adds to the points and sums of each cluster."""
    weighed, names = state.phase is not Phase.START, NAMES[: model.components]
    shares = Desk(model, data, state).shares(rows)
    amounts = np.stack([np.ones(len(rows)), *(column[rows] for column in data.raw[:SUMMED])], axis=-1)
    symbols = ("points", *(f"Σ {name}" for name in data.columns[:SUMMED]))
    reference = model.labelled(data)
    return view.CountTable(
        heading=", ".join(data.columns[:TOLD]),
        observed=_observed(data, rows),
        alphabet=(),
        completions=tuple(view.Tag(f"{state.letter}({name})", k) for k, name in enumerate(names)),
        groups=tuple(view.Group(f"cluster {name}", k, symbols) for k, name in enumerate(names)),
        shares=shares if weighed else None,
        counts=(shares[:, :, None] * amounts[:, None, :]).reshape(len(rows), -1) if weighed else None,
        totals=_totals(state.base.expectation.counts) if weighed else None,
        updates=updates(model, data, state.base.expectation.counts, state.updated) if state.updated else (),
        names=None,
        labels=label_tags(data.label, rows, names),
        reference=() if reference is None else updates(model, data, reference, model.m_step(data, reference)),
        derive=partial(_derive, Desk(model, data, state)),
    )


def _observed(data: GmmData, rows: Rows) -> tuple[str, ...]:
    """Return the numbers of each row, to what tells points apart: a hundredth of the spread."""
    digits = [max(0, 2 - int(np.floor(np.log10(scale)))) for scale in data.scale[:TOLD].tolist()]
    columns = [
        [_short(value, places) for value in column[rows].tolist()]
        for column, places in zip(data.raw, digits, strict=False)
    ]
    more = ", …" if len(data.columns) > TOLD else ""
    told = [", ".join(row) + more for row in zip(*columns, strict=True)]
    if data.names is None:
        return tuple(told)
    return tuple(f"{name}: {row}" for name, row in zip(data.names[rows].tolist(), told, strict=True))


def _short(value: float, places: int) -> str:
    text = decimal(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _totals(counts: GmmCounts) -> Array:
    sums = counts.points[:, None] * counts.mean[:, :SUMMED]
    return np.column_stack([counts.points, sums]).ravel()


# -- the M-step ----------------------------------------------------------------------------------------------


def updates(
    model: GaussianMixture, data: GmmData, counts: GmmCounts, updated: GmmParams
) -> tuple[view.Update, ...]:
    """Return how every free entry of θ was found, in the order of `parameters`."""
    points = tuple(counts.points.tolist())
    scatter = steps.floored(data, counts, model.covariance, model.floor)
    made = []
    for parameter, values in zip(model.parameters(data), updated, strict=True):
        for index in parameter.free:
            if parameter.name == "weight":
                numerator, terms = points[index[0]], points
            elif parameter.name == "mean":
                numerator, terms = points[index[0]] * float(counts.mean[index]), (points[index[0]],)
            else:
                numerator, terms = _covariance_ratio(model.covariance, scatter, points, index)
            made.append(view.Update(parameter.label(index), index[0], numerator, terms, float(values[index])))
    return tuple(made)


def _covariance_ratio(
    family: str, scatter: Array, points: tuple[float, ...], index: tuple[int, ...]
) -> tuple[float, tuple[float, ...]]:
    """Return the numerator of an entry of Σ, and the terms of its denominator."""
    if family == "tied":
        return float(scatter[index]), points
    own = points[index[0]]
    if family == "spherical":
        return float(scatter[index[0]].trace()), (own,) * scatter.shape[-1]
    return float(scatter[index]), (own,)


# -- derivations ---------------------------------------------------------------------------------------------


def _derive(desk: Desk, cell: view.Cell, places: int) -> view.Derivation:
    """Return the lines from a cell of the table up to the θ that it ends in."""
    if isinstance(cell, view.UpdateCell):
        return _update_derivation(desk, cell.place, places)
    if isinstance(cell, view.TotalCell):
        k = cell.group
        lines = (*_total_lines(desk, k, places), *_m_lines(desk, k, places))
        return view.Derivation(f"Where does the total of cluster {NAMES[k]} come from?", k, lines)
    k = cell.place if isinstance(cell, view.ShareCell) else cell.group
    what = (
        f"{desk.state.letter}({NAMES[k]})"
        if isinstance(cell, view.ShareCell)
        else f"the count of cluster {NAMES[k]}"
    )
    own = _row_lines(desk, cell.row, k, places)
    lines = (*own, *_total_lines(desk, k, places), *_m_lines(desk, k, places))
    return view.Derivation(f"Where does {what} in row {cell.row + 1} come from?", k, lines)


def _row_lines(desk: Desk, row: int, k: int, places: int) -> tuple[view.Line, ...]:
    logs = steps.log_joint(desk.data, desk.params, np.array([row]))[0]
    shares = desk.model.posterior(desk.data, desk.params, np.array([row]))[0]
    share = float(shares[k])
    joint = [rf"{_weight(desk, j, places)} \cdot {_density(desk, j, row, places)}" for j in range(len(logs))]
    asked = f"E-step: how probable this point is in cluster {NAMES[k]}, against all clusters (Bayes)."
    bayes = bayes_lines(NAMES[k], k, joint, logs.tolist(), share, places + 1, asked)
    taken = float(desk.shares(np.array([row]))[0, k])
    whole = [whole_line(NAMES[k], taken, "cluster")] if desk.state.whole else []
    return (*_density_lines(desk, k, row, places), *bayes, *whole, _counted(desk, k, row, taken, places))


def _weight(desk: Desk, k: int, places: int) -> str:
    return given(float(desk.params.weight[k]), places + 1)


def _density(desk: Desk, k: int, row: int, places: int) -> str:
    """Return N(x; μ, Σ) in as many digits as the share of the point needs."""
    log = float(steps.log_joint(desk.data, _unweighted(desk.params), np.array([row]))[0, k])
    return significant(log, places + 1 + SAFE)


def _unweighted(params: GmmParams) -> GmmParams:
    return params._replace(weight=np.ones_like(params.weight))


def _density_lines(desk: Desk, k: int, row: int, places: int) -> Iterator[view.Line]:
    """Yield the normal density of the point, all numbers put in for one column and for two."""
    columns = len(desk.data.columns)
    value, digits = _density(desk, k, row, places), places + GUARDED
    name = rf"N(x;\mu_{{{NAMES[k]}}},\Sigma_{{{NAMES[k]}}})"
    words = f"The normal density of cluster {NAMES[k]} at this point."
    point = [float(column[row]) for column in desk.data.raw]
    mean, covariance = desk.params.mean[k].tolist(), desk.params.covariance[k]
    if columns == 1:
        gap, variance = _gap(point[0], mean[0], digits), rounded(float(covariance[0, 0]), digits)
        yield view.Line(
            rf"{name} = \frac{{1}}{{\sqrt{{2\pi \cdot {variance}}}}} "
            rf"\exp\left(-\frac{{{gap}^{{2}}}}{{2 \cdot {variance}}}\right) \approx {value}",
            words,
        )
        return
    if columns == 2:
        yield _distance_line(point, mean, covariance, digits)
    determinant = np.exp(np.linalg.slogdet(covariance)[1])
    inverse = np.linalg.solve(covariance, np.subtract(point, mean))
    squared = float(np.subtract(point, mean) @ inverse)
    yield view.Line(
        rf"{name} = \frac{{1}}{{\sqrt{{(2\pi)^{{{columns}}} \cdot {rounded(float(determinant), digits)}}}}} "
        rf"\exp\left(-\frac{{{decimal(squared, places + SQUARED)}}}{{2}}\right) \approx {value}",
        f"{words[:-1]}: |Σ| = {figures(determinant, 4)}, and Δ² = {figures(squared, 4)} is its squared "
        "distance from the mean in standard deviations.",
    )


def _distance_line(
    point: Sequence[float], mean: Sequence[float], covariance: Array, digits: int
) -> view.Line:
    """Return Δ² = (Σ_yy a² − 2 Σ_xy a b + Σ_xx b²) / |Σ| for two columns, a and b the gaps to the mean."""
    xx, xy, _, yy = (rounded(value, digits) for value in covariance.ravel().tolist())
    a, b = (_gap(at, middle, digits) for at, middle in zip(point, mean, strict=True))
    gaps = np.subtract(point, mean)
    squared = float(gaps @ np.linalg.solve(covariance, gaps))
    mixed = rf"- 2 \cdot {xy} \cdot {a} \cdot {b}"
    top = rf"{yy} \cdot {a}^{{2}} {mixed} + {xx} \cdot {b}^{{2}}"
    bottom = rf"{xx} \cdot {yy} - {xy}^{{2}}"
    return view.Line(
        rf"\Delta^{{2}} = \frac{{{top}}}{{{bottom}}} \approx {rounded(squared, FEWER)}",
        "How far the point is from the mean, squared, in standard deviations.",
    )


def _gap(at: float, middle: float, digits: int) -> str:
    return rf"({rounded(at, digits)} - {rounded(middle, digits)})"


def _number(value: float) -> str:
    return rounded(value, DIGITS)


def _counted(desk: Desk, k: int, row: int, share: float, places: int) -> view.Line:
    parts = [rf"{decimal(share, places + 1)} \cdot 1\,\mathrm{{point}}"]
    for name, column in zip(desk.data.columns[:SUMMED], desk.data.raw, strict=False):
        amount = float(column[row])
        count = share * amount
        parts.append(
            rf"{factor(share, amount, places)} \cdot {_number(amount)} {equals(count, places)} "
            rf"{decimal(count, places)}\,{_words(name)}"
        )
    return view.Line(r",\quad ".join(parts), f"So this share of the point is counted for cluster {NAMES[k]}.")


def _words(name: str) -> str:
    """Return the name of a column as upright letters that LaTeX can set."""
    return rf"\mathrm{{{''.join(letter if letter.isalnum() else ' ' for letter in name).strip() or 'x'}}}"


def _shares(desk: Desk, k: int) -> tuple[Rows, Array]:
    """Return the first rows, as many as a sum shows, and their shares in a cluster."""
    rows = np.arange(min(desk.data.rows, MOST_TERMS))
    return rows, desk.shares(rows)[:, k]


def _summed(
    desk: Desk, terms: Array, total: float, places: int, unit: str, words: str = ALL_WORDS
) -> view.Line:
    """Return the line t_1 + t_2 + … ≈ total, negative terms in brackets."""
    if np.all(terms >= 0) and not _is_small(total, places):
        return sum_line(terms.tolist(), total, desk.data.rows, places, unit, words)
    shown = [_amount(term, places, total) for term in terms.tolist()]
    tail = r" + \cdots" if desk.data.rows > len(terms) else ""
    return view.Line(f"{' + '.join(shown)}{tail} \\approx {_amount(total, places, total)}{unit}", words)


def _is_small(total: float, places: int) -> bool:
    """Return whether so many decimals would leave too few digits of a number."""
    return 0 < abs(total) < 10.0 ** (2 - places)


def _amount(value: float, places: int, total: float) -> str:
    """Return a number with so many decimals, or in digits that tell it where its total is small."""
    if _is_small(total, places):
        return _number(value)
    text = decimal(value, places)
    return f"({text})" if text.startswith("-") else text


def _total_lines(desk: Desk, k: int, places: int) -> Iterator[view.Line]:
    yield _points_line(desk, k, places)
    for j in range(min(SUMMED, len(desk.data.columns))):
        yield _sum_line(desk, k, j, places)


def _points_line(desk: Desk, k: int, places: int) -> view.Line:
    _, shares = _shares(desk, k)
    return _summed(desk, shares, float(desk.counts.points[k]), places, r"\,\mathrm{points}")


def _sum_line(desk: Desk, k: int, j: int, places: int) -> view.Line:
    rows, shares = _shares(desk, k)
    total = float(desk.counts.points[k] * desk.counts.mean[k, j])
    return _summed(desk, shares * desk.data.raw[j][rows], total, places, rf"\,{_words(desk.data.columns[j])}")


def _m_lines(desk: Desk, k: int, places: int) -> Iterator[view.Line]:
    """Yield the M-step of the weight and the means, found already or as they will be; none where it fails."""
    for place, (name, index) in enumerate(_entries(desk)):
        if index[0] == k and (name == "weight" or (name == "mean" and index[1] < SUMMED)):
            yield from _ratio(desk, place, places)


def _entries(desk: Desk) -> Iterator[tuple[str, tuple[int, ...]]]:
    for parameter in desk.model.parameters(desk.data):
        for index in parameter.free:
            yield parameter.name, index


def _ratio(desk: Desk, place: int, places: int) -> Iterator[view.Line]:
    """Yield θ = numerator / (sum of terms) ≈ value; nothing where the M-step fails."""
    try:
        updated = desk.state.updated or desk.model.m_step(desk.data, desk.counts)
    except ArithmeticError:
        return
    update = updates(desk.model, desk.data, desk.counts, updated)[place]
    top, terms, value = update.numerator, update.terms, update.value
    sign = equals(value, places + 1)
    if _is_small(value, places + 1):
        fraction = rf"\frac{{{_number(top)}}}{{{' + '.join(map(_number, terms))}}}"
        shown = rf"\approx {rounded(value, FEWER)}"
    else:
        digits = ratio_digits(update, places)
        fraction = rf"\frac{{{_amount(top, digits, top)}}}{{{' + '.join(decimal(n, digits) for n in terms)}}}"
        shown = f"{sign} {_amount(value, places + 1, value)}"
    yield view.Line(f"{_symbol(desk, place)} = {fraction} {shown}", M_WORDS)


def _symbol(desk: Desk, place: int) -> str:
    """Return the label of a free entry as LaTeX."""
    name, (k, *columns) = list(_entries(desk))[place]
    letter = {"weight": "w", "mean": r"\mu", "covariance": r"\Sigma"}[name]
    index = ",".join([rf"\mathrm{{{NAMES[k]}}}", *(_words(desk.data.columns[j]) for j in columns)])
    return rf"{letter}_{{{index}}}"


def _update_derivation(desk: Desk, place: int, places: int) -> view.Derivation:
    parameter_entries = list(_entries(desk))
    name, index = parameter_entries[place]
    label = next(each for each in desk.model.parameters(desk.data) if each.name == name).label(index)
    k = index[0]
    if name == "weight":
        lines = [_points_line(desk, k, places)]
    elif name == "mean":
        lines = [_points_line(desk, k, places), _sum_line(desk, k, index[1], places)]
    else:
        lines = list(_scatter_lines(desk, k, index, places))
    lines += _ratio(desk, place, places)
    return view.Derivation(f"Where does {label} come from?", k, tuple(lines))


def _scatter_lines(desk: Desk, k: int, index: tuple[int, ...], places: int) -> Iterator[view.Line]:
    """Yield the points of the cluster and its scatter; of all clusters where they share one covariance."""
    family, floor = desk.model.covariance, desk.model.floor
    spherical = family == "spherical"
    for cluster in range(desk.model.components) if family == "tied" else (k,):
        rows, shares = _shares(desk, cluster)
        gaps = [
            column[rows] - middle
            for column, middle in zip(desk.data.raw, desk.counts.mean[cluster], strict=True)
        ]
        products = sum(gap * gap for gap in gaps) if spherical else gaps[index[1]] * gaps[index[2]]
        scatter = desk.counts.scatter[cluster]
        total = float(scatter.trace() if spherical else scatter[index[1:]])
        yield _points_line(desk, cluster, places)
        yield _summed(
            desk, shares * products, total, places, "", f"{SCATTER_WORDS} of cluster {NAMES[cluster]}."
        )
    added = np.diag(np.square(desk.data.scale)) * desk.counts.points.sum() * floor
    extra = float(added.trace() if spherical else added[index[1:]])
    if extra:
        value = _number(extra)
        yield view.Line(rf"n \varepsilon D = {value}", "The floor adds this to the sum: the prior of a MAP.")
