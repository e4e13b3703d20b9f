"""An entry of θ is found by each of its names, and by no name of another."""

import pytest

from emviz.em.counts.table import Entry
from emviz.em.theta.naming import called

COINS = {Entry("heads", (0,)): ("θ_A", "A"), Entry("heads", (1,)): ("θ_B", "B"), Entry("pi", ()): ("π", "pi")}
ALLELES = {Entry("frequency", (0,)): ("p_AB", "AB"), Entry("frequency", (1,)): ("p_ab", "ab")}
SPREADS = {Entry("c", (0, 0)): ("Σ_A", "capital"), Entry("s", ()): ("σ_A", "small")}


@pytest.mark.parametrize("name", ["θ_B", "theta_B", " Theta_b ", "heads[1]", "heads_2", "HEADS_2"])
def test_an_entry_has_several_names(name):
    assert called(name, COINS) == "B"


@pytest.mark.parametrize(
    ("name", "entries", "found"),
    [
        ("p_AB", ALLELES, "AB"),
        ("p_ab", ALLELES, "ab"),
        ("Sigma_A", SPREADS, "capital"),
        ("sigma_A", SPREADS, "small"),
        ("c[0,0]", SPREADS, "capital"),
        ("c_1_1", SPREADS, "capital"),
        ("pi", COINS, "pi"),
        ("heads[2]", COINS, None),
        ("", COINS, None),
    ],
)
def test_capitals_tell_apart_where_they_can(name, entries, found):
    assert called(name, entries) == found
