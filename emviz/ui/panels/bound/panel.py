"""The panel of log P(x;θ) and the lower bound g_t(θ) that touches it at θ(t), which show why EM climbs."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QWidget

from emviz.em.counts.table import Entry
from emviz.em.methods import objective_written, why_unbounded
from emviz.em.model import Phase, fields_of
from emviz.em.objective.bound import Slice, bound_to, entry_label, free_entries, with_entry
from emviz.em.objective.lines import Between, Direction, Goal
from emviz.em.optional import divergence_name, is_exact, is_whole_q
from emviz.em.pictures import COMPLETE
from emviz.session import NUMBERS, Part, Results, Session, heading, same_round
from emviz.ui.look.lettering import font_for
from emviz.ui.look.motion import Motion
from emviz.ui.look.theme import Theme
from emviz.ui.panels.bound.companions import PROFILE
from emviz.ui.panels.bound.crossing import Crossing
from emviz.ui.panels.bound.line_choice import LineChoice
from emviz.ui.panels.bound.marks import BoundPicture
from emviz.ui.panels.bound.pointing import GapReading, pointed
from emviz.ui.panels.bound.unbounded import Unbounded
from emviz.ui.panels.plot.drag import Drag
from emviz.ui.panels.plot.drawable import clipped
from emviz.ui.panels.plot.drawing import Drawing, rounded
from emviz.ui.panels.plot.plot import DASHES, Caption, Plot
from emviz.ui.widgets.card import PICTURE, Card
from emviz.ui.widgets.show_button import ShowButton
from emviz.wording.narration import objective_name
from emviz.wording.profiled import profile_shown

#: Distance from the marker within which a press grabs it, in pixels.
GRIP = 18.0
#: On a range below this, in nats, ticks are relative to log P at θ(t): they would share most digits.
TINY = 5e-3
#: Opacity of the earlier bounds, the latest first.
FADED = (0.55, 0.38, 0.24)
#: Characters of the longest ordinary sentence, after an E-step; room for it keeps the plot's height.
LONG = 150
#: The title, and its short form in a narrow card.
TITLE, SHORT = "Lower bound", "Bound"
#: Height of a card, in lines, from which there is room for the caption.
LOW = 11


class BoundPanel(Card):
    """The lower bound on a slice through parameter space."""

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
        """The picture drawn; None before the first slice arrives."""
        return self._picture

    def show_session(self, session: Session, results: Results) -> None:
        """Show the bound at the displayed iteration, as soon as its slice is computed."""
        super().show_session(session, results)
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
        """Fit caption and head to the new size."""
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
        """Add actions to the button that shows more."""
        self.show_button.offer(*actions)
        self._fit_tools()

    def _fit_tools(self) -> None:
        """Shorten the title where the choice lacks room beside it, then hide the button.

        The button's actions are in the window's menu too.
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
        """Request the earlier bounds, or none."""
        self.display_requested.emit({"earlier": shown})

    @Slot(bool)
    def show_parts(self, shown: bool) -> None:
        """Request the parts of the bound, or the bound alone."""
        self.display_requested.emit({"parts": shown})

    @Slot(bool)
    def show_profile(self, shown: bool) -> None:
        """Request the profile likelihood along an entry of θ, or none."""
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
        """Draw the slice, and stamp the card with its step.

        A slice of another iteration is skipped, since the right one is on its way. While EM runs flat out it
        is drawn with its own session: the right one would come too late as well.
        """
        session, drawn = self.session, self.results.slice
        if session is None or drawn is None:
            return
        if drawn.of.display.slice == session.display.slice:
            # Slices arrive late: another iteration, or another line, may be displayed by now.
            if same_round(drawn.of, session) and heading(drawn.of) == heading(session):
                self._draw_slice(drawn.value, session)
            elif self.hurried:
                self._draw_slice(drawn.value, replace(drawn.of, display=session.display))
        if self._pictured is not None:
            self.stamp_step(session, picture=self._pictured)

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
        self.objective_curve.show_points(xs, clipped(drawn.objective, low))
        if picture.begun:
            self.bound_curve.show_points(xs, clipped(drawn.bound, low))
        else:
            self.bound_curve.show_points([], [])
        self.plot.ink(self.objective_curve, theme.ink, 2.4)
        self.plot.ink(self.bound_curve, theme.bound, 2.6, DASHES[1])
        self._show_companions(picture, low)
        self._dress_axes(picture, high - low)
        # A new range lays out the overlay at once, and would place the old labels in vain.
        self.plot.overlay.drawing = Drawing()
        pad = 0.02 * float(np.ptp(xs))
        self.plot.show_range((float(xs[0]) - pad, float(xs[-1]) + pad), (low, high))
        self.plot.overlay.show(picture.drawing(theme))
        self._place(picture, 1.0)
        self.gap.follow(picture)
        self.caption.show_text(picture.sentence())
        self.plot.describe(picture.spoken)
        self.setAccessibleDescription(picture.spoken)

    def _show_companions(self, picture: BoundPicture, low: float) -> None:
        """Draw Q, the earlier bounds, each fainter than the next, and the profile."""
        beside, xs = picture.companions, picture.slice.positions
        heights = [
            picture.slice.expected if beside.divided else None,
            *(each.bound for each in beside.earlier),
        ]
        for curve, drawn in zip_longest((self.expected_curve, *self.earlier_curves), heights):
            if drawn is None:
                curve.show_points([], [])
            else:
                curve.show_points(xs, clipped(drawn, low))
        self.plot.ink(self.expected_curve, self.theme.accent, 2.2, DASHES[3])
        for curve, opacity in zip(self.earlier_curves, FADED, strict=True):
            self.plot.ink(curve, self.theme.bound, 2.0, DASHES[1])
            curve.setOpacity(opacity)
        found = None if beside.profile is None else beside.profile.curve
        if found is None:
            self.profile_curve.show_points([], [])
        else:
            self.profile_curve.show_points(found.values, clipped(found.heights, low))
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
        """Return the name of the entry that varies, and how the others move with it."""
        session, entry = self._pictured, picture.slice.entry
        if session is None or entry is None:
            return ""
        model, data = session.model, session.data
        if len(free_entries(model, data)) == 1:
            return picture.label
        moving = bound_to(model, data, session.round.base.params, entry)
        return f"{picture.label}, {moving or 'all else held'}"

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
            self._motion.play(self.bound_curve.setOpacity)
        elif new.phase is Phase.M and old.base is new.base:
            self._motion.play(self._glide)

    def _glide(self, part: float) -> None:
        if self._picture is not None:
            self._place(self._picture, part)

    def _place(self, picture: BoundPicture, part: float) -> None:
        """Place the moving point at θ(t), or a part of the way to θ(t+1)."""
        self.plot.overlay.move_point(picture.point(part))

    # -- dragging θ(0) --------------------------------------------------------------------------------------

    def _grip(self) -> tuple[BoundPicture, Session] | None:
        """Return picture and session where θ(0) can be dragged: on the slice along one of its entries."""
        picture, session = self._picture, self.session
        if picture is None or session is None or picture.slice.entry is None or picture.t:
            return None
        return picture, session

    def _near(self, picture: BoundPicture, x: float, y: float) -> bool:
        apart = self.plot.position(x, y) - self.plot.position(*picture.here)
        return QPointF.dotProduct(apart, apart) <= GRIP**2

    def _way(self) -> str:
        """Return a hint on how to drag θ(0) here, or what to do first."""
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
        """Grab θ(0); anywhere else, show how it can be dragged."""
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
        cursor = Qt.CursorShape.ForbiddenCursor if grip is None else Qt.CursorShape.OpenHandCursor
        self.plot.setCursor(cursor if near else Qt.CursorShape.ArrowCursor)
        self.hint.setText(self._way() if near else self._usual_hint())

    def strip(self, bare: bool) -> None:
        """Hide the choice of the slice as well."""
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


def _ends(direction: Direction, t: int) -> tuple[str, str] | None:
    """Return the names of the points at 0 and 1; None on the lines on which EM itself moves."""
    if isinstance(direction, Between):
        return f"θ({direction.first})", f"θ({direction.last})"
    return (f"θ({t})", direction.value) if isinstance(direction, Goal) else None
