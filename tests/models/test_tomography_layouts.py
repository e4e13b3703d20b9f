"""Sinograms as people write them down: angles as rows or as columns, row numbers and angles beside them."""

import numpy as np
import pytest

import emviz
from emviz.api import Assumed
from emviz.data.table import DataError, Table
from emviz.intake import Wishes, ask, take
from emviz.models.tomography import MODEL, Tomography

#: Six angles of seven bins; the angles see 90, 78, 97, 127, 109 and 102 counts.
SINOGRAM = np.array(
    [
        [0, 0, 39, 41, 10, 0, 0],
        [0, 0, 13, 60, 5, 0, 0],
        [0, 0, 3, 71, 23, 0, 0],
        [0, 0, 6, 66, 55, 0, 0],
        [0, 0, 15, 46, 48, 0, 0],
        [0, 0, 16, 43, 43, 0, 0],
    ]
)
SMALL = Tomography(size=4)


def table_of(counts, **more):
    return Table.from_columns({**more, **{f"b{k}": column for k, column in enumerate(counts.T)}})


def taken(table, **wishes):
    return take(SMALL, table, ask(SMALL, table, Wishes(**wishes)))


@pytest.mark.parametrize("turned", [False, True])
def test_the_sums_tell_which_side_the_angles_are(turned):
    read = taken(table_of(SINOGRAM.T if turned else SINOGRAM))
    np.testing.assert_array_equal(SMALL.parse(read.table).counts, SINOGRAM)
    said = ("the data are taken as a column for each angle: the sums of the columns agree better",)
    assert read.notes == (said if turned else ())


def test_the_way_round_can_be_asked_for():
    turned = table_of(SINOGRAM.T)
    np.testing.assert_array_equal(SMALL.parse(taken(turned, layout="rows").table).counts, SINOGRAM.T)
    with pytest.raises(DataError, match="there is no layout 'columns'"):
        taken(table_of(SINOGRAM), layout="columns")


def test_where_the_sums_do_not_tell_rows_are_angles_and_it_is_said():
    square = np.array([[5, 6, 5], [6, 5, 6], [5, 6, 6]])
    assert [way.key for way in MODEL.layouts(table_of(square))] == ["rows", "columns"]


@pytest.mark.parametrize("turned", [False, True])
def test_row_numbers_are_no_bin(turned):
    counts = SINOGRAM.T if turned else SINOGRAM
    read = taken(table_of(counts, no=np.arange(len(counts))))
    np.testing.assert_array_equal(SMALL.parse(read.table).counts, SINOGRAM)


@pytest.mark.parametrize("name", ["angle", "Theta", "angle (deg)", "θ"])
def test_angles_are_no_bin(name):
    read = taken(table_of(SINOGRAM, **{name: 30.0 * np.arange(6)}))
    np.testing.assert_array_equal(SMALL.parse(read.table).counts, SINOGRAM)
    assert read.notes == (f"columns left out: {name} (the angles)",)


def test_uneven_angles_are_told():
    read = taken(table_of(SINOGRAM, angle=[0, 10, 30, 70, 80, 170]))
    assert "not evenly spaced" in read.notes[0]


@pytest.mark.parametrize(
    "columns",
    [
        {"a": [1, 2]},
        {"a": [1], "b": [2]},
        {"a": [1, -2], "b": [3, 4]},
        {"a": ["1", ""], "b": ["3", "?"]},
        {"a": [0, 0], "b": [0, 0]},
        {"a": ["x", "y"], "b": ["u", "v"]},
    ],
)
def test_tables_that_are_no_counts_have_no_layouts(columns):
    assert MODEL.layouts(Table.from_columns(columns)) == ()


@pytest.mark.parametrize("name", ["", "k", "column 1"])
def test_evenly_spaced_numbers_in_front_are_no_bin(name):
    read = taken(table_of(SINOGRAM, **{name: 30.0 * np.arange(6)}))
    np.testing.assert_array_equal(SMALL.parse(read.table).counts, SINOGRAM)
    assert read.notes == (f"columns left out: {name} (evenly spaced: looks like angles or positions)",)
    turned = taken(table_of(SINOGRAM.T, **{name: 0.5 * np.arange(7) - 1.5}))
    np.testing.assert_array_equal(SMALL.parse(turned.table).counts, SINOGRAM)


def test_evenly_spaced_numbers_elsewhere_are_counts():
    cells = {"a": [3, 9, 4, 2], "b": [0, 3, 6, 9], "c": [5, 1, 1, 2]}
    assert taken(Table.from_columns(cells), layout="rows").table.names == ("a", "b", "c")
    assert taken(Table.from_columns({"a": [2, 2, 2, 2], "b": [1, 3, 1, 3]}), layout="").table.names == (
        "a",
        "b",
    )


def test_where_a_row_is_left_out_it_is_said_that_the_angles_move():
    rng = np.random.default_rng(1)
    columns = {f"bin{k}": rng.poisson(60 - 10 * abs(k - 4), 8).astype(float) for k in range(8)}
    columns["bin3"][4] = np.nan
    with pytest.raises(DataError, match="1 of 8 rows has a missing cell"):
        emviz.fit("tomography", columns, size=8, iterations=1)
    with pytest.warns(Assumed) as caught:
        emviz.fit("tomography", columns, size=8, iterations=1, missing="drop")
    said = [str(each.message) for each in caught]
    assert "1 of 8 rows have a missing cell and are left out" in said
    assert Tomography.if_left_out in said


@pytest.mark.parametrize("turned", [False, True])
def test_a_missing_cell_does_not_hide_which_side_the_angles_are(turned):
    cells = SINOGRAM.astype(float)
    cells[2, 3] = np.nan
    read = taken(table_of(cells.T if turned else cells), drop=True)
    np.testing.assert_array_equal(SMALL.parse(read.table).counts, np.delete(SINOGRAM, 2, axis=0))
    assert any("a column for each angle" in note for note in read.notes) == turned
    assert "1 of 6 rows have a missing cell and are left out" in read.notes


def listed(order, **names):
    angle, place = (each.ravel() for each in np.indices(SINOGRAM.shape))
    columns = {"angle": 30.0 * angle, "bin": place, "count": SINOGRAM.ravel()}
    return Table.from_columns({names.get(name, name): column[order] for name, column in columns.items()})


@pytest.mark.parametrize("names", [{}, {"count": "aa", "angle": "θ", "bin": "x"}])
def test_a_row_for_each_bin_of_each_angle(names):
    order = np.random.default_rng(1).permutation(SINOGRAM.size)
    read = taken(listed(order, **names))
    np.testing.assert_array_equal(SMALL.parse(read.table).counts, SINOGRAM)
    angle, place, count = (names.get(name, name) for name in ("angle", "bin", "count"))
    assert read.notes == (
        f"the data are taken as a row for each bin of each angle ({angle}, {place}, {count})",
        f"columns left out: {angle} (the angles)",
    )


def test_a_list_that_lacks_a_bin_or_has_one_twice_is_none():
    for order in (np.arange(SINOGRAM.size - 1), np.append(np.arange(SINOGRAM.size - 1), 0)):
        assert "list" not in [way.key for way in MODEL.layouts(listed(order))]


def test_counts_before_the_bins_of_a_list():
    table = listed(np.arange(SINOGRAM.size))
    swapped = table.picked({name: name for name in ("angle", "count", "bin")})
    np.testing.assert_array_equal(SMALL.parse(taken(swapped).table).counts, SINOGRAM)
