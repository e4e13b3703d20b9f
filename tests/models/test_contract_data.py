"""What every model owes the kernel about its data, its parameters and its words."""

import pytest
import rna_cases
from hypothesis import given
from scenes import SEEDS, Scene, contract, example_data, usual, variant_name, variants
from standing import stand_for

from emviz.models import discover, example_named, model_named
from emviz.testing import data

#: θ whose labels tell all of it, where the default is not of that kind: no alignment says which of two
#: neighbouring inserts a letter has come from.
TOLD = {"rna": rna_cases.told}
VARIANTS = list(variants())
#: One variant of each model, and one for each word where a word chooses the model.
FIRST = [
    each
    for place, each in enumerate(VARIANTS)
    if (each.key in ("proteins", "modules") and usual(each))
    or each.key not in {other.key for other in VARIANTS[:place]}
]
#: Those of which large data are simulated in a second.
QUICK = [model for model in FIRST if model.key not in ("modules", "profile")]


def scene(model):
    return Scene.of(model, 0)


def test_parameters_fit_the_default_and_the_start(model):
    data.parameters_fit_the_starts(scene(model))


def test_every_entry_has_its_own_label(model):
    data.entries_have_their_own_labels(scene(model))


@contract
@given(seed=SEEDS)
def test_a_start_is_reproducible_and_breaks_the_symmetry(model, seed):
    data.a_start_breaks_the_symmetry(Scene.of(model, seed))


def test_other_seeds_give_other_starts(model):
    data.other_seeds_give_other_starts(scene(model))


@pytest.mark.unmeasured
@pytest.mark.parametrize("model", stand_for(VARIANTS, QUICK), ids=variant_name)
def test_simulated_and_labelled_data_give_their_parameters_back(model):
    truth = TOLD[model.key](example_data(model)) if model.key in TOLD else None
    data.simulation_gives_parameters_back(scene(model), truth)


def test_simulation_is_reproducible(model):
    data.simulation_is_reproducible(scene(model))


def test_unlabelled_data_have_no_complete_case(model):
    data.unlabelled_data_have_no_complete_case(scene(model))


@contract
@given(seed=SEEDS)
def test_objectives_of_many_parameters_equal_those_one_by_one(model, seed):
    data.objectives_agree(Scene.of(model, seed))


def test_a_landscape_holds_the_objective_at_each_of_its_points(model):
    data.landscape_agrees(scene(model))


@pytest.mark.parametrize("base", discover(), ids=lambda model: model.key)
def test_examples_load_and_parse(base):
    data.examples_can_be_read(scene(base))


@pytest.mark.parametrize("base", discover(), ids=lambda model: model.key)
def test_a_model_can_tell_what_it_is(base):
    data.it_can_tell_what_it_is(scene(base))
    assert model_named(base.key) is base
    assert example_named(base, None) is base.examples[0]


def test_a_remark_is_a_sentence_or_nothing(model):
    data.a_remark_is_a_sentence(scene(model))
