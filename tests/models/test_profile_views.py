"""What is seen of a profile: the count table with its derivations, the pictures, the answers."""

import re
from dataclasses import replace

import numpy as np
import pytest
from profile_cases import SMALL, drawn, example, of_model, written

from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.model import Look, Phase, Round, Step
from emviz.em.pictures import Alignment, Logo, Matrix
from emviz.models.profile import Profile, ProfileParams, pictures, starts
from emviz.models.profile.arcs import DELETE, INSERT, KINDS, MATCH, allowed
from emviz.ui.widgets.formula import svg_of

TABLE = written(
    "ACG", "ACTTTG", "CG", "", name=["a", "b", "c", "d"], alignment=["ACG", "ACtttG", "-CG", "---"]
)
DATA = SMALL.parse(TABLE)
START = SMALL.default(DATA)
EVERY = np.arange(4)


def at(phase, data=DATA, model=SMALL, params=START):
    step = engine.start(model, data, params)
    updated = model.m_step(data, step.expectation.counts) if phase is Phase.M else None
    return Round(step, phase, updated)


def pictured(phase, data=DATA, model=SMALL, params=START, **look):
    return {view.title: view for view in model.views(data, at(phase, data, model, params), Look(**look))}


def derived(cell, places=3, phase=Phase.M, data=DATA, model=SMALL, params=START):
    return model.count_table(data, at(phase, data, model, params), EVERY[:1]).derive(cell, places)


# -- the table -----------------------------------------------------------------------------------------------


def test_the_table_shares_out_residues():
    table = SMALL.count_table(DATA, at(Phase.M), EVERY)
    assert table.observed == ("a", "b", "c", "d")
    assert [tag.text for tag in table.completions] == ["P(match)", "P(insert)"]
    assert [group.heading for group in table.groups] == ["begin", "node 1", "node 2", "node 3"]
    assert [group.symbols for group in table.groups] == [("I",), *[("M", "I")] * 3]
    assert [tag.text for tag in table.labels] == ["ACG", "ACtttG", "-CG", "---"]
    np.testing.assert_allclose(table.counts.sum(axis=1), [3, 6, 2, 0], atol=1e-12)
    assert table.shares[3].tolist() == [1, 0]
    matched = table.counts[:, 1::2].sum(axis=1)
    np.testing.assert_allclose(table.shares[:3, 0], matched[:3] / [3, 6, 2])


def test_the_likeliest_letter_of_each_node_comes_first_in_the_m_step():
    state = at(Phase.M)
    updates = SMALL.count_table(DATA, state, EVERY).updates
    assert [update.label for update in updates[:5]] == ["e_1,A", "e_2,C", "e_3,G", "e_1,C", "e_1,G"]
    assert [update.label for update in updates[12:15]] == ["t_0,M,M", "t_0,M,I", "t_0,M,D"]
    counts = state.base.expectation.counts
    assert updates[0].numerator == pytest.approx(counts.match[0, 0] + DATA.background[0], rel=1e-12)
    assert sum(updates[0].terms) == pytest.approx(counts.match[0].sum() + 1, rel=1e-12)
    assert updates[12].numerator == pytest.approx(counts.transition[0, MATCH, MATCH] + 0.1, rel=1e-12)
    assert len(SMALL.count_table(DATA, state, EVERY).reference) == 12 + allowed(3).sum()


def test_labels_of_some_rows_are_shown_in_table_and_pictures():
    some = SMALL.parse(written("ACG", "CG", "ACTG", alignment=["", "-CG", "ACtG"]))
    table = SMALL.count_table(some, at(Phase.M, some), EVERY[:3])
    assert [tag and tag.text for tag in table.labels] == [None, "-CG", "ACtG"]
    assert table.reference == ()
    for row, marks in enumerate([(), ((0, 1), (1, 2)), ((0, 0), (1, 1), (3, 2))]):
        assert pictured(Phase.M, some, row=row)["Residues"].marks == marks
    right = pictured(Phase.M, some)["Alignment"]
    assert right.agrees[0] is None
    assert None not in right.agrees[1:]
    assert right.verdict.endswith("of 2 pairs of residues that belong together are together.")


def test_long_labels_are_shortened():
    model, four = example("globins-aligned")
    labels = model.count_table(four, at(Phase.START, four, model, model.default(four)), np.arange(2)).labels
    assert [tag.text for tag in labels] == ["VHLTPEEK…", "-VLSPADK…"]


