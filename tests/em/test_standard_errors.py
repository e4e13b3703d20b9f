"""Standard errors next to an independent program, to formulas by hand, and where there are none."""

import json
from typing import NamedTuple

import numpy as np
import pytest
from optima import CASES, GROUPS, HOLES, KNOWN, SINGULAR, case, errors_at
from standing import stand_for
from test_other_methods import PAIRS, Murray, Spread
from toys import ANIMALS, COINS, PAPER, PI_BEST, TOSSED, Linkage, biased, changed

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.domains import Parameter, ParameterError, Positive, Real, Simplex, Unit
from emviz.em.hyper import configure
from emviz.em.theta.coordinates import Free
from emviz.em.theta.covariance import Covariance
from emviz.em.theta.params import params_from
from emviz.em.uncertainty.standard_errors import interval, standard_errors
from emviz.models import discover, model_named
from emviz.models.deaths import Deaths


def entries_of(golden, model, data):
    """The numbers of the independent program for each entry that is estimated, in reading order."""
    for each in model.parameters(data):
        if not each.fixed:
            flat = np.array(golden[each.name], dtype=float).reshape(each.shape)
            yield from (flat[index] for index in each.free)


#: Where Q itself is rounded: its trace has terms a hundred thousand times as large as what they add up to.
LOOSE = {"normal, cement": 1e-3}


NAMES = [*KNOWN, *HOLES, "normal, Murray, mean 0"]
SLOW = ("gmm, faithful, K=2 full", "normal, cement", "normal, cholesterol")


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", stand_for(NAMES, [name for name in NAMES if name not in SLOW]))
def test_the_table_of_the_independent_program(name):
    model, data, params = case(name)
    golden, found = CASES[name], errors_at(model, data, params)
    loose = LOOSE.get(name, 2e-6)
    assert found.withheld == ""
    np.testing.assert_allclose(
        [each.error for each in found.entries],
        list(entries_of(golden["se"], model, data)),
        rtol=loose,
    )
    np.testing.assert_allclose(
        [each.face_value for each in found.entries],
        list(entries_of(golden["se_if_complete"], model, data)),
        rtol=loose,
    )
    np.testing.assert_allclose(found.missing, golden["missing_information"], rtol=0, atol=loose)
    if golden["covariance"] is not None:
        np.testing.assert_allclose(found.covariance, golden["covariance"], rtol=5e-6, atol=1e-7)
    assert found.distance < 1e-3
    estimates = list(entries_of(golden["theta"], model, data))
    np.testing.assert_allclose([each.estimate for each in found.entries], estimates, rtol=1e-9)


# -- intervals -----------------------------------------------------------------------------------------------


def test_intervals_stay_in_the_domain():
    rows = {each.label: each for each in errors_at(*case("haplotype, Thompson")).entries}
    rare = rows["p_ab"]
    # .0046 ± 1.96 · .0059 would begin below 0.
    assert rare.estimate - 1.96 * rare.error < 0 < rare.low < rare.estimate < rare.high < 1
    odds = np.log(rare.estimate / (1 - rare.estimate))
    half = 1.959963984540054 * rare.error / (rare.estimate * (1 - rare.estimate))
    np.testing.assert_allclose([rare.low, rare.high], 1 / (1 + np.exp(-np.array([odds - half, odds + half]))))


@pytest.mark.parametrize(
    ("domain", "index", "ends"),
    [
        (Unit(), (0,), (0.5 / (0.5 + 0.5 * np.e**0.4), 0.5 / (0.5 + 0.5 * np.e**-0.4))),
        (Simplex(), (0,), (0.5 / (0.5 + 0.5 * np.e**0.4), 0.5 / (0.5 + 0.5 * np.e**-0.4))),
        (Positive(), (0,), (0.5 * np.e**-0.2, 0.5 * np.e**0.2)),
        (Covariance(), (1, 1), (0.5 * np.e**-0.2, 0.5 * np.e**0.2)),
        (Covariance(), (0, 1), (0.4, 0.6)),
        (Real(), (0,), (0.4, 0.6)),
    ],
)
def test_an_interval_is_drawn_where_its_entry_is_free(domain, index, ends):
    np.testing.assert_allclose(interval(Parameter("x", domain, "x", (("1", "2"),)), index, 0.5, 0.1), ends)


