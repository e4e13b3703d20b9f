"""Cases of a network that are alike: counted once, together, and each of them found in its group."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from emviz.data.table import Table
from emviz.em import engine
from emviz.em.counts.alike import Alike
from emviz.em.counts.table import CountCell, ShareCell
from emviz.em.methods import Hard
from emviz.em.methods.known import Known
from emviz.em.model import Phase, Round
from emviz.em.optional import alike_of, shown_table
from emviz.em.theta.structure import record
from emviz.models import model_named
from emviz.models.network import MODEL, Network
from emviz.session import example_session, many_shown, new_session, ordering, show, shown, shown_cell, step
from emviz.testing import ContractError, Scene, Trial
from emviz.testing.groups import rows_alike_are_counted_together

#: Three patients with a test t and no diagnosis d are alike, and two others whose counts differ.
ROWS = {"d": ["", "no", "", "", "yes", "no"], "t": ["yes", "no", "yes", "yes", "", "no"]}
TRUTH = {"true:d": ["yes", "", "no", "yes", "", ""], "true:t": ["", "", "", "", "yes", ""]}
D, T = np.array([0.8, 0.2]), np.array([[0.9, 0.1], [0.3, 0.7]])


def opened(columns, method=None, **more):
    model = replace(MODEL, structure="[d][t|d]")
    data = model.parse(Table.from_columns({**columns, **more}))
    start = engine.start(model, data, record("d", "t")(D, T), *([method] if method else []))
    after = engine.advance(model, data, start, *([method] if method else []))
    whole, known = method is not None, isinstance(method, Known)
    return model, data, Round(after, Phase.E, whole=whole, known=known)


def test_rows_that_are_alike_stand_in_the_order_of_the_first():
    alike = Alike.of(np.array([5, 2, 5, 5, 9, 2, 5]))
    assert (alike.first.tolist(), alike.group.tolist()) == ([0, 1, 4], [0, 1, 0, 0, 2, 1, 0])
    assert (alike.like(3).tolist(), alike.shown(3), alike.repeat) == ([0, 2, 3, 6], 0, True)
    assert [alike.called(row) for row in (4, 5, 6)] == ["row 5", "rows 2, 6", "rows 1, 3, 4 and 1 more"]
    assert not Alike.of(np.array([3, 1, 2])).repeat


def test_cases_that_are_alike_are_counted_together():
    model, data, state = opened(ROWS)
    table = shown_table(model, data, state, np.array([3, 1, 4]))
    assert table.observed == ("?, yes × 3", "no, no × 2", "yes, ?")
    assert [rows.tolist() for rows in table.alike] == [[0, 2, 3], [1, 5], [4]]
    # P(d=yes | t=yes) = .2 · .7 / (.2 · .7 + .8 · .1) = .14 / .22
    ill = 0.14 / 0.22
    np.testing.assert_allclose(table.shares[0], [ill, 1 - ill, 0], atol=1e-12)
    # d no, yes; t|d=no no, yes; t|d=yes no, yes
    np.testing.assert_allclose(table.counts[0], 3 * np.array([1 - ill, ill, 0, 1 - ill, 0, ill]))
    np.testing.assert_allclose(table.counts[1:].sum(axis=0) + table.counts[0], table.totals)
    each = model.count_table(data, state, np.array([3]))
    np.testing.assert_allclose(each.counts[0], table.counts[0] / 3)
    assert (each.observed, each.alike) == (("?, yes",), None)


def test_what_a_group_counts_follows_by_hand():
    model, data, state = opened(ROWS)
    table = shown_table(model, data, state, np.arange(1))
    told = table.derive(ShareCell(2, 0), 1)
    assert told.title == "Where does P(d yes) in rows 1, 3, 4 come from?"
    (line,) = (line for line in told.lines if r"\times" in line.formula)
    assert line.formula == r"0.64 \times 3 \approx 1.9\,\mathrm{cases}"
    assert line.words == "3 cases have the same seen states: this share of each is counted."
    total = next(line for line in told.lines if "+" in line.formula and "frac" not in line.formula)
    assert total.formula == r"1.1 + 2.0 + 0.0 \approx 3.1\,\mathrm{no}", "three groups, and not six rows"
    counted = table.derive(CountCell(0, 0), 1)
    assert counted.title == "Where do the cases of d in rows 1, 3, 4 come from?"
    assert counted.lines[1].words == "Cases with d no, of these rows together."


def test_counts_of_rows_that_are_alike_are_added():
    model, data, state = opened(ROWS, count=[1, 4, 0, 5, 2, 3])
    table = shown_table(model, data, state, np.array([0, 1, 4]))
    assert table.observed == ("?, yes × 6", "no, no × 7", "yes, ? × 2")
    np.testing.assert_allclose(table.counts.sum(axis=0), table.totals)
    np.testing.assert_allclose(table.counts[0][:2].sum(), 6)


def test_truths_of_a_group_are_tallied():
    model, data, state = opened(ROWS, **TRUTH)
    table = shown_table(model, data, state, np.array([0, 1, 4]))
    assert [None if tag is None else tag.text for tag in table.labels] == ["2/3 d yes", None, "t yes"]
    halves = {**TRUTH, "true:d": ["yes", "", "", "", "", ""]}
    model, data, state = opened(ROWS, **halves)
    assert shown_table(model, data, state, np.arange(1)).labels[0].text == "1/3 d yes"
    model, data, state = opened(ROWS, **TRUTH, count=[0, 1, 0, 0, 1, 1])
    assert shown_table(model, data, state, np.arange(1)).labels[0].text == "2/3 d yes"


def test_of_the_complete_data_a_group_is_shared_as_its_truths_are():
    model, data, state = opened(ROWS, Known(), **TRUTH)
    table = shown_table(model, data, state, np.array([0, 1, 4]))
    np.testing.assert_allclose(table.shares[0], [2 / 3, 1 / 3, 0])
    np.testing.assert_array_equal(table.counts[0], [1, 2, 0, 1, 0, 2])
    np.testing.assert_array_equal(table.counts.sum(axis=0), table.totals)
    (line,) = (line for line in table.derive(ShareCell(0, 0), 1).lines if "frac{2}{3}" in line.formula)
    assert line.words == "Of these 3 cases 2 truly hold this, and are counted whole."


def test_counted_whole_all_of_a_group_have_one_completion():
    model, data, state = opened(ROWS, Hard())
    table = shown_table(model, data, state, np.array([0, 1, 4]))
    np.testing.assert_array_equal(table.counts[0], [0, 3, 0, 0, 0, 3])
    np.testing.assert_array_equal(table.counts.sum(axis=0), table.totals)


def test_where_all_rows_differ_nothing_is_together():
    crimes = step(example_session("network", "crimes"))
    assert alike_of(crimes.model, crimes.data) is None
    assert many_shown(crimes) == crimes.table.rows == 9
    assert shown_cell(crimes, ShareCell(7, 0)) == ShareCell(7, 0)
    assert alike_of(model_named("coins"), None) is None


def test_a_patient_leads_to_the_group_that_holds_it_and_stays_chosen():
    session = step(example_session("network", "heart"))
    assert (session.table.rows, many_shown(session)) == (303, 125)
    alike = session.model.alike(session.data)
    assert alike.like(11).tolist()[:3] == [4, 5, 11]
    patient = shown(session, {"row": 11})
    cell = shown(patient, {"cell": ShareCell(4, 0)})
    assert cell.display.row == 11, "the number is that of patient 12 too"
    assert shown(cell, {"cell": ShareCell(0, 0)}).display.row == 0
    assert shown_cell(session, CountCell(11, 2)) == CountCell(4, 2)


@pytest.mark.parametrize("kind", ["file", "divided", "changed"])
def test_each_group_has_one_place_in_every_order(kind):
    session = step(step(step(example_session("network", "heart"))))
    (order,) = (each for each in ordering(show(session, replace(session.display, order=kind))) if each)
    alike = session.model.alike(session.data)
    assert sorted(order.rows.tolist()) == alike.first.tolist()
    for row in (0, 11, 302):
        assert order.row(order.place(row)) == alike.shown(row)
    if kind == "file":
        assert order.rows.tolist() == alike.first.tolist()


@dataclass(frozen=True)
class Forgetful(Network):
    """A network whose groups count as one of their rows."""

    def distinct_table(self, data, state, rows):
        table = super().distinct_table(data, state, rows)
        return replace(table, counts=self.count_table(data, state, rows).counts)


@dataclass(frozen=True)
class Anew(Network):
    """A network that groups its rows each time."""

    def alike(self, data):
        return Alike.of(data.which)


@pytest.mark.parametrize(
    ("kind", "why"), [(Forgetful, "not the sums over its rows"), (Anew, "grouped twice")]
)
def test_the_contract_sees_that_groups_do_not_add_up(kind, why):
    table = Table.from_columns(ROWS)
    model = kind(structure="[d][t|d]")
    scene = Scene(model, model.parse(table), np.random.default_rng(0), 6, Trial(), model.parse(table))
    with pytest.raises(ContractError, match=why):
        rows_alike_are_counted_together(scene)
    scene = replace(scene, model=replace(MODEL, structure="[d][t|d]"))
    rows_alike_are_counted_together(scene)


def test_a_session_of_alike_rows_answers_each_of_them():
    model = replace(MODEL, structure="[d][t|d]")
    session = step(new_session(model, Table.from_columns(ROWS), "six"))
    answers = model.answers(session.data, session.step.params, np.arange(6))
    assert answers[0] == answers[2] == answers[3] != answers[4]
