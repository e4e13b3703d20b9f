"""Methods side by side: the function, the command, and what they print."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from shared import FIGURE_1

import emviz
from emviz import session as desk
from emviz.api.comparing import Finish, race
from emviz.console import cli
from emviz.em.convergence.stopping import length
from emviz.em.model import Phase

PAPER = {"heads": [0.6, 0.5]}
NAMES = ("em", "hard", "gradient:0.03:natural", "newton", "safeguarded", "squarem")


@pytest.fixture(scope="module")
def compared():
    return emviz.compare("coins", FIGURE_1, methods=NAMES, start=PAPER)


def by_name(comparison):
    return {each.trace.method: each for each in comparison.contenders}


def test_where_each_method_ends_from_the_start_of_the_paper(compared):
    found = by_name(compared)
    assert [each.ending.place.value for each in compared.contenders] == [
        "maximum",
        "maximum",
        "on its way",
        "saddle",
        "maximum",
        "maximum",
    ]
    np.testing.assert_allclose(found["newton"].trace.params["heads"], [0.66, 0.66], atol=1e-6)
    np.testing.assert_allclose(found["em"].trace.params["heads"], [0.797, 0.520], atol=2e-3)
    np.testing.assert_allclose(found["hard"].trace.params["heads"], [0.80, 0.45])
    assert [each.monotone for each in compared.contenders] == [True, True, True, False, True, True]
    assert [each.raised for each in compared.contenders] == ["log P", "max log P(x, z)", *["log P"] * 4]


def test_what_each_has_spent(compared):
    found = by_name(compared)
    assert found["em"].spent == list(range(found["em"].trace.iterations + 1))
    # SQUAREM: two E-steps where it does not jump, else three.
    assert found["squarem"].spent[:4] == [0, 2, 5, 8]
    assert found["newton"].spent == list(range(found["newton"].trace.iterations + 1))
    assert found["newton"].for_hessians == 4 * found["newton"].trace.iterations
    assert (
        found["safeguarded"].refused == found["safeguarded"].spent[-1] - found["safeguarded"].trace.iterations
    )
    assert found["em"].refused == found["em"].for_hessians == 0


def test_methods_take_turns_each_with_its_start_first_and_its_finish_last():
    session = desk.example_session("coins")
    news = list(race(session, ("em", "hard")))
    assert [place for place, _ in news[:6]] == [0, 1] * 3
    # At first each has begun: it can be stopped before the next one does.
    assert [found for _, found in news[:2]] == [None, None]
    soft, hard = ([found for place, found in news[2:] if place == each] for each in range(2))
    assert all(found[0].phase is Phase.START and isinstance(found[-1], Finish) for found in (soft, hard))
    assert not any(isinstance(found, Finish) for found in soft[:-1])
    assert [step for step in soft[:-1] if step is not None] == list(soft[-1].run.trail)
    assert (
        soft[-1].contender.trace.objectives
        == emviz.compare("coins", methods=["em"]).contenders[0].trace.objectives
    )


def test_all_start_at_the_same_place(compared):
    starts = [each.trace.steps[0].params.heads.tolist() for each in compared.contenders]
    assert starts == [[0.6, 0.5]] * len(NAMES)


@pytest.mark.parametrize(("units", "monotone"), [(1000.0, True), (5.0, False)])
def test_rounding_is_no_fall(compared, units, monotone):
    """For 1,000 people of abo, Newton's last value is 4.5e-13 below the one before: a unit in 3,000 nats."""
    values = SimpleNamespace(objectives=[-10.4, -9.874987343143, -9.874987343143 - 4.5e-13])
    assert replace(compared.contenders[0], trace=values, units=units).monotone is monotone


def test_a_failure_is_a_sentence_and_its_trace_stays(compared):
    failed = by_name(compared)["gradient:0.03:natural"]
    assert failed.trace.failure.startswith("Iteration 1: the step leaves the domain: θ_A would be 1.022")
    assert failed.trace.objectives == [pytest.approx(-33.0938625198)]


