"""What is seen of a motif: the count table with its derivations, the pictures, the answers, the tools."""

import re

import numpy as np
import pytest
from motif_cases import CRP, CRP_DATA, GOLDEN, climbed, seed_of, written

from emviz.em import engine
from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.domains import ParameterError
from emviz.em.model import Look, Phase, Round
from emviz.em.pictures import Alignment, Logo, Matrix
from emviz.em.tools import Equipped
from emviz.models.motif import LETTERS, Motif, MotifParams, pictures, tools
from emviz.ui.widgets.formula import svg_of

FOUR = Motif(4)
SMALL = FOUR.parse(written("ACGTTT", "TTACGT", "ACGAC", name=["a", "b", "c"], sites=["1", "3,1", "2"]))
SEED = seed_of("ACGT")
EVERY = np.arange(3)


def at(phase, data=SMALL, model=FOUR, params=SEED):
    step = engine.start(model, data, params)
    updated = model.m_step(data, step.expectation.counts) if phase is Phase.M else None
    return Round(step, phase, updated)


def pictured(phase, data=SMALL, model=FOUR, params=SEED, **look):
    return model.views(data, at(phase, data, model, params), Look(**look))


# -- the table -----------------------------------------------------------------------------------------------


def test_the_table_ranks_the_starts_of_each_sequence():
    table = FOUR.count_table(SMALL, at(Phase.M), EVERY)
    assert table.observed == ("a", "b", "c")
    assert [tag.text for tag in table.completions] == ["P(1st)", "P(2nd)", "P(3rd)", "others"]
    assert [group.heading for group in table.groups] == [f"position {k}" for k in (1, 2, 3, 4)]
    assert table.groups[0].symbols == ("A", "C", "G", "T")
    assert [tag.text for tag in table.labels] == ["1", "3, 1", "2"]
    assert table.names == (
        ("start 1", "start 2", "start 3", ""),
        ("start 3", "start 2", "start 1", ""),
        ("start 1", "start 2", "", ""),
    )
    assert [update.label for update in table.updates[:5]] == ["θ_1,A", "θ_1,C", "θ_1,G", "θ_1,T", "θ_2,A"]
    assert len(table.reference) == 16


def test_the_first_share_by_hand():
    """ACGA against CGAC, with A 4, C 4, G 3, T 6 of 17 letters in the background."""
    background = {"A": 4 / 17, "C": 4 / 17, "G": 3 / 17, "T": 6 / 17}
    odds = [
        np.prod([(0.7 if a == b else 0.1) / background[a] for a, b in zip(word, "ACGT", strict=True)])
        for word in ("ACGA", "CGAC")
    ]
    table = FOUR.count_table(SMALL, at(Phase.E), np.array([2]))
    np.testing.assert_allclose(table.shares[0, :2], np.array(odds) / sum(odds), rtol=1e-13)
    share = table.shares[0]
    np.testing.assert_allclose(table.counts[0, :4], [share[0], share[1], 0, 0], rtol=1e-13)


def test_other_starts_are_counted():
    data = FOUR.parse(written("ACGTACG", "ACGTACGTA"))
    table = FOUR.count_table(data, at(Phase.E, data), np.arange(2))
    assert [names[-1] for names in table.names] == ["1 other start", "3 other starts"]
    assert table.labels is None
    assert table.reference == ()


def test_sequences_without_names_are_told_by_how_they_begin():
    data = FOUR.parse(written("ACGT" * 10, "ACGT"))
    assert FOUR.count_table(data, at(Phase.E, data), np.arange(2)).observed == ("ACGTACGTACGTACGTAC…", "ACGT")


# -- derivations ---------------------------------------------------------------------------------------------


def derived(cell, places=2, phase=Phase.E, model=FOUR, data=SMALL):
    return model.count_table(data, at(phase, data, model), np.arange(1)).derive(cell, places)


def test_a_share_is_derived_up_to_the_letter_it_puts_first():
    derivation = derived(ShareCell(2, 0), 1)
    assert derivation.title == "Where does P(1st) in row 3 come from?"
    assert [line.formula for line in derivation.lines] == [
        r"o_{1} = \frac{0.70}{0.23529} \cdot \frac{0.70}{0.23529} \cdot \frac{0.70}{0.17647} \cdot "
        r"\frac{0.10}{0.23529} \approx 14.92",
        r"P_{1} = \frac{o_{1}}{\sum_{j} o_{j}} = \frac{14.92}{14.96} \approx 1.00",
        r"1.00 \times 1\,\mathrm{A} \approx 1.0\,\mathrm{A}",
        r"1.0 + 1.0 + 1.0 \approx 3.0\,\mathrm{A}",
        r"\theta _{1,A} = \frac{3.0}{3.0 + 0.0 + 0.0 + 0.0} \approx 1.00",
    ]
    assert "ACGA" in derivation.lines[0].words


