import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emviz.em.counts.derivation import (
    agreed,
    base,
    bayes_lines,
    bracketed,
    counted_line,
    equals,
    factor,
    largest_line,
    part_line,
    people_line,
    product,
    ratio_line,
    rest_line,
    rounded,
    significant,
    sum_line,
    symbol,
    upright,
)
from emviz.em.counts.derivation import (
    given as given_number,
)
from emviz.em.counts.table import Line, Update
from emviz.em.rounding import decimal


def test_decimals_without_minus_zero():
    assert decimal(2.2457, 1) == "2.2"
    assert decimal(-0.04, 1) == "0.0"
    assert decimal(-0.06, 1) == "-0.1"
    assert decimal(0, 3) == "0.000"


def test_names_are_set_upright():
    assert upright("sp|P1_X") == r"\mathrm{sp P1 X}"
    assert upright("__") == r"\mathrm{x}"
    assert (bracketed("-1.5"), bracketed("1.5")) == ("(-1.5)", "1.5")


def test_a_power_is_of_the_whole_number():
    numbers = [rounded(value, 3) for value in (1.5, -1.5, 2e-19, -2e-19)]
    assert [base(number) for number in numbers] == [
        "1.5", "(-1.5)", r"(2 \times 10^{-19})", r"(-2 \times 10^{-19})"
    ]  # fmt: skip


def test_an_input_is_given_so_that_a_hand_calculation_agrees():
    assert given_number(0.6, 2) == "0.60"
    assert given_number(0.7130122354, 2) == "0.71301"
    assert given_number(1 - 0.7, 2) == "0.30"


def test_zeros_behind_the_point_are_no_digits_of_an_input():
    assert given_number(0.0123456789, 2) == "0.012346"
    assert given_number(-0.00012345678, 1) == "-0.0001235"
    assert given_number(0.0, 2) == "0.00"
    assert given_number(12.3456789, 2) == "12.34568"


def test_significant_digits_of_any_number():
    assert rounded(0.25, 7) == "0.25"
    assert rounded(-1234.56789, 7) == "(-1234.568)"
    assert rounded(5.5e-8, 3) == r"5.5 \times 10^{-8}"
    assert rounded(-2e9, 3) == r"(-2 \times 10^{9})"


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
    assert significant(-1e219) == r"10^{-4.343 \times 10^{218}}"


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


def test_a_sum_of_rounded_terms_is_no_equality():
    """0.335 + 0.435 is 0.77, but what is shown adds up to 0.78."""
    assert sum_line([0.335, 0.435], 0.77, 2, 2, "", "").formula == r"0.34 + 0.44 \approx 0.77"


def test_the_terms_of_a_sum_may_have_more_decimals_than_the_total():
    line = sum_line([0.449, 0.805], 1.254, 2, 1, "", "", more=1)
    assert line.formula == r"0.45 + 0.81 \approx 1.3"


@pytest.mark.parametrize(("k", "value"), [(0, r"\approx 0.67"), (1, r"\approx 0.33")])
def test_a_share_is_one_probability_over_all(k, value):
    joint = (r"0.5^{2}", r"0.5^{3}")
    share = (2 / 3, 1 / 3)[k]
    first, second = bayes_lines("AB"[k], k, joint, [math.log(0.25), math.log(0.125)], share, 2, "why")
    assert first == Line(rf"P(\mathrm{{{'AB'[k]}}}) = \frac{{{joint[k]}}}{{0.5^{{2}} + 0.5^{{3}}}}", "why")
    number = ("0.2500", "0.1250")[k]
    assert second.formula == rf"\frac{{{number}}}{{0.2500 + 0.1250}} {value}"


def test_an_exact_share_of_what_cannot_be_is_nothing():
    _, line = bayes_lines("A", 0, ("0^{1}", "1^{1}"), [-math.inf, 0.0], 0.0, 2, "")
    assert line.formula == r"\frac{0}{0 + 1.000} = 0.00"


def test_a_share_of_every_symbol_is_counted():
    line = counted_line(0.4491489, {"H": 5, "T": 5}, 1, "why")
    assert line == Line(  # 0.45 times 5 is 2.25, which would be 2.3
        r"0.449 \times 5\,\mathrm{H} \approx 2.2\,\mathrm{H},"
        r"\quad 0.449 \times 5\,\mathrm{T} \approx 2.2\,\mathrm{T}",
        "why",
    )
    assert counted_line(0.5, {"C": 3}, 1, "").formula == r"0.50 \times 3\,\mathrm{C} = 1.5\,\mathrm{C}"


def test_a_share_that_is_all_or_nothing_has_no_decimals():
    line = counted_line(1.0, {"H": 9, "T": 1}, 1, "", whole=True)
    assert line.formula == (
        r"1 \times 9\,\mathrm{H} = 9\,\mathrm{H},\quad 1 \times 1\,\mathrm{T} = 1\,\mathrm{T}"
    )
    assert people_line(0.0, 182, 2, "AA", "", whole=True).formula == r"0 \times 182 = 0\,\mathrm{AA}"
    measured = product(1.0, 4.467, "4.467", 1, r"\,x", True, r"\cdot")
    assert measured == r"1 \cdot 4.467 \approx 4.5\,x"
    assert given_number(26.0, 1, whole=True) == "26"
    assert given_number(26.25, 1, whole=True) == "26.2500"