def test_the_record_is_the_contract(compared):
    record = json.loads(json.dumps(compared.record()))
    assert (record["model"], len(record["methods"])) == ("coins", len(NAMES))
    em, newton, failed = (record["methods"][place] for place in (0, 3, 2))
    assert set(em) == {
        "method",
        "objective",
        "iterations",
        "e_steps",
        "maps",
        "for_hessians",
        "refused",
        "value",
        "monotone",
        "converged",
        "end",
        "params",
        "path",
    }
    assert em["path"][1] == {"t": 1, "e_steps": 1, "objective": pytest.approx(-31.8592579482)}
    assert newton["path"][1] == {
        "t": 1,
        "e_steps": 1,
        "objective": pytest.approx(-31.9348455089, rel=1e-7),
        "step": 1.0,
        "refused": 0,
        "maps": 0,
        "for_hessian": 4,
    }
    assert newton["end"]["place"] == "saddle"
    np.testing.assert_allclose(newton["end"]["eigenvalues"], [5.61 * (1 - 1.532977), 5.61], rtol=1e-4)
    assert "failure" in failed


def test_without_a_start_it_is_the_models_own_and_with_a_seed_it_is_drawn():
    usual = emviz.compare("linkage", methods=["em"], iterations=1)
    assert usual.contenders[0].trace.steps[0].params.pi == 0.5
    drawn = [emviz.compare("linkage", methods=["em"], seed=seed, iterations=1) for seed in (3, 3, 4)]
    first, again, other = (each.contenders[0].trace.steps[0].params.pi for each in drawn)
    assert first == again != other


def test_what_is_assumed_of_data_is_warned_of():
    with pytest.warns(emviz.api.Assumed, match="."):
        emviz.compare(
            "coins",
            {"Kopf": [5, 9], "tails": [5, 1], "Id": [1, 2]},
            columns={"heads": "Kopf"},
            methods=["em"],
        )


@pytest.mark.parametrize(
    ("methods", "said"),
    [
        ((), "there is no method to compare"),
        (("em", "climb"), "there is no method 'climb'"),
        (("em:2",), "no option '2'"),
    ],
)
def test_what_is_no_method_is_refused(methods, said):
    with pytest.raises(emviz.ParameterError, match=said):
        emviz.compare("coins", methods=methods)


def test_a_method_that_is_not_offered_is_refused():
    with pytest.raises(emviz.ModelError, match="Newton–Raphson is not offered here"):
        emviz.compare("motif", methods=["em", "newton"])
    with pytest.raises(emviz.ModelError, match="no single most likely completion"):
        emviz.compare("tomography", methods=["hard"])


def run(capsys, *arguments):
    status = cli.main(["compare", *map(str, arguments)])
    told = capsys.readouterr()
    assert status == 0, told.err
    return told.out


def test_the_command_prints_a_table_to_read(capsys):
    lines = run(capsys, "coins", "--methods", "em,newton,gradient:0.03:natural").splitlines()
    assert lines[0] == "Coins: Do & Batzoglou 2008, Figure 1"
    assert lines[2].split()[:5] == ["method", "iterations", "E-steps", "maps", "for"]
    assert lines[3].split() == ["EM", "11", "11", "11", "0", "0", "log", "P", "-31.570200", "yes"]
    assert lines[4].split() == ["Newton–Raphson", "7", "7", "0", "28", "0", "log", "P", "-32.051774", "no"]
    assert lines[5].endswith(" –"), "a run that never moved is not called monotone"
    assert lines[8] == (
        "Newton–Raphson: converged after 7 iterations at a saddle: −H has an eigenvalue below 0, −2.99"
    )
    assert lines[9].startswith(
        "Gradient ascent, step 0.03, natural: failed after 0 iterations. Iteration 1: "
    )
    stopped = run(capsys, "coins", "--methods", "gradient", "--iterations", 1)
    assert "Gradient ascent: stopped after 1 iteration at no stationary point: there is more" in stopped


