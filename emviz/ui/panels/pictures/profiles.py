"""The picture of profiles: a panel per component, with every row as a line as opaque as its probability."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from emviz.data.things import things
from emviz.em.numerics import Array
from emviz.em.pictures import Profiles
from emviz.session import Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.motion import Motion, one_step
from emviz.ui.look.style import SMALL
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.handles import nearest
from emviz.ui.panels.pictures.picture import Picture
from emviz.ui.panels.plot.bundle import LEAST, Bundle, LineStyle
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.panels.plot.naming import fitting, sized
from emviz.ui.panels.plot.plot import DASHES
from emviz.ui.panels.plot.tiles import Tile, Tiles
from emviz.ui.widgets.labels import with_scripts
from emviz.wording.numbers import figure, number

#: Most points of all lines together; if there are more, only every 2nd, 4th, … row is drawn.
MOST = 50_000
#: Most points drawn with antialiasing, which is slow.
SMOOTH = 20_000
#: Opacity steps of all panels together.
CLASSES = 128
#: Most lines of a panel at full opacity; with more they are fainter, down to this alpha, of 255.
FULL, FAINTEST = 30, 40
#: Part of the values that may be beyond the picture at either end, so that outliers do not flatten it.
BEYOND = 0.001
#: Distance from a line within which the mouse is on it, in pixels.
REACH = 24.0
#: Columns up to which there is more room at the ends, so that all names fit.
FEW = 10
#: Most letters of a name on the axis, and the gap between two, in pixels.
LETTERS, APART = 12, 8


class Panel(Tile):
    """The panel of a component: its rows, its mean, the reference's mean and the selected row."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self.bundle = Bundle()
        self.bundle.setZValue(-10)
        self.plot.addItem(self.bundle)
        # The halo separates the mean from the rows.
        self.halo, self.mean, self.reference, self.selected = (self.plot.curve() for _ in range(4))


