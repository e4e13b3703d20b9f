"""Theme, style sheet, icons and cards: readable, complete, and growing with the font."""

import re
from itertools import product

import pytest
from hall.ink import painted
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QPalette, QTextDocument
from PySide6.QtWidgets import QApplication, QWidget

from emviz.ui.lesson.words import WordsView
from emviz.ui.look import style
from emviz.ui.look.appearance import Appearance
from emviz.ui.look.theme import DARK, LIGHT, MARKERS, contrast
from emviz.ui.panels.plot.plot import Caption
from emviz.ui.panels.plot.reading import Reading
from emviz.ui.widgets import icons
from emviz.ui.widgets.card import Card
from emviz.ui.widgets.labels import PlainLabel, RichLabel, as_tip


def test_contrast_is_that_of_the_w3c():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_text_is_readable(theme):
    texts = {"ink": theme.ink, "muted": theme.muted, "bound": theme.bound, "good": theme.good}
    texts |= {"fault": theme.fault} | {f"component {k}": c for k, c in enumerate(theme.components)}
    for name, colour in texts.items():
        assert contrast(colour, theme.card) >= 4.5, name
    pairs = [
        (theme.ink, theme.surface),
        (theme.muted, theme.surface),
        (theme.ink, theme.field),
        (theme.ink, theme.hover),
        (theme.ink, theme.selection),
        (theme.ink, theme.newest),
        (theme.fault, theme.fault_wash),
        (theme.accent_ink, theme.accent),
    ]
    for text, ground in pairs:
        assert contrast(text, ground) >= 4.5, (text, ground)
    assert contrast(theme.focus, theme.card) >= 3
    assert contrast(theme.focus, theme.surface) >= 3


def test_every_component_has_its_own_colour_and_marker():
    assert len(set(MARKERS)) == len(MARKERS) == len(set(LIGHT.components)) == len(set(DARK.components))
    assert LIGHT.component(len(MARKERS)) == LIGHT.component(0)


@pytest.mark.parametrize(("theme", "points"), list(product([LIGHT, DARK], [8, 11, 28])))
def test_style_sheet_has_no_gap_and_names_files_that_exist(qapp, theme, points):
    font = QFont(qapp.font())
    font.setPointSize(points)
    sheet = style.stylesheet(theme, font)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    for name in set(re.findall(r"url\(icons:([^)]+)\)", sheet)):
        assert (icons.folder() / name).is_file(), name


def test_lengths_grow_with_the_font(qapp):
    small, large = QFont(qapp.font()), QFont(qapp.font())
    small.setPointSize(10)
    large.setPointSize(20)
    width = r"QComboBox::drop-down \{[^}]*width: (\d+)px"
    before, after = (int(re.search(width, style.stylesheet(LIGHT, font))[1]) for font in (small, large))
    assert after == pytest.approx(2 * before, abs=2)


def test_palette_is_complete(qapp):
    for theme in (LIGHT, DARK):
        palette = style.palette(theme)
        assert palette.color(QPalette.ColorRole.Text).name() == theme.ink
        disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText).name()
        assert disabled == style.disabled_ink(theme) != theme.ink


