"""Genotypes as files write them, phases, and what cannot be used."""

from dataclasses import fields

import numpy as np
import pytest
from haplotype_cases import MODEL, at, people

from emviz.data.table import DataError, Table
from emviz.models.haplotype.phases import phase_pairs


def _table(**columns):
    return Table.from_columns(columns)


@pytest.mark.parametrize(
    ("cells", "alleles", "written"),
    [
        (["A/a", "a/a", "a|A"], ("A", "a"), ["A/a", "a/a", "A/a"]),
        (["0", "1", "2"], ("0", "1"), ["0/0", "0/1", "1/1"]),
        ([2, 1, 0], ("0", "1"), ["1/1", "0/1", "0/0"]),
        (["0/1", "0|0", "2"], ("0", "1"), ["0/1", "0/0", "1/1"]),
        (["A1/A2", "A10/A2", " A1 / A1 "], ("A1", "A2", "A10"), ["A1/A2", "A2/A10", "A1/A1"]),
        (["", "?", "A/a"], ("A", "a"), ["./.", "./.", "A/a"]),
        (["./.", "NA", "A/a"], ("A", "a"), ["./.", "./.", "A/a"]),
        ([1.0, float("nan"), 0.0], ("0", "1"), ["0/1", "./.", "0/0"]),
        (["A/.", "?/a", "a/A"], ("A", "a"), ["./A", "./a", "A/a"]),
        (
            ["A*02:01/A*01:01", "A*01:01/A*01:01"],
            ("A*01:01", "A*02:01"),
            ["A*01:01/A*02:01", "A*01:01/A*01:01"],
        ),
    ],
)
def test_genotypes_are_read(cells, alleles, written):
    data = MODEL.parse(_table(x=cells))
    assert data.loci == ("x",)
    assert data.alleles == (alleles,)
    assert [data.written(genotype) for genotype in data.which] == written


def test_which_columns_are_loci():
    data = MODEL.parse(
        _table(
            person=[1, 2], id=["u", "v"], name=["x", "y"], a=["A/a", "a/a"], count=[1, 2], b=["B/b", "B/B"]
        )
    )
    assert data.loci == ("a", "b")
    assert data.people.tolist() == [1, 2]


def test_longer_alleles_are_joined_by_a_hyphen():
    assert MODEL.parse(people("A1/A2 B/B", "A1/A1 B/b")).names == ("A1-B", "A1-b", "A2-B", "A2-b")[:3]


def test_the_number_of_phases():
    """2^(h−1) with h heterozygous loci; a missing SNP leaves ten pairs of its own at two loci."""
    for h in range(1, 8):
        size, pairs = phase_pairs([(0, 1)] * h, [2] * h, 10_000)
        assert size == pairs.shape[1] == 2 ** (h - 1)
        assert len(set(map(tuple, pairs.T.tolist()))) == size
    size, pairs = phase_pairs([(-1, -1)] * 2, [2, 2], 10_000)
    assert size == 10
    assert [tuple(pair) for pair in pairs.T.tolist()] == [(h, k) for h in range(4) for k in range(h, 4)]
    assert phase_pairs([(0, 1)] * 5, [2] * 5, 15) == (16, None)
    size, pairs = phase_pairs([(-1, 1), (0, 0)], [3, 2], 9)
    assert (size, pairs.tolist()) == (3, [[0, 2, 2], [2, 2, 4]])


GENOTYPE = "expected a genotype such as A/a, or 0, 1 or 2 copies of the second allele, got"
TWO = "write two alleles, {}/. if one is not known; leave out people with only one copy, which has no phase"
ALL_OPEN = " ".join(["A/a"] * 15)


