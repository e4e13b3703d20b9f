"""The command line: each command, the JSON it promises, and one line for whatever goes wrong."""

import contextlib
import csv
import io
import json
import math
import os
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import emviz
from emviz import session as desk
from emviz.console import cli
from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.em.methods import Hard
from emviz.em.model import Phase
from emviz.machine import preflight
from emviz.models import model_named
from emviz.scenes.writing import write

ROOT = Path(__file__).parents[1]
GOLDEN = json.loads((ROOT / "tests/golden/coins.json").read_text("utf-8"))
BARE = {name: value for name, value in os.environ.items() if not name.endswith(("DISPLAY", "QPA_PLATFORM"))}


@pytest.fixture
def start(tmp_path):
    return written(tmp_path / "start.json", '{"heads": [0.6, 0.5]}')


@pytest.fixture
def tosses(tmp_path):
    return written(tmp_path / "class.csv", "tosses\nHHTHH\nTTHTT\nHHHHT\n")


@pytest.fixture
def drawn(monkeypatch):
    """Put a drawing in the place of the window; return what it was asked for."""
    asked = []

    def draw(session, size, theme):
        asked.append((session, size, theme))
        return b"PNG"

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(preflight, "problem", lambda platform=None: None)
    monkeypatch.setitem(sys.modules, "emviz.ui.snapshot", module(draw=draw))
    return asked


@pytest.fixture
def opened(monkeypatch):
    """Put a note in the place of the window; return what it was asked to open."""
    asked = []

    def run(path, model):
        asked.append((path, model))
        return 0

    monkeypatch.setattr(preflight, "problem", lambda platform=None: None)
    monkeypatch.setitem(sys.modules, "emviz.ui.app", module(run=run))
    return asked


def module(**contents):
    made = ModuleType("stand_in")
    vars(made).update(contents)
    return made


def written(path, text):
    path.write_text(text, "utf-8")
    return path


def run(capsys, *arguments):
    """Return what a command that succeeds prints."""
    status = cli.main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    assert (status, printed.err) == (0, "")
    return printed.out


def refused(capsys, *arguments):
    """Return the one line of a command that is refused."""
    status = cli.main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    assert printed.err.startswith("emviz: ")
    assert printed.err.count("\n") == 1
    return printed.err[7:-1]


def program(*arguments, **options):
    command = [sys.executable, "-m", "emviz", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=BARE, capture_output=True, text=True, encoding="utf-8", timeout=600, **options
    )


# -- fit -----------------------------------------------------------------------------------------------------


def test_json_is_the_contract_with_the_numbers_of_the_paper(capsys, start):
    fitted = json.loads(
        run(capsys, "fit", "coins", "--start", start, "--json", "--iterations", 10, "--tol", 0)
    )
    assert list(fitted) == ["model", "method", "converged", "trace", "counts"]
    assert (fitted["model"], fitted["method"], fitted["converged"]) == ("coins", "em", False)
    assert [entry["t"] for entry in fitted["trace"]] == list(range(11))
    for entry, expected in zip(fitted["trace"], GOLDEN["trace"], strict=False):
        assert list(entry) == ["t", "params", "objective"]
        assert list(entry["params"]) == ["weight", "heads"]
        assert entry["params"]["weight"] == [0.5, 0.5]
        np.testing.assert_allclose(entry["params"]["heads"], expected["theta"], rtol=1e-9)
        assert math.isclose(entry["objective"], expected["loglik"], rel_tol=1e-9)
    assert list(fitted["counts"]) == ["sets", "heads", "tails"]
    assert math.isclose(sum(fitted["counts"]["heads"]), 33, rel_tol=1e-12)
    assert math.isclose(sum(fitted["counts"]["tails"]), 17, rel_tol=1e-12)


def test_the_first_iteration_is_that_of_figure_1b(capsys, start):
    fitted = json.loads(run(capsys, "fit", "coins", "--start", start, "--json", "--iterations", 1))
    heads = [[round(bias, 2) for bias in entry["params"]["heads"]] for entry in fitted["trace"]]
    assert heads == [[0.60, 0.50], [0.71, 0.58]]


def test_json_agrees_with_the_library(capsys, tosses):
    options = ("--seed", 3, "--set", "coins=2", "weights=learned", "--method", "hard")
    fitted = json.loads(run(capsys, "fit", "coins", tosses, *options, "--json"))
    there = emviz.fit("coins", tosses, seed=3, method="hard", coins=2, weights="learned")
    end = fitted.pop("end")
    assert fitted == json.loads(json.dumps(there.record()))
    assert fitted["converged"] is True
    assert end["place"] == "maximum"
    assert min(end["eigenvalues"]) > 0


