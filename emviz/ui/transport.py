"""The bar at the top: what can be done next, and where EM stands."""

from __future__ import annotations

from math import log

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontInfo, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from emviz.em.rounding import figures
from emviz.narration import figure, number, objective_name, place
from emviz.session import Session
from emviz.ui.actions import Actions
from emviz.ui.controls import Slider
from emviz.ui.driver import FASTEST, SLOWEST, Driver
from emviz.ui.labels import PlainLabel
from emviz.ui.method_selector import MethodSelector
from emviz.ui.theme import Theme

#: Positions of the speed slider; equal distances are equal ratios of speed.
POSITIONS = 100
#: From the roomiest way to show the bar to the tightest.
ROOMY, WITHOUT_WORDS, WITHOUT_READOUT = range(3)
ALWAYS_ICON = ("first", "last", "reset")
ICON, WORDS = Qt.ToolButtonStyle.ToolButtonIconOnly, Qt.ToolButtonStyle.ToolButtonTextBesideIcon
#: What a button may come to say, so that it keeps its place when it does.
LONGEST = {"step": "M-step", "run": "Pause", "play": "Stop"}


class Transport(QWidget):
    """Buttons for the actions, the speed, and the state of the run in figures.

    Parameters
    ----------
    actions : Actions
        What the buttons do.
    driver : Driver
        Changes the method.
    """

    speed_changed = Signal(float)

    def __init__(self, actions: Actions, driver: Driver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAccessibleName("Transport")
        self._actions = actions
        names = ("first", "back", "step", "iterate", "run", "play", "last", "reset")
        self.buttons = {name: _button(actions[name]) for name in names}
        self.method = MethodSelector(driver)
        self.speed = _speed_slider()
        self.speed_label = PlainLabel()
        self.readout = Readout()
        self._row = QHBoxLayout(self)
        self._layout_parts()
        self._level, self._em = ROOMY, QFontInfo(self.font()).pixelSize()
        self._widths = {name: self._measure(name) for name in self.buttons}
        self.speed.valueChanged.connect(self._tell_speed)
        self.set_speed(2.0)

    @property
    def current_speed(self) -> float:
        """The speed chosen, in half-steps a second."""
        return speed_at(self.speed.value())

    def set_speed(self, halves_per_second: float) -> None:
        """Move the slider to a speed in half-steps a second."""
        self.speed.setValue(position_of(halves_per_second))
        self._tell_speed(self.speed.value())

    def show_session(self, session: Session, driver: Driver) -> None:
        """Show where the session stands; the run button is the pause button while something moves."""
        _show_action(self.buttons["run"], self._actions["pause" if driver.running else "run"])
        for button in self.buttons.values():
            button.setAccessibleName(button.text())
        self.method.show_session(session)
        self.readout.show_session(session)
        self.fit()

    def apply_theme(self, theme: Theme) -> None:
        """Give the buttons their sizes, which grow with the font."""
        em = QFontInfo(self.font()).pixelSize()
        for name, button in self.buttons.items():
            side = round(em * (1.3 if name == "step" else 1.05))
            button.setIconSize(QSize(side, side))
        self.speed_label.setFixedWidth(self.speed_label.fontMetrics().horizontalAdvance("0.25 steps/s") + 4)
        self._em = em
        self._widths = {name: self._measure(name) for name in self.buttons}
        self._arrange(self._level)
        self.fit()

    def fit(self) -> None:
        """Leave out words, then figures that the status bar repeats, until the bar fits."""
        levels = (ROOMY, WITHOUT_WORDS, WITHOUT_READOUT)
        level = next((each for each in levels if self._need(each) <= self.width()), WITHOUT_READOUT)
        if level != self._level:
            # Said first: what is shown or hidden now resizes the bar, which comes back here.
            self._level = level
            self._arrange(level)

    def _arrange(self, level: int) -> None:
        for name, button in self.buttons.items():
            bare = _is_bare(name, level)
            button.setToolButtonStyle(ICON if bare else WORDS)
            button.setMinimumWidth(self._widths[name][bare])
        roomy = level < WITHOUT_READOUT
        self.speed.setFixedWidth(self._speed_width(level))
        self.readout.setVisible(roomy)
        self.speed_label.setVisible(roomy)

    def _need(self, level: int) -> int:
        """Return the width of the bar at a level, in pixels."""
        parts = [widths[_is_bare(name, level)] for name, widths in self._widths.items()]
        parts += [self._speed_width(level), self.method.sizeHint().width()]
        if level < WITHOUT_READOUT:
            parts += [self.speed_label.width(), self.readout.sizeHint().width()]
        return sum(parts) + self._row.spacing() * len(parts)

    def _speed_width(self, level: int) -> int:
        return self._em * (6 if level < WITHOUT_READOUT else 2)

    def _measure(self, name: str) -> tuple[int, int]:
        """Return the widths of a button with words, the longest it may come to say, and without."""
        button, metrics = self.buttons[name], self.buttons[name].fontMetrics()
        button.setToolButtonStyle(ICON)
        bare = button.sizeHint().width()
        button.setToolButtonStyle(WORDS)
        text = metrics.horizontalAdvance(button.text())
        longest = max(text, metrics.horizontalAdvance(LONGEST.get(name, "")))
        return button.sizeHint().width() - text + longest, bare

    def _layout_parts(self) -> None:
        step = self.buttons["step"]
        step.setProperty("role", "primary")
        # The arrow stands behind the name of the step: it points to where the step leads.
        step.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        row = self._row
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for name in ("first", "back", "step", "iterate", "run", "play"):
            row.addWidget(self.buttons[name])
        row.addWidget(self.speed)
        row.addWidget(self.speed_label)
        row.addWidget(self.buttons["last"])
        row.addWidget(self.buttons["reset"])
        row.addWidget(self.method)
        row.addStretch(1)
        row.addWidget(self.readout)

    @Slot(int)
    def _tell_speed(self, position: int) -> None:
        speed = speed_at(position)
        text = f"{figures(speed, 2)} steps/s"
        self.speed_label.setText(text)
        self.speed.setAccessibleDescription(text)
        self.speed_changed.emit(speed)

    def minimumSizeHint(self) -> QSize:
        """Ask for the buttons without their words: the bar must never widen the window."""
        return QSize(self._need(WITHOUT_READOUT), self._row.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the bar into its new width."""
        super().resizeEvent(event)
        self.fit()


class Readout(QWidget):
    """Iteration, phase, log P and the gain, in figures to be read from the back row."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("readout")
        self.place, self.value, self.gain = PlainLabel(), PlainLabel(), PlainLabel()
        for label, role in ((self.place, "muted"), (self.value, "value"), (self.gain, "gain")):
            label.setProperty("role", role)
        self.value.setTextFormat(Qt.TextFormat.PlainText)
        figures = QHBoxLayout()
        figures.setSpacing(8)
        figures.addStretch()
        figures.addWidget(self.value)
        figures.addWidget(self.gain)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.place, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(figures)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)

    def show_session(self, session: Session) -> None:
        """Show the figures of the step on display."""
        self.place.setText(f"{place(session)} · θ({session.step.index})")
        self.value.setText(f"{objective_name(session)} {number(session.step.expectation.objective, 2)}")
        self.gain.setText(gain_words(session))
        self.gain.setVisible(bool(self.gain.text()))
        self.setAccessibleName(f"{self.place.text()}, {self.value.text()} {self.gain.text()}".strip())


def gain_words(session: Session) -> str:
    """Return what the last iteration gained, with a sign and a direction; "" before the first."""
    gain = session.gain
    if gain is None:
        return ""
    if abs(gain) < 0.005:
        return f"▲ {figure(gain, 1)}" if gain > 0 else "± 0"
    return f"{'▲' if gain > 0 else '▼'} {number(abs(gain), 2)}"


def speed_at(position: int) -> float:
    """Return the half-steps a second at a position of the slider."""
    return float(SLOWEST * (FASTEST / SLOWEST) ** (position / POSITIONS))


def position_of(speed: float) -> int:
    """Return the position of the slider nearest to a speed."""
    bounded = min(max(speed, SLOWEST), FASTEST)
    return round(POSITIONS * log(bounded / SLOWEST) / log(FASTEST / SLOWEST))


def _is_bare(name: str, level: int) -> bool:
    return name in ALWAYS_ICON or (level >= WITHOUT_WORDS and name != "step")


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setObjectName(action.objectName().replace("Action", "Button"))
    # A mouse leaves the focus where it is; the keyboard still reaches every button.
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    _show_action(button, action)
    return button


def _show_action(button: QToolButton, action: QAction) -> None:
    if button.defaultAction() is action:
        return
    for former in button.actions():
        button.removeAction(former)
    button.setDefaultAction(action)


def _speed_slider() -> QSlider:
    slider = Slider(Qt.Orientation.Horizontal)
    slider.setObjectName("speed")
    slider.setAccessibleName("Speed of playing")
    slider.setToolTip("How many half-steps a second are played")
    slider.setRange(0, POSITIONS)
    return slider
