"""The multivariate normal: against integration over its holes, golden traces, closed forms, its mistakes."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

import emviz
from emviz import session as desk
from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.methods import EM, method_named, why_unbounded
from emviz.em.model import Look, ModelError, Phase, Round
from emviz.em.pictures import Landscape, Matrix, Scatter
from emviz.intake import Wishes, ask, take
from emviz.models.normal import MultivariateNormal, NormalParams

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "normal.json").read_text())
FILES = {
    "murray_zero": "murray",
    "murray_free": "murray",
    "cholesterol": "cholesterol",
    "cement": "cement",
    "apple": "apple",
}
HARD = method_named("hard")
NAN = np.nan
#: Rows with one, two and no holes, and one with nothing.
ROWS = [[1.0, 2.0, 0.5], [2.5, NAN, 1.0], [NAN, 1.0, NAN], [3.0, 4.5, 2.0], [NAN, NAN, NAN], [0.5, 1.0, -1.0]]
THETA = NormalParams(
    np.array([1.0, 2.0, 0.5]), np.array([[1.5, 0.8, 0.3], [0.8, 2.0, -0.4], [0.3, -0.4, 1.0]])
)


def tabled(rows):
    return Table.from_columns({f"x{j + 1}": column for j, column in enumerate(np.array(rows).T)})


def at(theta, data):
    default = MultivariateNormal("zero").default(data)
    return default._replace(**{name: np.array(value, dtype=float) for name, value in theta.items()})


@pytest.fixture(params=FILES)
def gold(request):
    """A golden record, its model and its data."""
    record = GOLDEN[request.param]
    model = MultivariateNormal(record["mean"])
    return record, model, model.parse(read_table(example_path(f"normal_{FILES[request.param]}.csv")))


# -- against integration -------------------------------------------------------------------------------------


def density(rows, params):
    gaps = rows - params.mean
    power = np.einsum("ni,ij,nj->n", gaps, np.linalg.inv(params.covariance), gaps)
    return np.exp(-0.5 * power) / np.sqrt(np.linalg.det(2 * np.pi * params.covariance))


def test_every_hole_integrated_over():
    """log P, Σx and Σxxᵀ of each row from sums over a grid of all that its holes may hide."""
    grid, step = np.linspace(-14, 16, 301, retstep=True)
    height, sums, products = 0.0, np.zeros(3), np.zeros((3, 3))
    for row in (np.array(row) for row in ROWS if not np.isnan(row).all()):
        holes = np.flatnonzero(np.isnan(row))
        filled = np.tile(row, (len(grid) ** len(holes), 1))
        if len(holes):
            filled[:, holes] = np.stack(np.meshgrid(*[grid] * len(holes)), -1).reshape(-1, len(holes))
        weights = density(filled, THETA) * step ** len(holes)
        height += np.log(weights.sum())
        sums += weights @ filled / weights.sum()
        products += (filled.T * weights) @ filled / weights.sum()
    model = MultivariateNormal()
    data = model.parse(tabled(ROWS))
    counts, found = model.e_step(data, THETA).counts, model.e_step(data, THETA).objective
    assert found == pytest.approx(height, rel=1e-12)
    n = float(counts.rows)
    assert n == 5
    np.testing.assert_allclose(n * counts.mean, sums, rtol=1e-12)
    whole = counts.scatter + counts.spread + n * np.outer(counts.mean, counts.mean)
    np.testing.assert_allclose(whole, products, rtol=1e-12)
    after = model.m_step(data, counts)
    np.testing.assert_allclose(after.mean, sums / n, rtol=1e-12)
    np.testing.assert_allclose(after.covariance, products / n - np.outer(sums, sums) / n**2, rtol=1e-11)


def test_q_is_the_expected_log_density_of_whole_rows():
    """Q at another θ, integrated over the hole of the only row that has one."""
    rows = [[1.0, 2.0], [2.5, NAN], [0.0, 4.0], [3.0, 3.0]]
    model, (here, there) = (
        MultivariateNormal(),
        (
            NormalParams(np.array([1.0, 2.0]), np.array([[2.0, 0.7], [0.7, 1.0]])),
            NormalParams(np.array([0.5, 2.5]), np.array([[1.0, -0.3], [-0.3, 3.0]])),
        ),
    )
    data = model.parse(tabled(rows))
    grid = np.linspace(-14, 18, 2001)
    holed = np.column_stack([np.full_like(grid, 2.5), grid])
    weights = density(holed, here) / density(holed, here).sum()
    complete = np.array([row for row in rows if not np.isnan(row).any()])
    expected = np.log(density(complete, there)).sum() + weights @ np.log(density(holed, there))
    assert model.q(data, model.e_step(data, here).counts, there) == pytest.approx(expected, rel=1e-12)
    best = grid[density(holed, here).argmax()]
    whole = model.complete(data, here)
    assert float(whole.mean[1]) == pytest.approx((2 + 4 + 3 + best) / 4, abs=0.005)
    assert not whole.spread.any()


def test_log_p_at_many_theta_at_once_is_nothing_where_sigma_is_no_covariance():
    model = MultivariateNormal()
    data = model.parse(tabled(ROWS))
    bad = THETA.covariance.copy()
    bad[0, 1] = bad[1, 0] = 3.0
    found = model.objectives(
        data, NormalParams(np.tile(THETA.mean, (2, 1)), np.stack([THETA.covariance, bad]))
    )
    assert found[0] == pytest.approx(model.e_step(data, THETA).objective, rel=1e-13)
    assert found[1] == -np.inf


def test_units_of_the_columns_only_move_log_p_by_their_logarithms():
    model, scale, shift = MultivariateNormal(), np.array([1e6, 1e-6, 3.0]), np.array([1e7, 5.0, -1e4])
    data, other = (model.parse(tabled(rows)) for rows in (ROWS, np.array(ROWS) * scale + shift))
    moved = NormalParams(THETA.mean * scale + shift, THETA.covariance * np.outer(scale, scale))
    one, two = model.e_step(data, THETA), model.e_step(other, moved)
    seen = (~np.isnan(ROWS)).sum(axis=0)
    assert two.objective == pytest.approx(one.objective - seen @ np.log(scale), rel=1e-9)
    np.testing.assert_allclose(two.counts.spread, one.counts.spread * np.outer(scale, scale), rtol=1e-6)
    np.testing.assert_allclose(two.counts.scatter, one.counts.scatter * np.outer(scale, scale), rtol=1e-6)


# -- golden traces and closed forms --------------------------------------------------------------------------


def test_golden_trace(gold):
    record, model, data = gold
    params = at(record["start"], data)
    known = {entry["t"]: entry for entry in record["trace"]}
    for t in range(max(known) + 1):
        found = model.e_step(data, params)
        if t in known:
            counts, n = found.counts, float(found.counts.rows)
            products = counts.scatter + counts.spread + n * np.outer(counts.mean, counts.mean)
            assert found.objective == pytest.approx(known[t]["loglik"], rel=1e-11)
            np.testing.assert_allclose(
                params.covariance, known[t]["theta"]["covariance"], rtol=1e-9, atol=1e-9
            )
            np.testing.assert_allclose(n * counts.mean, known[t]["sum_x"], rtol=1e-10, atol=1e-9)
            np.testing.assert_allclose(products, known[t]["sum_xx"], rtol=1e-10, atol=1e-9)
        params = model.m_step(data, found.counts)


def test_golden_trace_of_hard_em(gold):
    """The variances come out too small, the means where they are."""
    record, model, data = gold
    step = engine.start(model, data, at(record["start"], data), HARD)
    heights = [step.expectation.objective]
    for _ in range(5):
        step = engine.advance(model, data, engine.advance(model, data, step, HARD), HARD)
        heights.append(step.expectation.objective)
    np.testing.assert_allclose(heights, record["hard"]["J"][:6], rtol=1e-10)


@pytest.mark.unmeasured
def test_limits_are_the_closed_forms(gold):
    record, model, data = gold
    params = at(record["start"], data)
    for _ in range(3000 if len(data.columns) == 5 else 400):
        params = model.m_step(data, model.e_step(data, params).counts)
    np.testing.assert_allclose(params.covariance, record["limit"]["covariance"], rtol=2e-9)
    found = model.e_step(data, params).objective
    assert found == pytest.approx(record["loglik"], abs=1e-8)
    seen = int((~data.missing).sum())
    assert -2 * found - seen * np.log(2 * np.pi) == pytest.approx(record["minus2_without_2pi"], abs=1e-7)


def test_the_answer_for_an_apple_tree():
    model = MultivariateNormal()
    data = model.parse(read_table(example_path("normal_apple.csv")))
    limit = at(GOLDEN["apple"]["limit"], data)
    assert model.answers(data, limit, np.array([12]))[0].completions == ("worms ≈ 60.2 ± 4.8",)
    assert model.answers(data, limit, np.array([0]))[0].completions == ("no hole: every number was observed",)
    forgetful = MultivariateNormal(guesses="forgotten")
    assert forgetful.answers(data, limit, np.array([12]))[0].completions == ("worms ≈ 60.2",)


def test_murrays_saddle_holds_em_for_ever():
    model = MultivariateNormal("zero")
    data = model.parse(read_table(example_path("normal_murray.csv")))
    saddle = model.default(data)
    np.testing.assert_allclose(saddle.covariance, [[2.5, 0], [0, 2.5]], rtol=1e-15)
    found = model.e_step(data, saddle)
    assert -2 * found.objective == pytest.approx(60.066685, abs=5e-7)
    np.testing.assert_allclose(model.m_step(data, found.counts).covariance, saddle.covariance, atol=1e-14)
    assert "EM leaves them at 0 for ever" in model.remark(data, saddle)
    for sign in (1, -1):
        limit = saddle._replace(covariance=np.array([[8, 4 * sign], [4 * sign, 8]]) / 3)
        assert -2 * model.e_step(data, limit).objective == pytest.approx(59.948573, abs=5e-7)
        assert model.remark(data, limit) is None


def test_columns_never_seen_together_keep_any_correlation():
    model = MultivariateNormal("zero")
    data = model.parse(tabled([[1, NAN], [-1, NAN], [NAN, 1], [NAN, -1]]))
    for rho in (0.0, 0.4, -0.9):
        params = NormalParams(np.zeros(2), np.array([[1, rho], [rho, 1]]))
        found = model.e_step(data, params)
        assert found.objective == pytest.approx(GOLDEN["never_together"]["loglik"], rel=1e-11)
        np.testing.assert_allclose(
            model.m_step(data, found.counts).covariance, params.covariance, rtol=0, atol=1e-14
        )


# -- mistakes on purpose -------------------------------------------------------------------------------------


def heights_of(model, data, start, iterations):
    step = engine.start(model, data, start)
    yield step.expectation.objective, step.bound
    for _ in range(2 * iterations):
        step = engine.advance(model, data, step)
        yield step.expectation.objective, step.bound


def test_without_the_spread_log_p_goes_wrong():
    """From the maximum log P falls at once; the variance of day 14 becomes 1682.6 instead of 1952.2."""
    session = desk.example_session("normal", "forgotten")
    model, data, params = session.model, session.data, session.start
    heights = [height for height, _ in heights_of(model, data, params, 30)][::2]
    assert heights[0] == pytest.approx(GOLDEN["cholesterol"]["loglik"], abs=1e-5)
    assert heights[1] == pytest.approx(heights[0] - 0.8162, abs=1e-4)
    limit = at(GOLDEN["cholesterol"]["hard"]["limit"], data)
    assert heights[-1] == pytest.approx(model.e_step(data, limit).objective, abs=1e-6)
    assert heights[-1] < heights[0] - 0.1
    for _ in range(200):
        params = model.m_step(data, model.e_step(data, params).counts)
    np.testing.assert_allclose(
        params.covariance, GOLDEN["cholesterol"]["hard"]["limit"]["covariance"], rtol=1e-8
    )
    assert "the spread of the guesses is forgotten" in model.remark(data, params)
    assert [np.isnan(bound) for _, bound in heights_of(model, data, params, 2)] == [0, 0, 1, 0, 1]
    assert not [np.isnan(bound) for _, bound in heights_of(MultivariateNormal(), data, params, 2)].count(True)


def test_nothing_is_said_of_a_mistake_that_holds_of_em_alone():
    """No bound, no standard errors, no slope of log P; hard EM leaves the spread out by itself."""
    session = desk.example_session("normal", "forgotten")
    model, data, params = session.model, session.data, session.start
    assert why_unbounded(EM, model).startswith(
        "There is no lower bound: the spread of the guesses is forgotten"
    )
    assert not why_unbounded(EM, MultivariateNormal())
    assert not why_unbounded(HARD, model)
    refused = emviz.errors("normal", guesses="forgotten", iterations=20)
    assert refused.withheld.startswith("No standard errors: the spread of the guesses is forgotten")
    assert "a mistake made on purpose" in method_named("gradient").refusal(model, data)
    step = engine.start(model, data, params, HARD)
    assert np.isfinite(engine.advance(model, data, engine.advance(model, data, step, HARD), HARD).bound)


def test_column_means_shrink_the_covariances():
    """After one step they are those of the table with the mean in each hole, and stay."""
    model = MultivariateNormal(guesses="mean")
    data = model.parse(read_table(example_path("normal_cholesterol.csv")))
    params = model.default(data)
    filled = np.where(data.missing, params.mean, data.raw)
    for _ in range(2):
        params = model.m_step(data, model.e_step(data, params).counts)
        np.testing.assert_allclose(params.mean, filled.mean(axis=0), rtol=1e-13)
        np.testing.assert_allclose(params.covariance, np.cov(filled.T, bias=True), rtol=1e-12)


# -- data ----------------------------------------------------------------------------------------------------


def test_a_row_without_a_number_changes_nothing_and_is_said():
    model = MultivariateNormal()
    rows = [[1.0, 2.0], [2.0, 5.0], [3.0, NAN], [5.0, 4.0]]
    data, more = model.parse(tabled(rows)), model.parse(tabled([*rows, [NAN, NAN]]))
    here = model.default(data)
    one, two = model.e_step(data, here), model.e_step(more, here)
    assert one.objective == two.objective
    for mine, other in zip(one.counts, two.counts, strict=True):
        np.testing.assert_array_equal(mine, other)
    wishes = Wishes(every_row=True)
    read = take(model, tabled([*rows, [NAN, NAN]]), ask(model, tabled([*rows, [NAN, NAN]]), wishes))
    assert "1 row has no number, which says nothing about θ, and is not counted" in read.notes
    assert model.assumed(tabled(rows)) == []
    assert "2 rows have no number" in model.assumed(tabled([*rows, [NAN, NAN], [NAN, NAN]]))[0]
    table = model.count_table(more, Round(engine.start(model, more, here), Phase.E), np.arange(5))
    assert not table.counts[4].any()
    assert table.observed[4] == "·, ·"
    assert table.derive(CountCell(4, 0), 1).lines[0].words == "A row without any number is not counted."
    assert "Nothing is seen of this row" in table.derive(ShareCell(4, 0), 1).lines[0].words


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"word": ["a", "b", "c"]}, "no column holds numbers"),
        ({"x": [1, 2, 4], "y": ["", "", ""]}, "column y: no row has a number here"),
        ({"x": [1, 2, 4], "y": ["3", "", ""]}, "column y: only one row has a number"),
        ({"x": [1, 2, 4], "y": ["3", "3", ""]}, "column y: the same number in every row that has one"),
        ({"x": np.array([1, 2, np.inf])}, "row 3, column x: expected a finite number, got inf"),
        (
            {"x": [1, 2], "y": [2, 1]},
            "there are 2 rows with numbers, too few for the covariances of 2 columns",
        ),
        ({f"x{j}": [1, 2, 4] for j in range(21)}, "there are 21 columns of numbers"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(columns, message):
    with pytest.raises(DataError) as caught:
        MultivariateNormal().parse(Table.from_columns(columns))
    assert message in str(caught.value)


def test_a_column_without_a_number_is_left_aside_with_a_reason():
    model = MultivariateNormal()
    table = Table.from_columns(
        {"x": ["1", "2.5", "NA"], "y": ["", "", ""], "w": ["a", "b", "c"], "true:x": ["", "", "7"]}
    )
    choice = ask(model, table, Wishes())
    assert choice.used == ("x",)
    assert choice.left_out == {"y": "no number in any row", "w": "not numbers: 'a'"} or (
        choice.left_out["y"] == "no number in any row" and choice.left_out["w"].startswith("not numbers")
    )
    notes = take(model, table, choice).notes
    assert "x: 1 of 3 cells is missing, it is a hole that the E-step fills" in notes
    assert take(model, table, choice).table.names == ("x", "true:x")


def test_one_column_is_its_mean_and_variance():
    model = MultivariateNormal()
    data = model.parse(tabled([[1.0], [NAN], [4.0], [7.0]]))
    found = model.e_step(data, model.default(data))
    params = model.m_step(data, found.counts)
    assert (params.mean[0], params.covariance[0, 0]) == pytest.approx((4.0, 6.0))
    assert found.objective == pytest.approx(-1.5 * np.log(2 * np.pi * 6) - 1.5)
    state = Round(engine.start(model, data, params), Phase.E)
    assert [type(view) for view in model.views(data, state, Look())] == [Matrix, Landscape]
    assert model.remark(data, params) is None


CELSIUS = np.random.default_rng(1).normal(20, 5, 200).round(1)


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([[1, 2, 3], [2, 5, 7], [4, 1, 5], [0, 7, 7], [3, 3, 6.0]], "x1, x2 and x3 .* leave out x3"),
        (
            [[1, 2, 3], [2, 5, 7], [4, 1, NAN], [0, 7, 7], [3, 3, 6.0], [1, 0, 1]],
            "x1, x2 and x3 .* leave out x3",
        ),
        # Rounding leaves a pivot above 0: without a threshold these had a maximum.
        (np.stack([CELSIUS, 1.8 * CELSIUS + 32, CELSIUS[::-1]], axis=1), "x1 and x2 .* leave out x2"),
    ],
)
def test_columns_that_follow_from_others_are_named(rows, named):
    model = MultivariateNormal()
    data = model.parse(tabled(rows))
    with pytest.raises(ModelError, match=f"the columns {named}"):
        for _ in heights_of(model, data, model.default(data), 30):
            pass


def test_a_singular_covariance_of_columns_that_do_not_follow_from_each_other_is_said():
    model = MultivariateNormal()
    data = model.parse(tabled([[1, 2], [2, 5], [4, 1], [0, 7.0]]))
    with pytest.raises(ArithmeticError, match="one of the columns follows from the others"):
        model.e_step(data, NormalParams(np.zeros(2), np.ones((2, 2))))
    for singular in (np.ones((2, 2)), np.diag([1.0, 0.0])):
        assert model.remark(data, NormalParams(np.zeros(2), singular)) is None


def test_columns_that_nearly_follow_from_others_blur_log_p_and_say_so():
    """The error of log P, against Gaussian elimination in fractions, is below what the remark says, not 0."""
    rng = np.random.default_rng(2)
    x = rng.integers(-50, 50, (30, 2))
    rows = np.column_stack([x, x @ [2, 3] + 2.0**-13 * rng.integers(-1, 2, 30)])
    model = MultivariateNormal()
    data = model.parse(tabled(rows))
    params = model.m_step(data, model.e_step(data, model.default(data)).counts)
    assert model.remark(data, model.default(data)) is None
    said = re.fullmatch(
        r"x3 is nearly .* log P by (\S+) nats and more; leave it out", model.remark(data, params)
    )
    off = abs(model.e_step(data, params).objective - exact_height(rows, params))
    assert 0 < off < float(said[1])


def exact_height(rows, params):
    """Log P, with Σ⁻¹ and |Σ| of the very floats in Σ."""
    sigma = [[Fraction(value) for value in row] for row in params.covariance.tolist()]
    gaps = [
        [Fraction(value) - Fraction(m) for value, m in zip(row, params.mean.tolist(), strict=True)]
        for row in rows.tolist()
    ]
    columns, determinant, total = len(sigma), Fraction(1), Fraction(0)
    system = [[*sigma[i], *(gap[i] for gap in gaps)] for i in range(columns)]
    for i in range(columns):
        determinant *= system[i][i]
        total += sum(value**2 for value in system[i][columns:]) / system[i][i]
        for below in range(i + 1, columns):
            factor = system[below][i] / system[i][i]
            system[below] = [low - factor * high for low, high in zip(system[below], system[i], strict=True)]
    return -0.5 * (len(rows) * (columns * np.log(2 * np.pi) + np.log(float(determinant))) + float(total))


def test_what_the_holes_hide_is_the_complete_data_case():
    model = MultivariateNormal()
    rows = np.array([[7, 26], [1, 29], [11, NAN], [NAN, 31], [7, 52.0]])
    hidden = {"true:x1": [NAN] * 3 + [9.0, NAN], "true:x2": [NAN, NAN, 56.0, NAN, NAN]}
    whole = np.where(np.isnan(rows), np.array([*hidden.values()]).T, rows)
    table = tabled(rows).with_columns(hidden)
    data = model.parse(table)
    known = model.m_step(data, model.labelled(data))
    np.testing.assert_allclose(known.mean, whole.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(known.covariance, np.cov(whole.T, bias=True), rtol=1e-12)
    state = Round(engine.start(model, data, model.default(data)), Phase.START)
    assert model.count_table(data, state, np.arange(5)).groups[0].symbols == ("seen", "guessed")
    told = model.count_table(data, replace(state, whole=True, known=True), np.arange(5))
    assert told.groups[0].symbols == ("seen", "true")
    assert told.groups[2].symbols == ("seen", "true", "spread")
    labels = model.count_table(data, state, np.arange(5)).labels
    assert [tag and tag.text for tag in labels] == [None, None, "56", "9", None]
    assert model.labelled(model.parse(table.with_cell(2, "true:x2", ""))) is None
    assert model.labelled(model.parse(tabled(rows))) is None


@pytest.mark.parametrize(("key", "rows", "seed"), [("simulated", 60, 1987), ("by-value", 400, 1976)])
def test_the_simulated_examples_are_drawn_from_their_seeds(key, rows, seed):
    example = next(each for each in MultivariateNormal().examples if each.key == key)
    params = NormalParams(*(np.array(value, dtype=float) for value in example.truth.values()))
    rng, model = np.random.default_rng(seed), MultivariateNormal()
    drawn, known = model.simulate(params, rows, rng), read_table(example_path(example.file))
    cells = np.column_stack([drawn.numbers(name) for name in drawn.names])
    z = (cells - params.mean) / np.sqrt(np.diagonal(params.covariance))
    gone = rng.random(cells.shape) < (0.3 if key == "simulated" else 0.8 * np.vectorize(NormalDist().cdf)(z))
    for place, name in enumerate(drawn.names):
        seen, hidden = (known.numbers(each, holes=True) for each in (name, f"true:{name}"))
        assert np.isnan(seen).tolist() == gone[:, place].tolist()
        np.testing.assert_allclose(np.where(gone[:, place], hidden, seen), cells[:, place], atol=0.00501)


# -- table and pictures --------------------------------------------------------------------------------------


def test_the_table_of_murray_by_hand():
    """At σ² = 2.5, σ_xy = .25 a row (2, ·) expects y = 2 · .1 = .2, off by √(2.5 − .025)."""
    model = MultivariateNormal("zero")
    data = model.parse(read_table(example_path("normal_murray.csv")))
    here = NormalParams(np.zeros(2), np.array([[2.5, 0.25], [0.25, 2.5]]))
    step = engine.advance(model, data, engine.start(model, data, here))
    state = Round(step, Phase.E)
    table = model.count_table(data, state, np.arange(12))
    assert [group.heading for group in table.groups] == ["Σ x²", "Σ x·y", "Σ y²"]
    assert table.observed[4] == "2, ·"
    assert table.names[4] == ("y ≈ 0.20 ± 1.57",)
    assert table.names[0] == ("",)
    np.testing.assert_allclose(table.counts[4], [4, 0, 0, 0, 0.4, 0, 0, 0.04, 2.475], atol=1e-12)
    np.testing.assert_allclose(
        table.totals, [20, 0.16, 9.9, 0, 3.2, 0, 20, 0.16, 9.9], rtol=1e-12, atol=1e-12
    )
    lines = [line.formula for line in table.derive(ShareCell(4, 0), 1).lines]
    assert lines[0] == r"\beta = \frac{0.25}{2.5} \approx 0.100"
    assert lines[1] == r"x_{\mathrm{y}} = 0 + 0.1 \cdot (2 - 0) \approx 0.200000" or lines[1].endswith("0.2")
    assert lines[2] == r"\sigma^{2} = 2.5 - 0.1 \cdot 0.25 \approx 2.475"
    updates = model.count_table(
        data, Round(step, Phase.M, model.m_step(data, step.expectation.counts)), np.arange(1)
    ).updates
    assert [update.label for update in updates] == ["Σ_x,x", "Σ_x,y", "Σ_y,y"]
    assert updates[0].value == pytest.approx(2.505)
    assert updates[1].value == pytest.approx(3.2 / 12)
    assert r"\frac{20 + 0.16 + 9.9}{12}" in table.derive(UpdateCell(0), 2).lines[-1].formula


def test_a_mistaken_table_says_that_the_spread_is_left_out():
    data_of = read_table(example_path("normal_cholesterol.csv"))
    for guesses, words in (("forgotten", "its spread is left out"), ("mean", "the mean of the column")):
        model = MultivariateNormal(guesses=guesses)
        data = model.parse(data_of)
        step = engine.advance(model, data, engine.start(model, data, model.default(data)))
        table = model.count_table(data, Round(step, Phase.E), np.arange(28))
        assert not table.totals[2 * 3 + 2 :: 3].any()
        assert "±" not in table.names[1][0]
        square = [group.heading for group in table.groups].index("Σ day14²")
        told = " ".join(line.words for line in table.derive(CountCell(1, square), 1).lines)
        assert words in told


def test_derivations_of_many_columns_leave_out_the_middle():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(40, 14)) @ rng.normal(size=(14, 14))
    rows[0, [0, 3, 5, 7]] = NAN
    model = MultivariateNormal()
    data = model.parse(tabled(rows))
    params = NormalParams(np.nanmean(rows, axis=0), np.cov(rows[1:].T))
    step = engine.advance(model, data, engine.start(model, data, params))
    table = model.count_table(data, Round(step, Phase.E), np.arange(3))
    assert table.observed[0].endswith(", …")
    assert table.names[0][0].count("≈") == 2
    assert table.names[0][0].endswith(", …")
    assert [table.feeds(CountCell(0, j), ShareCell(0, 0)) for j in range(6)] == [1, 0, 0, 1, 0, 1]
    assert not table.feeds(CountCell(1, 0), ShareCell(0, 0))
    assert table.feeds(TotalCell(0), CountCell(0, 0))
    formulas = [line.formula for line in table.derive(ShareCell(0, 0), 1).lines]
    assert any(r"\ldots" in each for each in formulas)
    assert any(r"\cdots \approx" in each for each in formulas)
    assert table.derive(TotalCell(3), 1).title == "Where does Σ x4 come from?"
    assert table.derive(CountCell(0, 3), 1).title == "What does row 1 add to Σ x4?"


def test_lines_of_holes_shrink_to_guesses():
    model = MultivariateNormal()
    data = model.parse(read_table(example_path("normal_cholesterol.csv")))
    step = engine.start(model, data, model.default(data))
    before, after = (
        model.views(data, Round(step, phase), Look(row=1))[0] for phase in (Phase.START, Phase.E)
    )
    assert isinstance(before, Scatter)
    assert before.axes == (0, 2)
    assert before.spans.shape == after.spans.shape == (9, 2, 2)
    low, high = before.extent[2:]
    np.testing.assert_array_equal(before.spans[:, :, 1], [[low, high]] * 9)
    sd = np.sqrt(model.default(data).covariance[2, 2])
    np.testing.assert_allclose(np.ptp(after.spans[:, :, 1], axis=1), 2 * sd, rtol=1e-12)
    np.testing.assert_array_equal(np.flatnonzero(after.guesses), np.flatnonzero(data.missing[:, 2]))
    np.testing.assert_allclose(after.points[1], [236, model.default(data).mean[2]])
    assert after.row == 1
    chosen = model.views(data, Round(step, Phase.E), Look(columns=(1, 2)))[0]
    assert chosen.axes == (1, 2)


def test_the_complete_rows_alone_are_a_reference():
    """Where nothing tells what the holes hide; four rows of two columns are enough, two are not."""
    model = MultivariateNormal()
    rows = [[1.0, 2.0], [2.0, 5.0], [3.0, 1.0], [6.0, 4.0], [4.0, NAN]]
    for few, known in ((rows, True), (rows[2:], False), (rows[:4], False)):
        data = model.parse(tabled(few))
        view = model.views(data, Round(engine.start(model, data, model.default(data)), Phase.START), Look())[
            0
        ]
        assert len(view.reference) == known
        assert view.reference_name == "complete rows alone" or not known
    data = model.parse(tabled(rows))
    (blob,) = model.views(data, Round(engine.start(model, data, model.default(data)), Phase.E), Look())[
        0
    ].reference
    np.testing.assert_allclose(blob.mean, [3, 3])
    np.testing.assert_allclose(blob.covariance, np.cov(np.array(rows[:4]).T, bias=True))


def test_pictures_of_many_rows_show_the_first(monkeypatch):
    monkeypatch.setattr("emviz.models.normal.pictures.MOST_POINTS", 10)
    monkeypatch.setattr("emviz.em.families.holes_drawn.MOST_ROWS", 10)
    model = MultivariateNormal()
    data = model.parse(read_table(example_path("normal_cholesterol.csv")))
    state = Round(engine.start(model, data, model.default(data)), Phase.START)
    scatter, holes, _ = model.views(data, state, Look(row=20))
    assert scatter.note == "The first 10 rows are drawn."
    assert scatter.row is None
    assert holes.row is None
    assert holes.note.endswith("The first 10 rows are drawn.")
    assert not holes.bests
    assert np.isnan(holes.values[1, 2])
    after = model.views(data, replace(state, phase=Phase.E), Look())[1]
    assert after.bests == ((1, 2), (3, 2), (4, 2), (9, 2))
    assert not np.isnan(after.values).any()


def test_large_tables_of_more_columns_have_no_landscape():
    model = MultivariateNormal()
    data = model.parse(tabled(np.random.default_rng(0).normal(size=(30, 6))))
    state = Round(engine.start(model, data, model.default(data)), Phase.START)
    assert [type(view) for view in model.views(data, state, Look())] == [Scatter, Matrix]


def test_rows_come_by_how_far_their_guesses_may_be_off_and_then_by_how_far_they_moved():
    session = desk.example_session("normal")
    for _ in range(3):
        session = desk.step(session)
    was, now = (
        session.model.answers(session.data, session.trace.step_of(t).params, np.arange(28)) for t in (0, 1)
    )
    moved = [_guessed(after) - _guessed(before) for before, after in zip(was, now, strict=True)]
    for kind, first in (("divided", 1), ("changed", int(np.abs(moved).argmax()))):
        asked = desk.show(session, replace(session.display, order=kind))
        *_, order = desk.ordering(asked)
        assert order.row(0) == first
        assert not session.data.missing[[order.row(place) for place in range(9, 28)]].any()


def _guessed(answer):
    return float(answer.completions[0].split()[2]) if "≈" in answer.completions[0] else 0.0


def test_the_complete_data_of_the_cements():
    """The eleven numbers that the holes hide are those of Hald; a row without a number tells no truth."""
    session = desk.example_session("normal", "cement")
    model, data = session.model, session.data
    view = model.views(data, session.round, Look())[0]
    assert view.reference_name == "complete data"
    means = [97 / 13, 390 / 13]
    np.testing.assert_allclose(view.reference[0].mean, means)
    assert model.interchangeable(data) == ()
    lines = model.count_table(data, desk.step(session).round, np.arange(13)).derive
    assert lines(ShareCell(0, 0), 1).lines[0].words == "Every number of this row was observed."
    assert model.remark(data, model.default(data)) is None
    told = lines(CountCell(6, 13), 1)
    assert told.title == "What does row 7 add to Σ x2·x5?"
    square = [(j, k) for j in range(5) for k in range(j, 5)].index((3, 3)) + 5
    words = [line.words for line in lines(CountCell(6, square), 1).lines]
    assert "The guess may be off: its conditional covariance is counted too." in words
    empty = tabled([*data.raw, [NAN] * 5]).with_columns(
        {f"true:x{j + 1}": [*data.truth[:, j], 1.0] for j in range(5)}
    )
    more = model.parse(empty)
    labels = model.count_table(more, session.round, np.arange(14)).labels
    assert labels[13] is None
    assert labels[9].text == "21, 47, 26"


@pytest.mark.parametrize(
    ("column", "names"), [("name", ["Ann", "Bob", "", "Dan"]), ("Patient", [7, 8, "", 3])]
)
def test_rows_are_called_by_their_names(column, names):
    """Also where these are numbers: they are not measured."""
    model = MultivariateNormal()
    table = Table.from_columns({column: names, "x": [1.0, 2.0, 4.0, NAN], "y": [2.0, NAN, 1.0, 5.0]})
    read = take(model, table, ask(model, table, Wishes()))
    assert any(
        note.startswith("name: 1 of 4 cells is missing, it is a row without a name") for note in read.notes
    )
    data = model.parse(read.table)
    assert data.columns == ("x", "y")
    state = Round(engine.start(model, data, model.default(data)), Phase.E)
    observed = model.count_table(data, state, np.arange(4)).observed
    assert observed[1:3] == (f"{names[1]}: 2, ·", "4, 1")
    assert [model.called(data, row) for row in (0, 2)] == [f"row {names[0]}", "row 3"]
    view = next(each for each in model.views(data, state, Look()) if isinstance(each, Matrix))
    assert view.rows == (str(names[0]), str(names[1]), "3", str(names[3]))
    assert take(model, table, ask(model, table, Wishes(drop=True))).table.rows == 2
