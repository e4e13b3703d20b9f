"""The head phantom of Shepp & Logan with the contrasts of Toft, for any number of pixels."""

from __future__ import annotations

import numpy as np

from emviz.em.numerics import Array

#: Points along each side of a pixel, whose value is their mean.
SAMPLES = 8
#: Intensity, half axes, centre, and degrees of rotation of each ellipse; the image reaches from −1 to 1.
ELLIPSES = (
    (1.0, 0.69, 0.92, 0.0, 0.0, 0.0),
    (-0.8, 0.6624, 0.874, 0.0, -0.0184, 0.0),
    (-0.2, 0.11, 0.31, 0.22, 0.0, -18.0),
    (-0.2, 0.16, 0.41, -0.22, 0.0, 18.0),
    (0.1, 0.21, 0.25, 0.0, 0.35, 0.0),
    (0.1, 0.046, 0.046, 0.0, 0.1, 0.0),
    (0.1, 0.046, 0.046, 0.0, -0.1, 0.0),
    (0.1, 0.046, 0.023, -0.08, -0.605, 0.0),
    (0.1, 0.023, 0.023, 0.0, -0.606, 0.0),
    (0.1, 0.023, 0.046, 0.06, -0.605, 0.0),
)


def phantom(size: int, total: float) -> Array:
    """Return the activity of every pixel of a head, shape (size²,), the top row first.

    Parameters
    ----------
    size : int
        Pixels along each side.
    total : float
        The sum of the activities.

    Notes
    -----
    Shepp & Logan, IEEE Transactions on Nuclear Science 21:21 (1974); intensities after Toft, *The Radon
    Transform* (1996), table B.1.
    """
    places = (2 * np.arange(size * SAMPLES) + 1) / (size * SAMPLES) - 1
    fine = sum(_ellipse(places, *ellipse) for ellipse in ELLIPSES)
    image = np.reshape(fine, (size, SAMPLES, size, SAMPLES)).mean(axis=(1, 3)).ravel()
    # Intensities that should cancel leave values such as −1e-17.
    image = np.where(image > 1e-12, image, 0.0)
    return np.asarray(image * (total / image.sum()))


def _ellipse(
    places: Array, value: float, wide: float, high: float, x0: float, y0: float, turn: float
) -> Array:
    """Return an ellipse on the grid of the points of all pixels, the highest y first."""
    cosine, sine = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    x, y = places[None, :] - x0, -places[:, None] - y0
    across, along = x * cosine + y * sine, y * cosine - x * sine
    return np.where((across / wide) ** 2 + (along / high) ** 2 <= 1, value, 0.0)
