"""What kind of place a run has ended at."""

import numpy as np
import pytest
from toys import ANIMALS, COINS, LINKAGE, PAPER, TOSSED, Pi, biased

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.convergence.ending import WORDS, Ending, Place, ending
from emviz.em.methods import EM, Hard
from emviz.em.optima.restarts import landmarks
from emviz.em.theta.params import params_from
from emviz.models import model_named
from emviz.models.deaths import DeathParams, Deaths
from emviz.models.motif import MODEL as MOTIF


def done(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def ended(params, model=COINS, data=TOSSED, method=EM):
    return done(ending(model, data, params, method))


BEST = biased(0.79678906688, 0.51958312053)


def test_the_maximum_of_the_coins():
    found = ended(BEST)
    assert found.place is Place.MAXIMUM
    np.testing.assert_allclose(found.eigenvalues, [2.54413927423, 3.645035526], rtol=1e-6)
    assert found.words == "a maximum: the eigenvalues of −H are above 0, the smallest is 2.544"


def test_the_saddle_of_the_coins():
    found = ended(biased(0.66, 0.66))
    assert found.place is Place.SADDLE
    # Complete data would hold 25 · .66 · .34 for each coin; of the difference 1.532977 times that is missing.
    np.testing.assert_allclose(found.eigenvalues, [5.61 * (1 - 1.532977), 5.61], rtol=1e-5)
    assert found.words == "a saddle: −H has an eigenvalue below 0, −2.99"


def test_the_start_is_on_its_way():
    assert ended(PAPER).place is Place.SLOPE
    assert ended(PAPER).words == "no stationary point: there is more to gain"


@pytest.mark.parametrize("heads", [(1.0, 0.0), (1 - 1e-9, 1e-9)])
def test_the_border(heads):
    """A coin of heads alone and one of tails alone."""
    data = COINS.parse(Table.from_columns({"tosses": ["HHHH", "TTTT"]}))
    found = ended(biased(*heads), COINS, data)
    assert (found.place, found.eigenvalues.size) == (Place.BORDER, 0)
    assert found.words == "the border of the parameter space"


@pytest.mark.parametrize("other", [0.5, 0.66])
def test_close_to_the_border_there_may_be_more_to_gain(other):
    """The set of nine heads and a tail belongs to coin A as soon as A can show a tail."""
    assert ended(biased(1 - 1e-9, other)).place is Place.SLOPE


def test_the_last_of_a_row_of_probabilities_on_the_border():
    """Hardly anybody has O: neither A nor B alone is short of information, only their common way."""
    model = model_named("abo")
    table = {"phenotype": ["A", "B", "AB", "O"], "count": [25, 25, 50, 0]}
    data = model.parse(Table.from_columns(table))
    params = params_from(model, data, {"allele": [0.5, 0.5 - 1e-8, 1e-8]})
    assert ended(params, model, data).place is Place.BORDER


def test_animals_at_the_maximum():
    found = ended(Pi(np.array(0.62682149787)), LINKAGE, ANIMALS)
    assert found.place is Place.MAXIMUM
    np.testing.assert_allclose(found.eigenvalues, [20.6565314578], rtol=1e-7)


def test_a_third_rate_that_coincides_with_the_second_is_a_ridge():
    data = desk.example_session("deaths").data
    weight, (low, high) = 0.3598854, (1.2560951, 2.6634044)
    params = DeathParams(np.array([weight, 0.3, 0.7 - weight]), np.array([low, high, high]))
    found = ended(params, Deaths(components=3), data)
    assert found.place is Place.RIDGE
    assert found.words == "a ridge: in one direction log P is flat"


def test_a_singular_covariance_is_the_border():
    session = desk.example_session("gmm", "singular")
    stepped = desk.step(desk.step(session))
    assert ended(stepped.step.params, session.model, session.data).place is Place.BORDER


def test_more_parameters_than_a_matrix_is_made_for():
    session = desk.example_session("motif")
    found = ended(session.start, MOTIF, session.data)
    assert found.place is Place.UNKNOWN
    assert "50 parameters" in found.words


def test_hard_em_stands_where_its_own_objective_is_level():
    """At (.80, .45) what was counted is as if it had been observed: 30 and 20 tosses."""
    found = ended(biased(0.8, 0.45), method=Hard())
    assert found.place is Place.MAXIMUM
    np.testing.assert_allclose(found.eigenvalues, [30 * 0.8 * 0.2, 20 * 0.45 * 0.55], rtol=1e-6)
    assert ended(biased(0.8, 0.45)).place is Place.SLOPE


def test_where_a_mistake_leads_is_no_place_of_log_p():
    """Column means lower log P from its maximum, −376.9155, to −378.8890."""
    session = desk.example_session("normal", "column-means")
    found = ended(session.start, session.model, session.data)
    assert (found.place, len(found.eigenvalues)) == (Place.MISTAKE, 0)
    assert list(landmarks(session.model, session.data, [session.start])) == [()]
    whole = ended(session.start, session.model, session.data, Hard())
    assert whole.place is not Place.MISTAKE


def test_every_place_has_words():
    assert set(Place) == set(WORDS)
    assert all(Ending(place, np.array([1.0])).words for place in Place)
