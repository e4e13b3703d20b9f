"""Gradient ascent, Newton, SQUAREM, Anderson: the paths and counts of an independent program."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import pytest
from standing import stand_for
from toys import COINS, PAPER, TOSSED, biased, changed

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.domains import Parameter, ParameterError, Real
from emviz.em.engine import advance, start
from emviz.em.methods import EM, METHODS, Hard, Scaled, mapping, method_named
from emviz.em.methods.climbing import HALVINGS, Climb
from emviz.em.methods.newton import uphill
from emviz.em.model import Expectation, ModelError, Phase, fields_of
from emviz.em.objective.bound import segment
from emviz.em.theta.coordinates import Free, Natural, size_of
from emviz.em.theta.covariance import Covariance
from emviz.em.theta.params import params_from
from emviz.em.work import finished
from emviz.session.run import begun_run

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "methods.json").read_text())["models"]


@pytest.mark.parametrize(
    ("key", "example", "many"),
    [("coins", "do2008", 2), ("gmm", "faithful", 11), ("network", "clinic", 18), ("hmm", "casino", 13)],
)
def test_the_parameters_that_are_estimated_on_their_own_are_counted(key, example, many):
    session = desk.example_session(key, example)
    assert size_of(session.model, session.data) == many


class Spread(NamedTuple):
    covariance: np.ndarray


class Sums(NamedTuple):
    squares: np.ndarray


@dataclass(frozen=True)
class Murray:
    """Two columns of normal numbers with mean 0, holes as NaN (Murray 1977, J. R. Statist. Soc. B 39:27)."""

    key: ClassVar[str] = "murray"
    title: ClassVar[str] = "Murray"
    objective: ClassVar[str] = "log P"
    columns: ClassVar[tuple] = ()

    def parameters(self, data):
        return (Parameter("covariance", Covariance(), "Σ", (("1", "2"),) * 2, bound=frozenset({(1, 0)})),)

    def make_params(self, values):
        return Spread(np.asarray(values["covariance"]))

    def default(self, data):
        return Spread(np.diag([2.5, 2.5]))

    def e_step(self, data, params):
        height, total = 0.0, np.zeros((2, 2))
        for row in data:
            seen = ~np.isnan(row)
            own = params.covariance[np.ix_(seen, seen)]
            slope = params.covariance[:, seen] @ np.linalg.inv(own)
            filled = slope @ row[seen]
            total += np.outer(filled, filled) + params.covariance - slope @ params.covariance[seen]
            height -= 0.5 * (
                np.linalg.slogdet(2 * np.pi * own)[1] + row[seen] @ np.linalg.solve(own, row[seen])
            )
        return Expectation(Sums(total), float(height))

    def m_step(self, data, counts):
        return Spread(counts.squares / len(data))

    def q(self, data, counts, params):
        inside = np.trace(np.linalg.solve(params.covariance, counts.squares))
        return float(-0.5 * (len(data) * np.linalg.slogdet(2 * np.pi * params.covariance)[1] + inside))


HOLE = float("nan")
PAIRS = np.array(
    [
        *((1, 1), (1, -1), (-1, 1), (-1, -1), (2, HOLE), (2, HOLE), (-2, HOLE), (-2, HOLE)),
        *((HOLE, 2), (HOLE, 2), (HOLE, -2), (HOLE, -2)),
    ]
)


@dataclass
class Case:
    """A model on the data of the golden runs."""

    model: object
    data: object
    golden: dict

    @property
    def params(self):
        return params_from(self.model, self.data, self.golden["start"])

    def method(self, name):
        method = method_named(name)
        return method.scaled(self.golden["units"]) if isinstance(method, Scaled) else method

    def steps(self, name, many):
        """θ(0) and what follows, up to the step that fails."""
        method = self.method(name)
        steps = [start(self.model, self.data, self.params, method)]
        while steps[-1].index < many:
            steps.append(advance(self.model, self.data, steps[-1], method))
        return [step for step in steps if step.phase is not Phase.E]


def case(key):
    golden = GOLDEN[key]
    if key == "normal":
        return Case(Murray(), PAIRS, golden)
    session = desk.example_session(key)
    data = {
        "abo": {"phenotype": ["A", "B", "AB", "O"], "count": [182, 60, 17, 176]},
        "linkage": {"cell": ["1", "2", "3", "4"], "count": [125, 18, 20, 34]},
    }
    parsed = session.model.parse(Table.from_columns(data[key])) if key in data else session.data
    return Case(session.model, parsed, golden)


RUNS = [(key, name) for key, golden in GOLDEN.items() for name in golden["runs"]]
#: Where rounding grows on the way: the far path of a Newton that diverges.
LOOSE = {("deaths", "newton"): 3}


def far(params, theta):
    return max(np.abs(fields_of(params)[name] - np.array(value)).max() for name, value in theta.items())


@pytest.mark.parametrize(("key", "name"), RUNS)
def test_the_first_steps_are_those_of_the_independent_program(key, name):
    it, run = case(key), GOLDEN[key]["runs"][name]
    path = run["path"][: LOOSE.get((key, name))]
    steps = it.steps(name, len(path) - 1)
    # A Hessian by differences is right to some 1e-8 of itself.
    slack = 2e-6 if name.startswith(("newton", "safeguarded")) else 3e-8
    for step, known in zip(steps, path, strict=True):
        assert far(step.params, known["theta"]) <= slack * max(1.0, *np.abs(step.params[-1]).ravel())
        assert step.stride is None or step.phase is Phase.STEP


def spent(steps):
    return sum(step.stride.e_steps if step.stride else 1 for step in steps[1:])


def arrives_soon(key, name):
    within = GOLDEN[key]["runs"][name]["within"]
    return within is not None and within["iteration"] < 400


SOON = [each for each in RUNS if arrives_soon(*each)]


@pytest.mark.unmeasured
@pytest.mark.parametrize(("key", "name"), stand_for(SOON, SOON[::2]))
def test_it_comes_within_a_millionth_of_a_nat_by_as_many_e_steps(key, name):
    it, within = case(key), GOLDEN[key]["runs"][name]["within"]
    steps = it.steps(name, within["iteration"])
    # That of the last digits of the golden file, which the model's own constant may differ from.
    best = (
        it.golden["best"] + steps[0].expectation.objective - it.golden["runs"][name]["path"][0]["objective"]
    )
    assert abs(steps[-1].expectation.objective - best) <= 1.001e-6
    assert all(abs(step.expectation.objective - best) > 0.999e-6 for step in steps[:-1])
    assert spent(steps) == within["e_steps"]


SAFE = ("em", "backtracking", "safeguarded", "squarem", "anderson")


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", SAFE)
@pytest.mark.parametrize("key", stand_for(GOLDEN, [*GOLDEN][::2]))
def test_what_is_safeguarded_never_falls_and_ends_where_em_does(key, name):
    if key == "deaths" and name in ("em", "backtracking"):
        pytest.skip("thousands of iterations")
    it = case(key)
    many = {"em": 160, "backtracking": 200, "anderson": 60}.get(name, 40)
    heights = [step.expectation.objective for step in it.steps(name, many)]
    assert all(after >= before - 1e-12 * abs(before) for before, after in pairwise(heights))
    best = it.golden["best"] + heights[0] - it.golden["runs"]["em"]["path"][0]["objective"]
    assert heights[-1] == pytest.approx(best, abs=1e-8)


def maps_until_still(it, name):
    """The maps of EM until one of the two that begin a cycle moves θ by less than 1e-8, and the heights."""
    method, step = it.method(name), it.steps(name, 0)[0]
    chart, maps, heights = Natural(it.model, it.data, it.params), 0, [step.expectation.objective]
    while True:
        first = it.model.m_step(it.data, step.expectation.counts)
        second = it.model.m_step(it.data, it.model.e_step(it.data, first).counts)
        here, once, twice = (chart.point(params) for params in (step.params, first, second))
        for more, moved in enumerate((once - here, twice - once), start=1):
            if np.linalg.norm(moved) < 1e-8:
                return maps + more, np.array(heights)
        step = advance(it.model, it.data, step, method)
        # A refused jump has been mapped, and its E-step shows that it has to be.
        maps += step.stride.e_steps - step.stride.refused
        heights.append(step.expectation.objective)


def test_squarem_on_the_deaths_takes_72_maps_and_is_monotone_only_with_its_guard():
    """The counts of the R package, in natural coordinates."""
    maps, heights = maps_until_still(case("deaths"), "squarem")
    assert maps == 72
    assert np.diff(heights).min() > -1e-11
    maps, heights = maps_until_still(case("deaths"), "squarem-unguarded")
    assert maps == 66
    assert np.diff(heights).min() == pytest.approx(-0.000236916715266, rel=1e-4)


def test_plain_newton_walks_to_the_saddle_of_the_coins():
    last = case("coins").steps("newton", 7)[-1]
    np.testing.assert_allclose(last.params.heads, [0.66, 0.66], atol=1e-7)


def test_plain_newton_walks_to_murrays_saddle():
    last = case("normal").steps("newton", 5)[-1]
    np.testing.assert_allclose(last.params.covariance, np.diag([2.5, 2.5]), atol=1e-7)


@pytest.mark.thorough
def test_plain_newton_diverges_on_the_deaths_and_says_so():
    it = case("deaths")
    best = it.golden["best"]
    with pytest.raises(ModelError, match=r"Iteration \d+: the "):
        it.steps("newton", 60)
    assert it.steps("newton", 17)[-1].expectation.objective < best - 10


@pytest.mark.parametrize(
    ("name", "entry"),
    [("gradient:0.03:natural", "θ_A would be 1.022"), ("newton:natural", "p_B would be -0.004165")],
)
def test_a_step_out_of_the_domain_is_a_sentence(name, entry):
    it = case("coins" if "gradient" in name else "abo")
    with pytest.raises(ModelError, match=f"Iteration 1: the step leaves the domain: {entry}, and "):
        it.steps(name, 1)


def test_a_step_of_more_than_two_over_the_curvature_never_settles():
    heights = [step.expectation.objective for step in case("coins").steps("gradient:0.6", 60)]
    assert min(after - before for before, after in pairwise(heights)) < -0.1
    assert heights[-1] < -31.7


def sinking():
    """Coins that are found less likely at every look."""
    looks = []

    def e_step(self, data, params):
        looks.append(params)
        return replace(type(COINS).e_step(self, data, params), objective=-float(len(looks)))

    return changed(e_step=e_step)


@pytest.mark.parametrize("name", ["backtracking", "safeguarded"])
def test_where_nothing_is_gained_theta_stays(name):
    model, method = sinking(), method_named(name)
    before = start(model, TOSSED, PAPER, method)
    step = advance(model, TOSSED, before, method)
    assert step.params is before.params
    assert (step.stride.e_steps, step.stride.refused, step.stride.length) == (HALVINGS, HALVINGS, 0)


def test_the_next_trial_is_twice_the_last_step():
    strides = [step.stride for step in case("coins").steps("backtracking", 4)[1:]]
    assert strides[0].length == 1.0 / 2 ** strides[0].refused
    for before, after in pairwise(strides):
        assert after.length == 2 * before.length / 2**after.refused


def test_a_point_at_infinity_is_no_theta():
    with pytest.raises(ArithmeticError, match="the step has diverged: it leads to infinity"):
        Free(COINS, TOSSED, PAPER).params(np.array([np.inf, 0.0]))


@pytest.mark.parametrize("error", [FloatingPointError("overflow"), ArithmeticError("one column is another")])
def test_where_log_p_cannot_be_computed_a_step_has_diverged(error):
    """Of θ(t+1) in EM a model's words blame the data; here the step is to blame."""

    def fails(self, data, params):
        raise error

    climb = Climb(changed(e_step=fails), TOSSED, start(COINS, TOSSED, PAPER), Free(COINS, TOSSED, PAPER))
    with pytest.raises(ArithmeticError, match="the step has diverged: log P cannot be computed"):
        climb.at(climb.here)


