"""Base of the panels: a frame with title, hint and controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontInfo, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from emviz.em.model import Phase
from emviz.session import EVERYTHING, NOTHING_YET, Change, Results, Session
from emviz.ui.look.lettering import Holds, dress, eased, lettering, scale_in
from emviz.ui.look.style import disabled_ink
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.widgets.icons import icon
from emviz.ui.widgets.labels import PlainLabel, as_tip
from emviz.wording.narration import iteration

#: Milliseconds by which a picture may lag behind a single step before that is shown: about a blink.
BLINK = 150
#: Margins (left, top, right, bottom) and spacing, in pixels.
MARGINS, SPACING = (14, 10, 14, 10), 6
#: Minimum width, in letter heights, for showing the panel's key beside its button.
NUMBERED = 24
#: What a panel with a plot must show at any text size: readable axes and the plot between them.
PICTURE = Holds(22, 13)
#: What a panel of the setup must show: its widest line, with two fields; it scrolls vertically.
FORM = Holds(24)
#: Magnification of the text in a maximised panel.
LARGER = 1.25


class Card(QFrame):
    """A titled frame.

    Subclasses add their content to `body` and their controls to `tools`, to the right of the title.
    """

    #: The parts of the session and its results that it shows; other changes do not render it.
    concerns: ClassVar[Change] = EVERYTHING
    #: What must fit at any text size; None if the card scrolls.
    holds: ClassVar[Holds | None] = None
    #: What it holds in a lecture before its text is larger than in the window; None where it may be.
    holds_bare: ClassVar[Holds | None] = None
    #: Its name, where it is to have all the room, or to give it back.
    large_requested = Signal(str)

    def __init__(self, title: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.theme: Theme = LIGHT
        #: The displayed session and results.
        self.session: Session | None = None
        self.results = NOTHING_YET
        #: Whether EM runs without pauses, so that panels are rendered in turns.
        self.hurried = False
        self.title = QLabel(title)
        self.title.setProperty("role", "title")
        self.title.setTextFormat(Qt.TextFormat.RichText)
        self.hint = ElidedLabel(hint)
        self.hint.setProperty("role", "hint")
        self.stamp = ElidedLabel()
        self.stamp.setObjectName("stamp")
        self.stamp.setProperty("role", "hint")
        self.stamp.hide()
        self._blink = QTimer(self, singleShot=True, interval=BLINK)
        self._blink.timeout.connect(self._show_stamp)
        self.large = False
        #: Whether a lecture is given: no buttons, and no hints about possible actions.
        self.bare = False
        self._name = ""
        self.enlarge = QToolButton()
        self.enlarge.setProperty("role", "bare")
        self.enlarge.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.enlarge.clicked.connect(self._ask_room)
        self.enlarge.hide()
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self.body = QVBoxLayout()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.hint, 1)
        head.addWidget(self.stamp, 1)
        head.addLayout(self.tools)
        head.addWidget(self.enlarge)
        self.head = head
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*MARGINS)
        layout.setSpacing(SPACING)
        layout.addLayout(head)
        layout.addLayout(self.body, 1)

    def render(self, session: Session, results: Results = NOTHING_YET) -> None:  # type: ignore[override]
        """Show the session with the results computed so far; subclasses override `show_session`.

        The name hides `QWidget.render`, which paints a widget into an image.
        """
        self.show_session(session, results)

    def show_session(self, session: Session, results: Results) -> None:
        """Take over the session and its results."""
        self.session, self.results = session, results

    @property
    def around(self) -> QSize:
        """Size of the margins and the head around the body."""
        left, top, right, bottom = MARGINS
        return QSize(left + right, top + bottom + self.head.sizeHint().height() + SPACING)

    def activate(self) -> None:
        """Apply the layout now."""
        layout = self.layout()
        assert layout is not None
        layout.activate()

    def in_sight(self) -> bool:
        """Return whether the card is visible, given that the window is."""
        return self.isVisibleTo(self.window())

    def parts(self) -> tuple[Callable[[Session, Results], None], ...]:
        """Return the functions that render the session, one part each, for rendering in turns."""
        return (self.show_session,)

    def hurry(self, hurried: bool) -> None:
        """Note whether EM runs without pauses."""
        self.hurried = hurried

    def stamp_step(self, session: Session, **shown: Session) -> None:
        """Show in the head to which step the picture belongs.

        During a run without pauses it is always shown, because panels may differ; otherwise only if the
        picture lags.

        Parameters
        ----------
        session : Session
            The current session.
        **shown : Session
            The session shown in each part of the picture, by name.
        """
        lags = any(each.run != session.run or each.cursor != session.cursor for each in shown.values())
        words = step_words(shown)
        self.stamp.setText(words)
        self.stamp.shorter = words.replace("as of ", "")
        if lags and not self.hurried:
            self._blink.start()
            return
        self._blink.stop()
        self._set_stamped(self.hurried and bool(shown))

    @Slot()
    def _show_stamp(self) -> None:
        self._set_stamped(True)

    def _set_stamped(self, stamped: bool) -> None:
        """Show the stamp in place of the hint, or the hint again."""
        self.stamp.setVisible(stamped)
        self.hint.setVisible(not stamped)

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours and the application's font."""
        self.theme = theme
        dress(self, theme, self.scale_in(self.size()))
        ink, grey, side = theme.muted, disabled_ink(theme), round(QFontInfo(self.font()).pixelSize() * 0.9)
        self.enlarge.setIcon(icon("reduce" if self.large else "enlarge", ink, grey, side))

    def scale_in(self, size: QSize) -> float:
        """Return the scale factor of its text at a given size."""
        wanted = LARGER if self.large else 1.0
        if self.holds is None:
            return wanted
        scale = scale_in(size, self.holds, self.window(), wanted)
        if self.holds_bare is None or not self.bare:
            return scale
        return min(scale, eased(size, self.holds_bare, self.window()))

    @property
    def yields(self) -> bool:
        """Whether its text is smaller than the user's setting, so that minor parts are left out."""
        return lettering(self) < 1.0

    # -- maximising -----------------------------------------------------------------------------------------

    def offer_large(self, name: str, key: str) -> None:
        """Add the button that maximises the panel.

        Parameters
        ----------
        name, key : str
            Name of the panel, and the key with the same effect.
        """
        self._name = name
        self.enlarge.setText(key)
        self.enlarge.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.enlarge.setToolTip(f"All the room for this panel, and back ({key})")
        self.enlarge.setAccessibleName(f"All the room for: {self.accessibleName()}")
        self.enlarge.show()

    def strip(self, bare: bool) -> None:
        """Hide or show the controls for a lecture."""
        self.bare = bare
        self.enlarge.setVisible(bool(self._name) and not bare)

    def set_large(self, large: bool) -> None:
        """Set whether the panel is maximised, which enlarges its text."""
        if large != self.large:
            self.large = large
            self.apply_theme(self.theme)

    @Slot()
    def _ask_room(self) -> None:
        if self._name:
            self.large_requested.emit(self._name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale the text with the size; hide the key's number if the head needs the room."""
        super().resizeEvent(event)
        if self.scale_in(event.size()) != lettering(self):
            self.apply_theme(self.theme)
        style = Qt.ToolButtonStyle
        wide = self.width() >= NUMBERED * QFontInfo(self.font()).pixelSize()
        self.enlarge.setToolButtonStyle(style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Maximise or restore the panel on a double click on its head."""
        if event.position().y() <= self.head.geometry().bottom():
            self._ask_room()
        else:
            super().mouseDoubleClickEvent(event)


class ElidedLabel(PlainLabel):
    """A right-aligned line of secondary text that is left out if it does not fit.

    Parameters
    ----------
    text : str
        The line.
    shorter : str
        Shown if the text does not fit.
    """

    def __init__(self, text: str = "", shorter: str = "") -> None:
        super().__init__(text)
        self.shorter = shorter
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Return no width: the title and the controls come first."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text or its shorter form, and show the full text in a tool tip if needed."""
        metrics = self.fontMetrics()
        fits = not self.shorter or metrics.horizontalAdvance(self.text()) <= self.width()
        said = self.text() if fits else self.shorter
        # A truncated sentence next to a title would be useless.
        shown = said if metrics.horizontalAdvance(said) <= self.width() else ""
        self.setToolTip("" if shown == self.text() else as_tip(self.text()))
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


def step_words(shown: Mapping[str, Session]) -> str:
    """Return the step of a picture: "as of iteration 4", or the step of each of its parts."""
    each = {name: _step_word(session) for name, session in shown.items()}
    if len(set(each.values())) == 1:
        return next(iter(each.values()))
    return ", ".join(f"{name} {words}" for name, words in each.items())


def _step_word(session: Session) -> str:
    under_way = ", E-step" if session.step.phase is Phase.E else ""
    return f"as of iteration {iteration(session)}{under_way}"
