"""The Poisson mixture: against all assignments written out, golden traces, published numbers, pictures."""

import json
from itertools import product
from math import exp, factorial, log
from pathlib import Path

import numpy as np
import pytest

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, UpdateCell
from emviz.em.families.mixture import MOST
from emviz.em.methods import method_named
from emviz.em.model import Look, Phase, Round
from emviz.models.deaths import DeathParams, Deaths

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "deaths.json").read_text())
MODEL = Deaths()
TIMES = MODEL.parse(read_table(example_path("deaths_times.csv")))


def at(weight, rate):
    return DeathParams(np.array(weight, dtype=float), np.array(rate, dtype=float))


GOLD = at(**GOLDEN["start"])


def counted(values, model=MODEL, **columns):
    return model.parse(Table.from_columns({"value": values, **columns}))


# -- against every assignment --------------------------------------------------------------------------------


@pytest.mark.parametrize(("weight", "rate"), [([0.3, 0.7], [0.8, 3.1]), ([0.2, 0.5, 0.3], [0.5, 2.0, 4.5])])
def test_every_assignment_written_out(weight, rate):
    """P(x) and the counts from the K^n assignments of n units, no logarithm before the end."""
    values, model = [0, 2, 1, 5, 2], Deaths(len(weight))
    total, units, events, best = 0.0, np.zeros(len(weight)), np.zeros(len(weight)), (0.0, None)
    for assigned in product(range(len(weight)), repeat=len(values)):
        chance = 1.0
        for value, k in zip(values, assigned, strict=True):
            chance *= weight[k] * exp(-rate[k]) * rate[k] ** value / factorial(value)
        total += chance
        units += chance * np.bincount(assigned, minlength=len(weight))
        events += chance * np.bincount(assigned, values, len(weight))
        best = max(best, (chance, assigned))
    data, params = counted(values, model), at(weight, rate)
    found = model.e_step(data, params)
    assert found.objective == pytest.approx(log(total), rel=1e-13)
    np.testing.assert_allclose(found.counts.units, units / total, rtol=1e-12)
    np.testing.assert_allclose(found.counts.events, events / total, rtol=1e-12)
    whole = model.complete(data, params)
    np.testing.assert_array_equal(whole.units, np.bincount(best[1], minlength=len(weight)))
    np.testing.assert_array_equal(whole.events, np.bincount(best[1], values, len(weight)))
    assert model.q(data, whole, params) == pytest.approx(log(best[0]), rel=1e-13)


# -- golden traces and published numbers ---------------------------------------------------------------------


def test_golden_trace():
    params = GOLD
    known = {entry["t"]: entry for entry in GOLDEN["trace"]}
    for t in range(max(known) + 1):
        found = MODEL.e_step(TIMES, params)
        if t in known:
            entry = known[t]
            assert found.objective == pytest.approx(entry["loglik"], abs=1e-8)
            np.testing.assert_allclose(params.weight, entry["theta"]["weight"], rtol=1e-10)
            np.testing.assert_allclose(params.rate, entry["theta"]["rate"], rtol=1e-10)
            np.testing.assert_allclose(found.counts.units, entry["units"], rtol=1e-10)
            np.testing.assert_allclose(found.counts.events, entry["events"], rtol=1e-10)
            shares = MODEL.posterior(TIMES, params, np.arange(10))
            np.testing.assert_allclose(shares[:, 0], entry["share_first"], rtol=1e-9)
        params = MODEL.m_step(TIMES, found.counts)


def walked(model, data, params, step, most=20_000):
    """The iterations until (w_A, λ_A, λ_B) moves by no more than the step, and θ there."""
    for t in range(1, most):
        found = model.m_step(data, model.e_step(data, params).counts)
        moved = np.linalg.norm([found.weight[0] - params.weight[0], *(found.rate - params.rate)])
        params = found
        if moved <= step:
            return t, params
    raise AssertionError("EM has not come to rest")


@pytest.mark.parametrize("step", ["1e-06", "1e-07", "1e-08"])
def test_iterations_until_steps_are_small(step):
    """To 1e-8 there are 2,643, as counted by an independent program and in R."""
    known = GOLDEN["step_below"][step]
    many, params = walked(MODEL, TIMES, GOLD, float(step))
    assert many == known["iterations"]
    found = [params.weight[0], *params.rate]
    np.testing.assert_allclose(found, known["theta"], rtol=1e-9)
    assert MODEL.e_step(TIMES, params).objective == pytest.approx(known["loglik"], abs=1e-8)


