"""The counts of single sequences: the pairs they form, and the letters in their loops."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from emviz.em.counts.table import Group
from emviz.em.families.letters import parts
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.rna.data import HELICAL, LETTERS, NONE, PAIRS, AnyCounts, Batch, RnaData, RnaParams
from emviz.models.rna.inside import Smoothed, Weights, smooth
from emviz.models.rna.parses import best_parses
from emviz.models.rna.structure import Codes, Node, Structure
from emviz.models.rna.unknown import possible_couples

#: What becomes of the two columns of a pair: the pairs of a helix, any other, one letter alone, none.
FORMED = (*HELICAL, "other", "left", "right", "none")
OTHER = FORMED.index("other")
#: What becomes of an unpaired column.
HELD = (*LETTERS, "none")
#: Of the 16 pairs of letters, the column of the table that counts them.
SORTED = np.array([FORMED.index(pair) if pair in HELICAL else OTHER for pair in PAIRS], dtype=np.intp)


def shown_nodes(structure: Structure) -> tuple[Node, ...]:
    """Return the nodes that have columns in the table: pairs from the outside to the inside, then loops."""
    pairs = (node for node in structure.nodes if node.kind == "MATP")
    return (*pairs, *(node for node in structure.nodes if node.kind in ("MATL", "MATR")))


def groups(structure: Structure) -> tuple[Group, ...]:
    """Return the columns of the table; every sequence passes each node once, so each adds up to 1."""
    return tuple(
        Group(f"pair {node.left}–{node.right}", 0, FORMED)
        if node.kind == "MATP"
        else Group(f"column {own_column(node)}", 1, HELD)
        for node in shown_nodes(structure)
    )


def own_column(node: Node) -> int:
    """Return the column of an unpaired node, counted from 1."""
    return node.left if node.kind == "MATL" else node.right


def row_counts(
    data: RnaData, params: RnaParams, rows: Rows, whole: bool = False, known: bool = False
) -> Array:
    """Return the expected counts of some rows, shape (len(rows), M), group after group.

    Parameters
    ----------
    whole, known : bool
        Count a single parse tree of each sequence: the true one where it is known, else the best.
    """
    if whole:
        return _of_trees(data, params, trees(data, params, rows, known), rows)
    nodes = shown_nodes(data.structure)
    widths = [len(FORMED) if node.kind == "MATP" else len(HELD) for node in nodes]
    found = np.zeros((len(rows), sum(widths)))
    for batch in data.batched(rows):
        seen = smooth(Weights(data.structure, params, batch))
        for node, end, width in zip(nodes, accumulate(widths), widths, strict=True):
            own = told_of(data, params, node)
            found[batch.rows, end - width : end] = _of_node(batch, seen, node, own)
    return found


def trees(data: RnaData, params: RnaParams, rows: Rows, known: bool) -> Codes:
    """Return the letter at each column in the true alignments, or in those of the best parse trees."""
    if known and data.columns is not None:
        return data.columns[rows]
    return best_parses(data, params, rows).columns


def told_of(data: RnaData, params: RnaParams, node: Node) -> Array:
    """Return how much of each symbol, or of each two, counts in each column of a node for letters.

    Returns
    -------
    Array, shape (C², 7) for a pair, (C, 4) for an unpaired column
        0 and 1, but for letters that are not known.
    """
    place = data.structure.place[node.first]
    if node.kind != "MATP":
        return parts(params.single[place], data.possible)
    return parts(params.pair[place], possible_couples(data)) @ np.eye(OTHER + 1)[SORTED]


def _of_trees(data: RnaData, params: RnaParams, columns: Codes, rows: Rows) -> Array:
    """Return the same for one parse tree of each row, with the letter at each column, −1 for none; (n, C)."""
    codes = np.where(columns >= 0, data.codes[rows[:, None], np.maximum(columns, 0)], NONE).astype(np.intp)
    found = []
    for node in shown_nodes(data.structure):
        own = told_of(data, params, node)
        if node.kind == "MATP":
            left, right = codes[:, node.left - 1], codes[:, node.right - 1]
            formed = own[len(data.symbols) * left + right]
            gone = np.stack([left != NONE, right != NONE], axis=-1)
            alone = np.stack([gone[:, 0] & ~gone[:, 1], ~gone[:, 0] & gone[:, 1], ~gone.any(axis=1)], axis=-1)
            found.append(np.concatenate([formed, alone], axis=1))
        else:
            at = codes[:, own_column(node) - 1]
            found.append(np.column_stack([own[at], at == NONE]))
    return np.concatenate(found, axis=1)


def totals(structure: Structure, counts: AnyCounts) -> Array:
    """Return the expected counts of all rows, shape (M,), group after group."""
    parts = []
    for node in shown_nodes(structure):
        states = range(node.splits.start, node.splits.stop)
        visits = counts.transition[structure.row[states]].sum(axis=-1)
        place = structure.place[node.first]
        if node.kind == "MATP":
            parts += [np.bincount(SORTED, counts.pair[place], OTHER + 1), visits[1:]]
        else:
            parts += [counts.single[place], visits[1:]]
    return np.concatenate(parts)


def _of_node(batch: Batch, seen: Smoothed, node: Node, own: Array) -> Array:
    """Return what each sequence adds to the columns of a node, shape (B, columns)."""
    first, many = node.first, len(batch.rows)
    gone = [seen.visits[v].sum(axis=(0, 1)) for v in range(first + 1, node.splits.stop)]
    if node.kind == "MATP":
        places, weights = batch.couples, seen.visits[first, :-1, 1:]
    else:
        right = node.kind == "MATR"
        weights = seen.visits[first].sum(axis=0)[1:] if right else seen.visits[first].sum(axis=1)[:-1]
        places = batch.codes
    wide = len(own)
    binned = np.bincount((places + wide * np.arange(many)).ravel(), weights.ravel(), many * wide)
    return np.column_stack([binned.reshape(many, wide) @ own, *gone])
