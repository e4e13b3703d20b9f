import pytest

from emviz.data.things import there_are, things


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
