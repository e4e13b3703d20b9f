"""The same sums over all angles at once, from tables of what sees what, for images that are not large.

A pixel goes to two bins at each angle, 1 − part of it to the first and part to the second. Summed by their
first bin, pixels give Σ λ and Σ part·λ, and a line has the first of these less the second, and the second of
the line before. Back, a pixel has s + part·(s' − s) of each angle, of its first bin and the next.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array

#: Bins beyond the detector on either side take what misses it.
MARGIN = 3


class Lookup(NamedTuple):
    """Which bin each pixel goes to at each angle; the bins are counted through all angles, with margins.

    Parameters
    ----------
    angles, bins : int
        A, and the bins of the detector.
    pixel, part : integer array, Array, shape (M,)
        The pixels of each bin in turn, and the part of them that goes to the next one; a bin that has none
        has pixel P, of which there is nothing.
    begins : integer array, shape (A (bins + 3),)
        Where the pixels of a bin begin.
    first, parts : integer array, Array, shape (A, P)
        By angle and pixel, the bin and the part.
    """

    angles: int
    bins: int
    pixel: NDArray[np.intp]
    part: Array
    begins: NDArray[np.intp]
    first: NDArray[np.intp]
    parts: Array

    def project(self, image: Array) -> Array:
        """Return the sums along all lines, shape (A, bins), of an image, shape (P,)."""
        taken = np.empty((2, len(self.pixel)))
        np.take(np.append(image, 0.0), self.pixel, out=taken[0], mode="clip")
        np.multiply(taken[0], self.part, out=taken[1])
        whole, beyond = np.add.reduceat(taken, self.begins, axis=1).reshape(2, self.angles, -1)
        found: Array = whole[:, 1 : self.bins + 1] - beyond[:, 1 : self.bins + 1]
        found += beyond[:, : self.bins]
        found /= self.angles
        return found

    def back(self, sinogram: Array) -> Array:
        """Return for every pixel the sum over its lines, shape (P,)."""
        lines = np.zeros((self.angles, self.bins + MARGIN))
        lines[:, 1 : self.bins + 1] = sinogram
        taken = np.take(lines, self.first, mode="clip")
        found: Array = np.add.reduce(taken, axis=0)
        lines[:, :-1] = lines[:, 1:] - lines[:, :-1]
        np.take(lines, self.first, out=taken, mode="clip")
        found += np.einsum("ap,ap->p", taken, self.parts)
        found /= self.angles
        return found


def lookup(places: Array, bins: int) -> Lookup:
    """Return the tables.

    Parameters
    ----------
    places : Array, shape (A, P)
        Where each pixel stands on the detector at each angle, 1 at the middle of the first bin.
    bins : int
    """
    angles, pixels = places.shape
    places = np.clip(places, 0, bins + 1)
    first = places.astype(np.intp)
    parts = places - first
    first += (bins + MARGIN) * np.arange(angles)[:, None]
    every = np.arange(angles * (bins + MARGIN))
    missing = np.setdiff1d(every, first)
    seen = np.append(first, missing)
    order = np.argsort(seen, kind="stable")
    pixel = np.append(np.tile(np.arange(pixels), angles), np.full(len(missing), pixels))[order]
    part = np.append(parts, np.zeros(len(missing)))[order]
    return Lookup(angles, bins, pixel, part, np.searchsorted(seen[order], every), first, parts)
