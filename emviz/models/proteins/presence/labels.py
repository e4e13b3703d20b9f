"""The true completion of the layer "presence" as a table writes it, and tables drawn from known θ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table
from emviz.em.numerics import Array
from emviz.models.proteins.pairs import PEPTIDE, PROBABILITY, PROTEIN, TRUE, Pairs
from emviz.models.proteins.presence.steps import PresenceCounts, PresenceParams

#: The protein is absent; present, but did not give the peptide; present and gave it.
ABSENT, SILENT, GAVE = KINDS = ("absent", "silent", "gave")
#: Stands behind one of these where the peptide was seen by chance too.
CHANCE = " + chance"
#: The peptides and proteins of a simulated family of three: a chain, each two neighbours sharing a peptide.
FAMILY = ((0, 0), (1, 0), (2, 0), (2, 1), (3, 1), (4, 1), (4, 2), (5, 2))
#: How sure identifications are: c ~ Beta(s + 1, s) where the peptide was seen, else Beta(s, s + 1).
SURE = 0.3

Kinds = NDArray[np.intp]


def true_kinds(table: Table, pairs: Pairs) -> tuple[Kinds, NDArray[np.bool_]] | None:
    """Return the kind of each row (R,) and which peptides were seen by chance (P,), where all is known.

    Raises
    ------
    DataError
        Where the rows of a protein or of a peptide contradict each other.
    """
    if TRUE not in table:
        return None
    texts = np.strings.strip(table.texts(TRUE)).tolist()
    places = {text: k for k, kind in enumerate(KINDS) for text in (kind, kind + CHANCE)}
    if not set(texts) <= set(places):
        return None
    kinds = np.array([places[text] for text in texts], dtype=np.intp)
    chance = np.array([text.endswith(CHANCE) for text in texts])
    _agreeing(kinds > 0, pairs.protein, "the protein is both present and absent")
    _agreeing(chance, pairs.peptide, "the peptide is both seen by chance and not")
    by_chance = np.zeros(len(pairs.peptides), dtype=np.bool)
    by_chance[pairs.peptide] = chance
    return kinds, by_chance


def _agreeing(values: NDArray[np.bool_], groups: NDArray[np.intp], words: str) -> None:
    _, first = np.unique(groups, return_index=True)
    other = np.flatnonzero(values != values[first][groups])
    if len(other):
        raise DataError(f"{words} in an earlier row", int(other[0]) + 1, TRUE)


def counts_of(pairs: Pairs, kinds: Kinds, chance: NDArray[np.bool_]) -> PresenceCounts | None:
    """Return the counts of a completion; None where nothing is present, or c says that it cannot be."""
    present = np.zeros(len(pairs.proteins), dtype=np.bool)
    present[pairs.protein] = kinds > 0
    seen = chance.copy()
    seen[pairs.peptide[kinds == 2]] = True
    with np.errstate(divide="ignore"):
        evidence = np.log(np.where(seen, pairs.probability, 1 - pairs.probability)).sum()
    if not (present.any() and np.isfinite(evidence)):
        return None
    counts = (
        present.sum(),
        (~present).sum(),
        (kinds == 2).sum(),
        (kinds == 1).sum(),
        chance.sum(),
        (~chance).sum(),
        evidence,
    )
    return PresenceCounts(*(np.array(count, dtype=np.float64) for count in counts))


def simulated(params: PresenceParams, size: int, rng: np.random.Generator) -> Table:
    """Return `size` pairs of families of three proteins, with what truly happened."""
    families = -(-size // len(FAMILY))
    peptides, proteins = (1 + max(side) for side in zip(*FAMILY, strict=True))
    peptide, protein = (
        (np.arange(families)[:, None] * many + np.array(side)).ravel()[:size]
        for many, side in zip((peptides, proteins), zip(*FAMILY, strict=True), strict=True)
    )
    present = rng.random(families * proteins) < params.gamma
    gave = present[protein] & (rng.random(size) < params.alpha)
    chance = rng.random(families * peptides) < params.beta
    seen = chance.copy()
    seen[peptide[gave]] = True
    probability = _sureness(seen, rng)
    kinds = np.where(gave, GAVE, np.where(present[protein], SILENT, ABSENT)).tolist()
    digits = len(str(families))
    return Table.from_columns(
        {
            PEPTIDE: [f"p{place + 1}" for place in peptide.tolist()],
            PROTEIN: [f"P{n // proteins + 1:0{digits}d}{'abc'[n % proteins]}" for n in protein.tolist()],
            PROBABILITY: probability[peptide],
            TRUE: [kind + CHANCE * bool(chance[p]) for kind, p in zip(kinds, peptide, strict=True)],
        }
    )


def _sureness(seen: NDArray[np.bool_], rng: np.random.Generator) -> Array:
    """Return c in two decimals, with odds c : (1 − c) that the peptide was seen."""
    drawn = rng.beta(SURE + seen, SURE + 1 - seen)
    return np.asarray(np.clip(np.round(drawn, 2), 0.01, 0.99))
