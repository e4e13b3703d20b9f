"""Guards for what can be drawn: every range and every point of a plot goes through here.

Qt's transforms, pyqtgraph's ticks and the tick texts fail, some by a crash, on numbers that are far too large
or that differ by less than a float resolves.
"""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike

from emviz.em.numerics import Array
from emviz.em.rounding import decimal, scientific, with_minus
from emviz.wording.numbers import SUPERSCRIPTS

#: Numbers above this, and ranges narrower than its inverse, are not drawn.
MOST = 1e30
#: Smallest width of a range relative to its numbers; narrower, its ticks would be equal.
FINEST = 1e-13
#: Pixels from the plot beyond which the exact place of a point does not matter.
FAR = 1e5
#: Longest tick text, in characters, that is written without a power of ten.
LONGEST = 12
TOO_LARGE = "Too large to draw: there are numbers beyond 10³⁰."
TOO_SMALL = "Too small to draw: the numbers differ by less than 10⁻³⁰."

Range = tuple[float, float]


def refusal(*ranges: Range) -> str:
    """Return the reason why the ranges cannot be drawn; "" where they can."""
    if not all(abs(end) <= MOST for ends in ranges for end in ends):
        return TOO_LARGE
    return "" if all(high - low >= 1 / MOST for low, high in ranges) else TOO_SMALL


def opened(low: float, high: float) -> Range:
    """Return the range, widened if floats could not resolve the values in it."""
    if low == high == 0:
        return -0.5, 0.5
    least = FINEST * max(abs(low), abs(high))
    if high - low >= least:
        return low, high
    middle = low / 2 + high / 2
    return middle - least, middle + least


def within(values: ArrayLike) -> Array:
    """Return the values, the finite ones clipped to ±10³⁰."""
    array = np.asarray(values)
    if array.dtype.kind != "f":
        return array
    return np.where(np.isfinite(array), np.clip(array, -MOST, MOST), array)


def clipped(heights: Array, low: float) -> Array:
    """Return the heights clipped far below the bottom `low` of a picture, since −∞ cannot be drawn."""
    return np.asarray(np.maximum(heights, low - 1e3 * max(1.0, abs(low))))


class Curve(pg.PlotDataItem):
    """A curve that clips its points to drawable numbers."""

    def show_points(self, xs: ArrayLike, ys: ArrayLike, **how: object) -> None:
        """Draw the curve through these points; keywords go to `setData`."""
        # As one path of many pieces, pairs take Qt six times as long as drawn one by one.
        self.curve.setSegmentedLineMode("on" if how.get("connect") == "pairs" else "auto")
        self.setData(within(xs), within(ys), **how)


class Spots(pg.ScatterPlotItem):
    """Symbols at points clipped to drawable numbers."""

    def show_points(self, points: ArrayLike, **how: object) -> None:
        """Draw a symbol at each point, shape (n, 2); keywords go to `setData`."""
        self.setData(pos=within(points), **how)


def tick_text(value: float, spacing: float) -> str:
    """Return the text of a tick, with just the digits that distinguish it from its neighbours."""
    plain = decimal(value, max(0, math.ceil(-math.log10(spacing))))
    if len(plain) > LONGEST and abs(value) >= spacing / 2:
        digits = math.floor(math.log10(abs(value))) - math.floor(math.log10(spacing))
        mantissa, power = scientific(value, max(0, digits) + 1)
        plain = f"{mantissa}×10{str(power).translate(SUPERSCRIPTS)}"
    elif len(plain) > LONGEST:
        plain = "0"
    return with_minus(plain)