@pytest.mark.thorough
def test_a_step_beyond_the_range_of_a_float_has_diverged():
    """Of genes in modules: variances of e to the 700 and more."""
    session = desk.set_method(desk.example_session("modules", "cyano"), method_named("newton"))
    failed = desk.step(session)
    assert (
        str(failed.failure) == "Iteration 1: the step has diverged: log P cannot be computed where it leads"
    )


def test_uphill_whatever_the_signs():
    move = uphill(np.diag([4.0, -2.0]), np.array([8.0, 6.0]))
    np.testing.assert_allclose(move, [2.0, 3.0])
    np.testing.assert_allclose(uphill(np.diag([1.0, 0.0]), np.array([1.0, 1.0])), [1.0, 1e6])
    with pytest.raises(ArithmeticError, match="flat in every direction"):
        uphill(np.zeros((2, 2)), np.zeros(2))


def test_a_hessian_of_nothing_is_singular():
    flat = changed(q=lambda self, data, counts, params: 0.0)
    with pytest.raises(ModelError, match=r"the Hessian at θ\(0\) is singular: Newton's step does not exist"):
        advance(flat, TOSSED, start(flat, TOSSED, PAPER, method_named("newton")), method_named("newton"))


def test_the_hessian_is_counted_apart():
    step = case("coins").steps("newton", 1)[-1]
    assert (step.stride.e_steps, step.stride.for_hessian) == (1, 4)


