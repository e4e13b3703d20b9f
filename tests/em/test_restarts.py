import numpy as np
import pytest
from toys import ANIMALS, COINS, DIE, LINKAGE, PAPER, PI_BEST, TOSSED, Pi, biased

from emviz.data.table import Table
from emviz.em.methods import EM
from emviz.em.model import ModelError, Phase
from emviz.em.optima import restarts
from emviz.em.optima.restarts import Kind, Landmark, climb, curvature, landmarks, own_first
from emviz.models.coins import Coins

BEST = (0.796789067, 0.519583125)


def last(steps):
    *_, end = steps
    return end


def test_a_climb_ends_where_em_stands_still():
    params, objective = last(climb(COINS, TOSSED, PAPER))
    np.testing.assert_allclose(params.heads, BEST, rtol=0, atol=1e-6)
    still = COINS.m_step(TOSSED, COINS.e_step(TOSSED, params).counts)
    np.testing.assert_allclose(still.heads, params.heads, rtol=0, atol=1e-6)
    assert objective == pytest.approx(COINS.e_step(TOSSED, params).objective, rel=1e-14)


def test_a_climb_pauses_after_each_iteration():
    *pauses, end = climb(COINS, TOSSED, PAPER)
    assert set(pauses) == {None}
    assert 10 < len(pauses) < 100
    assert end is not None


def test_a_climb_gives_up_in_the_end(monkeypatch):
    monkeypatch.setattr(restarts, "ITERATIONS", 3)
    *pauses, (params, _) = climb(COINS, TOSSED, PAPER)
    assert len(pauses) == 3
    assert params.heads[0] == pytest.approx(0.7681, abs=1e-4)


def test_one_place_is_one_landmark_however_often_it_is_found():
    found = last(landmarks(COINS, TOSSED, [PAPER, biased(0.7, 0.4), biased(0.9, 0.2), biased(0.61, 0.5)]))
    assert [landmark.kind for landmark in found] == [Kind.MAXIMUM]


def test_a_climb_on_which_the_model_fails_ends_nowhere():
    *pauses, found = landmarks(COINS, TOSSED, [biased(0, 0), PAPER])
    assert set(pauses) == {None}
    assert [landmark.kind for landmark in found] == [Kind.MAXIMUM]


def test_landmarks_pause_and_come_best_first():
    starts = [biased(0.3, 0.3), biased(0.5, 0.6), PAPER]
    *pauses, found = landmarks(COINS, TOSSED, starts)
    assert set(pauses) == {None}
    assert [landmark.kind for landmark in found] == [Kind.MAXIMUM, Kind.MIRROR, Kind.SADDLE]
    heights = [landmark.objective for landmark in found]
    assert heights[0] == pytest.approx(heights[1], rel=1e-12)
    assert heights[1] > heights[2] + 0.4
    np.testing.assert_allclose(found[2].params.heads, [0.66, 0.66], rtol=1e-12)


ONE_TOSS = COINS.parse(Table.from_columns({"tosses": list("HTHHT")}))


@pytest.mark.parametrize("weights", ["equal", "learned"])
def test_a_ridge_is_no_set_of_mirror_images(weights):
    """One toss a set tells nothing but Σ w θ: 3/5 all along the ridge, where log P is 3 log .6 + 2 log .4."""
    model = Coins(weights=weights)
    starts = [biased(0.6, 0.5), biased(0.5, 0.6), biased(0.9, 0.1), biased(0.1, 0.9)]
    found = last(landmarks(model, ONE_TOSS, starts))
    assert [landmark.kind for landmark in found] == [Kind.RIDGE] * 4
    for landmark in found:
        assert landmark.params.weight @ landmark.params.heads == pytest.approx(0.6, abs=1e-6)
        assert landmark.objective == pytest.approx(3 * np.log(0.6) + 2 * np.log(0.4), rel=1e-12)


@pytest.mark.parametrize("first", [biased(0.6, 0.5), biased(0.5, 0.6)])
def test_of_two_equal_maxima_the_one_found_first_is_the_maximum(first):
    """Their heights differ in the last digits, which say nothing."""
    mirrored = biased(*first.heads[::-1])
    one, other = last(landmarks(COINS, TOSSED, [first, mirrored]))
    assert (one.kind, other.kind) == (Kind.MAXIMUM, Kind.MIRROR)
    assert np.argmax(one.params.heads) == np.argmax(first.heads)
    worse = Landmark(Kind.LOCAL, biased(0.9, 0.9), -50.0)
    known = (one, other, worse)
    assert [each.kind for each in own_first(known, first)] == [Kind.MAXIMUM, Kind.MIRROR, Kind.LOCAL]
    assert own_first((one, worse), mirrored) == (one, worse)
    turned = own_first(known, mirrored)
    assert [each.kind for each in turned] == [Kind.MAXIMUM, Kind.MIRROR, Kind.LOCAL]
    assert turned[0].params is other.params


def test_equal_heights_stay_in_the_order_found_and_the_best_comes_first():
    ends = [(1, -10.0), (2, -9.0), (3, -9.0 + 1e-12), (4, -8.0), (5, -10.0 + 1e-12)]
    assert [name for name, _ in restarts._best_first(ends)] == [4, 2, 3, 1, 5]


