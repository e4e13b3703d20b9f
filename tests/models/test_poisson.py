"""Incomplete Poisson counts: against written-out sums, golden traces, published rates, data, pictures."""

import json
from itertools import pairwise
from math import comb, exp, factorial, log
from pathlib import Path

import numpy as np
import pytest
from coin_cases import iterated

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.convergence.rate import step_ratios
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.methods import EM, Hard
from emviz.em.model import Look, Phase, Round
from emviz.models.poisson import Poisson, PoissonParams
from emviz.models.poisson.steps import log_tail, tail_mean, tail_variance

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "hartley_dlr.json").read_text())
ZEROS, TOP = Poisson(), Poisson(hidden="top")
NO_VALUE = "row 2, column value: expected a whole number, or a top group such as >=2, got '1.5'"


def at(rate):
    return PoissonParams(np.array(rate))


def counted(model, **rows):
    """Rows such as _2=5 or top_2=5 for >=2."""
    values = [name.removeprefix("_").replace("top_", ">=") for name in rows]
    return model.parse(Table.from_columns({"value": values, "count": list(rows.values())}))


@pytest.fixture(scope="module")
def cholera():
    return ZEROS.parse(read_table(example_path("poisson_cholera.csv")))


@pytest.fixture(scope="module")
def kicks():
    return TOP.parse(read_table(example_path("poisson_horse_kicks.csv")))


def _chance(k, rate):
    return exp(-rate) * rate**k / factorial(k)


# -- written out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.3, 0.9, 2.5])
def test_against_every_number_never_seen(rate):
    """P(x, n0) = C(n + n0 − 1, n0) P(0)^n0 × the chances of the values seen, summed over n0."""
    data = counted(ZEROS, _1=3, _2=2, _4=1)
    seen = 3 * log(_chance(1, rate)) + 2 * log(_chance(2, rate)) + log(_chance(4, rate))
    joint = [log(comb(6 + zeros - 1, zeros)) - rate * zeros + seen for zeros in range(900)]
    weights = np.exp(joint)
    found = ZEROS.e_step(data, at(rate))
    assert found.objective == pytest.approx(log(weights.sum()), rel=1e-12)
    assert float(found.counts.people) - 6 == pytest.approx(
        weights @ np.arange(900) / weights.sum(), rel=1e-10
    )
    assert found.counts.events == 11
    best = ZEROS.complete(data, at(rate))
    assert ZEROS.q(data, best, at(rate)) == pytest.approx(max(joint), rel=1e-12)
    assert best.people - 6 == int(np.argmax(joint))


@pytest.mark.parametrize(("rate", "mode"), [(0.3, 2), (1.7, 2), (3.6, 3)])
def test_against_every_value_in_the_top_group(rate, mode):
    data = counted(TOP, _0=4, _1=3, top_2=2)
    values = np.arange(2, 60)
    chances = np.array([_chance(int(k), rate) for k in values])
    written = 4 * log(_chance(0, rate)) + 3 * log(_chance(1, rate))
    found = TOP.e_step(data, at(rate))
    assert found.objective == pytest.approx(written + 2 * log(chances.sum()), rel=1e-13)
    assert float(found.counts.events) == pytest.approx(3 + 2 * (values @ chances) / chances.sum(), rel=1e-13)
    assert found.counts.people == 9
    shares = chances / chances.sum()
    posterior = TOP.posterior(data, at(rate), np.array([2, 0]))
    np.testing.assert_allclose(posterior[0], [0, *shares[:4], shares[4:].sum()], rtol=1e-12)
    np.testing.assert_array_equal(posterior[1], [1, 0, 0, 0, 0, 0])
    best = TOP.complete(data, at(rate))
    assert best.events == 3 + 2 * mode
    assert TOP.q(data, best, at(rate)) == pytest.approx(written + 2 * log(chances.max()), rel=1e-13)


@pytest.mark.parametrize("least", [1, 2, 7, 40])
@pytest.mark.parametrize("part", [0.01, 0.9, 1.0, 1.5, 3.0])
def test_tails_to_full_precision(least, part):
    rate = part * least
    logs = [k * log(rate) - rate - sum(map(log, range(1, k + 1))) for k in range(least, least + 400)]
    tail = np.exp(logs)
    assert float(log_tail(least, np.array(rate))) == pytest.approx(log(tail.sum()), rel=1e-11, abs=1e-12)
    values = np.arange(least, least + 400)
    mean = values @ tail / tail.sum()
    assert float(tail_mean(least, np.array(rate))) == pytest.approx(mean, rel=1e-11)
    spread = (values - mean) ** 2 @ tail / tail.sum()
    assert float(tail_variance(least, np.array(rate))) == pytest.approx(spread, rel=1e-8, abs=1e-10)
    np.testing.assert_array_equal(
        log_tail(least, np.array([rate, 2 * rate])),
        [log_tail(least, np.array(rate)), log_tail(least, np.array(2 * rate))],
    )


