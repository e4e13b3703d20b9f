"""Optional curves beside the bound: Q with H(q), earlier bounds, and the profile likelihood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array
from emviz.em.objective.bound import Earlier, Slice
from emviz.ui.look.theme import Theme
from emviz.ui.panels.plot.drawing import Label, Mark, Point, Stroke, Trail
from emviz.wording.numbers import figure
from emviz.wording.profiled import Profiled

#: Parts of the line at which the distance between Q and the bound is drawn; the second one is labelled.
PLACES = (0.12, 0.4, 0.64, 0.88)
#: Component whose colour the profile has: one that neither log P nor the bound uses.
PROFILE = 2


@dataclass(frozen=True)
class Companions:
    """Curves beside the bound and their labels.

    Parameters
    ----------
    slice : Slice
        Heights of all curves along the line.
    t : int
        Iteration at whose θ(t) the bound touches.
    name : str
        Name of the objective, such as "log P".
    divided : bool
        Whether Q is drawn; for hard counts Q is the bound itself.
    earlier : tuple of Earlier
        The earlier bounds that are drawn.
    whole_q : bool
        Whether Q is all of E[log P(x, z; θ)], so that its distance from the bound is H(q).
    profile : Profiled or None
        The profile likelihood, if shown.
    """

    slice: Slice
    t: int
    name: str
    divided: bool
    earlier: tuple[Earlier, ...]
    whole_q: bool
    profile: Profiled | None = None

    @property
    def made_of(self) -> str:
        """A sentence on the parts of the bound and how Q differs from it."""
        name, q = f"g_{self.t}(θ)", f"Q(θ|θ({self.t}))"
        if not self.divided:
            return f"{name} = {q} + H(q), and here H(q) = 0 nats: q leaves nothing open, so that {name} is Q."
        distance = f"{figure(self.slice.entropy, 4)} nats at every θ"
        form = f"Q has the form of g_{self.t}, but does not touch {self.name}."
        if self.whole_q:
            return f"{name} = {q} + H(q), and H(q) = {distance}. {form}"
        return f"{name} − {q} = {distance}: H(q), and what Q leaves out here since it is free of θ. {form}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Sentences on the earlier bounds and the profile, where they are drawn."""
        profile = () if self.profile is None else (self.profile.sentence,)
        if not self.earlier:
            return profile
        names = ", ".join(f"g_{each.t}" for each in self.earlier)
        return (f"Behind g_{self.t}, fainter: {names}; none is above {self.name}.", *profile)

    def names(self, theme: Theme, beside: Callable[[Array], tuple[Point, ...]]) -> tuple[Label, ...]:
        """Return the labels of the curves.

        Parameters
        ----------
        beside : callable
            Returns the points where a curve of these heights can be labelled; none where it is out of sight.
        """
        named = [
            Label(f"g_{each.t}", theme.bound, beside(each.bound), optional=True) for each in self.earlier
        ]
        # Earlier labels get better places, so the main ones go to the front.
        if self.divided:
            x, low, high = self._places()[1]
            distance = f"{figure(self.slice.entropy, 3)} nats"
            text = f"H(q) = {distance}" if self.whole_q else distance
            named.insert(0, Label(text, theme.ink, ((x, (low + high) / 2),)))
            named.insert(0, Label(f"Q(θ|θ({self.t}))", theme.accent, beside(self.slice.expected), True, 1))
        if self.profile is not None and self.profile.curve is not None:
            heights = self.profile.heights_at(self.slice.positions)
            named.insert(0, Label("profile", theme.component(PROFILE), beside(heights), bold=True, side=-1))
        return tuple(each for each in named if each.anchors)

    def distances(self, theme: Theme) -> tuple[Stroke, ...]:
        """Return the vertical lines from Q to the bound, all of one length."""
        if not self.divided:
            return ()
        shown = [each for each in self._places() if np.isfinite(each[1])]
        return tuple(
            Stroke(((x, q), (x, g)), theme.accent, 1.5, dotted=True, light=True) for x, q, g in shown
        )

    def marks(self, theme: Theme) -> tuple[Mark, ...]:
        """Return the highest points of the profile that are in sight."""
        summits = () if self.profile is None else self.profile.summits
        first, last = self.slice.positions[[0, -1]]
        return tuple(
            Mark(x, y, "star", theme.component(PROFILE), 15) for x, y in summits if first <= x <= last
        )

    def trails(self) -> tuple[Trail, ...]:
        """Return the curves, for labels to avoid."""
        curves = [self.slice.expected] if self.divided else []
        curves += [each.bound for each in self.earlier]
        trails = [Trail(self.slice.positions, each) for each in curves]
        if self.profile is not None and self.profile.curve is not None:
            trails.append(Trail(self.profile.curve.values, self.profile.curve.heights))
        return tuple(trails)

    def _places(self) -> list[tuple[float, float, float]]:
        """Return the places where the distance is drawn: x, Q and the bound, in nats."""
        xs = self.slice.positions
        places = [round(part * (len(xs) - 1)) for part in PLACES]
        expected, bound = self.slice.expected, self.slice.bound
        return [(float(xs[k]), float(expected[k]), float(bound[k])) for k in places]
