"""The layout of a heat map with its names, numbers, frames and dots. No widget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from emviz.em.pictures import Matrix
from emviz.ui.look.style import SMALL
from emviz.ui.look.theme import Theme, contrast
from emviz.ui.panels.pictures.shading import channels, mixed, pooled, shades
from emviz.ui.panels.plot.naming import across, down, elided, sized, widest
from emviz.ui.widgets.visible import visible
from emviz.wording.numbers import number

#: Largest size of a cell, in pixels, and its largest ratio of width to height.
LARGEST, WIDEST = QPointF(180, 110), 9.0
#: Size of a cell, in pixels, from which lines separate cells.
LINED = 11.0
#: Largest part of the width for row names.
NAMES = 0.3
#: Smallest side of a frame, and smallest and largest diameter of a dot, in pixels.
FRAME, DOT, BIG_DOT = 10.0, 6.0, 13.0
#: Contrast that text needs (W3C, Web Content Accessibility Guidelines 2.1).
READABLE = 4.5
#: Length of the colour scale, in pixels.
STRIP = 54.0
#: Font sizes tried for numbers, until one fits; and how much higher than its text a cell with a large one is.
SIZES, ROOMY = (1.5, 1.25, 1.0, SMALL), 1.3
# Combined once, since in Python | on two enum flags is slow.
UNCLIPPED = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
MIDDLE, RIGHT = UNCLIPPED | Qt.AlignmentFlag.AlignHCenter, UNCLIPPED | Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class Text:
    """A text centred in an area, or at its right end.

    Parameters
    ----------
    area : QRectF
        Its box, in pixels, which does not clip it.
    text, colour : str
    bold, right, turned : bool
        Whether it is bold, right-aligned, or rotated to run upwards.
    size : float
        Its size relative to the widget's font.
    """

    area: QRectF
    text: str
    colour: str
    bold: bool = False
    right: bool = False
    turned: bool = False
    size: float = SMALL

    def paint(self, painter: QPainter, font: QFont) -> None:
        """Paint the text in a size relative to `font`."""
        painter.setFont(sized(font, self.size, self.bold))
        painter.setPen(QColor(self.colour))
        flags = RIGHT if self.right else MIDDLE
        if not self.turned:
            painter.drawText(self.area, flags, visible(self.text))
            return
        painter.save()
        painter.translate(self.area.center())
        painter.rotate(-90)
        width, height = self.area.height(), self.area.width()
        painter.drawText(QRectF(-width / 2, -height / 2, width, height), flags, visible(self.text))
        painter.restore()


@dataclass(frozen=True)
class HeatMapPlan:
    """The layout of a heat map, in pixels of the widget.

    Parameters
    ----------
    area : QRectF
        The area of the cells.
    rows, columns : int
        Number of cells down and across.
    image : QImage
        One pixel per cell, or per several cells where they are smaller than pixels.
    hatched : bool
        Whether some cells are missing.
    frames, dots : tuple of QRectF
        Marks around cells and in cells.
    outline : QRectF or None
        Frame of the selected row.
    texts : tuple of Text
        Names, headings and numbers.
    strip : QRectF or None
        The colour scale.
    """

    area: QRectF
    rows: int
    columns: int
    image: QImage
    hatched: bool
    frames: tuple[QRectF, ...]
    dots: tuple[QRectF, ...]
    outline: QRectF | None
    texts: tuple[Text, ...]
    strip: QRectF | None

    @property
    def lined(self) -> bool:
        """Whether lines separate the cells."""
        return min(self.area.width() / self.columns, self.area.height() / self.rows) >= LINED

    def cell(self, row: int, column: int) -> QRectF:
        """Return the area of a cell."""
        return _cell(self.area, self.rows, self.columns, row, column)

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the row and the column at a point; None outside the cells."""
        return cell_at(self.area, self.rows, self.columns, point)

    def row_at(self, y: float) -> int | None:
        """Return the row at a height, wherever in its line; None above and below the cells."""
        found = self.at(QPointF(self.area.center().x(), y))
        return None if found is None else found[0]


