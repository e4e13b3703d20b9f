"""The count table of tomography, and where each of its numbers comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.things import things
from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    equals,
    given,
    ratio_line,
    sum_line,
)
from emviz.em.model import Phase, Round, Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.models.tomography.data import REGIONS, TomographyCounts, TomographyData, TomographyParams, regions
from emviz.models.tomography.steps import fractions, quadratic, ratios, row_shares

TomographyRound: TypeAlias = Round[TomographyParams, TomographyCounts]

NAMES = tuple(REGIONS)
COUNTS = r"\,\mathrm{counts}"


def table_of(data: TomographyData, state: TomographyRound, rows: Rows, beta: float) -> view.CountTable:
    """Return the table of Figure 1b: the region that each angle's counts came from."""
    weighed = state.phase is not Phase.START
    emitted = state.base.expectation.counts.emitted
    origins = Origins(data, state, beta)
    shares = row_shares(data, state.base.params, rows)
    return view.CountTable(
        heading="angle",
        observed=tuple(_observed(data, row) for row in rows.tolist()),
        alphabet=(),
        completions=tuple(view.Tag(f"P({name})", k) for k, name in enumerate(NAMES)),
        groups=tuple(view.Group(name, k, ("counts",)) for k, name in enumerate(NAMES)),
        shares=shares if weighed else None,
        counts=shares * data.counts[rows].sum(axis=1, keepdims=True) if weighed else None,
        totals=np.where(regions(data.projector.size), emitted, 0.0).sum(axis=1) if weighed else None,
        updates=origins.updates if state.updated else (),
        names=None,
        labels=None,
        reference=(),
        derive=origins.derive,
    )


def _observed(data: TomographyData, row: int) -> str:
    total = data.counts[row].sum()
    seen = things(1, "count") if total == 1 else f"{decimal(total, 0, grouped=True)} counts"
    return f"{figures(data.projector.degrees()[row], 4)}°: {seen}"


@lru_cache(maxsize=8)
def outwards(size: int) -> NDArray[np.intp]:
    """Return the pixels in the order of their distance from the middle of the image."""
    places = np.arange(size) - (size - 1) / 2
    return np.argsort(np.hypot(places, places[:, None]).ravel(), kind="stable")