def test_without_start_or_seed_the_seed_is_0(capsys):
    assert run(capsys, "fit", "coins", "--json") == run(capsys, "fit", "coins", "--seed", "0", "--json")


def test_an_example_brings_its_hyper_parameters(capsys):
    fitted = json.loads(run(capsys, "fit", "coins", "--example", "three-coins", "--json"))
    assert len(fitted["trace"][0]["params"]["heads"]) == 3


def test_csv_has_one_row_for_each_iteration(capsysbinary, start):
    status = cli.main(["fit", "coins", "--start", str(start), "--csv"])
    printed = capsysbinary.readouterr().out.decode()
    header, *rows = csv.reader(io.StringIO(printed, newline=""))
    assert status == 0
    assert header == ["t", "weight_1", "weight_2", "heads_1", "heads_2", "objective"]
    assert rows[0] == ["0", "0.5", "0.5", "0.6", "0.5", repr(emviz.fit("coins", start={}).objectives[0])]
    assert [row[0] for row in rows] == [str(t) for t in range(len(rows))]


def test_the_table_to_read_says_how_it_ended(capsys, start):
    lines = run(capsys, "fit", "coins", "--start", start).splitlines()
    assert lines[0] == "Coins: Do & Batzoglou 2008, Figure 1"
    assert lines[2].split() == ["t", "θ_A", "θ_B", "log", "P", "gain"]
    assert lines[3].split() == ["0", "0.6", "0.5", "-33.093863"]
    assert lines[4].split() == ["1", "0.713012", "0.581339", "-31.859258", "1.23"]
    whole = emviz.fit("coins", start={"heads": [0.6, 0.5]})
    rest = f"{whole.left:.2g}"
    assert whole.iterations == 11
    assert lines[-2:] == [
        f"converged after 11 iterations; about {rest} nats may be left",
        "a small gain proves no maximum; θ is at a maximum: the eigenvalues of −H are above 0, the smallest "
        "is 2.544; it may be a local one",
    ]
    lines = run(capsys, "fit", "coins", "--start", start, "--iterations", 1).splitlines()
    # The gain of one iteration tells nothing of the next.
    assert lines[-1] == (
        "not converged: stopped after 1 iteration, it is too early to say what is left; "
        "--iterations allows more"
    )


def test_a_wide_table_says_what_it_leaves_out(capsys):
    lines = run(capsys, "fit", "coins", "--set", "coins=6", "weights=learned").splitlines()
    assert len(lines[2].split()) == 1 + 8 + 2 + 1
    assert "(4 more parameters: --csv and --json show all of them)" in lines


@pytest.mark.parametrize("name", ["trace.json", "trace.JSON", "trace.txt"])
def test_output_goes_to_a_file_whose_ending_says_what(capsys, tmp_path, start, name):
    assert run(capsys, "fit", "coins", "--start", start, "-o", tmp_path / name) == ""
    text = (tmp_path / name).read_text("utf-8")
    shape = [] if name.endswith("txt") else ["--json"]
    assert text == run(capsys, "fit", "coins", "--start", start, *shape)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["start.json", name]


def test_a_flag_outweighs_the_ending(capsys, tmp_path):
    run(capsys, "fit", "coins", "--csv", "-o", tmp_path / "trace.json")
    assert (tmp_path / "trace.json").read_text("utf-8").startswith("t,weight_1,")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no such file"),
        ("", "the file is empty"),
        (
            "{heads: 1}",
            "this is not JSON: Expecting property name enclosed in double quotes at line 1, column 2",
        ),
        ("[0.6, 0.5]", "expected an object such as"),
        ("[" * 100_000, "this is nested too deeply"),
        ('{"bias": [0.6, 0.5]}', "coins has no parameter 'bias'"),
        ('{"heads": [0.6]}', "heads: expected 2 numbers, got 1 number"),
        ('{"heads": [0.6, null]}', "heads must be finite numbers"),
        ('{"heads": [0.6, NaN]}', "heads must be finite numbers"),
        ('{"heads": [0.6, ' + "9" * 5000 + "]}", "heads must be finite numbers"),
        ('{"heads": [0.6, {}]}', "heads: expected numbers"),
        ('{"heads": [0.6, 1.5]}', "heads must lie between 0 and 1"),
        ('{"weight": [0.6, 0.4]}', "weight is held at"),
    ],
)
def test_what_is_wrong_with_a_start_names_its_file(capsys, tmp_path, text, said):
    path = tmp_path / "start.json"
    if text is not None:
        written(path, text)
    assert refused(capsys, "fit", "coins", "--start", path).startswith(f"start.json: {said}")


def test_a_start_that_is_no_text_names_its_file(capsys, tmp_path):
    path = tmp_path / "start.json"
    path.write_bytes(b"\xff\xfe\x00\xd8")
    assert refused(capsys, "fit", "coins", "--start", path).startswith("start.json: ")


