"""Tomography by hand: the system as a dense matrix, entry by entry, and data to go with it."""

import math

import numpy as np

from emviz.data.table import Table
from emviz.models.tomography import Tomography

PLAIN = Tomography()
SMALL = Tomography(size=4)


def system(size, angles, bins, circle=False):
    """Return A, shape (angles × bins, pixels): every pixel, at every angle, into the two bins beside it."""
    matrix = np.zeros((angles, bins, size, size))
    middle = (size - 1) / 2
    for angle in range(angles):
        turn = (2 if circle else 1) * math.pi * angle / angles
        for row in range(size):
            for column in range(size):
                place = (column - middle) * math.cos(turn) + (middle - row) * math.sin(turn) + (bins - 1) / 2
                first = math.floor(place)
                for bin_, part in ((first, first + 1 - place), (first + 1, place - first)):
                    if 0 <= bin_ < bins:
                        matrix[angle, bin_, row, column] += part / angles
    return matrix.reshape(angles * bins, size * size)


def sinogram(counts):
    """Return a table of these counts, a row for each angle."""
    return Table.from_columns({f"column {k + 1}": column for k, column in enumerate(np.transpose(counts))})


def small_data(seed=0, angles=6, model=SMALL):
    """Return data of a few pixels, drawn from activities between 1 and 50."""
    rng = np.random.default_rng(seed)
    params = model.make_params({"activity": rng.uniform(1, 50, model.size**2)})
    return model.parse(model.simulate(params, angles, rng))


def drawn(data, seed=1):
    """Return activities anywhere between 1 and 40."""
    pixels = data.projector.pixels
    return SMALL.make_params({"activity": np.random.default_rng(seed).uniform(1, 40, pixels)})
