"""Sequences with a structure in brackets below each: RNAfold, bpRNA, with names and without."""

import pytest

from emviz.data import brackets
from emviz.data.brackets import bracketed_table, is_bracketed
from emviz.data.reader import read_table, sniff
from emviz.data.table import DataError
from emviz.models.rna import Covariance

NAMED = ">s1 of a family\nGGGAAACCC\n(((...)))\n>s2\ngcgaaacgc\n(((...)))\n"
BARE = "#Name: b\n#PageNumber: 1\nGGGAAACCC\n(((...)))\nGCGAAACGC\n(((...)))\n"
FOLDED = (
    ">s1\nGGGAAACCC\n(((...))) ( -1.20)\n{{(...)}} [ -1.50]\n(((...))) { -1.20 d=0.50}\n"
    " frequency of mfe structure in ensemble 0.6; ensemble diversity 0.9\n\n"
    ">s2\nGCGA\nAACGC\n(((.\n..))) (-0.5)\n"
)


def cells(table):
    return {name: table.texts(name).tolist() for name in table.names}


@pytest.mark.parametrize(("text", "named"), [(NAMED, True), (FOLDED, True), (BARE, False)])
def test_a_structure_below_each_sequence(text, named, tmp_path):
    (tmp_path / "a.fa").write_text(text)
    assert sniff(tmp_path / "a.fa").layout == "brackets"
    table = read_table(tmp_path / "a.fa")
    both = {"sequence": ["GGGAAACCC", "GCGAAACGC"], "structure": ["(((...)))"] * 2}
    assert cells(table) == ({"name": ["s1", "s2"]} if named else {}) | both


def test_gaps_and_pseudoknots():
    table = bracketed_table(["G-GA.ACC", "((.AA.))", ">b", "AC", "GT", "(())"])
    assert cells(table) == {
        "name": ["", "b"],
        "sequence": ["G-GA.ACC", "ACGT"],
        "structure": ["((.AA.))", "(())"],
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        ">a\nACGT\n",
        ">a\nAC-T\n----\n",
        ">a\nACGT\n(.)\n",
        "HTTH\nHHTH\n",
        "a,b\n(1),(2)\n",
        ">a\n",
        "(..)\nGAAC\n",
    ],
)
def test_other_texts_are_not_of_this_kind(text):
    assert not is_bracketed(text.splitlines())


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            ["GAC", "(.)", ">b", "GAAC", "(.)"],
            "row 2, column structure: line 3: expected as many letters as brackets and points, got 4 letters "
            "and 3 marks of its structure",
        ),
        (
            ["GAC", "(.)", ">b", ">c"],
            "row 2, column structure: line 3: expected as many letters as brackets and points, got 0 letters "
            "and 0 marks of its structure",
        ),
    ],
)
def test_a_sequence_without_its_structure(lines, words):
    with pytest.raises(DataError) as told:
        bracketed_table(lines)
    assert str(told.value) == words


def test_a_sequence_that_is_too_long(monkeypatch):
    monkeypatch.setattr(brackets, "MAX_CELL", 3)
    with pytest.raises(DataError, match=r"^row 1, column sequence: a sequence is longer than 1 MiB$"):
        bracketed_table(["GAAC", "(..)"])


def test_a_family_needs_one_structure():
    table = bracketed_table(["GAC", "(.)", "GAAC", "(..)"])
    read = table.picked({"sequence": "sequence", "SS_cons": "structure"})
    with pytest.raises(DataError, match=r"^row 2, column SS_cons: the structure differs .* “Structure”$"):
        Covariance().parse(read)
