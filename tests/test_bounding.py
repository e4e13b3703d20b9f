"""The bound along a line, from Python."""

import numpy as np
import pytest
from shared import FIGURE_1

import emviz
from emviz.em.counts.table import Entry
from emviz.em.methods import EM
from emviz.em.objective.lines import Between, Goal
from emviz.models.coins import Coins

PAPER = {"heads": [0.6, 0.5]}


def test_the_first_step_of_the_paper():
    cut = emviz.bound("coins", FIGURE_1, start=PAPER)
    assert isinstance(cut, emviz.Slice)
    assert (cut.direction, cut.touch, cut.target) == (None, 0, 1)
    assert cut.touch_objective == pytest.approx(-33.0938625198, abs=1e-9)
    assert cut.gap == pytest.approx(0.13796629672685512, abs=1e-12)


def test_along_an_entry_the_numbers_are_those_of_the_model():
    cut = emviz.bound("coins", FIGURE_1, start=PAPER, t=2, along="θ_B", earlier=True, points=9)
    model = Coins()
    data = model.parse(FIGURE_1)
    trace = emviz.fit("coins", FIGURE_1, start=PAPER, iterations=2, tol=0)
    steps = [step for step in trace.steps if step.phase.value == "M-step"]
    here, before = steps[1], steps[0]
    points = [here.params._replace(heads=np.array([here.params.heads[0], x])) for x in cut.positions]
    np.testing.assert_allclose(
        cut.objective, [model.e_step(data, each).objective for each in points], rtol=1e-12
    )
    np.testing.assert_allclose(cut.bound, [EM.bound(model, data, here, each) for each in points], rtol=1e-12)
    q = [model.q(data, here.expectation.counts, each) for each in points]
    np.testing.assert_allclose(cut.expected, q, rtol=1e-12)
    assert [each.t for each in cut.earlier] == [1, 0]
    earlier = [EM.bound(model, data, before, each) for each in points]
    np.testing.assert_allclose(cut.earlier[0].bound, earlier, rtol=1e-12)
    assert cut.entry == Entry("heads", (1,))


def test_through_two_iterations_and_towards_a_goal():
    cut = emviz.bound("coins", FIGURE_1, start=PAPER, t=1, along=(0, 4), points=5)
    ends = emviz.fit("coins", FIGURE_1, start=PAPER, iterations=4, tol=0).objectives
    heights = [float(cut.objective[cut.positions == at][0]) for at in (0, 1)]
    assert cut.direction == Between(0, 4)
    assert heights == pytest.approx([ends[0], ends[4]], rel=1e-12)
    complete = emviz.bound("coins", FIGURE_1, start=PAPER, along="complete", points=5)
    assert complete.direction is Goal.COMPLETE
    heads = np.array([5, 9, 8, 4, 7])
    each = [0.5 * theta**heads * (1 - theta) ** (10 - heads) for theta in (0.8, 0.45)]
    assert complete.target_objective == pytest.approx(np.log(np.sum(each, axis=0)).sum(), rel=1e-12)


def test_towards_the_truth_of_an_example_that_was_simulated():
    """−519.100144 is log P of the true dice, from an independent program."""
    cut = emviz.bound("hmm", along="truth", points=3)
    assert cut.direction is Goal.TRUTH
    assert cut.target_objective == pytest.approx(
        -519.100144, abs=1e-6
    )  # of the true dice, by an independent program


def test_counted_whole():
    cut = emviz.bound("coins", FIGURE_1, start=PAPER, method="hard", points=5)
    assert cut.entropy == 0
    assert cut.target_objective == pytest.approx(-32.240585, abs=1e-6)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"along": "θ_X"}, "there is no 'θ_X' to go along; there are θ_A, θ_B, truth and complete"),
        ({"along": "truth"}, "the truth of these data is not known"),
        ({"along": (2, 2)}, r"two different iterations of at least 0, got \(2, 2\)"),
        ({"along": (-1, 2)}, r"two different iterations of at least 0, got \(-1, 2\)"),
        ({"t": -1}, "t must be at least 0 and points at least 2, got -1 and 161"),
        ({"points": 1}, "got 0 and 1"),
        ({"method": "newton"}, "newton has no lower bound"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(named, told):
    with pytest.raises(emviz.ParameterError, match=told):
        emviz.bound("coins", FIGURE_1, start=PAPER, **named)
