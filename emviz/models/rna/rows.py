"""What single sequences contribute: how their pairs are formed, and which letters stand in the loops."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from emviz.em import views as view
from emviz.em.model import Rows
from emviz.em.numerics import Array
from emviz.models.rna.data import HELICAL, LETTERS, NONE, PAIRS, Batch, RnaCounts, RnaData, RnaParams
from emviz.models.rna.inside import Smoothed, Weights, smooth
from emviz.models.rna.parses import best_parses
from emviz.models.rna.structure import Codes, Node, Structure

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


def groups(structure: Structure) -> tuple[view.Group, ...]:
    """Return the columns of the table; every sequence passes each node once, so each adds up to 1."""
    return tuple(
        view.Group(f"pair {node.left}–{node.right}", 0, FORMED)
        if node.kind == "MATP"
        else view.Group(f"column {own_column(node)}", 1, HELD)
        for node in shown_nodes(structure)
    )


def own_column(node: Node) -> int:
    """Return the column of an unpaired node, counted from 1."""
    return node.left if node.kind == "MATL" else node.right


def row_counts(data: RnaData, params: RnaParams, rows: Rows, whole: bool = False) -> Array:
    """Return the expected counts of some rows, shape (len(rows), M), group after group.

    Parameters
    ----------
    whole : bool
        Count the best parse tree of each sequence alone.
    """
    if whole:
        return _of_trees(data, best_parses(data, params, rows).columns, rows)
    nodes = shown_nodes(data.structure)
    widths = [len(FORMED) if node.kind == "MATP" else len(HELD) for node in nodes]
    found = np.zeros((len(rows), sum(widths)))
    for batch in data.batched(rows):
        seen = smooth(Weights(data.structure, params, batch))
        for node, end, width in zip(nodes, accumulate(widths), widths, strict=True):
            found[batch.rows, end - width : end] = _of_node(batch, seen, node)
    return found


def _of_trees(data: RnaData, columns: Codes, rows: Rows) -> Array:
    """Return the same for one parse tree of each row, with the letter at each column, −1 for none; (n, C)."""
    codes = np.where(columns >= 0, data.codes[rows[:, None], np.maximum(columns, 0)], NONE)
    parts = []
    for node in shown_nodes(data.structure):
        if node.kind == "MATP":
            left, right = codes[:, node.left - 1], codes[:, node.right - 1]
            pair = SORTED[np.minimum(len(LETTERS) * left + right, len(PAIRS) - 1)]
            alone = FORMED.index("none") - (left < NONE) * 2 - (right < NONE)
            place = np.where((left < NONE) & (right < NONE), pair, alone)
            parts.append(np.eye(len(FORMED))[place])
        else:
            parts.append(np.eye(len(HELD))[codes[:, own_column(node) - 1]])
    return np.concatenate(parts, axis=1)


def totals(structure: Structure, counts: RnaCounts) -> Array:
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


def _of_node(batch: Batch, seen: Smoothed, node: Node) -> Array:
    """Return what each sequence adds to the columns of a node, shape (B, columns)."""
    first = node.first
    gone = [seen.visits[v].sum(axis=(0, 1)) for v in range(first + 1, node.splits.stop)]
    if node.kind == "MATP":
        places, weights = SORTED_COUPLES[batch.couples], seen.visits[first, :-1, 1:]
    else:
        right = node.kind == "MATR"
        weights = seen.visits[first].sum(axis=0)[1:] if right else seen.visits[first].sum(axis=1)[:-1]
        places = batch.codes
    wide = int(places.max(initial=0)) + 1
    wide = max(wide, (OTHER if node.kind == "MATP" else NONE) + 2)
    many = len(batch.rows)
    binned = np.bincount((places + wide * np.arange(many)).ravel(), weights.ravel(), many * wide)
    kept = OTHER + 1 if node.kind == "MATP" else NONE
    return np.column_stack([binned.reshape(many, wide)[:, :kept], *gone])


def _couples() -> NDArray[np.intp]:
    """Return for each two letters, as `Batch.couples` numbers them, the column of the table."""
    found = np.full((NONE + 1, NONE + 1), OTHER + 1, dtype=np.intp)
    found[:NONE, :NONE] = SORTED.reshape(NONE, NONE)
    return found.ravel()


SORTED_COUPLES: Codes = _couples()
