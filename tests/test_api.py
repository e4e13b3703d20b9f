"""The public API: what comes in as data, what comes out as a trace, and what it says when it cannot."""

import json
import subprocess
import sys
import tomllib
from collections import namedtuple
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest
from standing import stand_for

import emviz
from emviz.api import Assumed
from emviz.em.model import Phase
from emviz.models import model_named

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parents[1]
GOLDEN = json.loads((ROOT / "tests/golden/coins.json").read_text("utf-8"))
START = {"heads": [0.6, 0.5]}
HEADS, TAILS = [5, 9, 8, 4, 7], [5, 1, 2, 6, 3]
TOSSES = ["HTTTHHTHTH", "HHHHTHHHHH", "HTHHHHHTHH", "HTHTTTHHTT", "THHHTHHHTH"]


class Frame:
    """What pandas and polars have in common."""

    def __init__(self, columns):
        self._columns = columns
        self.columns = list(columns)

    def __getitem__(self, name):
        return self._columns[name]


def fresh(code):
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)


def test_a_fit_gives_the_trace_of_the_paper():
    trace = emviz.fit("coins", start=START, iterations=10, tol=0)
    expected = GOLDEN["trace"][:11]
    np.testing.assert_allclose(trace.objectives, [each["loglik"] for each in expected], rtol=1e-9)
    np.testing.assert_allclose(trace.params["heads"], expected[10]["theta"], rtol=1e-9)
    assert (trace.model, trace.method, trace.iterations, trace.converged) == ("coins", "em", 10, False)
    assert trace.steps[0].phase is Phase.START
    assert set(trace.counts) == {"sets", "heads", "tails"}


@pytest.mark.parametrize(
    "data",
    [
        {"heads": HEADS, "tails": TAILS},
        {"heads": np.array(HEADS, dtype=np.int64), "tails": np.array(TAILS, dtype=np.float32)},
        {"tosses": TOSSES},
        Frame({"tosses": np.array(TOSSES, dtype=object)}),
        emviz.Table.from_columns({"tosses": TOSSES}),
        ROOT / "assets/examples/coins_do2008.csv",
        str(ROOT / "assets/examples/coins_do2008.csv"),
    ],
    ids=["lists", "arrays", "texts", "frame", "table", "path", "str"],
)
def test_every_kind_of_data_gives_the_same_fit(data):
    assert emviz.fit("coins", data, start=START).converged
    here = emviz.fit("coins", data, start=START, iterations=12, tol=0)
    there = emviz.fit("coins", start=START, iterations=12, tol=0)
    np.testing.assert_allclose(here.params["heads"], there.params["heads"], rtol=1e-12)
    # Of numbers alone log P has their binomial coefficients as well.
    orders = GOLDEN["log_binomial_const"] if isinstance(data, dict) and "heads" in data else 0.0
    np.testing.assert_allclose(np.array(here.objectives) - orders, there.objectives, rtol=0, atol=1e-9)


def test_arrays_are_taken_as_they_are():
    heads = np.array(HEADS, dtype=np.float64)
    heads.flags.writeable = False
    emviz.fit("coins", {"heads": heads, "tails": np.array(TAILS)})
    np.testing.assert_array_equal(heads, HEADS)


def test_without_a_start_the_seed_draws_it():
    one, same, other = (emviz.fit("coins", seed=seed, iterations=1) for seed in (4, 4, 5))
    assert one.objectives == same.objectives
    assert one.objectives != other.objectives


def test_fields_left_out_of_the_start_take_their_default():
    trace = emviz.fit("coins", start={"weight": [0.7, 0.3]}, weights="learned", iterations=1)
    np.testing.assert_array_equal(trace.steps[0].params.heads, [0.6, 0.5])
    np.testing.assert_array_equal(trace.steps[0].params.weight, [0.7, 0.3])


def test_hyper_parameters_reach_the_model():
    trace = emviz.fit("coins", coins=3, iterations=1)
    assert trace.params["heads"].shape == (3,)


def test_hard_em_has_its_own_objective():
    soft, hard = (emviz.fit("coins", start=START, method=method) for method in ("em", "hard"))
    assert hard.method == "hard"
    assert hard.objectives[0] < soft.objectives[0]


