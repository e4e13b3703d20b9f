"""The layout of images side by side with their names and scales. No widget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QImage

from emviz.em.numerics import Array
from emviz.em.pictures import Image, Plate
from emviz.ui.look.style import SMALL
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.heat_map import Text, cell_at, scale_ends
from emviz.ui.panels.pictures.shading import channels
from emviz.ui.panels.plot.naming import across, down, elided, sized
from emviz.wording.numbers import number

#: Gap between two images, and length of a colour scale, in pixels.
APART, STRIP = 22.0, 72.0
#: Smallest size of the frame around a row or a pixel, in pixels.
FRAME = 6.0


@dataclass(frozen=True)
class Print:
    """An image and its place.

    Parameters
    ----------
    area, strip : QRectF
        The places of the image and of its colour scale.
    pixels, scale : QImage
        The image, one pixel per number, and the colours from low to high in one line.
    hidden : bool
        Whether it is hidden for a class to guess.
    """

    area: QRectF
    strip: QRectF
    pixels: QImage
    scale: QImage
    hidden: bool = False


@dataclass(frozen=True)
class ImagePlan:
    """The layout of the images, in pixels of the widget.

    Parameters
    ----------
    rows, columns : int
        Shape of each image.
    prints : tuple of Print
        The images.
    frames : tuple of QRectF
        Frame around the selected row in each image.
    texts : tuple of Text
        Names, headings and numbers.
    """

    rows: int
    columns: int
    prints: tuple[Print, ...]
    frames: tuple[QRectF, ...]
    texts: tuple[Text, ...]

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the row and the column at a point of any image; None outside of them."""
        found = (cell_at(each.area, self.rows, self.columns, point) for each in self.prints)
        return next((cell for cell in found if cell is not None), None)

    def pixel(self, row: int, column: int) -> list[QRectF]:
        """Return the frame of a pixel in each image, large enough to be seen."""
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
        The images.
    theme : Theme
    font : QFont
        The widget's font.
    decimals : int
        Decimals of the numbers at the scales.
    """

    def __init__(self, view: Image, theme: Theme, font: QFont, decimals: int) -> None:
        self.view, self.theme, self.decimals = view, theme, decimals
        self._small, self._bold = (QFontMetricsF(sized(font, SMALL, bold)) for bold in (False, True))
        self._images = [_image(coloured(plate.values, plate, theme)) for plate in view.plates]
        ramps = [np.linspace(plate.low, plate.high, int(STRIP))[None, :] for plate in view.plates]
        self._scales = [
            _image(coloured(ramp, plate, theme)) for ramp, plate in zip(ramps, view.plates, strict=True)
        ]

    def plan(self, width: float, height: float) -> ImagePlan:
        """Return the plan for a size in pixels."""
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
        """Return the areas of the images, as large as possible."""
        rows, columns = self.view.plates[0].values.shape
        many, line = len(self.view.plates), self._small.height()
        left, top = ceil(self._names() + 10 + (0 if self.view.square else line)), ceil(line + 4)
        size = [
            max(1.0, width - left - 10 - APART * (many - 1)) / many / columns,
            max(1.0, height - top - self._foot()) / rows,
        ]
        if self.view.square:
            size = [min(size)] * 2
        # Without whole screen pixels some square cells would look larger; below 3 the rounding wastes room.
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
        """Return the height of column names, heading and scale; square pixels need no heading."""
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
        # The name may be wider than a narrow image, up to the gap to the next one.
        line, room = self._bold.height(), area.width() + APART - 4
        box = QRectF(area.center().x() - room / 2, area.top() - line - 2, room, line)
        name = f"{plate.name} (hidden)" if plate.hidden else plate.name
        return Text(box, elided(name, room, self._bold), self.theme.ink, bold=True)

    def _left(self, area: QRectF) -> Iterator[Text]:
        """Yield the row names and their heading."""
        line, names = self._small.height(), self._names()
        pitch = area.height() / len(self.view.rows)
        for k, text in down(self.view.rows, pitch, self._small, names):
            middle = area.top() + (k + 0.5) * pitch
            box = QRectF(area.left() - 6 - names, middle - line / 2, names, line)
            yield Text(box, text, self.theme.muted, right=True)
        if self.view.square:
            return
        # The rotated heading may reach beyond a low image.
        if self._small.horizontalAdvance(self.view.row_heading) <= 2 * area.center().y():
            box = QRectF(area.left() - names - line - 10, area.top(), line, area.height())
            yield Text(box, self.view.row_heading, self.theme.muted, turned=True)

    def _below(self, area: QRectF) -> Iterator[Text]:
        """Yield the column names and their heading."""
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
        """Yield the numbers at both ends of a scale, if they fit."""
        places = self.decimals if has_decimals(plate) else 0
        texts = [number(value, places) for value in (plate.low, plate.high)]
        room = (area.width() - strip.width()) / 2 + APART / 2
        if max(map(self._small.horizontalAdvance, texts)) + 6 > room:
            return
        yield from scale_ends(strip, texts, self._small, self.theme.muted)


def has_decimals(plate: Plate) -> bool:
    """Return whether the numbers at an image's scale have decimals."""
    whole = plate.low == round(plate.low) and plate.high == round(plate.high)
    return not whole and plate.high < 100


def coloured(values: Array, plate: Plate, theme: Theme) -> NDArray[np.uint8]:
    """Return the colours of values on an image's scale, shape (R, C, 4): red, green, blue, alpha."""
    pixels = np.full((*values.shape, 4), 255, dtype=np.uint8)
    if plate.low >= 0:
        span = plate.high - plate.low
        shade = np.clip((values - plate.low) / span, 0.0, 1.0) if span > 0 else np.zeros(values.shape)
        pixels[..., :3] = np.rint(255 * shade)[..., None]
        return pixels
    card, warm, cold = (channels(colour) for colour in (theme.card, theme.component(0), theme.component(1)))
    part = np.clip(np.where(values > 0, values / plate.high, values / plate.low), 0.0, 1.0)[..., None]
    pixels[..., :3] = np.rint(card + part * (np.where(values[..., None] > 0, warm, cold) - card))
    return pixels


def _image(pixels: NDArray[np.uint8]) -> QImage:
    rows, columns = pixels.shape[:2]
    image = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    # Qt paints this format without conversion; the copy also outlives the Python bytes.
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