def test_an_unknown_model_is_not_blamed_on_the_start(capsys, start):
    assert refused(capsys, "fit", "dice", "--start", start).startswith("there is no model 'dice'; there are ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "required: MODEL"),
        (("coins", "nowhere.csv"), "nowhere.csv: there is no such file"),
        (("coins", "."), "this is a folder, not a file"),
        (("coins", "a.csv", "--example", "do2008"), "not allowed with argument"),
        (("coins", "--example", "nothing"), "coins has no example 'nothing'; it has do2008"),
        (("coins", "--set", "coins"), "expected FIELD=VALUE, got 'coins'"),
        (("coins", "--set", "coins=two"), "coins must be a whole number"),
        (("coins", "--set", "sides=2"), "no hyper-parameter 'sides'"),
        (("coins", "--seed", "x"), "invalid int value: 'x'"),
        (("coins", "--seed", "-1"), "the seed must be"),
        (("coins", "--seed", "1", "--start", "s.json"), "not allowed with argument"),
        (("coins", "--json", "--csv"), "not allowed with argument"),
        (("coins", "--method", "guess"), "there is no method 'guess'; there are em, hard"),
        (("coins", "--iterations", "0"), "iterations must lie between 1 and 1,000,000"),
        (("coins", "--tol", "nan"), "the tolerance must lie between 0 and 1"),
        (("coins", "--sideways",), "unrecognized arguments: --sideways"),
        (("coins", "-o", "/nowhere/at/all.json"), "all.json: the folder to save it in does not exist"),
    ],
)  # fmt: skip
def test_bad_usage_and_bad_data_end_with_one_line(capsys, arguments, said):
    assert said in refused(capsys, "fit", *arguments)


def test_a_wrong_cell_is_named_with_file_row_and_column(capsys, tmp_path):
    path = written(tmp_path / "class.csv", "tosses\nHHT\nHHX\n")
    said = refused(capsys, "fit", "coins", path)
    assert said == "class.csv, row 2, column tosses: expected only H and T, got 'X' in 'HHX'"


