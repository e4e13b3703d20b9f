"""The answer for a row: its completions in words, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.table import Answer
from emviz.em.numerics import Array

#: Completions in an answer.
MOST = 5


def ranked(shares: Array, names: Sequence[str], most: int = MOST) -> tuple[Answer, ...]:
    """Return the answer of each row, its `most` likeliest completions first; ties keep their order.

    Parameters
    ----------
    shares : Array, shape (rows, Z)
        q(z).
    names : sequence of str
        The names of the completions, the same for every row.

    Returns
    -------
    tuple of Answer
        One for each row.
    """
    kept = np.argsort(-shares, axis=-1, kind="stable")[:, :most]
    values = np.take_along_axis(shares, kept, axis=-1)
    return tuple(
        Answer(tuple(names[place] for place in places), tuple(row))
        for places, row in zip(kept.tolist(), values.tolist(), strict=True)
    )


def places_of(chosen: NDArray[np.intp], shares: Array) -> tuple[int, ...]:
    """Return the rank of one completion of each row, shape (rows,), in the order of `ranked`."""
    order = np.argsort(-shares, axis=-1, kind="stable")
    return tuple((order == chosen[:, None]).argmax(axis=-1).tolist())


def component_names(component: str, many: int) -> tuple[str, ...]:
    """Return the names of `many` components: "coin A", "coin B"; numbered if there are more than letters."""
    letters = ascii_uppercase if many <= len(ascii_uppercase) else [str(k) for k in range(1, many + 1)]
    return tuple(f"{component} {letter}" for letter in letters[:many])