def test_an_interval_of_nearly_no_information_ends_where_the_domain_does():
    where = Parameter("x", Unit(), "x", (("1",),))
    assert interval(where, (0,), 0.5, 1e6) == (0.0, 1.0)
    assert interval(Parameter("x", Positive(), "x", (("1",),)), (0,), 1e-9, 1.0) == (0.0, np.inf)


@pytest.mark.thorough
@pytest.mark.unmeasured
@pytest.mark.parametrize("unit", [1e-6, 1e-3, 1e6])
def test_errors_are_in_the_units_of_the_columns(unit):
    """Means have no scale of their own in φ: the steps of the differences must take that of the data."""
    table = desk.example_session("gmm").table
    model, _, params = case("gmm, faithful, K=2 full")
    columns = {"eruptions": table.numbers("eruptions") * unit, "waiting": table.numbers("waiting")}
    turn = np.array([unit, 1.0])
    there = params_from(
        model,
        (data := model.parse(Table.from_columns(columns))),
        {
            "weight": params.weight,
            "mean": params.mean * turn,
            "covariance": params.covariance * turn * turn[:, None],
        },
    )
    usual = errors_at(*case("gmm, faithful, K=2 full"))
    found = errors_at(model, data, there)
    units = [each.estimate / old.estimate for each, old in zip(found.entries, usual.entries, strict=True)]
    known = [each.error for each in usual.entries]
    np.testing.assert_allclose([each.error for each in found.entries] / np.array(units), known, rtol=1e-5)
    np.testing.assert_allclose(found.missing, usual.missing, rtol=0, atol=1e-6)


def test_another_level():
    at = case("linkage")
    usual, narrow = errors_at(*at).entries[0], errors_at(*at, level=0.5).entries[0]
    assert usual.low < narrow.low < narrow.estimate < narrow.high < usual.high
    for level in (0.0, 1.0, -0.2, 95.0):
        with pytest.raises(ParameterError, match="level of confidence must lie between 0 and 1"):
            errors_at(*at, level=level)


def test_the_paper_s_coins_as_they_are_shown():
    found = errors_at(*case("coins, equal weights"))
    assert [round(each.error, 3) for each in found.entries] == [0.101, 0.131]
    assert [round(each.face_value, 3) for each in found.entries] == [0.08, 0.101]
    # The information on the first coin: 1 − (.0800 / .1015)².
    assert found.entries[0].lost == pytest.approx(1 - (0.0799561415385 / 0.101499217121) ** 2, rel=1e-6)
    assert found.slowest == "θ_B up"
    assert np.linalg.norm(found.direction["heads"]) == pytest.approx(1)


# -- where there are none ------------------------------------------------------------------------------------


def withheld(*at):
    found = errors_at(*at)
    assert not found.entries
    assert found.covariance.size == 0
    return found


def test_at_the_saddle_of_the_coins():
    found = withheld(COINS, TOSSED, biased(0.66, 0.66))
    np.testing.assert_allclose(
        found.missing, SINGULAR["two coins, both .66: the saddle"]["em_map"], atol=1e-6
    )
    assert found.withheld == (
        "No standard errors: θ is at a saddle of log P, which rises both ways along θ_A up, θ_B down; the EM "
        "map's largest eigenvalue is 1.533."
    )


def test_at_the_saddles_of_the_haplotypes_and_of_murray():
    session = desk.example_session("haplotype", "double-heterozygotes")
    even = params_from(session.model, session.data, {"frequency": [0.25] * 4})
    found = withheld(session.model, session.data, even)
    assert "at a saddle" in found.withheld
    assert found.withheld.endswith("the EM map's largest eigenvalue is 2.")
    found = withheld(Murray(), PAIRS, Spread(np.diag([2.5, 2.5])))
    np.testing.assert_allclose(found.missing, SINGULAR["Murray at rho = 0: the saddle"]["em_map"], atol=1e-6)
    assert "at a saddle" in found.withheld


