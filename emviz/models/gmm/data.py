"""The data of a mixture: the chosen columns of a table, standardised once."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table, Texts
from emviz.data.things import there_are
from emviz.em.columns import TRUE
from emviz.em.counts.labels import true_components
from emviz.em.families.alone import Alone
from emviz.em.families.clouds import Holes, differs, read_holes
from emviz.em.numerics import Array
from emviz.em.scales import location
from emviz.models.gmm.features import Box

NAMES = "ABCDEFGHIJKL"
LABEL = "label"
#: Cells of a text column that are checked to tell words from numbers with a bad cell among them.
LOOKED_AT = 1000
#: The most columns of a mixture.
MOST_COLUMNS = 20


class GmmParams(NamedTuple):
    """Weights (K,), means (K, d) and covariances (K, d, d); if tied, K copies of one matrix."""

    weight: Array
    mean: Array
    covariance: Array


class GmmCounts(NamedTuple):
    """Expected points N (K,) of each component, their mean m (K, d), and their scatter S (K, d, d).

    m = Σ_i r_i x_i / N and S = Σ_i r_i (x_i − m)(x_i − m)ᵀ, about the component's own mean: sums of squares
    would lose all digits of a component that is small and far from the origin. Entries that the model's
    family of covariances lacks are 0.
    """

    points: Array
    mean: Array
    scatter: Array


class HoledCounts(NamedTuple):
    """The same for points with holes, as each component fills them.

    points, mean and scatter are those of the filled points; the scatter includes spread (K, d, d) =
    Σ_i r_i C_i, the covariances of the filled values. seen (K, d) = Σ_i r_i x_i over the observed cells.
    """

    points: Array
    mean: Array
    scatter: Array
    seen: Array
    spread: Array


AnyCounts: TypeAlias = GmmCounts | HoledCounts


@dataclass(frozen=True, eq=False)
class GmmData:
    """Points in d columns.

    Parameters
    ----------
    columns : tuple of str
        The names of the d columns.
    constant : tuple of str
        The columns without variation, which are left out.
    raw : tuple of Array
        The columns as in the table; NaN in a hole.
    points : Array, shape (d, n)
        The points, each column at mean 0 and standard deviation 1; 0 in a hole.
    centre, scale : Array, shape (d,)
        The mean and standard deviation of the observed cells of each column.
    area : Array, shape (d, d)
        The product of the scales of each pair of columns.
    names : Texts, shape (n,), or None
        The name of each row, from the first column of words.
    label : integer array, shape (n,), or None
        The true component of each row, −1 where it is not known.
    labelled : GmmCounts or HoledCounts or None
        The counts of the true components, if they determine θ.
    features : Array or None, shape (F, n)
        1, z_i and z_i z_j of each point, if there are few enough points to keep them.
    box : Box or None
        What bounds all densities; None for few points or many columns.
    holes : Holes or None
        The missing cells; None if there are none.
    alone : Alone or None
        The finder of θ from the complete rows alone; None if no cell is missing.
    """

    columns: tuple[str, ...]
    constant: tuple[str, ...]
    raw: tuple[Array, ...]
    points: Array
    centre: Array
    scale: Array
    area: Array
    names: Texts | None
    label: NDArray[np.intp] | None
    labelled: AnyCounts | None = None
    features: Array | None = None
    box: Box | None = None
    holes: Holes | None = None
    alone: Alone | None = None

    @property
    def rows(self) -> int:
        """The number n of points."""
        return len(self.raw[0])


def parsed(table: Table, columns: str, components: int) -> GmmData:
    """Return the points of a table, `labelled` left open.

    Parameters
    ----------
    columns : str
        Names of columns, separated by commas; "" for all that hold numbers which are not all the same.
    components : int
        K.

    Raises
    ------
    DataError
        For a missing column, a bad cell, a chosen column without variation, numbers too large or too small
        for a variance, fewer rows than components, or too many columns.
    """
    chosen = named(columns)
    if table.rows < components:
        raise DataError(f"{there_are(table.rows, 'row')}, too few for {components} clusters")
    # A column counts once, even if it is named twice.
    read = {name: table.finite(name, holes=True) for name in dict.fromkeys(chosen or measured(table))}
    spread = {name: column for name, column in read.items() if differs(column)}
    for name in chosen:
        if name not in spread:
            raise DataError("the same number in every row cannot tell clusters apart", column=name)
    if not spread:
        raise DataError("no column has numbers that differ; the columns to cluster by must be numbers")
    if len(spread) > MOST_COLUMNS:
        raise DataError(
            f"there are {len(spread)} columns of numbers; name {MOST_COLUMNS} of them at the most"
        )
    points, centre, scale = _standardised(spread)
    holes, naming = read_holes(table, spread), _naming(table, read)
    if holes is not None:
        # A hole at the mean adds nothing to the principal axis and the covariance from which starts are
        # drawn.
        points[holes.missing.T] = 0.0
    return GmmData(
        columns=tuple(spread),
        constant=tuple(name for name in read if name not in spread),
        raw=tuple(spread.values()),
        points=points,
        centre=centre,
        scale=scale,
        area=scale[:, None] * scale,
        names=None if naming is None else table.texts(naming),
        label=true_components(table, LABEL, NAMES[:components]),
        holes=holes,
    )


def columns_read(table: Table, columns: str) -> list[str]:
    """Return the columns to cluster by, the first column of words, and the labels."""
    read = named(columns) or list(measured(table))
    words = _naming(table, set(read)) or LABEL
    return [*read, *(TRUE + name for name in read), words, LABEL]


def named(columns: str) -> list[str]:
    """Return the names in a comma-separated list."""
    return [name.strip() for name in columns.split(",") if name.strip()]


def measured(table: Table) -> Sequence[str]:
    """Return the columns of numbers, and those in which at least half of the cells are numbers."""
    others = [name for name in table.names if name != LABEL and not name.startswith(TRUE)]
    return [name for name in others if table.is_numeric(name) or _mostly_numbers(table.texts(name))]


def _mostly_numbers(texts: Texts) -> bool:
    some = texts[:LOOKED_AT].tolist()
    # A column of numbers with a typing error must be refused with its row, not taken for names.
    return 2 * sum(_is_number(text) for text in some) >= len(some)


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _standardised(columns: Mapping[str, Array]) -> tuple[Array, Array, Array]:
    """Return the points, shape (d, n), with the mean and standard deviation of each column."""
    centre, scale = np.array([location(column, name) for name, column in columns.items()]).T
    points = np.empty((len(columns), len(next(iter(columns.values())))))
    for row, column, middle in zip(points, columns.values(), centre, strict=True):
        np.subtract(column, middle, out=row)
    points /= scale[:, None]
    return points, centre, scale


def _naming(table: Table, read: Container[str]) -> str | None:
    """Return the first column of words, which names the rows."""
    others = (
        name for name in table.names if name != LABEL and name not in read and not name.startswith(TRUE)
    )
    return next((name for name in others if not table.is_numeric(name)), None)
