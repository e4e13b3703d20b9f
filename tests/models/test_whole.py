"""Hard EM: what the count table shows is what is counted, each unit whole for one completion."""

import re

import numpy as np
import pytest
from scenes import Scene
from standing import stand_for

from emviz.em.counts.table import ShareCell
from emviz.em.objective import bound
from emviz.testing.scene import slack
from emviz.testing.table import cells_of, worked_out
from emviz.testing.whole import HARD, whole_rounds, whole_rows_add_up

#: Models with shares that are parts of many hidden states, or of all units seen and not seen.
MEANS = {"hmm", "profile", "poisson"}


def rounds(model, seed):
    """A scene with E and M of the first iteration of hard EM; without M where a component is left empty."""
    scene = Scene.of(model, seed)
    states = whole_rounds(scene)
    if not states:
        pytest.skip("the model has no single most likely completion")
    return scene, states


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", stand_for(range(4), [0, 1]))
def test_rows_add_up_to_the_totals_of_whole_completions(model, seed):
    whole_rows_add_up(Scene.of(model, seed))
    scene, states = rounds(model, seed)
    for state in states:
        table = model.count_table(scene.data, state, scene.every)
        if model.key not in MEANS:
            assert set(np.unique(table.shares)) <= {0.0, 1.0}
        few = model.count_table(scene.data, state, scene.some)
        np.testing.assert_allclose(few.counts, table.counts[scene.some], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("places", stand_for([1, 2, 4], [2]))
def test_derivations_of_whole_counts_can_be_worked_out_by_hand(model, places):
    scene, states = rounds(model, places)
    rows = np.arange(min(2, scene.rows))
    for state in states:
        assert worked_out(scene, state, places)
        table = model.count_table(scene.data, state, rows)
        cells = cells_of(table, rows)
        titles = {table.derive(cell, places).title for cell in cells}
        assert len(titles) == len(cells)
        for cell in cells:
            derivation = table.derive(cell, places)
            assert "P(" not in derivation.title
            if isinstance(cell, ShareCell) and len(table.completions) > 1:
                _ends_in(derivation, table.shares[cell.row, cell.place], places)
            assert all(line.words and "nan" not in line.formula for line in derivation.lines)


@pytest.mark.unmeasured
def test_a_share_that_is_all_or_nothing_has_no_decimals(model):
    """1 × 9 H = 9 H, and not 1.00 × 9 H = 9.0 H."""
    scene, states = rounds(model, 7)
    rows = np.arange(min(4, scene.rows))
    table = model.count_table(scene.data, states[0], rows)
    told = [line.formula for cell in cells_of(table, rows) for line in table.derive(cell, 2).lines]
    assert not [each for each in told if re.match(r"[01]\.0+ \\(times|cdot) ", each)]
    # Sums whose terms are 0 and 1 come to whole numbers.
    assert not [each for each in told if re.fullmatch(r"([01]\.0+ \+ )+.* = \d+\.0+(\\,.*)?", each)]


def _ends_in(derivation, share, places):
    """One of the lines comes to the number that stands in the cell."""
    if derivation.title.startswith("Why is there no"):
        return
    shown = f"{share:.{places + 1}f}"
    ends = [re.split(r"=|\\approx", line.formula)[-1].strip() for line in derivation.lines]
    assert any(end in (shown, f"{share:g}") for end in ends), (derivation, shown)


def test_the_slice_is_that_of_what_is_raised(model):
    """J(θ) = max_z log P(x, z; θ), and under it log P(x, z; θ) of the completion that was counted."""
    scene, states = rounds(model, 5)
    at, there = states[0].base, scene.params()
    drawn = bound.segment(model, scene.data, at, there, 5, HARD)
    for a, height, below in zip(drawn.positions, drawn.objective, drawn.bound, strict=True):
        pairs = zip(at.params, there, strict=True)
        params = type(there)(*((1 - a) * one + a * other for one, other in pairs))
        best = model.q(scene.data, model.complete(scene.data, params), params)
        assert height == pytest.approx(best, rel=1e-10, abs=1e-9)
        counted = model.q(scene.data, at.expectation.counts, params)
        assert below == pytest.approx(counted, rel=1e-9, abs=1e-8)
        assert below <= height + slack(height)
        assert height <= scene.objective(params) + slack(height)
