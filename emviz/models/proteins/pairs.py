"""Peptides and the proteins that hold them: a row for each pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table
from emviz.data.things import things
from emviz.em.numerics import Array, distinct_rows, sorted_places
from emviz.em.pictures import Edge, Graph, Node
from emviz.em.rounding import decimal, figures
from emviz.em.symbols import sorted_texts
from emviz.em.work import blocks, checked

PEPTIDE, PROTEIN, PROBABILITY, TRUE = "peptide", "protein", "probability", "true"
#: The most peptides and proteins in a graph, and the proteins among which these are sought.
#: Each protein that is looked at costs a pass over all pairs.
MOST_PEPTIDES, MOST_PROTEINS, LOOKED_AT = 24, 12, 50

Places = NDArray[np.intp]

#: Rows that are read between two places where the work can be left.
ROWS = 2**14


@dataclass(frozen=True, eq=False)
class Pairs:
    """R pairs of P peptides and n proteins.

    Parameters
    ----------
    peptides, proteins : tuple of str
        Their names, sorted.
    peptide, protein : integer array, shape (R,)
        The peptide and the protein of each row.
    probability : Array, shape (P,)
        The probability that each peptide was identified correctly.
    """

    peptides: tuple[str, ...]
    proteins: tuple[str, ...]
    peptide: Places
    protein: Places
    probability: Array

    @property
    def rows(self) -> int:
        """The number R of pairs."""
        return len(self.peptide)

    def called(self, row: int) -> str:
        """Return the peptide and the protein of a pair: "AYLK – P1"."""
        return f"{self.peptides[self.peptide[row]]} – {self.proteins[self.protein[row]]}"

    def described(self, row: int) -> str:
        """Return a pair in words: "AYLK – P1 · 0.93"."""
        return f"{self.called(row)} · {figures(self.probability[int(self.peptide[row])], 4)}"


def parsed(table: Table) -> Pairs:
    """Return the pairs of a table.

    Raises
    ------
    DataError
        For a missing column or an empty name, a pair that comes twice, or a probability outside 0 … 1, or
        one that differs between the rows of a peptide.
    """
    if not table.rows:
        raise DataError("there are no rows; pairs of a peptide and a protein are needed")
    peptides, peptide = _names(table, PEPTIDE)
    proteins, protein = _names(table, PROTEIN)
    _once(peptide * len(proteins) + protein)
    given = _probabilities(table)
    first = np.empty(len(peptides), dtype=np.intp)
    # Backwards, since of several values for one place the last is kept.
    first[peptide[::-1]] = np.arange(len(peptide))[::-1]
    probability = given[first]
    # Compared exactly: both are read from text, and nothing is computed in between.
    other = np.flatnonzero(given != probability[peptide])
    if len(other):
        text = f"peptide {peptides[peptide[other[0]]]} has {probability[peptide[other[0]]]:g} in another row"
        raise DataError(text, int(other[0]) + 1, PROBABILITY)
    return Pairs(peptides, proteins, peptide, protein, probability)


def _names(table: Table, column: str) -> tuple[tuple[str, ...], Places]:
    texts = table.texts(column).copy()
    for part in blocks(len(texts), ROWS):
        texts[part] = np.strings.strip(texts[part])
    empty = np.flatnonzero(table.missing(column))
    if len(empty):
        raise DataError(f"a {column} is needed", int(empty[0]) + 1, column)
    names, places = sorted_texts(texts)
    return tuple(names), places


def _once(codes: Places) -> None:
    """Raise a DataError for a repeated pair."""
    first, _, _ = distinct_rows(codes[:, None])
    repeated = np.ones(len(codes), dtype=np.bool)
    repeated[first] = False
    again = np.flatnonzero(repeated)
    if len(again):
        raise DataError(
            "this pair of peptide and protein is in an earlier row too: keep the best of the rows",
            int(again[0]) + 1,
        )


def _probabilities(table: Table) -> Array:
    """Return the probability in each row; 1 without such a column."""
    if PROBABILITY not in table:
        return np.ones(table.rows)
    given = table.numbers(PROBABILITY)
    bad = np.flatnonzero(~((given >= 0) & (given <= 1)))
    if len(bad):
        row = int(bad[0])
        written = table.cell(row, PROBABILITY)
        raise DataError(f"expected a probability from 0 to 1, got {written}", row + 1, PROBABILITY)
    return given


def twins(pairs: Pairs) -> tuple[tuple[int, ...], ...]:
    """Return the groups of proteins that have exactly the same peptides, those of probability 0 aside."""
    holds: dict[int, list[int]] = {}
    # A peptide of probability 0 has no weight in log P, so it cannot tell two proteins apart.
    seen = pairs.probability[pairs.peptide] > 0
    order = np.concatenate([*sorted_places(pairs.protein * len(pairs.peptides) + pairs.peptide)])
    for row in checked(order[seen[order]].tolist(), ROWS):
        holds.setdefault(int(pairs.protein[row]), []).append(int(pairs.peptide[row]))
    groups: dict[tuple[int, ...], list[int]] = {}
    for protein, peptides in holds.items():
        groups.setdefault(tuple(peptides), []).append(protein)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def graph(
    pairs: Pairs, weights: Array | None, sizes: Array, details: list[str], row: int | None, words: str
) -> Graph:
    """Return peptides on the left, proteins on the right, and an edge for each pair.

    Parameters
    ----------
    weights : Array, shape (R,), or None
        The width of each edge, 0 … 1; None before the E-step, when all are equal.
    sizes : Array, shape (n,)
        The size of each protein, 0 … 1.
    details : list of str
        The text beside each protein.
    row : int or None
        The selected pair; its protein comes first if there are many.
    words : str
        The meaning of the width of an edge.
    """
    proteins, rows = _shown(pairs, row)
    peptides = np.unique(pairs.peptide[rows])
    left = {int(p): k for k, p in enumerate(peptides)}
    right = {int(n): len(left) + k for k, n in enumerate(proteins)}
    nodes = [
        Node(pairs.peptides[p], None, float(pairs.probability[p]), decimal(pairs.probability[p], 2))
        for p in left
    ]
    nodes += [Node(pairs.proteins[n], n, float(sizes[n]), details[n]) for n in right]
    edges = tuple(
        Edge(
            left[int(pairs.peptide[r])],
            right[int(pairs.protein[r])],
            0.3 if weights is None else float(weights[r]),
        )
        for r in rows.tolist()
    )
    layers = tuple(left.values()), tuple(right.values())
    return Graph("Graph", tuple(nodes), edges, layers, _note(pairs, proteins, words, weights is not None))


def _shown(pairs: Pairs, row: int | None) -> tuple[list[int], Places]:
    """Return the proteins that a graph has room for, in order, and the rows that pair them."""
    first = [] if row is None else [int(pairs.protein[row])]
    chosen: list[int] = []
    peptides: set[int] = set()
    for protein in dict.fromkeys([*first, *range(min(len(pairs.proteins), LOOKED_AT))]):
        own = set(pairs.peptide[pairs.protein == protein].tolist())
        # The first, which may be the selected one, is drawn whatever its size. After one that is too large, a
        # smaller one may still fit.
        if chosen and len(peptides | own) > MOST_PEPTIDES:
            continue
        chosen.append(protein)
        peptides |= own
        if len(chosen) == MOST_PROTEINS:
            break
    rows = np.flatnonzero(np.isin(pairs.protein, chosen))
    return sorted(chosen), rows


def _note(pairs: Pairs, proteins: list[int], words: str, weighed: bool) -> str:
    meaning = words if weighed else ""
    few = (
        ""
        if len(proteins) == len(pairs.proteins)
        else f"{len(proteins)} of {things(len(pairs.proteins), 'protein')}."
    )
    return " ".join(part for part in (meaning, few) if part)
