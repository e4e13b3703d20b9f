"""Columns that are read at a glance: shown first, and told, copied, exported and found as any other."""

import csv
import io
import json

import numpy as np
import pytest
from counting import go, halves
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from showing import copied_cells, copied_heading

from emviz.em.counts.glances import Stack, Strip, Word
from emviz.em.counts.table import CountCell, ShareCell, Tag
from emviz.em.methods import method_named
from emviz.models.motif import steps
from emviz.models.profile.arcs import DELETE, MATCH
from emviz.models.profile.passes import smooth
from emviz.models.profile.table import PATH
from emviz.models.profile.weights import weights
from emviz.models.rna.parses import best_parses
from emviz.session import Result, Results, example_session, first_rows, ordering, set_method, step
from emviz.testing.by_hand import results
from emviz.ui.exporting.exports import count_table, counts_csv, counts_json
from emviz.ui.look.style import mixed
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts.columns import FACE
from emviz.ui.panels.counts.faces import Kind
from emviz.ui.panels.counts.finder import column_named
from emviz.ui.panels.counts.glances import (
    PAD,
    SHRUNK,
    TINT,
    letters_fitting,
    paint_glance,
    pitch,
    word_width,
)

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def seen(panel):
    grid = panel.sheet.grid
    columns = enumerate(grid.rows_model.columns)
    return [column.heading for place, column in columns if not grid.rows.isColumnHidden(place)]


def place_of(panel, heading, kind=Kind.GLANCE):
    columns = panel.sheet.grid.rows_model.columns
    return next(k for k, column in enumerate(columns) if (column.heading, column.kind) == (heading, kind))


def texts(panel, heading):
    model, column = panel.sheet.grid.rows_model, place_of(panel, heading)
    return [model.index(row, column).data() for row in range(model.rowCount())]


def file_of(session):
    pieces = "".join(text for _, text in counts_csv(session))
    return list(csv.DictReader(io.StringIO(pieces)))


# -- a motif -------------------------------------------------------------------------------------------------


def motif_starts(session):
    """Return of each sequence the shares of its starts, asked of the E-step alone."""
    scores = steps.window_scores(session.data, session.round.base.params)
    shares = steps.by_row(session.data, steps.weighed(session.data, scores)[0])
    return [row[:many] for row, many in zip(shares, session.data.starts.tolist(), strict=True)]


def test_a_motif_shows_its_starts_first_and_the_letters_of_the_likeliest(counts_at):
    panel, session = counts_at(), halves("motif", 1)
    go(panel, session)
    assert seen(panel) == ["sequence", "P(start)", "likeliest start"]
    starts, told = motif_starts(session), texts(panel, "likeliest start")
    for row, shares in enumerate(starts):
        best = int(shares.argmax())
        word = session.data.sequence(row)[best : best + session.data.width]
        assert told[row] == f"start {best + 1} {word} {shares[best]:.2f}"
    assert texts(panel, "P(start)")[15].startswith(
        "start 30 0.47, start 7 0.17, start 54 0.15, 81 others 0.21"
    )
    grid = panel.sheet.grid
    column = place_of(panel, "likeliest start")
    face = grid.totals_model.index(0, column).data(FACE)
    assert np.array_equal(face.glance.counts, session.round.base.expectation.counts.letters)
    assert grid.totals_model.index(0, column).data().startswith("1 T 13.4, A 1.9, G 1.8; ")
    spoken = grid.rows_model.index(15, column).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "likeliest start of row 16: start 30 TTGTACTGAGAGTGCACCATAT 0.47"
    assert grid.rows_model.index(15, column).data(Qt.ItemDataRole.ToolTipRole) == spoken


def test_the_starts_of_a_motif_are_exported_as_they_are(counts_at):
    session = halves("motif", 1)
    rows = file_of(session)
    for row, shares in zip(rows, motif_starts(session), strict=False):
        exported = np.array(row["P(start) of every start"].split(), dtype=float)
        np.testing.assert_array_equal(exported, shares)
        start, word, share = row["likeliest start"].split()
        assert float(share) == shares[int(start) - 1] == shares.max()
        assert len(word) == session.data.width
    letters = session.round.base.expectation.counts.letters
    assert rows[-1]["likeliest start"] == "".join("ACGT"[k] for k in letters.argmax(axis=1))
    assert rows[0]["P(1st) completion"].startswith("start "), "what was there before is where it was"