class HeatMapPlanner:
    """Lays out a matrix.

    Parameters
    ----------
    matrix : Matrix
        The values, names and marks.
    theme : Theme
    font : QFont
        The widget's font.
    decimals : int
        Decimals of the numbers in the cells.
    revealed : bool
        Whether the frames, which EM does not know, are shown.
    """

    def __init__(self, matrix: Matrix, theme: Theme, font: QFont, decimals: int, revealed: bool) -> None:
        self.matrix, self.theme, self.decimals, self.revealed = matrix, theme, decimals, revealed
        self._small, self._bold = (QFontMetricsF(sized(font, SMALL, bold)) for bold in (False, True))
        self._sizes = {size: QFontMetricsF(sized(font, size)) for size in SIZES}
        self._shades = shades(matrix)
        self._widest = max(map(self._bold.horizontalAdvance, matrix.rows), default=0.0)
        #: The last image of the cells, by its size.
        self._images: dict[tuple[int, int], QImage] = {}
        self._room = 0.0

    def with_decimals(self, decimals: int) -> HeatMapPlanner:
        """Return a planner with other decimals, which shares the shades and the image."""
        other = copy(self)
        other.decimals = decimals
        return other

    def plan(self, width: float, height: float, ratio: float) -> HeatMapPlan:
        """Return the plan for a size in pixels and a device-pixel ratio."""
        matrix, self._room = self.matrix, width
        names = min(self._widest + 2, NAMES * width)
        area = self._area(width, height, names)
        rows, columns = matrix.values.shape
        size = (round(area.height() * ratio), round(area.width() * ratio))
        written = self._written(area) is not None
        strip = None if written else self._strip(area, width, height)
        texts = (
            *self._row_names(area, names),
            *self._column_names(area),
            *self._headings(area, names, height),
            *self._key(strip),
            *self._numbers(area),
        )
        return HeatMapPlan(
            area=area,
            rows=rows,
            columns=columns,
            image=self._image(size),
            hatched=bool(np.isnan(matrix.values).any()),
            frames=self._around(area, matrix.marks if self.revealed else ()),
            dots=tuple(_dot(_cell(area, rows, columns, *best), written) for best in matrix.bests),
            outline=self._outline(area),
            texts=texts,
            strip=strip,
        )

    # -- room -----------------------------------------------------------------------------------------------

    def _area(self, width: float, height: float, names: float) -> QRectF:
        """Return the area of the cells, as large as possible beside the names."""
        rows, columns = self.matrix.values.shape
        line, gap = self._small.height(), 6.0
        # The name of a low first row reaches above it.
        top = ceil(line / 2)
        left = names + gap + (line + gap if self.matrix.row_heading else 0)
        below = line + 4 + (line if self.matrix.column_heading or not self.matrix.numbers else 0)
        down_each = min((height - top - below) / rows, LARGEST.y())
        most = max(LARGEST.x(), widest(self.matrix.columns, self._small))
        across_each = min((width - left - 10) / columns, most, max(WIDEST * down_each, 2 * line))
        size = [max(1.0, total) for total in (across_each * columns, down_each * rows)]
        # Cells of whole pixels have equal sizes; for small cells the rounding would waste too much room.
        size = [
            count * int(total / count) if total / count >= LINED else int(total)
            for total, count in zip(size, (columns, rows), strict=True)
        ]
        spare = height - top - below - size[1]
        return QRectF(ceil(left), top + int(spare / 3), max(1, size[0]), max(1, size[1]))

    def _strip(self, area: QRectF, width: float, height: float) -> QRectF | None:
        line = self._small.height()
        ends = max(self._small.horizontalAdvance(text) for text in self._ends()) + 6
        right = (
            min(width - 4, max(area.right(), area.left() + self._heading_width() + STRIP + 2 * ends)) - ends
        )
        box = QRectF(right - STRIP, area.bottom() + 3 + line * 1.25, STRIP, line * 0.5)
        heading = max(area.left(), area.center().x() - self._heading_width() / 2) + self._heading_width()
        return box if box.left() - ends > heading and box.bottom() < height else None

    def _heading_width(self) -> float:
        return self._small.horizontalAdvance(self.matrix.column_heading) + 12

    # -- texts ----------------------------------------------------------------------------------------------

    def _row_names(self, area: QRectF, width: float) -> Iterator[Text]:
        rows, line = len(self.matrix.rows), self._small.height()
        pitch, chosen = area.height() / rows, self.matrix.row
        left = area.left() - 6 - width
        shown = dict(down(self.matrix.rows, pitch, self._small, width))
        if chosen is not None:
            near = [k for k in shown if abs(k - chosen) * pitch < line]
            shown = {k: text for k, text in shown.items() if k not in near}
            shown[chosen] = elided(self.matrix.rows[chosen], width, self._bold)
        for k, text in sorted(shown.items()):
            middle = area.top() + (k + 0.5) * pitch
            box = QRectF(left, middle - line / 2, width, line)
            plain = self.theme.ink if k == chosen else self.theme.muted
            colour = plain if self.matrix.components is None else self._colour(k)
            yield Text(box, text, colour, bold=k == chosen, right=True)

    def _column_names(self, area: QRectF) -> Iterator[Text]:
        names = self.matrix.columns
        pitch, line = area.width() / len(names), self._small.height()
        for k, text in across(names, pitch, self._small):
            middle = area.left() + (k + 0.5) * pitch
            half = self._small.horizontalAdvance(text) / 2 + 1
            # The first name must not touch the row names.
            left = min(max(area.left() - 4, middle - half), self._room - 2 * half)
            box = QRectF(left, area.bottom() + 3, 2 * half, line)
            yield Text(box, text, self.theme.muted)

    def _headings(self, area: QRectF, names: float, height: float) -> Iterator[Text]:
        line, colour = self._small.height(), self.theme.muted
        long = self._small.horizontalAdvance(self.matrix.row_heading) + 4
        # A heading is omitted rather than elided.
        if self.matrix.row_heading and long <= height:
            tall = max(area.height(), long)
            top = min(area.top(), height - tall)
            box = QRectF(area.left() - names - line - 12, top, line, tall)
            yield Text(box, self.matrix.row_heading, colour, turned=True)
        wide = self._heading_width()
        if self.matrix.column_heading and wide <= max(area.width(), self._room - area.left()):
            left = max(area.left(), area.center().x() - wide / 2)
            box = QRectF(left, area.bottom() + 3 + line, wide, line)
            yield Text(box, self.matrix.column_heading, colour)

    def _key(self, strip: QRectF | None) -> Iterator[Text]:
        if strip is None:
            return
        yield from scale_ends(strip, self._ends(), self._small, self.theme.muted)

    def _ends(self) -> tuple[str, str]:
        places = 0 if whole_ends(self.matrix) else self.decimals
        return number(self.matrix.low, places), number(self.matrix.high, places)

    # -- numbers --------------------------------------------------------------------------------------------

    def _written(self, area: QRectF) -> tuple[int, float] | None:
        """Return the decimals and the font size at which all numbers fit their cells, or None."""
        if not self.matrix.numbers:
            return None
        rows, columns = self.matrix.values.shape
        room = (area.width() / columns, area.height() / rows)
        values = self.matrix.values[np.isfinite(self.matrix.values)]
        whole = bool(np.all(np.mod(values, 1) == 0))
        for places in (0,) if whole else (self.decimals, self.decimals - 1):
            ends = [number(float(end), places) for end in (values.min(), values.max())] if values.size else []
            for size, metrics in self._sizes.items():
                widest = max(map(metrics.horizontalAdvance, ends), default=0)
                fits = widest + 8 <= room[0] and metrics.height() <= room[1]
                if fits and (size <= 1 or ROOMY * metrics.height() <= room[1]):
                    return places, size
        return None

    def _numbers(self, area: QRectF) -> Iterator[Text]:
        written, (rows, columns) = self._written(area), self.matrix.values.shape
        if written is None:
            return
        places, size = written
        for row, column in np.argwhere(~np.isnan(self.matrix.values)).tolist():
            box = _cell(area, rows, columns, row, column)
            text = number(float(self.matrix.values[row, column]), places)
            yield Text(box, text, self._readable(row, column), size=size)

    def _readable(self, row: int, column: int) -> str:
        ground = mixed(self.theme, self._colour(row), float(self._shades[row, column]))
        # On a middling ground neither of the theme's inks is readable, but black or white is.
        for inks in ((self.theme.ink, self.theme.card), ("#000000", "#ffffff")):
            best = max(inks, key=lambda ink: contrast(ink, ground))
            if contrast(best, ground) >= READABLE:
                break
        return best

    # -- cells ----------------------------------------------------------------------------------------------

    def _colour(self, row: int) -> str:
        if self.matrix.components is None:
            return self.theme.accent
        return self.theme.component(self.matrix.components[row])

    def _image(self, size: tuple[int, int]) -> QImage:
        """Return the cells as an image of at most `size` pixels (rows, columns)."""
        if size not in self._images:
            self._images.clear()
            self._images[size] = self._shaded(size)
        return self._images[size]

    def _shaded(self, size: tuple[int, int]) -> QImage:
        values, rows = pooled(self._shades, size)
        full = np.array([channels(self._colour(row)) for row in rows.tolist()])
        card = channels(self.theme.card)
        shade = np.nan_to_num(values)[:, :, None]
        pixels = np.empty((*values.shape, 4), dtype=np.uint8)
        pixels[:, :, :3] = np.rint(card + shade * (full[:, None] - card))
        pixels[:, :, 3] = np.where(np.isnan(values), 0, 255)
        height, width = values.shape
        image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
        # QImage does not own the bytes, so they must be copied.
        return image.copy()

    def _around(self, area: QRectF, cells: tuple[tuple[int, int], ...]) -> tuple[QRectF, ...]:
        rows, columns = self.matrix.values.shape
        return tuple(_grown(_cell(area, rows, columns, *cell), FRAME) for cell in cells)

    def _outline(self, area: QRectF) -> QRectF | None:
        row, (rows, columns) = self.matrix.row, self.matrix.values.shape
        if row is None:
            return None
        whole = _cell(area, rows, columns, row, 0).united(_cell(area, rows, columns, row, columns - 1))
        return _grown(whole, FRAME)