def test_the_rest_is_what_the_ranks_leave():
    data = FOUR.parse(written("ACGTACGTA", "ACGT"))
    (line,) = derived(ShareCell(0, 3), 2, data=data).lines
    shares = FOUR.count_table(data, at(Phase.E, data), np.arange(1)).shares[0]
    assert re.findall(r"\d\.\d+", line.formula) == [
        *(f"{share:.4f}" for share in shares[:3]),  # 1 − 0.500 − 0.500 − 0.000 would be 0.000
        f"{shares[3]:.3f}",
    ]
    (line,) = derived(ShareCell(1, 1), 2, data=data).lines
    assert (line.formula, line.words) == ("0", "This sequence has no more starts.")


def test_wide_motifs_are_told_by_their_first_letters():
    step = engine.start(CRP, CRP_DATA, CRP.default(CRP_DATA))
    derive = CRP.count_table(CRP_DATA, Round(step, Phase.E), np.arange(1)).derive
    odds, share = (line.formula for line in derive(ShareCell(0, 0), 2).lines[:2])
    assert odds.count(r"\frac") == 8
    assert r"\cdots \approx 8.8433 \times 10^{8}" in odds
    assert share.startswith(r"P_{62} = \frac{o_{62}}")


def test_letters_are_added_from_the_largest_share_on():
    derivation = derived(CountCell(0, 0), 3)
    assert derivation.title == "Where do the letters at position 1 in row 1 come from?"
    own = [line for line in derivation.lines if line.words.startswith("The shares of the starts with")]
    assert [line.words.split()[6] for line in own] == ["A", "C", "G"]  # no start puts T at position 1
    posterior = FOUR.posterior(SMALL, SEED, np.array([0]))[0]
    assert own[0].formula == rf"{posterior[0]:.3f} \approx {posterior[0]:.3f}\,\mathrm{{A}}"
    total = derived(TotalCell(0), 3)
    assert derivation.lines[len(own) :] == total.lines
    assert total.title == "Where do the totals of position 1 come from?"
    assert len(total.lines) == 8


@pytest.mark.parametrize("places", range(1, 7))
def test_the_numbers_of_an_update_agree(places):
    state = at(Phase.M)
    table = FOUR.count_table(SMALL, state, EVERY)
    update = table.updates[6]
    derivation = table.derive(UpdateCell(6), places)
    assert derivation.title == "Where does θ_2,G come from?"
    total, ratio = (line.formula for line in derivation.lines)
    *terms, count = re.findall(r"\d+\.\d+", total)
    assert terms == [f"{count:.{places}f}" for count in table.counts[:, 6]]
    top, *bottom, value = re.findall(r"\d+\.\d+", ratio)
    assert count == f"{update.numerator:.{places}f}"
    assert top == bottom[2]
    assert float(top) == pytest.approx(update.numerator, abs=10.0**-places)
    assert value == f"{state.updated.letters[1, 2]:.{places + 1}f}"
    assert f"{float(top) / sum(map(float, bottom)):.{places + 1}f}" == value


def test_a_pseudocount_has_its_own_line():
    model = Motif(4, 3.4)
    formulas = [line.formula for line in derived(UpdateCell(0), 2, Phase.M, model).lines]
    count = model.e_step(SMALL, SEED).counts.letters[0, 0]
    padded = count + 3.4 * 4 / 17
    assert formulas[1] == rf"{count:.5f} + 3.4 \times 0.235294 \approx {padded:.2f}\,\mathrm{{A}}"
    assert formulas[2].startswith(rf"\theta _{{1,A}} = \frac{{{padded:.2f}}}{{{padded:.2f} + ")
    table = model.count_table(SMALL, at(Phase.M, model=model), EVERY)
    assert table.updates[0].numerator == pytest.approx(padded, rel=1e-14)


def test_every_formula_can_be_drawn():
    for model in (FOUR, Motif(4, 5.0)):
        for cell in (ShareCell(0, 0), ShareCell(0, 3), ShareCell(2, 2), CountCell(1, 1), UpdateCell(3)):
            for line in derived(cell, 2, Phase.M, model).lines:
                assert svg_of(line.formula, 20, "#000000") is not None


