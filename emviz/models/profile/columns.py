"""The columns of the count table and the lines of the M-step, in order."""

from __future__ import annotations

import numpy as np

from emviz.em.counts.table import Group, Update
from emviz.em.families.categoricals import row_lines
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.profile.arcs import INSERT, KINDS, MATCH, allowed
from emviz.models.profile.data import AnyCounts, ProfileData, ProfileParams
from emviz.models.profile.steps import padded, visits
from emviz.models.profile.weights import weights

#: The two kinds of residues.
COMPLETIONS = ("match", "insert")


def groups(nodes: int) -> tuple[Group, ...]:
    """Return the columns: residues inserted before the first node, then those in M and I of each node."""
    return (
        Group("begin", INSERT, (KINDS[INSERT],)),
        *(Group(f"node {k}", MATCH, (KINDS[MATCH], KINDS[INSERT])) for k in range(1, nodes + 1)),
    )


def residues(data: ProfileData, params: ProfileParams) -> Array:
    """Return the expected residues of each sequence in M and I of each node, shape (N, L + 1, 2)."""
    own = weights(data, params)
    found = np.zeros((len(data.sequences), data.nodes + 1, 2))
    for block in data.blocks:
        found[block.rows] = visits(block, own)
    return found


def flat(counts: Array) -> Array:
    """Return residues in M and I of each node, shape (..., L + 1, 2), in the order of the columns."""
    return counts.reshape(*counts.shape[:-2], -1)[..., 1:]


def shares(counts: Array) -> Array:
    """Return the share of the residues of each sequence that is matched, and inserted, shape (N, 2).

    A sequence without residues has none to insert.
    """
    sums = np.stack([counts[:, 1:, MATCH].sum(axis=1), counts[:, :, INSERT].sum(axis=1)], axis=-1)
    sums[~sums.any(axis=1), MATCH] = 1.0
    return np.asarray(sums / sums.sum(axis=1, keepdims=True))


def updates(
    data: ProfileData, counts: AnyCounts, found: ProfileParams, pseudocount: float
) -> tuple[Update, ...]:
    """Return the M-step with its pseudocounts: the letters in their order, then the transitions."""
    match, arcs = padded(data, counts, pseudocount)
    letters = _letters(data, match, found.match)
    order = letter_order(found).tolist()
    return (*(letters[place] for place in order), *_moves(data, arcs, found.transition))


def letter_order(found: ProfileParams) -> Rows:
    """Return node × S + letter of all letters: the likeliest letter of each node first, then all the rest."""
    nodes, symbols = found.match.shape
    first = np.arange(nodes) * symbols + found.match.argmax(axis=1)
    return np.concatenate((first, np.setdiff1d(np.arange(nodes * symbols), first)))


def _letters(data: ProfileData, match: Array, found: Array) -> list[Update]:
    rest = match.sum(axis=1, keepdims=True) - match
    rows = zip(match.tolist(), rest.tolist(), found.tolist(), strict=True)
    return [
        Update(f"e_{k},{letter}", MATCH, count, (count, other), value)
        for k, row in enumerate(rows, 1)
        for letter, count, other, value in zip(data.letters, *row, strict=True)
    ]


def _moves(data: ProfileData, arcs: Array, found: Array) -> list[Update]:
    lines: list[Update] = []
    for k, here in np.ndindex(arcs.shape[:2]):
        to = np.flatnonzero(allowed(data.nodes)[k, here])
        kinds = [KINDS[kind] for kind in to]
        lines += row_lines(
            f"t_{k},{KINDS[here]},", kinds, [here] * len(to), arcs[k, here, to], found[k, here, to]
        )
    return lines
