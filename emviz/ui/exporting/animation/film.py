"""Writes frames as an animated GIF or WebP.

Qt can read animations but not write them, so Pillow does; it is imported on first use.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from emviz.em.work import check_stop, checked
from emviz.ui.exporting.imaging import PieceByPiece

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels: TypeAlias = NDArray[np.uint32]

#: Pillow's name of each format, by file ending.
KINDS = {".gif": "GIF", ".webp": "WEBP"}
#: Number of colours in a GIF, and how many of the most frequent ones are kept exactly.
COLOURS, EXACT = 256, 128
#: Number of frames from which the colours are chosen.
SAMPLES = 4
#: Colours that are looked up between two places where the work can be left.
TOGETHER = 500
#: WebP quality, 0 to 100, at which text stays sharp.
QUALITY = 90


@dataclass(frozen=True)
class Frame:
    """A compressed picture, because many are in memory at once.

    Parameters
    ----------
    height, stride : int
        Number of lines, and pixels per line in memory.
    width : int
        Visible pixels per line.
    packed : bytes
        Four bytes per pixel, of which the last three hold red, green and blue.
    """

    height: int
    stride: int
    width: int
    packed: bytes

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.height, self.width

    def pixels(self) -> Pixels:
        """Return the colours as 0xRRGGBB, one row per line."""
        lines = np.frombuffer(zlib.decompress(self.packed), dtype=np.uint32).reshape(self.height, self.stride)
        return lines[:, : self.width] & np.uint32(0xFFFFFF)


def frame_of(image: QImage) -> Frame:
    """Return a picture as a frame."""
    opaque = image.convertToFormat(QImage.Format.Format_RGB32)
    packed = zlib.compress(opaque.constBits(), 1)
    return Frame(opaque.height(), opaque.bytesPerLine() // 4, opaque.width(), packed)


def written(
    frames: Sequence[Frame], durations: Sequence[int], kind: str, report: Callable[[float], None]
) -> bytes:
    """Return the bytes of an endlessly repeated animation.

    Parameters
    ----------
    frames : sequence of Frame
        If sizes differ, smaller frames are centred.
    durations : sequence of int
        Milliseconds per frame.
    kind : str
        File ending, one of `KINDS`.
    report : callable
        Takes the fraction done, before each frame; an exception that it raises ends the work.
    """
    size = max(each.height for each in frames), max(each.width for each in frames)
    paint = _Painter(_colours(frames, size)).paint if kind == ".gif" else _image
    pictures = map(paint, _reporting(frames, size, report))
    first, file = next(pictures), PieceByPiece()
    usual = {"optimize": False} if kind == ".gif" else {"quality": QUALITY, "method": 0}
    first.save(
        file, KINDS[kind], save_all=True, append_images=pictures, duration=list(durations), loop=0, **usual
    )
    return file.getvalue()


def _reporting(
    frames: Sequence[Frame], size: tuple[int, int], report: Callable[[float], None]
) -> Iterator[Pixels]:
    for k, frame in enumerate(frames):
        report(k / len(frames))
        yield _sized(frame, size)


def _sized(frame: Frame, size: tuple[int, int]) -> Pixels:
    """Return a frame centred in the size of the largest one."""
    pixels = frame.pixels()
    if frame.size == size:
        return pixels
    whole = np.full(size, pixels[0, 0], dtype=np.uint32)
    top, left = ((room - own) // 2 for room, own in zip(size, frame.size, strict=True))
    whole[top : top + frame.height, left : left + frame.width] = pixels
    return whole


def _image(pixels: Pixels) -> Image:
    from PIL import Image

    height, width = pixels.shape
    return Image.frombuffer("RGB", (width, height), pixels.tobytes(), "raw", "BGRX", 0, 1)


def _colours(frames: Sequence[Frame], size: tuple[int, int]) -> list[int]:
    """Return one palette for all frames, so that colours do not flicker."""
    from PIL import Image

    last = len(frames) - 1
    places = sorted({round(k * last / (SAMPLES - 1)) for k in range(SAMPLES)})
    counted = Counter[tuple[int, int, int]]()
    for place in checked(places):
        for many, colour in _image(_sized(frames[place], size)).getcolors(size[0] * size[1]) or ():
            counted[cast("tuple[int, int, int]", colour)] += many
    check_stop()
    colours = sorted(counted, key=lambda colour: (counted[colour], colour), reverse=True)
    # The rest are blended edges of text and shades, which are similar to each other.
    rest = Image.new("RGB", (max(1, len(colours) - EXACT), 1))
    rest.putdata(colours[EXACT:])
    check_stop()
    shades = rest.quantize(COLOURS - EXACT, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    return [*chain.from_iterable(colours[:EXACT]), *shades][: 3 * COLOURS]


class _Painter:
    """Maps each pixel to the nearest colour of a palette.

    Pillow's own mapping merges similar colours and so turns one background into another.

    Parameters
    ----------
    colours : list of int
        Red, green and blue of each colour.
    """

    def __init__(self, colours: list[int]) -> None:
        self._palette = colours
        self._colours = np.array(colours, dtype=np.int64).reshape(-1, 3)
        # Palette index of each colour that occurs, filled on first use.
        self._known = np.full(1 << 24, -1, dtype=np.int16)

    def paint(self, pixels: Pixels) -> Image:
        """Return a picture in the palette's colours."""
        from PIL import Image

        numbers = self._known[pixels]
        check_stop()
        if (numbers < 0).any():
            for colour in checked(np.unique(pixels[numbers < 0]).tolist(), TOGETHER):
                parts = (colour >> 16, colour >> 8 & 255, colour & 255)
                self._known[colour] = ((self._colours - parts) ** 2).sum(axis=1).argmin()
            numbers = self._known[pixels]
        check_stop()
        painted = Image.fromarray(numbers.astype(np.uint8))
        painted.putpalette(self._palette)
        return painted
