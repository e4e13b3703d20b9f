"""Many starts from Python and from the command line."""

import csv
import io
import json
from itertools import count

import numpy as np
import pytest
from shared import FIGURE_1

import emviz
from emviz import session as desk
from emviz.api import Assumed, report
from emviz.api.starting import Starts
from emviz.console import cli, printing
from emviz.em.optima.starts import explore
from emviz.models.coins import Coins


def output(capsys, *words):
    status = cli.main(["starts", *words])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_the_optima_with_their_counts_and_seeds():
    found = emviz.starts("coins", FIGURE_1, number=30, seed=7)
    assert (found.model, found.method, found.source, found.seed) == ("coins", "em", "", 7)
    (optimum,) = found.optima
    assert found.counts == (30,)
    assert found.failures == ()
    assert sorted(found.seeds(optimum)) == list(range(7, 37))
    np.testing.assert_allclose(sorted(optimum.params.heads), [0.519583, 0.796789], atol=2e-5)


def test_a_seed_leads_where_fit_leads_with_it():
    found = emviz.starts("gmm", number=12, components=3)
    for optimum in found.optima:
        trace = emviz.fit("gmm", seed=found.seeds(optimum)[0], components=3)
        assert trace.objectives[-1] == pytest.approx(optimum.objective, rel=1e-12)
        np.testing.assert_allclose(trace.params["mean"], optimum.params.mean, rtol=1e-10)


def test_each_run_may_stop_by_its_step_of_theta(capsys):
    """Near the limit a step leaves .41 of itself: after one of 1e-6 it is closer than 1e-6."""
    found = emviz.starts("coins", FIGURE_1, number=12, tol=1e-6, tol_on="theta")
    np.testing.assert_allclose(sorted(found.optima[0].params.heads), [0.51958312, 0.79678907], atol=1e-6)
    status, out, _ = output(capsys, "coins", "--number", "12", "--tol", "1e-6", "--tolerance-on", "theta")
    assert (status, out.splitlines()[-1]) == (0, report.rule_words(found.rule))
    assert "its last step of θ, √Σ Δ² over the independent entries, is ≤ 1e-06" in out
    _, out, _ = output(
        capsys, "coins", "--number", "12", "--tol", "1e-6", "--tolerance-on", "theta", "--json"
    )
    told = json.loads(out)
    assert (told["tolerance"], told["tolerance_on"]) == (1e-6, "theta")
    assert told["optima"][0]["objective"] == found.optima[0].objective


def test_by_another_method():
    found = emviz.starts("coins", FIGURE_1, number=40, method="hard")
    assert [each.objective for each in found.optima] == pytest.approx([-32.240585, -32.647617], abs=1e-6)
    assert found.method == "hard"


def test_what_is_assumed_of_data_is_warned_of():
    with pytest.warns(Assumed) as told:
        emviz.starts("gmm", {"id": [1, 2, 3, 4, 5, 6], "x": [0.1, 1.2, 0.4, 5.1, 5.5, 4.9]}, number=10)
    assert {each.filename for each in told} == {__file__}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"processes": 0}, "there must be at least 1 process, got 0"),
        ({"number": 9}, "the number of starts must lie between 10 and 2,000, got 9"),
        ({"number": 2001}, "between 10 and 2,000, got 2,001"),
        ({"seed": -1}, "the seed must be a whole number of at least 0, got -1"),
        ({"tol": 0}, "many starts need a tolerance above 0"),
        ({"iterations": 0}, "iteration"),
        ({"method": "none"}, "there is no method"),
    ],
)
def test_what_cannot_be_is_refused(options, sentence):
    with pytest.raises(emviz.ParameterError, match=sentence):
        emviz.starts("coins", FIGURE_1, **options)


def test_the_table(capsys):
    status, out, err = output(capsys, "coins", "--number", "20", "--places", "1")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Coins: Do & Batzoglou 2008, Figure 1; 20 starts, seeds 0 to 19"
    assert lines[2].split() == ["runs", "log", "P", "orders", "iterations", "place", "seed", "θ_A", "θ_B"]
    assert lines[3].split()[:4] == ["1", "20", "-31.570200", "2"]
    assert lines[3].split()[5] == "maximum"
    assert lines[5].startswith("Solutions that differ only in the order of the coins are the same")


def test_a_place_that_was_not_asked_for_stays_blank(capsys):
    _, out, _ = output(capsys, "coins", "--number", "40", "--method", "hard", "--places", "1")
    rows = [line.split() for line in out.splitlines()[3:5]]
    assert len(rows[0]) == len(rows[1]) + 1
    assert out.splitlines()[0].endswith("Figure 1, Hard EM; 40 starts, seeds 0 to 39")


