"""Tomography against a hand, against all completions of tiny data, and against an independent program."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from tomography_cases import PLAIN, SMALL, drawn, sinogram, small_data, system

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import DataError
from emviz.em import engine
from emviz.em.objective import bound
from emviz.em.optional import StraightObjective
from emviz.models.tomography import SPOTS, Tomography, steps
from emviz.models.tomography.phantom import phantom
from emviz.models.tomography.pictures import error
from emviz.session import example_session, target

GOLDEN_ITERATIONS = 200


@pytest.fixture(scope="module")
def head():
    return PLAIN.parse(read_table(example_path("pet_sinogram_40x47.csv")))


# -- every completion of tiny data ---------------------------------------------------------------------------

#: Four counts on three lines: angle, bin, how many.
FEW = ((0, 3, 1), (1, 2, 2), (2, 4, 1))


@pytest.fixture
def few():
    counts = np.zeros((3, 7))
    for angle, place, many in FEW:
        counts[angle, place] = many
    return SMALL.parse(sinogram(counts))


def test_e_step_and_objective_are_sums_over_all_completions(few):
    """z says of every single count which pixel emitted it; all z are enumerated."""
    params, matrix = drawn(few), system(4, 3, 7)
    rates = matrix * params.activity
    lines = [angle * 7 + place for angle, place, many in FEW for _ in range(many)]
    reached = [np.flatnonzero(rates[line]) for line in lines]
    total, emitted = 0.0, np.zeros(16)
    for pixels in product(*reached):
        weight = math.prod(rates[line, pixel] for line, pixel in zip(lines, pixels, strict=True))
        total += weight
        for pixel in pixels:
            emitted[pixel] += weight
    found = SMALL.e_step(few, params)
    # e^−ŷ for every line, the product of the rates, and 2! for the line with two counts.
    assert found.objective == pytest.approx(math.log(total) - rates.sum() - math.log(2), rel=1e-12)
    np.testing.assert_allclose(found.counts.emitted, emitted / total, rtol=1e-12, atol=1e-15)


def test_shares_are_sums_over_all_completions(few):
    params = drawn(few)
    rates = system(4, 3, 7) * params.activity
    radius = np.hypot(*np.meshgrid(np.arange(4) - 1.5, np.arange(4) - 1.5)).ravel()
    rings = [radius < 1, (radius >= 1) & (radius < 2), radius >= 2]
    expected = []
    for angle, place, _ in FEW:
        line = rates[angle * 7 + place]
        expected.append([line[ring].sum() / line.sum() for ring in rings])
    np.testing.assert_allclose(SMALL.posterior(few, params, np.arange(3)), expected, rtol=1e-12)


def test_an_angle_without_counts_is_shared_as_it_is_expected():
    counts = np.zeros((2, 7))
    counts[0, 3] = 5
    data = SMALL.parse(sinogram(counts))
    uniform = SMALL.make_params({"activity": np.ones(16)})
    # Seen from any side four pixels are in the centre, eight in the ring and four in the corners.
    np.testing.assert_allclose(
        SMALL.posterior(data, uniform, np.array([1]))[0], [0.25, 0.5, 0.25], rtol=1e-12
    )


# -- the M-step ----------------------------------------------------------------------------------------------


def test_without_a_prior_counts_are_divided_by_the_sensitivity():
    short = Tomography(size=4).parse(sinogram(np.full((3, 3), 4.0)))
    assert short.sensitivity.min() < 0.9
    counts = SMALL.e_step(short, drawn(short)).counts
    np.testing.assert_allclose(
        SMALL.m_step(short, counts).activity, counts.emitted / short.sensitivity, rtol=1e-12
    )
    assert len(counts.pull) == 0


@pytest.mark.parametrize("beta", [1e-6, 1.0])
def test_the_penalised_m_step_is_the_positive_root(beta):
    model = Tomography(size=4, prior="quadratic", beta=beta)
    data = small_data()
    counts = model.e_step(data, drawn(data)).counts
    found = model.m_step(data, counts).activity
    many = np.array([2, 3, 3, 2, 3, 4, 4, 3, 3, 4, 4, 3, 2, 3, 3, 2])
    for j in range(16):
        a, b = 2 * beta * many[j], data.sensitivity[j] - beta * counts.pull[j]
        roots = np.roots([a, b, -counts.emitted[j]])
        assert found[j] == pytest.approx(max(roots.real), rel=1e-9)
    # Both ways to write the root are needed: with a weak prior one, with a strong one the other.
    assert np.all((data.sensitivity - beta * counts.pull <= 0) == (beta == 1))


def test_counts_where_nothing_is_expected_are_impossible():
    """The empty image expects none; where none were counted either, 0 log 0 = 0."""
    data = small_data()
    dark = Tomography(size=data.projector.size).make_params({"activity": np.zeros(data.projector.pixels)})
    assert PLAIN.e_step(data, dark).objective == -np.inf
    none = np.zeros_like(data.counts)
    assert steps.log_likelihood(replace(data, counts=none, factorials=0.0), none) == 0.0


def test_the_pull_adds_a_pixel_to_each_of_its_neighbours():
    data = small_data()
    params = drawn(data)
    grid, pull = params.activity.reshape(4, 4), PRIOR_4.e_step(data, params).counts.pull.reshape(4, 4)
    assert pull[0, 0] == pytest.approx(2 * grid[0, 0] + grid[0, 1] + grid[1, 0])
    around = grid[0, 1] + grid[2, 1] + grid[1, 0] + grid[1, 2]
    assert pull[1, 1] == pytest.approx(4 * grid[1, 1] + around)


PRIOR_4 = Tomography(size=4, prior="quadratic", beta=0.01)


def test_the_log_posterior_is_the_log_likelihood_less_the_differences_of_neighbours():
    data = small_data()
    params = drawn(data)
    grid = params.activity.reshape(4, 4)
    pairs = [((r, c), (r + 1, c)) for r in range(3) for c in range(4)]
    pairs += [((r, c), (r, c + 1)) for r in range(4) for c in range(3)]
    penalty = 0.005 * sum((grid[one] - grid[other]) ** 2 for one, other in pairs)
    plain, with_prior = SMALL.e_step(data, params), PRIOR_4.e_step(data, params)
    assert with_prior.objective == pytest.approx(plain.objective - penalty, rel=1e-12)
    np.testing.assert_array_equal(with_prior.counts.emitted, plain.counts.emitted)
    assert (SMALL.objective, PRIOR_4.objective) == ("log P", "log posterior")
    assert Tomography(prior="quadratic", beta=0.0).objective == "log P"


# -- an independent program ----------------------------------------------------------------------------------


def traced(key):
    session = example_session("tomography", key)
    run = engine.run(session.model, session.data, session.trace[0], iterations=GOLDEN_ITERATIONS, tolerance=0)
    steps = [session.trace[0], *run]
    return session, list(engine.iterations_of(steps))


@pytest.fixture(scope="module")
def factorials(head):
    """Σ log y!, which the independent trace leaves out, from y! as whole numbers."""
    return math.fsum(math.log(math.factorial(int(count))) for count in head.counts.ravel())


@pytest.mark.parametrize(
    ("key", "name", "height"), [("phantom", "mlem", "loglik"), ("prior", "depierro", "obj")]
)
def test_golden_trace(golden, factorials, key, name, height):
    session, steps = traced(key)
    known = {each["iter"]: each for each in golden("pet.json")[name]}
    assert [step.index for step in steps] == list(range(GOLDEN_ITERATIONS + 1))
    for step in steps:
        expected = known[step.index]
        # The independent trace has twelve digits.
        written = step.expectation.objective + factorials
        assert written == pytest.approx(expected[height], rel=1e-11)
        found = error(step.params.activity, session.truth.activity)
        assert found == pytest.approx(expected["rmse"], rel=1e-10)


def test_golden_image(golden):
    _, steps = traced("phantom")
    row = steps[5].params.activity.reshape(32, 32)[16]
    np.testing.assert_allclose(row, golden("pet.json")["mlem_iter5_first_row16"], rtol=1e-10)


def test_published_numbers(factorials):
    session, steps = traced("phantom")
    assert factorials == pytest.approx(186_574.46, abs=0.005)
    assert steps[3].expectation.objective == pytest.approx(-7_414.63, abs=0.01)
    heights = [round(step.expectation.objective + factorials, 4) for step in steps[:3]]
    assert heights == [170837.3753, 174961.7133, 177520.3166]
    errors = [error(step.params.activity, session.truth.activity) for step in steps]
    assert np.argmin(errors) == 30
    assert round(errors[200], 1) == 41.7
    penalised, others = traced("prior")
    found = [round(step.expectation.objective + factorials, 4) for step in others[:2]]
    assert found == [170837.3753, 174891.3574]
    held = [error(step.params.activity, penalised.truth.activity) for step in others]
    assert held[200] < errors[200] - 10  # likelihood up, image worse; the prior holds it


# -- reading -------------------------------------------------------------------------------------------------


def test_the_example_is_read(head):
    assert head.counts.shape == (40, 47)
    assert head.counts.sum() == 60_021
    assert PLAIN.default(head).activity == pytest.approx(60_021 / 1024)


@pytest.mark.parametrize(
    ("counts", "place", "words"),
    [
        ([[0, 1, 0], [0, -2, 0]], (2, "column 2"), "expected a count of at least 0, got -2"),
        ([[0, 1, 0], [0, np.inf, 1]], (2, "column 2"), "expected a count of at least 0, got inf"),
        ([[0, 1, 0], [0, 1, np.nan]], (2, "column 3"), "expected a number, got an empty cell"),
        ([[0, 1, 0], [0, 1e25, 2]], (2, "column 2"), r"expected a count below 2\^53 = \d+, got 1e\+25"),
        ([[0, 0, 0], [0, 0, 0]], (None, None), "no counts in any of the bins"),
        ([[0, 0, 1, 0, 0, 0, 2]], (1, "column 7"), "no pixel reaches this bin: .* more than 4 × 4 pixels"),
        ([[1]], (None, None), "no bin sees the pixel in row 1, column 1 of the image"),
        (np.zeros((0, 2)), (None, None), "there are no rows"),
    ],
)
def test_what_cannot_be_used_is_refused(counts, place, words):
    with pytest.raises(DataError, match=words) as refused:
        SMALL.parse(sinogram(np.array(counts, dtype=float)))
    assert (refused.value.row, refused.value.column) == place


def test_words_are_refused():
    table = sinogram(np.ones((2, 5))).with_cell(1, "column 2", "many")
    with pytest.raises(DataError) as refused:
        SMALL.parse(table)
    assert (refused.value.row, refused.value.column) == (2, "column 2")


def test_counts_need_not_be_whole():
    assert SMALL.parse(sinogram(np.full((4, 5), 0.5))).counts.sum() == 10


def test_a_scan_once_around_sees_every_line_twice():
    half, whole = Tomography(size=4), Tomography(size=4, arc="360")
    data = small_data(angles=6)
    twice = whole.parse(sinogram(np.concatenate([data.counts, data.counts[:, ::-1]])))
    params = drawn(data)
    one, other = half.e_step(data, params), whole.e_step(twice, params)
    # Each half sees half of the activity, and all of the counts.
    np.testing.assert_allclose(other.counts.emitted, 2 * one.counts.emitted, rtol=1e-12)


# -- drawing -------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_the_phantom_is_the_one_that_was_scanned():
    read = np.column_stack(
        [read_table(example_path("pet_phantom_32x32.csv")).numbers(f"column {k}") for k in range(1, 33)]
    )
    np.testing.assert_allclose(phantom(32, read.sum()), read.ravel(), rtol=0, atol=1e-12)


def test_the_sinogram_is_drawn_from_the_phantom(head):
    expected = head.projector.project(phantom(32, 60_000.0))
    # A bin that lies beside the head may hold 1e-14 instead of 0.
    counts = np.random.default_rng(2008).poisson(np.where(expected > 1e-9, expected, 0.0))
    np.testing.assert_array_equal(counts, head.counts)


def test_the_spots_are_drawn_from_their_seed():
    params = SMALL.make_params({"activity": np.array(SPOTS, dtype=float)})
    table = SMALL.simulate(params, 6, np.random.default_rng(1982))
    assert table.same(read_table(example_path("pet_spots_6x7.csv")))


def test_simulated_counts_have_the_expected_mean():
    params = SMALL.make_params({"activity": np.linspace(5, 80, 16)})
    data = SMALL.parse(SMALL.simulate(params, 2_000, np.random.default_rng(3)))
    assert data.counts.shape == (2_000, 7)
    scale = np.sqrt(data.projector.project(params.activity).sum())
    assert abs(data.counts.sum() - params.activity.sum()) < 5 * scale


# -- along a line --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [SMALL, PRIOR_4], ids=["plain", "prior"])
def test_the_objective_along_a_line_is_that_of_each_point(model):
    data = small_data()
    base, ahead = drawn(data, 1), drawn(data, 2)
    assert isinstance(model, StraightObjective)
    positions = np.linspace(0, 1, 7)
    found = model.objective_along(data, base, ahead)(positions)
    for a, height in zip(positions, found, strict=True):
        mixed = model.make_params({"activity": (1 - a) * base.activity + a * ahead.activity})
        assert height == pytest.approx(model.e_step(data, mixed).objective, rel=1e-12)


def test_slices_are_those_of_the_objective(head):
    session = example_session("tomography", "spots")
    step = engine.advance(session.model, session.data, session.trace[0])
    for entry in (None, bound.free_entries(session.model, session.data)[5]):
        drawn_slice = bound._last(bound.slices(session.model, session.data, step, entry, target(session)))
        ends = step.params.activity, target(session).activity
        for x, height in zip(drawn_slice.positions[::20], drawn_slice.objective[::20], strict=True):
            activity = ends[0].copy()
            if entry is None:
                activity += x * (ends[1] - ends[0])
            else:
                activity[5] = x
            one = session.model.e_step(session.data, session.model.make_params({"activity": activity}))
            assert height == pytest.approx(one.objective, rel=1e-11)
        assert np.all(drawn_slice.bound <= drawn_slice.objective + 1e-9)


def test_no_pixel_alone_can_have_emitted_all():
    data = small_data()
    assert SMALL.complete(data, drawn(data)) is None
    assert SMALL.labelled(data) is None
    assert SMALL.remark(data, drawn(data)) is None
