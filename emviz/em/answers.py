"""The answer for a row in words: its completions, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np
from numpy.typing import NDArray

from emviz.em.numerics import Array
from emviz.em.views import Answer

#: Completions that an answer tells.
MOST = 5


def ranked(shares: Array, names: Sequence[str], most: int = MOST) -> tuple[Answer, ...]:
    """Return the answer of each row, its `most` likeliest completions first; of equals the first one first.

    Parameters
    ----------
    shares : Array, shape (rows, Z)
        q(z).
    names : sequence of str
        The completions in words, the same for every row.
    """
    kept = np.argsort(-shares, axis=-1, kind="stable")[:, :most]
    values = np.take_along_axis(shares, kept, axis=-1)
    return tuple(
        Answer(tuple(names[place] for place in places), tuple(row))
        for places, row in zip(kept.tolist(), values.tolist(), strict=True)
    )


def places_of(chosen: NDArray[np.intp], shares: Array) -> tuple[int, ...]:
    """Return where one completion of each row, shape (rows,), stands among all as `ranked` orders them."""
    order = np.argsort(-shares, axis=-1, kind="stable")
    return tuple((order == chosen[:, None]).argmax(axis=-1).tolist())


def component_names(component: str, many: int) -> tuple[str, ...]:
    """Return what so many components are called: "coin A"; numbered where letters do not suffice."""
    letters = ascii_uppercase if many <= len(ascii_uppercase) else [str(k) for k in range(1, many + 1)]
    return tuple(f"{component} {letter}" for letter in letters[:many])
