"""Many starts: the optima that an independent program found, permuted solutions, failures, and stopping."""

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from toys import COINS, PAPER, TOSSED, biased, changed

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.convergence.ending import Place
from emviz.em.counts.table import Entry
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome, run, start
from emviz.em.methods import EM, method_named
from emviz.em.model import ModelError
from emviz.em.optima.starts import drawn, explore
from emviz.models import model_named
from emviz.models.coins import CoinParams, Coins

GOLDEN = json.loads((Path(__file__).parents[1] / "golden/starts.json").read_text("utf-8"))


def found(model, data, thetas, tolerance=1e-8, iterations=1000, **options):
    """Return the last of what comes in."""
    thetas = list(thetas)
    options = {"tolerance": tolerance, "iterations": iterations, **options}
    return [each for each in explore(model, data, thetas, len(thetas), **options) if each][-1]


def test_the_basins_of_two_coins_and_their_diagonal():
    grid = (np.arange(101) + 0.5) / 101
    survey = found(COINS, TOSSED, (biased(a, b) for a in grid for b in grid), 1e-14)
    best, saddle = survey.optima
    ends = GOLDEN["coins"]["ends"]
    assert best.orders == (ends[0]["starts"], ends[1]["starts"])
    assert len(best.runs) == 10_100
    np.testing.assert_allclose(sorted(best.params.heads), sorted(ends[0]["theta"]), atol=1e-6)
    assert (len(saddle.runs), saddle.orders) == (101, (101,))
    np.testing.assert_allclose(saddle.params.heads, ends[2]["theta"], rtol=1e-12)
    assert saddle.runs == tuple(range(0, 10_201, 102))
    assert saddle.remark == "both coins are equal: EM cannot tell them apart from here"
    assert best.remark == ""


def test_three_coins_have_one_optimum_in_six_orders():
    model = Coins(coins=3)
    data = model.parse(read_table(example_path("coins_three.csv")))
    rows = np.random.default_rng(0).uniform(0.05, 0.95, (200, 3))
    survey = found(model, data, (CoinParams(model.equal, row) for row in rows), 1e-13)
    told = GOLDEN["three_coins"]["sets"]["equal weights"]["optima"][0]
    (optimum,) = survey.optima
    assert len(optimum.runs) == told["runs"] == 200
    assert len(optimum.orders) == 6
    assert sum(optimum.orders) == 200
    # The golden program knows the tosses in their order.
    assert optimum.objective == pytest.approx(told["loglik"], abs=1e-8)
    np.testing.assert_allclose(sorted(optimum.params.heads, reverse=True), told["theta"]["heads"], atol=1e-6)


def test_permuted_starts_lead_to_one_optimum_and_are_counted_by_their_order():
    model = Coins(coins=3, weights="learned")
    data = model.parse(read_table(example_path("coins_three.csv")))
    weight, heads = np.array([0.5, 0.3, 0.2]), np.array([0.8, 0.5, 0.3])
    orders = [list(order) for order in permutations(range(3))]
    survey = found(model, data, [CoinParams(weight[order], heads[order]) for order in orders])
    (optimum,) = survey.optima
    assert optimum.orders == (1, 1, 1, 1, 1, 1)
    assert survey.components


def test_optima_of_other_heights_and_mirror_images_of_none_are_kept_apart():
    """Without the names that say so, two coins are no components, and each mirror image stands for itself."""
    model = changed(interchangeable=lambda self, data: ())
    survey = found(model, TOSSED, [PAPER, biased(0.5, 0.6), biased(0.3, 0.3)])
    assert [each.runs for each in survey.optima] in ([(0,), (1,), (2,)], [(1,), (0,), (2,)])
    assert not survey.components


def test_a_flat_ridge_is_one_optimum():
    data = COINS.parse(Table.from_columns({"tosses": list("HTHHT")}))
    survey = found(COINS, data, [biased(0.6, 0.5), biased(0.9, 0.1), biased(0.2, 0.7)])
    assert [len(each.runs) for each in survey.optima] == [3]


