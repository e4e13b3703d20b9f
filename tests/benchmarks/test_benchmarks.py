"""The benchmarks run, on tiny sizes: what they measure is the same computation each time."""

import numpy as np
import pytest
from bench_coins import START, Row, measure, numpy_by_hand, plain_numpy, plain_python, table_of, tossed

from emviz.data.table import Table
from emviz.em.engine import advance, start
from emviz.models.coins import CoinParams, Coins

pytestmark = pytest.mark.benchmark


def test_the_three_ways_agree():
    heads = tossed(200)
    model = Coins()
    data = model.parse(Table.from_columns({"heads": heads, "tails": 10 - heads}))
    step = start(model, data, CoinParams(np.full(2, 0.5), np.array(START)))
    found = advance(model, data, advance(model, data, step)).params.heads
    ways = (plain_numpy(heads, START), numpy_by_hand(heads, START), plain_python(heads.tolist(), START))
    for biases, height in ways:
        np.testing.assert_allclose(biases, found, rtol=1e-12)
        assert height == pytest.approx(step.expectation.objective, rel=1e-12)


def test_a_tiny_measurement_makes_a_table():
    row = measure(50, repeats=2, inner=2, python_repeats=1)
    assert row.rows == 50
    assert min(row.emviz, row.numpy, row.by_hand, row.python, row.parse) > 0
    lines = table_of([row, Row(1_000_000, 0.05, 5.0, 2.0, 500.0, 100.0)]).splitlines()
    cells = ["1,000,000", "0.0500", "5.000", "2.000", "500.0", "100", "40", "10000", "100.0"]
    assert lines[2].split() == cells
