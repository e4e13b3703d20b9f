from fractions import Fraction

import numpy as np
import pytest

import emviz
from emviz.data.table import DataError
from emviz.em.scales import location, telling_decimals
from emviz.em.theta.params import params_from
from emviz.models import model_named

#: Two groups, for the models with normal distributions.
DRAWN = np.random.default_rng(17).normal([[0.0] * 20, [6.0] * 20], [[1.0], [1.5]]).ravel()


@pytest.mark.parametrize("power", [-330, -1000, 0, 400, 490])
def test_mean_and_deviation_of_any_scale(power):
    """Powers of two move nothing but the exponent, so the numbers are those of the plain column."""
    column = np.ldexp(np.array([3.0, 5.0, 10.0]), power)
    if abs(power) > 499:
        with pytest.raises(DataError):
            location(column, "x")
        return
    centre, deviation = location(column, "x")
    assert Fraction(centre) == 6 * Fraction(2) ** power
    assert deviation == np.ldexp(np.sqrt(26 / 3), power)


def test_equal_numbers_have_no_deviation_at_any_scale():
    assert location(np.full(3, 1e-310), "x")[1] == 0
    assert location(np.full(3, 1.7e308), "x") == (1.7e308, 0)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ([1e-170, 3e-170], "is 1e-170, and a variance so small cannot be computed with; multiply"),
        ([5e-324, 1.5e-323], "is 4.9e-324, and a variance so small"),
    ],
)
def test_a_variance_below_floats_is_refused(column, words):
    with pytest.raises(DataError, match=f"^column x: the standard deviation of these numbers {words}"):
        location(np.array(column), "x")


@pytest.mark.parametrize(
    ("column", "rows", "words"),
    [
        (
            [1e200, 3e200],
            None,
            "row 1, column x: 1e\\+200 is farthest .*, whose standard deviation of 1e\\+200",
        ),
        (
            [1, np.nan, -1e308, 3],
            None,
            "row 3, column x: -1e\\+308 is farthest from the mean .*; correct the",
        ),
        ([1, 2, 1e308, 3], np.array([0, 0, 1, 1]), "row 2, column x: 1e\\+308"),
        ([-1.7e308, 1.7e308], None, "row 1, column x: .* of 1.7e\\+308 has a variance too large"),
    ],
)
def test_the_number_that_makes_a_variance_too_large_is_named_with_its_row(column, rows, words):
    with pytest.raises(DataError, match=f"^{words}"):
        location(np.array(column), "x", rows)


FITS = {
    "gmm": (lambda column: {"x": column, "y": np.cos(np.arange(40)) * column}, {}),
    "hmm": (lambda column: {"value": column}, {"emission": "gaussian"}),
    "modules": (lambda column: {"x": column, "y": np.cos(np.arange(40)) * column}, {}),
    "proteins": (lambda column: {"peptide": list(map(str, range(40))), "score": column}, {"layer": "scores"}),
}
#: A prior on a variance counts as a tenth of a number: of two kinds, and of five modules on two arrays.
PRIOR = {"proteins": 0.1 * 2, "modules": 0.1 * 5 * 2}


@pytest.mark.parametrize("key", FITS)
@pytest.mark.parametrize("power", [-490, 490])
def test_every_scale_that_a_variance_has_is_fitted_alike(key, power):
    """log P in other units differs by log of the unit for each number, exactly so for powers of two."""
    columns, hyper = FITS[key]
    data = columns(DRAWN)
    plain, scaled = (
        emviz.fit(key, table, seed=3, iterations=20, tol=0, **hyper)
        for table in (data, {name: _scaled(cells, power) for name, cells in data.items()})
    )
    numbers = sum(40 for cells in data.values() if isinstance(cells, np.ndarray))
    numbers += PRIOR.get(key, 0)
    shift = -numbers * power * np.log(2)
    np.testing.assert_allclose(np.array(scaled.objectives) - shift, plain.objectives, rtol=0, atol=1e-8)


def _scaled(cells, power):
    return np.ldexp(cells, power) if isinstance(cells, np.ndarray) else cells


@pytest.mark.parametrize("key", FITS)
@pytest.mark.parametrize("unit", [1e-320, 1e-200, 1e-170, 1e170, 1e200, 1e307])
def test_scales_without_a_variance_get_one_sentence(key, unit):
    columns, hyper = FITS[key]
    with pytest.raises(DataError, match=r"cannot be computed with|too large to compute with"):
        emviz.fit(key, columns(DRAWN * unit), **hyper)


@pytest.mark.parametrize(
    ("spread", "decimals"), [(1e9, 1), (1.0, 1), (0.5, 1), (0.49, 2), (0.05, 2), (0.049, 3), (1e-30, 6)]
)
def test_small_numbers_need_more_decimals(spread, decimals):
    assert telling_decimals(np.array([spread, 1e-9 * spread, 1e9 * spread])) == decimals


@pytest.mark.parametrize(
    ("key", "columns", "note"),
    [
        ("gmm", {"c": [4.0] * 40}, "the column c is left out: it has the same number in every row"),
        ("modules", {"c": [4.0] * 40}, "the column c is left out: it has the same number in every row"),
        (
            "gmm",
            {"c": [4.0] * 40, "d": [0.0] * 40, "e": [1.0] * 40},
            "the columns c, d and e are left out: each has the same number in every row",
        ),
    ],
)
def test_a_column_of_equal_numbers_is_named_where_theta_has_another_shape(key, columns, note):
    table = {"x": DRAWN, "y": np.cos(np.arange(40)) * DRAWN, **columns}
    expected, got = (f"{2 if key == 'gmm' else 5} × {many} numbers" for many in (2, 2 + len(columns)))
    model = model_named(key)
    start = {"mean": np.zeros((2 if key == "gmm" else 5, 2 + len(columns)))}
    with pytest.raises(emviz.ParameterError, match=f"^mean: expected {expected}, got {got}; {note}$"):
        params_from(model, model.parse(emviz.Table.from_columns(table)), start)
