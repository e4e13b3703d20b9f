"""What a sentence calls a row of the data, in the words of its model."""

import numpy as np
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


#: Examples with numbers below 0, and a row that begins with one.
NEGATIVE = [
    ("gmm", "clouds", 4, "−0.65, 0.35"),
    ("hmm", "levels", 0, "−0.795"),
    ("proteins", "scores", 0, "p1: −0.2"),
    ("modules", "cycle", 1, "gene 2: −0.35, −0.85, … · 000001"),
]


@pytest.mark.parametrize(("model", "example", "row", "told"), NEGATIVE)
def test_a_negative_number_has_the_minus_of_print(model, example, row, told):
    session = example_session(model, example)
    rows = np.arange(session.table.rows)
    texts = session.model.count_table(session.data, session.round, rows).observed
    assert texts[row] == told
    assert not any("-" in text for text in texts)
