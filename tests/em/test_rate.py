"""How fast EM converges: the measured ratios, and their picture."""

from typing import NamedTuple

import numpy as np
import pytest

from emviz.em.convergence.rate import (
    error_ratios,
    fixed_point,
    measured_rate,
    missing,
    rate_view,
    step_ratios,
    times_of,
    walked,
)
from emviz.em.model import Expectation, Look, Phase, Round, Step
from emviz.em.pictures.milestones import milestones


class Theta(NamedTuple):
    x: np.ndarray


def _theta(x):
    return Theta(np.array(x))


def _round(updated=None):
    step = Step(3, Phase.E, _theta(1.0), Expectation(Theta(np.zeros(1)), -1.0), 0.0, -1.0)
    return Round(step, Phase.E if updated is None else Phase.M, updated)


@pytest.mark.parametrize(
    ("updated", "path", "found"),
    [
        (None, (), [1.0]),
        (2.0, (), [1.0, 2.0]),
        (None, (0.0, 1.0), [0.0, 1.0]),
        (2.0, (0.0, 1.0), [0.0, 1.0, 2.0]),
        (2.0, (0.0, 1.0, 2.0), [0.0, 1.0, 2.0]),
    ],
)
def test_the_path_ends_in_the_newest_parameters(updated, path, found):
    look = Look(path=tuple(map(_theta, path)))
    state = _round(None if updated is None else _theta(updated))
    assert [float(theta.x) for theta in walked(state, look)] == found


def test_steps_and_errors_of_a_geometric_path_shrink_by_its_ratio():
    path = 2 + 0.25 ** np.arange(6)
    times, ratios = step_ratios(path)
    np.testing.assert_array_equal(times, [2, 3, 4, 5])
    np.testing.assert_allclose(ratios, 0.25, rtol=1e-12)
    times, ratios = error_ratios(path, 2.0)
    np.testing.assert_array_equal(times, [1, 2, 3, 4, 5])
    np.testing.assert_allclose(ratios, 0.25, rtol=1e-12)


@pytest.mark.parametrize(
    ("updated", "path", "times", "found"),
    [
        (None, (), (), [0.0]),
        (2.0, (), (), [0.0, 1.0]),
        (2.0, (0.0, 1.0), (), [0.0, 1.0, 2.0]),
        (None, (0.0, 1.0), (0, 7), [0.0, 7.0]),
        (2.0, (0.0, 1.0), (0, 7), [0.0, 7.0, 8.0]),
        (2.0, (0.0, 2.0), (0, 7), [0.0, 7.0]),
    ],
)
def test_the_times_are_those_of_the_path(updated, path, times, found):
    look = Look(path=tuple(map(_theta, path)), times=times)
    state = _round(None if updated is None else _theta(updated))
    assert times_of(walked(state, look), look).tolist() == found


def test_a_selection_of_a_long_path_tells_the_same_ratios_at_the_same_times():
    whole = 1 + 1 / np.arange(1.0, 5001.0)
    times = milestones(5000)
    for few, all_of_them in (
        (step_ratios(whole[times], times.astype(float)), step_ratios(whole)),
        (error_ratios(whole[times], 1.0, times.astype(float)), error_ratios(whole, 1.0)),
    ):
        assert few[0][-1] == 4999
        assert len(few[0]) >= 1300
        known = dict(zip(*map(np.ndarray.tolist, all_of_them), strict=True))
        assert [known[t] for t in few[0].tolist()] == few[1].tolist()
    view = rate_view("λ", whole[times], None, 0.5, times.astype(float))
    assert view.curves[-1].xs.tolist() == [0, 4999]
    assert view.dots[0].x == 4999


def test_ratios_that_rounding_has_spoilt_are_left_out():
    path = np.array([3.0, 2.0, 2.0, 2.0 + 1e-15])
    np.testing.assert_array_equal(step_ratios(path)[0], [2])
    np.testing.assert_array_equal(error_ratios(path, 2.0)[0], [1])
    for short in (path[:1], path[:2]):
        assert len(step_ratios(short)[0]) == 0
    assert len(error_ratios(path[:1], 2.0)[0]) == 0


def test_a_fixed_point_is_found_to_the_last_digits():
    assert fixed_point(np.cos, 0.0, 1.5) == pytest.approx(0.7390851332151607, rel=1e-15)


def test_what_is_missing_is_a_fraction():
    assert missing(3.0, 12.0) == 0.25


def test_the_picture_before_anything_can_be_measured():
    view = rate_view("λ", np.array([1.0]), 2.0, 0.5)
    (line,) = view.curves
    assert (line.name, line.role) == ("missing information 0.500", "reference")
    np.testing.assert_array_equal(line.xs, [0, 10])
    np.testing.assert_array_equal(line.ys, [0.5, 0.5])
    assert not view.dots
    assert "leaves 0.500 of the error" in view.note


def test_the_picture_of_a_path():
    path = 2 + 0.25 ** np.arange(20)
    view = rate_view("λ", path[:12], 2.0, 0.25)
    steps, errors, line = view.curves
    assert [curve.role for curve in view.curves] == ["", "faint", "reference"]
    np.testing.assert_array_equal(steps.xs, np.arange(2, 12))
    np.testing.assert_array_equal(errors.xs, np.arange(1, 12))
    np.testing.assert_array_equal(line.xs, [0, 11])
    (dot,) = view.dots
    assert (dot.x, dot.label, dot.kind) == (11, "0.250", "here")
    assert view.y_label == "(λ(t) − λ(t−1)) / (λ(t−1) − λ(t−2))"


def test_without_a_maximum_only_the_steps_are_drawn():
    view = rate_view("π", 1 / np.arange(1.0, 5.0), None, None)
    (steps,) = view.curves
    np.testing.assert_allclose(steps.ys, [1 / 3, 1 / 2])
    assert "theory gives no rate" in view.note


def test_the_rate_of_several_numbers_is_that_of_the_lengths_of_their_steps():
    path = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 6.0], [3.6, 6.8]])
    assert measured_rate(path[:3]) == (2, pytest.approx(2 / 5))
    assert measured_rate(path) == (3, pytest.approx(1 / 2))
    # The step to θ(4) is rounding, and so would be its ratio to the next.
    still = np.vstack([path, path[-1] + 1e-9, path[-1] - 1e-9])
    assert measured_rate(still)[0] == 4
    assert measured_rate(path[:2]) is None
    assert measured_rate(np.ones((5, 2))) is None
