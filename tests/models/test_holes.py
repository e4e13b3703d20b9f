"""Mixtures of points with holes: against integration over the holes, golden traces, and the normal."""

import json
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import emviz
from emviz import session as desk
from emviz.api import fitting
from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell
from emviz.em.domains import ParameterError
from emviz.em.methods import method_named
from emviz.em.methods.known import Known
from emviz.em.model import Look, Phase, Round
from emviz.em.pictures import Histogram, Matrix, Profiles, Scatter
from emviz.em.simulation.missingness import Missingness, with_holes
from emviz.models.gmm import GaussianMixture, GmmParams
from emviz.models.gmm.data import HoledCounts
from emviz.models.modules import GenerativeParams, Modules, SoftmaxParams
from emviz.models.modules.steps import log_prior
from emviz.models.normal import MultivariateNormal
from emviz.testing import CHECKS
from emviz.testing.scene import Scene, Trial, drawn
from emviz.testing.table import worked_out_of

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "normal_mixture.json").read_text())
HARD = method_named("hard")
NAN = np.nan
ROWS = [[1.0, 2.0, 0.5], [2.5, NAN, 1.0], [NAN, 1.0, NAN], [3.0, 4.5, 2.0], [NAN, NAN, NAN], [0.5, 1.0, -1.0]]
THETA = GmmParams(
    np.array([0.4, 0.6]),
    np.array([[1.0, 2.0, 0.5], [2.0, 1.0, 0.0]]),
    np.array([[[1.5, 0.8, 0.3], [0.8, 2.0, -0.4], [0.3, -0.4, 1.0]], np.diag([1.0, 2.0, 0.7]) + 0.2]),
)
GENES = np.array([[1.0, 2.0], [-1.0, NAN], [0.5, 1.0], [NAN, -1.0], [NAN, NAN], [2.0, 0.0]])
BITS = np.array([1, 0, 1, 1, 0, 0])


def tabled(rows, **more):
    return Table.from_columns({f"x{j + 1}": column for j, column in enumerate(np.array(rows).T)} | more)


def example(model, name):
    return model.parse(read_table(example_path(name)))


def density(rows, mean, covariance):
    gaps = rows - mean
    power = np.einsum("ni,ij,nj->n", gaps, np.linalg.inv(covariance), gaps)
    return np.exp(-0.5 * power) / np.sqrt(np.linalg.det(2 * np.pi * covariance))


def integrated(row, components, grid):
    """Return P(x, k), and Σx and Σxxᵀ of a row in each component, summed over all that its holes may hide."""
    holes, step = np.flatnonzero(np.isnan(row)), grid[1] - grid[0]
    filled = np.tile(row, (len(grid) ** len(holes), 1))
    if len(holes):
        filled[:, holes] = np.stack(np.meshgrid(*[grid] * len(holes)), -1).reshape(-1, len(holes))
    for weight, mean, covariance in components:
        heights = weight * density(filled, mean, covariance) * step ** len(holes)
        yield heights.sum(), heights @ filled, (filled.T * heights) @ filled


