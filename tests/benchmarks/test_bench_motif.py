"""The benchmark of the motif runs, on tiny sizes: what it measures is the same computation each time."""

import pytest
from bench_motif import Row, measure, table_of

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement_makes_a_table():
    row = measure(4, 30, 6, repeats=1, inner=1)  # raises where the two ways disagree
    assert (row.sequences, row.letters, row.width) == (4, 30, 6)
    assert min(row.emviz, row.python) > 0
    lines = table_of([row, Row(1000, 200, 10, 0.5, 50.0)]).splitlines()
    assert lines[2].split() == ["1,000", "200", "10", "0.500", "50.0", "100"]