def test_on_the_ridge_of_a_third_rate():
    golden = SINGULAR["deaths with K = 3: a third component that is not needed"]
    model, data = Deaths(components=3), desk.example_session("deaths").data
    found = withheld(model, data, params_from(model, data, golden["theta"]))
    np.testing.assert_allclose(found.missing, golden["em_map"], atol=1e-6)
    assert found.withheld.startswith("No standard errors: θ is on a ridge of log P, which is flat along w_")


@pytest.mark.parametrize("weights", ["equal", "learned"])
def test_on_the_ridge_of_one_toss_a_set(weights):
    golden = SINGULAR[f"one toss a set, {weights} weights"]
    model = configure(model_named("coins"), {"weights": weights})
    theta = golden["theta"]
    shares = theta.get("weight", [0.5, 0.5])
    assert np.dot(shares, theta["heads"]) == pytest.approx(0.66, abs=1e-9)
    data = model.parse(Table.from_columns({"heads": [1] * 66 + [0] * 34, "tails": [0] * 66 + [1] * 34}))
    found = withheld(model, data, params_from(model, data, theta))
    np.testing.assert_allclose(found.missing, golden["em_map"], atol=1e-6)
    assert "on a ridge of log P" in found.withheld


def test_on_the_way():
    found = withheld(COINS, TOSSED, PAPER)
    assert found.withheld == "No standard errors: θ is not at a maximum of log P yet: run on."
    assert found.missing.size == 0


@pytest.mark.parametrize(
    ("heads", "said"), [((1.0, 0.5), "θ_A = 1"), ((0.5, 0.0), "θ_B = 0"), ((0.5, 1e-9), "θ_B = 1e-09")]
)
def test_on_the_border(heads, said):
    assert withheld(COINS, TOSSED, biased(*heads)).withheld == (
        f"No standard errors: {said} is on the border of its domain, where the slope of log P need not be 0."
    )


def test_the_last_of_a_row_of_probabilities_on_the_border():
    """Nobody has O: the free coordinates of A and B are both very large, yet what lies on a border is O."""
    model = model_named("abo")
    data = model.parse(Table.from_columns({"phenotype": GROUPS, "count": [25, 25, 50, 0]}))
    for rare in (0.0, 1e-8):
        params = params_from(model, data, {"allele": [0.5 - rare / 2, 0.5 - rare / 2, rare]})
        assert f"p_O = {rare:g} is on the border" in withheld(model, data, params).withheld


def test_a_rate_of_zero_and_a_variance_of_nearly_zero():
    session = desk.example_session("tomography", "spots")
    assert "λ_" in withheld(session.model, session.data, _emptied(session)).withheld
    model = model_named("gmm")
    data = model.parse(Table.from_columns({"x": [1.0, 2.0, 2.5, 4.0]}))
    values = {"weight": [0.25, 0.75], "mean": [[1.0], [2.8]], "covariance": [[[1e-300]], [[0.7]]]}
    assert withheld(model, data, params_from(model, data, values)).withheld == NEAR


NEAR = "No standard errors: θ is on the border of its domain, or too close to it for finite differences."


@pytest.mark.thorough
def test_a_singular_covariance():
    session = desk.example_session("gmm", "singular")
    stepped = desk.step(desk.step(session))
    assert withheld(session.model, session.data, stepped.step.params).withheld == NEAR


def _emptied(session):
    fields = session.start._asdict()
    name, value = next((name, np.array(value)) for name, value in fields.items() if np.size(value) > 1)
    value.flat[0] = 0.0
    return session.model.make_params({**fields, name: value})


def test_too_many_parameters_and_none():
    session = desk.example_session("motif")
    found = withheld(session.model, session.data, session.start)
    assert found.withheld.startswith("No standard errors: 66 parameters are estimated, and 50 are the most")
    held = changed(parameters=lambda self, data: [])
    assert withheld(held, TOSSED, PAPER).withheld == "No standard errors: nothing is estimated here."


# -- how it is computed, and told ----------------------------------------------------------------------------


def test_it_says_how_far_it_is_and_can_be_stopped_between_any_two_parts():
    fractions = list(standard_errors(*case("coins, learned weights")))
    # p = 3: the slope, then two matrices by four slopes for each coordinate; this is half of the work where θ
    # is not yet at the maximum.
    np.testing.assert_allclose(fractions, np.arange(1, 76) / 150)
    stopped = standard_errors(*case("coins, learned weights"))
    next(stopped)
    stopped.close()
    with pytest.raises(StopIteration):
        next(stopped)


