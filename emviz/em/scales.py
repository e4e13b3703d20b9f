"""Mean and standard deviation of a column, computed without overflow."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError
from emviz.em.numerics import Array
from emviz.em.rounding import figures

#: Between these, the square of a standard deviation fits into a float, with room for sums and inverses.
LEAST, MOST = 1e-150, 1e150
#: The most decimals that a count can have.
MOST_DECIMALS = 6


def location(column: Array, name: str, rows: NDArray[np.intp] | None = None) -> tuple[float, float]:
    """Return the mean and the standard deviation of finite numbers, shape (n,), NaN where one is missing.

    The numbers are scaled by powers of two before they are summed and squared, which is exact.

    Parameters
    ----------
    name : str
        The name of the column in an error message.
    rows : integer array, shape (n,), optional
        The place of the row of each number, where a row holds several.

    Raises
    ------
    DataError
        If the variance would be too large or too small to compute with.
    """
    missing = np.isnan(column)
    seen = column[~missing] if missing.any() else column
    # Exactly 0, where rounding of the mean would leave a tiny deviation.
    if (seen == seen[0]).all():
        return float(seen[0]), 0.0
    power = _power(seen)
    near = np.ldexp(seen, -power)
    middle = near.mean()
    gaps = near - middle
    finer = _power(gaps)
    gaps = np.ldexp(gaps, -finer)
    deviation = float(np.ldexp(np.sqrt(gaps @ gaps / len(gaps)), power + finer))
    if deviation < LEAST:
        raise DataError(
            f"the standard deviation of these numbers is {figures(deviation, 2)}, and a variance so small "
            "cannot be computed with; multiply the column by a power of ten",
            column=name,
        )
    if deviation > MOST:
        farthest = int(np.flatnonzero(~missing)[np.abs(gaps).argmax()])
        raise DataError(
            f"{figures(float(column[farthest]), 2)} is farthest from the mean of the column, whose standard "
            f"deviation of {figures(deviation, 2)} has a variance too large to compute with; correct the "
            "number, or divide the column by a power of ten",
            1 + (farthest if rows is None else int(rows[farthest])),
            name,
        )
    return float(np.ldexp(middle, power)), deviation


def telling_decimals(scale: Array) -> int:
    """Return the decimals, 1 to 6, that distinguish numbers with this spread: 1 from 0.5 on, 2 from 0.05 on.

    Parameters
    ----------
    scale : Array, shape (d,)
        The standard deviations of columns, above 0; the median counts.
    """
    return min(MOST_DECIMALS, max(1, 1 + math.ceil(-math.log10(2 * float(np.median(scale))))))


def constant_words(columns: Sequence[str]) -> str:
    """Return a clause on the constant columns that are left out; "" if there are none."""
    if not columns:
        return ""
    *others, last = columns
    if not others:
        return f"the column {last} is left out: it has the same number in every row"
    return f"the columns {', '.join(others)} and {last} are left out: each has the same number in every row"


def _power(numbers: Array) -> int:
    """Return the power of two just above the largest absolute value, as its exponent."""
    return int(np.frexp(np.abs(numbers).max())[1])
