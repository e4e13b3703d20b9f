"""What the window shows of a mixture: the count table, where its numbers come from, and the pictures."""

import re

import numpy as np
import pytest
from gmm_cases import FAITHFUL, FAMILIES, clouds, params_of, rounds, tabled

from emviz import session as desk
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.counts.table import CountCell, Entry, ShareCell, Tag, TotalCell, UpdateCell
from emviz.em.families.holes_drawn import place_of
from emviz.em.model import Look, Phase, Round
from emviz.em.pictures import Histogram, Landscape, Profiles, Scatter
from emviz.em.rounding import with_hyphens
from emviz.models.gmm import GaussianMixture, pictures

every_family = pytest.mark.parametrize("family", FAMILIES)
START = params_of([0.5, 0.5], [[2, 60], [4, 75]], [np.diag([1.0, 150])] * 2)


def faithful(model=None):
    model = model or GaussianMixture()
    data = model.parse(FAITHFUL)
    return model, data


def formulas(table, cell, places=2):
    return [line.formula for line in table.derive(cell, places).lines]


# -- the count table -----------------------------------------------------------------------------------------


def test_the_table_of_old_faithful():
    model, data = faithful()
    table = model.count_table(data, rounds(model, data, START)[2], np.array([0, 1]))
    assert table.heading == "eruptions, waiting"
    assert table.observed == ("3.6, 79", "1.8, 54")
    assert [group.heading for group in table.groups] == ["cluster A", "cluster B"]
    assert table.groups[0].symbols == ("points", "Σ eruptions", "Σ waiting")
    np.testing.assert_allclose(table.counts[0, :3], table.shares[0, 0] * np.array([1, 3.6, 79]), rtol=1e-15)
    found = {update.label: update.value for update in table.updates}
    assert found["w_A"] == pytest.approx(0.363289191822, abs=1e-11)
    assert found["μ_A,waiting"] == pytest.approx(55.6826812003, abs=1e-9)
    assert len(found) == 2 + 4 + 6


def test_rows_are_told_by_name_and_by_three_columns():
    rng = np.random.default_rng(1)
    points = rng.normal(size=(6, 5)) * [1, 1e-3, 1e3, 1, 1]
    model = GaussianMixture()
    data = model.parse(tabled(points, gene=list("abcdef")))
    state = rounds(model, data, model.default(data))[0]
    told = model.count_table(data, state, np.array([3])).observed[0]
    name, numbers = told.split(": ")
    assert name == "d"
    assert numbers.endswith(", …")
    read = [float(with_hyphens(number)) for number in numbers[:-3].split(", ")]
    np.testing.assert_allclose(read, points[3, :3], atol=0.006 * points.std(axis=0)[:3].max(), rtol=0.2)


def test_labels_and_their_reference():
    rng = np.random.default_rng(1)
    label = list("AB" * 20)
    model = GaussianMixture()
    data = model.parse(tabled(clouds(rng, 40, 2, 2), label=label))
    table = model.count_table(data, rounds(model, data, model.default(data))[0], np.array([1, 0]))
    assert table.labels == (Tag("B", 1), Tag("A", 0))
    assert {update.label for update in table.reference} >= {"w_A", "Σ_B,x1,x2"}


# -- where a number comes from -------------------------------------------------------------------------------


def test_a_share_in_one_column_can_be_checked_by_hand():
    model, data = faithful(GaussianMixture(variables="waiting"))
    start = params_of([0.4, 0.6], [[55], [80]], [[[25]], [[36]]])
    table = model.count_table(data, rounds(model, data, start)[1], np.arange(3))
    lines = formulas(table, ShareCell(2, 1))
    assert lines[0] == (
        r"N(x;\mu_{B},\Sigma_{B}) = \frac{1}{\sqrt{2\pi \cdot 36}} "
        r"\exp\left(-\frac{(74 - 80)^{2}}{2 \cdot 36}\right) \approx 0.040328"
    )
    densities = [np.exp(-((74 - m) ** 2) / (2 * v)) / np.sqrt(2 * np.pi * v) for m, v in ((55, 25), (80, 36))]
    assert densities[1] == pytest.approx(0.04033, abs=5e-6)
    share = 0.6 * densities[1] / (0.4 * densities[0] + 0.6 * densities[1])
    assert lines[2].endswith(rf"\approx {share:.3f}")


