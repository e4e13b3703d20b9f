"""Edits of θ(0), the data and the model: each starts a new trace, or is refused."""

from dataclasses import replace

import numpy as np
import pytest
from desks import A, B, C, all_known, dying, opened, phases, same_desk, stepped
from shared import FIGURE_1

from emviz import session as desk
from emviz.data.table import DataError, Table
from emviz.em.counts.table import CountCell, Entry, ShareCell
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome
from emviz.em.methods import EM, Hard
from emviz.em.model import ModelError, Phase
from emviz.models.coins import Coins
from emviz.models.gmm import GaussianMixture
from emviz.session import Arrangement, Display, limits

# -- editing θ(0) --------------------------------------------------------------------------------------------

POINTS = Table.from_columns({"x": ["1", "2", "5", "6.5"]})


def test_data_that_need_more_decimals_have_them_until_others_are_opened(walked):
    fine = Table.from_columns({"x": ["0.01", "0.02", "0.05", "0.065"]})
    small = desk.set_table(desk.open_example(walked, "gmm"), fine)
    assert (walked.display.decimals, small.display.decimals) == (1, 3)
    assert desk.open_example(small, "coins").display.decimals == 1
    chosen = desk.show(small, replace(small.display, decimals=5))
    assert desk.open_example(chosen, "coins").display.decimals == 5
    two = desk.show(walked, replace(walked.display, decimals=2))
    assert desk.set_table(desk.open_example(two, "gmm"), fine).display.decimals == 3


def test_stepping_back_and_changing_theta_leaves_no_later_step(walked):
    session = desk.set_start(walked, {"heads": [0.9, 0.1]})
    assert phases(session) == [(0, Phase.START)]
    assert session.cursor == 0
    assert session.run > walked.run
    np.testing.assert_array_equal(session.start.heads, [0.9, 0.1])
    session = stepped(session, 2)
    fresh = stepped(opened(start={"heads": [0.9, 0.1]}), 2)
    assert session.step.expectation.objective == fresh.step.expectation.objective


def test_fields_left_out_keep_their_value():
    session = opened(Coins(weights="learned"), start={"weight": [0.3, 0.7]})
    session = desk.set_start(session, {"heads": [0.9, 0.1]})
    np.testing.assert_array_equal(session.start.weight, [0.3, 0.7])


@pytest.mark.parametrize(
    ("values", "error"),
    [({"heads": [0.5, 2]}, ParameterError), ({"heads": [1, 1]}, ModelError), ({"x": 1}, ParameterError)],
)
def test_an_impossible_start_is_refused(walked, values, error):
    with pytest.raises(error):
        desk.set_start(walked, values)


def test_a_drag_is_one_edit(walked):
    session = desk.set_start(walked, {"heads": [0.61, 0.5]})
    for bias in (0.62, 0.63, 0.64):
        session = desk.set_start(session, {"heads": [bias, 0.5]}, continuing=True)
    np.testing.assert_array_equal(session.start.heads, [0.64, 0.5])
    assert len(session.past) == 1
    assert same_desk(desk.undo(session), walked)