def test_a_run_that_fails_ends_with_its_iteration(capsys, tmp_path):
    data = written(tmp_path / "all.csv", "tosses\nHH\n")
    start = written(tmp_path / "start.json", '{"heads": [1, 0]}')
    assert cli.main(["fit", "coins", str(data), "--start", str(start), "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("emviz: Iteration 1, M-step: coin B has no expected tosses left")
    told = json.loads(printed.out)
    assert [entry["t"] for entry in told["trace"]] == [0]
    assert told["trace"][0]["objective"] == pytest.approx(np.log(0.5), rel=1e-12)


COLLAPSED = (
    "Iteration 2, M-step: cluster B has collapsed onto fewer dimensions than there are columns, "
    "with no spread in waiting: its covariance is singular; a floor keeps it open"
)


def collapsing(capsys, tmp_path, command, *arguments):
    """Return what a command prints of a run whose second iteration fails; it says so, and ends with 2."""
    example = next(each for each in model_named("gmm").examples if each.key == "singular")
    start = written(tmp_path / "start.json", json.dumps(dict(example.start)))
    status = cli.main([command, "gmm", "--start", str(start), *map(str, arguments)])
    printed = capsys.readouterr()
    assert (status, printed.err) == (2, f"emviz: {COLLAPSED}\n")
    return printed.out


def test_a_run_that_collapses_shows_what_came_before(capsys, tmp_path):
    lines = collapsing(capsys, tmp_path, "fit").splitlines()
    kept = [line.split()[0] for line in lines[3:-3]]
    assert kept == ["0", "1"]
    assert lines[-1] == "stopped after 1 iteration: the next one cannot be done"
    told = json.loads(collapsing(capsys, tmp_path, "fit", "--json"))
    assert [entry["t"] for entry in told["trace"]] == [0, 1]
    assert (told["converged"], told["failure"]) == (False, COLLAPSED)
    rows = list(csv.DictReader(io.StringIO(collapsing(capsys, tmp_path, "fit", "--csv"))))
    assert [row["t"] for row in rows] == ["0", "1"]
    out = tmp_path / "out.csv"
    assert collapsing(capsys, tmp_path, "fit", "-o", out) == ""
    assert out.read_text("utf-8").splitlines() == [
        ",".join(rows[0]),
        *(",".join(row.values()) for row in rows),
    ]


def test_a_run_that_collapses_has_no_answers(capsys, tmp_path):
    assert collapsing(capsys, tmp_path, "fit", "--answers") == ""


@pytest.mark.parametrize("arguments", [("--iterations", 50), ("--iterations", 1, "--step", 9), ("--step", 9)])
def test_a_snapshot_of_a_run_that_collapses_draws_it_as_far_as_it_went(capsys, tmp_path, drawn, arguments):
    assert collapsing(capsys, tmp_path, "snapshot", *arguments, "-o", tmp_path / "x.png") == ""
    session = drawn[0][0]
    assert str(session.failure) == COLLAPSED
    assert session.at_end
    # The E-step of iteration 2 is done, its M-step is not.
    assert len(session.trace) == 4


def test_a_symmetric_start_is_told_with_how_the_run_ended(capsys, tmp_path):
    start = written(tmp_path / "start.json", '{"heads": [0.6, 0.6]}')
    lines = run(capsys, "fit", "coins", "--start", start).splitlines()
    assert lines[-3:-1] == [
        "Both coins are equal: EM cannot tell them apart from here.",
        "converged after 2 iterations; the last one gained no more than rounding",
    ]
    assert lines[-1].startswith(
        "a small gain proves no maximum; θ is at a saddle: −H has an eigenvalue below 0"
    )
    told = json.loads(run(capsys, "fit", "coins", "--start", start, "--json"))
    assert list(told) == ["model", "method", "converged", "trace", "counts", "remark", "end"]
    assert told["end"]["place"] == "saddle"
    assert told["remark"] == "both coins are equal: EM cannot tell them apart from here"


def test_a_saddle_is_told_with_how_the_run_ended(capsys, tmp_path):
    start = written(tmp_path / "start.json", '{"frequency": [0.25, 0.25, 0.25, 0.25]}')
    arguments = ("fit", "haplotype", "--example", "double-heterozygotes", "--start", start)
    assert "A saddle: all phases are equally probable here" in run(capsys, *arguments)
    told = json.loads(run(capsys, *arguments, "--json"))
    assert told["converged"] is True
    assert told["remark"].startswith("a saddle: all phases are equally probable here, so EM does not move")


def test_a_very_long_reason_is_cut(capsys, tmp_path):
    path = written(tmp_path / "start.json", json.dumps({"heads": ["x" * 5000]}))
    assert len(refused(capsys, "fit", "coins", "--start", path)) < 500


# -- lessons -------------------------------------------------------------------------------------------------


def test_lessons_are_listed_and_found(capsys):
    listed = json.loads(run(capsys, "lessons", "--json"))
    assert [each["number"] for each in listed] == list(range(1, len(listed) + 1))
    text = run(capsys, "lessons")
    assert all(f"{each['key']} " in text and each["title"] in text for each in listed)
    assert all(Path(each["file"]).is_file() for each in listed)


def test_a_lesson_of_ones_own_is_checked(capsys, tmp_path):
    path = tmp_path / "own.lesson"
    head = '+++\nlesson = 1\ntitle = "Mine"\n+++\n'
    path.write_text(f'{head}+++\nmodel = "coins"\n+++\n{{θ_A}}\n', encoding="utf-8")
    assert run(capsys, "lessons", "--check", str(path)) == "own.lesson: Mine, 1 scene, 0 questions\n"
    path.write_text(f'{head}+++\nmodel = "coins"\n+++\n{{θ_C}}\n', encoding="utf-8")
    assert cli.main(["lessons", "--check", str(path)]) == 2
    assert "own.lesson: scene 1, line 5: in {θ_C}: there is no 'θ_C' here" in capsys.readouterr().err
    assert "line 2: this header is not TOML" in refused(capsys, "lessons", "--check", broken(tmp_path))


def broken(tmp_path):
    (tmp_path / "broken.lesson").write_text("+++\nlesson\n+++\n")
    return str(tmp_path / "broken.lesson")


# -- models --------------------------------------------------------------------------------------------------


def test_models_as_json_is_the_contract(capsys):
    listed = json.loads(run(capsys, "models", "--json"))
    (coins,) = (model for model in listed if model["key"] == "coins")
    assert list(coins) == ["key", "title", "description", "columns", "hyper", "parameters", "examples"]
    assert coins["title"] == "Coins"
    assert {tuple(column) for column in coins["columns"]} == {("name", "meaning", "required")}
    assert [column["name"] for column in coins["columns"]] == ["tosses", "heads", "tails", "total", "coin"]
    count, weights = coins["hyper"]
    assert count == {"name": "coins", "label": "Coins", "value": 2, "low": 2, "high": 6, "choices": []}
    assert weights["choices"] == ["equal", "learned"]
    assert weights["low"] is weights["high"] is None
    assert coins["parameters"][1] == {"name": "heads", "symbol": "θ", "shape": [2]}
    assert list(coins["examples"][0]) == ["key", "title", "source"]


def test_models_to_read_name_everything_that_can_be_typed(capsys):
    text = run(capsys, "models")
    for word in ("coins: Coins", "tosses", "weights", "2 (2 to 6)", "equal or learned", "heads", "do2008"):
        assert word in text
    assert max(map(len, text.splitlines())) <= 110


# -- snapshot ------------------------------------------------------------------------------------------------


def test_a_snapshot_begins_where_the_window_does(capsys, tmp_path, drawn):
    assert run(capsys, "snapshot", "coins", "-o", tmp_path / "coins.png") == ""
    ((session, size, theme),) = drawn
    assert (tmp_path / "coins.png").read_bytes() == b"PNG"
    assert (size, theme) == ((1920, 1080), "light")
    assert session.source == "Do & Batzoglou 2008, Figure 1"
    np.testing.assert_array_equal(session.start.heads, [0.6, 0.5])
    assert (len(session.trace), session.past) == (1, ())


def test_a_snapshot_is_taken_after_so_many_steps(capsys, tmp_path, drawn, tosses):
    out = tmp_path / "t.png"
    run(capsys, "snapshot", "coins", tosses, "--iterations", 2, "--step", 1, "--tol", 0, "-o", out)
    run(capsys, "snapshot", "coins", "--step", 3, "--size", "1024x640", "--theme", "dark", "-o", out)
    (first, *_), (second, size, theme) = drawn
    assert (first.step.index, first.step.phase, first.source) == (2, Phase.E, "class.csv")
    assert (second.step.index, second.step.phase) == (1, Phase.E)
    assert (size, theme) == ((1024, 640), "dark")


def test_a_snapshot_shows_the_picture_the_row_and_the_labels_asked_for(capsys, tmp_path, drawn):
    out = tmp_path / "x.png"
    run(capsys, "snapshot", "motif", "--picture", "Logo", "--row", 3, "--reveal", "-o", out)
    display = drawn[0][0].display
    assert (display.picture, display.row, display.revealed) == ("Logo", 2, True)
    run(capsys, "snapshot", "network", "--if", "pain=typical", "--if", "angina=no", "-o", out)
    assert drawn[1][0].display.supposed == (("pain", "typical"), ("angina", "no"))


def test_a_snapshot_of_an_example_knows_its_truth_and_its_start(capsys, tmp_path, drawn):
    out = tmp_path / "x.png"
    run(capsys, "snapshot", "coins", "--example", "three-coins", "-o", out)
    run(capsys, "snapshot", "gmm", "--example", "singular", "-o", out)
    assert drawn[0][0].truth.heads.tolist() == [0.85, 0.55, 0.20]
    assert drawn[1][0].start.mean.tolist() == [[3.5, 71], [3.6, 79]]
    assert drawn[1][0].truth is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--picture", "Map", "-o", "x.png"), "there is no picture 'Map'; there are Landscape"),
        (("--row", 6, "-o", "x.png"), "there is no row 6 among 5"),
        (("--row", 0, "-o", "x.png"), "there is no row 0 among 5"),
        (("--if", "a=b", "-o", "x.png"), "if a=b: there is no variable 'a': this model has no network"),
    ],
)
def test_a_snapshot_of_what_is_not_there_is_refused(capsys, drawn, arguments, said):
    assert said in refused(capsys, "snapshot", "coins", *arguments)


