"""What a row is called where there is little room: shorter by a rule, in all rows, and never elided."""

import pytest
from counting import STAGE, go, halves
from hall.ink import painted
from PySide6.QtCore import Qt

from emviz.em.counts.table import Group
from emviz.session import example_session, step
from emviz.ui.panels.counts.faces import Units, heading_units
from emviz.ui.panels.counts.labels import (
    badge_text,
    fewer,
    in_two_lines,
    least_share,
    named_share,
    shorter,
    shorter_headings,
)

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.mark.parametrize("text", ["1: 125", "AB: 17", "≥2: 26"])
def test_a_count_stays_beside_the_name_that_it_belongs_to(text):
    assert set(shorter(text, "cell")) == {text}
    assert shorter("gene 7: 0.3, 0.4", "gene")[-1] == "7"


def test_the_word_of_the_heading_goes_first_then_what_is_told_besides_then_all_but_the_name():
    heading = "gene: 0min, 10min · regulators"
    assert shorter("gene 6: −1.03, −0.35, … · 0100", heading) == (
        "gene 6: −1.03, −0.35, … · 0100",
        "gene 6: −1.03, −0.35, … · 0100",
        "gene 6: −1.03, −0.35",
        *("gene 6", "gene 6", "6"),
    ), "a name that is a number is no number among others"
    named = ("YAL001C: 0.3, 1.2 · 01", "YAL001C: 0.3, 1.2", *["YAL001C"] * 3)
    assert shorter("YAL001C: 0.3, 1.2 · 01", heading)[1:] == named
    assert shorter_headings(heading) == (heading, heading, "gene: 0min, 10min", *["gene"] * 3)
    assert set(shorter("3.33, 74", "eruptions, waiting")) == {"3.33, 74", "3.33,74"}, "no number is cut"


def test_of_a_list_of_states_the_beginnings_of_the_words_stay():
    levels = shorter("?, non-anginal, no, none, 3, reversible × 12", "case")
    assert levels[-2:] == ("?, non, no, non, 3, rev × 12", "?,non,no,non,3,rev × 12")
    assert shorter("pbr322", "sequence")[-1] == "pbr322"


def test_a_heading_is_broken_where_its_longer_line_is_shortest():
    assert in_two_lines("peptide – protein · probability", len) == ("peptide – protein", "· probability")
    assert in_two_lines("angle", len) == ("angle", "")


@pytest.mark.parametrize(
    ("key", "size", "label"),
    [
        ("modules", STAGE, "gene 6: −1.03, −0.35"),
        ("tomography", (448, 370), "0°"),
        ("proteins", STAGE, "p01 – A · 0.68"),
        ("network", STAGE, "no,typ,no,mar,0,fix"),
    ],
)
def test_no_label_of_a_row_is_elided(counts_at, key, size, label):
    panel = counts_at(size)
    go(panel, halves(key, 2))
    texts = [ink.text for ink in painted(panel.sheet.grid)]
    assert any(text == label for text in texts), texts
    assert not [text for text in texts if text.endswith("…")]


def test_a_label_gets_shorter_before_columns_are_turned(counts_at):
    panel = counts_at(STAGE)
    go(panel, halves("modules", 2))
    grid = panel.sheet.grid
    assert grid.more_columns == 0
    assert grid.least_width <= grid.width() - grid.rows.verticalScrollBar().width()


@pytest.mark.parametrize(
    ("symbols", "told"),
    [(("asymptomatic", "non-anginal"), ("asy", "non")), (("reversed", "reverse"), ("reversed", "reverse"))],
)
def test_units_that_are_begun_stay_apart(symbols, told):
    group = Group("pain", 0, symbols)
    assert heading_units(group, Units.BEGUN, ()) == told
    assert heading_units(group, Units.ABOVE, ()) == symbols


def test_a_label_that_is_shorter_is_told_in_full_by_its_tip(counts_at):
    panel = counts_at()
    go(panel, halves("modules", 1))
    index = panel.sheet.grid.rows_model.index(0, 0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == index.data() == "gene 1: 0.63, 1.45, … · 100000"


def test_in_the_small_card_of_a_leading_picture_rows_a_total_and_four_lines_are_seen(counts_at):
    panel = counts_at((448, 412))
    go(panel, halves("tomography", 2))
    rows, lines = panel.sheet.grid.rows, panel.sheet.strip.lines
    assert rows.viewport().height() >= 8 * rows.rowHeight(0)
    assert panel.sheet.grid.totals.isVisible()
    assert len(lines) == 4
    assert all(line.geometry().bottom() < panel.sheet.strip.height() for line in lines)


def test_of_a_share_its_name_is_cut_and_not_its_number():
    assert named_share("disease yes  0.61", len, 17) == "disease yes  0.61"
    assert named_share("disease yes  0.61", len, 16) == "dis yes  0.61"
    assert named_share("disease yes, vessels 0  0.61", len, 16) == "yes, 0  0.61"
    assert named_share("disease yes, vessels 0  0.61", len, 11) == "yes,…  0.61"
    assert named_share("disease yes  0.61", len, 5) == "0.61"
    assert named_share("0.61", len, 2) == "0.61"
    assert least_share("disease yes, vessels 0  0.61") == "dis yes,…  0.61"
    assert least_share("disease yes  0.61") == "dis yes  0.61"
    assert least_share("x ≈ 1.0 ± 0.2") == "x ≈ 1.0 ± 0.2"
    assert least_share("x ≈ 1.0 ± 0.2, y ≈ 2") == "x ≈ 1.0 ± 0.2, …"


def test_of_several_guesses_some_are_left_out_and_none_is_cut():
    guesses = "x ≈ 1.0 ± 0.2, y ≈ 22 ± 3, …"
    assert fewer(guesses, len, 28) == guesses
    assert fewer(guesses, len, 27) == "x ≈ 1.0 ± 0.2, …"
    assert fewer("x ≈ 1.0 ± 0.2", len, 3) == "x ≈ 1.0 ± 0.2"


def test_the_name_in_a_badge_is_cut():
    assert badge_text("smoke yes, tub no, bronc yes") == "smoke yes, tub no…"
    assert badge_text("versicolor") == "versicolor"


@pytest.mark.parametrize("example", ["heart", "clinic"])
def test_the_likeliest_completion_of_a_case_is_in_sight_with_its_probability(counts_at, example):
    panel = counts_at()
    go(panel, step(example_session("network", example)))
    rows = panel.sheet.grid.rows
    assert not rows.isColumnHidden(1)
    shortest = least_share("disease no, vessels 0  0.13")
    assert rows.columnWidth(1) >= rows.fontMetrics().horizontalAdvance(shortest)
