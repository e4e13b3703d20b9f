"""What every model owes a start that was typed: probabilities are taken as shares of their sum."""

from itertools import pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given
from scenes import SEEDS, Scene, contract

from emviz import session as desk
from emviz.api.fitting import begun, fit
from emviz.data.table import Table
from emviz.em import engine
from emviz.intake import Taken
from emviz.models.coins import Coins
from emviz.testing import data
from emviz.testing.data import MISSED


@contract
@given(seed=SEEDS)
def test_a_start_that_misses_its_sums_is_the_start_that_does_not(model, seed):
    data.a_start_that_misses_its_sums_is_the_start_that_does_not(Scene.of(model, seed))


SETS = Table.from_columns({"heads": [5, 9, 8, 4, 7] * 20, "tails": [5, 1, 2, 6, 3] * 20})


@pytest.mark.parametrize("way", ["api", "file", "window"])
def test_weights_of_coins_that_miss_their_sum(way):
    """log P of n sets would be n log(1 + 9e-7) too high at the start, and fall to its right value."""
    weight = np.array([0.3, 0.7])
    heads = [0.6, 0.5]
    exact = fit("coins", SETS, start={"weight": weight, "heads": heads}, weights="learned", iterations=30)
    too_much = {"weight": (weight * MISSED).tolist(), "heads": heads}
    if way == "api":
        steps = fit("coins", SETS, start=too_much, weights="learned", iterations=30).steps
    else:
        session = begun(Coins(weights="learned"), Taken(SETS), "", start=too_much if way == "file" else None)
        if way == "window":
            session = desk.set_start(session, too_much)
        steps = [session.step]
        for _ in range(2 * 30):
            steps.append(engine.advance(session.model, session.data, steps[-1]))
    heights = [step.expectation.objective for step in engine.iterations_of(steps)]
    assert all(after >= before for before, after in pairwise(heights[:10]))
    known = [step.expectation.objective for step in engine.iterations_of(exact.steps)]
    np.testing.assert_allclose(heights[: len(known)], known[: len(heights)], rtol=1e-14)
    joint = np.log(weight) + np.outer(SETS.counts("heads"), np.log(heads))
    joint += np.outer(SETS.counts("tails"), np.log1p(-np.array(heads)))
    # Counts without an order: each set has C(n, heads) of them.
    ways = sum(np.log(comb(10, int(n))) for n in SETS.counts("heads"))
    assert heights[0] == pytest.approx(np.logaddexp(*joint.T).sum() + ways, rel=1e-14)
