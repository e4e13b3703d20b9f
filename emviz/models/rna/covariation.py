"""The information that one letter of a pair has on the other."""

from __future__ import annotations

import numpy as np

from emviz.em.numerics import Array, xlogy
from emviz.models.rna.data import LETTERS


def mutual_information(pair: Array) -> Array:
    """Return the mutual information of the letters of each pair, in bits.

    Parameters
    ----------
    pair : Array, shape (..., 16)
        Probabilities of the letters of a pair.

    Returns
    -------
    bits : Array, shape (...)
        Σ p(a, b) log₂ p(a, b) / (p(a) p(b)): 0 where they are independent, 2 at most.
    """
    own = pair.reshape(*pair.shape[:-1], len(LETTERS), len(LETTERS))
    together = xlogy(own, own).sum(axis=(-2, -1))
    apart = sum(xlogy(side, side).sum(axis=-1) for side in (own.sum(axis=-1), own.sum(axis=-2)))
    # Rounding may leave independent letters slightly below 0.
    return np.asarray(np.maximum((together - apart) / np.log(2), 0.0))
