"""Tables in which a row is no person, and letters or numbers that say what both alleles are."""

import pytest
from haplotype_cases import MODEL

from emviz.data.genotypes import MAX_CELLS
from emviz.data.table import DataError, Table
from emviz.intake import Wishes, ask, take
from emviz.models.haplotype import upright

PEOPLE = ["A/A, C/C", "A/G, C/T", "G/G, C/C", "./., T/T"]
HAPMAP = {
    "rs#": ["rs1", "rs2"],
    "alleles": ["A/G", "C/T"],
    "chrom": [1, 1],
    "pos": [100, 200],
    "strand": ["+", "+"],
    "assembly#": ["NA", "NA"],
}
BY_LOCUS = "the data are taken as a row for each locus and a column for each person; "


def taken(cells, /, **wishes):
    table = Table.from_columns(cells)
    given = take(MODEL, table, ask(MODEL, table, Wishes(**wishes)))
    return given, MODEL.parse(given.table)


def written(data):
    return [data.written(genotype) for genotype in data.which]


@pytest.mark.parametrize(
    ("people", "way"),
    [
        ("AA CC|AG CT|GG CC|NN TT", "two alleles in each cell, with no / between; N for a missing allele"),
        ("A C|R Y|G C|N T", "one letter for two alleles, such as R for A/G"),
    ],
)
def test_rows_that_are_loci(people, way):
    columns = {f"L{n}": own.split() for n, own in enumerate(people.split("|"))}
    given, data = taken({**HAPMAP, **columns})
    assert (data.loci, written(data)) == (("rs1", "rs2"), PEOPLE)
    assert given.notes[0] == BY_LOCUS + way
    assert given.table.texts("person").tolist() == ["L0", "L1", "L2", "L3"]
    # Without places, the names of the loci say it; without names, the places do.
    assert written(taken({"snp": HAPMAP["rs#"], **columns})[1]) == PEOPLE
    assert taken({"chr": [1, 2], "bp": [7, 9], **columns})[1].loci == ("1:7", "2:9")
    assert "alleles" in taken({**HAPMAP, **columns}, layout="rows")[1].loci


def test_genotypes_that_are_ready_need_no_more():
    given, data = taken({"rsid": ["rs1", "rs2"], "x": ["A/G", "C/C"], "y": ["A/A", "C/T"]})
    assert written(data) == ["A/G, C/C", "A/A, C/T"]
    assert given.notes[0].startswith(BY_LOCUS + "two alleles") or given.notes[0] == BY_LOCUS[:-2]


def test_a_person_of_whom_nothing_is_known_is_one():
    _, data = taken({"rsid": ["rs1", "rs2"], "x": ["AG", "CC"], "y": ["NA", "NA"]})
    assert written(data) == ["A/G, C/C", "./., ./."]


def test_rows_are_people_where_nothing_says_that_they_are_loci():
    assert taken({"marker": ["x", "y"], "snp1": ["A/G", "A/A"]})[1].loci == ("snp1",)
    assert upright.by_locus(Table.from_columns({"chr": ["1", "2"], "pos": ["7", "9"]})) is None


def test_too_many_loci_are_refused(monkeypatch):
    assert MAX_CELLS > 10**6
    monkeypatch.setattr("emviz.data.genotypes.MAX_COLUMNS", 2)
    with pytest.raises(DataError, match="there are more than 2 columns"):
        taken({"rsid": ["rs1", "rs2"], "x": ["AG", "CC"]})


def test_one_letter_for_both_alleles_of_a_person():
    given, data = taken({"id": [*"abcd"], "rs1": [*"ARGN"], "rs2": ["c", "y", "C", "T"]})
    assert written(data) == PEOPLE
    assert given.notes[0] == "the data are taken as one letter for two alleles, such as R for A/G"


def test_what_the_first_cell_rules_out():
    assert upright.single_letters(Table.from_columns({"a": ["A/A", "R"], "b": [*"AR"]})).keys() == {"b"}
    assert upright.by_locus(Table.from_columns({"snp": ["rs1", "rs1"], "x": ["A/A", "A/G"]})) is None


@pytest.mark.parametrize("gap", ["-9", "-1"])
def test_a_number_below_0_is_no_allele(gap):
    pairs = {"L1.1": ["145", "145"], "L1.2": ["147", "145"], "L2.1": ["66", gap], "L2.2": ["64", gap]}
    given, data = taken(pairs)
    assert written(data) == ["145/147, 64/66", "145/145, ./."]
    assert f"{gap} for a missing allele" in given.notes[0]
    assert written(taken({"L1": ["145/147", "145/145"], "L2": ["66/64", f"{gap}/{gap}"]})[1]) == written(data)


def test_two_rows_for_each_person():
    cells = {
        "ind": [*"aabbcc"],
        "pop": [1, 1, 1, 1, 2, 2],
        "L1": [5, 7, 5, 5, 7, 7],
        "L2": [6, 4, -9, -9, 6, 4],
    }
    given, data = taken(cells)
    assert written(data) == ["5/7, 4/6", "5/5, ./.", "7/7, 4/6"]
    assert given.notes[0] == (
        "the data are taken as two rows for each person, an allele in each; two alleles in each cell; "
        "-9 for a missing allele"
    )


@pytest.mark.parametrize(
    "cells",
    [
        {"ind": [*"aabb"], "L1": [0, 1, 2, 0]},  # two visits
        {"row": ["r1", "r2", "r3", "r4"], "ind": [*"aabb"], "L1": [5, 7, 5, 5]},
        {"ind": [*"aabb"], "L1": [5, 7, 5, 5], "L2": ["A/G", "A/A", "A/G", "G/G"]},
        {"DQB": [4, 4, 5, 5], "DQA": [3, 2, 3, 4]},
        {"ind": [*"abab"], "L1": [5, 7, 5, 5]},
        {"pop": [*"aabb"], "L1": [5, 7, 5, 5]},
    ],
)
def test_other_tables_with_names_twice(cells):
    assert upright.by_two_rows(Table.from_columns(cells)) is None


@pytest.mark.parametrize("missing", ["-1", "NA"])
def test_numbers_of_copies_with_a_row_for_each_locus(missing):
    columns = {"id": ["rs1", "rs2"], "a": ["0", "1"], "b": ["1", "2"], "c": ["2", missing]}
    turned = upright.by_locus(Table.from_columns(columns))
    assert turned.names == ("person", "rs1", "rs2")
    assert turned.texts("person").tolist() == ["a", "b", "c"]
    assert turned.texts("rs1").tolist() == ["0", "1", "2"]
    assert turned.texts("rs2").tolist() == ["1", "2", "-1" if missing == "-1" else ""]
