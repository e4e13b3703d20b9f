"""Standard errors from Python and from the command line."""

import csv
import io
import json

import numpy as np
import pytest
from shared import FIGURE_1

import emviz
from emviz.console import cli

PAPER = {"heads": [0.6, 0.5]}


@pytest.fixture
def start(tmp_path):
    path = tmp_path / "start.json"
    path.write_text(json.dumps(PAPER), "utf-8")
    return path


def run(capsys, *arguments):
    assert cli.main([str(each) for each in arguments]) == 0
    return capsys.readouterr()


def test_the_coins_of_the_paper():
    found = emviz.errors("coins", FIGURE_1, start=PAPER)
    assert isinstance(found, emviz.Errors)
    np.testing.assert_allclose([each.error for each in found.entries], [0.101499, 0.130769], atol=2e-6)
    np.testing.assert_allclose([each.face_value for each in found.entries], [0.079956, 0.100584], atol=2e-6)
    np.testing.assert_allclose(found.missing, [0.409691, 0.377995], atol=2e-6)
    assert found.measured[1] == pytest.approx(found.missing[0], abs=0.02)
    assert found.distance < 1e-4


def test_a_run_goes_on_to_its_maximum():
    run = emviz.fit("coins", FIGURE_1, start=PAPER, iterations=3)
    found, wanted = emviz.errors(run), emviz.errors("coins", FIGURE_1, start=PAPER)
    assert [each.error for each in found.entries] == [each.error for each in wanted.entries]
    assert found.missing == pytest.approx(wanted.missing)
    assert run.iterations == 3
    profile = emviz.profile(run, of="θ_A")
    assert profile.low == emviz.profile("coins", FIGURE_1, of="θ_A", start=PAPER).low


@pytest.mark.parametrize(
    "given", [{"data": FIGURE_1}, {"start": PAPER}, {"method": "hard"}, {"use": ["tosses"]}]
)
def test_a_run_has_its_own_data_and_settings(given):
    run = emviz.fit("coins", FIGURE_1, start=PAPER, iterations=3)
    with pytest.raises(emviz.ParameterError, match="give only level, iterations, tol or tol_on with it"):
        emviz.errors(run, **given)


def test_the_measured_rate_of_a_slow_tail():
    """The steps of a long run tell the largest eigenvalue to five digits."""
    found = emviz.errors("deaths", tol=1e-15)
    t, ratio = found.measured
    assert t > 1000
    assert ratio == pytest.approx(found.missing[0], abs=1e-5)
    assert ratio == pytest.approx(0.995666223226, abs=1e-5)


def test_the_run_may_stop_by_its_step_of_theta():
    """Steps shrink by .41, so that after the first of at most .003 some .002 is left: .02 standard errors."""
    found = emviz.errors("coins", FIGURE_1, start=PAPER, tol=0.003, tol_on="theta")
    assert 0.005 < found.distance < 0.003 * 0.41 / 0.59 / 0.101499
    estimates = [each.estimate for each in found.entries]
    np.testing.assert_allclose(estimates, [0.796789067, 0.519583120], atol=1e-8)
    assert found.measured[0] == 7


def test_a_run_by_another_method_has_no_rate_of_em():
    found = emviz.errors("coins", FIGURE_1, start=PAPER, method="safeguarded")
    assert found.measured is None
    np.testing.assert_allclose([each.error for each in found.entries], [0.101499, 0.130769], atol=2e-6)
    by_hard = emviz.errors("coins", FIGURE_1, start=PAPER, method="hard")
    assert by_hard.withheld == "No standard errors: θ is not at a maximum of log P yet: run on."


def test_what_is_assumed_and_what_fails_is_said_as_by_fit():
    with pytest.warns(emviz.api.Assumed):
        emviz.errors("linkage", {"Cell": ["1", "2", "3", "4"], "n": [125, 18, 20, 34]})
    with pytest.raises(emviz.ModelError):
        emviz.errors("gmm", {"x": [0.0, 0.0, 1.0, 2.0]}, start={"mean": [[0.0], [1.5]]})
    with pytest.raises(emviz.ParameterError, match="level of confidence"):
        emviz.errors("coins", FIGURE_1, start=PAPER, level=95)


def test_the_table_to_read(capsys, start):
    told = run(capsys, "fit", "coins", "--start", start, "--errors", "--tol", 1e-12).out
    trace, _, table = told.partition("Standard errors of θ\n\n")
    assert "converged after" in trace
    head, a, b, _, rate, measured = table.splitlines()
    assert " ".join(head.split()) == "parameter estimate se 95 % from to se, counts at face value lost"
    assert a.split() == ["θ_A", "0.7968", "0.1015", "0.5344", "0.9305", "0.0800", "37.9", "%"]
    assert b.split() == ["θ_B", "0.5196", "0.1308", "0.2792", "0.7512", "0.1006", "40.8", "%"]
    assert rate == (
        "Near the maximum each iteration of EM leaves 0.4097 of the error: the largest fraction of missing "
        "information. Slowest direction: θ_B up."
    )
    assert measured.startswith("Measured: the step to θ(16) was 0.39")


def test_the_table_says_where_theta_is_short_of_the_maximum(capsys):
    told = run(capsys, "fit", "deaths", "--errors", "--tol", 1e-7, "--iterations", 5000).out
    assert "standard errors short of this maximum." in told


def test_a_sentence_in_the_place_of_the_table(capsys, start):
    told = run(capsys, "fit", "coins", "--start", start, "--errors", "--iterations", 1).out
    assert told.splitlines()[-1] == "No standard errors: θ is not at a maximum of log P yet: run on."
    assert "Standard errors of θ" not in told