@pytest.mark.parametrize(
    ("arguments", "options", "error", "said"),
    [
        (("dice",), {}, emviz.ParameterError, "no model 'dice'"),
        (("coins",), {"sides": 6}, emviz.ParameterError, "no hyper-parameter 'sides'"),
        (("coins",), {"coins": 7}, emviz.ParameterError, "between 2 and 6"),
        (("coins",), {"start": {"bias": [1]}}, emviz.ParameterError, "no parameter 'bias'"),
        (("coins",), {"start": {"heads": [0.5]}}, emviz.ParameterError, "2 numbers"),
        (("coins",), {"start": {"heads": [0.5, 2]}}, emviz.ParameterError, "between 0 and 1"),
        (("coins",), {"method": "guess"}, emviz.ParameterError, "no method 'guess'"),
        (("coins",), {"seed": -1}, emviz.ParameterError, "seed"),
        (("coins",), {"tol": -1}, emviz.ParameterError, "tolerance"),
        (("coins",), {"iterations": 0}, emviz.ParameterError, "iterations must lie between 1 and 1,000,000"),
        (("coins", {"tosses": ["HT", "HX"]}), {}, emviz.DataError, "row 2, column tosses"),
        (("coins", {"tosses": "HTH"}), {}, emviz.DataError, "column tosses: expected a sequence"),
        (("coins", {"heads": 5, "tails": 5}), {}, emviz.DataError, "column heads: expected a sequence"),
        (("coins", {"heads": np.array(5)}), {}, emviz.DataError, "column heads: expected a sequence"),
        (("coins", {"heads": [1, 2], "tails": [1]}), {}, emviz.DataError, "column tails: expected 2 rows"),
        (("coins", 5), {}, emviz.DataError, "got a int"),
        (("coins", "nowhere.csv"), {}, emviz.DataError, "nowhere.csv: there is no such file"),
        (
            ("coins",),
            {"columns": {"heads": "Kopf"}},
            emviz.DataError,
            "Figure 1: the table has no column 'Kopf'",
        ),
        (("coins",), {"sheet": "May"}, emviz.DataError, "neither a spreadsheet nor an alignment"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(arguments, options, error, said):
    with pytest.raises(error) as caught:
        emviz.fit(*arguments, **options)
    assert said in str(caught.value)


def test_the_rows_and_columns_of_an_example_can_be_chosen_too():
    with pytest.warns(Assumed, match="9 of 28 rows have a missing cell and are left out"):
        whole = emviz.fit("normal", missing="drop")
    # The mean of day14 over the 19 patients who have it.
    assert whole.params["mean"][2] == pytest.approx(4208 / 19)
    with pytest.warns(Assumed, match="columns left out: day14"):
        assert emviz.fit("normal", drop=["day14"]).params["mean"].shape == (2,)


def test_a_wrong_cell_names_its_file(tmp_path):
    path = tmp_path / "class.csv"
    path.write_text("tosses\nHHT\nHHX\n", "utf-8")
    with pytest.raises(emviz.DataError) as caught:
        emviz.fit("coins", path)
    assert str(caught.value).startswith("class.csv, row 2, column tosses: ")


def test_a_failing_run_carries_the_trace_up_to_there():
    with pytest.raises(emviz.ModelError) as caught:
        emviz.fit("coins", {"tosses": ["HH"]}, start={"heads": [1, 0]})
    assert [step.phase for step in caught.value.steps] == [Phase.START, Phase.E]
    assert caught.value.iteration == 1


def test_a_start_that_fails_has_no_trace():
    with pytest.raises(emviz.ModelError) as caught:
        emviz.fit("coins", start={"heads": [1, 1]})
    assert caught.value.steps == ()
    assert str(caught.value).startswith("At the start: ")


def test_models_say_what_they_read_and_estimate():
    (coins,) = (model for model in emviz.models() if model.key == "coins")
    assert coins.title == "Coins"
    assert "tosses" in [column.name for column in coins.columns]
    assert [hyper.name for hyper in coins.hyper] == ["coins", "weights"]
    assert [(each.name, each.shape) for each in coins.parameters] == [("weight", (2,)), ("heads", (2,))]
    assert coins.examples[0].key == "do2008"


def test_importing_emviz_imports_neither_qt_nor_numpy():
    code = "import sys, emviz; print(*sys.modules)"
    assert not {"PySide6", "pyqtgraph", "numpy"} & set(fresh(code).stdout.split())


def test_a_fit_imports_no_qt():
    code = "import sys, emviz; emviz.fit('coins'); emviz.models(); print(*sys.modules)"
    assert not {"PySide6", "pyqtgraph", "ziamath"} & set(fresh(code).stdout.split())


#: What may have been imported before `emviz.models` is asked for.
BEFORE = ["import sys;", "import emviz.session;", "import emviz.models.coins;"]


@pytest.mark.parametrize("before", stand_for(BEFORE, ["import emviz.models.coins;"]))
def test_models_is_a_function_and_a_folder(before):
    code = (
        f"{before} import emviz; import emviz.models as folder; "
        "print(emviz.models()[0].key == folder.discover()[0].key)"
    )
    assert fresh(code).stdout == "True\n"


def test_every_public_name_is_there():
    assert set(emviz.__all__) <= set(dir(emviz))
    for name in set(emviz.__all__) - {"__version__"}:
        assert getattr(emviz, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'flt'"):
        _ = emviz.flt


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    try:
        assert emviz.__version__ == project["version"]
    except PackageNotFoundError:
        pytest.skip("emviz is not installed")


def test_a_failure_in_the_middle_keeps_every_iteration_before_it(monkeypatch):
    coins = model_named("coins")
    real, calls = type(coins).m_step, []
    Broken = namedtuple("Broken", ["weight", "heads"])

    def breaks_later(self, data, counts):
        calls.append(1)
        params = real(self, data, counts)
        return Broken(params.weight, params.heads * np.nan) if len(calls) == 3 else params

    monkeypatch.setattr(type(coins), "m_step", breaks_later)
    with pytest.raises(emviz.ModelError) as caught:
        emviz.fit("coins", start=START)
    assert caught.value.iteration == 3
    assert [step.index for step in caught.value.steps] == [0, 0, 1, 1, 2, 2]


def test_theta_of_another_shape_tells_which_column_was_left_out():
    table = {"x": [1.0, 2, 3, 9, 8, 7], "same": [2] * 6, "y": [3.0, 5, 1, 2, 7, 3]}
    expected = (
        r"^mean: expected 2 × 2 numbers, got 2 × 3 numbers; .*left out: same \(the same number in every row\)"
    )
    with pytest.warns(Assumed), pytest.raises(emviz.ParameterError, match=expected):
        emviz.fit("gmm", table, start={"mean": [[1, 2, 3], [3, 2, 5]]})


def test_what_is_read_can_be_asked_for_and_what_is_assumed_is_said():
    columns = {"nr": [1, 2, 3, 4], "Kopf": [5, 9, 8, 4], "Zahl": [5, 1, 2, 6]}
    with pytest.warns(emviz.api.Assumed, match="columns read: heads from Kopf, tails from Zahl"):
        named = emviz.fit("coins", columns, columns={"heads": "Kopf", "tails": "Zahl"})
    plain = emviz.fit("coins", {"heads": columns["Kopf"], "tails": columns["Zahl"]})
    assert named.objectives == plain.objectives
    points = {"nr": [1, 2, 3, 4, 5], "x": ["1.5", "2", "NA", "7", "8"]}
    with pytest.warns(emviz.api.Assumed) as said:
        left = emviz.fit("gmm", points, missing="drop")
    assert [str(each.message) for each in said] == [
        "columns left out: nr (counts 1 to 5: looks like row numbers)",
        "1 of 5 rows have a missing cell and are left out",
    ]
    assert left.objectives == emviz.fit("gmm", {"x": [1.5, 2, 7, 8]}).objectives


@pytest.mark.parametrize("asked", ["bound", "compare", "errors", "fit", "starts"])
def test_what_is_assumed_is_warned_of_at_the_line_that_asks(asked):
    options = {"starts": {"number": 10}, "compare": {"methods": ["em"]}}.get(asked, {})
    with pytest.warns(emviz.api.Assumed) as said:
        getattr(emviz, asked)("coins", {"H": [5, 9, 8, 4, 7], "n": [10] * 5}, **options)
    assert {each.filename for each in said} == {__file__}


def test_a_missing_cell_is_named_with_what_to_do():
    heads, tails = [5, 9, None, 4, 7, 8, 6, 5, 4, 7], [5, 1, 2, 6, None, 2, 4, 5, 6, 3]
    with pytest.raises(emviz.DataError) as caught:
        emviz.fit("coins", {"heads": heads, "tails": tails})
    assert str(caught.value).endswith(
        "row 3, column heads: expected a number, got an empty cell; 2 of 10 rows have a missing cell: fill "
        "them in, or leave the rows out (--missing drop)"
    )


def test_one_of_several_alignments(tmp_path):
    path = tmp_path / "two.sto"
    path.write_text("# STOCKHOLM 1.0\na ACDE\nb AC-E\n//\n# STOCKHOLM 1.0\nc WWYY\nd WW-Y\n//\n")
    with pytest.warns(Assumed, match="^alignment 1 of 2: alignment 1$"):
        first = emviz.fit("profile", path, iterations=1)
    second = emviz.fit("profile", path, iterations=1, sheet="alignment 2")
    columns = {"name": ["c", "d"], "sequence": ["WWYY", "WW-Y"]}
    assert second.objectives == emviz.fit("profile", columns, iterations=1).objectives
    assert second.objectives != first.objectives
