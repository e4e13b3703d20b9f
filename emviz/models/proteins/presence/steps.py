"""The steps of the layer "presence".

Protein n is present with probability γ. Each present protein gives each of its peptides with probability α,
and each peptide is seen by chance with probability β: it is seen unless all of these fail (noisy-OR),
f_k = 1 − (1 − β)(1 − α)^k with k of its proteins present. Whether it was seen is itself known only with
probability c_p (that of its identification), so its factor is z_k = c_p f_k + (1 − c_p)(1 − f_k).

Hidden are the presence vector y, which present protein gave which peptide, and what was seen by chance. Given
y and that peptide p was seen, a present protein gave it with probability α / f_k, and chance with β / f_k.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.labels import Labels
from emviz.em.model import Round
from emviz.em.numerics import Array, xlog1m, xlogy
from emviz.models.proteins.pairs import Pairs, Places
from emviz.models.proteins.presence.lattice import Lattice


class PresenceParams(NamedTuple):
    """The probabilities γ that a protein is present, α that it gives a peptide, β of chance; shapes ()."""

    gamma: Array
    alpha: Array
    beta: Array


class PresenceCounts(NamedTuple):
    """Expected numbers, shapes ().

    Parameters
    ----------
    present, absent : Array
        Proteins.
    gave, silent : Array
        Pairs of a present protein and one of its peptides: the protein gave it, or not.
    chance, quiet : Array
        Peptides that were seen by chance, or not.
    evidence : Array
        E[log c_p] of what was seen and E[log(1 − c_p)] of what was not, which does not depend on θ.
    """

    present: Array
    absent: Array
    gave: Array
    silent: Array
    chance: Array
    quiet: Array
    evidence: Array


PresenceRound: TypeAlias = Round[PresenceParams, PresenceCounts]


@dataclass(frozen=True, eq=False)
class PresenceData:
    """Pairs, and every presence vector of their components.

    Parameters
    ----------
    pairs : Pairs
        The pairs in the order of the table.
    lattice : Lattice
        The states and cells.
    first_of_protein, first_of_peptide : integer array, shapes (n,), (P,)
        The first row of each.
    absent : integer array, shape (R,), or None
        1 where the protein of the row is truly absent, 0 where it is present, `UNKNOWN` without a
        label; None without any label.
    labelled : PresenceCounts or None
        The counts of the true completion, if all of it is known.
    kinds : pair of integer array, shapes (R,), (P,), or None
        The true kind of each pair: 2 if it gave, 1 if it was silent, 0 if the protein is absent; and whether
        chance gave each peptide.
    """

    pairs: Pairs
    lattice: Lattice
    first_of_protein: Places
    first_of_peptide: Places
    absent: Labels | None
    labelled: PresenceCounts | None
    kinds: tuple[Labels, Labels] | None = None

    @property
    def certainty(self) -> Array:
        """The probability c_p of the peptide of each cell."""
        return self.pairs.probability[self.lattice.peptide]


@dataclass(frozen=True, eq=False)
class Weighed:
    """The probabilities of all states at θ.

    Parameters
    ----------
    share : Array, shape (S,)
        q(y) of each state, which adds up to 1 in each component.
    seen : Array, shape (cells,)
        f, the probability that the peptide is seen in this state.
    worth : Array, shape (cells,)
        q(y) / z; 0 where z is.
    height : float
        log P(x; θ).
    """

    share: Array
    seen: Array
    worth: Array
    height: float


def seen_with(params: PresenceParams, parents: Places) -> Array:
    """Return f_k for k present parents, to full precision even for tiny α and β."""
    silent, quiet = _log_failures(params, parents)
    return np.asarray(-np.expm1(silent + quiet))[parents]


def _log_failures(params: PresenceParams, parents: Places) -> tuple[Array, Array]:
    """Return log (1 − α)^k for each k up to the most parents, and log (1 − β)."""
    return xlog1m(np.arange(parents.max() + 1.0), params.alpha), xlog1m(1.0, params.beta)


def weighed(data: PresenceData, params: PresenceParams) -> Weighed:
    """Return every state with its share."""
    net, certainty = data.lattice, data.certainty
    silent, quiet = _log_failures(params, net.parents)
    # expm1: 1 − (1 − β)(1 − α)^k would be 0 for tiny α and β.
    seen = np.asarray(-np.expm1(silent + quiet))[net.parents]
    worth = certainty * seen + (1 - certainty) * np.exp(silent + quiet)[net.parents]
    with np.errstate(divide="ignore"):
        joint = np.add.reduceat(np.log(worth), net.cells)
    joint = joint + xlogy(net.ones, params.gamma) + xlogy(net.zeros, 1 - params.gamma)
    top = np.maximum.reduceat(joint, net.states)
    # Log-sum-exp by component; without `safe` an impossible one would give −∞ − (−∞).
    safe = np.where(np.isfinite(top), top, 0.0)
    relative = np.exp(joint - safe[net.home])
    sums = np.add.reduceat(relative, net.states)
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # where θ makes the data impossible: the height says so
        share, height = relative / sums[net.home], float((safe + np.log(sums)).sum())
    inverse = np.divide(share[net.state], worth, out=np.zeros_like(worth), where=worth > 0)
    return Weighed(share, seen, inverse, height)


def expected(data: PresenceData, params: PresenceParams) -> tuple[PresenceCounts, float]:
    """Return the expected counts, and log P(x; θ)."""
    net, c, p = data.lattice, data.certainty, params
    found = weighed(data, params)
    # "Not given" is summed as "seen by another way", since the difference 1 − given would lose digits.
    none_gave, no_chance = _log_failures(p, net.parents)
    unseen = (1 - c) * np.exp(none_gave + no_chance)[net.parents]
    # Where no parent is present, the place −1 reads a wrong value, and `parents` = 0 below cancels it.
    others = (1 - p.alpha) * -np.expm1(none_gave + no_chance)[net.parents - 1]
    silent = found.worth * net.parents * (c * others + unseen)
    quiet = found.worth * (c * (1 - p.beta) * -np.expm1(none_gave)[net.parents] + unseen)
    certain = c * found.worth
    seen = np.bincount(net.peptide, certain * found.seen, len(data.pairs.peptides))
    counts = (
        found.share @ net.ones,
        found.share @ net.zeros,
        p.alpha * (certain @ net.parents),
        silent.sum(),
        p.beta * certain.sum(),
        quiet.sum(),
        _evidence(data.pairs.probability, seen.astype(np.float64)),
    )
    return PresenceCounts(*(np.array(count, dtype=np.float64) for count in counts)), found.height


def _evidence(probability: Array, seen: Array) -> float:
    """Return Σ E[log c or log(1 − c)]; a certain identification adds 0."""
    open_ = (probability > 0) & (probability < 1)
    c, seen = probability[open_], seen[open_]
    return float((seen * np.log(c) + (1 - seen) * np.log1p(-c)).sum())


def presences(data: PresenceData, found: Weighed) -> Array:
    """Return the probability that each protein is present, shape (n,)."""
    net = data.lattice
    shares = found.share[net.bit_state]
    return np.bincount(net.bit_protein, shares, len(data.pairs.proteins)).astype(np.float64)


def given(data: PresenceData, params: PresenceParams, found: Weighed) -> Array:
    """Return the probability that the protein of each row gave its peptide, shape (R,)."""
    net = data.lattice
    certain = data.certainty * found.worth
    return np.asarray(params.alpha * np.bincount(net.pair_row, certain[net.pair_cell], data.pairs.rows))


def by_chance(data: PresenceData, params: PresenceParams, found: Weighed) -> Array:
    """Return the probability that each peptide was seen by chance, shape (P,)."""
    certain = data.certainty * found.worth
    return np.asarray(params.beta * np.bincount(data.lattice.peptide, certain, len(data.pairs.peptides)))


def maximised(counts: PresenceCounts) -> PresenceParams:
    """Return γ = present / proteins, α = gave / pairs of present proteins, β = chance / peptides.

    Raises
    ------
    ZeroDivisionError
        If no protein is present, so that 0/0 leaves α undefined.
    """
    if not counts.gave + counts.silent > 0:
        raise ZeroDivisionError("no protein is expected to be present, so 0/0 leaves α undefined")
    return PresenceParams(
        np.asarray(counts.present / (counts.present + counts.absent)),
        np.asarray(counts.gave / (counts.gave + counts.silent)),
        np.asarray(counts.chance / (counts.chance + counts.quiet)),
    )


def fit_of(counts: PresenceCounts, params: PresenceParams) -> float:
    """Return Q."""
    chances = np.array(
        [chance for each in params for chance in (float(each), 1 - float(each))],
    )
    return float(xlogy(np.array(counts[:6]), chances).sum() + counts.evidence)


# -- the likeliest completion --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Likeliest:
    """The likeliest presence vector with its likeliest givers.

    Parameters
    ----------
    states : integer array, shape (components,)
        The state of each component.
    own : boolean array, shape (cells,)
        Whether a cell is of one of these states: one for each peptide.
    took, givers, chances : Array, shapes (P,)
        For each of those cells: whether the peptide was seen, by how many proteins, and by chance.
    """

    states: Places
    own: NDArray[np.bool_]
    took: NDArray[np.bool_]
    givers: Array
    chances: Array


def likeliest(data: PresenceData, params: PresenceParams) -> PresenceCounts:
    """Return the counts of the likeliest presence vector with its likeliest givers, the first of equals."""
    net, found = data.lattice, best(data, params)
    parents, c = net.parents[found.own], data.certainty[found.own]
    counts = (
        net.ones[found.states].sum(),
        net.zeros[found.states].sum(),
        found.givers.sum(),
        (parents - found.givers).sum(),
        found.chances.sum(),
        (1 - found.chances).sum(),
        np.log(np.where(found.took, c, 1 - c)).sum(),
    )
    return PresenceCounts(*(np.array(count, dtype=np.float64) for count in counts))


def rows_of(data: PresenceData, found: Likeliest) -> tuple[Array, Array, Array]:
    """Return which proteins are present (n,), which pairs gave (R,), which peptides came by chance (P,).

    If one of several equally likely proteins must have given a peptide, the first row is chosen.
    """
    net = data.lattice
    present = np.bincount(
        net.bit_protein, np.isin(net.bit_state, found.states), len(data.pairs.proteins)
    ).astype(np.float64)
    many = np.zeros(len(net.state))
    many[found.own] = found.givers
    order = np.lexsort((net.pair_row, net.pair_cell))
    cell = net.pair_cell[order]
    rank = np.arange(len(cell)) - np.searchsorted(cell, cell)
    gave = np.zeros(data.pairs.rows)
    gave[net.pair_row[order][rank < many[cell]]] = 1.0
    chance = np.zeros(len(data.pairs.peptides))
    chance[net.peptide[found.own]] = found.chances
    return present, gave, chance


def best(data: PresenceData, params: PresenceParams) -> Likeliest:
    """Return the likeliest completion, the first of equals."""
    net, c = data.lattice, data.certainty
    silent, gave, chance, seen = _choices(params, int(net.parents.max()))
    with np.errstate(divide="ignore"):
        unlikely, likely = np.log1p(-c) + silent[net.parents], np.log(c) + seen[net.parents]
    took = likely > unlikely
    joint = np.add.reduceat(np.maximum(likely, unlikely), net.cells)
    joint = joint + xlogy(net.ones, params.gamma) + xlogy(net.zeros, 1 - params.gamma)
    top = np.maximum.reduceat(joint, net.states)
    # Equal to the last digit: the top is one of these very numbers.
    winners = np.flatnonzero(joint == top[net.home])
    states = winners[np.unique(net.home[winners], return_index=True)[1]]
    own = np.isin(net.state, states)
    parents, seen_here = net.parents[own], took[own]
    return Likeliest(states, own, seen_here, seen_here * gave[parents], seen_here * chance[parents])


def _choices(params: PresenceParams, most: int) -> tuple[Array, Array, Array, Array]:
    """Return by the number of present parents: log P(nothing seen), and the likeliest way to be seen.

    Returns
    -------
    silent : Array
        log P(no parent gives it, nor chance).
    gave, chance : Array
        The givers and chances of the likeliest way in which it was seen.
    seen : Array
        log P of that way.
    """
    parents = np.arange(most + 1.0)
    alpha, beta = float(params.alpha), float(params.beta)
    # By itself each of them is likelier to have happened than not only above one half.
    gave = parents * float(alpha > 0.5)
    chance = np.full(most + 1, float(beta > 0.5))
    none = (gave == 0) & (chance == 0)
    # Something must have given it: one parent, or chance if that is likelier or alone.
    parent = none & (parents > 0) & (alpha * (1 - beta) >= beta * (1 - alpha))
    gave = gave + parent
    chance = chance + (none & ~parent)
    silent = xlogy(parents, 1 - alpha) + xlogy(1.0, 1 - beta)
    seen = xlogy(gave, alpha) + xlogy(parents - gave, 1 - alpha)
    return silent, gave, chance, seen + xlogy(chance, beta) + xlogy(1 - chance, 1 - beta)