def test_a_drawn_start_is_told_by_its_seed(walked):
    one, again, other = (desk.draw_start(walked, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.start.heads, again.start.heads)
    assert one.start.heads.tolist() != other.start.heads.tolist()
    np.testing.assert_array_equal(one.start.heads, opened(seed=5).start.heads)


def test_reset_goes_back_to_the_start(walked):
    session = desk.reset(walked)
    assert session.trace == walked.trace[:1]
    assert session.cursor == 0
    assert session.run > walked.run
    assert same_desk(desk.undo(session), walked)


def test_a_new_start_forgets_the_failure():
    session = stepped(dying(), 2)
    assert desk.set_start(session, {"heads": [0.6, 0.5]}).failure is None
    assert desk.reset(session).failure is None
    assert desk.undo(desk.reset(session)).failure is session.failure


# -- editing data --------------------------------------------------------------------------------------------


def test_other_data_start_a_new_trace_from_the_same_theta(walked):
    session = desk.set_table(walked, FIGURE_1.with_cell(0, "tosses", "HHHHHHHHHH"))
    assert phases(session) == [(0, Phase.START)]
    assert session.start.heads.tolist() == walked.start.heads.tolist()
    assert session.draft is session.table
    assert session.source == walked.source
    assert session.data.heads.max() == 10
    assert desk.set_table(walked, FIGURE_1, "mine.csv").source == "mine.csv"


def test_a_wrong_cell_leaves_the_last_good_data_in_force(walked):
    bad = FIGURE_1.with_cell(2, "tosses", "HXH")
    session = desk.set_table(walked, bad)
    assert (session.fault.row, session.fault.column) == (3, "tosses")
    assert session.draft is bad
    assert session.table is walked.table
    assert session.data is walked.data
    assert session.trace is walked.trace
    assert session.cursor == walked.cursor
    assert session.run == walked.run
    assert desk.step(session).cursor == 3


def test_a_second_wrong_cell_and_then_a_good_one(walked):
    session = desk.set_table(walked, FIGURE_1.with_cell(2, "tosses", "HXH"))
    session = desk.set_table(session, session.draft.with_cell(3, "tosses", ""))
    assert session.fault.row == 3
    session = desk.set_table(session, session.draft.with_cell(2, "tosses", "HTH"))
    assert session.fault.row == 4
    session = desk.set_table(session, session.draft.with_cell(3, "tosses", "T"))
    assert session.fault is None
    assert session.table is session.draft
    assert session.table.cell(3, "tosses") == "T"
    for _ in range(4):
        session = desk.undo(session)
    assert same_desk(session, walked)


def test_a_file_with_a_wrong_cell_waits_under_its_own_name(walked):
    waiting = desk.set_table(walked, FIGURE_1.with_cell(2, "tosses", "HXH"), "mine.csv")
    assert (waiting.source, waiting.draft_source) == (walked.source, "mine.csv")
    still = desk.set_table(waiting, waiting.draft.with_cell(3, "tosses", ""))
    assert (still.source, still.draft_source) == (walked.source, "mine.csv")
    mended = desk.set_table(still, FIGURE_1.without_rows([2]))
    assert (mended.source, mended.draft_source) == ("mine.csv", "")
    assert desk.undo(mended).draft_source == "mine.csv"
    other = desk.set_table(still, FIGURE_1.with_cell(2, "tosses", "X"), "other.csv")
    assert other.draft_source == "other.csv"


def test_undo_of_a_wrong_cell_takes_the_fault_away(walked):
    session = desk.undo(desk.set_table(walked, FIGURE_1.with_cell(2, "tosses", "HXH")))
    assert session.fault is None
    assert session.draft is session.table is FIGURE_1
    again = desk.redo(session)
    assert again.fault.row == 3


def test_theta_that_the_new_data_rule_out_becomes_the_default():
    certain = Table.from_columns({"tosses": ["HHH", "HH"]})
    session = opened(table=certain, start={"heads": [1.0, 1.0]})
    session = desk.set_table(session, certain.with_cell(0, "tosses", "HTH"))
    np.testing.assert_array_equal(session.start.heads, [0.6, 0.5])
    assert session.fault is None


def test_data_that_no_start_makes_possible_are_refused(walked):
    def e_step(self, data, params):
        return (
            replace(Coins.e_step(self, data, params), objective=-np.inf)
            if len(data.which) < 5
            else (Coins.e_step(self, data, params))
        )

    session = opened(type("Fussy", (Coins,), {"e_step": e_step})())
    with pytest.raises(ModelError):
        desk.set_table(session, FIGURE_1.without_rows([0]))


# -- editing the model ---------------------------------------------------------------------------------------


def test_other_hyper_parameters_start_a_new_trace(walked):
    session = desk.set_model(walked, {"coins": 3})
    assert session.model == Coins(coins=3)
    assert phases(session) == [(0, Phase.START)]
    np.testing.assert_array_equal(session.start.heads, [0.6, 0.5, 0.4])
    assert session.table is walked.table
    kept = desk.set_model(desk.set_start(walked, {"heads": [0.9, 0.1]}), {"weights": "learned"})
    np.testing.assert_array_equal(kept.start.heads, [0.9, 0.1])
    assert same_desk(desk.undo(session), walked)


def test_learned_weights_that_become_equal_again_start_from_the_default():
    session = opened(Coins(weights="learned"), start={"weight": [0.3, 0.7], "heads": [0.9, 0.1]})
    np.testing.assert_array_equal(desk.set_model(session, {"weights": "equal"}).start.heads, [0.6, 0.5])


def test_an_impossible_model_is_refused(walked):
    with pytest.raises(ParameterError):
        desk.set_model(walked, {"coins": 9})
    with pytest.raises(DataError, match="4 rows, too few for 5 clusters"):
        desk.set_model(opened(GaussianMixture(components=3), POINTS), {"components": 5})


def test_a_draft_that_suits_the_new_model_comes_into_force():
    draft = POINTS.without_rows([0, 1])
    session = desk.set_table(opened(GaussianMixture(components=3), POINTS), draft)
    assert session.fault is not None
    session = desk.set_model(session, {"components": 2})
    assert session.fault is None
    assert session.table is session.draft is draft


def test_a_draft_from_a_file_takes_its_name_along_into_force():
    before = opened(GaussianMixture(components=3), POINTS)
    session = desk.set_table(before, POINTS.without_rows([0, 1]), "mine.csv")
    kept = desk.set_model(desk.set_table(session, POINTS.with_cell(0, "x", "many")), {"components": 2})
    assert (kept.source, kept.draft_source) == (before.source, "mine.csv")
    session = desk.set_model(session, {"components": 2})
    assert (session.source, session.draft_source) == ("mine.csv", "")


def test_a_draft_that_suits_no_model_stays_a_draft(walked):
    bad = FIGURE_1.with_cell(2, "tosses", "HXH")
    before = desk.set_table(walked, bad)
    session = desk.set_model(before, {"coins": 3})
    assert session.model == Coins(coins=3)
    assert session.draft is bad
    assert session.fault.row == 3
    assert session.table is FIGURE_1
    assert same_desk(desk.undo(session), before)


def test_the_display_lets_go_of_what_the_model_no_longer_has(walked):
    session = desk.set_model(walked, {"coins": 3})
    chosen = Display(decimals=3, slice=C, axes=(C, A), cell=CountCell(4, 2))
    session = desk.show(session, chosen)
    fewer = desk.set_model(session, {"coins": 2})
    assert fewer.display == Display(decimals=3, axes=(A, B))
    more = desk.set_model(session, {"coins": 4})
    assert more.display == replace(chosen, cell=None)


def test_a_model_without_anything_to_estimate_has_no_axes(walked):
    session = opened(all_known())
    assert desk.set_table(session, FIGURE_1.without_rows([0])).display.axes is None


# -- other edits ---------------------------------------------------------------------------------------------


def test_another_session_takes_the_place_of_this_one(walked):
    walked = desk.show(desk.set_limits(walked, 1e-5, 50), Display(decimals=4, slice=B, revealed=True))
    other = desk.example_session("coins", "three-coins")
    session = desk.open_instead(walked, other)
    assert session.model == Coins(coins=3)
    assert session.run > walked.run
    assert (session.tolerance, session.iterations) == (1e-5, 50)
    assert session.display == Display(decimals=4, axes=(A, B))
    assert same_desk(desk.undo(session), walked)


def test_an_arrangement_belongs_to_a_model_and_a_large_panel_to_its_data(walked):
    walked = desk.shown(walked, {"arrangement": Arrangement.STAGE, "upper": "likelihood", "large": "counts"})
    alike = desk.open_example(walked, "coins", "three-coins").display
    assert (alike.arrangement, alike.upper, alike.large) == (Arrangement.STAGE, "likelihood", "")
    other = desk.open_example(walked, "hmm").display
    assert (other.arrangement, other.upper, other.large) == (None, "likelihood", "")
    back = desk.undo(desk.shown(desk.reset(walked), {"large": "bound"})).display
    assert (back.arrangement, back.large) == (Arrangement.STAGE, "bound")


def test_another_session_opens_with_its_labels_hidden(walked):
    other = desk.example_session("coins", "three-coins")
    other = desk.show(other, replace(other.display, revealed=True))
    assert not desk.open_instead(walked, other).display.revealed
    shown = desk.show(walked, replace(walked.display, revealed=True))
    session = desk.open_instead(shown, other)
    assert not session.display.revealed
    assert desk.undo(session).table is walked.table


@pytest.mark.parametrize(
    ("tolerance", "iterations"),
    [(-1e-9, 10), (1.0, 10), (float("nan"), 10), (0.1, 0), (0.1, limits.MOST_ITERATIONS + 1)],
)
def test_impossible_limits_are_refused(first, tolerance, iterations):
    with pytest.raises(ParameterError):
        desk.set_limits(first, tolerance, iterations)


def test_limits_may_be_at_their_ends(first):
    for tolerance, iterations in ((0, 1), (0.999, limits.MOST_ITERATIONS)):
        session = desk.set_limits(first, tolerance, iterations)
        assert (session.tolerance, session.iterations) == (tolerance, iterations)


def test_limits_are_no_edit(walked):
    done = desk.extended(walked, walked.run, (), Outcome.ITERATIONS)
    session = desk.set_limits(done, 0, 5)
    assert (session.tolerance, session.iterations, session.outcome) == (0, 5, None)
    assert session.past == walked.past
    assert session.trace is done.trace


def test_showing_is_no_edit(walked):
    session = desk.show(walked, Display(decimals=6))
    assert session.display.decimals == 6
    assert (session.past, session.run, session.trace) == (walked.past, walked.run, walked.trace)


def test_an_example_is_opened_by_the_method_in_force():
    hard = opened(method=Hard())
    for key in ("linkage", "coins"):
        other = desk.open_instead(hard, desk.example_session(key))
        assert other.method == Hard()
        assert other.round.whole
        counts = other.model.complete(other.data, other.start)
        assert other.step.expectation.objective == other.model.q(other.data, counts, other.start)
    assert desk.undo(other).trace is hard.trace


def test_a_model_without_a_likeliest_completion_goes_by_em():
    other = desk.open_instead(opened(method=Hard()), desk.example_session("tomography", "spots"))
    assert other.method is EM
    assert not other.round.whole


def test_another_method_starts_at_the_same_start_and_is_taken_up_again_where_it_was_left():
    soft = stepped(opened(), 3)
    hard = desk.set_method(soft, Hard())
    assert hard.method == Hard()
    assert (hard.cursor, hard.run) == (0, soft.run + 1)
    assert hard.start is soft.start
    assert hard.step.expectation.objective == Hard().expect(hard.model, hard.data, hard.start).objective
    hard = stepped(hard, 2)
    np.testing.assert_allclose(hard.step.params.heads, [0.80, 0.45], rtol=1e-15)  # done in one iteration
    again = desk.set_method(hard, EM)
    assert (again.trace, again.cursor) == (soft.trace, 3)
    assert desk.set_method(again, Hard()).trace is hard.trace
    assert desk.set_method(again, EM) is again
    assert desk.undo(again).trace is hard.trace
    assert desk.undo(desk.undo(again)).trace is soft.trace
    assert desk.redo(desk.undo(again)).method is EM


def test_what_another_method_made_of_another_start_is_forgotten():
    both = desk.set_method(stepped(desk.set_method(stepped(opened(), 2), Hard()), 2), EM)
    assert set(both.runs) == {"em", "hard"}
    moved = desk.set_start(both, {"heads": [0.7, 0.2]})
    assert set(moved.runs) == {"em"}
    assert set(desk.edit_table(both, both.table.without_rows([0])).runs) == {"em"}
    back = desk.reset(both)
    assert len(back.trace) == 1
    assert back.runs["hard"] is both.runs["hard"]


def test_from_the_start_no_method_has_stepped():
    walked = stepped(desk.set_method(stepped(opened(), 3), Hard()), 2)
    begun = desk.from_start(walked, EM)
    assert (list(begun.runs), len(begun.trace), begun.cursor) == (["em"], 1, 0)
    assert begun.start is walked.start
    with pytest.raises(ModelError):
        desk.from_start(desk.example_session("tomography", "spots"), Hard())


def test_a_run_made_elsewhere_is_taken_to_its_last_step_and_undone():
    here = stepped(opened(), 1)
    elsewhere = desk.seek(stepped(desk.from_start(here, Hard()), 2), 0)
    taken = desk.take_run(here, elsewhere.runs["hard"])
    assert (taken.front, taken.cursor, taken.at_end) == ("hard", 2, True)
    assert taken.trace is elsewhere.trace
    assert taken.run > here.run
    assert desk.set_method(taken, EM).trace is here.trace
    assert desk.undo(taken).front == "em"


def test_a_derivation_of_one_method_is_no_number_of_the_other():
    asked = desk.show(stepped(opened(), 1), Display(cell=ShareCell(0, 0), row=2))
    changed = desk.set_method(asked, Hard())
    assert (changed.display.cell, changed.display.row) == (None, 2)


def test_a_method_that_the_model_does_not_offer_is_refused():
    with pytest.raises(ModelError, match="has no single most likely completion"):
        desk.set_method(desk.example_session("tomography", "spots"), Hard())


def test_the_complete_data_stand_at_the_height_of_what_is_raised():
    hard = opened(method=Hard())
    found = desk.reference(hard)
    assert found.objective == Hard().expect(hard.model, hard.data, found.params).objective


# -- the seed of θ(0) and the choices beside the history -----------------------------------------------------


def test_a_draw_says_its_seed_and_the_next_draw_has_the_next_one(first):
    drawn = desk.draw_start(desk.shown(first, {"seed": 7}))
    assert (drawn.seed, drawn.display.seed) == (7, 8)
    again = desk.draw_start(drawn)
    assert (again.seed, again.display.seed) == (8, 9)
    assert np.array_equal(drawn.start.heads, desk.draw_start(first, 7).start.heads)
    back = desk.undo(again)
    assert (back.seed, back.display.seed) == (7, 9), "θ(0) is that of seed 7 again; seed 8 has been used"
    assert desk.draw_start(first, desk.HIGHEST_SEED).display.seed == 0


def test_a_start_of_another_origin_has_no_seed(first):
    drawn = desk.draw_start(first, 7)
    assert desk.set_start(drawn, {"heads": [0.7, 0.2]}).seed is None
    assert desk.reset(desk.step(drawn)).seed == 7
    assert desk.open_example(drawn, "gmm").seed is None


def test_an_entry_of_the_start_is_moved_and_others_follow(first):
    moved = desk.set_entry(first, A, 0.25)
    assert moved.start.heads.tolist() == [0.25, first.start.heads[1]]
    mixed = desk.set_model(first, {"weights": "learned"})
    weights = desk.set_entry(mixed, Entry("weight", (0,)), 0.3).start.weight
    assert weights.tolist() == pytest.approx([0.3, 0.7])


def test_a_limit_left_out_stays(first):
    session = desk.set_limits(desk.set_limits(first, 0.25, 7), iterations=9)
    assert (session.tolerance, session.iterations) == (0.25, 9)
    assert desk.set_limits(session, 0.5).iterations == 9


def test_pages_and_the_next_seed_stay_where_another_example_is_opened(first):
    chosen = desk.shown(first, {"seed": 42, "plot": "θ", "field": "mean μ", "group": "μ"})
    opened = desk.open_example(chosen, "gmm").display
    assert (opened.seed, opened.plot, opened.field, opened.group) == (42, "θ", "mean μ", "")
