"""Arrows drawn and taken away: the structure as text, which tables of θ(0) stay, undo, refusals."""

import numpy as np
import pytest

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.em.domains import ParameterError
from emviz.em.hyper import configure
from emviz.em.model import fields_of
from emviz.models import model_named


@pytest.fixture
def clinic():
    """The clinic two half-steps from a random θ(0)."""
    return desk.step(desk.step(desk.draw_start(desk.example_session("network", "clinic"), 3)))


def small(structure):
    rng = np.random.default_rng(1)
    table = Table.from_columns({name: rng.choice(["no", "yes"], 20).tolist() for name in "abc"})
    session = desk.new_session(configure(model_named("network"), {"structure": structure}), table, "small")
    return desk.draw_start(session, 5)


def test_an_arrow_is_drawn_into_the_text_and_only_its_table_is_new(clinic):
    other = desk.set_arrow(clinic, "asia", "lung", True)
    assert "[lung|smoke:asia]" in other.model.structure
    (view, *_) = desk.views(other)
    names = [variable.name for variable in view.variables]
    assert (names.index("asia"), names.index("lung")) in view.arrows
    before, after = fields_of(clinic.start), fields_of(other.start)
    for name in names:
        if name == "lung":
            np.testing.assert_array_equal(after[name], np.full((2, 2, 2), 0.5))
        else:
            np.testing.assert_array_equal(after[name], before[name])
    back = desk.undo(other)
    assert (back.model, back.trace, back.cursor) == (clinic.model, clinic.trace, 2)


def test_taking_an_arrow_away_is_the_way_back(clinic):
    there = desk.set_arrow(clinic, "asia", "lung", True)
    again = desk.set_arrow(there, "asia", "lung", False)
    assert again.model.structure == clinic.model.structure
    fewer = desk.set_arrow(clinic, "bronc", "dysp", False)
    assert "[dysp|either]" in fewer.model.structure


def test_a_table_of_the_same_shape_with_another_parent_is_not_kept():
    session = small("[a][b][c|a]")
    other = desk.set_model(session, {"structure": "[a][b][c|b]"})
    kept, new = fields_of(session.start), fields_of(other.start)
    np.testing.assert_array_equal(new["a"], kept["a"])
    np.testing.assert_array_equal(new["c"], np.full((2, 2), 0.5))
    # The order of the parents is that of the axes.
    turned = desk.set_model(small("[a][b][c|a:b]"), {"structure": "[a][b][c|b:a]"})
    np.testing.assert_array_equal(fields_of(turned.start)["c"], np.full((2, 2, 2), 0.5))


def test_the_truth_is_known_of_the_structure_that_data_were_simulated_from_alone():
    session = desk.example_session("network", "clinic")
    assert session.truth is not None
    assert desk.set_model(session, {"pseudocount": 1.0}).truth is not None
    assert desk.set_arrow(session, "asia", "lung", True).truth is None
    turned = session.model.structure.replace("lung|smoke", "lung|asia")
    assert desk.set_model(session, {"structure": turned}).truth is None


def test_the_structure_that_is_not_written_is_written_with_the_first_arrow():
    other = desk.set_arrow(small(""), "b", "c", True)
    assert other.model.structure == "[a][b|a][c|a:b]"


@pytest.mark.parametrize(
    ("ends", "drawn", "words"),
    [
        (("xray", "smoke"), True, "in a circle: .*xray → smoke|in a circle: smoke → .* → smoke"),
        (("smoke", "lung"), True, "there is an arrow smoke → lung"),
        (("lung", "smoke"), False, "there is no arrow lung → smoke"),
        (("lung", "gone"), True, "there is no variable gone"),
        (("gone", "lung"), True, "gone is a parent of lung and has no bracket"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(clinic, ends, drawn, words):
    with pytest.raises(ParameterError, match=words):
        desk.set_arrow(clinic, *ends, drawn)


def test_a_circle_is_named_from_one_end_to_the_other(clinic):
    with pytest.raises(ParameterError) as told:
        desk.set_arrow(clinic, "xray", "tub", True)
    assert str(told.value) == ("structure: arrows must not lead in a circle: tub → either → xray → tub")


def test_too_large_a_table_is_refused_and_other_models_have_no_arrows():
    columns = {f"x{k}": [str(v) for v in range(20)] for k in range(4)}
    model = configure(model_named("network"), {"structure": "[x0][x1|x0][x2|x0:x1][x3]"})
    session = desk.new_session(model, Table.from_columns(columns), "wide")
    session = desk.set_arrow(desk.set_arrow(session, "x0", "x3", True), "x1", "x3", True)
    with pytest.raises(DataError, match="exact inference needs a table of 160,000 cells"):
        desk.set_arrow(session, "x2", "x3", True)
    with pytest.raises(ParameterError, match="coins has no arrows"):
        desk.set_arrow(desk.example_session("coins"), "a", "b", True)
