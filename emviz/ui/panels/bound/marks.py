"""What is marked on the picture of the lower bound, and the sentence under it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.bound import Slice, entry_value
from emviz.em.model import AnyRound, Phase
from emviz.em.numerics import Array, quantile
from emviz.narration import figure, number
from emviz.session import Reference
from emviz.ui.panels.bound.companions import Companions
from emviz.ui.panels.plot.drawing import Bracket, Drawing, Inset, Label, Mark, Point, Stroke, Trail
from emviz.ui.theme import Theme

#: A gap below this part of the range is shown in a magnified inset.
SMALL_GAP = 0.06
#: Differences below this part of |log P| are the rounding of double precision.
NOISE = 1e-12


@dataclass(frozen=True)
class BoundPicture:
    """A slice, the iteration it belongs to, and how to name what is on it.

    Parameters
    ----------
    slice : Slice
        The curves.
    state : Round
        The iteration on display.
    label : str
        The name of the entry that varies; empty on the segment from θ(t) to θ(t+1).
    reference : Reference or None
        The complete-data estimate, where it is shown.
    name, full_name : str
        What the curve is: "log P", or "log posterior"; and the same with what it depends on or leaves out.
    exact : bool
        Whether the M-step reaches the maximum of the bound.
    divergence_name : str or None
        What the gap is without the slack of a surrogate; None where units are counted whole.
    ahead : bool
        Whether it is shown where the next step leads, before it is done.
    parts : bool
        Whether it is shown what the bound is made of.
    whole_q : bool
        Whether Q holds all of E[log P(x, z; θ)], so that what lies between it and the bound is H(q).
    """

    slice: Slice
    state: AnyRound
    label: str
    reference: Reference | None
    name: str = "log P"
    full_name: str = "log P(x; θ)"
    exact: bool = True
    divergence_name: str | None = "KL"
    ahead: bool = True
    parts: bool = False
    whole_q: bool = True

    @property
    def guessed(self) -> bool:
        """Whether θ(t+1) is left to be guessed."""
        return not self.ahead and self.state.phase is not Phase.M

    @property
    def t(self) -> int:
        """The iteration t at whose θ(t) the bound touches."""
        return self.state.base.index

    @property
    def bounded(self) -> bool:
        """Whether there is a bound."""
        return True

    @property
    def begun(self) -> bool:
        """Whether there is a bound, and the E-step has put it there."""
        return self.bounded and self.state.phase is not Phase.START

    @property
    def divided(self) -> bool:
        """Whether Q is drawn beside the bound: counted whole the two are one."""
        return self.parts and self.begun and abs(self.slice.entropy) > self.noise

    @property
    def companions(self) -> Companions:
        """What is drawn beside the bound."""
        earlier = self.slice.earlier if self.begun else ()
        return Companions(self.slice, self.t, self.name, self.divided, earlier, self.whole_q)

    @property
    def formula(self) -> str:
        """What the bound is: the model writes only Q, and the objective at θ(t) does the rest."""
        t, at = self.t, f"θ({self.t})"
        height = f"log P(x; {at})" if self.name == "log P" else f"({self.name} at {at})"
        return f"g_{t}(θ) = {height} + Q(θ|{at}) − Q({at}|{at})"

    @property
    def here(self) -> Point:
        """The point (θ(t), log P) at which the bound touches."""
        return self.slice.touch, self.slice.touch_objective

    @property
    def goal(self) -> Point:
        """The point of the bound at θ(t+1)."""
        return self.slice.target, self.slice.target_bound

    @property
    def found(self) -> Point:
        """The point of log P at θ(t+1)."""
        return self.slice.target, self.slice.target_objective

    @property
    def still(self) -> bool:
        """Whether θ(t+1) lies so near that log P is the same to double precision."""
        return bool(np.ptp(self._finite(self.slice.objective)) <= self.noise)

    @property
    def peaks(self) -> bool:
        """Whether the bound has its maximum on this slice at θ(t+1)."""
        return bool(self._finite(self.slice.bound).max() <= self.slice.target_bound + self.noise)

    @property
    def noise(self) -> float:
        """What double precision cannot tell from zero, in nats."""
        return NOISE * max(1.0, abs(self.slice.touch_objective))

    @property
    def gap(self) -> float:
        """The gap at θ(t+1) in nats, 0 where it is nothing but rounding."""
        return self.slice.gap if self.slice.gap > self.noise else 0.0

    @property
    def divergence(self) -> float:
        """The part of the gap that is KL(q ‖ P(z|x;θ)), in nats; 0 where it is nothing but rounding."""
        return self.slice.divergence if self.slice.divergence > self.noise else 0.0

    @property
    def least(self) -> float:
        """What is to be seen in any case, in nats."""
        return min(self.slice.touch_objective, self.goal[1])

    @property
    def ends(self) -> tuple[str, str]:
        """The names of what lies at 0 and at 1 on a straight line."""
        return f"θ({self.t})", f"θ({self.t + 1})"

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """The names along a straight line, and where they stand."""
        led = self.state.phase is not Phase.START and not self.guessed
        return list(zip((0.0, 1.0), self.ends, strict=True))[: 1 + led]

    def range(self) -> tuple[float, float]:
        """Return the range of nats that shows what matters; the ends of the curves may fall below it."""
        heights = self._finite(self.slice.objective)
        top = float(heights.max())
        depth = top - self.least
        usual = quantile(top - heights, 0.85 if self.slice.entry is None else 0.6)
        drop = max(1.8 * depth, usual, 1e3 * self.noise)
        drop = min(drop, max(top - float(self._all().min()), 1e3 * self.noise))
        low, high = top - 1.06 * drop, top + 0.2 * drop
        if not self.divided:
            return low, high
        # Q has the form of the bound: what is seen of the one is to be seen of the other.
        low, high = min(low, low - self.slice.entropy), max(high, high - self.slice.entropy)
        return low, high + 0.06 * (high - low)

    def point(self, part: float) -> Point | None:
        """Return where the moving point is: at θ(t), or on the way to θ(t+1); None after the E-step."""
        if self.state.phase is Phase.M:
            return self.motion(part)
        return self.here if self.state.phase is Phase.START else None

    def motion(self, part: float) -> Point:
        """Return the moving point of the M-step: along the bound to its maximum, then up to log P."""
        glide, rise = min(part / 0.75, 1.0), max(part - 0.75, 0.0) / 0.25
        x = self.slice.touch + glide * (self.slice.target - self.slice.touch)
        if rise:
            return x, self.slice.target_bound + rise * (self.slice.target_objective - self.slice.target_bound)
        return x, float(np.interp(x, self.slice.positions, np.maximum(self.slice.bound, -1e300)))

    def drawing(self, theme: Theme) -> Drawing:
        """Return all marks and labels."""
        low, high = self.range()
        small = self.gap < SMALL_GAP * (high - low)
        moved = self.state.phase is Phase.M and self.gap > 0
        inset = self._inset(theme) if moved and small and self.gap > 1e3 * self.noise else None
        bracket = (Bracket(*self.found[:1], self.goal[1], self.found[1], theme.ink),) if moved else ()
        return Drawing(
            marks=self._marks(theme),
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
        """Return in words what is seen; asked for its parts, what the bound is made of."""
        return self.companions.made_of if self.parts and self.begun else self.story()

    @property
    def spoken(self) -> str:
        """The same, and all else that the picture shows."""
        told = [self.story()]
        if self.parts and self.begun:
            told.append(self.companions.made_of)
        return " ".join((*told, *self.companions.told))

    def story(self) -> str:
        """Return in words what is seen, and that a maximum is not reached where it is not."""
        told = self._seen()
        if self.exact or (self.still and not self.guessed) or self.state.phase is Phase.START:
            return told
        return f"{told} The M-step improves g_{self.t} without reaching its maximum (generalised EM)."

    def _seen(self) -> str:
        """Return what is seen on the slice."""
        t, along = self.t, f" along {self.label}" if self.label else "" if self.exact else " on this slice"
        if self.state.phase is Phase.START:
            place = f"{self.full_name} is {number(self.here[1], 2)} nats at θ({t})"
            return f"{place}. Next, the E-step puts a lower bound g_{t} under it that touches there."
        touch = f"g_{t} touches {self.name} at θ({t})"
        if self.state.phase is Phase.E:
            touch = self._touching()
        if self.guessed:
            goes = "goes to its maximum" if self.exact else "climbs it"
            return f"{touch.rstrip(',')}; the M-step {goes}{along}. Where is that?"
        if self.still:
            name = "Hard EM" if self.state.whole else "EM"
            return f"{touch.rstrip(',')}, and at θ({t + 1}) {self.name} is the same: {name} stands still."
        if not self.peaks:
            return f"{touch} and rises to θ({t + 1}){along}."
        where = f"at θ({t + 1})" if not self.label else f"at {self.label} = {number(self.goal[0], 3)}"
        if self.state.phase is Phase.E:
            return f"{touch.rstrip(',')}; the M-step goes to its maximum{along}, {where}."
        there = f"θ({t + 1})" if not self.label else "θ"
        return f"{touch}; its maximum{along} is {where}; the gap there is {self._gap_words(there)}."

    def _touching(self) -> str:
        """Return what the bound is, and why it touches."""
        t = self.t
        if self.divergence_name is None:
            return f"g_{t}(θ), the same of the completion that was counted, touches {self.name} at θ({t})"
        return f"{self.formula} touches {self.name} at θ({t}), where the two Q cancel,"

    def _gap_words(self, there: str) -> str:
        """Return what the gap is made of, and how much of it."""
        if self.divergence_name is None:
            if not self.gap:
                return "0, since the same completion is still the likeliest"
            return f"{figure(self.gap, 3)} nats, by which another completion is likelier"
        divergence = f"{self.divergence_name}(q‖P(z|x;{there}))"
        if not self.slice.slack > self.noise:
            return f"{divergence} = {figure(self.gap, 3)} nats"
        parts = f"{figure(self.divergence, 3)} + {figure(self.slice.slack, 3)}"
        return f"{divergence} + slack of the surrogate of the prior = {parts} nats"

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
            return (Label(f"θ({t})", theme.ink, (self.here,), bold=True, side=1), curve, *self._told(theme))
        labels = [Label(f"touches at θ({t})", theme.ink, (self.here,))]
        if named_gap:
            middle = (self.found[0], (self.found[1] + self.goal[1]) / 2)
            labels.append(Label(self.caption, theme.ink, (middle,), bold=True))
        bound = Label(f"g_{t}(θ)", theme.bound, self._beside(self.slice.bound), bold=True, side=1)
        labels += [curve, bound]
        if self.peaks and not self.still and not self.guessed:
            labels.append(Label(f"maximum of g_{t}", theme.bound, (self.goal,), side=1))
        return (*labels, *self.companions.names(theme, self._beside), *self._told(theme))

    @property
    def caption(self) -> str:
        """The gap as it is written beside its bracket."""
        if self.divergence_name is None:
            return f"gap = {figure(self.gap, 2)} nats"
        if not self.slice.slack > self.noise:
            return f"gap = {self.divergence_name} = {figure(self.gap, 2)} nats"
        parts = f"{figure(self.divergence, 2)} + {figure(self.slice.slack, 2)}"
        return f"gap = {self.divergence_name} + slack = {parts} nats"

    def _told(self, theme: Theme) -> tuple[Label, ...]:
        """Return the label of the reference line."""
        low, high = self.range()
        if self.reference is None or not low < self.reference.objective < high:
            return ()
        y, xs = self.reference.objective, self.slice.positions
        anchors = tuple((quantile(xs, part), y) for part in (0.03, 0.2, 0.8, 0.97, 0.5))
        return (Label(f"complete data: {number(y, 2)}", theme.muted, anchors, optional=True),)

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
        """Return the plumb lines from θ(t) and θ(t+1) to the axis."""
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
        """Return the places beside a curve, its right end first, where it can be named."""
        low, high = self.range()
        xs = self.slice.positions
        shown = np.flatnonzero((heights > low + 0.05 * (high - low)) & (heights < high))
        if not len(shown):
            return (self.here,)
        parts = (0.97, 0.9, 0.82, 0.74, 0.66, 0.05, 0.12, 0.2, 0.3)
        places = [shown[int(part * (len(shown) - 1))] for part in parts]
        if self.bounded and self.state.phase is not Phase.START:
            # A name is told apart best where the two curves are.
            apart = np.minimum(self.slice.objective - np.maximum(self.slice.bound, low), high - low)
            places.sort(key=lambda place: -round(float(apart[place]) / (high - low), 1))
        return tuple((float(xs[place]), float(heights[place])) for place in places)

    def _inset(self, theme: Theme) -> Inset:
        slope = self._slope()
        reach = 0.3 * abs(self.slice.target - self.slice.touch)
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
        """Return how steep log P is at θ(t+1), from the points beside it."""
        place = int(np.searchsorted(self.slice.positions, self.slice.target))
        near = slice(max(place - 2, 0), place + 3)
        rises = np.diff(self.slice.objective[near]) / np.diff(self.slice.positions[near])
        finite = np.abs(rises[np.isfinite(rises)])
        return float(finite.max()) if len(finite) else 0.0

    def _all(self) -> Array:
        return self._finite(np.concatenate([self.slice.objective, self.slice.bound]))

    @staticmethod
    def _finite(values: Array) -> Array:
        return values[np.isfinite(values)]