@pytest.mark.parametrize(
    ("table", "message", "row", "column"),
    [
        (_table(a=[]), "there are no rows; a person with a genotype is needed", None, None),
        (
            _table(count=[1], name=["x"]),
            "a column for each locus is needed; the table has count, name",
            None,
            None,
        ),
        (people("A/a", "A", "AA"), f"{GENOTYPE} 'A'", 2, "locus1"),
        (people("A/a B/b", "A/a B/b/c"), f"{GENOTYPE} 'B/b/c'", 2, "locus2"),
        (people("A/a", "A/"), f"{GENOTYPE} 'A/'", 2, "locus1"),
        (people("A/a", "A/$"), f"{GENOTYPE} 'A/$'", 2, "locus1"),
        (_table(x=[0, 1, 3]), f"{GENOTYPE} '3'", 3, "x"),
        (_table(x=[0.5, 1, 2]), f"{GENOTYPE} '0.5'", 1, "x"),
        (people("A/a", "A/a", count=[1, -1]), "expected a number of at least 0, got -1", 2, "count"),
        (people("A/a", count=[0]), "there are no people: every count is 0", None, "count"),
        (people("A/a -", "A/A -"), "every genotype is missing here; leave this locus out", None, "locus2"),
        (
            people("A/A B/B", "A/A B/B"),
            "all people have the same single haplotype, so there is nothing to estimate",
            None,
            None,
        ),
        (
            people(ALL_OPEN.replace("a", "A"), ALL_OPEN, ALL_OPEN.replace("A/a", "A/.", 1)),
            "15 loci are heterozygous or missing here, which leaves 16,384 pairs of haplotypes; "
            "at most 10,000 can be followed: leave out some loci",
            2,
            None,
        ),
        (
            people(ALL_OPEN.replace("A/a", "A/A", 4)),
            "these genotypes allow 2,048 haplotypes; at most 1,024 can be followed: leave out some loci",
            None,
            None,
        ),
        (
            people(" ".join(["A/a"] * 70)),
            "70 loci with these alleles have more haplotypes than can be numbered; leave out some loci",
            None,
            None,
        ),
        (people("1/2 1/1", "2/2 1"), f"'1' is among genotypes such as 1/1: {TWO.format(1)}", 2, "locus2"),
        (people("0/1", "2", "1"), f"'1' is among genotypes such as 0/1: {TWO.format(1)}", 3, "locus1"),
        (people("2", "1|2"), f"'2' is among genotypes such as 1|2: {TWO.format(2)}", 1, "locus1"),
        (people("A/a", "0", "A/A"), f"'0' is among genotypes such as A/a: {TWO.format(0)}", 2, "locus1"),
        (
            people("A/a B/b", "A/a B/B", phase=["AB|ab", "AB|ab"]),
            "expected two haplotypes that make up A/a, B/B, such as AB|aB, got 'AB|ab'",
            2,
            "phase",
        ),
        (
            people("A/a B/b", "A/a B/b", phase=["AB/ab", "AB"]),
            "expected two haplotypes that make up A/a, B/b, such as AB|ab, got 'AB'",
            2,
            "phase",
        ),
        (
            people("A/a B/b", "A/A B/B", phase=["AB|xy", "AB|AB"]),
            "expected two haplotypes that make up A/a, B/b, such as AB|ab, got 'AB|xy'",
            1,
            "phase",
        ),
    ],
)
def test_data_that_cannot_be_used(table, message, row, column):
    with pytest.raises(DataError) as caught:
        MODEL.parse(table)
    assert (caught.value.message, caught.value.row, caught.value.column) == (message, row, column)


def test_many_people_with_many_phases_are_too_much():
    """Each of these is below the limit of one person, all together are not."""
    rows = [" ".join([*["A/a"] * 13, f"C{place}/C{place}"]) for place in range(130)]
    with pytest.raises(DataError) as caught:
        MODEL.parse(people(*rows))
    assert caught.value.message == (
        "up to this row there are 503,808 pairs of haplotypes to weigh; at most 500,000 can be "
        "followed: leave out some loci"
    )
    assert caught.value.row == 123 == 503_808 // 4096


