"""The picture of the lower bound as data: marks and labels, and the sentence under it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.model import Phase
from emviz.em.numerics import Array, quantile
from emviz.em.objective.bound import entry_value
from emviz.ui.look.theme import Theme
from emviz.ui.panels.bound.companions import Companions
from emviz.ui.panels.plot.drawing import Bracket, Drawing, Inset, Label, Mark, Point, Stroke, Trail
from emviz.wording.bound import BoundStory
from emviz.wording.numbers import figure, number

#: A gap smaller than this part of the range is magnified in an inset.
SMALL_GAP = 0.06


@dataclass(frozen=True)
class BoundPicture(BoundStory):
    """A slice with its marks and labels."""

    @property
    def companions(self) -> Companions:
        """The optional curves beside the bound."""
        earlier = self.slice.earlier if self.begun else ()
        about = self.slice, self.t, self.name, self.divided, earlier, self.whole_q, self.profile
        return Companions(*about)

    def drawing(self, theme: Theme) -> Drawing:
        """Return all marks and labels."""
        low, high = self.range()
        small = self.gap < SMALL_GAP * (high - low)
        moved = self.state.phase is Phase.M and self.gap > 0
        # A gap that is mostly rounding error is not worth magnifying.
        inset = self._inset(theme) if moved and small and self.gap > 1e3 * self.noise else None
        bracket = (Bracket(*self.found[:1], self.goal[1], self.found[1], theme.ink),) if moved else ()
        return Drawing(
            marks=(*self._marks(theme), *self.companions.marks(theme)),
            labels=self._labels(theme, named_gap=moved and inset is None),
            strokes=(
                *self._drops(theme, low),
                *self._reference_lines(theme),
                *self.companions.distances(theme),
            ),
            brackets=bracket if not small else (),
            trails=(*self._trails(theme), *self.companions.trails()),
            inset=inset,
        )

    def sentence(self) -> str:
        """Return the sentence under the plot: the parts or the profile if shown, else the story."""
        if self.parts and self.begun:
            return self.companions.made_of
        return self.story() if self.profile is None else self.profile.sentence

    @property
    def spoken(self) -> str:
        """Everything that the picture shows, in words for a screen reader."""
        parts = (self.companions.made_of,) if self.parts and self.begun else ()
        return " ".join((self.story(), *parts, *self.companions.sentences))

    def _marks(self, theme: Theme) -> tuple[Mark, ...]:
        if self.state.phase is Phase.START:
            return ()
        touch = Mark(*self.here, "o", theme.ink, 13, hollow=True)
        goal = Mark(*self.goal, "d", theme.bound, 14)
        return (touch,) if self.guessed else (goal, touch)

    def _labels(self, theme: Theme, named_gap: bool) -> tuple[Label, ...]:
        t = self.t
        curve = Label(self.full_name, theme.ink, self._beside(self.slice.objective), side=-1)
        if self.state.phase is Phase.START:
            here = Label(f"θ({t})", theme.ink, (self.here,), bold=True, side=1)
            return (here, curve, *self.companions.names(theme, self._in_sight), *self._reference_label(theme))
        labels = [Label(f"touches at θ({t})", theme.ink, (self.here,))]
        if named_gap:
            middle = (self.found[0], (self.found[1] + self.goal[1]) / 2)
            labels.append(Label(self.caption, theme.ink, (middle,), bold=True, short=self.brief_caption))
        bound = Label(f"g_{t}(θ)", theme.bound, self._beside(self.slice.bound), bold=True, side=1)
        labels += [curve, bound]
        if self.peaks and not self.still and not self.guessed:
            labels.append(Label(f"maximum of g_{t}", theme.bound, (self.goal,), side=1, short=f"max g_{t}"))
        return (*labels, *self.companions.names(theme, self._in_sight), *self._reference_label(theme))

    @property
    def caption(self) -> str:
        """The gap as written beside its bracket."""
        if self.divergence_name is None:
            return f"gap = {figure(self.gap, 2)} nats"
        if not self.slice.slack > self.noise:
            return f"gap = {self.divergence_name} = {figure(self.gap, 2)} nats"
        parts = f"{figure(self.divergence, 2)} + {figure(self.slice.slack, 2)}"
        return f"gap = {self.divergence_name} + slack = {parts} nats"

    @property
    def brief_caption(self) -> str:
        """A shorter caption, without "gap =": the bracket shows that it is one."""
        plain = self.divergence_name is not None and not self.slice.slack > self.noise
        return f"{self.divergence_name if plain else 'gap'} = {figure(self.gap, 2)} nats"

    def _reference_label(self, theme: Theme) -> tuple[Label, ...]:
        """Return the label of the reference line; empty where the line is out of sight."""
        low, high = self.range()
        if self.reference is None or not low < self.reference.objective < high:
            return ()
        y, xs = self.reference.objective, self.slice.positions
        anchors = tuple((quantile(xs, part), y) for part in (0.03, 0.2, 0.8, 0.97, 0.5))
        name = self.reference.name
        return (Label(f"{name}: {number(y, 2)}", theme.muted, anchors, short=name, optional=True),)

    def _reference_lines(self, theme: Theme) -> tuple[Stroke, ...]:
        if self.reference is None:
            return ()
        low, high = self.range()
        first, last = self.slice.positions[[0, -1]].tolist()
        y = self.reference.objective
        lines = [Stroke(((first, y), (last, y)), theme.muted, 1.5, dotted=True)] if low < y < high else []
        if self.slice.entry is not None:
            x = entry_value(self.reference.params, self.slice.entry)
            lines.append(Stroke(((x, low), (x, high)), theme.muted, 1.5, dotted=True))
        return tuple(lines)

    def _drops(self, theme: Theme, low: float) -> tuple[Stroke, ...]:
        """Return the vertical lines from θ(t) and θ(t+1) down to the axis."""
        drops = [(self.here[0], self.here[1])]
        if self.state.phase is not Phase.START and not self.guessed:
            drops.append(self.goal)
        return tuple(Stroke(((x, low), (x, y)), theme.border, 1.0, dotted=True, light=True) for x, y in drops)

    def _trails(self, theme: Theme) -> tuple[Trail, ...]:
        curve = Trail(self.slice.positions, self.slice.objective, theme.ink)
        if self.state.phase is Phase.START:
            return (curve,)
        return (curve, Trail(self.slice.positions, self.slice.bound, theme.bound, dashed=True))

    def _beside(self, heights: Array) -> tuple[Point, ...]:
        """Return the points where one of the two main curves can be labelled, at least θ(t)."""
        return self._in_sight(heights) or (self.here,)

    def _in_sight(self, heights: Array) -> tuple[Point, ...]:
        """Return the points where a curve can be labelled, best first; none where it is out of sight."""
        low, high = self.range()
        xs = self.slice.positions
        shown = np.flatnonzero((heights > low + 0.05 * (high - low)) & (heights < high))
        if not len(shown):
            return ()
        # The ends first: the middle is where the marks are.
        parts = (0.97, 0.9, 0.82, 0.74, 0.66, 0.05, 0.12, 0.2, 0.3)
        places = [shown[int(part * (len(shown) - 1))] for part in parts]
        if self.bounded and self.state.phase is not Phase.START:
            # A label is clearest where the two curves are far apart.
            apart = np.minimum(self.slice.objective - np.maximum(self.slice.bound, low), high - low)
            places.sort(key=lambda place: -round(float(apart[place]) / (high - low), 1))
        return tuple((float(xs[place]), float(heights[place])) for place in places)

    def _inset(self, theme: Theme) -> Inset:
        slope = self._slope()
        reach = 0.3 * abs(self.slice.target - self.slice.touch)
        # On a steep curve the window would leave the gap as thin as it was.
        reach = min(reach, 1.1 * self.gap / slope) if slope > 0 else reach
        x, (_, low), (_, high) = self.slice.target, self.goal, self.found
        xs = np.linspace(x - reach, x + reach, 41)
        trails = tuple(
            Trail(xs, np.interp(xs, trail.xs, trail.ys), trail.colour, trail.dashed)
            for trail in self._trails(theme)
        )
        marks = (Mark(*self.goal, "d", theme.bound, 14), Mark(*self.found, "o", theme.ink, 13))
        window = (low - 0.8 * self.gap, high + 0.8 * self.gap)
        bracket = Bracket(x, low, high, theme.ink, 15.0)
        return Inset((x - reach, x + reach), window, trails, marks, bracket, self.caption, theme.ink)

    def _slope(self) -> float:
        """Return the steepest slope of log P near θ(t+1), in nats per unit of x."""
        place = int(np.searchsorted(self.slice.positions, self.slice.target))
        near = slice(max(place - 2, 0), place + 3)
        rises = np.diff(self.slice.objective[near]) / np.diff(self.slice.positions[near])
        finite = np.abs(rises[np.isfinite(rises)])
        return float(finite.max()) if len(finite) else 0.0
