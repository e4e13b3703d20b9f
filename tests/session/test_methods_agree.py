"""All that a step shows is of the method in force, for every model: counts, objective, bound, words."""

from itertools import product

import numpy as np
import pytest
from desks import stepped

from emviz import session as desk
from emviz.em.methods import BY_HALVES
from emviz.em.model import ModelError, Phase
from emviz.em.objective.bound import segment
from emviz.models import discover
from emviz.wording.narration import objective_name, sentence

pytestmark = pytest.mark.unmeasured


@pytest.fixture(
    params=product([model.key for model in discover()], BY_HALVES),
    ids=lambda pair: f"{pair[0]}-{pair[1].key}",
)
def weighed(request):
    """A session after its second E-step."""
    key, method = request.param
    session = desk.example_session(key)
    try:
        return stepped(desk.set_method(session, method), 3)
    except ModelError:
        pytest.skip("the model does not offer the method")


def test_rows_add_up_to_the_totals(weighed):
    rows = np.arange(weighed.table.rows)
    table = weighed.model.count_table(weighed.data, weighed.round, rows)
    scale = np.abs(table.totals).max()
    np.testing.assert_allclose(table.counts.sum(axis=0), table.totals, rtol=1e-9, atol=1e-9 * scale)
    np.testing.assert_allclose(table.shares.sum(axis=1), 1, rtol=1e-9)


def test_the_bound_is_drawn_below_what_is_raised_and_touches_it(weighed):
    step, goal = weighed.step, desk.target(weighed)
    cut = segment(weighed.model, weighed.data, step, goal, 5, weighed.method)
    assert cut.touch_objective == step.expectation.objective
    ends = [weighed.method.expect(weighed.model, weighed.data, params) for params in (step.params, goal)]
    found = [cut.objective[cut.positions == a][0] for a in (0, 1)]
    np.testing.assert_allclose(found, [end.objective for end in ends], rtol=1e-10)
    finite = np.isfinite(cut.bound)
    slack = 1e-9 * (1 + abs(cut.touch_objective))
    assert np.all(cut.bound[finite] <= cut.objective[finite] + slack)


def test_what_is_said_is_of_the_method(weighed):
    assert weighed.step.phase is Phase.E
    soft = weighed.method.key == "em"
    shares = desk.words_of(weighed).shares
    assert (f"the M-step counts these {shares}" in sentence(weighed)) is soft
    assert ("Only the likeliest completion of each" in sentence(weighed)) is not soft
    assert objective_name(weighed).startswith("max ") is not soft
    letters = {
        tag.text[0]
        for tag in weighed.model.count_table(weighed.data, weighed.round, np.array([0])).completions
    }
    if not soft:
        assert "P" not in letters
