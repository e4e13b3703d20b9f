"""Units in a few known categories, such as phenotypes: one row each, or many in a row with a count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table
from emviz.em.numerics import Array, log_orders


@dataclass(frozen=True, eq=False)
class Categories:
    """Units by category.

    Parameters
    ----------
    place : integer array, shape (N,)
        The category of each row.
    count : Array, shape (N,)
        The units of each row.
    total : Array, shape (C,)
        The units of each category.
    orders : float
        log n! / Π n_c!, the logarithm of the multinomial coefficient of the totals.
    """

    place: NDArray[np.intp]
    count: Array
    total: Array
    orders: float


def categorised(table: Table, column: str, names: Sequence[str], units: str) -> Categories:
    """Return the units of a table by category; a category may have several rows.

    Parameters
    ----------
    column : str
        The column of the categories, and the word for one of them.
    names : sequence of str
        The names of the C categories.
    units : str
        The word for the units, such as "people".

    Raises
    ------
    DataError
        For an unknown category, a count that is not a whole number, or no units at all.
    """
    written, count = [text.strip() for text in table.texts(column).tolist()], table.counts_or_ones()
    for row, (name, text) in enumerate(zip(written, table.texts(column).tolist(), strict=True), 1):
        if name not in names:
            known = f"{', '.join(names[:-1])} or {names[-1]}"
            raise DataError(f"expected a {column} {known}, got '{text}'", row, column)
    if not count.any():
        raise DataError(f"there are no {units} in any of the {column}s")
    places = np.array([names.index(name) for name in written], dtype=np.intp)
    total = np.bincount(places, count, len(names)).astype(np.float64)
    return Categories(places, count, total, float(log_orders(total)))
