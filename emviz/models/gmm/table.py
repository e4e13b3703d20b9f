"""The count table of a mixture: its columns, and the derivation of each share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from emviz.em.counts.derivation import MOST_TERMS, SAFE, base, given, rounded, significant, upright
from emviz.em.counts.labels import Labels
from emviz.em.counts.table import Line, Tag
from emviz.em.domains import Index
from emviz.em.families.clouds import Holes
from emviz.em.families.filled import Filled, most_holed, short_or_hole
from emviz.em.families.measured import normal_density
from emviz.em.families.regressed import Regressed
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.models.gmm import holed, steps
from emviz.models.gmm.data import NAMES, AnyCounts, GmmData, GmmParams, HoledCounts

if TYPE_CHECKING:
    from emviz.models.gmm import GaussianMixture

#: The most columns whose numbers a row of the table shows, and whose sums it has.
SHOWN, SUMMED = 3, 2
#: Digits of the inputs of a density, and decimals of Δ², beyond the decimals on display.
GUARDED, SQUARED = 6, 4
SCATTER_WORDS = "Each share times the gaps between the point and the new mean, exact, added for all points"
FILLED_WORDS = (
    "Each share times the gaps between the filled point and the new mean, plus the covariance of the filled "
    "values, exact, added for all points"
)


class GmmLedger(Filled[GmmData, GmmParams, AnyCounts]):
    """Points shared between the clusters, and their contributions to the sums."""

    model: GaussianMixture
    kind = "cluster"
    unit_name = "point"
    digits, fewer = 7, 4
    letters: ClassVar[Mapping[str, str]] = {"weight": "w", "mean": r"\mu", "covariance": r"\Sigma"}
    added = "The exact terms of all points are added, and rounded only for display."

    @property
    def heading(self) -> str:
        """The first columns."""
        return ", ".join(self.data.columns[:SHOWN])

    @property
    def completions(self) -> tuple[Tag, ...]:
        """The clusters."""
        return tuple(Tag(name, k) for k, name in enumerate(NAMES[: self.model.components]))

    @property
    def holes(self) -> Holes | None:
        """Which cells are missing."""
        return self.data.holes

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The first columns; those with the most holes, where there are any."""
        holes = self.data.holes
        return tuple(range(len(self.data.columns)))[:SUMMED] if holes is None else most_holed(holes, SUMMED)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns."""
        return self.data.columns

    @property
    def first_symbol(self) -> str:
        """The points of each cluster."""
        return "points"

    @property
    def symbols_of_values(self) -> tuple[str, ...]:
        """The sum of each summed column."""
        return tuple(f"Σ {self.data.columns[j]}" for j in self.places)

    @property
    def values(self) -> Sequence[tuple[str, Array]]:
        """The summed columns."""
        return [(upright(self.data.columns[j]), self.data.raw[j]) for j in self.places]

    @property
    def truth(self) -> Labels | None:
        """The true clusters."""
        return self.data.label

    def observed(self, rows: Rows) -> tuple[str, ...]:
        """Return the numbers of each row, with enough digits to tell points apart."""
        data = self.data
        columns = [
            [short_or_hole(value, scale) for value in column[rows].tolist()]
            for column, scale in zip(data.raw[:SHOWN], data.scale[:SHOWN].tolist(), strict=True)
        ]
        more = ", …" if len(data.columns) > SHOWN else ""
        shown = [", ".join(row) + more for row in zip(*columns, strict=True)]
        if data.names is None:
            return tuple(shown)
        return tuple(f"{name}: {row}" for name, row in zip(data.names[rows].tolist(), shown, strict=True))

    def totals(self, counts: AnyCounts) -> Array:
        """Return points and sums of each cluster."""
        if isinstance(counts, HoledCounts):
            spread = np.diagonal(counts.spread, axis1=1, axis2=2)
            return self.summed_up(counts.points, counts.mean, counts.seen, spread, ())
        return np.column_stack([counts.points, counts.points[:, None] * counts.mean[:, :SUMMED]]).ravel()

    def guessed(self, rows: Rows, pairs: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
        """Return some points as each cluster fills them, and covariances of the filled values."""
        return holed.filled(self.data, self.params, rows, pairs)

    def preference(self, rows: Rows) -> Array:
        """Return the log density by which clusters are ranked, that of the point with its holes filled."""
        if self.data.holes is None:
            return super().preference(rows)
        return holed.log_whole(self.data, self.params, rows)

    # -- one row ---------------------------------------------------------------------------------------------

    def explained(self, row: int, place: int, places: int) -> Iterator[Line]:
        """Yield the normal density of a cluster at a point, and the probability of the cluster."""
        logs = steps.log_joint(self.data, self.params, np.array([row]))[0].tolist()
        joint = [
            rf"{given(float(weight), places + 1)} \cdot {self._density(k, row, places)}"
            for k, weight in enumerate(self.params.weight)
        ]
        asked = f"E-step: the density of this point in cluster {NAMES[place]}, against all clusters (Bayes)."
        yield from self._density_lines(place, row, places)
        yield from self.bayes(row, place, joint, logs, asked, places)

    def hole_lines(self, row: int, place: int, column: int, places: int) -> Iterator[Line]:
        """Yield the value that a cluster expects in a hole, and its standard deviation."""
        data, params = self.data, self.params
        point = np.array([each[row] for each in data.raw])
        hole = Regressed(data.columns, params.mean[place], params.covariance[place], point, column)
        if not len(hole.seen):
            yield hole.mean_line(f"Nothing is seen of this point, in cluster {NAMES[place]}")
        yield from hole.lines(places, spread=not self.certain) if len(hole.seen) else ()

    def _density(self, k: int, row: int, places: int) -> str:
        """Return N(x; μ, Σ) with the digits that the share of the point needs."""
        bare = self.params._replace(weight=np.ones_like(self.params.weight))
        log = float(steps.log_joint(self.data, bare, np.array([row]))[0, k])
        return significant(log, places + 1 + SAFE)

    def _density_lines(self, k: int, row: int, places: int) -> Iterator[Line]:
        """Yield the normal density of the seen cells, with all numbers put in for up to two columns."""
        every = range(len(self.data.columns))
        seen = list(every) if self.data.holes is None else self.data.holes.seen(row).tolist()
        columns = len(seen)
        value, digits = self._density(k, row, places), places + GUARDED
        name = rf"N(x;\mu_{{{NAMES[k]}}},\Sigma_{{{NAMES[k]}}})"
        of = "" if columns == len(every) else f" in its observed columns ({', '.join(self._named(seen))})"
        words = f"The normal density of cluster {NAMES[k]} at this point{of}."
        point = [float(self.data.raw[j][row]) for j in seen]
        mean, covariance = self.params.mean[k, seen].tolist(), self.params.covariance[k][np.ix_(seen, seen)]
        if not columns:
            yield Line(f"{name} = 1", "Nothing is seen of this point, which is as probable in every cluster.")
            return
        if columns == 1:
            variance = float(covariance[0, 0])
            yield Line(normal_density(name, point[0], mean[0], variance, digits, value), words)
            return
        if columns == 2:
            yield self._distance_line(point, mean, covariance, digits)
        determinant = np.exp(np.linalg.slogdet(covariance)[1])
        area, squared = rounded(float(determinant), digits), _squared(point, mean, covariance)
        yield Line(
            rf"{name} = \frac{{1}}{{\sqrt{{(2\pi)^{{{columns}}} \cdot {area}}}}} "
            rf"\exp\left(-\frac{{{decimal(squared, places + SQUARED)}}}{{2}}\right) \approx {value}",
            f"{words[:-1]}: |Σ| = {figures(determinant, 4)}, and Δ² = {figures(squared, 4)} is its squared "
            "distance from the mean in standard deviations.",
        )

    def _named(self, columns: Sequence[int]) -> list[str]:
        return [self.data.columns[j] for j in columns[:SHOWN]] + ["…"] * (len(columns) > SHOWN)

    def _distance_line(
        self, point: Sequence[float], mean: Sequence[float], covariance: Array, digits: int
    ) -> Line:
        """Return Δ² = (Σ_yy a² − 2 Σ_xy a b + Σ_xx b²) / |Σ|, a and b the gaps to the mean."""
        xx, xy, _, yy = (rounded(value, digits) for value in covariance.ravel().tolist())
        a, b = (_gap(at, middle, digits) for at, middle in zip(point, mean, strict=True))
        top = rf"{yy} \cdot {a}^{{2}} - 2 \cdot {xy} \cdot {a} \cdot {b} + {xx} \cdot {b}^{{2}}"
        bottom = rf"{xx} \cdot {yy} - {base(xy)}^{{2}}"
        squared = rounded(_squared(point, mean, covariance), self.fewer)
        return Line(
            rf"\Delta^{{2}} = \frac{{{top}}}{{{bottom}}} \approx {squared}",
            "How far the point is from the mean, squared, in standard deviations.",
        )

    # -- the M-step ------------------------------------------------------------------------------------------

    def follows(self, name: str, index: Index) -> bool:
        """Return whether an entry is a weight, or a mean of a summed column."""
        return name == "weight" or (name == "mean" and index[1] in self.places)

    def spread(
        self, counts: AnyCounts, name: str, index: Index, value: float
    ) -> tuple[float, tuple[float, ...]]:
        """Return numerator and denominator of an entry of Σ."""
        points, family = tuple(counts.points.tolist()), self.model.covariance
        own = points[index[0]]
        scatter = steps.floored(self.data, counts, family, self.model.floor)
        if family == "tied":
            return float(scatter[index]), points
        if family == "spherical":
            return float(scatter[index[0]].trace()), (own,) * scatter.shape[-1]
        return float(scatter[index]), (own,)

    def axis(self, name: str) -> Sequence[str]:
        """Return the columns."""
        return self.data.columns

    def made_of(self, place: int) -> Sequence[int]:
        """Return the groups whose totals form the ratio of an M-step line; all of them for a tied Σ."""
        shared = self.free[place][0] == "covariance" and self.model.covariance == "tied"
        return range(len(self.groups)) if shared else super().made_of(place)

    def behind(self, name: str, index: Index, places: int) -> Iterator[Line]:
        """Yield the points of a cluster and their sum, or the scatter."""
        k = index[0]
        if name == "covariance":
            yield from self._scatter_lines(index, places)
            return
        yield from self.rows_line(k, places)
        if name == "mean":
            total, unit = (
                float(self.expected.points[k] * self.expected.mean[index]),
                self.data.columns[index[1]],
            )
            values = self.data.raw[index[1]]
            if self.data.holes is not None:
                values, _ = self.filled_values(k, index[1])
            yield self.weighted_line(k, values, total, places, rf"\,{upright(unit)}")

    def _scatter_lines(self, index: Index, places: int) -> Iterator[Line]:
        """Yield the points and scatter of a cluster; those of all clusters if they share one covariance."""
        data, family = self.data, self.model.covariance
        spherical = family == "spherical"
        for k in range(self.model.components) if family == "tied" else index[:1]:
            pairs = [(j, j) for j in range(len(data.columns))] if spherical else [(index[1], index[2])]
            products = sum(self._product(k, *pair) for pair in pairs)
            scatter = self.expected.scatter[k]
            total = float(scatter.trace() if spherical else scatter[index[1:]])
            words = SCATTER_WORDS if data.holes is None else FILLED_WORDS
            yield from self.rows_line(k, places)
            yield self.weighted_line(
                k, np.asarray(products), total, places, "", f"{words} of cluster {NAMES[k]}."
            )
        added = np.diag(np.square(data.scale)) * self.expected.points.sum() * self.model.floor
        extra = float(added.trace() if spherical else added[index[1:]])
        if extra:
            value = rounded(extra, self.digits)
            yield Line(rf"n \varepsilon D = {value}", "The floor adds this to the sum: the prior of a MAP.")

    def _product(self, k: int, j: int, other: int) -> Array:
        """Return the products of two gaps of the first points, plus the covariances of the filled values."""
        data, middle = self.data, self.expected.mean[k]
        if data.holes is None:
            one, two = (data.raw[column][:MOST_TERMS] - middle[column] for column in (j, other))
            return np.asarray(one * two)
        (one, spread), (two, _) = (self.filled_values(k, column, [(j, other)]) for column in (j, other))
        return np.asarray((one - middle[j]) * (two - middle[other]) + spread[:, 0])


def _gap(at: float, middle: float, digits: int) -> str:
    return rf"({rounded(at, digits)} - {rounded(middle, digits)})"


def _squared(point: Sequence[float], mean: Sequence[float], covariance: Array) -> float:
    gaps = np.subtract(point, mean)
    return float(gaps @ np.linalg.solve(covariance, gaps))
