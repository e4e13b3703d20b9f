"""When the setup gives its room to the panels, and when it takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from emviz.session import Part, Session, diff


class Side(Enum):
    """Where the setup stands: beside the panels, over them as a drawer, or nowhere."""

    BESIDE = auto()
    OVER = auto()
    AWAY = auto()


@dataclass(frozen=True)
class Fold:
    """What decides where the setup stands.

    Parameters
    ----------
    unfolded : bool
        It belongs beside the panels.
    closed : bool
        It has been closed there.
    opened : bool
        It lies open over them.
    """

    unfolded: bool = True
    closed: bool = False
    opened: bool = False


def unfolds(before: Session | None, after: Session) -> bool | None:
    """Return whether the setup folds (False) or unfolds (True) with a change; None where it stays as it is.

    It folds with the first step. It comes back with other data, another model, or a reset, but not where
    θ(0) is moved in a picture, which would move away under the mouse, nor with another method.
    """
    change = diff(before, after)
    if len(after.trace) > 1:
        return False
    if before is None or change & {Part.MODEL, Part.DATA}:
        return True
    reset = len(before.trace) > 1 and before.front == after.front and Part.START not in change
    return True if reset else None
