"""The pairs of haplotypes that make up a genotype."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray


def phase_pairs(
    genotype: Sequence[tuple[int, int]], numbers: Sequence[int], most: int
) -> tuple[int, NDArray[np.intp] | None]:
    """Return the number of unordered pairs of haplotypes that make up a genotype, and the pairs.

    Parameters
    ----------
    genotype : sequence of pair of int
        The two alleles of each locus, −1 for an unknown one.
    numbers : sequence of int
        The number of alleles of each locus.
    most : int
        If there are more pairs, None is returned instead of them.

    Returns
    -------
    int, integer array of shape (2, pairs) or None
        A haplotype is coded by its alleles as the digits of a number, the first locus the most significant.
    """
    choices = [_ordered(a, b, number) for (a, b), number in zip(genotype, numbers, strict=True)]
    alike = math.prod(sum(a == b for a, b in choice) for choice in choices)
    # Each unordered pair of different haplotypes occurs twice among the ordered ones, a pair of equal ones
    # once.
    size = (math.prod(map(len, choices)) + alike) // 2
    if size > most:
        return size, None
    codes = np.zeros((2, 1), dtype=np.intp)
    for choice, number in zip(choices, numbers, strict=True):
        digits = np.array(choice, dtype=np.intp).T
        codes = (codes[:, :, None] * number + digits[:, None, :]).reshape(2, -1)
    codes = codes[:, codes[0] <= codes[1]]
    return size, codes[:, np.lexsort(codes[::-1])]


def _ordered(a: int, b: int, number: int) -> list[tuple[int, int]]:
    """Return the alleles that the first and the second haplotype can have at a locus."""
    ones, others = ((range(number) if allele < 0 else (allele,)) for allele in (a, b))
    pairs = set(product(ones, others))
    return sorted(pairs | {(other, one) for one, other in pairs})
