"""The first view of a profile: the certainty of each alignment, and the nodes where the sequences differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emviz.em.numerics import Array, xlogy
from emviz.em.work import checked
from emviz.models.profile import passes
from emviz.models.profile.arcs import DELETE, INSERT, MATCH
from emviz.models.profile.data import Kinds, ProfileData, ProfileParams
from emviz.models.profile.paths import best_paths, path_by_path, path_log, places
from emviz.models.profile.steps import evidences
from emviz.models.profile.weights import weights

#: Neighbouring nodes shown at once.
SEEN = 6
#: Decimals in which nodes are compared, so that rounding does not decide; the first of equals is taken.
COMPARED = 10
#: The mark of a deleted node.
GAP = "-"


@dataclass(frozen=True)
class Visited:
    """The expected visits of some sequences, node by node.

    Parameters
    ----------
    visits : Array, shape (n, L + 1, 3)
        The expected visits of each to M, I and D; node 0 is the begin.
    letters : tuple of str
        The residue that is likeliest at each of the L nodes, a hyphen where the node is likelier deleted.
    evidence : Array or None, shape (n,)
        log P(x; θ) − Σ log background of each, in nats; None if single paths are counted whole.
    """

    visits: Array
    letters: tuple[str, ...]
    evidence: Array | None = None


def divided_nodes(visits: Array) -> range:
    """Return the neighbouring nodes at which M, I and D share the visits of all sequences most evenly.

    Parameters
    ----------
    visits : Array, shape (L + 1, 3)
        The expected visits of all sequences.
    """
    nodes = len(visits) - 1
    many = min(SEEN, nodes)
    shares = visits[1:] / visits[1:].sum(axis=1, keepdims=True)
    entropy = -xlogy(shares, shares).sum(axis=1)
    sums = np.convolve(entropy, np.ones(many), mode="valid")
    first = 1 + int(np.round(sums, COMPARED).argmax())
    return range(first, first + many)


def visited(data: ProfileData, params: ProfileParams, whole: bool, known: bool = False) -> Visited:
    """Return the expected visits of all sequences, or those of a single path of each.

    That is the true path if it is counted, else the likeliest.
    """
    if whole:
        true = tuple(path for path in data.paths or () if path is not None) if known else ()
        paths = true or best_paths(data, params)
        letters = tuple(map(_passed, (data.text(row) for row in range(len(paths))), paths))
        return Visited(path_by_path(data, paths).transition.sum(axis=-1), letters)
    own, visits = weights(data, params), np.zeros((len(data.sequences), data.nodes + 1, 3))
    evidence, found = np.zeros(len(visits)), dict[int, str]()
    for block in data.blocks:
        seen = passes.smooth(block, own)
        evidence[block.rows] = seen.evidence
        visits[block.rows, :, MATCH] = seen.matched.sum(axis=0)
        visits[block.rows, :, INSERT] = seen.arcs[:, INSERT].sum(axis=0)
        visits[block.rows, :, DELETE] = seen.arcs[DELETE].sum(axis=0)
        none = np.zeros((len(block.rows), data.nodes + 1), dtype=np.intp)
        best = seen.matched[1:].argmax(axis=0) if len(block.codes) else none
        for row, at in zip(block.rows.tolist(), best.tolist(), strict=True):
            found[row] = _likeliest(data.text(row), at, visits[row])
    return Visited(visits, tuple(found[row] for row in range(len(data.sequences))), evidence)


def path_shares(
    data: ProfileData, params: ProfileParams, paths: Sequence[Kinds], evidence: Array | None = None
) -> Array:
    """Return P(path | x; θ) of the likeliest path of each sequence, shape (N,)."""
    evidence = evidences(data, params) if evidence is None else evidence
    logs = [path_log(data, params, row, path) for row, path in checked(enumerate(paths))]
    # Rounding may leave the best path above the sum of all paths.
    return np.exp(np.minimum(np.array(logs) - evidence, 0.0))


def _likeliest(text: str, at: Sequence[int], visits: Array) -> str:
    return "".join(
        text[t] if matched >= deleted else GAP
        for t, (matched, _, deleted) in zip(at[1:], visits[1:].tolist(), strict=True)
    )


def _passed(text: str, path: Kinds) -> str:
    """Return the residues that the nodes of a path match."""
    nodes = [GAP] * int(np.count_nonzero(path != INSERT))
    for residue, node in zip(*(each.tolist() for each in places(path)), strict=True):
        nodes[node - 1] = text[residue - 1]
    return "".join(nodes)
