"""Hard EM: what the count table shows is what is counted, each unit whole for one completion."""

import re

import numpy as np
import pytest
from by_hand import results
from scenes import Scene, slack
from test_contract_views import _cells, _rounded

from emviz.em import bound, engine
from emviz.em.methods import Hard
from emviz.em.model import ModelError, Phase, Round
from emviz.em.views import ShareCell

HARD = Hard()
#: Models with shares that are parts of many hidden states, or of all units seen and not seen.
MEANS = {"hmm", "profile", "poisson"}


def rounds(model, seed):
    """A scene with E and M of the first iteration of hard EM; without M where a component is left empty."""
    scene = Scene.of(model, seed)
    params = scene.params()
    if model.complete(scene.data, params) is None:
        pytest.skip("the model has no single most likely completion")
    first = engine.start(model, scene.data, params, HARD)
    step = engine.advance(model, scene.data, first, HARD)
    states = [Round(step, Phase.E, whole=True)]
    try:
        found = engine.advance(model, scene.data, step, HARD)
    except ModelError:
        return scene, states
    return scene, [*states, Round(step, Phase.M, found.params, whole=True)]


@pytest.mark.parametrize("seed", range(4))
def test_rows_add_up_to_the_totals_of_whole_completions(model, seed):
    scene, states = rounds(model, seed)
    for state in states:
        table = model.count_table(scene.data, state, scene.every)
        scale = np.abs(table.totals).max()
        np.testing.assert_allclose(table.counts.sum(axis=0), table.totals, rtol=1e-9, atol=1e-9 * scale)
        np.testing.assert_allclose(table.shares.sum(axis=1), 1, rtol=1e-12)
        if model.key not in MEANS:
            assert set(np.unique(table.shares)) <= {0.0, 1.0}
        assert not any(tag.text.startswith("P(") for tag in table.completions)
        few = model.count_table(scene.data, state, scene.some)
        np.testing.assert_allclose(few.counts, table.counts[scene.some], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("places", [1, 2, 4])
def test_derivations_of_whole_counts_can_be_worked_out_by_hand(model, places):
    scene, states = rounds(model, places)
    rows, checked = np.arange(min(4, scene.rows)), 0
    for state in states:
        table = model.count_table(scene.data, state, rows)
        cells = _cells(table, rows)
        titles = {table.derive(cell, places).title for cell in cells}
        assert len(titles) == len(cells)
        for cell in cells:
            derivation = table.derive(cell, places)
            assert "P(" not in derivation.title
            if isinstance(cell, ShareCell):
                _ends_in(derivation, table.shares[cell.row, cell.place], places)
            for line in derivation.lines:
                assert line.words
                assert "nan" not in line.formula
                for computed, shown, unit in results(line.formula):
                    terms = line.formula.count("+") + 1 if _rounded(line) else 0
                    assert abs(computed - shown) <= unit * (0.6 + 0.5 * terms), line
                    checked += 1
    assert checked


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
