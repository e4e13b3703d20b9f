from dataclasses import dataclass

import pytest
from toys import LINKAGE

from emviz.em.domains import ParameterError
from emviz.em.hyper import Hyper, choice, configure, hypers, real, text, whole
from emviz.models.coins import Coins


@dataclass(frozen=True)
class Toy:
    width: int = whole(22, "Width", "How wide.", 4, 60)
    kind: str = choice("full", "Kind", "Which kind.", "full", "tied")
    key = "toy"


def test_a_form_is_made_from_the_fields():
    assert hypers(Toy(width=7)) == (
        Hyper("width", "Width", "How wide.", 7, low=4, high=60),
        Hyper("kind", "Kind", "Which kind.", "full", choices=("full", "tied")),
    )
    assert hypers(LINKAGE) == ()


@pytest.mark.parametrize("value", [3, "3", " 3 ", 3.0, "3.0", True + 2])
def test_whole_numbers_are_read(value):
    found = configure(Coins(), {"coins": value})
    assert found == Coins(coins=3)
    assert type(found.coins) is int


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"coins": 7}, "coins must lie between 2 and 6, got 7"),
        ({"coins": "1"}, "coins must lie between 2 and 6, got 1"),
        ({"coins": "two"}, "coins must be a whole number, got 'two'"),
        ({"coins": 2.5}, "coins must be a whole number, got 2.5"),
        ({"coins": "inf"}, "coins must be a whole number, got 'inf'"),
        ({"coins": "nan"}, "coins must be a whole number, got 'nan'"),
        ({"coins": None}, "coins must be a whole number, got None"),
        ({"weights": "unequal"}, "weights must be one of equal, learned, got 'unequal'"),
        ({"weights": 3}, "weights must be one of equal, learned, got 3"),
        ({"sides": 3}, "coins has no hyper-parameter 'sides'; it has coins, weights"),
    ],
)
def test_impossible_values_are_told(values, message):
    with pytest.raises(ParameterError) as caught:
        configure(Coins(), values)
    assert str(caught.value) == message


def test_a_model_without_any_says_so():
    with pytest.raises(ParameterError, match=r"^linkage has no hyper-parameter 'x'; it has none$"):
        configure(LINKAGE, {"x": 1})


def test_the_rest_stays_and_the_old_model_too():
    old = Coins(coins=4)
    assert configure(old, {"weights": "learned"}) == Coins(4, "learned")
    assert configure(old, {}) == old == Coins(4, "equal")


@dataclass(frozen=True)
class Free:
    floor: float = real(0.0, "Floor", "How low.", 0, 0.5)
    columns: str = text("", "Columns", "Which ones; empty for all.")
    key = "free"


@pytest.mark.parametrize(("value", "found"), [(0.25, 0.25), ("1e-3", 0.001), (" .5 ", 0.5), (0, 0.0)])
def test_real_numbers_are_read(value, found):
    made = configure(Free(), {"floor": value}).floor
    assert made == found
    assert type(made) is float


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("half", "floor must be a number, got 'half'"),
        ("nan", "floor must be a number, got 'nan'"),
        (None, "floor must be a number, got None"),
        (0.51, "floor must lie between 0 and 0.5, got 0.51"),
        (-1e-9, "floor must lie between 0 and 0.5, got -1e-09"),
    ],
)
def test_other_numbers_are_refused(value, message):
    with pytest.raises(ParameterError) as caught:
        configure(Free(), {"floor": value})
    assert str(caught.value) == message


def test_text_is_taken_as_it_is():
    assert configure(Free(), {"columns": " a, b "}).columns == "a, b"
    assert configure(Free(), {"columns": 7}).columns == "7"
