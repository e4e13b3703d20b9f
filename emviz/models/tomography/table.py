"""The count table of tomography: its columns, and the derivation of the counts of a pixel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.things import things
from emviz.em.counts.derivation import MOST_TERMS, given, ratio_line, result, sum_line
from emviz.em.counts.ledger import Ledger
from emviz.em.counts.table import CountTable, Group, Line, Tag, Update, Updates
from emviz.em.model import Round, Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.models.tomography.data import REGIONS, TomographyCounts, TomographyData, TomographyParams, regions
from emviz.models.tomography.steps import fractions, quadratic, ratios, row_shares

if TYPE_CHECKING:
    from emviz.models.tomography import Tomography

TomographyRound: TypeAlias = Round[TomographyParams, TomographyCounts]

NAMES = tuple(REGIONS)
COUNTS = r"\,\mathrm{counts}"


@lru_cache(maxsize=8)
def outwards(size: int) -> NDArray[np.intp]:
    """Return the pixels in the order of their distance from the middle of the image."""
    places = np.arange(size) - (size - 1) / 2
    # Stable, so that pixels equally far out keep the order of the image.
    return np.argsort(np.hypot(places, places[:, None]).ravel(), kind="stable")


class TomographyLedger(Ledger[TomographyData, TomographyParams, TomographyCounts]):
    """The region that each angle's counts came from; θ is found pixel by pixel, from the middle outwards."""

    model: Tomography
    heading: ClassVar[str] = "angle"
    completions: ClassVar[tuple[Tag, ...]] = tuple(Tag(name, k) for k, name in enumerate(NAMES))
    groups: ClassVar[tuple[Group, ...]] = tuple(Group(name, k, ("counts",)) for k, name in enumerate(NAMES))
    added = "The exact counts of all angles are added: this many came from this region."

    def table(self, rows: Rows) -> CountTable:
        """Return the table, with the region that contains the counts of each pixel."""
        return replace(super().table(rows), within=self.within)

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the angles and their counts."""
        return tuple(_observed(self.data, row) for row in rows.tolist())

    def entries(self, rows: Rows) -> tuple[Array, Array]:
        """Return the part of the counts of an angle that came from each region, and their number."""
        shares = row_shares(self.data, self.params, rows)
        return shares, shares * self.data.counts[rows].sum(axis=1, keepdims=True)

    def totals(self, counts: TomographyCounts) -> Array:
        """Return the counts of each region."""
        return np.asarray(np.where(regions(self._size), counts.emitted, 0.0).sum(axis=1))

    def updates(self, counts: TomographyCounts, found: TomographyParams) -> Updates:
        """Return the update of every pixel, from the counts alone."""
        made = fractions(self.data, counts, self.model.strength)
        order = outwards(self._size)
        return Updates(self.data.projector.pixels, partial(self._update, made), order)

    def _update(self, made: tuple[Array, ...], place: int) -> Update:
        pixel, size = int(outwards(self._size)[place]), self._size
        numerator, *terms = (float(each[pixel]) for each in made)
        label = f"λ_{pixel // size + 1},{pixel % size + 1}"
        return Update(label, self.within(place), numerator, tuple(terms), numerator / sum(terms))

    @property
    def _size(self) -> int:
        return self.data.projector.size

    @cached_property
    def _ratios(self) -> Array:
        """The ratios y / ŷ of all lines, shape (angles, bins)."""
        return ratios(self.data.counts, self.data.projector.project(self.params.activity))

    def group_words(self, group: int) -> str:
        """Return a region."""
        return f"of the {NAMES[group]}"

    # -- an angle --------------------------------------------------------------------------------------------

    def share_lines(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the lines on the share of an angle: its fullest bin, then the sum over bins."""
        counts, name = self.data.counts[row], NAMES[place]
        part, whole = self._expected(row, place)
        share = float(row_shares(self.data, self.params, np.array([row]))[0, place])
        if not counts.any():
            words = (
                f"There are no counts at this angle; this part of those that λ predicts is from the {name}."
            )
            yield _share_line(name, part.sum(), whole.sum(), share, places, words)
            return
        seen = np.flatnonzero(counts)
        shared = (ratios(counts, whole) * part)[seen]
        best, total = int(counts[seen].argmax()), float(counts.sum())
        fraction = _fraction(part[seen[best]], whole[seen[best]], places)
        sign = result(shared[best], places)
        yield Line(
            rf"{figures(counts[seen[best]], 15)} \times {fraction} {sign}{COUNTS}",
            f"E-step: this part of what λ predicts for bin {seen[best] + 1} is from the {name}, so the same "
            "part of its counts is, too.",
        )
        words = "The counts of every bin of the angle are shared out like this, and added."
        yield sum_line(shared[:MOST_TERMS].tolist(), share * total, len(seen), places, COUNTS, words)
        words = f"The part of all counts of the angle that is from the {name}."
        yield _share_line(name, share * total, total, share, places, words)

    def _expected(self, row: int, region: int) -> tuple[Array, Array]:
        """Return the counts that λ predicts in the bins of an angle: of a region, and of the whole image."""
        projector, activity = self.data.projector, self.params.activity
        inside = np.where(regions(projector.size)[region], activity, 0.0)
        part, whole = (projector.project(image, {row})[row] for image in (inside, activity))
        return part, whole

    def group_lines(self, group: int, places: int) -> Iterator[Line]:
        """Yield the counts of a region, and its pixel that emitted most."""
        yield from self.sums([group], places)
        # −1 is below every count, so that no pixel of another region is taken.
        pixel = int(np.where(regions(self._size)[group], self.expected.emitted, -1.0).argmax())
        place = int(np.flatnonzero(outwards(self._size) == pixel)[0])
        yield from self._pixel_lines(place, places, f"the pixel of the {NAMES[group]} that emitted most")

    def made_of(self, place: int) -> Sequence[int]:
        """Return no groups: each region has many pixels, so no total of a region is part of a ratio."""
        return ()

    def within(self, place: int) -> int:
        """Return the region of a pixel: the counts of the pixel are a part of its total."""
        return int(regions(self._size)[:, outwards(self._size)[place]].argmax())

    def update_lines(self, place: int, places: int) -> Iterator[Line]:
        """Yield the E-step and the M-step of one pixel."""
        return self._pixel_lines(place, places, f"this pixel of the {NAMES[self.within(place)]}")

    def _pixel_lines(self, place: int, places: int, which: str) -> Iterator[Line]:
        pixel = int(outwards(self._size)[place])
        terms, total = self._seen(pixel), float(self.expected.emitted[pixel])
        words = f"E-step of {which}: its part of the counts of each of its lines, angle by angle."
        yield sum_line(terms[:MOST_TERMS].tolist(), total, len(terms), places, COUNTS, words, 1)
        words = "M-step: the counts divided by the sensitivity, how much of the pixel is seen."
        if self.model.strength:
            yield replace(self._balance_line(pixel), ahead=True)
            words = "M-step: the positive root."
        yield replace(ratio_line(self.known[place], places, words), ahead=True)

    def _seen(self, pixel: int) -> Array:
        """Return the counts that a pixel is expected to have emitted at each angle."""
        bins, parts = self.data.projector.lines_of(pixel)
        count, angles = self.data.projector.bins, np.arange(self.data.projector.angles)
        # A column of zeros on both sides takes the bins that lie beyond the detector.
        padded = np.pad(self._ratios, ((0, 0), (1, 1)))
        first, second = (padded[angles, np.clip(bins + step, 0, count + 1)] for step in (1, 2))
        activity = self.params.activity[pixel]
        return np.asarray(activity * ((1 - parts) * first + parts * second) / len(angles))

    def _balance_line(self, pixel: int) -> Line:
        """Return the equation of the maximum of De Pierro's surrogate for a pixel."""
        quadratics = quadratic(self.data, self.expected, self.model.strength)
        square, slope = (float(each[pixel]) for each in quadratics)
        sign, emitted = "-" if slope < 0 else "+", given(float(self.expected.emitted[pixel]), 3)
        formula = rf"{given(square, 6)}\,\lambda^2 {sign} {given(abs(slope), 6)}\,\lambda - {emitted} = 0"
        words = (
            "Where prior and counts balance, 2βW λ² + (s − βM) λ − e = 0: W neighbours, and M the sum "
            "of this pixel with each of them, at θ(t)."
        )
        return Line(formula, words)


def _share_line(name: str, part: float, whole: float, share: float, places: int, words: str) -> Line:
    """Return the line P(name) = part / whole ≈ share, the share with one decimal more."""
    value = result(share, places + 1)
    return Line(rf"P(\mathrm{{{name}}}) = {_fraction(part, whole, places)} {value}", words)


def _fraction(part: float, whole: float, places: int) -> str:
    return rf"\frac{{{given(float(part), places)}}}{{{given(float(whole), places)}}}"


def _observed(data: TomographyData, row: int) -> str:
    total = data.counts[row].sum()
    seen = things(1, "count") if total == 1 else f"{decimal(total, 0, grouped=True)} counts"
    return f"{figures(data.projector.degrees()[row], 4)}°: {seen}"
