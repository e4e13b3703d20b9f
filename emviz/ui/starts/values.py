"""The final values of all converged runs, sorted, best first."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emviz.api.starting import Starts
from emviz.data.things import things
from emviz.em.engine import Outcome
from emviz.em.methods import objective_written
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import MARKERS, Theme
from emviz.ui.panels.plot.drawable import Curve
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark, Point, Trail
from emviz.ui.panels.plot.plot import Plot, finite_range
from emviz.ui.starts.looks import colour_of
from emviz.wording.numbers import number

#: Half the width of a run on the axis, and the line width of its dash in pixels.
HALF, WIDTH = 0.5, 4.0


class ValuesPage(QWidget):
    """A dash per run, so that runs with the same optimum form a step.

    Parameters
    ----------
    session : Session
        Supplies the name of the objective.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._starts: Starts | None = None
        self.plot = Plot("Sorted final values of the runs", whole=True)
        self.curves: dict[int, Curve] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    def show_starts(self, starts: Starts | None) -> None:
        """Show the results so far."""
        self._starts = starts
        places = _places(starts) if starts is not None else {}
        for rank in self.curves.keys() - places.keys():
            self.plot.forget(self.curves.pop(rank))
        for rank, points in places.items():
            curve = self.curves[rank] if rank in self.curves else self.plot.curve()
            self.curves[rank] = curve
            xs = np.array([(x - HALF, x + HALF) for x, _ in points]).ravel()
            # Pairs, so that the dashes of an optimum are one curve, without lines between them.
            curve.show_points(xs, np.repeat([y for _, y in points], 2), connect="pairs")
            self.plot.ink(curve, colour_of(rank, self.plot.theme), WIDTH)
        # Otherwise the labels would be placed again for each axis.
        self.plot.overlay.drawing = Drawing()
        ys = np.array([y for points in places.values() for _, y in points])
        if len(ys):
            # Values that differ by rounding alone must not fill the height.
            least = 1e-4 * max(1.0, float(np.abs(ys).max()))
            self.plot.show_range((0.0, 1.12 * len(ys) + 1), finite_range(ys, pad=0.15, least=least))
        self.plot.name_axis("bottom", "runs that converged, the best first")
        raised = objective_written(self._session.method, self._session.model)
        self.plot.name_axis("left", f"{raised} at the end, nats", f"{raised}, nats")
        self.plot.overlay.show(self._drawing(places))
        self.plot.describe(_summary(starts))

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        self.plot.dress(theme, font_for(self))
        self.show_starts(self._starts)

    def _drawing(self, places: dict[int, list[Point]]) -> Drawing:
        marks, labels = list[Mark](), list[Label]()
        for rank, points in places.items():
            colour = colour_of(rank, self.plot.theme)
            marks.append(Mark(*points[0], MARKERS[rank % len(MARKERS)], colour, 10))
            text = f"{rank + 1}: {things(len(points), 'run')}"
            anchors = tuple(points[place] for place in sorted({0, len(points) // 2, len(points) - 1}))
            labels.append(Label(text, colour, anchors, bold=True, short=str(rank + 1), optional=rank > 0))
        trails = tuple(Trail(*np.array(points).T) for points in places.values())
        return Drawing(tuple(marks), tuple(labels), trails=trails)


def _places(starts: Starts) -> dict[int, list[Point]]:
    """Return, for each optimum, the ranks of its runs among the converged ones, from 1, with the values."""
    ranks = {run: rank for rank, each in enumerate(starts.optima) for run in each.runs}
    converged = [ran for ran in starts.survey.runs if ran.outcome is Outcome.CONVERGED]
    converged.sort(key=lambda ran: -ran.objective)
    places: dict[int, list[Point]] = defaultdict(list)
    for place, ran in enumerate(converged, 1):
        places[ranks[ran.number]].append((float(place), ran.objective))
    return dict(sorted(places.items()))


def _summary(starts: Starts | None) -> str:
    if starts is None or not starts.optima:
        return "No run has converged yet."
    return "; ".join(
        f"optimum {rank}: {things(len(each.runs), 'run')} at {number(each.objective, 6)}"
        for rank, each in enumerate(starts.optima, 1)
    )