# -- derivations ---------------------------------------------------------------------------------------------


def numbers(formula):
    return [float(text) for text in re.findall(r"\d+\.\d+", formula)]


def amounts(formula):
    """Return the numbers behind the first = sign, those times powers of ten included."""
    found = re.findall(r"(\d+(?:\.\d+)?)(?: \\times 10\^\{(-?\d+)\})?", formula.partition("= ")[2])
    return [float(f"{digits}e{power or 0}") for digits, power in found]


def test_a_share_from_forward_and_backward():
    lines = derived(ShareCell(0, MATCH), 3).lines
    table = SMALL.count_table(DATA, at(Phase.E), EVERY)
    visits = table.counts[0, 1::2]
    *terms, share = numbers(lines[0].formula)
    assert terms == [round(value, 5) for value in visits]
    assert share == round(table.shares[0, 0], 4)
    # f_{t,k}: the odds of the letter times all ways there; its share: past times future over all paths.
    node = int(visits.argmax()) + 1
    assert lines[1].formula.startswith(f"f_{{{node},{node}}} = ")
    odds, m, go, i, come, d, back, forward = amounts(lines[1].formula)
    assert forward == pytest.approx(odds * (m * go + i * come + d * back), rel=2e-3)
    f, b, evidence, posterior = amounts(lines[2].formula.partition("P(x)}")[2])
    assert posterior == pytest.approx(f * b / evidence, abs=2e-3)
    assert "(backward)" in lines[2].words


def test_an_inserted_share_and_its_count():
    lines = derived(ShareCell(1, INSERT), 3).lines
    table = SMALL.count_table(DATA, at(Phase.E), EVERY)
    assert numbers(lines[0].formula)[-1] == round(table.shares[1, 1], 4)
    assert lines[0].words.startswith("E-step: the residues that each node lets in")


def test_a_sequence_without_residues_has_nothing_to_share():
    lines = derived(ShareCell(3, MATCH)).lines
    assert (lines[0].formula, lines[0].words) == (
        "0",
        "This sequence has no residues: every node is deleted.",
    )
    assert (
        derived(CountCell(3, 1)).lines[0].words == "Inserted at node 1: what comes from M, from I and from D."
    )


def test_a_residue_that_a_node_cannot_match_has_no_future():
    letters = np.full((3, 4), 0.25)
    letters[0] = 0, 0.5, 0.25, 0.25
    own = SMALL.parse(written("AA", "CGT"))
    params = ProfileParams(letters, starts.moves(3))
    # The log-posterior is −∞ at such a place, where EM does not come.
    step = Step(0, Phase.E, params, SMALL.e_step(own, params), 0.0, 0.0)
    lines = SMALL.count_table(own, Round(step, Phase.E), EVERY[:1]).derive(CountCell(0, 1), 3).lines
    assert r"= \frac{0 \cdot 0}" in lines[1].formula
    assert lines[1].formula.endswith("= 0.0000")


def test_a_count_leads_to_the_total_and_to_the_new_letter():
    state = at(Phase.M)
    counts, lines = state.base.expectation.counts, derived(CountCell(0, 2), 3).lines
    table = SMALL.count_table(DATA, state, EVERY)
    assert numbers(lines[2].formula)[-1] == round(table.counts[0, 3], 3)
    assert numbers(lines[3].formula)[-1] == round(table.counts[0, 4], 3)
    assert numbers(lines[4].formula) == [round(v, 3) for v in (*table.counts[:, 3], table.totals[3])]
    assert numbers(lines[5].formula) == [round(v, 3) for v in (*table.counts[:, 4], table.totals[4])]
    total = counts.match[1, 1]
    assert numbers(lines[6].formula)[-1] == round(total, 3)
    padded = total + DATA.background[1]
    assert numbers(lines[7].formula)[-1] == round(padded, 3)
    assert lines[8].formula == (
        rf"e_{{2,C}} = \frac{{{padded:.3f}}}{{{counts.match[1].sum() + 1:.3f}}} "
        rf"\approx {state.updated.match[1, 1]:.4f}"
    )


