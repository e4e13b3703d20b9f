"""Work that is left on the way: between two blocks of a kernel, whoever asked for them and whatever for."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from toys import ANIMALS, LINKAGE, Linkage, Pi

from emviz.em import engine
from emviz.em.families import mixture
from emviz.em.methods import METHODS
from emviz.em.objective import bound
from emviz.em.objective.bound import free_entries
from emviz.em.optima.starts import explore
from emviz.em.uncertainty.profile_curve import profile_curve
from emviz.em.uncertainty.standard_errors import standard_errors
from emviz.em.work import Stopped, check_stop, checked, finished, stoppable
from emviz.models.tomography.projector import Projector
from emviz.session import example_session

HALF, AHEAD = Pi(np.array(0.5)), Pi(np.array(0.7))
#: Blocks of the toy, and the one after which the work is to be left.
BLOCKS, LAST = 10, 4


@dataclass(frozen=True)
class InBlocks(Linkage):
    """The same numbers, as if summed up in blocks of rows."""

    done: list[int] = field(default_factory=list, compare=False)

    def e_step(self, data, params):
        for block in checked(range(BLOCKS)):
            self.done.append(block)
        return super().e_step(data, params)


def one(model):
    return engine.start(LINKAGE, ANIMALS, HALF)


def many(model, method):
    rule = {"iterations": 5, "tolerance": 1e-8}
    return explore(model, ANIMALS, [HALF, AHEAD], 2, method=method, **rule)


def _of_a_mixture(model, data):
    """Return all that is worked out from the shares of its units, laid flat."""
    params, every = model.default(data), np.arange(len(data.which))
    step = model.e_step(data, params)
    both = model.make_params({name: np.stack([value, value]) for name, value in params._asdict().items()})
    shares = model.posterior(data, params, every)
    apart = (
        *step.counts,
        step.objective,
        model.objectives(data, both),
        *model.complete(data, params),
        shares,
    )
    return np.concatenate([np.ravel(each) for each in apart])


@pytest.mark.parametrize(("key", "example"), [("coins", "three-coins"), ("deaths", "times")])
def test_the_units_of_a_mixture_are_shared_block_by_block_and_nothing_changes(monkeypatch, key, example):
    session, left = example_session(key, example), list[bool]()
    whole = _of_a_mixture(session.model, session.data)
    monkeypatch.setattr(mixture, "BLOCK", 2)
    np.testing.assert_array_equal(_of_a_mixture(session.model, session.data), whole)

    def third():
        left.append(True)
        return len(left) == 3

    with stoppable(third), pytest.raises(Stopped):
        session.model.e_step(session.data, session.start)


WORKS = {
    "bound": lambda model: bound.slices(model, ANIMALS, one(model), None, AHEAD),
    "bound along π": lambda model: bound.slices(
        model, ANIMALS, one(model), free_entries(model, ANIMALS)[0], AHEAD
    ),
    "profile": lambda model: profile_curve(model, ANIMALS, HALF, free_entries(model, ANIMALS)[0]),
    "errors": lambda model: standard_errors(model, ANIMALS, AHEAD),
    **{
        f"{kind} by {method.key}": work
        for method in METHODS
        if method.key != "hard"
        for kind, work in (
            ("starts", lambda model, method=method: many(model, method)),
            (
                "run",
                lambda model, method=method: engine.run(
                    model,
                    ANIMALS,
                    method.begin(LINKAGE, ANIMALS, HALF),
                    iterations=3,
                    tolerance=0,
                    method=method,
                ),
            ),
        )
    },
}


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_work_is_left_between_two_blocks_of_an_e_step(work):
    """It is no failure of the model, and the next block is never begun."""
    model = InBlocks()
    with stoppable(lambda: len(model.done) >= LAST), pytest.raises(Stopped):
        for _ in work(model):
            pass
    assert model.done == list(range(LAST))


def test_where_nobody_may_ask_all_is_done():
    model = InBlocks()
    with stoppable(lambda: False):
        found = engine.start(model, ANIMALS, HALF)
    assert found.expectation == engine.start(LINKAGE, ANIMALS, HALF).expectation
    assert model.done == list(range(BLOCKS))
    with stoppable(lambda: True), stoppable(lambda: False):
        check_stop()
    check_stop()


def test_parts_that_are_done_in_one_go_are_left_between_two_of_them():
    done = []

    def parts():
        for part in range(BLOCKS):
            done.append(part)
            yield

    with stoppable(lambda: len(done) == LAST), pytest.raises(Stopped):
        finished(parts())
    assert done == list(range(LAST))


@pytest.mark.parametrize(
    ("key", "example"), [("network", "heart"), ("gmm", ""), ("modules", ""), ("profile", ""), ("rna", "")]
)
def test_the_e_steps_of_costly_models_can_be_left(key, example):
    session, asked = example_session(key, example) if example else example_session(key), []

    def told():
        asked.append(True)
        return len(asked) == 2

    def steps():
        return [session.model.e_step(session.data, session.start) for _ in range(2)]

    with stoppable(told), pytest.raises(Stopped):
        steps()
    assert len(asked) == 2


def test_projections_of_a_large_image_are_left_between_angles():
    scan, asked = Projector(128, 64, 128), []
    for work in (lambda: scan.project(np.ones(scan.pixels)), lambda: scan.back(np.ones((64, 128)))):
        asked.clear()
        with stoppable(lambda: asked.append(True) or len(asked) == 3), pytest.raises(Stopped):
            work()
