"""Optional parts of a landscape: contours of the bound, and the direction in which EM is slowest."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from emviz.em.convergence.slowest import Slowest
from emviz.em.counts.table import Entry
from emviz.em.methods import why_unbounded
from emviz.em.model import Phase
from emviz.em.numerics import Array
from emviz.em.objective.bound import entry_value
from emviz.em.objective.heights import Heights
from emviz.em.uncertainty.certainty import Errors
from emviz.session import Results, Session, has_rate, held, rate_here, same_round
from emviz.ui.look.theme import Theme
from emviz.ui.panels.geometry.contours import contour
from emviz.ui.panels.pictures.relief import finite
from emviz.ui.panels.plot.drawable import Curve
from emviz.ui.panels.plot.drawing import Label, Point, Stroke
from emviz.ui.panels.plot.plot import Plot
from emviz.wording.narration import objective_name
from emviz.wording.numbers import number, with_powers

Axes: TypeAlias = tuple[Entry, Entry]
Spans: TypeAlias = tuple[tuple[float, float], tuple[float, float]]

#: Heights of the contours of the bound above its value at θ(t), in parts of its rise to the maximum.
STEPS = (-8.0, -4.0, -2.0, -1.0, 0.5)
#: Reach of the line of the slowest direction from θ*, in parts of the view.
REACH = 0.3
#: A unit direction with less than this along both axes is rounding error on them.
ACROSS = 1e-6
#: Most entries that name a direction, and most letters of its name below the plot; twice as many elsewhere.
NAMED, ROOM = 3, 16


class BoundContours:
    """Draws contours of the bound over a landscape; its contour and log P's through θ(t) are emphasised.

    Parameters
    ----------
    plot : Plot
        The landscape.
    """

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self.others, self.halo, self.level, self.own = (plot.curve() for _ in range(4))
        for place, curve in enumerate(self._curves):
            curve.setZValue(-9 + place)

    @property
    def _curves(self) -> tuple[Curve, ...]:
        return self.others, self.halo, self.level, self.own

    def draw(self, session: Session, results: Results, axes: Axes, theme: Theme) -> None:
        """Draw the contours, if they are switched on and computed for this step; else nothing."""
        surface, heights = results.surface, results.heights
        begun = session.display.contours and session.round.phase is not Phase.START
        if not begun or surface is None or not _of(surface.of, session, axes):
            self._show(*[np.empty((0, 2))] * 3)
            return
        touch = session.round.base.expectation.objective
        same = heights is not None and held(heights.of) == held(session)
        level = _lines(heights.value, touch) if heights is not None and same else np.empty((0, 2))
        rise = max(0.0, float(np.nanmax(finite(surface.value.values), initial=touch)) - touch)
        others = [_lines(surface.value, touch + part * rise) for part in STEPS]
        self._show(np.concatenate(others), level, _lines(surface.value, touch))
        self._plot.ink(self.others, theme.bound, 1.2)
        self._plot.ink(self.halo, theme.card, 5.0)
        self._plot.ink(self.level, theme.ink, 1.8)
        self._plot.ink(self.own, theme.bound, 2.6)

    def _show(self, others: Array, level: Array, own: Array) -> None:
        for curve, points in zip(self._curves, (others, own, level, own), strict=True):
            curve.show_points(points[:, 0], points[:, 1], connect="pairs")


def contour_words(session: Session) -> str:
    """Return a sentence on the contours of the bound, or why there are none; "" if they are switched off."""
    name, t = objective_name(session), session.round.base.index
    why = why_unbounded(session.method, session.model)
    if not session.display.contours or session.round.phase is Phase.START:
        return ""
    if why:
        return why.format(name=name, t=t)
    return f"The contour of g_{t} through θ({t}) lies inside that of {name}, and touches it at θ({t})."


def _of(drawn: Session, session: Session, axes: Axes) -> bool:
    return same_round(drawn, session) and drawn.display.axes == axes


def _lines(heights: Heights, level: float) -> Array:
    return contour(heights.xs, heights.ys, finite(heights.values), level)


def slow_line(found: Slowest, axes: Axes, spans: Spans) -> tuple[Point, ...]:
    """Return the line through θ* along which EM is slowest; empty where it does not show on these axes.

    Parameters
    ----------
    spans : pair of pair of float
        The ranges of the axes.
    """
    if found.limit is None or not found.errors.direction or _crosses(found, axes):
        return ()
    middle = np.array([entry_value(found.limit, entry) for entry in axes])
    way = _on(found, axes)
    sizes = np.array([high - low for low, high in spans])
    reach = REACH / float(np.abs(way / sizes).max())
    low, high = np.array(spans).T
    ends = [middle + sign * _inside(middle, sign * way, reach, (low, high)) * way for sign in (-1, 1)]
    return tuple((float(x), float(y)) for x, y in ends)


def _on(found: Slowest, axes: Axes) -> Array:
    """Return the slowest direction on the axes, shape (2,)."""
    return np.array([float(found.errors.direction[entry.field][entry.index]) for entry in axes])


def _crosses(found: Slowest, axes: Axes) -> bool:
    """Return whether the slowest direction leads straight across both axes."""
    return bool(np.linalg.norm(_on(found, axes)) < ACROSS)


def _inside(middle: Array, way: Array, reach: float, borders: tuple[Array, Array]) -> float:
    """Return how many times `way` fits between the middle and the border, at most `reach`."""
    moving = way != 0
    room = (np.where(way > 0, borders[1], borders[0]) - middle)[moving] / way[moving]
    return float(min(reach, max(0.0, room.min())))


def slow_drawing(
    session: Session, results: Results, axes: Axes, spans: Spans, theme: Theme
) -> tuple[tuple[Stroke, ...], tuple[Label, ...]]:
    """Return the line of the slowest direction and its label; both empty where it does not show."""
    found = results.slowest if _asked(session) else None
    points = () if found is None else slow_line(found.value, axes, spans)
    if not points:
        return (), ()
    stroke = Stroke(points, theme.ink, 2.2, dotted=True)
    return (stroke,), (Label("slowest direction", theme.ink, points[::-1]),)


def slow_words(session: Session, results: Results, brief: bool = False) -> str:
    """Return the slowest direction and its rate in words; "" where they are switched off.

    Parameters
    ----------
    brief : bool
        Whether to omit a direction with a long name.
    """
    if not _asked(session):
        return ""
    if not has_rate(session):
        return f"The slowest direction is that of EM; {session.method.title} has none."
    if results.slowest is None:
        return "Following EM to where it comes to rest; Esc cancels it."
    found = results.slowest.value
    if found.rate is None:
        return f"No slowest direction. {with_powers(found.errors.withheld)}"
    direction = _short(found.errors.slowest)
    along = "" if brief and len(direction) > ROOM else f"Slowest: {direction}. "
    if session.display.axes is not None and _crosses(found, session.display.axes):
        along = f"Slowest: {direction}, along neither axis. "
    if found.errors.flat:
        return f"{along}The largest eigenvalue is {number(found.rate, 3)}, not below 1: a saddle or a ridge."
    measured = rate_here(session)
    if measured is not None:
        comparison = f"measured rate {number(measured[1], 3)} at t = {measured[0]}"
    elif session.trace.time(session.cursor) < 2:
        comparison = "two iterations measure it"
    else:
        comparison = "the last steps are too short to measure it"
    if found.errors.nearing:
        return f"{along}{_border_words(found.errors)}; {comparison}."
    return f"{along}Missing information {number(found.rate, 3)}, the largest eigenvalue; {comparison}."


def _border_words(errors: Errors) -> str:
    """Return the missing information along a border, and the largest factor towards it."""
    slowest = errors.nearing[0]
    return (
        f"Missing information {number(float(errors.missing[0]), 3)} along the border, and a factor of "
        f"{number(slowest.factor, 3)} towards it for {slowest.label}"
    )


def _asked(session: Session) -> bool:
    """Return whether the direction is shown: it leads through the maximum, which may be left to guess."""
    return session.display.slowest and session.display.reference


def _short(direction: str) -> str:
    """Return the strongest entries of a direction, fewer if their names are long."""
    first, *others = direction.split(", ")
    return ", ".join([first, *others[: NAMED - 1]] if len(direction) <= 2 * ROOM else [first])
