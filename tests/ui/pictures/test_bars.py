"""Stacked bars: their pieces, what is written, the marks, the growth, the hint and the words."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QGraphicsRectItem, QGraphicsTextItem

from emviz.em.pictures import Bar, Bars, Curve, Dot
from emviz.session import example_session, show, shown, step
from emviz.ui.look.motion import SWITCH
from emviz.ui.look.theme import DARK, LIGHT
from emviz.ui.panels.pictures.bar_layer import BROAD, SLIM
from emviz.ui.panels.pictures.bars import BarsPicture, extent

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(scope="module")
def session():
    return step(example_session())


@pytest.fixture
def picture(qtbot):
    QApplication.instance().setProperty(SWITCH, False)
    picture = BarsPicture()
    qtbot.addWidget(picture)
    picture.apply_theme(LIGHT)
    picture.resize(640, 420)
    picture.show()
    yield picture
    QApplication.instance().setProperty(SWITCH, None)


def put(picture, view, session):
    picture.show_view(view, session)
    QApplication.processEvents()
    return picture


def genotypes(first=20.3, **changes):
    """The expected genotypes behind 182 people of type A, 60 B, 17 AB, 176 O."""
    bars = (
        (Bar("AA", first, 0, True), Bar("AO", 182 - first, 0, True)),
        (Bar("BB", 5.1, 1, True), Bar("BO", 54.9, 1, True)),
        (Bar("AB", 17, 2),),
        (Bar("OO", 176, 3),),
    )
    return replace(Bars("Genotypes", "phenotype", "people", ("A", "B", "AB", "O"), bars), **changes)


def frequencies():
    bars = tuple(
        (Bar(name, value, k),) for k, (name, value) in enumerate(zip("ABO", (0.26, 0.1, 0.64), strict=True))
    )
    marks = (
        (Dot(0, 0.3, "truth", "truth"), Dot(0, 0.28, "complete data", "reference")),
        (),
        (Dot(9, 0.5, "H0"),),
    )
    return Bars("Alleles", "allele", "frequency", ("A", "B", "O"), bars, marks)


def crowd(count=60):
    bars = tuple((Bar("low", 1.0 + k, 0, True), Bar("high", 2.0, 1, True)) for k in range(count))
    return Bars("Crowd", "count", "days", tuple(map(str, range(count))), bars)


def test_pieces_stand_on_one_another(picture, session):
    layer = put(picture, genotypes(), session).layer
    ends = [(piece.bar, piece.low, piece.high) for piece in layer.pieces]
    assert ends[:2] == [(0, 0.0, 20.3), (0, 20.3, 182.0)]
    assert ends[-1] == (3, 0.0, 176.0)
    low, high = (layer.area(piece) for piece in layer.pieces[:2])
    assert low.top() == pytest.approx(high.bottom())
    scale = picture.plot.overlay.scale()
    assert high.top() == pytest.approx(scale.point(0, 182).y())
    assert high.width() == pytest.approx(scale.point(SLIM, 0).x() - scale.point(0, 0).x())


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_bar_has_the_colour_of_its_component_and_what_is_hidden_is_hatched(picture, session, theme):
    picture.apply_theme(theme)
    layer = put(picture, genotypes(), session).layer
    assert [piece.colour for piece in layer.pieces] == [theme.component(k) for k in (0, 0, 1, 1, 2, 3)]
    assert [piece.hatched for piece in layer.pieces] == [True] * 4 + [False] * 2
    image = picture.plot.grab().toImage()
    solid, hatched = (layer.area(layer.pieces[k]) for k in (4, 1))
    origin = picture.plot.mapFromScene(picture.plot.view.mapToScene(0, 0))
    spot = solid.center().toPoint() + origin
    assert image.pixelColor(spot.x() + 20, spot.y()).name() == theme.component(2)
    line = [
        image.pixelColor(int(hatched.left()) + origin.x() + dx, int(hatched.top()) + 20 + origin.y())
        for dx in range(6, 30)
    ]
    assert len({each.name() for each in line}) > 2


def test_a_bar_without_a_component_is_in_ink(picture, session):
    view = Bars("", "", "", ("a",), ((Bar("", 1.0),),))
    assert put(picture, view, session).layer.pieces[0].colour not in LIGHT.components


def test_names_are_written_inside_or_beside(picture, session):
    layer = put(picture, genotypes(first=12.0), session).layer
    assert layer.written == ("AA", "AO\n≈ 170.0", "", "BO\n≈ 54.9", "", "OO")
    boxes = picture.plot.overlay.boxes
    beside = layer.area(layer.pieces[2])
    assert boxes["BB"].left() >= beside.right()
    assert boxes["BB"].center().y() == pytest.approx(beside.center().y(), abs=20)
    assert "AB" not in boxes


def test_a_name_of_many_pieces_is_written_beside_only_one(picture, session):
    bars = tuple(
        (Bar("certain", value, k), Bar("expected", 2.0, k, True)) for k, value in enumerate((300, 40, 20))
    )
    view = Bars("Copies", "haplotype", "copies", ("AB", "Ab", "ab"), bars)
    labels = [label.text for label in put(picture, view, session).plot.overlay.drawing.labels]
    assert picture.layer.written[0] == "certain\n300"
    assert labels.count("expected") == 1
    assert "certain" not in labels


def test_totals_stand_on_top(picture, session):
    put(picture, genotypes(), session)
    scale = picture.plot.overlay.scale()
    for k, total in enumerate((182, 60, 17, 176)):
        box = picture.plot.overlay.boxes[str(total)]
        assert box.bottom() < scale.point(k, total).y()
        assert box.center().x() == pytest.approx(scale.point(k, 0).x(), abs=2)


def test_a_total_stands_over_its_own_bar_or_nowhere(picture, session):
    picture.resize(260, 200)
    heights = (162, 267, 271, 185, 111, 61, 27, 8, 3, 1)
    names = tuple(map(str, range(len(heights))))
    put(picture, Bars("Deaths", "value", "units", names, tuple((Bar("", h, 0),) for h in heights)), session)
    boxes, scale = picture.plot.overlay.boxes, picture.plot.overlay.scale()
    assert len(boxes) > 5
    for k, height in enumerate(heights):
        if str(height) in boxes:
            assert boxes[str(height)].center().x() == pytest.approx(scale.point(k, 0).x(), abs=2)


def test_probabilities_have_one_more_decimal(picture, session):
    put(picture, frequencies(), session)
    assert {"0.26", "0.10", "0.64"} <= set(picture.plot.overlay.boxes)


@pytest.mark.parametrize("size", [(400, 260), (640, 420), (900, 600)], ids=str)
@pytest.mark.parametrize(
    "view", [genotypes(note="A note."), frequencies(), crowd()], ids=lambda view: view.title
)
def test_labels_neither_overlap_nor_leave_the_plot(picture, session, size, view):
    picture.resize(*size)
    boxes = list(put(picture, view, session).plot.overlay.boxes.values())
    assert boxes
    assert all(picture.plot.view.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_many_bars_are_broad_and_have_no_numbers(picture, session):
    put(picture, crowd(), session)
    assert picture.layer.breadth == BROAD
    assert set(picture.plot.overlay.boxes) == {"low", "high"}
    ticks = picture.plot.getAxis("bottom")._tickLevels[0]
    assert 2 < len(ticks) < 60
    assert all(text == str(int(place)) for place, text in ticks)


def test_marks_are_ticks_across_their_bar(picture, session):
    put(picture, frequencies(), session)
    strokes = [stroke for stroke in picture.plot.overlay.drawing.strokes if stroke.colour == LIGHT.ink]
    assert [stroke.points[0][1] for stroke in strokes] == [0.3, 0.28, 0.5]
    assert [stroke.dotted for stroke in strokes] == [True, False, False]
    middles = [(stroke.points[0][0] + stroke.points[1][0]) / 2 for stroke in strokes]
    assert middles == pytest.approx([0, 0, 2])
    assert all(stroke.points[1][0] - stroke.points[0][0] > SLIM for stroke in strokes)
    assert {"truth", "complete data", "H0"} <= set(picture.plot.overlay.boxes)


def test_what_is_true_can_be_hidden(picture, session):
    hidden = replace(session, display=replace(session.display, reference=False))
    put(picture, frequencies(), hidden)
    assert not {"truth", "complete data"} & set(picture.plot.overlay.boxes)
    assert "H0" in picture.plot.overlay.boxes
    assert picture.accessibleDescription() == "frequency by allele: A 0.26; B 0.10; O 0.64 (H0 0.50)."


def test_a_curve_runs_over_the_bars(picture, session):
    curve = Curve("expected", np.arange(4.0), np.array([150.0, 80.0, 300.0, np.nan]))
    put(picture, genotypes(curve=curve), session)
    assert picture.curve.getData()[1][:3].tolist() == [150, 80, 300]
    assert "expected" in picture.plot.overlay.boxes
    assert picture.plot.view.viewRange()[1][1] > 300
    put(picture, genotypes(), session)
    assert picture.curve.getData()[0] is None or not len(picture.curve.getData()[0])


def test_the_range_begins_at_zero_and_leaves_room_on_top():
    assert extent(genotypes(), 0.2) == pytest.approx((0, 182 / 0.8))
    assert extent(Bars("", "", "", ("a",), ((Bar("", 0.0),),)), 0.0) == (0, 1)
    assert extent(Bars("", "", "", ("a",), ((Bar("", -2.0),),)), 0.0)[0] < -2


def test_bars_grow_after_a_half_step(picture, session, qtbot):
    put(picture, genotypes(first=100.0), session)
    QApplication.instance().setProperty(SWITCH, True)
    after = step(session)
    grown = []
    between = picture.layer.between
    picture.layer.between = lambda before, part: grown.append(between(before, part)) or grown[-1]
    put(picture, genotypes(first=20.0), after)
    qtbot.waitUntil(lambda: bool(grown) and grown[-1][0].high == 20.0)
    assert 20 < grown[0][0].high <= 100
    assert grown[0][1].high == 182
    assert picture.layer.pieces[0].high == 20


def test_a_jump_is_not_a_motion(picture, session):
    put(picture, genotypes(first=100.0), session)
    picture.layer.between = None
    put(picture, genotypes(first=20.0), step(step(session)))
    assert picture.layer.pieces[0].high == 20


def test_the_hint_tells_the_piece(picture, session):
    put(picture, genotypes(), session)
    hints = []
    picture.hinted.connect(hints.append)
    for place in ((0.1, 10.0), (0.1, 100.0), (2.0, 5.0), (0.0, 190.0), (0.5, 10.0), (7.0, 1.0)):
        picture.plot.moved.emit(*place)
    picture.plot.left.emit()
    assert hints == [
        "phenotype A, AA: ≈ 20.3",
        "phenotype A, AO: ≈ 161.7",
        "phenotype AB, 17",
        "phenotype A: 182",
        "",
        "",
        "",
    ]


def test_the_description_tells_values(picture, session):
    put(picture, genotypes(), session)
    assert picture.accessibleDescription() == (
        "people by phenotype: A 182 (AA ≈ 20.3, AO ≈ 161.7); B 60 (BB ≈ 5.1, BO ≈ 54.9); AB 17; O 176."
    )
    assert picture.accessibleName() == picture.plot.accessibleName() == "Genotypes"
    put(picture, crowd(), session)
    assert picture.accessibleDescription().endswith("and 40 more.")


def test_the_picture_follows_its_size(picture, session):
    put(picture, genotypes(), session)
    before = picture.layer.area(picture.layer.pieces[1])
    picture.resize(900, 600)
    QApplication.processEvents()
    drawn = [item.rect() for item in picture.layer._root.childItems() if type(item) is QGraphicsRectItem]
    after = picture.layer.area(picture.layer.pieces[1])
    assert after.height() > before.height() * 1.3
    assert after in drawn


@pytest.mark.parametrize("view", [genotypes(17.04), frequencies(), replace(genotypes(), curve=None)])
def test_other_decimals_write_what_a_picture_drawn_anew_shows_and_lay_nothing_out(
    qtbot, picture, session, view, monkeypatch
):
    put(picture, view, session)
    before = picture.plot.overlay.drawing
    monkeypatch.setattr(picture, "_draw", lambda *given: pytest.fail("all of it was drawn"))
    for decimals in (4, 1, 2):
        other = shown(session, {"decimals": decimals})
        put(picture, view, other)
        anew = BarsPicture()
        qtbot.addWidget(anew)
        anew.apply_theme(LIGHT)
        anew.resize(picture.size())
        anew.show()
        put(anew, view, other)
        assert picture.layer.written == anew.layer.written
        assert picture.plot.overlay.boxes == anew.plot.overlay.boxes
        assert picture.accessibleDescription() == anew.accessibleDescription()
        assert len(picture.plot.overlay._root.childItems()) == len(anew.plot.overlay._root.childItems())
        assert picture.plot.overlay.drawing.strokes is before.strokes


def test_a_note_stands_below(picture, session):
    assert put(picture, genotypes(note="Hatched: expected."), session).caption.text() == "Hatched: expected."
    assert not put(picture, genotypes(), session).caption.isVisible()


@pytest.mark.parametrize(
    ("heights", "told"),
    [
        ((32.0, 16.0, 6.0, 1.0), ["32", "16", "6", "1"]),
        ((17.96, 32.0, 1.0), ["18.0", "32", "1"]),
        ((0.5, 0.5), ["0.50", "0.50"]),
        ((1.0, 0.0), ["1.00", "0.00"]),
    ],
)
def test_whole_numbers_that_were_counted_have_no_decimals(picture, session, heights, told):
    """A 1 beside larger counts is one that was counted; where nothing is above 1 it is a probability."""
    bars = tuple((Bar("", height, 0, height % 1 > 0),) for height in heights)
    view = Bars("Units", "value", "units", tuple("abcd"[: len(bars)]), bars)
    labels = [label.text for label in put(picture, view, session).plot.overlay.drawing.labels]
    assert labels == told


def drawn(picture):
    texts = [item for item in picture.plot.scene().items() if isinstance(item, QGraphicsTextItem)]
    labels = [item for item in texts if isinstance(item.parentItem(), QGraphicsRectItem)]
    return sorted(
        (item.toHtml(), item.sceneBoundingRect().getRect(), item.parentItem().sceneBoundingRect().getRect())
        for item in labels
    )


def test_a_number_that_stays_the_same_is_not_written_again(picture, session):
    view = genotypes()
    first, *others = view.bars[0]
    view = replace(view, bars=((replace(first, value=first.value + 0.254), *others), *view.bars[1:]))
    put(picture, view, session)
    labels = picture.plot.overlay._labelling
    before = labels._placed
    put(picture, view, show(session, replace(session.display, decimals=session.display.decimals + 1)))
    changed = [old.words for old, new in zip(before, labels._placed, strict=True) if old is not new]
    # "BB" had to give way to others, so that it looks for a place again.
    assert changed == ["182.3", "BB"]
    assert labels._placed[0].words == "182.25"
    assert labels._placed[0].text is before[0].text
    # Items that are written again look as new ones do, and none of the old are left.
    seen = drawn(picture)
    picture.plot.overlay.lay_out()
    assert drawn(picture) == seen
