"""Sums along the lines of a scanner and back, without a matrix.

A pixel is a point at its centre. Seen at the angle θ it stands at u = x cos θ + y sin θ on the detector,
between two bins, and its activity goes to both in proportion to how near they are; bins are one pixel wide.
Everything is divided by the number of angles, so that a pixel in full sight has a sensitivity of 1.

Angles that mirror images turn into one another share what there is to compute: of the whole circle only the
angles between 0 and 45° are looked at, from both ends of half of the image. What is added up from the two
ends travels together as the real and the imaginary part of one number. Where images are small, products of
small matrices (`tiles`) do it for all angles at once.
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
#: Bins beyond the detector, one in front of it and two behind, take what misses it.
MARGIN = 3
#: Pixels times angles up to which tiles are faster: beyond, their matrices do not stay in the cache.
MOST_TILED = 1_000_000
#: Bytes that may be kept of where pixels stand, and bytes that a pixel takes at one angle.
ROOM, PLACE = 16_000_000, 24


class Sight(NamedTuple):
    """An angle as one of an orbit: its place among all, and how the image is turned for it."""

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
        How many angles there are, equally spaced from 0 on.
    bins : int
        Bins of the detector, whose middle faces the centre of the image.
    circle : bool
        Angles go once around, not only half.
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
            The angles that are wanted; others may be left at 0.
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
                np.multiply(folded[turn].view(np.float64), parts, out=moved.view(np.float64))
                np.add.at(lines[angle], bins, folded[turn])
                np.add.at(beyond[angle], bins, moved)
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
                np.take(lines[angle], bins, out=found, mode="clip")
                folded[turn] += found
                np.take(beyond[angle], bins, out=found, mode="clip")
                np.multiply(found.view(np.float64), parts, out=found.view(np.float64))
                folded[turn] += found
        image = sum(self._unfolded(part, turn) for turn, part in enumerate(folded))
        return np.asarray(image / self.angles)

    def lines_of(self, pixel: int) -> tuple[Codes, Array]:
        """Return the first of the two bins that see a pixel at each angle, and the part the second gets.

        Returns
        -------
        bins : integer array, shape (angles,)
            −1 where only the first bin of the detector sees it, or none does.
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
        """The angles by the one of at most 45° that they mirror, in units of π/2 over their number."""
        orbits: dict[int, list[Sight]] = {}
        for angle in range(self.angles):
            key, turn = _mirrored((2 * angle if self.circle else angle) % self.angles, self.angles)
            orbits.setdefault(key, []).append(Sight(angle, turn))
        return orbits

    def _seen(self, sinogram: NDArray[Number]) -> NDArray[Number]:
        """Return the sinogram with the bins turned round where the same lines are seen from behind."""
        if not self.circle:
            return sinogram
        half = -(-self.angles // 2)
        return np.concatenate([sinogram[:half], sinogram[half:, ::-1]])

    @property
    def _half(self) -> int:
        """Pixels from the top left corner up to the middle, the central one of an odd number included."""
        return -(-self.pixels // 2)

    @cached_property
    def _kept(self) -> dict[int, Places]:
        """Where pixels stand at the angles looked at so far, where all of that takes little room."""
        return {}

    def _places(self, key: int) -> Places:
        """Return where half of the pixels stand on the detector: their bins, and twice the part beyond."""
        if key in self._kept:
            return self._kept[key]
        places = self._found_places(key)
        if len(self._orbits) * self._half * PLACE <= ROOM:
            self._kept[key] = places
        return places

    def _found_places(self, key: int) -> Places:
        places = self._standing(key)
        bins = places.astype(np.intp)
        return bins, np.repeat(places - bins, 2)

    def _standing(self, key: int) -> Array:
        """Return where half of the pixels stand on the detector: 1 at the middle of its first bin."""
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
        """Return which pixels the first half are in each mirror image, from both ends, shape (h, 8)."""
        image = np.arange(self.pixels).reshape(self.size, self.size)
        turned = np.stack([_turned(image, turn).ravel() for turn in range(4)], axis=1)
        views = np.stack([turned[: self._half], turned[::-1][: self._half]], axis=2).reshape(-1, 8)
        if self.pixels % 2:
            views[-1, 1::2] = self.pixels
        return views

    def _seen_together(self) -> Iterator[tuple[int, Codes]]:
        """Yield each angle of at most 45°, and which lines its bins are in each view, shape (bins + 3, 8)."""
        shape = self.angles, self.bins
        own = self._seen(np.arange(self.angles * self.bins).reshape(shape))
        for key, sights in self._orbits.items():
            left = sights
            # Once around, the same lines are seen from behind, too: a view for each of them.
            while left:
                angles = {sight.turn: sight.angle for sight in left}
                left = [sight for sight in left if angles[sight.turn] != sight.angle]
                lines = np.full((self.bins + MARGIN, 4, 2), own.size)
                for turn, angle in angles.items():
                    lines[1 : self.bins + 1, turn] = np.stack([own[angle], own[angle, ::-1]], axis=1)
                yield key, lines.reshape(-1, 8)

    def _folded(self, image: Array, turn: int) -> Complex:
        """Return the first half of a turned image, and the other half from its end, as one."""
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
    """Return the angle of at most 45° that an angle mirrors, in halves, and which mirror it takes."""
    if 4 * place <= angles:
        return 2 * place, 0
    if 2 * place <= angles:
        return angles - 2 * place, 1
    if 4 * place < 3 * angles:
        return 2 * place - angles, 2
    return 2 * angles - 2 * place, 3


def _turned(image: NDArray[Number], turn: int) -> NDArray[Number]:
    """Return the image as it is, over the diagonal, by a quarter, or left for right."""
    return (image, image[::-1, ::-1].T, image[::-1].T, image[:, ::-1])[turn]


def _turned_back(image: Array, turn: int) -> Array:
    return (image, image[::-1, ::-1].T, image[:, ::-1].T, image[:, ::-1])[turn]