def test_answers_are_printed_as_csv(capsys, start):
    text = run(capsys, "fit", "coins", "--start", start, "--iterations", 10, "--answers")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["answer 1"] for row in rows] == ["coin B", "coin A", "coin A", "coin B", "coin A"]
    for row in rows:
        assert float(row["probability 1"]) + float(row["probability 2"]) == pytest.approx(1)
        assert row["answer 3"] == ""
    trace = emviz.fit("coins", start={"heads": [0.6, 0.5]}, iterations=10)
    model = model_named("coins")
    data = model.parse(read_table(example_path("coins_do2008.csv")))
    shares = model.posterior(data, model.make_params(trace.params), np.arange(5))
    assert [float(row["probability 1"]) for row in rows] == pytest.approx(shares.max(axis=1).tolist())


def test_hard_em_says_its_name_and_its_counts_are_whole(capsys, start):
    arguments = ("fit", "coins", "--method", "hard", "--start", start)
    told = json.loads(run(capsys, *arguments, "--json"))
    assert told["method"] == "hard"
    assert told["counts"] == {"sets": [3, 2], "heads": [24, 9], "tails": [6, 11]}
    assert told["trace"][-1]["params"]["heads"] == [0.8, 0.45]
    head, _, names, *_ = run(capsys, *arguments).splitlines()
    assert head == "Coins: Do & Batzoglou 2008, Figure 1, Hard EM"
    assert "max log P(x, z)" in names


