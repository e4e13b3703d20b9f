import numpy as np
import pytest
from toys import COINS, PAPER, TOSSED

from emviz.em.domains import ParameterError
from emviz.em.theta.params import params_from
from emviz.models.coins import CoinParams, Coins


def test_fields_left_out_take_their_default():
    found = params_from(COINS, TOSSED, {})
    assert isinstance(found, CoinParams)
    np.testing.assert_array_equal(found.heads, PAPER.heads)
    np.testing.assert_array_equal(found.weight, PAPER.weight)
    assert not any(array.flags.writeable for array in found)


def test_nested_lists_become_parameters():
    found = params_from(Coins(weights="learned"), TOSSED, {"heads": [0.1, 0.2], "weight": [0.3, 0.7]})
    np.testing.assert_array_equal(found.heads, [0.1, 0.2])
    np.testing.assert_array_equal(found.weight, [0.3, 0.7])


def test_what_is_held_may_be_given_only_as_it_is():
    np.testing.assert_array_equal(params_from(COINS, TOSSED, {"weight": [0.5, 0.5]}).weight, [0.5, 0.5])
    with pytest.raises(ParameterError, match=r"^weight is held at \[0.5, 0.5\] by this model$"):
        params_from(COINS, TOSSED, {"weight": [0.4, 0.6]})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"head": [0.6, 0.5]}, "coins has no parameter 'head'; it has weight, heads"),
        ({"heads": [0.6, 0.5, 0.4]}, "heads: expected 2 numbers, got 3 numbers"),
        ({"heads": [0.6, -0.5]}, "heads must lie between 0 and 1, got [0.6, -0.5]"),
        ({"weight": [0.6, 0.5]}, "weight must add up to 1, got [0.6, 0.5]"),
    ],
)
def test_impossible_values_are_told(values, message):
    with pytest.raises(ParameterError) as caught:
        params_from(COINS, TOSSED, values)
    assert str(caught.value) == message
