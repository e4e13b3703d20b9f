"""What a sentence calls a row of the data, in the words of its model."""

import pytest

from emviz.session import example_session

#: The second row of examples, as their files have it.
SECOND = [
    ("deaths", "times", "value 1"),
    ("tomography", "phantom", "the angle 4.5°"),
    ("haplotype", "thompson", "genotype A/A B/b"),
    ("profile", "globin-window", "sequence MYG_HORSE"),
    ("rna", "fork", "sequence s2"),
    ("proteins", "shared", "pair p01 – E"),
    ("proteins", "presence", "pair p2 – P01a"),
    ("proteins", "scores", "match p2"),
]


@pytest.mark.parametrize(("model", "example", "told"), SECOND)
def test_a_row_is_called_by_its_own_words(model, example, told):
    session = example_session(model, example)
    assert session.model.called(session.data, 1) == told
