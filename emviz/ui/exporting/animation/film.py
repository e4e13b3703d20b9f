"""Pictures that follow one another, written as an animated GIF or WebP.

Qt reads animations and writes none: Pillow does. It is imported when the first one is written.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels: TypeAlias = NDArray[np.uint32]

#: The kinds of files, by their endings, as Pillow names them.
KINDS = {".gif": "GIF", ".webp": "WEBP"}
#: The colours of a GIF, and how many of them are exact: backgrounds, ink, bars.
COLOURS, EXACT = 256, 128
#: The pictures of a run that they are chosen from.
SAMPLES = 4
#: How true a WebP is to what was drawn, 0 to 100: letters stay sharp.
QUALITY = 90


@dataclass(frozen=True)
class Frame:
    """A picture, packed: many of them lie in memory at once.

    Parameters
    ----------
    height, stride : int
        The lines, and the pixels of one as they lie in memory.
    width : int
        How many of those are seen.
    packed : bytes
        A number of four bytes for each pixel: red, green and blue are its last three.
    """

    height: int
    stride: int
    width: int
    packed: bytes

    @property
    def size(self) -> tuple[int, int]:
        """Its height and width."""
        return self.height, self.width

    def pixels(self) -> Pixels:
        """Return the colours as 0xRRGGBB, a line each row."""
        lines = np.frombuffer(zlib.decompress(self.packed), dtype=np.uint32).reshape(self.height, self.stride)
        return lines[:, : self.width] & np.uint32(0xFFFFFF)


def frame_of(image: QImage) -> Frame:
    """Return a picture as a part of an animation."""
    opaque = image.convertToFormat(QImage.Format.Format_RGB32)
    packed = zlib.compress(opaque.constBits(), 1)
    return Frame(opaque.height(), opaque.bytesPerLine() // 4, opaque.width(), packed)


def written(
    frames: Sequence[Frame], durations: Sequence[int], kind: str, report: Callable[[float], None]
) -> bytes:
    """Return pictures as the bytes of an animation, which is shown again and again.

    Parameters
    ----------
    frames : sequence of Frame
        Where they differ in size, the smaller ones are centred.
    durations : sequence of int
        Milliseconds that each stands.
    kind : str
        The ending of the file, one of `KINDS`.
    report : callable
        Takes the fraction done, before each picture; what it raises ends the work.
    """
    size = max(each.height for each in frames), max(each.width for each in frames)
    paint = _Painter(_colours(frames, size)).paint if kind == ".gif" else _image
    pictures = map(paint, _reporting(frames, size, report))
    first, file = next(pictures), BytesIO()
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
    """Return a picture, in the middle of one that is as large as the largest."""
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
    """Return red, green and blue of the colours of a run: the same for all, so that nothing flickers."""
    from PIL import Image

    last = len(frames) - 1
    places = sorted({round(k * last / (SAMPLES - 1)) for k in range(SAMPLES)})
    sheet = _image(np.vstack([_sized(frames[place], size) for place in places]))
    counted = sorted(sheet.getcolors(sheet.width * sheet.height) or (), reverse=True)
    colours = [cast("tuple[int, int, int]", colour) for _, colour in counted]
    # The others are edges of letters and shades, of which many are alike.
    rest = Image.new("RGB", (max(1, len(colours) - EXACT), 1))
    rest.putdata(colours[EXACT:])
    shades = rest.quantize(COLOURS - EXACT, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    return [*chain.from_iterable(colours[:EXACT]), *shades][: 3 * COLOURS]


class _Painter:
    """Paints pictures in a few colours: each pixel in the nearest one.

    Pillow's own way takes colours that are near each other for one, and turns a background into another.

    Parameters
    ----------
    colours : list of int
        Red, green and blue of each.
    """

    def __init__(self, colours: list[int]) -> None:
        self._palette = colours
        self._colours = np.array(colours, dtype=np.int64).reshape(-1, 3)
        # For each colour that there is the number of the nearest one, found when it is met first.
        self._known = np.full(1 << 24, -1, dtype=np.int16)

    def paint(self, pixels: Pixels) -> Image:
        """Return a picture in these colours."""
        from PIL import Image

        numbers = self._known[pixels]
        if (numbers < 0).any():
            for colour in np.unique(pixels[numbers < 0]).tolist():
                parts = (colour >> 16, colour >> 8 & 255, colour & 255)
                self._known[colour] = ((self._colours - parts) ** 2).sum(axis=1).argmin()
            numbers = self._known[pixels]
        painted = Image.fromarray(numbers.astype(np.uint8))
        painted.putpalette(self._palette)
        return painted
