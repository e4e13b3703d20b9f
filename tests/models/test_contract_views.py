"""What every model owes the window: a count table and pictures that agree with its numbers."""

import pytest
from hypothesis import given
from scenes import SEEDS, Scene, contract
from standing import stand_for

from emviz.testing import table

pytestmark = pytest.mark.unmeasured


@contract
@given(seed=SEEDS)
def test_the_count_table_adds_up(model, seed):
    table.table_adds_up(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_shares_are_the_posterior(model, seed):
    table.shares_are_the_posterior(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_expected_counts_add_up_to_the_data_whatever_the_parameters(model, seed):
    table.counts_add_up_to_the_data(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_rows_on_display_are_the_rows_asked_for(model, seed):
    table.rows_are_those_asked_for(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_updates_are_the_ratio_of_their_counts(model, seed):
    table.updates_are_ratios(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_the_reference_is_the_m_step_of_the_labels(model, seed):
    table.reference_is_the_m_step_of_the_labels(Scene.of(model, seed))


@contract
@given(seed=SEEDS)
def test_answers_tell_the_likeliest_completions(model, seed):
    table.answers_tell_the_likeliest_first(Scene.of(model, seed))


@pytest.mark.parametrize("places", stand_for([1, 3, 6], [3]))
def test_every_cell_can_be_derived_in_every_phase(model, places):
    table.every_cell_can_be_derived(Scene.of(model, places), places)


@pytest.mark.parametrize("places", stand_for([1, 2, 4], [2]))
def test_derivations_can_be_worked_out_by_hand(model, places):
    table.derivations_can_be_worked_out(Scene.of(model, places), places)


def test_pictures_come_in_every_phase_and_landscapes_offer_what_is_estimated(model):
    table.pictures_come_in_every_phase(Scene.of(model, 1))


def test_pictures_can_be_made_of_the_example(model):
    table.pictures_can_be_made_of_the_example(Scene.of(model, 1))