class ProfilesPicture(Picture[Profiles]):
    """Small multiples: one panel per component."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panels: list[Panel] = []
        self.tiles = Tiles(self)
        self._shown: tuple[Profiles, Session] | None = None
        self._lines: Profiles | None = None
        self._old = self._means = np.empty((0, 0))
        self._motion = Motion(self)
        self._stack(self.tiles)
        self.setAccessibleName("Profiles")
        self.tiles.arranged.connect(self._label)

    def show_view(self, view: Profiles, session: Session) -> None:
        """Draw a view; after an M-step the means glide."""
        self._motion.finish()
        before, self._shown = self._shown, (view, session)
        self._note(_noted(view))
        self._old = self._means if self._means.shape == view.means.shape else view.means
        self._means = view.means
        self._draw(view)
        if before is not None and one_step(before[1], session):
            self._move(0.0)
            self._motion.play(self._move)
        else:
            self._move(1.0)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        super().apply_theme(theme)
        self._motion.finish()
        self._lines = None
        for panel in self.panels:
            panel.plot.dress(theme, font_for(self))
        if self._shown is not None:
            self._draw(self._shown[0])
            self._move(1.0)

    # -- drawing --------------------------------------------------------------------------------------------

    def _draw(self, view: Profiles) -> None:
        self._match(view)
        y, air = _heights(view), _air(view.values.shape[1])
        known = self._lines is not None and _same_lines(self._lines, view)
        for k, panel in enumerate(self.panels):
            if not known:
                self._draw_lines(panel, view, k)
            panel.plot.show_range((-air, view.values.shape[1] - 1 + air), y)
            self._draw_reference(panel, view, k)
            self._draw_selected(panel, view)
            panel.plot.ink(panel.halo, self.theme.card, 6.5)
            panel.plot.ink(panel.mean, self.theme.component(k), 3.6)
        self._lines = view
        self._lay_out()
        self._announce(view)

    def _draw_lines(self, panel: Panel, view: Profiles, component: int) -> None:
        step, points = thinned(view)
        weights = _weights(view, component)[::step]
        visible = max(1, int((weights >= LEAST).sum()))
        colour = self.theme.muted if view.shares is None else self.theme.component(component)
        opacity = max(FAINTEST, round(255 * min(1.0, math.sqrt(FULL / visible))))
        classes = max(12, CLASSES // len(view.names))
        style = LineStyle(colour, opacity, classes, points <= SMOOTH)
        panel.bundle.show_lines(view.values[::step], weights, style)

    def _match(self, view: Profiles) -> None:
        """Create or remove panels until there is one per component."""
        while len(self.panels) < len(view.names):
            place = len(self.panels)
            panel = Panel(f"Profiles of {view.names[place]}", self.tiles)
            panel.plot.dress(self.theme, font_for(self))
            panel.plot.pressed.connect(partial(self._press, place))
            panel.plot.moved.connect(partial(self._hover, place))
            panel.plot.left.connect(self._leave)
            self.panels.append(panel)
        while len(self.panels) > len(view.names):
            panel = self.panels.pop()
            panel.hide()
            panel.deleteLater()

    def _draw_reference(self, panel: Panel, view: Profiles, component: int) -> None:
        mean = np.empty(0) if view.reference is None else view.reference[component]
        panel.reference.show_points(np.arange(len(mean)), mean)
        panel.plot.ink(panel.reference, self.theme.ink, 2.2, DASHES[2])

    def _draw_selected(self, panel: Panel, view: Profiles) -> None:
        values = np.empty(0) if view.row is None else view.values[view.row]
        panel.selected.show_points(np.arange(len(values)), values, connect="finite")
        panel.plot.ink(panel.selected, self.theme.ink, 2.2)

    def _move(self, part: float) -> None:
        means = self._old + part * (self._means - self._old)
        places = np.arange(means.shape[1] if means.ndim == 2 else 0)
        for panel, mean in zip(self.panels, means, strict=True):
            panel.halo.show_points(places, mean)
            panel.mean.show_points(places, mean)

    def _lay_out(self) -> None:
        metrics = QFontMetricsF(sized(font_for(self), SMALL))
        left = math.ceil(metrics.horizontalAdvance("\N{MINUS SIGN}00.0")) + 8
        self.tiles.lay_out(self.panels, left, math.ceil(metrics.height()) + 8)

    @Slot()
    def _label(self) -> None:
        """Write the titles and the axes' names that fit."""
        if self._shown is None:
            return
        (view, session), plain = self._shown, font_for(self)
        names = ticks(view.columns, float(self.tiles.cell[0]), QFontMetricsF(sized(plain, SMALL)))
        for k, panel in enumerate(self.panels[: len(view.names)]):
            left, bottom = self.tiles.outer(k)
            across, up = panel.plot.getAxis("bottom"), panel.plot.getAxis("left")
            across.setTicks([names if bottom else []])
            across.setHeight(self.tiles.margins[1] if bottom else 1)
            up.setStyle(showValues=left)
            up.setWidth(self.tiles.margins[0] if left else 1)
            titles = _titles(view, k, session.model.words.units)
            text = rich(fitting(titles, panel.width(), sized(plain, 1.0, bold=True)))
            panel.title.setFont(plain)
            panel.title.setText(
                f'<b style="color: {self.theme.component(k)}">{with_scripts(text, plain)}</b>'
            )

    def _announce(self, view: Profiles) -> None:
        sentences = [f"{things(view.values.shape[0], 'row')} over {things(len(view.columns), 'column')}."]
        for k, panel in enumerate(self.panels):
            mean = view.means[k]
            count = "" if view.counts is None else f"{_count(view, k)} rows {view.counted}, "
            words = f"{view.names[k]}: {count}its mean {_ends(view, mean)}."
            panel.plot.describe(words)
            sentences.append(words)
        self.setAccessibleDescription(" ".join(sentences))

    # -- the mouse ------------------------------------------------------------------------------------------

    def _press(self, place: int, x: float, y: float) -> None:
        """Select the row under the mouse; a second press deselects it."""
        row = self._row_at(place, x, y)
        if self._shown is not None and row is not None:
            view, _ = self._shown
            chosen = None if row == view.row else _row_of(view, row)
            self.display_requested.emit({"row": chosen})

    def _hover(self, place: int, x: float, y: float) -> None:
        row = self._row_at(place, x, y)
        if self._shown is None or row is None:
            self.hinted.emit("")
            return
        view = self._shown[0]
        shares = [] if view.shares is None else view.shares[row].tolist()
        words = ", ".join(f"{name} {number(part, 2)}" for name, part in zip(view.names, shares, strict=False))
        self.hinted.emit(f"row {_row_of(view, row) + 1}" + (f": {words}" if words else ""))

    def _row_at(self, place: int, x: float, y: float) -> int | None:
        """Return the visible row whose line is nearest, within reach of the mouse."""
        if self._shown is None:
            return None
        view = self._shown[0]
        scale = self.panels[place].plot.overlay.scale()
        heights = values_at(view.values, x)
        pixels = scale.pixels(np.column_stack([np.full(len(heights), x), heights]))[:, 1]
        apart = np.abs(pixels - scale.pixels([(x, y)])[0, 1])
        apart[_weights(view, place) < LEAST] = np.inf
        return nearest(np.where(np.isfinite(apart), apart, np.inf), REACH)


