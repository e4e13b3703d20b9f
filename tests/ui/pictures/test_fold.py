"""The drawing of a secondary structure: ladders, circles, and a scale."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from sequences import SIZES, colours, cut_off, put, session, words

from emviz.em.pictures import Fold
from emviz.models.rna.layout import placed
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.pictures.fold import FoldPicture, shade

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
PARTNER = (9, 8, 7, -1, -1, -1, -1, 2, 1, 0)
FOLD = Fold(
    "Structure",
    "s1",
    placed(PARTNER),
    PARTNER,
    ("G", "C", "A", "A", "", "A", "A", "U", "G", "C"),
    np.array([1.0, 0.5, 0.2, 1, 0.1, 1, 1, 0.2, 0.5, 1.0]),
    (0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1),
    1,
    "A note.",
)


@pytest.fixture
def picture(qtbot):
    picture = FoldPicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    return picture


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_letters_ends_and_inserts_are_told(picture, size, theme):
    picture.apply_theme(theme)
    put(picture, FOLD, size=size)
    texts = [item.text for item in words(picture.canvas)]
    assert {"5′", "3′", "+2", "+1", "s1", "P = 0", "1"} <= set(texts)
    assert "".join(text for text in texts if text in "ACGU") == "GCAAAAUGC"
    assert cut_off(picture.canvas) == []
    assert {shade(1.0, theme), shade(0.2, theme)} <= colours(picture.canvas)


def test_before_the_e_step_there_is_no_scale(picture):
    put(picture, replace(FOLD, shares=None, letters=("",) * 10, inserted=(), chosen=None))
    assert "P = 0" not in picture.canvas.texts
    assert not set("ACGU") & set(picture.canvas.texts)


def test_a_click_on_a_pair_chooses_it(picture, qtbot):
    put(picture, FOLD)
    asked, hints = [], []
    picture.display_requested.connect(asked.append)
    picture.hinted.connect(hints.append)
    points = picture.plan.points
    for at in (points[8], (points[1] + points[8]) / 2, points[4], (-50.0, -50.0)):
        picture.canvas.moved.emit(QPointF(*at))
        picture.canvas.pressed.emit(QPointF(*at))
    assert asked == [{"columns": (8,)}, {"columns": (1,)}]
    assert hints == ["pair 2–9, CG, P = 0.500", "pair 2–9, CG, P = 0.500", "column 5, -, P = 0.100", ""]


def test_it_is_told_in_words(picture):
    put(picture, FOLD, session())
    assert picture.accessibleName() == "Structure"
    assert picture.accessibleDescription().startswith("s1: 10 columns, 3 pairs. pair 1–10, GC, P = 1.000")
