"""The steps of a run as a sequence that grows by batches, next to the tuple that it stands for."""

from itertools import product

import numpy as np
import pytest
from desks import opened, stepped

from emviz.session.trail import Trail


def grown(*sizes):
    """A trail grown by batches of these sizes, and the tuple of the same."""
    steps = tuple(object() for _ in range(sum(sizes)))
    trail, done = Trail(), 0
    for size in sizes:
        trail, done = trail.extended(steps[done : done + size]), done + size
    return trail, steps


@pytest.mark.parametrize("sizes", [(), (1,), (1, 1, 1), (1, 5, 2, 0, 9, 1, 1), (40, 3, 3, 3, 1), (2,) * 50])
def test_a_trail_is_the_sequence_of_its_steps(sizes):
    trail, steps = grown(*sizes)
    assert len(trail) == len(steps)
    assert list(trail) == list(steps)
    assert [trail[place] for place in range(len(steps))] == list(steps)
    assert [trail[-1 - place] for place in range(len(steps))] == list(steps[::-1])
    ends = (None, -100, -3, 0, 1, 7, 100)
    for first, last, pace in product(ends, ends, (None, 1, 2, 3, -1, -2)):
        assert trail[first:last:pace] == steps[first:last:pace]
    for beyond in (len(steps), -len(steps) - 1):
        with pytest.raises(IndexError):
            trail[beyond]


def test_a_longer_trail_leaves_the_shorter_one_as_it_was():
    trail, steps = grown(1, 2, 3)
    one, other = trail.extended(("a",)), trail.extended(("b", "c"))
    assert (tuple(trail), tuple(one), tuple(other)) == (steps, (*steps, "a"), (*steps, "b", "c"))
    assert trail.extended(()) is trail


def test_equal_steps_make_equal_trails():
    trail, steps = grown(3, 1)
    assert trail == steps == trail
    assert trail == Trail(steps)
    assert trail != steps[:3]
    assert trail != (*steps[:3], None)
    assert trail != list(steps)


@pytest.mark.thorough
def test_a_long_run_in_small_batches_is_copied_a_few_times_only():
    """Counted, since time depends on the machine: chunks of a hundred thousand steps, two by two."""
    copied, trail = 0, Trail()
    for k in range(50_000):
        before = {id(chunk) for chunk in trail._chunks}
        trail = trail.extended((2 * k, 2 * k + 1))
        copied += sum(len(chunk) for chunk in trail._chunks if id(chunk) not in before)
    assert trail == tuple(range(100_000))
    assert copied <= 100_000 * 20
    assert len(trail._chunks) <= 17


def test_the_iterations_of_a_trail():
    steps = tuple(range(10))
    for phases in (1, 2, 3):
        trail = Trail(steps[:4], phases).extended(steps[4:])
        assert trail.iterations == 9 // phases
        assert [trail.step_of(t) for t in range(trail.iterations + 1)] == list(steps[::phases])
        assert trail.since(2) == steps[2 * phases :: phases]
        for place in steps:
            t = trail.time(place)
            assert trail.place(t) <= place < trail.place(t + 1)
            assert place + trail.before_next(place) == trail.place(t + 1)


def test_the_gain_of_the_last_complete_iteration():
    trail = stepped(opened(), 5).trace
    heights = trail.heights(5)
    gains = [None, None, heights[1] - heights[0], heights[1] - heights[0]]
    assert [trail.gain_at(place) for place in range(4)] == gains
    assert trail.gain_at(5) == heights[2] - heights[1]


def test_heights_are_those_of_the_iterations_up_to_a_half_step():
    trail = stepped(opened(), 7).trace
    every = [step.expectation.objective for step in trail[::2]]
    for cursor in range(8):
        heights = trail.heights(cursor)
        assert list(heights) == every[: cursor // 2 + 1]
        assert heights[-1] == trail[cursor].expectation.objective
    assert heights[:-1] == every[:-1]
    np.testing.assert_array_equal(heights[1:], every[1:])
    with pytest.raises(IndexError):
        heights[4]
