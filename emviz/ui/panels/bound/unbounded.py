"""The same picture for methods without a lower bound, with a sentence that explains why."""

from __future__ import annotations

from dataclasses import dataclass

from emviz.em.model import Phase
from emviz.ui.look.theme import Theme
from emviz.ui.panels.bound.marks import BoundPicture
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark, Trail
from emviz.wording.bound import UnboundedStory


@dataclass(frozen=True)
class Unbounded(UnboundedStory, BoundPicture):
    """The objective with θ(t) and the goal of the next step."""

    def drawing(self, theme: Theme) -> Drawing:
        """Return all marks and labels."""
        low, _ = self.range()
        return Drawing(
            marks=(*self._marks(theme), *self.companions.marks(theme)),
            labels=self._labels(theme, named_gap=False),
            strokes=(*self._drops(theme, low), *self._reference_lines(theme)),
            trails=(*self._trails(theme), *self.companions.trails()),
        )

    def _marks(self, theme: Theme) -> tuple[Mark, ...]:
        here = Mark(*self.here, "o", theme.ink, 13)
        ahead = Mark(*self.found, "o", theme.ink, 13, hollow=True)
        return (here,) if self.state.phase is Phase.START or self.guessed else (ahead, here)

    def _labels(self, theme: Theme, named_gap: bool) -> tuple[Label, ...]:
        curve = Label(self.full_name, theme.ink, self._beside(self.slice.objective), side=-1)
        here = Label(f"θ({self.t})", theme.ink, (self.here,), bold=True, side=1)
        more = (*self.companions.names(theme, self._in_sight), *self._reference_label(theme))
        if self.state.phase is Phase.START or self.label or self.still or self.guessed:
            return (here, curve, *more)
        ahead = Label(f"θ({self.t + 1})", theme.ink, (self.found,), side=1)
        return (here, ahead, curve, *more)

    def _trails(self, theme: Theme) -> tuple[Trail, ...]:
        return (Trail(self.slice.positions, self.slice.objective, theme.ink),)
