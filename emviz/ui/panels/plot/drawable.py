"""What can be drawn: every range and every point of a plot goes through here.

Transforms of Qt, ticks of pyqtgraph and texts on an axis each fail in their own way on numbers that are far
too large, or that lie closer together than a float can tell; some of them end the process.
"""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike

from emviz.em.numerics import Array
from emviz.em.rounding import decimal, scientific
from emviz.wording.numbers import SUPERSCRIPTS

#: Numbers beyond this are not drawn, nor ranges narrower than its inverse.
MOST = 1e30
#: The least width of a range beside the numbers in it: below, its ticks would be equal.
FINEST = 1e-13
#: Pixels from the plot beyond which a point is somewhere else in any case.
FAR = 1e5
#: Characters of a tick before it is written with a power of ten.
LONGEST = 12
TOO_LARGE = "Too large to draw: there are numbers beyond 10³⁰."
TOO_SMALL = "Too small to draw: the numbers differ by less than 10⁻³⁰."

Range = tuple[float, float]


def refusal(*ranges: Range) -> str:
    """Return why ranges cannot be drawn; "" where they can."""
    if not all(abs(end) <= MOST for ends in ranges for end in ends):
        return TOO_LARGE
    return "" if all(high - low >= 1 / MOST for low, high in ranges) else TOO_SMALL


def opened(low: float, high: float) -> Range:
    """Return a range that is wide enough for a float to tell what lies in it."""
    if low == high == 0:
        return -0.5, 0.5
    least = FINEST * max(abs(low), abs(high))
    if high - low >= least:
        return low, high
    middle = low / 2 + high / 2
    return middle - least, middle + least


def within(values: ArrayLike) -> Array:
    """Return values with the finite ones no farther from 0 than can be drawn."""
    array = np.asarray(values)
    if array.dtype.kind != "f":
        return array
    return np.where(np.isfinite(array), np.clip(array, -MOST, MOST), array)


class Curve(pg.PlotDataItem):
    """A curve whose points are no farther away than can be drawn."""

    def show_points(self, xs: ArrayLike, ys: ArrayLike, **how: object) -> None:
        """Draw the curve through these points."""
        # Pairs are drawn one by one: as one path of many pieces they take Qt six times as long.
        self.curve.setSegmentedLineMode("on" if how.get("connect") == "pairs" else "auto")
        self.setData(within(xs), within(ys), **how)


class Spots(pg.ScatterPlotItem):
    """Symbols at points that are no farther away than can be drawn."""

    def show_points(self, points: ArrayLike, **how: object) -> None:
        """Put a symbol at each of these points, shape (n, 2)."""
        self.setData(pos=within(points), **how)


def tick_text(value: float, spacing: float) -> str:
    """Return a number as it stands on an axis: all digits that tell it from the next tick, and no others."""
    plain = decimal(value, max(0, math.ceil(-math.log10(spacing))))
    if len(plain) > LONGEST and abs(value) >= spacing / 2:
        digits = math.floor(math.log10(abs(value))) - math.floor(math.log10(spacing))
        plain = _scientific(value, max(0, digits))
    elif len(plain) > LONGEST:
        plain = "0"
    return plain.replace("-", "\N{MINUS SIGN}")


def _scientific(value: float, digits: int) -> str:
    mantissa, power = scientific(value, digits + 1)
    return f"{mantissa}×10{str(power).translate(SUPERSCRIPTS)}"
