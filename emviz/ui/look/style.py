"""The style sheet and the palette, made from a theme and a font size."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from emviz.ui.look.theme import DARK, LIGHT, Theme
from emviz.ui.widgets.icons import register_folder

#: The selectable text sizes, in points; with the default, the window's height determines the size.
SMALLEST, USUAL, LARGEST = 8, 11, 28
#: Minimum em in pixels, lines of text in a window's height, and the enlargement in full screen, where a hall
#: of sixty must be able to read from the last row.
LEAST, LINES, FULL = 15, 48, 1.12
#: Relative size of secondary text: hints, axes, units.
SMALL = 0.95
#: Points per inch.
INCH = 72.0


def em_for(height: int, full_screen: bool = False) -> float:
    """Return the em in pixels for a window height, rounded down."""
    return max(LEAST, height // LINES) * (FULL if full_screen else 1.0)


def dress(application: QApplication, theme: Theme, points: float) -> None:
    """Set font, palette and style sheet of the application."""
    font = QFont(application.font())
    font.setPointSizeF(points)
    application.setFont(font)
    application.setPalette(palette(theme))
    sheet = stylesheet(theme, font)
    if application.styleSheet() != sheet:
        application.setStyleSheet(sheet)


def theme_for(choice: str) -> Theme:
    """Return the theme for "light", "dark" or "system", which is light if the system does not say."""
    if choice == "system":
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def palette(theme: Theme) -> QPalette:
    """Return the palette, for parts not covered by the style sheet."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.surface,
        role.WindowText: theme.ink,
        role.Base: theme.field,
        role.AlternateBase: theme.hover,
        role.Text: theme.ink,
        role.PlaceholderText: theme.muted,
        role.Button: theme.card,
        role.ButtonText: theme.ink,
        role.BrightText: theme.fault,
        role.ToolTipBase: theme.card,
        role.ToolTipText: theme.ink,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.ink,
        role.Link: theme.focus,
        role.Accent: theme.focus,
        role.Light: theme.hover,
        role.Midlight: theme.faint,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Shadow: theme.border,
    }
    made = QPalette()
    for which, colour in colours.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(disabled_ink(theme)))
    return made


def disabled_ink(theme: Theme) -> str:
    """Return the colour of disabled text: halfway between secondary text and the card."""
    return mixed(theme.muted, theme.card, 0.45)


@lru_cache(maxsize=1024)
def mixed(one: str, other: str, share: float) -> str:
    """Return a mixture of two colours with the given share of the second."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def faded(colour: str, alpha: int) -> QColor:
    """Return a colour with an opacity of 0 … 255."""
    made = QColor(colour)
    made.setAlpha(alpha)
    return made


def stylesheet(theme: Theme, font: QFont) -> str:
    """Return the style sheet, in which lengths scale with the font."""
    register_folder()
    em, points = QFontInfo(font).pixelSize(), font.pointSizeF()
    lengths = {f"px{n}": f"{max(1, round(em * n / 16))}px" for n in (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 18, 24)}
    sizes = {
        "small": f"{points * SMALL:.2f}pt",
        "large": f"{points * 1.12:.2f}pt",
        "huge": f"{points * 1.3:.2f}pt",
    }
    colours = {name: value for name, value in asdict(theme).items() if isinstance(value, str)}
    derived = {
        "disabled": disabled_ink(theme),
        "line": mixed(theme.border, theme.ink, 0.22),
        "handle": mixed(theme.border, theme.muted, 0.45),
        "accent_hover": mixed(theme.accent, theme.card, 0.14),
        "accent_pressed": mixed(theme.accent, theme.ink, 0.25),
        "check": "check-dark" if theme.dark else "check",
    }
    return Template(SHEET).substitute(colours | lengths | sizes | derived)


def enlarged(theme: Theme, font: QFont) -> str:
    """Return the style sheet of a part of the window with larger text.

    With style sheets, child widgets do not inherit the font of their parent.
    """
    return f"{stylesheet(theme, font)} {TEXTS} {{ font-size: {font.pointSizeF():.2f}pt; }}"


#: Parts without a size in the sheet; widgets that draw text themselves use one of these roles.
TEXTS = 'QLabel, QTabBar, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractButton, QWidget[role="text"]'
# Borders are 1 px and focus rings 2 px wide; the padding compensates, so that nothing moves.
SHEET = """
QMainWindow, QDialog { background: $surface; }
QWidget { color: $ink; }
QWidget:disabled { color: $disabled; }
QToolTip { background: $card; color: $ink; border: 1px solid $line; padding: $px4; }

