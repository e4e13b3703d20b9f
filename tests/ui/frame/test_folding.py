"""When the setup folds and when it comes back."""

import pytest

from emviz import session as desk
from emviz.em.methods import method_named
from emviz.ui.frame.folding import unfolds


@pytest.fixture
def first():
    return desk.example_session()


def test_it_is_there_at_first_and_folds_with_the_first_step(first):
    assert unfolds(None, first) is True
    assert unfolds(first, desk.step(first)) is False
    assert unfolds(None, desk.step(first)) is False, "a session that has been stepped before it is shown"


def test_going_back_to_the_start_moves_nothing(first):
    walked = desk.step(desk.step(first))
    assert unfolds(walked, desk.seek(walked, 0)) is False


def test_a_reset_and_another_experiment_bring_it_back(first):
    walked = desk.step(desk.step(first))
    assert unfolds(walked, desk.reset(walked)) is True
    assert unfolds(walked, desk.open_example(walked, "coins", "three-coins")) is True
    assert unfolds(walked, desk.set_model(walked, {"weights": "learned"})) is True
    assert unfolds(walked, desk.edit_table(walked, walked.table.without_rows([0]))) is True


def test_another_start_or_method_or_look_leaves_it_as_it_is(first):
    walked = desk.step(desk.step(first))
    assert unfolds(walked, desk.set_start(walked, {"heads": [0.7, 0.3]})) is None
    assert unfolds(walked, desk.set_method(walked, method_named("hard"))) is None
    assert unfolds(first, desk.shown(first, {"decimals": 3})) is None
