"""Simulated data of every model are drawn in blocks: the same for any size of block, and left between two."""

import numpy as np
import pytest

from emviz.em.model import offers
from emviz.em.simulation import draws
from emviz.em.work import Stopped, stoppable
from emviz.models import discover
from emviz.session import example_session
from emviz.testing.scene import simulated

#: A single multinomial draw, however many units there are.
ONE_DRAW = ("abo", "linkage")
KEYS = [model.key for model in discover() if offers(model, "simulate") and model.key not in ONE_DRAW]
#: Models that simulate otherwise with other settings.
OTHERS = [("proteins", "presence"), ("proteins", "scores"), ("hmm", "levels"), ("modules", "cycle-softmax")]
CASES = [*((key, None) for key in KEYS), *OTHERS]
UNITS = 60


def drawn(key, example):
    session = example_session(key, example)
    return simulated(session.model, session.start, UNITS, np.random.default_rng(2008))


def test_a_call_and_its_blocks_give_the_same_numbers(monkeypatch):
    def both():
        rng = np.random.default_rng(3)
        chosen = draws.chosen(np.array([0.2, 0.5, 0.3]), 10, rng)
        return chosen, draws.in_blocks(10, lambda rows: rng.integers(4, size=(len(rows), 3)), 3)

    monkeypatch.setattr(draws, "BLOCK", 7)
    rng = np.random.default_rng(3)
    for found, whole in zip(
        both(), (rng.choice(3, 10, p=[0.2, 0.5, 0.3]), rng.integers(4, size=(10, 3))), strict=True
    ):
        np.testing.assert_array_equal(found, whole)
    assert draws.named("AB", np.array([1, 0])).tolist() == ["B", "A"]
    assert draws.numbered("s", np.array([0, 11])).tolist() == ["s1", "s12"]
    assert draws.spelled("HT", np.array([[False, True], [True, True]])).tolist() == ["HT", "TT"]
    assert draws.in_blocks(0, lambda rows: rng.random((len(rows), 2))).shape == (0, 2)


@pytest.mark.parametrize(("key", "example"), CASES)
def test_simulated_data_do_not_depend_on_the_size_of_a_block(key, example, monkeypatch):
    whole = drawn(key, example)
    monkeypatch.setattr(draws, "BLOCK", 37)
    assert drawn(key, example).same(whole)


@pytest.mark.parametrize(("key", "example"), CASES)
def test_simulating_is_left_after_its_first_block(key, example, monkeypatch):
    monkeypatch.setattr(draws, "BLOCK", 37)
    session, asked = example_session(key, example), []

    def told():
        asked.append(True)
        return len(asked) == 2

    with stoppable(told), pytest.raises(Stopped):
        session.model.simulate(session.start, UNITS, np.random.default_rng(2008))