def test_what_is_copied_of_a_glance_is_text_with_numbers(counts_at):
    panel, session = counts_at(), halves("motif", 1)
    go(panel, session)
    model = panel.sheet.grid.rows_model
    columns = [place_of(panel, heading) for heading in ("P(start)", "likeliest start")]
    strip, word = copied_cells(model, [15], lambda _, column: column in columns)[0]
    assert word == "30 TTGTACTGAGAGTGCACCATAT 0.47"
    np.testing.assert_allclose(np.array(strip.split(), float), motif_starts(session)[15], atol=0.005)
    assert len(copied_heading(model)) == len(copied_cells(model, [0], lambda *_: True)[0])


def test_a_glance_is_found_by_its_name_and_the_other_columns_are_turned_to(counts_at):
    panel = counts_at()
    go(panel, halves("motif", 1))
    grid = panel.sheet.grid
    assert column_named("likeliest", grid.rows_model.names) == place_of(panel, "likeliest start")
    turned = set(seen(panel))
    while not grid.at_last_columns:
        grid.turn_by(1)
        turned |= set(seen(panel))
    assert turned == {column.heading for column in grid.rows_model.columns}
    panel.sheet.go_to_column(column_named("position 22", grid.rows_model.names))
    assert "position 22" in seen(panel)


def test_a_click_derives_the_number_that_a_glance_stands_for_and_turns_nothing(counts_at, qtbot):
    panel, session = counts_at(), halves("motif", 1)
    go(panel, session)
    grid, before = panel.sheet.grid, seen(panel)
    index = grid.rows_model.index(2, place_of(panel, "likeliest start"))
    with qtbot.waitSignal(panel.display_requested) as request:
        qtbot.mouseClick(
            grid.rows.viewport(), Qt.MouseButton.LeftButton, pos=grid.rows.visualRect(index).center()
        )
    assert request.args == [{"cell": ShareCell(2, 0)}]
    panel.sheet.make_current(ShareCell(2, 0))
    assert seen(panel) == before


def test_before_the_e_step_glances_keep_their_room_and_say_nothing(counts_at):
    panel = counts_at()
    go(panel, halves("motif", 0))
    assert seen(panel) == ["sequence", "P(start)", "likeliest start"]
    assert set(texts(panel, "P(start)") + texts(panel, "likeliest start")) == {""}
    column = place_of(panel, "likeliest start")
    assert panel.sheet.grid.totals_model.index(0, column).data() == ""


# -- a profile -----------------------------------------------------------------------------------------------


def test_a_profile_shows_the_six_most_divided_neighbours_and_how_sure_each_path_is(counts_at):
    panel, session = counts_at(), halves("profile", 3)
    go(panel, session)
    totals = session.round.base.expectation.counts.transition.sum(axis=-1)[1:]
    entropy = [-sum(p * np.log(p) for p in node / node.sum() if p > 0) for node in totals]
    sums = [sum(entropy[first : first + 6]) for first in range(len(entropy) - 5)]
    first = 1 + int(np.argmax(sums))
    nodes = [f"node {k}" for k in range(first, first + 6)]
    assert seen(panel)[:8] == ["sequence", "P(path)", *nodes]
    params, data = session.round.base.params, session.data
    sure = [answer.shares[0] for answer in session.model.answers(data, params, np.arange(45))]
    assert texts(panel, "P(path)") == [f"{share:.2f}" for share in sure]
    model, totals_model = panel.sheet.grid.rows_model, panel.sheet.grid.totals_model
    for heading in nodes:
        column = place_of(panel, heading)
        values, node = model.index(0, column).data(FACE).glance.values, int(heading.split()[1])
        assert values.shape == (45, 3)
        np.testing.assert_allclose(values.sum(axis=0), totals[node - 1], atol=1e-9)
        assert totals_model.index(0, column).data().split()[2::2] == [f"{n:.1f}" for n in totals[node - 1]]


def test_the_letter_of_a_node_is_the_residue_that_is_likeliest_there():
    session = halves("profile", 1)
    table = count_table(session, 0, 45)
    stack = next(each for each in table.glances if isinstance(each, Stack))
    node = int(stack.heading.split()[1])
    block = session.data.blocks[0]
    seen = smooth(block, weights(session.data, session.round.base.params))
    for place, row in enumerate(block.rows.tolist()):
        matched, deleted = seen.matched[1:, place, node], seen.arcs[DELETE, :, place, node].sum()
        wanted = session.data.text(row)[int(matched.argmax())] if matched.sum() >= deleted else "-"
        assert stack.marks[row] == wanted


def test_of_paths_that_are_counted_whole_the_nodes_tell_what_these_do():
    session = step(set_method(example_session("profile"), method_named("hard")))
    table = count_table(session, 0, 45)
    sure, *stacks = table.glances
    assert sure.heading == "q(path)"
    assert set(sure.values) == {1.0}
    answers = session.model.answers(session.data, session.round.base.params, np.arange(45))
    for stack in stacks:
        node = int(stack.heading.split()[1])
        for row, answer in enumerate(answers):
            at_nodes = [letter for letter in answer.completions[0] if not letter.islower()]
            assert stack.marks[row] == at_nodes[node - 1]
            assert stack.values[row].tolist()[::2] == [at_nodes[node - 1] != "-", at_nodes[node - 1] == "-"]


