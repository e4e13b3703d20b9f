"""The landscape: log P(x;θ) over two entries of θ, with the path of EM on it."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emviz.em.counts.table import Entry
from emviz.em.model import Phase, fields_of
from emviz.em.numerics import Array
from emviz.em.objective.bound import entry_label, entry_value, free_entries, sampled
from emviz.em.objective.heights import Heights
from emviz.em.objective.pairs import is_line, with_pair
from emviz.em.optima.restarts import Kind
from emviz.em.pictures import Landscape
from emviz.session import (
    NOTHING_YET,
    NUMBERS,
    Frame,
    Part,
    Session,
    aimed_at,
    diff,
    frame,
    held,
    news,
    on_axes,
)
from emviz.ui.look.lettering import font_for
from emviz.ui.look.motion import Motion, one_step
from emviz.ui.look.theme import Theme
from emviz.ui.panels.likelihood.series import Series
from emviz.ui.panels.pictures.additions import BoundContours, contour_words, slow_drawing, slow_words
from emviz.ui.panels.pictures.landmarks import places_drawing, shown_landmarks
from emviz.ui.panels.pictures.picture import CLICK, Picture
from emviz.ui.panels.pictures.relief import Relief
from emviz.ui.panels.plot.choices import AxisChoices, Pair
from emviz.ui.panels.plot.drag import Drag
from emviz.ui.panels.plot.drawable import Spots
from emviz.ui.panels.plot.drawing import Drawing, Label, Point, Stroke, Trail, rounded
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.widgets.labels import PlainLabel
from emviz.wording.narration import objective_name
from emviz.wording.numbers import number

Axes = tuple[Entry, Entry]

#: Longest path drawn with dots.
DOTS = 200
#: The sentence on a ridge in the description.
UNDETERMINED = "These data do not determine θ: all along the ridge {name} is the same."
NOTHING = "θ has fewer than two entries that are estimated, so there is no landscape to draw."


class LandscapePicture(Picture[Landscape]):
    """The heat map, the path on it, and the fixed points of EM."""

    concerns = NUMBERS | frozenset(
        (
            Part.TRAIL,
            *(Part.AXES, Part.CONTOURS, Part.SLOWEST, Part.SURFACE, Part.RATE),
            Part.REFERENCE,
            Part.NEXT,
            Part.TARGET,
            Part.HEIGHTS,
            Part.LANDMARKS,
            Part.COMPLETE,
        )
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = Plot("Landscape of log P")
        self.plot.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.plot.setCursor(Qt.CursorShape.CrossCursor)
        self.relief = Relief(self.plot)
        self.bound_contours = BoundContours(self.plot)
        self.path = self.plot.curve()
        self.dots, self.guess = Spots(), Spots()
        self.plot.addItem(self.dots)
        self.plot.addItem(self.guess)
        self.nothing = PlainLabel(NOTHING)
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choices = AxisChoices()
        self._entries: tuple[Entry, ...] = ()
        self.drag = Drag(self)
        self.theme: Theme = self.plot.theme
        self._motion = Motion(self)
        self._series = Series()
        self._session: Session | None = None
        self._before: Session | None = None
        self._drawn = NOTHING_YET
        self._relief: Heights | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for part in (self.plot, self.nothing, self.caption):
            layout.addWidget(part)
        self._connect()

    @property
    def tools(self) -> QWidget:
        """The choice of the axes; hidden if there is none."""
        return self.choices

    @property
    def usual_hint(self) -> str:
        """The hint on choosing a start, where there is a landscape."""
        return "" if self._axes() is None else CLICK

    @property
    def heading(self) -> str:
        """The title, with the entries on the axes."""
        axes = self._axes()
        if axes is None or self._session is None:
            return "Landscape"
        x, y = (self._label(entry) for entry in axes)
        return f"{objective_name(self._session)} over {x} × {y}"

    @property
    def shown(self) -> dict[str, Session]:
        """The session that each part of the picture shows; they differ while new heights are computed."""
        session, heights = self._session, self.results.heights
        if session is None:
            return {}
        if heights is None or held(heights.of) == held(session):
            return {"path": session}
        return {"path": session, "heights": heights.of}

    def show_view(self, view: Landscape, session: Session) -> None:
        """Draw the session's path."""
        self.follow(session)

    def follow(self, session: Session) -> None:
        """Draw the session's path; the heights do not depend on the step."""
        found = news(self._drawn, self.results) & self.concerns
        moved = diff(self._session, session) & self.concerns
        before, self._session, self._drawn = self._session, session, self.results
        if moved:
            self._before = before
            self._move_on(session)
        elif found:
            self._redraw()

    def _move_on(self, session: Session) -> None:
        self._series.follow(session, session.display.axes or ())
        self._fill_choices(session)
        axes = self._axes()
        self.plot.setVisible(axes is not None)
        self.nothing.setVisible(axes is None)
        if axes is not None:
            self._draw(axes)
            self._animate(axes)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        self.theme = theme
        self.plot.dress(theme, font_for(self))
        self.relief.dress(theme)
        self._redraw()

    def show_guess(self, at: Point | None) -> None:
        """Mark a guess of θ with a ring; None removes it."""
        pen = pg.mkPen(self.theme.focus, width=3 * self.plot.devicePixelRatioF())
        points = np.empty((0, 2)) if at is None else np.array([at])
        self.guess.show_points(points, size=17, brush=None, pen=pen)

    def _connect(self) -> None:
        self.choices.chosen.connect(self._choose)
        self.plot.pressed.connect(self._press)
        self.plot.moved.connect(self._move)
        self.plot.released.connect(self.drag.end)
        self.plot.left.connect(self._leave)
        self.drag.requested.connect(self.start_requested)

    def _axes(self) -> Axes | None:
        return None if self._session is None else self._session.display.axes

    def _spans(self, axes: Axes) -> Frame:
        """Return the ranges of the axes."""
        assert self._session is not None
        shown = frame(self._session, self.results)
        assert shown is not None
        return shown

    def _label(self, entry: Entry) -> str:
        assert self._session is not None
        return entry_label(self._session.model, self._session.data, entry)

    # -- the axes -------------------------------------------------------------------------------------------

    def _fill_choices(self, session: Session) -> None:
        axes = session.display.axes
        if axes is None:
            self._entries = ()
            self.choices.fill((), (0, 0))
            return
        listed = sampled(free_entries(session.model, session.data))
        self._entries = tuple(dict.fromkeys((*listed, *axes)))
        # A combo box cannot show subscripts.
        labels = tuple(self._label(entry).replace("_", " ", 1) for entry in self._entries)
        x, y = (self._entries.index(entry) for entry in axes)
        self.choices.fill(labels, (x, y))

    @Slot(object)
    def _choose(self, places: Pair) -> None:
        x, y = places
        self.display_requested.emit({"axes": (self._entries[x], self._entries[y])})

    # -- drawing --------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        axes = self._axes()
        if axes is not None:
            self._draw(axes)

    def _draw(self, axes: Axes) -> None:
        session = self._session
        assert session is not None
        self._draw_relief(axes)
        self.plot.overlay.drawing = Drawing()
        self.plot.show_range(*self._spans(axes))
        for side, entry in zip(("bottom", "left"), axes, strict=True):
            self.plot.name_axis(side, self._label(entry))
        path = self._path(axes)
        self._draw_path(path)
        self.bound_contours.draw(session, self.results, axes, self.theme)
        self._note(self._missing(axes) or slow_words(session, self.results, brief=True))
        self.plot.overlay.show(self._drawing(session, axes, path))
        self.plot.overlay.move_point((float(path[-1, 0]), float(path[-1, 1])))
        self._announce(session, axes)

    def _draw_relief(self, axes: Axes) -> None:
        """Draw the heights if they have changed, and dim them if they are for other axes."""
        heights = None if self.results.heights is None else self.results.heights.value
        if heights is not None and heights is not self._relief:
            self.relief.show(heights)
            self._relief = heights
        self.relief.set_current(heights is not None and (heights.x, heights.y) == axes)

    def _missing(self, axes: Axes) -> str:
        """Return why there are no heights, as a sentence; "" if there are, or while they are computed."""
        session, found = self._session, self.results.heights
        assert session is not None
        if is_line(session.model, session.data, session.round.base.params, axes):
            x, y = map(self._label, axes)
            return f"{x} and {y} always add up to 1, so there is no landscape over both: choose another axis."
        return "" if found is None or (found.value.x, found.value.y) != axes else found.value.withheld

    def _path(self, axes: Axes) -> Array:
        """Return θ(0) … θ(t) on the axes, thinned for a long run; shape (n, 2)."""
        assert self._session is not None
        here, times = self._session.step.index, self._series.drawn(*axes)
        # The last step must be kept, since the moving point is animated along it.
        last = range(max(0, here - 1), here + 1)
        shown = np.append(times[times < last.start], last)
        return np.stack([self._series.values(entry)[shown] for entry in axes], axis=1)

    def _draw_path(self, path: Array) -> None:
        ink, card = QColor(self.theme.ink), QColor(self.theme.card)
        self.path.show_points(path[:, 0], path[:, 1], antialias=len(path) <= DOTS)
        self.plot.ink(self.path, self.theme.ink, 2.0)
        shown = path if len(path) <= DOTS else path[:1]
        self.dots.show_points(
            shown, size=8, brush=pg.mkBrush(ink), pen=pg.mkPen(card, width=self.plot.devicePixelRatioF())
        )

    def _drawing(self, session: Session, axes: Axes, path: Array) -> Drawing:
        marks, labels = places_drawing(session, self.results, axes, self.theme)
        slow, named = slow_drawing(session, self.results, axes, self._spans(axes), self.theme)
        ends = self._ends(session, path)
        trail = Trail(path[:, 0], path[:, 1])
        strokes = (*self._arrow(session, axes, path), *slow)
        return Drawing(tuple(marks), (*ends, *labels, *named), strokes, trails=(trail,))

    def _ends(self, session: Session, path: Array) -> list[Label]:
        here = session.step.index
        ends = [Label(f"θ({here})", self.theme.ink, (_point(path[-1]),), bold=True)]
        if here:
            ends.append(Label("θ(0)", self.theme.ink, (_point(path[0]),)))
        return ends

    def _arrow(self, session: Session, axes: Axes, path: Array) -> tuple[Stroke, ...]:
        """Return an arrow along the coming M-step, after an E-step."""
        known = session.display.next and session.step.phase is Phase.E
        following = aimed_at(session, self.results) if known else None
        if following is None:
            return ()
        points = (_point(path[-1]), on_axes(following, axes))
        apart = self.plot.position(*points[1]) - self.plot.position(*points[0])
        if QPointF.dotProduct(apart, apart) < 9:
            return ()
        return (Stroke(points, self.theme.ink, 2.4, arrow=True),)

    def _announce(self, session: Session, axes: Axes) -> None:
        values = ", ".join(
            f"{self._label(e)} = {number(entry_value(session.step.params, e), 3)}" for e in axes
        )
        places = "; ".join(
            f"{each.kind.value} at ({', '.join(number(v, 2) for v in on_axes(each.params, axes))})"
            for each in shown_landmarks(session, self.results)
        )
        sentences = [f"θ({session.step.index}) is at {values}."]
        if places:
            sentences.append(f"There are: {places}.")
        if any(each.kind is Kind.RIDGE for each in shown_landmarks(session, self.results)):
            sentences.append(UNDETERMINED.format(name=objective_name(session)))
        sentences += [self._missing(axes), contour_words(session), slow_words(session, self.results)]
        words = " ".join(filter(None, sentences))
        self.plot.describe(words)
        self.setAccessibleDescription(words)

    # -- motion ---------------------------------------------------------------------------------------------

    def _animate(self, axes: Axes) -> None:
        """Move the point to θ(t+1) after an M-step."""
        self._motion.finish()
        after = self._session
        if after is not None and after.step.phase is Phase.M and one_step(self._before, after):
            self._motion.play(self._glide)

    def _glide(self, part: float) -> None:
        axes = self._axes()
        if axes is not None:
            path = self._path(axes)
            x, y = path[-2] + part * (path[-1] - path[-2]) if len(path) > 1 else path[-1]
            self.plot.overlay.move_point((float(x), float(y)))

    # -- choosing θ(0) --------------------------------------------------------------------------------------

    @Slot(float, float)
    def _press(self, x: float, y: float) -> None:
        self.drag.begin()
        self._start_at(x, y)

    @Slot(float, float)
    def _move(self, x: float, y: float) -> None:
        if self.drag.active:
            self._start_at(x, y)
        session, height = self._session, self.relief.value_at(x, y)
        if session is None or session.display.axes is None:
            return
        parts = [f"({number(x, 2)}, {number(y, 2)})"]
        if height is not None and np.isfinite(height):
            parts.append(f"{objective_name(session)} ≈ {number(height, 1)}")
        self.hinted.emit(", ".join(parts))

    def _start_at(self, x: float, y: float) -> None:
        axes, session = self._axes(), self._session
        if axes is None or session is None:
            return
        across, up = self._spans(axes)
        at = rounded(x, *across), rounded(y, *up)
        moved = with_pair(session.model, session.data, session.start, axes, at)
        if moved is None:
            return
        changed = {entry.field for entry in axes}
        self.drag.move({name: value for name, value in fields_of(moved).items() if name in changed})


def _point(row: Array) -> Point:
    return float(row[0]), float(row[1])
