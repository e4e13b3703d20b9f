"""Random: any model draws θ(0) by a seed, and undo takes it back."""

import numpy as np
import pytest

from emviz import session as desk
from emviz.em.model import fields_of
from emviz.models import discover
from emviz.session import example_session


def fields(session):
    return {name: values.tolist() for name, values in fields_of(session.start).items()}


@pytest.mark.parametrize("key", [model.key for model in discover()])
def test_any_model_draws_a_start_by_its_seed_and_undo_takes_it_back(key):
    session = example_session(key)
    drawn = desk.draw_start(session)
    expected = session.model.start(session.data, np.random.default_rng(0))
    assert fields(drawn) == {name: values.tolist() for name, values in fields_of(expected).items()}
    assert (drawn.seed, drawn.display.seed) == (0, 1)
    assert fields(desk.draw_start(session, 0)) == fields(drawn)
    other = desk.draw_start(drawn)
    assert other.seed == 1
    assert fields(other) != fields(drawn)
    undone = desk.undo(desk.undo(other))
    assert fields(undone) == fields(session)
    assert undone.seed is None
