"""Images side by side as a plan: the pixels, and where names and scales go. No widget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage

from emviz.em.numerics import Array
from emviz.em.pictures import Image, Plate
from emviz.ui.look.style import SMALL
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.heat_map import Text
from emviz.ui.panels.plot.naming import across, down, elided, sized
from emviz.wording.numbers import number

#: Space between two images, and the length of the strip of a scale, in pixels.
APART, STRIP = 22.0, 72.0
#: The least size of the frame around a row or a pixel.
FRAME = 6.0


@dataclass(frozen=True)
class Print:
    """An image where it is painted.

    Parameters
    ----------
    area, strip : QRectF
        Where its pixels are, and where the strip of its scale is.
    pixels, scale : QImage
        The image, a pixel for each number, and the colours from low to high in one line.
    hidden : bool
        The class is to guess it.
    """

    area: QRectF
    strip: QRectF
    pixels: QImage
    scale: QImage
    hidden: bool = False


@dataclass(frozen=True)
class ImagePlan:
    """Everything that is painted, in the pixels of the widget.

    Parameters
    ----------
    rows, columns : int
        The shape of every image.
    prints : tuple of Print
        The images.
    frames : tuple of QRectF
        The selected row in each.
    texts : tuple of Text
        Names, headings, numbers.
    """

    rows: int
    columns: int
    prints: tuple[Print, ...]
    frames: tuple[QRectF, ...]
    texts: tuple[Text, ...]

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the row and the column at a point of any of the images; None beside them."""
        for each in self.prints:
            if each.area.contains(point):
                down_part = (point.y() - each.area.top()) / each.area.height()
                across_part = (point.x() - each.area.left()) / each.area.width()
                row, column = int(down_part * self.rows), int(across_part * self.columns)
                return min(row, self.rows - 1), min(column, self.columns - 1)
        return None

    def pixel(self, row: int, column: int) -> list[QRectF]:
        """Return where a pixel is in each of the images, no smaller than can be seen."""
        boxes = []
        for each in self.prints:
            wide, high = each.area.width() / self.columns, each.area.height() / self.rows
            box = QRectF(0, 0, max(wide, FRAME), max(high, FRAME))
            box.moveCenter(
                QPointF(each.area.left() + (column + 0.5) * wide, each.area.top() + (row + 0.5) * high)
            )
            boxes.append(box)
        return boxes


