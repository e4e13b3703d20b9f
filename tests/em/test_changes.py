"""What an M-step has changed, by hand and for every model."""

import numpy as np
import pytest

from emviz.em.counts.changes import NOWHERE, changes, laid_out, line_places, most_changed
from emviz.em.counts.table import Update, Updates
from emviz.em.domains import Parameter, Positive, Simplex, Unit
from emviz.models import discover
from emviz.session import example_session, step

MODELS = [model.key for model in discover()]
PARAMETERS = (
    Parameter("weight", Simplex(), "w", (("A", "B"),)),
    Parameter("rate", Positive(), "λ", (("A", "B"),)),
)


def update(label):
    return Update(label, 0, 1.0, (1.0,), 1.0)


def test_a_line_is_found_by_its_label_and_a_stranger_is_nowhere():
    lines = [update(label) for label in ("λ_B", "w_A", "x")]
    assert line_places(PARAMETERS, lines).tolist() == [3, 0, NOWHERE]


def test_lines_that_know_their_places_are_not_written():
    lines = Updates(3, lambda place: pytest.fail("written"), np.array([2, 0, 1]))
    assert line_places(PARAMETERS, lines).tolist() == [2, 0, 1]
    unknown = Updates(2, lambda place: update(("w_B", "λ_A")[place]))
    assert line_places(PARAMETERS, unknown).tolist() == [1, 2]


def test_probabilities_move_by_their_difference_and_other_numbers_by_their_share():
    before = (np.array([0.5, 0.5]), np.array([2.0, 0.0]))
    after = (np.array([0.8, 0.2]), np.array([8.0, 0.0]))
    assert changes(PARAMETERS, before, after) == pytest.approx([0.3, 0.3, 0.75, 0.0])
    assert most_changed(np.array([0, 1, 2, 3]), np.array([0.3, 0.3, 0.75, 0.0])).tolist() == [2, 0, 1, 3]
    assert most_changed(np.array([NOWHERE, 1, 2]), np.array([0.3, 0.3, 0.75])).tolist() == [2, 1, 0]
    coin = (Parameter("heads", Unit(), "θ", (("A",),)),)
    assert changes(coin, (np.array([0.6]),), (np.array([0.71]),)) == pytest.approx([0.11])


@pytest.mark.parametrize("key", MODELS)
def test_every_line_of_every_model_stands_in_theta_with_its_value(key):
    session = step(step(example_session(key)))
    table = session.model.count_table(session.data, session.round, np.arange(1))
    parameters = session.model.parameters(session.data)
    places = line_places(parameters, table.updates)
    assert places.tolist() == line_places(parameters, tuple(table.updates)).tolist(), "as by their labels"
    assert len(np.unique(places)) == len(table.updates)
    assert [u.value for u in table.updates] == pytest.approx(laid_out(session.step.params)[places].tolist())
