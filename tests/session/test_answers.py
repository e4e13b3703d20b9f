"""What is said of a row tells which completion the method in force counts: that of the count table."""

from dataclasses import replace

import numpy as np
import pytest
from desks import stepped

from emviz import session as desk
from emviz.em.counts.answers import places_of
from emviz.em.counts.table import Answer
from emviz.em.methods import EM, Hard
from emviz.models import discover, model_named
from emviz.session import Session

#: Models whose table tells parts of what a row holds, and the one that does not offer hard EM.
PARTS = {"profile", "rna", "poisson", "proteins", "tomography"}


def whole(key, halves=3):
    """A session under hard EM after its second E-step."""
    session = desk.set_method(desk.example_session(key), Hard())
    return stepped(session, halves)


def told(session: Session, rows):
    return desk.answers(session, session.round.base.params, rows)


def some_rows(session):
    return np.unique(np.linspace(0, session.table.rows - 1, 40).astype(int))


@pytest.mark.parametrize("key", [model.key for model in discover()])
def test_shared_units_have_no_completion_that_is_counted_whole(key):
    session = stepped(desk.example_session(key), 1)
    for each in told(session, some_rows(session)):
        assert each.counted is None
        assert each.whole is None


@pytest.mark.parametrize("key", [model.key for model in discover() if model.key not in PARTS])
def test_the_completion_counted_whole_is_that_of_the_count_table(key):
    session = whole(key)
    rows = some_rows(session)
    table = session.model.count_table(session.data, session.round, rows)
    shares = session.model.posterior(session.data, session.round.base.params, rows)
    for place, each in enumerate(told(session, rows)):
        k = int(table.shares[place].argmax())
        # Where completions are ranks, the shares have to be ranked as well.
        own = shares[place] if table.names is None else np.sort(shares[place])[::-1]
        assert each.shares[each.counted] == pytest.approx(own[k], rel=1e-12)
        assert each.whole == each.completions[each.counted]


@pytest.mark.parametrize("key", ["profile", "rna"])
def test_of_a_path_or_a_parse_tree_the_best_one_is_counted(key):
    session = whole(key, 1)
    assert all(each.whole for each in told(session, np.arange(2)))


def test_a_peptide_is_counted_for_the_protein_whose_row_holds_it_in_the_table():
    session = whole("proteins")
    rows = np.arange(session.table.rows)
    table = session.model.count_table(session.data, session.round, rows)
    pairs = session.data.pairs
    taken = {
        pairs.peptide[row]: pairs.proteins[pairs.protein[row]] for row in np.flatnonzero(table.shares[:, 0])
    }
    assert len(taken) == len(pairs.peptides)
    for row, each in zip(rows, told(session, rows), strict=True):
        assert each.whole == taken[pairs.peptide[row]]


def test_of_units_never_seen_a_number_is_counted_and_no_completion():
    assert {each.counted for each in told(whole("poisson"), np.arange(2))} == {None}


@pytest.mark.parametrize(
    ("model", "example"),
    [(model, example) for model in discover() for example in model.examples if model.key == "poisson"],
    ids=lambda value: value.key,
)
def test_of_a_top_group_the_likeliest_value_is_counted(model, example):
    session = desk.set_method(desk.example_session(model.key, example.key), Hard())
    if session.data.least is None or not session.data.lumped.any():
        pytest.skip("no top group")
    session = stepped(session, 1)
    row = np.flatnonzero(session.data.lumped)[:1]
    rate = float(session.step.params.rate)
    (each,) = told(session, row)
    assert each.whole == str(max(session.data.least, int(rate)))


def test_on_the_likeliest_path_a_state_need_not_be_the_likelier_one():
    """Row by row the likelier state, and the path that is counted, part in the casino: so both are told."""
    session = whole("hmm", 1)
    rows = np.arange(session.table.rows)
    found = told(session, rows)
    table = session.model.count_table(session.data, session.round, rows)
    names = [each.whole for each in found]
    assert names == [f"state {'AB'[k]}" for k in table.shares.argmax(axis=1)]
    assert any(each.counted == 1 for each in found)
    assert all(each.shares[0] >= each.shares[1] for each in found)


def test_places_are_those_of_the_ranking():
    shares = np.array([[0.2, 0.5, 0.3], [0.4, 0.4, 0.2]])
    assert places_of(np.array([2, 1]), shares) == (1, 1)


def test_a_completion_that_is_not_told_is_not_named():
    assert Answer(("A", "B"), (0.6, 0.3), 2).whole is None
    assert Answer(("A", "B"), (0.6, 0.3), 1).whole == "B"


def test_the_answer_of_the_selected_row_is_of_the_method_in_force():
    for method, counted in ((EM, None), (Hard(), "coin B")):
        session = stepped(desk.set_method(desk.example_session("coins"), method), 1)
        session = desk.show(session, replace(session.display, row=0))
        assert desk.answer(session).completions == ("coin B", "coin A")
        assert desk.answer(session).whole == counted


def test_before_the_first_e_step_nothing_is_answered():
    session = desk.example_session("coins")
    assert desk.answer(desk.show(session, replace(session.display, row=0))) is None


@pytest.mark.parametrize("layer", ["presence", "scores"])
def test_in_each_layer_of_the_proteins_the_counted_one_is_that_of_the_table(layer):
    proteins = model_named("proteins")
    example = next(each for each in proteins.examples if each.hyper.get("layer") == layer)
    session = stepped(desk.set_method(desk.example_session("proteins", example.key), Hard()), 3)
    rows = some_rows(session)
    counted = session.model.count_table(session.data, session.round, rows).shares.argmax(axis=1)
    shares = session.model.posterior(session.data, session.round.base.params, rows)
    for place, each in enumerate(told(session, rows)):
        assert each.shares[each.counted] == pytest.approx(shares[place, counted[place]], rel=1e-12)


def test_only_a_model_without_a_likeliest_completion_refuses_hard_em():
    refused = {model.key: Hard().refusal(model, None) for model in discover()}
    assert refused.pop("tomography") == "no single most likely completion"
    assert set(refused.values()) == {""}
    assert {EM.refusal(model, None) for model in discover()} == {""}
