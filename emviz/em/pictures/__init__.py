"""A model's own pictures as data: what it wants shown, with no word on how it is drawn.

A panel of the window draws each type (`ui/panels`). Components are numbers, which the window turns into
colours, letters and markers. A `note` is a sentence below the picture; "" for none.
"""

from __future__ import annotations

from typing import TypeAlias

from emviz.em.pictures.curves import Bar, Bars, Curve, Curves, Dot, Histogram
from emviz.em.pictures.diagrams import Balance, Diagram, Variable
from emviz.em.pictures.folds import Fold
from emviz.em.pictures.grids import Edge, Graph, Image, Matrix, Node, Plate
from emviz.em.pictures.plane import COMPLETE, ROWS_ALONE, Blob, Landscape, Profiles, Scatter, Ternary
from emviz.em.pictures.sequences import Alignment, Logo, Ribbon

__all__ = [
    "COMPLETE",
    "ROWS_ALONE",
    "Alignment",
    "Balance",
    "Bar",
    "Bars",
    "Blob",
    "Curve",
    "Curves",
    "Diagram",
    "Dot",
    "Edge",
    "Fold",
    "Graph",
    "Histogram",
    "Image",
    "Landscape",
    "Logo",
    "Matrix",
    "Node",
    "Plate",
    "Profiles",
    "Ribbon",
    "Scatter",
    "Ternary",
    "Variable",
    "View",
]

View: TypeAlias = (
    Landscape
    | Scatter
    | Histogram
    | Profiles
    | Matrix
    | Bars
    | Curves
    | Logo
    | Alignment
    | Ribbon
    | Graph
    | Diagram
    | Balance
    | Image
    | Ternary
    | Fold
)
