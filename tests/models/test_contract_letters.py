"""What every model owes, by the tests that hold for all, on sequences in which some letters are not known."""

import pytest
import scenes
from blurred import blur_table
from standing import stand_for
from test_contract import *  # noqa: F403 - the same tests, with the models below
from test_contract_data import (  # noqa: F401
    test_objectives_of_many_parameters_equal_those_one_by_one,
    test_parameters_fit_the_default_and_the_start,
)
from test_contract_views import *  # noqa: F403

from emviz.em.families.letters import DNA, PROTEIN, RNA
from emviz.models.motif import Motif
from emviz.models.profile import Profile
from emviz.models.rna import Covariance

pytestmark = pytest.mark.unmeasured

MODELS = {
    "motif": (Motif(5), DNA),
    "motif-pseudocount": (Motif(9, 2.0), DNA),
    "profile": (Profile(nodes=3), PROTEIN),
    "rna": (Covariance(), RNA),
    "profile-dna": (Profile(nodes=4, alphabet="dna", pseudocount=0.2), DNA),
}


@pytest.fixture(params=stand_for(MODELS, ["motif", "profile"]))
def model(request, monkeypatch):
    own, alphabet = MODELS[request.param]
    simulated = scenes._simulated

    def drawn(model, rng):
        return blur_table(simulated(model, rng), rng, alphabet)

    monkeypatch.setattr(scenes, "_simulated", drawn)
    return own


def test_the_data_do_have_unknown_letters(model):
    assert not scenes.Scene.of(model, 1).data.known
