"""Genotypes as people write them down: loci, missing alleles, and what is no locus."""

import numpy as np
import pytest
from haplotype_cases import MODEL, climbed
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

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
        ("case", [0, 1] * 4, "its name is that of something else"),
        ("sex", ["M", "F"] * 4, "its name is that of something else"),
        ("id", [f"p{n}" for n in range(8)], "a name of a person, or a number of people"),
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


@pytest.mark.parametrize(
    ("cells", "layout", "title", "genotypes"),
    [
        (["A/-", "A/C", "-/-", ""], None, "- for a deletion", ["A/del", "A/C", "del/del", "./."]),
        (["A/-", "A/C", "-/-", ""], "cells-gaps", "- for a missing allele", ["./A", "A/C", "./.", "./."]),
        (["A|-", "N/N", "A/C"], None, "N for a missing allele; - for a deletion", ["A/del", "./.", "A/C"]),
        (["A|-", "N/N", "A/C"], "cells-alleles", "N among the alleles; - for a deletion",
         ["A/del", "N/N", "A/C"]),
        (["A|-", "N/N", "A/C"], "cells-gaps", "N and - for a missing allele", ["./A", "./.", "A/C"]),
        (["A -", "A A", "- -"], None, "with no / between; - for a deletion", ["A/del", "A/A", "del/del"]),
    ],
)  # fmt: skip
def test_a_hyphen_beside_an_allele_is_a_deletion(cells, layout, title, genotypes):
    """As in dbSNP, and unlike -/- alone; nobody's genotype has one allele that is not known."""
    given, data = taken({"x": cells}, layout=layout)
    assert given.notes[0].endswith(title)
    assert written(data) == genotypes


def test_a_deletion_keeps_its_phase():
    _, data = taken({"x": ["A|-", "A/A"], "y": ["B|b", "B/b"]})
    assert [data.pair_name(pair) for pair in data.phase] == ["A-B / del-b", "A-B / A-b"]


def test_a_blood_pressure_is_no_locus():
    pressure = ["120/80", "130/85", "110/70", "125/75"] * 2
    given, data = taken({**WHOLE, "reading": pressure, "age": range(30, 38)})
    why = "the first number is always the larger, as in blood pressure"
    assert given.choice.left_out == {"reading": why, "age": "its name is that of something else"}
    assert data.loci == ("snp1", "snp2")
    with pytest.raises(DataError, match=f"no column is a locus: reading \\({why}\\)"):
        taken({"reading": pressure})
    for lengths in (["120/124", "130/122"] * 4, ["124/120", "122/122"] * 4):
        assert taken({**WHOLE, "D1S80": lengths})[1].loci == ("snp1", "snp2", "D1S80")
    both = {"D1": ["124/120", "130/122"] * 4, "D2": ["98/92", "94/90"] * 4}
    assert taken(both)[1].loci == ("D1", "D2")


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["very tall", *[""] * 7], "not genotypes"),
        (["no data", "left handed", *[""] * 6], "not genotypes"),
        (["101", "103", "99", "101", "105", "99", "99", "101"],
         "one number or letter in each cell; a locus needs two alleles"),
    ],
)  # fmt: skip
def test_words_and_single_alleles_are_no_genotypes(cells, why):
    given, data = taken({**WHOLE, "seen": cells})
    assert given.choice.left_out == {"seen": why}
    assert data.loci == ("snp1", "snp2")


@pytest.mark.parametrize("cells", [["A G", "ATT A"], ["101 103", "99 101"], ["DRB1*01 DRB1*02", "? DRB1*02"]])
def test_alleles_between_blanks(cells):
    assert written(taken({"x": cells})[1])[0] == cells[0].replace(" ", "/")


def test_numbers_of_copies_beside_pairs_of_alleles():
    counts = [1, 0, 2, 1, 0, 1, 2, 1]
    assert taken({**WHOLE, "rs7": counts})[1].loci == ("snp1", "snp2", "rs7")
    given, _ = taken({**WHOLE, "drinks": counts})
    assert given.choice.left_out == {
        "drinks": "no pairs of alleles, as the other loci have; tick it if it counts alleles"
    }
    assert taken({**WHOLE, "drinks": counts}, use=["snp1", "drinks"])[1].loci == ("snp1", "drinks")


def test_a_column_too_few():
    given, data = taken({"a1": "AGG", "a2": "GGG", "b1": "CTC"})
    assert written(data) == ["A/G", "G/G", "G/G"]
    alone = "one number or letter in each cell; a locus needs two alleles"
    assert given.choice.left_out == {"b1": alone}
    with pytest.raises(DataError) as caught:
        taken({"DQR": [3, 2, 4, 3], "DQA": [3, 2, 3, 4], "DQB": [4, 4, 5, 5]})
    assert str(caught.value) == f"no column is a locus: DQR ({alone}), DQA ({alone}), DQB ({alone})"


