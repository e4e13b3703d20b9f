"""Basins: the border between those of two coins is exactly the diagonal; what is no θ is left out."""

import json
from pathlib import Path

import numpy as np
import pytest
from toys import COINS, PAPER, TOSSED

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.convergence.ending import Place
from emviz.em.counts.table import Entry
from emviz.em.domains import ParameterError
from emviz.em.optima.basins import (
    FAILED,
    IMPOSSIBLE,
    PENDING,
    STOPPED,
    basins,
    end_name,
)
from emviz.models import model_named

GOLDEN = json.loads((Path(__file__).parents[1] / "golden/starts.json").read_text("utf-8"))
A, B = Entry("heads", (0,)), Entry("heads", (1,))


def found(sizes, model=COINS, data=TOSSED, params=PAPER, axes=(A, B), iterations=1000, tolerance=1e-8):
    """Return the last map of each size."""
    work = basins(model, data, params, *axes, iterations=iterations, tolerance=tolerance, sizes=sizes)
    return list({len(each.xs): each for each in work if each is not None}.values())


def test_the_border_between_the_basins_of_two_coins_is_the_diagonal():
    """If θ_A > θ_B the share of A rises with the heads of a set, so that the M-step keeps that order."""
    (mapped,) = found((101,))
    ends = {end.name: end for end in mapped.ends}
    assert ends.keys() == {"1a", "1b", "2"}
    assert [end.cells for end in mapped.ends] == [each["starts"] for each in GOLDEN["coins"]["ends"]]
    names = np.array([end.name for end in mapped.ends])[mapped.which]
    i, j = np.indices(names.shape)
    assert set(names[i == j]) == {"2"}
    above, below = set(names[i < j]), set(names[i > j])
    assert len(above) == len(below) == 1
    assert above | below == {"1a", "1b"}
    assert ends["2"].optimum.place is Place.SADDLE
    assert ends["1a"].optimum.place is Place.MAXIMUM
    np.testing.assert_allclose(ends["2"].optimum.params.heads, GOLDEN["coins"]["ends"][2]["theta"])
    np.testing.assert_allclose(mapped.xs, (np.arange(101) + 0.5) / 101)
    # From the paper's θ(0), in the cell (60, 50), EM comes to the maximum with θ_A > θ_B.
    assert mapped.cell(0.6, 0.5) == (60, 50)
    assert mapped.which[60, 50] == mapped.which[100, 0]


def test_coarse_maps_come_first_and_cells_fill():
    work = basins(COINS, TOSSED, PAPER, A, B, iterations=1000, tolerance=1e-8, sizes=(5, 9))
    maps = [each for each in work if each is not None]
    assert list(dict.fromkeys(len(each.xs) for each in maps if each.complete)) == [5, 9]
    assert set(maps[0].which.ravel()) == {PENDING}
    assert not maps[0].complete


def test_iterations_are_those_of_the_runs():
    (mapped,) = found((5,))
    assert mapped.iterations[2, 2] == mapped.survey.runs[12].iterations
    assert mapped.iterations.shape == (5, 5)


def test_runs_that_are_stopped_or_fail_are_told_from_those_that_end():
    (mapped,) = found((5,), iterations=3)
    assert set(mapped.which.ravel()) == {STOPPED, 0}
    assert (np.diagonal(mapped.which) == 0).all()
    points = Table.from_columns({"x": ["0", "0", "0", "9", "9", "9.5"]})
    gmm = model_named("gmm")
    data = gmm.parse(points)
    start = gmm.start(data, np.random.default_rng(0))
    (clusters,) = found((5,), gmm, data, start, (Entry("mean", (0, 0)), Entry("mean", (1, 0))))
    assert FAILED in clusters.which


def test_starts_that_do_not_exist_are_left_out_of_a_map():
    abo = model_named("abo")
    data = abo.parse(read_table(example_path(abo.examples[0].file)))
    shares = Entry("allele", (0,)), Entry("allele", (1,))
    (mapped,) = found((5,), abo, data, abo.default(data), shares)
    i, j = np.indices((5, 5))
    # The middles of cells are .1, .3, … .9: together they stay below 1 where i + j < 4.
    np.testing.assert_array_equal(mapped.which == IMPOSSIBLE, i + j >= 4)


def test_ends_have_a_number_and_in_several_orders_a_letter():
    assert [end_name(0, 0, 1), end_name(1, 2, 3), end_name(0, 26, 99)] == ["1", "2c", "1.27"]


def test_without_a_tolerance_no_run_would_converge():
    with pytest.raises(ParameterError, match="tolerance above 0"):
        found((5,), tolerance=0.0)
