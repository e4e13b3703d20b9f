"""A click does again what its number changes, and nothing else."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsTextItem
from test_bars import genotypes, picture, put, session  # noqa: F401
from test_shelf import STAGE, go, halves, make  # noqa: F401

from emviz.em.counts.table import CountCell, ShareCell, TotalCell
from emviz.session import show, step
from emviz.ui.panels.counts import entries, grid
from emviz.ui.panels.counts.fonts import bold
from emviz.ui.panels.counts.strip import UpdateStrip

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_a_matrix_writes_and_measures_its_numbers_once(make, monkeypatch):  # noqa: F811
    panel = make()
    go(panel, halves("hmm", 1))
    view = panel.shelf.gathered.entries
    view.sizeHint()
    monkeypatch.setattr(entries, "signed", lambda *given: pytest.fail("written again"))
    monkeypatch.setattr(entries, "QFontMetrics", lambda *given: pytest.fail("measured again"))
    view.grab()


def test_in_another_font_a_matrix_is_measured_again(make):  # noqa: F811
    panel = make()
    go(panel, halves("hmm", 1))
    view = panel.shelf.gathered.entries
    view.sizeHint()
    larger = QFont(view.font())
    larger.setPointSize(30)
    view.setFont(larger)
    advance = QFontMetrics(bold(larger)).horizontalAdvance
    texts = [view.text(i, j) for i in range(2) for j in range(6)]
    assert view._widths()[1] == max(map(advance, texts)) + 2 * entries.PAD


def test_other_decimals_keep_the_order_of_the_columns(make, monkeypatch):  # noqa: F811
    panel, weighed = make(), halves("hmm", 1)
    go(panel, weighed)
    monkeypatch.setattr(grid, "leading_groups", lambda *given: pytest.fail("put in order again"))
    go(panel, show(weighed, replace(weighed.display, decimals=4)))


def test_lines_of_the_m_step_are_measured_when_they_have_a_place(make, monkeypatch):  # noqa: F811
    panel, weighed, measured = make(), halves("hmm", 1), []
    go(panel, weighed)
    longest = UpdateStrip._longest
    monkeypatch.setattr(UpdateStrip, "_longest", lambda *given: measured.append(0) or longest(*given))
    finer = show(weighed, replace(weighed.display, decimals=4))
    go(panel, finer)
    assert not measured, "on the shelf there is a derivation"
    go(panel, step(finer))
    assert len(measured) == 1
    assert panel.shelf.board.strip.line_height > panel.fontMetrics().height()


def test_rows_of_another_height_have_their_columns_spread_once(make, monkeypatch):  # noqa: F811
    panel, spread = make(), []
    go(panel, halves("coins", 1))
    own = panel.sheet.grid
    page = own._page
    monkeypatch.setattr(own, "_page", lambda *given: spread.append(given) or page(*given))
    for height in (own.tight_row, own.tight_row, own.tight_row + 3):
        own.set_row_height(height, 400)
    assert len(spread) == 3
    assert own.height() == own.height_for(own.tight_row + 3)


def test_only_the_rows_of_what_is_marked_are_painted_again(make, monkeypatch):  # noqa: F811
    panel = make()
    go(panel, halves("hmm", 1))
    own, painted = panel.sheet.grid, []
    own.mark(None)
    monkeypatch.setattr(own.rows, "repaint_each", lambda rows: painted.append(set(rows)))
    for cell in (ShareCell(1, 0), CountCell(3, 0), CountCell(3, 0), TotalCell(0), ShareCell(2, 0)):
        own.mark(cell)
    places = own.rows_model.order.place
    # To and from a total all rows are painted, and the same cell again paints nothing.
    assert painted == [{places(1)}, {places(1), places(3)}]


def drawn(picture):  # noqa: F811
    texts = [item for item in picture.plot.scene().items() if isinstance(item, QGraphicsTextItem)]
    labels = [item for item in texts if isinstance(item.parentItem(), QGraphicsRectItem)]
    return sorted(
        (item.toHtml(), item.sceneBoundingRect().getRect(), item.parentItem().sceneBoundingRect().getRect())
        for item in labels
    )


def test_a_number_that_stays_the_same_is_not_written_again(picture, session):  # noqa: F811
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
