"""The count table where units are long: they stand once in the heading, and the cells hold numbers alone."""

import pytest
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics
from showing import go, hand

from emviz.em.counts.table import Group, Update
from emviz.models import model_named
from emviz.session import example_session, shown, single, step
from emviz.ui.look.style import dress
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts import columns
from emviz.ui.panels.counts.cell_painter import UNIT, divided, share_places
from emviz.ui.panels.counts.columns import FACE
from emviz.ui.panels.counts.faces import Kind
from emviz.ui.panels.counts.fonts import scaled
from emviz.ui.panels.counts.panel import CountPanel
from emviz.wording.counts import signed, units_above
from emviz.wording.updates import update_text

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def panel(qapp, qtbot):
    qapp.setProperty("emvizMotion", False)
    dress(qapp, LIGHT, 11)
    made = CountPanel()
    qtbot.addWidget(made)
    made.apply_theme(LIGHT)
    made.resize(640, 320)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    qapp.setProperty("emvizMotion", None)
    qapp.setStyleSheet("")


def session_of(key, example=0):
    return step(example_session(key, model_named(key).examples[example].key))


def test_the_coins_keep_the_letters_of_the_paper(panel):
    go(panel, session_of("coins"))
    model = panel.sheet.grid.rows_model
    assert not any(column.units for column in model.columns)
    assert all(not model.index(0, place).data(FACE).parts for place in range(len(model.columns)))


def test_numbers_stand_below_their_units_and_none_is_clipped(panel):
    go(panel, step(session_of("gmm")))
    grid = panel.sheet.grid
    models = (grid.rows_model, grid.totals_model)
    panel.resize(808, 320)
    counted = [p for p, column in enumerate(grid.rows_model.columns) if column.kind is Kind.COUNT]
    assert grid.more_columns == 0
    small, metrics = QFontMetrics(scaled(grid.font(), UNIT)), QFontMetrics(grid.font())
    for place in counted:
        assert grid.rows_model.columns[place].units == (
            "points",
            "Σ eruptions",
            "Σ waiting",
        )
        shares = grid.rows.cells.parts[place]
        boxes = divided(QRect(0, 0, grid.rows.columnWidth(place), 20), shares)
        for model in models:
            for row in range(min(20, model.rowCount())):
                face = model.index(row, place).data(FACE)
                assert model.face_text(face) == f"≈ {face.parts[0]} points, {face.parts[1]} Σ eruptions, " + (
                    f"{face.parts[2]} Σ waiting"
                )
                for text, box in zip(face.parts, boxes, strict=True):
                    assert metrics.horizontalAdvance(text) <= box.width() - 6
        for unit, box in zip(grid.rows_model.columns[place].units, boxes, strict=True):
            assert small.horizontalAdvance(unit) <= box.width() - 6


def test_a_rectangle_is_divided_without_a_gap():
    boxes = divided(QRect(10, 0, 100, 20), (1, 2, 5))
    assert [box.left() for box in boxes] == [10, 22, 47]
    assert boxes[-1].right() == QRect(10, 0, 100, 20).right()


@pytest.mark.parametrize("width", [420, 560, 640, 900])
def test_every_phenotype_is_in_sight_however_the_columns_scroll(panel, width):
    panel.resize(width, 320)
    go(panel, session_of("abo"))
    grid = panel.sheet.grid
    last = grid.rows.rowViewportPosition(3) + grid.rows.rowHeight(3)
    assert last <= grid.rows.viewport().height()


def test_the_totals_stay_whole_when_the_lines_below_grow(panel, qtbot):
    session = session_of("coins", 1)
    panel.resize(640, 340)
    go(panel, session)
    hand(panel, session, single=single(session))
    sheet = panel.sheet
    assert "hard EM (likeliest coin as certain)" in sheet.reference.text()
    qtbot.waitUntil(lambda: sheet.grid.geometry().bottom() < sheet.reference.geometry().top())
    assert sheet.grid.totals.geometry().bottom() < sheet.grid.height()
    assert sheet.reference.geometry().bottom() < sheet.height()


def test_an_update_has_brackets_only_round_a_sum():
    alone = Update("μ_A", 0, -113.75, (54.0,), -2.106)
    assert update_text(alone, 3, 1) == "μ_A^(3) ≈ −113.8 / 54.0 ≈ −2.11"
    both = Update("θ_A", 0, 21.3, (21.3, 8.6), 21.3 / 29.9)
    assert update_text(both, 1, 1) == "θ_A^(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71"


def test_units_stand_above_where_one_of_them_is_long():
    assert not units_above(Group("coin A", 0, ("H", "T")), 2)
    assert units_above(Group("cluster A", 0, ("n", "Σ waiting")), 1)


def test_units_stand_above_where_numbers_are_long():
    assert units_above(Group("coin A", 0, ("H", "T")), 3)
    assert not units_above(Group("node 1", 0, tuple("ACDEF")), 3), (
        "of many symbols those that are 0 are left out"
    )
    assert not units_above(Group("in all", 0, ("",)), 3)


def test_numbers_have_a_true_minus():
    assert signed(-0.5, 1) == "−0.5"


@pytest.mark.parametrize("width", range(30, 200, 10))
@pytest.mark.parametrize("text", [24, 33, 90])
def test_a_bar_never_cuts_through_its_number(width, text):
    rect = QRect(100, 50, width, 24)
    bar, told = share_places(rect, text)
    digits = QRectF(told.center().x() - text / 2, told.center().y() - 7, text, 14)
    assert not bar.intersects(digits)
    assert bar.left() >= rect.left()
    assert bar.right() <= rect.right() + 1
    assert bar.bottom() <= rect.bottom() + 1


def chosen_units(panel, key, axes, size):
    """Return the units above the counts of a card, the first row below them, all its numbers, and its tip."""
    session = step(example_session(key))
    panel.resize(*size)
    go(panel, session)
    go(panel, shown(session, {"columns": axes}))
    model = panel.sheet.grid.rows_model
    at = next(k for k, each in enumerate(model.columns) if each.kind is Kind.COUNT)
    table, place = model.blocks.at(0)
    counts = table.counts[place, table.spans[0]].tolist()
    tip = model.index(0, at).data(Qt.ItemDataRole.ToolTipRole)
    return model.columns[at].units, model.face(0, model.columns[at]).parts, counts, tip


@pytest.mark.parametrize(
    ("axes", "units", "places"),
    [
        ((), ("points", "Σ eruptions"), (0, 1)),
        ((1, 0), ("points", "Σ waiting"), (0, 2)),
    ],
)
def test_where_not_all_sums_have_room_that_of_the_variable_chosen_is_left(panel, axes, units, places):
    seen, parts, counts, tip = chosen_units(panel, "gmm", axes, (420, 320))
    assert seen == units
    assert parts == tuple(signed(counts[k], 1) for k in places)
    assert all(signed(count, 1) in tip for count in counts), "the others are told by the tip"


def test_where_they_have_room_all_sums_are_seen(panel):
    assert chosen_units(panel, "gmm", (1, 0), (1400, 700))[0] == ("points", "Σ eruptions", "Σ waiting")
    assert chosen_units(panel, "modules", (), (808, 596))[0] == ("genes", "Σ 0min")


def test_numbers_below_their_units_are_told_with_them_only_where_that_is_asked(panel, monkeypatch):
    panel.resize(808, 320)
    told = []
    monkeypatch.setattr(columns, "count_text", lambda *of: told.append(of) or "told")
    go(panel, step(session_of("gmm")))
    panel.grab()
    assert not told
    model = panel.sheet.grid.rows_model
    assert model.index(0, len(model.columns) - 1).data() == "told"
