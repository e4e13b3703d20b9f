"""Normal components for points with missing cells: densities, completed points and their sums.

Everything is computed once for each pattern of missing cells (Ghahramani & Jordan, *Supervised learning from
incomplete data via an EM approach*, NIPS 6, 1994). Each component imputes the missing cells of a point with
their expectations given the observed ones; the completed points and the covariance of the imputations are
counted. A point without any number has density 1 in every component.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import Table
from emviz.data.things import things
from emviz.em.columns import TRUE
from emviz.em.families.holes import LOG_TWO_PI, Given, Pattern, all_given, patterns_of
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.work import checked

#: Points of a pattern that are processed together.
BLOCK = 4096
#: Replaces log 0, so that −∞ − (−∞) does not occur.
LEAST = -1e300


@dataclass(frozen=True, eq=False)
class Holes:
    """Which cells of n points in d columns are missing.

    Parameters
    ----------
    missing : boolean array, shape (n, d)
    truth : Array or None, shape (n, d)
        The true values of missing cells, NaN if unknown; None if the file has no column for them.
    """

    missing: NDArray[np.bool]
    truth: Array | None

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """The points by their missing cells, those of a large pattern in blocks."""
        return tuple(_parted(patterns_of(self.missing)))

    @cached_property
    def known(self) -> bool:
        """Whether the file has the true value of every missing cell."""
        return self.truth is not None and not np.isnan(self.truth[self.missing]).any()

    def of(self, rows: Rows) -> Holes:
        """Return the missing cells of some points."""
        return Holes(self.missing[rows], None)

    def seen(self, row: int) -> NDArray[np.intp]:
        """Return the observed columns of a point."""
        return np.flatnonzero(~self.missing[row])


class Clouds(NamedTuple):
    """M normal distributions of points with missing cells, given the observed cells of each pattern.

    Parameters
    ----------
    holes : Holes
    known : sequence of Given
        The M distributions given each of its patterns.
    mean : Array, shape (M, d)
    """

    holes: Holes
    known: Sequence[Given]
    mean: Array

    @property
    def given(self) -> Iterator[tuple[Pattern, Given]]:
        """Each pattern, and the distributions given it."""
        return zip(self.holes.patterns, self.known, strict=True)


class Sums(NamedTuple):
    """The expected sums for each of M components.

    Parameters
    ----------
    units : Array, shape (M,)
        N = Σ r.
    mean : Array, shape (M, d)
        Σ r x̂ / N, with x̂ the completed points.
    scatter : Array, shape (M, d, d)
        Σ r (x̂ − mean)(x̂ − mean)ᵀ + spread.
    seen, seen_units : Array, shape (M, d)
        Σ r x and Σ r over the points whose cell is observed.
    spread : Array, shape (M, d, d)
        Σ r C, with C the covariance of the imputations.
    """

    units: Array
    mean: Array
    scatter: Array
    seen: Array
    seen_units: Array
    spread: Array


def read_holes(table: Table, columns: Mapping[str, Array]) -> Holes | None:
    """Return the missing cells (NaN) of some columns with their true values; None if there are none."""
    if not any(np.isnan(column).any() for column in columns.values()):
        return None
    missing = np.isnan(np.column_stack(list(columns.values())))
    if not any(TRUE + name in table for name in columns):
        return Holes(missing, None)
    known = [_truth(table, TRUE + name) for name in columns]
    return Holes(missing, np.where(missing, np.column_stack(known), np.nan))


def seen_of(column: Array) -> Array:
    """Return the numbers of a column that are observed; the column itself if all are."""
    missing = np.isnan(column)
    return column[~missing] if missing.any() else column


def differs(column: Array) -> bool:
    """Return whether a column has two different numbers."""
    seen = seen_of(column)
    return len(seen) > 0 and bool(np.any(seen != seen[0]))


def _truth(table: Table, name: str) -> Array:
    if name not in table or table.missing(name).all():
        return np.full(table.rows, np.nan)
    return table.finite(name, holes=True)


def empty_words(table: Table, names: Sequence[str]) -> list[str]:
    """Return a sentence on rows without any number in some columns; empty if there are none."""
    masks = [table.missing(name) for name in names if name in table]
    many = int(np.count_nonzero(np.logical_and.reduce(masks))) if masks else 0
    if not many:
        return []
    has = "has" if many == 1 else "have"
    return [f"{things(many, 'row')} {has} no number: only the weights decide where such a row belongs"]


def _parted(patterns: Sequence[Pattern]) -> Iterator[Pattern]:
    for seen, hidden, rows in ((each.seen, each.hidden, each.rows) for each in patterns):
        for first in range(0, len(rows), BLOCK):
            yield Pattern(seen, hidden, rows[first : first + BLOCK])


def clouds(holes: Holes, mean: Array, covariance: Array) -> Clouds:
    """Return M normal distributions, shapes (M, d) and (M, d, d), given the observed cells.

    Raises
    ------
    LinAlgError
        If a covariance is singular.
    """
    return Clouds(holes, all_given(holes.patterns, covariance), mean)


def log_densities(points: Array, own: Clouds) -> Array:
    """Return the log density of the observed cells of each point in each component, shape (M, n), in nats.

    Parameters
    ----------
    points : Array, shape (n, d)
        The points, with 0 in missing cells.
    """
    logs = np.empty((len(own.mean), len(points)))
    for pattern, known in checked(own.given):
        gaps = points[pattern.rows[:, None], pattern.seen] - own.mean[:, None, pattern.seen]
        white = gaps @ known.white.mT
        logs[:, pattern.rows] = known.height[:, None] - 0.5 * np.einsum("kno,kno->kn", white, white)
    return logs


def log_peaks(own: Clouds, rows: int) -> Array:
    """Return the log density of the imputations of each point, shape (M, n); 0 if no cell is missing.

    In hard EM the imputation is the likeliest value, whose density is N(x̂; x̂, C) = |2πC|^−½.
    """
    logs = np.zeros((len(own.mean), rows))
    for pattern, known in checked(own.given):
        volume = np.linalg.slogdet(known.spread)[1]
        logs[:, pattern.rows] = -0.5 * (len(pattern.hidden) * LOG_TWO_PI + volume)[:, None]
    return logs


def filled(points: Array, own: Clouds, pairs: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
    """Return the points as completed by each component, and covariances of the imputations.

    Parameters
    ----------
    pairs : sequence of pair of int
        The pairs of columns of the covariances.

    Returns
    -------
    Array, Array, shapes (M, n, d) and (M, n, len(pairs))
        The covariances are 0 if one of the cells is observed.
    """
    components, columns = own.mean.shape
    whole, spread = np.empty((components, *points.shape)), np.empty((components, len(points), len(pairs)))
    across, down = ([pair[side] for pair in pairs] for side in (0, 1))
    for pattern, known in checked(own.given):
        whole[:, pattern.rows] = _filled(points[pattern.rows], [(pattern, known)], own.mean, 0 * own.mean)
        every = np.zeros((components, columns, columns))
        every[:, pattern.hidden[:, None], pattern.hidden] = known.spread
        spread[:, pattern.rows] = every[:, across, down][:, None]
    return whole, spread


def summed(points: Array, own: Clouds, logs: Array, certain: bool = False) -> Sums:
    """Return the expected sums for each component.

    Parameters
    ----------
    logs : Array, shape (M, n)
        The logarithms of the shares.
    certain : bool
        True to leave out the covariance of the imputations, as in hard EM.

    Sums are computed relative to the share of the surest point of a component, and about that point as
    completed. So a component that is small, faint or far away loses no digits, and equal points differ by
    exactly 0.
    """
    surest = logs.argmax(axis=1)
    top = logs[np.arange(len(logs)), surest]
    shares = np.exp(logs - np.maximum(top, LEAST)[:, None])
    about = _filled_alone(points, own, surest)
    first, second = np.zeros_like(about), np.zeros((*about.shape, about.shape[1]))
    spread, units = np.zeros_like(second), shares.sum(axis=1)
    for part in checked(_blocks(own)):
        rows = np.concatenate([pattern.rows for pattern, _ in part])
        whole, weights = _filled(points[rows], part, own.mean, about), shares[:, rows]
        weighted = whole * weights[:, :, None]
        first += weighted.sum(axis=1)
        second += weighted.mT @ whole
    for pattern, known in () if certain else own.given:
        if len(pattern.hidden):
            many = shares[:, pattern.rows].sum(axis=1)
            spread[:, pattern.hidden[:, None], pattern.hidden] += many[:, None, None] * known.spread
    # The surest point has the weight 1, so that only an impossible component, with 0 units, has less.
    gaps = first / np.maximum(units, 1.0)[:, None]
    scatter = second - first[:, :, None] * gaps[:, None] + spread
    unit = np.exp(top)
    seen, seen_units = shares @ points, shares @ (~own.holes.missing).astype(np.float64)
    back, times = unit[:, None], unit[:, None, None]
    return Sums(
        *(unit * units, about + gaps, times * scatter, back * seen, back * seen_units, times * spread)
    )


def _blocks(own: Clouds) -> Iterator[list[tuple[Pattern, Given]]]:
    """Yield groups of patterns with a few thousand points together."""
    part, many = list[tuple[Pattern, Given]](), 0
    for pattern, known in own.given:
        if many + len(pattern.rows) > BLOCK and part:
            yield part
            part, many = [], 0
        part.append((pattern, known))
        many += len(pattern.rows)
    yield part


def _filled(points: Array, part: Sequence[tuple[Pattern, Given]], mean: Array, about: Array) -> Array:
    """Return points (m, d) of some patterns, completed and relative to `about` (M, d): shape (M, m, d)."""
    whole, first = points - about[:, None], 0
    for pattern, known in part:
        here, hidden = slice(first, first + len(pattern.rows)), pattern.hidden
        first = here.stop
        if len(hidden):
            gaps = points[here, pattern.seen] - mean[:, None, pattern.seen]
            whole[:, here, hidden] = gaps @ known.slopes + (mean - about)[:, None, hidden]
    return whole


def _filled_alone(points: Array, own: Clouds, rows: Rows) -> Array:
    """Return one point for each component, given by index, shape (M,), as completed by it: (M, d)."""
    found, place = np.empty_like(own.mean), np.empty(len(points), dtype=np.intp)
    for at, pattern in enumerate(own.holes.patterns):
        place[pattern.rows] = at
    for k, row in enumerate(rows.tolist()):
        pattern, known = own.holes.patterns[place[row]], own.known[place[row]]
        found[k] = points[row]
        gaps = points[row, pattern.seen] - own.mean[k, pattern.seen]
        found[k, pattern.hidden] = own.mean[k, pattern.hidden] + gaps @ known.slopes[k]
    return found