def test_the_limit_and_the_rate_at_which_em_comes_to_it():
    limit = at(**GOLDEN["limit"])
    assert MODEL.e_step(TIMES, limit).objective == pytest.approx(-1989.945859883, abs=1e-8)
    near = at(limit.weight + np.array([1e-5, -1e-5]), limit.rate)
    for _ in range(60):  # until only the slowest direction is left
        near = MODEL.m_step(TIMES, MODEL.e_step(TIMES, near).counts)
    after = MODEL.m_step(TIMES, MODEL.e_step(TIMES, near).counts)
    rate = (after.rate - limit.rate) / (near.rate - limit.rate)
    np.testing.assert_allclose(rate, GOLDEN["rates"][0], rtol=1e-4)


def natural(free):
    """θ from its independent entries w_A, λ_A, λ_B; leading axes are kept."""
    weight, *rates = np.moveaxis(np.asarray(free, dtype=float), -1, 0)
    return DeathParams(np.stack([weight, 1 - weight], axis=-1), np.stack(rates, axis=-1))


def mapped(free):
    """θ(t+1), as its independent entries."""
    params = natural(free)
    found = MODEL.m_step(TIMES, MODEL.e_step(TIMES, params).counts)
    return np.array([found.weight[0], *found.rate])


def completed_information(free):
    """Closed form: n / (w (1 − w)), and w_k n / λ_k, for units whose component is known."""
    weight, first, second = free
    n = TIMES.times.sum()
    return np.diag([n / (weight * (1 - weight)), n * weight / first, n * (1 - weight) / second])


LIMIT = np.array([GOLDEN["limit"]["weight"][0], *GOLDEN["limit"]["rate"]])


def test_all_rates_of_convergence():
    """The eigenvalues of the Jacobian of the EM map, by central differences: .995666, .720418 and 0."""
    steps = 1e-5 * np.eye(3)
    jacobian = np.stack([(mapped(LIMIT + h) - mapped(LIMIT - h)) / 2e-5 for h in steps], axis=1)
    found = np.sort(np.linalg.eigvals(jacobian).real)[::-1]
    np.testing.assert_allclose(found, GOLDEN["rates"], atol=2e-7)
    np.testing.assert_allclose(found, [0.995666, 0.720418, 0], atol=1e-6)
    # What is observed is the part of the completed information that is not missing.
    observed = completed_information(LIMIT) @ (np.eye(3) - jacobian)
    errors = np.sqrt(np.diag(np.linalg.inv(observed)))
    np.testing.assert_allclose(errors, np.array(GOLDEN["se"])[[0, 2, 3]], rtol=1e-4)


def test_standard_errors_from_the_curvature_of_log_p():
    """−∂²L by four corners: .1947, .3500 and .2505, where completed counts would say .0145, .0564, .0616."""
    completed = completed_information(LIMIT)
    step = np.diag(0.02 / np.sqrt(np.diag(completed)))
    corners = [
        (i, j, signs, LIMIT + signs[0] * step[i] + signs[1] * step[j])
        for i, j in product(range(3), repeat=2)
        for signs in product((1, -1), repeat=2)
    ]
    heights = MODEL.objectives(TIMES, natural([corner for *_, corner in corners]))
    curvature = np.zeros((3, 3))
    for (i, j, signs, _), height in zip(corners, heights, strict=True):
        curvature[i, j] -= signs[0] * signs[1] * height / (4 * step[i, i] * step[j, j])
    errors = np.sqrt(np.diag(np.linalg.inv(curvature)))
    np.testing.assert_allclose(errors, np.array(GOLDEN["se"])[[0, 2, 3]], rtol=2e-3)
    naive = 1 / np.sqrt(np.diag(completed))
    np.testing.assert_allclose(naive, [0.0145, 0.0564, 0.0616], atol=5e-5)


