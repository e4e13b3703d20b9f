"""The objective of each method over iterations or over E-steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QWidget

from emviz.em.numerics import Array
from emviz.ui.comparison.contest import Lane
from emviz.ui.comparison.looks import WIDTH, marks
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import Theme
from emviz.ui.panels.geometry.thinning import thinned
from emviz.ui.panels.plot.drawable import Curve
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark, Trail
from emviz.ui.panels.plot.plot import DASHES, Plot, finite_range
from emviz.wording.numbers import number

ITERATIONS, COST = "iterations done, t", "E-steps done"
#: The axis is logarithmic beyond this many iterations, and this ratio of the longest to the shortest run.
LONG, UNEVEN = 100, 8
#: Ticks of the logarithmic axis.
TICKS = (0, 1, 3, *(each * 10**power for power in range(1, 9) for each in (1, 3)))
#: Where a curve may be labelled, as fractions of its points.
NAMED = (1.0, 0.75, 0.5, 0.25)


class CurvesPage(QWidget):
    """One plot per objective: those of EM and of hard EM cannot be compared."""

    def __init__(self) -> None:
        super().__init__()
        self.plots = (ObjectivePlot(), ObjectivePlot())
        self._lanes: Sequence[Lane] = ()
        self._by_cost = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for plot, share in zip(self.plots, (2, 1), strict=True):
            layout.addWidget(plot, share)

    def show_lanes(self, lanes: Sequence[Lane], by_cost: bool) -> None:
        """Show the progress of the methods.

        Parameters
        ----------
        by_cost : bool
            Over E-steps instead of iterations.
        """
        self._lanes, self._by_cost = lanes, by_cost
        raised = list(dict.fromkeys(lane.raised for lane in lanes))
        for plot, name in zip(self.plots, [*raised, "", ""], strict=False):
            plot.setVisible(bool(name))
            plot.show_curves(
                name, {place: lane for place, lane in enumerate(lanes) if lane.raised == name}, by_cost
            )

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        for plot in self.plots:
            plot.dress(theme, font_for(self))
        self.show_lanes(self._lanes, self._by_cost)


class ObjectivePlot(Plot):
    """The curves of the methods with the same objective."""

    def __init__(self) -> None:
        super().__init__("Objective of each method", whole=True)
        self.curves: dict[int, Curve] = {}

    def show_curves(self, name: str, lanes: dict[int, Lane], by_cost: bool, each: bool = False) -> None:
        """Draw the curves.

        Parameters
        ----------
        name : str
            The objective; empty if there are several.
        lanes : dict of int to Lane
            The methods by index.
        each : bool
            Label the curves by their objectives and show all of each; otherwise label them by method.
        """
        for place in self.curves.keys() - lanes.keys():
            self.forget(self.curves.pop(place))
        begun = {place: lane for place, lane in lanes.items() if lane.heights}
        logarithmic = _uneven([_times(lane, by_cost)[-1] for lane in begun.values()])
        points = {place: _points(lane, by_cost, logarithmic) for place, lane in begun.items()}
        for place, some in points.items():
            curve = self.curves.setdefault(place, self.curves.get(place) or self.curve())
            curve.show_points(some[:, 0], some[:, 1])
            self.ink(curve, self.theme.component(place), WIDTH, DASHES[place])
        # Otherwise the labels would be placed again for each axis.
        self.overlay.drawing = Drawing()
        if points:
            self.show_range(*_ranges(list(points.values()), whole=each))
        self.getAxis("bottom").setTicks([_ticks()] if logarithmic else None)
        named = COST if by_cost else ITERATIONS
        self.name_axis("bottom", f"{named} (logarithmic)" if logarithmic else named)
        self.name_axis("left", f"{name}, nats" if name else "nats")
        self.overlay.show(self._drawing(lanes, points, each))
        self.describe("; ".join(_summary(lane) for lane in begun.values()))

    def _drawing(self, lanes: dict[int, Lane], points: dict[int, Array], each: bool) -> Drawing:
        marked: list[Mark] = []
        labels: list[Label] = []
        for place, some in points.items():
            lane = lanes[place]
            marked += marks(place, some, self.theme, lane.finish is not None)
            anchors = tuple((float(x), float(y)) for x, y in (some[_at(part, some)] for part in NAMED))
            called = lane.raised if each else lane.method.title
            labels.append(Label(called, self.theme.component(place), anchors, bold=True))
        trails = tuple(Trail(some[:, 0], some[:, 1]) for some in points.values())
        return Drawing(tuple(marked), tuple(labels), trails=trails)


def _times(lane: Lane, by_cost: bool) -> Sequence[int]:
    return lane.spent if by_cost else range(len(lane.heights))


def _uneven(lengths: Sequence[int]) -> bool:
    """Return whether the short runs would be invisible next to the long ones."""
    return max(lengths, default=0) > max(LONG, UNEVEN * min(lengths, default=0))


def _logarithmic(times: Array) -> Array:
    """Return positions on a logarithmic axis that includes θ(0)."""
    return np.log10(1 + times)


def _ticks() -> list[tuple[float, str]]:
    return [(float(at), f"{tick:,}") for tick, at in zip(TICKS, _logarithmic(np.array(TICKS)), strict=True)]


def _points(lane: Lane, by_cost: bool, logarithmic: bool) -> Array:
    """Return a method's curve, thinned to distinguishable points if it is long; shape (n, 2)."""
    times, ys = np.array(_times(lane, by_cost), dtype=np.float64), np.array(lane.heights)
    xs = _logarithmic(times) if logarithmic else times
    return np.stack([xs, ys], axis=1)[thinned(xs, ys)]


def _at(part: float, points: Array) -> int:
    return round(part * (len(points) - 1))


def _ranges(curves: list[Array], whole: bool = False) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ranges of the axes: all of the gain, and at most as much below θ(0).

    A method may fall by thousands of nats; the table shows that it was not monotone.

    Parameters
    ----------
    whole : bool
        Include all of every curve.
    """
    every = np.concatenate(curves)
    start, top = float(curves[0][0, 1]), float(every[:, 1].max())
    # As long as there is only θ(0), the axis needs some width.
    far = float(every[:, 0].max()) or 1.0
    low = float(every[:, 1].min())
    if top > start and not whole:
        low = max(low, 2 * start - top)
    # Without a least height, flat curves would show their rounding errors magnified.
    least = 1e-6 * max(1.0, abs(top))
    return (-0.03 * far, 1.2 * far), finite_range(np.array([low, top]), pad=0.12, least=least)


def _summary(lane: Lane) -> str:
    return (
        f"{lane.method.title}: {lane.raised} {number(lane.heights[-1], 3)} after {len(lane.heights) - 1:,} "
        f"iterations and {lane.spent[-1]:,} E-steps"
    )
