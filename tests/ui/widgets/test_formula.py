import re
import sys
import threading

import numpy as np
import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QObject, QTimer

from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.models import model_named
from emviz.session import example_session, new_session, step
from emviz.ui.widgets.formula import KEPT, Foresight, FormulaView, Typesetter, plain, svg_of
from emviz.ui.work.worker import Worker

RATIO = r"\theta _{A} = \frac{21.3}{21.3 + 8.6} \approx 0.71"


def test_formulas_become_svg_that_qt_can_draw(qapp):
    svg = Typesetter().typeset(RATIO, 20, "#123456")
    assert svg is not None
    assert svg.defaultSize().width() > 100
    assert "#123456" in svg_of(RATIO, 20, "#123456")
    # SVG 2 would refer to glyphs by <use>, which Qt leaves out.
    assert "<use" not in svg_of(RATIO, 20, "#123456")


@pytest.mark.parametrize(
    "latex", [RATIO, r"x_{1}", r"\sqrt{\frac{1}{2}} + \left( \sum _{i} y_i ^{2} \right)", "7"]
)
def test_a_formula_looks_as_ziamath_has_it(latex):
    """It is handed over without the row around it, which took as long again."""
    from ziamath.config import config
    from ziamath.zmath import Latex

    found = svg_of(latex, 20, "#123456")
    config.svg2 = False
    assert found == str(Latex(latex, size=20, color="#123456").svg())


def test_ziamath_is_read_in_the_background_once_the_first_screen_is_there(qtbot, monkeypatch):
    """The import takes 0.2 s, which the first derivation would hold the window up for."""
    read = []
    monkeypatch.setattr(
        "emviz.ui.widgets.formula.read_ziamath", lambda: read.append(threading.current_thread())
    )
    monkeypatch.delitem(sys.modules, "ziamath", raising=False)
    worker = Worker()
    parent = QObject()
    foresight = Foresight(worker, parent)
    foresight.look()
    assert not read
    qtbot.waitUntil(lambda: len(read) == 1)
    assert read[0] is not threading.main_thread()
    monkeypatch.setitem(sys.modules, "ziamath", object())
    foresight.look()
    assert not parent.findChild(QTimer).isActive(), "it is there"
    worker.shutdown()
    parent.deleteLater()


def test_a_larger_font_gives_a_larger_formula(qapp):
    typesetter = Typesetter()
    small, large = (typesetter.typeset(RATIO, size, "#000000").defaultSize() for size in (15, 30))
    assert large.width() == pytest.approx(2 * small.width(), rel=0.05)


def test_a_formula_is_typeset_once_for_each_size_and_colour(qapp, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "emviz.ui.widgets.formula.svg_of",
        lambda *key: asked.append(key) or "<svg xmlns='http://www.w3.org/2000/svg'/>",
    )
    typesetter = Typesetter()
    for colour in ("#000000", "#ffffff", "#000000"):
        typesetter.typeset(RATIO, 20, colour)
    assert len(asked) == 2
    for number in range(KEPT):
        typesetter.typeset(str(number), 20, "#000000")
    typesetter.typeset(RATIO, 20, "#000000")
    assert asked[-1] == (RATIO, 20, "#000000"), "the oldest formula is given up"


@pytest.mark.parametrize("latex", [r"\frac{1}{", r"{", ""])
def test_a_formula_that_cannot_be_read_is_shown_as_text(qapp, qtbot, latex):
    view = FormulaView()
    qtbot.addWidget(view)
    view.set_formula(latex, Typesetter().typeset(latex, 20, "#000000"))
    assert not view.typeset
    view.resize(200, 30)
    assert not view.grab().isNull()


