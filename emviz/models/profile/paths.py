"""Single paths: the most likely one of each sequence (Viterbi), its counts, and its notation.

A path is written as A2M does: a capital for a residue that a node matches, a small letter for an inserted
one, a hyphen for a node that is deleted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.em.work import check_stop, checked
from emviz.models.profile.arcs import DELETE, INSERT, MATCH, allowed, run_on
from emviz.models.profile.data import (
    AnyCounts,
    Block,
    Kinds,
    ProfileCounts,
    ProfileData,
    ProfileParams,
    some,
)
from emviz.models.profile.unknown import counted
from emviz.models.profile.weights import log_odds

#: The logarithm of 0: finite, so that the traceback still finds a path.
IMPOSSIBLE = -1e9


def best_paths(data: ProfileData, params: ProfileParams) -> tuple[Kinds, ...]:
    """Return the most likely path of each sequence; of equals, the one with the later match."""
    found: dict[int, Kinds] = {}
    for block in data.blocks:
        found |= zip(block.rows.tolist(), _viterbi(block, data, params), strict=True)
    return tuple(found[row] for row in range(len(data.sequences)))


def path_counts(data: ProfileData, params: ProfileParams, paths: Sequence[Kinds]) -> AnyCounts:
    """Return the letters and transitions of a path through each sequence, unknown ones shared by θ."""
    return counted(data, params, path_symbols(data, paths))


def path_symbols(data: ProfileData, paths: Sequence[Kinds]) -> ProfileCounts:
    """Return the symbols, shape (L, C), and transitions of a path through each sequence."""
    size = data.nodes + 1
    kinds = np.concatenate([np.concatenate(([MATCH], path, [MATCH])) for path in paths]).astype(np.intp)
    sizes = np.array([len(path) + 2 for path in paths])
    first = np.cumsum(sizes) - sizes
    # Each node is passed once, by its match or its delete; the begin is node 0.
    passed = np.cumsum(kinds != INSERT)
    nodes = passed - np.repeat(passed[first], sizes)
    inner = np.ones(len(kinds), dtype=np.bool_)
    inner[first] = inner[first + sizes - 1] = False
    letters = np.zeros(len(kinds), dtype=np.intp)
    letters[inner & (kinds != DELETE)] = np.concatenate(data.sequences)
    matched = inner & (kinds == MATCH)
    symbols = len(data.symbols)
    match = np.bincount((nodes[matched] - 1) * symbols + letters[matched], minlength=data.nodes * symbols)
    leaving = np.ones(len(kinds), dtype=np.bool_)
    leaving[first + sizes - 1] = False
    place = np.flatnonzero(leaving)
    arcs = np.bincount((nodes[place] * 3 + kinds[place]) * 3 + kinds[place + 1], minlength=size * 9)
    return ProfileCounts(
        match.reshape(data.nodes, symbols).astype(np.float64), arcs.reshape(size, 3, 3).astype(np.float64)
    )


def path_by_path(data: ProfileData, paths: Sequence[Kinds]) -> ProfileCounts:
    """Return the same for each sequence on its own, along a leading axis."""
    each = [path_symbols(some(data, np.array([row])), [path]) for row, path in checked(enumerate(paths))]
    return ProfileCounts(*(np.stack(fields) for fields in zip(*each, strict=True)))


def path_log(data: ProfileData, params: ProfileParams, row: int, path: Kinds) -> float:
    """Return log P(x, path; θ) − Σ log background of one sequence, in nats."""
    counts = path_symbols(some(data, np.array([row])), [path])
    letters, arcs = counts.match > 0, counts.transition > 0
    with np.errstate(divide="ignore"):
        steps = np.log(params.transition[arcs])
    odds = log_odds(data, params)[letters]
    return float(counts.match[letters] @ odds + counts.transition[arcs] @ steps)


def written(text: str, path: Kinds) -> str:
    """Return a sequence as its path aligns it: VLS-aDKT."""
    letters = iter(text)
    marks = ("-" if kind == DELETE else next(letters) for kind in path.tolist())
    return "".join(
        mark.lower() if kind == INSERT else mark for mark, kind in zip(marks, path.tolist(), strict=True)
    )


def places(path: Kinds) -> tuple[Rows, Rows]:
    """Return the matched residues, counted from 1, and the nodes that match them."""
    residue, node = np.cumsum(path != DELETE), np.cumsum(path != INSERT)
    matched = path == MATCH
    return residue[matched], node[matched]


def _logs(values: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.maximum(np.log(values), IMPOSSIBLE))


def _viterbi(block: Block, data: ProfileData, params: ProfileParams) -> list[Kinds]:
    # A path may have to take a transition of probability 0, but never one that does not exist.
    arcs = np.where(allowed(data.nodes), _logs(params.transition), -np.inf).transpose(1, 2, 0)
    states = _highest(block, np.maximum(log_odds(data, params), IMPOSSIBLE), arcs)
    return _traced(block, states, arcs)


def _highest(block: Block, odds: Array, arcs: Array) -> Array:
    """Return the log-odds of the best way to each state, shape (3, T + 1, n, L + 1)."""
    steps, n = block.codes.shape
    size = arcs.shape[-1]
    states = np.full((3, steps + 1, n, size), -np.inf)
    states[MATCH, 0, :, 0] = 0.0
    emit = np.full((odds.shape[1], size), -np.inf)
    emit[:, 1:] = odds.T
    for t in checked(range(steps + 1)):
        m = block.active[t]
        now = states[:, t, :m]
        if t:
            ways = states[:, None, t - 1, :m] + arcs[:, :DELETE, None]
            now[:DELETE] = ways.max(axis=0)
            # In place: NumPy copies first where source and target overlap.
            now[MATCH, :, 1:] = now[MATCH, :, :-1]
            now[MATCH] += emit[block.codes[t - 1, :m]]
        now[DELETE, :, 1:] = (now[:DELETE] + arcs[:DELETE, DELETE, None]).max(axis=0)[:, :-1]
        run_on(now[DELETE], arcs[DELETE, DELETE], np.maximum)
    return states


def _traced(block: Block, states: Array, arcs: Array) -> list[Kinds]:
    """Return the path that ends best, from the end back to the begin."""
    steps, n = block.codes.shape
    # The longest path inserts every residue and deletes every node.
    width = steps + arcs.shape[-1]
    kinds = np.zeros((n, width), dtype=np.uint8)
    sizes = np.zeros(n, dtype=np.intp)
    node, residue, kind = np.full(n, arcs.shape[-1]), block.lengths + 1, np.full(n, MATCH)
    rows = np.arange(n)
    while len(rows):
        check_stop()
        before = node[rows] - (kind[rows] != INSERT)
        at = residue[rows] - (kind[rows] != DELETE)
        ways = states[:, at, rows, before] + arcs[:, kind[rows], before]
        node[rows], residue[rows], kind[rows] = before, at, ways.argmax(axis=0)
        rows = rows[(node[rows] > 0) | (residue[rows] > 0)]
        sizes[rows] += 1
        # From the right: the traceback meets the last state first.
        kinds[rows, width - sizes[rows]] = kind[rows]
    return [kinds[row, width - size :] for row, size in enumerate(sizes.tolist())]
