"""Tab order in reading order, for any arrangement of the panels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget

W = TypeVar("W", bound=QWidget)


def next_stop(window: QWidget, regions: Sequence[Sequence[QWidget]], forward: bool) -> QWidget | None:
    """Return the next widget in tab order, or the previous one; None if there is none.

    Parameters
    ----------
    regions : sequence of sequences of QWidget
        Parts of the window in tab order, each from its upper left.
    """
    found = stops(window, regions)
    focus = QApplication.focusWidget()
    if not found:
        return None
    if focus not in found:
        return found[0 if forward else -1]
    return found[(found.index(focus) + (1 if forward else -1)) % len(found)]


def stops(window: QWidget, regions: Sequence[Sequence[QWidget]]) -> list[QWidget]:
    """Return all widgets that Tab stops at, in reading order."""
    found: list[QWidget] = []
    for region in regions:
        for part in in_lines(window, [each for each in region if each.isVisible()]):
            found += in_lines(window, filter(_stops_here, part.findChildren(QWidget)))
    return found


def in_lines(window: QWidget, widgets: Iterable[W]) -> list[W]:
    """Return widgets line by line, each line from left to right.

    A widget belongs to a line if its top is above the middle of the line's first widget.
    """
    placed = [(QRect(_place(window, each), each.size()), each) for each in widgets]
    placed.sort(key=lambda pair: (pair[0].top(), pair[0].left()))
    lines: list[list[tuple[QRect, W]]] = []
    for place, widget in placed:
        if not lines or place.top() > lines[-1][0][0].center().y():
            lines.append([])
        lines[-1].append((place, widget))
    return [widget for line in lines for _, widget in sorted(line, key=lambda pair: pair[0].left())]


def _place(window: QWidget, widget: QWidget) -> QPoint:
    """Return the position of a widget in the window, as if all scroll areas were at the top."""
    place, around = widget.mapTo(window, QPoint()), widget.parentWidget()
    while around is not None and around is not window:
        if isinstance(around, QScrollArea):
            place += QPoint(around.horizontalScrollBar().value(), around.verticalScrollBar().value())
        around = around.parentWidget()
    return place


def _stops_here(widget: QWidget) -> bool:
    """Return whether Tab stops at a widget; of exclusive buttons, only at the checked one."""
    if not (widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus):
        return False
    # Its proxy takes the focus, and is listed itself.
    if widget.focusProxy() is not None:
        return False
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    chosen = group.checkedButton() if group is not None and group.exclusive() else None
    return chosen is None or chosen is widget
