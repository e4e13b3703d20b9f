"""Why does it climb? log P(x;θ) and the lower bound g_t(θ) that touches it at θ(t)."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QWidget

from emviz.em.bound import Slice, bound_to, entry_label, free_entries, with_entry
from emviz.em.lines import Between, Direction, Goal
from emviz.em.methods import objective_written, why_unbounded
from emviz.em.model import Phase, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import divergence_name, is_exact, is_whole_q
from emviz.em.pictures import COMPLETE
from emviz.em.views import Entry
from emviz.session import NOTHING_YET, NUMBERS, Part, Results, Session, heading, same_round
from emviz.ui.look.lettering import font_for
from emviz.ui.look.motion import Motion
from emviz.ui.look.theme import Theme
from emviz.ui.panels.bound.companions import PROFILE
from emviz.ui.panels.bound.crossing import Crossing
from emviz.ui.panels.bound.line_choice import LineChoice
from emviz.ui.panels.bound.marks import BoundPicture
from emviz.ui.panels.bound.pointing import GapReading, pointed
from emviz.ui.panels.bound.unbounded import Unbounded
from emviz.ui.panels.plot.drawing import Drawing, rounded
from emviz.ui.panels.plot.plot import DASHES, Caption, Drag, Plot, progress_over
from emviz.ui.widgets.card import PICTURE, Card
from emviz.ui.widgets.show_button import ShowButton
from emviz.wording.narration import objective_name
from emviz.wording.profiled import profile_shown

#: How near to the marker a press takes hold of it, in pixels.
GRIP = 18.0
#: A range of nats smaller than this is told relative to log P at θ(t).
TINY = 5e-3
#: How opaque the bounds of the iterations before are, the latest first.
FADED = (0.55, 0.38, 0.24)
#: The characters of the longest usual sentence, after an E-step: so that the plot keeps its height.
LONG = 150
#: The title, and what is left of it in a narrow card.
TITLE, SHORT = "Lower bound", "Bound"
#: A card lower than so many lines has no caption, so that its plot is high enough.
LOW = 11


class BoundPanel(Card):
    """The picture of the lower bound on a slice through parameter space."""

    holds = PICTURE
    concerns = NUMBERS | {
        *(Part.SLICE, Part.EARLIER, Part.PARTS, Part.TRAIL, Part.REFERENCE, Part.NEXT, Part.BOUND),
        *(Part.COMPLETE, Part.PROFILE, Part.PROFILED),
    }
    display_requested = Signal(object)
    start_requested = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, parent=parent)
        self.setObjectName("boundPanel")
        self.plot = Plot(TITLE)
        self.objective_curve = self.plot.curve()
        self.bound_curve = self.plot.curve()
        self.caption = Caption(LONG, most=3)
        self.expected_curve = self.plot.curve()
        self.earlier_curves = tuple(self.plot.curve() for _ in FADED)
        self.profile_curve = self.plot.curve()
        self.choice = LineChoice()
        self.show_button = ShowButton("the lower bound")
        self.gap = GapReading(self.plot)
        self.bar = progress_over(self.plot)
        self.tools.addWidget(self.choice)
        self.tools.addWidget(self.show_button)
        self.body.addWidget(self.plot, 1)
        self.body.addWidget(self.caption)
        self.drag = Drag(self)
        self._motion = Motion(self)
        self._picture: BoundPicture | None = None
        self._pictured: Session | None = None
        self._connect()

    @property
    def picture(self) -> BoundPicture | None:
        """What is drawn."""
        return self._picture

    def render(self, session: Session, results: Results = NOTHING_YET) -> None:  # type: ignore[override]
        """Show the bound at the iteration on display, on the slice that has been drawn for it."""
        super().render(session, results)
        complete = results.reference
        value = None if complete is None else complete.value
        self.choice.fill(session, value is not None and value.name == COMPLETE)
        self._draw()

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        super().apply_theme(theme)
        self.plot.dress(theme, font_for(self))
        self._fit_caption()
        self.show_button.refont()
        self.gap.dress(theme)
        if self._picture is not None:
            self._show(self._picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room in the head for the choice; a low plot needs the room of the caption."""
        super().resizeEvent(event)
        self._fit_caption()
        self._fit_tools()

    def _fit_caption(self) -> None:
        self.caption.setVisible(not self.yields and self.height() >= LOW * self.fontMetrics().height())

    def _connect(self) -> None:
        self.choice.chosen.connect(self._choose)
        self.choice.refused.connect(self.hint.setText)
        self.plot.pressed.connect(self._press)
        self.plot.moved.connect(self._move)
        self.plot.left.connect(self._leave)
        self.plot.released.connect(self._release)
        self.drag.requested.connect(self.start_requested)

    def offer(self, *actions: QAction) -> None:
        """Offer what can be shown besides."""
        self.show_button.offer(*actions)
        self._fit_tools()

    def _fit_tools(self) -> None:
        """Shorten the title where the choice is not whole beside it; then do without the button.

        Its actions are in the menu too.
        """
        offered = bool(self.show_button.menu().actions()) and not self.bare
        button = self.show_button.sizeHint().width() + self.tools.spacing()
        room = self.width() - self.around.width() - 2 * self.head.spacing()
        room -= self.enlarge.sizeHint().width() + self.choice.least_width
        self.title.setText(TITLE)
        if self.title.sizeHint().width() + offered * button > room:
            self.title.setText(SHORT)
        self.show_button.setVisible(offered and self.title.sizeHint().width() + button <= room)

    @Slot(bool)
    def show_earlier(self, shown: bool) -> None:
        """Ask for the bounds of the iterations before, or for none."""
        self.display_requested.emit({"earlier": shown})

    @Slot(bool)
    def show_parts(self, shown: bool) -> None:
        """Ask for what the bound is made of, or for the bound alone."""
        self.display_requested.emit({"parts": shown})

    @Slot(bool)
    def show_profile(self, shown: bool) -> None:
        """Ask for the profile likelihood along an entry of θ, or for none."""
        self.display_requested.emit({"profile": shown})
        if shown and self._picture is not None and self._picture.slice.entry is None:
            self.hint.setText(f"a profile is that of a parameter: choose “{self.choice.first_entry()}”")

    # -- the slice ------------------------------------------------------------------------------------------

    @staticmethod
    def _label(session: Session, entry: Entry) -> str:
        return entry_label(session.model, session.data, entry)

    @Slot(object)
    def _choose(self, direction: Direction) -> None:
        self.display_requested.emit({"slice": direction})

    # -- drawing --------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        """Draw the slice, and say of which step it is.

        One that belongs to another iteration is not drawn, as its own is on the way. While EM runs flat out
        it is, with all that belongs to it: its own would be late as well.
        """
        session, drawn = self.session, self.results.slice
        if session is None or drawn is None:
            return
        if drawn.of.display.slice == session.display.slice:
            if same_round(drawn.of, session) and heading(drawn.of) == heading(session):
                self._draw_slice(drawn.value, session)
            elif self.hurried:
                self._draw_slice(drawn.value, replace(drawn.of, display=session.display))
        if self._pictured is not None:
            self.tell_step(session, picture=self._pictured)

    def _draw_slice(self, drawn: Slice, session: Session) -> None:
        label = "" if drawn.entry is None else self._label(session, drawn.entry)
        complete, model = self.results.reference, session.model
        reference = complete.value if complete is not None and session.display.reference else None
        names = objective_name(session), objective_written(session.method, model, "θ")
        kind = is_exact(model), None if session.method.whole else divergence_name(model), session.display.next
        profile = profile_shown(session, self.results, drawn.entry, label, names[0])
        parts, reason = (
            (session.display.parts, is_whole_q(model), profile),
            why_unbounded(session.method, model),
        )
        shown = (drawn, session.round, label, reference, *names, *kind, *parts)
        ends = _ends(drawn.direction, session.round.base.index)
        if ends is not None:
            aim = drawn.direction.value if isinstance(drawn.direction, Goal) else ""
            picture: BoundPicture = Crossing(*shown, named=ends, aim=aim, reason=reason)
        else:
            picture = Unbounded(*shown, reason=reason) if reason else BoundPicture(*shown)
        before, self._picture = self._picture, picture
        self._pictured = session
        self.choice.name_step(picture.t)
        self._show(picture)
        self._animate(before, picture)
        if before is None or (before.t, before.slice.direction) != (picture.t, drawn.direction):
            self.hint.setText(self._usual_hint())

    def _show(self, picture: BoundPicture) -> None:
        drawn, theme, xs = picture.slice, self.theme, picture.slice.positions
        low, high = picture.range()
        self.objective_curve.show_points(xs, _clipped(drawn.objective, low))
        if picture.begun:
            self.bound_curve.show_points(xs, _clipped(drawn.bound, low))
        else:
            self.bound_curve.show_points([], [])
        self.plot.ink(self.objective_curve, theme.ink, 2.4)
        self.plot.ink(self.bound_curve, theme.bound, 2.6, DASHES[1])
        self._show_companions(picture, low)
        self._dress_axes(picture, high - low)
        self.plot.overlay.drawing = Drawing()
        pad = 0.02 * float(np.ptp(xs))
        self.plot.show_range((float(xs[0]) - pad, float(xs[-1]) + pad), (low, high))
        self.plot.overlay.show(picture.drawing(theme))
        self._place(picture, 1.0)
        self.gap.follow(picture)
        self._tell(picture.sentence(), picture.spoken)

    def _show_companions(self, picture: BoundPicture, low: float) -> None:
        """Draw Q, and the bounds of the iterations before, each fainter than the one after it."""
        beside, xs = picture.companions, picture.slice.positions
        heights = [
            picture.slice.expected if beside.divided else None,
            *(each.bound for each in beside.earlier),
        ]
        for curve, drawn in zip_longest((self.expected_curve, *self.earlier_curves), heights):
            if drawn is None:
                curve.show_points([], [])
            else:
                curve.show_points(xs, _clipped(drawn, low))
        self.plot.ink(self.expected_curve, self.theme.accent, 2.2, DASHES[3])
        for curve, opacity in zip(self.earlier_curves, FADED, strict=True):
            self.plot.ink(curve, self.theme.bound, 2.0, DASHES[1])
            curve.setOpacity(opacity)
        found = None if beside.profile is None else beside.profile.curve
        if found is None:
            self.profile_curve.show_points([], [])
        else:
            self.profile_curve.show_points(found.values, _clipped(found.heights, low))
        self.plot.ink(self.profile_curve, self.theme.component(PROFILE), 2.2, DASHES[6])

    def _dress_axes(self, picture: BoundPicture, span: float) -> None:
        t, bottom, left = picture.t, self.plot.getAxis("bottom"), self.plot.getAxis("left")
        left.base = picture.here[1] if span < TINY else None
        self.plot.name_axis(
            "left", f"nats above {picture.name} at θ({t})" if left.base is not None else "nats"
        )
        self.plot.name_axis("bottom", self._along(picture), picture.label)
        bottom.setTicks(None if picture.label else [picture.ticks])

    def _along(self, picture: BoundPicture) -> str:
        """Return the name of the entry that varies, and how others move with it."""
        session, entry = self._pictured, picture.slice.entry
        if session is None or entry is None:
            return ""
        model, data = session.model, session.data
        if len(free_entries(model, data)) == 1:
            return picture.label
        moving = bound_to(model, data, session.round.base.params, entry)
        return f"{picture.label}, {moving or 'all else held'}"

    def _tell(self, sentence: str, spoken: str) -> None:
        self.caption.tell(sentence)
        self.plot.describe(spoken)
        self.setAccessibleDescription(spoken)

    # -- motion ---------------------------------------------------------------------------------------------

    def _animate(self, before: BoundPicture | None, after: BoundPicture) -> None:
        """Let the bound appear in the E-step and the point move in the M-step; nothing else moves."""
        old, new = None if before is None else before.state, after.state
        if old is not None and old.phase is new.phase and old.base is new.base:
            return
        self._motion.finish()
        if old is None or old.phase is new.phase:
            return
        if new.phase is Phase.E and new.base.index - old.base.index in (0, 1):
            self._motion.play(self._fade_in)
        elif new.phase is Phase.M and old.base is new.base:
            self._motion.play(self._glide)

    def _fade_in(self, part: float) -> None:
        self.bound_curve.setOpacity(part)

    def _glide(self, part: float) -> None:
        if self._picture is not None:
            self._place(self._picture, part)

    def _place(self, picture: BoundPicture, part: float) -> None:
        """Put the moving point where it is: at θ(t), or on the way to θ(t+1)."""
        self.plot.overlay.move_point(picture.point(part))

    # -- dragging θ(0) --------------------------------------------------------------------------------------

    def _grip(self) -> tuple[BoundPicture, Session] | None:
        """Return what can be dragged: θ(0), on the slice along one of its entries."""
        picture, session = self._picture, self.session
        if picture is None or session is None or picture.slice.entry is None or picture.t:
            return None
        return picture, session

    def _near(self, picture: BoundPicture, x: float, y: float) -> bool:
        apart = self.plot.position(x, y) - self.plot.position(*picture.here)
        return QPointF.dotProduct(apart, apart) <= GRIP**2

    def _way(self) -> str:
        """Return how θ(0) is dragged here, or what to do first."""
        session = self.session
        if session is None or self._picture is None:
            return ""
        if self._picture.t:
            return "only θ(0) can be dragged (Home)"
        if self._picture.slice.entry is None:
            return f"to drag θ(0), choose “{self.choice.first_entry()}”"
        return "drag θ(0) to start elsewhere"

    @Slot(float, float)
    def _press(self, x: float, y: float) -> None:
        """Take hold of θ(0); elsewhere, say where it can be."""
        grip = self._grip()
        if grip and self._near(grip[0], x, y):
            self.drag.begin()
            self.plot.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self.hint.setText(self._way())

    @Slot(float, float)
    def _move(self, x: float, y: float) -> None:
        grip, picture = self._grip(), self._picture
        if picture is None:
            return
        if self.drag.active and grip is not None:
            self._drag_to(*grip, x)
            return
        self.gap.show(pointed(picture, x))
        near = self._near(picture, x, y)
        hand = Qt.CursorShape.ForbiddenCursor if grip is None else Qt.CursorShape.OpenHandCursor
        self.plot.setCursor(hand if near else Qt.CursorShape.ArrowCursor)
        self.hint.setText(self._way() if near else self._usual_hint())

    def strip(self, bare: bool) -> None:
        """Do without the choice of the slice as well."""
        super().strip(bare)
        self.choice.setVisible(not bare)
        self._fit_tools()
        self.hint.setText(self._usual_hint())

    def _usual_hint(self) -> str:
        return self._way() if self._grip() is not None and not self.bare else ""

    @Slot()
    def _leave(self) -> None:
        self.gap.show(None)
        self.hint.setText(self._usual_hint())

    def _drag_to(self, picture: BoundPicture, session: Session, x: float) -> None:
        entry = picture.slice.entry
        assert entry is not None
        domain = next(p.domain for p in session.model.parameters(session.data) if p.name == entry.field)
        low, high = domain.span(fields_of(session.start)[entry.field], entry.index)
        moved = with_entry(session.model, session.data, session.start, entry, rounded(x, low, high))
        self.drag.move({entry.field: fields_of(moved)[entry.field]})

    @Slot()
    def _release(self) -> None:
        if self.drag.active:
            self.drag.end()
            self.plot.unsetCursor()


def _clipped(heights: Array, low: float) -> Array:
    """Return the curve cut far below the picture: −∞ cannot be drawn."""
    return np.asarray(np.maximum(heights, low - 1e3 * max(1.0, abs(low))))


def _ends(direction: Direction, t: int) -> tuple[str, str] | None:
    """Return the names of what lies at 0 and at 1, where that is not θ(t) and θ(t+1)."""
    if isinstance(direction, Between):
        return f"θ({direction.first})", f"θ({direction.last})"
    return (f"θ({t})", direction.value) if isinstance(direction, Goal) else None