def test_the_sequences_of_a_profile_whose_path_is_least_sure_come_first():
    session = halves("profile", 1)
    answers = session.model.answers(session.data, session.round.base.params, np.arange(45))
    wanted = sorted(range(45), key=lambda row: round(answers[row].shares[0], 10))
    *_, order = ordering(session)
    assert order.rows.tolist() == wanted


def test_the_first_number_that_is_derived_is_one_that_is_seen(counts_at, qtbot):
    panel, session = counts_at(), halves("profile", 1)
    *_, order = ordering(session)
    table = Result(first_rows(session, order), session)
    panel.render(session, Results(table=table, order=Result(order, session)))
    qtbot.waitUntil(lambda: not panel.derivation.busy)
    model = panel.sheet.grid.rows_model
    assert model.shown == ShareCell(order.first, PATH)
    assert "P(path)" in panel.derivation.title.text()
    assert model.index_of(model.shown) == model.index(0, place_of(panel, "P(path)"))
    assert model.cell(model.index(0, 2)) == CountCell(order.first, int(seen(panel)[2].split()[1]))


@pytest.mark.parametrize("method", ["em", "hard"])
def test_how_sure_a_path_is_can_be_worked_out_by_hand(method):
    session = step(set_method(example_session("profile"), method_named(method)))
    table = count_table(session, 0, 45)
    for row in range(0, 45, 4):
        derived = table.derive(ShareCell(row, PATH), 3)
        assert derived.title == f"Where does {table.glances[0].heading} in row {row + 1} come from?"
        assert (derived.component, len(derived.lines)) == (MATCH, 2 if method == "em" else 1)
        found = [each for line in derived.lines for each in results(line.formula)]
        for by_hand, shown, unit in found:
            assert abs(by_hand - shown) <= unit / 2 * 1.0001
        if method == "em":
            assert found[-1][1] == pytest.approx(table.glances[0].values[row], abs=0.00005)
        else:
            assert derived.lines[0].formula.endswith("= 1")


# -- an RNA family -------------------------------------------------------------------------------------------


def test_a_sequence_stands_below_its_likeliest_structure(counts_at):
    panel, session = counts_at(), halves("rna", 1)
    go(panel, session)
    columns = best_parses(session.data, session.round.base.params, np.arange(60)).columns
    model = panel.sheet.grid.rows_model
    for row, own in enumerate(columns.tolist()):
        pairs = [(own[left - 1], own[right - 1]) for left, right in session.data.structure.pairs]
        face = model.index(row, 0).data(FACE)
        assert face.text == session.data.texts[row]
        assert len(face.brackets) == len(face.text)
        formed = sorted(pair for pair in pairs if min(pair) >= 0)
        assert sorted(paired(face.brackets)) == formed
    assert model.index(0, 0).data(FACE).brackets == "(((((.......)))))"
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("sequence of row 1: CCCGGCUGAAGACCGGG; structure: (((((.......)))))")


def paired(brackets):
    opened, found = [], []
    for place, sign in enumerate(brackets):
        if sign == "(":
            opened.append(place)
        elif sign == ")":
            found.append((opened.pop(), place))
    assert not opened
    return found


@pytest.mark.parametrize("method", ["em", "hard"])
def test_each_pair_has_a_column_of_how_probable_it_is(counts_at, method):
    session = set_method(example_session("rna"), method_named(method))
    panel, session = counts_at(), step(session)
    go(panel, session)
    pairs = [f"pair {left}–{right}" for left, right in session.data.structure.pairs]
    assert seen(panel) == ["sequence", *pairs]
    table, grid = count_table(session, 0, 60), panel.sheet.grid
    emitted = session.round.base.expectation.counts.pair.sum(axis=-1)
    for k, heading in enumerate(pairs):
        formed = table.counts[:, table.spans[k]][:, :7].sum(axis=1)
        digits = 2 if method == "em" else 0
        assert texts(panel, heading) == [f"{share:.{digits}f}" for share in formed]
        assert grid.totals_model.index(0, place_of(panel, heading)).data() == (
            f"{emitted[k]:.1f}" if method == "em" else f"{emitted[k]:.0f}"
        )


