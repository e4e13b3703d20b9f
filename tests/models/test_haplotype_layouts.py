"""Genotypes as people write them down: loci, missing alleles, and what is no locus."""

import numpy as np
import pytest
from haplotype_cases import MODEL, climbed

from emviz.data.table import DataError, Table
from emviz.intake import Wishes, ask, take

# Eight people with two missing genotypes; log P by an EM of its own that sums over missing alleles.
GAPS = {
    "id": [f"p{n}" for n in range(8)],
    "snp1": ["A/A", "{}", "a/a", "A/a", "A/A", "A/a", "A/a", "a/a"],
    "snp2": ["B/b", "B/b", "b/b", "B/B", "B/B", "b/b", "{}", "B/b"],
}
WHOLE = {
    "snp1": ["A/A", "A/a", "a/a", "A/a", "A/A", "A/a", "A/a", "a/a"],
    "snp2": ["B/b", "B/b", "b/b", "B/B", "B/B", "b/b", "B/b", "B/b"],
}
# Twenty-four people, two columns for each of two loci.
ALLELES = (
    "1112 2121 1212 1111 2222 1211 2121 1212 2221 2221 2121 2112 1211 1212 2121 1121 1212 1111 2121 2121 "
    "1111 1112 2222 1111"
)


def taken(cells, /, **wishes):
    table = Table.from_columns(cells)
    given = take(MODEL, table, ask(MODEL, table, Wishes(**wishes)))
    return given, MODEL.parse(given.table)


def written(data):
    return [data.written(genotype) for genotype in data.which]


def climb(data):
    step = climbed(data, MODEL.default(data), 400)
    return step.expectation.objective, step.params.frequency


@pytest.mark.parametrize(
    "gap", ["0/0", "NA/NA", "N/N", "./.", "-/-", "?/?", "NA", "N/A", "", "-", "none/none"]
)
def test_a_missing_genotype_is_summed_over_however_it_is_written(gap):
    _, data = taken({name: [cell.format(gap) for cell in cells] for name, cells in GAPS.items()})
    assert data.names == ("AB", "Ab", "aB", "ab")
    assert climb(data)[0] == pytest.approx(-14.56964, abs=6e-6)


@pytest.mark.parametrize("gap", ["-9", "99"])
def test_a_code_of_ones_own_is_missing(gap):
    cells = {name: [cell.format(gap) for cell in cells] for name, cells in GAPS.items()}
    _, data = taken(cells, codes=frozenset({gap}))
    assert climb(data)[0] == pytest.approx(-14.56964, abs=6e-6)


@pytest.mark.parametrize(
    "names", [("snp1.a1", "snp1.a2", "snp2.a1", "snp2.a2"), ("A_1", "A_2", "B_1", "B_2")]
)
def test_two_columns_for_each_locus(names):
    columns = zip(*ALLELES.split(), strict=True)
    given, data = taken(dict(zip(names, map(list, columns), strict=True)))
    assert len(data.loci) == 2
    height, frequency = climb(data)
    assert height == pytest.approx(-39.7012, abs=6e-5)
    np.testing.assert_allclose(frequency, [0.4915, 0.071, 0.0918, 0.3457], atol=6e-5)
    assert given.notes[0].startswith(
        f"the data are taken as two columns for each locus: {data.loci[0]} from "
    )


@pytest.mark.parametrize(
    ("cells", "loci", "genotypes"),
    [
        ({"a1": "AG", "a2": "GG"}, ("a",), ["A/G", "G/G"]),
        ({"DQR": [1, 2, 4], "DQA": [3, 2, 1]}, ("DQR-DQA",), ["1/3", "2/2", "1/4"]),
        ({"DQR": ["1", "4"], "DQR.1": ["3", "1"]}, ("DQR",), ["1/3", "1/4"]),
        ({"DQR1": [1, 2, 7], "DQR2": [7, 2, 0]}, ("DQR",), ["1/7", "2/2", "./7"]),
        ({"x1": ["101", "0"], "x2": ["99", "0"], "x": ["A/a", "A/A"]}, ("x1-x2", "x"),
         ["99/101, A/a", "./., A/A"]),
        ({"1": ["A", "G"], "2": ["G", "G"]}, ("1-2",), ["A/G", "G/G"]),
        ({"x": ["AG", "AA", "NN"], "y": ["CT", "00", "TT"]}, ("x", "y"),
         ["A/G, C/T", "A/A, ./.", "./., T/T"]),
        ({"x": ["11", "12", "00"]}, ("x",), ["1/1", "1/2", "./."]),
        ({"x": ["A G", "A A", "0 0", ""]}, ("x",), ["A/G", "A/A", "./.", "./."]),
        ({"x": ["1/1", "1/2", "0/0"]}, ("x",), ["1/1", "1/2", "./."]),
        ({"x": ["0/0", "0/1", "1/2"]}, ("x",), ["0/0", "0/1", "1/2"]),
        ({"x": ["0/0", "1/1"], "y": ["0|1", "./."]}, ("x", "y"), ["0/0, 0/1", "1/1, ./."]),
        ({"x": ["101/103", "0/101"]}, ("x",), ["101/103", "./101"]),
        ({"x": ["M/M", "N/N"]}, ("x",), ["M/M", "N/N"]),
        ({"x": ["N/n", "N/N"]}, ("x",), ["N/n", "N/N"]),
        ({"x": ["A/A", "A/C", "N/N"]}, ("x",), ["A/A", "A/C", "./."]),
        ({"snp1": [0, 2, 1], "snp2": [2, 2, 0]}, ("snp1", "snp2"), ["0/0, 1/1", "1/1, 1/1", "0/1, 0/0"]),
        ({"s1": [0, 2], "s2": [2, 0], "s3": [1, 2]}, ("s1", "s2", "s3"), ["0/0, 1/1, 0/1", "1/1, 0/0, 1/1"]),
        ({"x_1": [0, 1, 0], "x_2": [1, 1, 0], "y_1": [0, 0, 0], "y_2": [1, 1, 1]}, ("x", "y"),
         ["0/1, 0/1", "1/1, 0/1", "0/0, 0/1"]),
    ],
)  # fmt: skip
def test_how_alleles_are_written(cells, loci, genotypes):
    _, data = taken({name: list(column) for name, column in cells.items()})
    assert data.loci == loci
    assert written(data) == genotypes


