"""The data sets that come with the covariance model."""

from __future__ import annotations

from emviz.em.model import Example
from emviz.models.rna.data import PAIRS

#: What each pair of the fork mostly is: two pairs that swap their letters, from the outside to the inside.
KINDS = (
    ("GC", "CG"),
    ("AU", "GC"),
    ("CG", "AU"),
    ("GC", "UA"),
    ("UA", "CG"),
    ("CG", "GC"),
    ("AU", "UA"),
    ("GC", "AU"),
)
#: The cloverleaf of a tRNA: the acceptor stem, and the arms of D, of the anticodon and of T.
CLOVERLEAF = "<<<<<<<..<<<<........>>>>.<<<<<.......>>>>>.....<<<<<.......>>>>>>>>>>>>."
#: The probability of the two together; the rest is shared by the other fourteen.
MOSTLY = 0.86


def _letters(kinds: tuple[str, str]) -> tuple[float, ...]:
    rest = (1 - MOSTLY) / (len(PAIRS) - len(kinds))
    return tuple(MOSTLY / len(kinds) if pair in kinds else rest for pair in PAIRS)


EXAMPLES = (
    Example(
        "arms",
        "Anticodon arms of tRNA, 60 sequences",
        "rna_anticodon_arms.sto",
        "Rfam RF00005 (tRNA), seed alignment as in the test suite of Infernal 1.1.4: every 16th sequence, "
        "its anticodon arm cut out",
    ),
    Example(
        "fork",
        "Two hairpins on one stem, 40 sequences (simulated)",
        "rna_fork.csv",
        "simulated: each pair mostly one of two that swap their letters, with probability 0.43 each, other "
        "letters even, the usual transitions, 40 sequences, NumPy default_rng(1994)",
        truth={"pair": tuple(map(_letters, KINDS))},
    ),
    Example(
        "cloverleaf",
        "Cloverleaves as long as a tRNA, 20 sequences (simulated)",
        "rna_cloverleaf.csv",
        "simulated, with the consensus structure of a tRNA and no real letters: the 21 pairs mostly of the "
        "same kinds in turn, with probability 0.43 each, other letters even, the usual transitions, "
        "20 sequences, NumPy default_rng(1965)",
        truth={"pair": tuple(_letters(KINDS[k % len(KINDS)]) for k in range(CLOVERLEAF.count("<")))},
    ),
)