def test_every_hole_integrated_over():
    """log P, shares, Σx and Σxxᵀ of each cluster from sums over a grid of all that holes may hide."""
    grid = np.linspace(-9, 12, 57)
    height, points, sums, products = 0.0, np.zeros(2), np.zeros((2, 3)), np.zeros((2, 3, 3))
    shares = []
    for row in np.array(ROWS):
        told = list(integrated(row, list(zip(*THETA, strict=True)), grid))
        whole = sum(each[0] for each in told)
        height += np.log(whole)
        shares.append([each[0] / whole for each in told])
        for k, (own, first, second) in enumerate(told):
            points[k] += own / whole
            sums[k] += first / whole
            products[k] += second / whole
    model = GaussianMixture()
    data = model.parse(tabled(ROWS))
    found = model.e_step(data, THETA)
    counts, n = found.counts, found.counts.points[:, None]
    assert found.objective == pytest.approx(height, rel=1e-10)
    np.testing.assert_allclose(counts.points, points, rtol=1e-9)
    np.testing.assert_allclose(n * counts.mean, sums, rtol=1e-9, atol=1e-9)
    squares = counts.scatter + n[:, :, None] * np.einsum("ki,kj->kij", counts.mean, counts.mean)
    np.testing.assert_allclose(squares, products, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(model.posterior(data, THETA, np.arange(6)), shares, rtol=1e-9)
    np.testing.assert_allclose(shares[4], THETA.weight, rtol=1e-9)


def test_golden_trace():
    model = GaussianMixture()
    data = example(model, "old_faithful_holes.csv")
    params = GmmParams(*(np.array(GOLDEN["start"][name], float) for name in ("weight", "mean", "covariance")))
    known = {entry["t"]: entry for entry in GOLDEN["trace"]}
    for t in range(max(known) + 1):
        found = model.e_step(data, params)
        if t in known:
            counts, n = found.counts, found.counts.points[:, None]
            squares = counts.scatter + n[:, :, None] * np.einsum("ki,kj->kij", counts.mean, counts.mean)
            assert found.objective == pytest.approx(known[t]["loglik"], rel=1e-11)
            np.testing.assert_allclose(counts.points, known[t]["N"], rtol=1e-10)
            np.testing.assert_allclose(n * counts.mean, known[t]["sum_x"], rtol=1e-10)
            np.testing.assert_allclose(squares, known[t]["sum_xx"], rtol=1e-9)
        params = model.m_step(data, found.counts)
    for _ in range(60):
        params = model.m_step(data, model.e_step(data, params).counts)
    assert model.e_step(data, params).objective == pytest.approx(GOLDEN["loglik"], abs=1e-8)
    np.testing.assert_allclose(params.covariance, GOLDEN["limit"]["covariance"], rtol=1e-7)


def test_one_cluster_is_the_normal_distribution():
    """Step by step without rows that tell nothing, which slow EM down; with them in the limit."""
    one, other = GaussianMixture(1), MultivariateNormal()
    table = read_table(example_path("old_faithful_holes.csv"))
    empty = table.missing("eruptions") & table.missing("waiting")
    assert empty.sum() == 9
    data, holed = one.parse(table.where(~empty)), other.parse(table)
    theirs = other.default(holed)
    params = GmmParams(np.ones(1), theirs.mean[None], theirs.covariance[None])
    for _ in range(3):
        mine, counts = one.e_step(data, params), other.e_step(holed, theirs)
        assert mine.objective == pytest.approx(counts.objective, rel=1e-13)
        params, theirs = one.m_step(data, mine.counts), other.m_step(holed, counts.counts)
    data = one.parse(table)
    for _ in range(80):
        params = one.m_step(data, one.e_step(data, params).counts)
    assert one.e_step(data, params).objective == pytest.approx(GOLDEN["normal_K1"]["loglik"], abs=1e-6)


def test_without_a_hole_all_is_as_before():
    model = GaussianMixture()
    data = model.parse(tabled([[1.0, 2.0], [2.5, 1.0], [3.0, 4.0]]))
    assert data.holes is None
    assert not isinstance(model.e_step(data, model.default(data)).counts, HoledCounts)


@pytest.mark.parametrize("link", ["generative", "softmax"])
def test_modules_integrated_over_their_holes(link):
    model = Modules(2, link)
    data = model.parse(tabled(GENES, **{"reg:R": BITS}))
    mean, variance = np.array([[1.0, 0.5], [-0.5, 0.0]]), np.array([[1.0, 0.7], [0.8, 1.2]])
    own, pull = np.array([[0.7], [0.2]]), np.array([[0.5], [-0.3]])
    params = (
        GenerativeParams(np.array([0.3, 0.7]), mean, variance, own)
        if link == "generative"
        else SoftmaxParams(mean, variance, pull)
    )
    height, genes, sums, squares = 0.0, np.zeros(2), np.zeros((2, 2)), np.zeros((2, 2))
    for row, bit in zip(GENES, BITS, strict=True):
        weights = (
            params.weight * np.where(bit, own, 1 - own)[:, 0]
            if link == "generative"
            else np.exp(pull[:, 0] * bit) / np.exp(pull[:, 0] * bit).sum()
        )
        components = list(zip(weights, mean, map(np.diag, variance), strict=True))
        told = list(integrated(row, components, np.linspace(-9, 10, 153)))
        whole = sum(each[0] for each in told)
        height += np.log(whole)
        for k, (part, first, second) in enumerate(told):
            genes[k] += part / whole
            sums[k] += first / whole
            squares[k] += np.diag(second) / whole
    found = model.e_step(data, params)
    counts = found.counts
    assert found.objective == pytest.approx(height + float(log_prior(data, params)), rel=1e-10)
    np.testing.assert_allclose(counts.genes, genes, rtol=1e-9)
    np.testing.assert_allclose(counts.genes[:, None] * counts.mean, sums, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        counts.scatter + counts.genes[:, None] * counts.mean**2, squares, rtol=1e-9, atol=1e-9
    )


# -- counted whole, and known --------------------------------------------------------------------------------


def test_a_point_counted_whole_goes_with_what_is_likeliest_in_its_hole():
    """The cluster and the number that have the largest density together, from a grid."""
    params = GmmParams(
        np.array([0.5, 0.5]),
        np.array([[0.0, 0.0], [0.4, 0.0]]),
        np.array([np.diag([1, 9.0]), np.diag([1, 1.0])]),
    )
    model = GaussianMixture()
    data = model.parse(tabled([[0.1, NAN], [2.0, 1.0], [-1.0, 0.5], [0.0, -3.0]]))
    grid = np.linspace(-5, 5, 1001)
    points = np.column_stack([np.full_like(grid, 0.1), grid])
    heights = np.array([density(points, *each).max() for each in zip(*params[1:], strict=True)])
    assert heights.argmax() == 1
    assert model.posterior(data, params, np.array([0]))[0].argmax() == 0
    assert model.chosen(data, params, np.array([0, 1])) == (1, 0)
    whole = model.complete(data, params)
    assert whole.seen.shape == (2, 2)
    assert not whole.spread.any()
    step = engine.start(model, data, params, HARD)
    table = model.count_table(data, Round(step, Phase.E, whole=True), np.arange(4))
    assert table.shares[0].tolist() == [0, 1]
    assert "likeliest pair" in " ".join(line.words for line in table.derive(ShareCell(0, 1), 2).lines)
    assert step.expectation.objective == pytest.approx(model.q(data, whole, params), rel=1e-12)


@pytest.mark.parametrize(("model", "file"), [(GaussianMixture(3), "clouds"), (Modules(4), "modules_cycle")])
def test_what_the_holes_hide_and_the_labels_are_the_complete_data_case(model, file):
    """The M-step of the labels is that of the same file before the cells were removed."""
    part = "three" if file == "clouds" else ""
    before = example(model, f"{file}_{part}".strip("_") + ".csv")
    holed = example(model, f"{file}_holes.csv")
    assert holed.holes.missing.any()
    one = model.m_step(before, model.labelled(before))
    other = model.m_step(holed, model.labelled(holed))
    # The prior of modules takes the variance of what is seen of an array.
    for name in one._fields:
        rtol = 0.02 if name == "variance" else 1e-9
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=rtol, atol=1e-12)
    hidden = read_table(example_path(f"{file}_holes.csv"))
    told = [name for name in hidden.names if name.startswith("true:")]
    assert model.labelled(model.parse(hidden.picked({n: n for n in hidden.names if n not in told}))) is None


