"""The sheet of the counts on a laptop: all of Figure 1b is seen, and what a single completion leads to."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QSize
from PySide6.QtGui import QRegion
from PySide6.QtTest import QTest
from showing import go, hand
from standing import stand_for

from emviz.em.methods import method_named
from emviz.session import example_session, new_session, reference, set_start, show, single, step
from emviz.ui.keeping import preferences
from emviz.ui.look.style import dress
from emviz.ui.look.theme import LIGHT
from emviz.ui.panels.counts.panel import CountPanel
from emviz.ui.window import MainWindow

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
]

#: The card of the counts in a window of 1280 × 720, and in the full screen.
LAPTOP, FULL = (530, 298), (720, 330)


@pytest.fixture
def make(qapp, qtbot):
    """Return a maker of panels for a size of the text."""

    def made(points=11, size=LAPTOP):
        dress(qapp, LIGHT, points)
        panel = CountPanel()
        qtbot.addWidget(panel)
        panel.apply_theme(LIGHT)
        panel.resize(*size)
        with qtbot.waitExposed(panel):
            panel.show()
        return panel

    qapp.setProperty("emvizMotion", False)
    yield made
    qapp.setProperty("emvizMotion", None)
    qapp.setStyleSheet("")


def after(halves, session=None, **display):
    session = session or example_session()
    for _ in range(halves):
        session = step(session)
    return show(session, replace(session.display, **display))


def tell(panel, session):
    hand(panel, session, reference=reference(session))
    hand(panel, session, single=single(session))
    return panel.sheet.reference.html.replace("<sub>", "_").replace("</sub>", "")


def unseen(panel):
    """Return the cells of the table that are not whole in sight."""
    grid = panel.sheet.grid
    return [
        (view.accessibleName(), row, column)
        for view in (grid.rows, grid.totals)
        for row in range(view.model().rowCount())
        for column in range(view.model().columnCount())
        if not view.viewport().rect().contains(view.visualRect(view.model().index(row, column)))
    ]


@pytest.mark.parametrize("halves", [0, 1, 2])
@pytest.mark.parametrize("decimals", [1, 2, 3, 4])
def test_figure_1b_is_seen_whole_on_a_laptop(make, qtbot, halves, decimals):
    panel = make()
    session = after(halves, decimals=decimals)
    go(panel, session)
    tell(panel, session)
    qtbot.waitUntil(lambda: not unseen(panel))
    assert panel.sheet.reference.isVisible()
    assert panel.sheet.reference.geometry().bottom() < panel.sheet.height()
    assert panel.sheet.strip.more == 0


@pytest.mark.parametrize("points", [11, 15])
def test_larger_text_in_the_full_screen_leaves_every_row_in_sight(make, qtbot, points):
    panel = make(points, FULL)
    session = after(2)
    go(panel, session)
    tell(panel, session)
    qtbot.waitUntil(lambda: not unseen(panel))
    assert panel.sheet.grid.font().pointSizeF() > 11 * 0.99


def test_where_everything_fits_the_letters_keep_their_size(make):
    panel = make(size=(780, 460))
    go(panel, after(2))
    assert panel.sheet.grid.font().pointSizeF() == pytest.approx(11)
    go(panel, after(2, decimals=6))
    panel.resize(300, 460)
    assert panel.sheet.grid.font().pointSizeF() == pytest.approx(11), "its columns scroll in any size"


def test_units_stand_in_the_heading_where_numbers_are_long(make):
    panel = make()
    go(panel, after(2, decimals=4))
    model = panel.sheet.grid.totals_model
    assert panel.sheet.grid.rows_model.columns[3].units == ("H", "T")
    assert [model.index(0, column).data() for column in (3, 4)] == [
        "≈ 21.2975 H, 8.5722 T",
        "≈ 11.7025 H, 8.4278 T",
    ]


def test_what_the_likeliest_completion_leads_to_is_told_with_what_it_is_worth(make):
    panel = make()
    session = after(1)
    go(panel, session)
    assert tell(panel, session) == (
        "complete data: θ_A = 24 / 30 = 0.80 · θ_B = 9 / 20 = 0.45<br>"
        "hard EM (likeliest coin as certain): the same, as every guess is right"
    )
    go(panel, show(session, replace(session.display, reference=False)))
    assert panel.sheet.reference.html.endswith("θ<sub>A</sub> = 0.80, θ<sub>B</sub> = 0.45")


def test_where_a_guess_is_wrong_hard_em_goes_astray(make):
    # At (0.8, 0.6) seven heads in ten are likelier with B: A gets 9 + 8 of 20, B gets 5 + 4 + 7 of 30.
    panel = make()
    session = after(1, set_start(example_session(), {"heads": [0.8, 0.6]}))
    go(panel, session)
    assert tell(panel, session).endswith("<br>hard EM (likeliest coin as certain): θ_A = 0.85, θ_B = 0.53")


def test_nothing_is_told_before_the_e_step_nor_of_another_start(make):
    panel = make()
    first = example_session()
    go(panel, first)
    assert "hard EM" not in tell(panel, first)
    go(panel, after(1, set_start(first, {"heads": [0.8, 0.6]})))
    assert "hard EM" not in panel.sheet.reference.text(), "its own is still on the way"


def test_hard_em_itself_is_not_compared_with_itself(make):
    panel = make()
    first = example_session()
    session = after(1, new_session(first.model, first.table, "hard", method=method_named("hard")))
    go(panel, session)
    assert "hard EM" not in tell(panel, session)


@pytest.mark.thorough
def test_it_is_there_in_the_very_first_iteration(qtbot, tmp_path):
    window = MainWindow(None, preferences.settings_at(tmp_path / "emviz.ini"))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: window.pictures.idle)
    assert "hard EM" not in window.counts.sheet.reference.text()
    window.commands["step"].trigger()
    qtbot.waitUntil(lambda: window.store.session.cursor == 1)
    qtbot.waitUntil(lambda: "hard EM" in window.counts.sheet.reference.text())
    window.close()


@pytest.mark.parametrize("key", ["coins", "linkage", "abo", "haplotype", "gmm", "hmm"])
@pytest.mark.parametrize(
    "size", stand_for([(LAPTOP,), ((808, 596),), ((1264, 596),), ((360, 200),)], [(LAPTOP,), ((360, 200),)])
)
def test_a_card_is_said_to_hold_what_it_then_shows(make, qtbot, key, size):
    panel = make(size=(400, 250))
    session = after(2, example_session(key))
    go(panel, session)
    held = panel.fits(QSize(*size))
    assert held or key in ("gmm", "hmm") or size in (LAPTOP, (360, 200))
    assert not (held and key in ("gmm", "hmm"))
    panel.resize(*size)
    if held:
        qtbot.waitUntil(lambda: unseen(panel) == [])


def test_before_anything_is_shown_everything_fits(make):
    assert make().fits(QSize(100, 100))


class Painted(QObject):
    """Remembers which part of a widget is painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.region += event.region()
        return False


def test_the_word_of_the_totals_is_painted_with_what_a_step_has_changed(make, qtbot):
    panel = make()
    panel.render(after(1))
    grid = panel.sheet.grid
    for view, first in ((grid.totals, True), (grid.rows, False)):
        QTest.qWait(50)  # what is left to be painted of the step before
        painted = Painted(view.viewport())
        view.set_growth(1.0)
        qtbot.waitUntil(lambda painted=painted: not painted.region.isEmpty())
        assert painted.region.contains(QPoint(2, 2)) == first