# -- golden traces and published rates -----------------------------------------------------------------------


def test_golden_trace_of_hidden_zeros(cholera):
    golden = GOLDEN["truncated_poisson"]
    walked = iterated(ZEROS, cholera, at(golden["theta0"]), 60)
    for step, one in zip(walked, golden["trace"], strict=True):
        assert float(step.params.rate) == pytest.approx(one["theta"], abs=2e-12)
        assert step.expectation.objective == pytest.approx(one["loglik"], abs=1e-9)
        assert float(step.expectation.counts.people) - 55 == pytest.approx(one["n0"], abs=1e-9)
    assert float(walked[-1].params.rate) == pytest.approx(0.9721778549, abs=5e-11)
    assert float(walked[-1].expectation.counts.people) == pytest.approx(golden["N"], abs=1e-9)


def test_golden_trace_of_the_lumped_top(kicks):
    golden = GOLDEN["grouped_poisson"]
    walked = iterated(TOP, kicks, at(golden["theta0"]), 60)
    for step, one in zip(walked, golden["trace"], strict=True):
        assert float(step.params.rate) == pytest.approx(one["theta"], abs=2e-12)
        assert step.expectation.objective == pytest.approx(one["loglik"], abs=1e-8)
        mean = (float(step.expectation.counts.events) - 65) / 26
        assert mean == pytest.approx(one["tail_mean"], abs=1e-10)
    assert float(walked[1].params.rate) == pytest.approx(0.70348, abs=5e-6)
    assert float(walked[-1].params.rate) == pytest.approx(0.6144584980, abs=5e-11)


@pytest.mark.parametrize(("which", "start", "rate"), [("cholera", 1.0, 0.592), ("kicks", 2.0, 0.053)])
def test_the_published_rates_are_measured_and_expected(which, start, rate, request):
    data, model = request.getfixturevalue(which), ZEROS if which == "cholera" else TOP
    walked = iterated(model, data, at(start), 30)
    path = np.array([step.params.rate for step in walked])
    line = model.views(data, Round(walked[0], Phase.START), Look())[2].curves[-1]
    _, ratios = step_ratios(path)
    assert ratios[-1] == pytest.approx(line.ys[0], rel=2e-5)
    assert line.ys[0] == pytest.approx(rate, abs=6e-4)


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (ZEROS, {"_1": 30, "_2": 3}),
        (ZEROS, {"_3": 4, "_9": 2}),
        (TOP, {"_0": 3, "top_1": 9}),
        (TOP, {"_0": 3, "_1": 0, "_2": 2, "_3": 7, "top_4": 30}),
    ],
)
def test_the_fraction_of_missing_information_is_the_slope_of_the_iteration(model, rows):
    data = counted(model, **rows)
    step = engine.start(model, data, model.default(data))
    _, curve, rate = model.views(data, Round(step, Phase.START), Look())
    (limit,) = (dot.x for dot in curve.dots if dot.kind == "optimum")
    low, still, high = (
        float(model.m_step(data, model.e_step(data, at(limit + side)).counts).rate)
        for side in (-1e-6, 0, 1e-6)
    )
    assert still == pytest.approx(limit, rel=1e-13)
    assert rate.curves[-1].ys[0] == pytest.approx((high - low) / 2e-6, rel=1e-6)


def test_hard_em_sees_fewer_zeros(cholera):
    walked = iterated(ZEROS, cholera, at(1.0), 1, Hard())
    assert float(walked[1].params.rate) == pytest.approx(86 / (55 + 31), rel=1e-15)