def test_what_the_file_tells_of_a_hole_is_counted_and_said():
    model = GaussianMixture(3)
    data = example(model, "clouds_holes.csv")
    step = engine.start(model, data, model.default(data), Known())
    state = Round(step, Phase.E, whole=True, known=True)
    table = model.count_table(data, state, np.arange(300))
    np.testing.assert_allclose(table.counts.sum(axis=0), table.totals, rtol=1e-9, atol=1e-9)
    assert table.observed[0] == "1.7, ·"
    words = [line.words for line in table.derive(ShareCell(0, 2), 2).lines]
    assert "The file has the true value of this missing cell." in words
    assert table.counts[0].max() == 3.79
    part = read_table(example_path("clouds_holes.csv"))
    part = part.picked({name: name for name in part.names if name != "true:x2"})
    assert model.labelled(model.parse(part)) is None


def test_of_a_gene_too_the_file_tells_what_a_hole_hides():
    model = Modules(4)
    data = example(model, "modules_cycle_holes.csv")
    state = Round(engine.start(model, data, model.default(data), Known()), Phase.E, whole=True, known=True)
    table = model.count_table(data, state, np.arange(3))
    # The derivation is of the array with the most holes: at 90 minutes the file has 0.77 for the third gene.
    told = [line.formula for line in table.derive(ShareCell(2, 1), 2).lines if "true value" in line.words]
    assert told == [r"x_{\mathrm{90min}} = 0.77"]


