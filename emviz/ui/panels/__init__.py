"""One file per picture; which widget draws which view of a model."""

from __future__ import annotations

from typing import Any, TypeAlias

from emviz.em.pictures import Landscape, View
from emviz.ui.panels.landscape import LandscapePicture
from emviz.ui.panels.picture import Picture

#: Which view a picture draws is known here alone, where no type can say it.
AnyPicture: TypeAlias = "Picture[Any]"

PANELS: dict[type[View], type[AnyPicture]] = {
    Landscape: LandscapePicture,
}