def test_on_the_border_there_are_no_free_coordinates():
    border = biased(1.0, 0.5)
    for name in ("gradient", "backtracking", "newton", "safeguarded", "anderson"):
        method = method_named(name)
        with pytest.raises(
            ModelError, match="θ lies on the border of its domain, where the free coordinates"
        ):
            advance(COINS, TOSSED, start(COINS, TOSSED, border, method), method)


def lame(after):
    """Coins that cannot be weighed any more after so many E-steps."""
    done = []

    def e_step(self, data, params):
        done.append(params)
        if len(done) in after:
            raise ArithmeticError("no more")
        return type(COINS).e_step(self, data, params)

    return changed(e_step=e_step)


def test_a_jump_that_cannot_be_weighed_is_refused():
    """Of SQUAREM: the trial of its second iteration, and what follows it; then EM's second step stands."""
    # E-steps: θ(0); θ' and θ(1); θ', the jump, and the step of EM from there.
    for fails in (5, 6):
        model = lame({fails})
        step = start(model, TOSSED, PAPER, method_named("squarem"))
        for _ in range(2):
            step = advance(model, TOSSED, step, method_named("squarem"))
        assert step.stride.refused == 1
        em = start(COINS, TOSSED, PAPER)
        for _ in range(8):
            em = advance(COINS, TOSSED, em)
        np.testing.assert_allclose(step.params.heads, em.params.heads, rtol=1e-12)


