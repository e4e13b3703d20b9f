"""What a screen reader says of the panels: the same numbers, in every half-step of every model."""

import re

import numpy as np
import pytest
from standing import stand_for

from emviz import session as desk
from emviz.em.methods import BY_HALVES, method_named
from emviz.models import discover
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts.entries import EntriesView
from emviz.ui.panels.counts.updates import UpdateLine
from emviz.ui.panels.pictures import picture_of
from emviz.wording.lines import Lines
from emviz.wording.spoken import spoken

CASES = [
    (model.key, method.key) for model in discover() for method in BY_HALVES if not method.refusal(model, None)
]
NUMBER = re.compile("[0-9]")


def first(session):
    rows = session.table.rows
    table = session.model.count_table(session.data, session.round, np.arange(min(rows, 3)))
    parameters = tuple(session.model.parameters(session.data))
    return table, rows, Lines(table.updates, parameters, session.round) if table.updates else None


def test_the_counts_of_the_paper_are_said():
    session = desk.example_session()
    assert spoken(session, *first(session)) == "5 sets. Nothing has been counted yet."
    session = desk.step(session)
    # Figure 1b of Do & Batzoglou 2008.
    assert spoken(session, *first(session)) == (
        "5 sets. Totals: coin A ≈ 21.3 H, 8.6 T; coin B ≈ 11.7 H, 8.4 T."
    )
    session = desk.step(session)
    assert spoken(session, *first(session)).endswith(" M-step: the bias θ_A = 0.71; the bias θ_B = 0.58.")
    hard = desk.step(desk.set_method(desk.example_session(), method_named("hard")))
    assert spoken(hard, *first(hard)) == "5 sets. Totals: coin A 24 H, 6 T; coin B 9 H, 11 T."


def test_of_many_columns_the_first_are_said():
    session = desk.step(desk.step(desk.example_session("motif")))
    told = spoken(session, *first(session))
    assert told.startswith("18 sequences. Totals: position 1 ")
    assert "; and 10 more. M-step: " in told  # 22 positions
    assert told.endswith("; and 76 more.")  # 88 letters


@pytest.mark.parametrize(("key", "method"), stand_for(CASES, CASES[::9]))
def test_every_panel_and_picture_says_numbers(qtbot, key, method):
    session = desk.set_method(desk.example_session(key), method_named(method))
    for _ in range(3):
        assert NUMBER.search(spoken(session, *first(session)))
        for view in desk.views(session):
            picture = picture_of(type(view))()
            qtbot.addWidget(picture)
            picture.apply_theme(LIGHT)
            picture.resize(500, 300)
            picture.show_view(view, session)
            told = picture.accessibleDescription()
            assert NUMBER.search(told), (view.title, told)
            assert not re.search(r": ;|: \.$|: \.\s|P = 0\.000", told), (view.title, told)
        session = desk.step(session)


def test_before_the_e_step_no_site_is_least_certain(qtbot):
    session = desk.example_session("motif")
    sites = next(view for view in desk.views(session) if view.title == "Sites")
    picture = picture_of(type(sites))()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    picture.show_view(sites, session)
    assert picture.accessibleDescription() == "18 pieces."


def spoken_line(qtbot, key, label):
    """Return what a screen reader says of one line of the first M-step."""
    session = desk.step(desk.step(desk.example_session(key)))
    table, _, lines = first(session)
    place = next(place for place, update in enumerate(table.updates) if update.label == label)
    line = UpdateLine()
    qtbot.addWidget(line)
    line.show_update(lines.at(place), lines.iteration, session.display.decimals, LIGHT)
    return line.accessibleName()


@pytest.mark.parametrize(
    ("key", "label", "told"),
    [
        # Figure 1b of Do & Batzoglou 2008.
        ("coins", "θ_A", "the bias θ_A ≈ 21.3 / (21.3 + 8.6) ≈ 0.71, was 0.60"),
        ("gmm", "μ_B,waiting", "the mean of waiting in cluster B ≈ 12829.95 / 159.54 ≈ 80.42, was 80.00"),
        ("hmm", "a_A,B", "P(B after A) ≈ 14.6 / (151.5 + 14.6) ≈ 0.09, was 0.10"),
    ],
)
def test_a_line_of_the_m_step_is_said_in_words(qtbot, key, label, told):
    assert spoken_line(qtbot, key, label) == told


def test_a_matrix_is_said_in_words(qtbot):
    lines = first(desk.step(desk.step(desk.example_session("hmm"))))[2]
    view = EntriesView()
    qtbot.addWidget(view)
    view.show_entries(next(lines.matrices()), 2, LIGHT, None)
    assert (
        view.accessibleName() == "P(A after A) 0.91; P(B after A) 0.09; P(A after B) 0.11; P(B after B) 0.89"
    )
