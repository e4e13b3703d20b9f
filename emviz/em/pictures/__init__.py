"""A model's own pictures as data: the content, without any drawing.

A panel of the window draws each type (`ui/panels`). Components are numbers, which the window turns into
colours, letters and markers. A `note` is a sentence below the picture; "" for none. Each type is imported
only when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emviz.em.pictures.curves import Bar, Bars, Curve, Curves, Dot, Histogram
    from emviz.em.pictures.diagrams import Balance, Diagram, Variable
    from emviz.em.pictures.folds import Fold
    from emviz.em.pictures.grids import Edge, Graph, Image, Matrix, Node, Plate
    from emviz.em.pictures.landscape import Landscape
    from emviz.em.pictures.plane import Blob, Profiles, Scatter, Ternary
    from emviz.em.pictures.sequences import Alignment, Logo, Ribbon
    from emviz.em.pictures.view import View

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

#: Names of a reference: θ from the complete data, and θ from the rows without missing cells.
COMPLETE, ROWS_ALONE = "complete data", "complete rows alone"
#: The public names of each module in this package.
NAMES = {
    "curves": ("Bar", "Bars", "Curve", "Curves", "Dot", "Histogram"),
    "diagrams": ("Balance", "Diagram", "Variable"),
    "folds": ("Fold",),
    "grids": ("Edge", "Graph", "Image", "Matrix", "Node", "Plate"),
    "landscape": ("Landscape",),
    "plane": ("Blob", "Profiles", "Scatter", "Ternary"),
    "sequences": ("Alignment", "Logo", "Ribbon"),
    "view": ("View",),
}


def __getattr__(name: str) -> object:
    """Import a name from its module on first use, since the first screen needs only one type of picture."""
    module = next((module for module, names in NAMES.items() if name in names), None)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
