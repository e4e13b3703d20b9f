"""Every presence vector of every connected component, in flat arrays, so that no loop runs over them.

Proteins that share no peptide, not even through others, are independent: a component of n proteins has 2ⁿ
vectors. A state is one vector of one component; a cell is a state with one of the component's
peptides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError
from emviz.em.numerics import Array
from emviz.models.proteins.pairs import PROTEIN, Pairs, Places

#: The most proteins in a component, and the most cells in all.
MOST, MOST_CELLS = 12, 1_000_000


@dataclass(frozen=True, eq=False)
class Lattice:
    """S states, and the cells of each.

    Parameters
    ----------
    component : integer array, shape (n,)
        The component of each protein.
    states : integer array, shape (components,)
        The first state of each component.
    home : integer array, shape (S,)
        The component of each state.
    ones, zeros : Array, shape (S,)
        Proteins that are present, and absent.
    cells : integer array, shape (S,)
        The first cell of each state.
    state, peptide, parents : integer array, shape (cells,)
        The state of each cell, its peptide, and the number of present proteins that hold it.
    bit_state, bit_protein : integer array
        For every protein that is present in a state: both of them.
    pair_cell, pair_row : integer array
        For every pair whose protein is present in a cell of its peptide: both of them.
    """

    component: Places
    states: Places
    home: Places
    ones: Array
    zeros: Array
    cells: Places
    state: Places
    peptide: Places
    parents: Places
    bit_state: Places
    bit_protein: Places
    pair_cell: Places
    pair_row: Places


def laid_out(pairs: Pairs) -> Lattice:
    """Return all states and cells of the pairs.

    Raises
    ------
    DataError
        At the pair that makes a component too large, or for too many cells.
    """
    component = _components(pairs)
    blocks = list(_blocks(pairs, component))
    states = np.cumsum([0, *(len(block.parents) for block in blocks)])
    cells = np.cumsum([0, *(block.parents.size for block in blocks)])
    if cells[-1] > MOST_CELLS:
        raise DataError(f"there are {cells[-1]:,} presence vectors times peptides, too many to enumerate")
    sizes = [len(block.parents) for block in blocks]
    each = np.repeat([block.parents.shape[1] for block in blocks], sizes)
    # The last of each sums is where the last block ends: no block begins there.
    offsets = list(zip(blocks, states.tolist(), cells.tolist(), strict=False))
    present = [np.nonzero(block.bits) for block in blocks]
    return Lattice(
        component=component,
        states=states[:-1],
        home=np.repeat(np.arange(len(blocks)), sizes),
        ones=np.concatenate([block.bits.sum(axis=1) for block in blocks]).astype(np.float64),
        zeros=np.concatenate([(1 - block.bits).sum(axis=1) for block in blocks]).astype(np.float64),
        cells=np.cumsum(each) - each,
        state=np.repeat(np.arange(states[-1]), each),
        peptide=np.concatenate([np.tile(block.peptides, len(block.parents)) for block in blocks]),
        parents=np.concatenate([block.parents.ravel() for block in blocks]),
        bit_state=np.concatenate([at[0] + s for at, (_, s, _) in zip(present, offsets, strict=True)]),
        bit_protein=np.concatenate(
            [block.proteins[at[1]] for at, block in zip(present, blocks, strict=True)]
        ),
        pair_cell=np.concatenate([block.pair_cell + c for block, _, c in offsets]),
        pair_row=np.concatenate([block.pair_row for block in blocks]),
    )


def _components(pairs: Pairs) -> Places:
    """Return the component of each protein, in the order of their first proteins."""
    parent = list(range(len(pairs.proteins)))
    size = [1] * len(parent)
    holder: dict[int, int] = {}

    def root(protein: int) -> int:
        # Each step halves the path, or long chains of proteins would be walked again for every pair.
        while parent[protein] != protein:
            parent[protein] = parent[parent[protein]]
            protein = parent[protein]
        return protein

    for row, (peptide, protein) in enumerate(
        zip(pairs.peptide.tolist(), pairs.protein.tolist(), strict=True)
    ):
        one, other = sorted((root(protein), root(holder.setdefault(peptide, protein))))
        if one == other:
            continue
        # The earlier root stays, so that sorting the roots gives the order of the first proteins.
        parent[other] = one
        size[one] += size[other]
        # Tested pair by pair, so that the error can name the row at which the component grows too large.
        if size[one] > MOST:
            raise DataError(
                f"this pair ties {size[one]} proteins together by their peptides; exact enumeration goes up "
                f"to {MOST}",
                row + 1,
                PROTEIN,
            )
    roots = [root(protein) for protein in range(len(parent))]
    return np.unique(roots, return_inverse=True)[1].astype(np.intp)


@dataclass(frozen=True, eq=False)
class _Block:
    """One component: its proteins and peptides, 2ⁿ bits, and the present parents of each peptide."""

    proteins: Places
    peptides: Places
    bits: NDArray[np.intp]
    parents: NDArray[np.intp]
    pair_cell: Places
    pair_row: Places


def _blocks(pairs: Pairs, component: Places) -> Iterator[_Block]:
    rows = np.argsort(component[pairs.protein], kind="stable")
    ends = np.cumsum(np.bincount(component[pairs.protein]))
    for own in np.split(rows, ends[:-1]):
        proteins, protein = np.unique(pairs.protein[own], return_inverse=True)
        peptides, peptide = np.unique(pairs.peptide[own], return_inverse=True)
        bits = _bits(len(proteins))
        held = np.zeros((len(proteins), len(peptides)), dtype=np.intp)
        held[protein, peptide] = 1
        place, state = np.nonzero(bits.T[protein])
        yield _Block(
            proteins, peptides, bits, bits @ held, state * len(peptides) + peptide[place], own[place]
        )


# Components of the same size share these vectors, and there are no more than MOST sizes.
@lru_cache(maxsize=MOST)
def _bits(proteins: int) -> NDArray[np.intp]:
    """Return every presence vector of n proteins, shape (2ⁿ, n), the empty one first."""
    return (np.arange(2**proteins)[:, None] >> np.arange(proteins)) & 1
