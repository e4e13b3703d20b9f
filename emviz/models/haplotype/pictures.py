"""The pictures of the haplotypes: the likelihood in p_AB, frequencies, expected copies, the landscape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from emviz.em.counts.table import Entry
from emviz.em.model import Look, Phase, Round
from emviz.em.numerics import Array, xlogy
from emviz.em.objective import whole
from emviz.em.pictures import Bar, Bars, Curve, Curves, Dot, Landscape, View
from emviz.em.rounding import decimal
from emviz.models.haplotype.data import HaplotypeCounts, HaplotypeData, Ints
from emviz.models.haplotype.snps import SnpLine, height_along, highest, linkage_words, maxima, snp_line
from emviz.models.haplotype.steps import HaplotypeParams, expected_log, likeliest, update

HaplotypeRound: TypeAlias = Round[HaplotypeParams, HaplotypeCounts]
HaplotypeLook: TypeAlias = Look[HaplotypeParams]

#: Points of the slice, and the distance of its ends from the border, as a fraction of the range.
POINTS, INSET = 401, 1e-3
#: The most bars; of more haplotypes, those with the most copies are drawn.
MOST_BARS = 24
#: The most haplotypes for which there is a landscape.
MOST_AXES = 6


def pictures(
    data: HaplotypeData, state: HaplotypeRound, look: HaplotypeLook, starts: Sequence[HaplotypeParams]
) -> Iterator[View]:
    """Yield the pictures, the most informative first."""
    line = snp_line(data)
    if line is not None:
        yield slice_view(data, line, state, look)
    yield frequency_view(data, state, look)
    if state.phase is not Phase.START:
        yield copies_view(data, state)
    if len(data.names) <= MOST_AXES:
        yield Landscape(tuple(Entry("frequency", (h,)) for h in range(len(data.names))), tuple(starts))


def slice_view(data: HaplotypeData, line: SnpLine, state: HaplotypeRound, look: HaplotypeLook) -> Curves:
    """Return log P over all of p_AB, since the allele frequencies are known after one M-step."""
    edge = INSET * (line.high - line.low)
    points = np.linspace(line.low + edge, line.high - edge, POINTS)
    tops = maxima(data, line)
    curve = Curve("log P", points, height_along(data, line, points))
    curves = whole.beside(curve, _raised(data, line, points)) if state.whole else [curve]
    here = state.updated or state.base.params
    marks = [(float(top), "maximum" if len(tops) == 1 else "optimum", "optimum") for top in tops]
    marks.append((line.independent, "H0", "other"))
    if data.labelled is not None:
        marks.append((float(update(data, data.labelled).frequency[0]), "complete data", "reference"))
    if look.truth is not None and line.low <= look.truth.frequency[0] <= line.high:
        marks.append((float(look.truth.frequency[0]), "truth", "truth"))
    if line.holds(here):
        time = state.base.index + (state.updated is not None)
        marks.append((float(here.frequency[0]), f"θ({time})", "here"))
    places = np.array([x for x, _, _ in marks])
    values = height_along(data, line, places)
    if state.whole:
        on_path = np.array([kind == "here" for _, _, kind in marks])
        values = np.where(on_path, _raised(data, line, places), values)
    return Curves(
        title="Slice",
        x_label=f"p_{data.names[0]}, allele frequencies held",
        y_label="nats" if state.whole else "log P",
        curves=(*curves, *_bound(line, state, curves[-1])),
        dots=tuple(Dot(x, float(y), *named) for (x, *named), y in zip(marks, values, strict=True)),
        note=_note(data, line, tops, on_line=line.holds(here)),
        hiding="log P with the allele frequencies of the sample.",
    )


def _raised(data: HaplotypeData, line: SnpLine, points: Array) -> Array:
    """Return max log P(x, z; θ) at values of p_AB, shape (n,)."""
    thetas = map(HaplotypeParams, line.frequencies(points))
    return whole.heights(partial(likeliest, data), expected_log, thetas)


def _bound(line: SnpLine, state: HaplotypeRound, curve: Curve) -> Iterator[Curve]:
    """Yield the lower bound g_t if it touches log P on the line, down to the lowest log P drawn."""
    if state.phase is Phase.START or not line.holds(state.base.params):
        return
    logs = xlogy(state.base.expectation.counts.copies, line.frequencies(curve.xs)).sum(axis=-1)
    mixed = state.base.expectation.counts.mixed * np.log(2)
    lower = state.base.expectation.objective + logs + mixed - state.base.q_expectation
    seen = lower >= curve.ys.min()
    yield Curve(state.bound_name("lower bound"), curve.xs[seen], lower[seen], role="bound")


def _note(data: HaplotypeData, line: SnpLine, tops: Array, on_line: bool) -> str:
    ends = height_along(data, line, np.append(tops, line.independent))
    best = highest(line)
    ratio = max(0.0, 2 * float(ends[:-1].max() - ends[-1]))
    where = "the maximum" if len(best) == 1 else f"{len(best)} maxima of equal height"
    words = f"At {where} {linkage_words(line, best)}, LR = 2 (L1 − L0) = {decimal(ratio, 5)}."
    if on_line:
        return words
    return f"{words} θ has other allele frequencies than the sample; one M-step brings it onto this line."


def _most(frequency: Array) -> Ints:
    """Return the haplotypes to be drawn: all, or the most frequent ones in their usual order."""
    return np.sort(np.argsort(-frequency, kind="stable")[:MOST_BARS])


def frequency_view(data: HaplotypeData, state: HaplotypeRound, look: HaplotypeLook) -> Bars:
    """Return the frequencies, with the true ones and those of the complete data as marks."""
    frequency = (state.updated or state.base.params).frequency
    shown = _most(frequency)
    known = [] if look.truth is None else [(look.truth.frequency, "truth", "truth")]
    if data.labelled is not None:
        known.append((update(data, data.labelled).frequency, "complete data", "reference"))
    return Bars(
        title="Frequencies",
        x_label="haplotype",
        y_label="frequency",
        names=tuple(data.names[h] for h in shown),
        bars=tuple((Bar("", float(frequency[h]), int(h)),) for h in shown),
        marks=tuple(tuple(Dot(0.0, float(values[h]), *named) for values, *named in known) for h in shown),
        note=_left_out(data, float(frequency[shown].sum()), len(shown)),
    )


def _left_out(data: HaplotypeData, total: float, shown: int) -> str:
    rest = len(data.names) - shown
    if not rest:
        return ""
    return f"The {shown} most frequent; the other {rest} have {decimal(max(0.0, 1 - total), 3)} together."


def copies_view(data: HaplotypeData, state: HaplotypeRound) -> Bars:
    """Return the expected copies: the certain ones, and on top those shared between open phases."""
    copies = state.base.expectation.counts.copies
    alone = np.repeat(data.times * (data.sizes == 1), data.sizes)
    certain = sum(np.bincount(side, alone, len(data.names)) for side in (data.first, data.second))
    certain = np.asarray(certain, dtype=np.float64)
    shown = _most(copies)
    shared = "counted whole for the likeliest" if state.whole else "shared by q(z)"
    return Bars(
        title="Copies",
        x_label="haplotype",
        y_label=f"copies among 2 × {data.total:,.0f}",
        names=tuple(data.names[h] for h in shown),
        bars=tuple(
            (
                Bar("certain", float(certain[h]), int(h)),
                Bar(state.counted, max(0.0, float(copies[h] - certain[h])), int(h), hidden=True),
            )
            for h in shown
        ),
        note=f"Solid: people whose phase is certain. Hatched: people with several phases, {shared}.",
    )
