"""What a session shows beside its table: pictures, the answer for a row, the truth of simulated data."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from desks import opened, stepped
from shared import FIGURE_1

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.em.counts.table import CountCell, ShareCell, TotalCell
from emviz.em.methods import method_named
from emviz.em.model import fields_of
from emviz.em.pictures import Curves, Landscape
from emviz.em.pictures.milestones import milestones
from emviz.models import discover
from emviz.models.coins import Coins
from emviz.models.gmm import GaussianMixture
from emviz.session import state


def pictures(*titles):
    return [Curves(title, "x", "y", ()) for title in titles]


def test_the_picture_chosen_by_its_title_is_on_display_else_the_first(first):
    views = pictures("one", "two")
    assert desk.on_display(views, first.display) is views[0]
    assert desk.on_display(views, replace(first.display, picture="two")) is views[1]
    assert desk.on_display(views, replace(first.display, picture="three")) is views[0]
    assert desk.on_display([], first.display) is None


def test_pictures_are_those_of_the_model(first):
    (landscape,) = desk.views(first)
    assert isinstance(landscape, Landscape)


def test_the_look_holds_the_path_up_to_the_cursor(walked):
    look = desk.look(desk.seek(walked, 5))
    assert all(params is step.params for params, step in zip(look.path, walked.trace[::2], strict=True))
    assert len(desk.look(desk.seek(walked, 0)).path) == 1
    assert len(desk.look(desk.seek(walked, 3)).path) == 2
    assert look.times == (0, 1, 2)


def test_of_a_long_run_the_look_holds_a_selection_with_its_times(monkeypatch):
    monkeypatch.setattr(state, "milestones", lambda length: milestones(length, 14))
    session = stepped(opened(), 60)
    for cursor in (60, 59):
        look = desk.look(desk.seek(session, cursor))
        assert look.times[:7] == (0, 1, 2, 3, 4, 5, 6)
        assert look.times[-3:] == (cursor // 2 - 2, cursor // 2 - 1, cursor // 2)
        assert all(
            params is session.trace[2 * t].params for params, t in zip(look.path, look.times, strict=True)
        )


def test_the_look_holds_what_the_viewer_has_chosen(first):
    shown = desk.show(first, replace(first.display, row=2, columns=(1, 0)))
    look = desk.look(replace(shown, truth=first.start))
    assert (look.row, look.columns, look.truth) == (2, (1, 0), first.start)


def test_the_answer_is_the_posterior_of_the_e_step_on_display(first):
    assert desk.answer(stepped(first, 1)) is None, "no row is selected"
    asked = desk.show(first, replace(first.display, row=0))
    assert desk.answer(asked) is None, "the E-step has not asked yet"
    for halves, shares in ((1, [0.550851, 0.449149]), (2, [0.550851, 0.449149]), (3, [0.704181, 0.295819])):
        answer = desk.answer(stepped(asked, halves))
        assert answer.completions == ("coin B", "coin A")
        np.testing.assert_allclose(answer.shares, shares, rtol=0, atol=5e-7)


@pytest.mark.parametrize("key", [model.key for model in discover()])
def test_answer_and_table_are_at_the_same_parameters(key):
    session = desk.example_session(key)
    asked = desk.show(session, replace(session.display, row=1))
    after_e = desk.step(asked)
    after_m = desk.step(after_e)
    assert desk.answer(asked) is None
    assert desk.answer(after_e) == desk.answer(after_m)
    tables = [each.model.count_table(each.data, each.round, np.array([1])) for each in (after_e, after_m)]
    np.testing.assert_array_equal(tables[0].shares, tables[1].shares)


def test_the_single_most_likely_completion_leads_where_hard_em_goes(first):
    single = desk.single(stepped(first, 1))
    assert single.params.heads.tolist() == [0.80, 0.45]
    hard = desk.new_session(first.model, first.table, "hard", method=method_named("hard"))
    assert single.objective == hard.trace[0].expectation.objective
    np.testing.assert_array_equal(single.params.heads, desk.step(desk.step(hard)).step.params.heads)


def test_where_nothing_is_left_to_count_there_is_no_single_completion():
    assert desk.single(opened(start={"heads": [0.6, 0.0001]}, table=FIGURE_1.without_rows([0, 3]))) is None

    @dataclass(frozen=True)
    class Spread(Coins):
        def complete(self, data, params):
            return None

    assert desk.single(opened(Spread())) is None


# -- the truth -----------------------------------------------------------------------------------------------


def test_a_simulated_example_knows_its_truth():
    session = desk.example_session("coins", "three-coins")
    assert fields_of(session.truth)["heads"].tolist() == [0.85, 0.55, 0.20]
    assert desk.example_session("coins").truth is None


def test_the_truth_comes_with_simulated_data_and_goes_with_others(first):
    simulated = desk.set_table(first, first.table, "simulated", first.start)
    np.testing.assert_array_equal(simulated.truth.heads, first.start.heads)
    edited = desk.set_table(simulated, Table.from_columns({"tosses": ["HHT", "TTT"]}))
    assert edited.truth is None
    back = desk.undo(edited)
    assert back.truth is simulated.truth
    assert desk.undo(back).truth is None


def test_the_truth_stays_while_the_model_can_have_it(first):
    simulated = desk.set_table(first, first.table, "simulated", first.start)
    assert desk.set_model(simulated, {"weights": "learned"}).truth is not None
    assert desk.set_model(simulated, {"coins": 3}).truth is None


@pytest.mark.parametrize("values", [None, {}, {"heads": [0.5]}, {"heads": [0.5, 2.0]}, {"tails": [0.5, 0.5]}])
def test_parameters_that_do_not_fit_are_none(first, values):
    assert desk.fitting(first.model, first.data, values) is None


def test_an_example_may_bring_its_own_start():
    session = desk.example_session("gmm", "singular")
    assert fields_of(session.start)["mean"].tolist() == [[3.5, 71.0], [3.6, 79.0]]
    np.testing.assert_array_equal(fields_of(session.start)["weight"], [0.5, 0.5])


# -- what no longer exists -----------------------------------------------------------------------------------


def test_a_row_that_is_gone_is_not_asked_about(first):
    asked = desk.show(first, replace(first.display, row=4))
    fewer = desk.set_table(asked, Table.from_columns({"tosses": ["HHT", "TTT"], "coin": ["A", "B"]}))
    assert fewer.display.row is None
    kept = desk.show(first, replace(first.display, row=1))
    assert desk.set_table(kept, first.table.without_rows([4])).display.row == 1


def test_columns_are_forgotten_with_their_table_or_their_model(first):
    shown = desk.show(first, replace(first.display, columns=(1, 0)))
    assert desk.set_table(shown, first.table.without_rows([4])).display.columns == (1, 0)
    assert desk.set_table(shown, Table.from_columns({"tosses": ["HHT"]})).display.columns == ()
    assert desk.set_model(shown, {"weights": "learned"}).display.columns == ()


def test_a_fault_is_told_as_the_model_in_force_would():
    few = Table.from_columns({"x": [1.5, 2]})
    points = Table.from_columns({"x": [1.5, 2, 7, 8, 9]})
    session = desk.set_table(desk.new_session(GaussianMixture(components=5), points, ""), few)
    for components in (4, 3):
        session = desk.set_model(session, {"components": components})
        with pytest.raises(DataError) as told:
            session.model.parse(few)
        assert str(session.fault) == str(told.value)
    assert desk.set_model(session, {"components": 2}).fault is None


def test_what_a_landscape_holds_still():
    """All of θ(t) but the two entries on the axes: of two coins nothing, of three the third."""
    two = desk.example_session()
    moved = desk.set_start(two, {"heads": [0.9, 0.1]})
    assert desk.held(two) == desk.held(moved)
    three = desk.set_model(two, {"coins": 3})
    heads = three.start.heads.copy()
    heads[1] = 0.123
    assert desk.held(three) == desk.held(desk.set_start(three, {"heads": heads}))
    heads[2] = 0.123
    assert desk.held(three) != desk.held(desk.set_start(three, {"heads": heads}))


def test_an_answer_and_the_derivation_of_a_number_are_of_one_row():
    display = replace(desk.Display(), cell=ShareCell(1, 0))
    assert display.at_row(3) == replace(display, row=3, cell=ShareCell(3, 0))
    total = replace(display, cell=TotalCell(0))
    assert total.at_row(3) == replace(total, row=3)
    assert display.at_cell(CountCell(2, 1)) == replace(display, cell=CountCell(2, 1))
    asked = replace(display, row=0)
    assert asked.at_cell(CountCell(2, 1)) == replace(asked, row=2, cell=CountCell(2, 1))
    assert asked.at_cell(TotalCell(1)) == replace(asked, cell=TotalCell(1))
    assert asked.at_cell(None) == replace(asked, cell=None)
