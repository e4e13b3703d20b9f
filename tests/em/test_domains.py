from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emviz.em.domains import NonNegative, Parameter, ParameterError, Positive, Real, Simplex, Unit
from emviz.em.families.covariances import Restricted, bound_entries, covariance_domain
from emviz.em.theta.covariance import Covariance
from emviz.models.profile.arcs import Arcs as ProfileArcs
from emviz.models.rna.arcs import Arcs as RnaArcs

SHAPES = {
    Unit(): [(), (3,), (2, 4)],
    Simplex(): [(2,), (5,), (3, 4), (2, 3, 4)],
    Positive(): [(), (3,), (2, 2)],
    NonNegative(): [(), (3,), (2, 2)],
    Real(): [(), (3,), (2, 2)],
    Covariance(): [(1, 1), (2, 2), (3, 3), (2, 3, 3)],
    Restricted("diagonal"): [(1, 1), (3, 3), (2, 3, 3)],
    Restricted("spherical"): [(1, 1), (3, 3), (2, 3, 3)],
    Restricted("tied"): [(2, 1, 1), (3, 2, 2)],
}
CASES = [(domain, shape) for domain, shapes in SHAPES.items() for shape in shapes]
every_domain = pytest.mark.parametrize(
    ("domain", "shape"), CASES, ids=[f"{domain}{shape}" for domain, shape in CASES]
)
quick = settings(max_examples=25)
seeds = st.integers(0, 2**32 - 1)


def _free_size(domain, shape):
    size = int(np.prod(shape))
    if isinstance(domain, Simplex):
        return size // shape[-1] * (shape[-1] - 1)
    if isinstance(domain, Covariance):
        return size // shape[-1] ** 2 * (shape[-1] * (shape[-1] + 1) // 2)
    if isinstance(domain, Restricted):
        stacked = _stacked(shape)
        bound = bound_entries(domain.family, *stacked[:2])
        return sum(index not in bound for index in np.ndindex(stacked))
    return size


def _stacked(shape):
    """The shape of matrices as K matrices."""
    return shape if len(shape) == 3 else (1, *shape)


@every_domain
@quick
@given(seed=seeds)
def test_a_sample_is_a_member(domain, shape, seed):
    value = domain.sample(shape, np.random.default_rng(seed))
    assert value.shape == shape
    assert value.dtype == np.float64
    assert domain.fault(value) is None
    np.testing.assert_array_equal(value, domain.sample(shape, np.random.default_rng(seed)))


@every_domain
@quick
@given(seed=seeds)
def test_free_coordinates_there_and_back(domain, shape, seed):
    value = domain.sample(shape, np.random.default_rng(seed))
    kept = value.copy()
    free = domain.to_free(value)
    np.testing.assert_array_equal(value, kept)
    assert free.shape == (_free_size(domain, shape),)
    np.testing.assert_allclose(domain.from_free(free, shape), value, rtol=1e-10, atol=1e-12)


@every_domain
@quick
@given(seed=seeds)
def test_any_free_coordinates_give_a_member(domain, shape, seed):
    free = np.random.default_rng(seed).normal(size=_free_size(domain, shape))
    value = domain.from_free(free, shape)
    assert value.shape == shape
    assert domain.fault(value) is None
    np.testing.assert_allclose(domain.to_free(value), free, rtol=1e-8, atol=1e-10)


@every_domain
@quick
@given(seed=seeds, a=st.floats(0, 1))
def test_a_domain_is_convex(domain, shape, seed, a):
    rng = np.random.default_rng(seed)
    one, other = domain.sample(shape, rng), domain.sample(shape, rng)
    assert domain.fault((1 - a) * one + a * other) is None