def test_genes_of_yeast_gene_by_gene():
    """EM over the cells of each gene that were measured, one gene after the other; 181 of 186 by function."""
    session = desk.example_session("modules", "yeast")
    model, data, step = session.model, session.data, session.trace[0]
    assert (data.rows, np.isnan(data.raw).sum()) == (186, 20)
    weight, mean, variance = (field.copy() for field in step.params[:3])
    spread = np.nanvar(data.raw, axis=0)
    for _ in range(4):
        units, sums, squares, height = np.zeros(3), np.zeros((3, 11)), np.zeros((3, 11)), 0.0
        for gene in data.raw:
            seen = ~np.isnan(gene)
            gaps = np.square(gene - mean)[:, seen] / variance[:, seen] + np.log(2 * np.pi * variance[:, seen])
            joint = weight * np.exp(-gaps.sum(axis=1) / 2)
            height += np.log(joint.sum())
            share = joint / joint.sum()
            whole = np.where(seen, gene, mean)
            units += share
            sums += share[:, None] * whole
            squares += share[:, None] * (np.square(whole) + variance * ~seen)
        prior = -0.05 * (np.log(variance) + spread / variance).sum()
        assert step.expectation.objective == pytest.approx(height + prior, rel=1e-12)
        weight, mean = units / 186, sums / units[:, None]
        scatter = squares - units[:, None] * np.square(mean)
        variance = (scatter + 0.1 * spread) / (units[:, None] + 0.1)
        step = engine.advance(model, data, engine.advance(model, data, step))
        for own, right in zip(step.params, (weight, mean, variance), strict=False):
            np.testing.assert_allclose(own, right, rtol=1e-9, atol=1e-12)
    for each in engine.run(model, data, step, iterations=100, tolerance=1e-9):
        step = each or step
    found = model.posterior(data, step.params, np.arange(186)).argmax(axis=1)
    assert np.count_nonzero(found == data.label) == 181


def test_points_go_through_in_blocks():
    """Twice 3,000 points of two patterns, more than are worked out together, give twice what half gives."""
    model = GaussianMixture()
    some = np.tile([[1.0, 2.0, 0.5], [3.0, 4.5, 2.0], [2.5, NAN, 1.0], [0.5, NAN, -1.0]], (1500, 1))
    one, two = model.parse(tabled(some[:8])), model.parse(tabled(some))
    few, many = model.e_step(one, THETA), model.e_step(two, THETA)
    assert many.objective == pytest.approx(750 * few.objective, rel=1e-10)
    np.testing.assert_allclose(many.counts.scatter, 750 * few.counts.scatter, rtol=1e-9)
    np.testing.assert_allclose(many.counts.spread, 750 * few.counts.spread, rtol=1e-9)


