"""What every model owes the window: pictures that agree with its numbers."""

import numpy as np
import pytest
from hypothesis import given
from scenes import SEEDS, Scene, contract, example_data, walk

from emviz.em import bound, engine
from emviz.em.model import Phase, Round
from emviz.em.views import (
    CountCell,
    CountTable,
    Derivation,
    Landscape,
    Line,
    ShareCell,
    TotalCell,
    UpdateCell,
)


def _rounds(scene):
    first, second, third = walk(scene, 2)
    return [Round(first, Phase.START), Round(second, Phase.E), Round(second, Phase.M, third.params)]


@contract
@given(seed=SEEDS)
def test_the_count_table_adds_up(model, seed):
    scene = Scene.of(model, seed)
    everything = np.arange(25)
    for state in _rounds(scene):
        table = model.views(scene.data, state, everything)[0]
        assert isinstance(table, CountTable)
        rows, components, symbols = 25, len(table.components), len(table.symbols)
        assert len(table.observed) == rows
        if state.phase is Phase.START:
            assert table.shares is None
            assert table.counts is None
            assert table.totals is None
            continue
        assert table.shares.shape == (rows, components)
        assert table.counts.shape == (rows, components, symbols)
        np.testing.assert_allclose(table.shares.sum(axis=1), 1, rtol=1e-12)
        np.testing.assert_allclose(table.counts.sum(axis=0), table.totals, rtol=1e-10, atol=1e-10)
        np.testing.assert_array_equal(
            table.shares, model.posterior(scene.data, state.base.params, everything)
        )


@contract
@given(seed=SEEDS)
def test_expected_counts_add_up_to_the_data_whatever_the_parameters(model, seed):
    """The completions only share out what was observed."""
    scene = Scene.of(model, seed)
    sums = []
    for _ in range(3):
        state = Round(engine.advance(model, scene.data, scene.start()), Phase.E)
        table = model.views(scene.data, state, np.arange(25))[0]
        sums.append(table.totals.sum(axis=0))
        assert table.reference is None or np.allclose(table.reference.sum(axis=0), sums[-1], rtol=1e-12)
    np.testing.assert_allclose(sums, [sums[0]] * 3, rtol=1e-12)
    assert sums[0].sum() > 0


@contract
@given(seed=SEEDS)
def test_rows_on_display_are_the_rows_asked_for(model, seed):
    scene = Scene.of(model, seed)
    state = _rounds(scene)[1]
    every = model.views(scene.data, state, np.arange(25))[0]
    some = np.array([20, 3, 3, 11])
    few = model.views(scene.data, state, some)[0]
    assert few.observed == tuple(every.observed[i] for i in some)
    np.testing.assert_array_equal(few.shares, every.shares[some])
    np.testing.assert_array_equal(few.counts, every.counts[some])
    np.testing.assert_array_equal(few.totals, every.totals)
    assert few.labels == tuple(every.labels[i] for i in some)


@contract
@given(seed=SEEDS)
def test_updates_are_the_ratio_of_their_counts(model, seed):
    scene = Scene.of(model, seed)
    for state in _rounds(scene):
        table = model.views(scene.data, state, np.arange(5))[0]
        assert bool(table.updates) == (state.phase is Phase.M)
        for update in table.updates:
            assert update.value == pytest.approx(update.numerator / sum(update.terms), rel=1e-12)
            assert 0 <= update.component < len(table.components)
    labels = {update.label for update in table.updates}
    free = {bound.entry_label(model, scene.data, entry) for entry in bound.free_entries(model, scene.data)}
    assert labels == free


@pytest.mark.parametrize("places", range(1, 7))
def test_every_cell_can_be_derived_in_every_phase(model, places):
    scene = Scene.of(model, places)
    updates = len(model.views(scene.data, _rounds(scene)[2], np.arange(5))[0].updates)
    for state in _rounds(scene):
        table = model.views(scene.data, state, np.arange(5))[0]
        cells = [
            *(
                kind(row, k)
                for kind in (ShareCell, CountCell)
                for row in (0, 4)
                for k in range(len(table.components))
            ),
            *(TotalCell(k) for k in range(len(table.components))),
            *(UpdateCell(place) for place in range(updates)),
        ]
        titles = set()
        for cell in cells:
            derivation = table.derive(cell, places)
            assert isinstance(derivation, Derivation)
            assert 0 <= derivation.component < len(table.components)
            titles.add(derivation.title)
            for line in derivation.lines:
                assert isinstance(line, Line)
                assert line.words
                assert line.formula.count("{") == line.formula.count("}")
                assert "nan" not in line.formula
        assert len(titles) == len(cells)


def test_the_landscape_offers_entries_that_are_estimated(model):
    data = example_data(model)
    step = engine.start(model, data, model.default(data))
    pictures = model.views(data, Round(step, Phase.START), np.arange(1))
    known = bound.free_entries(model, data)
    for view in pictures:
        if isinstance(view, Landscape):
            assert set(view.entries) <= set(known)
            for params in view.starts:
                assert np.isfinite(model.e_step(data, params).objective)
