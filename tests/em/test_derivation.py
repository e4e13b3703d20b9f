import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emviz.em.derivation import (
    decimal,
    equals,
    ratio_line,
    significant,
    sum_line,
    symbol,
)
from emviz.em.derivation import (
    given as given_number,
)
from emviz.em.views import Line, Update


def test_decimals_without_minus_zero():
    assert decimal(2.2457, 1) == "2.2"
    assert decimal(-0.04, 1) == "0.0"
    assert decimal(-0.06, 1) == "-0.1"
    assert decimal(0, 3) == "0.000"


def test_an_input_is_given_so_that_a_hand_calculation_agrees():
    assert given_number(0.6, 2) == "0.60"
    assert given_number(0.7130122354, 2) == "0.71301"
    assert given_number(1 - 0.7, 2) == "0.30"


def test_equal_where_it_is():
    assert equals(0.6, 2) == "="
    assert equals(0.30000000000000004, 1) == "="
    assert equals(0.604, 2) == r"\approx"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.000"),
        (0.1, "0.1000"),
        (0.09999999, "0.1000"),
        (0.00079626, r"7.963 \times 10^{-4}"),
        (0.001, "0.001000"),
        (9.9999e-5, r"1.000 \times 10^{-4}"),
        (9.9999e-4, "0.001000"),
        (1000.0, "1000"),
        (123.4, "123.4"),
        (99999.0, r"1.000 \times 10^{5}"),
    ],
)
def test_significant_digits(value, text):
    assert significant(math.log(value)) == text


def test_significant_digits_of_what_a_float_cannot_hold():
    assert significant(-math.inf) == "0"
    assert significant(-10_000.0) == r"1.135 \times 10^{-4343}"


@given(st.floats(-600, 600))
def test_significant_digits_are_the_number(log):
    text = significant(log)
    mantissa, _, power = text.partition(r" \times 10^{")
    read = float(mantissa) * 10.0 ** int(power.rstrip("}") or 0)
    assert read == pytest.approx(math.exp(log), rel=6e-4)
    assert sum(letter.isdigit() for letter in mantissa.lstrip("0.")) == 4
    assert not power or 1 <= float(mantissa) < 10


def test_a_sum():
    assert sum_line([2.2457, 7.2448], 9.4905, 2, 1, " H", "why") == Line(r"2.2 + 7.2 \approx 9.5 H", "why")
    assert sum_line([1.0, 2.0], 3.0, 2, 1, "", "").formula == "1.0 + 2.0 = 3.0"
    assert sum_line([1.0, 2.0], 6.0, 3, 1, "", "").formula == r"1.0 + 2.0 + \cdots = 6.0"


def test_a_ratio_has_one_decimal_more():
    update = Update("θ_A", 0, 21.297, (21.297, 8.572), 0.71301)
    assert ratio_line(update, 1, "why") == Line(r"\theta _{A} = \frac{21.3}{21.3 + 8.6} \approx 0.71", "why")
    exact = Update("w_A", 0, 3.0, (3.0, 2.0), 0.6)
    assert ratio_line(exact, 1, "").formula == r"w_{A} = \frac{3.0}{3.0 + 2.0} = 0.60"


def test_symbols():
    assert symbol("θ_A") == r"\theta _{A}"
    assert symbol("w_2") == "w_{2}"
    assert symbol("λ") == "λ"
    assert symbol("θ") == r"\theta "