def test_answers_under_hard_em_name_the_completion_that_is_counted_whole(capsys, start):
    text = run(capsys, "fit", "coins", "--start", start, "--method", "hard", "--answers")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["counted whole"] for row in rows] == [f"coin {k}" for k in "BAABA"]
    assert all(float(row["probability 1"]) < 1 for row in rows)
    plain = run(capsys, "fit", "coins", "--start", start, "--answers")
    assert "counted whole" not in plain


def test_answers_under_hard_em_leave_empty_what_is_no_single_completion(capsys):
    text = run(capsys, "fit", "poisson", "--method", "hard", "--iterations", 1, "--answers")
    assert {row["counted whole"] for row in csv.DictReader(io.StringIO(text))} == {""}


def test_a_snapshot_is_drawn_by_the_method_asked_for(capsys, tmp_path, drawn):
    run(capsys, "snapshot", "coins", "--method", "hard", "--step", 1, "-o", tmp_path / "x.png")
    session = drawn[0][0]
    assert session.method.key == "hard"
    assert session.step.expectation.counts.heads.tolist() == [24, 9]


def test_a_snapshot_that_runs_to_convergence_knows_it(capsys, tmp_path, drawn, start):
    arguments = ("--start", start, "--iterations", 500, "-o", tmp_path / "c.png")
    run(capsys, "snapshot", "coins", *arguments)
    assert drawn[0][0].outcome.value == "converged"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "required: -o/--output"),
        (("-o", "x.png", "--size", "big"), "expected a size from 1024x640 to 7680x4320, got 'big'"),
        (("-o", "x.png", "--size", "100000x600"), "expected a size"),
        (("-o", "x.png", "--step", "-1"), "whole number of at least 0"),
        (("-o", "x.png", "--theme", "pink"), "invalid choice: 'pink'"),
    ],
)
def test_a_snapshot_is_refused_in_one_line(capsys, drawn, arguments, said):
    assert said in refused(capsys, "snapshot", "coins", *arguments)
    assert not drawn


def test_a_snapshot_of_steps_that_fail_is_refused(capsys, tmp_path, drawn):
    data = written(tmp_path / "all.csv", "tosses\nHH\n")
    start = written(tmp_path / "start.json", '{"heads": [1, 0]}')
    said = refused(capsys, "snapshot", "coins", data, "--start", start, "--step", 4, "-o", tmp_path / "x.png")
    assert said.startswith("Iteration 1, M-step: ")


@pytest.mark.skipif(preflight.problem("offscreen") is not None, reason="Qt cannot draw here")
def test_a_snapshot_needs_no_display(tmp_path):
    out = tmp_path / "coins.png"
    ended = program("snapshot", "coins", "--size", "1280x720", "--step", 2, "-o", out)
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "")
    image = out.read_bytes()
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", image[16:24]) == (1280, 720)


# -- the window ----------------------------------------------------------------------------------------------


def test_the_window_opens_on_the_example_or_on_a_file(capsys, opened, tosses):
    run(capsys)
    run(capsys, tosses, "--model", "coins")
    assert opened == [(None, "coins"), (str(tosses), "coins")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.csv",), "nowhere.csv: there is no such file"),
        (("nowhere",), "nowhere: there is no such file, and no such command (see `emviz --help`)"),
        (("fti", "coins"), "fti: there is no such file, and no such command"),
        (("gmm", "own.csv"), "gmm is a model; type `emviz own.csv --model gmm`"),
        (("--model", "dice"), "there is no model 'dice'"),
        (("--colour",), "unrecognized arguments: --colour"),
    ],
)
def test_a_window_that_cannot_open_says_why(capsys, opened, arguments, said):
    assert said in refused(capsys, *arguments)
    assert not opened


def test_what_preflight_finds_is_said(capsys, monkeypatch):
    monkeypatch.setattr(preflight, "problem", lambda platform=None: "no display")
    monkeypatch.setattr(preflight, "kernel_problem", lambda: "no NumPy")
    assert refused(capsys) == "no display"
    assert refused(capsys, "fit", "coins") == refused(capsys, "models") == "no NumPy"
    assert refused(capsys, "snapshot", "coins", "-o", "x.png") == "no NumPy"


# -- the border ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [(), ("models",), ("fit",), ("snapshot",)])
def test_every_command_explains_itself(capsys, command):
    text = run(capsys, *command, "--help")
    assert text.startswith(f"usage: {' '.join(['emviz', *command])}")
    assert "default" in text or "JSON" in text


def test_the_version_is_printed(capsys, monkeypatch):
    monkeypatch.setattr("importlib.metadata.version", {"emviz": "1.2.3"}.__getitem__)
    assert run(capsys, "--version") == "emviz 1.2.3\n"