# -- answers -------------------------------------------------------------------------------------------------


def test_answers_tell_the_letters():
    first, _, last = FOUR.answers(SMALL, SEED, EVERY)
    assert first.completions == ("start 1: ACGT", "start 2: CGTT", "start 3: GTTT")
    assert last.completions == ("start 1: ACGA", "start 2: CGAC")
    wide = CRP.answers(CRP_DATA, CRP.default(CRP_DATA), np.array([0]))[0]
    assert wide.completions[0] == "start 62: TTTTTGATCGTT…"
    assert len(wide.completions) == 5


# -- pictures ------------------------------------------------------------------------------------------------


def test_pictures_before_the_e_step_say_that_nothing_is_weighed():
    starts, sites, logo, letters = pictured(Phase.START, row=1)
    assert isinstance(starts, Matrix)
    np.testing.assert_allclose(starts.values, [[1 / 3] * 3, [1 / 3] * 3, [1 / 2, 1 / 2, np.nan]])
    assert starts.bests == ()
    assert starts.row == 1
    assert starts.note == "Before the E-step every start is equally probable."
    assert isinstance(sites, Alignment)
    assert sites.texts == ("....",) * 3
    assert sites.shares == (0.0,) * 3
    assert sites.agrees == (None,) * 3
    assert sites.note == letters.note == "Before the E-step no start has been weighed."
    assert isinstance(logo, Logo)
    assert np.isnan(letters.values).all()


def test_the_heat_map_is_the_posterior_with_the_annotated_starts():
    starts = pictured(Phase.E)[0]
    posterior = FOUR.posterior(SMALL, SEED, EVERY)
    np.testing.assert_array_equal(starts.values[:2], posterior[:2])
    assert np.isnan(starts.values[2, 2])
    assert starts.rows == ("a", "b", "c")
    assert starts.columns == ("1", "2", "3")
    assert set(starts.marks) == {(0, 0), (1, 2), (1, 0), (2, 1)}
    assert starts.bests == ((0, 0), (1, 2), (2, 0))
    assert starts.note == ""


def test_a_site_whose_window_does_not_fit_is_not_framed():
    data = FOUR.parse(written("ACGTTT", "ACGTTTTT", sites=["4", "5"]))
    assert pictured(Phase.E, data)[0].marks == ((1, 4),)


def test_best_sites_stand_below_one_another_with_what_is_around():
    sites = pictured(Phase.E, row=0)[1]
    assert sites.texts == ("ACGT", "ACGT", "ACGA")
    assert sites.before == (" " * 10, " " * 8 + "TT", " " * 10)
    assert sites.after == ("TT" + " " * 8, " " * 10, "C" + " " * 9)
    assert sites.details == ("start 1", "start 3", "start 1")
    assert sites.agrees == (True, True, True)
    assert sites.verdict == "3 of 3 within 3 letters of an annotated site."
    assert sites.row == 0
    assert pictured(Phase.E, FOUR.parse(written("ACGT")))[1].note == ""


def test_the_crp_sites_are_found():
    final = climbed(CRP, CRP_DATA, seed_of(GOLDEN["seed_word"]), 60)
    sites = CRP.views(CRP_DATA, Round(final, Phase.E), Look())[1]
    assert sites.verdict == "16 of 18 within 3 letters of an annotated site."
    assert sites.agrees.count(True) == 16
    assert sites.details[0] == "start 61"


def test_the_logo_is_in_bits():
    theta = MotifParams(np.array([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25] * 4, [0.7, 0.1, 0.1, 0.1]]))
    heights = pictures.information(theta.letters)
    entropy = -(0.7 * np.log2(0.7) + 0.3 * np.log2(0.1))
    np.testing.assert_allclose(
        heights,
        [[2, 0, 0, 0], [0.5, 0.5, 0, 0], [0] * 4, theta.letters[3] * (2 - entropy)],
        rtol=1e-12,
        atol=1e-15,
    )
    before, after = pictured(Phase.E)[2], pictured(Phase.M)[2]
    np.testing.assert_allclose(before.heights, pictures.information(SEED.letters))
    np.testing.assert_allclose(after.heights, pictures.information(at(Phase.M).updated.letters))
    assert before.letters == tuple(LETTERS)
    assert before.note == "With 3 sites, chance alone adds about 0.72 bits per position (not subtracted)."


def test_the_true_motif_is_shown_where_it_is_known():
    logo = pictured(Phase.E, truth=SEED)[3]
    assert logo.title == "True logo"
    np.testing.assert_allclose(logo.heights, pictures.information(SEED.letters))


