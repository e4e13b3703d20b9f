"""The benchmark of the haplotypes runs, on tiny sizes, and both ways compute the same."""

import bench_haplotype
import pytest

pytestmark = pytest.mark.benchmark


def test_a_tiny_measurement():
    iteration, test = bench_haplotype.measure(40, 3, repeats=1, inner=1)  # raises where the ways disagree
    assert iteration.task == "haplotype 40 people, 3 SNPs"
    assert test.task == "haplotype 40 people, 3 SNPs: LD test"
    assert iteration.ratio > 0
    assert test.emviz > 0
