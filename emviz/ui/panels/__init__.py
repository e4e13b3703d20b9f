"""One file per picture; which widget draws which view of a model."""

from __future__ import annotations

from typing import Any, TypeAlias

from emviz.em.pictures import Alignment, Landscape, Logo, Ribbon, View
from emviz.ui.panels.alignment import AlignmentPicture
from emviz.ui.panels.landscape import LandscapePicture
from emviz.ui.panels.logo import LogoPicture
from emviz.ui.panels.picture import Picture
from emviz.ui.panels.ribbon import RibbonPicture

#: Which view a picture draws is known here alone, where no type can say it.
AnyPicture: TypeAlias = "Picture[Any]"

PANELS: dict[type[View], type[AnyPicture]] = {
    Alignment: AlignmentPicture,
    Landscape: LandscapePicture,
    Logo: LogoPicture,
    Ribbon: RibbonPicture,
}