def test_expected_letters_are_those_of_the_table():
    letters = pictured(Phase.E)[3]
    np.testing.assert_array_equal(letters.values, FOUR.e_step(SMALL, SEED).counts.letters)
    assert letters.high == 3
    assert letters.numbers
    assert not letters.choosable  # its rows are positions, not rows of the table
    assert letters.rows == ("1", "2", "3", "4")


def test_of_much_the_first_is_shown(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_ROWS", 2)
    monkeypatch.setattr(pictures, "MOST_STARTS", 2)
    starts, sites, _, letters = pictured(Phase.E, row=2)
    assert starts.values.shape == (2, 2)
    assert starts.bests == ((0, 0),)
    assert set(starts.marks) == {(0, 0), (1, 0)}
    assert starts.note == "The first 2 starts. The first 2 of 3 sequences."
    assert sites.verdict == "2 of 2 within 3 letters of an annotated site."
    assert sites.note == "The first 2 of 3 sequences."
    assert starts.row is None
    assert letters.values.sum() == pytest.approx(12)


# -- tools ---------------------------------------------------------------------------------------------------


def test_the_model_is_equipped():
    assert isinstance(CRP, Equipped)
    assert [tool.key for tool in CRP.tools] == ["shift-left", "shift-right", "seeds"]
    with pytest.raises(
        ParameterError, match="there is no tool 'x'; there are shift-left, shift-right, seeds"
    ):
        list(FOUR.use("x", SMALL, SEED, np.random.default_rng(0)))


def _beside(side):
    """The expected letters beside the sites, start by start, and one more as in the background."""
    letters = SMALL.background.copy()
    for row, shares in enumerate(FOUR.posterior(SMALL, SEED, EVERY)):
        text = SMALL.sequence(row)
        for start, share in enumerate(shares[: len(text) - 3]):
            place = start - 1 if side < 0 else start + 4
            if 0 <= place < len(text):
                letters[LETTERS.index(text[place])] += share
    return letters / letters.sum()


@pytest.mark.parametrize(("key", "side", "way"), [("shift-left", -1, "earlier"), ("shift-right", 1, "later")])
def test_a_shift_moves_the_motif_by_one(key, side, way):
    (finding,) = FOUR.use(key, SMALL, SEED, np.random.default_rng(0))
    parts = [[_beside(side)], SEED.letters[:-1]] if side < 0 else [SEED.letters[1:], [_beside(side)]]
    expected = 0.999 * np.concatenate(parts) + 0.001 * SMALL.background
    np.testing.assert_allclose(finding.start.letters, expected, rtol=1e-12)
    before, after = (FOUR.e_step(SMALL, params).objective for params in (SEED, finding.start))
    assert finding.words.startswith(
        f"The motif starts one letter {way}: log P {before:.2f} before, {after:.2f} after"
    )
    assert finding.fraction == 1


def test_a_shift_makes_nothing_impossible():
    certain = MotifParams(np.eye(4))
    data = FOUR.parse(written("ACGT", "ACGTA"))
    for key in ("shift-left", "shift-right"):
        (finding,) = FOUR.use(key, data, certain, np.random.default_rng(0))
        assert np.isfinite(FOUR.e_step(data, finding.start).objective)


def test_distinct_words_are_tried_once_each_in_the_order_of_the_data():
    places = tools.distinct_words(SMALL)
    words = ["".join(LETTERS[a] for a in SMALL.codes[place : place + 4]) for place in places]
    assert words == ["ACGT", "CGTT", "GTTT", "TTAC", "TACG", "ACGA", "CGAC"]


def test_the_best_seed_is_the_best_of_all_by_trying_them():
    *_, last = Motif(4, 2.0).use("seeds", SMALL, SEED, np.random.default_rng(0))
    heights = {}
    for place in tools.distinct_words(SMALL):
        word = "".join(LETTERS[a] for a in SMALL.codes[place : place + 4])
        heights[word] = climbed(Motif(4, 2.0), SMALL, seed_of(word), 3).expectation.objective
    best = max(heights, key=heights.get)
    np.testing.assert_array_equal(last.start.letters, seed_of(best).letters)
    assert f"The best is {best} (c, start 1), with log posterior {heights[best]:.2f}." in last.words


def test_the_strip_and_the_word_are_derived_as_the_likeliest_start():
    table = FOUR.count_table(SMALL, at(Phase.E), np.arange(2))
    assert [glance.derives(1) for glance in table.glances] == [ShareCell(1, 0)] * 2
