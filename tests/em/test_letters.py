"""Letters that are not known: which codes there are, what is read and refused, how counts are shared."""

import numpy as np
import pytest

from emviz.data.table import DataError, Table
from emviz.em.families import letters
from emviz.em.families.letters import (
    DNA,
    PROTEIN,
    RNA,
    assumed_of,
    frequencies,
    mostly_bases,
    parts,
    sequences_of,
    settled,
    shared,
    summed,
)

ACGTRN = DNA.possible("ACGTRN")


def written(*sequences, **more):
    return Table.from_columns({"sequence": list(sequences), **more})


def test_codes_stand_for_the_letters_of_iupac():
    """The complement of a code stands for the complements of its letters: R for A, G; Y for C, T."""
    other = str.maketrans("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN")
    for code, own in DNA.codes.items():
        assert set(DNA.codes[code.translate(other)]) == set(own.translate(other))
        assert RNA.codes[code] == own.replace("T", "U")
    assert PROTEIN.codes["B"] == "DN"
    assert PROTEIN.codes["Z"] == "EQ"
    assert PROTEIN.codes["J"] == "IL"
    assert set(PROTEIN.codes["X"]) == set(PROTEIN.letters)


def test_letters_are_spelled_as_the_alphabet_has_them():
    assert DNA.spell("ac gu") == "ACGT"
    assert RNA.spell("acgt\n") == "ACGU"
    assert PROTEIN.spell("acdu") == "ACDU"
    assert DNA.checked("A-C.N", 1) == "ACN"


def test_which_letters_a_symbol_may_be():
    np.testing.assert_array_equal(
        DNA.possible("AR.N"), [[1, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1]]
    )
    assert DNA.codes_in(["ACGR", "NAR"]) == "NR"


@pytest.mark.parametrize(
    ("alphabet", "text", "message"),
    [
        (DNA, "AC*", "expected A, C, G or T, got '*' at position 3"),
        (RNA, "GGE", "expected A, C, G or U, got 'E' at position 3"),
        (RNA, "MLEE", "expected A, C, G or U, got 'L' at position 2; this looks like protein"),
        (PROTEIN, "M-1", "expected one of the 20 amino acids, got '1' at position 3"),
    ],
)
def test_other_letters_are_refused(alphabet, text, message):
    with pytest.raises(DataError) as caught:
        alphabet.checked(text, 7)
    assert (caught.value.message, caught.value.row, caught.value.column) == (message, 7, "sequence")


@pytest.mark.parametrize("gone", ["", "NA", "nan", "?", "-", ".", "None"])
def test_a_missing_sequence_is_refused(gone):
    with pytest.raises(DataError, match="the sequence is missing") as caught:
        sequences_of(written("ACGT", gone), DNA)
    assert (caught.value.row, caught.value.column) == (2, "sequence")


def test_an_alignment_tells_that_nothing_is_missing():
    """NA is asparagine and alanine where the alignment says so, and nothing a sequence that is left out."""
    table = written("CNA", "NA", "", alignment=["CNA", "-Na", "---"])
    assert sequences_of(table, PROTEIN) == ["CNA", "NA", ""]
    with pytest.raises(DataError, match="the sequence is missing"):
        sequences_of(written("CNA", "NA", "", alignment=["CNA", "-Na", ""]), PROTEIN)
    with pytest.raises(DataError, match="there are no rows"):
        sequences_of(written(), DNA)


def test_what_is_assumed_is_told():
    unknown = "3 letters are not known for sure (N, R): all possible letters are summed over"
    assert assumed_of(written("ANNR", ""), DNA) == (unknown,)
    assert assumed_of(written("AC-T"), DNA) == ()
    assert assumed_of(written("AC-T"), DNA, aligned=False) == ("gaps are left out of the sequences",)
    assert assumed_of(Table.from_columns({"name": ["a"]}), DNA) == ()
    assert assumed_of(written("MKVRSDA"), DNA)[1] == (
        "most letters are codes for several bases of DNA: this looks like protein"
    )


def test_bases_are_told_from_residues():
    assert mostly_bases(["ACGU", "NNRY-"])
    assert not mostly_bases(["MKVLAGE"])