def test_the_errors_are_those_of_the_maximum_wherever_the_run_stopped():
    """2.9×10⁻⁴ standard errors before it, θ_A would lose 38.0 %, and its interval begin at .5343."""
    model, data, maximum = case("coins, equal weights")
    golden = errors_at(model, data, maximum)
    for heads, distance in (([0.7967724, 0.5196136], 2.9e-4), ([0.7966, 0.5199], 2.9e-3)):
        found = errors_at(model, data, params_from(model, data, {"heads": heads}))
        assert found.distance == pytest.approx(distance, rel=0.1)
        for one, other in zip(found.entries, golden.entries, strict=True):
            for key in ("estimate", "se", "low", "high", "se_at_face_value", "lost"):
                assert one.record()[key] == pytest.approx(other.record()[key], abs=1e-6)


def test_the_measured_rate_stands_beside_the_largest_fraction():
    model, data, params = case("linkage")
    path = [params_from(model, data, {"pi": 0.5})]
    for _ in range(40):
        path.append(model.m_step(data, model.e_step(data, path[-1]).counts))
    found = errors_at(model, data, path[-1], path=path)
    t, ratio = found.measured
    assert ratio == pytest.approx(found.missing[0], abs=1e-6)
    values = [float(each.pi) for each in path]
    assert ratio == pytest.approx((values[t] - values[t - 1]) / (values[t - 1] - values[t - 2]))
    assert errors_at(model, data, params).measured is None


def test_the_record_and_the_rows():
    at = case("coins, equal weights")
    found = errors_at(*at)
    record = found.record()
    assert json.loads(json.dumps(record)) == record
    assert record["parameters"][1]["label"] == "θ_B"
    assert record["parameters"][1]["index"] == [1]
    assert record["rate"] == {"t": None, "ratio_of_steps": None}
    assert "withheld" not in record
    header, body = found.rows()
    assert [len(row) for row in body] == [len(header)] * 2
    assert body[0][:3] == ["θ_A", record["parameters"][0]["estimate"], record["parameters"][0]["se"]]
    none = errors_at(COINS, TOSSED, PAPER).record()
    assert "run on" in none["withheld"]
    assert none["parameters"] == []
    assert "distance" not in none


def test_a_fixed_field_and_a_row_of_one_have_no_error():
    found = errors_at(*case("coins, equal weights"))
    assert {each.field for each in found.entries} == {"heads"}
    at = Both(np.array(PI_BEST), np.ones(1))
    assert len(list(Free(Certain(), ANIMALS, at).edges())) == 1
    (only,) = errors_at(Certain(), ANIMALS, at).entries
    assert only.error == pytest.approx(0.0514673492009, rel=1e-6)


class Both(NamedTuple):
    pi: np.ndarray
    sure: np.ndarray


class Certain(Linkage):
    """The animals, with a row of a single probability beside π."""

    objective = "log P"

    def parameters(self, data):
        return (*super().parameters(data), Parameter("sure", Simplex(), "s", (("1",),)))

    def make_params(self, values):
        return Both(values["pi"], values["sure"])

    def m_step(self, data, counts):
        return Both(super().m_step(data, counts).pi, np.ones(1))


#: Of models whose first example has many parameters, one that has few.
FEWER = {"profile": "dna-family", "network": "candies"}
#: Of those with enough parameters for a sum of many differences the Hessian takes seconds.
LIGHT = sorted({model.key for model in discover()} - {"gmm", "hmm", "normal", "network"})


@pytest.mark.unmeasured
@pytest.mark.parametrize("key", stand_for(sorted(model.key for model in discover()), LIGHT))
def test_every_model_has_errors_or_a_sentence(key):
    """At θ(0), where a few E-steps tell: what is not at a maximum is never given errors."""
    session = desk.example_session(key, FEWER.get(key))
    found = errors_at(session.model, session.data, session.start)
    assert found.withheld.startswith("No standard errors: ")
    assert found.withheld.endswith(".")
