"""The alignment: pieces in cells, their shares, what is annotated, and the click that selects a row."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication
from sequences import SIZES, click, colours, cut_off, lettered, mouse, put, session, wheel, words

from emviz import session as desk
from emviz.em.model import Look
from emviz.em.pictures import Alignment
from emviz.ui.look.style import mixed
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.pictures.alignment import AlignmentPicture, described
from emviz.ui.panels.pictures.letters import cell_colours
from emviz.ui.panels.plot.canvas import Letters, Shape

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def picture(qtbot):
    picture = AlignmentPicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    return picture


def alignment(rows=5, width=8, flank=4, **others):
    texts = tuple(("ACGT" * 20)[row % 4 : row % 4 + width] for row in range(rows))
    view = Alignment(
        "Sites",
        "sequence",
        tuple(f"site {row + 1}" for row in range(rows)),
        texts,
        tuple(("acgt" * 5)[:flank] for _ in range(rows)),
        tuple(("tgca" * 5)[:flank] for _ in range(rows)),
        tuple((row + 1) / (rows + 1) for row in range(rows)),
        tuple(f"start {row + 60}" for row in range(rows)),
        tuple((True, False, None)[row % 3] for row in range(rows)),
    )
    return replace(view, **others)


def marks(picture):
    strokes = [item for item in picture.canvas.scene if isinstance(item, Shape) and item.line]
    return [item.line for item in strokes if item.line in (LIGHT.good, LIGHT.fault)]


def outlines(picture):
    scene = picture.canvas.scene
    return [item for item in scene if isinstance(item, Shape) and item.line == picture.theme.focus]


def middle(picture, row):
    return 30, (row + 1.5) * picture.plan.row


def test_a_row_has_its_name_its_letters_its_share_and_its_detail(picture):
    put(picture, alignment())
    texts = picture.canvas.texts
    assert {"sequence", "P", "site 1", "0.17", "start 60", "site 5", "0.83", "start 64"} <= set(texts)
    # Of the flanks, the letters next to the piece.
    before, after = "acgt"[-picture.plan.flank :], "tgca"[: picture.plan.flank]
    assert 2 <= picture.plan.flank <= 4
    assert lettered(picture.canvas)[:6] == [before, "ACGTACGT", after, before, "CGTACGTA", after]


def test_letters_stand_in_cells_of_one_width_in_the_colour_of_their_kind(picture):
    put(picture, alignment())
    spots = next(item for item in picture.canvas.scene if isinstance(item, Letters) and len(item.spots) == 8)
    metrics = QFontMetricsF(spots.font)
    centres = [spot.x() + metrics.horizontalAdvance(letter) / 2 for letter, spot in spots.spots]
    steps = [after - before for before, after in pairwise(centres)]
    assert steps == pytest.approx([picture.plan.cell] * 7)
    assert set(cell_colours("ACGT", LIGHT).values()) <= colours(picture.canvas)


def test_gaps_have_no_cell(picture):
    put(picture, alignment(1, texts=("....----",)))
    assert not set(cell_colours("ACGT", LIGHT).values()) & colours(picture.canvas)


def test_the_bar_is_as_long_as_the_share(picture):
    put(picture, alignment())
    bars = [item.path.boundingRect().width() for item in picture.canvas.scene if isinstance(item, Shape)]
    for share in alignment().shares:
        assert any(width == pytest.approx(share * picture.plan.bar[1]) for width in bars)


def test_annotation_is_shown_only_where_it_is_revealed(picture):
    put(picture, alignment())
    assert marks(picture) == []
    put(picture, alignment(), session(revealed=True))
    assert marks(picture) == [LIGHT.good, LIGHT.fault, LIGHT.good, LIGHT.fault]
    put(picture, alignment(agrees=()), session(revealed=True))
    assert marks(picture) == []


def test_the_selected_row_is_outlined(picture):
    put(picture, alignment())
    assert outlines(picture) == []
    put(picture, alignment(row=2))
    (outline,) = outlines(picture)
    assert outline.path.boundingRect().center().y() == pytest.approx(middle(picture, 2)[1], abs=1)


def test_rows_that_do_not_fit_scroll(picture):
    put(picture, alignment(4))
    assert not picture.bar.isVisible()
    put(picture, alignment(60))
    assert picture.bar.isVisible()
    assert "site 60" not in picture.canvas.texts
    wheel(picture.canvas, 50, 50, -100)
    assert "site 60" in picture.canvas.texts
    assert "site 1" not in picture.canvas.texts
    assert picture.row_at(words(picture.canvas)[-2].box.center()) == 59


def test_a_row_that_is_selected_comes_into_sight(picture):
    put(picture, alignment(60))
    put(picture, alignment(60, row=40))
    assert len(outlines(picture)) == 1
    put(picture, alignment(60, row=3))
    assert picture.bar.value() == 3


def test_scrolling_away_from_the_selected_row_is_kept(picture):
    put(picture, alignment(60, row=40))
    picture.bar.setValue(0)
    put(picture, alignment(60, row=40))
    assert picture.bar.value() == 0


def test_a_click_asks_for_a_row(picture, qtbot):
    put(picture, alignment())
    with qtbot.waitSignal(picture.display_requested) as asked:
        click(picture.canvas, *middle(picture, 3))
    assert asked.args == [{"row": 3}]


def test_a_click_beside_the_rows_asks_for_nothing(picture, qtbot):
    put(picture, alignment(3))
    with qtbot.assertNotEmitted(picture.display_requested):
        click(picture.canvas, 20, 3)
        click(picture.canvas, *middle(picture, 8))


def test_hovering_tells_the_row(picture):
    told = []
    picture.hinted.connect(told.append)
    put(picture, alignment(), session(revealed=True))
    for row, end in ((0, "as annotated"), (1, "not as annotated"), (2, "start 62")):
        mouse(picture.canvas, QEvent.Type.MouseMove, *middle(picture, row))
        assert told[-1].startswith(f"site {row + 1}: ")
        assert told[-1].endswith(end)
    mouse(picture.canvas, QEvent.Type.MouseMove, *middle(picture, 9))
    assert told[-1] == ""


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("shape", [(3, 6, 10), (18, 22, 10), (18, 40, 10), (300, 12, 0)], ids=str)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_nothing_is_cut_off(picture, size, shape, theme):
    picture.apply_theme(theme)
    put(picture, alignment(*shape, row=1), session(revealed=True), size)
    assert cut_off(picture.canvas) == []
    assert outlines(picture)[0].path.boundingRect().right() <= picture.canvas.width() - 1
    spots = [item for item in picture.canvas.scene if isinstance(item, Letters)]
    widths = [max(map(QFontMetricsF(item.font).horizontalAdvance, "ACGT")) for item in spots]
    assert max(widths) <= picture.plan.cell + 0.5


def test_the_outline_of_a_row_stays_inside_with_flanks_and_without_marks(picture):
    for width in range(420, 720, 7):
        put(picture, alignment(8, 12, 10, row=1), size=(width, 420))
        assert outlines(picture)[0].path.boundingRect().right() <= picture.canvas.width() - 1


def test_letters_grow_where_there_is_room(picture):
    put(picture, alignment(18, 22, 4), size=SIZES[0])
    small = picture.plan.font.pointSizeF()
    put(picture, alignment(5, 8, 4), size=SIZES[1])
    assert picture.plan.font.pointSizeF() > 1.5 * small


def test_long_names_are_shortened(picture):
    put(picture, alignment(2, names=("a very long name of a sequence indeed, as files have them", "b")))
    shown = next(text for text in picture.canvas.texts if text.startswith("a very"))
    assert shown.endswith("them")
    assert "…" in shown
    assert cut_off(picture.canvas) == []


def test_it_is_described_in_words(picture):
    put(picture, alignment(row=1, note="A sentence."), session(revealed=True))
    told = picture.accessibleDescription()
    assert picture.accessibleName() == "Sites"
    assert told.startswith("5 pieces. The least certain is site 1: ACGTACGT, P = 0.167, start 60")
    assert "2 of 4 are as annotated." in told
    assert told.endswith("Selected: site 2: CGTACGTA, P = 0.333, start 61, not as annotated.")
    assert picture.caption.isVisible()
    put(picture, alignment(0))
    assert picture.accessibleDescription() == "0 pieces."


def test_the_font_follows_the_application(picture):
    put(picture, alignment(60))
    row, font, larger = picture.plan.row, QApplication.font(), QApplication.font()
    larger.setPointSizeF(font.pointSizeF() * 1.3)
    try:
        QApplication.setFont(larger)
        picture.apply_theme(LIGHT)
        assert picture.plan.row > row
    finally:
        QApplication.setFont(font)


def test_a_letter_is_as_strongly_coloured_as_it_is_sure(picture):
    put(picture, alignment(1, texts=("ACG",), sure=((1.0, 0.5, 0.0),)))
    full = cell_colours("ACG", LIGHT)
    assert full["A"] in colours(picture.canvas)
    assert mixed(LIGHT.card, full["C"], 0.5) in colours(picture.canvas)
    assert not {full["C"], full["G"]} & colours(picture.canvas)


def test_numbers_among_the_letters_have_no_cell(picture):
    put(picture, alignment(1, texts=("A12C",)))
    assert set(cell_colours("AC", LIGHT).values()) <= colours(picture.canvas)
    assert "A12C" in lettered(picture.canvas)


def test_letters_that_would_be_too_small_scroll(picture):
    text = "ACGT" * 50
    view = alignment(2, texts=(text, text), sure=((1.0,) * 200,) * 2, details=("", ""))
    put(picture, view, size=SIZES[0])
    shown = picture.across.pageStep()
    assert not picture.across.isHidden()
    assert 20 < shown < 200
    assert picture.across.maximum() == 200 - shown
    assert lettered(picture.canvas)[0] == text[:shown]
    picture.across.setValue(3)
    assert lettered(picture.canvas)[0] == text[3 : 3 + shown]
    assert not cut_off(picture.canvas)
    put(picture, alignment(2), size=SIZES[0])
    assert picture.across.isHidden()


def test_the_selected_row_stays_in_sight_above_the_scroll_bar(picture):
    put(picture, alignment(40), size=SIZES[0])
    text = "ACGT" * 50
    put(picture, alignment(40, texts=(text,) * 40, details=("",) * 40, row=25), size=SIZES[0])
    assert not picture.across.isHidden()
    shown = int(picture.canvas.height() / picture.plan.row) - 1
    assert picture.bar.pageStep() == shown
    assert picture.bar.value() <= 25 < picture.bar.value() + shown
    assert len(outlines(picture)) == 1


def test_before_the_first_e_step_no_share_is_told():
    at_start = desk.example_session("profile")
    (view, *_) = at_start.model.views(at_start.data, at_start.round, Look(row=1))
    assert np.isnan(view.shares).all()
    assert "P =" not in described(view, False)
    assert "certain" not in described(view, False)