@pytest.mark.thorough
def test_structures_are_copied_and_exported_beside_their_sequences(counts_at):
    panel, session = counts_at(), halves("rna", 1)
    go(panel, session)
    model = panel.sheet.grid.rows_model
    assert copied_cells(model, [0], lambda _, column: column == 0) == [
        ["CCCGGCUGAAGACCGGG", "(((((.......)))))"]
    ]
    assert copied_heading(model)[:2] == ["sequence", "sequence structure"]
    rows = file_of(session)
    assert rows[0]["structure"] == "(((((.......)))))"
    assert float(rows[0]["pair 1–17"]) == pytest.approx(float(texts(panel, "pair 1–17")[0]), abs=0.005)
    assert rows[-1]["structure"] == ""
    whole = json.loads("".join(text for _, text in counts_json(session)))
    assert whole["rows"][0]["structure"] == "(((((.......)))))"
    assert whole["totals"]["pair 1–17"] == pytest.approx(float(rows[-1]["pair 1–17"]))
    assert "structure" not in whole["totals"]
    before = file_of(halves("rna", 0))[0]
    assert before["observed"] == "CCCGGCUGAAGACCGGG"
    assert before["structure"] == before["pair 1–17"] == ""


@pytest.mark.thorough
def test_letters_below_a_structure_have_room_for_both_lines_and_never_shrink(counts_at):
    panel = counts_at()
    go(panel, halves("rna", 0))
    grid = panel.sheet.grid
    before = grid.rows.rowHeight(0), grid.rows.columnWidth(0)
    go(panel, halves("rna", 1))
    assert before == (grid.rows.rowHeight(0), grid.rows.columnWidth(0))
    assert before[0] >= 1.6 * grid.fontMetrics().height()
    assert before[1] >= 17 * 14
    assert grid.rows.viewport().height() // before[0] >= 8


# -- what is painted -----------------------------------------------------------------------------------------


def painted(glance, place, width, height):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    paint_glance(painter, image.rect(), glance, place, 2, LIGHT)
    painter.end()
    return image


def run(image, colour, x):
    """Return how many pixels of a column have a colour."""
    return sum(image.pixelColor(x, y) == QColor(colour) for y in range(image.height()))


def test_the_bars_of_a_strip_are_as_high_as_they_are_probable(qapp):
    values = np.zeros(10)
    values[[2, 7]] = 0.75, 0.25
    image = painted(Strip("P", 0, "start", [values]), 0, 106, 46)
    # 10 places share 100 px between two margins of 3; 46 − 4 above − 2 below leave 40 px.
    heights = [run(image, LIGHT.component(0), 3 + 10 * k + 5) for k in range(10)]
    assert heights == pytest.approx([0, 0, 30, 0, 0, 0, 0, 10, 0, 0], abs=1)


def test_the_bar_of_a_rare_place_is_seen_beside_hundreds(qapp):
    values = np.full(2000, 0.2 / 1999)
    values[1000] = 0.8
    image = painted(Strip("P", 0, "start", [values]), 0, 106, 46)
    wide = [x for x in range(106) if run(image, LIGHT.component(0), x) > 20]
    assert len(wide) >= 3
    assert abs(np.mean(wide) - 53) <= 2


def test_the_bar_of_a_node_is_divided_as_its_visits_are(qapp):
    values, tags = np.array([[0.5, 0.75, 0.25]]), (Tag("M", 0), Tag("I", 1), Tag("D", 2))
    stack = Stack("node 1", tags, values, tuple("ACGT"), ["A"], values[0], "A")
    image = painted(stack, 0, 200, 40)
    colours = [image.pixelColor(x, 20).name() for x in range(200)]
    wide = [colours.count(QColor(mixed(LIGHT.card, LIGHT.component(k), TINT)).name()) for k in range(3)]
    assert np.array(wide) / sum(wide) == pytest.approx([1 / 3, 1 / 2, 1 / 6], abs=0.02)
    assert sum(wide) > 150


def test_the_letters_of_a_word_shrink_before_it_is_cut(qapp):
    font = QFont("Sans Serif", 30)
    word = Word("likeliest", 0, "start", [30], ["ACGT" * 5], np.ones(1), tuple("ACGT"), np.ones((20, 4)), 84)
    usual = pitch(font, word.letters)
    beside = word_width(font, word, 2, 20) - 20 * usual - 2 * PAD
    assert letters_fitting(font, word, 2, beside + 20 * usual) == (20, usual)
    assert letters_fitting(font, word, 2, beside + 20 * usual * 3 // 4) == (20, usual * 3 // 4)
    # Smaller than this they are not, so that the word is cut.
    least = int(SHRUNK * usual)
    assert letters_fitting(font, word, 2, beside + 10 * least) == (10, least)


# -- negative numbers ----------------------------------------------------------------------------------------


def test_a_spreadsheet_reads_what_was_observed():
    rows = file_of(example_session("hmm", "levels"))
    assert float(rows[0]["observed"]) == -0.795
