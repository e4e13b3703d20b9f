"""Pictures of the plane of two columns, of three shares, and curves over many columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from numpy import bool_, intp
from numpy.typing import NDArray

from emviz.em.numerics import Array
from emviz.em.pictures import COMPLETE
from emviz.em.pictures.curves import Dot
from emviz.em.views import Entry


@dataclass(frozen=True)
class Blob:
    """A normal distribution in the plane: a component of a mixture.

    Parameters
    ----------
    name : str
        Its name: A.
    component : int
        Its colour.
    weight : float
        Its share of the data.
    mean, covariance : Array, shapes (2,), (2, 2)
    """

    name: str
    component: int
    weight: float
    mean: Array
    covariance: Array


@dataclass(frozen=True)
class Scatter:
    """Points in two columns of the data, in soft colours, with the components as ellipses.

    Parameters
    ----------
    columns : tuple of str
        The names of all columns that can be put on the axes.
    axes : pair of int
        The columns on the axes.
    points : Array or None, shape (n, 2)
        The points, where they are few enough to be drawn one by one.
    shares : Array or None, shape (n, K)
        Their responsibilities; None before the E-step.
    density : Array or None, shape (rows, columns, K)
        Expected points of each component in each cell of a grid over `extent`, the lowest row first, where
        the points are many. Before the E-step all lie in one component: K = 1.
    extent : tuple of float
        x0, x1, y0, y1 of what is to be seen.
    blobs, truth, reference : tuple of Blob
        The components at θ; the true ones, where the data were simulated; those of the complete-data case.
    handles : tuple of pair of Entry
        For each blob the entries of θ(0) that dragging it moves; empty where it cannot be dragged.
    labels : integer array or None, shape (n,)
        The true component of each point.
    row : int or None
        The point that is selected, by its place among `points`; with a density image, ignored.
    selected : Array or None, shape (2,)
        Where the selected row of the data lies.
    guesses : boolean array or None, shape (n,)
        Which points are guesses, as a number of them is missing: they are drawn hollow.
    spans : Array or None, shape (m, 2, 2)
        The ends of lines: where missing numbers may be.
    rows : integer array or None, shape (n,)
        The row of the data that each point is; None where they are all rows, in order.
    reference_name : str
        What the reference is of.
    """

    title: str
    columns: tuple[str, ...]
    axes: tuple[int, int]
    points: Array | None
    shares: Array | None
    density: Array | None
    extent: tuple[float, float, float, float]
    blobs: tuple[Blob, ...]
    truth: tuple[Blob, ...] = ()
    reference: tuple[Blob, ...] = ()
    handles: tuple[tuple[Entry, Entry], ...] = ()
    labels: NDArray[intp] | None = None
    row: int | None = None
    selected: Array | None = None
    note: str = ""
    guesses: NDArray[bool_] | None = None
    spans: Array | None = None
    rows: NDArray[intp] | None = None
    reference_name: str = COMPLETE


@dataclass(frozen=True)
class Profiles:
    """Every row as a curve over the columns, in the panel of each component as opaque as it belongs there.

    Parameters
    ----------
    columns : tuple of str
        The names along the axis.
    values : Array, shape (n, d)
        The rows; at most a few thousand.
    shares : Array or None, shape (n, K)
        How much each belongs to each component; None before the E-step.
    means : Array, shape (K, d)
        The mean curve of each component.
    names : tuple of str
        The components.
    counts : Array or None, shape (K,)
        The number of rows in each.
    row : int or None
        The row that is selected, by its place among `values`.
    rows : integer array or None, shape (n,)
        The row of the data that each is; None where they are all rows, in order.
    counted : str
        What the rows of each are: "expected", or "counted" where each is in one component alone.
    reference : Array or None, shape (K, d)
        The mean curves of the complete data, or those that `reference_name` says.
    """

    title: str
    columns: tuple[str, ...]
    values: Array
    shares: Array | None
    means: Array
    names: tuple[str, ...]
    counts: Array | None = None
    row: int | None = None
    note: str = ""
    rows: NDArray[intp] | None = None
    counted: str = "expected"
    reference: Array | None = None
    reference_name: str = COMPLETE


@dataclass(frozen=True)
class Ternary:
    """The objective over three probabilities that add up to 1, with the path of EM on it.

    Parameters
    ----------
    corners : tuple of str
        The names of the three.
    places : Array, shape (m, 3)
        Points of the triangle, on a regular grid of `side` steps along each edge.
    side : int
        Steps of the grid along an edge.
    heights : Array, shape (m,)
        The objective there, in nats; −∞ on a border where the data are impossible.
    path : Array, shape (n, 3)
        θ(0) … θ(t), or a selection of them.
    dots : tuple of pair of Array and Dot
        Places worth naming: their three probabilities, and the dot, whose x and y are ignored.
    entry_field : str
        The field of θ that a click sets in θ(0).
    now : int or None
        The t of the last of the path; n − 1 where it is left out.
    height_name : str
        What the heights are.
    """

    title: str
    corners: tuple[str, str, str]
    places: Array
    side: int
    heights: Array
    path: Array
    dots: tuple[tuple[Array, Dot], ...] = field(default=())
    entry_field: str = ""
    note: str = ""
    now: int | None = None
    height_name: str = "log P"
