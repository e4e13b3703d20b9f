"""A card: one panel of the window, with its title, a hint, and the controls that belong to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from emviz.session import Session
from emviz.ui.theme import LIGHT, Theme


class Card(QFrame):
    """A titled frame.

    Subclasses add their picture to `body` and their controls to `tools`, at the right of the title.
    """

    def __init__(self, title: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.theme: Theme = LIGHT
        self.title = QLabel(title)
        self.title.setProperty("role", "title")
        self.title.setTextFormat(Qt.TextFormat.RichText)
        self.hint = ElidedLabel(hint)
        self.hint.setProperty("role", "hint")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self.body = QVBoxLayout()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.hint, 1)
        head.addLayout(self.tools)
        self.head = head
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(self.body, 1)

    def render(self, session: Session) -> None:  # type: ignore[override]
        """Show the session; `QWidget.render`, which paints into a picture, gives its name to ours."""

    def parts(self) -> tuple[Callable[[Session], None], ...]:
        """Return what renders the session, part by part, where the panels take turns."""
        return (self.render,)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours, and the font of the application, which may have grown."""
        self.theme = theme


class ElidedLabel(QLabel):
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
        self.setToolTip("" if shown == self.text() else self.text())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