# -- the table, the answers and the pictures -----------------------------------------------------------------


def state_of(model, data, params, phase=Phase.E):
    return Round(engine.start(model, data, params), phase)


def test_seen_guessed_and_spread_are_columns_of_their_own():
    model = GaussianMixture()
    data = model.parse(tabled(ROWS))
    table = model.count_table(data, state_of(model, data, THETA), np.arange(6))
    assert table.observed[1] == "2.5, ·, 1"
    assert table.groups[0].symbols == (
        *("points", "Σ x1 seen", "guessed", "spread", "Σ x2 seen", "guessed", "spread"),
    )
    share = table.shares[1, 0]
    slopes = np.linalg.solve([[1.5, 0.3], [0.3, 1.0]], [0.8, -0.4])
    guess, spread = 2 + slopes @ [1.5, 0.5], 2 - slopes @ [0.8, -0.4]
    np.testing.assert_allclose(
        table.counts[1, :7], share * np.array([1, 2.5, 0, 0, 0, guess, spread]), rtol=1e-12
    )
    np.testing.assert_allclose(table.counts.sum(axis=0), table.totals, rtol=1e-12)
    lines = table.derive(CountCell(1, 0), 3).lines
    assert any(f"{guess:.3f}" in line.formula and line.words.startswith("E-step: the mean") for line in lines)
    answer = model.answers(data, THETA, np.array([1]))[0]
    first = f"cluster A: x2 ≈ {guess:.2f} ± {np.sqrt(spread):.2f}"
    assert first in answer.completions
    assert model.answers(data, THETA, np.array([0]))[0].completions[0] in ("cluster A", "cluster B")
    assert "Nothing is seen" in table.derive(ShareCell(4, 0), 2).lines[0].words


def test_a_guess_is_drawn_where_the_mixture_expects_it():
    model = GaussianMixture()
    data = model.parse(tabled(ROWS))
    before = model.views(data, state_of(model, data, THETA, Phase.START), Look(columns=(0, 1)))
    after = model.views(data, state_of(model, data, THETA), Look(columns=(0, 1), row=1))
    start, drawn_ = (next(view for view in views if isinstance(view, Scatter)) for views in (before, after))
    assert drawn_.guesses.tolist() == [False, True, True, False, True, False]
    assert start.spans[2].tolist() == [[2.5, start.extent[2]], [2.5, start.extent[3]]]
    grid = np.linspace(-13, 15, 2801)
    told = list(integrated(np.array(ROWS[1]), list(zip(*THETA, strict=True)), grid))
    whole = sum(each[0] for each in told)
    mean = sum(each[1] for each in told)[1] / whole
    sd = np.sqrt(sum(each[2] for each in told)[1, 1] / whole - mean**2)
    np.testing.assert_allclose(drawn_.points[1], [2.5, mean], rtol=1e-9)
    np.testing.assert_allclose(drawn_.selected, drawn_.points[1], rtol=1e-12)
    np.testing.assert_allclose(drawn_.spans[2], [[2.5, mean - sd], [2.5, mean + sd]], rtol=1e-9)
    curves = next(view for view in after if isinstance(view, Profiles))
    np.testing.assert_allclose(curves.values[1], [2.5, mean, 1.0], rtol=1e-9)
    assert np.isnan(next(view for view in before if isinstance(view, Profiles)).values[1, 1])


def test_a_row_without_a_number_is_said_and_not_drawn_in_one_column():
    model = GaussianMixture()
    table = tabled([[1.0], [NAN], [4.0], [7.0], [7.5]])
    data = model.parse(table)
    assert model.assumed(table) == ["1 row has no number: only the weights decide where such a row belongs"]
    view = model.views(data, state_of(model, data, model.default(data)), Look(row=1))[0]
    assert isinstance(view, Histogram)
    width = view.edges[1] - view.edges[0]
    assert view.heights.sum() * width == pytest.approx(1)
    assert not view.dots


