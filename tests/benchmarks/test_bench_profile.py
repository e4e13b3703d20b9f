"""The benchmark of the profile runs, on tiny sizes: what it measures is the same computation each time."""

import bench_profile
import pytest

from emviz.data.table import Table

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement():
    table = Table.from_columns({"sequence": ["ACDEFGHIKLMNPQRSTVWY", "CDF", "EEAC"]})
    row = bench_profile.measure(table, 4, "profile", repeats=1, inner=1)  # raises where the two ways disagree
    assert row.task == "profile"
    assert row.ratio > 0
