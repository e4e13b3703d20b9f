"""Where the numbers of a column lie, and how far they spread: worked out so that nothing overflows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from emviz.data.table import DataError
from emviz.em.numerics import Array
from emviz.em.rounding import figures

#: Between these a standard deviation has a square that a float can hold, with room for sums and inverses.
LEAST, MOST = 1e-150, 1e150
#: Decimals that a count may have.
MOST_DECIMALS = 6


def location(column: Array, name: str) -> tuple[float, float]:
    """Return the mean and the standard deviation of finite numbers, shape (n,).

    They are divided by powers of two before they are added up and squared, which costs no digits.

    Parameters
    ----------
    name : str
        What an error calls the column.

    Raises
    ------
    DataError
        Where the variance would be too large or too small to be computed with.
    """
    if (column == column[0]).all():
        return float(column[0]), 0.0
    power = _power(column)
    near = np.ldexp(column, -power)
    middle = near.mean()
    gaps = near - middle
    finer = _power(gaps)
    gaps = np.ldexp(gaps, -finer)
    deviation = float(np.ldexp(np.sqrt(gaps @ gaps / len(gaps)), power + finer))
    if not LEAST <= deviation <= MOST:
        size, way = ("small", "multiply") if deviation < LEAST else ("large", "divide")
        raise DataError(
            f"the standard deviation of these numbers is {figures(deviation, 2)}, and a variance so {size} "
            f"cannot be computed with; {way} the column by a power of ten",
            column=name,
        )
    return float(np.ldexp(middle, power)), deviation


def telling_decimals(scale: Array) -> int:
    """Return the decimals, 1 to 6, with which numbers of such a spread differ: 1 from 0.5 on, 2 from 0.05 on.

    Parameters
    ----------
    scale : Array, shape (d,)
        The standard deviations of columns, above 0; the middle one tells.
    """
    return min(MOST_DECIMALS, max(1, 1 + math.ceil(-math.log10(2 * float(np.median(scale))))))


def constant_words(columns: Sequence[str]) -> str:
    """Return which columns of equal numbers are left out, and why; nothing where there are none."""
    if not columns:
        return ""
    *others, last = columns
    if not others:
        return f"the column {last} is left out: it has the same number in every row"
    return f"the columns {', '.join(others)} and {last} are left out: each has the same number in every row"


def _power(numbers: Array) -> int:
    """Return the power of two just above every one of the numbers."""
    return int(np.frexp(np.abs(numbers).max())[1])