def test_a_combination_that_cannot_be_weighed_gives_way_to_em():
    model, method = lame({3}), method_named("anderson")
    step = start(model, TOSSED, PAPER, method)
    for _ in range(2):
        step = advance(model, TOSSED, step, method)
    assert step.stride.refused == 1
    em = start(COINS, TOSSED, PAPER)
    for _ in range(4):
        em = advance(COINS, TOSSED, em)
    np.testing.assert_allclose(step.params.heads, em.params.heads, rtol=1e-12)


def test_at_a_fixed_point_squarem_stays():
    """Nothing differs, so that there is no direction to jump in."""
    still = changed(m_step=lambda self, data, counts: PAPER)
    step = start(still, TOSSED, PAPER, method_named("squarem"))
    for _ in range(2):
        step = advance(still, TOSSED, step, method_named("squarem"))
        np.testing.assert_array_equal(step.params.heads, PAPER.heads)


def test_a_model_with_too_many_parameters_or_none_is_refused():
    many = type("Many", (Murray,), {})()
    wide = Parameter("covariance", Real(), "m", (tuple(map(str, range(2000))),))
    many = type("Many", (Murray,), {"parameters": lambda self, data: (wide,)})()
    assert method_named("gradient").refusal(many, None) == (
        "2,000 free parameters, and this method takes at most 1,500"
    )
    assert method_named("squarem").refusal(many, None) == ""
    none = type("None", (Murray,), {"parameters": lambda self, data: ()})()
    with pytest.raises(
        ParameterError, match=r"^SQUAREM is not offered here: this model has nothing to be estimated$"
    ):
        method_named("squarem").begin(none, PAIRS, Spread(np.eye(2)))
    assert EM.refusal(none, None) == ""


