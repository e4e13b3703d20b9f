"""A click does again what its number changes, and nothing else."""

from dataclasses import replace

import pytest
from counting import go, halves
from PySide6.QtGui import QFont, QFontMetrics

from emviz.em.counts.table import CountCell, ShareCell, TotalCell
from emviz.session import show, step
from emviz.ui.panels.counts import entries, grid
from emviz.ui.panels.counts.fonts import bold
from emviz.ui.panels.counts.strip import UpdateStrip

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_a_matrix_writes_and_measures_its_numbers_once(counts_at, monkeypatch):
    panel = counts_at()
    go(panel, halves("hmm", 1))
    view = panel.shelf.gathered.entries
    view.sizeHint()
    monkeypatch.setattr(entries, "signed", lambda *given: pytest.fail("written again"))
    monkeypatch.setattr(entries, "QFontMetrics", lambda *given: pytest.fail("measured again"))
    view.grab()


def test_in_another_font_a_matrix_is_measured_again(counts_at):
    panel = counts_at()
    go(panel, halves("hmm", 1))
    view = panel.shelf.gathered.entries
    view.sizeHint()
    larger = QFont(view.font())
    larger.setPointSize(30)
    view.setFont(larger)
    advance = QFontMetrics(bold(larger)).horizontalAdvance
    texts = [view.text(i, j) for i in range(2) for j in range(6)]
    assert view._widths()[1] == max(map(advance, texts)) + 2 * entries.PAD


def test_other_decimals_keep_the_order_of_the_columns(counts_at, monkeypatch):
    panel, weighed = counts_at(), halves("hmm", 1)
    go(panel, weighed)
    monkeypatch.setattr(grid, "leading_groups", lambda *given: pytest.fail("put in order again"))
    go(panel, show(weighed, replace(weighed.display, decimals=4)))


def test_lines_of_the_m_step_are_measured_when_they_have_a_place(counts_at, monkeypatch):
    panel, weighed, measured = counts_at(), halves("hmm", 1), []
    go(panel, weighed)
    longest = UpdateStrip._longest
    monkeypatch.setattr(UpdateStrip, "_longest", lambda *given: measured.append(0) or longest(*given))
    finer = show(weighed, replace(weighed.display, decimals=4))
    go(panel, finer)
    assert not measured, "on the shelf there is a derivation"
    go(panel, step(finer))
    assert len(measured) == 1
    assert panel.shelf.board.strip.line_height > panel.fontMetrics().height()


def test_rows_of_another_height_have_their_columns_spread_once(counts_at, monkeypatch):
    panel, spread = counts_at(), []
    go(panel, halves("coins", 1))
    own = panel.sheet.grid
    page = own._page
    monkeypatch.setattr(own, "_page", lambda *given: spread.append(given) or page(*given))
    for height in (own.tight_row, own.tight_row, own.tight_row + 3):
        own.set_row_height(height, 400)
    assert len(spread) == 3
    assert own.height() == own.height_for(own.tight_row + 3)


def test_only_the_rows_of_what_is_marked_are_painted_again(counts_at, monkeypatch):
    panel = counts_at()
    go(panel, halves("hmm", 1))
    own, painted = panel.sheet.grid, []
    own.mark(None)
    monkeypatch.setattr(own.rows, "repaint_each", lambda rows: painted.append(set(rows)))
    for cell in (ShareCell(1, 0), CountCell(3, 0), CountCell(3, 0), TotalCell(0), ShareCell(2, 0)):
        own.mark(cell)
    places = own.rows_model.order.place
    # To and from a total all rows are painted, and the same cell again paints nothing.
    assert painted == [{places(1)}, {places(1), places(3)}]
