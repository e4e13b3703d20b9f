"""Categorical distributions: counts of symbols over their sum, and the lines of the M-step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emviz.em.counts.table import Update
from emviz.em.numerics import Array


def normalised(counts: Array) -> Array:
    """Return counts over their sums along the last axis."""
    return np.asarray(counts / counts.sum(axis=-1, keepdims=True))


def row_lines(
    label: str, names: Sequence[str], components: Sequence[int], counts: Array, found: Array
) -> tuple[Update, ...]:
    """Return the lines of the M-step for one distribution: each count over the sum.

    Parameters
    ----------
    label : str
        The label of a line up to the name of the symbol: "π_".
    names, components : sequence of str, sequence of int
        The symbols, and the component of each.
    counts, found : Array, shape (S,)
        Their counts including pseudocounts, and their probabilities.
    """
    terms = tuple(counts.tolist())
    lines = zip(names, components, terms, found.tolist(), strict=True)
    return tuple(Update(label + name, component, own, terms, value) for name, component, own, value in lines)
