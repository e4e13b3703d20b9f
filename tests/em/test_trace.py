import json

import numpy as np
import pytest
from toys import ANIMALS, COINS, LINKAGE, PAPER, TOSSED, Pi, biased

from emviz.em.engine import Outcome, advance, start
from emviz.em.model import Phase
from emviz.em.trace import Trace, nested


def traced(model, data, params, halves, outcome=Outcome.ITERATIONS):
    steps = [start(model, data, params)]
    for _ in range(halves):
        steps.append(advance(model, data, steps[-1]))
    return Trace(model.key, "em", tuple(steps), outcome)


@pytest.fixture
def trace():
    return traced(COINS, TOSSED, PAPER, 4)


def test_what_a_trace_tells(trace):
    assert trace.iterations == 2
    golden = [-33.0938625198, -31.8592579482, -31.7231160794]
    np.testing.assert_allclose(trace.objectives, golden, rtol=0, atol=1e-9)
    assert trace.objectives == [trace.steps[place].expectation.objective for place in (0, 2, 4)]
    assert list(trace.params) == ["weight", "heads"]
    assert trace.params["heads"] is trace.steps[-1].params.heads
    assert list(trace.counts) == ["sets", "heads", "tails"]
    assert trace.counts["tails"].sum() == pytest.approx(17)


def test_convergence_is_an_outcome(trace):
    assert not trace.converged
    assert not traced(COINS, TOSSED, PAPER, 2, Outcome.TOLD).converged
    assert traced(COINS, TOSSED, PAPER, 2, Outcome.CONVERGED).converged


def test_a_record_is_json_of_one_entry_per_iteration(trace):
    record = json.loads(json.dumps(trace.record()))
    assert list(record) == ["model", "method", "converged", "trace", "counts"]
    assert (record["model"], record["method"], record["converged"]) == ("coins", "em", False)
    assert [entry["t"] for entry in record["trace"]] == [0, 1, 2]
    assert record["trace"][0]["params"] == {"weight": [0.5, 0.5], "heads": [0.6, 0.5]}
    assert [entry["objective"] for entry in record["trace"]] == trace.objectives
    assert record["counts"] == nested(trace.steps[-1].expectation.counts)


def test_a_trace_that_ends_with_an_e_step_tells_each_iteration_once():
    trace = traced(COINS, TOSSED, PAPER, 3)
    assert trace.steps[-1].phase is Phase.E
    assert trace.iterations == 1
    assert [entry["t"] for entry in trace.record()["trace"]] == [0, 1]


def test_rows_are_one_number_a_column(trace):
    header, rows = trace.rows()
    assert header == ["t", "weight_1", "weight_2", "heads_1", "heads_2", "objective"]
    assert rows[0] == [0, 0.5, 0.5, 0.6, 0.5, trace.objectives[0]]
    assert [row[0] for row in rows] == [0, 1, 2]
    assert [row[3] for row in rows] == [float(trace.steps[place].params.heads[0]) for place in (0, 2, 4)]


def test_a_single_number_has_no_index():
    trace = traced(LINKAGE, ANIMALS, Pi(np.array(0.5)), 2)
    header, rows = trace.rows()
    assert header == ["t", "pi", "objective"]
    assert rows[1][1] == pytest.approx(0.608247423, abs=5e-10)
    assert trace.record()["trace"][0]["params"] == {"pi": 0.5}


def test_a_trace_of_a_start_alone():
    trace = traced(COINS, TOSSED, biased(0.1, 0.2), 0)
    assert trace.iterations == 0
    assert len(trace.objectives) == 1
