"""The bar at the top: the step buttons, the experiment and the figures of the run.

Its width alone determines which parts are shown; each part keeps its place and width, whatever its text.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontInfo, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from emviz.session import Session, named
from emviz.ui.commands.actions import Actions
from emviz.ui.frame.chip import Chip
from emviz.ui.frame.method_selector import MethodSelector
from emviz.ui.frame.readout import Readout
from emviz.ui.frame.sparkline import Sparkline
from emviz.ui.frame.speeds import SpeedMenu, position_of, speed_at, speed_slider, speed_words
from emviz.ui.look.lettering import BAR, dress, lettering, scale_in
from emviz.ui.look.style import disabled_ink
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.widgets.icons import icon
from emviz.ui.widgets.labels import PlainLabel
from emviz.ui.work.driver import Driver

#: The buttons, left to right.
NAMES = ("first", "back", "step", "iterate", "run", "play", "last", "reset")
#: Minimum width of the bar for each optional part, in letter heights.
FROM = {"first": 105, "last": 105, "speed": 105, "sparkline": 66, "method": 58, "readout": 44, "reset": 36}
#: Minimum width of the bar for buttons with text, in letter heights.
WORDED = 88
ALWAYS_ICON = ("first", "last", "reset")
#: Sizes of buttons and icons, width of the step button and height of the bar, in letter heights.
SIDE, ICON, STEP, HEIGHT = 2.53, 1.05, 9.87, 2.93
#: Minimum widths, in letter heights: of the experiment, the same beside the curve, and of the figures.
CHIP, NAMED, FIGURES = 3, 10, 17
ICON_ONLY, WORDS = Qt.ToolButtonStyle.ToolButtonIconOnly, Qt.ToolButtonStyle.ToolButtonTextBesideIcon
#: All texts that a button may show; reserving the widest keeps the buttons in place.
LONGEST = {"step": "M-step", "run": "Pause", "play": "Stop"}


class Transport(QWidget):
    """The step buttons, the experiment and the figures of the run.

    Parameters
    ----------
    actions : Actions
        The actions of the buttons.
    driver : Driver
        Changes the method.
    """

    speed_changed = Signal(float)

    def __init__(self, actions: Actions, driver: Driver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAccessibleName("Transport")
        self._actions = actions
        self._session: Session | None = None
        self._theme: Theme = LIGHT
        self.menu = _bare_button("menuButton", "Menu", "Every menu (F10 or Alt: the menu bar)")
        self.buttons = {name: _button(actions[name]) for name in NAMES}
        self.speed, self.speed_label = speed_slider(), PlainLabel()
        self.speeds = SpeedMenu(self)
        self.method = MethodSelector(driver)
        self.chip = Chip()
        self.sparkline = Sparkline()
        self.readout = Readout()
        self._row = QHBoxLayout(self)
        self._layout_parts()
        self.speed.valueChanged.connect(self._show_speed)
        self.speeds.chosen.connect(self.set_speed)
        self.chip.clicked.connect(actions["setup"].trigger)
        self.set_speed(2.0)

    @Slot(float)
    def set_speed(self, halves_per_second: float) -> None:
        """Move the slider to a speed in half-steps per second."""
        self.speed.setValue(position_of(halves_per_second))
        self._show_speed(self.speed.value())

    def show_session(self, session: Session, driver: Driver) -> None:
        """Show the session; the run button turns into a pause button during a run."""
        before, self._session = self._session, session
        _show_action(self.buttons["run"], self._actions["pause" if driver.running else "run"])
        for button in self.buttons.values():
            button.setAccessibleName(button.text())
        self.method.show_session(session)
        self.chip.show_session(session)
        self.sparkline.show_session(session)
        self.readout.show_session(session)
        if before is None or before.start is not session.start or _named(before) != _named(session):
            self._arrange()

    def set_menu_shown(self, shown: bool) -> None:
        """Show or hide the menu button."""
        if shown == self.menu.isHidden():
            self.menu.setVisible(shown)
            self._arrange()

    def apply_theme(self, theme: Theme) -> None:
        """Resize the buttons to match the font."""
        self._theme = theme
        dress(self, theme, scale_in(self.size(), BAR, self.window()))
        em = self._em
        for name, button in self.buttons.items():
            side = round(em * (1.3 if name == "step" else ICON))
            button.setIconSize(QSize(side, side))
        side = round(em * ICON)
        self.menu.setIcon(icon("menu", theme.ink, disabled_ink(theme), side))
        self.menu.setIconSize(QSize(side, side))
        self.speed_label.setFixedWidth(self.speed_label.fontMetrics().horizontalAdvance("0.25 steps/s") + 4)
        self.chip.apply_theme(theme)
        self.sparkline.apply_theme(theme)
        self._arrange()

    def _arrange(self) -> None:
        """Show the parts that fit, each at its width."""
        em, width = self._em, self.width() / self._em
        worded = width >= WORDED
        self.setFixedHeight(round(HEIGHT * em))
        for name, button in self.buttons.items():
            bare = name in ALWAYS_ICON or (not worded and name != "step")
            button.setToolButtonStyle(ICON_ONLY if bare else WORDS)
            button.setFixedSize(self._button_width(name, bare), round(SIDE * em))
        for each in (self.menu, self.chip, self.method):
            each.setFixedHeight(round(SIDE * em))
        self.menu.setFixedWidth(round(SIDE * em))
        for name, part in self._optional.items():
            part.setVisible(width >= FROM[name])
        slid = width >= FROM["speed"]
        self.speed_label.setVisible(slid)
        self.speed.setFixedWidth(6 * em)
        play = self.buttons["play"]
        play.setMenu(None if slid else self.speeds)  # type: ignore[arg-type]
        mode = QToolButton.ToolButtonPopupMode
        play.setPopupMode(mode.DelayedPopup if slid else mode.MenuButtonPopup)
        self.sparkline.setFixedSize(self.sparkline.sizeHint())
        self._fit_experiment()

    def _fit_experiment(self) -> None:
        """Give the experiment's name the room that the figures leave.

        If the figures would not fit, other parts are hidden instead: a truncated number is a wrong number.
        """
        if self._left() < NAMED * self._em:
            self.sparkline.hide()
        for part in (self.buttons["reset"], self.method, self.readout):
            if self._left() >= CHIP * self._em:
                break
            part.hide()
        self.chip.setFixedWidth(max(CHIP * self._em, min(self.chip.sizeHint().width(), self._left())))

    def _left(self) -> int:
        """Return the width that is left for the experiment's name."""
        figures = 0
        if not self.readout.isHidden():
            needed = self.readout.reserved(self._session) if self._session is not None else 0
            figures = max(round(FIGURES * self._em), needed)
            self.readout.setMinimumWidth(figures)
        taken = [part.width() for part in self.buttons.values() if not part.isHidden()]
        taken += [self.menu.width()] if not self.menu.isHidden() else []
        taken += [self.method.sizeHint().width()] if not self.method.isHidden() else []
        taken += [self.sparkline.width()] if not self.sparkline.isHidden() else []
        taken += [self.speed.width(), self.speed_label.width()] if not self.speed.isHidden() else []
        return self.width() - sum(taken) - figures - self._row.spacing() * (len(taken) + 3)

    def _button_width(self, name: str, bare: bool) -> int:
        """Return the width of a button for the widest of its texts."""
        button, side = self.buttons[name], round(SIDE * self._em)
        arrow = self._em if name == "play" and self.width() < FROM["speed"] * self._em else 0
        if bare:
            return side + arrow
        metrics, text = button.fontMetrics(), button.text()
        longest = max(metrics.horizontalAdvance(each) for each in (text, LONGEST.get(name, text)))
        needed = button.iconSize().width() + longest + round(1.8 * self._em) + arrow
        return max(needed, round(STEP * self._em)) if name == "step" else needed

    @property
    def _em(self) -> int:
        return QFontInfo(self.font()).pixelSize()

    @property
    def _optional(self) -> dict[str, QWidget]:
        """The parts that a narrow bar leaves out."""
        own = {
            "speed": self.speed,
            "sparkline": self.sparkline,
            "method": self.method,
            "readout": self.readout,
        }
        return {**own, **{name: self.buttons[name] for name in ("first", "last", "reset")}}

    def _layout_parts(self) -> None:
        step = self.buttons["step"]
        step.setProperty("role", "primary")
        # The arrow follows the name of the step, in the direction of the step.
        step.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.menu.hide()
        row = self._row
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.menu)
        for name in ("first", "back", "step", "iterate", "run", "play"):
            row.addWidget(self.buttons[name])
        row.addWidget(self.speed)
        row.addWidget(self.speed_label)
        row.addWidget(self.buttons["last"])
        row.addWidget(self.buttons["reset"])
        row.addWidget(self.method)
        row.addWidget(self.chip)
        row.addWidget(self.sparkline)
        row.addStretch(1)
        row.addWidget(self.readout)

    @Slot(int)
    def _show_speed(self, position: int) -> None:
        speed = speed_at(position)
        self.speed_label.setText(speed_words(speed))
        self.speed.setAccessibleDescription(speed_words(speed))
        self.speeds.show_speed(speed)
        self.speed_changed.emit(speed)

    def minimumSizeHint(self) -> QSize:
        """Return a small width: the bar must never widen the window."""
        return QSize(round((5 * SIDE + STEP + 1 + CHIP) * self._em) + 8 * self._row.spacing(), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the parts for the new width."""
        super().resizeEvent(event)
        if scale_in(event.size(), BAR, self.window()) != lettering(self):
            self.apply_theme(self._theme)
        self._arrange()


def _named(session: Session) -> tuple[str, str]:
    """Return the names of the experiment and the method, which determine widths."""
    return named(session), session.front


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setObjectName(action.objectName().replace("Action", "Button"))
    # A click does not move the focus here; the Tab key still reaches every button.
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    _show_action(button, action)
    return button


def _bare_button(name: str, accessible: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setAccessibleName(accessible)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def _show_action(button: QToolButton, action: QAction) -> None:
    if button.defaultAction() is action:
        return
    for former in button.actions():
        button.removeAction(former)
    button.setDefaultAction(action)