def test_holes_of_genes_are_filled_in_the_heat_map():
    model = Modules(2)
    data = model.parse(tabled(GENES, **{"reg:R": BITS}))
    params = model.default(data)
    view = model.views(data, state_of(model, data, params), Look())[0]
    assert isinstance(view, Matrix)
    place = view.sources.index(1)
    shares = model.posterior(data, params, np.array([1]))[0]
    assert view.values[place].tolist() == pytest.approx([-1.0, shares @ params.mean[:, 1]])
    assert (place, 1) in view.bests
    assert np.isnan(model.views(data, state_of(model, data, params, Phase.START), Look())[0].values[1, 1])
    answer = model.answers(data, params, np.array([1]))[0].completions[0]
    assert answer.startswith("module ")
    assert "x2 ≈ " in answer


SETTINGS = [
    (GaussianMixture(2, "full"), "old_faithful_holes"),
    pytest.param(GaussianMixture(2, "diagonal"), "old_faithful_holes", marks=pytest.mark.thorough),
    pytest.param(
        *(GaussianMixture(2, "spherical", floor=0.01), "old_faithful_holes"), marks=pytest.mark.thorough
    ),
    (GaussianMixture(3, "tied", floor=0.01), "old_faithful_holes"),
    pytest.param(Modules(2, "generative"), "modules_cycle_holes", marks=pytest.mark.thorough),
    (Modules(2, "softmax"), "modules_cycle_holes"),
]


@pytest.mark.parametrize(("model", "file"), SETTINGS)
def test_the_contract_on_data_with_holes(model, file):
    rng = np.random.default_rng(5)
    table = model.simulate(drawn(model, example(model, f"{file}.csv"), rng), 60, rng)
    columns = tuple(model.may_lack(table))[:5]
    holed = with_holes(model, table, Missingness(0.25, columns), rng)
    data = model.parse(holed)
    assert data.holes is not None
    trial = Trial(units=60, unbounded=True, unseen=True, dense=True)
    left = ("simulation", "unlabelled", "examples", "it_can", "entries", "other", "pictures_can")
    for hold in CHECKS:
        if not hold.__name__.startswith(left):
            hold(Scene(model, data, np.random.default_rng(1), 60, trial, data))


def test_many_starts_at_once_are_those_one_by_one():
    model = GaussianMixture(2)
    data = model.parse(tabled(ROWS * 3))
    starts = [THETA, THETA._replace(mean=THETA.mean + 0.5)]
    counts, heights = model.e_steps(data, GmmParams(*(np.stack(each) for each in zip(*starts, strict=True))))
    for b, params in enumerate(starts):
        alone = model.e_step(data, params)
        assert heights[b] == pytest.approx(alone.objective, rel=1e-13)
        for one, other in zip(counts, alone.counts, strict=True):
            np.testing.assert_allclose(one[b], other, rtol=1e-12, atol=1e-12)
    assert 1 <= model.at_once(data) <= 500_000 // (18 * 2 * 3)


# -- what missing means --------------------------------------------------------------------------------------


def finding(model, data, params):
    *early, last = model.use("missing", data, params, np.random.default_rng(0))
    assert all(0 <= each.fraction < 1 for each in early)
    assert last.fraction == 1
    return last


