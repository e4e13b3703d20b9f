"""Sums along the lines of a scanner and back, without a matrix.

A pixel is a point at its centre. At angle θ its position on the detector is u = x cos θ + y sin θ, between
the centres of two bins, and linear interpolation splits its activity between them; bins are one pixel wide.
Everything is divided by the number of angles, so that a pixel in view at all of them has sensitivity 1.

Reflections of the image map angles onto one another, so positions are computed only for angles from 0 to 45°
and for half of the pixels. A pixel and the one opposite it through the centre are the real and the imaginary
part of one complex number, so that both are summed at once. For small images products of small matrices
(`tiles`) compute all angles at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array
from emviz.em.work import checked
from emviz.models.tomography.tiles import Codes, Tiles, tiles

Complex: TypeAlias = NDArray[np.complex128]
Number = TypeVar("Number", bound=np.generic)
Places: TypeAlias = tuple[Codes, Array]
#: Extra bins, one before the detector and two behind, which catch the activity that misses it.
MARGIN = 3
#: Pixels times angles up to which tiles are faster: larger matrices do not fit the cache.
MOST_TILED = 1_000_000
#: Bytes of pixel positions that may be kept, and bytes for one pixel at one angle.
ROOM, PLACE = 16_000_000, 24


class Sight(NamedTuple):
    """An angle of an orbit: its number, and the reflection of the image for it."""

    angle: int
    turn: int


@dataclass(frozen=True, eq=False)
class Projector:
    """The geometry of a scan.

    Parameters
    ----------
    size : int
        Pixels along each side of the image.
    angles : int
        The number of angles, equally spaced from 0 on.
    bins : int
        Bins of the detector, whose middle faces the centre of the image.
    circle : bool
        Whether the angles cover 360°, not 180°.
    """

    size: int
    angles: int
    bins: int
    circle: bool = False

    @property
    def pixels(self) -> int:
        """The number of pixels."""
        return self.size**2

    def degrees(self) -> Array:
        """Return the angles, shape (angles,)."""
        return np.arange(self.angles, dtype=np.float64) * (360 if self.circle else 180) / self.angles

    def project(self, image: Array, some: Collection[int] | None = None) -> Array:
        """Return the sums along all lines, shape (angles, bins), of an image, shape (pixels,).

        Parameters
        ----------
        some : collection of int, optional
            The angles needed; others may be left at 0.
        """
        if self._tiles is not None:
            return self._tiles.project(image).reshape(self.angles, self.bins) / self.angles
        folded = [self._folded(image, turn) for turn in range(4)]
        moved = np.empty_like(folded[0])
        lines, beyond = np.zeros((2, self.angles, self.bins + MARGIN), dtype=np.complex128)
        for key, sights in checked(self._orbits.items()):
            wanted = [sight for sight in sights if some is None or sight.angle in some]
            if not wanted:
                continue
            bins, parts = self._places(key)
            for angle, turn in wanted:
                # As pairs of floats: NumPy would make a real factor complex, and multiply in full.
                np.multiply(folded[turn].view(np.float64), parts, out=moved.view(np.float64))
                np.add.at(lines[angle], bins, folded[turn])
                np.add.at(beyond[angle], bins, moved)
        # A pixel gives 1 − part to its bin and the part to the next: moved here once per bin, not per pixel.
        lines -= beyond
        lines[:, 1:] += beyond[:, :-1]
        inside = lines[:, 1 : self.bins + 1]
        return np.asarray(self._seen(inside.real + inside.imag[:, ::-1]) / self.angles)

    def back(self, sinogram: Array) -> Array:
        """Return for every pixel the sum over its lines, shape (pixels,): the transpose of `project`."""
        if self._tiles is not None:
            return self._tiles.back(sinogram) / self.angles
        folded = np.zeros((4, self._half), dtype=np.complex128)
        found = np.empty(self._half, dtype=np.complex128)
        lines = np.zeros((self.angles, self.bins + MARGIN), dtype=np.complex128)
        lines.real[:, 1 : self.bins + 1] = seen = self._seen(sinogram)
        lines.imag[:, 1 : self.bins + 1] = seen[:, ::-1]
        beyond = np.diff(lines, append=0)
        for key, sights in checked(self._orbits.items()):
            bins, parts = self._places(key)
            for angle, turn in sights:
                # Bins are in range by construction; "clip" only spares the buffer that a check would need.
                np.take(lines[angle], bins, out=found, mode="clip")
                folded[turn] += found
                np.take(beyond[angle], bins, out=found, mode="clip")
                np.multiply(found.view(np.float64), parts, out=found.view(np.float64))
                folded[turn] += found
        image = sum(self._unfolded(part, turn) for turn, part in enumerate(folded))
        return np.asarray(image / self.angles)

    def lines_of(self, pixel: int) -> tuple[Codes, Array]:
        """Return the first of the two bins that see a pixel at each angle, and the part that the second gets.

        Returns
        -------
        bins : integer array, shape (angles,)
            May lie beyond the detector; −1 if only the first bin of the detector sees the pixel.
        parts : Array, shape (angles,)
            The first bin gets 1 − part.
        """
        row, column = divmod(pixel, self.size)
        middle, turns = (self.size - 1) / 2, np.radians(self.degrees())
        place = (column - middle) * np.cos(turns) + (middle - row) * np.sin(turns) + (self.bins - 1) / 2
        bins = np.floor(place).astype(np.intp)
        return bins, place - bins

    # -- orbits of angles ------------------------------------------------------------------------------------

    @cached_property
    def _orbits(self) -> dict[int, list[Sight]]:
        """The angles by the one of at most 45° that they mirror, in units of π / (2 · angles)."""
        orbits: dict[int, list[Sight]] = {}
        for angle in range(self.angles):
            key, turn = _mirrored((2 * angle if self.circle else angle) % self.angles, self.angles)
            orbits.setdefault(key, []).append(Sight(angle, turn))
        return orbits

    def _seen(self, sinogram: NDArray[Number]) -> NDArray[Number]:
        """Return the sinogram with the bins of the second half turn reversed."""
        if not self.circle:
            return sinogram
        # Beyond 180° the detector sees the same lines from behind.
        half = -(-self.angles // 2)
        return np.concatenate([sinogram[:half], sinogram[half:, ::-1]])

    @property
    def _half(self) -> int:
        """Half of the pixels, from the top left corner on, with the central one of an odd number."""
        return -(-self.pixels // 2)

    @cached_property
    def _kept(self) -> dict[int, Places]:
        """The positions of pixels at the angles computed so far, if those of all angles fit in `ROOM`."""
        return {}

    def _places(self, key: int) -> Places:
        """Return the bins of half of the pixels, and the part of each for the next bin, given twice."""
        if key in self._kept:
            return self._kept[key]
        exact = self._standing(key)
        bins = exact.astype(np.intp)
        places = bins, np.repeat(exact - bins, 2)
        if len(self._orbits) * self._half * PLACE <= ROOM:
            self._kept[key] = places
        return places

    def _standing(self, key: int) -> Array:
        """Return the positions of half of the pixels on the detector; its first bin has its centre at 1."""
        turn = np.pi * key / (2 * self.angles)
        middle = (self.size - 1) / 2
        across = (np.arange(self.size) - middle) * np.cos(turn) + ((self.bins - 1) / 2 + 1)
        down = (middle - np.arange(-(-self.size // 2))) * np.sin(turn)
        places = (across + down[:, None]).ravel()[: self._half]
        return np.asarray(np.clip(places, 0, self.bins + 1))

    # -- tiles -----------------------------------------------------------------------------------------------

    @cached_property
    def _tiles(self) -> Tiles | None:
        """Tiles for all angles at once; None for an image that is too large for them."""
        if self.pixels * self.angles > MOST_TILED:
            return None
        keys, lines = zip(*self._seen_together(), strict=True)
        return tiles(
            self.size, np.stack([self._standing(key) for key in keys]), self._views(), np.stack(lines)
        )

    def _views(self) -> Codes:
        """Return the pixels of the first half in each mirror image, from both ends, shape (h, 8)."""
        image = np.arange(self.pixels).reshape(self.size, self.size)
        turned = np.stack([_turned(image, turn).ravel() for turn in range(4)], axis=1)
        views = np.stack([turned[: self._half], turned[::-1][: self._half]], axis=2).reshape(-1, 8)
        if self.pixels % 2:
            views[-1, 1::2] = self.pixels
        return views

    def _seen_together(self) -> Iterator[tuple[int, Codes]]:
        """Yield each angle of at most 45°, and the lines of its bins in each view, shape (bins + 3, 8)."""
        shape = self.angles, self.bins
        own = self._seen(np.arange(self.angles * self.bins).reshape(shape))
        for key, sights in self._orbits.items():
            left = sights
            # A full circle sees each line twice, the second time from behind: each needs its own view.
            while left:
                angles = {sight.turn: sight.angle for sight in left}
                left = [sight for sight in left if angles[sight.turn] != sight.angle]
                lines = np.full((self.bins + MARGIN, 4, 2), own.size)
                for turn, angle in angles.items():
                    lines[1 : self.bins + 1, turn] = np.stack([own[angle], own[angle, ::-1]], axis=1)
                yield key, lines.reshape(-1, 8)

    def _folded(self, image: Array, turn: int) -> Complex:
        """Return the first half of a turned image, and the other half from its end, as one complex array."""
        flat = _turned(image.reshape(self.size, self.size), turn).ravel()
        folded = np.empty(self._half, dtype=np.complex128)
        folded.real = flat[: self._half]
        folded.imag = flat[::-1][: self._half]
        if self.pixels % 2:
            folded.imag[-1] = 0
        return folded

    def _unfolded(self, folded: Complex, turn: int) -> Array:
        flat = np.empty(self.pixels)
        flat[: self._half] = folded.real
        flat[::-1][: self.pixels // 2] = folded.imag[: self.pixels // 2]
        return _turned_back(flat.reshape(self.size, self.size), turn).ravel()


def _mirrored(place: int, angles: int) -> tuple[int, int]:
    """Return the angle of at most 45° that an angle mirrors, in half steps, and the reflection to use."""
    if 4 * place <= angles:
        return 2 * place, 0
    if 2 * place <= angles:
        return angles - 2 * place, 1
    if 4 * place < 3 * angles:
        return 2 * place - angles, 2
    return 2 * angles - 2 * place, 3


def _turned(image: NDArray[Number], turn: int) -> NDArray[Number]:
    """Return the image unchanged, flipped at the antidiagonal, turned by 90°, or flipped left to right."""
    return (image, image[::-1, ::-1].T, image[::-1].T, image[:, ::-1])[turn]


def _turned_back(image: Array, turn: int) -> Array:
    return (image, image[::-1, ::-1].T, image[:, ::-1].T, image[:, ::-1])[turn]