def test_true_phases_are_counted():
    data = MODEL.parse(
        people("A/a B/b", "A/a B/b", "A/A B/b", phase=["AB|ab", "aB | Ab", "Ab/AB"], count=[2, 1, 3])
    )
    assert data.names == ("AB", "Ab", "aB", "ab")
    assert [data.pair_name(pair) for pair in data.phase] == ["AB / ab", "Ab / aB", "AB / Ab"]
    assert data.labelled.copies.tolist() == [5, 4, 1, 2]
    assert data.labelled.mixed == 6
    assert MODEL.labelled(data) is data.labelled
    np.testing.assert_allclose(MODEL.m_step(data, data.labelled).frequency, np.array([5, 4, 1, 2]) / 12)


@pytest.mark.parametrize("unknown", ["", "?"])
def test_one_unknown_phase_leaves_no_complete_case(unknown):
    data = MODEL.parse(people("A/a B/b", "A/A B/b", phase=["AB|ab", unknown]))
    assert [phase(data, row) for row in range(2)] == ["AB / ab", None]
    assert data.labelled is None
    assert MODEL.parse(people("A/a B/b", "A/A B/b", phase=[unknown] * 2)).phase is None


def phase(data, row):
    return None if data.phase[row] < 0 else data.pair_name(data.phase[row])


def test_bars_tell_the_phase():
    """Four people, all phased: AB|ab, aB|Ab, AB|Ab twice; 8 copies in all."""
    data = MODEL.parse(people("A|a B|b", "a|A B|b", "A/A B|b", "A|A B/b"))
    assert [phase(data, row) for row in range(4)] == ["AB / ab", "Ab / aB", "AB / Ab", "AB / Ab"]
    assert dict(zip(data.names, data.labelled.copies, strict=True)) == {"AB": 3, "Ab": 3, "aB": 1, "ab": 1}
    plain = MODEL.parse(people("A/a B/b", "A/a B/b", "A/A B/b", "A/A B/b"))
    assert plain.phase is None
    theta = at(0.4, 0.1, 0.2, 0.3)
    assert MODEL.e_step(data, theta).objective == MODEL.e_step(plain, theta).objective


@pytest.mark.parametrize(
    ("genotypes", "told"),
    [
        ("A|a B/b", None),  # B and b may be on either
        ("A|a B/B", "AB / aB"),
        ("A/a B|B", "AB / aB"),  # one locus that differs is in phase with itself
        ("A/A B/B", "AB / AB"),
        ("A|a .|.", None),
        ("A|a ./b", None),
        ("A|a -", None),
    ],
)
def test_bars_tell_the_phase_only_of_a_whole_genotype(genotypes, told):
    data = MODEL.parse(people(genotypes, "A|a b|B"))
    assert phase(data, 0) == told
    assert phase(data, 1) == "Ab / aB"
    assert (data.labelled is None) == (told is None)


def test_bars_that_tell_nobody_s_phase():
    data = MODEL.parse(people("A|a B/b", "A|a -"))
    assert (data.phase, data.labelled) == (None, None)


def test_a_column_of_phases_goes_before_bars():
    data = MODEL.parse(people("A|a B|b", phase=["Ab|aB"]))
    assert phase(data, 0) == "Ab / aB"


def test_missing_genotypes_are_summed_over():
    """With one SNP missing, any of its alleles may be there: P = (p_A·)² summed over both haplotypes."""
    data = MODEL.parse(people("A/A -", "A/a B/b"))
    p = at(0.4, 0.1, 0.2, 0.3)
    expected = np.log(0.5**2) + np.log(2 * 0.4 * 0.3 + 2 * 0.1 * 0.2)
    assert MODEL.e_step(data, p).objective == pytest.approx(expected, rel=1e-14)


def test_the_data_say_what_they_hold():
    data = MODEL.parse(people("A/a B/b"))
    assert {field.name for field in fields(data)} >= {"names", "first", "second", "labelled"}
    assert data.first.max() < len(data.names)