@pytest.mark.thorough
def test_the_maps_of_squarem_on_the_deaths_are_those_of_the_r_package(capsys, tmp_path):
    """To a step of EM of 1e-8: 72 maps with the guard, 66 without, where EM takes 2,643."""
    start = tmp_path / "start.json"
    start.write_text(json.dumps({"weight": [0.5, 0.5], "rate": [1, 3]}))
    options = ("--tolerance-on", "theta", "--start", start, "--iterations", 5000)
    told = run(capsys, "deaths", "--methods", "em,squarem,squarem-unguarded", *options)
    em, guarded, free = (line.split() for line in told.splitlines()[3:6])
    assert em[1:4] == ["2,643", "2,643", "2,643"]
    # Six jumps were refused, after an E-step of theirs that told so.
    assert guarded[1:6] == ["25", "78", "72", "0", "6"]
    assert free[-8:-4] == ["66", "66", "0", "0"]
    assert "its last step of θ, √Σ Δ² over the independent entries, is ≤ 1e-08." in told
    assert "Maps are steps of EM" in told


def test_accelerated_runs_on_theta_end_with_a_step_of_em():
    found = emviz.compare("deaths", methods=["squarem", "anderson"], tol_on="theta")
    assert found.rule.record() == {"tolerance": 1e-8, "tolerance_on": "theta"}
    model = desk.example_session("deaths").model
    for each in found.contenders:
        *_, before, last = each.trace.steps
        once = model.m_step(desk.example_session("deaths").data, before.expectation.counts)
        np.testing.assert_array_equal(last.params.rate, once.rate)
        assert length(model.parameters(None), before.params, last.params) <= 1e-8


def test_the_command_prints_json_and_csv(capsys, tmp_path):
    record = json.loads(run(capsys, "coins", "--json"))
    assert [each["method"] for each in record["methods"]] == ["em", "newton"]
    lines = run(capsys, "coins", "--methods", "em,squarem", "--csv").split("\r\n")
    assert lines[0] == "method,t,e_steps,objective"
    assert lines[1].startswith("em,0,0,-33.09386")
    assert sum(line.startswith("squarem,") for line in lines) == 6
    start = tmp_path / "start.json"
    start.write_text(json.dumps({"heads": [0.9, 0.1]}))
    out = tmp_path / "paths.csv"
    assert run(capsys, "coins", "--start", start, "-o", out) == ""
    assert out.read_text().splitlines()[0] == "method,t,e_steps,objective"


def test_the_command_refuses_in_one_line(capsys):
    assert cli.main(["compare", "coins", "--methods", "climb"]) == 2
    assert "there is no method 'climb'; there are em, hard, gradient, " in capsys.readouterr().err
    assert cli.main(["compare", "motif", "--methods", "newton"]) == 2
    assert "Newton–Raphson is not offered here: this model has 66 free parameters" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["gradient", "backtracking", "newton", "safeguarded", "squarem", "anderson"])
def test_fit_takes_every_method(capsys, name):
    assert cli.main(["fit", "coins", "--method", name, "--seed", "1", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["method"] == name
    fitted = emviz.fit("coins", method=name, seed=1)
    assert fitted.objectives[-1] == record["trace"][-1]["objective"]
    assert cli.main(["fit", "coins", "--method", name, "--seed", "1"]) == 0
    told, place = capsys.readouterr().out.splitlines()[-2:]
    assert place.startswith("a small gain proves no maximum; θ is at a ")
    assert record["end"]["place"] == ("saddle" if name == "newton" else "maximum")
    assert told.endswith(("the gains of this method do not show what is left", "no more than rounding"))
    assert all("e_steps" in each for each in record["trace"][1:])


def test_a_fit_that_leaves_the_domain_ends_with_a_sentence(capsys, tmp_path):
    start = tmp_path / "start.json"
    start.write_text(json.dumps(PAPER))
    arguments = ["fit", "coins", "--method", "gradient:0.03:natural", "--start", str(start)]
    assert cli.main(arguments) == 2
    told = capsys.readouterr()
    assert "emviz: Iteration 1: the step leaves the domain: θ_A would be 1.022" in told.err
    assert "stopped after 0 iterations: the next one cannot be done" in told.out
