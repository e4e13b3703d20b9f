"""Steps at which nothing is seen: against every path, in the counts, the table and the pictures."""

import numpy as np
import pytest
from hmm_cases import data_of, drawn, model_for, random_params, split, written_out

from emviz.data.table import Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell
from emviz.em.model import Look, Phase, Round
from emviz.em.pictures import Histogram
from emviz.models.hmm import HiddenMarkov
from emviz.models.hmm import logs as in_logs
from emviz.models.hmm.rows import viterbi
from emviz.models.hmm.steps import log_chain, log_emitted

LENGTHS = (5, 1, 6, 4)
SYMBOLS, NUMBERS = HiddenMarkov(), HiddenMarkov(2, "gaussian")


def gappy(seed, gaussian, states=2):
    """Parameters, and observations of which a third are not seen: all of a sequence, its ends, a run."""
    rng = np.random.default_rng(seed)
    params = random_params(rng, states, 3, gaussian)
    observed = drawn(rng, params, LENGTHS)
    gaps = np.array([0, 5, 8, 9, 15])
    observed[gaps] = np.nan if gaussian else 3
    return params, observed


def weighed(model, table):
    data = model.parse(table)
    step = engine.advance(model, data, engine.start(model, data, model.default(data)))
    return data, Round(step, Phase.M, engine.advance(model, data, step).params)


