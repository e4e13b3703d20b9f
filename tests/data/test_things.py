import pytest

from emviz.data.things import some, there_are, things


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 rows"), (1, "1 row"), (1.0, "1 row"), (2, "2 rows"), (1234567.0, "1,234,567 rows")],
)
def test_one_and_several(count, text):
    assert things(count, "row") == text


def test_what_takes_more_than_an_s():
    assert [things(many, "person", "people") for many in (1, 2)] == ["1 person", "2 people"]


def test_there_is_one():
    assert [there_are(many, "gene") for many in (0, 1, 5)] == [
        "there are 0 genes",
        "there is 1 gene",
        "there are 5 genes",
    ]
    assert there_are(1, "locus", "loci") == "there is 1 locus"


def test_of_many_names_the_first_are_listed():
    names = [f"g{number}" for number in range(12)]
    assert some(names[:10]) == "g0, g1, g2, g3, g4, g5, g6, g7, g8, g9"
    assert some(names) == "g0, g1, g2, g3, g4, g5, g6, g7, g8, g9 and 2 more"