def test_runs_end_as_they_would_alone_and_the_best_one_stands_first():
    seeds = range(40)
    survey = found(COINS, TOSSED, drawn(COINS, TOSSED, seeds))
    for ran, params in zip(survey.runs, drawn(COINS, TOSSED, seeds), strict=True):
        alone = last_of(COINS, TOSSED, params)
        assert ran.iterations == alone.index
        assert ran.objective == pytest.approx(alone.expectation.objective, rel=1e-12)
    (optimum,) = survey.optima
    highest = max(survey.runs, key=lambda ran: ran.objective)
    assert (optimum.runs[0], optimum.objective) == (highest.number, highest.objective)
    assert sorted(optimum.runs) == [ran.number for ran in survey.runs]
    assert optimum.iterations == np.median([ran.iterations for ran in survey.runs])
    assert survey.sorted_objectives == tuple(sorted((ran.objective for ran in survey.runs), reverse=True))


def last_of(model, data, params, method=EM):
    step = start(model, data, params, method)
    for each in run(model, data, step, iterations=1000, tolerance=1e-8, method=method):
        step = each or step
    return step


def test_runs_that_have_not_converged_are_named_and_belong_to_no_optimum():
    survey = found(COINS, TOSSED, [PAPER, biased(0.8, 0.5197), biased(0.3, 0.3)], iterations=4)
    assert [ran.number for ran in survey.unsettled] == [0, 1]
    assert [each.runs for each in survey.optima] == [(2,)]
    assert {ran.outcome for ran in survey.unsettled} == {Outcome.ITERATIONS}
    assert survey.sorted_objectives == (survey.runs[2].objective,)


def test_failures_are_counted_by_their_reasons():
    survey = found(COINS, TOSSED, [biased(0, 0), PAPER, biased(1, 1), biased(0, 0)])
    (failure,) = survey.failures
    assert failure.runs == (0, 2, 3)
    assert failure.reason == "log P(x;θ) is −∞, the data are impossible under these parameters"
    assert [each.runs for each in survey.optima] == [(1,)]


def test_the_most_frequent_failure_comes_first():
    def m_step(self, data, counts):
        raise ZeroDivisionError("no heads" if counts.heads[0] > counts.heads[1] else "no tails")

    model = changed(m_step=m_step, at_once=lambda self, data: 1)
    survey = found(model, TOSSED, [biased(0.6, 0.5), biased(0.5, 0.6), biased(0.5, 0.7)])
    assert [(each.reason, each.runs) for each in survey.failures] == [
        ("no tails; start elsewhere", (1, 2)),
        ("no heads; start elsewhere", (0,)),
    ]
    assert [ran.iterations for ran in survey.runs] == [0, 0, 0]


def test_hard_em_has_the_fixed_points_of_the_paper():
    """Fixed are (.80, .45) and (.85, .5333) alone, as all 30 splits of the five sets show."""
    hard = method_named("hard")
    survey = found(COINS, TOSSED, drawn(COINS, TOSSED, range(60)), method=hard)
    heads = [sorted(each.params.heads.round(4)) for each in survey.optima]
    assert heads == [[0.45, 0.8], [0.5333, 0.85]]
    assert [each.objective for each in survey.optima] == pytest.approx([-32.240585, -32.647617], abs=1e-6)


def test_the_best_optima_are_told_what_kind_of_place_they_are():
    thetas = [PAPER, biased(0.3, 0.3)]
    assert [each.place for each in found(COINS, TOSSED, thetas).optima] == [None, None]
    assert [each.place for each in found(COINS, TOSSED, thetas, places=1).optima] == [Place.MAXIMUM, None]
    places = [each.place for each in found(COINS, TOSSED, thetas, places=5).optima]
    assert places == [Place.MAXIMUM, Place.SADDLE]


def test_results_come_in_while_runs_go_on_and_the_work_can_be_left_at_any_place():
    seen = [
        len(each.runs)
        for each in explore(COINS, TOSSED, drawn(COINS, TOSSED, range(30)), 30, iterations=99, tolerance=1e-8)
        if each
    ]
    assert seen[0] == 0
    assert seen == sorted(seen)
    assert seen[-2:] == [30, 30]
    assert len(set(seen)) > 5


def test_nothing_more_is_computed_once_it_is_left():
    done = []

    def e_step(self, data, params):
        done.append(params)
        return Coins.e_step(self, data, params)

    model = changed(e_step=e_step, at_once=lambda self, data: 1)
    work = explore(model, TOSSED, drawn(model, TOSSED, range(2000)), 2000, iterations=99, tolerance=1e-8)
    for _ in range(40):
        before = len(done)
        next(work)
        # A half-step, or the few heights between two ends.
        assert len(done) - before <= 3
    work.close()


