"""Unknown letters, whose counts are shared between the letters that they may be.

A pair with an unknown letter has the summed probability of all pairs that it may be, so the known letter
gives evidence on it.
"""

from __future__ import annotations

import numpy as np

from emviz.em.families.letters import settled, shared
from emviz.em.numerics import Array
from emviz.models.rna.data import NONE, AnyCounts, RnaCounts, RnaData, RnaParams, SharedCounts, log_even


def empty_symbols(data: RnaData) -> RnaCounts:
    """Return counts of nothing, by symbols: pairs (P, C²), single letters (S, C), transitions."""
    structure, many = data.structure, len(data.symbols)
    singles = len(structure.having("ML", "MR"))
    return RnaCounts(
        np.zeros((len(structure.pairs), many**2)),
        np.zeros((singles, many)),
        np.zeros(structure.allowed.shape),
    )


def counted(data: RnaData, params: RnaParams, symbols: RnaCounts) -> AnyCounts:
    """Return counts of letters from those of symbols, shared by θ."""
    pair, single, transition = symbols
    if data.known:
        square = pair.reshape(len(pair), NONE + 1, NONE + 1)[:, :NONE, :NONE]
        return RnaCounts(square.reshape(len(pair), -1), single[:, :NONE], transition)
    both = possible_couples(data)
    pairs, off_pairs = shared(pair, params.pair, both, log_even(both))
    singles, off_singles = shared(single, params.single, data.possible, log_even(data.possible))
    return SharedCounts(pairs, singles, transition, np.array(off_pairs + off_singles))


def settled_counts(data: RnaData, symbols: RnaCounts, pseudocount: float) -> AnyCounts:
    """Return counts if only unknown letters are hidden, whose shares are iterated until they settle."""
    pair = settled(symbols.pair, possible_couples(data), pseudocount) + pseudocount
    single = settled(symbols.single, data.possible, pseudocount) + pseudocount
    pair, single = (field / field.sum(axis=-1, keepdims=True) for field in (pair, single))
    return counted(data, RnaParams(pair, single, symbols.transition, np.zeros(0)), symbols)


def possible_couples(data: RnaData) -> Array:
    """Return the pairs of letters that each two symbols may be, shape (C², 16)."""
    return np.asarray(np.kron(data.possible, data.possible), dtype=np.float64)
