"""A card: one panel of the window, with its title, a hint, and the controls that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontInfo, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from emviz.em.model import Phase
from emviz.session import EVERYTHING, NOTHING_YET, Change, Results, Session
from emviz.ui.look.lettering import Holds, dress, lettering, scale_in
from emviz.ui.look.style import disabled_ink
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.widgets.icons import icon
from emviz.ui.widgets.labels import PlainLabel, as_tip
from emviz.wording.narration import iteration

#: Milliseconds for which a picture may lag behind a single step without a word: no longer than a blink.
BLINK = 150
#: Pixels around what a card holds, left, top, right and bottom, and between its parts.
MARGINS, SPACING = (14, 10, 14, 10), 6
#: The width of a card that says its key beside the button which does the same, in heights of a letter.
NUMBERED = 24
#: What a panel with a picture holds: the axes are told apart, and what is between them.
PICTURE = Holds(22, 13)
#: What a panel of the setup holds: its widest form, with two fields in a line; it scrolls downwards.
FORM = Holds(24)
#: How much larger the text is in a panel that has all the room.
LARGER = 1.25


class Card(QFrame):
    """A titled frame.

    Subclasses add their picture to `body` and their controls to `tools`, at the right of the title.
    """

    #: The parts of the session and its results that are seen in it; a change of any other leaves it as it is.
    concerns: ClassVar[Change] = EVERYTHING
    #: What it holds however large the text was made; None where it scrolls instead.
    holds: ClassVar[Holds | None] = None
    #: Its name, where it is to have all the room, or to give it back.
    large_requested = Signal(str)

    def __init__(self, title: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.theme: Theme = LIGHT
        #: What is shown.
        self.session: Session | None = None
        self.results = NOTHING_YET
        #: While EM runs flat out: the panels have their turns one after the other.
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
        #: While a lecture is given: without buttons of its own, and without words on what can be done.
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
        """What stands around the body: margins, and the head above it."""
        left, top, right, bottom = MARGINS
        return QSize(left + right, top + bottom + self.head.sizeHint().height() + SPACING)

    def activate(self) -> None:
        """Put everything in its place now."""
        layout = self.layout()
        assert layout is not None
        layout.activate()

    def in_sight(self) -> bool:
        """Return whether it is shown, if the window is."""
        return self.isVisibleTo(self.window())

    def parts(self) -> tuple[Callable[[Session, Results], None], ...]:
        """Return what renders the session, part by part, where the panels take turns."""
        return (self.show_session,)

    def hurry(self, hurried: bool) -> None:
        """Be told whether EM runs flat out."""
        self.hurried = hurried

    def stamp_step(self, session: Session, **shown: Session) -> None:
        """Stamp the head with the step that the picture shows, where that may differ from the displayed one.

        That is while EM runs flat out, when panels take turns, or where the picture lags behind.

        Parameters
        ----------
        session : Session
            What is on the desk.
        **shown : Session
            What each part of the picture shows, under its name.
        """
        lags = any(each.run != session.run or each.cursor != session.cursor for each in shown.values())
        told = step_words(shown)
        self.stamp.setText(told)
        self.stamp.shorter = told.replace("as of ", "")
        if lags and not self.hurried:
            self._blink.start()
            return
        self._blink.stop()
        self._set_stamped(self.hurried and bool(shown))

    @Slot()
    def _show_stamp(self) -> None:
        self._set_stamped(True)

    def _set_stamped(self, stamped: bool) -> None:
        """Put the stamp in the place of the hint, or bring the hint back."""
        self.stamp.setVisible(stamped)
        self.hint.setVisible(not stamped)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours, and the font of the application, which may have grown."""
        self.theme = theme
        dress(self, theme, self.scale_in(self.size()))
        ink, grey, side = theme.muted, disabled_ink(theme), round(QFontInfo(self.font()).pixelSize() * 0.9)
        self.enlarge.setIcon(icon("reduce" if self.large else "enlarge", ink, grey, side))

    def scale_in(self, size: QSize) -> float:
        """Return how much larger than in the window its text would be in a place of some size."""
        wanted = LARGER if self.large else 1.0
        return wanted if self.holds is None else scale_in(size, self.holds, self.window(), wanted)

    @property
    def yields(self) -> bool:
        """Whether its text is smaller than was asked for, so that what matters least gives up its room."""
        return lettering(self) < 1.0

    # -- all the room for one panel -------------------------------------------------------------------------

    def offer_large(self, name: str, key: str) -> None:
        """Offer to give this panel all the room.

        Parameters
        ----------
        name, key : str
            Which panel it is, and the key that does the same.
        """
        self._name = name
        self.enlarge.setText(key)
        self.enlarge.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.enlarge.setToolTip(f"All the room for this panel, and back ({key})")
        self.enlarge.setAccessibleName(f"All the room for: {self.accessibleName()}")
        self.enlarge.show()

    def strip(self, bare: bool) -> None:
        """Do without what is there for the hand, while a lecture is given."""
        self.bare = bare
        self.enlarge.setVisible(bool(self._name) and not bare)

    def set_large(self, large: bool) -> None:
        """Be told whether it has all the room; then its text is larger too."""
        if large != self.large:
            self.large = large
            self.apply_theme(self.theme)

    @Slot()
    def _ask_room(self) -> None:
        if self._name:
            self.large_requested.emit(self._name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the text grow with the room; leave out the number of the key where the head needs it."""
        super().resizeEvent(event)
        if self.scale_in(event.size()) != lettering(self):
            self.apply_theme(self.theme)
        style = Qt.ToolButtonStyle
        wide = self.width() >= NUMBERED * QFontInfo(self.font()).pixelSize()
        self.enlarge.setToolButtonStyle(style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for all the room, or give it back, where the head is clicked twice."""
        if event.position().y() <= self.head.geometry().bottom():
            self._ask_room()
        else:
            super().mouseDoubleClickEvent(event)


class ElidedLabel(PlainLabel):
    """A line of secondary text, at the right, that gives way where there is little room.

    Parameters
    ----------
    text : str
        The line.
    shorter : str
        What is said instead where the line does not fit.
    """

    def __init__(self, text: str = "", shorter: str = "") -> None:
        super().__init__(text)
        self.shorter = shorter
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Ask for no width: a title and its controls come first."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text where it fits, or what is shorter, and say it in full in a tool tip."""
        metrics = self.fontMetrics()
        fits = not self.shorter or metrics.horizontalAdvance(self.text()) <= self.width()
        said = self.text() if fits else self.shorter
        # Half a sentence at the side of a title says nothing.
        shown = said if metrics.horizontalAdvance(said) <= self.width() else ""
        self.setToolTip("" if shown == self.text() else as_tip(self.text()))
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


def step_words(shown: Mapping[str, Session]) -> str:
    """Return of which step a picture is: "as of iteration 4", or of each of its parts."""
    told = {name: _step_word(session) for name, session in shown.items()}
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return ", ".join(f"{name} {words}" for name, words in told.items())


def _step_word(session: Session) -> str:
    under_way = ", E-step" if session.step.phase is Phase.E else ""
    return f"as of iteration {iteration(session)}{under_way}"