def test_a_sum_of_whole_counts_has_no_decimals():
    assert sum_line([9.0, 8.0], 24.0, 5, 1, " H", "", more=1, whole=True).formula == r"9 + 8 + \cdots = 24 H"
    assert sum_line([9.0, 0.5], 9.5, 2, 1, "", "", whole=True).formula == "9.0 + 0.5 = 9.5"
    # What adds up to a whole number but for the last bits is one.
    assert sum_line([79.0], 13665.000000000002, 9, 1, "", "", whole=True).formula.endswith("= 13665")


def test_negative_terms_stand_in_brackets():
    assert sum_line([-0.8, 0.4], -0.4, 2, 1, "", "").formula == "(-0.8) + 0.4 = -0.4"


def test_what_some_shares_leave_can_be_worked_out_by_hand():
    """With two decimals 1 − 3 · 0.33 would be 0.01, but next to nothing is left."""
    line = rest_line([0.33331, 0.33331, 0.33331], 0.00007, 1, "why")
    assert line == Line(r"1 - 0.333 - 0.333 - 0.333 \approx 0.00", "why")
    assert rest_line([1.0, 0.0], 0.0, 1, "", whole=True).formula == "1 - 1 - 0 = 0"


def test_the_largest_terms_of_a_sum_and_not_those_that_show_as_0():
    terms = np.array([0.9, 0.3, 0.04, 0.01])
    assert largest_line(terms, 1.25, 4, 1, "", "").formula == r"0.9 + 0.3 + \cdots \approx 1.3"
    assert largest_line(np.array([0.01]), 0.01, 1, 1, "", "").formula == r"0.0 \approx 0.0"
    assert largest_line(np.ones(3), 3.0, 3, 1, "", "", whole=True).formula == "1 + 1 + 1 = 3"


def test_a_ratio_has_one_decimal_more():
    update = Update("θ_A", 0, 21.297, (21.297, 8.572), 0.71301)
    assert ratio_line(update, 1, "why") == Line(r"\theta _{A} = \frac{21.3}{21.3 + 8.6} \approx 0.71", "why")
    exact = Update("w_A", 0, 3.0, (3.0, 2.0), 0.6)
    assert ratio_line(exact, 1, "").formula == r"w_{A} = \frac{3.0}{3.0 + 2.0} = 0.60"


def test_a_ratio_has_the_digits_with_which_a_hand_calculation_agrees():
    """2.1 / (2.9 + 2.1) would be 0.42."""
    update = Update("w_A", 0, 2.0680907, (2.9319093, 2.0680907), 0.41361814)
    assert ratio_line(update, 1, "").formula == r"w_{A} = \frac{2.07}{2.93 + 2.07} \approx 0.41"
    tiny = Update("w_A", 0, 1e-20, (2e-20,), 0.5)
    assert ratio_line(tiny, 1, "").formula.endswith("= 0.50")


def test_a_share_has_the_digits_with_which_its_count_agrees():
    assert factor(8 / 9, 5, 1) == "0.889"  # 0.89 times 5 would show as 4.5, and 8/9 times 5 as 4.4
    assert factor(8 / 9, 1, 1) == "0.89"
    assert people_line(1 / 3, 182, 1, "AA", "").formula == r"0.3333 \times 182 \approx 60.7\,\mathrm{AA}"


def test_a_formula_has_the_digits_with_which_a_hand_calculation_agrees():
    """0.67 times 0.67 is 0.4489, and 4/9 is 0.4444."""

    def agreeing(places):
        return agreed(
            lambda digits: [decimal(2 / 3, digits)] * 2,
            lambda one, other: one * other,
            lambda hand: decimal(float(hand), places) == decimal(4 / 9, places),
            2,
        )

    assert agreeing(1) == ["0.67"] * 2
    assert agreeing(2) == ["0.667"] * 2
    assert agreeing(3) == ["0.6667"] * 2


def test_a_formula_that_no_hand_can_work_out_keeps_its_digits():
    assert agreed(lambda digits: ["0", "(-0)"], lambda a, b: a / b, lambda hand: True, 2) == ["0", "(-0)"]


def test_shares_have_the_digits_with_which_a_hand_calculation_agrees():
    share = 0.7664999
    logs = [math.log(share), math.log(0.219871), math.log(1 - share - 0.219871)]
    _, line = bayes_lines("A", 0, ["a", "b", "c"], logs, share, 3, "")
    # 0.76650 over the sum of 0.76650, 0.21987 and 0.013629 would be 0.767.
    assert line.formula == r"\frac{0.766500}{0.766500 + 0.219871 + 0.0136291} \approx 0.766"


def test_symbols():
    assert symbol("θ_A") == r"\theta _{A}"
    assert symbol("w_2") == "w_{2}"
    assert symbol("λ") == "λ"
    assert symbol("θ") == r"\theta "


def test_letters_of_probability_zero_share_alike():
    line = part_line("R", "A", "A, G", [0.0, 0.0], 0, 0.5, 2)
    assert line.formula == r"\frac{1.000}{1.000 + 1.000} = 0.500\,\mathrm{A}"
