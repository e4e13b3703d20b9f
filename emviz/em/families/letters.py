"""Ambiguous letters in sequences: N, X, and the codes for a set of letters.

Such a letter is a hidden variable. Its probability is the sum over its set S, and in the E-step it counts for
letter a by p_a / Σ_S p. Hard EM also shares ambiguous letters in this way, although it picks one completion.
Then log P(x, z; θ) has further terms besides Σ counts · log θ, which depend on the ambiguous letters and are
counted too (`shared`).

The codes are those of IUPAC (Cornish-Bowden, Nucleic Acids Research 13:3021, 1985).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from emviz.data.table import DataError, Table, Texts
from emviz.data.things import things
from emviz.em.families.categoricals import normalised
from emviz.em.model import ColumnSpec
from emviz.em.numerics import Array, xlogy
from emviz.em.work import TOGETHER, checked

BASES, RESIDUES = "ACGT", "ACDEFGHIKLMNPQRSTVWY"
#: The letters of each code; like N and X, a question mark is any letter.
NUCLEOTIDES = {
    "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC",
    "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": BASES, "X": BASES, "?": BASES,
}  # fmt: skip
#: Selenocysteine and pyrrolysine are rare forms of cysteine and lysine, and count as these.
AMINO_ACIDS = {"B": "DN", "J": "IL", "Z": "EQ", "U": "C", "O": "K", "X": RESIDUES, "?": RESIDUES}
#: The characters for a gap in files.
GAPS = ".-~_"
#: A stop codon, at the end of a protein, which is no residue.
STOP = re.compile(rf"\*(?=[{re.escape(GAPS)}]*$)")
#: Rounds of sharing ambiguous letters, and the relative change at which the frequencies have converged.
ROUNDS, STILL = 10_000, 1e-14
#: Frequencies below this have converged towards 0, which they never reach exactly.
VANISHED = 1e-12
#: Common names of the column of sequences.
SEQUENCE_NAMES = (
    "sequences", "seq", "seqs", "dna", "rna", "read", "reads", "letters", "residues", "nucleotides",
)  # fmt: skip
#: The column of the names of sequences.
NAME_COLUMN = ColumnSpec(
    *("name", "the name of the sequence", False, ("id", "label", "header")),
    holes=True,
    unseen="a sequence without a name",
)


@dataclass(frozen=True)
class Alphabet:
    """The letters of sequences, and the codes of ambiguous letters.

    Parameters
    ----------
    kind : str
        The name: "DNA".
    letters : str
    codes : mapping of str to str
        The letters of each code.
    spelled : mapping of str to str
        Alternative spellings of letters: U for T.
    expected : str
        The letters in words.
    """

    kind: str
    letters: str
    codes: Mapping[str, str]
    spelled: Mapping[str, str]
    expected: str

    def spell(self, text: str) -> str:
        """Return a text in capitals without blanks, spelled in this alphabet."""
        capitals = "".join(text.split()).upper()
        return capitals.translate({ord(other): own for other, own in self.spelled.items()})

    def checked(self, text: str, row: int, gaps: str = GAPS) -> str:
        """Return the letters and codes of a text, without its gaps.

        Raises
        ------
        DataError
            At the first other letter.
        """
        bare = text.translate(str.maketrans("", "", gaps))
        if set(bare) <= {*self.letters, *self.codes}:
            return bare
        known = self.letters + "".join(self.codes) + gaps
        place = next(place for place, letter in enumerate(text) if letter not in known)
        got = f"got {text[place]!r} at position {place + 1}"
        raise DataError(f"expected {self.expected}, {got}{self._other(text)}", row, "sequence")

    def _other(self, text: str) -> str:
        """Return a hint that a text looks like protein, or ""."""
        protein = set(text) <= {*RESIDUES, *AMINO_ACIDS, *GAPS, "*"} and not mostly_bases([text])
        return "; this looks like protein" if protein else ""

    def codes_in(self, texts: Iterable[str]) -> str:
        """Return the codes that occur, in order."""
        found = set[str]()
        for text in texts:
            found.update(text)
        return "".join(sorted(found & set(self.codes)))

    def possible(self, symbols: str) -> Array:
        """Return a matrix, shape (C, S), with 1 for each letter that a symbol may be; a gap has none."""
        sets = [symbol if symbol in self.letters else self.codes.get(symbol, "") for symbol in symbols]
        return np.array([[float(letter in own) for letter in self.letters] for own in sets])


DNA = Alphabet("DNA", BASES, NUCLEOTIDES, {"U": "T"}, "A, C, G or T")
RNA = Alphabet(
    "RNA",
    "ACGU",
    {code: letters.replace("T", "U") for code, letters in NUCLEOTIDES.items()},
    {"T": "U"},
    "A, C, G or U",
)
PROTEIN = Alphabet("protein", RESIDUES, AMINO_ACIDS, {}, "one of the 20 amino acids")


def mostly_bases(texts: Iterable[str]) -> bool:
    """Return whether at least half of the letters of some texts in capitals are A, C, G, T, U or N."""
    joined = "".join(texts)
    return 2 * sum(map(joined.count, BASES + "UN")) >= sum(map(str.isalpha, joined))


def only_bases(texts: Texts) -> bool:
    """Return whether there are letters, and only A, C, G, T, U and N; missing cells have none."""
    letters = set().union(*(set(text.upper()) for text in texts.tolist())) - {*GAPS, *" ?"}
    return bool(letters) and letters <= {*BASES, *"UN"}


def sequences_of(table: Table, alphabet: Alphabet) -> list[str]:
    """Return the column of sequences, as its alphabet spells it.

    Raises
    ------
    DataError
        If there are no rows, or if a cell is missing and the alignment of its row does not say otherwise.
    """
    if not table.rows:
        raise DataError("there are no rows; a sequence is needed")
    # An apostrophe keeps spreadsheets from taking a hyphen for the beginning of a formula.
    given = checked(table.texts("sequence").tolist(), TOGETHER)
    texts = [alphabet.spell(text.removeprefix("'")) for text in given]
    if table.missing("sequence").any():
        gone = np.flatnonzero(table.missing("sequence") & ~_confirmed(table, texts, alphabet))
        if len(gone):
            raise DataError("the sequence is missing", int(gone[0]) + 1, "sequence")
    return texts


def _confirmed(
    table: Table, texts: Sequence[str], alphabet: Alphabet
) -> np.ndarray[tuple[int], np.dtype[np.bool]]:
    """Return the rows whose alignment has the same letters: there NA and "" are sequences, not missing."""
    if "alignment" not in table:
        return np.zeros(len(texts), dtype=np.bool)
    without = str.maketrans("", "", GAPS)
    rows = zip(table.texts("alignment").tolist(), texts, strict=True)
    return np.array(
        [
            bool(shown)
            and alphabet.spell(shown.removeprefix("'")).translate(without) == own.translate(without)
            for shown, own in rows
        ]
    )


def assumed_of(table: Table, alphabet: Alphabet, aligned: bool = True) -> tuple[str, ...]:
    """Return the assumptions about the sequences of a table, a sentence each.

    Parameters
    ----------
    aligned : bool
        Whether gaps have a meaning, as in an alignment.
    """
    if "sequence" not in table:
        return ()
    texts = [alphabet.spell(text) for text in table.texts("sequence")[~table.missing("sequence")].tolist()]
    joined = "".join(texts)
    if not set(joined) <= {*alphabet.letters, *alphabet.codes, *GAPS, "*"}:
        # `sequences_of` will refuse such letters with a better message.
        return ()
    assumed = []
    codes = alphabet.codes_in(texts)
    if codes:
        many = sum(map(joined.count, codes))
        assumed.append(
            f"{things(many, 'letter is', 'letters are')} not known for sure ({', '.join(codes)}): "
            "all possible letters are summed over"
        )
    if not aligned and any(map(joined.count, GAPS)):
        assumed.append("gaps are left out of the sequences")
    if alphabet.kind != "protein" and not mostly_bases(texts):
        assumed.append(
            f"most letters are codes for several bases of {alphabet.kind}: this looks like protein"
        )
    return tuple(assumed)


# -- ambiguous letters ------------------------------------------------------------------------------------


def summed(chances: Array, possible: Array) -> Array:
    """Return the probability of each symbol, shape (..., C), from those of the letters, shape (..., S)."""
    return np.asarray(chances @ possible.T)


def parts(chances: Array, possible: Array) -> Array:
    """Return the part of each symbol that counts for each letter, shape (..., C, S): p_a / Σ_S p.

    Equal parts if all letters of S have probability 0; all 0 for a gap.
    """
    own = chances[..., None, :] * possible
    sums = own.sum(axis=-1, keepdims=True)
    alike = possible / np.maximum(possible.sum(axis=-1, keepdims=True), 1.0)
    found: Array = np.divide(own, sums, out=np.broadcast_to(alike, own.shape).copy(), where=sums > 0)
    return found


def shared(counts: Array, chances: Array, possible: Array, logs: Array) -> tuple[Array, float]:
    """Return counts of symbols as counts of letters, and the term that Q subtracts for the ambiguous ones.

    Parameters
    ----------
    counts : Array, shape (..., C)
    chances : Array, shape (..., S)
        The probabilities of the letters, θ.
    possible : Array, shape (C, S)
    logs : Array, shape (C,)
        The logarithm of the probability of each symbol where θ does not apply, in nats.

    Returns
    -------
    letters : Array, shape (..., S)
    against : float
        Σ counts · (log of the symbol elsewhere + Σ_a part log part), in nats. Σ letters · log θ minus this is
        the contribution of the symbols to log P(x, z; θ): exactly at the θ of the shares, and a lower bound
        at others.
    """
    own = parts(chances, possible)
    letters = (counts[..., None, :] @ own)[..., 0, :]
    return np.asarray(letters), float((counts * (logs + xlogy(own, own).sum(axis=-1))).sum())


def frequencies(counts: Array, possible: Array) -> Array:
    """Return the frequencies of the letters, shape (S,), in data with these counts of symbols, shape (C,).

    Raises
    ------
    DataError
        If no letter is known.
    """
    if not counts[possible.sum(axis=-1) < possible.shape[-1]].any():
        raise DataError("no letter of any sequence is known", column="sequence")
    if len(possible) == possible.shape[-1]:
        return np.asarray(counts / counts.sum())
    found = settled(counts, possible) / counts.sum()
    # A letter that occurs only through a code is dropped once other letters of the code occur.
    kept = np.where(found > VANISHED, found, 0.0)
    return np.asarray(kept / kept.sum())


def settled(counts: Array, possible: Array, prior: Array | float = 0.0) -> Array:
    """Return counts of symbols as counts of letters, shape (..., S), shared by the converged frequencies.

    This is EM for the letters if nothing else is hidden. N does not affect the frequencies.
    """
    size = possible.shape[-1]
    alike = possible / np.maximum(possible.sum(axis=-1, keepdims=True), 1.0)
    known = (counts * (possible.sum(axis=-1) < size)) @ alike + prior
    chances = np.where(known.sum(axis=-1, keepdims=True) > 0, known, 1.0)
    for _ in range(ROUNDS):
        chances = chances / chances.sum(axis=-1, keepdims=True)
        letters = np.asarray((counts[..., None, :] @ parts(chances, possible))[..., 0, :])
        before, chances = chances, letters + prior
        sums = chances.sum(axis=-1, keepdims=True)
        if np.all(np.abs(chances - before * sums) <= STILL * sums):
            break
        chances = np.where(sums > 0, chances, 1.0)
    return letters


def settled_chances(counts: Array, possible: Array, prior: Array) -> Array:
    """Return the frequencies of the letters that these counts and a prior converge to, shape (..., S)."""
    return normalised(settled(counts, possible, prior) + prior)