# -- counts --------------------------------------------------------------------------------------------------


def test_a_symbol_has_the_probability_of_all_that_it_may_be():
    np.testing.assert_allclose(
        summed(np.array([0.4, 0.3, 0.2, 0.1]), ACGTRN), [0.4, 0.3, 0.2, 0.1, 0.6, 1], rtol=1e-15
    )


def test_parts_are_in_proportion_and_even_where_nothing_is_possible():
    own = parts(np.array([[0.4, 0.3, 0.2, 0.1], [0.0, 1.0, 0.0, 0.0]]), DNA.possible("ARN."))
    np.testing.assert_allclose(own[0, 1], [2 / 3, 0, 1 / 3, 0], rtol=1e-15)
    np.testing.assert_allclose(own[0, 2], [0.4, 0.3, 0.2, 0.1], rtol=1e-15)
    np.testing.assert_array_equal(own[1, 1], [0.5, 0, 0.5, 0])
    np.testing.assert_array_equal(own[:, 3], np.zeros((2, 4)))


def test_what_is_taken_off_makes_the_log_of_a_symbol_exact():
    """Σ letters · log θ − against = Σ counts · (log of the sum over θ − log of the symbol elsewhere)."""
    theta, counts = np.array([0.4, 0.3, 0.2, 0.1]), np.array([2.0, 0, 1, 0, 3, 5])
    logs = np.log(summed(np.array([0.1, 0.2, 0.3, 0.4]), ACGTRN))
    letters, against = shared(counts, theta, ACGTRN, logs)
    assert letters.sum() == pytest.approx(11, rel=1e-15)
    exact = (counts * (np.log(summed(theta, ACGTRN)) - logs)).sum()
    assert letters @ np.log(theta) - against == pytest.approx(exact, rel=1e-13)
    other = np.array([0.1, 0.4, 0.3, 0.2])
    assert letters @ np.log(other) - against < (counts * (np.log(summed(other, ACGTRN)) - logs)).sum()


def test_unknown_letters_settle_where_their_likelihood_is_highest():
    counts = np.array([6.0, 3, 1, 2, 4, 10])
    own = settled(counts, ACGTRN)
    theta = own / own.sum()
    # R is shared as A and G are, 6 : 1; N changes no frequency: 16 letters, of which A and G are 11.
    np.testing.assert_allclose(theta, [11 * 6 / 7 / 16, 3 / 16, 11 / 7 / 16, 2 / 16], rtol=1e-10)
    assert own.sum() == pytest.approx(26, rel=1e-13)


def test_a_prior_counts_while_they_settle():
    counts, prior = np.array([2.0, 0, 0, 0, 0, 3]), np.array([0.5, 0.5, 0.5, 0.5])
    own = settled(counts, ACGTRN, prior)
    padded = own + prior
    np.testing.assert_allclose(padded / padded.sum(), np.array([2.5, 0.5, 0.5, 0.5]) / 4, rtol=1e-12)


def test_of_nothing_known_all_letters_are_alike():
    np.testing.assert_allclose(settled(np.array([0.0, 0, 0, 0, 0, 2]), ACGTRN), [0.5] * 4, rtol=1e-14)
    np.testing.assert_array_equal(settled(np.zeros(6), ACGTRN), np.zeros(4))


def test_a_letter_that_only_a_code_speaks_for_is_none_where_others_are_seen():
    """A, A and R: R is an A, and G has frequency 0, exactly."""
    assert frequencies(np.array([2.0, 0, 0, 0, 1, 0]), ACGTRN).tolist() == [1, 0, 0, 0]
    assert frequencies(np.array([1.0, 0, 0, 1]), DNA.possible("ACGT")).tolist() == [0.5, 0, 0, 0.5]


def test_letters_that_do_not_settle_are_let_go(monkeypatch):
    counts = np.array([6.0, 3, 1, 2, 4, 10])
    monkeypatch.setattr(letters, "ROUNDS", 1)
    assert settled(counts, ACGTRN).sum() == pytest.approx(26, rel=1e-13)
