"""Categorical distributions: weighted counts of symbols over their sum, and the lines that say so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emviz.em.numerics import Array
from emviz.em.views import Update


def normalised(counts: Array) -> Array:
    """Return counts over their sums along the last axis."""
    return np.asarray(counts / counts.sum(axis=-1, keepdims=True))


def row_lines(
    label: str, names: Sequence[str], components: Sequence[int], counts: Array, found: Array
) -> tuple[Update, ...]:
    """Return the lines of the M-step for one distribution: each count over the sum of all.

    Parameters
    ----------
    label : str
        What stands before the name of a symbol: "π_".
    names, components : sequence of str, sequence of int
        The symbols, and the component of each.
    counts, found : Array, shape (S,)
        What is counted of them, with the pseudocount; and their probabilities.
    """
    terms = tuple(counts.tolist())
    told = zip(names, components, terms, found.tolist(), strict=True)
    return tuple(Update(label + name, component, own, terms, value) for name, component, own, value in told)