# -- data, special places ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "values", "counts", "message"),
    [
        (
            ZEROS,
            [0, 1],
            [3, 4],
            "row 1, column value: the value 0 was counted, but Hidden is zeros, which nobody saw: leave the "
            "row out",
        ),
        (
            ZEROS,
            [1, 0],
            [3, 0],
            "row 2, column value: the value 0 has a row, with a count of 0, but Hidden is zeros, which "
            "nobody saw: leave the row out",
        ),
        (
            ZEROS,
            ["0", "1", ">=2"],
            [3, 4, 1],
            "row 3, column value: a top group, and the zeros were counted: choose Hidden: top",
        ),
        (
            ZEROS,
            ["1", ">=2"],
            [3, 4],
            "row 2, column value: a top group, and no row for the value 0: if the zeros were not seen "
            "either, two things are hidden at once, which this model cannot treat; if they were seen, add "
            "their row and choose Hidden: top",
        ),
        (
            ZEROS,
            [1, 1.5],
            [3, 4],
            NO_VALUE,
        ),
        (ZEROS, ["1", "two"], [3, 4], NO_VALUE.replace("1.5", "two")),
        (ZEROS, ["1", "-1"], [3, 4], NO_VALUE.replace("1.5", "-1")),
        (
            ZEROS,
            [1, 10**7],
            [3, 4],
            "row 2, column value: expected a value of at most 1,000,000, got 10000000",
        ),
        (ZEROS, [1, 2], [3, 0.5], "row 2, column count: expected a whole number, got 0.5"),
        (ZEROS, [1, 2], [0, 0], "nothing was counted: every count is 0"),
        (TOP, [0, 1], [3, 4], "column value: there is no top group such as >=2"),
        (
            TOP,
            ["0", ">=1", "≥2"],
            [3, 4, 1],
            "row 3, column value: there is a second top group; one is needed",
        ),
        (
            TOP,
            ["0", ">=0"],
            [3, 4],
            "row 2, column value: the top group holds every value, so it carries no information",
        ),
        (TOP, [">= 2", "0", "3"], [1, 3, 4], "row 3, column value: 3 is in the top group >=2 already"),
        (
            TOP,
            ["0", ">=2"],
            [3, 0],
            "there are no events: every unit has the value 0, which leaves no rate above 0",
        ),
    ],
)
def test_tables_that_cannot_be_used(model, values, counts, message):
    with pytest.raises(DataError) as caught:
        model.parse(Table.from_columns({"value": values, "count": np.array(counts)}))
    assert str(caught.value) == message


def test_rows_may_be_in_any_order_and_values_may_repeat():
    data = TOP.parse(Table.from_columns({"value": ["≥2", "1", " 0", "1"], "count": [26, 60, 109, 5]}))
    found = TOP.e_step(data, at(2.0))
    assert found.objective == pytest.approx(-316.488464263, abs=1e-8)
    bars = TOP.views(data, Round(engine.start(TOP, data, at(2.0)), Phase.START), Look())[0]
    assert [[bar.value for bar in pieces] for pieces in bars.bars] == [[109], [65], [26]]


def test_values_of_one_alone_leave_no_maximum():
    data = counted(ZEROS, _1=9)
    assert "creeps and never arrives" in ZEROS.remark(data, at(1.0))
    path = [float(step.params.rate) for step in iterated(ZEROS, data, at(1.0), 50)]
    assert all(after < before for before, after in pairwise(path))
    _, curve, rate = ZEROS.views(data, Round(engine.start(ZEROS, data, at(1.0)), Phase.START), Look())
    assert [dot.kind for dot in curve.dots] == ["here"]
    assert "no maximum" in curve.note
    assert not rate.curves


def test_a_top_group_alone_leaves_no_maximum():
    data = counted(TOP, top_2=9)
    assert "EM never converges" in TOP.remark(data, at(1.0))
    walked = iterated(TOP, data, at(1.0), 20)
    assert walked[-1].params.rate > walked[-2].params.rate
    bars = TOP.views(data, Round(walked[0], Phase.E), Look())[0]
    assert bars.names == ("0", "1", "2", "3", "4", "5", "≥6")


def test_a_rate_at_which_nearly_everything_is_hidden(cholera, kicks):
    assert "fewer than one unit in a hundred" in ZEROS.remark(cholera, at(0.009))
    assert ZEROS.remark(cholera, at(0.011)) is None
    assert TOP.remark(kicks, at(0.009)) is None


def test_the_maximum_is_found_far_above_the_top_group():
    data = counted(TOP, _0=1, top_1=10**5)
    curve = TOP.views(data, Round(engine.start(TOP, data, at(2.0)), Phase.START), Look())[1]
    (limit,) = (dot.x for dot in curve.dots if dot.kind == "optimum")
    assert limit == pytest.approx(log(10**5 + 1), rel=1e-9)


def test_the_simulated_example_is_drawn_again():
    (example,) = (each for each in ZEROS.examples if each.key == "simulated")
    drawn = ZEROS.simulate(at(example.truth["rate"]), 500, np.random.default_rng(1958))
    assert drawn.same(read_table(example_path(example.file)))


# -- pictures, derivations, answers --------------------------------------------------------------------------


