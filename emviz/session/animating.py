"""Which half-steps an animation shows, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emviz.data.things import things
from emviz.session import Session

#: The endings of the files.
KINDS = (".gif", ".webp")
#: Pictures of an animation at most: more are too many to look at, and to hold in memory.
MOST = 100
#: Seconds that a picture stands unless another pace is chosen; the last one stands this many times as long.
USUAL, HELD = 1.0, 4


@dataclass(frozen=True)
class Reel:
    """The half-steps to be drawn, as places in the trace, in their order.

    Parameters
    ----------
    cursors : tuple of int
        The places that are drawn.
    left_out : int
        How many of those that were asked for are not.
    """

    cursors: tuple[int, ...]
    left_out: int = 0

    @property
    def told(self) -> str:
        """How many pictures there are, and whether some are left out."""
        drawn = len(self.cursors)
        if not self.left_out:
            return things(drawn, "picture")
        return f"{drawn:,} of {drawn + self.left_out:,} pictures, at even distances"


def reel(session: Session, first: int, last: int, *, whole: bool = False, most: int = MOST) -> Reel:
    """Return the half-steps from one place of the trace to another, thinned where they are too many.

    Parameters
    ----------
    session : Session
        Has the trace.
    first, last : int
        Places in the trace, both drawn; beyond its end the last one there is.
    whole : bool
        Only whole iterations: the places at which θ is new. The ends are kept.
    most : int
        How many may be drawn.
    """
    end = len(session.trace) - 1
    first, last = min(first, end), min(last, end)
    phases = session.trace.phases
    wanted = [k for k in range(first, last + 1) if not whole or k in (first, last) or k % phases == 0]
    return Reel(_even(wanted, most), max(0, len(wanted) - most))


def durations(pictures: int, pace: float) -> tuple[int, ...]:
    """Return for how many milliseconds each picture stands, the last one longer.

    Parameters
    ----------
    pace : float
        Seconds for each picture but the last.
    """
    each = round(1000 * pace)
    return (*(each for _ in range(pictures - 1)), HELD * each)


def _even(places: Sequence[int], most: int) -> tuple[int, ...]:
    """Return so many places at most, evenly taken, with both ends."""
    if len(places) <= most:
        return tuple(places)
    return tuple(places[round(k * (len(places) - 1) / (most - 1))] for k in range(most))