@pytest.mark.parametrize(
    ("cells", "layout", "genotypes"),
    [
        ({"x": ["1/1", "1/2", "0/0"]}, "cells-alleles", ["1/1", "1/2", "0/0"]),
        ({"snp1": [0, 1, 2], "snp2": [2, 2, 1]}, "pairs-alleles", ["0/2", "1/2", "1/2"]),
        ({"x_1": [1, 2, 1], "x_2": [1, 1, 0], "y_1": [0, 2, 1], "y_2": [0, 1, 0]}, "cells", None),
    ],
)
def test_another_layout_can_be_asked_for(cells, layout, genotypes):
    _, data = taken(cells, layout=layout)
    assert genotypes is None or written(data) == genotypes
    assert genotypes is not None or data.loci == tuple(cells)


@pytest.mark.parametrize("count", ["Count", "freq", "n", "COUNT"])
def test_how_many_people_there_are_is_no_locus(count):
    _, data = taken({**WHOLE, count: [1, 2, 1, 2, 1, 2, 1, 2]})
    assert data.loci == ("snp1", "snp2")
    assert climb(data)[0] == pytest.approx(-23.51973, abs=6e-6)


@pytest.mark.parametrize(
    ("name", "cells", "why"),
    [
        ("case", [0, 1] * 4, "its name tells of something else"),
        ("sex", ["M", "F"] * 4, "its name tells of something else"),
        ("id", [f"p{n}" for n in range(8)], "says who it is, or how many"),
        ("when", ["2020-01-01"] * 8, "not genotypes"),
        ("city", ["York", "Bath"] * 4, "not genotypes"),
        ("glucose", [5.1, 6.0] * 4, "not genotypes"),
        ("diabetic", [0, 1] * 4, "no pairs of alleles, as the other loci have"),
        ("empty", [""] * 8, "every cell is missing"),
    ],
)
def test_what_is_no_locus_is_left_out_and_why(name, cells, why):
    given, data = taken({name: cells, **WHOLE})
    assert given.choice.left_out == {name: why}
    assert data.loci == ("snp1", "snp2")
    assert climb(data)[0] == pytest.approx(-15.68327, abs=6e-6)


def test_a_trait_among_numbers_of_copies():
    counts = {"rs12": [0, 1, 2, 1], "rs5": [0, 1, 0, 0]}
    given, data = taken({"diabetic": [0, 1, 0, 1], **counts})
    assert given.choice.left_out == {"diabetic": "only 0 and 1, as a trait"}
    assert data.loci == ("rs12", "rs5")


def test_a_trait_can_be_ticked():
    _, data = taken({"case": [0, 1] * 4, **WHOLE}, use=["case", "snp1"])
    assert data.loci == ("case", "snp1")


def test_one_bad_cell_is_told_and_leaves_no_locus_out():
    with pytest.raises(DataError, match=r"row 2, column x: expected a genotype"):
        taken({"x": ["A/a", "oops", "a/a"], "y": ["B/b", "B/B", "b/b"]})


def test_a_point_is_missing_whatever_else_is():
    table = Table.from_columns({"x": ["A/a", ".", "zz", "A/zz"]}).with_codes(["zz"])
    assert written(MODEL.parse(table)) == ["A/a", "./.", "./.", "./A"]


def test_an_empty_table_has_no_layouts():
    empty = Table.from_columns({"x": []})
    assert MODEL.layouts(empty) == ()
    assert MODEL.unsuited(empty, "x") is None
