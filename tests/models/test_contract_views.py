"""What every model owes the window: a count table and pictures that agree with its numbers."""

import numpy as np
import pytest
from by_hand import results
from hypothesis import given
from scenes import SEEDS, Scene, contract, example_data, walk

from emviz.em import bound, engine
from emviz.em.model import Look, Phase, Round
from emviz.em.pictures import Landscape, View
from emviz.em.views import (
    Answer,
    CountCell,
    CountTable,
    Derivation,
    Line,
    ShareCell,
    TotalCell,
    UpdateCell,
)

#: Models whose E-step also counts units that were never seen, so that totals depend on θ.
UNSEEN = {"poisson"}
#: Updates that are derived; of more, every so many.
MOST_UPDATES = 200


def _rounds(scene):
    first, second, third = walk(scene, 2)
    return [Round(first, Phase.START), Round(second, Phase.E), Round(second, Phase.M, third.params)]


def _table(scene, state, rows=None):
    return scene.model.count_table(scene.data, state, scene.every if rows is None else rows)


@contract
@given(seed=SEEDS)
def test_the_count_table_adds_up(model, seed):
    scene = Scene.of(model, seed)
    for state in _rounds(scene):
        table = _table(scene, state)
        assert isinstance(table, CountTable)
        assert len(table.observed) == scene.rows
        if state.phase is Phase.START:
            assert table.shares is None
            assert table.counts is None
            assert table.totals is None
            continue
        symbols = sum(len(group.symbols) for group in table.groups)
        assert [len(range(symbols)[span]) for span in table.spans] == [
            len(group.symbols) for group in table.groups
        ]
        assert table.shares.shape == (scene.rows, len(table.completions))
        assert table.counts.shape == (scene.rows, symbols)
        np.testing.assert_allclose(table.shares.sum(axis=1), 1, rtol=1e-10)
        np.testing.assert_allclose(
            table.counts.sum(axis=0), table.totals, rtol=1e-9, atol=1e-9 * np.abs(table.totals).max()
        )


@contract
@given(seed=SEEDS)
def test_shares_are_the_posterior(model, seed):
    """All of it where there is a column for each completion, else the largest of it and the rest."""
    scene = Scene.of(model, seed)
    state = _rounds(scene)[1]
    table, posterior = _table(scene, state), model.posterior(scene.data, state.base.params, scene.every)
    np.testing.assert_allclose(posterior.sum(axis=1), 1, rtol=1e-10)
    if table.names is None:
        np.testing.assert_array_equal(table.shares, posterior)
        return
    ranks = table.shares.shape[1] - 1
    assert len(table.names) == scene.rows
    ranked = -np.sort(-posterior, axis=1)
    padded = np.pad(ranked, ((0, 0), (0, max(0, ranks - ranked.shape[1]))))
    np.testing.assert_allclose(table.shares[:, :ranks], padded[:, :ranks], rtol=1e-12)
    np.testing.assert_allclose(table.shares[:, ranks], padded[:, ranks:].sum(axis=1), rtol=1e-9, atol=1e-12)


@contract
@given(seed=SEEDS)
def test_expected_counts_add_up_to_the_data_whatever_the_parameters(model, seed):
    """The completions only share out what was observed."""
    scene = Scene.of(model, seed)
    sums = []
    for _ in range(3):
        state = Round(engine.advance(model, scene.data, scene.start()), Phase.E)
        sums.append(_table(scene, state).totals.sum())
    assert sums[0] != 0
    if model.key not in UNSEEN:
        np.testing.assert_allclose(sums, [sums[0]] * 3, rtol=1e-9)