def test_plain_text_of_a_formula():
    assert plain(RATIO) == "θ_A = 21.3 / (21.3 + 8.6) ≈ 0.71"
    assert plain(r"0.45 \times 5\,\mathrm{H} \approx 2.2\,\mathrm{H}") == "0.45 × 5 H ≈ 2.2 H"
    assert plain(r"\sigma^2_{\mathrm{A}} = \Sigma x^2 / 2") == "σ^2_A = Σ x^2 / 2"
    density = r"\frac{1}{\sqrt{(2\pi)^{2} \cdot 234}} \exp\left(-\frac{0.23}{2}\right)"
    assert plain(density) == "1 / (√((2π)^2 · 234)) exp(−0.23 / (2))"
    assert (
        plain(r"\gamma = \sum_z P(x, z),\ P(X \geq 1 \mid \lambda), \nu")
        == "γ = Σ_z P(x, z), P(X ≥ 1 | λ), ν"
    )
    assert plain(r"\pi _{\mathrm{A}}, \mu _{\mathrm{B}}, \beta, \xi") == "π_A, μ_B, β, ξ"
    fraction = (
        r"P(\mathrm{A}) = \frac{0.60^{5} \cdot 0.40^{5}}{0.60^{5} \cdot 0.40^{5} + 0.50^{5} \cdot 0.50^{5}}"
    )
    assert plain(fraction) == "P(A) = (0.60^5 · 0.40^5) / (0.60^5 · 0.40^5 + 0.50^5 · 0.50^5)"


def test_a_formula_shrinks_a_little_and_then_asks_for_room(qapp, qtbot):
    view = FormulaView()
    qtbot.addWidget(view)
    view.set_formula(RATIO, Typesetter().typeset(RATIO, 20, "#000000"))
    natural = view.natural_size().width()
    assert 0.7 * natural < view.minimumSizeHint().width() < 0.8 * natural
    assert view.accessibleName() == plain(RATIO)


def test_every_formula_of_the_coins_is_typeset(qapp):
    from emviz.data.table import Table

    table = Table.from_columns({"tosses": ["HTTTHHTHTH", "HHHHTHHHHH"]})
    session = step(step(new_session(model_named("coins"), table, "two sets")))
    view = session.model.count_table(session.data, session.round, [0, 1])
    for cell in (ShareCell(0, 0), CountCell(1, 1), TotalCell(0), UpdateCell(1)):
        for line in view.derive(cell, 1).lines:
            assert svg_of(line.formula, 20, "#000000"), line.formula
            assert "\\" not in plain(line.formula)


def test_a_result_has_no_brackets_and_a_true_minus():
    session = step(step(example_session("modules")))
    table = session.model.count_table(session.data, session.round, np.array([5]))
    cells = (ShareCell(0, 0), TotalCell(0), UpdateCell(1))
    lines = [line for cell in cells for line in table.derive(cell, 2).lines]
    told = [text for line in lines for text in (plain(line.formula), line.words)]
    assert any("−" in text for text in told), told
    assert [text for text in told if re.search(r"[=≈] \(−?[\d.]+\)(?! \+)|(?<!\w)-\d", text)] == []


def test_a_formula_far_too_wide_is_told_in_lines_of_text(qtbot):
    view = FormulaView()
    qtbot.addWidget(view)
    latex = " + ".join(["1.25"] * 60)
    view.set_formula(latex, Typesetter().typeset(latex, 16, "#000000"))
    natural = view.natural_size()
    assert not view.is_wrapped(natural.width())
    assert view.heightForWidth(natural.width()) == natural.height()
    assert view.is_wrapped(natural.width() // 2)
    lines = view.heightForWidth(natural.width() // 2) / view.fontMetrics().lineSpacing()
    assert lines >= 2, "all of it is there, in several lines"
    assert view.minimumSizeHint().width() < natural.width() // 4


def test_what_stands_low_and_high_does_so_in_lines_of_text(qtbot):
    view = FormulaView()
    qtbot.addWidget(view)
    view.set_formula(r"o_{72} < \theta_{\mathrm{A}}^{(1)} \cdot 0.60^{5} \cdot 10^{-4}", None)
    lines = view._lines(400)
    assert lines.toPlainText() == "o72 < θA(1) · 0.605 · 10−4"
    assert [lines.toHtml().count(f"vertical-align:{each}") for each in ("sub;", "super;")] == [2, 3]
