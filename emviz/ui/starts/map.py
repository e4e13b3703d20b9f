"""The map of basins: colour and number of the optimum reached, over two entries of θ(0)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from emviz.data.things import things
from emviz.em.methods import objective_written
from emviz.em.objective.bound import entry_label, free_entries, sampled
from emviz.em.optima.basins import FAILED, IMPOSSIBLE, PENDING, STOPPED, Basins, End
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.panels.plot.choices import AxisChoices
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark
from emviz.ui.panels.plot.plot import Caption, Plot
from emviz.ui.panels.plot.raster import Raster
from emviz.ui.starts.chart import Chart
from emviz.ui.starts.looks import colour_of
from emviz.ui.widgets.grid import badge, badge_side
from emviz.ui.widgets.labels import PlainLabel
from emviz.wording.numbers import number

#: Transparency of a basin's colour, and of the colours for starts without an optimum.
MUTED, FAINT = 0.45, 0.7
#: Ends with at most this many cells, relative to those along an axis, are drawn opaque.
THIN = 2
#: Pixels per cell, for sharp edges, and number of ends named in the legend.
SHARP, NAMED = 8, 12
HINT = "Click a point, or press Enter, to run from there."
#: Cells that an arrow key moves the cursor by.
WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}


class MapPlot(Plot):
    """A plot with a cursor that the arrow keys move from cell to cell."""

    #: Arrow keys, right and up; Enter.
    strode = Signal(int, int)
    entered = Signal()

    def __init__(self) -> None:
        super().__init__("Basins: which start ends where")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor, or choose its position."""
        if event.key() in WAYS:
            self.strode.emit(*WAYS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            event.ignore()


class MapPage(QWidget):
    """The map, its axes and its legend.

    Parameters
    ----------
    session : Session
        Supplies the entries of θ(0).
    """

    #: Indices of the two chosen entries.
    axes_chosen = Signal(object)
    #: Request to start at a point, given by the values on the axes.
    chosen = Signal(float, float)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.entries = sampled(free_entries(session.model, session.data))
        self.chart: Chart | None = None
        self._cursor: tuple[int, int] | None = None
        self.theme: Theme = LIGHT
        self.plot, self.choices, self.legend = MapPlot(), AxisChoices(), Legend()
        self.raster = Raster()
        self.raster.setZValue(-20)
        self.plot.addItem(self.raster)
        self.caption = Caption()
        self._arrange()
        self.choices.chosen.connect(self.axes_chosen)
        self.plot.pressed.connect(self._press)
        self.plot.moved.connect(self._point)
        self.plot.left.connect(self._render_caption)
        self.plot.strode.connect(self._stride)
        self.plot.entered.connect(self._enter)

    def offer(self, places: tuple[int, int]) -> None:
        """List the entries for the axes, with two of them selected."""
        model, data = self._session.model, self._session.data
        self.choices.fill(tuple(entry_label(model, data, entry) for entry in self.entries), places)

    def show_chart(self, chart: Chart | None) -> None:
        """Show a map; None for none."""
        self.chart = chart
        if chart is None:
            self.raster.clear()
            self._cursor = None
            self.plot.overlay.show(Drawing())
        else:
            self._draw(chart)
        self.legend.show_ends(self._session, chart.basins if chart is not None else None)
        self._render_caption()

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font."""
        self.theme = theme
        self.plot.dress(theme, font_for(self))
        self.legend.apply_theme(theme)
        self.show_chart(self.chart)

    def sentence_at(self, x: float, y: float) -> str:
        """Return a sentence on where the start at a point leads."""
        if self.chart is None:
            return ""
        found = self.chart.basins
        i, j = found.cell(x, y)
        model, data = self._session.model, self._session.data
        pairs = ((found.x, found.xs[i]), (found.y, found.ys[j]))
        at = ", ".join(f"{entry_label(model, data, entry)} = {number(value, 3)}" for entry, value in pairs)
        return f"From {at}: {_fate(found, i, j)}."

    def _draw(self, chart: Chart) -> None:
        found = chart.basins
        xs, ys = found.xs, found.ys
        across, up = float(xs[1] - xs[0]), float(ys[1] - ys[0])
        # The values are the middles of their cells.
        low = float(xs[0]) - across / 2, float(ys[0]) - up / 2
        size = len(xs)
        area = QRectF(*low, size * across, size * up)
        self.raster.show_pixels(_pixels(found, self.theme), area)
        # Otherwise the labels would be placed again for each axis.
        self.plot.overlay.drawing = Drawing()
        self.plot.show_range((low[0], low[0] + size * across), (low[1], low[1] + size * up))
        for side, entry in zip(("bottom", "left"), (found.x, found.y), strict=True):
            label = entry_label(self._session.model, self._session.data, entry)
            self.plot.name_axis(side, f"{label} of θ(0)", label)
        self.plot.overlay.show(self._drawing(chart))
        self.plot.describe(_summary(self._session, found))

    def _drawing(self, chart: Chart) -> Drawing:
        found, theme = chart.basins, self.theme
        labels = [
            Label(end.name, theme.ink, (spot,), bold=True)
            for end, spot in zip(found.ends[:NAMED], chart.spots, strict=False)
        ]
        marks = list[Mark]()
        # A map begun anew is coarser, and may have no cell there.
        if self._cursor is not None and self._cursor[0] < len(found.xs) > self._cursor[1]:
            x, y = float(found.xs[self._cursor[0]]), float(found.ys[self._cursor[1]])
            marks = [Mark(x, y, "s", theme.ink, 11, hollow=True)]
        return Drawing(tuple(marks), tuple(labels))

    @Slot()
    def _render_caption(self) -> None:
        held = ""
        if len(free_entries(self._session.model, self._session.data)) > 2:
            held = " The other entries of θ(0) are the current ones."
        self.caption.show_text(f"{HINT}{held}" if self.chart is not None else "")

    @Slot(float, float)
    def _point(self, x: float, y: float) -> None:
        if self.chart is not None:
            self.caption.show_text(self.sentence_at(x, y))

    @Slot(float, float)
    def _press(self, x: float, y: float) -> None:
        if self.chart is not None:
            self._take(*self.chart.basins.cell(x, y))

    @Slot(int, int)
    def _stride(self, across: int, up: int) -> None:
        if self.chart is None:
            return
        found = self.chart.basins
        last = len(found.xs) - 1
        i, j = self._cursor or (last // 2, last // 2)
        self._cursor = min(max(i + across, 0), last), min(max(j + up, 0), last)
        self.plot.overlay.show(self._drawing(self.chart))
        sentence = self.sentence_at(float(found.xs[self._cursor[0]]), float(found.ys[self._cursor[1]]))
        self.caption.show_text(sentence)
        self.plot.describe(sentence)

    @Slot()
    def _enter(self) -> None:
        if self.chart is not None and self._cursor is not None:
            self._take(*self._cursor)

    def _take(self, i: int, j: int) -> None:
        found = self.chart.basins if self.chart is not None else None
        if found is not None and found.which[i, j] != IMPOSSIBLE:
            self.chosen.emit(float(found.xs[i]), float(found.ys[j]))

    def _arrange(self) -> None:
        beside = QVBoxLayout()
        beside.addWidget(self.choices)
        beside.addWidget(self.legend)
        beside.addStretch(1)
        above = QHBoxLayout()
        above.addWidget(self.plot, 1)
        above.addLayout(beside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(above, 1)
        layout.addWidget(self.caption)


class Legend(QWidget):
    """A badge for each end, with its description and the number of its starts."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = LIGHT
        self.badges: list[QLabel] = []
        self.lines: list[PlainLabel] = []
        self._ends: tuple[End, ...] = ()
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(8)
        self.grid.setColumnStretch(1, 1)

    def show_ends(self, session: Session, found: Basins | None) -> None:
        """List the ends of a map."""
        self._ends = found.ends[:NAMED] if found is not None else ()
        texts = [_line(session, end) for end in self._ends] + (_others(found) if found is not None else [])
        while len(self.lines) < len(texts):
            self._add_line()
        for place, line in enumerate(self.lines):
            shown = place < len(texts)
            line.setVisible(shown)
            self.badges[place].setVisible(place < len(self._ends))
            line.setText(texts[place] if shown else "")
        self._paint()

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self.theme = theme
        self._paint()

    def _add_line(self) -> None:
        row = len(self.lines)
        self.badges.append(QLabel())
        self.lines.append(PlainLabel())
        self.grid.addWidget(self.badges[row], row, 0)
        self.grid.addWidget(self.lines[row], row, 1)

    def _paint(self) -> None:
        side = badge_side(self.font())
        for place, (end, label) in enumerate(zip(self._ends, self.badges, strict=False)):
            drawn = badge(end.name, colour_of(place, self.theme), self.theme.card, self.font())
            label.setPixmap(drawn.pixmap(side, side))


def _fate(found: Basins, i: int, j: int) -> str:
    """Return what happens to the start in a cell."""
    place, done = int(found.which[i, j]), things(int(found.iterations[i, j]), "iteration")
    if place >= 0:
        return f"to {found.ends[place].name} in {done}"
    return {
        PENDING: "not run yet",
        STOPPED: f"not converged when stopped after {done}",
        FAILED: f"failed after {done}",
        IMPOSSIBLE: "there is no such θ",
    }[place]


def _line(session: Session, end: End) -> str:
    raised = objective_written(session.method, session.model)
    kind = end.optimum.place.value if end.optimum.place else "optimum"
    return f"{kind}, {raised} {number(end.optimum.objective, 4)}: {things(end.cells, 'start')}"


def _others(found: Basins) -> list[str]:
    """Return texts about cells whose end is not in the legend."""
    parts = []
    more = sum(end.cells for end in found.ends[NAMED:])
    if more:
        parts.append(f"further optima: {things(more, 'start')}")
    for code, words in ((STOPPED, "not converged when stopped"), (FAILED, "failed")):
        many = int((found.which == code).sum())
        if many:
            parts.append(f"{words}: {things(many, 'start')}")
    return parts


def _summary(session: Session, found: Basins) -> str:
    parts = [f"{end.name}, {_line(session, end)}" for end in found.ends[:NAMED]] + _others(found)
    return "; ".join(parts)


def _pixels(found: Basins, theme: Theme) -> NDArray[np.uint8]:
    """Return the picture, lowest row first, shape (rows, columns, 4)."""
    codes = {PENDING: theme.faint, STOPPED: theme.muted, FAILED: theme.fault, IMPOSSIBLE: theme.card}
    # Thin regions, such as the starts that lead to a saddle, are drawn opaque to be visible.
    thin = THIN * len(found.xs)
    ends = [
        _mixed(colour_of(place, theme), theme.card, MUTED if end.cells > thin else 0.0)
        for place, end in enumerate(found.ends)
    ]
    # Negative codes index the palette from its end.
    nowhere = [_mixed(codes[code], theme.card, FAINT) for code in sorted(codes)]
    palette = np.array([*ends, *nowhere], dtype=np.uint8)
    sharp = np.repeat(np.repeat(palette[found.which], SHARP, axis=0), SHARP, axis=1)
    return np.ascontiguousarray(np.swapaxes(sharp, 0, 1))


def _mixed(colour: str, card: str, muted: float) -> list[int]:
    channels = zip(_channels(colour), _channels(card), strict=True)
    return [*(round((1 - muted) * one + muted * other) for one, other in channels), 255]


def _channels(colour: str) -> tuple[int, int, int]:
    shown = QColor(colour)
    return shown.red(), shown.green(), shown.blue()
