"""The benchmark of the coins runs, on tiny sizes, and every way computes the same."""

import bench_coins
import pytest

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement():
    found = list(bench_coins.measure(50, repeats=1, inner=1))  # raises where the ways disagree
    assert [row.task for row in found] == ["coins 50 sets, K = 2"] * 3 + ["coins 50 sets, parse (once)"]
    assert min(row.ratio for row in found[:3]) > 0
    assert found[3].ratio is None


def test_ways_that_disagree_are_told(monkeypatch):
    monkeypatch.setattr(bench_coins, "plain_python", lambda heads, biases: ((0.5, 0.5), -1.0))
    with pytest.raises(AssertionError, match="Not equal"):
        list(bench_coins.measure(50, repeats=1, inner=1))
