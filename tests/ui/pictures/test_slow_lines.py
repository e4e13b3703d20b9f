"""The slowest direction is drawn in the landscape of each model of at most 50 parameters."""

from dataclasses import replace

import numpy as np
import pytest

from emviz.em.convergence.slowest import slowest
from emviz.em.model import fields_of
from emviz.em.objective.bound import entry_value
from emviz.em.work import finished
from emviz.session import NOTHING_YET, Result, example_session, frame, shown
from emviz.ui.panels.pictures.additions import slow_line, slow_words

#: An example of each that ends inside of its domain, and of each that ends on a border.
INSIDE = [
    *[("abo", "textbook"), ("coins", "three-coins"), ("deaths", "times"), ("haplotype", "thompson")],
    *[("network", "crimes"), ("proteins", "scores"), ("proteins", "presence")],
    pytest.param("normal", "cholesterol", marks=pytest.mark.thorough),
    pytest.param("gmm", "faithful", marks=pytest.mark.thorough),
    pytest.param("hmm", "evenings", marks=pytest.mark.thorough),
]
BORDER = [("motif", "planted"), ("proteins", "shared"), ("tomography", "spots")]
#: How far from the limit the EM map is followed, as a part of the largest entry of θ.
ASIDE = 1e-4


@pytest.mark.parametrize(("key", "example"), INSIDE)
def test_the_line_is_the_direction_in_which_a_step_goes_the_least_part_of_the_way(key, example):
    session = example_session(key, example)
    model, data, axes = session.model, session.data, session.display.axes
    found = finished(slowest(model, data, session.start))
    (x0, y0), (x1, y1) = slow_line(found, axes, frame(session, NOTHING_YET))
    limit = fields_of(found.limit)
    way = {name: found.errors.direction.get(name, np.zeros(value.shape)) for name, value in limit.items()}
    drawn, direction = np.array([x1 - x0, y1 - y0]), [float(way[e.field][e.index]) for e in axes]
    assert np.cross([*drawn, 0], [*direction, 0])[2] == pytest.approx(0, abs=1e-6 * np.linalg.norm(drawn))
    middle = [entry_value(found.limit, entry) for entry in axes]
    assert min(x0, x1) - 1e-9 <= middle[0] <= max(x0, x1) + 1e-9
    # Along it, one iteration leaves the largest eigenvalue of the distance to the limit.
    size = ASIDE * max(np.abs(value).max() for value in limit.values())
    size /= max(np.abs(value).max() for value in way.values())
    beside = model.make_params({name: limit[name] + size * way[name] for name in limit})
    ahead = fields_of(model.m_step(data, model.e_step(data, beside).counts))
    gone = np.concatenate([np.ravel(ahead[name] - limit[name]) for name in limit])
    asked = np.concatenate([np.ravel(size * way[name]) for name in limit])
    assert gone @ asked / (asked @ asked) == pytest.approx(found.rate, abs=0.02)


@pytest.mark.parametrize(("key", "example"), BORDER)
def test_at_a_border_it_leads_along_the_border(key, example):
    """Entries at the border do not change along the line, and a step from beside it goes the least part."""
    session = example_session(key, example)
    model, data = session.model, session.data
    found = finished(slowest(model, data, session.start))
    assert "is on the border of its domain" in found.errors.withheld
    limit = {name: np.where(value < 1e-6, 0, value) for name, value in fields_of(found.limit).items()}
    way = {name: found.errors.direction.get(name, np.zeros(value.shape)) for name, value in limit.items()}
    for name, value in limit.items():
        assert not np.any(way[name][value == 0])
    ahead = []
    for sign in (1, -1):
        beside = model.make_params({name: limit[name] + sign * ASIDE**2 * way[name] for name in limit})
        ahead.append(fields_of(model.m_step(data, model.e_step(data, beside).counts)))
    gone = np.concatenate([np.ravel(ahead[0][name] - ahead[1][name]) for name in limit]) / (2 * ASIDE**2)
    asked = np.concatenate([np.ravel(way[name]) for name in limit])
    np.testing.assert_allclose(gone, found.errors.missing[0] * asked, atol=1e-4)


def test_at_a_border_the_words_tell_both_rates():
    session = shown(example_session("tomography", "spots"), {"slowest": True})
    found = finished(slowest(session.model, session.data, session.start))
    said = slow_words(session, replace(NOTHING_YET, slowest=Result(found, session)))
    assert said.endswith(
        "Missing information 0.968 along the border, and a factor of 0.875 towards it for λ_2,4; "
        "two iterations measure it."
    )
