"""Simulated data from Python and from the command line."""

import numpy as np
import pytest

import emviz
from emviz.api import Assumed
from emviz.console import cli
from emviz.data.reader import read_table


def run(capfd, *given):
    status = cli.main(["simulate", *given])
    return status, *capfd.readouterr()


def test_data_are_drawn_from_a_truth_that_is_given():
    table = emviz.simulate("coins", truth={"heads": [1.0, 0.0]}, size=30, each=4, seed=2)
    pairs = zip(table.texts("tosses").tolist(), table.texts("coin").tolist(), strict=True)
    assert set(pairs) == {("HHHH", "A"), ("TTTT", "B")}
    drawn = [emviz.simulate("deaths", size=10, seed=seed) for seed in (1, 1, 2)]
    assert drawn[0].same(drawn[1])
    assert not drawn[0].same(drawn[2])


def test_holes_are_made_in_drawn_rows_and_in_those_of_the_data():
    table = emviz.simulate("normal", size=200, holes=0.3, holes_in=["x2"], by_value=True, mean="zero")
    assert table.names == ("x1", "x2", "x3", "true:x2")
    assert table.missing("x2").mean() == pytest.approx(0.3, abs=0.1)
    own = {"a": np.sin(np.arange(50.0)), "b": np.cos(np.arange(50.0) ** 2)}
    kept = emviz.simulate("gmm", own, keep=True, holes=0.2, holes_in=["a"], seed=3)
    gone = kept.missing("a")
    assert 2 < gone.sum() < 20
    assert kept.numbers("a", holes=True)[~gone].tolist() == own["a"][~gone].tolist()
    with pytest.warns(Assumed, match="a: .* of 50 cells are missing"):
        assert emviz.fit("gmm", kept, start={}).converged


@pytest.mark.parametrize(
    "wrong", [{"size": 0}, {"seed": -1}, {"truth": {"nothing": 1}}, {"holes": 0.2}, {"truth_seed": -1}]
)
def test_impossible_wishes_are_refused(wrong):
    with pytest.raises(emviz.ParameterError):
        emviz.simulate("coins", **wrong)


def test_the_command_prints_a_table_that_is_read_again(capfd, tmp_path):
    status, out, told = run(capfd, "network", "--size", "40", "--holes", "0.25", "--truth-seed", "5")
    assert status == 0
    assert out.startswith("disease,pain,angina,depression,vessels,thallium,true:disease,")
    assert "simulated: 40 cases, 25 % of the cells missing at random, seed 1, true θ = " in told
    path = tmp_path / "rows.csv"
    status, out, _ = run(
        capfd,
        *("gmm", "--keep", "--holes", "0.2", "--in", "waiting", "--hide", "large", "--seed", "4"),
        "-o",
        str(path),
    )
    assert (status, out) == (0, "")
    table = read_table(path)
    assert table.names == ("eruptions", "waiting", "true:waiting")
    assert table.rows == 272


def test_the_truth_may_come_from_a_file(capfd, tmp_path):
    path = tmp_path / "truth.json"
    path.write_text('{"heads": [1, 0]}', "utf-8")
    status, out, told = run(capfd, "coins", "--truth", str(path), "--size", "3", "--each", "2")
    assert status == 0
    assert set(out.split()[1:]) <= {"HH,A", "TT,B"}
    assert "true θ = 1.00, 0.00" in told
    path.write_text('{"heads": [2, 0]}', "utf-8")
    status, _, told = run(capfd, "coins", "--truth", str(path))
    assert status == 2
    assert told.startswith("emviz: truth.json: ")
    assert run(capfd, "coins", "--keep", "--holes", "0.1")[0] == 2