def test_weights_of_equal_coins_are_a_ridge_and_those_of_mirrored_ones_are_not():
    learned = Coins(weights="learned")
    one = learned.parse(Table.from_columns({"tosses": ["HHHTT", "HHTHT", "HTHTH"]}))
    starts = [
        learned.make_params({"weight": np.array([w, 1 - w]), "heads": np.array([0.6, 0.5])})
        for w in (0.2, 0.5, 0.9)
    ]
    assert {each.kind for each in last(landmarks(learned, one, starts))} == {Kind.RIDGE}
    found = last(landmarks(learned, TOSSED, [biased(0.6, 0.5), biased(0.5, 0.6)]))
    assert [landmark.kind for landmark in found] == [Kind.MAXIMUM, Kind.MIRROR]


def test_a_ridge_of_saddles_is_one_of_saddles():
    """Both coins at .66, with any weights: log P is level there, and higher beside it."""
    learned = Coins(weights="learned")
    starts = [
        PAPER,
        *(
            learned.make_params({"weight": np.array([w, 1 - w]), "heads": np.full(2, 0.66)})
            for w in (0.3, 0.6)
        ),
    ]
    assert [each.kind for each in last(landmarks(learned, TOSSED, starts))] == [
        Kind.MAXIMUM,
        Kind.SADDLE,
        Kind.SADDLE,
    ]


def test_a_ridge_below_the_maximum_is_one_too(monkeypatch):
    """The height is taken for granted: a point of the ridge, and one that is said to lie higher."""
    ends = [(biased(0.5, 0.5), -3.0), (biased(0.7, 0.5), -3.4)]
    kinds = [landmark.kind for landmark in restarts._named(COINS, ONE_TOSS, ends, [False, True], EM)]
    assert kinds == [Kind.MAXIMUM, Kind.RIDGE]


def test_where_the_model_fails_beside_an_end_there_is_no_ridge(monkeypatch):
    ends = iter([(biased(0.9, 0.1), -1.0), (biased(0.1, 0.9), -1.0)])

    def climbed(model, data, params, method):
        for end in ends:
            yield end
            return
        raise ModelError("0/0", 1, Phase.M)

    monkeypatch.setattr(restarts, "climb", climbed)
    found = last(landmarks(COINS, TOSSED, [PAPER, PAPER]))
    assert Kind.RIDGE not in [landmark.kind for landmark in found]


def test_a_lower_maximum_is_a_local_one(monkeypatch):
    """Two separate hills: the ends are taken for granted, since coins of one experiment have no such pair."""
    ends = [(biased(*BEST), -31.57), (biased(*BEST[::-1]), -31.60)]
    kinds = [landmark.kind for landmark in restarts._named(COINS, TOSSED, ends, [False, False], EM)]
    assert kinds == [Kind.MAXIMUM, Kind.LOCAL]


def test_a_maximum_on_the_border_is_one_too():
    data = COINS.parse(Table.from_columns({"tosses": ["HHHH", "TTTT"]}))
    found = last(landmarks(COINS, data, [biased(0.9, 0.1), biased(0.5, 0.5)]))
    assert [landmark.kind for landmark in found] == [Kind.MAXIMUM, Kind.SADDLE]
    np.testing.assert_allclose(found[0].params.heads, [1, 0], rtol=0, atol=1e-12)


def test_curvature_of_one_number_is_the_second_derivative():
    """d²L/du² in u = log π/(1−π), at the maximum: L''(π)·(π(1−π))²."""
    y1, y2, y3, y4 = ANIMALS
    second = -y1 / (2 + PI_BEST) ** 2 - (y2 + y3) / (1 - PI_BEST) ** 2 - y4 / PI_BEST**2
    expected = second * (PI_BEST * (1 - PI_BEST)) ** 2
    found = curvature(LINKAGE, ANIMALS, Pi(np.array(PI_BEST)))
    np.testing.assert_allclose(found, [expected], rtol=1e-5)


def test_curvature_of_a_multinomial_is_its_information():
    """In log-ratios the Hessian is −n (diag p − p pᵀ)."""
    data = np.array([5.0, 3.0, 2.0])
    share = data / data.sum()
    information = data.sum() * (np.diag(share[:2]) - np.outer(share[:2], share[:2]))
    found = curvature(DIE, data, DIE.make_params({"share": share, "bias": np.array(0.5)}))
    np.testing.assert_allclose(found, np.sort(np.linalg.eigvalsh(-information)), rtol=1e-5)


def test_curvature_signs():
    assert np.all(curvature(COINS, TOSSED, biased(*BEST)) < 0)
    down, up = curvature(COINS, TOSSED, biased(0.66, 0.66))
    assert down < 0 < up


def test_curvature_on_the_border_is_empty():
    assert curvature(COINS, TOSSED, biased(1.0, 0.5)).size == 0
    assert curvature(COINS, TOSSED, biased(0.5, 0.0)).size == 0


def test_curvature_is_of_what_is_estimated():
    learned = Coins(weights="learned")
    assert curvature(COINS, TOSSED, PAPER).shape == (2,)
    assert curvature(learned, TOSSED, PAPER).shape == (3,)
