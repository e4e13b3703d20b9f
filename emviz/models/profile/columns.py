"""The columns of the count table and the lines of the M-step, in order."""

from __future__ import annotations

import numpy as np

from emviz.em.counts.table import Group, Update, Updates
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


def updates(data: ProfileData, counts: AnyCounts, found: ProfileParams, pseudocount: float) -> Updates:
    """Return the M-step with its pseudocounts: the letters in their order, then the transitions."""
    match, arcs = padded(data, counts, pseudocount)
    rest = match.sum(axis=1, keepdims=True) - match
    there = allowed(data.nodes)
    places = np.concatenate((letter_order(found), match.size + np.flatnonzero(there)))

    def written(line: int) -> Update:
        """Return a line: there are thousands of them, of which few are seen."""
        place = int(places[line])
        if place < match.size:
            k, letter = divmod(place, len(data.letters))
            count, value = float(match[k, letter]), float(found.match[k, letter])
            name = f"e_{k + 1},{data.letters[letter]}"
            return Update(name, MATCH, count, (count, float(rest[k, letter])), value)
        k, here, to = map(int, np.unravel_index(place - match.size, arcs.shape))
        terms = tuple(arcs[k, here, there[k, here]].tolist())
        value = float(found.transition[k, here, to])
        return Update(f"t_{k},{KINDS[here]},{KINDS[to]}", here, float(arcs[k, here, to]), terms, value)

    return Updates(len(places), written, places)


def letter_order(found: ProfileParams) -> Rows:
    """Return node × S + letter of all letters: the likeliest letter of each node first, then all the rest."""
    nodes, symbols = found.match.shape
    first = np.arange(nodes) * symbols + found.match.argmax(axis=1)
    return np.concatenate((first, np.setdiff1d(np.arange(nodes * symbols), first)))
