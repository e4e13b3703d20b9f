"""Scatter plots of two columns, curves over many columns, and triangles of three shares."""

from __future__ import annotations

from dataclasses import dataclass, field

from numpy import bool_, intp
from numpy.typing import NDArray

from emviz.em.counts.table import Entry
from emviz.em.numerics import Array
from emviz.em.pictures import COMPLETE
from emviz.em.pictures.curves import Dot


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
        The points, if there are few enough to draw them one by one.
    shares : Array or None, shape (n, K)
        Their responsibilities; None before the E-step.
    density : Array or None, shape (rows, columns, K)
        Expected points of each component in each cell of a grid over `extent`, the lowest row first, if there
        are many points. Before the E-step K = 1, without components.
    extent : tuple of float
        x0, x1, y0, y1 of the visible area.
    blobs, truth, reference : tuple of Blob
        The components at θ, the true ones of simulated data, and those of the complete-data case.
    handles : tuple of pair of Entry
        For each blob, the entries of θ(0) that are set by dragging it; empty if that is not possible.
    labels : integer array or None, shape (n,)
        The true component of each point.
    row : int or None
        The index of the selected point in `points`; ignored for a density image.
    selected : Array or None, shape (2,)
        The position of the selected row of the data.
    guesses : boolean array or None, shape (n,)
        The points with an imputed number, which are drawn hollow.
    spans : Array or None, shape (m, 2, 2)
        The ends of lines that show the range of missing numbers.
    rows : integer array or None, shape (n,)
        The row of the data for each point; None for all rows in order.
    reference_name : str
        The name of the reference.
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
    """Each row as a curve over the columns, in one panel per component, as opaque as its share.

    Parameters
    ----------
    columns : tuple of str
        The names along the axis.
    values : Array, shape (n, d)
        The rows; at most a few thousand.
    shares : Array or None, shape (n, K)
        The responsibilities; None before the E-step.
    means : Array, shape (K, d)
        The mean curve of each component.
    names : tuple of str
        The components.
    counts : Array or None, shape (K,)
        The number of rows in each.
    row : int or None
        The index of the selected row in `values`.
    rows : integer array or None, shape (n,)
        The row of the data for each; None for all rows in order.
    counted : str
        The word for `counts`: "expected", or "counted" if each row is in one component only.
    reference : Array or None, shape (K, d)
        The mean curves of the reference.
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
    """The objective over three probabilities that sum to 1, with the path of EM on it.

    Parameters
    ----------
    corners : tuple of str
        The names of the three probabilities.
    places : Array, shape (m, 3)
        Points of the triangle, on a regular grid of `side` steps along each edge.
    side : int
        Steps of the grid along an edge.
    heights : Array, shape (m,)
        The objective there, in nats; −∞ on a border where the data are impossible.
    path : Array, shape (n, 3)
        θ(0) … θ(t), or a selection of them.
    dots : tuple of pair of Array and Dot
        Labelled points: their three probabilities, and the dot, whose x and y are ignored.
    entry_field : str
        The field of θ that is set in θ(0) by a click.
    now : int or None
        The t of the last point of the path; n − 1 by default.
    height_name : str
        The name of the heights.
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