def test_what_missing_means_for_the_normal_distribution():
    """Complete rows alone and means in the holes have closed forms; EM has that of the golden file."""
    model = MultivariateNormal()
    data = example(model, "normal_cholesterol.csv")
    found = finding(model, data, model.default(data))
    matrix, scatter = found.views
    complete = data.raw[~np.isnan(data.raw).any(axis=1)]
    filled = np.where(np.isnan(data.raw), np.nanmean(data.raw, axis=0), data.raw)
    upper = np.triu_indices(3)
    names = [f"μ_day{day}" for day in (2, 4, 14)]
    names += [f"Σ_day{one},day{two}" for one, two in zip(*np.array([2, 4, 14])[[*upper]], strict=True)]
    for place, rows in ((1, complete), (2, filled)):
        known = dict(zip(names, [*rows.mean(axis=0), *np.cov(rows.T, bias=True)[upper]], strict=True))
        right = [known[name] for name in matrix.columns]
        np.testing.assert_allclose(matrix.values[place], right, rtol=1e-9)
    assert matrix.rows == ("EM", "complete rows", "means")
    limit = dict(zip(matrix.columns, matrix.values[0], strict=True))
    assert limit["Σ_day14,day14"] == pytest.approx(1952.2326, abs=0.01)
    assert found.words.startswith("9 of 84 cells are missing, 19 of 28 rows are complete.")
    assert found.words.endswith("is wrong: Σ_day14,day14 = 1199 instead of 1952.")
    assert scatter.reference_name == "complete rows alone"
    np.testing.assert_allclose(scatter.reference[0].mean, complete.mean(axis=0)[list(scatter.axes)])


def test_what_missing_means_for_clusters_and_modules():
    model = GaussianMixture(3)
    data = example(model, "clouds_holes.csv")
    matrix, scatter = finding(model, data, model.default(data)).views
    assert matrix.rows[3] == "none missing"
    before = example(model, "clouds_three.csv")
    params = model.default(data)
    for _ in range(300):
        params = model.m_step(before, model.e_step(before, params).counts)
    fields = {
        each.label(index): getattr(params, each.name)[index]
        for each in model.parameters(data)
        for index in each.free
    }
    assert matrix.values[3] == pytest.approx([fields[name] for name in matrix.columns], abs=1e-4)
    assert len(scatter.reference) == 3
    genes = Modules(2)
    data = genes.parse(tabled(GENES, **{"reg:R": BITS}))
    found = finding(genes, data, genes.default(data))
    assert len(found.views) == 1
    assert len(found.views[0].columns) == 3


def test_what_missing_means_where_it_cannot_be_said():
    model = MultivariateNormal()
    whole = model.parse(tabled([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0]]))
    with pytest.raises(ParameterError, match="no cell is missing"):
        list(model.use("missing", whole, model.default(whole), np.random.default_rng(0)))
    # Every two columns are seen together in six rows, and no row is complete.
    rows = np.where(np.tile(np.eye(3), (6, 1)) == 1, NAN, np.random.default_rng(7).normal(size=(18, 3)))
    few = model.parse(tabled(rows))
    found = finding(model, few, model.default(few))
    assert "Complete rows alone do not determine θ." in found.words
    assert found.views[0].rows == ("EM", "means")
    clusters = GaussianMixture()
    data = clusters.parse(tabled([[1.0, 5.0], [2.0, 5.0], [NAN, 6.0], [3.0, 5.0], [4.0, NAN]]))
    narrow = clusters.default(data)
    point = np.array([np.eye(2), 1e-4 * np.eye(2)])
    found = finding(clusters, data, narrow._replace(mean=np.array([[2, 5.5], [1, 5]]), covariance=point))
    assert "cells are missing" in found.words
    assert "mean in each hole" not in found.words
    assert not found.views


def test_a_column_without_a_hole_is_told_as_before():
    model = GaussianMixture()
    data = model.parse(tabled([[1.0, 2.0], [2.5, NAN], [3.0, 4.5], [0.5, 1.0]]))
    params = model.default(data)
    table = model.count_table(data, state_of(model, data, params), np.arange(4))
    assert table.groups[0].symbols == ("points", "Σ x1", "Σ x2 seen", "guessed", "spread")
    np.testing.assert_allclose(table.counts[:, 1], table.shares[:, 0] * [1.0, 2.5, 3.0, 0.5], rtol=1e-12)


@pytest.mark.parametrize("model", [GaussianMixture(), Modules(2)])
def test_data_without_a_hole_have_nothing_to_say_of_them(model):
    data = model.parse(tabled([[1.0, 2.0], [2.5, 1.0], [3.0, 4.5]]))
    with pytest.raises(ParameterError, match="no cell is missing"):
        list(model.use("missing", data, model.default(data), np.random.default_rng(0)))


