"""Unknown residues, whose counts are shared between the letters that they may be."""

from __future__ import annotations

import numpy as np

from emviz.em.families.letters import parts, settled_chances, shared
from emviz.em.numerics import Array
from emviz.models.profile.data import AnyCounts, ProfileCounts, ProfileData, ProfileParams, SharedCounts


def counted(data: ProfileData, params: ProfileParams, symbols: ProfileCounts) -> AnyCounts:
    """Return counts of letters, shape (L, S), from those of symbols, shape (L, C), shared by θ."""
    if data.known:
        return symbols
    # Letters that do not occur count nothing, so any finite logarithm serves.
    logs = np.log(np.where(data.behind > 0, data.behind, 1.0))
    letters, against = shared(symbols.match, params.match, data.possible, logs)
    return SharedCounts(letters, symbols.transition, np.array(against))


def letters_of(data: ProfileData, params: ProfileParams, symbols: Array) -> Array:
    """Return letters at each node, shape (..., L, S), from symbols there, shape (..., L, C)."""
    if data.known:
        return symbols
    return np.asarray((symbols[..., None, :] @ parts(params.match, data.possible))[..., 0, :])


def settled_counts(data: ProfileData, symbols: ProfileCounts, pseudocount: float) -> AnyCounts:
    """Return counts if only unknown letters are hidden, whose shares are iterated until they settle."""
    match = settled_chances(symbols.match, data.possible, pseudocount * data.background)
    return counted(data, ProfileParams(match, symbols.transition), symbols)