def whole_ends(matrix: Matrix) -> bool:
    """Return whether both ends of the colour scale are written without decimals."""
    return matrix.low == round(matrix.low) and matrix.high == round(matrix.high)


def cell_at(area: QRectF, rows: int, columns: int, point: QPointF) -> tuple[int, int] | None:
    """Return the row and the column at a point of an area of equal cells; None outside of it."""
    if not area.contains(point):
        return None
    row = int((point.y() - area.top()) / area.height() * rows)
    column = int((point.x() - area.left()) / area.width() * columns)
    return min(row, rows - 1), min(column, columns - 1)


def scale_ends(strip: QRectF, texts: Sequence[str], metrics: QFontMetricsF, colour: str) -> Iterator[Text]:
    """Yield the texts at the left and the right end of a colour scale."""
    line = metrics.height()
    for text, side in zip(texts, (-1, 1), strict=True):
        half = metrics.horizontalAdvance(text) / 2 + 1
        middle = strip.center().x() + side * (strip.width() / 2 + 5 + half)
        yield Text(QRectF(middle - half, strip.center().y() - line / 2, 2 * half, line), text, colour)


def _cell(area: QRectF, rows: int, columns: int, row: int, column: int) -> QRectF:
    width, height = area.width() / columns, area.height() / rows
    return QRectF(area.left() + column * width, area.top() + row * height, width, height)


def _grown(cell: QRectF, least: float) -> QRectF:
    """Return a frame around a cell, with sides of at least `least` pixels."""
    width, height = max(cell.width() + 1, least), max(cell.height() + 1, least)
    centre = cell.center()
    return QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)


def _dot(cell: QRectF, aside: bool) -> QRectF:
    """Return the dot in the centre of a cell, or in its corner, aside from its number."""
    if aside:
        return QRectF(cell.right() - DOT - 4, cell.top() + 4, DOT + 1, DOT + 1)
    size = min(max(0.45 * min(cell.width(), cell.height()), DOT), BIG_DOT)
    return QRectF(cell.center().x() - size / 2, cell.center().y() - size / 2, size, size)