def test_json(capsys):
    status, out, _ = output(capsys, "coins", "--number", "15", "--seed", "3", "--places", "1", "--json")
    told = json.loads(out)
    assert status == 0
    assert {"model": "coins", "method": "em", "starts": 15, "seed": 3}.items() <= told.items()
    (optimum,) = told["optima"]
    assert (optimum["runs"], sum(optimum["orders"]), optimum["place"]) == (15, 15, "maximum")
    assert (optimum["count"], told["failed"]) == (15, 0)
    assert sorted(optimum["seeds"]) == list(range(3, 18))
    assert optimum["params"]["weight"] == [0.5, 0.5]
    assert told["sorted"] == sorted(told["sorted"], reverse=True)
    assert told["sorted"][0] == optimum["objective"]


def test_csv_has_a_row_for_each_start(capsys, tmp_path):
    file = tmp_path / "starts.csv"
    status, _, _ = output(capsys, "coins", "--number", "12", "-o", str(file))
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    assert status == 0
    assert [row["seed"] for row in rows] == [str(seed) for seed in range(12)]
    assert {(row["outcome"], row["optimum"], row["failure"]) for row in rows} == {("converged", "1", "")}


def test_runs_that_fail_or_have_not_converged_are_told(capsys, tmp_path):
    """Four points, two of them equal: a cluster that takes these alone, or a single one, collapses."""
    file = tmp_path / "points.csv"
    file.write_text("x,y\n0,0\n0,0\n1,3\n5,1\n", "utf-8")
    words = ("gmm", str(file), "--number", "20", "--set", "components=3")
    _, out, _ = output(capsys, *words)
    told = out.splitlines()
    assert len([line for line in told if " failed (seed " in line]) >= 1
    assert "its covariance is singular" in out
    assert "order of the clusters" not in out  # there is no optimum
    _, out, _ = output(capsys, *words, "--json")
    record = json.loads(out)
    assert sum(each["runs"] for each in record["failures"]) + len(record["unsettled"]) == 20
    assert record["failed"] == sum(each["runs"] for each in record["failures"])
    _, out, _ = output(capsys, *words, "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["outcome"] for row in rows} == {"failed"}
    assert all(row["failure"] and not row["objective"] for row in rows)
    found = emviz.starts("gmm", file, number=20, components=3)
    assert report.starts_so_far(found) == "20 of 20 runs have ended, 20 failed"
    stopped = emviz.starts("coins", FIGURE_1, number=10, iterations=1)
    assert report.starts_so_far(stopped) == "10 of 10 runs have ended, 10 stopped before they converged"


def test_runs_that_were_stopped_are_told(capsys):
    _, out, _ = output(capsys, "coins", "--number", "10", "--iterations", "3")
    assert "10 runs had not converged when stopped after 3 iterations, the best at -31." in out
    assert "where they lead is not known; --iterations allows more." in out
    _, out, _ = output(capsys, "coins", "--number", "10", "--iterations", "3", "--json")
    assert {each["iterations"] for each in json.loads(out)["unsettled"]} == {3}


def test_long_tables_are_cut(capsys):
    """Many optima, and more parameters than a line has room for; symmetric ends bear their remark."""
    _, out, _ = output(capsys, "motif", "--number", "30", "--iterations", "400")
    assert " more optima: --csv and --json show all of them)" in out
    assert " more parameters: --json shows all of them)" in out
    assert "orders" in out
    assert " — " in out


def test_the_remark_of_a_place_is_told():
    session = desk.new_session(Coins(), FIGURE_1, "five sets", start={"heads": [0.3, 0.3]})
    thetas = [session.start] * 10
    *_, survey = explore(session.model, session.data, thetas, 10, iterations=9, tolerance=1e-8)
    text = report.starts_text(session, Starts("coins", "em", "five sets", 0, survey))
    assert "\n1: both coins are equal: EM cannot tell them apart from here.\n" in text


def test_progress_is_told_after_half_a_second_and_then_less_and_less(monkeypatch):
    clock = count(0, 0.3)
    monkeypatch.setattr(printing, "monotonic", lambda: next(clock))
    told = []
    work = iter([1, None, 2, 3, None, 4, 5, 6, 7])
    assert printing.followed(work, "so far {}".format, told.append) == 7
    # Looked at after .3, .6, … seconds: it is said after .5, 1 and 2, and at the end.
    assert told == ["so far 2", "so far 3", "so far 6", "so far 7"]


def test_progress_on_standard_error(capsys, monkeypatch):
    monkeypatch.setattr(printing, "PATIENCE", 0.0)
    _, out, err = output(capsys, "coins", "--number", "10", "--json")
    assert json.loads(out)["starts"] == 10
    lines = err.splitlines()
    assert lines[0] == "emviz: 0 of 10 runs have ended"
    assert lines[-1].startswith("emviz: 10 of 10 runs have ended, at 1 distinct optimum, the best at -31.57")


def test_ctrl_c_ends_with_130(monkeypatch, capsys):
    def interrupted(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "followed", interrupted)
    assert output(capsys, "coins")[0] == 130


@pytest.mark.parametrize("words", [("--number", "3"), ("--start", "x.json"), ("--tol", "0")])
def test_bad_usage(capsys, words):
    status, out, err = output(capsys, "coins", *words)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