def test_methods_have_options():
    method = method_named("gradient:0.03:natural")
    assert (method.key, method.title) == ("gradient:0.03:natural", "Gradient ascent, step 0.03, natural")
    assert (method.step, method.coordinates, method.length) == (0.03, "natural", 0.03)
    assert method_named("squarem:free").coordinates == "free"
    for name, said in {
        "em:free": r"^the method em has no option 'free'$",
        "newton:2": r"^the method newton has no option '2'; it takes free or natural$",
        "gradient:x": r"^expected the length of a step above 0, free or natural, got 'x'$",
        "gradient:-1": r"got '-1'$",
        "gradient:inf": r"got 'inf'$",
    }.items():
        with pytest.raises(ParameterError, match=said):
            method_named(name)


def test_there_is_no_bound_and_the_landmarks_are_those_of_em():
    for method in METHODS[2:]:
        step = start(COINS, TOSSED, PAPER, method)
        assert method.unbounded.startswith("There is no bound: ")
        assert np.isnan(method.bound(COINS, TOSSED, step, PAPER))
        assert mapping(method) is EM
    assert mapping(Hard()) == Hard()
    assert EM.unbounded == Hard().unbounded == ""


@dataclass(frozen=True)
class Halfway(type(EM)):
    """A toy: half of EM's step."""

    key: str = "halfway"
    title: str = "Half of EM"

    def advance(self, model, data, step):
        found = EM.advance(model, data, step)
        if found.phase is Phase.E:
            return found
        half = {
            name: (old + new) / 2
            for (name, old), new in zip(fields_of(step.params).items(), found.params, strict=True)
        }
        params = model.make_params(half)
        expectation, q_here = finished(self._expecting(model, data, params))
        return type(found)(
            found.index, Phase.M, params, expectation, q_here, self.bound(model, data, step, params)
        )


def test_a_method_of_ones_own_needs_no_other_file(monkeypatch):
    monkeypatch.setattr("emviz.em.methods.METHODS", (*METHODS, Halfway()))
    method = method_named("halfway")
    session = desk.new_session(
        COINS, desk.example_session().table, "coins", start={"heads": [0.6, 0.5]}, method=method
    )
    session = desk.step(desk.step(session))
    np.testing.assert_allclose(
        session.step.params.heads, (PAPER.heads + np.array([0.713012235401, 0.581339308314])) / 2
    )
    assert session.step.bound <= session.step.expectation.objective
    assert begun_run(COINS, session.table, TOSSED, PAPER, method).method is method


def test_a_slice_has_no_bound_where_the_method_has_none():
    method = method_named("newton")
    step = start(COINS, TOSSED, PAPER, method)
    cut = segment(COINS, TOSSED, step, biased(0.7, 0.6), 5, method)
    assert np.all(np.isnan(cut.bound))
    assert np.all(np.isfinite(cut.objective))


@pytest.mark.parametrize("method", METHODS[2:], ids=lambda method: method.key)
def test_a_step_can_be_stopped_between_any_two_e_steps_and_any_two_slopes(method):
    """Counted, since time depends on the machine."""
    done = Counter()

    def e_step(self, data, params):
        done["e"] += 1
        return type(COINS).e_step(self, data, params)

    def q(self, data, counts, params):
        done["q"] += 1
        return type(COINS).q(self, data, counts, params)

    model = changed(e_step=e_step, q=q)
    work, most = method.parts(model, TOSSED, start(model, TOSSED, PAPER, method)), Counter()
    while True:
        done.clear()
        stopped = next(work, "end")
        most |= done
        if stopped == "end":
            break
    # SQUAREM's jump and the step of EM from there are one part; a slope takes at most 60 looks at Q.
    assert most["e"] <= 2
    assert most["q"] <= 60
