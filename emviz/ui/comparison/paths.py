"""The paths of all methods on one landscape."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emviz.em.methods import EM, objective_written
from emviz.em.numerics import Array
from emviz.em.objective.bound import free_entries
from emviz.session import Session
from emviz.ui.comparison.contest import Axes, Lane
from emviz.ui.comparison.looks import WIDTH, marks
from emviz.ui.comparison.standings import ended
from emviz.ui.look.theme import Theme
from emviz.ui.panels.geometry.thinning import thinned
from emviz.ui.panels.plot.drawable import Curve
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark, Trail
from emviz.ui.panels.plot.plot import DASHES
from emviz.ui.widgets.landscape_page import Landscape
from emviz.wording.numbers import number


class PathsPage(Landscape):
    """The heat map, a path per method, and the kind of place where each ended.

    Parameters
    ----------
    session : Session
        Determines the axes.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Paths of the methods on the landscape")
        self._lanes: Sequence[Lane] = ()
        self.curves: list[Curve] = []

    def show_lanes(self, lanes: Sequence[Lane]) -> None:
        """Show the progress of the methods."""
        self._lanes, axes = lanes, self.axes
        if axes is None:
            return
        paths = [_points(lane) for lane in lanes]
        while len(self.curves) < len(paths):
            self.curves.append(self.plot.curve())
        while len(self.curves) > len(paths):
            self.plot.forget(self.curves.pop())
        for place, (curve, path) in enumerate(zip(self.curves, paths, strict=True)):
            curve.show_points(path[:, 0], path[:, 1])
            self.plot.ink(curve, self.plot.theme.component(place), WIDTH, DASHES[place])
        self.frame(axes)
        self.draw(self._drawing(paths), self._caption(axes))

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        self.dress(theme)
        self.show_lanes(self._lanes)

    def _drawing(self, paths: Sequence[Array]) -> Drawing:
        theme = self.plot.theme
        marked: list[Mark] = []
        labels: list[Label] = []
        for place, (lane, path) in enumerate(zip(self._lanes, paths, strict=True)):
            if not len(path):
                continue
            marked += marks(place, path, theme, lane.finish is not None)
            end = (float(path[-1, 0]), float(path[-1, 1]))
            labels.append(Label(_end(lane, end), theme.ink, (end,), bold=True, short=lane.method.title))
        starts = [path[0] for path in paths if len(path)]
        if starts:
            labels.append(Label("θ(0)", theme.ink, ((float(starts[0][0]), float(starts[0][1])),)))
        return Drawing(tuple(marked), tuple(labels), trails=tuple(Trail(p[:, 0], p[:, 1]) for p in paths))

    def _caption(self, axes: Axes) -> str:
        """Return the caption: the objective, the fixed entries of θ, and methods with another objective."""
        session = self.session
        model, name = session.model, objective_written(EM, session.model)
        others = len(free_entries(model, session.data)) > len(axes)
        held = " with the other entries of θ as at θ(0); along the paths those change too" if others else ""
        parts = [f"The colours are {name}{held}."]
        for lane in self._lanes:
            if lane.raised != name:
                parts.append(f"{lane.method.title} does not climb on it: it raises {lane.raised}.")
        return " ".join(parts)


def _points(lane: Lane) -> Array:
    path = np.array(lane.path).reshape(-1, 2)
    return path[thinned(path[:, 0], path[:, 1])] if len(path) else path


def _end(lane: Lane, end: tuple[float, float]) -> str:
    """Return the name of a method and the kind of place where it ended."""
    if lane.finish is None:
        return lane.method.title
    return f"{lane.method.title}: {ended(lane.finish.contender)} ({number(end[0], 2)}, {number(end[1], 2)})"
