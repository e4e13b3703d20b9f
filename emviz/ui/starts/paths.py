"""The paths of all runs on one landscape, in the colours of the optima."""

from __future__ import annotations

import numpy as np

from emviz.api.starting import Starts
from emviz.em.methods import EM, objective_written
from emviz.em.numerics import Array
from emviz.em.objective.bound import free_entries
from emviz.em.objective.heights import Heights
from emviz.em.optima.basins import end_name
from emviz.em.optima.starts import Optimum
from emviz.session import Session
from emviz.ui.look.theme import MARKERS, Theme
from emviz.ui.panels.plot.drawable import Curve
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark
from emviz.ui.starts.looks import colour_of, segments
from emviz.ui.widgets.landscape_page import Landscape

#: Key of the paths that lead to no optimum.
NOWHERE = -1
#: Line width of a path in pixels, and number of labelled optima.
WIDTH, NAMED = 1.2, 12


class PathsPage(Landscape):
    """The heat map, the paths, and a number at each optimum.

    Parameters
    ----------
    session : Session
        Determines the axes.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Paths of all runs on the landscape")
        self._starts: Starts | None = None
        self.curves: dict[int, Curve] = {}

    def show_found(self, starts: Starts | None, heights: Heights | None) -> None:
        """Show the results so far."""
        axes = self.axes
        if axes is None:
            return
        self._starts = starts
        self.relief.set_current(heights is not None)
        if heights is not None:
            self.show_heights(heights)
        ways = _ways(starts) if starts is not None else {}
        for rank in self.curves.keys() - ways.keys():
            self.plot.forget(self.curves.pop(rank))
        for rank, pieces in ways.items():
            curve = self.curves[rank] if rank in self.curves else self.plot.curve()
            self.curves[rank] = curve
            # Pairs, so that all paths to an optimum are one curve, without lines from one path to the next.
            curve.show_points(pieces[:, 0], pieces[:, 1], connect="pairs")
            theme = self.plot.theme
            self.plot.ink(curve, theme.muted if rank == NOWHERE else colour_of(rank, theme), WIDTH)
        self.frame(axes)
        self.draw(self._drawing(), self._caption())

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        self.dress(theme)
        self.show_found(self._starts, self.relief.heights)

    def _drawing(self) -> Drawing:
        marks, labels = list[Mark](), list[Label]()
        starts = self._starts
        for rank, each in enumerate(starts.optima[:NAMED] if starts is not None else ()):
            for order, end in _ends(starts, each):
                colour = colour_of(rank, self.plot.theme)
                marks.append(Mark(*end, MARKERS[rank % len(MARKERS)], colour, 13))
                name = end_name(rank, order, len(each.orders))
                labels.append(Label(name, self.plot.theme.ink, (end,), bold=True))
        return Drawing(tuple(marks), tuple(labels))

    def _caption(self) -> str:
        """Return the caption: the objective, the fixed entries of θ, and the labels."""
        session, starts = self.session, self._starts
        parts = [f"The colours are {objective_written(EM, session.model)}."]
        if len(free_entries(session.model, session.data)) > 2:
            parts[0] = (
                f"{parts[0][:-1]} with the other entries of θ as at optimum 1; along the paths those change."
            )
        if starts is not None and any(len(each.orders) > 1 for each in starts.optima):
            parts.append("Letters distinguish orders of the components, which are the same optimum.")
        return " ".join(parts)


def _ways(starts: Starts) -> dict[int, Array]:
    """Return the segments of the paths to each optimum, as pairs of end points."""
    ranks = {run: rank for rank, each in enumerate(starts.optima) for run in each.runs}
    ways: dict[int, list[Array]] = {}
    for ran in starts.survey.runs:
        if len(ran.path) > 1:
            ways.setdefault(ranks.get(ran.number, NOWHERE), []).append(segments(np.array(ran.path)))
    return {rank: np.concatenate(pieces) for rank, pieces in ways.items()}


def _ends(starts: Starts | None, optimum: Optimum) -> list[tuple[int, tuple[float, float]]]:
    """Return the positions of an optimum on the axes, one for each order of its components."""
    runs = {ran.number: ran for ran in starts.survey.runs} if starts is not None else {}
    ends: dict[int, tuple[float, float]] = {}
    for number, order in zip(optimum.runs, optimum.order_of, strict=True):
        if order not in ends and runs[number].path:
            x, y = runs[number].path[-1]
            ends[order] = (x, y)
    return sorted(ends.items())