def test_the_total_of_the_begin_leads_to_its_insert():
    derivation = derived(TotalCell(0), 2)
    assert derivation.title == "Where does the total of the begin come from?"
    assert derivation.component == INSERT
    assert [line.formula.split(" ")[0] for line in derivation.lines[-1:]] == ["t_{0,M,I}"]
    assert len(derivation.lines) == 4


def test_every_update_is_derived_from_its_own_counts():
    state = at(Phase.M)
    table = SMALL.count_table(DATA, state, EVERY)
    for place, update in enumerate(table.updates):
        derivation = table.derive(UpdateCell(place), 4)
        assert derivation.title == f"Where does {update.label} come from?"
        pseudo = numbers(derivation.lines[1].formula)
        assert pseudo[-1] == round(update.numerator, 4)
        assert round(pseudo[0], 4) == numbers(derivation.lines[0].formula)[-1]
        assert derivation.lines[2].formula.endswith(f"{update.value:.5f}")


def test_every_formula_can_be_drawn():
    cells = (ShareCell(0, 0), ShareCell(1, 1), CountCell(1, 2), TotalCell(0), UpdateCell(0), UpdateCell(20))
    for cell in cells:
        for line in derived(cell).lines:
            assert svg_of(line.formula, 20, "#000000") is not None


# -- pictures ------------------------------------------------------------------------------------------------


def test_before_the_e_step_nothing_is_aligned():
    views = pictured(Phase.START)
    assert list(views) == ["Alignment", "Logo", "Visits", "Residues"]
    alignment = views["Alignment"]
    assert alignment.texts == ("ACG...", "ACTTTG", "CG....", "......")
    assert not np.any(alignment.sure)
    assert {views[name].note for name in ("Alignment", "Visits", "Residues")} == {pictures.UNWEIGHED}
    assert np.isnan(views["Visits"].values).all()
    assert np.isnan(views["Residues"].values).all()


def test_residues_of_a_node_stand_below_one_another():
    view = pictured(Phase.E, row=2)["Alignment"]
    assert isinstance(view, Alignment)
    # Three inserted residues are told by their number.
    assert view.texts == ("AC.G", "AC3G", "-C.G", "--.-")
    assert view.row == 2
    assert view.agrees == (True, True, True, True)
    assert view.verdict == "7 of 7 pairs of residues that belong together are together."
    assert view.note == pictures.READING
    np.testing.assert_allclose(
        view.shares, [answer.shares[0] for answer in SMALL.answers(DATA, START, EVERY)]
    )
    assert [[part > 0.3 for part in row] for row in view.sure] == [
        [True, True, False, True],
        [True, True, False, True],
        [False, True, False, True],
        [False, False, False, False],
    ]


def test_inserts_before_stand_at_the_right_and_behind_at_the_left():
    paths = [np.array(path, dtype=np.uint8) for path in ([1, 0, 1, 1], [1, 1, 0], [0, 1], [1] * 12 + [2])]
    rows, cells = pictures.lined_up(["ABCD", "EFG", "HI", "J" * 12], paths, 1)
    assert rows == (".aBcd", "efG..", "..Hi.", "12-..")
    assert cells.tolist() == [2]


def test_an_alignment_for_all_to_see_is_compared_in_the_note():
    own = SMALL.parse(written("ACG", "A-G", "CCG"))
    view = pictured(Phase.E, own)["Alignment"]
    assert view.verdict == ""
    assert view.note.startswith("7 of 7 pairs of residues that belong together are together. Colour")


def test_without_a_true_alignment_there_is_no_verdict():
    for own in (SMALL.parse(written("ACG", "CG")), SMALL.parse(written("ACG", alignment=["ACG"]))):
        assert pictured(Phase.E, own)["Alignment"].verdict == ""
    assert pictured(Phase.E, SMALL.parse(written("ACG")))["Alignment"].agrees == (None,)


def test_the_logo_shows_the_new_letters_in_bits():
    state = at(Phase.M)
    logo = pictured(Phase.M)["Logo"]
    assert isinstance(logo, Logo)
    letters = state.updated.match
    bits = 2 + (letters * np.log2(letters, where=letters > 0, out=np.zeros_like(letters))).sum(axis=1)
    np.testing.assert_allclose(logo.heights.sum(axis=1), bits)
    assert (logo.most, logo.letters) == (2, tuple("ACGT"))
    assert pictured(Phase.M, truth=drawn(1))["True logo"].heights.shape == (3, 4)