@every_domain
@quick
@given(seed=seeds, a=st.floats(0.001, 0.999))
def test_one_entry_can_be_moved_over_its_span(domain, shape, seed, a):
    rng = np.random.default_rng(seed)
    value = domain.sample(shape, rng)
    index = tuple(int(rng.integers(size)) for size in shape)
    if isinstance(domain, Restricted) and domain.family != "tied":
        index = (*index[:-1], index[-2])  # off the diagonal all is 0
    kept = value.copy()
    low, high = domain.span(value, index)
    assert low < value[index] < high
    moved = domain.with_entry(value, index, low + a * (high - low))
    np.testing.assert_array_equal(value, kept)
    assert moved[index] == pytest.approx(low + a * (high - low), rel=1e-15)
    assert domain.fault(moved) is None
    bound_to_it = _bound_entries(domain, shape, index)
    np.testing.assert_array_equal(moved[~bound_to_it], value[~bound_to_it])
    back = domain.with_entry(moved, index, float(value[index]))
    np.testing.assert_allclose(back, value, rtol=1e-9, atol=1e-12)


def _bound_entries(domain, shape, index):
    """Which entries may follow when one is moved."""
    bound = np.zeros(shape, dtype=bool)
    bound[index] = True
    if isinstance(domain, Simplex):
        bound[index[:-1]] = True
    if isinstance(domain, Covariance):
        bound[(*index[:-2], index[-1], index[-2])] = True
    if domain == Restricted("spherical"):
        bound[index[:-2]] = np.eye(shape[-1], dtype=bool)
    if domain == Restricted("tied"):
        bound[:, index[-1], index[-2]] = bound[:, index[-2], index[-1]] = True
    return bound


def test_the_rest_of_a_simplex_keeps_its_proportions():
    value = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    moved = Simplex().with_entry(value, (0, 0), 0.75)
    np.testing.assert_allclose(moved, [[0.75, 0.15, 0.10], [0.1, 0.1, 0.8]], rtol=1e-15)


def test_a_simplex_at_a_corner_shares_alike():
    moved = Simplex().with_entry(np.array([1.0, 0.0, 0.0]), (0,), 0.4)
    np.testing.assert_allclose(moved, [0.4, 0.3, 0.3], rtol=1e-15)


@quick
@given(seed=seeds, part=st.floats(0.01, 0.99))
def test_the_span_of_a_covariance_ends_just_before_it_is_none(seed, part):
    """At 1/0.95 of the way to the ends of an off-diagonal span the determinant is zero."""
    rng = np.random.default_rng(seed)
    value = Covariance().sample((3, 3), rng)
    assume(np.linalg.cond(value) < 1e6)
    low, high = Covariance().span(value, (0, 2))
    here = value[0, 2]
    for end in (low, high):
        root = here + (end - here) / 0.95
        edge = Covariance().with_entry(value, (0, 2), root)
        assert abs(np.linalg.det(edge)) < 1e-9 * max(1, np.abs(value).max() ** 3)
        inside = Covariance().with_entry(value, (0, 2), here + part * (root - here))
        assert Covariance().fault(inside) is None
    low, high = Covariance().span(value, (1, 1))
    root = value[1, 1] - (value[1, 1] - low) / 0.95
    edge = Covariance().with_entry(value, (1, 1), root)
    assert abs(np.linalg.det(edge)) < 1e-9 * max(1, np.abs(value).max() ** 3)
    assert high == pytest.approx(3 * value[1, 1])


def test_a_number_spans_those_of_its_own_column():
    means = np.array([[2.0, 50.0], [5.0, 80.0]])
    assert Real().span(means, (0, 0)) == (-1, 5)
    assert Real().span(means, (1, 1)) == (50, 110)
    assert Real().span(np.array([2.0, 6.0]), (1,)) == (2, 10)
    assert Real().span(np.array([2.0]), (0,)) == (1, 3)


def test_spans():
    assert Unit().span(np.array([0.3]), (0,)) == (0, 1)
    assert Simplex().span(np.array([0.3, 0.7]), (0,)) == (0, 1)
    assert Positive().span(np.array([5.0, 1.0]), (0,)) == (1, 15)
    assert NonNegative().span(np.array([5.0, 1.0]), (0,)) == (1, 15)
    assert NonNegative().span(np.array([0.0, 4.0]), (0,)) == (0, 2)  # as far as what is usual
    assert NonNegative().span(np.array([0.0, 0.0]), (0,)) == (0, 1)
    assert Real().span(np.array([5.0, 1.0]), (0,)) == (1, 9)
    assert Real().span(np.array(5.0), ()) == (4, 6)