def test_ctrl_c_is_130(monkeypatch, capsys):
    monkeypatch.setattr(cli, "_models", interrupt)
    assert cli.main(["models"]) == 130
    assert capsys.readouterr().err == "emviz: stopped by Ctrl+C\n"


def interrupt(given):
    raise KeyboardInterrupt


def test_a_bug_is_told_in_one_line_too(monkeypatch, capsys):
    monkeypatch.setattr(cli, "_models", lambda given: 1 // 0)
    assert cli.main(["models"]) == 1
    said = capsys.readouterr().err
    assert "should not have happened (ZeroDivisionError: " in said
    assert said.count("\n") == 1


def test_output_that_is_no_file_is_written_as_text():
    with contextlib.redirect_stdout(io.StringIO()) as text:
        assert cli.main(["fit", "coins", "--json"]) == 0
    assert json.loads(text.getvalue())["model"] == "coins"


def test_json_is_utf_8_whatever_the_terminal_is():
    ended = subprocess.run(
        [sys.executable, "-m", "emviz", "models", "--json"],
        cwd=ROOT,
        env={**BARE, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    told = {model["key"]: model for model in json.loads(ended.stdout.decode("utf-8"))}
    assert told["coins"]["parameters"][1]["symbol"] == "θ"


@pytest.mark.thorough
@pytest.mark.skipif(os.name == "nt", reason="Windows has no broken pipes")
def test_a_reader_that_leaves_early_hears_no_complaint():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "emviz", "models"]
    ended = subprocess.run(command, cwd=ROOT, env=BARE, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_main_py_runs_from_a_checkout(start):
    ended = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "fit", "coins", "--start", str(start), "--json"],
        cwd=start.parent,
        env=BARE,
        capture_output=True,
        check=True,
    )
    assert json.loads(ended.stdout)["trace"][0]["params"]["heads"] == [0.6, 0.5]


def test_the_program_refuses_with_status_2_and_one_line(tmp_path):
    path = written(tmp_path / "class.csv", "tosses\nHHT\nHHX\n")
    ended = program("fit", "coins", path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "emviz: class.csv, row 2, column tosses: expected only H and T, got 'X' in 'HHX'\n"


@pytest.mark.parametrize(
    ("model", "name"),
    [("coins", "log P"), ("modules", "log posterior + const."), ("proteins", "weighted log P")],
)
def test_the_table_says_what_is_raised(model, name, capsys):
    assert cli.main(["fit", model, "--iterations", "1"]) == 0
    assert f"  {name}  " in capsys.readouterr().out.splitlines()[2]


def test_fit_reads_what_is_asked_for_and_tells_the_rest(tmp_path, capsys):
    path = tmp_path / "class.csv"
    path.write_text("nr,Kopf,Zahl\n1,5,5\n2,9,1\n3,8,2\n")
    assert cli.main(["fit", "coins", str(path), "--columns", "heads=Kopf,tails=Zahl", "--csv"]) == 0
    named = capsys.readouterr()
    assert named.err == "emviz: columns read: heads from Kopf, tails from Zahl\n"
    path.write_text("heads,tails\n5,5\n9,1\n8,2\n")
    assert cli.main(["fit", "coins", str(path), "--csv"]) == 0
    plain = capsys.readouterr()
    assert (plain.out, plain.err) == (named.out, "")


def test_fit_leaves_out_what_it_is_told_to(tmp_path, capsys):
    path = tmp_path / "points.csv"
    path.write_text("a,b\n1.5,2\n2,-9\n3,1\n9,8\n7,9\n")
    assert cli.main(["fit", "gmm", str(path), "--use", "b", "--missing", "-9,drop", "--seed", "1"]) == 0
    assert "1 of 5 rows have a missing cell and are left out" in capsys.readouterr().err
    assert cli.main(["fit", "gmm", str(path), "--drop", "a,b"]) == 2
    assert cli.main(["fit", "gmm", str(path), "--columns", "heads"]) == 2
    assert "expected NAME=COLUMN" in capsys.readouterr().err


THREE = "".join(f"# STOCKHOLM 1.0\n#=GF AC F{n}\na {a}\nb {b}\n//\n" for n, a, b in (
    (1, "ACDE", "AC-E"), (2, "WWYY", "WW-Y"), (3, "GGKK", "GGK-")
))  # fmt: skip


def test_fit_says_which_of_several_alignments_it_reads_and_reads_the_one_it_is_told(tmp_path, capsys):
    path, alone = tmp_path / "three.sto", tmp_path / "second.sto"
    path.write_text(THREE)
    assert cli.main(["fit", "profile", str(path), "--iterations", "1", "--csv"]) == 0
    first = capsys.readouterr()
    assert first.err == "emviz: alignment 1 of 3: F1\n"
    alone.write_text("".join(THREE.partition("//\n")[2].partition("//\n")[:2]))
    expected = run(capsys, "fit", "profile", alone, "--iterations", 1, "--csv")
    for option in ("--alignment", "--sheet"):
        assert run(capsys, "fit", "profile", path, option, "F2", "--iterations", 1, "--csv") == expected
    assert expected != first.out
    there = "three.sto: there is no alignment 'F4'; there are F1, F2, F3"
    assert refused(capsys, "fit", "profile", path, "--alignment", "F4") == there


def test_fit_counts_the_lines_that_it_skips(tmp_path, capsys):
    path = tmp_path / "class.csv"
    path.write_text("# by hand\n# in May\nheads,tails\n5,5\n9,1\n")
    assert cli.main(["fit", "coins", str(path), "--csv"]) == 0
    assert capsys.readouterr().err == "emviz: 2 comment lines skipped\n"


# -- sessions ------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    """A file of a session: five half-steps by hard EM, the cursor on the third, three digits."""
    session = desk.set_method(desk.example_session("gmm", "faithful-waiting"), Hard())
    session = desk.set_limits(session, 1e-3, 7)
    for _ in range(5):
        session = desk.step(session)
    session = desk.shown(desk.seek(session, 3), {"decimals": 3, "row": 4, "reference": False})
    path = tmp_path / "mine.emviz"
    path.write_text(write(session), encoding="utf-8")
    return path


def test_a_snapshot_of_a_session_is_what_was_saved(capsys, tmp_path, saved, drawn):
    assert run(capsys, "snapshot", saved, "-o", tmp_path / "x.png") == ""
    session = drawn[-1][0]
    assert (session.cursor, session.method.key, len(session.trace)) == (3, "hard", 6)
    assert (session.display.decimals, session.display.row, session.display.reference) == (3, 4, False)
    run(capsys, "snapshot", saved, "--step", 1, "--row", 2, "-o", tmp_path / "x.png")
    assert (drawn[-1][0].cursor, drawn[-1][0].display.row) == (4, 1)


def test_a_session_is_run_from_its_start_by_its_method_and_its_rule(capsys, saved):
    found = json.loads(run(capsys, "fit", saved, "--json"))
    assert (found["model"], found["method"]) == ("gmm", "hard")
    assert found["trace"][0]["t"] == 0
    assert len(found["trace"]) <= 8
    other = json.loads(run(capsys, "fit", saved, "--json", "--method", "em", "--iterations", 2))
    assert (other["method"], len(other["trace"])) == ("em", 3)


def test_what_a_session_has_of_its_own_is_not_given_beside_it(capsys, saved, tosses):
    assert "leave out FILE" in refused(capsys, "fit", saved, tosses)
    assert "leave out --seed" in refused(capsys, "fit", saved, "--seed", 0)
    broken = saved.with_name("broken.emviz")
    broken.write_text('{"emviz": 1, "model": "gmm", "start": {"mean": [1]}}')
    assert "broken.emviz: mean: expected" in refused(capsys, "fit", broken)


def test_a_session_that_comes_out_otherwise_says_so(capsys, saved):
    saved.write_text(saved.read_text().replace('"sha256": "', '"sha256": "0'))
    assert cli.main(["fit", str(saved)]) == 0
    assert "the example has other data now" in capsys.readouterr().err


def test_verdicts_are_on_the_variable_that_is_asked_for(capfd):
    given = ["fit", "network", "--example", "clinic", "--iterations", "3", "--answers"]
    assert cli.main([*given, "--of", "lung"]) == 0
    rows = list(csv.DictReader(io.StringIO(capfd.readouterr().out)))
    assert {row["asked"] for row in rows} == {"lung"}
    assert cli.main([*given, "--of", "heart"]) == 2
    said = "emviz: --of: there is no variable 'heart'; there are asia, smoke, tub, lung, bronc, "
    assert capfd.readouterr().err.startswith(said)
    assert cli.main(["fit", "coins", "--answers", "--of", "A"]) == 2
    assert capfd.readouterr().err == "emviz: --of: there is no variable 'A'; coins gives no verdicts\n"
    assert cli.main(["fit", "network", "--of", "disease"]) == 2
    assert capfd.readouterr().err == "emviz: --of goes with --answers\n"


@pytest.mark.parametrize(("chosen", "cores"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_a_product_keeps_to_one_core_unless_more_are_asked_for(chosen, cores):
    """Read by the library of NumPy's matrix products when NumPy is imported, after the choice."""
    code = (
        "import os, sys; from emviz.console.cli import main; main(['--version'])\n"
        "print(os.environ['OPENBLAS_NUM_THREADS'])"
    )
    others = {name: value for name, value in BARE.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=others | chosen,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == cores
