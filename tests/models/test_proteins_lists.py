"""Cells that list several proteins."""

import numpy as np
import pytest

from emviz.data.table import DataError, Table
from emviz.em import engine
from emviz.intake import Wishes, ask, take
from emviz.models.proteins import Proteins

MODEL = Proteins()
PEPTIDES = ["AVLK", "GGSR", "LLDEK", "TTYR"]
PROBABILITIES = [0.98, 0.95, 0.90, 0.85]


def taken(cells, name="protein", **wishes):
    columns = {"peptide": PEPTIDES[: len(cells)], name: cells, "probability": PROBABILITIES[: len(cells)]}
    table = Table.from_columns(columns)
    return take(MODEL, table, ask(MODEL, table, Wishes(**wishes)))


@pytest.mark.parametrize(
    ("sign", "word"), [(";", "semicolon"), ("; ", "semicolon"), (",", "comma"), ("|", "bar"), (" ", "blank")]
)
def test_proteins_of_a_cell_are_apart(sign, word):
    read = taken([f"P1{sign}P2", "P1", f"P2{sign}P3", "P3"])
    assert read.table.texts("peptide").tolist() == ["AVLK", "AVLK", "GGSR", "LLDEK", "LLDEK", "TTYR"]
    assert read.table.texts("protein").tolist() == ["P1", "P2", "P1", "P2", "P3", "P3"]
    assert read.notes == (f"the data are taken as several proteins in a cell, between them a {word}",)


def test_lists_give_the_fit_of_a_row_for_each_pair():
    """log P = .98 log(1 − θ_3) + .95 log θ_1 + .90 log(1 − θ_1) + .85 log θ_3, each θ in terms of its own."""
    data = MODEL.parse(taken(["P1;P2", "P1", "P2;P3", "P3"]).table)
    assert data.pairs.proteins == ("P1", "P2", "P3")
    first, third = 0.95 / 1.85, 0.85 / 1.83
    theta = np.array([first, 1 - first - third, third])
    by_hand = 0.98 * np.log(1 - third) + 0.95 * np.log(first) + 0.9 * np.log(1 - first) + 0.85 * np.log(third)
    found = MODEL.e_step(data, MODEL.make_params({"abundance": theta}))
    assert found.objective == pytest.approx(by_hand, rel=1e-12)
    assert by_hand == pytest.approx(-2.54549, abs=1e-4)
    step = engine.start(MODEL, data, MODEL.default(data))
    for _ in range(2000):
        step = engine.advance(MODEL, data, engine.advance(MODEL, data, step))
    np.testing.assert_allclose(step.params.abundance, theta, atol=1e-6)


@pytest.mark.parametrize("cells", [["sp|P02768|ALBU", "sp|P68871|HBB"], ["heat shock protein", "P1"]])
def test_a_sign_within_a_name_is_no_list_unless_it_is_asked_for(cells):
    read = taken(cells)
    assert read.table.texts("protein").tolist() == cells
    assert read.table.rows == 2
    asked = taken(cells, layout="bar" if "|" in cells[0] else "blank")
    assert asked.table.rows > 2


def test_lists_may_be_left_whole_and_names_twice_in_a_cell_are_once():
    assert taken(["P1;P2"], layout="one").table.texts("protein").tolist() == ["P1;P2"]
    assert taken(["P1;P1", "P2; "]).table.texts("protein").tolist() == ["P1", "P2"]
    assert taken([";", "P1;P2"]).table.texts("protein").tolist() == [";", "P1", "P2"]
    assert MODEL.layouts(Table.from_columns({"score": [1.0]})) == ()


def test_a_missing_protein_is_none():
    with pytest.raises(DataError, match="row 2, column protein: a protein is needed"):
        MODEL.parse(taken(["P1", "NA"]).table)


@pytest.mark.parametrize("name", ["proteinIds", "Protein IDs", "accession", "Protein Groups"])
def test_lists_are_read_under_each_name_of_the_column(name):
    assert taken(["P1;P2", "P1"], name).table.texts("protein").tolist() == ["P1", "P2", "P1"]


def test_decoys_and_errors_are_asked_about():
    cells = {"peptide": [*"abc"], "protein": ["P1", "REV__P9", "CON__P8"], "PEP": [0.01, 0.4, 0.02]}
    table = Table.from_columns(cells)
    decoys = "2 rows are of decoys or contaminants, such as REV__P9: leave them out"
    certain = "every peptide is taken for certain: to weigh them, write 1 − PEP into a column probability"
    assert take(MODEL, table, ask(MODEL, table, Wishes())).notes[-2:] == (decoys, certain)
    scores = Proteins("scores")
    assert scores.assumed(table) == ()
    assert MODEL.assumed(Table.from_columns({"peptide": ["a"], "probability": [0.5], "PEP": [0.5]})) == []
    assert MODEL.assumed(Table.from_columns({"protein": ["CON1", "revB", "Reverse"]})) == []
