"""The tail of χ² against printed tables, against the integral of its density, and at its ends."""

import math

import numpy as np
import pytest

from emviz.em.uncertainty.chi_squared import chi_squared_tail


@pytest.mark.parametrize(
    ("x", "freedom", "tail"),
    [
        (3.841458820694124, 1, 0.05),
        (5.991464547107979, 2, 0.05),
        (11.344866730144373, 3, 0.01),
        (9.487729036781154, 4, 0.05),
        (18.307038053275146, 10, 0.05),
        (43.77297182574219, 30, 0.05),
    ],
)
def test_the_critical_values_of_the_tables(x, freedom, tail):
    assert chi_squared_tail(x, freedom) == pytest.approx(tail, rel=1e-12)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 12, 81, 200])
def test_the_density_is_its_slope(freedom):
    for x in np.array([0.2, 0.7, 1.0, 1.6]) * freedom:
        step = 1e-4 * x
        slope = (chi_squared_tail(x - step, freedom) - chi_squared_tail(x + step, freedom)) / (2 * step)
        half = freedom / 2
        density = math.exp((half - 1) * math.log(x) - x / 2 - half * math.log(2) - math.lgamma(half))
        assert slope == pytest.approx(density, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("freedom", [1, 2, 5, 400])
def test_the_ends(freedom):
    assert chi_squared_tail(0.0, freedom) == 1
    assert chi_squared_tail(-1e-12, freedom) == 1
    assert chi_squared_tail(1e-9, freedom) <= 1
    assert chi_squared_tail(1e5, freedom) < 1e-300


def test_there_is_no_chi_squared_without_freedom():
    with pytest.raises(ValueError, match="at least one degree of freedom, got 0"):
        chi_squared_tail(1.0, 0)
