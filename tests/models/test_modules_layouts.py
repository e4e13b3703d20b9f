"""Expression as files have it: genes across or down, rows above them, columns that are no arrays."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.intake import Wishes, ask, take
from emviz.models.modules import Modules

MODEL = Modules(2)
NAMES = ["YAL1", "YAL2", "YAL3", "YAL4"]
LEVELS = np.array([[0.5, 1.5, 2.0], [-1.2, 0.3, 1.0], [2.0, -0.7, 0.25], [0.1, -0.4, 3.0]])
ARRAYS = ["GSM1", "GSM2", "GSM3"]
DOWN = {"gene": NAMES, **dict(zip(ARRAYS, LEVELS.T.tolist(), strict=True))}


def taken(cells, /, **wishes):
    table = cells if isinstance(cells, Table) else Table.from_columns(cells)
    given = take(MODEL, table, ask(MODEL, table, Wishes(**wishes)))
    return given, MODEL.parse(given.table)


def same(data, arrays=ARRAYS, names=NAMES):
    assert data.arrays == tuple(arrays)
    np.testing.assert_array_equal(data.raw, LEVELS)
    assert names is None or data.genes.tolist() == names


def across(header, arrays=ARRAYS, **more):
    return {header: arrays, **more, **dict(zip(NAMES, LEVELS.tolist(), strict=True))}


def test_genes_down_are_read_without_a_word():
    given, data = taken(DOWN)
    same(data)
    assert given.notes == ()


@pytest.mark.parametrize("header", ["sample", "Sample ID", "array", "condition", "column 1", "id", ""])
def test_genes_across_are_turned_and_said(header):
    given, data = taken(across(header))
    same(data)
    assert given.notes[0] == (f"the data are taken as a column for each gene, the arrays named in {header}")


def test_times_down_are_arrays():
    _, data = taken(across("time", [0, 10, 20]))
    same(data, ["0", "10", "20"])


def test_what_is_no_gene_is_left_out_when_the_table_is_turned():
    given, data = taken(across("sample", batch=["a", "b", "a"]))
    same(data)
    assert given.notes[0].endswith("the arrays named in sample; left out: batch")


def test_the_other_way_can_be_asked_for():
    _, data = taken(across("sample"), layout="rows")
    assert data.arrays == tuple(NAMES)
    assert data.raw.tolist() == LEVELS.T.tolist()


def test_many_columns_and_few_rows_are_genes_across():
    rng = np.random.default_rng(3)
    wide = {f"ORF{n}": rng.normal(size=6) for n in range(60)}
    given, data = taken(wide)
    assert data.raw.shape == (60, 6)
    assert data.arrays == tuple(f"array {n}" for n in range(1, 7))
    assert given.notes == ("the data are taken as a column for each gene",)
    _, data = taken({f"GSM{n}": column for n, column in enumerate(wide.values())})
    assert data.raw.shape == (6, 60)


def test_a_gap_and_a_decimal_comma_stay_what_they_are_when_turned(tmp_path):
    (tmp_path / "a.csv").write_text("sample;g1;g2;g3\nS1;1,5;2,25;NA\nS2;0,5;-1,75;3,5\nS3;2,5;0,25;1,5\n")
    table = read_table(tmp_path / "a.csv")
    turned = take(MODEL, table, ask(MODEL, table, Wishes())).table
    assert turned.numbers("S2").tolist() == [0.5, -1.75, 3.5]
    assert turned.missing("S1").tolist() == [False, False, True]
    _, data = taken(table, drop=True)
    assert data.raw.tolist() == [[1.5, 0.5, 2.5], [2.25, -1.75, 0.25]]


def test_regulators_are_turned_with_the_arrays():
    cells = across("sample", [*ARRAYS[:2], "reg:GAL4"])
    for name, bound in zip(NAMES, (1, 0, 1, 0), strict=True):
        cells[name] = [*cells[name][:2], bound]
    _, data = taken(cells)
    assert data.arrays == tuple(ARRAYS[:2])
    assert data.regulators == ("GAL4",)
    assert data.patterns[data.which].ravel().tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize(
    "above",
    [
        [["min", "min", "min"]],
        [["h", "h", "h"], ["numeric", "numeric", ""]],
        [["a", "b", "c"], ["", "", ""], ["log2", "log2", "log2"]],
    ],
)
def test_rows_of_units_above_the_genes_are_left_out_and_counted(above):
    more = [f"x{n}" for n in range(3)]
    levels = np.vstack([LEVELS, LEVELS[::-1][:3] + 1])
    cells = {"gene": ["" for _ in above] + NAMES + more}
    for place, name in enumerate(ARRAYS):
        cells[name] = [row[place] for row in above] + [str(x) for x in levels[:, place]]
    given, data = taken(cells)
    np.testing.assert_array_equal(data.raw, levels)
    assert data.genes.tolist() == NAMES + more
    told = ", ".join(f"{row} (names or units)" for row in range(1, len(above) + 1))
    assert given.notes[0] == f"rows left out: {told}"


def test_one_word_in_one_column_is_no_row_of_units():
    table = Table.from_columns(
        {"gene": list("uvwxyz"), "a": ["oops", *"12345"], "b": list("543210"), "c": list("135790")}
    )
    given = take(MODEL, table, ask(MODEL, table, Wishes()))
    assert given.choice.left_out == {
        "a": "not numbers: 'oops' in row 1; is it missing there? (--missing oops)"
    }
    assert given.table.rows == 6


def test_the_first_column_of_words_names_the_genes():
    given, data = taken({"column 1": NAMES, "note": ["x", "y", "x", "y"], **{a: DOWN[a] for a in ARRAYS}})
    same(data)
    assert given.notes[0] == "the data are taken as a row for each gene; column 1 names the genes"
    assert given.choice.left_out == {"note": "not numbers"}
    assert taken({"kind": ["x", "y", "x", "y"], **{a: DOWN[a] for a in ARRAYS}})[1].genes is None


def test_weights_of_cluster_are_no_expression():
    cells = {"gene": ["EWEIGHT", *NAMES], "GWEIGHT": [0.5, 1, 1, 0.5, 1]}
    cells |= {a: [1.0, *DOWN[a]] for a in ARRAYS}
    given, data = taken(cells)
    same(data)
    assert given.choice.left_out == {"GWEIGHT": "weights of the genes"}
    assert given.notes[0].endswith("1 row of weights left out")


def test_nothing_at_all_has_no_layouts():
    assert MODEL.layouts(Table()) == ()
    assert MODEL.layouts(Table.from_columns({"gene": []})) == ()
    assert MODEL.layouts(Table.from_columns({"module": ["A"]})) == ()


@pytest.mark.thorough
@settings(max_examples=40, deadline=None)
@given(
    levels=st.integers(3, 6).flatmap(
        lambda genes: st.lists(
            st.lists(st.floats(-9, 9, width=16) | st.none(), min_size=genes, max_size=genes),
            min_size=3,
            max_size=4,
        )
    ),
)
def test_a_table_turned_by_hand_comes_back(levels):
    """Each column with a number at least: a column of gaps alone holds no numbers."""
    levels = [[0.5 if not row and cell is None else cell for cell in line] for row, line in enumerate(levels)]
    shown = [["NA" if cell is None else str(cell) for cell in line] for line in levels]
    genes = {f"g{n}": list(column) for n, column in enumerate(zip(*shown, strict=True))}
    arrays = [f"GSM{n}" for n in range(len(levels))]
    table = Table.from_columns({"sample": arrays, **genes})
    turned = take(MODEL, table, ask(MODEL, table, Wishes(use=arrays))).table
    assert turned.texts("gene").tolist() == list(genes)
    for (row, name), place in product(enumerate(arrays), range(len(genes))):
        assert turned.cell(place, name) == shown[row][place]
        assert turned.missing(name)[place] == (levels[row][place] is None)
