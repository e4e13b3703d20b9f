"""Any sequence of moves and edits of a Session keeps what must always hold of it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from shared import FIGURE_1
from standing import stand_for

from emviz import session as desk
from emviz.data.table import DataError
from emviz.em import engine
from emviz.em.counts.table import ShareCell
from emviz.em.domains import ParameterError
from emviz.em.engine import Outcome
from emviz.em.methods import METHODS
from emviz.em.model import ModelError, Phase, fields_of
from emviz.em.objective.bound import free_entries
from emviz.models.coins import Coins
from emviz.scenes.performing import performed
from emviz.scenes.reading import read
from emviz.scenes.writing import write
from emviz.session import history

DEPTH = 6
RESTORED = ("model", "table", "data", "source", "trace", "cursor", "draft", "fault", "failure", "outcome")
BIASES = st.sampled_from([0.0, 0.2, 0.5, 0.5, 0.6, 0.9, 1.0])


class Desk(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.session = desk.new_session(Coins(), FIGURE_1, "Figure 1")

    # -- moving ----------------------------------------------------------------------------------------------

    def move(self, moved):
        before, self.session = self.session, moved
        assert moved.trace[: len(before.trace)] == before.trace
        assert (moved.run, moved.past, moved.future) == (before.run, before.past, before.future)
        assert (moved.model, moved.table, moved.data) == (before.model, before.table, before.data)

    @rule()
    def step(self):
        before = self.session
        self.move(desk.step(before))
        if before.at_end and self.session.failure is None:
            assert len(self.session.trace) == len(before.trace) + 1
        if self.session.failure is None or not before.at_end:
            assert self.session.cursor == before.cursor + 1

    @rule()
    def back(self):
        before = self.session
        self.move(desk.back(before))
        assert self.session.cursor == max(0, before.cursor - 1)
        assert self.session.trace is before.trace

    @rule(cursor=st.integers(-2, 40))
    def seek(self, cursor):
        before = self.session
        self.move(desk.seek(before, cursor))
        assert self.session.trace is before.trace

    @rule(most=st.integers(0, 7))
    def run_some(self, most):
        more, outcome = [], None
        steps = desk.steps(self.session, None)
        try:
            while len(more) < most:
                found = next(steps)  # None within a long half-step, where a run can be left too
                more += [] if found is None else [found]
        except StopIteration as end:
            outcome = end.value
        except ModelError as failure:
            self.move(
                desk.failed(desk.extended(self.session, self.session.run, more), self.session.run, failure)
            )
            return
        self.move(desk.extended(self.session, self.session.run, more, outcome))
        assert len(more) <= most
        assert outcome in (None, Outcome.CONVERGED, Outcome.ITERATIONS)
        assert self.session.at_end

    # -- editing ---------------------------------------------------------------------------------------------

    def edit(self, function, *refusals):
        before = self.session
        late = before.trace[-1:]
        try:
            edited = function(before)
        except refusals:
            return
        assert edited.future == ()
        back = desk.undo(edited)
        for name in RESTORED:
            assert getattr(back, name) is getattr(before, name)
        forth = desk.redo(back)
        for name in RESTORED:
            assert getattr(forth, name) is getattr(edited, name)
        if edited.run != before.run:
            assert edited.run > before.run
            assert desk.extended(edited, before.run, late) is edited
            assert edited.at_end
            assert edited.cursor == 0
        self.session = edited

    @rule()
    def reset(self):
        self.edit(desk.reset)

    @rule(seed=st.integers(0, 9))
    def draw_start(self, seed):
        self.edit(lambda session: desk.draw_start(session, seed))

    @rule(data=st.data())
    def set_start(self, data):
        coins = self.session.model.coins
        heads = data.draw(st.lists(BIASES, min_size=coins, max_size=coins))
        self.edit(lambda session: desk.set_start(session, {"heads": heads}), ModelError)

    @rule()
    def set_an_impossible_start(self):
        self.edit(lambda session: desk.set_start(session, {"heads": [2.0] * 2}), ParameterError)

    @rule(coins=st.integers(1, 4), weights=st.sampled_from(["equal", "learned"]))
    def set_model(self, coins, weights):
        values = {"coins": coins, "weights": weights}
        self.edit(lambda session: desk.set_model(session, values), ParameterError, DataError)

    @rule(method=st.sampled_from(METHODS))
    def set_method(self, method):
        before = self.session
        try:
            edited = desk.set_method(before, method)
        except ModelError:  # nothing is left to count
            return
        assert (edited is before) == (method is before.method)
        if edited is not before:
            assert edited.start is before.start
            assert edited.run > before.run
            assert desk.undo(edited).trace is before.trace
            assert desk.set_method(edited, before.method).trace is before.trace
        self.session = edited

    @rule()
    def save_and_open(self):
        before, text = self.session, write(self.session)
        opened = performed(read(text))
        assert opened.differences == ()
        assert write(opened.session) == text
        after = self.session = desk.open_whole(before, opened.session)
        assert desk.undo(after).trace is before.trace
        assert after.run > before.run
        assert (after.cursor, after.display, after.seed) == (before.cursor, before.display, before.seed)
        assert [step.expectation.objective for step in after.trace] == [
            step.expectation.objective for step in before.trace
        ]
        assert (str(after.fault), str(after.failure)) == (str(before.fault), str(before.failure))

    @rule(notes=st.sampled_from(["", "Ask: why 0.45?", "θ“\n\\"]))
    def write_notes(self, notes):
        before = self.session
        self.session = desk.set_memo(before, notes)
        assert (self.session is before) == (notes == before.memo)
        assert self.session.trace is before.trace

    @precondition(lambda self: self.session.draft.rows)
    @rule(row=st.integers(0, 9), text=st.sampled_from(["HHTTH", "T", "hh tt", "HHHHHHHH", "HXT", "", "?"]))
    def edit_tosses(self, row, text):
        draft = self.session.draft
        table = draft.with_cell(row % draft.rows, "tosses", text)
        self.edit(lambda session: desk.set_table(session, table))
        assert self.session.draft is table

    @precondition(lambda self: self.session.draft.rows)
    @rule(row=st.integers(0, 9), text=st.sampled_from(["A", "B", "C", "?", "x"]))
    def edit_label(self, row, text):
        draft = self.session.draft
        table = draft.with_cell(row % draft.rows, "coin", text)
        self.edit(lambda session: desk.set_table(session, table))

    @rule(tosses=st.sampled_from(["HTHT", "TTTT", "X"]))
    def add_row(self, tosses):
        draft = self.session.draft
        table = draft.with_rows(draft.rows, [{"tosses": tosses, "coin": "A"}])
        self.edit(lambda session: desk.set_table(session, table))

    @rule(rows=st.sets(st.integers(0, 4)))
    def delete_rows(self, rows):
        draft = self.session.draft
        table = draft.without_rows([row for row in rows if row < draft.rows])
        self.edit(lambda session: desk.set_table(session, table))

    @precondition(lambda self: self.session.past)
    @rule()
    def undo(self):
        before, self.session = self.session, desk.undo(self.session)
        if self.session.memo != before.memo and self.session.run == before.run:
            assert self.session.trace is before.trace
            return
        assert self.session.trace is before.past[-1].trace
        assert self.session.cursor == before.past[-1].cursor
        assert len(self.session.future) == len(before.future) + 1
        assert self.session.run > before.run

    @precondition(lambda self: self.session.future)
    @rule()
    def redo(self):
        before, self.session = self.session, desk.redo(self.session)
        if self.session.memo != before.memo and self.session.run == before.run:
            assert self.session.trace is before.trace
            return
        assert self.session.trace is before.future[0].trace
        assert self.session.cursor == before.future[0].cursor
        assert len(self.session.future) == len(before.future) - 1
        assert self.session.run > before.run

    # -- what always holds -----------------------------------------------------------------------------------

    @invariant()
    def the_cursor_is_on_the_trace(self):
        assert 0 <= self.session.cursor < len(self.session.trace)
        assert self.session.step is self.session.trace[self.session.cursor]

    @invariant()
    def phases_alternate(self):
        first, *rest = self.session.trace
        assert (first.index, first.phase) == (0, Phase.START)
        if self.session.method.phases == (Phase.STEP,):
            expected = [(t, Phase.STEP) for t in range(1, len(rest) + 1)]
        else:
            expected = [
                (half // 2, Phase.M if half % 2 == 0 else Phase.E) for half in range(1, len(rest) + 1)
            ]
        assert [(step.index, step.phase) for step in rest] == expected

    @invariant()
    def the_objective_never_falls(self):
        if self.session.method.key in ("gradient", "newton", "squarem-unguarded"):
            return  # which do not promise it
        heights = [step.expectation.objective for step in self.session.trace]
        assert all(after >= before - 1e-10 * (1 + abs(before)) for before, after in pairwise(heights))

    @invariant()
    def every_step_follows_from_the_one_before(self):
        session = self.session
        tail = session.trace[-3:]
        expected = [engine.start(session.model, session.data, session.start, session.method)]
        expected += [engine.advance(session.model, session.data, step, session.method) for step in tail[:-1]]
        for step, again in zip([session.trace[0], *tail[1:]], expected, strict=True):
            assert (step.index, step.phase) == (again.index, again.phase)
            np.testing.assert_allclose(step.expectation.objective, again.expectation.objective, rtol=1e-13)
            np.testing.assert_allclose(step.bound, again.bound, rtol=1e-13)
            np.testing.assert_allclose(step.params, again.params, rtol=1e-13)
            np.testing.assert_allclose(step.expectation.counts, again.expectation.counts, rtol=1e-13)

    @invariant()
    def model_table_and_data_belong_together(self):
        session = self.session
        data = session.model.parse(session.table)
        for name in ("heads", "tails", "times", "which"):
            np.testing.assert_array_equal(getattr(session.data, name), getattr(data, name))
        for parameter in session.model.parameters(session.data):
            parameter.checked(fields_of(session.start)[parameter.name])

    @invariant()
    def a_fault_is_that_of_the_draft(self):
        session = self.session
        if session.fault is None:
            assert session.draft is session.table
            return
        with pytest.raises(DataError) as caught:
            session.model.parse(session.draft)
        assert str(caught.value) == str(session.fault)

    @invariant()
    def a_failure_is_that_of_the_next_step(self):
        failure, last = self.session.failure, self.session.trace[-1]
        if failure is not None:
            phase = self.session.method.phases[-1]
            assert (failure.iteration, failure.phase) == (last.index + 1, phase)
            assert last.phase is Phase.E or phase is Phase.STEP

    @invariant()
    def the_past_is_bounded(self):
        assert len(self.session.past) + len(self.session.future) <= DEPTH
        assert not any(kept.past or kept.future for kept in (*self.session.past, *self.session.future))

    @invariant()
    def what_is_shown_exists(self):
        display, known = self.session.display, free_entries(self.session.model, self.session.data)
        assert display.slice is None or display.slice in known
        assert set(display.axes) <= set(known)
        table = self.session.model.count_table(self.session.data, self.session.round, np.array([0]))
        assert table.derive(ShareCell(0, 1), 2).lines


@pytest.mark.parametrize("many", stand_for([10, 100], [10]))
def test_any_sequence_of_moves_and_edits(many, monkeypatch):
    monkeypatch.setattr(history, "UNDO_DEPTH", DEPTH)
    run_state_machine_as_test(Desk, settings=settings(max_examples=many, stateful_step_count=40))
