"""The hand calculation that checks derivations can tell a wrong one from a right one."""

import math

import pytest

from emviz.testing.by_hand import results, value


@pytest.mark.parametrize(
    ("formula", "number"),
    [
        ("2.5", 2.5),
        ("(-3)", -3),
        (r"\frac{0.5\cdot0.2}{0.5\cdot0.2+0.1}", 0.5),
        (r"2\cdot0.3^{2}", 0.18),
        (r"1-0.25-0.5", 0.25),
        (r"\frac{1}{\sqrt{(2\pi)^{2}\cdot4}}\exp(-\frac{2}{2})", math.exp(-1) / (4 * math.pi)),
        (r"e^{-0.5}\cdot0.5^{3}/3!", math.exp(-0.5) / 48),
        (r"4\times10^{-3}", 0.004),
    ],
)
def test_what_a_formula_is_worth(formula, number):
    assert value(formula) == pytest.approx(number, rel=1e-14)


def test_the_results_of_a_line():
    line = r"P(\mathrm{A}) = \frac{1}{3} \approx 0.33,\quad 0.5 \times 4\,\mathrm{H} = 2.0\,\mathrm{H}"
    assert list(results(line)) == [(pytest.approx(1 / 3), 0.33, 0.01), (2.0, 2.0, 0.1)]
    assert list(results(r"1.0 + 2.0 + \cdots \approx 9.0")) == []
    assert list(results(r"x = 3 \times 10^{4}")) == []
    assert list(results(r"10 \cdot 3001 \approx 3.0 \times 10^{4}")) == [(30010.0, 30000.0, 1000.0)]