def test_hidden_bars_beside_the_observed_ones(cholera):
    step = engine.advance(ZEROS, cholera, engine.start(ZEROS, cholera, at(1.0)))
    updated = engine.advance(ZEROS, cholera, step).params
    start, weighed, found = (
        ZEROS.views(cholera, state, Look())[0]
        for state in (Round(step, Phase.START), Round(step, Phase.E), Round(step, Phase.M, updated))
    )
    assert start.names == weighed.names == ("0", "1", "2", "3", "4")
    assert start.bars[0] == ()
    (zeros,) = weighed.bars[0]
    assert zeros.hidden
    assert zeros.value == pytest.approx(32.0087188778, abs=1e-9)
    assert [bars[0].value for bars in weighed.bars[1:]] == [32, 16, 6, 1]
    assert not any(bar.hidden for bars in weighed.bars[1:] for bar in bars)
    expected = [87.0087188778 * _chance(k, 1.0) for k in range(5)]
    np.testing.assert_allclose(weighed.curve.ys, expected, rtol=1e-10)
    rate = float(updated.rate)
    assert found.curve.ys[0] == pytest.approx(55 / (1 - exp(-rate)) * exp(-rate), rel=1e-12)


def test_the_top_group_is_split(kicks):
    step = engine.start(TOP, kicks, at(2.0))
    bars = TOP.views(kicks, Round(step, Phase.E), Look())[0]
    assert bars.names == ("0", "1", "2", "3", "4", "5", "≥6")
    hidden = [bar.value for pieces in bars.bars for bar in pieces if bar.hidden]
    assert sum(hidden) == pytest.approx(26, rel=1e-14)
    tail = 1 - 3 * exp(-2)
    assert hidden[:2] == pytest.approx([26 * _chance(2, 2) / tail, 26 * _chance(3, 2) / tail], rel=1e-13)
    assert bars.curve.ys.sum() == pytest.approx(200, rel=1e-14)


@pytest.mark.parametrize(("model", "group"), [(ZEROS, {}), (TOP, {"top_200": 1})])
def test_many_values_are_drawn_in_part(model, group):
    data = counted(model, **{f"_{value}": value % 3 + 1 for value in range(100, 150)}, **group)
    bars = model.views(data, Round(engine.start(model, data, at(120.0)), Phase.E), Look())[0]
    assert "values more are not drawn" in bars.note
    assert len(bars.bars) < 50
    assert len(bars.bars) == len(bars.names) == len(bars.curve.ys)


def test_the_curve_and_the_bound_that_touches_it(cholera):
    step = engine.advance(ZEROS, cholera, engine.start(ZEROS, cholera, at(1.0)))
    updated = engine.advance(ZEROS, cholera, step).params
    look = Look(path=(at(2.0), at(1.0)), truth=at(0.8))
    _, start, _ = ZEROS.views(cholera, Round(step, Phase.START), look)
    _, view, rate = ZEROS.views(cholera, Round(step, Phase.M, updated), look)
    assert [curve.role for curve in start.curves] == [""]
    height, bound = view.curves
    for x, y, below in zip(height.xs[::50], height.ys[::50], bound.ys[::50], strict=True):
        assert y == pytest.approx(ZEROS.e_step(cholera, at(x)).objective, rel=1e-12)
        assert below == pytest.approx(EM.bound(ZEROS, cholera, step, at(x)), rel=1e-12)
    assert [dot.label for dot in view.dots] == ["λ(1)", "λ(0)", "maximum", "truth"]
    assert (view.entry.field, view.entry.index) == ("rate", ())
    assert height.xs[-1] == 3
    np.testing.assert_array_equal(rate.curves[0].xs, [2])


def _derived(model, data, rate, cell, places=1):
    state = Round(engine.start(model, data, at(rate)), Phase.E)
    table = model.count_table(data, state, np.arange(len(data.count)))
    return [line.formula for line in table.derive(cell, places).lines]


