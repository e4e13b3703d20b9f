"""The sequence logo: stacks of letters as high as their bits."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from sequences import SIZES, bits, colours, cut_off, mouse, put, session

from emviz.em.pictures import Logo
from emviz.session import step
from emviz.ui.look.motion import SWITCH
from emviz.ui.look.theme import DARK, LIGHT, contrast
from emviz.ui.panels.pictures.glyphs import shaped
from emviz.ui.panels.pictures.letters import BASES, cell_colours, letter_colours
from emviz.ui.panels.pictures.logo import LogoPicture, framed, stacked
from emviz.ui.panels.plot.canvas import Outlines, Shape

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

P = [[0.7, 0.1, 0.1, 0.1], [0, 0, 0, 1], [0.25, 0.25, 0.25, 0.25], [0.5, 0, 0.5, 0]]


@pytest.fixture
def picture(qtbot):
    QApplication.instance().setProperty(SWITCH, False)
    picture = LogoPicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    yield picture
    QApplication.instance().setProperty(SWITCH, None)


def logo(probabilities=P, note=""):
    return Logo("Motif", tuple("ACGT"), bits(probabilities), note=note)


def random_logo(width, seed=0):
    return logo(np.random.default_rng(seed).dirichlet(np.full(4, 0.4), width))


def stack(picture, position):
    return [glyph for glyph in picture.glyphs if glyph.position == position]


def test_letters_are_as_high_as_their_bits(picture):
    put(picture, logo())
    (alone,) = stack(picture, 1)
    assert (alone.letter, alone.bits) == ("T", 2)
    per_bit = alone.box.height() / 2
    top = stack(picture, 0)[-1]
    assert top.letter == "A"
    assert top.bits == pytest.approx(0.7 * (2 - 1.35678), abs=1e-5)
    assert top.box.height() == pytest.approx(top.bits * per_bit)


def test_the_most_informative_letter_stands_on_top_and_none_overlap(picture):
    put(picture, random_logo(12))
    for position in range(12):
        boxes = [glyph.box for glyph in stack(picture, position)]
        heights = [box.height() for box in boxes]
        assert heights == sorted(heights)
        for below, above in pairwise(boxes):
            assert above.bottom() == pytest.approx(below.top())


def test_letters_that_cannot_be_seen_are_left_out(picture):
    put(picture, logo())
    assert stack(picture, 2) == []
    assert [glyph.letter for glyph in stack(picture, 3)] == ["A", "G"]


def test_the_outline_of_a_letter_fills_its_box(picture):
    put(picture, logo())
    (alone,) = stack(picture, 1)
    outline = shaped(alone, QApplication.font().family()).boundingRect()
    assert outline.top() == pytest.approx(alone.box.top())
    assert outline.height() == pytest.approx(alone.box.height())
    assert outline.width() == pytest.approx(alone.box.width())


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("width", [4, 22, 40])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_everything_stays_inside(picture, width, size, theme):
    picture.apply_theme(theme)
    put(picture, random_logo(width), size=size)
    assert cut_off(picture.canvas) == []
    inside = picture.canvas.rect().toRectF()
    assert all(inside.contains(glyph.box) for glyph in picture.glyphs)
    numbers = [text for text in picture.canvas.texts if text.isdigit()]
    assert str(width) in numbers
    assert set(BASES[theme.name]) <= colours(picture.canvas)


def test_letters_drawn_together_look_as_drawn_one_by_one(picture):
    put(picture, random_logo(22), size=SIZES[-1])
    together = picture.canvas.grab().toImage()
    scene = picture.canvas.scene
    drawn = [item for item in scene if isinstance(item, Outlines)]
    assert sum(len(item.paths) for item in drawn) == len(picture.glyphs)
    ground = [item for item in scene if item not in drawn]
    one_by_one = [Shape(path, item.fill) for item in drawn for path in item.paths]
    picture.canvas.show_scene([*ground, *one_by_one])
    assert picture.canvas.grab().toImage() == together


def test_the_axis_counts_bits(picture):
    put(picture, logo())
    texts = picture.canvas.texts
    assert {"bits", "0", "1", "2"} <= set(texts)


def test_letters_grow_from_what_they_were(picture):
    QApplication.instance().setProperty(SWITCH, True)
    before = session()
    after = step(before)
    put(picture, logo(np.full((4, 4), 0.25)), before)
    assert picture.glyphs == ()
    picture.show_view(logo(), after)
    picture._motion._move(0.5)
    assert stack(picture, 1)[0].bits == pytest.approx(1)
    picture._motion.finish()
    assert stack(picture, 1)[0].bits == 2


def test_another_width_does_not_grow(picture):
    QApplication.instance().setProperty(SWITCH, True)
    before = session()
    put(picture, random_logo(5), before)
    picture.show_view(logo(), step(before))
    assert stack(picture, 1)[0].bits == 2


def test_hovering_tells_the_bits_of_a_position(picture):
    put(picture, logo())
    told = []
    picture.hinted.connect(told.append)
    box = stack(picture, 1)[0].box.center()
    mouse(picture.canvas, QEvent.Type.MouseMove, box.x(), box.y())
    assert told[-1].startswith("position 2: T 2.00, ")
    mouse(picture.canvas, QEvent.Type.MouseMove, 1, 1)
    assert told[-1] == ""


def test_it_is_described_in_words(picture):
    put(picture, logo(note="A sentence."))
    assert picture.accessibleName() == "Motif"
    told = picture.accessibleDescription()
    assert told.startswith(
        "Tallest letters: ATAA. 3.6 bits over 4 positions; most informative: T at 2 (2.0 bits)"
    )
    assert picture.caption.text() == "A sentence."
    assert picture.caption.isVisible()
    picture.show_view(logo(np.full((4, 4), 0.25)), session())
    assert "flat" in picture.accessibleDescription()
    assert not picture.caption.isVisible()


def test_a_logo_without_positions_is_empty(picture):
    put(picture, replace(logo(), heights=np.zeros((0, 4))))
    assert picture.glyphs == ()
    assert "flat" in picture.accessibleDescription()


def test_the_font_follows_the_application(picture):
    put(picture, logo())
    base = stack(picture, 1)[0].box.bottom()
    font = QApplication.font()
    larger = QApplication.font()
    larger.setPointSizeF(font.pointSizeF() * 2)
    try:
        QApplication.setFont(larger)
        picture.apply_theme(LIGHT)
        assert stack(picture, 1)[0].box.bottom() < base - 5
    finally:
        QApplication.setFont(font)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_bases_have_their_colours_on_any_card(theme):
    assert letter_colours("ACGT", theme) == dict(zip("ACGT", BASES[theme.name], strict=True))
    assert letter_colours("acgu-.", theme)["u"] == BASES[theme.name][3]
    assert letter_colours("ACGN", theme)["N"] == theme.muted
    assert all(contrast(colour, theme.card) >= 3 for colour in BASES[theme.name])
    assert all(contrast(theme.ink, cell) >= 4.5 for cell in cell_colours("ACGT", theme).values())


def test_codes_for_several_letters_are_grey():
    """R is A or G in DNA, and arginine in a protein."""
    bases = letter_colours("ACGTACGTRNY", LIGHT)
    assert bases["A"] == BASES["light"][0]
    assert {bases["R"], bases["N"], bases["Y"]} == {LIGHT.muted}
    residues = letter_colours("MKVLARDBZXJ", LIGHT)
    assert residues["K"] == residues["R"] != LIGHT.muted
    assert {residues[code] for code in "BZXJ"} == {LIGHT.muted}


def test_other_alphabets_are_coloured_by_their_kind():
    proteins = letter_colours("ACDEFGHIKLMNPQRSTVWYX", LIGHT)
    assert proteins["L"] == proteins["V"] != proteins["K"]
    assert proteins["K"] == proteins["R"] != proteins["D"]
    assert proteins["X"] == LIGHT.muted
    assert letter_colours("123", LIGHT) == {
        "1": LIGHT.components[0],
        "2": LIGHT.components[1],
        "3": LIGHT.components[2],
    }


def test_it_is_drawn_once_however_often_it_is_resized_before_it_is_painted(picture, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "emviz.ui.panels.pictures.logo.stacked", lambda *of: drawn.append(of[2].step) or stacked(*of)
    )
    put(picture, logo())
    drawn.clear()
    for width in (300, 320, 340):
        picture.resize(width, 200)
    picture.show_view(random_logo(8), session())
    assert drawn == []
    picture.grab()
    picture.grab()
    assert drawn == [framed(random_logo(8), picture.canvas.width(), 0, picture.font()).step]
