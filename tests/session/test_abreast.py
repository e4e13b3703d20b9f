"""EM, hard EM and the complete data, stepped together."""

import numpy as np
import pytest
from desks import opened
from shared import FIGURE_1

from emviz import session as desk
from emviz.em.domains import ParameterError
from emviz.em.engine import start
from emviz.em.methods import Known
from emviz.em.model import Phase
from emviz.em.work import finished
from emviz.models.coins import Coins
from emviz.models.profile.table import ProfileLedger

UNLABELLED = FIGURE_1.with_column("coin", [""] * 5)


def abreast(session, start=None):
    return finished(desk.beginning(session, start))


def ranks(*starts, table=FIGURE_1):
    return abreast(opened(table=table), *starts)


def heads(found):
    return [session.step.params.heads.tolist() for session in found.sessions]


def ahead(found, halves):
    for _ in range(halves):
        found = finished(found.stepping())
    return found


def test_one_iteration_from_the_start_of_the_paper():
    """Figure 1: EM finds (.71, .58), the complete data and hard EM (24/30, 9/20)."""
    found = ahead(ranks(), 2)
    soft, hard, known = heads(found)
    np.testing.assert_allclose(soft, [0.713012, 0.581339], atol=1e-6)
    assert hard == known == [24 / 30, 9 / 20]
    assert [session.step.phase for session in found.sessions] == [Phase.M] * 3
    # Each set is of either coin with probability ½; 24 H and 6 T of coin A, 9 H and 11 T of coin B.
    complete = 5 * np.log(0.5) + 24 * np.log(0.8) + 6 * np.log(0.2) + 9 * np.log(0.45) + 11 * np.log(0.55)
    values = [session.step.expectation.objective for session in found.sessions]
    np.testing.assert_allclose(values, [-31.859257948, complete, complete], atol=1e-8)


def test_hard_em_is_done_after_one_iteration_and_em_is_not():
    found = ahead(ranks(), 4)
    assert [desk.standing(session) for session in found.sessions] == ["", *["θ is the same since θ(1)."] * 2]


def test_from_another_start_hard_em_ends_at_its_second_fixed_point():
    """Set 5, with 7 heads, goes to coin B: θ = (17/20, 16/30)."""
    session = desk.example_session("coins")
    (start,) = desk.other_starts(session).values()
    found = ahead(abreast(session, start), 4)
    hard, known = found.sessions[1:]
    assert hard.step.params.heads.tolist() == [17 / 20, 16 / 30]
    assert desk.standing(hard) == "θ is the same since θ(1)."
    assert hard.step.expectation.objective == pytest.approx(-32.647617, abs=1e-6)
    assert known.step.params.heads.tolist() == [0.8, 0.45]


def test_there_are_no_other_starts_for_other_data():
    session = desk.example_session("coins")
    assert not desk.other_starts(desk.edit_table(session, session.draft.without_rows([0])))
    assert not desk.other_starts(opened())


def test_they_go_back_together_and_what_is_known_is_not_computed_again():
    there = ahead(ranks(), 3)
    back = there.seek(1)
    assert [session.cursor for session in back.sessions] == [1, 1, 1]
    again = ahead(back, 2)
    assert all(a.trace is b.trace for a, b in zip(again.sessions, there.sessions, strict=True))
    assert (again.place, again.computed, back.seek(-4).place, back.seek(9).place) == (3, 3, 0, 3)


def test_all_of_them_settle():
    found = ranks()
    assert not found.settled
    while not found.settled:
        found = ahead(found, 2)
    np.testing.assert_allclose(heads(found)[0], [0.7968, 0.5196], atol=1e-3)


def test_one_that_fails_stands_and_the_others_go_on():
    """At (.99, .98) every set is likelier of coin B, so that hard EM leaves coin A without tosses."""
    found = ahead(ranks({"heads": [0.99, 0.98]}), 4)
    soft, hard, known = found.sessions
    assert (soft.cursor, hard.cursor, known.cursor) == (4, 1, 4)
    assert desk.standing(hard) == (
        "Iteration 1, M-step: coin A has no expected tosses left, so 0/0 leaves θ_A undefined; "
        "start elsewhere."
    )
    back = found.seek(1)
    assert [session.cursor for session in back.sessions] == [1, 1, 1]
    assert not found.stuck


