"""The steps of the layer "shared".

L(θ) = Σ_p c_p log Σ_{n holds p} θ_n: the log probability that peptide p came from one of the proteins that
hold it, weighted by its own probability c_p, as that part of a peptide.
E: w_pn = θ_n / Σ θ over the proteins that hold p. M: θ_n = Σ_p c_p w_pn / Σ_p c_p.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from emviz.data.table import Table
from emviz.em.counts.labels import UNKNOWN, all_known, named_places, of_groups, strangers
from emviz.em.model import Round
from emviz.em.numerics import Array, sorted_places, xlogy
from emviz.models.proteins.pairs import PEPTIDE, PROTEIN, TRUE, Pairs, Places, twins


class SharedParams(NamedTuple):
    """The abundance of each protein, shape (n,)."""

    abundance: Array


class SharedCounts(NamedTuple):
    """The expected peptides of each protein, Σ_p c_p w_pn, shape (n,)."""

    peptides: Array


SharedRound: TypeAlias = Round[SharedParams, SharedCounts]


@dataclass(frozen=True, eq=False)
class SharedData:
    """Pairs, with an order that groups those of each peptide.

    Parameters
    ----------
    pairs : Pairs
        The pairs in the order of the table.
    order : integer array, shape (R,)
        The rows, those of the same peptide together.
    first : integer array, shape (P,)
        The place in that order at which each peptide begins.
    true : integer array, shape (P,), or None
        The protein that each peptide came from, `UNKNOWN` if not known; None if none is known.
    twins : tuple of tuple of int
        Proteins that have the same peptides.
    """

    pairs: Pairs
    order: Places
    first: Places
    true: Places | None
    twins: tuple[tuple[int, ...], ...]

    @property
    def weight(self) -> Array:
        """The probability c_p of each peptide."""
        return self.pairs.probability


def sorted_pairs(pairs: Pairs, true: Places | None) -> SharedData:
    """Return the pairs, grouped by peptide."""
    order = np.concatenate([*sorted_places(pairs.peptide)])
    first = np.searchsorted(pairs.peptide[order], np.arange(len(pairs.peptides)))
    return SharedData(pairs, order, first, true, twins(pairs))


def heights(data: SharedData, params: SharedParams) -> Array:
    """Return log P(x; θ), shape (...), at θ stacked along leading axes."""
    held = params.abundance[..., data.pairs.protein[data.order]]
    sums = np.add.reduceat(held, data.first, axis=-1)
    return np.asarray(xlogy(data.weight, sums).sum(axis=-1))


def responsibilities(data: SharedData, params: SharedParams) -> Array:
    """Return w_pn of every row, shape (R,)."""
    pairs = data.pairs
    held = params.abundance[pairs.protein]
    sums = np.bincount(pairs.peptide, held, len(pairs.peptides))
    with np.errstate(invalid="ignore"):  # 0/0 if θ makes a peptide impossible; the objective is −∞ there
        return np.asarray(held / sums[pairs.peptide])


def likeliest(data: SharedData, params: SharedParams) -> SharedCounts:
    """Return the counts if each peptide goes whole to its most abundant protein, the first of equals."""
    return counted(data, chosen_of(data, params))


def chosen_of(data: SharedData, params: SharedParams) -> Array:
    """Return 1 in the row of each peptide's most abundant protein, the first of equals, else 0."""
    pairs = data.pairs
    # By peptide; within one the most abundant protein first, and of equals the first of all proteins.
    order = np.lexsort((pairs.protein, -params.abundance[pairs.protein], pairs.peptide))
    chosen = np.zeros(pairs.rows)
    # Both orders group the pairs by peptide, so `first` is valid in both.
    chosen[order[data.first]] = 1
    return chosen


def fit_of(counts: SharedCounts, params: SharedParams) -> float:
    """Return Q = Σ_n peptides_n log θ_n."""
    return float(xlogy(counts.peptides, params.abundance).sum())


def known(data: SharedData) -> SharedCounts | None:
    """Return the counts of the true proteins, if all are known."""
    if not all_known(data.true):
        return None
    return _summed(data.true, data.weight, data)


def shared_out(counts: SharedCounts) -> SharedParams:
    """Return θ_n = peptides_n / Σ peptides."""
    return SharedParams(counts.peptides / counts.peptides.sum())


def counted(data: SharedData, shares: Array) -> SharedCounts:
    """Return Σ_p c_p w_pn of shares (R,)."""
    pairs = data.pairs
    return _summed(pairs.protein, data.weight[pairs.peptide] * shares, data)


def _summed(protein: Places, amounts: Array, data: SharedData) -> SharedCounts:
    return SharedCounts(np.bincount(protein, amounts, len(data.pairs.proteins)).astype(np.float64))


def true_proteins(table: Table, pairs: Pairs) -> Places | None:
    """Return the true protein of each peptide, `UNKNOWN` if no row of it has a label.

    None without any label, or if a label is no protein, or a protein that does not hold its peptide
    (`set_aside`).

    Raises
    ------
    DataError
        If the rows of a peptide name different proteins.
    """
    named = named_places(table, TRUE, {name: n for n, name in enumerate(pairs.proteins)})
    if named is None:
        return None
    true = of_groups(named, pairs.peptide, TRUE, "the peptide has another true protein")
    return None if len(_not_held(pairs, true)) else true


def set_aside(table: Table) -> str | None:
    """Return a sentence if there are labels that cannot be used, else None."""
    if PEPTIDE not in table or PROTEIN not in table or TRUE not in table:
        return None
    peptides, proteins, true = (
        np.strings.strip(table.texts(name)).tolist() for name in (PEPTIDE, PROTEIN, TRUE)
    )
    others = strangers(table, TRUE, proteins)
    if others:
        return f"column {TRUE} holds '{others[0][:40]}', which is no protein here: it is set aside"
    held = set(zip(peptides, proteins, strict=True))
    known = np.flatnonzero(~table.missing(TRUE)).tolist()
    wrong = next((row for row in known if (peptides[row], true[row]) not in held), None)
    if wrong is None:
        return None
    return f"column {TRUE}: {true[wrong]} does not hold {peptides[wrong]}, as it says: it is set aside"


def _not_held(pairs: Pairs, true: Places) -> Places:
    """Return the peptides whose true protein does not hold them."""
    held = np.zeros(len(pairs.peptides), dtype=np.bool)
    held[pairs.peptide[pairs.protein == true[pairs.peptide]]] = True
    return np.flatnonzero((true != UNKNOWN) & ~held)
