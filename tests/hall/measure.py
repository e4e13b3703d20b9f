"""What of a window can be seen, and whether it stays where it is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QAbstractButton, QTableView, QWidget

from emviz.ui.panels.counts.strip import UpdateStrip
from emviz.ui.widgets.card import Card
from emviz.ui.window import MainWindow
from hall.ink import Ink, painted


@dataclass(frozen=True)
class Seen:
    """How much of something is seen, of how much."""

    whole: int
    many: int

    def __str__(self) -> str:
        return f"{self.whole}/{self.many}"

    def reaches(self, least: int) -> bool:
        """Return whether so many are seen, or all."""
        return self.whole >= min(least, self.many)


@dataclass(frozen=True)
class Measured:
    """What is seen at one moment.

    Parameters
    ----------
    rows, columns, lines : Seen
        Rows and columns of the count table, and lines of the M-step.
    picture : QSize
        The model's picture, with its head.
    smallest, script : float
        The least em of texts, and of sub- and superscripts, in pixels.
    inks : tuple of Ink
        All texts.
    cut : int
        How many of them are clipped or elided.
    places : mapping of str to QRect
        Where everything stands that may not move.
    """

    rows: Seen
    columns: Seen
    lines: Seen
    picture: QSize
    smallest: float
    script: float
    inks: tuple[Ink, ...]
    cut: int
    places: dict[str, QRect]


def measured(window: MainWindow) -> Measured:
    """Return what is seen of a window."""
    inks = painted(window.centralWidget())
    smallest = min(ink.em for ink in inks if not ink.script)
    scripts = [ink.em for ink in inks if ink.script]
    grid = window.counts.sheet.grid
    return Measured(
        _rows(grid.rows),
        _counts(grid.rows, window),
        _lines(window),
        window.model_picture.size(),
        smallest,
        min(scripts, default=smallest),
        tuple(inks),
        sum(ink.clipped or ink.elided for ink in inks),
        _places(window),
    )


def moved(before: Measured, after: Measured) -> dict[str, int]:
    """Return by how many pixels what is seen at both moments has moved or grown, if at all."""
    apart = {
        name: max(map(abs, _edges(before.places[name], after.places[name])))
        for name in before.places.keys() & after.places.keys()
    }
    return {name: far for name, far in sorted(apart.items()) if far}


def _edges(one: QRect, other: QRect) -> tuple[int, ...]:
    return tuple(b - a for a, b in zip(one.getCoords(), other.getCoords(), strict=True))


def _rows(view: QTableView) -> Seen:
    room = view.viewport().height() if view.isVisible() else 0
    many = view.model().rowCount()
    first, last = max(view.rowAt(0), 0), view.rowAt(room - 1)
    ends = range(first, (last if last >= 0 else many - 1) + 1)
    tops = [(view.rowViewportPosition(row), view.rowHeight(row)) for row in ends]
    return Seen(sum(top >= 0 and top + high <= room for top, high in tops), many)


def _counts(view: QTableView, window: MainWindow) -> Seen:
    """Return the columns with totals that are seen in full width."""
    room, grid = view.viewport().width(), window.counts.sheet.grid
    places = [k for k, column in enumerate(grid.rows_model.columns) if grid.totals_model.has_total(column)]
    spans = [
        (view.columnViewportPosition(k), view.columnWidth(k)) for k in places if not view.isColumnHidden(k)
    ]
    shown = view.isVisible() and grid.totals.isVisible()
    return Seen(sum(shown and left >= 0 and left + wide <= room for left, wide in spans), len(places))


def _lines(window: MainWindow) -> Seen:
    """Return the numbers of θ(t+1) that are seen: as lines, or in a matrix."""
    found, strips = window.counts.sheet.found, window.counts.findChildren(UpdateStrip)
    shown = [strip for strip in strips if strip.isVisible()]
    if found is None or not shown:
        return Seen(0, 0 if found is None else len(found))
    cut = sum(not _is_whole(line) for line in shown[0].lines)
    return Seen(len(found) - shown[0].more - cut, len(found))


def _is_whole(widget: QWidget) -> bool:
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def _places(window: MainWindow) -> dict[str, QRect]:
    """Return where the cards, the tables, the buttons of the bar and the status stand in the window."""
    named = {each.objectName() or each.accessibleName(): each for each in window.findChildren(Card)}
    buttons = window.transport.findChildren(QAbstractButton)
    named |= {f"button {k}": button for k, button in enumerate(buttons)}
    grid = window.counts.sheet.grid
    named |= {"rows": grid.rows.viewport(), "totals": grid.totals.viewport(), "status": window.status}
    return {
        name: QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        for name, widget in named.items()
        if widget.isVisible()
    }