def test_visits_of_each_state_and_node():
    state = at(Phase.E)
    view = pictured(Phase.E)["Visits"]
    assert isinstance(view, Matrix)
    assert (view.rows, view.columns) == (tuple(KINDS), ("0", "1", "2", "3"))
    np.testing.assert_allclose(view.values[MATCH, 1:] + view.values[DELETE, 1:], 1)
    inserted = np.nansum(view.values[INSERT])
    assert inserted == pytest.approx(state.base.expectation.counts.transition[:, INSERT].sum() / 4)
    assert view.high == 1
    assert pictured(Phase.E, SMALL.parse(written("A" * 12)))["Visits"].high > 1


def test_which_node_matches_each_residue_of_the_row():
    views = pictured(Phase.E, row=1)
    view = views["Residues"]
    assert view.rows == ("1 A", "2 C", "3 T", "4 T", "5 T", "6 G")
    assert view.bests == view.marks == ((0, 0), (1, 1), (5, 2))
    assert view.note.startswith("Row 2")
    table = SMALL.count_table(DATA, at(Phase.E), EVERY)
    np.testing.assert_allclose(view.values.sum(axis=0), table.counts[1, 1::2])
    empty = pictured(Phase.E, row=3)["Residues"]
    assert empty.rows == ("none",)
    assert np.isnan(empty.values).all()
    assert pictured(Phase.E, row=400)["Residues"].note.startswith("Row 1")


def test_of_many_sequences_the_first_are_drawn(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_ROWS", 2)
    views = pictured(Phase.E, row=3)
    assert views["Alignment"].names == ("a", "b")
    assert views["Alignment"].note.endswith("The first 2 of 4 sequences.")
    assert views["Alignment"].row is None


def test_large_profiles_have_no_dots():
    model = Profile(nodes=61, alphabet="dna")
    own = model.parse(written("ACGT" * 15))
    assert pictured(Phase.E, own, model, model.default(own))["Residues"].bests == ()


def test_the_answer_is_an_alignment():
    answers = SMALL.answers(DATA, START, np.array([2, 1, 3]))
    assert [answer.completions for answer in answers] == [("-CG",), ("ACtttG",), ("---",)]


def test_the_globins_fall_into_line():
    """From the default start: myoglobins in full length, the deletion of the alpha chains in one piece."""
    model, window = example("globin-window")
    step = engine.start(model, window, model.default(window))
    for _ in range(40):
        step = engine.advance(model, window, step)
    texts = [answer.completions[0] for answer in model.answers(window, step.params, np.arange(45))]
    assert texts[0] == "FKGHPETLEKFDKFKHLKTEAEMKASEDLKKHGNT"
    assert sum(text.endswith("HGKK") for text in texts) >= 30
    assert all(text.count("-") >= 6 for text in texts[7:25])


def test_the_probability_of_a_path_against_every_path_written_out():
    table = SMALL.count_table(DATA, at(Phase.E), EVERY)
    sure = table.glances[0]
    for row in EVERY.tolist():
        chances = np.array(of_model(DATA, START, row)[1])
        assert sure.values[row] == pytest.approx(chances.max() / chances.sum(), rel=1e-10)
    doubts = SMALL.doubts(DATA, START, EVERY)
    np.testing.assert_allclose(doubts, 1 - sure.values, rtol=1e-10, atol=1e-12)


def test_a_path_is_derived_and_leads_to_no_single_node():
    cell = ShareCell(1, 2)
    told = derived(cell, phase=Phase.E)
    assert told.title == "Where does P(path) in row 2 come from?"
    shown = f"{float(SMALL.count_table(DATA, at(Phase.E), EVERY).glances[0].values[1]):.4f}"
    assert told.lines[-1].formula.endswith(shown)
    table = SMALL.count_table(DATA, at(Phase.E), EVERY)
    assert not any(table.feeds(CountCell(1, group), cell) for group in range(len(table.groups)))
    whole = replace(at(Phase.E), whole=True)
    lines = SMALL.count_table(DATA, whole, EVERY).derive(cell, 2).lines
    assert [line.formula for line in lines] == [r"q(\mathrm{path}) = 1"]


def test_a_sequence_without_residues_alone_has_a_letter_for_no_node():
    (stack, *_) = SMALL.count_table(DATA, at(Phase.E), EVERY[3:]).glances[1:]
    assert stack.marks == ["-"]
