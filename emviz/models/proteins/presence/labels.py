"""The true completion of the layer "presence" as a table writes it, and tables drawn from known θ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emviz.data.column import text_array
from emviz.data.table import Table
from emviz.em.counts.labels import UNKNOWN, all_known, named_places, of_groups, strangers
from emviz.em.numerics import Array
from emviz.em.simulation import draws
from emviz.models.proteins.pairs import PEPTIDE, PROBABILITY, PROTEIN, TRUE, Pairs
from emviz.models.proteins.presence.steps import PresenceCounts, PresenceParams

#: The protein is absent; present, but did not give the peptide; present and gave it.
ABSENT, SILENT, GAVE = KINDS = ("absent", "silent", "gave")
#: Follows one of these if the peptide was also seen by chance.
CHANCE = " + chance"
#: The code of each label: twice the place of its kind, plus one with chance.
PLACES = {
    text: 2 * k + more for k, kind in enumerate(KINDS) for more, text in enumerate((kind, kind + CHANCE))
}
#: The peptides and proteins of a simulated family of three: a chain, each two neighbours sharing a peptide.
FAMILY = ((0, 0), (1, 0), (2, 0), (2, 1), (3, 1), (4, 1), (4, 2), (5, 2))
#: The s of simulated identifications: c ~ Beta(s + 1, s) if the peptide was seen, else Beta(s, s + 1).
SURE = 0.3

Kinds = NDArray[np.intp]


def true_kinds(table: Table, pairs: Pairs) -> tuple[Kinds, Kinds, Kinds] | None:
    """Return the labels: the kind of each row (R,), which proteins are absent (n,), and chances (P,).

    Each is `UNKNOWN` without a label. None if there is no label at all, or one of another layer.

    Raises
    ------
    DataError
        If the rows of a protein or of a peptide contradict each other.
    """
    both = named_places(table, TRUE, PLACES)
    if both is None:
        return None
    known = both != UNKNOWN
    kinds, chance = np.where(known, both // 2, UNKNOWN), np.where(known, both % 2, UNKNOWN)
    absent = np.where(known, kinds == 0, UNKNOWN)
    return (
        kinds,
        of_groups(absent, pairs.protein, TRUE, "the protein is both present and absent"),
        of_groups(chance, pairs.peptide, TRUE, "the peptide is both seen by chance and not"),
    )


def set_aside(table: Table) -> str | None:
    """Return a sentence if there are labels that cannot be used, else None."""
    others = strangers(table, TRUE, PLACES)
    if not others:
        return None
    return f"column {TRUE} holds '{others[0][:40]}', which is none of {', '.join(KINDS)}: it is set aside"


def counts_of(pairs: Pairs, kinds: Kinds, absent: Kinds, chance: Kinds) -> PresenceCounts | None:
    """Return the counts of a completion.

    None if some of it is not known, if nothing is present, or if c of 0 or 1 rules it out.
    """
    if not all_known(kinds) or absent.all():
        return None
    seen = chance == 1
    seen[pairs.peptide[kinds == 2]] = True
    with np.errstate(divide="ignore"):
        evidence = np.log(np.where(seen, pairs.probability, 1 - pairs.probability)).sum()
    if not np.isfinite(evidence):
        return None
    counts = (
        (absent == 0).sum(),
        absent.sum(),
        (kinds == 2).sum(),
        (kinds == 1).sum(),
        chance.sum(),
        (chance == 0).sum(),
        evidence,
    )
    return PresenceCounts(*(np.array(count, dtype=np.float64) for count in counts))


def simulated(params: PresenceParams, size: int, rng: np.random.Generator) -> Table:
    """Return `size` pairs of families of three proteins, with the true completion."""
    families = -(-size // len(FAMILY))
    peptides, proteins = (1 + max(side) for side in zip(*FAMILY, strict=True))
    peptide, protein = (
        (np.arange(families)[:, None] * many + np.array(side)).ravel()[:size]
        for many, side in zip((peptides, proteins), zip(*FAMILY, strict=True), strict=True)
    )

    def below(many: int, chance: Array) -> NDArray[np.bool_]:
        return draws.in_blocks(many, lambda rows: rng.random(len(rows)) < chance)

    present = below(families * proteins, params.gamma)
    gave = present[protein] & below(size, params.alpha)
    chance = below(families * peptides, params.beta)
    seen = chance.copy()
    seen[peptide[gave]] = True
    probability = _sureness(seen, rng)
    kinds = np.where(gave, KINDS.index(GAVE), np.where(present[protein], KINDS.index(SILENT), 0))
    digits = len(str(families))
    names = draws.in_blocks(
        families * proteins,
        lambda rows: text_array(
            [f"P{n // proteins + 1:0{digits}d}{'abc'[n % proteins]}" for n in rows.tolist()]
        ),
    )
    return Table.from_columns(
        {
            PEPTIDE: draws.numbered("p", peptide),
            PROTEIN: names[protein],
            PROBABILITY: probability[peptide],
            TRUE: draws.named(tuple(PLACES), 2 * kinds + chance[peptide]),
        }
    )


def _sureness(seen: NDArray[np.bool_], rng: np.random.Generator) -> Array:
    """Return c in two decimals, with odds c : (1 − c) that the peptide was seen."""
    drawn = draws.in_blocks(len(seen), lambda rows: rng.beta(SURE + seen[rows], SURE + 1 - seen[rows]))
    return np.asarray(np.clip(np.round(drawn, 2), 0.01, 0.99))