QFrame[role="card"] { background: $card; border: 1px solid $border; border-radius: 8px; }
QFrame[role="notice"] { background: $fault_wash; border: none; border-radius: 6px; }
QLabel { background: transparent; border: none; }
QLabel[role="title"] { font-size: $large; font-weight: 600; }
QLabel[role="hint"], QLabel[role="muted"] { color: $muted; font-size: $small; }
QLabel[role="value"] { font-size: $huge; font-weight: 600; }
QLabel[role="gain"] { color: $good; font-weight: 600; }
QLabel[role="fault"] { color: $fault; font-weight: 600; }
QLabel[role="sentence"] { font-size: $large; }

QPushButton, QToolButton {
    background: $card; border: 1px solid $line; border-radius: 6px; padding: $px5 $px10;
}
QToolButton { padding: $px5 $px6; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: $selection; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; border-color: $border; }
QPushButton:focus, QToolButton:focus { border: 2px solid $focus; padding: $px4 $px8; }
QToolButton:focus { padding: $px4 $px5; }
QToolButton::menu-indicator { image: none; }
QToolButton:checked { background: $selection; }
QToolButton[role="bare"] {
    background: transparent; border: 1px solid transparent; padding: 1px; color: $muted;
}
QToolButton[role="bare"]:hover { background: $hover; }
QToolButton[role="bare"]:checked { background: $selection; }
QToolButton[role="bare"]:focus { border: 2px solid $focus; padding: 0; }
QToolButton#menuButton, QToolButton#menuButton:focus { padding: 0; }
QToolButton#menuButton::menu-indicator { image: none; }
QToolButton[popupMode="1"] { padding-right: $px18; }
QToolButton::menu-button { border: none; width: $px14; }
QToolButton::menu-arrow { image: url(icons:chevron-down.svg); width: $px10; height: $px10; }
QToolButton[popupMode="InstantPopup"] { padding-right: $px18; }
QToolButton[popupMode="InstantPopup"]::menu-indicator {
    image: url(icons:chevron-down.svg); width: $px10; height: $px10;
    subcontrol-origin: padding; subcontrol-position: center right; right: $px5;
}
QPushButton[role="primary"], QToolButton[role="primary"] {
    background: $accent; color: $accent_ink; border: 1px solid $accent; font-size: $huge; font-weight: 700;
    padding: $px6 $px14;
}
QPushButton[role="primary"]:hover, QToolButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:pressed, QToolButton[role="primary"]:pressed { background: $accent_pressed; }
QPushButton[role="primary"]:disabled, QToolButton[role="primary"]:disabled {
    background: $hover; color: $disabled; border-color: $border;
}
/* A focus ring is invisible on the accent colour, so it is drawn around the button with a gap. */
QPushButton[role="primary"]:focus, QToolButton[role="primary"]:focus {
    border: 2px solid $focus; padding: 2px; background-clip: content; background-origin: content;
}

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: $field; border: 1px solid $line; border-radius: 6px; padding: $px4 $px6;
    selection-background-color: $selection; selection-color: $ink;
}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus,
QPlainTextEdit:focus, QTextEdit:focus {
    border: 2px solid $focus; padding: $px3 $px5;
}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    background: $surface; border-color: $border; color: $disabled;
}
QLineEdit[invalid="true"], QSpinBox[invalid="true"], QDoubleSpinBox[invalid="true"] {
    border: 2px solid $fault;
}
QTextEdit[role="words"], QTextEdit[role="words"]:focus { background: transparent; border: none; padding: 0; }
QComboBox { padding-right: $px2; combobox-popup: 0; }
QComboBox:focus { padding-right: $px2; }
QComboBox QLineEdit, QComboBox QLineEdit:focus {
    border: none; border-radius: 0; padding: 0; background: transparent;
}
QComboBox:hover { background: $hover; }
QComboBox::drop-down {
    subcontrol-origin: padding; subcontrol-position: center right; width: $px24; border: none;
}
QComboBox::down-arrow { image: url(icons:chevron-down.svg); width: $px12; height: $px12; }
QComboBox QAbstractItemView {
    background: $card; border: 1px solid $line; padding: $px2; outline: none;
    selection-background-color: $selection; selection-color: $ink;
}
QComboBox QAbstractItemView::item { min-height: $px24; padding: 0 $px4; }
QComboBox QAbstractItemView::item:selected { background: $selection; color: $ink; }
/* Qt starts the text of a styled spin box on its border, so it is centred. */
QSpinBox, QDoubleSpinBox { padding-right: $px18; qproperty-alignment: AlignCenter; }
QSpinBox:focus, QDoubleSpinBox:focus { padding-right: $px18; }
QSpinBox::up-button, QDoubleSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right;
    width: $px18; border: none; margin: 2px 2px 0 0;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right;
    width: $px18; border: none; margin: 0 2px 2px 0;
}
QSpinBox::up-button:hover, QSpinBox::down-button:hover,
QDoubleSpinBox::up-button:hover, QDoubleSpinBox::down-button:hover { background: $hover; border-radius: 3px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {
    image: url(icons:chevron-up.svg); width: $px10; height: $px10;
}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {
    image: url(icons:chevron-down.svg); width: $px10; height: $px10;
}

QCheckBox, QRadioButton { spacing: $px6; padding: $px2; border: 2px solid transparent; border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border-color: $focus; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator {
    width: $px14; height: $px14; border: 1px solid $line; background: $field;
}
QCheckBox::indicator, QListView::indicator { border-radius: 3px; }
QRadioButton::indicator { border-radius: $px7; }
QCheckBox::indicator:checked, QListView::indicator:checked {
    background: $accent; border-color: $accent; image: url(icons:$check.svg);
}
QRadioButton::indicator:checked {
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 $accent, stop: 0.55 $accent, stop: 0.65 $field, stop: 1 $field);
}

QSlider { min-height: $px24; border: 2px solid transparent; border-radius: 6px; }
QSlider:focus { border-color: $focus; }
QSlider::groove:horizontal { height: $px4; border-radius: $px2; background: $handle; }
QSlider::sub-page:horizontal { height: $px4; border-radius: $px2; background: $accent; }
QSlider::handle:horizontal {
    width: $px14; margin: -$px6 0; border-radius: $px7; background: $card; border: 2px solid $accent;
}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:pressed { background: $selection; }
QSlider::sub-page:horizontal:disabled { background: $handle; }
QSlider::handle:horizontal:disabled { border-color: $handle; }
QProgressBar {
    background: $hover; border: none; border-radius: $px4; text-align: center; min-height: $px18;
}
QProgressBar[role="line"] { min-height: $px4; max-height: $px4; }
QProgressBar::chunk { background: $accent; border-radius: $px4; }

QTableView, QTreeView, QListView {
    background: $card; border: 1px solid $border; border-radius: 4px; gridline-color: $faint; outline: none;
    alternate-background-color: $hover; selection-background-color: $selection; selection-color: $ink;
}
QTableView:focus, QTreeView:focus, QListView:focus { border: 1px solid $focus; }
QHeaderView { background: $card; border: none; }
QHeaderView::section {
    background: $card; color: $muted; border: none; border-bottom: 1px solid $line; padding: $px3 $px6;
}
QHeaderView::section:vertical { border-bottom: 1px solid $faint; }
QTableCornerButton::section { background: $card; border: none; border-bottom: 1px solid $line; }
QScrollArea { background: transparent; border: none; }
QScrollArea[role="stop"] { border: 2px solid transparent; border-radius: 4px; }
QScrollArea[role="stop"]:focus { border-color: $focus; }
QFrame[role="ring"] { background: transparent; border: 2px solid $focus; border-radius: 4px; }
QScrollBar:vertical { background: transparent; width: $px12; margin: 0; }
QScrollBar:horizontal { background: transparent; height: $px12; margin: 0; }
QScrollBar::handle { background: $handle; border-radius: $px3; margin: $px3; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::handle:vertical { min-height: $px24; }
QScrollBar::handle:horizontal { min-width: $px24; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $border; }

QMenuBar { background: $surface; color: $ink; }
QMenuBar::item { background: transparent; padding: $px4 $px8; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $card; border: 1px solid $line; padding: $px4; }
QMenu::item { padding: $px5 $px24 $px5 $px24; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $ink; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $border; margin: $px4 $px8; }
QMenu::right-arrow { image: url(icons:chevron-right.svg); width: $px10; height: $px10; margin-right: $px6; }
QMenu::icon { padding-left: $px6; }
QTabBar::tab {
    background: transparent; padding: $px4 $px6; border-bottom: 2px solid transparent; color: $muted;
}
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $accent; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QGroupBox { border: 1px solid $border; border-radius: 6px; margin-top: $px10; padding-top: $px6; }
QGroupBox::title { subcontrol-origin: margin; left: $px8; color: $muted; }
"""
