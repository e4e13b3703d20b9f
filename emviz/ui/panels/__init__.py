"""One file per picture; which widget draws which view of a model."""

from __future__ import annotations

from emviz.em.views import Landscape, View
from emviz.ui.panels.landscape import LandscapePicture

#: The count table has its own panel; every other view is found here.
PANELS: dict[type[View], type[LandscapePicture]] = {Landscape: LandscapePicture}