def test_all_first_alleles_before_all_second_ones():
    cells = {"a1": "AGG", "b1": "CTC", "a2": "GGG", "b2": "TTC"}
    given, data = taken(cells)
    assert written(data) == ["A/G, C/T", "G/G, T/T", "G/G, C/C"]
    assert given.notes == (
        "the data are taken as two columns for each locus: a from a1 and a2, b from b1 and b2",
    )


PAIRS = st.lists(st.tuples(*[st.sampled_from(["A", "C", None])] * 2), min_size=2, max_size=6)


@settings(max_examples=40, deadline=None)
@drawn(rows=PAIRS, between=st.sampled_from(["/", "|", " "]), gap=st.sampled_from([".", "?", "NA", "0", "N"]))
def test_genotypes_in_one_cell_come_back(rows, between, gap):
    rows = [("A", "C"), ("C", "C"), *rows]
    cells = [between.join(gap if a is None else a for a in row) for row in rows]
    told = ["/".join(sorted("." if a is None else a for a in row)) for row in rows]
    assert written(taken({"x": cells})[1]) == told


@settings(max_examples=40, deadline=None)
@drawn(rows=PAIRS, gap=st.sampled_from(["", "?", "NA", "0", "N"]))
def test_genotypes_in_two_columns_come_back(rows, gap):
    rows = [("A", "C"), ("C", "A"), *rows]
    columns = zip(*[[gap if a is None else a for a in row] for row in rows], strict=True)
    told = ["/".join(sorted("." if a is None else a for a in row)) for row in rows]
    cells = dict(zip(("x.1", "x.2"), map(list, columns), strict=True))
    assert written(taken({"person": range(len(rows)), **cells})[1]) == told


def test_an_empty_table_has_no_layouts():
    empty = Table.from_columns({"x": []})
    assert MODEL.layouts(empty) == ()
    assert MODEL.unsuited(empty, "x") is None


def test_cells_with_a_missing_allele_are_told():
    cells = ["A/A", "A/.", ".|C", "./.", "?/?", "", "NA", "A/-", "-/-", "na / A", "A", "-9/A"]
    table = Table.from_columns({"locus": cells})
    told = MODEL.marked_missing(table, "locus").tolist()
    assert told == [cell not in ("A/A", "A/-", "A", "-9/A") for cell in cells]
    coded = table.with_codes(table.codes("locus") | {"-9"})
    assert MODEL.marked_missing(coded, "locus")[-1]


@pytest.mark.parametrize("sign", [":", "-", "_", ", ", ",", ";", "\\"])
def test_other_signs_between_two_alleles(sign):
    cells = {"L1": ["A/a", "A/A", "a/a"], "L2": ["B/b", "b/b", "B/B"]}
    given, data = taken(
        {name: [cell.replace("/", sign) for cell in column] for name, column in cells.items()}
    )
    assert data.loci == ("L1", "L2")
    assert written(data) == ["A/a, B/b", "A/A, b/b", "a/a, B/B"]
    assert given.notes == ("the data are taken as two alleles in each cell, with no / between",)


def test_a_colon_within_an_allele_is_no_sign_between_two():
    _, data = taken({"A_1": ["02:01", "01:01"], "A_2": ["03:01", "02:01"]})
    assert (data.loci, written(data)) == (("A",), ["02:01/03:01", "01:01/02:01"])


def test_numbers_of_copies_with_a_point():
    _, data = taken({"rs1": ["0.0", "2.0", "1.0"], "rs2": ["1.0", "", "2.00"]})
    assert written(data) == ["0/0, 0/1", "1/1, ./.", "0/1, 1/1"]
    with pytest.raises(DataError, match=r"got '1\.5'"):
        taken({"rs1": ["0.0", "1.0", "1.5"]})


@pytest.mark.parametrize("code", ["9", "-9"])
def test_a_code_among_numbers_of_copies_is_asked_about(code):
    cells = {"rs1": ["0", "2", "1", "1"], "rs2": ["1", "1", code, "0"]}
    with pytest.raises(
        DataError, match=rf"got '{code}'; if that is a missing one, say so \(--missing {code}\)"
    ):
        taken(cells)
    _, data = taken(cells, codes=frozenset({code}))
    assert written(data) == ["0/0, 0/1", "1/1, 0/1", "0/1, ./.", "0/1, 0/0"]


def test_words_for_both_alleles_at_once_are_no_alleles():
    with pytest.raises(DataError, match=r"no column is a locus: L1 \(not genotypes\), L2 \(not genotypes\)"):
        taken({"L1": ["het", "wt", "hom"], "L2": ["hom", "het", "wt"]})


def test_the_cell_that_is_no_genotype_among_others_is_named():
    given, data = taken({"rs1": ["AG", "AA", "A", "GG"], "rs2": ["CC", "CT", "TT", "CT"]})
    assert data.loci == ("rs2",)
    assert given.notes[-1] == "columns left out: rs1 (not genotypes: 'A' in row 3)"
