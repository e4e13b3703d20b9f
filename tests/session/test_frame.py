"""The part of the plane that a landscape shows: what is known is in it, and the path is no dot."""

from dataclasses import replace

import numpy as np
import pytest

from emviz.em.counts.table import Entry
from emviz.em.optima.restarts import Kind, Landmark
from emviz.session import NOTHING_YET, Result, example_session, frame, holding, on_axes, show


def means(session, a, b):
    """θ(0) of a mixture with these means of the first column."""
    mean = session.start.mean.copy()
    mean[:, 0] = a, b
    return session.start._replace(mean=mean)


def known(session, *params):
    places = tuple(Landmark(Kind.MAXIMUM, each, -1.0) for each in params)
    return replace(NOTHING_YET, landmarks=Result(places, session))


def test_probabilities_are_seen_from_0_to_1():
    session = example_session("coins")
    assert frame(session, NOTHING_YET) == ((0, 1), (0, 1))
    assert frame(example_session("linkage"), NOTHING_YET) is None


def test_the_view_is_widened_for_a_maximum_beside_it_unless_it_is_hidden():
    session = example_session("gmm", "faithful")
    x, y = frame(session, NOTHING_YET)
    place = x[1] + 0.5, y[0] - 0.25
    results = known(session, means(session, *place))
    wide, tall = frame(session, results)
    # A tenth of the new range is left around the point.
    assert wide == pytest.approx((x[0], place[0] + 0.1 * (place[0] - x[0])))
    assert tall == pytest.approx((place[1] - 0.1 * (y[1] - place[1]), y[1]))
    hidden = show(session, replace(session.display, reference=False))
    assert frame(hidden, results) == (x, y)


def test_a_point_far_away_does_not_shrink_the_path():
    session = example_session("gmm", "faithful")
    x, y = usual = frame(session, NOTHING_YET)
    middle = sum(y) / 2
    assert frame(session, known(session, means(session, x[1] + 2 * (x[1] - x[0]), middle))) == usual
    near, far = (means(session, x[1] + part * (x[1] - x[0]), middle) for part in (0.1, 9.0))
    assert frame(session, known(session, far, near)) == frame(session, known(session, near))


def test_an_intensity_is_never_below_0():
    session = example_session("tomography", "spots")
    axes = Entry("activity", (0,)), Entry("activity", (5,))
    faded = session.start._replace(activity=np.full(16, 0.01))
    x, _ = holding(session.model, session.data, session.start, axes, [on_axes(faded, axes)])
    assert x[0] == 0
    assert x[1] == 3 * session.start.activity[0]


def test_the_view_holds_the_whole_path():
    """An intensity that has fallen to a tenth: its usual range is a fifth to three times of that."""
    session = example_session("tomography", "spots")
    axes = Entry("activity", (0,)), Entry("activity", (5,))
    of = session.model, session.data
    ahead = session.start._replace(activity=session.start.activity / 10)
    first = session.start.activity[0]
    assert holding(*of, ahead, axes, ())[0] == pytest.approx((first / 50, first * 0.3))
    (low, high), _ = holding(*of, ahead, axes, (), [on_axes(session.start, axes)])
    assert low == pytest.approx(first / 50)
    assert high == pytest.approx(first + 0.1 * (first - low))
    diverged = session.start._replace(activity=session.start.activity * 1e6)
    assert holding(*of, ahead, axes, (), [on_axes(diverged, axes)]) == holding(*of, ahead, axes, ())


def test_a_covariance_is_not_widened_beyond_what_its_variances_allow():
    session = example_session("gmm", "faithful")
    axes = Entry("covariance", (0, 0, 1)), Entry("mean", (0, 0))
    of = session.model, session.data
    usual = holding(*of, session.start, axes, ())
    outside = usual[0][1] * 1.1, sum(usual[1]) / 2
    assert holding(*of, session.start, axes, [outside]) == usual
