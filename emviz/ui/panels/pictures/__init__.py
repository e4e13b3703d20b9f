"""The pictures of the models, one file each, and the choice of the widget for a view."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from emviz.ui.panels.pictures.picture import Picture
from emviz.ui.shield import shield_all

if TYPE_CHECKING:
    from emviz.em.pictures import View

#: `picture_of` pairs views and pictures by name, which no type can express.
AnyPicture: TypeAlias = "Picture[Any]"

#: The module in this package and its class that draw a type of view.
DRAWN_BY: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Alignment": ("alignment", "AlignmentPicture"),
        "Balance": ("balance", "BalancePicture"),
        "Bars": ("bars", "BarsPicture"),
        "Curves": ("curves", "CurvesPicture"),
        "Fold": ("fold", "FoldPicture"),
        "Graph": ("graph", "GraphPicture"),
        "Diagram": ("diagram", "DiagramPicture"),
        "Histogram": ("histogram", "HistogramPicture"),
        "Image": ("image", "ImagePicture"),
        "Landscape": ("landscape", "LandscapePicture"),
        "Logo": ("logo", "LogoPicture"),
        "Matrix": ("matrix", "MatrixPicture"),
        "Profiles": ("profiles", "ProfilesPicture"),
        "Ribbon": ("ribbon", "RibbonPicture"),
        "Scatter": ("scatter", "ScatterPicture"),
        "Ternary": ("ternary", "TernaryPicture"),
    }
)


def picture_of(kind: type[View]) -> type[AnyPicture]:
    """Return the class that draws a type of view, imported on first use to keep the start short."""
    module, name = DRAWN_BY[kind.__name__]
    path = f"{__name__}.{module}"
    unread = path not in sys.modules
    found: type[AnyPicture] = getattr(import_module(path), name)
    if unread:
        shield_all()
    return found
