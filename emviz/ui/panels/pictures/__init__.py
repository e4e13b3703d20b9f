"""One file per picture; which widget draws which view of a model."""

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

#: Which view a picture draws is known here alone, where no type can say it.
AnyPicture: TypeAlias = "Picture[Any]"

#: The module in this room, and in it the class, that draws each type of view, by its name.
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
    """Return the class that draws a type of view, which is imported when it is first asked for."""
    module, name = DRAWN_BY[kind.__name__]
    path = f"{__name__}.{module}"
    unread = path not in sys.modules
    found: type[AnyPicture] = getattr(import_module(path), name)
    if unread:
        shield_all()
    return found