@pytest.mark.parametrize("gaussian", [False, True])
@pytest.mark.parametrize("piece", [None, 2])
@pytest.mark.parametrize("states", [2, 3])
def test_an_unseen_step_has_emission_one(gaussian, piece, states):
    params, observed = gappy(7, gaussian, states)
    data, model = data_of(params, observed, LENGTHS, piece), model_for(params)
    total, shares, moves, best, _ = written_out(params, split(observed, LENGTHS))
    found = model.e_step(data, params)
    assert found.objective == pytest.approx(total, rel=1e-12)
    np.testing.assert_allclose(found.counts.transition, moves.sum(axis=0), rtol=1e-10)
    np.testing.assert_allclose(found.counts.initial, shares[[0, 5, 6, 12]].sum(axis=0), rtol=1e-10)
    rows = np.arange(len(observed))
    np.testing.assert_allclose(model.posterior(data, params, rows), shares, atol=1e-12)
    assert model.complete(data, params).transition.sum() == sum(LENGTHS) - len(LENGTHS)
    slow = in_logs.smoothed(data.lanes, *log_chain(params), log_emitted(data, params))
    assert slow.log_probability == pytest.approx(total, rel=1e-12)
    stacked = type(params)(*(field[None] for field in params))
    assert model.objectives(data, stacked)[0] == pytest.approx(total, rel=1e-12)
    np.testing.assert_array_equal(viterbi(data, params), best)
    seen = ~np.isnan(observed) if gaussian else observed < 3
    if gaussian:
        expected = shares[seen].T @ observed[seen] / shares[seen].sum(axis=0)
        np.testing.assert_allclose(model.m_step(data, found.counts).mean, expected, rtol=1e-10)
        spread = np.array(
            [(shares[seen, k] * (observed[seen] - expected[k]) ** 2).sum() for k in range(states)]
        )
        variance = spread / shares[seen].sum(axis=0)
        np.testing.assert_allclose(model.m_step(data, found.counts).variance, variance, rtol=1e-9)
        path = model.complete(data, params)
        assert path.steps.sum() == seen.sum()
        assert (path.around * path.steps + path.sums).sum() == pytest.approx(observed[seen].sum())
    else:
        emitted = np.stack([shares[observed == s].sum(axis=0) for s in range(3)], axis=1)
        np.testing.assert_allclose(found.counts.emission, emitted, rtol=1e-10)
        assert model.complete(data, params).emission.sum() == seen.sum()


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (SYMBOLS, {"symbol": ["a", "NA", "b", "b", "a", "?"], "sequence": [1, 1, 1, 2, 2, 2]}),
        (SYMBOLS, {"symbols": ["a?b", "ba."]}),
        (NUMBERS, {"value": [1.0, np.nan, 2.5, 2.0, 1.0, np.nan], "sequence": [1, 1, 1, 2, 2, 2]}),
        (NUMBERS, {"values": ["1, NA, 2.5", "2,1,"]}),
    ],
)
def test_the_rows_of_the_count_table_add_up_to_its_totals(model, columns):
    data, state = weighed(model, Table.from_columns(columns))
    rows = np.arange(len(next(iter(columns.values()))))
    table = model.count_table(data, state, rows)
    np.testing.assert_allclose(table.counts.sum(axis=0), table.totals, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(table.shares.sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize(
    ("model", "columns"),
    [(SYMBOLS, {"symbol": ["a", "NA", "b", "b", "a"]}), (NUMBERS, {"value": [1.0, np.nan, 2.5, 2.0, 1.0]})],
)
def test_the_table_says_that_nothing_is_seen(model, columns):
    data, state = weighed(model, Table.from_columns(columns))
    table = model.count_table(data, state, np.arange(5))
    assert table.observed[1] == "?"
    emits = [place for place, group in enumerate(table.groups) if group.heading.split()[0] in ("emits", "in")]
    width = len(table.groups[emits[0]].symbols)
    assert table.counts[1, 4 : 4 + 2 * width].tolist() == [0] * 2 * width
    lines = table.derive(CountCell(1, emits[0]), 3).lines
    assert (lines[0].formula, "Nothing is seen" in lines[0].words) == ("0", True)
    told = [line.words for line in table.derive(ShareCell(1, 0), 3).lines]
    assert "Forward: the step is unseen, so the prediction times 1, against all states." in told
    assert model.answers(data, state.base.params, np.array([1]))


@pytest.mark.parametrize("phase", [Phase.START, Phase.E])
def test_the_pictures_leave_out_what_is_not_seen(phase):
    for model, columns in (
        (SYMBOLS, {"symbol": ["a", "NA", "b", "b", "a"]}),
        (NUMBERS, {"value": [1.0, np.nan, 2.5, 2.0, 1.0], "state": list("ABBAA")}),
    ):
        data, state = weighed(model, Table.from_columns(columns))
        params = state.base.params
        views = model.views(data, Round(state.base, phase, None), Look(truth=params))
        ribbon, chain, _, last, _ = views
        assert len(ribbon.symbols) == 5
        assert sum(node.size for node in chain.nodes) == pytest.approx(1)
        if isinstance(last, Histogram):
            assert (last.heights.sum() * (last.edges[1] - last.edges[0])) == pytest.approx(1)
        else:
            assert ribbon.symbols[1] == "?"
            assert last.columns == ("a", "b")


def test_true_states_that_show_nothing_leave_the_emissions_open():
    data = SYMBOLS.parse(Table.from_columns({"symbol": ["a", "?", "b", "?"], "state": list("ABAB")}))
    assert SYMBOLS.labelled(data) is None
    both = SYMBOLS.parse(Table.from_columns({"symbol": ["a", "?", "b", "a"], "state": list("ABAB")}))
    np.testing.assert_array_equal(SYMBOLS.labelled(both).emission, [[1, 1], [1, 0]])


def test_some_sequences_keep_their_gaps():
    data = SYMBOLS.parse(Table.from_columns({"symbols": ["a?b", "ab", "??"]}))
    assert data.only(np.array([1])).seen is None
    np.testing.assert_array_equal(data.only(np.array([0, 2])).seen, [True, False, True, False, False])
    numbers = NUMBERS.parse(Table.from_columns({"values": ["1 2 ?", "? ?"]}))
    unseen = numbers.only(np.array([1]))
    params = NUMBERS.default(numbers)
    assert NUMBERS.e_step(unseen, params).objective == pytest.approx(0, abs=1e-14)


def test_timing_stays_where_values_are_missing():
    """Two missing in a signal of thirty steps: 29 transitions, 28 values."""
    signal = [f"{t % 5 + (0.5 if t > 15 else 0)}" for t in range(30)]
    signal[7] = signal[8] = ""
    table = Table.from_columns({"time": range(30), "value": signal})
    data = NUMBERS.parse(table)
    counts = NUMBERS.e_step(data, NUMBERS.default(data)).counts
    assert counts.transition.sum() == pytest.approx(29)
    assert counts.steps.sum() == pytest.approx(28)
