import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emviz.em import numerics
from emviz.em.numerics import (
    ascending,
    distinct,
    log_factorials,
    log_orders,
    log_sum_exp,
    quantile,
    stacked,
    xlog1m,
    xlogy,
)

numbers = st.floats(1e-12, 1e6)


@given(numbers, numbers)
def test_xlogy_inside(x, y):
    assert xlogy(x, y) == pytest.approx(x * np.log(y), rel=1e-15)


@given(numbers)
def test_xlogy_at_zero(x):
    assert xlogy(0.0, 0.0) == 0
    assert xlogy(0.0, x) == 0
    assert xlogy(x, 0.0) == -np.inf


def test_xlogy_broadcasts_on_either_path():
    x = np.array([[0.0], [2.0]])
    np.testing.assert_allclose(xlogy(x, np.array([1.0, np.e])), [[0, 0], [0, 2]], rtol=1e-15)
    np.testing.assert_array_equal(xlogy(x, np.array([1.0, 0.0])), [[0, 0], [0, -np.inf]])


@pytest.mark.parametrize(
    ("x", "p", "value"),
    [
        (2**53, 1e-20, -(2.0**53) * 1e-20),  # 1 − p is 1
        (3.0, 0.75, -3 * np.log(4)),
        (0.0, 1.0, 0.0),
        (1.0, 1.0, -np.inf),
        (0.0, 0.5, 0.0),
    ],
)
def test_the_logarithm_of_the_rest_keeps_its_digits(x, p, value):
    assert xlog1m(x, p) == pytest.approx(value, rel=1e-15)
    np.testing.assert_allclose(xlog1m([[x]], [p, p]), [[value, value]], rtol=1e-15)


def test_xlogy_lets_no_number_that_is_none_pass():
    assert np.isnan(xlogy(1.0, np.nan))
    assert np.isnan(xlogy(np.array([1.0, 0.0]), np.array([np.nan, 0.0])))[0]


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=6))
def test_log_sum_exp_of_numbers_that_exp_can_hold(values):
    expected = np.log(np.exp(np.array(values) - max(values)).sum()) + max(values)
    assert log_sum_exp(np.array(values)) == pytest.approx(expected, rel=1e-14, abs=1e-14)


def test_log_sum_exp_far_beyond_what_exp_can_hold():
    values = np.array([[-1e5, -1e5], [1e5, 1e5 - 1000], [-np.inf, -np.inf], [-np.inf, 3.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sums = log_sum_exp(values)
    np.testing.assert_allclose(sums[:2], [-1e5 + np.log(2), 1e5], rtol=1e-15)
    assert sums[2] == -np.inf
    assert sums[3] == 3


def test_factorials_and_orders_are_those_of_whole_numbers():
    values = np.array([[0.0, 1.0], [5.0, 170.0]])
    known = [[math.log(math.factorial(int(value))) for value in row] for row in values]
    np.testing.assert_allclose(log_factorials(values), known, rtol=1e-14)
    counts = np.array([[2.0, 0.0, 3.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(np.exp(log_orders(counts)), [10, 6, 1], rtol=1e-13)


@pytest.mark.parametrize(
    "counts", [(1, 0), (3, 2**53), (2**53, 3), (5, 7, 11), (125, 18, 20, 34), (15, 16), (16, 17), (900, 1000)]
)
def test_orders_of_large_numbers_keep_their_digits(counts):
    """By whole numbers: Π_k Π_{j ≤ n_k} (s_k − n_k + j) / j, s_k the sum of the first k."""
    exact, before = Fraction(1), max(counts)
    for count in sorted(counts)[:-1]:
        for j in range(1, count + 1):
            exact *= Fraction(before + j, j)
        before += count
    found = log_orders(np.array(counts, dtype=float))
    # The logarithm of a whole number beyond a float.
    assert found == pytest.approx(math.log(exact.numerator), rel=4e-15, abs=1e-14)


def test_orders_of_many_rows_are_worked_out_part_by_part(monkeypatch):
    counts = np.random.default_rng(7).integers(0, 40, (11, 3)).astype(float)
    whole = log_orders(counts)
    monkeypatch.setattr(numerics, "TOGETHER", 4)
    np.testing.assert_array_equal(log_orders(counts), whole)
    assert log_orders(counts[:0]).shape == (0,)


@pytest.mark.parametrize("sides", [3, 50])
def test_distinct_pairs_are_those_that_numpy_finds(monkeypatch, sides):
    monkeypatch.setattr(numerics, "SORTED", 20)
    one, other = np.random.default_rng(sides).integers(0, sides, (2, 300)).astype(float)
    for found, known in zip(
        distinct(one + 1j * other),
        np.unique(one + 1j * other, return_inverse=True, return_counts=True),
        strict=True,
    ):
        np.testing.assert_array_equal(found, known)


def test_tables_are_stacked_part_by_part(monkeypatch):
    tables = list(np.arange(30.0).reshape(5, 3, 2))
    monkeypatch.setattr(numerics, "COPIED", 12)
    np.testing.assert_array_equal(stacked(tables), np.stack(tables))
    repeated = stacked(np.broadcast_to(tables[1], (4, 3, 2)))
    np.testing.assert_array_equal(repeated, np.stack([tables[1]] * 4))
    assert repeated.flags.writeable


def test_points_are_put_in_order_each_of_them_once():
    points = np.linspace(-0.5, 1.5, 9)
    more = (1.0, 0.1, 0.0, 0.1)
    np.testing.assert_array_equal(ascending(points, more), np.unique(np.append(points, more)))
    assert len(ascending(points, more)) == 10


@pytest.mark.parametrize("part", [0.0, 0.03, 0.5, 0.85, 1.0])
def test_a_quantile_lies_where_numpy_has_it(part):
    values = np.random.default_rng(4).normal(size=(7, 11))
    assert quantile(values, part) == pytest.approx(np.quantile(values, part), rel=1e-14)
    assert quantile(values[0, :1], part) == values[0, 0]


@pytest.mark.parametrize("most", [numerics.MOST_CODES, 30], ids=["at once", "by ranks"])
def test_distinct_rows_are_those_of_numpy(monkeypatch, most):
    monkeypatch.setattr(numerics, "MOST_CODES", most)
    rows = np.random.default_rng(4).integers(-1, 3, (40, 3))
    for some in (rows, rows[:, :0], rows[:1]):
        known = np.unique(some, axis=0, return_index=True, return_inverse=True, return_counts=True)
        first, which, times = numerics.distinct_rows(some)
        np.testing.assert_array_equal(first, known[1])
        np.testing.assert_array_equal(which, known[2].ravel())
        np.testing.assert_array_equal(times, known[3])