def test_a_density_in_two_columns_can_be_checked_by_hand():
    model, data = faithful()
    start = params_of([0.5, 0.5], [[2, 60], [4, 75]], [[[1, 3], [3, 150]], [[1, -2], [-2, 100]]])
    table = model.count_table(data, rounds(model, data, start)[1], np.arange(3))
    distance, density = formulas(table, ShareCell(0, 1))[:2]
    assert distance == (
        r"\Delta^{2} = \frac{100 \cdot (3.6 - 4)^{2} - 2 \cdot (-2) \cdot (3.6 - 4) \cdot (79 - 75) + "
        r"1 \cdot (79 - 75)^{2}}{1 \cdot 100 - (-2)^{2}} \approx 0.2667"
    )
    assert pytest.approx(0.2666667, abs=1e-7) == (100 * 0.16 + 2 * 2 * -0.4 * 4 + 16) / 96
    value = np.exp(-0.26666667 / 2) / np.sqrt((2 * np.pi) ** 2 * 96)
    assert density.endswith(rf"\approx {value:.6f}")


@pytest.mark.parametrize("columns", [3, 5])
def test_a_density_in_many_columns_is_told_by_its_distance(columns):
    rng = np.random.default_rng(1)
    model = GaussianMixture()
    data = model.parse(tabled(clouds(rng, 30, columns, 2)))
    table = model.count_table(data, rounds(model, data, model.default(data))[1], np.arange(3))
    assert rf"(2\pi)^{{{columns}}}" in formulas(table, CountCell(0, 0))[0]


@every_family
@pytest.mark.parametrize("floor", [0.0, 0.01])
def test_every_update_ends_in_its_value(family, floor):
    """The last line's fraction, as it stands, gives the value, as it stands."""
    model, data = faithful(GaussianMixture(2, family, floor=floor))
    start = model.default(data)
    state = rounds(model, data, start)[2]
    table = model.count_table(data, state, np.arange(3))
    for place, update in enumerate(table.updates):
        derivation = table.derive(UpdateCell(place), 3)
        assert derivation.title == f"Where does {update.label} come from?"
        last = derivation.lines[-1].formula
        top, bottom, value = re.search(r"frac\{(.+?)\}\{(.+?)\} (?:\\approx|=) (.+)$", last).groups()
        ratio = float(top.strip("()")) / sum(float(term) for term in bottom.split(" + "))
        assert ratio == pytest.approx(float(value.strip("()")), abs=2e-4 * max(1, abs(ratio)))
        floored = any("varepsilon" in line.formula for line in derivation.lines)
        on_diagonal = "Σ" in update.label and len(set(update.label.split(",")[1:])) == 1
        assert floored == (floor > 0 and on_diagonal)


def test_small_numbers_keep_their_digits():
    rng = np.random.default_rng(1)
    model = GaussianMixture()
    data = model.parse(tabled(1e-3 * clouds(rng, 30, 2, 2)))
    table = model.count_table(data, rounds(model, data, model.default(data))[2], np.arange(3))
    place = next(i for i, update in enumerate(table.updates) if update.label == "Σ_A,x1,x1")
    last = formulas(table, UpdateCell(place))[-1]
    assert r"\times 10^{-" in last
    assert "0.000" not in last


def test_names_of_columns_can_be_set_in_a_formula():
    rng = np.random.default_rng(1)
    model = GaussianMixture()
    cloud = clouds(rng, 30, 2, 2)
    data = model.parse(Table.from_columns({"x_1 (%)": cloud[:, 0], "{}": cloud[:, 1]}))
    table = model.count_table(data, rounds(model, data, model.default(data))[2], np.arange(3))
    assert r"\mathrm{x 1}" in formulas(table, CountCell(0, 0))[2 + 2]
    assert r"\mathrm{x}" in formulas(table, CountCell(0, 0))[2 + 2]