def test_appearance_dresses_the_application_within_its_limits(qapp, qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    appearance = Appearance("dark", 11, owner)
    with qtbot.waitSignal(appearance.changed) as told:
        appearance.apply()
    assert told.args == [DARK]
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.surface
    appearance.enlarge()
    assert QApplication.font().pointSize() == appearance.points == 12
    appearance.resize(100)
    assert appearance.points == style.LARGEST
    with qtbot.assertNotEmitted(appearance.changed):
        appearance.enlarge()
    appearance.resize(1)
    assert appearance.points == style.SMALLEST
    appearance.restore()
    assert appearance.points == style.USUAL
    appearance.choose("light")
    assert appearance.theme is LIGHT
    appearance.choose("system")
    assert appearance.theme in (LIGHT, DARK)


def test_a_key_that_repeats_dresses_the_application_twice(qapp, qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    appearance, told = Appearance("light", 11, owner), []
    appearance.changed.connect(told.append)
    for _ in range(6):
        appearance.enlarge()
    appearance.shrink()
    assert (appearance.points, len(told), QApplication.font().pointSize()) == (16, 1, 12)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert QApplication.font().pointSize() == 16
    appearance.shrink()
    appearance.restore()
    assert QApplication.font().pointSize() == appearance.points == style.USUAL


@pytest.mark.parametrize(
    ("height", "full_screen", "em"),
    [
        (400, False, 15),
        (720, False, 15),
        (768, False, 16),
        (1080, False, 22),
        (720, True, 16.8),
        (1080, True, 24.64),
    ],
)
def test_text_is_as_large_as_the_height_of_the_window_asks_for(height, full_screen, em):
    """max(15, height / 48) pixels, by hand; 1.12 times that in full screen."""
    assert style.em_for(height, full_screen) == pytest.approx(em)


def test_a_window_dresses_anew_once_it_has_its_size(qapp, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 720)
    appearance = Appearance("light", style.USUAL, window)
    appearance.follow(window)
    dressed = []
    appearance.changed.connect(dressed.append)
    window.resize(900, 960)
    with qtbot.waitExposed(window):
        window.show()
    # 960 / 48 pixels, in points of 96 dots an inch: at once, before it is seen.
    assert len(dressed) == 1
    assert QApplication.font().pointSizeF() == pytest.approx(20 * 72 / 96)
    with qtbot.waitSignal(appearance.changed):
        for height in range(970, 1081, 10):
            window.resize(900, height)
    assert len(dressed) == 2
    assert QApplication.font().pointSizeF() == pytest.approx(22 * 72 / 96)


def test_a_size_chosen_multiplies_what_the_window_asks_for(qapp, qtbot):
    """A size of 22 was twice the usual one in former preferences, and is now."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 768)
    appearance = Appearance("light", 2 * style.USUAL, window)
    appearance.follow(window)
    assert QApplication.font().pointSizeF() == pytest.approx(2 * 16 * 72 / 96)


@pytest.mark.parametrize("points", range(6, 40))
def test_scripts_are_large_enough_and_leave_lines_as_high(qapp, qtbot, points):
    font = QFont(qapp.font())
    font.setPointSizeF(points + 0.3)
    label = RichLabel()
    qtbot.addWidget(label)
    label.setFont(font)
    label.show_html("θ and x")
    plain = label.sizeHint().height()
    heights = []
    for lines in (1, 2):
        label.show_html("<br>".join(["θ<sub>A</sub> and x<sup>2</sup>"] * lines))
        heights.append(label.sizeHint().height())
    assert heights[1] - heights[0] <= plain + 1
    label.show_html("θ<sub>A</sub> and x<sup>2</sup>")
    label.resize(label.sizeHint())
    sizes = {ink.text.strip(): ink.em for ink in painted(label)}
    assert sizes["θ"] == pytest.approx((points + 0.3) * 96 / 72)
    assert sizes["A"] == sizes["2"] >= 0.78 * sizes["θ"]


@pytest.mark.parametrize("path", sorted(icons.folder().glob("*.svg")), ids=lambda path: path.stem)
def test_icons_are_drawn_in_the_colour_asked_for(qapp, path):
    image = icons.icon(path.stem, "#ff0000", "#00ff00", 24).pixmap(24).toImage()
    opaque = [
        image.pixelColor(x, y) for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 200
    ]
    assert opaque
    if "currentColor" in path.read_text(encoding="utf-8"):
        assert {colour.name() for colour in opaque} == {"#ff0000"}


def test_icons_are_sharp_at_twice_the_size(qapp):
    drawn = icons.icon("step", "#000000", "#888888", 20).pixmap(20, 20)
    assert drawn.deviceIndependentSize().width() == 20
    pixmap = icons.icon("step", "#000000", "#888888", 20).pixmap(drawn.size(), 2.0)
    assert pixmap.width() == 40


def test_a_hint_gives_way_to_the_title(qapp, qtbot):
    card = Card("Lower bound", "click a number to see where it comes from")
    qtbot.addWidget(card)
    card.resize(900, 200)
    card.grab()
    assert card.hint.toolTip() == ""
    card.resize(220, 200)
    card.grab()
    assert card.hint.toolTip() == card.hint.text()
    assert card.minimumSizeHint().width() < 220


def test_no_line_ends_within_the_name_of_a_step(qtbot):
    label = RichLabel()
    qtbot.addWidget(label)
    label.show_html("Next, the E-step of a run; all M-steps; E-stepwise")
    assert label.text() == "Next, the E\u2011step of a run; all M\u2011steps; E-stepwise"
    label.show_html("log P and log Posterior")
    assert label.text() == "log\xa0P and log Posterior"
    label.show_html("Next, the E-step of a run")
    assert label.html.startswith("Next, the E-step"), "what is read aloud and copied is as it was written"


def test_no_line_ends_within_what_belongs_together(qtbot):
    told = "The M-step adds 2.2 log(1 − θ_A) + 1"
    whole = "The M\u2011step adds 2.2 log(1\xa0−\xa0θ_A) + 1"
    card = QWidget()
    label, caption, read, words = PlainLabel(), Caption(), Reading(card), WordsView()
    for widget in (label, caption, card, words):
        qtbot.addWidget(widget)
    label.setWordWrap(True)
    label.setText(told)
    caption.show_text(told)
    read.show_text(told, QRect(0, 0, 300, 20))
    words.show_words(told)
    assert label.text() == read.text() == whole
    assert words.document().toRawText() == whole.replace("_", "")
    assert as_tip(f"{told} <b>").startswith("<qt>The M\u2011step")
    plain = QTextDocument()
    plain.setHtml(caption.text())
    assert plain.toRawText() == whole.replace("_", "")
