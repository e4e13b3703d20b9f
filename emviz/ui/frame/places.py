"""Geometry of the arrangements: the rectangle of each panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QPoint, QRect, QSize

from emviz.session import Arrangement

#: The four panels, in the order of their keys.
NAMES = ("bound", "likelihood", "counts", "picture")
#: Pixels between two panels.
GAP = 8
#: Minimum size of a panel.
LEAST = QSize(200, 120)
#: Thousandths of the width for the left column, and of the height for the upper panels.
Shares: TypeAlias = tuple[int, int]
USUAL: Mapping[Arrangement, Shares] = {Arrangement.FOUR: (570, 450), Arrangement.STAGE: (643, 500)}
#: If the picture leads, the plot at the upper right gets this share of its height: the table needs rows.
LEADING = 0.6


@dataclass(frozen=True)
class Scene:
    """Which panels are visible, and how.

    Parameters
    ----------
    arrangement : Arrangement
        Four panels or the stage.
    upper : str
        Panel at the upper right of the stage, "bound" or "likelihood".
    large : str
        The maximised panel; "" for none.
    leading : bool
        The stage has the picture at the left and the count table at the lower right.
    """

    arrangement: Arrangement = Arrangement.FOUR
    upper: str = "bound"
    large: str = ""
    leading: bool = False

    @property
    def seen(self) -> tuple[str, ...]:
        """The visible panels."""
        if self.large:
            return (self.large,)
        if self.arrangement is Arrangement.FOUR:
            return NAMES
        return tuple(name for name in NAMES if name in (self.upper, "counts", "picture"))

    @property
    def leads(self) -> bool:
        """Whether the picture is at the left of the stage."""
        return self.leading and self.arrangement is Arrangement.STAGE


def places(scene: Scene, room: QRect, shares: Shares) -> dict[str, QRect]:
    """Return the rectangle of every panel, including hidden ones.

    Parameters
    ----------
    room : QRect
        The area of all panels together.
    """
    if scene.arrangement is Arrangement.FOUR:
        found = _four(room, shares)
    else:
        found = _stage(room, shares, scene.leading)
    if scene.large:
        found[scene.large] = QRect(room)
    return found


def _four(room: QRect, shares: Shares) -> dict[str, QRect]:
    left, right = _beside(room, shares[0])
    return {
        **dict(zip(("bound", "counts"), _below(left, shares[1]), strict=True)),
        **dict(zip(("likelihood", "picture"), _below(right, shares[1]), strict=True)),
    }


def _stage(room: QRect, shares: Shares, leading: bool) -> dict[str, QRect]:
    main, right = _beside(room, shares[0])
    upper, lower = _below(right, _upper(shares, leading))
    first, second = ("picture", "counts") if leading else ("counts", "picture")
    return {first: main, "bound": upper, "likelihood": QRect(upper), second: lower}


def handles(scene: Scene, room: QRect, shares: Shares) -> tuple[QRect, QRect]:
    """Return the draggable areas of the border between columns and the one between rows."""
    left, right = _beside(room, shares[0])
    upper, _ = _below(right, _upper(shares, scene.leads))
    across = QRect(left.right() + 1, room.top(), GAP, room.height())
    whole = scene.arrangement is Arrangement.FOUR
    start, width = (room.left(), room.width()) if whole else (right.left(), right.width())
    return across, QRect(start, upper.bottom() + 1, width, GAP)


def shared_at(at: QPoint, room: QRect, leads: bool = False) -> Shares:
    """Return the shares that put the borders at a point, limited by the panels' minimum sizes.

    Parameters
    ----------
    leads : bool
        The picture leads (`Scene.leads`).
    """
    upper = _share(at.y() - room.top(), room.height() - GAP, LEAST.height())
    return (
        _share(at.x() - room.left(), room.width() - GAP, LEAST.width()),
        min(999, round(upper / LEADING)) if leads else upper,
    )


def _upper(shares: Shares, leads: bool) -> int:
    """Return the height of the upper right panel on the stage, in thousandths."""
    return round(LEADING * shares[1]) if leads else shares[1]


def _share(length: int, whole: int, least: int) -> int:
    kept = min(max(length, least), whole - least) if whole > 2 * least else whole // 2
    return round(1000 * kept / max(1, whole))


def _beside(room: QRect, share: int) -> tuple[QRect, QRect]:
    width = round((room.width() - GAP) * share / 1000)
    left = QRect(room.left(), room.top(), width, room.height())
    start = room.left() + width + GAP
    return left, QRect(start, room.top(), room.width() - width - GAP, room.height())


def _below(room: QRect, share: int) -> tuple[QRect, QRect]:
    height = round((room.height() - GAP) * share / 1000)
    upper = QRect(room.left(), room.top(), room.width(), height)
    start = room.top() + height + GAP
    return upper, QRect(room.left(), start, room.width(), room.height() - height - GAP)