def test_where_the_m_step_fails_its_line_is_left_out():
    model, data = faithful()
    start = params_of([1, 0], [[3, 70], [4, 80]], [np.diag([1.3, 180])] * 2)
    step = engine.advance(model, data, engine.start(model, data, start))
    table = model.count_table(data, Round(step, Phase.E), np.arange(2))
    assert formulas(table, TotalCell(0))[-1].endswith(r"\mathrm{waiting}")


# -- pictures ------------------------------------------------------------------------------------------------


def test_two_columns_are_a_scatter_and_a_landscape():
    model, data = faithful()
    state = rounds(model, data, START)[2]
    scatter, landscape = model.views(data, state, Look(row=3, truth=START))
    assert isinstance(scatter, Scatter)
    assert scatter.axes == (0, 1)
    np.testing.assert_array_equal(scatter.points[3], scatter.selected)
    assert scatter.shares.shape == (272, 2)
    np.testing.assert_allclose(scatter.shares, model.posterior(data, START, np.arange(272)), atol=1e-12)
    np.testing.assert_array_equal(scatter.blobs[1].mean, state.updated.mean[1])
    np.testing.assert_array_equal(scatter.truth[0].mean, [2, 60])
    assert scatter.handles[1] == (Entry("mean", (1, 0)), Entry("mean", (1, 1)))
    x0, x1, y0, y1 = scatter.extent
    assert x0 < data.raw[0].min() < data.raw[0].max() < x1
    assert y0 < data.raw[1].min() < data.raw[1].max() < y1
    assert isinstance(landscape, Landscape)
    assert landscape.entries[:2] == (Entry("mean", (0, 0)), Entry("mean", (1, 0)))


def test_the_viewer_chooses_the_columns():
    rng = np.random.default_rng(1)
    label = list("AB" * 50)
    model = GaussianMixture()
    data = model.parse(tabled(clouds(rng, 100, 3, 2), label=label))
    state = rounds(model, data, model.default(data))[1]
    chosen, curves, _ = model.views(data, state, Look(columns=(2, 0)))
    assert chosen.axes == (2, 0)
    np.testing.assert_array_equal(chosen.points[:, 0], data.raw[2])
    np.testing.assert_array_equal(
        chosen.blobs[0].covariance, state.base.params.covariance[0][[2, 0]][:, [2, 0]]
    )
    np.testing.assert_array_equal(chosen.labels, data.label)
    assert [blob.name for blob in chosen.reference] == ["A", "B"]
    assert isinstance(curves, Profiles)
    assert model.views(data, state, Look(columns=(7, 0)))[0].axes == (0, 1)


def test_one_column_is_a_histogram_under_densities():
    model, data = faithful(GaussianMixture(variables="waiting"))
    start = params_of([0.5, 0.5], [[55], [80]], [[[25]], [[25]]])
    plain, shared, _ = (
        model.views(data, each, Look(row=2, truth=start))[0] for each in rounds(model, data, start)
    )
    assert isinstance(plain, Histogram)
    assert plain.plain
    assert not shared.plain
    width = shared.edges[1] - shared.edges[0]
    np.testing.assert_allclose(shared.heights.sum(axis=1), plain.heights[:, 0], rtol=1e-12)
    assert shared.heights.sum() * width == pytest.approx(1, rel=1e-12)
    assert shared.heights.sum(axis=0)[0] * width == pytest.approx(
        model.e_step(data, start).counts.points[0] / 272, rel=1e-9
    )
    names = [curve.name for curve in plain.curves]
    assert names == ["A", "B", "", "truth"]
    area = np.trapezoid(plain.curves[0].ys, plain.curves[0].xs)
    assert area == pytest.approx(0.5, abs=0.01)
    assert plain.dots[0].x == 74
    assert model.views(data, rounds(model, data, start)[0], Look())[0].dots == ()


