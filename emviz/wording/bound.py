"""The lower bound on a slice, in numbers and in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from emviz.em.model import AnyRound, Phase
from emviz.em.numerics import Array, quantile
from emviz.em.objective.bound import Slice
from emviz.session import Reference
from emviz.wording.narration import raised
from emviz.wording.numbers import figure, number
from emviz.wording.profiled import Profiled

#: Differences below this fraction of |log P| are rounding.
NOISE = 1e-12
#: The room below the top of Q, as a fraction of the range.
BELOW = 0.1

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class BoundStory:
    """A slice with its iteration and the names for a sentence about it.

    Parameters
    ----------
    slice : Slice
        The curves.
    state : Round
        The current iteration.
    label : str
        The name of the entry that varies; empty on the segment from θ(t) to θ(t+1).
    reference : Reference or None
        The complete-data estimate, if it is shown.
    name, full_name : str
        The name of the curve, "log P" or "log posterior", and the same with arguments or omitted terms.
    exact : bool
        Whether the M-step reaches the maximum of the bound.
    divergence_name : str or None
        The name of the gap without the slack of a surrogate; None if units count whole.
    ahead : bool
        Whether the result of the next step is shown before it is done.
    parts : bool
        Whether the parts of the bound are shown.
    whole_q : bool
        Whether Q is all of E[log P(x, z; θ)], so that its distance from the bound is H(q).
    profile : Profiled or None
        The profile likelihood of the entry that varies, if it is requested.
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
    profile: Profiled | None = None

    @property
    def guessed(self) -> bool:
        """Whether θ(t+1) is left to be guessed."""
        return not self.ahead and self.state.phase is not Phase.M

    @property
    def t(self) -> int:
        """The t of the θ(t) at which the bound touches."""
        return self.state.base.index

    @property
    def bounded(self) -> bool:
        """Whether there is a bound."""
        return True

    @property
    def begun(self) -> bool:
        """Whether there is a bound and the E-step has been done."""
        return self.bounded and self.state.phase is not Phase.START

    @property
    def divided(self) -> bool:
        """Whether Q is drawn beside the bound; if units count whole, they are the same curve."""
        return self.parts and self.begun and abs(self.slice.entropy) > self.noise

    @property
    def formula(self) -> str:
        """The formula of the bound, which needs only Q and the objective at θ(t)."""
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
        """Whether θ(t+1) is so close that log P is the same up to rounding."""
        return bool(np.ptp(self._finite(self.slice.objective)) <= self.noise)

    @property
    def peaks(self) -> bool:
        """Whether the bound has its maximum on this slice at θ(t+1)."""
        return bool(self._finite(self.slice.bound).max() <= self.slice.target_bound + self.noise)

    @property
    def noise(self) -> float:
        """Differences up to this are rounding, in nats."""
        # At least that of one nat: with log P close to 0, a purely relative threshold would vanish.
        return NOISE * max(1.0, abs(self.slice.touch_objective))

    @property
    def gap(self) -> float:
        """The gap at θ(t+1) in nats, 0 if it is only rounding."""
        return self.slice.gap if self.slice.gap > self.noise else 0.0

    @property
    def divergence(self) -> float:
        """The part of the gap that is KL(q ‖ P(z|x;θ)), in nats; 0 if it is only rounding."""
        return self.slice.divergence if self.slice.divergence > self.noise else 0.0

    @property
    def least(self) -> float:
        """The lowest point that must be visible, in nats."""
        return min(self.slice.touch_objective, self.goal[1])

    @property
    def ends(self) -> tuple[str, str]:
        """The names of the points at 0 and 1 of a straight line."""
        return f"θ({self.t})", f"θ({self.t + 1})"

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """The positions and names of ticks along a straight line."""
        led = self.state.phase is not Phase.START and not self.guessed
        return list(zip((0.0, 1.0), self.ends, strict=True))[: 1 + led]

    def range(self) -> tuple[float, float]:
        """Return the range to show, in nats; the ends of the curves may fall below it."""
        heights = self._finite(self.slice.objective)
        top = float(heights.max())
        depth = top - self.least
        # Quantiles of the depth, since near a border log P falls to −∞ and would flatten everything else.
        usual = quantile(top - heights, 0.85 if self.slice.entry is None else 0.6)
        drop = max(1.8 * depth, usual, 1e3 * self.noise)
        drop = min(drop, max(top - float(self._all().min()), 1e3 * self.noise))
        low, high = top - 1.06 * drop, top + 0.2 * drop
        if self.profile is not None:
            high = self.profile.raised(low, high, self.slice.positions)
        if not self.divided:
            return low, high
        # Q has the shape of the bound, so the same part of both curves is shown.
        low, high = min(low, low - self.slice.entropy), max(high, high - self.slice.entropy)
        # Near the end of a run both are flat, and Q would be the lower edge, with no room for its name.
        lowest = min(low, float(self._finite(self.slice.expected).max()) - BELOW * (high - low))
        return lowest, high + 0.06 * (high - low)

    def point(self, part: float) -> Point | None:
        """Return the moving point: at θ(t), or on the way to θ(t+1); None after the E-step."""
        if self.state.phase is Phase.M:
            return self.motion(part)
        return self.here if self.state.phase is Phase.START else None

    def motion(self, part: float) -> Point:
        """Return the moving point of the M-step: along the bound to its maximum, then up to log P."""
        glide, rise = min(part / 0.75, 1.0), max(part - 0.75, 0.0) / 0.25
        x = self.slice.touch + glide * (self.slice.target - self.slice.touch)
        if rise:
            return x, self.slice.target_bound + rise * (self.slice.target_objective - self.slice.target_bound)
        # np.interp cannot handle −∞.
        return x, float(np.interp(x, self.slice.positions, np.maximum(self.slice.bound, -1e300)))

    def story(self) -> str:
        """Return the sentence on the slice, with a remark if the M-step does not reach the maximum."""
        seen = self._seen()
        if self.exact or (self.still and not self.guessed) or self.state.phase is Phase.START:
            return seen
        return f"{seen} The M-step improves g_{self.t} without reaching its maximum (generalised EM)."

    def _seen(self) -> str:
        """Return the sentence on the slice."""
        t, along = self.t, f" along {self.label}" if self.label else "" if self.exact else " on this slice"
        if self.state.phase is Phase.START:
            place = f"{self.full_name} is {number(self.here[1], 2)} nats at θ({t})"
            bound = f"{place}. Next, the E-step puts a lower bound g_{t} under it"
            return f"{bound}. Where will it touch?" if self.guessed else f"{bound} that touches there."
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
        """Return the formula of the bound, and why it touches."""
        t = self.t
        if self.divergence_name is None:
            return f"g_{t}(θ), the same of the completion that was counted, touches {self.name} at θ({t})"
        return f"{self.formula} touches {self.name} at θ({t}), where the two Q cancel,"

    def _gap_words(self, there: str) -> str:
        """Return the parts of the gap with their sizes."""
        if self.divergence_name is None:
            if not self.gap:
                return "0, since the same completion is still the likeliest"
            return f"{figure(self.gap, 3)} nats, by which another completion is likelier"
        divergence = f"{self.divergence_name}(q‖P(z|x;{there}))"
        if not self.slice.slack > self.noise:
            return f"{divergence} = {figure(self.gap, 3)} nats"
        parts = f"{figure(self.divergence, 3)} + {figure(self.slice.slack, 3)}"
        return f"{divergence} + slack of the surrogate of the prior = {parts} nats"

    def _all(self) -> Array:
        return self._finite(np.concatenate([self.slice.objective, self.slice.bound]))

    @staticmethod
    def _finite(values: Array) -> Array:
        return values[np.isfinite(values)]


@dataclass(frozen=True)
class UnboundedStory(BoundStory):
    """A slice for a method without a lower bound.

    Parameters
    ----------
    reason : str
        The reason why there is no bound, with placeholders {name} and {t}.
    """

    reason: str = ""

    @property
    def bounded(self) -> bool:
        """Whether there is a bound."""
        return False

    @property
    def goal(self) -> Point:
        """The point of log P at θ(t+1)."""
        return self.found

    def story(self) -> str:
        """Return why there is no bound, and the result of the next step."""
        name = raised(self.name)
        why = self.reason.format(name=name, t=self.t)
        if self.label or self.guessed:
            return why
        rise = self.found[1] - self.here[1]
        if abs(rise) <= self.noise:
            return f"{why} The next step changes {name} by no more than rounding."
        turn = "rises" if rise > 0 else "falls"
        return f"{why} By the next step {name} {turn} by {figure(abs(rise), 3)} nats."