class ImagePlanner:
    """Lays images out.

    Parameters
    ----------
    view : Image
        What is shown.
    theme : Theme
        In which colours.
    font : QFont
        The usual one.
    decimals : int
        Decimals of the numbers at a scale.
    """

    def __init__(self, view: Image, theme: Theme, font: QFont, decimals: int) -> None:
        self.view, self.theme, self.decimals = view, theme, decimals
        self._small, self._bold = (QFontMetricsF(sized(font, SMALL, bold)) for bold in (False, True))
        self._images = [_image(coloured(plate.values, plate, theme)) for plate in view.plates]
        self._scales = [_image(coloured(_ramp(plate), plate, theme)) for plate in view.plates]

    def plan(self, width: float, height: float) -> ImagePlan:
        """Return the plan for a size."""
        areas = self._areas(width, height)
        strips = [self._strip(area) for area in areas]
        rows, columns = self.view.plates[0].values.shape
        texts = [*self._left(areas[0])]
        for area, strip, plate in zip(areas, strips, self.view.plates, strict=True):
            texts += [self._name(area, plate), *self._below(area), *self._ends(area, strip, plate)]
        hidden = [plate.hidden for plate in self.view.plates]
        prints = map(Print, areas, strips, self._images, self._scales, hidden)
        return ImagePlan(rows, columns, tuple(prints), tuple(self._frames(areas, rows)), tuple(texts))

    # -- room -----------------------------------------------------------------------------------------------

    def _areas(self, width: float, height: float) -> list[QRectF]:
        """Return where the images go, as large as there is room, whole pixels for whole cells."""
        rows, columns = self.view.plates[0].values.shape
        many, line = len(self.view.plates), self._small.height()
        left, top = ceil(self._names() + 10 + (0 if self.view.square else line)), ceil(line + 4)
        size = [
            max(1.0, width - left - 10 - APART * (many - 1)) / many / columns,
            max(1.0, height - top - self._foot()) / rows,
        ]
        if self.view.square:
            size = [min(size)] * 2
        # Square pixels are whole ones on the screen too, where they are not too small for that.
        wide, high = (
            count * (int(each) if self.view.square and each >= 3 else each)
            for count, each in zip((columns, rows), size, strict=True)
        )
        spare = (width - left - 10 - many * wide - APART * (many - 1)) / 2
        first = left + max(0.0, spare if self.view.square else 0.0)
        return [
            QRectF(int(first + k * (wide + APART)), top, max(1.0, wide), max(1.0, high)) for k in range(many)
        ]

    def _names(self) -> float:
        return max(self._small.horizontalAdvance(name) for name in self.view.rows)

    def _foot(self) -> float:
        """Return the room for the names of the columns, their heading, and the scale.

        That rows and columns of square pixels are rows and columns goes without saying.
        """
        return (2 if self.view.square else 3) * self._small.height() + 8

    def _strip(self, area: QRectF) -> QRectF:
        line = self._small.height()
        wide = min(STRIP, area.width() / 2)
        return QRectF(
            area.center().x() - wide / 2, area.bottom() + self._foot() - 0.7 * line - 2, wide, line * 0.5
        )

    def _frames(self, areas: list[QRectF], rows: int) -> Iterator[QRectF]:
        row = self.view.row
        if row is None:
            return
        for area in areas:
            high = max(area.height() / rows, FRAME)
            middle = area.top() + (row + 0.5) * area.height() / rows
            yield QRectF(area.left() - 1, middle - high / 2, area.width() + 2, high)

    # -- texts ----------------------------------------------------------------------------------------------

    def _name(self, area: QRectF, plate: Plate) -> Text:
        # It may stand out beside a narrow image, as far as the next one leaves room.
        line, room = self._bold.height(), area.width() + APART - 4
        box = QRectF(area.center().x() - room / 2, area.top() - line - 2, room, line)
        name = f"{plate.name} (hidden)" if plate.hidden else plate.name
        return Text(box, elided(name, room, self._bold), self.theme.ink, bold=True)

    def _left(self, area: QRectF) -> Iterator[Text]:
        """Yield the names of the rows, and what they are."""
        line, names = self._small.height(), self._names()
        pitch = area.height() / len(self.view.rows)
        for k, text in down(self.view.rows, pitch, self._small, names):
            middle = area.top() + (k + 0.5) * pitch
            box = QRectF(area.left() - 6 - names, middle - line / 2, names, line)
            yield Text(box, text, self.theme.muted, right=True)
        if self.view.square:
            return
        # It may stand out above and below a low image.
        if self._small.horizontalAdvance(self.view.row_heading) <= 2 * area.center().y():
            box = QRectF(area.left() - names - line - 10, area.top(), line, area.height())
            yield Text(box, self.view.row_heading, self.theme.muted, turned=True)

    def _below(self, area: QRectF) -> Iterator[Text]:
        """Yield the names of the columns, and what they are."""
        line, pitch = self._small.height(), area.width() / len(self.view.columns)
        for k, text in across(self.view.columns, pitch, self._small):
            half = self._small.horizontalAdvance(text) / 2 + 1
            box = QRectF(area.left() + (k + 0.5) * pitch - half, area.bottom() + 2, 2 * half, line)
            yield Text(box, text, self.theme.muted)
        if self.view.square:
            return
        box = QRectF(area.left(), area.bottom() + line, area.width(), line)
        yield Text(box, elided(self.view.column_heading, area.width(), self._small), self.theme.muted)

    def _ends(self, area: QRectF, strip: QRectF, plate: Plate) -> Iterator[Text]:
        """Yield the numbers at both ends of a scale, where they have room."""
        line = self._small.height()
        places = self.decimals if has_decimals(plate) else 0
        texts = [number(value, places) for value in (plate.low, plate.high)]
        room = (area.width() - strip.width()) / 2 + APART / 2
        if max(map(self._small.horizontalAdvance, texts)) + 6 > room:
            return
        for text, place in zip(texts, (-1, 1), strict=True):
            half = self._small.horizontalAdvance(text) / 2 + 1
            middle = strip.center().x() + place * (strip.width() / 2 + 5 + half)
            yield Text(
                QRectF(middle - half, strip.center().y() - line / 2, 2 * half, line), text, self.theme.muted
            )


def has_decimals(plate: Plate) -> bool:
    """Return whether the numbers at the scale of an image have decimals."""
    whole = plate.low == round(plate.low) and plate.high == round(plate.high)
    return not whole and plate.high < 100


def coloured(values: Array, plate: Plate, theme: Theme) -> NDArray[np.uint8]:
    """Return the colours of numbers on the scale of an image, shape (R, C, 4): red, green, blue, opacity."""
    pixels = np.full((*values.shape, 4), 255, dtype=np.uint8)
    if plate.low >= 0:
        span = plate.high - plate.low
        shade = np.clip((values - plate.low) / span, 0.0, 1.0) if span > 0 else np.zeros(values.shape)
        pixels[..., :3] = np.rint(255 * shade)[..., None]
        return pixels
    card, warm, cold = (_channels(colour) for colour in (theme.card, theme.component(0), theme.component(1)))
    part = np.clip(np.where(values > 0, values / plate.high, values / plate.low), 0.0, 1.0)[..., None]
    pixels[..., :3] = np.rint(card + part * (np.where(values[..., None] > 0, warm, cold) - card))
    return pixels


def _ramp(plate: Plate) -> Array:
    return np.linspace(plate.low, plate.high, int(STRIP))[None, :]


def _image(pixels: NDArray[np.uint8]) -> QImage:
    rows, columns = pixels.shape[:2]
    image = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    # Painting this format costs no conversion, and the bytes no longer belong to Python.
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _channels(colour: str) -> Array:
    shown = QColor(colour)
    return np.array([shown.red(), shown.green(), shown.blue()], dtype=np.float64)
