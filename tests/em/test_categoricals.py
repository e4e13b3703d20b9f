import numpy as np

from emviz.em.counts.table import Update
from emviz.em.families.categoricals import normalised, row_lines


def test_counts_over_their_sums():
    np.testing.assert_array_equal(normalised(np.array([[1.0, 3.0], [2.0, 2.0]])), [[0.25, 0.75], [0.5, 0.5]])


def test_each_line_is_one_count_over_all():
    lines = row_lines("b_A,", "xy", (0, 2), np.array([1.0, 3.0]), np.array([0.25, 0.75]))
    assert lines == (
        Update("b_A,x", 0, 1.0, (1.0, 3.0), 0.25),
        Update("b_A,y", 2, 3.0, (1.0, 3.0), 0.75),
    )
