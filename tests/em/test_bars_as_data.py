"""Bars as data: whether they stand for counts or for probabilities."""

import pytest

from emviz.em.pictures import Bar, Bars


@pytest.mark.parametrize(
    ("heights", "counted"),
    [([], False), ([(0.4, 0.6), (1.0,)], False), ([(0.2,), (0.8, 0.3)], True), ([(3.0,)], True)],
)
def test_what_is_above_one_anywhere_is_no_probability(heights, counted):
    bars = tuple(tuple(Bar("", value) for value in each) for each in heights)
    assert Bars("", "", "", ("",) * len(bars), bars).of_counts is counted
