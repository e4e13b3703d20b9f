"""Tables of Percolator, in which a match may have more cells than there are names."""

import pytest

from emviz.data.matches import percolator_table
from emviz.data.reader import read_table, sniff
from emviz.data.table import DataError

HEADER = "PSMId\tscore\tpeptide\tproteinIds\n"


def test_proteins_after_the_last_name(tmp_path):
    path = tmp_path / "matches.tsv"
    path.write_text(HEADER + "t1\t3.2\tK.AAAK.C\tP1\tP2\n\nt2\t2.2\tK.CCCK.C\tP1\n")
    assert sniff(path).layout == "percolator"
    table = read_table(path)
    assert table.texts("proteinIds").tolist() == ["P1;P2", "P1"]
    assert table.numbers("score").tolist() == [3.2, 2.2]


def test_a_line_of_directions_is_no_match():
    lines = ["SpecId\tscore\tProteins", "DefaultDirection\t1", "a\t2\tP1"]
    assert percolator_table(lines).texts("SpecId").tolist() == ["a"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([HEADER], "there is a header and no matches"),
        ([HEADER, "t1\t3\tA"], "line 2: expected at least 4 cells, got 3"),
    ],
)
def test_what_does_not_fit_is_named(lines, words):
    with pytest.raises(DataError) as caught:
        percolator_table(lines)
    assert str(caught.value) == words
