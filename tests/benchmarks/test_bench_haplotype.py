"""The benchmark of the haplotypes runs, on tiny sizes, and both ways compute the same."""

import pytest
from bench_haplotype import Row, measure, pairs_of, plain_python, simulated, table_of

from emviz.em.engine import start
from emviz.models.haplotype import MODEL

pytestmark = pytest.mark.benchmark


def test_both_ways_agree():
    data = simulated(60, 3)
    step = start(MODEL, data, MODEL.default(data))
    found, height = plain_python(pairs_of(data), step.params.frequency.tolist())
    assert found == pytest.approx(MODEL.m_step(data, step.expectation.counts).frequency.tolist(), rel=1e-12)
    assert height == pytest.approx(step.expectation.objective, rel=1e-12)


def test_a_tiny_measurement_makes_a_table():
    row = measure(40, 2, repeats=2, inner=2, python_repeats=1)
    assert (row.people, row.snps) == (40, 2)
    assert min(row.emviz, row.python, row.parse, row.test) > 0
    lines = table_of([row, Row(100_000, 2, 0.05, 200.0, 300.0, 0.1)]).splitlines()
    assert lines[2].split() == ["100,000", "2", "0.0500", "200.00", "4000", "300.0", "0.100"]
