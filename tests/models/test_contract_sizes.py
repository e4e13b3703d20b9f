"""The contract once more, by one example each, for the models that it is checked on at a small size."""

import pytest
import test_contract
import test_contract_data
import test_contract_starts
import test_contract_views
from scenes import NARROW
from standing import stand_for

from emviz.models import model_named

pytestmark = pytest.mark.unmeasured
SIZES = stand_for(NARROW, ["profile", "tomography"])
CHECKS = {
    name: check
    for module in (test_contract, test_contract_data, test_contract_starts, test_contract_views)
    for name, check in vars(module).items()
    if hasattr(check, "hypothesis")
}


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("key", SIZES)
def test_at_the_usual_size(key, name):
    CHECKS[name].hypothesis.inner_test(model_named(key), 11)


@pytest.mark.parametrize("key", SIZES)
def test_derivations_at_the_usual_size(key):
    test_contract_views.test_every_cell_can_be_derived_in_every_phase(model_named(key), 2)
    test_contract_views.test_derivations_can_be_worked_out_by_hand(model_named(key), 2)
