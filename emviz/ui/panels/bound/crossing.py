"""The picture of the bound on a line that the M-step does not follow: between iterations, or to a goal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.ui.look.theme import Theme
from emviz.ui.panels.bound.marks import BoundPicture
from emviz.ui.panels.plot.drawing import Bracket, Drawing, Label, Mark, Point, Stroke, Trail
from emviz.wording.narration import raised
from emviz.wording.numbers import figure, number

#: Least distance of two ticks, as a part of the line from 0 to 1.
APART = 0.2


@dataclass(frozen=True)
class Crossing(BoundPicture):
    """The objective and the bound on a line that misses θ(t+1), and perhaps θ(t) too.

    Parameters
    ----------
    named : pair of str
        Names of the points at 0 and at 1.
    aim : str
        Name of the goal; empty on a line through two iterations.
    reason : str
        Why there is no bound, with placeholders {name} of the objective and {t}; empty where there is one.
    """

    named: tuple[str, str] = ("", "")
    aim: str = ""
    reason: str = ""

    @property
    def ends(self) -> tuple[str, str]:
        """Names of the points at 0 and at 1."""
        return self.named

    @property
    def bounded(self) -> bool:
        """Whether there is a bound."""
        return not self.reason

    @property
    def least(self) -> float:
        """The lowest height that must be in the picture, in nats."""
        heights = [self._height_at(0.0), self._height_at(1.0)]
        # The bound is −∞ at a goal under which a counted completion is impossible.
        reached = self.goal[1]
        return min([*heights, reached] if self.aim and self.begun and np.isfinite(reached) else heights)

    @property
    def touches(self) -> bool:
        """Whether θ(t) is on the line: then the slice knows its position."""
        return not np.isnan(self.slice.touch)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Positions and names of both ends, and of θ(t) where it is well between them."""
        ticks = list(zip((0.0, 1.0), self.ends, strict=True))
        apart = min(abs(self.slice.touch - x) for x, _ in ticks)
        return [*ticks, (self.slice.touch, f"θ({self.t})")] if apart > APART else ticks

    def point(self, part: float) -> Point | None:
        """Return θ(t), if it is on the line and there is no bound yet."""
        return self.here if self.touches and not self.begun else None

    def drawing(self, theme: Theme) -> Drawing:
        """Return all marks and labels."""
        low, _ = self.range()
        gap = Bracket(self.found[0], self.goal[1], self.found[1], theme.ink)
        return Drawing(
            marks=self._marks(theme),
            labels=self._labels(theme, named_gap=True),
            strokes=(
                *self._drops(theme, low),
                *self._reference_lines(theme),
                *self.companions.distances(theme),
            ),
            brackets=(gap,) if self._bracketed else (),
            trails=(*self._trails(theme), *self.companions.trails()),
        )

    @property
    def _bracketed(self) -> bool:
        return bool(self.aim) and self.begun and 0 < self.gap < np.inf

    def story(self) -> str:
        """Return the picture in words."""
        heights = " and ".join(
            f"{number(self._height_at(at), 2)} nats at {name}"
            for at, name in zip((0.0, 1.0), self.ends, strict=True)
        )
        ends = f"{self.full_name} is {heights}."
        if self.slice.matched:
            ends += f" Components of {self.aim} are in the order of those of θ({self.t})."
        if self.reason:
            return f"{ends} {self.reason.format(name=raised(self.name), t=self.t)}"
        return f"{ends} {self._bound_words()}" if self.begun else ends

    def _bound_words(self) -> str:
        touch = f"g_{self.t} touches {self.name} at θ({self.t})"
        if self.aim:
            return f"{touch}; at {self.aim} the gap is {self._gap_words('θ')}."
        if self.touches:
            return f"{touch}."
        gaps = self.slice.objective - self.slice.bound
        least = figure(float(gaps[np.isfinite(gaps)].min()), 3)
        return f"{touch}, which is not on this line: here it stays at least {least} nats below."

    def _marks(self, theme: Theme) -> tuple[Mark, ...]:
        marks = [Mark(*self.here, "o", theme.ink, 13, hollow=True)] if self.touches and self.begun else []
        if self.aim:
            marks.append(Mark(*self.found, "star", theme.muted, 13, hollow=True))
        return tuple(marks)

    def _labels(self, theme: Theme, named_gap: bool) -> tuple[Label, ...]:
        labels = [Label(self.full_name, theme.ink, self._beside(self.slice.objective), side=-1)]
        if self.touches:
            words = f"touches at θ({self.t})" if self.begun else f"θ({self.t})"
            labels.insert(0, Label(words, theme.ink, (self.here,)))
        if self.aim:
            words = f"{self.aim}, components matched" if self.slice.matched else self.aim
            labels.append(Label(words, theme.ink, (self.found,), side=-1, optional=True, short=self.aim))
        if self._bracketed:
            middle = (self.found[0], (self.found[1] + self.goal[1]) / 2)
            labels.append(Label(self.caption, theme.ink, (middle,), bold=True))
        if self.begun:
            bound = Label(f"g_{self.t}(θ)", theme.bound, self._beside(self.slice.bound), bold=True, side=1)
            labels.append(bound)
        return (*labels, *self.companions.names(theme, self._in_sight), *self._reference_label(theme))

    def _drops(self, theme: Theme, low: float) -> tuple[Stroke, ...]:
        at = [(x, self._height_at(x)) for x in (0.0, 1.0)]
        if self.touches:
            at.append(self.here)
        return tuple(Stroke(((x, low), (x, y)), theme.border, 1.0, dotted=True, light=True) for x, y in at)

    def _trails(self, theme: Theme) -> tuple[Trail, ...]:
        curve = Trail(self.slice.positions, self.slice.objective, theme.ink)
        bound = Trail(self.slice.positions, self.slice.bound, theme.bound, dashed=True)
        return (curve, bound) if self.begun else (curve,)

    def _height_at(self, position: float) -> float:
        return float(self.slice.objective[np.searchsorted(self.slice.positions, position)])