@pytest.mark.parametrize(
    ("domain", "value", "fault"),
    [
        (Unit(), [0.0, 1.0], None),
        (Unit(), [0.5, 1.0000001], "must lie between 0 and 1"),
        (Unit(), [-1e-12, 0.5], "must lie between 0 and 1"),
        (Simplex(), [0.333333, 0.333333, 0.333334], None),
        (Simplex(), [0.0, 1.0], None),
        (Simplex(), [[0.5, 0.5], [0.5, 0.6]], "must add up to 1"),
        (Simplex(), [-0.5, 1.5], "must not be negative"),
        (Positive(), [1e-300], None),
        (Positive(), [1.0, 0.0], "must be above 0"),
        (NonNegative(), [1.0, 0.0], None),
        (NonNegative(), [1.0, -1e-9], "must not be negative"),
        (Real(), [-1e300, 0], None),
        (Covariance(), [[2, 1], [1, 2]], None),
        (Covariance(), [[2, 1], [1.1, 2]], "must be symmetric"),
        (Covariance(), [[1, 2], [2, 1]], "must be positive definite"),
        (Covariance(), [[[1, 0], [0, 1]], [[1, 0], [0, 0]]], "must be positive definite"),
        (Covariance(), [[1, 0], [0, -1]], "must be positive definite"),
        (Covariance(), [[1e-12, 0], [0, 1e12]], None),
        (Restricted("spherical"), [[2, 1], [1, 2]], None),
        (Restricted("diagonal"), [[1, 2], [2, 1]], "must be positive definite"),
    ],
)
def test_faults(domain, value, fault):
    assert domain.fault(np.array(value, dtype=float)) == fault


def test_rows_that_miss_their_sum_are_scaled():
    typed = np.array([[0.333333, 0.333333, 0.333334], [0.25, 0.25, 0.5], [0.5000004, 0.3, 0.2]])
    found = Parameter("p", Simplex(), "p", (("a", "b", "c"), ("x", "y", "z"))).checked(typed)
    np.testing.assert_array_equal(found[:2], typed[:2])
    np.testing.assert_allclose(
        found[2], [0.5000004 / 1.0000004, 0.3 / 1.0000004, 0.2 / 1.0000004], rtol=1e-15
    )
    np.testing.assert_array_equal(Simplex().projected(found), found)


@pytest.mark.parametrize("domain", [Simplex(), ProfileArcs(1), RnaArcs(np.array([[True, True, False]] * 2))])
def test_every_kind_of_simplex_scales_its_rows(domain):
    shape = (2, 3, 3) if isinstance(domain, ProfileArcs) else (2, 3)
    member = domain.sample(shape, np.random.default_rng(5))
    assert domain.fault(member * (1 + 9e-7)) is None
    found = domain.projected(member * (1 + 9e-7))
    np.testing.assert_allclose(found, member, rtol=1e-15, atol=0)
    sums = found.sum(axis=-1)
    np.testing.assert_allclose(sums[sums > 0], 1, rtol=4e-16)


# -- families of covariances ---------------------------------------------------------------------------------

FULL = np.array([[[1.0, 3.0], [3.0, 150.0]], [[2.0, -4.0], [-4.0, 100.0]]])


@pytest.mark.parametrize(
    ("family", "projection"),
    [
        ("diagonal", [[[1, 0], [0, 150]], [[2, 0], [0, 100]]]),
        ("spherical", [[[75.5, 0], [0, 75.5]], [[51, 0], [0, 51]]]),
        ("tied", [[[1.5, -0.5], [-0.5, 125]]] * 2),
    ],
)
def test_covariances_are_projected_onto_their_family(family, projection):
    domain = covariance_domain(family)
    assert domain == Restricted(family)
    inside = domain.projected(FULL)
    np.testing.assert_allclose(inside, projection, rtol=1e-15)
    np.testing.assert_array_equal(domain.projected(inside), inside)
    member = domain.sample((3, 2, 2), np.random.default_rng(1))
    np.testing.assert_allclose(domain.projected(member), member, rtol=1e-15)
    clusters, columns = ("A", "B"), ("x", "y")
    parameter = Parameter("covariance", domain, "Σ", (clusters, columns, columns))
    checked = parameter.checked(FULL)
    np.testing.assert_array_equal(checked, inside)
    assert not checked.flags.writeable


