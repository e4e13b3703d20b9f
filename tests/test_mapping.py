"""Maps of basins from the command line."""

import csv
import io
import json

import numpy as np
import pytest

import emviz
from emviz.api.mapping import entry_named, map_so_far, mapped
from emviz.console import cli
from emviz.session import example_session


def printed(capsys, *given):
    assert cli.main(["starts", *given]) == 0
    return capsys.readouterr().out


def test_the_text_tells_each_end_and_how_many_starts_come_there(capsys):
    text = printed(capsys, "coins", "--map", "theta_A", "θ_B", "--cells", "9")
    assert text.splitlines()[:-1] == [
        "Coins: Do & Batzoglou 2008, Figure 1; 81 starts over θ_A and θ_B of θ(0)",
        "",
        "1a: 36 starts to a maximum, log P -31.570200",
        "1b: 36 starts to a maximum, log P -31.570200",
        "2: 9 starts to a saddle, log P -32.051774",
    ]


def test_the_map_from_python():
    """The border between the basins of the coins is the diagonal, from which EM comes to the saddle."""
    found = emviz.basins("coins", axes=("θ_A", "θ_B"), cells=9, tol=1e-6, tol_on="theta")
    assert isinstance(found, emviz.Map)
    kinds = [(end.name, end.optimum.place.value) for end in found.basins.ends]
    assert kinds == [("1a", "maximum"), ("1b", "maximum"), ("2", "saddle")]
    which = found.basins.which
    above, below = (set(which[side].tolist()) for side in (np.triu_indices(9, 1), np.tril_indices(9, -1)))
    assert (len(above), len(below), set(which.diagonal().tolist())) == (1, 1, {2})
    assert above | below == {0, 1}
    assert (found.basins.xs[0], found.labels) == (0.5 / 9, ("θ_A", "θ_B"))
    assert found.record()["tolerance_on"] == "theta"
    with pytest.raises(emviz.ParameterError, match="at least 1 process, got 0"):
        emviz.basins("coins", axes=("θ_A", "θ_B"), processes=0)
    with pytest.raises(emviz.ParameterError, match="θ has no entry 'θ_C'"):
        emviz.basins("coins", axes=("θ_A", "θ_C"))


def test_csv_has_a_row_for_each_start(capsys):
    rows = list(
        csv.reader(io.StringIO(printed(capsys, "coins", "--map", "θ_A", "θ_B", "--cells", "5", "--csv")))
    )
    assert rows[0] == ["θ_A", "θ_B", "leads to", "iterations"]
    assert len(rows) == 26
    assert {(float(x), float(y)) for x, y, end, _ in rows[1:] if end == "2"} == {
        (each, each) for each in (0.1, 0.3, 0.5, 0.7, 0.9)
    }


def test_json_has_the_map_and_the_ends(capsys):
    record = json.loads(
        printed(capsys, "abo", "--map", "p_A", "p_B", "--cells", "5", "--json", "--iterations", "2")
    )
    assert record["x"]["entry"] == "p_A"
    assert record["leads_to"][4][4] == "impossible"
    assert record["leads_to"][0][0] == "stopped"
    record = json.loads(printed(capsys, "coins", "--map", "θ_A", "θ_B", "--cells", "5", "--json"))
    assert [end["starts"] for end in record["ends"]] == [10, 10, 5]
    assert record["ends"][2]["place"] == "saddle"
    assert record["ends"][2]["params"]["heads"] == pytest.approx([0.66, 0.66])
    assert record["iterations"][2][2] > 0


def test_text_names_the_runs_that_end_nowhere(capsys):
    text = printed(capsys, "coins", "--map", "θ_A", "θ_B", "--cells", "5", "--iterations", "2")
    assert text.splitlines()[-2] == "20 starts had not converged when stopped"


@pytest.mark.parametrize("name", ["θ_A", "theta_a", " Theta_A", "heads[0]"])
def test_an_entry_goes_by_its_name_or_its_place(name):
    entry = entry_named(example_session("coins"), name)
    assert (entry.field, entry.index) == ("heads", (0,))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--map", "θ_A", "θ_C"), "θ has no entry 'θ_C' that is estimated; there are θ_A, θ_B"),
        (("--map", "θ_A", "heads[0]"), "a map needs two entries of θ, got θ_A twice"),
        (
            ("--map", "θ_A", "θ_B", "--cells", "4"),
            "the cells along an axis must lie between 5 and 201, got 4",
        ),
    ],
)
def test_what_cannot_be_mapped_is_told_in_a_sentence(capsys, given, told):
    assert cli.main(["starts", "coins", *given]) == 2
    assert capsys.readouterr().err.strip() == f"emviz: {told}"


def test_it_is_told_how_far_a_map_is():
    maps = [each for each in mapped(example_session("coins"), ("θ_A", "θ_B"), 5) if each]
    assert map_so_far(maps[0]) == "0 of 25 runs have ended"
    assert map_so_far(maps[-1]) == "25 of 25 runs have ended"