def test_json_has_them_under_a_key(capsys, start):
    told = json.loads(run(capsys, "fit", "coins", "--start", start, "--errors", "--json").out)
    assert told["trace"][0]["params"]["heads"] == [0.6, 0.5]
    first, second = told["errors"]["parameters"]
    assert (first["field"], first["index"], first["label"]) == ("heads", [0], "θ_A")
    assert second["se"] == pytest.approx(0.1308, abs=1e-4)
    assert first["low"] < first["estimate"] < first["high"]
    assert told["errors"]["missing_information"][0] == pytest.approx(0.40969, abs=1e-4)
    assert (told["errors"]["tolerance"], told["errors"]["tolerance_on"]) == (1e-8, "gain")
    assert "errors" not in json.loads(run(capsys, "fit", "coins", "--start", start, "--json").out)


def test_json_says_which_tolerance_the_run_stopped_by(capsys, start):
    rule = ("--tol", 1e-6, "--tolerance-on", "theta")
    told = json.loads(run(capsys, "fit", "coins", "--start", start, *rule, "--errors", "--json").out)
    assert (told["errors"]["tolerance"], told["errors"]["tolerance_on"]) == (1e-6, "theta")


def test_csv_has_a_row_for_each_parameter(capsys, start):
    rows = list(
        csv.DictReader(io.StringIO(run(capsys, "fit", "coins", "--start", start, "--errors", "--csv").out))
    )
    assert [row["parameter"] for row in rows] == ["θ_A", "θ_B"]
    assert float(rows[0]["se"]) == pytest.approx(0.1015, abs=1e-4)


def test_csv_without_errors_says_why_on_the_other_stream(capsys, start):
    told = run(capsys, "fit", "coins", "--start", start, "--errors", "--csv", "--iterations", 1)
    assert told.out.splitlines() == ["parameter,estimate,se,low,high,se_at_face_value,lost"]
    assert told.err == "emviz: No standard errors: θ is not at a maximum of log P yet: run on.\n"


def test_one_table_at_a_time(capsys):
    assert cli.main(["fit", "coins", "--errors", "--answers"]) == 2
    assert "--errors and --answers are two tables: one at a time" in capsys.readouterr().err


@pytest.mark.unmeasured
def test_a_profile_stands_below_the_table_and_under_a_key(capsys, start):
    asked = ("fit", "coins", "--start", start, "--tol", 1e-12, "--errors", "--profile")
    told = run(capsys, *asked, "θ_A").out.splitlines()[-1]
    assert told == (
        "Profile of θ_A: 95 % from 0.2518 to 0.9615, where log P at its best over all others is "
        "χ²/2 = 1.9207 below its maximum; Wald from 0.5344 to 0.9305. "
        "The profile is as high at θ_A = 0.5196. It follows this maximum; others may be higher."
    )
    found = json.loads(run(capsys, *asked, "heads_2", "--json").out)["profile"]
    assert (found["label"], found["open"]) == ("θ_B", [False, False])
    rows = list(csv.reader(io.StringIO(run(capsys, *asked, "heads_1", "--csv").out)))
    assert rows[0] == ["θ_A", "profile"]
    assert len(rows) > 20
    assert float(rows[1][1]) < -33.4


def test_the_profile_from_python():
    """Its heights are log P at its best over the other coin, here looked for on a fine grid."""
    found = emviz.profile("coins", FIGURE_1, of="θ_A", start=PAPER)
    assert isinstance(found, emviz.Profile)
    assert (found.low, found.high) == pytest.approx((0.2518, 0.9615), abs=1e-4)
    heads, others = np.array([5, 9, 8, 4, 7]), np.linspace(0.001, 0.999, 4001)[:, None]
    for value, height in zip(found.values[::8], found.heights[::8], strict=True):
        sets = [p**heads * (1 - p) ** (10 - heads) for p in (np.full_like(others, value), others)]
        best = np.log((sets[0] + sets[1]) / 2).sum(axis=1).max()
        assert height == pytest.approx(best, abs=1e-5)
    assert emviz.profile("coins", FIGURE_1, of="heads_1", start=PAPER, level=0.5).low > found.low


def test_where_there_are_no_errors_there_is_no_profile_and_the_reason_is_told():
    with pytest.raises(emviz.ParameterError, match="θ is not at a maximum of log P yet"):
        emviz.profile("coins", FIGURE_1, of="θ_A", start=PAPER, iterations=1)
    with pytest.raises(emviz.ParameterError, match="there is no parameter 'μ' to profile"):
        emviz.profile("coins", FIGURE_1, of="μ", start=PAPER)


@pytest.mark.thorough
def test_a_profile_that_does_not_fall_says_so(capsys):
    told = run(capsys, "fit", "haplotype", "--tol", 1e-12, "--errors", "--profile", "p_ab").out
    assert "At the lower end the profile does not fall to the cut. It follows" in told.splitlines()[-1]


def test_what_cannot_be_profiled_is_said(capsys, start):
    asked = ["fit", "coins", "--start", str(start), "--tol", "1e-12"]
    assert cli.main([*asked, "--profile", "θ_A"]) == 2
    assert "--profile goes with --errors" in capsys.readouterr().err
    assert cli.main([*asked, "--errors", "--profile", "μ"]) == 2
    assert "there is no parameter 'μ' to profile; there are θ_A, θ_B" in capsys.readouterr().err
    told = run(capsys, *asked, "--errors", "--profile", "θ_A", "--iterations", 1).out
    assert told.splitlines()[-1] == "No standard errors: θ is not at a maximum of log P yet: run on."