def test_where_the_numbers_of_hidden_zeros_come_from(cholera):
    def told(cell):
        return _derived(ZEROS, cholera, 1.0, cell)

    zeros = r"32 \times \frac{e^{-1.00}}{1 - e^{-1.00}} \approx 18.6\,\mathrm{units}"
    unseen = r"18.6 + 9.3 + 3.5 + 0.6 \approx 32.0\,\mathrm{units}"
    last = r"λ = \frac{86.0}{55.0 + 32.0} \approx 0.99"
    assert told(ShareCell(0, 0)) == [
        r"P(\mathrm{seen}) = P(X \geq 1) = 1 - e^{-1.00} \approx 0.63",
        zeros,
        unseen,
        last,
    ]
    assert told(ShareCell(0, 1))[0] == r"P(\mathrm{never\ seen}) = P(X = 0) = e^{-1.00} \approx 0.37"
    assert told(CountCell(0, 1)) == [zeros, unseen, last]
    assert told(CountCell(0, 0))[0] == r"32\,\mathrm{units}"
    assert told(CountCell(1, 2))[0] == r"2 \times 16 = 32\,\mathrm{events}"
    assert told(TotalCell(1)) == [unseen, last]
    assert told(UpdateCell(0)) == [
        r"32.0 + 16.0 + 6.0 + 1.0 = 55.0\,\mathrm{units}",
        unseen,
        r"32.0 + 32.0 + 18.0 + 4.0 = 86.0\,\mathrm{events}",
        last,
    ]


def test_where_the_numbers_of_the_top_group_come_from(kicks):
    def told(cell):
        return _derived(TOP, kicks, 2.0, cell)

    whole = r"P(X \geq 2) = 1 - \sum_{k < 2} e^{-2.00} \cdot 2.00^{k} / k! \approx 0.5940"
    mean = [
        r"E[X \mid X \geq 2] = 2.00 \cdot \frac{P(X \geq 1)}{P(X \geq 2)} = 2.00 \cdot "
        r"\frac{0.864665}{0.593994} \approx 2.9114",
        r"26 \times 2.9114 \approx 75.7\,\mathrm{events}",
    ]
    upwards = [r"0.0 + 65.0 + 75.7 \approx 140.7\,\mathrm{events}", r"λ = \frac{140.7}{200.0} \approx 0.70"]
    assert told(ShareCell(2, 2)) == [
        r"P(X = 3) = e^{-2.00} \cdot 2.00^{3} / 3! \approx 0.1804",
        whole,
        r"P(\mathrm{3}) = \frac{P(X = 3)}{P(X \geq 2)} = \frac{0.1804}{0.5940} \approx 0.30",
        *mean,
        *upwards,
    ]
    assert told(ShareCell(2, 5))[0] == (
        r"P(X \geq 6) = 1 - \sum_{k < 6} e^{-2.00} \cdot 2.00^{k} / k! \approx 0.01656"
    )
    assert told(ShareCell(0, 0))[0] == r"P(\mathrm{as\ written}) = 1.00"
    assert told(ShareCell(1, 3))[0] == r"P(\mathrm{4}) = 0.00"
    assert told(ShareCell(2, 0))[0] == r"P(\mathrm{as\ written}) = 0.00"
    assert told(CountCell(2, 1)) == [*mean, *upwards]
    assert told(CountCell(1, 1))[0] == r"1 \times 65 = 65\,\mathrm{events}"


def test_events_that_are_counted_whole_are_not_called_expected(kicks):
    """Hard EM takes the likeliest value of the top group for all 26 in it: at λ = 2, 26 × 2 = 52."""
    step, row = engine.start(TOP, kicks, at(2.0), Hard()), np.arange(3)
    table, soft = (TOP.count_table(kicks, Round(step, Phase.E, whole=whole), row) for whole in (True, False))
    assert [group.heading for group in table.groups] == ["counted", "in all"]
    assert [group.heading for group in soft.groups] == ["counted", "expected"]
    assert table.derive(CountCell(2, 1), 1).lines[0].formula == r"2 \times 26 = 52\,\mathrm{events}"


def test_answers(cholera, kicks):
    seen, *_ = ZEROS.answers(cholera, at(1.0), np.array([0, 2]))
    assert seen.completions == ("32 seen", "18.6 never seen")
    rare = ZEROS.answers(cholera, at(0.5), np.array([1]))[0]
    assert rare.completions == ("24.7 never seen", "16 seen")
    assert rare.shares == pytest.approx((exp(-0.5), 1 - exp(-0.5)))
    zero, top = TOP.answers(kicks, at(2.0), np.array([0, 2]))
    assert (zero.completions, zero.shares) == (("0, as written",), (1.0,))
    assert top.completions == ("2", "3", "4", "5", "≥6")


def test_without_a_count_each_row_is_one_unit():
    data = ZEROS.parse(Table.from_columns({"value": [1, 2, 2, 5]}))
    assert (data.people, data.events) == (4, 10)
    lumped = TOP.parse(Table.from_columns({"value": ["0", ">=2", "1"]}))
    assert (lumped.people, lumped.events, lumped.tail) == (3, 1, 1)
