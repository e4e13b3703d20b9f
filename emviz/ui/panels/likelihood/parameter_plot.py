"""The plot of a group of parameters over the iterations."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from emviz.em.counts.table import Entry
from emviz.em.numerics import Array
from emviz.em.objective.bound import entry_label, entry_value
from emviz.session import Reference, Session
from emviz.ui.look.theme import MARKERS, Theme
from emviz.ui.panels.likelihood.parameter_groups import NAMED, ParameterGroup
from emviz.ui.panels.likelihood.series import Series
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark, Stroke, Trail
from emviz.ui.panels.plot.plot import DASHES, Plot, finite_range
from emviz.wording.numbers import number

#: Most iterations drawn with markers.
MARKED = 30
#: Most iterations drawn with antialiasing, which is slow for wide pens.
SMOOTH = 1000


class ParameterPlot(Plot):
    """One curve per parameter, in the colour, dash and marker of its component."""

    def __init__(self) -> None:
        super().__init__("Parameters over the iterations", whole=True)
        self.curves: list[pg.PlotDataItem] = []
        self.group = ParameterGroup("", ())

    def draw(self, session: Session, series: Series, reference: Reference | None) -> None:
        """Show the curves with the displayed iteration marked."""
        group = self.group
        self.match(self.curves, len(group.entries))
        for curve, entry in zip(self.curves, group.entries, strict=True):
            component = group.component(entry)
            times = series.drawn(entry)
            curve.show_points(times, series.values(entry)[times], antialias=series.length <= SMOOTH)
            self.ink(curve, self.theme.component(component), self._width(session, entry), _dash(component))
        self.overlay.drawing = Drawing()
        low, high = self._heights(series, reference)
        end = max(10.0, float(series.length - 1))
        self.show_range((-0.03 * end, 1.2 * end), (low, high))
        self.name_axis("bottom", "iterations done, t")
        self.overlay.show(self._drawing(session, series, reference, end))
        self.describe(sentence(session, series, group))

    def _width(self, session: Session, entry: Entry) -> float:
        """Return the pen's width in pixels: the model's last, most important field is wider than others."""
        fields = {each.field for each in self.group.entries}
        last = session.model.parameters(session.data)[-1].name
        return 1.2 if len(fields) > 1 and entry.field != last else 2.0

    def _heights(self, series: Series, reference: Reference | None) -> tuple[float, float]:
        entries = self.group.entries
        values = [series.values(entry)[series.drawn(entry)] for entry in entries]
        if reference is not None:
            values.append(np.array([entry_value(reference.params, entry) for entry in entries]))
        heights = np.concatenate([np.empty(0), *values])
        # Probabilities get an axis of at least 0.1, so that noise does not look like a change.
        least = 0.1 if np.abs(heights).max(initial=0) <= 1 else 1e-6 * float(np.abs(heights).max())
        return finite_range(heights, pad=0.12, least=least)

    def _drawing(self, session: Session, series: Series, reference: Reference | None, end: float) -> Drawing:
        here, theme = session.step.index, self.theme
        group = self.group
        named = group.entries if len(group.entries) <= NAMED else ()
        marks, labels, strokes = [], [], []
        for entry in named:
            component, values = group.component(entry), series.values(entry)
            colour = theme.component(component)
            marks += _marks(values, here, component, theme)
            label = entry_label(session.model, session.data, entry)
            places = _places(values, here)
            labels.append(Label(f"{label} {plain_number(float(values[here]))}", colour, places, bold=True))
            if reference is not None:
                y = entry_value(reference.params, entry)
                strokes.append(Stroke(((0.0, y), (1.2 * end, y)), colour, 1.5, dotted=True, light=True))
        if reference is not None and named:
            ends = tuple((1.1 * end, entry_value(reference.params, entry)) for entry in named)
            labels.append(Label(reference.name, theme.muted, ends))
        lines = ((series.drawn(entry), series.values(entry)) for entry in named)
        trails = tuple(Trail(times.astype(np.float64), values[times]) for times, values in lines)
        return Drawing(tuple(marks), tuple(labels), tuple(strokes), trails=trails)


def plain_number(value: float) -> str:
    """Return a parameter as written in a label: with two decimals, or none from 100 on."""
    return number(value, 2 if abs(value) < 100 else 0)


def sentence(session: Session, series: Series, group: ParameterGroup) -> str:
    """Return the parameters at the displayed iteration in words."""
    here = session.step.index
    values = ", ".join(
        f"{entry_label(session.model, session.data, entry)} = {number(series.values(entry)[here], 3)}"
        for entry in group.entries
    )
    return f"θ({here}): {values}."


def _dash(component: int) -> tuple[float, ...]:
    return DASHES[component % len(DASHES)]


def _marks(values: Array, here: int, component: int, theme: Theme) -> list[Mark]:
    symbol, colour = MARKERS[component % len(MARKERS)], theme.component(component)
    shown = range(len(values)) if len(values) <= MARKED else (here,)
    return [
        Mark(float(t), float(values[t]), symbol, colour, 13 if t == here else 7, hollow=t > here)
        for t in shown
    ]


def _places(values: Array, here: int) -> tuple[tuple[float, float], ...]:
    """Return the points where a curve can be named: at the displayed iteration and at its end."""
    return ((float(here), float(values[here])), (float(len(values) - 1), float(values[-1])))