@dataclass(frozen=True, eq=False)
class Origins:
    """Where the numbers of one iteration come from.

    Parameters
    ----------
    data : TomographyData
    state : TomographyRound
    beta : float
        The strength of the prior; 0 for none.
    """

    data: TomographyData
    state: TomographyRound
    beta: float

    @property
    def updates(self) -> view.Updates:
        """The M-step of every pixel, from the middle outwards: what the counts say, done already or not."""
        return view.Updates(self.data.projector.pixels, self.update)

    def update(self, place: int) -> view.Update:
        """Return the M-step of the pixel in a place, counted from the middle outwards."""
        size = self.data.projector.size
        pixel = int(outwards(size)[place])
        numerator, *terms = (float(each[pixel]) for each in self._fractions)
        region = int(regions(size)[:, pixel].argmax())
        return view.Update(pixel_label(size, pixel), region, numerator, tuple(terms), numerator / sum(terms))

    @cached_property
    def _fractions(self) -> tuple[Array, ...]:
        return fractions(self.data, self.state.base.expectation.counts, self.beta)

    @cached_property
    def ratios(self) -> Array:
        """The ratios y / ŷ of all lines, shape (angles, bins)."""
        return ratios(self.data.counts, self.data.projector.project(self.state.base.params.activity))

    def derive(self, cell: view.Cell, places: int) -> view.Derivation:
        """Return the lines from a cell of the table up to a pixel that it ends in."""
        if isinstance(cell, view.UpdateCell):
            pixel = int(outwards(self.data.projector.size)[cell.place])
            update = self.update(cell.place)
            title = f"Where does {update.label} come from?"
            return view.Derivation(title, update.component, self._pixel_lines(pixel, update, places))
        region = cell.place if isinstance(cell, view.ShareCell) else cell.group
        name, ends = (
            NAMES[region],
            (*self._total_lines(region, places), *self._brightest_lines(region, places)),
        )
        if isinstance(cell, view.TotalCell):
            return view.Derivation(f"Where does the total of the {name} come from?", region, ends)
        what = f"P({name})" if isinstance(cell, view.ShareCell) else f"the count of the {name}"
        own = self._row_lines(cell.row, region, places)
        return view.Derivation(f"Where does {what} in row {cell.row + 1} come from?", region, (*own, *ends))

    def _row_lines(self, row: int, region: int, places: int) -> tuple[view.Line, ...]:
        """Return where the share of an angle comes from: bin by bin, then added up."""
        counts, name = self.data.counts[row], NAMES[region]
        part, whole = self._expected(row, region)
        share = float(row_shares(self.data, self.state.base.params, np.array([row]))[0, region])
        if not counts.any():
            words = f"There are no counts at this angle; so much of what λ makes it expect is of the {name}."
            return (_share_line(name, part.sum(), whole.sum(), share, places, words),)
        seen = np.flatnonzero(counts)
        given_out = (ratios(counts, whole) * part)[seen]
        best = int(counts[seen].argmax())
        fraction = _fraction(part[seen[best]], whole[seen[best]], places)
        sign = f"{equals(given_out[best], places)} {decimal(given_out[best], places)}"
        total = float(counts.sum())
        return (
            view.Line(
                rf"{figures(counts[seen[best]], 15)} \times {fraction} {sign}{COUNTS}",
                f"E-step: of what λ makes bin {seen[best] + 1} expect, this part is of the {name}; of its "
                "counts as well.",
            ),
            sum_line(
                given_out[:MOST_TERMS].tolist(),
                share * total,
                len(seen),
                places,
                COUNTS,
                "The counts of every bin of the angle are shared out like this, and added.",
            ),
            _share_line(
                name,
                share * total,
                total,
                share,
                places,
                f"So much of all counts of the angle is of the {name}.",
            ),
        )

    def _expected(self, row: int, region: int) -> tuple[Array, Array]:
        """Return what λ makes the bins of an angle expect: of a region, and of the whole image."""
        projector, activity = self.data.projector, self.state.base.params.activity
        inside = np.where(regions(projector.size)[region], activity, 0.0)
        part, whole = (projector.project(image, {row})[row] for image in (inside, activity))
        return part, whole

    def _total_lines(self, region: int, places: int) -> tuple[view.Line, ...]:
        """Return the line that adds the counts of a region over the angles."""
        data = self.data
        rows = np.arange(min(data.projector.angles, MOST_TERMS))
        shares = row_shares(data, self.state.base.params, rows)[:, region]
        total = float(self.state.base.expectation.counts.emitted[regions(data.projector.size)[region]].sum())
        words = "The exact counts of all angles are added: so many came from this region."
        terms = (shares * data.counts[rows].sum(axis=1)).tolist()
        return (sum_line(terms, total, data.projector.angles, places, COUNTS, words),)

    def _brightest_lines(self, region: int, places: int) -> tuple[view.Line, ...]:
        """Return the lines of the pixel of a region that emitted most."""
        size, emitted = self.data.projector.size, self.state.base.expectation.counts.emitted
        pixel = int(np.where(regions(size)[region], emitted, -1.0).argmax())
        place = int(np.flatnonzero(outwards(size) == pixel)[0])
        which = f"the pixel of the {NAMES[region]} that emitted most"
        return self._pixel_lines(pixel, self.update(place), places, which)

    def _pixel_lines(
        self, pixel: int, update: view.Update, places: int, which: str = "this pixel"
    ) -> tuple[view.Line, ...]:
        """Return the E-step and the M-step of one pixel."""
        terms = self._seen(pixel)
        total = float(self.state.base.expectation.counts.emitted[pixel])
        words = f"E-step of {which}: its part of the counts of each of its lines, angle by angle."
        lines = [sum_line(terms[:MOST_TERMS].tolist(), total, len(terms), places, COUNTS, words, 1)]
        if self.beta:
            lines.append(self._balance_line(pixel))
        words = "M-step: the counts divided by the sensitivity, how much of the pixel is seen."
        return (*lines, ratio_line(update, places, "M-step: the positive root." if self.beta else words))

    def _seen(self, pixel: int) -> Array:
        """Return the counts that a pixel is expected to have emitted at each angle."""
        bins, parts = self.data.projector.lines_of(pixel)
        count, angles = self.data.projector.bins, np.arange(self.data.projector.angles)
        padded = np.pad(self.ratios, ((0, 0), (1, 1)))
        first, second = (padded[angles, np.clip(bins + step, 0, count + 1)] for step in (1, 2))
        activity = self.state.base.params.activity[pixel]
        return np.asarray(activity * ((1 - parts) * first + parts * second) / len(angles))

    def _balance_line(self, pixel: int) -> view.Line:
        """Return what De Pierro's surrogate asks of a pixel."""
        counts = self.state.base.expectation.counts
        square, slope = (float(each[pixel]) for each in quadratic(self.data, counts, self.beta))
        sign, emitted = "-" if slope < 0 else "+", given(float(counts.emitted[pixel]), 3)
        formula = rf"{given(square, 6)}\,\lambda^2 {sign} {given(abs(slope), 6)}\,\lambda - {emitted} = 0"
        words = (
            "Where prior and counts balance, 2βW λ² + (s − βM) λ − e = 0: W neighbours, and M the sum "
            "of this pixel with each of them, at θ(t)."
        )
        return view.Line(formula, words)


def pixel_label(size: int, pixel: int) -> str:
    """Return the name of a pixel's activity, such as λ_16,3."""
    return f"λ_{pixel // size + 1},{pixel % size + 1}"


def _share_line(name: str, part: float, whole: float, share: float, places: int, words: str) -> view.Line:
    """Return the line P(name) = part / whole ≈ share, the share with one decimal more."""
    value = f"{equals(share, places + 1)} {decimal(share, places + 1)}"
    return view.Line(rf"P(\mathrm{{{name}}}) = {_fraction(part, whole, places)} {value}", words)


def _fraction(part: float, whole: float, places: int) -> str:
    return rf"\frac{{{given(float(part), places)}}}{{{given(float(whole), places)}}}"
