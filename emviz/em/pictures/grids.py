"""Pictures of tables, of images and of graphs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array


@dataclass(frozen=True)
class Matrix:
    """Numbers in rows and columns, as a heat map.

    Parameters
    ----------
    row_heading, column_heading : str
        The headings of rows and columns.
    rows, columns : tuple of str
        Their names.
    values : Array, shape (R, C)
        The numbers; NaN where there is no cell.
    low, high : float
        The values of the palest and the darkest cell.
    marks : tuple of pair of int
        Framed cells: the true or annotated ones.
    bests : tuple of pair of int
        Dotted cells: the most likely one of each row.
    components : tuple of int or None
        The colour of each row; None for the text colour.
    numbers : bool
        True to write the numbers into the cells.
    row : int or None
        The selected row; None for none.
    choosable : bool
        True if the rows are those of the data and can be selected by a click.
    sources : tuple of int
        The row of the data in each row, if they are in another order; otherwise empty.
    """

    title: str
    row_heading: str
    column_heading: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Array
    low: float = 0.0
    high: float = 1.0
    marks: tuple[tuple[int, int], ...] = ()
    bests: tuple[tuple[int, int], ...] = ()
    components: tuple[int, ...] | None = None
    numbers: bool = False
    row: int | None = None
    note: str = ""
    choosable: bool = True
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plate:
    """One image.

    Parameters
    ----------
    name : str
        The caption above it.
    values : Array, shape (R, C)
        The numbers, the top row first.
    low, high : float
        The values of black and white. If `low` is negative, 0 is colourless, positive values are warm and
        negative ones cold colours.
    hidden : bool
        True if the class is to guess the image; the values are then a placeholder.
    """

    name: str
    values: Array
    low: float
    high: float
    hidden: bool = False


@dataclass(frozen=True)
class Image:
    """Images of one shape side by side, such as an estimate and the truth.

    Parameters
    ----------
    row_heading, column_heading : str
        The headings of rows and columns.
    rows, columns : tuple of str
        Their names.
    plates : tuple of Plate
        The images, from left to right.
    square : bool
        True for square pixels, as in space; otherwise the images fill the available space.
    row : int or None
        The selected row; None for none.
    choosable : bool
        True if the rows are those of the data and can be selected by a click.
    hiding : str or None
        The note while the answers are hidden; None to keep `note`.
    lines, groups : integer array, shape (R, C), or None
        If pixels are parameters: the line of the M-step for each, and the group to whose total its counts are
        added. A click leads there.
    """

    title: str
    row_heading: str
    column_heading: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    plates: tuple[Plate, ...]
    square: bool = True
    row: int | None = None
    choosable: bool = False
    note: str = ""
    hiding: str | None = None
    lines: NDArray[np.intp] | None = None
    groups: NDArray[np.intp] | None = None


@dataclass(frozen=True)
class Node:
    """A node of a graph, with its component and its size from 0 to 1."""

    name: str
    component: int | None
    size: float = 0.5
    detail: str = ""


@dataclass(frozen=True)
class Edge:
    """An edge of a graph, drawn as wide as its weight, 0 to 1."""

    source: int
    target: int
    weight: float
    label: str = ""


@dataclass(frozen=True)
class Graph:
    """Nodes and edges: the states of a chain on a circle, or two layers side by side.

    Parameters
    ----------
    nodes : tuple of Node
    edges : tuple of Edge
        Directed if `layers` is empty; an edge from a node to itself is a loop.
    layers : tuple of tuple of int
        The nodes of each layer from left to right; empty for a circle.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    layers: tuple[tuple[int, ...], ...] = ()
    note: str = ""