def test_a_third_component_comes_to_lie_on_the_second():
    model, known = Deaths(3), GOLDEN["three_components"]
    data = model.parse(read_table(example_path("deaths_times.csv")))
    there = at(known["weight"], known["rate"])
    assert model.e_step(data, there).objective == pytest.approx(known["best_loglik"], abs=1e-8)
    assert known["best_loglik"] == pytest.approx(
        GOLDEN["limit"].get("loglik", GOLDEN["trace"][-1]["loglik"]), abs=1e-8
    )
    moved = at([0.35988539699, 0.64011460301 - 0.1, 0.1], [1.25609510122, 2.66340435663, 2.66340435663])
    assert model.e_step(data, moved).objective == pytest.approx(known["best_loglik"], abs=1e-8)


def test_equal_rates_are_one_component_and_a_place_to_rest():
    mean = GOLDEN["one_component"]["rate"]
    params = at([0.4, 0.6], [mean, mean])
    found = MODEL.e_step(TIMES, params)
    assert found.objective == pytest.approx(GOLDEN["one_component"]["loglik"], abs=1e-8)
    np.testing.assert_allclose(MODEL.m_step(TIMES, found.counts).rate, [mean, mean], rtol=1e-11)
    assert "both components are equal" in MODEL.remark(TIMES, params)
    assert MODEL.remark(TIMES, GOLD) is None


def test_hard_em_puts_0_and_1_apart_from_the_rest():
    hard, known = method_named("hard"), GOLDEN["hard"]
    step = engine.start(MODEL, TIMES, GOLD, hard)
    for height, theta in zip(known["J"], known["path"], strict=True):
        assert step.expectation.objective == pytest.approx(height, abs=1e-8)
        np.testing.assert_allclose(step.params.rate, theta["rate"], rtol=1e-11)
        np.testing.assert_allclose(step.params.weight, theta["weight"], rtol=1e-11)
        for _ in range(2):
            step = engine.advance(MODEL, TIMES, step, hard)


# -- starts, data --------------------------------------------------------------------------------------------


def test_the_default_start_is_half_and_three_halves_of_the_mean():
    data = counted([1, 3])
    np.testing.assert_allclose(MODEL.default(data).rate, [1.0, 3.0])
    np.testing.assert_allclose(Deaths(3).default(data).rate, [2 / 3, 2.0, 10 / 3])
    np.testing.assert_allclose(MODEL.default(data).weight, [0.5, 0.5])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"value": [1, 2.5]}, "row 2, column value: expected a whole number"),
        ({"value": [1, 2], "count": [3, -1]}, "row 2, column count: "),
        ({"value": [0, 0]}, "there are no events: no unit has a value above 0"),
        ({"value": [0, 4], "count": [3, 0]}, "there are no events"),
        ({"value": np.zeros(0)}, "there are no events"),
    ],
)
def test_tables_that_cannot_be_used(columns, said):
    with pytest.raises(DataError, match=said):
        MODEL.parse(Table.from_columns(columns))


def test_a_row_for_each_unit_is_the_same_as_counts():
    each, together = counted([2, 0, 2, 7]), counted([0, 2, 7], count=[1, 2, 1])
    one, other = (MODEL.e_step(data, GOLD) for data in (each, together))
    assert one.objective == pytest.approx(other.objective, rel=1e-14)
    np.testing.assert_allclose(one.counts, other.counts, rtol=1e-14)


def test_a_component_of_zeros_alone_has_the_rate_0():
    data = counted([0, 9], count=[5, 5])
    step = engine.start(MODEL, data, at([0.5, 0.5], [0.1, 9.0]), method_named("hard"))
    for _ in range(4):
        step = engine.advance(MODEL, data, step, method_named("hard"))
    np.testing.assert_array_equal(step.params.rate, [0.0, 9.0])
    np.testing.assert_array_equal(MODEL.posterior(data, step.params, np.array([1])), [[0.0, 1.0]])


def test_a_component_without_units_is_named():
    counts = MODEL.complete(TIMES, at([1e-9, 1 - 1e-9], [20.0, 2.0]))
    with pytest.raises(ZeroDivisionError, match="component A has no expected units left, so 0/0 leaves λ_A"):
        MODEL.m_step(TIMES, counts)