def thinned(view: Profiles) -> tuple[int, int]:
    """Return the step between drawn rows, and the number of points drawn."""
    panels = len(view.names)
    shown = len(view.values) * panels if view.shares is None else int((view.shares >= LEAST).sum())
    points = shown * view.values.shape[1]
    step = 2 ** max(0, math.ceil(math.log2(max(points, 1) / MOST)))
    return step, points // step


def _air(columns: int) -> float:
    """Return how far the axis extends beyond the first and the last column, in columns."""
    return 0.5 if columns <= FEW else 0.3


def _row_of(view: Profiles, place: int) -> int:
    """Return the data row of a line."""
    return place if view.rows is None else int(view.rows[place])


def _same_lines(before: Profiles, after: Profiles) -> bool:
    """Return whether two views have the same rows and shares."""
    if len(before.names) != len(after.names) or (before.shares is None) != (after.shares is None):
        return False
    shares = before.shares is None or after.shares is None or np.array_equal(before.shares, after.shares)
    return shares and np.array_equal(before.values, after.values, equal_nan=True)


def values_at(values: Array, x: float) -> Array:
    """Return the interpolated heights of lines at a position, shape (n,).

    Parameters
    ----------
    values : Array, shape (n, d)
        Heights at the positions 0 … d−1.
    x : float
        The position, clipped to 0 … d−1.
    """
    last = values.shape[1] - 1
    before = min(max(int(x), 0), last)
    after, part = min(before + 1, last), min(max(x - before, 0.0), 1.0)
    return np.asarray(values[:, before] + part * (values[:, after] - values[:, before]))


def ticks(names: tuple[str, ...], width: float, metrics: QFontMetricsF) -> list[tuple[int, str]]:
    """Return the columns that are named on an axis: all if they fit, else some at equal distances.

    Parameters
    ----------
    names : tuple of str
        The names of the columns.
    width : float
        Length of the axis, in pixels.
    """
    short = [name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…" for name in names]
    widths = [metrics.horizontalAdvance(name) for name in short]
    air = _air(len(names))
    room = width / max(1.0, len(names) - 1 + 2 * air)
    step = max(1, math.ceil((max(widths, default=0.0) + APART) / room))
    # The first and the last name must not reach beyond the axis.
    fitting = [
        place
        for place, wide in enumerate(widths)
        if wide / 2 <= min(place + air, len(names) - 1 + air - place) * room
    ]
    return [(place, short[place]) for place in fitting[::step]]


def _noted(view: Profiles) -> str:
    """Return the note, with a sentence on the reference if there is one."""
    dashed = "" if view.reference is None else f"Dashed: the nearest mean of the {view.reference_name}."
    return " ".join(filter(None, (view.note, dashed)))


def _count(view: Profiles, component: int) -> str:
    """Return the number of rows in a component: an expected one with a decimal, a counted one without."""
    assert view.counts is not None
    return number(float(view.counts[component]), 1 if view.counted == "expected" else 0)


def _titles(view: Profiles, component: int, units: str) -> tuple[str, ...]:
    """Return the possible titles of a panel, the longest first."""
    name = view.names[component]
    if view.counts is None:
        return (name,)
    count = _count(view, component)
    return f"{name} · {count} {units}", f"{name} · {count}", name


def _weights(view: Profiles, component: int) -> Array:
    """Return the share of each row in a component, shape (n,); before the first E-step, ½ for all."""
    if view.shares is None:
        return np.full(len(view.values), 0.5)
    return view.shares[:, component]


def _ends(view: Profiles, mean: Array) -> str:
    """Return the highest and the lowest point of a mean in words."""
    if np.all(np.isnan(mean)):
        return "unknown"
    ends = (
        f"{way} at {view.columns[place]} with {figure(float(mean[place]), 3)}"
        for way, place in (("highest", int(np.nanargmax(mean))), ("lowest", int(np.nanargmin(mean))))
    )
    return " and ".join(ends)


def _heights(view: Profiles) -> tuple[float, float]:
    """Return the range of all panels: nearly all values, and all means."""
    known = view.means if view.reference is None else np.concatenate([view.means, view.reference])
    finite, means = (array[np.isfinite(array)] for array in (view.values, known))
    ends = np.quantile(finite, (BEYOND, 1 - BEYOND)) if len(finite) else np.array([0.0, 1.0])
    low, high = means.min(initial=ends[0]), means.max(initial=ends[1])
    air = 0.05 * float(high - low) or 0.5
    return float(low) - air, float(high) + air
