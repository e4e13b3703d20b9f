"""The half-steps of an animation, and their durations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emviz.data.things import things
from emviz.session import Session

#: The file extensions.
KINDS = (".gif", ".webp")
#: The most pictures of an animation; more would be tiring and take too much memory.
MOST = 100
#: The default duration of a picture in seconds, and the factor by which the last one is longer.
USUAL, HELD = 1.0, 4


@dataclass(frozen=True)
class Reel:
    """The half-steps to draw, as positions in the trace, in order.

    Parameters
    ----------
    cursors : tuple of int
        The positions that are drawn.
    left_out : int
        The number of requested ones that are left out.
    """

    cursors: tuple[int, ...]
    left_out: int = 0

    @property
    def words(self) -> str:
        """The number of pictures, and whether some are left out, in words."""
        drawn = len(self.cursors)
        if not self.left_out:
            return things(drawn, "picture")
        return f"{drawn:,} of {drawn + self.left_out:,} pictures, at even distances"


def reel(session: Session, first: int, last: int, *, whole: bool = False, most: int = MOST) -> Reel:
    """Return the half-steps from one position of the trace to another, thinned if there are too many.

    Parameters
    ----------
    session : Session
        The session with the trace.
    first, last : int
        Positions in the trace, both included; beyond its end, the last one.
    whole : bool
        True for whole iterations only: the positions with a new θ, and both ends.
    most : int
        The maximum number of pictures.
    """
    end = len(session.trace) - 1
    first, last = min(first, end), min(last, end)
    phases = session.trace.phases
    wanted = [k for k in range(first, last + 1) if not whole or k in (first, last) or k % phases == 0]
    return Reel(_even(wanted, most), max(0, len(wanted) - most))


def durations(pictures: int, pace: float) -> tuple[int, ...]:
    """Return the duration of each picture in milliseconds, the last one longer.

    Parameters
    ----------
    pace : float
        Seconds for each picture but the last.
    """
    each = round(1000 * pace)
    return (*(each for _ in range(pictures - 1)), HELD * each)


def _even(places: Sequence[int], most: int) -> tuple[int, ...]:
    """Return at most `most` positions, evenly spaced, including both ends."""
    if len(places) <= most:
        return tuple(places)
    return tuple(places[round(k * (len(places) - 1) / (most - 1))] for k in range(most))