def test_many_columns_are_curves_first():
    rng = np.random.default_rng(1)
    model = GaussianMixture(3)
    data = model.parse(tabled(clouds(rng, 2500, 4, 3)))
    start, weighed, _ = rounds(model, data, model.default(data))
    curves, scatter = model.views(data, weighed, Look(row=2400))
    assert isinstance(curves, Profiles)
    assert isinstance(scatter, Scatter)
    assert len(curves.values) == pictures.MOST_CURVES
    assert curves.note == "2,000 rows drawn from the 2,500."
    assert curves.counts.sum() == pytest.approx(2500)
    assert model.views(data, start, Look())[0].shares is None
    assert model.views(data, start, Look())[0].counts is None
    few = model.parse(tabled(clouds(rng, 100, 4, 3)))
    chosen = model.views(few, rounds(model, few, model.default(few))[1], Look(row=42))[0]
    assert (chosen.row, chosen.note) == (42, "")


def test_a_row_that_was_not_drawn_has_no_place():
    rows = np.array([1, 4, 4, 9])
    assert [place_of(rows, row) for row in (None, 0, 1, 4, 9, 10)] == [None, None, 0, 1, 3, None]


@pytest.mark.parametrize("points", [5000, 250_000])
def test_many_points_are_a_density(points):
    rng = np.random.default_rng(1)
    model = GaussianMixture()
    data = model.parse(tabled(clouds(rng, points, 2, 2)))
    plain, shared, _ = (
        model.views(data, each, Look(row=3)) for each in rounds(model, data, model.default(data))
    )
    assert len(plain) == 1
    assert plain[0].points is None
    assert plain[0].shares is None
    assert plain[0].density.shape == (pictures.UP, pictures.ACROSS, 1)
    assert plain[0].density.sum() == pytest.approx(points)
    np.testing.assert_allclose(shared[0].density.sum(axis=-1), plain[0].density[:, :, 0], atol=1e-6)
    assert shared[0].row is None
    np.testing.assert_array_equal(shared[0].selected, [data.raw[0][3], data.raw[1][3]])
    sampled = points > pictures.MOST_WEIGHED
    assert bool(plain[0].note) == sampled
    counts = model.e_step(data, model.default(data)).counts.points
    np.testing.assert_allclose(shared[0].density.sum(axis=(0, 1)), counts, rtol=0.02 if sampled else 1e-9)


def test_the_density_lies_where_the_points_are():
    corner = np.concatenate([np.zeros((4000, 2)), [[1.0, 2.0]]])
    model = GaussianMixture(2, "spherical")
    data = model.parse(tabled(corner))
    state = rounds(model, data, params_of([0.5, 0.5], [[0, 0], [1, 2]], [np.eye(2)] * 2))[0]
    density = model.views(data, state, Look())[0].density[:, :, 0]
    lowest, highest = np.argwhere(density == 4000)[0], np.argwhere(density == 1)[0]
    assert np.all(lowest < 10)
    assert np.all(highest > [pictures.UP - 10, pictures.ACROSS - 10])


def test_derivations_say_which_row_they_are_of():
    model, data = faithful(GaussianMixture())
    table = model.count_table(data, rounds(model, data, model.default(data))[1], np.arange(3))
    assert table.derive(ShareCell(2, 1), 2).title == "Where does P(B) in row 3 come from?"
    assert table.derive(CountCell(0, 0), 2).title == "Where does the count of cluster A in row 1 come from?"


@pytest.mark.parametrize(
    ("example", "columns", "left"),
    [
        ("faithful", (), ("points", "Σ eruptions")),
        ("faithful", (1, 0), ("points", "Σ waiting")),
        ("cyano", (7, 1), ("points", "Σ 1hour")),
        ("faithful-holes", (1,), ("points", "Σ waiting seen", "guessed", "spread")),
    ],
)
def test_where_not_all_sums_have_room_that_of_one_variable_is_left(example, columns, left):
    session = desk.step(desk.example_session("gmm", example))
    table = desk.first_rows(session)
    symbols = table.groups[0].symbols
    assert tuple(symbols[k] for k in table.telling(columns)) == left


def test_a_small_covariance_is_squared_as_a_whole():
    model, points = GaussianMixture(), 1e-6 * clouds(np.random.default_rng(1), 40, 2, 2)
    session = desk.step(desk.step(desk.step(desk.new_session(model, tabled(points), "small"))))
    table = model.count_table(session.data, session.round, np.arange(1))
    assert re.search(r"- \(\S+ \\times 10\^\{-\d+\}\)\^\{2\}\} ", formulas(table, ShareCell(0, 0))[0])
