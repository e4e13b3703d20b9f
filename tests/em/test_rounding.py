from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emviz.em.rounding import all_whole, decimal, figures, scientific, short, with_hyphens


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0.365, 2, "0.37"),  # the float lies above the half
        (0.435, 2, "0.44"),  # … and this one below
        (0.43499999999999994, 2, "0.44"),  # 3 × 0.145, computed
        (0.4349999999999, 2, "0.43"),
        (2.25, 1, "2.3"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (-0.05, 1, "-0.1"),
        (-0.04, 1, "0.0"),
        (0.0, 3, "0.000"),
        (9.995, 2, "10.00"),
        (2.0**53, 0, "9007199254740992"),
        (123456789012345.5, 0, "123456789012346"),
        (1e22, 1, "10000000000000000000000.0"),
        (5e-324, 2, "0.00"),
        (np.float64(0.125), 2, "0.13"),
        (float("nan"), 2, "nan"),
        (float("-inf"), 2, "-inf"),
    ],
)
def test_halves_go_away_from_zero(value, places, text):
    assert decimal(value, places) == text


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_every_half_is_rounded_one_way(tens, places):
    """Halves written with one digit more, as a person would read them."""
    value = Decimal(10 * tens + 5).scaleb(-places - 1)
    assert decimal(float(value), places) == f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
@example(0.49999995, 0)
@example(-0.0, 1)
def test_what_is_shown_is_next_to_the_number(value, places):
    shown = Decimal(decimal(value, places))
    assert shown.as_tuple().exponent == -places
    slack = abs(Decimal(value)) * Decimal("1e-15")
    assert abs(shown - Decimal(value)) <= Decimal(1).scaleb(-places) / 2 + slack


def test_thousands_are_grouped():
    assert decimal(1234567.5, 0, grouped=True) == "1,234,568"
    assert decimal(-0.4, 0, grouped=True) == "0"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.36645, 4, "0.3665"),
        (0.00012345, 4, "0.0001235"),
        (2.5, 1, "3"),
        (0.25, 6, "0.25"),
        (1234567.0, 15, "1234567"),
        (1e-8, 6, "1e-08"),
        (99995.0, 4, "1e+05"),
        (0.0, 3, "0"),
        (float("inf"), 3, "inf"),
    ],
)
def test_significant_digits(value, digits, text):
    assert figures(value, digits) == text


def test_a_mantissa_and_a_power():
    assert scientific(0.00025, 1) == ("3", -4)
    assert scientific(9.995e7, 3) == ("1.00", 8)


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [(3.6, 1.14, "3.6"), (79.0, 13.6, "79"), (0.1234, 0.1, "0.123"), (250.4, 600, "250"), (-2.4, 1, "−2.4")],
)
def test_a_number_is_short_where_no_more_tells_it_apart(value, scale, text):
    assert short(value, scale) == text


@pytest.mark.parametrize(
    ("values", "whole"),
    [((1.0, 13665.000000000002), True), ((1.0, 0.5), False), ((), True), ((1e-9,), False)],
)
def test_whole_numbers_may_miss_by_their_last_bits(values, whole):
    assert all_whole(values) is whole


def test_negative_numbers_are_written_for_other_programs_with_a_hyphen():
    assert with_hyphens("gene 2: −0.35, −0.85 · 01") == "gene 2: -0.35, -0.85 · 01"
    assert with_hyphens("YAL−1") == "YAL−1", "a name of a file is left alone"
