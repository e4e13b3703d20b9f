"""The observed information next to formulas of log P that owe nothing to the models."""

from itertools import product
from math import lgamma

import numpy as np
import pytest
from optima import CASES, case, done, errors_at

from emviz.em.objective.slope import slope
from emviz.em.theta.coordinates import Free
from emviz.em.uncertainty.information import information


@pytest.mark.parametrize("name", ["coins, learned weights", "haplotype, Thompson", "deaths"])
def test_what_is_left_is_what_complete_data_hold_less_what_em_leaves(name):
    """I_obs = I_c (1 − J): differences of the gradient against differences of the EM map."""
    model, data, params = case(name)
    chart, counts = Free(model, data, params), model.e_step(data, params).counts
    known = done(slope(model, data, counts, chart, chart.point(params)))
    found = done(information(model, data, chart, counts, known))
    left = found.complete @ (np.eye(len(known.gradient)) - found.em_map)
    size = np.sqrt(np.diagonal(found.complete))
    np.testing.assert_allclose(
        found.observed / size / size[:, None], left / size / size[:, None], rtol=0, atol=1e-6
    )
    np.testing.assert_allclose(found.observed, CASES[name]["observed_information_free"], rtol=1e-6, atol=1e-6)


def curvature(height, at, step=1e-3):
    """−∂² by four corners, extrapolated from two steps."""
    at = np.array(at)

    def corners(h):
        ways = h * np.eye(len(at))
        return -np.array(
            [
                [
                    sum(a * b * height(at + a * one + b * other) for a, b in product((1, -1), repeat=2))
                    / (4 * h * h)
                    for other in ways
                ]
                for one in ways
            ]
        )

    return (4 * corners(step) - corners(2 * step)) / 3


def coins_by_enumeration(heads):
    """log of the sum over all 32 ways to have taken the coins."""
    seen = np.array([5, 9, 8, 4, 7])
    ways = np.array(list(product((0, 1), repeat=5)))
    p = heads[ways]
    return np.log((0.5**5 * (p**seen * (1 - p) ** (10 - seen)).prod(axis=1)).sum())


def deaths_by_terms(theta):
    weight, low, high = theta
    found = 0.0
    for value, count in enumerate([162, 267, 271, 185, 111, 61, 27, 8, 3, 1]):
        terms = [value * np.log(rate) - rate - lgamma(value + 1) for rate in (low, high)]
        found += count * np.log(weight * np.exp(terms[0]) + (1 - weight) * np.exp(terms[1]))
    return found


def blood_by_squares(theta):
    a, b = theta
    o = 1 - a - b
    cells = (a * a + 2 * a * o, b * b + 2 * b * o, 2 * a * b, o * o)
    return float(np.dot([182, 60, 17, 176], np.log(cells)))


def assert_errors(name, places, information):
    found = errors_at(*case(name)).entries
    by_hand = np.sqrt(np.diagonal(np.linalg.inv(np.atleast_2d(information))))
    np.testing.assert_allclose([found[place].error for place in places], by_hand, rtol=1e-5)


def test_coins_by_enumeration():
    at = CASES["coins, equal weights"]["theta"]["heads"]
    assert_errors("coins, equal weights", (0, 1), curvature(coins_by_enumeration, at))


def test_deaths_term_by_term():
    at = [0.359885397015, 1.25609510128, 2.66340435667]
    assert_errors("deaths", (0, 2, 3), curvature(deaths_by_terms, at, 2e-3))


def test_blood_groups_by_squares():
    at = CASES["abo 182 60 17 176"]["theta"]["allele"][:2]
    assert_errors("abo 182 60 17 176", (0, 1), curvature(blood_by_squares, at))


def test_linkage_by_its_second_derivative():
    pi = CASES["linkage"]["theta"]["pi"]
    assert_errors("linkage", (0,), 125 / (2 + pi) ** 2 + 38 / (1 - pi) ** 2 + 34 / pi**2)


def test_cholera_by_its_second_derivative():
    """55 of the houses that had someone ill, 86 ill in all: log P = 86 log λ − 55 log(e^λ − 1) + const."""
    rate, n, total = CASES["poisson, cholera"]["theta"]["rate"], 55, 86
    assert_errors("poisson, cholera", (0,), total / rate**2 - n * np.exp(rate) / np.expm1(rate) ** 2)