@contract
@given(seed=SEEDS)
def test_rows_on_display_are_the_rows_asked_for(model, seed):
    scene = Scene.of(model, seed)
    state, some = _rounds(scene)[1], scene.some
    every, few = _table(scene, state), _table(scene, state, some)
    assert few.observed == tuple(every.observed[i] for i in some)
    np.testing.assert_allclose(few.shares, every.shares[some], rtol=1e-12)
    np.testing.assert_allclose(few.counts, every.counts[some], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(few.totals, every.totals)
    assert (few.labels is None) == (every.labels is None)
    if every.labels is not None:
        assert few.labels == tuple(every.labels[i] for i in some)
    if every.names is not None:
        assert few.names == tuple(every.names[i] for i in some)


@contract
@given(seed=SEEDS)
def test_updates_are_the_ratio_of_their_counts(model, seed):
    scene = Scene.of(model, seed)
    free = {bound.entry_label(model, scene.data, entry) for entry in bound.free_entries(model, scene.data)}
    for state in _rounds(scene):
        table = _table(scene, state, np.arange(1))
        assert bool(table.updates) == (state.phase is Phase.M)
        for update in (*table.updates, *table.reference):
            assert update.value == pytest.approx(update.numerator / sum(update.terms), rel=1e-9, abs=1e-12)
            assert update.component >= 0
        assert {update.label for update in table.updates} == (free if table.updates else set())
    found = {update.label: update.value for update in table.updates}
    for entry in bound.free_entries(model, scene.data):
        label = bound.entry_label(model, scene.data, entry)
        assert found[label] == pytest.approx(bound.entry_value(state.updated, entry), rel=1e-9, abs=1e-12)


@contract
@given(seed=SEEDS)
def test_the_reference_is_the_m_step_of_the_labels(model, seed):
    scene = Scene.of(model, seed)
    table, labelled = _table(scene, _rounds(scene)[0]), model.labelled(scene.data)
    assert bool(table.reference) == (labelled is not None)
    if labelled is not None:
        assert table.labels is not None
        params = model.m_step(scene.data, labelled)
        known = {update.label: update.value for update in table.reference}
        for entry in bound.free_entries(model, scene.data):
            label = bound.entry_label(model, scene.data, entry)
            assert known[label] == pytest.approx(bound.entry_value(params, entry), rel=1e-9, abs=1e-12)


@contract
@given(seed=SEEDS)
def test_answers_tell_the_likeliest_completions(model, seed):
    scene = Scene.of(model, seed)
    params = scene.params()
    answers = model.answers(scene.data, params, scene.every)
    assert len(answers) == scene.rows
    few = model.answers(scene.data, params, scene.some)
    for answer, place in zip(few, scene.some, strict=True):
        assert isinstance(answer, Answer)
        assert answer.completions == answers[place].completions
        np.testing.assert_allclose(answer.shares, answers[place].shares, rtol=1e-10)
    for answer in answers:
        assert answer.completions
        assert all(answer.completions)
        assert len(answer.completions) == len(answer.shares)
        assert list(answer.shares) == sorted(answer.shares, reverse=True)
        assert 0 <= sum(answer.shares) <= 1 + 1e-9


def _cells(table, rows, updates=None):
    """The cells of the first and the last row, the totals, and the updates."""
    many = len(table.updates) if updates is None else updates
    return [
        *(ShareCell(row, place) for row in (0, rows[-1]) for place in range(len(table.completions))),
        *(CountCell(row, group) for row in (0, rows[-1]) for group in range(len(table.groups))),
        *(TotalCell(group) for group in range(len(table.groups))),
        *(UpdateCell(place) for place in range(many)[:: 1 + many // MOST_UPDATES]),
    ]


@pytest.mark.parametrize("places", [1, 3, 6])
def test_every_cell_can_be_derived_in_every_phase(model, places):
    scene = Scene.of(model, places)
    rows = np.arange(min(5, scene.rows))
    updates = len(_table(scene, _rounds(scene)[2], rows).updates)
    for state in _rounds(scene):
        table = _table(scene, state, rows)
        cells, titles = _cells(table, rows, updates), set()
        for cell in cells:
            derivation = table.derive(cell, places)
            assert isinstance(derivation, Derivation)
            assert derivation.component >= 0
            titles.add(derivation.title)
            for line in derivation.lines:
                assert isinstance(line, Line)
                assert line.words
                assert line.formula.count("{") == line.formula.count("}")
                assert "nan" not in line.formula
        assert len(titles) == len(cells)


@pytest.mark.parametrize("places", [1, 2, 4])
def test_derivations_can_be_worked_out_by_hand(model, places):
    """Each result is what the digits before it give, but for sums, whose terms are rounded for display."""
    scene = Scene.of(model, places)
    rows, checked = np.arange(min(4, scene.rows)), 0
    for state in _rounds(scene)[1:]:
        table = _table(scene, state, rows)
        for cell in _cells(table, rows):
            for line in table.derive(cell, places).lines:
                for computed, shown, unit in results(line.formula):
                    terms = line.formula.count("+") + 1 if _rounded(line) else 0
                    assert abs(computed - shown) <= unit * (0.6 + 0.5 * terms), line
                    checked += 1
    assert checked


def _rounded(line):
    """Whether a line adds terms that are rounded as the table shows them."""
    return "added" in line.words or " leave " in line.words or "shares of" in line.words


def test_pictures_come_in_every_phase_and_landscapes_offer_what_is_estimated(model):
    scene = Scene.of(model, 1)
    known = bound.free_entries(model, scene.data)
    looks = [Look(), Look(row=scene.rows - 1, path=(scene.params(),), truth=scene.params())]
    for state in _rounds(scene):
        for look in looks:
            views = model.views(scene.data, state, look)
            assert views
            assert len({view.title for view in views}) == len(views)
            for view in views:
                assert isinstance(view, View)
                assert view.title
                if isinstance(view, Landscape):
                    assert set(view.entries) <= set(known)
                    for params in view.starts:
                        assert np.isfinite(scene.objective(params))


def test_pictures_can_be_made_of_the_example(model):
    data = example_data(model)
    step = engine.advance(model, data, engine.start(model, data, model.default(data)))
    assert model.views(data, Round(step, Phase.E), Look())