def test_where_all_have_failed_there_is_no_step_left():
    broken = type("Broken", (Coins,), {"m_step": lambda self, data, counts: 1 / 0})()
    session = desk.new_session(broken, UNLABELLED, "broken")
    found = ahead(abreast(session), 3)
    assert found.stuck
    assert (found.place, found.computed, finished(found.stepping()).place) == (1, 1, 1)


def test_without_labels_there_are_two_and_it_is_said():
    found = ranks(table=UNLABELLED)
    assert [session.method.key for session in found.sessions] == ["em", "hard"]
    assert found.lacking == ("Complete data is left out: there is no set of labels that gives θ.",)


def test_a_way_that_cannot_begin_is_left_out_with_its_reason():
    def complete(self, data, params):
        raise ArithmeticError("nothing is likely")

    session = desk.new_session(type("Odd", (Coins,), {"complete": complete})(), FIGURE_1, "odd")
    assert abreast(session).lacking == ("Hard EM is left out: At the start: nothing is likely.",)


@pytest.mark.parametrize(
    ("key", "names", "raised"),
    [
        (
            "coins",
            ["EM", "Hard EM", "Complete data"],
            ["log P(x; θ)", "max_z log P(x, z; θ)", "log P(x, z; θ)"],
        ),
        ("gmm", ["EM", "Hard EM: k-means with covariances"], ["log P(x; θ)", "max_z log P(x, z; θ)"]),
        (
            "hmm",
            ["EM", "Hard EM: Viterbi training", "Complete data"],
            ["log P(x; θ)", "max_z log P(x, z; θ)", "log P(x, z; θ)"],
        ),
        (
            "rna",
            ["EM", "Hard EM: Viterbi training", "Complete data"],
            ["log posterior", "max_z log posterior(z, θ)", "log posterior(z, θ)"],
        ),
    ],
)
def test_each_is_called_what_it_is(key, names, raised):
    sessions = abreast(desk.example_session(key)).sessions
    assert [desk.way_of(each) for each in sessions] == names
    assert [desk.raised_by(each.method, each.model) for each in sessions] == raised


def test_how_units_are_counted_is_said():
    assert desk.counting(ranks().sessions[0]) == "The E-step asks which coin was tossed in each set."
    assert [desk.counting(session) for session in ahead(ranks(), 1).sessions] == [
        "Each set was shared between the coins.",
        "Each set counts for its likeliest coin.",
        "Each set counts for its true coin.",
    ]
    whole = abreast(desk.example_session("hmm", "evenings")).sessions[1]
    assert desk.counting(whole) == "Each evening counts for its likeliest completion."


@pytest.mark.parametrize(
    ("key", "example"),
    [
        ("coins", None),
        ("gmm", "clouds"),
        ("deaths", "simulated"),
        ("modules", "cycle"),
        ("hmm", "casino"),
        ("hmm", "evenings"),
        ("hmm", "levels"),
        ("haplotype", "three-snps"),
        ("proteins", "shared"),
        ("proteins", "presence"),
        ("rna", "arms"),
        ("rna", "fork"),
        ("profile", "globins-aligned"),
    ],
)
def test_rows_of_the_complete_data_are_counted_as_labelled_and_add_up(key, example):
    known = ahead(abreast(desk.example_session(key, example)), 1).sessions[-1]
    rows = np.arange(known.table.rows)
    table = known.model.count_table(known.data, known.round, rows)
    np.testing.assert_allclose(table.counts.sum(axis=0), table.totals, rtol=1e-12, atol=1e-9)
    for share, label, named in zip(
        table.shares, table.labels, table.names or [None] * len(rows), strict=True
    ):
        if named is not None:
            assert (named[0], share[0]) == (label.text, 1)
        elif len(label.text) == 1:
            assert (share.argmax(), share.max()) == (label.component, 1)


