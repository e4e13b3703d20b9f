"""The count table of tomography, and where each of its numbers comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em import views as view
from emviz.em.derivation import MOST_TERMS, decimal, equals, given, ratio_line, sum_line
from emviz.em.model import Phase, Round, Rows
from emviz.em.numerics import Array
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
        groups=tuple(view.Group(name, k, ("",)) for k, name in enumerate(NAMES)),
        shares=shares if weighed else None,
        counts=shares * data.counts[rows].sum(axis=1, keepdims=True) if weighed else None,
        totals=regions(data.projector.size) @ emitted if weighed else None,
        updates=origins.updates if state.updated else (),
        names=None,
        labels=None,
        reference=(),
        derive=origins.derive,
    )


def _observed(data: TomographyData, row: int) -> str:
    return f"{data.projector.degrees()[row]:.4g}°: {data.counts[row].sum():,.0f} counts"


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

    @cached_property
    def updates(self) -> tuple[view.Update, ...]:
        """The M-step of every pixel, from the middle outwards: what the counts say, done already or not."""
        size, order = self.data.projector.size, outwards(self.data.projector.size)
        found = fractions(self.data, self.state.base.expectation.counts, self.beta)
        numerators, *terms = (each[order].tolist() for each in found)
        values = (found[0] / sum(found[1:]))[order].tolist()
        which = regions(size).argmax(axis=0)[order].tolist()
        labels = [pixel_label(size, pixel) for pixel in order.tolist()]
        return tuple(map(view.Update, labels, which, numerators, zip(*terms, strict=True), values))

    @cached_property
    def ratios(self) -> Array:
        """y / ŷ for every line, shape (angles, bins)."""
        return ratios(self.data.counts, self.data.projector.project(self.state.base.params.activity))

    def derive(self, cell: view.Cell, places: int) -> view.Derivation:
        """Return the lines from a cell of the table up to a pixel that it ends in."""
        if isinstance(cell, view.UpdateCell):
            pixel = int(outwards(self.data.projector.size)[cell.place])
            region = self.updates[cell.place].component
            title = f"Where does {self.updates[cell.place].label} come from?"
            return view.Derivation(title, region, self._pixel_lines(pixel, cell.place, places))
        region = cell.place if isinstance(cell, view.ShareCell) else cell.group
        name, ends = NAMES[region], (*self._total_lines(region, places), *self._brightest_lines(region, places))
        if isinstance(cell, view.TotalCell):
            return view.Derivation(f"Where does the total of the {name} come from?", region, ends)
        what = f"P({name})" if isinstance(cell, view.ShareCell) else f"the count of the {name}"
        own = self._row_lines(cell.row, region, places)
        return view.Derivation(f"Where does {what} in row {cell.row + 1} come from?", region, (*own, *ends))

    def _row_lines(self, row: int, region: int, places: int) -> tuple[view.Line, ...]:
        """Return where the share of an angle comes from: bin by bin, then added up."""
        data, rows = self.data, np.array([row])
        activity = self.state.base.params.activity
        inside = np.where(regions(data.projector.size)[region], activity, 0.0)
        part, whole = (data.projector.project(image, {row})[row] for image in (inside, activity))
        counts = data.counts[row]
        share = float(row_shares(data, self.state.base.params, rows)[0, region])
        if not counts.any():
            words = f"No counts at this angle: this much of what its lines expect is from the {NAMES[region]}."
            return (_fraction_line(f"P({NAMES[region]})", part.sum(), whole.sum(), share, places + 1, words),)
        best = int(counts.argmax())
        name, expected = rf"P(\mathrm{{{NAMES[region]}}})", part[best] / whole[best]
        terms = (ratios(counts, whole) * part)[np.argsort(counts == 0, kind="stable")]
        many = int(np.count_nonzero(counts))
        return (
            _fraction_line(
                f"bin {best + 1}", part[best], whole[best], expected, places + 1,
                f"E-step: of what λ makes bin {best + 1} expect, this much comes from the {NAMES[region]}.",
            ),
            sum_line(
                terms[: min(many, MOST_TERMS)].tolist(), share * counts.sum(), many, places, COUNTS,
                "The counts of every bin of the angle are shared out like this, and added.",
            ),
            _fraction_line(
                f"P({NAMES[region]})", share * counts.sum(), counts.sum(), share, places + 1,
                f"Among all counts of the angle, so many came from the {NAMES[region]}.",
            ),
        )

    def _total_lines(self, region: int, places: int) -> tuple[view.Line, ...]:
        """Return the line that adds the counts of a region over the angles."""
        data = self.data
        rows = np.arange(min(data.projector.angles, MOST_TERMS))
        shares = row_shares(data, self.state.base.params, rows)[:, region]
        total = float(regions(data.projector.size)[region] @ self.state.base.expectation.counts.emitted)
        words = "The exact counts of all angles are added: so many came from this region."
        terms = (shares * data.counts[rows].sum(axis=1)).tolist()
        return (sum_line(terms, total, data.projector.angles, places, COUNTS, words),)

    def _brightest_lines(self, region: int, places: int) -> tuple[view.Line, ...]:
        """Return the lines of the pixel of a region that emitted most."""
        size, emitted = self.data.projector.size, self.state.base.expectation.counts.emitted
        pixel = int(np.where(regions(size)[region], emitted, -1.0).argmax())
        place = int(np.flatnonzero(outwards(size) == pixel)[0])
        return self._pixel_lines(pixel, place, places, f", the one of the {NAMES[region]} that emitted most")

    def _pixel_lines(self, pixel: int, place: int, places: int, which: str = "") -> tuple[view.Line, ...]:
        """Return the E-step and the M-step of one pixel."""
        terms = self._seen(pixel)
        total = float(self.state.base.expectation.counts.emitted[pixel])
        update = self.updates[place]
        words = f"E-step of {update.label}{which}: its part of the counts of each of its lines, angle by angle."
        lines = [sum_line(terms[:MOST_TERMS].tolist(), total, len(terms), places, COUNTS, words, 1)]
        if self.beta:
            lines.append(self._balance_line(pixel, update))
        return (*lines, ratio_line(update, places, self._m_words(update)))

    def _seen(self, pixel: int) -> Array:
        """Return the counts that a pixel is expected to have emitted at each angle."""
        bins, parts = self.data.projector.lines_of(pixel)
        count, angles = self.data.projector.bins, np.arange(self.data.projector.angles)
        padded = np.pad(self.ratios, ((0, 0), (1, 1)))
        first, second = (padded[angles, np.clip(bins + step, 0, count + 1)] for step in (1, 2))
        activity = self.state.base.params.activity[pixel]
        return np.asarray(activity * ((1 - parts) * first + parts * second) / len(angles))

    def _balance_line(self, pixel: int, update: view.Update) -> view.Line:
        """Return what De Pierro's surrogate asks of a pixel."""
        counts = self.state.base.expectation.counts
        square, slope = (float(each[pixel]) for each in quadratic(self.data, counts, self.beta))
        sign = "-" if slope < 0 else "+"
        formula = rf"{given(square, 6)}\,\lambda^2 {sign} {given(abs(slope), 6)}\,\lambda - {given(float(counts.emitted[pixel]), 3)} = 0"
        words = f"With the prior {update.label} solves 2βW λ² + (s − βM) λ − e = 0, W neighbours that with it had M."
        return view.Line(formula, words)

    def _m_words(self, update: view.Update) -> str:
        if not self.beta:
            return "M-step: its counts divided by its sensitivity, how much of the pixel is seen."
        return "M-step: the positive root."


def pixel_label(size: int, pixel: int) -> str:
    """Return the name of a pixel's activity, such as λ_16,3."""
    return f"λ_{pixel // size + 1},{pixel % size + 1}"


def _fraction_line(name: str, part: float, whole: float, value: float, places: int, words: str) -> view.Line:
    """Return the line name = part / whole ≈ value."""
    left = rf"\mathrm{{{name}}}:\ " if name.startswith("bin") else rf"P(\mathrm{{{name[2:-1]}}}) = "
    fraction = rf"\frac{{{given(float(part), places - 1)}}}{{{given(float(whole), places - 1)}}}"
    return view.Line(f"{left}{fraction} {equals(float(value), places)} {decimal(float(value), places)}", words)
