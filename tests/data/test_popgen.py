"""Genepop, GenAlEx and STRUCTURE: people, loci, missing alleles, and lines that do not fit."""

import re

import pytest

from emviz.data.popgen import (
    beagle_table,
    genalex_table,
    genepop_table,
    is_beagle,
    is_genalex,
    is_genepop,
    is_structure,
    structure_table,
)
from emviz.data.reader import read_table, sniff
from emviz.data.table import DataError
from emviz.models.haplotype.data import parse_people

GENEPOP = "Title, of the file\nL1, L2\nPOP\na , 0102 0303\nb, 0101 0000\npop\nc , 0202 0304\n"
GENALEX = (
    '2,3,2,2,1\n"Lizards",,,N,S\nSample,Pop,L1,,L2,\na,N,145,147,66,64\nb,N,145,145,0,0\nc,S,147,147,66,64\n'
)
STRUCTURE = "L1 L2\na 1 145 66\na 1 147 64\nb 1 145 -9\nb 1 145 -9\nc 2 147 66\nc 2 147 64\n"


def cells(table):
    return {name: table.texts(name).tolist() for name in table.names}


@pytest.mark.parametrize(
    ("text", "layout", "loci"),
    [
        (GENEPOP, "genepop", (["01/02", "01/01", "02/02"], ["03/03", "./.", "03/04"])),
        (
            re.sub(
                r"(\d\d)(\d\d)", r"0\g<1>0\2", GENEPOP.replace("L1, L2", "L1\nL2").replace("pop", "\npop")
            ),
            "genepop",
            None,
        ),
        (GENALEX, "genalex", (["145/147", "145/145", "147/147"], ["66/64", "./.", "66/64"])),
        (GENALEX.replace(",", "\t"), "genalex", None),
        (GENALEX.replace("S\nSample", "S,,\nSample").replace("2,3,2,2,1", "2,3,2,2,1,"), "genalex", None),
        (STRUCTURE, "structure", (["145/147", "145/145", "147/147"], ["66/64", "./.", "66/64"])),
        (STRUCTURE.replace(" ", "\t"), "structure", None),
    ],
)
def test_genotypes_of_three_people(tmp_path, text, layout, loci):
    path = tmp_path / "people.txt"
    path.write_text(text)
    assert sniff(path).layout == layout
    table = read_table(path)
    assert table.names == ("person", "L1", "L2")
    assert table.texts("person").tolist() == [*"abc"]
    assert table.notes == ("the populations are left out",)
    if loci:
        assert [table.texts(name).tolist() for name in ("L1", "L2")] == [*loci]
    assert parse_people(table).total == 3


def test_people_with_one_allele():
    assert cells(genepop_table(["t\n", "L\n", "POP\n", "a, 01\n", "b, 00\n"]))["L"] == [
        "01 (haploid)",
        ". (haploid)",
    ]
    table = genalex_table(["1,2,1,2\n", ",,,\n", "s,p,L\n", "a,N,145\n", "b,N,0\n"])
    assert cells(table)["L"] == ["145 (haploid)", ". (haploid)"]
    assert structure_table(["L\n", "a 0\n", "a 1\n"]).notes == ()


@pytest.mark.parametrize(
    ("reader", "lines", "words"),
    [
        (
            genepop_table,
            ["t", "L1", "POP", "a, 0102 0101"],
            "line 4: expected a genotype at each of 1 loci, got 2",
        ),
        (
            genepop_table,
            ["t", "L1", "POP", "a, 01/02"],
            "line 4: expected a genotype of 4 or 6 digits, got '01/02'",
        ),
        (
            genalex_table,
            ["1,2,1,2", "t", "s,p,L,", "a,N,1,2"],
            "there are 1 people, and the first line says 2",
        ),
        (
            genalex_table,
            ["2,1,1,1", "t", "s,p,L,,M", "a,N,1,2,3"],
            "line 4: expected 6 cells for 2 loci, got 5",
        ),
        (structure_table, ["L", "a 1", "a 2", "b 1"], "line 4: expected two rows of 2 cells for 'b'"),
    ],
)
def test_what_does_not_fit_is_named(reader, lines, words):
    with pytest.raises(DataError) as caught:
        reader(line + "\n" for line in lines)
    assert str(caught.value) == words


def test_a_table_is_no_genepop():
    assert not is_genepop(["id,pop\n", "a,1\n"])
    assert not is_genepop(["a\n", "b\n", "POP\n"])
    assert not is_genepop(["music\n", "rock\n", "pop\n", "a, b\n"])


def test_two_rows_below_a_title_are_no_person():
    assert not is_structure(["My data\n", "5 1 2\n", "5 3 4\n"])
    assert is_structure(STRUCTURE.splitlines())


def test_counts_are_no_genalex():
    assert not is_genalex(["2,3,1,3\n", "4,1,0,2\n", "1,1,2,5\n"])
    assert not is_genalex(["2,3,1,3\n", "4,1,0,2\n", "\n"])
    assert is_genalex(["2,3,1,3\n", "t\n", "s,p,a,b\n"])


BEAGLE = "I id S0 S0 S1 S1\nA case 1 1 2 2\nM rs1 A G ? A\nM rs2 C C C T\n"


def test_two_columns_for_each_person_of_beagle(tmp_path):
    path = tmp_path / "a.bgl"
    path.write_text(BEAGLE)
    assert sniff(path).layout == "beagle"
    table = read_table(path)
    assert cells(table) == {"person": ["S0", "S1"], "rs1": ["A/G", "./A"], "rs2": ["C/C", "C/T"]}
    assert table.notes == ("the rows of markers are read, without their phase; all others are left out",)


@pytest.mark.parametrize(
    "text", ["I id S0 S1\nM rs1 A G\n", "I id S0 S0\nA x 1 1\n", "a b c c\nM 1 2 3\n", ""]
)
def test_other_rows_of_letters_are_no_beagle(text):
    assert not is_beagle(text.splitlines())


def test_a_row_of_beagle_that_is_too_short_is_named():
    with pytest.raises(DataError, match=r"^line 3: expected 6 cells, got 5$"):
        beagle_table(["I id S0 S0 S1 S1", "M rs1 A G A A", "M rs2 C C C"])
