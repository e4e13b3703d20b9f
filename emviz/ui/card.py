"""A card: one panel of the window, with its title, a hint, and the controls that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from emviz.em.model import Phase
from emviz.narration import iteration
from emviz.session import EVERYTHING, NOTHING_YET, Change, Results, Session
from emviz.ui.labels import PlainLabel, as_tip
from emviz.ui.theme import LIGHT, Theme

#: Milliseconds for which a picture may lag behind a single step without a word: no longer than a blink.
BLINK = 150


class Card(QFrame):
    """A titled frame.

    Subclasses add their picture to `body` and their controls to `tools`, at the right of the title.
    """

    #: The parts of the session and its results that are seen in it; a change of any other leaves it as it is.
    concerns: ClassVar[Change] = EVERYTHING

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
        self._blink = QTimer(self)
        self._blink.setSingleShot(True)
        self._blink.setInterval(BLINK)
        self._blink.timeout.connect(self._show_stamp)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self.body = QVBoxLayout()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.hint, 1)
        head.addWidget(self.stamp, 1)
        head.addLayout(self.tools)
        self.head = head
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(self.body, 1)

    def render(self, session: Session, results: Results = NOTHING_YET) -> None:  # type: ignore[override]
        """Show the session, and what has been computed of it so far.

        `QWidget.render`, which paints into a picture, gives its name to ours.
        """
        self.session, self.results = session, results

    def parts(self) -> tuple[Callable[[Session, Results], None], ...]:
        """Return what renders the session, part by part, where the panels take turns."""
        return (self.render,)

    def hurry(self, hurried: bool) -> None:
        """Be told whether EM runs flat out."""
        self.hurried = hurried

    def tell_step(self, session: Session, **shown: Session) -> None:
        """Say in the head of which step the picture is.

        While EM runs flat out always: other panels may be at another step. Else where it lags behind.

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
        """Draw as much of the text as fits, and what it says in full in a tool tip."""
        metrics = self.fontMetrics()
        fits = not self.shorter or metrics.horizontalAdvance(self.text()) <= self.width()
        said = self.text() if fits else self.shorter
        shown = metrics.elidedText(said, Qt.TextElideMode.ElideRight, self.width())
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
