"""The profile likelihood on a slice along an entry of θ, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array
from emviz.em.profile_curve import ProfileCurve
from emviz.em.views import Entry
from emviz.session import Results, Session, profiled
from emviz.wording.numbers import number

#: The margin above the profile, as a fraction of the range.
ABOVE = 0.12


@dataclass(frozen=True)
class Profiled:
    """The profile that is shown, with a sentence on it.

    Parameters
    ----------
    sentence : str
        The sentence: its maximum, or the reason why there is no profile.
    curve : ProfileCurve or None
        The curve; None if there is none, or none yet.
    """

    sentence: str
    curve: ProfileCurve | None = None

    def heights_at(self, xs: Array) -> Array:
        """Return the heights of the curve at some positions, NaN outside of it, shape (n,)."""
        assert self.curve is not None
        heights = np.interp(xs, self.curve.values, self.curve.heights, left=np.nan, right=np.nan)
        return np.asarray(heights)

    def raised(self, low: float, high: float, xs: Array) -> float:
        """Return the upper end of a range, in nats, raised to show the top of the curve within xs."""
        if self.curve is None:
            return high
        inside = (self.curve.values >= xs[0]) & (self.curve.values <= xs[-1])
        top = float(self.curve.heights[inside].max(initial=low))
        return max(high, top + ABOVE * (top - low))


def profile_shown(
    session: Session, results: Results, entry: Entry | None, label: str, name: str
) -> Profiled | None:
    """Return the profile to show; None if it is not requested, or if there is no entry.

    Parameters
    ----------
    entry : Entry or None
        The entry of θ along the slice.
    label, name : str
        The names of the entry and of the objective.
    """
    if not session.display.profile or entry is None:
        return None
    if profiled(session) is None:
        if session.method.whole:
            return Profiled(f"A profile likelihood is that of log P; {session.method.title} raises {name}.")
        return Profiled("The profile likelihood is hidden with the answers.")
    found = results.profile
    if found is None or found.value.entry != entry:
        return Profiled(f"The profile likelihood of {label} is being computed; J or Esc cancels it.")
    curve = found.value
    if curve.withheld:
        return Profiled(curve.withheld)
    x, y = curve.top
    words = (
        f"Profile likelihood: the maximum of {name} over all else with {label} held. It is highest at "
        f"{label} = {number(x, 3)}, {number(y, 2)} nats."
    )
    return Profiled(words, curve)