def test_counted_whole_a_point_is_drawn_where_its_cluster_fills_it():
    model = GaussianMixture()
    data = model.parse(tabled(ROWS))
    step = engine.start(model, data, THETA, HARD)
    view = model.views(data, Round(step, Phase.E, whole=True), Look(columns=(0, 1)))
    drawn_ = next(each for each in view if isinstance(each, Scatter))
    k = int(drawn_.shares[1].argmax())
    seen, hidden = np.ix_([0, 2], [0, 2]), ([0, 2], 1)
    slopes = np.linalg.solve(THETA.covariance[k][seen], THETA.covariance[k][hidden])
    guess = THETA.mean[k, 1] + slopes @ (np.array([2.5, 1.0]) - THETA.mean[k, [0, 2]])
    np.testing.assert_allclose(drawn_.points[1], [2.5, guess], rtol=1e-12)
    assert (drawn_.spans[2] == drawn_.points[1]).all()


def test_a_gene_without_expression_is_as_probable_in_every_module():
    model = Modules(2)
    data = model.parse(tabled(GENES, **{"reg:R": BITS}))
    params = model.default(data)
    table = model.count_table(data, state_of(model, data, params), np.arange(6))
    assert "No expression is seen" in table.derive(ShareCell(4, 0), 2).lines[0].words
    np.testing.assert_allclose(model.posterior(data, params, np.array([4]))[0], params.weight)


# -- other methods -------------------------------------------------------------------------------------------


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("key", "name", "methods"),
    [
        pytest.param(
            *("gmm", "faithful-holes", ("safeguarded", "squarem", "anderson")), marks=pytest.mark.thorough
        ),
        pytest.param(
            *("normal", "cholesterol", ("safeguarded", "squarem", "anderson")), marks=pytest.mark.thorough
        ),
        ("network", "crimes", ("safeguarded", "squarem", "anderson", "backtracking")),
        ("modules", "cycle-holes", ("squarem", "anderson")),  # more parameters than Newton's methods take
    ],
)
def test_other_methods_end_where_em_does_from_data_with_holes(key, name, methods):
    session = desk.set_limits(desk.example_session(key, name), 1e-12, 3000)
    best = desk.trace_of(fitting.completed(session)).objectives[-1]
    for method in methods:
        run = fitting.completed(desk.set_method(session, method_named(method)))
        assert desk.trace_of(run).objectives[-1] == pytest.approx(best, abs=1e-6), method


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore::emviz.api.Assumed")
def test_standard_errors_of_points_with_holes_allow_for_what_is_missing():
    found = emviz.errors("gmm", str(example_path("old_faithful_holes.csv")), start={})
    assert not found.withheld
    assert len(found.entries) == 12  # both weights
    # The largest fraction of missing information is the rate of EM that an independent program measured.
    assert found.missing[0] == pytest.approx(0.716229, abs=1e-3)
    assert all(each.error > each.face_value for each in found.entries)


def test_the_part_of_a_guessed_value_follows_from_its_digits_at_six_decimals():
    """0.90313972 · 76.23084 gives 68.847099, and 68.847097 was shown: the guess had too few digits."""
    session = desk.example_session("gmm", "faithful-holes")
    for _ in range(3):
        session = desk.step(session)
    rows = np.arange(3)
    found = session.model.count_table(session.data, session.round, rows)
    assert worked_out_of(found, rows, 6) > 20
    formulas = [line.formula for line in found.derive(CountCell(0, 0), 6).lines]
    (counted,) = [formula for formula in formulas if "guessed" in formula]
    pattern = r"([\d.]+) \\cdot ([\d.]+) \\approx ([\d.]+)[^\d]*guessed"
    share, guess, shown = re.search(pattern, counted).groups()
    assert f"{Decimal(share) * Decimal(guess):.6f}" == shown