def test_a_tolerance_of_0_is_refused():
    with pytest.raises(ParameterError, match="a tolerance above 0"):
        found(COINS, TOSSED, [PAPER], tolerance=0.0)


@pytest.mark.parametrize(("most", "counts"), [(0, [1, 1]), (1, [2])])
def test_a_model_that_fails_between_two_ends_keeps_them_apart(most, counts):
    """Heights between ends are asked for one by one where they cannot all be told together."""

    def objectives(self, data, params):
        if len(params.heads) > most:
            raise ArithmeticError("too many")
        return Coins.objectives(self, data, params)

    survey = found(changed(objectives=objectives), TOSSED, [PAPER, PAPER, biased(0.3, 0.3), biased(0.3, 0.3)])
    assert [len(each.runs) for each in survey.optima] == counts * 2


def test_a_start_that_cannot_be_drawn_says_so():
    def no_start(self, data, rng):
        raise ModelError("nothing to start from", 0, None)

    model = changed(start=no_start)
    with pytest.raises(ModelError):
        found(model, TOSSED, drawn(model, TOSSED, range(10)))


@pytest.mark.thorough
@pytest.mark.unmeasured
def test_runs_of_the_casino_that_crawl_are_not_taken_for_optima():
    """The first golden starts: three lead to golden ends, the others crawl along a plateau."""
    model = model_named("hmm")
    data = model.parse(read_table(example_path("hmm_casino.csv")))
    rng = np.random.default_rng(0)
    thetas = [
        model.make_params(
            {
                "initial": rng.dirichlet([1, 1]),
                "transition": rng.dirichlet([1, 1], 2),
                "emission": rng.dirichlet([1] * 6, 2),
            }
        )
        for _ in range(6)
    ]
    survey = found(model, data, thetas, iterations=250)
    ends = np.array([each["loglik"] for each in GOLDEN["hmm"]["optima"]])
    assert survey.optima
    for each in survey.optima:
        assert np.abs(ends - each.objective).min() < 1e-4
    # The golden program needs some 400 iterations and more for these two.
    assert {1, 5} <= {ran.number for ran in survey.unsettled}


def test_the_watched_entries_of_a_path_are_those_of_the_run():
    heads = (Entry("heads", (0,)), Entry("heads", (1,)))
    survey = found(COINS, TOSSED, [PAPER, biased(0.3, 0.31)], watched=heads)
    for ran, params in zip(survey.runs, (PAPER, biased(0.3, 0.31)), strict=True):
        steps = [start(COINS, TOSSED, params)]
        steps += [step for step in run(COINS, TOSSED, steps[0], iterations=1000, tolerance=1e-8) if step]
        heads_at = {step.index: step.params.heads.tolist() for step in steps}
        kept = [t for t in (0, 1, 2, 3, 4, 6, 8, 11, 16, 23, 32) if t < ran.iterations] + [ran.iterations]
        assert len(ran.path) == len(kept)
        np.testing.assert_allclose(ran.path, [heads_at[t] for t in kept], rtol=1e-12)


def test_a_path_is_the_same_where_runs_go_on_one_by_one():
    heads = (Entry("heads", (0,)), Entry("heads", (1,)))
    thetas = [PAPER, biased(0.2, 0.9), biased(0, 0)]
    together, alone = (found(COINS, TOSSED, thetas, watched=heads, method=each) for each in (EM, slow()))
    for one, other in zip(together.runs, alone.runs, strict=True):
        np.testing.assert_allclose(one.path, other.path, rtol=1e-12)
    assert together.runs[2].path == ()


def slow():
    """EM, but not the same record, so that no runs go on together."""
    return replace(EM, tip="one by one")


def test_each_run_tells_in_which_order_it_came():
    survey = found(COINS, TOSSED, [PAPER, biased(0.9, 0.1), biased(0.5, 0.6), biased(0.3, 0.3)])
    best, saddle = survey.optima
    by_run = dict(zip(best.runs, best.order_of, strict=True))
    assert by_run == {0: 0, 1: 0, 2: 1}
    assert best.orders == (2, 1)
    assert saddle.order_of == (0,)
