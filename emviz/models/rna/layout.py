"""The positions of the columns in the drawing of a structure: stems as ladders, loops as circles."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from emviz.em.numerics import Array

#: The distance of the two columns of a pair, in steps along the backbone.
RUNG = 2.0
#: Halvings of the interval of a radius, which has no closed form; a float has 53 binary digits.
HALVINGS = 60


@lru_cache(maxsize=8)
def placed(partner: tuple[int, ...]) -> Array:
    """Return the place of each column, shape (C, 2), in steps along the backbone, y upwards.

    Parameters
    ----------
    partner : tuple of int
        The partner of each column, counted from 0; −1 for none.
    """
    places = np.zeros((len(partner), 2))
    waiting = _outermost(partner, places)
    while waiting:
        left, right, ahead = waiting.pop()
        if left + 1 < right:
            waiting += _grown(partner, places, left, right, ahead)
    # The cache hands the same array to every caller.
    places.flags.writeable = False
    return places


def members(partner: tuple[int, ...], first: int, end: int) -> list[int]:
    """Return the columns from one to before another that lie on the same loop, past all its branches."""
    found, column = [], first
    while column < end:
        found.append(column)
        other = partner[column]
        if other > column:
            found.append(other)
            column = other
        column += 1
    return found


Stem = tuple[int, int, Array]


def _outermost(partner: tuple[int, ...], places: Array) -> list[Stem]:
    """Lay what no pair encloses along a line, or on a circle where there are several stems."""
    loop = members(partner, 0, len(partner))
    widths = _widths(partner, loop)
    stems = [(a, b) for a, b in pairwise(loop) if partner[a] == b]
    if len(stems) < 2:
        places[loop, 0] = np.concatenate([[0.0], np.cumsum(widths)])
        return [(a, b, np.array([0.0, 1.0])) for a, b in stems]
    angles = _angles(np.array([*widths, RUNG]))
    turned = np.pi * 1.5 - angles[-1] / 2 - np.concatenate([[0.0], np.cumsum(angles[:-1])])
    places[loop] = _radius(np.array([*widths, RUNG])) * np.column_stack([np.cos(turned), np.sin(turned)])
    return [(a, b, _ahead(places, a, b, np.zeros(2))) for a, b in stems]


def _grown(partner: tuple[int, ...], places: Array, left: int, right: int, ahead: Array) -> list[Stem]:
    """Place what lies directly behind a pair: the next rung of the ladder, or a circle of columns."""
    loop = members(partner, left + 1, right)
    if partner[left + 1] == right - 1:
        places[[left + 1, right - 1]] = places[[left, right]] + ahead
        return [(left + 1, right - 1, ahead)]
    widths = np.array([*_widths(partner, [left, *loop, right]), RUNG])
    angles, radius = _angles(widths), _radius(widths)
    middle = (places[left] + places[right]) / 2
    centre = middle + ahead * radius * np.cos(angles[-1] / 2)
    begin = np.arctan2(*(places[left] - centre)[::-1])
    turned = begin - np.cumsum(angles[:-2])
    places[loop] = centre + radius * np.column_stack([np.cos(turned), np.sin(turned)])
    stems = [(a, b) for a, b in pairwise(loop) if partner[a] == b]
    return [(a, b, _ahead(places, a, b, centre)) for a, b in stems]


def _widths(partner: tuple[int, ...], loop: list[int]) -> list[float]:
    return [RUNG if partner[a] == b else 1.0 for a, b in pairwise(loop)]


def _radius(widths: Array) -> float:
    """Return the radius of the circle whose chords these are, or of the widest where none closes."""
    low, high = float(widths.max()) / 2, float(widths.sum())
    for _ in range(HALVINGS):
        radius = (low + high) / 2
        # The quotient is 1 for the widest chord at the least radius, and rounding may take it beyond.
        if float(np.arcsin(np.minimum(widths / (2 * radius), 1.0)).sum()) > np.pi:
            low = radius
        else:
            high = radius
    return high


def _angles(widths: Array) -> Array:
    """Return the angle of each chord, all of which make up a full turn."""
    angles = np.arcsin(np.minimum(widths / (2 * _radius(widths)), 1.0))
    return np.asarray(angles * (2 * np.pi / angles.sum()))


def _ahead(places: Array, left: int, right: int, centre: Array) -> Array:
    """Return the direction in which a stem leaves a circle."""
    way = (places[left] + places[right]) / 2 - centre
    return np.asarray(way / np.hypot(*way))
