"""One file per picture; which widget draws which view of a model."""

from __future__ import annotations

from typing import Any, TypeAlias

from emviz.em.pictures import (
    Alignment,
    Bars,
    Curves,
    Fold,
    Graph,
    Histogram,
    Image,
    Landscape,
    Logo,
    Matrix,
    Profiles,
    Ribbon,
    Scatter,
    Ternary,
    View,
)
from emviz.ui.panels.alignment import AlignmentPicture
from emviz.ui.panels.bars import BarsPicture
from emviz.ui.panels.curves import CurvesPicture
from emviz.ui.panels.fold import FoldPicture
from emviz.ui.panels.graph import GraphPicture
from emviz.ui.panels.histogram import HistogramPicture
from emviz.ui.panels.image import ImagePicture
from emviz.ui.panels.landscape import LandscapePicture
from emviz.ui.panels.logo import LogoPicture
from emviz.ui.panels.matrix import MatrixPicture
from emviz.ui.panels.picture import Picture
from emviz.ui.panels.profiles import ProfilesPicture
from emviz.ui.panels.ribbon import RibbonPicture
from emviz.ui.panels.scatter import ScatterPicture
from emviz.ui.panels.ternary import TernaryPicture

#: Which view a picture draws is known here alone, where no type can say it.
AnyPicture: TypeAlias = "Picture[Any]"

PANELS: dict[type[View], type[AnyPicture]] = {
    Alignment: AlignmentPicture,
    Bars: BarsPicture,
    Curves: CurvesPicture,
    Fold: FoldPicture,
    Graph: GraphPicture,
    Histogram: HistogramPicture,
    Image: ImagePicture,
    Landscape: LandscapePicture,
    Logo: LogoPicture,
    Matrix: MatrixPicture,
    Profiles: ProfilesPicture,
    Ribbon: RibbonPicture,
    Scatter: ScatterPicture,
    Ternary: TernaryPicture,
}