def test_labels_count_by_component():
    data = counted([0, 2, 2, 5], count=[3, 1, 2, 4], component=["A", "A", "B", "B"])
    counts = MODEL.labelled(data)
    np.testing.assert_array_equal(counts.units, [4, 6])
    np.testing.assert_array_equal(counts.events, [2, 24])
    assert MODEL.labelled(counted([1, 2], component=["A", "A"])) is None  # nothing is known of B
    table = Table.from_columns({"value": [1, 2, 3], "component": ["x", "y", "z"]})
    assert MODEL.labels_aside(table).startswith("column component has 3 different components")


def test_the_simulated_example_is_drawn_again():
    (example,) = (each for each in MODEL.examples if each.truth)
    drawn = MODEL.simulate(at(**example.truth), 500, np.random.default_rng(1969))
    assert drawn.same(read_table(example_path(example.file)))


# -- table and picture ---------------------------------------------------------------------------------------


def told(cell, places=1):
    state = Round(engine.start(MODEL, TIMES, GOLD), Phase.E)
    table = MODEL.count_table(TIMES, state, np.arange(10))
    return [line.formula for line in table.derive(cell, places).lines]


def test_where_the_numbers_come_from():
    """P(A) of value 2 at ½, λ = 1, 3: e⁻¹ / (e⁻¹ + 9 e⁻³) = .450853; 271 days, 542 deaths."""
    share = exp(-1) / (exp(-1) + 9 * exp(-3))
    lines = told(ShareCell(2, 0))
    assert lines[0] == (
        r"P(\mathrm{A}) = \frac{0.50 \cdot e^{-1.00} \cdot 1.00^{2}}"
        r"{0.50 \cdot e^{-1.00} \cdot 1.00^{2} + 0.50 \cdot e^{-3.00} \cdot 3.00^{2}}"
    )
    assert lines[1].endswith(rf"\approx {share:.2f}")
    assert rf"\approx {271 * share:.1f}\,\mathrm{{units}}" in lines[2]
    assert rf"\approx {542 * share:.1f}\,\mathrm{{events}}" in lines[2]
    assert lines[3].endswith(r"\approx 505.9\,\mathrm{units}")
    assert lines[4].endswith(r"\approx 601.5\,\mathrm{events}")
    assert lines[5:] == [
        r"w_{A} = \frac{505.9}{505.9 + 590.1} \approx 0.46",
        r"λ_{A} = \frac{601.5}{505.9} \approx 1.19",
    ]
    assert told(CountCell(2, 0)) == lines
    assert told(UpdateCell(3))[-1] == r"λ_{B} = \frac{1762.5}{590.1} \approx 2.99"
    assert told(UpdateCell(0))[-1] == lines[5]


def test_bars_are_shared_and_the_curve_is_what_is_expected():
    step = engine.start(MODEL, TIMES, GOLD)
    start, shared, found = (
        MODEL.views(TIMES, Round(step, phase, updated), Look())[0]
        for phase, updated in [(Phase.START, None), (Phase.E, None), (Phase.M, at([0.4, 0.6], [1.0, 2.5]))]
    )
    assert start.names == tuple("0123456789")
    assert [[bar.value for bar in bars] for bars in start.bars][:2] == [[162], [267]]
    assert start.bars[0][0].component is None
    assert [bar.name for bar in shared.bars[0]] == ["A", "B"]
    np.testing.assert_allclose(
        [bars[0].value for bars in shared.bars],
        np.array(GOLDEN["trace"][0]["share_first"]) * [bar.value for (bar,) in start.bars],
        rtol=1e-10,
    )
    expected = [1096 * (0.5 * exp(-1) + 0.5 * exp(-3) * 3**i) / factorial(i) for i in range(10)]
    np.testing.assert_allclose(shared.curve.ys, expected, rtol=1e-12)
    assert found.curve.ys[0] == pytest.approx(1096 * (0.4 * exp(-1) + 0.6 * exp(-2.5)), rel=1e-12)
    assert not start.note


def test_many_values_are_drawn_in_part():
    data = counted(list(range(1, 100)))
    bars, landscape = MODEL.views(data, Round(engine.start(MODEL, data, GOLD), Phase.E), Look())
    assert len(bars.bars) == len(bars.names) == len(bars.curve.ys) == MOST
    assert bars.note == "Only the 40 smallest values are drawn."
    assert [start.rate.tolist() for start in landscape.starts] == [[25.0, 75.0], [75.0, 25.0]]
