"""The ribbon: a long sequence on few pixels, its window, and the click that selects a step."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from sequences import SIZES, click, colours, cut_off, lettered, mouse, put, session, wheel

from emviz.em.pictures import Ribbon
from emviz.ui.look.style import mixed
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.pictures.ribbon import RibbonPicture
from emviz.ui.panels.pictures.ribbon_columns import Window, extremes, means, runs, shares, stacked, whole
from emviz.ui.panels.plot.canvas import Bitmap, Shape

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def picture(qtbot):
    picture = RibbonPicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    return picture


def ribbon(steps=300, states=2, numbers=False, **others):
    rng = np.random.default_rng(steps)
    path = (np.arange(steps) // 10) % states
    posterior = np.full((steps, states), 0.1 / max(states - 1, 1))
    posterior[np.arange(steps), path] = 0.9
    faces = rng.integers(1, 7, steps)
    symbols = faces.astype(np.float64) if numbers else tuple(map(str, faces))
    names = ("F", "L", "third", "fourth", "fifth")[:states]
    truth = np.roll(path, 3)
    return replace(Ribbon("States", symbols, posterior, path, truth, names), **others)


def bitmaps(picture):
    return [item for item in picture.canvas.scene if isinstance(item, Bitmap)]


def colour_at(bitmap, column, row):
    return bitmap.image.pixelColor(column, row).name()


# -- columns -------------------------------------------------------------------------------------------------


def test_means_are_those_of_each_column():
    values = np.random.default_rng(0).random((1003, 3))
    found = means(values, range(100, 1003), 7)
    edges = [100 + column * 903 // 7 for column in range(8)]
    expected = [values[a:b].mean(axis=0) for a, b in pairwise(edges)]
    assert found == pytest.approx(np.array(expected))


def test_few_steps_have_a_column_each():
    values = np.random.default_rng(0).random((9, 2))
    assert means(values, range(2, 7), 100).tolist() == values[2:7].tolist()


def test_shares_count_the_states_of_each_column():
    path = np.array([0, 0, 1, 2, 2, 2, 1, 1])
    assert shares(path, 3, range(8), 2).tolist() == [[0.5, 0.25, 0.25], [0, 0.5, 0.5]]
    assert shares(path, 3, range(2, 4), 9).tolist() == [[0, 1, 0], [0, 0, 1]]


def test_extremes_of_each_column_leave_out_what_is_no_number():
    low, high = extremes(np.array([1.0, 5, np.nan, 2, 0, -1]), range(6), 2)
    assert (low.tolist(), high.tolist()) == ([1, -1], [5, 2])


def test_the_first_state_lies_at_the_bottom():
    assert stacked(np.array([[0.25, 0.75], [1.0, 0.0], [0.0, 1.0]]), 4).tolist() == [
        [1, 0, 1],
        [1, 0, 1],
        [1, 0, 1],
        [0, 0, 1],
    ]


def test_runs_end_where_the_state_changes_or_a_sequence_begins():
    ends, states = runs(np.array([0, 0, 1, 1, 1, 0]), range(1, 6), (4,))
    assert ends.tolist() == [1, 2, 4, 5, 6]
    assert states.tolist() == [0, 1, 1, 0]


def test_a_window_zooms_at_a_step_and_stays_inside():
    near = whole(1000).zoomed(250, 0.1)
    assert near == Window(225, 100, 1000)
    assert near.zoomed(250, 1e-9).span == 8
    assert near.zoomed(250, 100) == whole(1000)
    assert near.moved(-5).first == 0
    assert near.moved(5000).first == 900
    assert near.showing(300) is near
    assert near.showing(600).inside == range(550, 651)
    assert whole(3).zoomed(1, 0.1) == whole(3)


# -- the picture ---------------------------------------------------------------------------------------------


def test_the_posterior_is_stacked_in_the_colours_of_the_states(picture):
    put(picture, ribbon(20))
    posterior, best = bitmaps(picture)
    soft = [mixed(LIGHT.card, LIGHT.component(k), 0.72) for k in range(2)]
    bottom = posterior.image.height() - 1
    assert posterior.image.width() == 20
    assert [colour_at(posterior, column, bottom) for column in (0, 10)] == [soft[0], soft[0]]
    assert [colour_at(posterior, column, bottom // 2) for column in (0, 10)] == soft
    assert [colour_at(best, column, 5) for column in (0, 10)] == [LIGHT.component(0), LIGHT.component(1)]


def test_the_bands_cover_their_lanes(picture):
    put(picture, ribbon(20))
    lanes = picture.lanes
    for bitmap, lane in zip(bitmaps(picture), (lanes.posterior, lanes.best), strict=True):
        assert (bitmap.box.left(), bitmap.box.right()) == pytest.approx((lanes.left, lanes.right))
        assert (bitmap.box.top(), bitmap.box.height()) == lane


def test_the_truth_is_shown_only_where_it_is_revealed(picture):
    put(picture, ribbon())
    assert "truth" not in picture.canvas.texts
    put(picture, ribbon(), session(revealed=True))
    assert {"posterior", "Viterbi", "truth"} <= set(picture.canvas.texts)
    assert len(bitmaps(picture)) == 3
    put(picture, ribbon(truth=None), session(revealed=True))
    assert "truth" not in picture.canvas.texts


def test_before_the_e_step_there_is_a_sentence(picture):
    put(picture, ribbon(shares=None, best=None))
    assert bitmaps(picture) == []
    assert "the E-step weighs the states" in picture.canvas.texts
    assert "Viterbi" not in picture.canvas.texts


def test_states_are_named_on_chips_and_in_runs_that_have_room(picture):
    put(picture, ribbon(20))
    assert picture.canvas.texts.count("F") == picture.canvas.texts.count("L") == 2
    assert {LIGHT.component(0), LIGHT.component(1)} <= colours(picture.canvas)
    put(picture, ribbon(30_000))
    assert picture.canvas.texts.count("F") == 1


def test_symbols_are_letters_where_there_is_room(picture):
    view = ribbon(40)
    put(picture, view)
    assert lettered(picture.canvas) == ["".join(view.symbols)]
    put(picture, ribbon(300))
    assert lettered(picture.canvas) == []
    assert "turn the wheel to read the symbols" in picture.canvas.texts


def test_the_lines_between_sequences_do_not_strike_out_the_hint(picture):
    for steps, lane in ((300, "posterior"), (40, "observed")):
        put(picture, ribbon(steps, breaks=(20,)))
        shapes = [each for each in picture.canvas.scene if isinstance(each, Shape)]
        gaps = next(each for each in shapes if each.fill == LIGHT.card)
        assert gaps.path.boundingRect().top() == pytest.approx(getattr(picture.lanes, lane)[0])


def test_numbers_are_a_curve(picture):
    put(picture, ribbon(50, numbers=True, breaks=(20,)))
    curve = next(item for item in picture.canvas.scene if isinstance(item, Shape) and item.line == LIGHT.ink)
    top, height = picture.lanes.observed
    box = curve.path.boundingRect()
    assert box.top() >= top
    assert box.bottom() <= top + height
    assert {"6.00", "1.00"} <= set(picture.canvas.texts)


def test_a_gap_in_the_numbers_is_a_gap_in_the_curve(picture):
    values = np.arange(10.0)
    values[4] = np.nan
    put(picture, ribbon(10, symbols=values))
    curve = next(item for item in picture.canvas.scene if isinstance(item, Shape) and item.line == LIGHT.ink)
    assert [curve.path.elementAt(place).isMoveTo() for place in (3, 4, 5, 6)] == [False, True, True, False]


def test_a_long_curve_has_two_points_in_a_column(picture):
    put(picture, ribbon(100_000, numbers=True))
    curve = next(item for item in picture.canvas.scene if isinstance(item, Shape) and item.line == LIGHT.ink)
    assert curve.path.elementCount() == 2 * round(picture.lanes.width)


def test_breaks_are_gaps_where_they_are_few(picture):
    put(picture, ribbon(300, breaks=(100, 200)))
    gaps = [item for item in picture.canvas.scene if isinstance(item, Shape) and item.fill == LIGHT.card]
    assert len(gaps) == 1
    x = picture.lanes.x(100, picture.sight)
    assert gaps[0].path.boundingRect().left() == pytest.approx(x - 2, abs=1)
    put(picture, ribbon(300, breaks=tuple(range(1, 300))))
    assert not [item for item in picture.canvas.scene if isinstance(item, Shape) and item.fill == LIGHT.card]


def test_the_selected_step_is_framed_and_brought_into_sight(picture):
    put(picture, ribbon())
    picture.show_window(Window(0, 50, 300))
    put(picture, ribbon(row=200))
    assert picture.sight.first <= 200 < picture.sight.first + picture.sight.span
    frame = picture.canvas.scene[-1]
    centre = frame.path.boundingRect().center().x()
    assert centre == pytest.approx(picture.lanes.x(200.5, picture.sight))
    picture.show_window(Window(0, 50, 300))
    assert not [item for item in picture.canvas.scene if isinstance(item, Shape) and item.line == LIGHT.ink]


def test_the_wheel_zooms_at_the_mouse(picture):
    put(picture, ribbon(1000))
    assert not picture.bar.isVisible()
    x = picture.lanes.x(600.5, picture.sight)
    wheel(picture.canvas, x, 100, 4)
    assert picture.sight.span == pytest.approx(1000 / 1.3**4)
    assert picture.lanes.x(600.5, picture.sight) == pytest.approx(x)
    assert picture.bar.isVisible()
    wheel(picture.canvas, x, 100, -4)
    assert picture.sight == whole(1000)


def test_a_drag_scrolls_and_selects_nothing(picture, qtbot):
    put(picture, ribbon(1000))
    picture.show_window(Window(400, 100, 1000))
    per_step = picture.lanes.width / 100
    with qtbot.assertNotEmitted(picture.display_requested):
        mouse(picture.canvas, QEvent.Type.MouseButtonPress, 300, 100, Qt.MouseButton.LeftButton)
        mouse(picture.canvas, QEvent.Type.MouseMove, 300 - 20 * per_step, 100, Qt.MouseButton.LeftButton)
        mouse(picture.canvas, QEvent.Type.MouseButtonRelease, 300 - 20 * per_step, 100)
    assert picture.sight.first == pytest.approx(420)
    mouse(picture.canvas, QEvent.Type.MouseMove, 200, 100)
    assert picture.sight.first == pytest.approx(420)


def test_the_bar_scrolls_and_a_double_click_shows_all(picture):
    put(picture, ribbon(1000))
    picture.show_window(Window(0, 100, 1000))
    picture.bar.setValue(picture.bar.maximum())
    assert picture.sight.first == pytest.approx(900)
    mouse(picture.canvas, QEvent.Type.MouseButtonDblClick, 200, 100)
    assert picture.sight == whole(1000)
    assert picture.bar.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_what_is_in_sight_survives_a_step_but_no_other_data(picture):
    put(picture, ribbon(1000))
    picture.show_window(Window(200, 100, 1000))
    put(picture, ribbon(1000, shares=None))
    assert picture.sight == Window(200, 100, 1000)
    put(picture, ribbon(500))
    assert picture.sight == whole(500)


def test_a_click_selects_a_step(picture, qtbot):
    put(picture, ribbon(300))
    with qtbot.waitSignal(picture.display_requested) as asked:
        click(picture.canvas, picture.lanes.x(122.5, picture.sight), 150)
    assert asked.args == [{"row": 122}]


def test_a_step_is_a_row_only_where_each_row_is_one(picture, qtbot):
    put(picture, ribbon(5, breaks=(3,)))
    assert session().table.rows == 5
    with qtbot.waitSignal(picture.display_requested):
        click(picture.canvas, picture.lanes.x(1.5, picture.sight), 150)


def test_a_step_of_one_row_among_several_selects_nothing(picture, qtbot):
    put(picture, ribbon(300, breaks=(100,)))
    with qtbot.assertNotEmitted(picture.display_requested):
        click(picture.canvas, picture.lanes.x(122.5, picture.sight), 150)
        click(picture.canvas, 3, 150)


def test_hovering_tells_the_step(picture):
    told = []
    picture.hinted.connect(told.append)
    view = ribbon(300, breaks=(100,))
    put(picture, view, session(revealed=True))
    for step, where in ((4, " (5 of sequence 1)"), (122, " (23 of sequence 2)")):
        mouse(picture.canvas, QEvent.Type.MouseMove, picture.lanes.x(step + 0.5, picture.sight), 150)
        state = view.names[view.best[step]]
        assert told[-1] == (
            f"step {step + 1}{where}: symbol {view.symbols[step]}, P({state}) = 0.90, "
            f"Viterbi {state}, truth {view.names[view.truth[step]]}"
        )
    mouse(picture.canvas, QEvent.Type.MouseMove, 2, 150)
    assert told[-1] == ""


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("steps", [6, 60, 3000])
@pytest.mark.parametrize("numbers", [False, True], ids=["symbols", "numbers"])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_nothing_is_cut_off(picture, size, steps, numbers, theme):
    picture.apply_theme(theme)
    put(picture, ribbon(steps, 5, numbers, row=2), session(revealed=True), size)
    assert cut_off(picture.canvas) == []
    assert picture.lanes.posterior[1] >= 20
    assert sum(picture.lanes.axis) <= picture.canvas.height() + 1
    assert colour_at(bitmaps(picture)[1], 0, 31) == theme.component(0)


def test_it_is_described_in_words(picture):
    put(picture, ribbon(20, row=3, note="A sentence."), session(revealed=True))
    assert picture.accessibleName() == "States"
    assert picture.accessibleDescription().startswith(
        "20 steps in 1 sequence. Posterior: F 0.50, L 0.50 on average. "
        "The most likely path changes its state 1 time. It is the true one at 70 % of the steps. "
        "Selected: step 4:"
    )
    assert picture.caption.isVisible()
    put(picture, ribbon(20, breaks=(10,)))
    assert "2 sequences" in picture.accessibleDescription()
    assert "0 times" in picture.accessibleDescription()
    assert not picture.caption.isVisible()


def test_values_are_told_with_a_true_minus_sign(picture):
    told = []
    picture.hinted.connect(told.append)
    put(picture, ribbon(10, symbols=np.full(10, -1.5)))
    mouse(picture.canvas, QEvent.Type.MouseMove, picture.lanes.x(0.5, picture.sight), 100)
    assert told[-1].startswith("step 1: value −1.5, ")


def test_an_empty_sequence_is_no_error(picture):
    empty = Ribbon("States", (), None, None, None, ("F", "L"))
    put(picture, empty)
    assert picture.accessibleDescription() == "0 steps in 1 sequence."
    wheel(picture.canvas, 100, 100, 1)
    assert picture.step_at(picture.canvas.rect().center().toPointF()) is None


def test_the_font_follows_the_application(picture):
    put(picture, ribbon())
    left, font, larger = picture.lanes.left, QApplication.font(), QApplication.font()
    larger.setPointSizeF(font.pointSizeF() * 1.5)
    try:
        QApplication.setFont(larger)
        picture.apply_theme(LIGHT)
        assert picture.lanes.left > left
    finally:
        QApplication.setFont(font)