def test_full_covariances_stay_what_they_are():
    assert covariance_domain("full") == Covariance()
    clusters, columns = ("A", "B"), ("x", "y")
    parameter = Parameter("covariance", Covariance(), "Σ", (clusters, columns, columns))
    np.testing.assert_array_equal(parameter.checked(FULL), FULL)


@pytest.mark.parametrize(
    ("family", "free"),
    [
        ("full", [(0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 1)]),
        ("diagonal", [(0, 0, 0), (0, 1, 1), (1, 0, 0), (1, 1, 1)]),
        ("spherical", [(0, 0, 0), (1, 0, 0)]),
        ("tied", [(0, 0, 0), (0, 0, 1), (0, 1, 1)]),
    ],
)
def test_entries_that_follow_from_others_are_bound(family, free):
    clusters, columns = ("A", "B"), ("x", "y")
    bound = bound_entries(family, 2, 2)
    parameter = Parameter(
        "covariance", covariance_domain(family), "Σ", (clusters, columns, columns), bound=bound
    )
    assert list(parameter.free) == free
    assert parameter.estimated == len(free)
    assert replace(parameter, fixed=True).estimated == 0


# -- parameters ----------------------------------------------------------------------------------------------

HEADS = Parameter("heads", Unit(), "θ", (("A", "B"),))
RATE = Parameter("rate", Positive(), "λ", ())
MATRIX = Parameter("transition", Simplex(), "a", (("1", "2"), ("x", "y", "z")))


def test_labels_and_shapes():
    assert HEADS.shape == (2,)
    assert HEADS.label((1,)) == "θ_B"
    assert RATE.shape == ()
    assert RATE.label(()) == "λ"
    assert MATRIX.shape == (2, 3)
    assert MATRIX.label((1, 2)) == "a_2,z"


@pytest.mark.parametrize("value", [[0.6, 0.5], (0.6, 0.5), np.array([0.6, 0.5]), np.array(["0.6", "0.5"])])
def test_a_good_value_becomes_a_read_only_copy(value):
    checked = HEADS.checked(value)
    np.testing.assert_array_equal(checked, [0.6, 0.5])
    assert not checked.flags.writeable
    assert checked.dtype == np.float64
    assert not np.may_share_memory(checked, np.asarray(value))


def test_a_single_number():
    assert RATE.checked("2.5") == 2.5
    assert RATE.checked(2).shape == ()


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        (HEADS, [0.6], "heads: expected 2 numbers, got 1 number"),
        (HEADS, 0.6, "heads: expected 2 numbers, got a single number"),
        (HEADS, [[0.6, 0.5]], "heads: expected 2 numbers, got 1 × 2 numbers"),
        (HEADS, ["a", "b"], "heads: expected numbers, got ['a', 'b']"),
        (HEADS, [[0.6], [0.5, 0.4]], "heads: expected numbers, got [[0.6], [0.5, 0.4]]"),
        (HEADS, [object(), 1], "heads: expected numbers, got [<object"),
        (HEADS, [10**400, 0], "heads: expected numbers, got [1000"),
        (HEADS, [0.6, float("nan")], "heads must be finite numbers, got [0.6, nan]"),
        (HEADS, [0.6, float("inf")], "heads must be finite numbers, got [0.6, inf]"),
        (HEADS, [0.6, None], "heads must be finite numbers, got [0.6, nan]"),
        (HEADS, [0.6, 1.5], "heads must lie between 0 and 1, got [0.6, 1.5]"),
        (RATE, [1, 2], "rate: expected a single number, got 2 numbers"),
        (RATE, -1, "rate must be above 0, got -1.0"),
        (MATRIX, [0.5, 0.5], "transition: expected 2 × 3 numbers, got 2 numbers"),
    ],
)
def test_a_bad_value_is_told(parameter, value, message):
    with pytest.raises(ParameterError) as caught:
        parameter.checked(value)
    assert str(caught.value).startswith(message)
