"""The profile likelihood on a slice along an entry of θ, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emviz.em.counts.table import Entry
from emviz.em.numerics import Array
from emviz.em.uncertainty.profile_curve import ProfileCurve
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

    @property
    def summits(self) -> tuple[tuple[float, float], ...]:
        """The highest points of the curve, (value, nats); none on a flat part."""
        if self.curve is None:
            return ()
        return tuple((low, self.curve.top) for low, high in self.curve.tops if low == high)

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
    words = (
        f"Profile likelihood: the maximum of {name} over all else with {label} held that is reached from "
        "the end of EM; others may be higher. It is highest "
        f"{top_words(label, curve.tops)}, {number(curve.top, 2)} nats{' at each' * (len(curve.tops) > 1)}."
    )
    return Profiled(words, curve)


def top_words(label: str, tops: Sequence[tuple[float, float]]) -> str:
    """Return where a profile is highest, such as "at θ_A = 0.520 and 0.797", or on a flat part."""
    places = [number(low, 3) + (f" to {number(high, 3)} (flat)" if high > low else "") for low, high in tops]
    return f"at {label} = {enumerated(places)}"


def enumerated(words: Sequence[str]) -> str:
    """Return words in a row, such as "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