def test_a_table_that_cannot_count_a_label_shows_the_totals_alone(monkeypatch):
    monkeypatch.setattr(ProfileLedger, "counts_truth", False)
    known = ahead(abreast(desk.example_session("profile", "globins-aligned")), 1).sessions[-1]
    table = desk.first_rows(known)
    assert table.shares is None
    assert table.counts is None
    totals = known.model.count_table(known.data, known.round, np.arange(1)).totals
    np.testing.assert_array_equal(table.totals, totals)


@pytest.mark.parametrize(("key", "example"), [("normal", "simulated"), ("network", "clinic")])
def test_rows_count_for_what_their_holes_hide_and_add_up(key, example):
    known = ahead(abreast(desk.example_session(key, example)), 1).sessions[-1]
    table = known.model.count_table(known.data, known.round, np.arange(known.table.rows))
    np.testing.assert_allclose(table.counts.sum(axis=0), table.totals, rtol=1e-12, atol=1e-9)
    for share, label, named in zip(table.shares, table.labels, table.names, strict=True):
        assert share[0] == share.sum() == 1
        assert label is None or named[0] == label.text


def test_the_word_at_the_annotated_site_counts_whole():
    """Each letter of it once, at its position: of sequence 1 as it stands in the file."""
    known = ahead(abreast(desk.example_session("motif", "planted")), 1).sessions[-1]
    data, rows = known.data, np.arange(known.table.rows)
    table = known.model.count_table(data, known.round, rows)
    np.testing.assert_allclose(table.counts.sum(axis=0), table.totals, rtol=1e-12, atol=1e-9)
    for row in rows.tolist():
        first = data.labels[row] - 1
        word = data.sequence(row)[first : first + data.width]
        counted = table.counts[row].reshape(data.width, 4)
        assert ["ACGT"[letters.argmax()] for letters in counted] == list(word)
        assert (counted.sum(axis=1) == 1).all()
        assert table.names[row][0] == f"start {data.labels[row]}"
        assert table.shares[row].tolist() == [1, 0, 0, 0]
    assert table.glances[1].heading == "true start"


def test_what_a_hole_hides_counts_as_if_it_had_been_observed():
    known = ahead(abreast(desk.example_session("normal", "simulated")), 1).sessions[-1]
    table, data = known.model.count_table(known.data, known.round, np.arange(60)), known.data
    # Rows without any number, 14 and 53, count neither here nor in the totals.
    whole = np.where(data.missing, data.truth, data.raw) * (data.which >= 0)[:, None]
    # Σx of a column is what is seen of it and what is not; Σxy of two has the spread of guesses, which is 0.
    np.testing.assert_allclose(table.counts[:, :2].sum(axis=1), whole[:, 0])
    products = table.counts[:, 6:].reshape(60, -1, 3)
    np.testing.assert_allclose(products[:, 0].sum(axis=1), whole[:, 0] ** 2)
    assert not products[:, :, 2].any()
    assert not any("±" in name for (name,) in table.names)


def test_the_complete_data_as_a_method():
    model, known = Coins(), Known()
    data = model.parse(FIGURE_1)
    first = start(model, data, model.default(data), known)
    stacked = type(first.params)(*(np.stack([field, field]) for field in first.params))
    heights = known.objectives(model, data, stacked)
    np.testing.assert_array_equal(heights, [first.expectation.objective] * 2)
    assert known.along(model, data, first.params, first.params) is None
    assert known.objective_name(model) == "log P(x, z)"
    with pytest.raises(ParameterError, match="coins has no set of labels that gives θ"):
        known.expect(model, model.parse(UNLABELLED), first.params)


def test_the_ways_can_be_left_between_two_of_them():
    """A long E-step of one keeps nobody waiting for those of the others."""
    session = opened(table=FIGURE_1)
    assert [None, None, None] == [*desk.beginning(session)] == [*ranks().stepping()]
