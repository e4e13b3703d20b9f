"""Rules for folding and unfolding the setup."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from emviz.session import Part, Session, diff


class Side(Enum):
    """Place of the setup: beside the panels, over them as a drawer, or hidden."""

    BESIDE = auto()
    OVER = auto()
    AWAY = auto()


@dataclass(frozen=True)
class Fold:
    """State that determines the place of the setup.

    Parameters
    ----------
    unfolded : bool
        It should be shown beside the panels.
    closed : bool
        The user has closed it there.
    opened : bool
        It is open as a drawer.
    """

    unfolded: bool = True
    closed: bool = False
    opened: bool = False


def unfolds(before: Session | None, after: Session) -> bool | None:
    """Return whether a change folds (False) or unfolds (True) the setup; None leaves it as it is.

    The first step folds it. Other data, another model or a reset unfold it. Moving θ(0) in a picture does
    not, because the picture would move away under the mouse; nor does another method.
    """
    change = diff(before, after)
    if len(after.trace) > 1:
        return False
    if before is None or change & {Part.MODEL, Part.DATA}:
        return True
    reset = len(before.trace) > 1 and before.front == after.front and Part.START not in change
    return True if reset else None
